//! What can be wrong with a value, and how it is told: Docker Compose's words as the title, ours below it.

use crate::compose::schema::advice;
use crate::compose::schema::place::Place;
use crate::compose::schema::quote::{all_quoted, grouped, quoted};
use crate::compose::schema::unknown::{either, slip, suggest};
use crate::finding::Finding;
use crate::finding::suggest::{list, nearest};
use crate::mapping::keys::Keys;
use crate::mapping::pattern::Pattern;
use crate::mapping::shape::{Form, Kind, Mapping, Type};
use crate::source::node::{Entry, Node};

/// So many unknown keys get a suggestion; in a file with more of them nobody reads on, and looking costs time.
const SUGGESTIONS: usize = 200;

/// Something that the schema refuses.
#[derive(Clone, Copy)]
pub(super) enum Problem<'a> {
    /// The value is of no kind that fits.
    WrongType(&'a Type),
    /// A key that the mapping does not have.
    UnknownKey(&'a Mapping, &'a str, &'a Entry),
    /// A key of the user's choice that has the wrong form.
    BadName(&'a Pattern, &'a str, &'a Entry),
    /// Keys that must be there are not.
    Missing(&'a [&'a str]),
    /// Not one of the keys is there of which one must be.
    MissingAll(&'a [String]),
    /// Text that is none of those allowed.
    NotOneOf(&'a [String]),
    /// Text of the wrong form.
    NoMatch(&'a Pattern, &'a str),
    /// A number below the least one.
    Below(i64),
    /// A number above the greatest one.
    Above(i64),
    /// Two items are equal, by their positions.
    Repeated(usize, usize),
}

/// The findings so far.
pub(super) struct Report<'a> {
    keys: &'a Keys,
    findings: Vec<Finding>,
    suggestions: usize,
}

impl<'a> Report<'a> {
    pub(super) fn new(keys: &'a Keys) -> Self {
        Self { keys, findings: Vec::new(), suggestions: SUGGESTIONS }
    }

    pub(super) fn into_findings(self) -> Vec<Finding> {
        self.findings
    }

    /// Adds a number that is not finite.
    pub(super) fn not_finite(&mut self, node: &Node, number: f64) {
        let name = match (number.is_nan(), number > 0.0) {
            (true, _) => "NaN",
            (false, true) => "+Inf",
            (false, false) => "-Inf",
        };
        let finding = Finding::refused("not-finite", format!("json: unsupported value: {name}"))
            .at(node.span, "not a finite number")
            .help("write a finite number, or put it in quotes");
        self.findings.push(finding);
    }

    /// Adds a problem of the value at a place.
    ///
    /// `printed` is the form that Docker Compose complains about in its stead, if it does.
    pub(super) fn add(&mut self, place: &Place<'_>, problem: Problem<'_>, printed: Option<&Form>) {
        let path = place.dotted();
        let complaint =
            printed.map_or_else(|| problem.complaint(&path), |form| format!("{path} {}", must_be(form)));
        let finding = Finding::refused(problem.id(), complaint.trim_start());
        let mut finding = self.explain(finding, place, problem);
        if printed.is_some() {
            finding = finding.because(
                "Docker Compose tries each form that may stand here, and prints why the first does not fit",
            );
        }
        let uses = place.node.uses.iter().flat_map(|uses| uses.iter());
        let names: Vec<&str> = uses.map(|variable| variable.name.as_str()).collect();
        if !names.is_empty() {
            finding = finding.because(format!("the value comes from {}", list(names)));
        }
        self.findings.push(finding);
    }

    fn explain(&mut self, finding: Finding, place: &Place<'_>, problem: Problem<'_>) -> Finding {
        let span = place.node.span;
        match problem {
            Problem::WrongType(is) => advice::explain(finding, place, is),
            Problem::UnknownKey(mapping, key, entry) => {
                let mut finding = finding.at(entry.key, format!("not a key of {}", mapping.what));
                if mapping.layered {
                    let path = place.dotted();
                    finding = finding.because(format!("Docker Compose 5.6 says: {path}.{key} false schema"));
                }
                let map = place.node.as_map();
                let slips = |wanted: &&String| {
                    map.is_some_and(|map| !map.contains(wanted) && slip(mapping, map, wanted) == Some(key))
                };
                if let Some(wanted) = mapping.needs.iter().find(slips) {
                    let missing = [wanted.as_str()];
                    finding = finding.because(Problem::Missing(&missing).complaint(&place.dotted()));
                }
                if self.suggestions == 0 {
                    return finding.help("remove it");
                }
                self.suggestions -= 1;
                suggest(finding, place, mapping, (key, entry), self.keys)
            }
            Problem::BadName(pattern, _, entry) => finding
                .at(entry.key, "this name is not allowed")
                .help(format!("allowed: {}", pattern.meaning)),
            Problem::Missing(keys) => described(finding, place, keys)
                .at(span, format!("{} missing here", missing(keys)))
                .help(format!("add {}", list(keys))),
            Problem::MissingAll(keys) => {
                let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
                described(finding, place, &keys)
                    .at(span, format!("{} is missing here", either(&keys)))
                    .help(format!("add {}", either(&keys)))
            }
            Problem::NotOneOf(words) => not_one_of(finding, place, words),
            Problem::NoMatch(pattern, _) => {
                finding.at(span, "this form is not allowed").help(format!("allowed: {}", pattern.meaning))
            }
            Problem::Below(least) => finding.at(span, "too small").help(format!("write {least} or more")),
            Problem::Above(most) => finding.at(span, "too large").help(format!("write {most} or less")),
            Problem::Repeated(first, second) => {
                let item = |index: usize| {
                    place.node.as_list().and_then(|list| list.get(index)).map_or(span, |node| node.span)
                };
                finding
                    .at(item(second), "stands here again")
                    .at(item(first), "stands here first")
                    .help("remove one of the two")
            }
        }
    }
}

impl Problem<'_> {
    fn id(self) -> &'static str {
        match self {
            Self::WrongType(_) => "wrong-type",
            Self::UnknownKey(..) => "unknown-key",
            Self::BadName(..) => "invalid-name",
            Self::Missing(_) | Self::MissingAll(_) => "missing-key",
            Self::NotOneOf(_) => "unknown-value",
            Self::NoMatch(..) => "malformed-value",
            Self::Below(_) | Self::Above(_) => "out-of-range",
            Self::Repeated(..) => "repeated-item",
        }
    }

    /// What Docker Compose prints, or printed as long as that said something.
    fn complaint(self, path: &str) -> String {
        match self {
            Self::WrongType(is) => format!("{path} {}", must_be(is.first())),
            Self::UnknownKey(_, key, _) | Self::BadName(_, key, _) => {
                format!("{path} additional properties {} not allowed", quoted(key))
            }
            Self::Missing([key]) => format!("{path} missing property {}", quoted(key)),
            Self::Missing(keys) => format!("{path} missing properties {}", all_quoted(keys)),
            Self::MissingAll(keys) => {
                format!("{path} missing property {}", keys.first().map(|key| quoted(key)).unwrap_or_default())
            }
            Self::NotOneOf([word]) => format!("{path} value must be {}", quoted(word)),
            Self::NotOneOf(words) => format!("{path} value must be one of {}", all_quoted(words)),
            Self::NoMatch(pattern, text) => {
                format!("{path} {} does not match pattern {}", quoted(text), quoted(pattern.text))
            }
            Self::Below(least) => format!("{path} must be greater than or equal to {least}"),
            Self::Above(most) => format!("{path} must be less than or equal to {most}"),
            Self::Repeated(first, second) => {
                format!("{path} items at {} and {} are equal", grouped(first), grouped(second))
            }
        }
    }
}

