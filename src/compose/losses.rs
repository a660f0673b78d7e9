//! The account of what was written: every leaf is in the project, or its loss has a reason, and silent losses are told.
//!
//! In: the documents as they were written, the tree that became of them, and the losses that the stages recorded. Out:
//! findings for what Docker Compose loses without a word, and the leaves that nobody accounts for, of which there must
//! be none.

#![allow(clippy::wildcard_enum_match_arm, reason = "YAML has these kinds of values and no others")]

use std::collections::{BTreeMap, BTreeSet, HashSet};

use crate::compose::notes::{Fate, Loss};
use crate::finding::Finding;
use crate::source::node::{Node, Value};
use crate::source::path::ComposePath;
use crate::source::scalar::resolve;
use crate::source::span::{FileId, Span};
use crate::source::yaml::{Document, Kind, NodeId, Style};

/// A leaf that is in a document, not in the project, and in no loss: a bug of ours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    /// Where it stands in its document.
    pub path: ComposePath,
    /// Where it was written.
    pub span: Span,
}

/// The leaves of the documents that neither the tree nor a loss accounts for.
#[must_use]
pub fn missing(written: &[Document], tree: &Node, losses: &[Loss]) -> Vec<Missing> {
    let mut kept = HashSet::new();
    collect_spans(tree, &mut kept);
    let lost = Ranges::of(losses.iter().map(|loss| loss.span));
    let is_known = |span: Span| kept.contains(&span) || lost.contain(span);
    let mut missing = Vec::new();
    for document in written {
        walk_leaves(document, document.root(), &mut ComposePath::root(), &mut |path, leaf| {
            if !is_known(leaf.span) && !leaf.key.is_some_and(is_known) {
                missing.push(Missing { path: path.clone(), span: leaf.span });
            }
        });
    }
    missing
}

fn collect_spans(node: &Node, spans: &mut HashSet<Span>) {
    spans.insert(node.span);
    match &node.value {
        Value::List(items) => items.iter().for_each(|item| collect_spans(item, spans)),
        Value::Map(map) => map.iter().for_each(|(_, entry)| {
            spans.insert(entry.key);
            collect_spans(&entry.node, spans);
        }),
        _ => {}
    }
}

/// A leaf as it was written.
#[derive(Clone, Copy)]
struct Leaf {
    span: Span,
    /// Its key, if the leaf is a null, which is all in its key: `KEY:` becomes the item `KEY`.
    key: Option<Span>,
}

/// Calls `visit` with every scalar, empty list and empty mapping as it was written; an alias is not what was written.
fn walk_leaves(
    document: &Document,
    id: NodeId,
    path: &mut ComposePath,
    visit: &mut dyn FnMut(&ComposePath, Leaf),
) {
    let node = document.node(id);
    match &node.kind {
        Kind::Alias(_) => {}
        Kind::Sequence(items) if !items.is_empty() => {
            for (index, item) in items.iter().enumerate() {
                path.push_index(index);
                walk_leaves(document, *item, path, visit);
                path.pop();
            }
        }
        Kind::Mapping(entries) if !entries.is_empty() => {
            for (key, value) in entries {
                let name = match &document.node(*key).kind {
                    Kind::Scalar { text, .. } => text,
                    Kind::Sequence(_) | Kind::Mapping(_) | Kind::Alias(_) => "?",
                };
                path.push_key(name);
                match document.node(*value) {
                    null if is_null(&null.kind) => {
                        visit(path, Leaf { span: null.span, key: Some(document.node(*key).span) });
                    }
                    _ => walk_leaves(document, *value, path, visit),
                }
                path.pop();
            }
        }
        Kind::Scalar { .. } | Kind::Sequence(_) | Kind::Mapping(_) => {
            visit(path, Leaf { span: node.span, key: None });
        }
    }
}

fn is_null(kind: &Kind) -> bool {
    matches!(kind, Kind::Scalar { text, style: Style::Plain } if resolve(text) == Value::Null)
}

/// Spans by file and start, for the question whether one of them holds another.
struct Ranges(BTreeMap<FileId, BTreeMap<u32, u32>>);

impl Ranges {
    fn of(spans: impl Iterator<Item = Span>) -> Self {
        let mut files: BTreeMap<FileId, BTreeMap<u32, u32>> = BTreeMap::new();
        for span in spans {
            let end = files.entry(span.file).or_default().entry(span.start).or_insert(span.end);
            *end = (*end).max(span.end);
        }
        for ranges in files.values_mut() {
            let mut reach = 0;
            for end in ranges.values_mut() {
                reach = reach.max(*end);
                *end = reach;
            }
        }
        Self(files)
    }

    fn contain(&self, span: Span) -> bool {
        let ranges = self.0.get(&span.file);
        let before = ranges.and_then(|ranges| ranges.range(..=span.start).next_back());
        before.is_some_and(|(_, end)| *end >= span.end)
    }
}

/// Findings for losses that a person would want to know about and that Docker Compose keeps to itself.
#[must_use]
pub fn findings(losses: &[Loss]) -> Vec<Finding> {
    let mut told = BTreeSet::new();
    // A file that is laid over itself loses everything to itself; that is told once, where the files are named.
    let others = losses.iter().filter(|loss| loss.by != Some(loss.span));
    others.filter(|loss| told.insert((loss.span, loss.by))).filter_map(finding).collect()
}

fn finding(loss: &Loss) -> Option<Finding> {
    let Loss { span, fate, by } = *loss;
    let in_one_file = by.is_some_and(|by| by.file == span.file);
    let finding = match fate {
        Fate::Replaced if in_one_file => Finding::warning(
            "replaced-entry",
            "this entry has no effect: a later one of the same list takes its place",
        )
        .at(span, "without effect")
        .help("remove one of the two"),
        Fate::Repeated if in_one_file => {
            Finding::note("repeated-entry", "this entry is written twice").at(span, "one of them is enough")
        }
        Fate::NullOverride => {
            Finding::warning("null-override", "a null changes nothing: the earlier value stays")
                .at(span, "nothing here")
                .help("write `!reset null` to remove the earlier value")
        }
        Fate::EmptyOverride => {
            Finding::warning("empty-override", "an empty value changes nothing: the earlier one stays")
                .at(span, "nothing here")
                .help("write `!reset null` to remove the earlier value, or `!override` to replace it")
        }
        Fate::Empty => Finding::note("empty-entry", "an empty entry is left out").at(span, "empty"),
        Fate::OptionalDependency => Finding::note(
            "dropped-dependency",
            "this dependency has no effect: its service is switched off and not required",
        )
        .at(span, ""),
        Fate::Replaced
        | Fate::Repeated
        | Fate::Overridden
        | Fate::Reset
        | Fate::Consumed
        | Fate::ProfileOff
        | Fate::Unused
        | Fate::UnsetArgument => return None,
    };
    Some(match by {
        Some(by) => finding.at(by, "this one counts"),
        None => finding,
    })
}

/// How many leaves the documents have.
#[must_use]
pub fn count_leaves(written: &[Document]) -> usize {
    let mut count = 0;
    for document in written {
        walk_leaves(document, document.root(), &mut ComposePath::root(), &mut |_, _| count += 1);
    }
    count
}
