//! The published schema as a judge, and the places where Docker Compose 5.6.1 is newer.

#![allow(clippy::disallowed_methods, reason = "the schema lies outside of the repository")]

use std::path::Path;

use serde_json::Value;

use crate::keys::spec::{Entries, Form, Spec};

/// The mappings that have become strict about names since: the published schema lets other names through unseen.
const STRICT_ABOUT_NAMES: &[&str] = &["models", "networks"];

/// The mapping that takes all keys of a container since, and had a few of its own before.
const HAD_FEWER_KEYS: &str = "services.*.pre_start.[]";

/// Where the pattern is anchored since, so that it has to match the whole text.
const ANCHORED: &str = "services.*.pull_policy";

/// The published schema.
pub(super) struct Published {
    pub(super) spec: Spec,
    judge: jsonschema::Validator,
}

impl Published {
    /// What is printed where the schema is not.
    pub(super) const SKIPPED: &str =
        "skipped: CUTOVER_SCHEMAS is not set, so the key table is not compared with the schema";

    /// The schema, if its folder is named.
    pub(super) fn read() -> Option<Self> {
        let folder = std::env::var_os("CUTOVER_SCHEMAS")?;
        let text = std::fs::read_to_string(Path::new(&folder).join("compose-spec.json"))
            .expect("the schema can be read");
        let schema: Value = serde_json::from_str(&text).expect("the schema is JSON");
        let judge = jsonschema::validator_for(&schema).expect("the schema is one");
        Some(Self { spec: Spec::of_schema(&schema), judge })
    }

    pub(super) fn accepts(&self, document: &Value) -> bool {
        self.judge.is_valid(document)
    }

    /// Whether nothing in the document is judged differently on purpose.
    pub(super) fn is_comparable(&self, document: &Value) -> bool {
        let is_name = |name: &str| {
            !name.is_empty()
                && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
        };
        let entries = STRICT_ABOUT_NAMES.iter().filter_map(|key| document[key].as_object());
        entries.flat_map(|names| names.keys()).all(|name| is_name(name))
    }
}

/// The table without what is newer than the published schema.
pub(super) fn older(table: &Spec, published: &Spec) -> Spec {
    older_at("", table, Some(published))
}

fn older_at(path: &str, table: &Spec, published: Option<&Spec>) -> Spec {
    let theirs =
        |fits: fn(&Form) -> bool| published.and_then(|spec| spec.forms.iter().find(|form| fits(form)));
    let forms = table.forms.iter().map(|form| {
        let mut form = form.clone();
        if path == ANCHORED {
            form.pattern = theirs(|form| form.pattern.is_some()).and_then(|form| form.pattern.clone());
        }
        let inner = theirs(|form| form.items.is_some()).and_then(|form| form.items.as_deref());
        form.items = form.items.map(|items| Box::new(older_at(&join(path, "[]"), &items, inner)));
        let inner = theirs(|form| form.entries.is_some()).and_then(|form| form.entries.as_ref());
        form.entries = form.entries.map(|entries| older_entries(path, entries, inner));
        form
    });
    Spec { forms: forms.collect() }
}

fn older_entries(path: &str, mut entries: Entries, published: Option<&Entries>) -> Entries {
    let theirs = |key: &str| published.and_then(|entries| entries.rows.get(key));
    if STRICT_ABOUT_NAMES.contains(&path) {
        entries.closed = published.is_some_and(|entries| entries.closed);
    }
    let had_fewer_keys = path == HAD_FEWER_KEYS;
    let newer = std::mem::take(&mut entries.newer);
    entries.rows.retain(|key, _| theirs(key).is_some() || !(newer.contains(key) || had_fewer_keys));
    for (key, spec) in &mut entries.rows {
        *spec = older_at(&join(path, key), spec, theirs(key));
    }
    if let Some((_, spec)) = &mut entries.chosen {
        let inner = published.and_then(|entries| entries.chosen.as_ref());
        **spec = older_at(&join(path, "*"), spec, inner.map(|(_, spec)| spec.as_ref()));
    }
    entries
}

fn join(path: &str, step: &str) -> String {
    if path.is_empty() { step.to_owned() } else { format!("{path}.{step}") }
}
