//! Where along its row each item is: as close to its neighbours as their order allows.
//!
//! Links pull their ends together like springs; items of a row push each other apart. Each row alone is solved exactly
//! (regression under an order, by pooling neighbours that collide), with the other rows held still; as rows only touch
//! through springs, repeating this comes ever closer to the best placement of all. Boxes move as a whole between the
//! rounds. Trunks are then made straight where there is room for it.

use crate::graph::draw::ids::{ItemId, LinkId, RowId, Table};
use crate::graph::draw::layout::grid::{Grid, Role};
use crate::graph::draw::layout::ports;
use crate::graph::draw::layout::zones::{Stretch, Zone, stretches};

/// Where things are along the rows.
#[derive(Clone, Debug)]
pub(super) struct Places {
    /// The centres of the items.
    pub(super) of: Table<ItemId, f64>,
    /// The start and end of each zone, without its padding.
    pub(super) zones: Vec<(f64, f64)>,
    /// From where to where there is anything.
    pub(super) span: (f64, f64),
}

/// Free room at the start and end of a zone, within its box.
#[derive(Clone, Copy, Debug)]
pub(super) struct Padding {
    pub(super) start: f64,
    pub(super) end: f64,
}

/// Between a box and what is beside it.
const BESIDE_BOX: f64 = 18.0;
/// Rounds of rows; larger grids get fewer.
const ROUNDS: usize = 48;
const MANY_ITEMS: usize = 1_500;

/// Places the items of a grid.
pub(super) fn place(grid: &mut Grid, zones: &[Zone], padding: Padding) -> Places {
    ports::spread(grid);
    let mut placer = Placer::new(grid, zones, padding);
    let rounds = if grid.items.len() > MANY_ITEMS { ROUNDS / 4 } else { ROUNDS };
    for _ in 0..rounds / 2 {
        placer.move_zones();
        grid.rows.ids().for_each(|row| placer.settle(row));
        grid.rows.ids().rev().for_each(|row| placer.settle(row));
    }
    let mut places = placer.finish();
    for _ in 0..2 {
        straighten(grid, zones, padding, &mut places);
        ports::align(grid, &places.of);
    }
    places
}

/// The length of items side by side.
fn length(grid: &Grid, items: &[ItemId]) -> f64 {
    let first = items.first().map_or(0.0, |item| grid.items[*item].before);
    let last = items.last().map_or(0.0, |item| grid.items[*item].after);
    first + last + offsets(grid, items).last().copied().unwrap_or(0.0)
}

/// How far each item's centre is from the first one's, if they are as close as they may be.
fn offsets(grid: &Grid, items: &[ItemId]) -> Vec<f64> {
    let mut offset = 0.0;
    let mut last: Option<ItemId> = None;
    let mut offsets = Vec::with_capacity(items.len());
    for item in items {
        if let Some(last) = last.replace(*item) {
            offset += distance(grid, last, *item);
        }
        offsets.push(offset);
    }
    offsets
}

/// The least distance of the centres of two neighbours.
fn distance(grid: &Grid, left: ItemId, right: ItemId) -> f64 {
    let (left, right) = (&grid.items[left], &grid.items[right]);
    let gap = match (left.role, right.role) {
        (Role::Block(_), Role::Block(_)) => 24.0,
        (Role::Trunk(_), Role::Trunk(_)) => 14.0,
        (Role::Label(_), Role::Label(_)) => 10.0,
        (Role::Block(_) | Role::Label(_) | Role::Trunk(_), _) => 16.0,
    };
    left.after + gap + right.before
}

/// Two zones that must stay apart, by position, and how far.
struct Apart {
    left: usize,
    right: usize,
    distance: f64,
}

struct Placer<'a> {
    grid: &'a Grid,
    zones: &'a [Zone],
    padding: Padding,
    apart: Vec<Apart>,
    places: Places,
}

impl<'a> Placer<'a> {
    /// Rows packed around one middle, zones packed from the start.
    fn new(grid: &'a Grid, zones: &'a [Zone], padding: Padding) -> Self {
        let mut widths = vec![0.0_f64; zones.len()];
        let mut apart: Vec<Apart> = Vec::new();
        for row in grid.rows.ids() {
            for stretch in stretches(grid, zones, row) {
                let length = length(grid, stretch.items);
                if let Some(width) = stretch.inside.and_then(|zone| widths.get_mut(zone)) {
                    *width = width.max(length);
                }
                if let (Some(left), Some(right)) = (stretch.after, stretch.before) {
                    let between =
                        if stretch.items.is_empty() { BESIDE_BOX } else { length + 2.0 * BESIDE_BOX };
                    apart.push(Apart { left, right, distance: padding.end + between + padding.start });
                }
            }
        }
        let mut ranges: Vec<(f64, f64)> = Vec::new();
        for (place, width) in widths.iter().enumerate() {
            let least = apart.iter().filter(|apart| apart.right == place);
            let least = least.filter_map(|apart| Some(ranges.get(apart.left)?.1 + apart.distance));
            let start = least.fold(0.0, f64::max);
            ranges.push((start, start + width));
        }
        let places = Places { of: Table::filled(grid.items.len(), 0.0), zones: ranges, span: (0.0, 0.0) };
        let mut placer = Self { grid, zones, padding, apart, places };
        grid.rows.ids().for_each(|row| placer.pack(row));
        placer
    }

