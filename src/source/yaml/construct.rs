//! From a document to values: aliases and merge keys followed, scalars resolved, as go-yaml's constructor does.
//!
//! Two bounds hold whatever the document says: the depth of what is built, aliases followed, and the number of nodes
//! that are built by following aliases.

use std::collections::{HashMap, HashSet};

use crate::source::node::{Map, Node, Value};
use crate::source::scalar;
use crate::source::span::Span;
use crate::source::yaml::error::{self, YamlError};
use crate::source::yaml::tree::{Document, Kind, NodeId, RawNode, Style};

/// Builds the values of a document. A node of `dropped` is left out: with its key in a mapping, as an item in a list.
///
/// What comes through an alias or a merge key keeps the place where it was written.
///
/// # Errors
/// Everything that go-yaml or Docker Compose refuses here: duplicate keys, keys that are not text, cycles, merges of
/// what is not a mapping, scalars that are not what their tag says, nesting that is too deep, excessive aliasing.
pub fn construct(document: &Document, dropped: &HashSet<NodeId>) -> Result<Node, Vec<YamlError>> {
    let mut constructor = Constructor {
        document,
        dropped,
        path: Vec::new(),
        depth: 0,
        alias: None,
        aliased: 0,
        errors: Vec::new(),
        reported: HashSet::new(),
        is_stopped: false,
    };
    let root = document.root();
    let value = if dropped.contains(&root) { None } else { constructor.node(root) };
    if constructor.errors.is_empty() {
        Ok(value.unwrap_or_else(|| Node::new(Value::Null, document.node(root).span)))
    } else {
        Err(constructor.errors)
    }
}

/// Where the entries of a mapping go.
#[derive(Default)]
struct Target {
    map: Map,
    /// Keys whose values go-yaml leaves out, but which no merge may bring back.
    void: Vec<String>,
}

/// How an entry comes into a mapping.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Origin {
    Written,
    Merged,
}

#[derive(Clone, Copy)]
enum Step {
    Key(NodeId),
    Index(usize),
}

struct Constructor<'d> {
    document: &'d Document,
    dropped: &'d HashSet<NodeId>,
    path: Vec<Step>,
    depth: usize,
    /// The outermost alias that is being followed, and how many nodes following aliases has built.
    alias: Option<Span>,
    aliased: usize,
    errors: Vec<YamlError>,
    reported: HashSet<(Span, String)>,
    /// Set by an error after which it would be dangerous to go on.
    is_stopped: bool,
}

impl<'d> Constructor<'d> {
    /// The value of a node, or nothing where go-yaml leaves it out.
    fn node(&mut self, id: NodeId) -> Option<Node> {
        let node = self.document.node(id);
        self.count(1);
        if self.is_stopped {
            return None;
        }
        let value = match &node.kind {
            Kind::Scalar { text, style } => self.scalar(node, text, *style),
            Kind::Sequence(items) => self.nested(node.span, |this| Value::List(this.sequence(items))),
            Kind::Mapping(entries) => self.nested(node.span, |this| Value::Map(this.mapping(entries))),
            Kind::Alias(target) => return self.follow(id, *target, |this| this.node(*target)).flatten(),
        };
        value.map(|value| Node::new(value, node.span))
    }

    fn scalar(&mut self, node: &RawNode, text: &str, style: Style) -> Option<Value> {
        let tag = node.tag.as_ref().map(|tag| tag.text.as_str());
        match tag {
            None if style != Style::Plain => Some(Value::Text(text.to_owned())),
            _ if merges(node) => None,
            None => Some(scalar::resolve(text)),
            Some(tag) => {
                let value = scalar::resolve_tagged(tag, text);
                value.map_err(|message| self.report(YamlError::new(message, node.span))).ok()
            }
        }
    }