/// The kinds of a form as Docker Compose lists them: by alphabet, and always with `a`.
fn must_be(form: &Form) -> String {
    let mut words: Vec<&str> = form.kinds.iter().map(Kind::as_str).collect();
    words.sort_unstable();
    match words.as_slice() {
        [] => String::new(),
        [only] => format!("must be a {only}"),
        [first @ .., last] => format!("must be a {} or {last}", first.join(", ")),
    }
}

fn missing(keys: &[&str]) -> String {
    format!("{} {}", list(keys), if keys.len() == 1 { "is" } else { "are" })
}

/// Says of each key what it is for.
fn described(finding: Finding, place: &Place<'_>, keys: &[&str]) -> Finding {
    let rows = keys.iter().filter_map(|key| place.mapping?.row(key));
    rows.fold(finding, |finding, row| finding.because(format!("`{}` {}", row.key, row.does)))
}

fn not_one_of(finding: Finding, place: &Place<'_>, words: &[String]) -> Finding {
    let span = place.node.span;
    let finding = finding.at(span, "this value is not allowed");
    let written = place.node.as_text().unwrap_or_default();
    match nearest(written, words.iter().map(String::as_str)) {
        Some(word) => finding.help(format!("did you mean `{word}`?")).replace(span, word),
        None => finding.help(format!("allowed: {}", either(words))),
    }
}
