//! The key table and the validator that follows it, against the published schema and against Docker Compose's words.
//!
//! In: the table, and `compose-spec.json` in the folder that `CUTOVER_SCHEMAS` names. Where Docker Compose is newer than
//! that schema, the test says how: rows with `since`, and the list in [`published`].

/// Documents that set each key in each way, right and wrong.
mod documents;
/// The published schema, and where the table is newer.
mod published;
/// A tree of values with places, for tests.
mod read;
/// What the table and a JSON schema have in common: one tree to compare and to generate from.
mod spec;
/// The help below a message.
mod suggestions;
/// The words of the messages.
mod texts;

use std::collections::BTreeSet;

use cutover::compose::schema::validate;
use cutover::mapping::keys::Keys;
use cutover::mapping::shape::Mapping;
use cutover::source::file::{Memory, SourceMap};

use crate::keys::documents::documents;
use crate::keys::published::{Published, older};
use crate::keys::read::{node, span};
use crate::keys::spec::Spec;
use crate::say::say;

#[test]
fn the_table_has_the_keys_and_types_of_the_published_schema() {
    let Some(published) = Published::read() else { return say(Published::SKIPPED) };
    let theirs = published.spec.lines();
    let ours = older(&Spec::of_table(Keys::embedded()), &published.spec).lines();
    let missing: Vec<&String> = theirs.difference(&ours).collect();
    let extra: Vec<&String> = ours.difference(&theirs).collect();
    assert!(missing.is_empty() && extra.is_empty(), "missing: {missing:#?}\nextra: {extra:#?}");
    assert!(ours.len() > 400, "{} keys are too few to be the whole format", ours.len());
}

#[test]
fn every_document_is_judged_as_by_the_published_schema() {
    let Some(published) = Published::read() else { return say(Published::SKIPPED) };
    let keys = Keys::embedded();
    let ours = older(&Spec::of_table(keys), &published.spec);
    let all: BTreeSet<String> = [&published.spec, &ours]
        .into_iter()
        .flat_map(documents)
        .filter(|document| published.is_comparable(document))
        .map(|document| document.to_string())
        .collect();
    let span = span(&mut SourceMap::new(Box::new(Memory::default()), "/"));
    let (mut accepted, mut wrong) = (0, Vec::new());
    for text in &all {
        let document = serde_json::from_str(text).unwrap();
        let expected = published.accepts(&document);
        accepted += usize::from(expected);
        if validate(&node(&document, span), keys).is_empty() != expected {
            wrong.push(format!("{text} {}", if expected { "is right" } else { "is wrong" }));
        }
    }
    say(&format!("{} documents judged, of which {accepted} are accepted", all.len()));
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), all.len(), wrong.join("\n"));
    assert!(accepted >= 1000 && all.len() - accepted >= 2000, "too few documents: {}", all.len());
}

#[test]
fn every_row_says_what_it_does() {
    let is_phrase = |text: &str| {
        let ends_well = !text.ends_with(['.', ' ', ',']);
        (10..=100).contains(&text.len())
            && ends_well
            && text.starts_with(|char: char| char.is_ascii_lowercase())
    };
    for mapping in Keys::embedded().mappings() {
        assert!(
            !mapping.what.is_empty() && !mapping.what.ends_with('.'),
            "{}: {}",
            mapping.name,
            mapping.what
        );
        for row in mapping.rows() {
            assert!(is_phrase(&row.does), "{}.{}: {}", mapping.name, row.key, row.does);
        }
    }
}

#[test]
fn the_table_looks_keys_up() {
    let keys = Keys::embedded();
    let named = |name: &str| -> &Mapping { keys.mappings().find(|mapping| mapping.name == name).unwrap() };
    assert!(keys.project().row("services").is_some() && keys.project().row("service").is_none());
    assert!(keys.project().tolerates("x-mine") && !named("include").tolerates("x-mine"));
    assert!(named("gpu").tolerates("anything") && named("gpu").row("count").is_some());
    assert_eq!(
        named("service").retired("net"),
        Some("write `network_mode`, or list the networks under `networks`")
    );
    assert!(named("service").row("tty").is_some() && named("init-hook").row("tty").is_none());
}

/// A document for each key in each form, as text.
pub(crate) fn minimal_documents(keys: &Keys) -> BTreeSet<String> {
    documents(&Spec::of_table(keys)).iter().map(ToString::to_string).collect()
}
