//! Rows of items: the blocks, the labels, and a place in each row that a wire passes.
//!
//! Wires with the same end and style are one bundle: each comes down to the first row below its label and there joins
//! the trunk, which has one item a row. So a popular block costs one item a row and not one a wire, and following any
//! line downwards leads to one end only.

use std::collections::BTreeMap;

use crate::graph::draw::geometry::Size;
use crate::graph::draw::ids::{BlockId, BundleId, Id, ItemId, LinkId, RowId, Table, WireId};
use crate::graph::draw::layout::lanes::Lanes;
use crate::graph::draw::layout::ranks::Run;
use crate::graph::draw::layout::{Flow, Scene};

/// Room beside a block for a wire to itself.
pub(super) const LOOP: f64 = 30.0;

/// The items of a part, row by row, and what links them.
#[derive(Clone, Debug)]
pub(super) struct Grid {
    pub(super) items: Table<ItemId, Item>,
    pub(super) rows: Table<RowId, Vec<ItemId>>,
    pub(super) links: Table<LinkId, Link>,
    pub(super) bundles: Table<BundleId, Bundle>,
}

/// Something that takes room in a row.
#[derive(Clone, Debug)]
pub(super) struct Item {
    pub(super) role: Role,
    pub(super) row: RowId,
    pub(super) lane: usize,
    /// Its extent along the row, before and after its centre.
    pub(super) before: f64,
    pub(super) after: f64,
    /// Its extent across the row.
    pub(super) depth: f64,
    /// What leads to it from the row above.
    pub(super) upward: Vec<LinkId>,
    /// What leads from it to the row below.
    pub(super) downward: Vec<LinkId>,
}

/// What an item is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    Block(BlockId),
    Label(WireId),
    Trunk(BundleId),
}

/// A connection of two items in neighbouring rows.
#[derive(Clone, Debug)]
pub(super) struct Link {
    pub(super) upper: ItemId,
    pub(super) lower: ItemId,
    pub(super) bundle: BundleId,
    /// Where it leaves and enters, as distance from the centres.
    pub(super) out: f64,
    pub(super) into: f64,
    /// How much it wants to be straight.
    pub(super) weight: f64,
}

/// Wires with the same end and style.
#[derive(Clone, Debug)]
pub(super) struct Bundle {
    /// Whether its one wire points upwards.
    pub(super) is_back: bool,
    pub(super) branches: Vec<Branch>,
    /// Where the branches join, from the top.
    pub(super) trunk: Vec<LinkId>,
}

/// A wire up to where it joins the trunk, or to its end if it joins none.
#[derive(Clone, Debug)]
pub(super) struct Branch {
    pub(super) wire: WireId,
    pub(super) links: Vec<LinkId>,
}

impl Grid {
    /// The grid of blocks in rows, unless it would have more than `most` items.
    pub(super) fn new(
        scene: &Scene,
        flow: Flow,
        blocks: &Table<RowId, Vec<BlockId>>,
        runs: &[Run],
        lanes: &Lanes,
        most: usize,
    ) -> Option<Self> {
        let mut builder = Builder::new(scene, flow, blocks, runs, lanes);
        let mut bundles: BTreeMap<BundleKey, Vec<Run>> = BTreeMap::new();
        for run in runs {
            bundles.entry(BundleKey::of(scene, run)).or_default().push(*run);
        }
        for (key, runs) in bundles {
            builder.bundle(key, &runs);
            if builder.grid.items.len() > most {
                return None;
            }
        }
        Some(builder.grid)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct BundleKey {
    lower: BlockId,
    style: usize,
    /// Back wires are alone: their tip is at their upper end.
    back: Option<WireId>,
}

impl BundleKey {
    fn of(scene: &Scene, run: &Run) -> Self {
        let back = run.is_back.then_some(run.wire);
        Self { lower: run.lower, style: scene.wires[run.wire].style, back }
    }
}

struct Builder<'a> {
    scene: &'a Scene,
    flow: Flow,
    lanes: &'a Lanes,
    item_of: Table<BlockId, Option<ItemId>>,
    grid: Grid,
}

impl<'a> Builder<'a> {
    fn new(
        scene: &'a Scene,
        flow: Flow,
        blocks: &Table<RowId, Vec<BlockId>>,
        runs: &[Run],
        lanes: &'a Lanes,
    ) -> Self {
        let mut row_of = Table::filled(scene.blocks.len(), RowId::new(0));
        for (row, blocks) in blocks.iter() {
            for block in blocks {
                row_of[*block] = row;
            }
        }
        let mut is_labelled = Table::filled(blocks.len(), false);
        for run in runs.iter().filter(|run| scene.wires[run.wire].label.is_some()) {
            is_labelled[row_of[run.upper]] = true;
        }
        let grid = Grid {
            items: Table::default(),
            rows: Table::default(),
            links: Table::default(),
            bundles: Table::default(),
        };
        let item_of = Table::filled(scene.blocks.len(), None);
        let mut builder = Self { scene, flow, lanes, item_of, grid };
        for (row, blocks) in blocks.iter() {
            builder.grid.rows.push(Vec::new());
            for block in blocks {
                builder.block(*block);
            }
            if is_labelled[row] {
                builder.grid.rows.push(Vec::new());
            }
        }
        builder
    }

