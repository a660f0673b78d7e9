//! Where everything goes: blocks in rows, wires between the rows, boxes around lanes.
//!
//! In: a [`Scene`], sizes and who is wired to whom. Out: an [`Arrangement`], coordinates. No two blocks overlap, and no
//! wire crosses a block that it does not end at: between rows there is nothing but wires, and within a row each wire
//! that passes has room of its own.
//!
//! The method is layered drawing (after Sugiyama, Tagawa and Toda), each step a module:
//!
//! 1. [`ranks`]: cycles are broken at their weakest wire, each block gets a row below all that need it;
//! 2. [`lanes`]: blocks that share a box get a range of their own in every row;
//! 3. [`grid`]: wires that pass a row get an item in it; those that end alike share one, a trunk;
//! 4. [`order`]: the items of each row are ordered for few crossings;
//! 5. [`place`]: they are moved as close to their neighbours as the order allows;
//! 6. [`route`]: coordinates become rectangles and paths.
//!
//! All of it is done for each direction and for several limits of row length; [`pack`] takes what fits a page best.

mod grid;
mod lanes;
mod order;
mod pack;
mod place;
mod ports;
mod ranks;
mod route;
mod zones;

pub(super) use pack::oversize;

use crate::graph::draw::geometry::{Path, Point, Rect, Size};
use crate::graph::draw::ids::{BlockId, Table, WireId};

/// What is arranged.
#[derive(Clone, Debug, Default)]
pub(super) struct Scene {
    pub(super) blocks: Table<BlockId, Shape>,
    pub(super) wires: Table<WireId, Wire>,
    /// How many boxes there are.
    pub(super) boxes: usize,
}

/// A block as far as its place depends on it.
#[derive(Clone, Debug)]
pub(super) struct Shape {
    pub(super) size: Size,
    pub(super) home: Home,
    /// Whether it is wired to itself.
    pub(super) is_looped: bool,
}

/// Where a block belongs.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Home {
    /// In a box.
    Box(usize),
    /// Outside, near these boxes.
    Near(Vec<usize>),
}

/// A wire between two different blocks.
#[derive(Clone, Debug)]
pub(super) struct Wire {
    pub(super) from: BlockId,
    pub(super) to: BlockId,
    /// Wires with the same end and the same style share their tip.
    pub(super) style: usize,
    /// The stronger wire keeps its direction where a cycle must be broken.
    pub(super) strength: u8,
    pub(super) label: Option<Size>,
}

/// Where everything is.
#[derive(Clone, Debug, Default)]
pub(super) struct Arrangement {
    pub(super) size: Size,
    pub(super) blocks: Table<BlockId, Rect>,
    pub(super) boxes: Vec<Option<Rect>>,
    pub(super) strands: Vec<Strand>,
    pub(super) labels: Vec<(WireId, Rect)>,
    /// Whether edges run down; else they run right.
    pub(super) runs_down: bool,
}

impl Arrangement {
    /// How long all lines are together.
    pub(super) fn length_of_lines(&self) -> f64 {
        self.strands.iter().map(|strand| strand.path.length()).sum()
    }
}

/// A line of one or several wires.
#[derive(Clone, Debug)]
pub(super) struct Strand {
    pub(super) wires: Vec<WireId>,
    pub(super) path: Path,
    /// Where it points, if its end is not within another strand.
    pub(super) tip: Option<Tip>,
    /// Where it leaves a block, if it does.
    pub(super) tail: Option<Tip>,
    /// Whether it runs against the direction of the picture, because it closes a cycle.
    pub(super) is_back: bool,
}

/// An end of a line at a block.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tip {
    pub(super) at: Point,
    /// A step of length one along the line, outwards from its middle.
    pub(super) toward: Point,
}

/// The direction in which wires run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Flow {
    Down,
    Right,
}

/// The arrangement of a scene; none if its wires are so many and so long that it would be a thicket.
pub(super) fn arrange(scene: &Scene) -> Option<Arrangement> {
    pack::best(scene)
}
