//! The tree that the Compose stages work on: plain values, each with the place it was written and the variables in it.
//!
//! It comes out of [`yaml`](crate::source::yaml) with aliases and merge keys resolved; merging, interpolation and
//! canonical forms change it in place, and what they derive keeps the span of what it came from.

use std::collections::HashMap;
use std::rc::Rc;

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
#[derive(Clone, Debug, Default)]
pub struct Map(Box<Entries>);

/// Nearly all mappings of a Compose file are so small that looking through their keys is faster than hashing them.
const FEW: usize = 16;

#[derive(Clone, Debug, Default)]
struct Entries {
    list: Vec<(String, Entry)>,
    /// Where each key stands in the list, as soon as there are more than a few.
    index: Option<HashMap<String, usize>>,
}

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
        path.steps().iter().try_fold(self, Self::child)
    }

    /// The node at a path below this one; its nearest parent where there is none.
    #[must_use]
    pub fn nearest(&self, path: &ComposePath) -> &Self {
        let mut steps = path.steps().iter();
        let (Ok(node) | Err(node)) = steps.try_fold(self, |node, step| node.child(step).ok_or(node));
        node
    }

    fn child(&self, step: &Step) -> Option<&Self> {
        match (step, &self.value) {
            (Step::Key(key), Value::Map(map)) => map.get(key),
            (Step::Key(key), Value::List(items)) => items.iter().find(|item| item.sets(key)),
            (Step::Index(index), Value::List(items)) => items.get(*index),
            _ => None,
        }
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

impl Entries {
    fn position(&self, key: &str) -> Option<usize> {
        match &self.index {
            Some(index) => index.get(key).copied(),
            None => self.list.iter().position(|(known, _)| known == key),
        }
    }

    /// Makes the index anew, after entries have moved.
    fn index_again(&mut self) {
        let places = || self.list.iter().enumerate().map(|(at, (key, _))| (key.clone(), at)).collect();
        self.index = (self.list.len() > FEW).then(places);
    }
}

impl Map {
    /// The value of a key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entry(key).map(|entry| &entry.node)
    }

    /// The value of a key, to change it.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Node> {
        let at = self.0.position(key)?;
        self.0.list.get_mut(at).map(|(_, entry)| &mut entry.node)
    }

    /// The entry of a key.
    #[must_use]
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        let at = self.0.position(key)?;
        self.0.list.get(at).map(|(_, entry)| entry)
    }

    /// Sets a key, keeping its place if it was there.
    pub fn insert(&mut self, key: impl Into<String>, key_span: Span, node: Node) -> Option<Entry> {
        let (key, entry) = (key.into(), Entry { key: key_span, node });
        if let Some((_, known)) = self.0.position(&key).and_then(|at| self.0.list.get_mut(at)) {
            return Some(std::mem::replace(known, entry));
        }
        let at = self.0.list.len();
        if let Some(index) = &mut self.0.index {
            index.insert(key.clone(), at);
        }
        self.0.list.push((key, entry));
        if at == FEW {
            self.0.index_again();
        }
        None
    }

    /// Takes a key out, keeping the order of the rest.
    pub fn remove(&mut self, key: &str) -> Option<Entry> {
        let at = self.0.position(key)?;
        let (_, entry) = self.0.list.remove(at);
        self.0.index_again();
        Some(entry)
    }

    /// Whether a key is there.
    #[must_use]
    pub fn contains(&self, key: &str) -> bool {
        self.0.position(key).is_some()
    }

    /// How many keys there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.list.len()
    }

    /// Whether there is no key.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.list.is_empty()
    }

    /// Keys with their entries, in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &Entry)> {
        self.0.list.iter().map(|(key, entry)| (key.as_str(), entry))
    }

    /// Keys with their entries, to change the values.
    pub fn iter_mut(&mut self) -> impl ExactSizeIterator<Item = (&str, &mut Entry)> {
        self.0.list.iter_mut().map(|(key, entry)| (key.as_str(), entry))
    }

    /// Keys, in order.
    pub fn keys(&self) -> impl ExactSizeIterator<Item = &str> {
        self.0.list.iter().map(|(key, _)| key.as_str())
    }

    /// Keeps the entries that pass the test.
    pub fn retain(&mut self, mut keep: impl FnMut(&str, &mut Entry) -> bool) {
        let before = self.len();
        self.0.list.retain_mut(|(key, entry)| keep(key, entry));
        if self.len() < before {
            self.0.index_again();
        }
    }
}

/// The order of keys has no meaning.
impl PartialEq for Map {
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len() && self.iter().all(|(key, entry)| other.entry(key) == Some(entry))
    }
}

impl IntoIterator for Map {
    type Item = (String, Entry);
    type IntoIter = std::vec::IntoIter<(String, Entry)>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.list.into_iter()
    }
}

/// The last of several entries of one key counts, at the place of the first.
impl FromIterator<(String, Entry)> for Map {
    fn from_iter<I: IntoIterator<Item = (String, Entry)>>(entries: I) -> Self {
        let mut map = Self::default();
        entries.into_iter().for_each(|(key, Entry { key: span, node })| {
            map.insert(key, span, node);
        });
        map
    }
}

#[cfg(test)]
mod tests {
    use super::{FEW, Map, Node, Value};
    use crate::source::span::{FileId, Span};

    const NOWHERE: Span = Span { file: FileId(0), start: 0, end: 0 };

    fn numbered(count: usize) -> Map {
        let mut map = Map::default();
        for number in 0..count {
            map.insert(format!("k{number}"), NOWHERE, Node::new(Value::Int(0), NOWHERE));
        }
        map
    }

    #[test]
    fn a_map_finds_its_keys_at_any_size() {
        for count in [0, 1, FEW - 1, FEW, FEW + 1, 10 * FEW] {
            let mut map = numbered(count);
            let replaced = map.insert("k0", NOWHERE, Node::new(Value::Int(7), NOWHERE));
            assert_eq!(replaced.is_some(), count > 0);
            let keys: Vec<String> = map.keys().map(str::to_owned).collect();
            for gone in keys.iter().step_by(3) {
                assert!(map.remove(gone).is_some());
            }
            map.retain(|key, _| key != "k1");
            for (at, key) in keys.iter().enumerate() {
                assert_eq!(map.contains(key), at % 3 != 0 && at != 1, "{key} of {count}");
                assert_eq!(map.get(key).is_some(), map.keys().any(|known| known == key));
            }
        }
    }
}
