//! The sample `every-key` keeps its promise: every key of the published schema is in it.
//!
//! In: `compose-spec.json` in the folder that `CUTOVER_SCHEMAS` names, and the sample. Out: the paths that are missing.

#![allow(clippy::disallowed_methods, reason = "this test reads a schema and a sample")]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::repository::read;
use crate::say::say;

#[test]
fn the_sample_sets_every_key() {
    let Some(folder) = std::env::var_os("CUTOVER_SCHEMAS") else {
        say("skipped: CUTOVER_SCHEMAS is not set, so the sample every-key is not compared with the schema");
        return;
    };
    let schema =
        fs::read_to_string(Path::new(&folder).join("compose-spec.json")).expect("the schema can be read");
    let schema: Value = serde_json::from_str(&schema).expect("the schema is JSON");
    let missing = missing(&schema, &sample());
    assert!(missing.is_empty(), "samples/every-key does not set\n{}", missing.join("\n"));
}

#[test]
fn a_missing_key_is_found() {
    let schema = json!({
        "properties": { "services": { "patternProperties": { "^[a-z]+$": { "$ref": "#/$defs/service" } } } },
        "$defs": {
            "service": { "allOf": [{ "properties": { "image": {}, "ports": { "oneOf": [
                { "type": "string" },
                { "items": { "properties": { "target": {}, "mode": {} } }, "patternProperties": { "^x-": {} } },
            ] } } }] }
        }
    });
    let project = json!({ "services": { "a": { "ports": [1, { "target": 2 }] }, "b": { "image": "c" } } });
    assert_eq!(missing(&schema, &project), ["services.*.ports.*.mode"]);
    assert_eq!(missing(&schema, &json!({ "services": {} })).len(), 6);
}

/// The sample, with merge keys applied.
fn sample() -> Value {
    let text = read("samples/every-key/compose.yaml");
    let mut project: serde_yaml::Value = serde_yaml::from_str(&text).expect("the sample is YAML");
    project.apply_merge().expect("its merge keys are right");
    serde_json::to_value(project).expect("its keys are text")
}

/// The paths of the schema that no value of the project stands at.
fn missing(schema: &Value, project: &Value) -> Vec<String> {
    let mut paths = BTreeSet::new();
    collect(schema, schema, &mut Vec::new(), &mut paths);
    paths.iter().filter(|path| !is_set(project, path)).map(|path| path.join(".")).collect()
}

/// Adds the path of every key that a schema knows; a star stands for any name or any item.
fn collect<'a>(
    root: &'a Value,
    schema: &'a Value,
    at: &mut Vec<&'a str>,
    paths: &mut BTreeSet<Vec<&'a str>>,
) {
    if let Some(name) = schema["$ref"].as_str() {
        let definition =
            root.pointer(name.trim_start_matches('#')).expect("references stay inside the schema");
        collect(root, definition, at, paths);
    }
    for form in ["allOf", "anyOf", "oneOf"].iter().filter_map(|word| schema[word].as_array()).flatten() {
        collect(root, form, at, paths);
    }
    let named =
        schema["properties"].as_object().into_iter().flatten().map(|(name, inner)| (name.as_str(), inner));
    let patterns = schema["patternProperties"].as_object().into_iter().flatten();
    let any = patterns.filter(|(pattern, _)| *pattern != "^x-").map(|(_, inner)| ("*", inner));
    let items = schema.get("items").map(|inner| ("*", inner));
    for (name, inner) in named.chain(any).chain(items) {
        at.push(name);
        paths.insert(at.clone());
        collect(root, inner, at, paths);
        at.pop();
    }
}

/// Whether a value stands at a path.
fn is_set(value: &Value, path: &[&str]) -> bool {
    match path {
        [] => true,
        ["*", rest @ ..] => match value {
            Value::Array(items) => items.iter().any(|item| is_set(item, rest)),
            Value::Object(entries) => entries.values().any(|entry| is_set(entry, rest)),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
        },
        [name, rest @ ..] => value.get(name).is_some_and(|inner| is_set(inner, rest)),
    }
}
