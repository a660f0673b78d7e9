//! One mistake behind an anchor, or in a file that several services extend, is told once for all of them.
//!
//! In: findings in any order. Out: each once, sorted by place; those that differ only in the service they name are one,
//! with a note that lists the others.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use crate::finding::Finding;
use crate::finding::suggest::list;
use crate::source::span::Span;

/// So many others are named.
const NAMED: usize = 8;

/// What the path of a service, or of something like it, begins with.
const SECTIONS: [&str; 7] = ["services", "jobs", "networks", "volumes", "secrets", "configs", "models"];

/// The findings that differ only in whom they are about, by identity, place, and title without the name.
type Groups<'a> = BTreeMap<(&'a str, Option<Span>, String), (usize, Vec<&'a str>)>;

/// Sorted by file, place and severity, and what is said twice about one place once;
/// what is accepted is left out.
pub(super) fn grouped(findings: &[Finding]) -> Vec<Cow<'_, Finding>> {
    let mut seen = BTreeSet::new();
    let mut groups = Groups::new();
    let mut kept: Vec<&Finding> = Vec::new();
    let mut own = Vec::new();
    for finding in findings
        .iter()
        .filter(|finding| finding.accepted.is_none())
        .filter(|finding| seen.insert((finding.id, &*finding.title, place(finding))))
    {
        let subject = subject(&finding.title).filter(|_| place(finding).is_some());
        if let Some(subject) = &subject {
            let (before, after) = finding.title.split_at(subject.start);
            let name = after.get(..subject.len()).unwrap_or_default();
            let template = format!("{before}\0{}", after.get(subject.len()..).unwrap_or_default());
            let group = groups.entry((finding.id, place(finding), template));
            let (_, names) = group.or_insert((kept.len(), Vec::new()));
            names.push(name);
            if names.len() > 1 {
                continue;
            }
        }
        own.push(None);
        kept.push(finding);
    }
    for (first, names) in groups.into_values().filter(|(_, names)| names.len() > 1) {
        if let Some(note) = own.get_mut(first) {
            *note = Some(also_for(&names));
        }
    }
    let mut grouped: Vec<Cow<'_, Finding>> = kept
        .into_iter()
        .zip(own)
        .map(|(finding, note)| match note {
            Some(note) => Cow::Owned(finding.clone().because(note)),
            None => Cow::Borrowed(finding),
        })
        .collect();
    grouped.sort_by_key(|finding| {
        (place(finding).map(|span| (span.file, span.start)), Reverse(finding.severity))
    });
    grouped
}

fn place(finding: &Finding) -> Option<Span> {
    finding.labels.first().map(|label| label.span)
}

fn also_for(names: &[&str]) -> String {
    let others = names.iter().skip(1);
    let first = names.first().copied().unwrap_or_default();
    let shown = list(others.clone().take(NAMED).map(|name| without_common_end(name, first)));
    match others.len().saturating_sub(NAMED) {
        0 => format!("also for: {shown}"),
        more => format!("also for: {}, and {more} more", shown.replace(" and ", ", ")),
    }
}

/// `services.b` of `services.b.image`, where the other one is `services.a.image`.
fn without_common_end<'n>(name: &'n str, other: &str) -> &'n str {
    let same = name.bytes().rev().zip(other.bytes().rev()).take_while(|(a, b)| a == b).count();
    let end = name.get(name.len() - same..).and_then(|end| end.find('.')).map(|dot| name.len() - same + dot);
    end.and_then(|end| name.get(..end)).filter(|name| name.contains(['.', '['])).unwrap_or(name)
}

/// The word of a title that names a service: a path, or what stands in quotes behind `service`.
fn subject(title: &str) -> Option<Range<usize>> {
    let mut start = 0;
    let mut before = "";
    for word in title.split(' ') {
        let inner = word.trim_matches([':', ',', '"', '`', '\'', '.']);
        let is_extension = inner.starts_with("x-") && inner.contains('.');
        let is_path = SECTIONS
            .iter()
            .any(|section| inner.strip_prefix(section).is_some_and(|rest| rest.starts_with(['.', '['])));
        let is_named = before.eq_ignore_ascii_case("service") && word.starts_with(['"', '`', '\'']);
        if is_path || is_extension || is_named {
            let offset = word.find(inner).unwrap_or(0);
            return Some(start + offset..start + offset + inner.len());
        }
        start += word.len() + 1;
        before = word;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::{also_for, subject, without_common_end};

    #[test]
    fn titles_name_whom_they_are_about() {
        let rows = [
            ("services.web.ports.0 must be a string", Some("services.web.ports.0")),
            ("services.web: too large", Some("services.web")),
            ("service \"web\" refers to undefined network x", Some("web")),
            ("error while interpolating services.a.b: x", Some("services.a.b")),
            ("'services[web].mem_limit' invalid size", Some("services[web].mem_limit")),
            ("invalid format for x-base.image.", Some("x-base.image")),
            ("The \"A\" variable is not set", None),
        ];
        for (title, expected) in rows {
            assert_eq!(subject(title).map(|range| &title[range]), expected, "{title}");
        }
    }

    #[test]
    fn only_the_others_are_listed() {
        assert_eq!(without_common_end("services.b.image", "services.a.image"), "services.b");
        assert_eq!(without_common_end("services[b].image", "services[a].image"), "services[b]");
        assert_eq!(without_common_end("services.b", "services.a"), "services.b");
        assert_eq!(
            also_for(&["services.a.x", "services.b.x", "services.c.x"]),
            "also for: `services.b` and `services.c`"
        );
        let many: Vec<String> = (0..12).map(|number| format!("services.s{number}.x")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        assert!(also_for(&many).ends_with("`services.s8`, and 3 more"), "{}", also_for(&many));
    }
}
