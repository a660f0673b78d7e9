//! Ranges of the rows that belong to one box each, so that a box holds nothing foreign.
//!
//! Lanes with odd numbers hold the blocks of a box; the even ones between them hold the blocks that are in no box.

use crate::graph::draw::ids::{BlockId, Table};
use crate::graph::draw::layout::ranks::Run;
use crate::graph::draw::layout::{Home, Scene};

/// The lane of each block of a part, and the box of each lane.
#[derive(Clone, Debug)]
pub(super) struct Lanes {
    of: Table<BlockId, usize>,
    boxes: Vec<usize>,
}

impl Lanes {
    /// Lanes for the boxes that these blocks are in.
    pub(super) fn of(scene: &Scene, blocks: &[BlockId], runs: &[Run]) -> Self {
        let homes = blocks.iter().filter_map(|block| match &scene.blocks[*block].home {
            Home::Box(home) => Some(*home),
            Home::Near(_) => None,
        });
        let mut boxes: Vec<usize> = homes.collect();
        boxes.sort_unstable();
        boxes.dedup();
        if boxes.len() > 2 {
            shorten(&mut boxes, &ties(scene, blocks, runs));
        }
        let of = lane_of_blocks(scene, blocks, runs, &boxes);
        Self { of, boxes }
    }

    /// How many there are.
    pub(super) fn count(&self) -> usize {
        2 * self.boxes.len() + 1
    }

    /// The lane of a block.
    pub(super) fn lane(&self, block: BlockId) -> usize {
        self.of[block]
    }

    /// The box that a lane is for.
    pub(super) fn box_of(&self, lane: usize) -> Option<usize> {
        if lane % 2 == 1 { self.boxes.get(lane / 2).copied() } else { None }
    }
}

/// Pairs of boxes that should be near each other.
fn ties(scene: &Scene, blocks: &[BlockId], runs: &[Run]) -> Vec<(usize, usize)> {
    let boxes_of = |block: BlockId| match &scene.blocks[block].home {
        Home::Box(home) => vec![*home],
        Home::Near(boxes) => boxes.clone(),
    };
    let pairs = |left: &[usize], right: &[usize]| {
        let pairs = left.iter().flat_map(|one| right.iter().map(|two| (*one, *two)));
        pairs.filter(|(one, two)| one != two).collect::<Vec<_>>()
    };
    let by_wire = runs.iter().flat_map(|run| pairs(&boxes_of(run.upper), &boxes_of(run.lower)));
    let by_block = blocks.iter().flat_map(|block| pairs(&boxes_of(*block), &boxes_of(*block)));
    by_wire.chain(by_block).collect()
}

/// Moves one box at a time as long as that brings tied boxes closer.
fn shorten(boxes: &mut Vec<usize>, ties: &[(usize, usize)]) {
    let cost = |boxes: &[usize]| {
        let place = |wanted: usize| boxes.iter().position(|home| *home == wanted);
        let distance = |(one, two): &(usize, usize)| place(*one)?.checked_signed_diff(place(*two)?);
        ties.iter().filter_map(distance).map(isize::unsigned_abs).sum::<usize>()
    };
    const ROUNDS: usize = 4;
    let (mut best, places) = (cost(boxes), boxes.len());
    for (from, to) in (0..ROUNDS).flat_map(|_| pairs_of_places(places)) {
        let mut moved = boxes.clone();
        let home = moved.remove(from);
        moved.insert(to, home);
        let cost = cost(&moved);
        if cost < best {
            (best, *boxes) = (cost, moved);
        }
    }
}

fn pairs_of_places(places: usize) -> impl Iterator<Item = (usize, usize)> {
    (0..places).flat_map(move |from| (0..places).filter(move |to| *to != from).map(move |to| (from, to)))
}

fn lane_of_blocks(scene: &Scene, blocks: &[BlockId], runs: &[Run], boxes: &[usize]) -> Table<BlockId, usize> {
    let lane_of_box = |home: &usize| boxes.iter().position(|other| other == home).map(|place| 2 * place + 1);
    let mut lanes: Table<BlockId, Option<usize>> = Table::filled(scene.blocks.len(), None);
    for block in blocks {
        lanes[*block] = match &scene.blocks[*block].home {
            Home::Box(home) => lane_of_box(home),
            Home::Near(near) => between(near.iter().filter_map(lane_of_box)),
        };
    }
    for block in blocks.iter().filter(|block| matches!(scene.blocks[**block].home, Home::Near(_))) {
        if lanes[*block].is_none() {
            let ends = runs.iter().filter_map(|run| match (run.upper == *block, run.lower == *block) {
                (true, _) => lanes[run.lower],
                (_, true) => lanes[run.upper],
                (false, false) => None,
            });
            lanes[*block] = between(ends);
        }
    }
    lanes.values().map(|lane| lane.unwrap_or(2 * boxes.len())).collect()
}

/// The lane between boxes that is closest to the middle of some lanes.
fn between(lanes: impl Iterator<Item = usize>) -> Option<usize> {
    let lanes: Vec<usize> = lanes.collect();
    let sum: usize = lanes.iter().sum();
    let middle = (2 * sum + lanes.len()).checked_div(2 * lanes.len())?;
    Some(middle + middle % 2)
}
