//! How the nodes of a block stand: one alone, several in a grid.

use crate::graph::draw::blocks::{Block, Blocks};
use crate::graph::draw::card::{CHIP, Card, PADDING};
use crate::graph::draw::geometry::{Point, Size};
use crate::graph::draw::ids::{BlockId, Table};
use crate::graph::draw::picture::Picture;
use crate::graph::draw::text::counted;

/// Between the cards of a block.
const GAP: f64 = 12.0;
/// Above the cards, for the caption.
const CAPTION: f64 = 28.0;
/// A grid is about this many times as wide as high.
const ASPECT: f64 = 2.0;

/// The inside of a block.
#[derive(Clone, Debug)]
pub(super) struct Frame {
    pub(super) size: Size,
    /// Where each card is.
    pub(super) cells: Vec<Point>,
    /// What is written above; with nothing to say there is no border either.
    pub(super) caption: Option<String>,
}

/// The frames of all blocks.
pub(super) fn frames(picture: &Picture, blocks: &Blocks, cards: &[Card]) -> Table<BlockId, Frame> {
    blocks.blocks.values().map(|block| frame(picture, block, cards)).collect()
}

fn frame(picture: &Picture, block: &Block, cards: &[Card]) -> Frame {
    let sizes = block.members.iter().filter_map(|member| cards.get(*member)).map(|card| card.size);
    let cell = sizes.fold(Size::default(), |all, one| Size {
        width: all.width.max(one.width),
        height: all.height.max(one.height),
    });
    let count = block.members.len();
    if count == 1 {
        return Frame { size: cell, cells: vec![Point::default()], caption: None };
    }
    let caption = block.is_bound.then(|| caption(picture, block));
    let (margin, top) = if caption.is_some() { (PADDING, CAPTION) } else { (0.0, 0.0) };
    let step = Size { width: cell.width + GAP, height: cell.height + GAP };
    let columns = (count as f64 * step.height / step.width * ASPECT).sqrt().round().clamp(1.0, count as f64);
    let columns = count.div_ceil(count.div_ceil(columns as usize));
    let grid = columns as f64 * step.width - GAP;
    let width = (grid + 2.0 * margin).max(min_width(caption.as_deref()));
    let cells = (0..count).map(|place| Point {
        x: (width - grid) / 2.0 + (place % columns) as f64 * step.width,
        y: top + (place / columns) as f64 * step.height,
    });
    let height = top + count.div_ceil(columns) as f64 * step.height - GAP + margin;
    Frame { size: Size { width, height }, cells: cells.collect(), caption }
}

fn caption(picture: &Picture, block: &Block) -> String {
    let kind = block.members.first().and_then(|node| picture.nodes.get(*node)).map(|node| node.kind);
    let count = block.members.len();
    kind.map_or_else(String::new, |kind| {
        counted(count, kind.word(), kind.plural()) + " alike: an edge counts for each"
    })
}

/// Room for the caption, as far as that is reasonable.
fn min_width(caption: Option<&str>) -> f64 {
    caption.map_or(0.0, |caption| (CHIP.width(caption) + 2.0 * PADDING).min(260.0))
}
