//! YAML is read as Docker Compose reads it: values, places and mistakes.
//!
//! The expectations in `tests/data/yaml` come from Docker Compose 5.6.1 and the go-yaml in it; places are our own.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may panic")]

mod document;
mod limits;
mod mutations;
mod scalars;
mod suite;

use std::collections::HashSet;

use cutover::source::file::{Memory, SourceMap};
use cutover::source::node::{Node, Value};
use cutover::source::yaml::{Document, Kind, Limits, NodeId, Parsed, YamlError, construct, parse};

/// A text that is read, with the map that knows its lines.
struct Read {
    map: SourceMap,
    parsed: Parsed,
}

impl Read {
    fn new(text: &str) -> Self {
        Self::with(text, &Limits::default())
    }

    fn with(text: &str, limits: &Limits) -> Self {
        let mut map = SourceMap::new(Box::new(Memory::default()), "/");
        let file = map.add("compose.yaml", text);
        let parsed = parse(file, text, limits);
        Self { map, parsed }
    }

    /// The values of all documents, and everything that is wrong.
    fn values(&self) -> (Vec<Node>, Vec<YamlError>) {
        let mut values = Vec::new();
        let mut errors = self.parsed.errors.clone();
        for document in &self.parsed.documents {
            match construct(document, &HashSet::new()) {
                Ok(value) => values.push(value),
                Err(found) => errors.extend(found),
            }
        }
        (values, errors)
    }

    /// The only value.
    fn value(&self) -> Node {
        let (mut values, errors) = self.values();
        assert_eq!(errors, []);
        assert_eq!(values.len(), 1);
        values.remove(0)
    }

    /// `line:column message [line:column label]`.
    fn shown(&self, error: &YamlError) -> String {
        let place = |span| self.map.place(span).trim_start_matches("compose.yaml:").to_owned();
        let labels = error.labels.iter().map(|(span, text)| format!(" [{} {text}]", place(*span)));
        format!("{} {}{}", place(error.span), error.message, labels.collect::<String>())
    }

    /// Every message, with places.
    fn errors(&self) -> Vec<String> {
        self.values().1.iter().map(|error| self.shown(error)).collect()
    }
}

/// A value as JSON; a time is an object, as JSON has none.
fn json(node: &Node) -> serde_json::Value {
    match &node.value {
        Value::Null => serde_json::Value::Null,
        Value::Bool(truth) => (*truth).into(),
        Value::Int(number) => (*number).into(),
        Value::Uint(number) => (*number).into(),
        Value::Float(number) => (*number).into(),
        Value::Time(time) => serde_json::json!({ "time": time }),
        Value::Text(text) => text.as_str().into(),
        Value::List(list) => list.iter().map(json).collect(),
        Value::Map(map) => map.iter().map(|(key, entry)| (key.to_owned(), json(&entry.node))).collect(),
    }
}

/// All nodes that were written in a document, parents first.
fn nodes(document: &Document) -> Vec<NodeId> {
    let mut found = Vec::new();
    let mut left = vec![document.root()];
    while let Some(id) = left.pop() {
        found.push(id);
        match &document.node(id).kind {
            Kind::Sequence(items) => left.extend(items),
            Kind::Mapping(entries) => left.extend(entries.iter().flat_map(|(key, value)| [*key, *value])),
            Kind::Scalar { .. } | Kind::Alias(_) => {}
        }
    }
    found
}
