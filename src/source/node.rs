//! The tree that the Compose stages work on: plain values, each with the place it was written and the variables in it.
//!
//! It comes out of [`yaml`](crate::source::yaml) with aliases and merge keys resolved; merging, interpolation and
//! canonical forms change it in place, and what they derive keeps the span of what it came from.

use std::rc::Rc;

use indexmap::IndexMap;

use crate::source::path::{ComposePath, Step};
use crate::source::span::Span;

/// A value and where it was written.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// The value.
    pub value: Value,
    /// Where it was written; what is derived carries the span of its origin.
    pub span: Span,
    /// The variables that interpolation put into it.
    pub uses: Option<Rc<[VariableUse]>>,
}

/// What a YAML scalar, list or mapping means to Docker Compose.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Null, `~` or nothing.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// An integer that fits 64 bits with sign.
    Int(i64),
    /// A larger integer.
    Uint(u64),
    /// A floating-point number.
    Float(f64),
    /// A timestamp, in RFC 3339 form.
    Time(String),
    /// Text.
    Text(String),
    /// A list.
    List(Vec<Node>),
    /// A mapping.
    Map(Map),
}

/// A mapping in the order it was written; in a box, as most nodes are scalars and should not take its room.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Map(Box<IndexMap<String, Entry>>);

/// One entry of a [`Map`].
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// Where the key was written.
    pub key: Span,
    /// The value.
    pub node: Node,
}

/// A variable that interpolation read for a value.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct VariableUse {
    /// Its name.
    pub name: String,
    /// Where its value came from.
    pub source: VariableSource,
}

/// Where the value of a variable came from.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum VariableSource {
    /// The environment of the process.
    Process,
    /// An environment file such as `.env`, by its path.
    File(String),
    /// Set by the loader itself (`COMPOSE_PROJECT_NAME`, `PWD`).
    Loader,
    /// The default or alternative written in the Compose file.
    Written,
    /// Nowhere: it is unset and became empty.
    Unset,
}

impl Node {
    /// A value written at `span`.
    #[must_use]
    pub fn new(value: Value, span: Span) -> Self {
        Self { value, span, uses: None }
    }

    /// Text written at `span`.
    #[must_use]
    pub fn text(text: impl Into<String>, span: Span) -> Self {
        Self::new(Value::Text(text.into()), span)
    }

    /// A value derived from this one: same place, same variables.
    #[must_use]
    pub fn derive(&self, value: Value) -> Self {
        Self { value, span: self.span, uses: self.uses.clone() }
    }

    /// The text, if it is text.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        if let Value::Text(text) = &self.value { Some(text) } else { None }
    }

    /// The mapping, if it is one.
    #[must_use]
    pub fn as_map(&self) -> Option<&Map> {
        if let Value::Map(map) = &self.value { Some(map) } else { None }
    }

    /// The mapping, to change it.
    pub fn as_map_mut(&mut self) -> Option<&mut Map> {
        if let Value::Map(map) = &mut self.value { Some(map) } else { None }
    }

    /// The list, if it is one.
    #[must_use]
    pub fn as_list(&self) -> Option<&[Self]> {
        if let Value::List(list) = &self.value { Some(list) } else { None }
    }

    /// Whether it is null.
    #[must_use]
    pub fn is_null(&self) -> bool {
        matches!(self.value, Value::Null)
    }

    /// The node at a path below this one. In a list of `KEY=value` texts a key is the item that sets it.
    #[must_use]
    pub fn at(&self, path: &ComposePath) -> Option<&Self> {
        path.steps().iter().try_fold(self, |node, step| match (step, &node.value) {
            (Step::Key(key), Value::Map(map)) => map.get(key),
            (Step::Key(key), Value::List(items)) => items.iter().find(|item| item.sets(key)),
            (Step::Index(index), Value::List(items)) => items.get(*index),
            _ => None,
        })
    }

    fn sets(&self, key: &str) -> bool {
        let rest = self.as_text().and_then(|text| text.strip_prefix(key));
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('='))
    }

    /// Equality of values alone, wherever they were written, as the order of keys has no meaning.
    #[must_use]
    pub fn same_value(&self, other: &Self) -> bool {
        match (&self.value, &other.value) {
            (Value::List(a), Value::List(b)) => {
                a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.same_value(b))
            }
            (Value::Map(a), Value::Map(b)) => {
                a.len() == b.len()
                    && a.iter()
                        .all(|(key, entry)| b.get(key).is_some_and(|other| entry.node.same_value(other)))
            }
            (a, b) => a == b,
        }
    }
}

impl Map {
    /// The value of a key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.0.get(key).map(|entry| &entry.node)
    }

    /// The value of a key, to change it.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Node> {
        self.0.get_mut(key).map(|entry| &mut entry.node)
    }

    /// The entry of a key.
    #[must_use]
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        self.0.get(key)
    }

    /// Sets a key, keeping its place if it was there.
    pub fn insert(&mut self, key: impl Into<String>, key_span: Span, node: Node) -> Option<Entry> {
        self.0.insert(key.into(), Entry { key: key_span, node })
    }

    /// Takes a key out, keeping the order of the rest.
    pub fn remove(&mut self, key: &str) -> Option<Entry> {
        self.0.shift_remove(key)
    }

    /// Whether a key is there.
    #[must_use]
    pub fn contains(&self, key: &str) -> bool {
        self.0.contains_key(key)
    }

    /// How many keys there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is no key.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Keys with their entries, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Entry)> {
        self.0.iter().map(|(key, entry)| (key.as_str(), entry))
    }

    /// Keys with their entries, to change the values.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = (&str, &mut Entry)> {
        self.0.iter_mut().map(|(key, entry)| (key.as_str(), entry))
    }

    /// Keys, in order.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// Keeps the entries that pass the test.
    pub fn retain(&mut self, mut keep: impl FnMut(&str, &mut Entry) -> bool) {
        self.0.retain(|key, entry| keep(key, entry));
    }
}

impl IntoIterator for Map {
    type Item = (String, Entry);
    type IntoIter = indexmap::map::IntoIter<String, Entry>;

    fn into_iter(self) -> Self::IntoIter {
        (*self.0).into_iter()
    }
}

impl FromIterator<(String, Entry)> for Map {
    fn from_iter<I: IntoIterator<Item = (String, Entry)>>(entries: I) -> Self {
        Self(Box::new(entries.into_iter().collect()))
    }
}
