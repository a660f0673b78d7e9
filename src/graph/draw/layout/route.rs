//! Rows and places become rectangles and paths.
//!
//! Between two rows each wire is one curve that leaves and arrives straight, and there is nothing else; within a row it
//! is straight. So it stays clear of everything that it does not end at.

use crate::graph::draw::geometry::{Path, Point, Rect, Size, Stroke};
use crate::graph::draw::ids::{BlockId, BundleId, ItemId, LinkId, RowId, Table, WireId};
use crate::graph::draw::layout::grid::{Grid, Link, Role};
use crate::graph::draw::layout::place::{Padding, Places};
use crate::graph::draw::layout::zones::Zone;
use crate::graph::draw::layout::{Flow, Strand, Tip};

/// Room for the title of a box.
const BOX_TITLE: f64 = 24.0;
/// Room between a box and what is in it.
const BOX_PADDING: f64 = 14.0;
/// A straight piece at each end of a wire, so that tips stand square.
const STUB: f64 = 9.0;

/// One part of the picture, laid out.
#[derive(Clone, Debug)]
pub(super) struct Piece {
    pub(super) size: Size,
    pub(super) blocks: Vec<(BlockId, Rect)>,
    pub(super) boxes: Vec<(usize, Rect)>,
    pub(super) strands: Vec<Strand>,
    pub(super) labels: Vec<(WireId, Rect)>,
}

impl Flow {
    /// What a box leaves free around what is in it, along the rows.
    pub(super) fn padding(self) -> Padding {
        match self {
            Self::Down => Padding { start: BOX_PADDING, end: BOX_PADDING },
            Self::Right => Padding { start: BOX_TITLE + BOX_PADDING, end: BOX_PADDING },
        }
    }

    fn point(self, along: f64, across: f64) -> Point {
        match self {
            Self::Down => Point { x: along.round(), y: across.round() },
            Self::Right => Point { x: across.round(), y: along.round() },
        }
    }

    fn rect(self, along: (f64, f64), across: (f64, f64)) -> Rect {
        let (at, end) = (self.point(along.0, across.0), self.point(along.1, across.1));
        Rect { at, size: Size { width: end.x - at.x, height: end.y - at.y } }
    }
}

/// From where to where a row goes, across.
#[derive(Clone, Copy, Debug)]
struct Band {
    start: f64,
    end: f64,
}

/// Draws a placed grid.
pub(super) fn route(grid: &Grid, places: &Places, zones: &[Zone], flow: Flow) -> Piece {
    let router = Router { grid, places, flow, bands: bands(grid, places, flow, zones) };
    let boxes = zones.iter().zip(&places.zones).map(|(zone, range)| router.framed(zone, *range)).collect();
    let blocks = grid.items.ids().filter_map(|id| router.block(id)).collect();
    let labels = grid.items.ids().filter_map(|id| router.label(id)).collect();
    let strands = grid.bundles.ids().flat_map(|bundle| router.strands(bundle)).collect();
    Piece { size: router.size(zones), blocks, boxes, strands, labels }
}

fn bands(grid: &Grid, places: &Places, flow: Flow, zones: &[Zone]) -> Table<RowId, Band> {
    let title = if flow == Flow::Down { BOX_TITLE } else { 0.0 };
    let mut bands: Table<RowId, Band> = Table::default();
    let mut at = 0.0;
    for (row, items) in grid.rows.iter() {
        let depth = items.iter().map(|item| match grid.items[*item].role {
            Role::Block(_) => grid.items[*item].depth + 2.0 * STUB,
            Role::Label(_) => grid.items[*item].depth + 4.0,
            Role::Trunk(_) => 0.0,
        });
        let depth = depth.fold(0.0, f64::max);
        if zones.iter().any(|zone| zone.first == row) {
            at += title + BOX_PADDING - STUB;
        }
        bands.push(Band { start: at, end: at + depth });
        at += depth + gap_below(grid, places, flow, row);
        if zones.iter().any(|zone| zone.last == row) {
            at += BOX_PADDING - STUB;
        }
    }
    bands
}

