//! The face of a node: which text it shows, how large it is.

use crate::graph::draw::geometry::{Point, Rect, Size};
use crate::graph::draw::picture::{NodeKind, Picture, PictureNode};
use crate::graph::draw::text::{Font, Keep, printable};

/// Names.
pub(super) const LABEL: Font = Font { size: 13.0, bold: true };
/// Second lines.
pub(super) const DETAIL: Font = Font { size: 11.0, bold: false };
/// Chips.
pub(super) const CHIP: Font = Font { size: 10.5, bold: false };

/// Between the border and what is in it.
pub(super) const PADDING: f64 = 12.0;
/// The side of an icon, and where text begins beside it.
pub(super) const ICON: f64 = 14.0;
const TEXT_AFTER_ICON: f64 = PADDING + ICON + 8.0;
/// The height of a chip, and the room between two.
pub(super) const CHIP_HEIGHT: f64 = 16.0;
const CHIP_GAP: f64 = 5.0;
const CHIP_PADDING: f64 = 6.0;
const LABEL_LINE: f64 = 16.0;
const DETAIL_LINE: f64 = 15.0;
const CHIP_LINE: f64 = 21.0;
const WIDTHS: (f64, f64) = (112.0, 224.0);

/// What a node shows, in coordinates of its own.
#[derive(Clone, Debug)]
pub(super) struct Card {
    pub(super) size: Size,
    pub(super) label: Line,
    pub(super) detail: Option<Line>,
    pub(super) chips: Vec<Chip>,
}

/// A line of text: where its baseline begins, what it says, and whether it says all.
#[derive(Clone, Debug)]
pub(super) struct Line {
    pub(super) at: Point,
    pub(super) text: String,
}

/// A network or a mark, as a small tag.
#[derive(Clone, Debug)]
pub(super) struct Chip {
    pub(super) rect: Rect,
    pub(super) text: String,
    pub(super) sort: ChipSort,
}

/// What a chip stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ChipSort {
    /// A network, by position.
    Network(usize),
    /// A remark.
    Mark,
    /// So many more.
    More,
}

/// The cards of all nodes, equally wide. `networks` says which networks a node shows.
pub(super) fn cards(picture: &Picture, networks: impl Fn(&PictureNode) -> Vec<usize>) -> Vec<Card> {
    let labels: Vec<Vec<(String, ChipSort)>> =
        picture.nodes.iter().map(|node| chip_texts(picture, node, &networks(node))).collect();
    let wanted = picture.nodes.iter().zip(&labels).map(|(node, chips)| wanted_width(node, chips));
    let width = wanted.fold(WIDTHS.0, f64::max).min(WIDTHS.1).round();
    picture.nodes.iter().zip(labels).map(|(node, chips)| card(node, chips, width)).collect()
}

fn text_start(node: &PictureNode) -> f64 {
    if node.kind == NodeKind::Service { PADDING } else { TEXT_AFTER_ICON }
}

fn wanted_width(node: &PictureNode, chips: &[(String, ChipSort)]) -> f64 {
    let around = text_start(node) + PADDING;
    let label = LABEL.width(&node.label) + around;
    let detail = node.detail.as_deref().map_or(0.0, |detail| DETAIL.width(detail).min(150.0) + around);
    let chips: f64 = chips.iter().map(|(text, _)| chip_width(text) + CHIP_GAP).sum();
    label.max(detail).max(chips + 2.0 * PADDING - CHIP_GAP) + 2.0
}

fn chip_texts(picture: &Picture, node: &PictureNode, networks: &[usize]) -> Vec<(String, ChipSort)> {
    let marks = node.marks.iter().map(|mark| (printable(mark), ChipSort::Mark));
    let networks = networks.iter().filter_map(|group| {
        let label = &picture.groups.get(*group)?.label;
        Some((CHIP.fit(&printable(label), 110.0, Keep::Ends), ChipSort::Network(*group)))
    });
    marks.chain(networks).collect()
}

fn chip_width(text: &str) -> f64 {
    (CHIP.width(text) + 2.0 * CHIP_PADDING).ceil()
}

fn card(node: &PictureNode, chips: Vec<(String, ChipSort)>, width: f64) -> Card {
    let start = text_start(node);
    let room = width - start - PADDING;
    let label = LABEL.fit(&printable(&node.label), room, Keep::Ends);
    let detail = node.detail.as_deref().filter(|detail| !detail.is_empty());
    let mut bottom = PADDING - 2.0 + LABEL_LINE;
    let label = Line { at: Point { x: start, y: bottom - 3.5 }, text: label };
    let detail = detail.map(|detail| {
        bottom += DETAIL_LINE;
        let text = DETAIL.fit(&printable(detail), room, Keep::Tail);
        Line { at: Point { x: start, y: bottom - 3.0 }, text }
    });
    let top = bottom + CHIP_LINE - CHIP_HEIGHT;
    let chips = row_of_chips(chips, top, width);
    if !chips.is_empty() {
        bottom += CHIP_LINE;
    }
    Card { size: Size { width, height: bottom + PADDING - 2.0 }, label, detail, chips }
}

/// As many chips as fit, and one that counts the others.
fn row_of_chips(chips: Vec<(String, ChipSort)>, top: f64, width: f64) -> Vec<Chip> {
    let room = width - 2.0 * PADDING;
    let length = |chips: &[(String, ChipSort)]| {
        chips.iter().map(|(text, _)| chip_width(text) + CHIP_GAP).sum::<f64>() - CHIP_GAP
    };
    let total = chips.len();
    let mut shown = chips;
    let mut kept = total;
    while kept > 0 && length(&shown) > room {
        kept -= 1;
        shown.truncate(kept);
        shown.push((format!("+{}", total - kept), ChipSort::More));
    }
    let mut x = PADDING;
    let mut row = Vec::new();
    for (text, sort) in shown {
        let width = chip_width(&text);
        let rect = Rect { at: Point { x, y: top }, size: Size { width, height: CHIP_HEIGHT } };
        row.push(Chip { rect, text, sort });
        x += width + CHIP_GAP;
    }
    row
}
