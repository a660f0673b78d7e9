//! Mistakes in what stands behind an anchor: where it is used, besides where it was written.
//!
//! In: findings and the documents that they point into. Out: the findings, with the places of the aliases.

use std::collections::BTreeMap;

use crate::finding::Finding;
use crate::source::span::Span;
use crate::source::yaml::{Document, Kind};

/// So many uses of one anchor are shown.
const SHOWN: usize = 2;

/// What stands behind an anchor, its name, and where it is used.
struct Anchored {
    span: Span,
    name: String,
    uses: Vec<Span>,
}

/// Adds the places of aliases to the findings that stop the run.
pub(crate) fn tell<'d>(documents: impl Iterator<Item = &'d Document>, findings: &mut [Finding]) {
    if !findings.iter().any(Finding::stops) {
        return;
    }
    let anchored: Vec<Anchored> = documents.flat_map(in_document).collect();
    // What YAML itself refuses is refused where it stands, whoever refers to it.
    for finding in findings.iter_mut().filter(|finding| finding.stops() && finding.id != "bad-yaml") {
        let Some(place) = finding.labels.first().map(|label| label.span) else { continue };
        let holds = |outer: &&Anchored| outer.span.contains(place);
        let innermost = anchored.iter().filter(holds).min_by_key(|outer| outer.span.end - outer.span.start);
        let Some(Anchored { name, uses, .. }) = innermost else { continue };
        for span in uses.iter().take(SHOWN) {
            if !finding.labels.iter().any(|label| label.span == *span) {
                *finding = finding.clone().at(*span, format!("used here as `*{name}`"));
            }
        }
    }
}

/// What stands behind the anchors that some alias refers to.
pub(crate) fn used<'d>(documents: impl Iterator<Item = &'d Document>) -> Vec<Span> {
    documents.flat_map(in_document).map(|anchored| anchored.span).collect()
}

fn in_document(document: &Document) -> Vec<Anchored> {
    let mut found: BTreeMap<Span, Anchored> = BTreeMap::new();
    for node in document.nodes() {
        let Kind::Alias(target) = &node.kind else { continue };
        let target = document.node(*target);
        let Some(anchor) = &target.anchor else { continue };
        let new = || Anchored { span: target.span, name: anchor.name.clone(), uses: Vec::new() };
        found.entry(target.span).or_insert_with(new).uses.push(node.span);
    }
    found.into_values().collect()
}
