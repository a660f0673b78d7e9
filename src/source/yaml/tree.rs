//! What was written: the nodes of a YAML file in one arena, in the order of the text.

use std::rc::Rc;

use crate::source::span::Span;
use crate::source::yaml::error::YamlError;

/// One node of a file; it stays valid in all documents of that file, because go-yaml lets aliases cross them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeId(u32);

impl NodeId {
    pub(super) fn at(index: usize) -> Self {
        Self(u32::try_from(index).unwrap_or(u32::MAX))
    }

    pub(super) fn index(self) -> usize {
        self.0 as usize
    }
}

/// What bounds the work that a file can cause.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// How deep lists and mappings may be nested, aliases followed.
    pub max_depth: usize,
    /// How many nodes may be built by following aliases.
    pub max_aliased: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { max_depth: 255, max_aliased: 1_000_000 }
    }
}

/// What [`parse`](crate::source::yaml::parse) found in a file.
#[derive(Clone, Debug, Default)]
pub struct Parsed {
    /// The documents that are well formed, in order; empty if the file has only comments.
    pub documents: Vec<Document>,
    /// What is wrong in the others.
    pub errors: Vec<YamlError>,
}

/// One YAML document.
#[derive(Clone, Debug)]
pub struct Document {
    pub(super) arena: Rc<Vec<RawNode>>,
    pub(super) root: NodeId,
    pub(super) comments: Vec<Comment>,
    pub(super) limits: Limits,
}

impl Document {
    /// The node that holds all others.
    #[must_use]
    pub fn root(&self) -> NodeId {
        self.root
    }

    /// A node of this document, or of another one of the same file.
    ///
    /// # Panics
    /// If the id is of another file, which is a bug.
    #[must_use]
    pub fn node(&self, id: NodeId) -> &RawNode {
        self.arena.get(id.index()).expect("a node id belongs to the file that made it")
    }

    /// Every node that was written in this document, in the order of the text.
    pub fn nodes(&self) -> std::slice::Iter<'_, RawNode> {
        let range = self.root.index()..self.node(self.root).after.index();
        self.arena.get(range).unwrap_or_default().iter()
    }

    /// A node, or what it stands for if it is an alias.
    #[must_use]
    pub fn target(&self, id: NodeId) -> NodeId {
        match self.node(id).kind {
            Kind::Alias(target) => target,
            Kind::Scalar { .. } | Kind::Sequence(_) | Kind::Mapping(_) => id,
        }
    }

    /// Whether `inner` was written inside `outer`, or is `outer`; an alias inside its own target is a cycle.
    #[must_use]
    pub fn contains(&self, outer: NodeId, inner: NodeId) -> bool {
        (outer..self.node(outer).after).contains(&inner)
    }

    /// The comments of this document and those above it, in the order of the text.
    #[must_use]
    pub fn comments(&self) -> &[Comment] {
        &self.comments
    }
}

/// A node as it was written.
#[derive(Clone, Debug, PartialEq)]
pub struct RawNode {
    /// What it is.
    pub kind: Kind,
    /// Its explicit tag.
    pub tag: Option<Box<Tag>>,
    /// Its anchor.
    pub anchor: Option<Box<Anchor>>,
    /// Where it is, without tag and anchor: a scalar with its quotes, a collection from its first to its last byte, the
    /// lines of a block scalar without its header; empty, right after the colon, where nothing was written.
    pub span: Span,
    /// The line it begins in, counted from one.
    pub line: u32,
    /// The id after the last one inside this node.
    pub(super) after: NodeId,
}

/// What a node is.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    /// A scalar.
    Scalar {
        /// Its text, without quotes and escapes.
        text: String,
        /// How it was written.
        style: Style,
    },
    /// A list.
    Sequence(Vec<NodeId>),
    /// A mapping: keys and values, in order.
    Mapping(Vec<(NodeId, NodeId)>),
    /// A reference to an earlier node.
    Alias(NodeId),
}

/// How a scalar was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// Bare text, which may turn out to be a number.
    Plain,
    /// `'text'`.
    SingleQuoted,
    /// `"text"`.
    DoubleQuoted,
    /// A `|` block.
    Literal,
    /// A `>` block.
    Folded,
}

/// An explicit tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tag {
    /// The tag in its short form: `!reset`, `!!int`.
    pub text: String,
    /// Where it was written.
    pub span: Span,
}

/// A name that aliases can refer to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Anchor {
    /// The name, without `&`.
    pub name: String,
    /// Where it was written.
    pub span: Span,
}

/// A comment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comment {
    /// What stands after `#`.
    pub text: String,
    /// Where it was written, with `#`.
    pub span: Span,
    /// Whether it has a line of its own.
    pub own_line: bool,
}