    fn sequence(&mut self, items: &[NodeId]) -> Vec<Node> {
        let mut list = Vec::with_capacity(items.len());
        for item in items.iter().filter(|item| !self.dropped.contains(item)) {
            self.path.push(Step::Index(list.len()));
            list.extend(self.node(*item));
            self.path.pop();
        }
        list
    }

    fn mapping(&mut self, entries: &[(NodeId, NodeId)]) -> Map {
        let mut target = Target::default();
        self.fill(&mut target, entries, Origin::Written);
        for key in &target.void {
            target.map.remove(key);
        }
        target.map
    }

    /// Puts entries into a mapping: those that are written first, then those of its merge key, which never replace.
    fn fill(&mut self, target: &mut Target, entries: &[(NodeId, NodeId)], origin: Origin) {
        self.check_unique(entries);
        let mut merge = None;
        for (key, value) in entries.iter().filter(|(_, value)| !self.dropped.contains(value)) {
            if merges(self.document.node(*key)) {
                merge = Some(*value);
                continue;
            }
            let Some(text) = self.key(*key, origin) else { continue };
            if origin == Origin::Merged && target.map.contains(&text) {
                continue;
            }
            self.path.push(Step::Key(*key));
            let node = self.node(*value);
            self.path.pop();
            if self.is_stopped {
                return;
            }
            let written = self.document.node(*key).span;
            if node.is_none() {
                target.void.push(text.clone());
            }
            target.map.insert(text, written, node.unwrap_or_else(|| Node::new(Value::Null, written)));
        }
        if let Some(merge) = merge {
            self.merge(target, merge);
        }
    }

    /// Merges a mapping, or each of a list of mappings, into one; the first to bring a key wins.
    fn merge(&mut self, target: &mut Target, value: NodeId) {
        let merged = self.document.target(value);
        if merged != value && self.is_cycle(value, merged) {
            return;
        }
        match &self.document.node(merged).kind {
            Kind::Mapping(_) => self.merge_item(target, value, None),
            Kind::Sequence(items) => {
                for item in items.iter().filter(|item| !self.dropped.contains(item)) {
                    let alias = (merged != value).then(|| self.document.node(value).span);
                    self.merge_item(target, *item, alias);
                }
            }
            Kind::Scalar { .. } | Kind::Alias(_) => {
                self.report(error::wants_mapping(self.document.node(value).span))
            }
        }
    }

    fn merge_item(&mut self, target: &mut Target, item: NodeId, alias: Option<Span>) {
        let merged = self.document.target(item);
        let Kind::Mapping(entries) = &self.document.node(merged).kind else {
            let found = error::wants_mapping(self.document.node(item).span);
            self.report(alias.map_or(found.clone(), |alias| found.label(alias, "used here")));
            return;
        };
        if merged == item {
            self.merge_entries(target, entries, item);
        } else {
            self.follow(item, merged, |this| this.merge_entries(target, entries, item));
        }
    }

    fn merge_entries(&mut self, target: &mut Target, entries: &[(NodeId, NodeId)], from: NodeId) {
        let span = self.document.node(from).span;
        self.count(entries.len());
        if !self.is_stopped {
            self.nested(span, |this| this.fill(target, entries, Origin::Merged));
        }
    }

    /// The text of a key. A key that is merged in may be a number or a truth value, which then counts as it is written.
    fn key(&mut self, id: NodeId, origin: Origin) -> Option<String> {
        let written = self.document.node(id);
        let node = self.document.node(self.document.target(id));
        let Kind::Scalar { text, style } = &node.kind else {
            self.report(error::collection_as_key(&node.kind, written.span));
            return None;
        };
        match (self.scalar(node, text, *style)?, origin) {
            (Value::Text(text), _) => Some(text),
            (Value::Bool(_) | Value::Int(_) | Value::Uint(_) | Value::Float(_), Origin::Merged) => {
                Some(text.clone())
            }
            (Value::Null, Origin::Merged) => None,
            (value, _) => {
                self.report(error::not_text(&value, &self.path_text(), written.span));
                None
            }
        }
    }

