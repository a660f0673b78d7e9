//! Cards, frames around blocks, boxes around networks.

use crate::graph::draw::blocks::Block;
use crate::graph::draw::card::{CHIP, Card, ChipSort, ICON, LABEL, PADDING};
use crate::graph::draw::geometry::{Point, Rect, Shift};
use crate::graph::draw::networks::network_name;
use crate::graph::draw::picture::{NodeKind, Picture, PictureGroup, PictureNode};
use crate::graph::draw::svg::frame::Frame;
use crate::graph::draw::svg::style::HUES;
use crate::graph::draw::svg::xml::{Attribute, Xml, px};
use crate::graph::draw::text::{Keep, printable};

/// A rectangle with a class.
pub(super) fn rect(xml: &mut Xml, class: &str, rect: Rect, radius: f64) {
    let numbers = [rect.at.x, rect.at.y, rect.size.width, rect.size.height, radius].map(px);
    let names = ["x", "y", "width", "height", "rx"];
    let numbers = names.into_iter().zip(numbers.iter().map(String::as_str));
    let attributes: Vec<Attribute<'_>> = std::iter::once(("class", class)).chain(numbers).collect();
    xml.leaf("rect", &attributes);
}

/// A line of text with a class.
pub(super) fn text(xml: &mut Xml, class: &str, at: Point, text: &str) {
    xml.text("text", &[("class", class), ("x", &px(at.x)), ("y", &px(at.y))], text);
}

/// The class of a network's colour.
pub(super) fn hue(group: usize) -> String {
    format!("net{}", group % HUES)
}

/// The box of a network.
pub(super) fn network_box(xml: &mut Xml, group: usize, network: &PictureGroup, place: Rect) {
    rect(xml, &format!("box {}", hue(group)), place, 10.0);
    let name = network_name(network);
    let room = place.size.width - 2.0 * PADDING;
    let at = Point { x: place.at.x + PADDING, y: place.at.y + 20.0 };
    text(xml, "small ink", at, &CHIP.fit(&name, room, Keep::Ends));
}

/// All nodes of a block, in its frame if it has one.
pub(super) fn block(
    xml: &mut Xml,
    picture: &Picture,
    cards: &[Card],
    block: &Block,
    frame: &Frame,
    at: Point,
) {
    if let Some(caption) = &frame.caption {
        let place = Rect { at, size: frame.size };
        rect(xml, "frame", place, 10.0);
        let at = Point { x: at.x + PADDING, y: at.y + 18.0 };
        text(xml, "small muted", at, &CHIP.fit(caption, frame.size.width - 2.0 * PADDING, Keep::Ends));
    }
    for (member, offset) in block.members.iter().zip(&frame.cells) {
        if let (Some(node), Some(card)) = (picture.nodes.get(*member), cards.get(*member)) {
            draw(xml, picture, node, card, offset.shifted(at));
        }
    }
}

fn draw(xml: &mut Xml, picture: &Picture, node: &PictureNode, card: &Card, at: Point) {
    xml.open("g", &[("class", node.kind.word())]);
    xml.text("title", &[], &tooltip(picture, node));
    rect(xml, "card", Rect { at, size: card.size }, 6.0);
    if let Some(data) = icon(node.kind) {
        let middle = card.label.at.y - LABEL.size * 0.36;
        let place = format!("translate({} {})", px(at.x + PADDING), px(at.y + middle - ICON / 2.0));
        xml.leaf("path", &[("class", "icon"), ("transform", &place), ("d", data)]);
    }
    text(xml, "label ink", card.label.at.shifted(at), &card.label.text);
    if let Some(detail) = &card.detail {
        text(xml, "detail muted", detail.at.shifted(at), &detail.text);
    }
    for chip in &card.chips {
        let class = match chip.sort {
            ChipSort::Network(group) => hue(group),
            ChipSort::Mark | ChipSort::More => "chip".to_owned(),
        };
        self::chip(xml, &class, chip.rect.shifted(at), &chip.text);
    }
    xml.close();
}

/// A tag.
pub(super) fn chip(xml: &mut Xml, class: &str, place: Rect, words: &str) {
    rect(xml, class, place, place.size.height / 2.0);
    let at = Point { x: place.at.x + 6.0, y: place.at.y + place.size.height / 2.0 + CHIP.size * 0.36 };
    text(xml, "small ink", at, words);
}

/// Everything about a node, in full.
fn tooltip(picture: &Picture, node: &PictureNode) -> String {
    let networks = picture.groups_of(node).into_iter().filter_map(|group| picture.groups.get(group));
    let networks: Vec<String> = networks.map(network_name).collect();
    let mut lines = vec![format!("{} ({})", printable(&node.label), node.kind.word())];
    lines.extend(node.detail.as_deref().map(printable));
    if !networks.is_empty() {
        lines.push(format!("networks: {}", networks.join(", ")));
    }
    lines.extend(node.marks.iter().map(|mark| printable(mark)));
    lines.join("\n")
}

/// The icon of a kind, drawn in a square of 14 pixels; services need none.
pub(super) fn icon(kind: NodeKind) -> Option<&'static str> {
    match kind {
        NodeKind::Service => None,
        NodeKind::Job => Some("M1 7a6 6 0 1 0 12 0a6 6 0 1 0-12 0M4.3 7.2l2 2l3.6-4.2"),
        NodeKind::Network => Some(
            "M5 2.8a2 2 0 1 0 4 0a2 2 0 1 0-4 0M0.8 11.2a2 2 0 1 0 4 0a2 2 0 1 0-4 0\
             M9.2 11.2a2 2 0 1 0 4 0a2 2 0 1 0-4 0M6.2 4.7L3.6 9.4M7.8 4.7L10.4 9.4",
        ),
        NodeKind::Volume => Some("M2 3.2a5 2.2 0 1 0 10 0a5 2.2 0 1 0-10 0V10.8a5 2.2 0 0 0 10 0V3.2"),
        NodeKind::Secret => Some("M0.8 7a3 3 0 1 0 6 0a3 3 0 1 0-6 0M6.8 7H13V9.8M10.4 7V9.2"),
        NodeKind::Config => Some("M2.8 1H8.4L11.2 3.8V13H2.8ZM5 6.8H9M5 9.6H9"),
        NodeKind::External => {
            Some("M1 7a6 6 0 1 0 12 0a6 6 0 1 0-12 0M1 7H13M7 1c-3.6 3.6-3.6 8.4 0 12c3.6-3.6 3.6-8.4 0-12")
        }
    }
}
