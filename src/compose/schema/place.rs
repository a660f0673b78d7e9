//! Where the walk stands: a chain from the root to the current node, on the stack, spelt out only when it is printed.

use crate::mapping::shape::{Mapping, Row};
use crate::source::node::{Entry, Node};

/// One node of the tree, and the way to it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place<'a> {
    /// The node.
    pub(super) node: &'a Node,
    /// The mapping of the table that the node is judged as.
    pub(super) mapping: Option<&'a Mapping>,
    /// The nearest row of the table on the way here.
    pub(super) row: Option<&'a Row>,
    above: Option<&'a Place<'a>>,
    step: Step<'a>,
}

#[derive(Clone, Copy, Debug)]
enum Step<'a> {
    Root,
    Key(&'a str),
    Item(usize),
}

impl<'a> Place<'a> {
    /// The whole file.
    pub(super) fn root(node: &'a Node) -> Self {
        Self { node, mapping: None, row: None, above: None, step: Step::Root }
    }

    /// This place, now that it is known what its node is.
    pub(super) fn judged_as(&self, mapping: &'a Mapping) -> Self {
        Self { mapping: Some(mapping), ..*self }
    }

    /// The value of a key that the table knows.
    pub(super) fn row(&'a self, row: &'a Row, entry: &'a Entry) -> Self {
        Self { row: Some(row), ..self.entry(&row.key, entry) }
    }

    /// The value of a key that the user chose.
    pub(super) fn entry(&'a self, key: &'a str, entry: &'a Entry) -> Self {
        Self { node: &entry.node, mapping: None, row: self.row, above: Some(self), step: Step::Key(key) }
    }

    /// An item of a list.
    pub(super) fn item(&'a self, index: usize, node: &'a Node) -> Self {
        Self { node, mapping: None, row: self.row, above: Some(self), step: Step::Item(index) }
    }

    /// The places around this one, the nearest first.
    pub(super) fn around(&self) -> impl Iterator<Item = &'a Place<'a>> {
        std::iter::successors(self.above, |place| place.above)
    }

    /// The key at which the node stands, if it is not the file or an item.
    pub(super) fn key(&self) -> Option<&'a str> {
        match self.step {
            Step::Key(key) => Some(key),
            Step::Root | Step::Item(_) => None,
        }
    }

    /// Whether the node is an item of a list.
    pub(super) fn is_item(&self) -> bool {
        matches!(self.step, Step::Item(_))
    }

    /// The way as Docker Compose prints it: `services.web.ports.0`.
    pub(super) fn dotted(&self) -> String {
        let mut steps: Vec<String> = std::iter::once(self)
            .chain(self.around())
            .filter_map(|place| match place.step {
                Step::Root => None,
                Step::Key(key) => Some(key.to_owned()),
                Step::Item(index) => Some(index.to_string()),
            })
            .collect();
        steps.reverse();
        steps.join(".")
    }
}
