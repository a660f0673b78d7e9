//! Parts that are not connected, laid out one by one and put beside each other; and the choice among ways to do it.

use crate::graph::draw::geometry::{Point, Rect, Shift, Size};
use crate::graph::draw::ids::{BlockId, PartId, RowId, Table};
use crate::graph::draw::layout::grid::Grid;
use crate::graph::draw::layout::lanes::Lanes;
use crate::graph::draw::layout::order::order;
use crate::graph::draw::layout::place::place;
use crate::graph::draw::layout::ranks::{Run, rows, runs};
use crate::graph::draw::layout::route::{Piece, route};
use crate::graph::draw::layout::zones::zones;
use crate::graph::draw::layout::{Arrangement, Flow, Home, Scene, Strand, Tip};

/// Between parts.
const GAP: f64 = 36.0;
/// What a picture should fit: a page, or a screen with little scrolling.
const PAGE: Size = Size { width: 1_200.0, height: 860.0 };
/// Larger parts are laid out in fewer ways.
const FEW_WIRES: usize = 150;
const MANY_WIRES: usize = 600;
/// How much a crossing for each wire counts, in sizes of the page.
const WEIGHT_OF_CROSSINGS: f64 = 1.0;
/// Being smaller than this share of the page is worth nothing.
const FITS: f64 = 1.0;
/// A grid with more items is not drawn.
const MOST_ITEMS: usize = 20_000;
/// A picture that runs right must be this much better than one that runs down.
const PREFER_DOWN: f64 = 0.85;

/// The best arrangement of a scene.
pub(super) fn best(scene: &Scene) -> Option<Arrangement> {
    let runs = runs(scene);
    let parts = parts(scene, &runs);
    let down = flow(scene, &parts, Flow::Down)?;
    let right = flow(scene, &parts, Flow::Right)?;
    let is_right_better = oversize(right.size).max(FITS) < oversize(down.size) * PREFER_DOWN;
    Some(if is_right_better { right } else { down })
}

/// Blocks that are connected by wires or share a box.
#[derive(Clone, Debug, Default)]
struct Part {
    blocks: Vec<BlockId>,
    runs: Vec<Run>,
}

fn parts(scene: &Scene, runs: &[Run]) -> Vec<Part> {
    let mut leader: Table<BlockId, BlockId> = scene.blocks.ids().collect();
    let mut first_in_box: Vec<Option<BlockId>> = vec![None; scene.boxes];
    for (block, shape) in scene.blocks.iter() {
        if let Home::Box(home) = shape.home
            && let Some(first) = first_in_box.get_mut(home)
        {
            unite(&mut leader, *first.get_or_insert(block), block);
        }
    }
    for run in runs {
        unite(&mut leader, run.upper, run.lower);
    }
    let mut parts: Table<PartId, Part> = Table::default();
    let mut part_of: Table<BlockId, Option<PartId>> = Table::filled(scene.blocks.len(), None);
    for block in scene.blocks.ids() {
        let leader = find(&leader, block);
        let part = *part_of[leader].get_or_insert_with(|| parts.push(Part::default()));
        parts[part].blocks.push(block);
    }
    for run in runs {
        if let Some(part) = part_of[find(&leader, run.upper)] {
            parts[part].runs.push(*run);
        }
    }
    parts.into_values()
}

fn find(leader: &Table<BlockId, BlockId>, mut block: BlockId) -> BlockId {
    while leader[block] != block {
        block = leader[block];
    }
    block
}

fn unite(leader: &mut Table<BlockId, BlockId>, one: BlockId, two: BlockId) {
    let (one, two) = (find(leader, one), find(leader, two));
    let (first, second) = (one.min(two), one.max(two));
    leader[second] = first;
}

/// How far a size exceeds the page, in the direction in which it does more.
pub(in crate::graph::draw) fn oversize(size: Size) -> f64 {
    f64::max(size.width / PAGE.width, size.height / PAGE.height)
}

fn flow(scene: &Scene, parts: &[Part], flow: Flow) -> Option<Arrangement> {
    let pieces: Option<Vec<Piece>> = parts.iter().map(|part| best_piece(scene, part, flow)).collect();
    Some(Arrangement { runs_down: flow == Flow::Down, ..assemble(scene, pieces?) })
}

