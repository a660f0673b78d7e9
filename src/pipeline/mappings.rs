//! A user's own tables on top of those in the program: profiles of images, which nobody else can know.
//!
//! In: a folder. Out: the catalogue with the rows of its `images/*.yaml` before all others. Mistakes are told with their
//! places, all in one run.

use std::collections::HashSet;
use std::path::Path;

use serde_json::Value;

use crate::compose::model::field::to_json;
use crate::finding::Finding;
use crate::finding::suggest::nearest;
use crate::mapping::images::{Images, Profile};
use crate::source::file::{Kind, SourceMap};
use crate::source::node::{Map, Node};
use crate::source::yaml::{self, Limits, construct};

/// The folder of image profiles below that of a user's own tables.
const IMAGES: &str = "images";

/// The fact that no row goes without.
const FAMILY: &str = "family";

/// The keys of a row beside the facts.
const NAMES: &str = "names";
const VARIANTS: &str = "variants";
const TAGS: &str = "tags";

/// The catalogue of images with what a folder says.
pub(super) fn images(folder: &Path, sources: &mut SourceMap, findings: &mut Vec<Finding>) -> Images {
    if sources.kind(folder) != Some(Kind::Directory) {
        let title = format!("{}: there is no such folder", sources.shown(folder));
        findings.push(Finding::unreadable("unreadable-file", title));
        return Images::over_embedded(Vec::new());
    }
    for path in sources.list(folder).iter().filter(|path| !path.ends_with(IMAGES)) {
        if is_table(path) || sources.kind(path) == Some(Kind::Directory) {
            let title = format!("{}: only image profiles can be put on top", sources.shown(path));
            let finding = Finding::misused("bad-mapping", title);
            findings.push(finding.help(format!("move profiles to `{IMAGES}/`, and other files elsewhere")));
        }
    }
    let folder = folder.join(IMAGES);
    if sources.kind(&folder) != Some(Kind::Directory) {
        let title = format!("{}: there is no such folder, and nothing is put on top", sources.shown(&folder));
        findings.push(Finding::misused("bad-mapping", title).help("put files with profiles of images there"));
    }
    let mut rows = Vec::new();
    for path in sources.list(&folder).iter().filter(|path| is_table(path)) {
        if let Some(tree) = table(path, sources, findings) {
            self::rows(&tree, &mut rows, findings);
        }
    }
    Images::over_embedded(rows)
}

fn is_table(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "yaml" || extension == "yml")
}

/// One YAML document of a user's own.
pub(super) fn table(path: &Path, sources: &mut SourceMap, findings: &mut Vec<Finding>) -> Option<Node> {
    let file = match sources.read(path) {
        Ok(file) => file,
        Err(error) => {
            let title = format!("{}: {}", sources.shown(path), error.in_system_words());
            findings.push(Finding::unreadable("unreadable-file", title));
            return None;
        }
    };
    let parsed = yaml::parse(file, sources.file(file).text(), &Limits::default());
    let tree = parsed.documents.first().map(|document| construct(document, &HashSet::new())).transpose();
    let errors = parsed.errors.into_iter().chain(tree.as_ref().err().cloned().unwrap_or_default());
    findings
        .extend(errors.map(|error| Finding::misused("bad-yaml", error.message.clone()).at(error.span, "")));
    tree.ok().flatten()
}

fn rows(tree: &Node, rows: &mut Vec<Value>, findings: &mut Vec<Finding>) {
    if tree.is_null() {
        return;
    }
    let Some(list) = tree.as_list() else {
        return findings.push(wrong(tree, "a list of image profiles is expected"));
    };
    for row in list {
        let before = findings.len();
        match row.as_map() {
            Some(map) => check_row(row, map, findings),
            None => findings.push(wrong(row, "a profile is a mapping with `names`")),
        }
        if findings.len() == before {
            rows.push(to_json(row));
        }
    }
}

fn check_row(row: &Node, map: &Map, findings: &mut Vec<Finding>) {
    check_texts(row, map, NAMES, "the images that it is about", findings);
    if !map.contains(FAMILY) {
        findings.push(wrong(row, &format!("`{FAMILY}` is missing: what it is called")));
    }
    for (key, entry) in map.iter() {
        match key {
            NAMES => {}
            VARIANTS => check_variants(&entry.node, findings),
            fact => check_fact(fact, &entry.node, findings),
        }
    }
}

fn check_variants(node: &Node, findings: &mut Vec<Finding>) {
    let Some(list) = node.as_list() else {
        return findings.push(wrong(node, "`variants` is a list of mappings with `tags`"));
    };
    for variant in list {
        let Some(map) = variant.as_map() else {
            findings.push(wrong(variant, "a variant is a mapping with `tags`"));
            continue;
        };
        check_texts(variant, map, TAGS, "the tags that it is about", findings);
        for (fact, entry) in map.iter().filter(|(key, _)| *key != TAGS) {
            check_fact(fact, &entry.node, findings);
        }
    }
}

/// A key that has to be there, with a list of patterns.
fn check_texts(holder: &Node, map: &Map, key: &str, what: &str, findings: &mut Vec<Finding>) {
    let Some(node) = map.get(key) else {
        return findings.push(wrong(holder, &format!("`{key}` is missing: {what}")));
    };
    let is_right = node
        .as_list()
        .is_some_and(|list| !list.is_empty() && list.iter().all(|item| item.as_text().is_some()));
    if !is_right {
        findings.push(wrong(node, &format!("`{key}` is a list of patterns in quotes: {what}")));
    }
}

fn check_fact(key: &str, node: &Node, findings: &mut Vec<Finding>) {
    let Err(problem) = Profile::check(key, to_json(node)) else { return };
    let (problem, expected) = problem.split_once(", expected ").unwrap_or((&problem, ""));
    let finding = wrong(node, &format!("`{key}`: {problem}"));
    let written = problem.split('`').nth(1).unwrap_or_default();
    let allowed = expected.split('`').skip(1).step_by(2);
    findings.push(match nearest(written, allowed) {
        Some(meant) => finding.help(format!("did you mean `{meant}`?")),
        None if expected.is_empty() => finding.help("docs/mappings.md says what a profile holds"),
        None => finding.help(format!("expected: {expected}")),
    });
}

fn wrong(node: &Node, title: &str) -> Finding {
    Finding::misused("bad-mapping", title).at(node.span, "")
}
