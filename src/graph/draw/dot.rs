//! A picture as DOT, the language of Graphviz: clusters for networks, dashed edges for what is inferred.

use crate::graph::draw::names::identifiers;
use crate::graph::draw::networks::{Networks, network_name};
use crate::graph::draw::picture::{EdgeKind, NodeKind, Picture, PictureEdge};
use crate::graph::draw::text::printable;

/// The picture as a DOT digraph.
#[must_use]
pub fn dot(picture: &Picture) -> String {
    let ids = identifiers(picture);
    let networks = Networks::with_boxes(picture);
    let title = quoted(std::slice::from_ref(&picture.title));
    let mut text = format!(
        "digraph {title} {{\n  graph [label={title}, labelloc=t, rankdir=TB, fontname=\"Helvetica\"]\n  \
         node [shape=box, style=rounded, fontname=\"Helvetica\", fontsize=11]\n  \
         edge [fontname=\"Helvetica\", fontsize=9]\n"
    );
    let boxed = |node: &usize| picture.nodes.get(*node).and_then(|node| networks.box_of(picture, node));
    for (place, group) in networks.boxes().iter().enumerate() {
        let label = picture.groups.get(*group).map(network_name).unwrap_or_default();
        text.push_str(&format!("  subgraph cluster_{group} {{\n    label={}\n", quoted(&[label])));
        let inside = (0..picture.nodes.len()).filter(|node| boxed(node) == Some(place));
        inside
            .for_each(|node| text.push_str(&format!("    {}\n", statement(picture, &ids, &networks, node))));
        text.push_str("  }\n");
    }
    let outside = (0..picture.nodes.len()).filter(|node| boxed(node).is_none());
    outside.for_each(|node| text.push_str(&format!("  {}\n", statement(picture, &ids, &networks, node))));
    for edge in &picture.edges {
        if let (Some(from), Some(to)) = (ids.get(edge.from), ids.get(edge.to)) {
            text.push_str(&format!("  {from} -> {to}{}\n", attributes(edge)));
        }
    }
    text.push_str("}\n");
    text
}

fn statement(picture: &Picture, ids: &[String], networks: &Networks, node: usize) -> String {
    let (Some(id), Some(node)) = (ids.get(node), picture.nodes.get(node)) else { return String::new() };
    let look = match node.kind {
        NodeKind::Service => "",
        NodeKind::Job => ", peripheries=2",
        NodeKind::Network => ", shape=hexagon, style=solid",
        NodeKind::Volume => ", shape=cylinder, style=solid",
        NodeKind::Secret => ", shape=octagon, style=solid",
        NodeKind::Config => ", shape=note, style=solid",
        NodeKind::External => ", style=\"rounded,dashed\"",
    };
    format!("{id} [label={}{look}]", quoted(&networks.lines_of(picture, node)))
}

fn attributes(edge: &PictureEdge) -> String {
    let look = match edge.kind {
        EdgeKind::DependsStarted => "arrowhead=vee",
        EdgeKind::DependsHealthy => "arrowhead=normal, color=\"#1a7f37\"",
        EdgeKind::DependsCompleted => "arrowhead=normaltee, color=\"#8250df\"",
        EdgeKind::Link => "arrowhead=diamond, color=\"#0969da\"",
        EdgeKind::SharesNamespace => "arrowhead=dot, penwidth=2, color=\"#bf3989\"",
        EdgeKind::VolumesFrom => "arrowhead=box, color=\"#9a6700\"",
        EdgeKind::Mount => "arrowhead=dot, color=\"#9a6700\"",
        EdgeKind::Inferred => "arrowhead=normal, style=dashed, color=\"#3d6f8e\"",
    };
    let tail = if edge.optional { ", dir=both, arrowtail=odot" } else { "" };
    let label = edge.words().map(|words| format!(", label={}", quoted(&[words.to_owned()])));
    let label = label.unwrap_or_default();
    format!(" [{look}{tail}{label}]")
}

/// Lines of text in quotes. Backslashes would be escapes, ampersands would begin entities.
fn quoted(lines: &[String]) -> String {
    let escaped = lines
        .iter()
        .map(|line| printable(line).replace('&', "&amp;").replace('\\', "\\\\").replace('"', "\\\""));
    format!("\"{}\"", escaped.collect::<Vec<String>>().join("\\n"))
}