/// Room for curves: the more of them and the farther they go, the more.
fn gap_below(grid: &Grid, places: &Places, flow: Flow, row: RowId) -> f64 {
    let links =
        grid.rows[row].iter().flat_map(|item| &grid.items[*item].downward).map(|link| &grid.links[*link]);
    let (mut count, mut farthest) = (0_usize, 0.0_f64);
    let mut is_beside_label = false;
    for link in links {
        count += 1;
        farthest = farthest.max((places.of[link.upper] + link.out - places.of[link.lower] - link.into).abs());
        let is_label = |item: ItemId| matches!(grid.items[item].role, Role::Label(_));
        is_beside_label |= is_label(link.upper) || is_label(link.lower);
    }
    let least = match flow {
        _ if is_beside_label => 12.0,
        Flow::Down => 26.0,
        Flow::Right => 36.0,
    };
    least + (farthest * 0.09).min(84.0) + (count as f64 * 1.2).min(36.0)
}

struct Router<'a> {
    grid: &'a Grid,
    places: &'a Places,
    flow: Flow,
    bands: Table<RowId, Band>,
}

impl Router<'_> {
    fn size(&self, zones: &[Zone]) -> Size {
        let last = self.bands.ids().last();
        let below = if zones.iter().any(|zone| Some(zone.last) == last) { BOX_PADDING - STUB } else { 0.0 };
        let across = self.bands.values().last().map_or(0.0, |band| band.end) + below;
        let end = self.flow.point(self.places.span.1 - self.places.span.0, across);
        Size { width: end.x, height: end.y }
    }

    fn along(&self, item: ItemId) -> f64 {
        self.places.of[item] - self.places.span.0
    }

    fn band(&self, item: ItemId) -> Band {
        self.bands[self.grid.items[item].row]
    }

    /// The part of its band that an item takes.
    fn across(&self, item: ItemId) -> (f64, f64) {
        let (band, depth) = (self.band(item), self.grid.items[item].depth);
        let start = (band.start + band.end - depth) / 2.0;
        (start, start + depth)
    }

    fn rect(&self, id: ItemId) -> Rect {
        let before = self.grid.items[id].before;
        self.flow.rect((self.along(id) - before, self.along(id) + before), self.across(id))
    }

    fn block(&self, id: ItemId) -> Option<(BlockId, Rect)> {
        match self.grid.items[id].role {
            Role::Block(block) => Some((block, self.rect(id))),
            Role::Label(_) | Role::Trunk(_) => None,
        }
    }

    fn label(&self, id: ItemId) -> Option<(WireId, Rect)> {
        match self.grid.items[id].role {
            Role::Label(wire) => Some((wire, self.rect(id))),
            Role::Block(_) | Role::Trunk(_) => None,
        }
    }

    fn framed(&self, zone: &Zone, (from, to): (f64, f64)) -> (usize, Rect) {
        let (padding, start) = (self.flow.padding(), self.places.span.0);
        let title = if self.flow == Flow::Down { BOX_TITLE } else { 0.0 };
        let inset = BOX_PADDING - STUB;
        let across = (self.bands[zone.first].start - inset - title, self.bands[zone.last].end + inset);
        (zone.home, self.flow.rect((from - padding.start - start, to + padding.end - start), across))
    }

    fn strands(&self, id: BundleId) -> Vec<Strand> {
        let bundle = &self.grid.bundles[id];
        let all = || bundle.branches.iter().map(|branch| branch.wire).collect::<Vec<WireId>>();
        if let [branch] = bundle.branches.as_slice() {
            let links: Vec<LinkId> = branch.links.iter().chain(&bundle.trunk).copied().collect();
            let whole = self.strand(all(), &links, true);
            return whole
                .map(|strand| if bundle.is_back { turned(strand) } else { strand })
                .into_iter()
                .collect();
        }
        let branches = bundle.branches.iter();
        let branches = branches.filter_map(|branch| self.strand(vec![branch.wire], &branch.links, false));
        let trunk = match bundle.trunk.as_slice() {
            [] => bundle
                .branches
                .first()
                .and_then(|branch| branch.links.last())
                .map(|last| self.stub(all(), *last)),
            links => self.strand(all(), links, true),
        };
        branches.chain(trunk).collect()
    }

    /// The line along some links; if others join it at a block, only up to there.
    fn strand(&self, wires: Vec<WireId>, links: &[LinkId], is_whole: bool) -> Option<Strand> {
        let (first, last) = (&self.grid.links[*links.first()?], &self.grid.links[*links.last()?]);
        let start = match self.grid.items[first.upper].role {
            Role::Block(_) => self.across(first.upper).1,
            Role::Label(_) | Role::Trunk(_) => self.band(first.upper).start,
        };
        let mut pen = Pen::new(self.flow, self.along(first.upper) + first.out, start);
        for link in links {
            let link = &self.grid.links[*link];
            match self.grid.items[link.upper].role {
                Role::Label(_) => pen.skip(self.band(link.upper).end),
                Role::Block(_) | Role::Trunk(_) => pen.line(self.band(link.upper).end),
            }
            pen.curve(self.along(link.lower) + link.into, self.band(link.lower).start);
        }
        let is_block = |item: ItemId| matches!(self.grid.items[item].role, Role::Block(_));
        let tail = is_block(first.upper).then(|| Tip {
            at: self.flow.point(self.along(first.upper) + first.out, start),
            toward: self.flow.point(0.0, -1.0),
        });
        let tip = (is_whole && is_block(last.lower)).then(|| self.tip(last));
        if is_whole {
            pen.line(self.across(last.lower).0);
        }
        Some(Strand { wires, path: pen.path, tip, tail, is_back: false })
    }

    /// The last piece of wires that meet right before their block.
    fn stub(&self, wires: Vec<WireId>, last: LinkId) -> Strand {
        let last = &self.grid.links[last];
        let mut pen = Pen::new(self.flow, self.along(last.lower) + last.into, self.band(last.lower).start);
        pen.line(self.across(last.lower).0);
        Strand { wires, path: pen.path, tip: Some(self.tip(last)), tail: None, is_back: false }
    }

    fn tip(&self, last: &Link) -> Tip {
        Tip {
            at: self.flow.point(self.along(last.lower) + last.into, self.across(last.lower).0),
            toward: self.flow.point(0.0, 1.0),
        }
    }
}

