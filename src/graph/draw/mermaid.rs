//! A picture as a Mermaid flowchart: subgraphs for networks, dotted links for what is inferred, a class for each kind.

use crate::graph::draw::names::identifiers;
use crate::graph::draw::networks::{Networks, network_name};
use crate::graph::draw::picture::{EdgeKind, NodeKind, Picture, PictureEdge};
use crate::graph::draw::text::printable;

/// The style of each kind of node; strokes only, so that both themes of a page stay readable.
const CLASSES: &[(NodeKind, &str)] = &[
    (NodeKind::Service, "stroke:#57808f"),
    (NodeKind::Job, "stroke:#8250df"),
    (NodeKind::Network, "stroke:#0969da"),
    (NodeKind::Volume, "stroke:#9a6700"),
    (NodeKind::Secret, "stroke:#bf3989"),
    (NodeKind::Config, "stroke:#1a7f37"),
    (NodeKind::External, "stroke:#6e7781,stroke-dasharray:5 3"),
];

/// The picture as a Mermaid flowchart.
#[must_use]
pub fn mermaid(picture: &Picture) -> String {
    let ids = identifiers(picture);
    let networks = Networks::with_boxes(picture);
    let mut text = format!("---\ntitle: {}\n---\nflowchart TB\n", yaml(&picture.title));
    let boxed = |node: &usize| picture.nodes.get(*node).and_then(|node| networks.box_of(picture, node));
    for (place, group) in networks.boxes().iter().enumerate() {
        let label = picture.groups.get(*group).map(network_name).unwrap_or_default();
        text.push_str(&format!("  subgraph network_{group}[{}]\n", quoted(&[&label])));
        let inside = (0..picture.nodes.len()).filter(|node| boxed(node) == Some(place));
        inside
            .for_each(|node| text.push_str(&format!("    {}\n", statement(picture, &ids, &networks, node))));
        text.push_str("  end\n");
    }
    let outside = (0..picture.nodes.len()).filter(|node| boxed(node).is_none());
    outside.for_each(|node| text.push_str(&format!("  {}\n", statement(picture, &ids, &networks, node))));
    for edge in &picture.edges {
        if let (Some(from), Some(to)) = (ids.get(edge.from), ids.get(edge.to)) {
            text.push_str(&format!("  {from} {} {to}\n", link(edge)));
        }
    }
    for (kind, style) in
        CLASSES.iter().filter(|(kind, _)| picture.nodes.iter().any(|node| node.kind == *kind))
    {
        text.push_str(&format!("  classDef {} {style}\n", kind.word()));
    }
    text
}

fn statement(picture: &Picture, ids: &[String], networks: &Networks, node: usize) -> String {
    let (Some(id), Some(node)) = (ids.get(node), picture.nodes.get(node)) else { return String::new() };
    let (open, close) = shape(node.kind);
    let lines = networks.lines_of(picture, node);
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    format!("{id}{open}{}{close}:::{}", quoted(&lines), node.kind.word())
}

fn shape(kind: NodeKind) -> (&'static str, &'static str) {
    match kind {
        NodeKind::Service => ("[", "]"),
        NodeKind::Job => ("([", "])"),
        NodeKind::Network => ("{{", "}}"),
        NodeKind::Volume => ("[(", ")]"),
        NodeKind::Secret => ("[/", "/]"),
        NodeKind::Config => ("[\\", "\\]"),
        NodeKind::External => (">", "]"),
    }
}

fn link(edge: &PictureEdge) -> String {
    let arrow = match edge.kind {
        EdgeKind::DependsStarted | EdgeKind::Link => "-->",
        EdgeKind::DependsHealthy | EdgeKind::DependsCompleted => "==>",
        EdgeKind::SharesNamespace => "<-->",
        EdgeKind::VolumesFrom | EdgeKind::Mount => "--o",
        EdgeKind::Inferred => "-.->",
    };
    let kind = match edge.kind {
        EdgeKind::DependsHealthy => Some("healthy"),
        EdgeKind::DependsCompleted => Some("completed"),
        EdgeKind::Link => Some("link"),
        EdgeKind::SharesNamespace => Some("namespace"),
        EdgeKind::VolumesFrom => Some("volumes"),
        EdgeKind::DependsStarted | EdgeKind::Mount | EdgeKind::Inferred => None,
    };
    let words: Vec<&str> =
        kind.into_iter().chain(edge.words()).chain(edge.optional.then_some("optional")).collect();
    if words.is_empty() { arrow.to_owned() } else { format!("{arrow}|{}|", quoted(&[&words.join(", ")])) }
}

/// Lines of text in quotes; a blank keeps an empty label valid.
fn quoted(lines: &[&str]) -> String {
    let text = lines.iter().map(|line| escaped(&printable(line))).collect::<Vec<String>>().join("<br/>");
    format!("\"{}\"", if text.trim().is_empty() { " " } else { &text })
}

/// What could be markup, as its number: quotes, tags, entities, emphasis, and the dots and dashes of lists.
fn escaped(line: &str) -> String {
    let nexts = line.chars().skip(1).chain([' ']);
    let escape = |(char, next): (char, char)| {
        let is_plain = match char {
            '.' | '-' | '+' => next != ' ',
            _ => char.is_alphanumeric() || " _/:,@=()".contains(char),
        };
        if is_plain { char.to_string() } else { format!("#{};", u32::from(char)) }
    };
    line.chars().zip(nexts).map(escape).collect()
}

/// A text as a YAML scalar in double quotes.
fn yaml(text: &str) -> String {
    format!("\"{}\"", printable(text).replace('\\', "\\\\").replace('"', "\\\""))
}
