//! One entry of `include`: a path, or a mapping with paths and what they are read with.
//!
//! In: the node of the entry. Out: an [`Entry`], with a warning for what Docker Compose passes over in silence.

#![allow(clippy::wildcard_enum_match_arm, reason = "YAML has these kinds of values and no others")]

use crate::compose::notes::Notes;
use crate::finding::Finding;
use crate::finding::suggest::nearest;
use crate::source::node::{self, Map, Node, Value};
use crate::source::scalar::go_type;
use crate::source::span::Span;

const PATH: &str = "path";
const ENV_FILE: &str = "env_file";
const PROJECT_DIRECTORY: &str = "project_directory";
const KEYS: [&str; 3] = [PATH, ENV_FILE, PROJECT_DIRECTORY];

/// What is included, from where, and with which variables.
#[derive(Debug, Default)]
pub(super) struct Entry {
    pub(super) paths: Vec<(String, Span)>,
    pub(super) project_directory: Option<String>,
    pub(super) env_files: Option<Vec<(String, Span)>>,
}

/// Reads an entry. None if it is refused, which is told then.
pub(super) fn read(node: &Node, notes: &mut Notes) -> Option<Entry> {
    match &node.value {
        Value::Text(path) => Some(Entry { paths: vec![(path.clone(), node.span)], ..Entry::default() }),
        Value::Map(map) => mapping(node, map, notes),
        Value::Null | Value::Time(_) => {
            // A date is to the reference a mapping without any of the keys.
            let is_date = !node.is_null();
            let finding = without_path(node.span);
            notes.tell(if is_date {
                finding.because("without quotes this is a date").help("put the path in quotes")
            } else {
                finding.help("write the path of a Compose file, or remove the entry")
            });
            Some(Entry::default())
        }
        other => {
            let title = format!("'[0]' expected a map or struct, got {:?}", go_type(other));
            let finding = Finding::refused("wrong-type", title).at(node.span, "expected a path or a mapping");
            notes.tell(finding.help("write the path of a Compose file"));
            None
        }
    }
}

fn mapping(node: &Node, map: &Map, notes: &mut Notes) -> Option<Entry> {
    let told = notes.findings.len();
    let paths = texts(field(map, PATH), notes);
    let env_files = texts(field(map, ENV_FILE), notes);
    let project_directory = folder(field(map, PROJECT_DIRECTORY), notes);
    if notes.findings.len() > told {
        return None;
    }
    if paths.is_empty() {
        let key = map.iter().find(|(key, _)| nearest(key, KEYS.into_iter()) == Some(PATH));
        let place = field(map, PATH).map_or(node.span, |path| path.span);
        notes.tell(match key {
            Some((key, entry)) if !is_known(key) => {
                without_path(entry.key).help(format!("did you mean `{PATH}`?")).replace(entry.key, PATH)
            }
            _ => without_path(place).help("write `path:` with the Compose file to include"),
        });
    }
    for (key, entry) in map.iter().filter(|(key, _)| !is_known(key) && !key.starts_with("x-")) {
        let suggestion = nearest(key, KEYS.into_iter());
        if paths.is_empty() && suggestion == Some(PATH) {
            continue;
        }
        notes.tell(unknown_key(key, entry, suggestion));
    }
    Some(Entry { paths, project_directory, env_files: Some(env_files).filter(|files| !files.is_empty()) })
}

fn without_path(span: Span) -> Finding {
    Finding::warning(
        "include-without-path",
        "this entry has no `path`: Docker Compose includes nothing for it",
    )
    .at(span, "nothing is included here")
}

fn unknown_key(key: &str, entry: &node::Entry, suggestion: Option<&str>) -> Finding {
    let title = format!("`{key}` is no key of an include: Docker Compose passes over it");
    let finding = Finding::warning("unknown-include-key", title).at(entry.key, "without effect");
    match suggestion {
        Some(near) => finding.help(format!("did you mean `{near}`?")).replace(entry.key, near),
        None => finding.help(format!("remove it; the keys are `{}`", KEYS.join("`, `"))),
    }
}

/// The reference reads these keys in any case; the exact one comes first.
fn field<'a>(map: &'a Map, key: &str) -> Option<&'a Node> {
    let folded = || map.iter().find(|(other, _)| other.eq_ignore_ascii_case(key));
    map.get(key).or_else(|| folded().map(|(_, entry)| &entry.node))
}

fn is_known(key: &str) -> bool {
    KEYS.iter().any(|known| known.eq_ignore_ascii_case(key))
}

fn texts(node: Option<&Node>, notes: &mut Notes) -> Vec<(String, Span)> {
    let Some(node) = node else { return Vec::new() };
    let wrong = |found: &Node| {
        let title = format!("invalid type {} for string list", go_type(&node.value));
        Finding::refused("wrong-type", title)
            .at(found.span, "expected text")
            .help("write a path, or a list of paths")
    };
    match &node.value {
        Value::Null => Vec::new(),
        Value::Text(text) => vec![(text.clone(), node.span)],
        Value::List(items) => {
            let misfits = items.iter().filter(|item| item.as_text().is_none());
            misfits.for_each(|item| notes.tell(wrong(item)));
            items.iter().filter_map(|item| Some((item.as_text()?.to_owned(), item.span))).collect()
        }
        _ => {
            notes.tell(wrong(node));
            Vec::new()
        }
    }
}

fn folder(node: Option<&Node>, notes: &mut Notes) -> Option<String> {
    let node = node?;
    match &node.value {
        Value::Null => None,
        Value::Text(text) => Some(text.clone()).filter(|text| !text.is_empty()),
        Value::Int(number) => Some(number.to_string()),
        other => {
            let kind = go_type(other);
            let title =
                format!("'[0].{PROJECT_DIRECTORY}' expected type 'string', got unconvertible type '{kind}'");
            let finding = Finding::refused("wrong-type", title).at(node.span, "expected text");
            notes.tell(finding.help("write the path of a folder"));
            None
        }
    }
}