/// A strand that points to where it starts.
fn turned(strand: Strand) -> Strand {
    Strand { tip: strand.tail, tail: strand.tip, is_back: true, ..strand }
}

/// Draws a path in the coordinates of the rows.
struct Pen {
    flow: Flow,
    along: f64,
    across: f64,
    path: Path,
}

impl Pen {
    fn new(flow: Flow, along: f64, across: f64) -> Self {
        Self { flow, along, across, path: Path { start: flow.point(along, across), strokes: Vec::new() } }
    }

    fn line(&mut self, across: f64) {
        let to = self.flow.point(self.along, across);
        match self.path.strokes.last_mut() {
            Some(Stroke::Line(end)) => *end = to,
            Some(Stroke::Curve(_, _, end)) if *end == to => {}
            None if self.path.start == to => {}
            Some(Stroke::Curve(..) | Stroke::Move(_)) | None => self.path.strokes.push(Stroke::Line(to)),
        }
        self.across = across;
    }

    /// Leaves room for a label.
    fn skip(&mut self, across: f64) {
        self.path.strokes.push(Stroke::Move(self.flow.point(self.along, across)));
        self.across = across;
    }

    fn curve(&mut self, along: f64, across: f64) {
        if self.flow.point(self.along, 0.0) == self.flow.point(along, 0.0) {
            self.line(across);
            return;
        }
        let middle = (self.across + across) / 2.0;
        let (one, two) = (self.flow.point(self.along, middle), self.flow.point(along, middle));
        self.path.strokes.push(Stroke::Curve(one, two, self.flow.point(along, across)));
        (self.along, self.across) = (along, across);
    }
}
