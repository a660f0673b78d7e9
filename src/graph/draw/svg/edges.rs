//! Lines with their ends and their labels, and what they say in words.

use std::collections::BTreeSet;

use crate::graph::draw::blocks::{Block, Blocks, Bond};
use crate::graph::draw::card::CHIP;
use crate::graph::draw::geometry::{Path, Point, Rect, Stroke};
use crate::graph::draw::ids::BlockId;
use crate::graph::draw::layout::{Strand, Tip};
use crate::graph::draw::picture::{EdgeKind, Picture};
use crate::graph::draw::svg::xml::{Xml, px};

/// Sentences name no more nodes than this.
const MOST_NAMES: usize = 8;

/// The end of a line.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    Open,
    Solid,
    Barred,
    Diamond,
    Round,
    Square,
}

fn end_of(kind: EdgeKind) -> End {
    match kind {
        EdgeKind::DependsStarted => End::Open,
        EdgeKind::DependsHealthy | EdgeKind::Inferred => End::Solid,
        EdgeKind::DependsCompleted => End::Barred,
        EdgeKind::Link => End::Diamond,
        EdgeKind::SharesNamespace | EdgeKind::Mount => End::Round,
        EdgeKind::VolumesFrom => End::Square,
    }
}

/// The classes of a line.
pub(super) fn classes(kind: EdgeKind, is_back: bool) -> String {
    format!("edge {}{}", kind.word(), if is_back { " back" } else { "" })
}

/// One strand with what it means.
pub(super) fn strand(xml: &mut Xml, picture: &Picture, blocks: &Blocks, strand: &Strand) {
    let bonds: Vec<&Bond> = strand.wires.iter().map(|wire| &blocks.bonds[*wire]).collect();
    let Some(first) = bonds.first() else { return };
    xml.open("g", &[("class", &classes(first.kind, strand.is_back))]);
    let meanings: Vec<String> = bonds.iter().map(|bond| sentence(picture, blocks, bond)).collect();
    let remark = if strand.is_back { "\nThis closes a cycle." } else { "" };
    xml.text("title", &[], &format!("{}{remark}", meanings.join("\n")));
    xml.leaf("path", &[("class", "line"), ("d", &path_data(&strand.path))]);
    if let Some(tip) = strand.tip {
        end(xml, first.kind, tip);
    }
    if let Some(tail) = strand.tail.filter(|_| first.optional) {
        optional_mark(xml, tail);
    }
    xml.close();
}

/// A line from a block to itself, at the corner where its row goes on.
pub(super) fn self_loop(xml: &mut Xml, picture: &Picture, block: &Block, rect: Rect, runs_down: bool) {
    let Some(kind) = block.loops.first() else { return };
    let (right, bottom) = (rect.right(), rect.bottom());
    let (start, bend, tip) = if runs_down {
        let tip = Tip { at: Point { x: right, y: bottom - 12.0 }, toward: Point { x: -1.0, y: 0.0 } };
        (Point { x: right, y: bottom - 32.0 }, "c30 -6 30 26 2 20", tip)
    } else {
        let tip = Tip { at: Point { x: right - 16.0, y: bottom }, toward: Point { x: 0.0, y: -1.0 } };
        (Point { x: right - 36.0, y: bottom }, "c-6 30 26 30 20 2", tip)
    };
    xml.open("g", &[("class", &classes(*kind, true))]);
    xml.text("title", &[], &loop_sentences(picture, block).join("\n"));
    xml.leaf("path", &[("class", "line"), ("d", &format!("M{} {}{bend}", px(start.x), px(start.y)))]);
    end(xml, *kind, tip);
    xml.close();
}

/// The edges of a node to itself, in words.
pub(super) fn loop_sentences(picture: &Picture, block: &Block) -> Vec<String> {
    let names = names(picture, &block.members);
    let kinds: BTreeSet<EdgeKind> = block.loops.iter().copied().collect();
    kinds.into_iter().map(|kind| format!("{names} {} itself.", kind.meaning())).collect()
}

/// The words beside a line.
pub(super) fn label(xml: &mut Xml, text: &str, rect: Rect) {
    let (x, y) =
        (px(rect.at.x + rect.size.width / 2.0), px(rect.at.y + rect.size.height / 2.0 + CHIP.size * 0.36));
    xml.text("text", &[("class", "small muted"), ("x", &x), ("y", &y), ("text-anchor", "middle")], text);
}

