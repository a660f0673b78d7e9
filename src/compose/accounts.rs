//! What was written, and what became of it while it was read: the books that `losses` closes.
//!
//! In: each document as it is read, and the services that others were extended from. Out: every document once, a loss
//! for whatever only directed the loading, and for whatever stands in a file of which only single services were used.

use std::collections::{BTreeMap, BTreeSet};

use crate::compose::load::Depth;
use crate::compose::notes::{Fate, Notes};
use crate::compose::reset::{Resets, tell_idle};
use crate::source::scalar::MERGE;
use crate::source::span::{FileId, Span};
use crate::source::yaml::{Document, Kind, NodeId};

/// The books of one run.
#[derive(Debug, Default)]
pub(crate) struct Accounts {
    /// Every document as it was written.
    written: Vec<Document>,
    /// The files that are part of the project as a whole.
    whole: BTreeSet<FileId>,
    /// The services of other files that were extended from.
    extended: BTreeMap<FileId, BTreeSet<String>>,
    /// The `!reset` tags of whole files.
    resets: BTreeSet<Span>,
}

impl Accounts {
    /// Enters a document that is being read.
    pub(crate) fn read(&mut self, document: &Document, resets: &Resets, depth: Depth, notes: &mut Notes) {
        let root = document.node(document.root()).span;
        if depth == Depth::Whole {
            self.whole.insert(root.file);
            self.resets.extend(&resets.tags);
        }
        if self.written.iter().any(|known| known.node(known.root()).span == root) {
            return;
        }
        self.written.push(document.clone());
        let dropped: BTreeSet<NodeId> = resets.dropped.iter().copied().collect();
        dropped.iter().for_each(|id| notes.lose(document.node(*id).span, Fate::Consumed, None));
        for node in document.nodes() {
            if let Kind::Mapping(entries) = &node.kind {
                consume_merges(document, entries, notes);
            }
        }
    }

    /// Enters that a service of a file was extended from; where it says nothing, that is all there is to it.
    pub(crate) fn extend(&mut self, file: FileId, service: &str) {
        self.extended.entry(file).or_default().insert(service.to_owned());
    }

    /// Closes the books: every document, and the last losses and findings.
    pub(crate) fn close(&mut self, notes: &mut Notes) -> Vec<Document> {
        for document in &self.written {
            let file = document.node(document.root()).span.file;
            if !self.whole.contains(&file) {
                consume_others(document, self.extended.get(&file), notes);
            }
        }
        tell_idle(&self.resets, notes);
        std::mem::take(&mut self.written)
    }
}

/// A mapping that is written right behind a merge key directs the loading; what it brings keeps its own place.
fn consume_merges(document: &Document, entries: &[(NodeId, NodeId)], notes: &mut Notes) {
    for (key, value) in entries {
        let is_merge = matches!(&document.node(*key).kind, Kind::Scalar { text, .. } if text == MERGE);
        let value = document.node(*value);
        if is_merge && !matches!(value.kind, Kind::Alias(_)) {
            notes.lose(value.span, Fate::Consumed, None);
        }
    }
}

/// Everything in a file but the services that were extended from.
fn consume_others(document: &Document, extended: Option<&BTreeSet<String>>, notes: &mut Notes) {
    let is_extended = |name: &str| extended.is_some_and(|names| names.contains(name));
    for (section, value) in entries(document, document.root()) {
        if section != "services" {
            notes.lose(document.node(value).span, Fate::Consumed, None);
            continue;
        }
        let others = entries(document, value).into_iter().filter(|(name, _)| !is_extended(name));
        others.for_each(|(_, value)| notes.lose(document.node(value).span, Fate::Consumed, None));
    }
}

fn entries(document: &Document, id: NodeId) -> Vec<(&str, NodeId)> {
    let Kind::Mapping(entries) = &document.node(id).kind else { return Vec::new() };
    let named = entries.iter().filter_map(|(key, value)| match &document.node(*key).kind {
        Kind::Scalar { text, .. } => Some((text.as_str(), *value)),
        Kind::Sequence(_) | Kind::Mapping(_) | Kind::Alias(_) => None,
    });
    named.collect()
}