    fn pack(&mut self, row: RowId) {
        for stretch in stretches(self.grid, self.zones, row) {
            let (from, to) = limits(&self.places.zones, self.padding, &stretch);
            let length = length(self.grid, stretch.items);
            let middle = if (to - from).is_finite() { (from + to) / 2.0 } else { 0.0 };
            let start = (middle - length / 2.0).min(to - length).max(from);
            let first = stretch.items.first().map_or(0.0, |item| self.grid.items[*item].before);
            for (item, offset) in stretch.items.iter().zip(offsets(self.grid, stretch.items)) {
                self.places.of[*item] = start + first + offset;
            }
        }
    }

    /// The other end of a link, seen from an item, as the place where the item would have it straight.
    fn straight(&self, item: ItemId, link: LinkId) -> (ItemId, f64, f64) {
        let link = &self.grid.links[link];
        let of = &self.places.of;
        if link.lower == item {
            (link.upper, of[link.upper] + link.out - link.into, link.weight)
        } else {
            (link.lower, of[link.lower] + link.into - link.out, link.weight)
        }
    }

    /// Where the neighbours of an item want it, and how strongly.
    fn pull(&self, item: ItemId) -> (f64, f64) {
        let ends = &self.grid.items[item];
        let links = ends.upward.iter().chain(&ends.downward).map(|link| self.straight(item, *link));
        let (sum, weight) =
            links.fold((0.0, 0.0), |(sum, total), (_, place, weight)| (sum + place * weight, total + weight));
        if weight > 0.0 { (sum / weight, weight) } else { (self.places.of[item], 0.01) }
    }

    /// Solves one row with the others held still.
    fn settle(&mut self, row: RowId) {
        for stretch in stretches(self.grid, self.zones, row) {
            let (from, to) = limits(&self.places.zones, self.padding, &stretch);
            let offsets = offsets(self.grid, stretch.items);
            let pulls = stretch.items.iter().zip(&offsets).map(|(item, offset)| {
                let (place, weight) = self.pull(*item);
                (place - offset, weight)
            });
            let starts = pool(pulls);
            let first = stretch.items.first().map_or(0.0, |item| self.grid.items[*item].before);
            let last = to - length(self.grid, stretch.items) + first;
            for ((item, offset), start) in stretch.items.iter().zip(&offsets).zip(starts) {
                self.places.of[*item] = start.min(last).max(from + first) + offset;
            }
        }
    }

    /// Moves each zone with all that is in it to where the links that leave it want it.
    fn move_zones(&mut self) {
        for place in 0..self.zones.len() {
            let (inside, beside) = self.moved_by(place);
            let shift = self.room_of_zone(place, self.wanted_shift(&inside, &beside));
            for item in inside {
                self.places.of[item] += shift;
            }
            if let Some(range) = self.places.zones.get_mut(place) {
                *range = (range.0 + shift, range.1 + shift);
            }
        }
    }

    /// The items in a zone and those right beside it, which it may push.
    fn moved_by(&self, place: usize) -> (Vec<ItemId>, Vec<ItemId>) {
        let (mut inside, mut beside) = (Vec::new(), Vec::new());
        for row in self.grid.rows.ids() {
            for stretch in stretches(self.grid, self.zones, row) {
                if stretch.inside == Some(place) {
                    inside.extend(stretch.items);
                } else if stretch.after == Some(place) || stretch.before == Some(place) {
                    beside.extend(stretch.items);
                }
            }
        }
        (inside, beside)
    }

    /// How far the links that leave a zone pull it. Those to what is beside it do not count: it would run after what it
    /// pushes.
    fn wanted_shift(&self, inside: &[ItemId], beside: &[ItemId]) -> f64 {
        let mut is_near = Table::filled(self.grid.items.len(), false);
        inside.iter().chain(beside).for_each(|item| is_near[*item] = true);
        let (mut sum, mut total) = (0.0, 0.0);
        for item in inside {
            let ends = &self.grid.items[*item];
            for link in ends.upward.iter().chain(&ends.downward) {
                let (other, place, weight) = self.straight(*item, *link);
                if !is_near[other] {
                    sum += (place - self.places.of[*item]) * weight;
                    total += weight;
                }
            }
        }
        if total > 0.0 { sum / total } else { 0.0 }
    }

