//! The order of the items in each row, for few crossings.
//!
//! Rows are sorted by the average place of their neighbours, downwards and upwards in turn, then neighbours change
//! places where that alone helps; the best order seen is kept. Lanes stay together and in their order.

use std::ops::Range;

use crate::graph::draw::ids::{Id, ItemId, LinkId, RowId, Table};
use crate::graph::draw::layout::grid::Grid;

/// Work on larger grids is cut down to stay quick.
const MANY_LINKS: usize = 3_000;
const SWEEPS: usize = 24;
const FEW_SWEEPS: usize = 6;

/// Orders the rows of a grid and returns how many crossings are left.
pub(super) fn order(grid: &mut Grid) -> usize {
    let sweeps = if grid.links.len() > MANY_LINKS { FEW_SWEEPS } else { SWEEPS };
    let mut best = (usize::MAX, grid.rows.clone());
    for start in [Start::AsGiven, Start::ByDepth] {
        let mut sorter = Sorter::new(grid, start);
        for sweep in 0..sweeps {
            // Ties are kept for two sweeps and turned round for two: that leads out of orders that no single swap improves.
            sorter.turns_ties = sweep % 4 > 1;
            sorter.sweep(if sweep % 2 == 0 { Toward::Bottom } else { Toward::Top });
            sorter.exchange();
            let crossings = sorter.crossings();
            if crossings < best.0 {
                best = (crossings, sorter.rows.clone());
            }
        }
        if best.0 == 0 {
            break;
        }
    }
    grid.rows = best.1;
    best.0
}

enum Start {
    AsGiven,
    /// As a walk down from each top item first meets them.
    ByDepth,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Toward {
    Bottom,
    Top,
}

struct Sorter<'a> {
    grid: &'a Grid,
    rows: Table<RowId, Vec<ItemId>>,
    place: Table<ItemId, usize>,
    turns_ties: bool,
}

impl<'a> Sorter<'a> {
    fn new(grid: &'a Grid, start: Start) -> Self {
        let place = Table::filled(grid.items.len(), 0);
        let mut sorter = Self { grid, rows: grid.rows.clone(), place, turns_ties: false };
        if let Start::ByDepth = start {
            sorter.sort_by_walk();
        }
        for row in sorter.rows.ids() {
            sorter.rows[row].sort_by_key(|item| grid.items[*item].lane);
            sorter.number(row);
        }
        sorter
    }

    fn sort_by_walk(&mut self) {
        let mut met: Table<ItemId, Option<usize>> = Table::filled(self.grid.items.len(), None);
        let mut count = 0;
        let tops =
            self.rows.values().flatten().copied().filter(|item| self.grid.items[*item].upward.is_empty());
        let mut stack: Vec<ItemId> = tops.collect();
        stack.reverse();
        while let Some(item) = stack.pop() {
            if met[item].is_none() {
                met[item] = Some(count);
                count += 1;
                let lower = self.grid.items[item].downward.iter().map(|link| self.grid.links[*link].lower);
                stack.extend(lower.rev());
            }
        }
        for row in self.rows.values_mut() {
            row.sort_by_key(|item| met[*item]);
        }
    }

    fn number(&mut self, row: RowId) {
        for (place, item) in self.rows[row].iter().enumerate() {
            self.place[*item] = place;
        }
    }

    fn neighbours(&self, item: ItemId, toward: Toward) -> impl Iterator<Item = ItemId> {
        let item = &self.grid.items[item];
        let links = if toward == Toward::Top { &item.upward } else { &item.downward };
        links.iter().map(move |link| {
            let link = &self.grid.links[*link];
            if toward == Toward::Top { link.upper } else { link.lower }
        })
    }

    /// Sorts each row by its neighbours in the row that was sorted before it.
    fn sweep(&mut self, toward: Toward) {
        let rows: Vec<RowId> = match toward {
            Toward::Bottom => self.rows.ids().skip(1).collect(),
            Toward::Top => self.rows.ids().rev().skip(1).collect(),
        };
        let sorted = if toward == Toward::Bottom { Toward::Top } else { Toward::Bottom };
        for row in rows {
            let mut keyed: Vec<(usize, f64, ItemId)> = self.rows[row]
                .iter()
                .map(|item| (self.grid.items[*item].lane, self.middle(*item, sorted), *item))
                .collect();
            if self.turns_ties {
                keyed.reverse();
            }
            keyed.sort_by(|one, two| one.0.cmp(&two.0).then(one.1.total_cmp(&two.1)));
            self.rows[row] = keyed.into_iter().map(|(_, _, item)| item).collect();
            self.number(row);
        }
    }

    /// The average place of the neighbours, as a share of their row; its own place if there are none.
    fn middle(&self, item: ItemId, toward: Toward) -> f64 {
        let share = |item: ItemId| {
            let row = self.rows[self.grid.items[item].row].len();
            (self.place[item] as f64 + 0.5) / row as f64
        };
        let (sum, count) = self
            .neighbours(item, toward)
            .fold((0.0, 0.0), |(sum, count), other| (sum + share(other), count + 1.0));
        if count > 0.0 { sum / count } else { share(item) }
    }

