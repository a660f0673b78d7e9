//! What can be wrong in YAML, in the words of go-yaml where it has words, so that they can be searched for.

use crate::source::node::Value;
use crate::source::scalar;
use crate::source::span::Span;
use crate::source::yaml::tree::{Kind, RawNode};

/// A mistake in YAML.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct YamlError {
    /// What is wrong.
    pub message: String,
    /// Where.
    pub span: Span,
    /// Places that explain it.
    pub labels: Vec<(Span, String)>,
    /// The next step.
    pub help: Option<String>,
}

impl YamlError {
    pub(super) fn new(message: impl Into<String>, span: Span) -> Self {
        Self { message: message.into(), span, labels: Vec::new(), help: None }
    }

    pub(super) fn label(mut self, span: Span, text: impl Into<String>) -> Self {
        self.labels.push((span, text.into()));
        self
    }

    pub(super) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

const SPACES: &str = "indent with spaces: YAML does not allow tabs here";
const QUOTE: &str = "put the text in quotes";

/// Nesting beyond the limit.
pub(super) fn too_deep(max_depth: usize, span: Span) -> YamlError {
    YamlError::new(format!("exceeded max depth of {max_depth}"), span)
}

/// A tab in indentation.
pub(super) fn tab(message: &str, span: Span) -> YamlError {
    YamlError::new(message, span).help(SPACES)
}

/// Text after `...` without `---`.
pub(super) fn no_document_start(span: Span) -> YamlError {
    YamlError::new("did not find expected <document start>", span).help("begin the next document with `---`")
}

/// A document that says it is not YAML 1.1.
pub(super) fn wrong_version(span: Span) -> YamlError {
    YamlError::new("found incompatible YAML document", span)
        .help("Docker Compose reads `%YAML 1.1` only: remove the line")
}

/// A line with `%` that means nothing.
pub(super) fn unknown_directive(span: Span) -> YamlError {
    YamlError::new("found unknown directive name", span).help("remove the line, or put `#` in front of it")
}

/// An escape of JSON that go-yaml does not know.
pub(super) fn escape(message: &str, span: Span) -> YamlError {
    YamlError::new(message, span).help("write the character itself")
}

/// A key between brackets that is not in one line with its colon.
pub(super) fn broken_key(span: Span, bracket: Option<(Span, String)>) -> YamlError {
    let found = YamlError::new("did not find expected ',' or '}'", span);
    match bracket {
        Some((at, name)) => found
            .label(at, "opened here")
            .help(format!("close {name}, or write the key and its colon in one line")),
        None => found.help("write the key and its colon in one line"),
    }
}

/// A name with letters that go-yaml does not take.
pub(super) fn bad_anchor_name(span: Span) -> YamlError {
    YamlError::new("did not find expected alphabetic or numeric character", span)
        .help("name anchors with ASCII letters and digits")
}

/// A tag that runs into a bracket or a comma.
pub(super) fn bad_tag(found: &str, span: Span) -> YamlError {
    YamlError::new(format!("found character '{found}' that is not allowed in a YAML tag"), span)
        .help("put a space after the tag")
}

/// An alias without an anchor.
pub(super) fn unknown_anchor<'n>(
    name: &str,
    span: Span,
    known: impl Iterator<Item = &'n String>,
) -> YamlError {
    let mut known: Vec<&str> = known.map(String::as_str).collect();
    known.sort_unstable();
    let help = match known.as_slice() {
        [] => format!("name a value with `&{name}` before it is used, or put the text in quotes"),
        [..] => format!("anchors defined before this place: {}", known.join(", ")),
    };
    YamlError::new(format!("unknown anchor '{name}' referenced"), span).help(help)
}

/// A key that stands twice in one mapping.
pub(super) fn duplicate(text: &str, key: &RawNode, first: &RawNode) -> YamlError {
    let message = format!("mapping key {} already defined at line {}", go_quote(text), first.line);
    YamlError::new(message, key.span)
        .label(first.span, "first defined here")
        .help("keep one of the two, and put what belongs to both below it")
}

/// A key that Docker Compose does not accept, because it is a number or the like.
pub(super) fn not_text(value: &Value, path: &str, span: Span) -> YamlError {
    let place = if path.is_empty() { "at top level".to_owned() } else { format!("in {path}") };
    let shown = if let Value::Uint(number) = value {
        format!("{number:#x}")
    } else {
        scalar::go_text(value).unwrap_or_default()
    };
    let is_item = path.ends_with(']');
    let help = if is_item {
        "put the whole item in quotes, with no blank behind the colon"
    } else {
        "put the key in quotes"
    };
    YamlError::new(format!("non-string key {place}: {shown}"), span).help(help)
}

/// A list or mapping that stands where a key must be.
pub(super) fn collection_as_key(kind: &Kind, span: Span) -> YamlError {
    let name = if matches!(kind, Kind::Mapping(_)) { "mapping" } else { "list" };
    YamlError::new(format!("cannot use a {name} as a map key"), span).help(QUOTE)
}

/// A merge key with a value that cannot be merged.
pub(super) fn wants_mapping(span: Span) -> YamlError {
    YamlError::new("map merge requires map or sequence of maps as the value", span)
        .help("give `<<` an alias of a mapping, or a list of such aliases")
}

/// An alias inside of what it stands for.
pub(super) fn cycle(alias: &RawNode, target: &RawNode) -> YamlError {
    let (name, anchored) = match &target.anchor {
        Some(anchor) => (anchor.name.as_str(), anchor.span),
        None => ("", target.span),
    };
    YamlError::new(format!("cycle detected: anchor '{name}' value contains itself"), alias.span)
        .label(anchored, "the anchor is here")
}

/// Aliases that stand for too much.
pub(super) fn excessive_aliasing(most: usize, span: Span) -> YamlError {
    YamlError::new("document contains excessive aliasing", span)
        .help(format!("aliases may stand for at most {most} values"))
}

/// A string as Go's `%#v` prints it.
pub(super) fn go_quote(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for character in text.chars() {
        match character {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\u{7}' => quoted.push_str("\\a"),
            '\u{8}' => quoted.push_str("\\b"),
            '\u{c}' => quoted.push_str("\\f"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            '\u{b}' => quoted.push_str("\\v"),
            _ if character.is_ascii_control() => quoted.push_str(&format!("\\x{:02x}", u32::from(character))),
            _ if character.is_control() => quoted.push_str(&format!("\\u{:04x}", u32::from(character))),
            _ => quoted.push(character),
        }
    }
    quoted.push('"');
    quoted
}