    /// The part of a shift that keeps zones apart.
    fn room_of_zone(&self, place: usize, shift: f64) -> f64 {
        let range = |place: usize| self.places.zones.get(place).copied().unwrap_or_default();
        let (from, to) = range(place);
        let least = self.apart.iter().filter(|apart| apart.right == place);
        let least =
            least.map(|apart| range(apart.left).1 + apart.distance - from).fold(f64::NEG_INFINITY, f64::max);
        let most = self.apart.iter().filter(|apart| apart.left == place);
        let most = most.map(|apart| range(apart.right).0 - apart.distance - to).fold(f64::INFINITY, f64::min);
        shift.min(most).max(least)
    }

    fn finish(self) -> Places {
        let items = self.places.of.iter().map(|(id, place)| {
            let item = &self.grid.items[id];
            (place - item.before, place + item.after)
        });
        let zones =
            self.places.zones.iter().map(|(from, to)| (from - self.padding.start, to + self.padding.end));
        let span = items.chain(zones).fold((f64::INFINITY, f64::NEG_INFINITY), |all, one| {
            (f64::min(all.0, one.0), f64::max(all.1, one.1))
        });
        Places { span, ..self.places }
    }
}

/// From where to where the items of a stretch may be.
fn limits(zones: &[(f64, f64)], padding: Padding, stretch: &Stretch<'_>) -> (f64, f64) {
    let range = |place: Option<usize>| place.and_then(|place| zones.get(place)).copied();
    range(stretch.inside).unwrap_or_else(|| {
        let after = range(stretch.after).map(|(_, to)| to + padding.end + BESIDE_BOX);
        let before = range(stretch.before).map(|(from, _)| from - padding.start - BESIDE_BOX);
        (after.unwrap_or(f64::NEG_INFINITY), before.unwrap_or(f64::INFINITY))
    })
}

/// Makes each trunk one straight line where its neighbours leave room for that.
fn straighten(grid: &Grid, zones: &[Zone], padding: Padding, places: &mut Places) {
    for bundle in grid.bundles.values() {
        let trunk: Vec<ItemId> = bundle.trunk.iter().map(|link| grid.links[*link].upper).collect();
        let Some(end) = bundle.trunk.last().map(|link| &grid.links[*link]) else { continue };
        let wanted = places.of[end.lower] + end.into;
        let rooms = trunk.iter().map(|item| room(grid, zones, padding, places, *item));
        let (from, to) = rooms.fold((f64::NEG_INFINITY, f64::INFINITY), |all, one| {
            (f64::max(all.0, one.0), f64::min(all.1, one.1))
        });
        if from <= to {
            trunk.into_iter().for_each(|item| places.of[item] = wanted.clamp(from, to));
        }
    }
}

/// Between which places an item can move while all others stay.
fn room(grid: &Grid, zones: &[Zone], padding: Padding, places: &Places, item: ItemId) -> (f64, f64) {
    let stretches = stretches(grid, zones, grid.items[item].row);
    let found = stretches
        .iter()
        .find_map(|stretch| Some((stretch, stretch.items.iter().position(|other| *other == item)?)));
    let Some((stretch, position)) = found else { return (f64::NEG_INFINITY, f64::INFINITY) };
    let (start, end) = limits(&places.zones, padding, stretch);
    let left = position.checked_sub(1).and_then(|left| stretch.items.get(left));
    let right = stretch.items.get(position + 1);
    (
        left.map_or(start, |left| places.of[*left] + distance(grid, *left, item)),
        right.map_or(end, |right| places.of[*right] - distance(grid, item, *right)),
    )
}

/// The ascending sequence closest to the wanted places, by weighted squares.
pub(super) fn pool(wanted: impl Iterator<Item = (f64, f64)>) -> Vec<f64> {
    struct Pool {
        sum: f64,
        weight: f64,
        len: usize,
    }
    let mut pools: Vec<Pool> = Vec::new();
    for (place, weight) in wanted {
        let mut pool = Pool { sum: place * weight, weight, len: 1 };
        while let Some(last) = pools.pop_if(|last| last.sum / last.weight > pool.sum / pool.weight) {
            pool = Pool {
                sum: pool.sum + last.sum,
                weight: pool.weight + last.weight,
                len: pool.len + last.len,
            };
        }
        pools.push(pool);
    }
    pools.iter().flat_map(|pool| std::iter::repeat_n(pool.sum / pool.weight, pool.len)).collect()
}

#[cfg(test)]
mod tests {
    use super::pool;

    #[test]
    fn what_collides_meets_in_the_middle() {
        let pooled = |places: &[(f64, f64)]| pool(places.iter().copied());
        assert_eq!(pooled(&[(1.0, 1.0), (2.0, 1.0), (3.0, 1.0)]), [1.0, 2.0, 3.0]);
        assert_eq!(pooled(&[(4.0, 1.0), (2.0, 1.0), (9.0, 1.0)]), [3.0, 3.0, 9.0]);
        assert_eq!(pooled(&[(4.0, 3.0), (0.0, 1.0)]), [3.0, 3.0]);
        assert_eq!(pooled(&[(3.0, 1.0), (2.0, 1.0), (1.0, 1.0)]), [2.0, 2.0, 2.0]);
    }
}
