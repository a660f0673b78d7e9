//! A picture as SVG: self-contained, for both themes, readable by people and by screen readers.
//!
//! In: a [`Picture`]. Out: one SVG element with a style sheet and no scripts; a title, a description in words, a
//! tooltip with the full text at every node and line.

mod edges;
mod frame;
mod legend;
mod nodes;
mod style;
mod xml;

use crate::graph::draw::blocks::Blocks;
use crate::graph::draw::card::{CHIP, Card, DETAIL, cards};
use crate::graph::draw::geometry::{Point, Rect, Size};
use crate::graph::draw::ids::{BlockId, Table};
use crate::graph::draw::layout::{Arrangement, Scene, Shape, Wire, arrange, oversize};
use crate::graph::draw::networks::Networks;
use crate::graph::draw::picture::{EdgeKind, NodeKind, Picture};
use crate::graph::draw::svg::frame::{Frame, frames};
use crate::graph::draw::svg::legend::Legend;
use crate::graph::draw::svg::style::{ROOT, TITLE, sheet};
use crate::graph::draw::svg::xml::{Xml, px};
use crate::graph::draw::text::{Keep, counted, printable};

/// The most nodes that are drawn.
const MOST_NODES: usize = 1_500;
/// The most edges that are drawn.
const MOST_EDGES: usize = 12_000;
/// Boxes may make a picture this many times as large, and its lines this many times as long.
const WORTH_IN_SIZE: f64 = 1.6;
const WORTH_IN_LINES: f64 = 2.0;
const MARGIN: f64 = 24.0;
const HEADING: f64 = 52.0;
const ABOVE_LEGEND: f64 = 18.0;
const LEAST_WIDTH: f64 = 360.0;
const WIDEST_HEADING: f64 = 900.0;

/// A picture that nobody could read, and that would take too long to lay out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "a picture of {nodes} nodes and {edges} edges could not be read; draw fewer of them, or write Mermaid or DOT for a \
     viewer of large graphs"
)]
pub struct TooLarge {
    /// How many nodes it has.
    pub nodes: usize,
    /// How many edges it has.
    pub edges: usize,
}

/// The picture as SVG.
///
/// # Errors
/// [`TooLarge`] if it has so many nodes or edges that it would be no picture.
pub fn svg(picture: &Picture) -> Result<String, TooLarge> {
    let (nodes, edges) = (picture.nodes.len(), picture.edges.len());
    if nodes > MOST_NODES || edges > MOST_EDGES {
        return Err(TooLarge { nodes, edges });
    }
    let blocks = Blocks::of(picture);
    let drawing = Drawing::best(picture, &blocks).ok_or(TooLarge { nodes, edges })?;
    Ok(drawing.write())
}

/// A picture with everything in its place.
struct Drawing<'a> {
    picture: &'a Picture,
    blocks: &'a Blocks,
    networks: Networks,
    cards: Vec<Card>,
    frames: Table<BlockId, Frame>,
    arrangement: Arrangement,
}

impl<'a> Drawing<'a> {
    /// With boxes around networks, unless they blow it up.
    fn best(picture: &'a Picture, blocks: &'a Blocks) -> Option<Self> {
        let plain = Self::new(picture, blocks, Networks::without_boxes(picture))?;
        let networks = Networks::with_boxes(picture);
        if networks.boxes().is_empty() {
            return Some(plain);
        }
        let Some(boxed) = Self::new(picture, blocks, networks) else { return Some(plain) };
        let (with, without) = (&boxed.arrangement, &plain.arrangement);
        let is_larger = oversize(with.size) > WORTH_IN_SIZE * oversize(without.size).max(0.5);
        let is_tangled = with.length_of_lines() > WORTH_IN_LINES * without.length_of_lines();
        Some(if is_larger || is_tangled { plain } else { boxed })
    }

    fn new(picture: &'a Picture, blocks: &'a Blocks, networks: Networks) -> Option<Self> {
        let cards = cards(picture, |node| networks.chips_of(picture, node));
        let frames = frames(picture, blocks, &cards);
        let shapes = blocks.blocks.iter().map(|(id, block)| Shape {
            size: frames[id].size,
            home: networks.home(&block.groups),
            is_looped: !block.loops.is_empty(),
        });
        let wires = blocks.bonds.values().map(|bond| Wire {
            from: bond.from,
            to: bond.to,
            style: (bond.kind as usize) * 2 + usize::from(bond.optional),
            strength: strength(bond.kind),
            label: bond.label.as_deref().map(label_size),
        });
        let scene = Scene { blocks: shapes.collect(), wires: wires.collect(), boxes: networks.boxes().len() };
        let arrangement = arrange(&scene)?;
        Some(Self { picture, blocks, networks, cards, frames, arrangement })
    }

