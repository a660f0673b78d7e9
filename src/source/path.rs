//! Where a value stands in a Compose project: keys and indices, never a dotted string.
//!
//! [`ComposePath`] names one place; [`PatternTable`] maps patterns (`services.*.ports.[]`) to what a stage does there,
//! and a [`Cursor`] follows a walk through the table without comparing strings twice.

use std::fmt;

/// One step of a [`ComposePath`].
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Step {
    /// A key of a mapping.
    Key(String),
    /// An item of a list.
    Index(usize),
}

/// A place in a Compose project, such as `services.web.ports[0].target`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ComposePath(Vec<Step>);

impl ComposePath {
    /// The project itself.
    #[must_use]
    pub fn root() -> Self {
        Self::default()
    }

    /// A path of keys.
    #[must_use]
    pub fn of<'a>(keys: impl IntoIterator<Item = &'a str>) -> Self {
        Self(keys.into_iter().map(|key| Step::Key(key.to_owned())).collect())
    }

    /// The steps.
    #[must_use]
    pub fn steps(&self) -> &[Step] {
        &self.0
    }

    /// This path and one key more.
    #[must_use]
    pub fn key(&self, key: impl Into<String>) -> Self {
        self.with(Step::Key(key.into()))
    }

    /// This path and one list item more.
    #[must_use]
    pub fn index(&self, index: usize) -> Self {
        self.with(Step::Index(index))
    }

    /// This path and all of another.
    #[must_use]
    pub fn join(&self, rest: &Self) -> Self {
        Self(self.0.iter().chain(&rest.0).cloned().collect())
    }

    fn with(&self, step: Step) -> Self {
        let mut steps = Vec::with_capacity(self.0.len() + 1);
        steps.extend_from_slice(&self.0);
        steps.push(step);
        Self(steps)
    }

    /// Steps down to a key, in place.
    pub fn push_key(&mut self, key: &str) {
        self.0.push(Step::Key(key.to_owned()));
    }

    /// Steps down to a list item, in place.
    pub fn push_index(&mut self, index: usize) {
        self.0.push(Step::Index(index));
    }

    /// Steps back up.
    pub fn pop(&mut self) {
        self.0.pop();
    }

    /// The last key, if the path ends with one.
    #[must_use]
    pub fn last_key(&self) -> Option<&str> {
        match self.0.last() {
            Some(Step::Key(key)) => Some(key),
            Some(Step::Index(_)) | None => None,
        }
    }

    /// The path as Docker Compose's schema errors spell it: dots only (`services.web.ports.0`).
    #[must_use]
    pub fn dotted(&self) -> String {
        let words: Vec<String> = self
            .0
            .iter()
            .map(|step| match step {
                Step::Key(key) => key.clone(),
                Step::Index(index) => index.to_string(),
            })
            .collect();
        words.join(".")
    }

    /// The path as Docker Compose's walkers spell it: list items are `[]` (`services.web.ports.[]`).
    #[must_use]
    pub fn walked(&self) -> String {
        let words: Vec<&str> = self
            .0
            .iter()
            .map(|step| match step {
                Step::Key(key) => key.as_str(),
                Step::Index(_) => "[]",
            })
            .collect();
        words.join(".")
    }
}

impl fmt::Display for ComposePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, step) in self.0.iter().enumerate() {
            match step {
                Step::Index(index) => write!(f, "[{index}]")?,
                Step::Key(key) => {
                    if position > 0 {
                        f.write_str(".")?;
                    }
                    let plain = !key.is_empty() && !key.contains(['.', '[', ']', '"', ' ']);
                    if plain { f.write_str(key)? } else { write!(f, "{key:?}")? }
                }
            }
        }
        Ok(())
    }
}

impl FromIterator<Step> for ComposePath {
    fn from_iter<I: IntoIterator<Item = Step>>(steps: I) -> Self {
        Self(steps.into_iter().collect())
    }
}

/// A place on the way down a tree, on the stack of the walk; becomes a [`ComposePath`] only where something is told.
#[derive(Clone, Copy, Debug)]
pub enum Trail<'a> {
    /// The top.
    Root,
    /// A key below a place.
    Key(&'a Trail<'a>, &'a str),
    /// An item below a place.
    Index(&'a Trail<'a>, usize),
}

impl Trail<'_> {
    /// The path of this place.
    #[must_use]
    pub fn to_path(&self) -> ComposePath {
        let mut steps = Vec::new();
        let mut at = self;
        loop {
            match at {
                Trail::Root => break,
                Trail::Key(parent, key) => {
                    steps.push(Step::Key((*key).to_owned()));
                    at = parent;
                }
                Trail::Index(parent, index) => {
                    steps.push(Step::Index(*index));
                    at = parent;
                }
            }
        }
        steps.reverse();
        ComposePath(steps)
    }
}

/// Patterns of paths, each with a value: `*` stands for any key or item, `[]` for an item of a list.
#[derive(Clone, Debug)]
pub struct PatternTable<T> {
    nodes: Vec<PatternNode<T>>,
}

#[derive(Clone, Debug)]
struct PatternNode<T> {
    /// Literal words, sorted.
    words: Vec<(&'static str, usize)>,
    any: Option<usize>,
    item: Option<usize>,
    value: Option<T>,
}

impl<T> PatternNode<T> {
    fn new() -> Self {
        Self { words: Vec::new(), any: None, item: None, value: None }
    }

    fn child(&self, word: &str) -> Option<usize> {
        match word {
            "*" => self.any,
            "[]" => self.item,
            _ => self.literal(word),
        }
    }

    fn literal(&self, word: &str) -> Option<usize> {
        let at = self.words.binary_search_by(|(known, _)| (*known).cmp(word)).ok()?;
        self.words.get(at).map(|(_, child)| *child)
    }

