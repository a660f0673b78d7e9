//! The boxes as they lie in the rows: from a first row to a last one, and there with nothing foreign in them.
//!
//! Outside its rows a box takes no room, so boxes that share no row may lie one above the other.

use crate::graph::draw::ids::{ItemId, RowId};
use crate::graph::draw::layout::grid::{Grid, Role};
use crate::graph::draw::layout::lanes::Lanes;

/// A box in its rows.
#[derive(Clone, Copy, Debug)]
pub(super) struct Zone {
    pub(super) home: usize,
    pub(super) lane: usize,
    pub(super) first: RowId,
    pub(super) last: RowId,
}

impl Zone {
    /// Whether it takes room in a row.
    pub(super) fn covers(&self, row: RowId) -> bool {
        (self.first..=self.last).contains(&row)
    }
}

/// The boxes of a grid, by their order in the rows.
pub(super) fn zones(grid: &Grid, lanes: &Lanes) -> Vec<Zone> {
    let zone = |lane: usize| {
        let home = lanes.box_of(lane)?;
        let blocks = || {
            let items = grid.items.values().filter(move |item| item.lane == lane);
            items.filter(|item| matches!(item.role, Role::Block(_))).map(|item| item.row)
        };
        Some(Zone { home, lane, first: blocks().min()?, last: blocks().max()? })
    };
    (0..lanes.count()).filter_map(zone).collect()
}

/// Items of one row that may be anywhere between two limits.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stretch<'a> {
    pub(super) items: &'a [ItemId],
    /// The zone they are in.
    pub(super) inside: Option<usize>,
    /// The zones they are between.
    pub(super) after: Option<usize>,
    pub(super) before: Option<usize>,
}

/// The stretches of a row, from its start.
pub(super) fn stretches<'a>(grid: &'a Grid, zones: &[Zone], row: RowId) -> Vec<Stretch<'a>> {
    let mut rest: &[ItemId] = &grid.rows[row];
    let mut after = None;
    let mut stretches = Vec::new();
    for (place, zone) in zones.iter().enumerate().filter(|(_, zone)| zone.covers(row)) {
        let lane = |item: &ItemId| grid.items[*item].lane;
        let (outside, others) = rest.split_at(rest.partition_point(|item| lane(item) < zone.lane));
        let (inside, others) = others.split_at(others.partition_point(|item| lane(item) == zone.lane));
        stretches.push(Stretch { items: outside, inside: None, after, before: Some(place) });
        stretches.push(Stretch { items: inside, inside: Some(place), after: None, before: None });
        (after, rest) = (Some(place), others);
    }
    stretches.push(Stretch { items: rest, inside: None, after, before: None });
    stretches
}
