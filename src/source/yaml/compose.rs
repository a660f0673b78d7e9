//! From the parser's events to documents: one arena, exact spans, anchors by name.

use std::collections::HashMap;
use std::rc::Rc;

use granit_parser::{Event, ScalarStyle, StructureStyle};

use crate::source::span::Span;
use crate::source::yaml::error::{self, YamlError};
use crate::source::yaml::place::Places;
use crate::source::yaml::syntax;
use crate::source::yaml::tree::{
    Anchor, Comment, Document, Kind, Limits, NodeId, Parsed, RawNode, Style, Tag,
};

/// A collection whose end has not been seen.
struct Open {
    node: NodeId,
    key: Option<NodeId>,
    style: StructureStyle,
    /// How far a block collection is indented.
    column: usize,
}

/// A document that is complete, while others still add to the arena.
struct Draft {
    root: NodeId,
    comments: Vec<Comment>,
}

/// Builds the documents of a file from events.
pub(super) struct Composer<'t> {
    pub(super) places: Places<'t>,
    limits: &'t Limits,
    nodes: Vec<RawNode>,
    anchors: HashMap<String, NodeId>,
    open: Vec<Open>,
    root: Option<NodeId>,
    is_broken: bool,
    comments: Vec<Comment>,
    drafts: Vec<Draft>,
    errors: Vec<YamlError>,
}

impl<'t> Composer<'t> {
    pub(super) fn new(places: Places<'t>, limits: &'t Limits) -> Self {
        Self {
            places,
            limits,
            nodes: Vec::new(),
            anchors: HashMap::new(),
            open: Vec::new(),
            root: None,
            is_broken: false,
            comments: Vec::new(),
            drafts: Vec::new(),
            errors: Vec::new(),
        }
    }

    /// Whether a list or mapping in brackets is open.
    pub(super) fn is_in_flow(&self) -> bool {
        self.open.last().is_some_and(|open| open.style == StructureStyle::Flow)
    }

    /// The column after the indentation of the innermost block collection.
    pub(super) fn indentation(&self) -> usize {
        let block = self.open.iter().rev().find(|open| open.style == StructureStyle::Block);
        block.map_or(0, |open| open.column + 1)
    }

    /// Whether a document was read, even if it was broken.
    pub(super) fn has_documents(&self) -> bool {
        !self.drafts.is_empty() || !self.errors.is_empty()
    }

    /// Where the last node ended.
    pub(super) fn last_end(&self) -> u32 {
        self.nodes.last().map_or(0, |node| node.span.end)
    }

