//! Where along a block its links leave and enter.

use crate::graph::draw::ids::{BundleId, ItemId, LinkId, Table};
use crate::graph::draw::layout::grid::{Grid, Item, Role};
use crate::graph::draw::layout::place::pool;

/// Between two ports.
const BESIDE: f64 = 16.0;
/// Between a port and the corner.
const MARGIN: f64 = 14.0;
/// How far from the middle of its block a port goes to make its link straight.
const REACH: f64 = 48.0;

/// Side by side around the middle of each block, in the order of where they lead.
pub(super) fn spread(grid: &mut Grid) {
    let place = positions(grid);
    for id in blocks(grid) {
        let mut out = grid.items[id].downward.clone();
        out.sort_by_key(|link| (place[grid.links[*link].lower], *link));
        for (slot, link) in out.iter().enumerate() {
            grid.links[*link].out = even(&grid.items[id], slot, out.len());
        }
        let bundles = entering(grid, id, &place);
        for (slot, (_, links)) in bundles.iter().enumerate() {
            for link in links {
                grid.links[*link].into = even(&grid.items[id], slot, bundles.len());
            }
        }
    }
}

/// Moves ports so that links that are nearly straight are straight.
pub(super) fn align(grid: &mut Grid, places: &Table<ItemId, f64>) {
    let position = positions(grid);
    for id in blocks(grid) {
        let mut out = grid.items[id].downward.clone();
        out.sort_by_key(|link| (position[grid.links[*link].lower], *link));
        let wanted = out.iter().map(|link| {
            let link = &grid.links[*link];
            (link.out, Some(places[link.lower] + link.into - places[id]))
        });
        let aligned = settle(&grid.items[id], &wanted.collect::<Vec<_>>());
        for (link, port) in out.iter().zip(aligned) {
            grid.links[*link].out = port;
        }
        let bundles = entering(grid, id, &position);
        let wanted = bundles.iter().map(|(_, links)| {
            let even = links.first().map_or(0.0, |link| grid.links[*link].into);
            let straight = match links.as_slice() {
                [link] => Some(places[grid.links[*link].upper] + grid.links[*link].out - places[id]),
                _ => None,
            };
            (even, straight)
        });
        let aligned = settle(&grid.items[id], &wanted.collect::<Vec<_>>());
        for ((_, links), port) in bundles.iter().zip(aligned) {
            for link in links {
                grid.links[*link].into = port;
            }
        }
    }
}

fn blocks(grid: &Grid) -> Vec<ItemId> {
    grid.items.ids().filter(|id| matches!(grid.items[*id].role, Role::Block(_))).collect()
}

/// The position of each item in its row.
pub(super) fn positions(grid: &Grid) -> Table<ItemId, usize> {
    let mut positions = Table::filled(grid.items.len(), 0);
    for items in grid.rows.values() {
        for (position, item) in items.iter().enumerate() {
            positions[*item] = position;
        }
    }
    positions
}

/// The bundles that enter a block, in the order of where they come from; each has one port.
fn entering(grid: &Grid, id: ItemId, position: &Table<ItemId, usize>) -> Vec<(BundleId, Vec<LinkId>)> {
    let mut links = grid.items[id].upward.clone();
    links.sort_by_key(|link| grid.links[*link].bundle);
    let bundles = links.chunk_by(|one, two| grid.links[*one].bundle == grid.links[*two].bundle);
    let mut bundles: Vec<(BundleId, Vec<LinkId>)> =
        bundles.filter_map(|links| Some((grid.links[*links.first()?].bundle, links.to_vec()))).collect();
    let middle = |links: &[LinkId]| {
        let sum: usize = links.iter().map(|link| position[grid.links[*link].upper]).sum();
        sum as f64 / links.len().max(1) as f64
    };
    bundles.sort_by(|one, two| middle(&one.1).total_cmp(&middle(&two.1)).then(one.0.cmp(&two.0)));
    bundles
}

fn half(item: &Item) -> f64 {
    (item.before.min(item.after) - MARGIN).max(0.0)
}

fn even(item: &Item, slot: usize, slots: usize) -> f64 {
    let step = if slots > 1 { BESIDE.min(2.0 * half(item) / (slots - 1) as f64) } else { 0.0 };
    step * (slot as f64 - (slots as f64 - 1.0) / 2.0)
}

/// Ports where they are wanted, as far as they leave each other room.
fn settle(item: &Item, ports: &[(f64, Option<f64>)]) -> Vec<f64> {
    let half = half(item);
    let length = BESIDE * (ports.len().max(1) - 1) as f64;
    if length > 2.0 * half {
        return ports.iter().map(|(even, _)| *even).collect();
    }
    let wanted = ports.iter().enumerate().map(|(slot, (even, straight))| {
        let straight = straight.filter(|place| place.abs() <= half.min(REACH));
        (straight.unwrap_or(*even) - BESIDE * slot as f64, if straight.is_some() { 1_000.0 } else { 1.0 })
    });
    let starts = pool(wanted).into_iter().map(|start| start.clamp(-half, half - length));
    starts.enumerate().map(|(slot, start)| start + BESIDE * slot as f64).collect()
}