/// A part with the row length that makes it fit best; a few crossings more are worth a better fit, many are not.
fn best_piece(scene: &Scene, part: &Part, flow: Flow) -> Option<Piece> {
    let lengths = part.blocks.iter().map(|block| flow.extent(scene.blocks[*block].size));
    let area: f64 = lengths.map(|(length, depth)| (length + 24.0) * (depth + 60.0)).sum();
    let page = flow.extent(PAGE);
    let natural = (area * page.0 / page.1).sqrt();
    let factors: &[f64] = match part.runs.len() {
        0..FEW_WIRES => &[f64::INFINITY, 2.2, 1.6, 1.2, 0.9],
        FEW_WIRES..MANY_WIRES => &[f64::INFINITY, 1.6, 1.0],
        MANY_WIRES.. => &[1.6],
    };
    let length = |block: BlockId| flow.extent(scene.blocks[block].size).0 + 24.0;
    let rows = |factor: &f64| rows(scene, &part.blocks, &part.runs, length, natural * factor);
    let mut ways: Vec<Rows> = factors.iter().map(rows).collect();
    ways.dedup();
    let pieces = ways.iter().filter_map(|rows| {
        let (piece, crossings) = piece(scene, part, flow, rows)?;
        let clutter = 1.0 + WEIGHT_OF_CROSSINGS * crossings as f64 / (part.runs.len() + 8) as f64;
        Some((oversize(piece.size).max(FITS) * clutter, piece))
    });
    let best = pieces.min_by(|one, two| one.0.total_cmp(&two.0));
    best.map(|(_, piece)| piece)
}

type Rows = Table<RowId, Vec<BlockId>>;

fn piece(scene: &Scene, part: &Part, flow: Flow, rows: &Rows) -> Option<(Piece, usize)> {
    let lanes = Lanes::of(scene, &part.blocks, &part.runs);
    let mut grid = Grid::new(scene, flow, rows, &part.runs, &lanes, MOST_ITEMS)?;
    let crossings = order(&mut grid);
    let zones = zones(&grid, &lanes);
    let places = place(&mut grid, &zones, flow.padding());
    Some((route(&grid, &places, &zones, flow), crossings))
}

/// Puts pieces on shelves, the tallest first, with the length of shelf that fits best.
fn assemble(scene: &Scene, mut pieces: Vec<Piece>) -> Arrangement {
    pieces.sort_by(|one, two| two.size.height.total_cmp(&one.size.height));
    let area: f64 = pieces.iter().map(|piece| (piece.size.width + GAP) * (piece.size.height + GAP)).sum();
    let widest = pieces.iter().map(|piece| piece.size.width).fold(0.0, f64::max);
    let natural = (area * PAGE.width / PAGE.height).sqrt();
    let shelves = [0.0, 0.8, 1.0, 1.2, 1.5].map(|factor| shelved(&pieces, widest.max(natural * factor)));
    let oversize_of = |places: &[Point]| oversize(extent(&pieces, places));
    let best = shelves.into_iter().min_by(|one, two| oversize_of(one).total_cmp(&oversize_of(two)));
    let places = best.unwrap_or_default();
    let mut whole = Arrangement {
        size: extent(&pieces, &places),
        blocks: Table::filled(scene.blocks.len(), Rect::default()),
        boxes: vec![None; scene.boxes],
        ..Arrangement::default()
    };
    for (piece, at) in pieces.iter().zip(places) {
        add(&mut whole, piece, at);
    }
    whole
}

fn shelved(pieces: &[Piece], length: f64) -> Vec<Point> {
    let mut at = Point::default();
    let mut depth = 0.0;
    let place = |piece: &Piece| {
        if at.x > 0.0 && at.x + piece.size.width > length {
            at = Point { x: 0.0, y: at.y + depth + GAP };
            depth = 0.0;
        }
        depth = f64::max(depth, piece.size.height);
        let place = at;
        at.x += piece.size.width + GAP;
        place
    };
    pieces.iter().map(place).collect()
}

fn extent(pieces: &[Piece], places: &[Point]) -> Size {
    pieces.iter().zip(places).fold(Size::default(), |all, (piece, at)| Size {
        width: all.width.max(at.x + piece.size.width),
        height: all.height.max(at.y + piece.size.height),
    })
}

fn add(whole: &mut Arrangement, piece: &Piece, at: Point) {
    for (block, rect) in &piece.blocks {
        whole.blocks[*block] = rect.shifted(at);
    }
    for (home, rect) in &piece.boxes {
        if let Some(place) = whole.boxes.get_mut(*home) {
            *place = Some(rect.shifted(at));
        }
    }
    let moved = |tip: Tip| Tip { at: tip.at.shifted(at), toward: tip.toward };
    whole.strands.extend(piece.strands.iter().map(|strand| Strand {
        wires: strand.wires.clone(),
        path: strand.path.clone().shifted(at),
        tip: strand.tip.map(moved),
        tail: strand.tail.map(moved),
        is_back: strand.is_back,
    }));
    whole.labels.extend(piece.labels.iter().map(|(wire, rect)| (*wire, rect.shifted(at))));
}