    fn add_child(&mut self, word: &'static str, child: usize) {
        match word {
            "*" => self.any = Some(child),
            "[]" => self.item = Some(child),
            _ => {
                let at = self.words.partition_point(|(known, _)| *known < word);
                self.words.insert(at, (word, child));
            }
        }
    }
}

impl<T> PatternTable<T> {
    /// A table of `(pattern, value)` rows.
    pub fn new(rows: impl IntoIterator<Item = (&'static str, T)>) -> Self {
        let mut table = Self { nodes: vec![PatternNode::new()] };
        for (pattern, value) in rows {
            table.insert(pattern.split('.'), value);
        }
        table
    }

    /// Rows below each of several prefixes.
    #[must_use]
    pub fn under(prefixes: &[&'static str], rows: &[(&'static str, T)]) -> Self
    where
        T: Clone,
    {
        Self::new([]).and_under(prefixes, rows)
    }

    /// This table and rows below each of several prefixes.
    #[must_use]
    pub fn and_under(mut self, prefixes: &[&'static str], rows: &[(&'static str, T)]) -> Self
    where
        T: Clone,
    {
        for prefix in prefixes {
            for (pattern, value) in rows {
                self.insert(prefix.split('.').chain(pattern.split('.')), value.clone());
            }
        }
        self
    }

    /// This table and more rows.
    #[must_use]
    pub fn and(mut self, rows: &[(&'static str, T)]) -> Self
    where
        T: Clone,
    {
        for (pattern, value) in rows {
            self.insert(pattern.split('.'), value.clone());
        }
        self
    }

    fn insert(&mut self, words: impl Iterator<Item = &'static str>, value: T) {
        let at = words.fold(0, |at, word| self.child_or_new(at, word));
        if let Some(node) = self.nodes.get_mut(at) {
            node.value = Some(value);
        }
    }

    fn child_or_new(&mut self, at: usize, word: &'static str) -> usize {
        if let Some(child) = self.nodes.get(at).and_then(|node| node.child(word)) {
            return child;
        }
        let child = self.nodes.len();
        self.nodes.push(PatternNode::new());
        if let Some(node) = self.nodes.get_mut(at) {
            node.add_child(word, child);
        }
        child
    }

    /// A cursor at the root.
    #[must_use]
    pub fn cursor(&self) -> Cursor<'_, T> {
        Cursor { table: self, at: [Some(0), None, None, None] }
    }

    /// What the table says of a path.
    #[must_use]
    pub fn get(&self, path: &ComposePath) -> Option<&T> {
        path.steps().iter().fold(self.cursor(), |cursor, step| cursor.step(step)).value()
    }
}

/// How many patterns with stars at different places can go on at once.
const BRANCHES: usize = 4;

/// A position in a [`PatternTable`] that moves along with a walk.
#[derive(Clone, Debug)]
pub struct Cursor<'a, T> {
    table: &'a PatternTable<T>,
    /// The nodes that the way so far leads to; no table of ours needs more.
    at: [Option<usize>; BRANCHES],
}

impl<'a, T> Cursor<'a, T> {
    /// Steps down to a key.
    #[must_use]
    pub fn key(&self, key: &str) -> Self {
        self.down(|node| [node.literal(key), node.any])
    }

    /// Steps down to a list item.
    #[must_use]
    pub fn item(&self) -> Self {
        self.down(|node| [node.item, node.any])
    }

    /// Steps down.
    #[must_use]
    pub fn step(&self, step: &Step) -> Self {
        match step {
            Step::Key(key) => self.key(key),
            Step::Index(_) => self.item(),
        }
    }

    fn down(&self, children: impl Fn(&PatternNode<T>) -> [Option<usize>; 2]) -> Self {
        let mut at = [None; BRANCHES];
        let mut free = at.iter_mut();
        for node in self.at.iter().flatten().filter_map(|at| self.table.nodes.get(*at)) {
            for child in children(node).into_iter().flatten() {
                if let Some(slot) = free.next() {
                    *slot = Some(child);
                }
            }
        }
        Self { table: self.table, at }
    }

    /// What the table says here.
    #[must_use]
    pub fn value(&self) -> Option<&'a T> {
        self.at.iter().flatten().find_map(|at| self.table.nodes.get(*at).and_then(|node| node.value.as_ref()))
    }

    /// Whether nothing below can match any more.
    #[must_use]
    pub fn is_dead(&self) -> bool {
        self.at.iter().all(Option::is_none)
    }
}

#[cfg(test)]
mod tests {
    use super::{ComposePath, PatternTable};

    #[test]
    fn a_path_prints_keys_and_indices() {
        let path = ComposePath::of(["services", "a.b", "ports"]).index(0).key("target");
        assert_eq!(path.to_string(), "services.\"a.b\".ports[0].target");
        assert_eq!(path.dotted(), "services.a.b.ports.0.target");
        assert_eq!(path.walked(), "services.a.b.ports.[].target");
    }

    #[test]
    fn a_table_finds_stars_items_and_literals() {
        let table = PatternTable::new([("services.*.ports.[]", 1), ("services.*.build", 2), ("*.x", 3)]);
        let ports = ComposePath::of(["services", "web", "ports"]);
        assert_eq!(table.get(&ports), None);
        assert_eq!(table.get(&ports.index(3)), Some(&1));
        assert_eq!(table.get(&ports.key("x")), None);
        assert_eq!(table.get(&ComposePath::of(["services", "web", "build"])), Some(&2));
        assert_eq!(table.get(&ComposePath::of(["services", "x"])), Some(&3));
    }
}
