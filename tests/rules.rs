//! The registry of rules and its tables agree: each rule has an entry, each entry a rule, each key one owner.

use std::collections::{BTreeMap, BTreeSet};

use cutover::mapping::coverage::{Coverage, EXTENSION};
use cutover::mapping::keys::Keys;
use cutover::mapping::rules::{RuleEntry, entries, entry};
use cutover::rules::registry;

use crate::repository::{read, top};

#[test]
fn each_rule_has_an_entry_and_each_entry_a_rule() {
    let rules: Vec<&str> = registry::all().iter().map(|rule| rule.id()).collect();
    let unique: BTreeSet<&str> = rules.iter().copied().collect();
    assert_eq!(rules.len(), unique.len(), "a rule stands there twice: {rules:?}");
    let without: Vec<&&str> = rules.iter().filter(|id| entry(id).is_none()).collect();
    assert!(without.is_empty(), "rules without an entry in mappings/rules: {without:?}");
    let orphans: Vec<&String> =
        entries().iter().map(|entry| &entry.id).filter(|id| !unique.contains(id.as_str())).collect();
    assert!(orphans.is_empty(), "entries without a rule: {orphans:?}");
}

/// Keys that two rules share, each of which closes other values of it.
const SHARED: &[&str] = &["services.*.network_mode", "services.*.security_opt"];

#[test]
fn each_key_has_one_owner() {
    let keys = Keys::embedded().paths();
    let mut owners: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for rule in entries() {
        for key in &rule.reads {
            assert!(
                keys.contains_key(key) || key == EXTENSION,
                "rule `{}` reads `{key}`, which is no key",
                rule.id
            );
            owners.entry(key).or_default().push(&rule.id);
        }
    }
    let shared: Vec<_> =
        owners.iter().filter(|(key, rules)| rules.len() > 1 && !SHARED.contains(key)).collect();
    assert!(shared.is_empty(), "keys with several owners: {shared:#?}");
    let has_owner = |key: &str| {
        let of_services = key.strip_prefix("jobs.").map(|rest| format!("services.{rest}"));
        owners.contains_key(key) || of_services.is_some_and(|other| owners.contains_key(other.as_str()))
    };
    let without: Vec<&String> =
        keys.keys().filter(|key| !key.starts_with("include") && !has_owner(key)).collect();
    assert!(without.is_empty(), "keys without an owner: {without:#?}");
}

#[test]
fn the_documents_about_rules_and_keys_are_current() {
    let documents = [
        ("mappings/RULES.md", rules_page()),
        ("docs/keys.md", keys_page()),
        ("docs/cutover.schema.json", schema()),
    ];
    for (path, expected) in documents {
        if std::env::var_os("UPDATE").is_some() {
            std::fs::write(top().join(path), &expected).unwrap();
        }
        assert!(read(path) == expected, "{path} is stale; `UPDATE=1 cargo test` writes it anew");
    }
}

fn schema() -> String {
    serde_json::to_string_pretty(&cutover::policy::schema::schema()).unwrap() + "\n"
}

fn rules_page() -> String {
    let mut page = "# Rules\n\nWhat each rule does, and why. Written from `mappings/rules/` by a test; `cutover rules explain NAME` prints the \
                    same.\n"
        .to_owned();
    let mut groups: BTreeMap<&str, Vec<&RuleEntry>> = BTreeMap::new();
    for rule in entries() {
        groups.entry(&rule.group).or_default().push(rule);
    }
    for (group, rules) in groups {
        page += &format!("\n## {group}\n");
        for rule in rules {
            let list = |items: &[String]| {
                items.iter().map(|item| format!("`{item}`")).collect::<Vec<_>>().join(", ")
            };
            page += &format!(
                "\n### {}\n\n{}\n\n{}\n\n- What to do: {}\n",
                rule.id, rule.summary, rule.why, rule.remedy
            );
            if !rule.writes.is_empty() {
                page += &format!("- Writes: {}\n", list(&rule.writes));
            }
            page += &format!(
                "- Keys: {}\n",
                if rule.reads.is_empty() { "none".to_owned() } else { list(&rule.reads) }
            );
        }
    }
    page
}

fn keys_page() -> String {
    let mut page = "# What each Compose key becomes\n\nWritten from `mappings/coverage.yaml` by a test. Keys of `jobs` and of hooks before a start are \
                    as those of services\nwhere they have no row of their own.\n\n| key | fidelity | becomes | what to know |\n|---|---|---|---|\n"
        .to_owned();
    for (path, row) in Coverage::embedded().rows() {
        let fidelity = serde_json::to_value(row.fidelity).unwrap();
        let cell = |text: &str| text.replace('|', "\\|").replace('\n', " ");
        page += &format!(
            "| `{path}` | {} | {} | {} |\n",
            fidelity.as_str().unwrap(),
            cell(&row.becomes),
            cell(&row.says)
        );
    }
    page
}