    /// Swaps neighbours in all rows as long as that removes crossings.
    fn exchange(&mut self) {
        const ROUNDS: usize = 8;
        let mut is_stale: Table<RowId, bool> = Table::filled(self.rows.len(), true);
        for _ in 0..ROUNDS {
            for row in self.rows.ids() {
                if std::mem::replace(&mut is_stale[row], false) && self.exchange_in(row) {
                    let beside = self.rows.ids().skip(row.position().saturating_sub(1)).take(3);
                    beside.filter(|other| *other != row).for_each(|other| is_stale[other] = true);
                }
            }
        }
    }

    fn exchange_in(&mut self, row: RowId) -> bool {
        // Each swap removes a crossing, so this ends; the bound keeps hostile graphs quick.
        const PASSES: usize = 16;
        let mut places = Vec::new();
        let mut ends: Vec<Ends> = self.rows[row].iter().map(|item| self.ends(*item, &mut places)).collect();
        let mut has_changed = false;
        for pass in 0..PASSES {
            let mut has_swapped = false;
            for place in 1..ends.len() {
                if let Some([left, right]) = ends.get_mut(place - 1..=place)
                    && left.lane == right.lane
                {
                    let (now, swapped) = (left.crossings(right, &places), right.crossings(left, &places));
                    if swapped < now || (swapped == now && pass == 0 && self.turns_ties) {
                        std::mem::swap(left, right);
                        has_swapped |= swapped < now;
                        has_changed = true;
                    }
                }
            }
            if !has_swapped {
                break;
            }
        }
        if has_changed {
            self.rows[row] = ends.into_iter().map(|ends| ends.item).collect();
            self.number(row);
        }
        has_changed
    }

    /// An item with the places of its neighbours, which are added to `places`.
    fn ends(&self, item: ItemId, places: &mut Vec<usize>) -> Ends {
        let mut add = |toward| {
            let start = places.len();
            places.extend(self.neighbours(item, toward).map(|other| self.place[other]));
            places.get_mut(start..).unwrap_or_default().sort_unstable();
            start..places.len()
        };
        Ends { item, lane: self.grid.items[item].lane, above: add(Toward::Top), below: add(Toward::Bottom) }
    }

    fn crossings(&self) -> usize {
        let mut links: Vec<LinkId> = self.grid.links.ids().collect();
        let places = |link: &LinkId| {
            let link = &self.grid.links[*link];
            (self.grid.items[link.upper].row, self.place[link.upper], self.place[link.lower])
        };
        links.sort_by_key(places);
        let by_row = links.chunk_by(|one, two| places(one).0 == places(two).0);
        by_row.map(|links| inversions(links.iter().map(|link| places(link).2))).sum()
    }
}

/// An item, and which part of a list are the places of its neighbours in the rows above and below.
struct Ends {
    item: ItemId,
    lane: usize,
    above: Range<usize>,
    below: Range<usize>,
}

impl Ends {
    /// How often its links cross those of an item to its right.
    fn crossings(&self, right: &Self, places: &[usize]) -> usize {
        let of = |range: &Range<usize>| places.get(range.clone()).unwrap_or_default();
        greater_pairs(of(&self.above), of(&right.above)) + greater_pairs(of(&self.below), of(&right.below))
    }
}

/// How many pairs have the larger number on the left, for ascending numbers.
fn greater_pairs(left: &[usize], right: &[usize]) -> usize {
    let mut smaller = right.iter().peekable();
    let mut passed = 0;
    let mut pairs = 0;
    for left in left {
        while smaller.next_if(|right| *right < left).is_some() {
            passed += 1;
        }
        pairs += passed;
    }
    pairs
}

/// How many pairs of a sequence are the wrong way round, counted with a Fenwick tree.
fn inversions(places: impl Iterator<Item = usize>) -> usize {
    let places: Vec<usize> = places.collect();
    let size = places.iter().max().map_or(0, |place| place + 1);
    let mut tree = vec![0; size + 1];
    let mut total = 0;
    for (seen, place) in places.into_iter().enumerate() {
        let prefix = std::iter::successors(Some(place + 1), |at| Some(at & (at - 1)).filter(|at| *at > 0));
        let not_larger: usize = prefix.filter_map(|at| tree.get(at)).sum();
        total += seen - not_larger;
        let mut at = place + 1;
        while let Some(count) = tree.get_mut(at) {
            *count += 1;
            at += at & at.wrapping_neg();
        }
    }
    total
}

#[cfg(test)]
mod tests {
    use super::inversions;

    #[test]
    fn inversions_count_pairs_that_are_the_wrong_way_round() {
        assert_eq!(inversions([0, 1, 2].into_iter()), 0);
        assert_eq!(inversions([2, 1, 0].into_iter()), 3);
        assert_eq!(inversions([1, 1, 0, 2, 0].into_iter()), 5);
        assert_eq!(inversions(std::iter::empty()), 0);
    }
}
