//! Which row a block is in: below everything that needs it, and not far below.

use crate::graph::draw::ids::{BlockId, Id, RowId, Table, WireId};
use crate::graph::draw::layout::Scene;

/// A wire as it runs through the rows.
#[derive(Clone, Copy, Debug)]
pub(super) struct Run {
    pub(super) wire: WireId,
    pub(super) upper: BlockId,
    pub(super) lower: BlockId,
    /// Whether it points upwards, because it closes a cycle.
    pub(super) is_back: bool,
}

/// Lets every wire run downwards, but those that would close a cycle with stronger ones.
pub(super) fn runs(scene: &Scene) -> Vec<Run> {
    let mut by_strength: Vec<WireId> = scene.wires.ids().collect();
    by_strength.sort_by_key(|wire| (std::cmp::Reverse(scene.wires[*wire].strength), *wire));
    let mut search = Search::new(scene.blocks.len());
    let mut runs: Vec<Run> = by_strength
        .into_iter()
        .map(|wire| {
            let (from, to) = (scene.wires[wire].from, scene.wires[wire].to);
            let is_back = search.reaches(to, from);
            let (upper, lower) = if is_back { (to, from) } else { (from, to) };
            search.below[upper].push(lower);
            Run { wire, upper, lower, is_back }
        })
        .collect();
    runs.sort_by_key(|run| run.wire);
    runs
}

struct Search {
    below: Table<BlockId, Vec<BlockId>>,
    seen_in: Table<BlockId, usize>,
    round: usize,
}

impl Search {
    fn new(blocks: usize) -> Self {
        let below = Table::filled(blocks, Vec::new());
        Self { below, seen_in: Table::filled(blocks, 0), round: 0 }
    }

    fn reaches(&mut self, from: BlockId, to: BlockId) -> bool {
        self.round += 1;
        let mut stack = vec![from];
        while let Some(block) = stack.pop() {
            if block == to {
                return true;
            }
            if std::mem::replace(&mut self.seen_in[block], self.round) != self.round {
                stack.extend(&self.below[block]);
            }
        }
        false
    }
}

/// The blocks of a part with their neighbours, and the heights they get, counted from the bottom.
struct Ranking {
    /// Each block after all that need it.
    order: Vec<BlockId>,
    above: Table<BlockId, Vec<BlockId>>,
    below: Table<BlockId, Vec<BlockId>>,
    height: Table<BlockId, usize>,
}

/// The rows of some blocks, from the top. `length` is what a block takes of a row, `limit` what a row should not exceed.
pub(super) fn rows(
    scene: &Scene,
    blocks: &[BlockId],
    runs: &[Run],
    length: impl Fn(BlockId) -> f64,
    limit: f64,
) -> Table<RowId, Vec<BlockId>> {
    let mut ranking = Ranking::new(scene, blocks, runs);
    ranking.rest_on_needs();
    ranking.lift_to_needers();
    ranking.hang_from_top();
    ranking.spread(length, limit);
    ranking.into_rows()
}

impl Ranking {
    fn new(scene: &Scene, blocks: &[BlockId], runs: &[Run]) -> Self {
        let mut above = Table::filled(scene.blocks.len(), Vec::new());
        let mut below = Table::filled(scene.blocks.len(), Vec::new());
        for run in runs {
            above[run.lower].push(run.upper);
            below[run.upper].push(run.lower);
        }
        let mut waiting: Table<BlockId, usize> = above.values().map(Vec::len).collect();
        let mut order: Vec<BlockId> = blocks.iter().copied().filter(|block| waiting[*block] == 0).collect();
        let mut next = 0;
        while let Some(block) = order.get(next).copied() {
            next += 1;
            for lower in &below[block] {
                waiting[*lower] -= 1;
                if waiting[*lower] == 0 {
                    order.push(*lower);
                }
            }
        }
        Self { order, above, below, height: Table::filled(scene.blocks.len(), 0) }
    }

    fn floor(&self, block: BlockId) -> usize {
        self.below[block].iter().map(|lower| self.height[*lower] + 1).max().unwrap_or(0)
    }

    fn rest_on_needs(&mut self) {
        for block in self.order.clone().into_iter().rev() {
            self.height[block] = self.floor(block);
        }
    }

    /// What more blocks need than it needs itself goes up as far as it can: that shortens more wires than it lengthens.
    fn lift_to_needers(&mut self) {
        for block in self.order.clone() {
            let ceiling = self.above[block].iter().map(|upper| self.height[*upper]).min();
            if let Some(ceiling) = ceiling.filter(|_| self.above[block].len() > self.below[block].len()) {
                self.height[block] = ceiling.saturating_sub(1).max(self.height[block]);
            }
        }
    }

    /// Blocks that are not connected share a part because they share a box; all of them begin at the top.
    fn hang_from_top(&mut self) {
        let tallest = self.order.iter().map(|block| self.height[*block]).max().unwrap_or(0);
        let mut is_met: Table<BlockId, bool> = Table::filled(self.height.len(), false);
        for start in self.order.clone() {
            if std::mem::replace(&mut is_met[start], true) {
                continue;
            }
            let mut connected = vec![start];
            let mut next = 0;
            while let Some(block) = connected.get(next).copied() {
                next += 1;
                for other in self.above[block].iter().chain(&self.below[block]) {
                    if !std::mem::replace(&mut is_met[*other], true) {
                        connected.push(*other);
                    }
                }
            }
            let top = connected.iter().map(|block| self.height[*block]).max().unwrap_or(0);
            connected.into_iter().for_each(|block| self.height[block] += tallest - top);
        }
    }

    /// Moves what does not fit a row to the row above.
    fn spread(&mut self, length: impl Fn(BlockId) -> f64, limit: f64) {
        let mut from_bottom = self.order.clone();
        from_bottom.sort_by_key(|block| (self.height[*block], *block));
        let mut filled: Vec<f64> = Vec::new();
        for block in from_bottom {
            let lowest = self.height[block].max(self.floor(block));
            let length = length(block);
            let fits = |height: &usize| filled.get(*height).is_none_or(|used| used + length <= limit);
            let height = (lowest..).find(fits).unwrap_or(lowest);
            if filled.len() <= height {
                filled.resize(height + 1, 0.0);
            }
            if let Some(used) = filled.get_mut(height) {
                *used += length;
            }
            self.height[block] = height;
        }
    }

    fn into_rows(self) -> Table<RowId, Vec<BlockId>> {
        let tallest = self.order.iter().map(|block| self.height[*block]).max().unwrap_or(0);
        let mut rows: Table<RowId, Vec<BlockId>> = Table::filled(tallest + 1, Vec::new());
        let mut blocks = self.order;
        blocks.sort_unstable();
        for block in blocks {
            rows[RowId::new(tallest - self.height[block])].push(block);
        }
        rows.into_values().into_iter().filter(|row| !row.is_empty()).collect()
    }
}