    fn last_row(&self) -> RowId {
        RowId::new(self.grid.rows.len().saturating_sub(1))
    }

    fn block(&mut self, block: BlockId) {
        let shape = &self.scene.blocks[block];
        let (length, depth) = self.flow.extent(shape.size);
        let after = length / 2.0 + if shape.is_looped { LOOP } else { 0.0 };
        let item =
            self.item(Role::Block(block), self.last_row(), self.lanes.lane(block), length / 2.0, depth);
        self.grid.items[item].after = after;
        self.item_of[block] = Some(item);
    }

    fn item(&mut self, role: Role, row: RowId, lane: usize, half: f64, depth: f64) -> ItemId {
        let (upward, downward) = (Vec::new(), Vec::new());
        let item = Item { role, row, lane, before: half, after: half, depth, upward, downward };
        let id = self.grid.items.push(item);
        self.grid.rows[row].push(id);
        id
    }

    fn link(&mut self, bundle: BundleId, upper: ItemId, lower: ItemId) -> LinkId {
        let is_trunk = |item: ItemId| matches!(self.grid.items[item].role, Role::Trunk(_));
        let weight = match (is_trunk(upper), is_trunk(lower)) {
            (true, true) => 8.0,
            (true, false) => 4.0,
            (false, true) => 1.0,
            (false, false) => 2.0,
        };
        let link = self.grid.links.push(Link { upper, lower, bundle, out: 0.0, into: 0.0, weight });
        self.grid.items[upper].downward.push(link);
        self.grid.items[lower].upward.push(link);
        link
    }

    fn bundle(&mut self, key: BundleKey, runs: &[Run]) {
        let Some(end) = self.item_of[key.lower] else { return };
        let id = self.grid.bundles.push(Bundle {
            is_back: key.back.is_some(),
            branches: Vec::new(),
            trunk: Vec::new(),
        });
        let heads: Vec<(WireId, Vec<ItemId>)> = runs.iter().filter_map(|run| self.head(run)).collect();
        let joins = heads.iter().filter_map(|(_, head)| head.last().map(|item| self.row_below(*item)));
        let top = joins.min_by_key(|row| row.position()).unwrap_or(self.grid.items[end].row);
        let trunk = self.trunk(id, top, end);
        for (wire, head) in heads {
            let mut links: Vec<LinkId> = Vec::new();
            for pair in head.windows(2) {
                if let [upper, lower] = pair {
                    links.push(self.link(id, *upper, *lower));
                }
            }
            if let Some(last) = head.last().copied() {
                let row = self.row_below(last);
                let join =
                    trunk.iter().copied().find(|item| self.grid.items[*item].row == row).unwrap_or(end);
                links.push(self.link(id, last, join));
            }
            self.grid.bundles[id].branches.push(Branch { wire, links });
        }
        let ends = trunk.iter().copied().chain([end]);
        let pairs: Vec<(ItemId, ItemId)> = trunk.iter().copied().zip(ends.skip(1)).collect();
        for (upper, lower) in pairs {
            let link = self.link(id, upper, lower);
            self.grid.bundles[id].trunk.push(link);
        }
    }

    /// The items of a wire before it joins its trunk.
    fn head(&mut self, run: &Run) -> Option<(WireId, Vec<ItemId>)> {
        let start = self.item_of[run.upper]?;
        let Some(size) = self.scene.wires[run.wire].label else { return Some((run.wire, vec![start])) };
        let (length, depth) = self.flow.extent(size);
        let (row, lane) = (self.row_below(start), self.grid.items[start].lane);
        let label = self.item(Role::Label(run.wire), row, lane, length / 2.0, depth);
        Some((run.wire, vec![start, label]))
    }

    fn row_below(&self, item: ItemId) -> RowId {
        RowId::new(self.grid.items[item].row.position() + 1)
    }

    fn trunk(&mut self, bundle: BundleId, top: RowId, end: ItemId) -> Vec<ItemId> {
        let (bottom, lane) = (self.grid.items[end].row, self.grid.items[end].lane);
        let rows = (top.position()..bottom.position()).map(RowId::new);
        rows.map(|row| self.item(Role::Trunk(bundle), row, lane, 0.0, 0.0)).collect()
    }
}

impl Flow {
    /// An extent along the rows and across them.
    pub(super) fn extent(self, size: Size) -> (f64, f64) {
        match self {
            Self::Down => (size.width, size.height),
            Self::Right => (size.height, size.width),
        }
    }
}
