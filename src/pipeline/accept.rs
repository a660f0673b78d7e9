//! Findings that somebody has looked at and accepted: they stay in the report, with the reason, and are not told again.
//!
//! In: the findings of a run, the rows of the policy, the day. Out: the same findings, some of them accepted. A row that is
//! over, or that nothing fits, is told, so that no list of exceptions outlives its reasons.

use crate::compose::Loaded;
use crate::finding::Finding;
use crate::policy::Accepted;
use crate::source::path::ComposePath;
use crate::source::span::Span;

/// Marks what is accepted. `today` is a year, a month and a day with dashes.
pub(super) fn accept(findings: &mut Vec<Finding>, rows: &[Accepted], loaded: &Loaded, today: Option<&str>) {
    let mut told = Vec::new();
    for row in rows {
        let is_over = row.until.as_deref().zip(today).is_some_and(|(until, today)| until < today);
        let area = row.service.as_ref().map(|name| area(loaded, name));
        let mut fitting = findings.iter_mut().filter(|finding| fits(finding, row, area.as_ref())).peekable();
        let title = match (fitting.peek(), is_over) {
            (None, _) => format!("nothing is left to accept of `{}`", row.finding),
            (Some(_), true) => {
                format!("`{}` was accepted until {}", row.finding, row.until.as_deref().unwrap_or_default())
            }
            (Some(_), false) => {
                fitting.for_each(|finding| finding.accepted = Some(row.reason.clone()));
                continue;
            }
        };
        let finding = Finding::warning("accepted-finding", title);
        told.push(finding.help("take the row out of `accept` in cutover.yaml, or look at the finding again"));
    }
    findings.extend(told);
}

/// Where a service is written: from its key to its end.
fn area(loaded: &Loaded, service: &str) -> Vec<Span> {
    let sections = ["services", "jobs"].map(|section| ComposePath::of([section, service]));
    let nodes = sections.iter().filter_map(|path| loaded.tree.at(path));
    let mut spans = Vec::new();
    for node in nodes {
        collect(node, &mut spans);
    }
    spans
}

fn collect(node: &crate::source::node::Node, spans: &mut Vec<Span>) {
    spans.push(node.span);
    for item in node.as_list().into_iter().flatten() {
        collect(item, spans);
    }
    for (_, entry) in node.as_map().into_iter().flat_map(|map| map.iter()) {
        spans.push(entry.key);
        collect(&entry.node, spans);
    }
}

/// What stops a run cannot be accepted.
fn fits(finding: &Finding, row: &Accepted, area: Option<&Vec<Span>>) -> bool {
    let place = finding.labels.first().map(|label| label.span);
    let is_there = area.is_none_or(|spans| place.is_some_and(|place| spans.contains(&place)));
    finding.id == row.finding && is_there && !finding.stops()
}