    fn write(&self) -> String {
        let heading = printable(&self.picture.title);
        let content = self.arrangement.size;
        let width = content.width.max(TITLE.width(&heading).min(WIDEST_HEADING)).max(LEAST_WIDTH);
        let legend =
            Legend::new(self.picture, self.blocks, &self.arrangement, self.networks.are_shown(), width);
        let legend_top = MARGIN + HEADING + content.height + ABOVE_LEGEND;
        let size = Size {
            width: (width + 2.0 * MARGIN).ceil(),
            height: (legend_top + legend.height + MARGIN).ceil(),
        };
        let mut xml = Xml::default();
        self.open(&mut xml, size);
        let corner = Point { x: -1.0, y: -1.0 };
        let page = Size { width: size.width + 2.0, height: size.height + 2.0 };
        nodes::rect(&mut xml, "page", Rect { at: corner, size: page }, 0.0);
        let at = Point { x: MARGIN, y: MARGIN + TITLE.size * 0.8 };
        nodes::text(&mut xml, "title ink", at, &TITLE.fit(&heading, width, Keep::Ends));
        let at = Point { x: MARGIN, y: at.y + 20.0 };
        nodes::text(&mut xml, "detail muted", at, &DETAIL.fit(&self.counts(), width, Keep::Ends));
        let left = MARGIN + ((width - content.width) / 2.0).floor();
        self.content(&mut xml, Point { x: left, y: MARGIN + HEADING });
        legend.draw(&mut xml, Point { x: MARGIN, y: legend_top });
        xml.finish()
    }

    fn open(&self, xml: &mut Xml, size: Size) {
        let (width, height) = (px(size.width), px(size.height));
        xml.open(
            "svg",
            &[
                ("xmlns", "http://www.w3.org/2000/svg"),
                ("class", ROOT),
                ("role", "img"),
                ("width", &width),
                ("height", &height),
                // Half a pixel: lines of one pixel then fill pixels instead of straddling them.
                ("viewBox", &format!("-0.5 -0.5 {width} {height}")),
            ],
        );
        xml.text("title", &[], &printable(&self.picture.title));
        let sentences =
            self.blocks.bonds.values().map(|bond| edges::sentence(self.picture, self.blocks, bond));
        let loops = self.blocks.blocks.values().flat_map(|block| edges::loop_sentences(self.picture, block));
        let counts = std::iter::once(self.counts() + ".");
        let description: Vec<String> = counts.chain(sentences).chain(loops).collect();
        xml.text("desc", &[], &description.join("\n"));
        xml.text("style", &[], &sheet());
    }

    fn content(&self, xml: &mut Xml, origin: Point) {
        let place = format!("translate({} {})", px(origin.x), px(origin.y));
        xml.open("g", &[("transform", &place)]);
        for (group, rect) in self.networks.boxes().iter().zip(&self.arrangement.boxes) {
            if let (Some(network), Some(rect)) = (self.picture.groups.get(*group), rect) {
                nodes::network_box(xml, *group, network, *rect);
            }
        }
        for strand in &self.arrangement.strands {
            edges::strand(xml, self.picture, self.blocks, strand);
        }
        for (wire, rect) in &self.arrangement.labels {
            if let Some(label) = &self.blocks.bonds[*wire].label {
                edges::label(xml, &label_text(label), *rect);
            }
        }
        for (id, block) in self.blocks.blocks.iter() {
            let rect = self.arrangement.blocks[id];
            edges::self_loop(xml, self.picture, block, rect, self.arrangement.runs_down);
            nodes::block(xml, self.picture, &self.cards, block, &self.frames[id], rect.at);
        }
        xml.close();
    }

    /// What there is, in numbers.
    fn counts(&self) -> String {
        let count = |kind: NodeKind| self.picture.nodes.iter().filter(|node| node.kind == kind).count();
        let nodes = NodeKind::ALL.into_iter().filter(|kind| count(*kind) > 0);
        let nodes = nodes.map(|kind| counted(count(kind), kind.word(), kind.plural()));
        let edges = self.picture.joined_edges().count();
        let edges = (edges > 0).then(|| counted(edges, "edge", "edges"));
        let parts: Vec<String> = nodes.chain(edges).chain(self.networks.summary(self.picture)).collect();
        if parts.is_empty() { "nothing to draw".to_owned() } else { parts.join(" · ") }
    }
}

/// In a cycle the weakest edge is drawn backwards.
fn strength(kind: EdgeKind) -> u8 {
    match kind {
        EdgeKind::DependsStarted | EdgeKind::DependsHealthy | EdgeKind::DependsCompleted => 3,
        EdgeKind::SharesNamespace | EdgeKind::VolumesFrom | EdgeKind::Mount => 2,
        EdgeKind::Link => 1,
        EdgeKind::Inferred => 0,
    }
}

fn label_text(label: &str) -> String {
    const ROOM: f64 = 130.0;
    CHIP.fit(&printable(label), ROOM, Keep::Ends)
}

fn label_size(label: &str) -> Size {
    Size { width: (CHIP.width(&label_text(label)) + 8.0).ceil(), height: 16.0 }
}
