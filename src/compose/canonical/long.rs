//! The long forms themselves, made of what a short form says.

use crate::compose::grammar::{port, volume};
use crate::compose::relative::clean;
use crate::source::node::{Entry, Map, Node, Value};
use crate::source::scalar::go_text;
use crate::source::span::Span;

pub(super) fn map_of<const N: usize>(fields: [(&str, Node); N]) -> Value {
    let entries = fields.into_iter().map(|(key, node)| (key.to_owned(), Entry { key: node.span, node }));
    Value::Map(entries.collect())
}

pub(super) fn add_absent(map: &mut Map, key: &str, value: Value, span: Span) {
    if !map.contains(key) {
        map.insert(key, span, Node::new(value, span));
    }
}

pub(super) fn text_list(node: &mut Node) {
    if node.as_text().is_some() {
        node.value = Value::List(vec![node.clone()]);
    }
}

pub(super) fn spell(node: &mut Node) {
    if let Some(text) = go_text(&node.value) {
        node.value = Value::Text(text);
    }
}

pub(super) fn names(node: &mut Node) {
    if let Value::List(items) = &node.value {
        let entries = items.iter().filter_map(|item| {
            Some((item.as_text()?.to_owned(), Entry { key: item.span, node: Node::new(Value::Null, item.span) }))
        });
        node.value = Value::Map(entries.collect());
    }
}

pub(super) fn long_port(item: &Node, port: port::ShortPort) -> Node {
    let text = |text: String| item.derive(Value::Text(text));
    let fields = [
        ("mode", text("ingress".to_owned())),
        ("host_ip", text(port.host_ip)),
        ("target", item.derive(Value::Int(i64::from(port.target)))),
        ("published", text(port.published)),
        ("protocol", text(port.protocol)),
    ];
    let is_said = |node: &Node| node.as_text() != Some("") && node.value != Value::Int(0);
    let entries = fields.into_iter().filter(|(_, node)| is_said(node));
    let map: Map = entries.map(|(key, node)| (key.to_owned(), Entry { key: item.span, node })).collect();
    item.derive(Value::Map(map))
}

pub(super) fn long_volume(node: &Node, short: &volume::ShortVolume) -> Value {
    let text = |text: &str| node.derive(Value::Text(text.to_owned()));
    let yes = || node.derive(Value::Bool(true));
    let kind = if short.is_bind { "bind" } else { "volume" };
    let mut fields = vec![("type", text(kind))];
    if !short.source.is_empty() {
        fields.push(("source", text(&short.source)));
    }
    fields.push(("target", text(&clean(&short.target))));
    if short.read_only {
        fields.push(("read_only", yes()));
    }
    let mut bind = Vec::new();
    bind.extend(short.selinux.as_deref().map(|label| ("selinux", text(label))));
    bind.extend(short.propagation.as_deref().map(|mode| ("propagation", text(mode))));
    if short.is_bind {
        bind.push(("create_host_path", yes()));
    }
    if !bind.is_empty() {
        fields.push(("bind", node.derive(entries(node, bind))));
    }
    // Docker Compose writes the block of a volume even if it is empty, but not for a text of one or two characters.
    let nocopy: Vec<_> = short.nocopy.then(|| ("nocopy", yes())).into_iter().collect();
    if !nocopy.is_empty() || !(short.is_bind || short.is_tiny) {
        fields.push(("volume", node.derive(entries(node, nocopy))));
    }
    entries(node, fields)
}

pub(super) fn entries(node: &Node, fields: Vec<(&str, Node)>) -> Value {
    Value::Map(fields.into_iter().map(|(key, field)| (key.to_owned(), Entry { key: node.span, node: field })).collect())
}
