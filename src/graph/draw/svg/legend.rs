//! What the signs of a picture mean; only those that are in it.

use std::collections::BTreeSet;

use crate::graph::draw::blocks::Blocks;
use crate::graph::draw::card::{CHIP, CHIP_HEIGHT, ICON};
use crate::graph::draw::geometry::{Point, Rect, Size};
use crate::graph::draw::layout::Arrangement;
use crate::graph::draw::networks::network_name;
use crate::graph::draw::picture::{EdgeKind, NodeKind, Picture};
use crate::graph::draw::svg::edges::sample;
use crate::graph::draw::svg::nodes::{chip, hue, icon, text};
use crate::graph::draw::svg::xml::{Xml, px};

/// The height of a line of entries.
const LINE: f64 = 24.0;
const AFTER_SIGN: f64 = 8.0;
const BETWEEN: f64 = 22.0;
const SAMPLE: f64 = 34.0;

/// The entries of a legend, and where they stand.
#[derive(Clone, Debug)]
pub(super) struct Legend {
    entries: Vec<(Point, Entry)>,
    pub(super) height: f64,
}

#[derive(Clone, Debug)]
enum Entry {
    Edge(EdgeKind),
    Optional(EdgeKind),
    Back,
    Node(NodeKind),
    Network(usize, String),
}

impl Legend {
    /// The legend of a picture, in lines as long as there is room.
    pub(super) fn new(
        picture: &Picture,
        blocks: &Blocks,
        arrangement: &Arrangement,
        networks: bool,
        room: f64,
    ) -> Self {
        let mut entries = Vec::new();
        let mut at = Point { x: 0.0, y: LINE / 2.0 };
        for entry in used(picture, blocks, arrangement, networks) {
            let width = entry.width();
            if at.x > 0.0 && at.x + width > room {
                at = Point { x: 0.0, y: at.y + LINE };
            }
            entries.push((at, entry));
            at.x += width + BETWEEN;
        }
        let height = if entries.is_empty() { 0.0 } else { at.y + LINE / 2.0 };
        Self { entries, height }
    }

    /// Draws it with its first line at `origin`.
    pub(super) fn draw(&self, xml: &mut Xml, origin: Point) {
        xml.open("g", &[("class", "legend")]);
        for (at, entry) in &self.entries {
            entry.draw(xml, Point { x: origin.x + at.x, y: origin.y + at.y });
        }
        xml.close();
    }
}

fn used(picture: &Picture, blocks: &Blocks, arrangement: &Arrangement, networks: bool) -> Vec<Entry> {
    let bonds = || blocks.bonds.values();
    let looped = blocks.blocks.values().flat_map(|block| block.loops.iter().copied());
    let kinds: BTreeSet<EdgeKind> = bonds().map(|bond| bond.kind).chain(looped).collect();
    let optional = bonds().find(|bond| bond.optional).map(|bond| Entry::Optional(bond.kind));
    let is_back = arrangement.strands.iter().any(|strand| strand.is_back)
        || blocks.blocks.values().any(|block| !block.loops.is_empty());
    let nodes = NodeKind::ALL
        .into_iter()
        .filter(|kind| icon(*kind).is_some() && picture.nodes.iter().any(|node| node.kind == *kind));
    let networks = picture.groups.iter().enumerate().filter(|_| networks);
    EdgeKind::ALL
        .into_iter()
        .filter(|kind| kinds.contains(kind))
        .map(Entry::Edge)
        .chain(optional)
        .chain(is_back.then_some(Entry::Back))
        .chain(nodes.map(Entry::Node))
        .chain(networks.map(|(group, network)| Entry::Network(group, network_name(network))))
        .collect()
}

impl Entry {
    fn words(&self) -> String {
        match self {
            Self::Edge(kind) => words(*kind).to_owned(),
            Self::Optional(_) => "optional".to_owned(),
            Self::Back => "closes a cycle".to_owned(),
            Self::Node(kind) => kind.word().to_owned(),
            Self::Network(_, name) => name.clone(),
        }
    }

    fn sign(&self) -> f64 {
        match self {
            Self::Edge(_) | Self::Optional(_) | Self::Back => SAMPLE + AFTER_SIGN,
            Self::Node(_) => ICON + AFTER_SIGN,
            Self::Network(..) => 6.0,
        }
    }

    fn width(&self) -> f64 {
        self.sign() + CHIP.width(&self.words()) + if let Self::Network(..) = self { 6.0 } else { 0.0 }
    }

    fn draw(&self, xml: &mut Xml, at: Point) {
        match self {
            Self::Edge(kind) => sample(xml, Some(*kind), false, at),
            Self::Optional(kind) => sample(xml, Some(*kind), true, at),
            Self::Back => sample(xml, None, false, at),
            Self::Node(kind) => {
                let place = format!("translate({} {})", px(at.x), px(at.y - ICON / 2.0));
                let data = icon(*kind).unwrap_or_default();
                xml.leaf("path", &[("class", "icon"), ("transform", &place), ("d", data)]);
            }
            Self::Network(group, name) => {
                let size = Size { width: self.width(), height: CHIP_HEIGHT };
                let place = Rect { at: Point { x: at.x, y: at.y - CHIP_HEIGHT / 2.0 }, size };
                chip(xml, &hue(*group), place, name);
                return;
            }
        }
        let at = Point { x: at.x + self.sign(), y: at.y + CHIP.size * 0.36 };
        text(xml, "small ink", at, &self.words());
    }
}

fn words(kind: EdgeKind) -> &'static str {
    match kind {
        EdgeKind::DependsStarted => "starts after",
        EdgeKind::DependsHealthy => "waits until healthy",
        EdgeKind::DependsCompleted => "waits until completed",
        EdgeKind::Link => "link",
        EdgeKind::SharesNamespace => "shares a namespace",
        EdgeKind::VolumesFrom => "mounts its volumes",
        EdgeKind::Mount => "mounts",
        EdgeKind::Inferred => "named in configuration",
    }
}