    /// Takes the next event.
    pub(super) fn event(&mut self, event: Event<'_>, at: &granit_parser::Span) -> Result<(), YamlError> {
        let span = self.places.span(at);
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let tag = self.tag(tag.as_deref(), at);
                let has_properties = anchor != 0 || tag.is_some();
                let (text, span) = self.scalar(&text, style, span, has_properties);
                let id = self.push(Kind::Scalar { text, style: style_of(style) }, tag, span, at);
                self.attach(id);
            }
            Event::SequenceStart(style, _, tag) => {
                self.begin(Kind::Sequence(Vec::new()), style, tag.as_deref(), at)?
            }
            Event::MappingStart(style, _, tag) => {
                self.begin(Kind::Mapping(Vec::new()), style, tag.as_deref(), at)?
            }
            Event::SequenceEnd | Event::MappingEnd => self.end(span),
            Event::Anchor(_, name) => self.name(&name, span),
            Event::Alias(_) => self.alias(self.places.text_of(span).trim_start_matches('*'), span, at),
            Event::UnresolvedAlias(name) => self.alias(&name, span, at),
            Event::Comment(text, _) => {
                let own_line = self.places.begins_line(span);
                self.comments.push(Comment { text: text.into_owned(), span, own_line });
            }
            Event::DocumentEnd => self.end_document(),
            // `Event` may grow; what is not a node carries nothing that a document needs.
            Event::StreamStart | Event::StreamEnd | Event::DocumentStart(..) | _ => {}
        }
        Ok(())
    }

    fn push(&mut self, kind: Kind, tag: Option<Box<Tag>>, span: Span, at: &granit_parser::Span) -> NodeId {
        let id = NodeId::at(self.nodes.len());
        let line = u32::try_from(at.start.line()).unwrap_or(u32::MAX);
        self.nodes.push(RawNode {
            kind,
            tag,
            anchor: None,
            span,
            line,
            after: NodeId::at(self.nodes.len() + 1),
        });
        id
    }

    fn attach(&mut self, id: NodeId) {
        let Some(parent) = self.open.last_mut() else {
            self.root = Some(id);
            return;
        };
        let Some(node) = self.nodes.get_mut(parent.node.index()) else { return };
        match (&mut node.kind, parent.key.take()) {
            (Kind::Sequence(items), _) => items.push(id),
            (Kind::Mapping(entries), Some(key)) => entries.push((key, id)),
            (Kind::Mapping(_), None) => parent.key = Some(id),
            (Kind::Scalar { .. } | Kind::Alias(_), _) => {}
        }
    }

    fn begin(
        &mut self,
        kind: Kind,
        style: StructureStyle,
        tag: Option<&granit_parser::Tag>,
        at: &granit_parser::Span,
    ) -> Result<(), YamlError> {
        let mut span = self.places.span(at);
        if self.open.len() >= self.limits.max_depth {
            return Err(error::too_deep(self.limits.max_depth, span));
        }
        if let (Kind::Sequence(_), StructureStyle::Block, Some(key)) = (&kind, style, self.pending_key()) {
            span.start = self.places.first_dash(self.span_of(key)).unwrap_or(span.start);
        }
        let tag = self.tag(tag, at);
        let id = self.push(kind, tag, span, at);
        self.attach(id);
        let column = self.places.column(span.start);
        self.open.push(Open { node: id, key: None, style, column });
        Ok(())
    }

    fn end(&mut self, end: Span) {
        let Some(open) = self.open.pop() else { return };
        let after = NodeId::at(self.nodes.len());
        let last_child = self.nodes.get(open.node.index()).and_then(|node| match &node.kind {
            Kind::Sequence(items) => items.last().copied(),
            Kind::Mapping(entries) => entries.last().map(|(_, value)| *value),
            Kind::Scalar { .. } | Kind::Alias(_) => None,
        });
        let end = match open.style {
            StructureStyle::Flow => end.end,
            StructureStyle::Block => last_child.map_or(end.end, |child| self.span_of(child).end),
        };
        if let Some(node) = self.nodes.get_mut(open.node.index()) {
            node.span.end = end.max(node.span.start);
            node.after = after;
        }
    }

    /// The text and the place of a scalar, where the parser's differ from what go-yaml and we say.
    fn scalar(&self, text: &str, style: ScalarStyle, span: Span, has_properties: bool) -> (String, Span) {
        let is_block = matches!(style, ScalarStyle::Literal | ScalarStyle::Folded);
        if is_block {
            return self.places.block_scalar(text, span);
        }
        let is_nothing = style == ScalarStyle::Plain && span.start == span.end;
        if !is_nothing {
            return (text.to_owned(), span);
        }
        let span = match self.pending_key() {
            Some(key) if !has_properties => self.places.after_colon(self.span_of(key), span),
            _ => span,
        };
        (String::new(), span)
    }

    fn pending_key(&self) -> Option<NodeId> {
        self.open.last().and_then(|open| open.key)
    }

    fn span_of(&self, id: NodeId) -> Span {
        self.nodes.get(id.index()).map_or(self.places.span_at(0), |node| node.span)
    }

    fn tag(&self, tag: Option<&granit_parser::Tag>, at: &granit_parser::Span) -> Option<Box<Tag>> {
        let (handle, suffix) = tag?.parts();
        let long = format!("{handle}{suffix}");
        let text = match long.strip_prefix("tag:yaml.org,2002:") {
            Some(name) => format!("!!{name}"),
            None => long,
        };
        let span = at
            .tag_span()
            .map_or(self.places.span_at(at.start.byte_offset().unwrap_or(0)), |span| self.places.span(&span));
        Some(Box::new(Tag { text, span }))
    }

    /// Gives the node that came last its anchor.
    fn name(&mut self, name: &str, span: Span) {
        let id = NodeId::at(self.nodes.len().saturating_sub(1));
        if let Some(node) = self.nodes.get_mut(id.index()) {
            node.anchor = Some(Box::new(Anchor { name: name.to_owned(), span }));
            self.anchors.insert(name.to_owned(), id);
        }
    }

    /// An alias refers to the latest anchor of that name in the file: go-yaml does not forget them between documents.
    fn alias(&mut self, name: &str, span: Span, at: &granit_parser::Span) {
        let kind = match self.anchors.get(name) {
            Some(target) => Kind::Alias(*target),
            None => {
                self.is_broken = true;
                self.errors.push(error::unknown_anchor(name, span, self.anchors.keys()));
                Kind::Scalar { text: String::new(), style: Style::Plain }
            }
        };
        let id = self.push(kind, None, span, at);
        self.attach(id);
    }

    fn end_document(&mut self) {
        let mut comments = std::mem::take(&mut self.comments);
        comments.sort_by_key(|comment| comment.span.start);
        let root = self.root.take();
        if let (Some(root), false) = (root, self.is_broken) {
            self.drafts.push(Draft { root, comments });
        }
        self.is_broken = false;
    }

    /// An error of the parser, seen from here.
    pub(super) fn syntax_error(&self, error: &granit_parser::ScanError) -> YamlError {
        let last = self.nodes.last().map(|node| node.span);
        syntax::error(error, &self.places, last, self.bracket(), self.limits.max_depth)
    }

    /// The innermost bracket that is open.
    pub(super) fn bracket(&self) -> Option<Span> {
        let open = self.open.iter().rev().find(|open| open.style == StructureStyle::Flow);
        open.map(|open| self.places.one_character(self.span_of(open.node).start as usize))
    }

    /// Gives up the document that is being read.
    pub(super) fn abandon(&mut self, error: YamlError) {
        self.errors.push(error);
        self.open.clear();
        self.comments.clear();
        self.root = None;
        self.is_broken = false;
    }

    /// All that was read.
    pub(super) fn finish(mut self) -> Parsed {
        let trailing = std::mem::take(&mut self.comments);
        if let Some(last) = self.drafts.last_mut() {
            last.comments.extend(trailing);
        }
        let arena = Rc::new(self.nodes);
        let document = |draft: Draft| Document {
            arena: Rc::clone(&arena),
            root: draft.root,
            comments: draft.comments,
            limits: self.limits.clone(),
        };
        Parsed { documents: self.drafts.into_iter().map(document).collect(), errors: self.errors }
    }
}

fn style_of(style: ScalarStyle) -> Style {
    match style {
        ScalarStyle::Plain => Style::Plain,
        ScalarStyle::SingleQuoted => Style::SingleQuoted,
        ScalarStyle::DoubleQuoted => Style::DoubleQuoted,
        ScalarStyle::Literal => Style::Literal,
        ScalarStyle::Folded => Style::Folded,
    }
}