    /// Reports keys that are there twice: by their text, as Docker Compose compares them, `<<` included.
    fn check_unique(&mut self, entries: &[(NodeId, NodeId)]) {
        const FEW: usize = 12;
        let document = self.document;
        let mut seen: HashMap<&str, NodeId> = HashMap::new();
        for (position, (key, _)) in entries.iter().enumerate() {
            let Some(text) = key_text(document, *key) else { continue };
            let first = if entries.len() <= FEW {
                let mut earlier = entries.iter().take(position).map(|(earlier, _)| *earlier);
                earlier.find(|earlier| key_text(document, *earlier) == Some(text))
            } else {
                let first = *seen.entry(text).or_insert(*key);
                Some(first).filter(|first| first != key)
            };
            if let Some(first) = first {
                self.report(error::duplicate(text, document.node(*key), document.node(first)));
            }
        }
    }

    fn follow<T>(&mut self, alias: NodeId, target: NodeId, build: impl FnOnce(&mut Self) -> T) -> Option<T> {
        if self.is_cycle(alias, target) {
            return None;
        }
        let outer = self.alias;
        self.alias = outer.or(Some(self.document.node(alias).span));
        let built = build(self);
        self.alias = outer;
        Some(built)
    }

    fn is_cycle(&mut self, alias: NodeId, target: NodeId) -> bool {
        let is_cycle = self.document.contains(target, alias);
        if is_cycle {
            self.report(error::cycle(self.document.node(alias), self.document.node(target)));
        }
        is_cycle
    }

    fn nested<T>(&mut self, span: Span, build: impl FnOnce(&mut Self) -> T) -> Option<T> {
        let limit = self.document.limits.max_depth;
        if self.depth >= limit {
            self.stop(error::too_deep(limit, span));
            return None;
        }
        self.depth += 1;
        let built = build(self);
        self.depth -= 1;
        Some(built)
    }

    fn count(&mut self, nodes: usize) {
        if let Some(span) = self.alias {
            self.aliased += nodes;
            let limit = self.document.limits.max_aliased;
            if self.aliased > limit {
                self.stop(error::excessive_aliasing(limit, span));
            }
        }
    }

    fn stop(&mut self, error: YamlError) {
        if !self.is_stopped {
            self.is_stopped = true;
            self.report(error);
        }
    }

    /// Keeps an error, once, however often aliases lead to it.
    fn report(&mut self, error: YamlError) {
        if self.reported.insert((error.span, error.message.clone())) {
            self.errors.push(error);
        }
    }

    /// The path as Docker Compose's message about keys spells it: `services.web.ports[0]`.
    fn path_text(&self) -> String {
        let mut text = String::new();
        for step in &self.path {
            match step {
                Step::Key(key) => {
                    if !text.is_empty() {
                        text.push('.');
                    }
                    text.push_str(key_text(self.document, *key).unwrap_or_default());
                }
                Step::Index(index) => text.push_str(&format!("[{index}]")),
            }
        }
        text
    }
}

/// Whether a node, as a key, merges: a plain `<<`, or whatever is tagged so.
fn merges(node: &RawNode) -> bool {
    match (&node.kind, &node.tag) {
        (Kind::Scalar { text, style: Style::Plain }, None) => text == scalar::MERGE,
        (Kind::Scalar { .. }, Some(tag)) => tag.text == "!!merge",
        (Kind::Scalar { .. } | Kind::Sequence(_) | Kind::Mapping(_) | Kind::Alias(_), _) => false,
    }
}

/// The text that keys are compared by; an alias has the name of its anchor.
fn key_text(document: &Document, key: NodeId) -> Option<&str> {
    match &document.node(key).kind {
        Kind::Scalar { text, .. } => Some(text),
        Kind::Alias(target) => document.node(*target).anchor.as_ref().map(|anchor| anchor.name.as_str()),
        Kind::Sequence(_) | Kind::Mapping(_) => None,
    }
}