/// A line as legends show it.
pub(super) fn sample(xml: &mut Xml, kind: Option<EdgeKind>, is_optional: bool, at: Point) {
    let kind_or_plain = kind.unwrap_or(EdgeKind::DependsStarted);
    xml.open("g", &[("class", &classes(kind_or_plain, kind.is_none()))]);
    let to = Point { x: at.x + 34.0, y: at.y };
    xml.leaf("path", &[("class", "line"), ("d", &format!("M{} {} H{}", px(at.x), px(at.y), px(to.x - 2.0)))]);
    end(xml, kind_or_plain, Tip { at: to, toward: Point { x: 1.0, y: 0.0 } });
    if is_optional {
        optional_mark(xml, Tip { at, toward: Point { x: -1.0, y: 0.0 } });
    }
    xml.close();
}

/// An edge in words.
pub(super) fn sentence(picture: &Picture, blocks: &Blocks, bond: &Bond) -> String {
    let ends = |block: BlockId| names(picture, &blocks.blocks[block].members);
    let condition = if bond.optional { ", unless that is absent" } else { "" };
    let label = bond.label.as_deref().map(|label| format!(" ({label})")).unwrap_or_default();
    format!("{} {} {}{label}{condition}.", ends(bond.from), bond.kind.meaning(), ends(bond.to))
}

fn names(picture: &Picture, members: &[usize]) -> String {
    let names = members.iter().filter_map(|node| picture.nodes.get(*node)).map(|node| node.label.as_str());
    let names: Vec<&str> = names.collect();
    match names.split_at_checked(MOST_NAMES) {
        Some((first, rest)) if !rest.is_empty() => {
            format!("each of {} and {} more", first.join(", "), rest.len())
        }
        _ if names.len() == 1 => names.concat(),
        _ => format!("each of {}", names.join(", ")),
    }
}

fn path_data(path: &Path) -> String {
    let point = |point: Point| format!("{} {}", px(point.x), px(point.y));
    let strokes = path.strokes.iter().map(|stroke| match stroke {
        Stroke::Line(to) => format!("L{}", point(*to)),
        Stroke::Move(to) => format!("M{}", point(*to)),
        Stroke::Curve(one, two, to) => format!("C{} {} {}", point(*one), point(*two), point(*to)),
    });
    std::iter::once(format!("M{}", point(path.start))).chain(strokes).collect()
}

/// A point so far before a tip and so far beside the line.
fn beside(tip: Tip, before: f64, side: f64) -> String {
    let (x, y) = (tip.toward.x, tip.toward.y);
    px(tip.at.x - x * before - y * side) + " " + &px(tip.at.y - y * before + x * side)
}

fn end(xml: &mut Xml, kind: EdgeKind, tip: Tip) {
    let point = |before: f64, side: f64| beside(tip, before, side);
    let outline = |points: &[(f64, f64)]| {
        let points: Vec<String> = points.iter().map(|(before, side)| point(*before, *side)).collect();
        format!("M{}", points.join("L"))
    };
    let triangle = outline(&[(9.0, -4.0), (1.0, 0.0), (9.0, 4.0)]);
    let (class, data) = match end_of(kind) {
        End::Open => ("tip", triangle),
        End::Solid => ("tip solid", triangle + "Z"),
        End::Barred => ("tip solid", triangle + "Z" + &outline(&[(12.0, -4.5), (12.0, 4.5)])),
        End::Diamond => ("tip solid", outline(&[(1.0, 0.0), (5.5, -3.5), (10.0, 0.0), (5.5, 3.5)]) + "Z"),
        End::Square => ("tip solid", outline(&[(1.0, -3.5), (8.0, -3.5), (8.0, 3.5), (1.0, 3.5)]) + "Z"),
        End::Round => {
            let (from, to) = (point(8.0, 0.0), point(1.0, 0.0));
            ("tip solid", format!("M{from}A3.5 3.5 0 1 1 {to}A3.5 3.5 0 1 1 {from}Z"))
        }
    };
    xml.leaf("path", &[("class", class), ("d", &data)]);
}

/// The hollow ring at the start of an edge that may lead nowhere.
fn optional_mark(xml: &mut Xml, tail: Tip) {
    let (from, to) = (beside(tail, 1.0, 0.0), beside(tail, 8.0, 0.0));
    let data = format!("M{from}A3.5 3.5 0 1 1 {to}A3.5 3.5 0 1 1 {from}Z");
    xml.leaf("path", &[("class", "tip page"), ("d", &data)]);
}
