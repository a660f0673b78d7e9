//! The table of `config --variables`: what the files ask for, what they say otherwise, and where a value would come from.
//!
//! Values are not shown, as many of them are secrets.

use std::collections::BTreeMap;

use serde_json::json;

use crate::cli::args::Format;
use crate::compose::LoadedModel;
use crate::compose::template::{Variable, variables};
use crate::source::node::{Node, Value, VariableSource};

/// The columns of Docker Compose, and one more.
const HEAD: [&str; 5] = ["NAME", "REQUIRED", "DEFAULT VALUE", "ALTERNATE VALUE", "SOURCE"];

/// The variables in the texts of a tree that was not interpolated, as a table or as Docker Compose's JSON.
pub(super) fn listed(model: &LoadedModel, format: Format) -> String {
    let mut found = BTreeMap::new();
    collect(&model.tree, &mut found);
    // What a file asks for is looked up in all that there is, as this model was read without variables.
    let lookup = |name: &str| model.input.environment.get(name).or_else(|| model.environment.get(name));
    let with_source = found.into_values().map(|variable| {
        let source = source(lookup(&variable.name).map(|set| &set.source), &variable);
        (variable, source)
    });
    match format {
        Format::Yaml => table(with_source),
        Format::Json => json(with_source),
    }
}

fn json(variables: impl Iterator<Item = (Variable, String)>) -> String {
    let entries = variables.map(|(variable, source)| {
        let fields = json!({
            "Name": variable.name,
            "DefaultValue": variable.default,
            "PresenceValue": variable.alternative,
            "Required": variable.required,
            "Source": source,
        });
        (variable.name, fields)
    });
    let object = serde_json::Value::Object(entries.collect());
    serde_json::to_string_pretty(&object).unwrap_or_default() + "\n"
}

fn table(variables: impl Iterator<Item = (Variable, String)>) -> String {
    let rows = variables.map(|(variable, source)| {
        [variable.name, variable.required.to_string(), variable.default, variable.alternative, source]
    });
    let rows: Vec<[String; HEAD.len()]> = std::iter::once(HEAD.map(str::to_owned)).chain(rows).collect();
    let widths = (0..HEAD.len()).map(|column| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or_default()
    });
    let widths: Vec<usize> = widths.collect();
    rows.iter().map(|row| line(row, &widths)).collect()
}

fn line(row: &[String], widths: &[usize]) -> String {
    let cells: Vec<String> = row.iter().zip(widths).map(|(cell, width)| format!("{cell:width$}")).collect();
    cells.join("   ").trim_end().to_owned() + "\n"
}

/// Where the value of a variable comes from.
fn source(set: Option<&VariableSource>, variable: &Variable) -> String {
    match set {
        Some(VariableSource::Process) => "environment".to_owned(),
        Some(VariableSource::File(path)) => path.clone(),
        Some(VariableSource::Loader) => "Docker Compose".to_owned(),
        None if !variable.default.is_empty() => "default".to_owned(),
        Some(VariableSource::Written | VariableSource::Unset) | None => "nowhere".to_owned(),
    }
}

fn collect(node: &Node, found: &mut BTreeMap<String, Variable>) {
    match &node.value {
        Value::Text(text) => variables(text).into_iter().for_each(|variable| note(variable, found)),
        Value::List(items) => items.iter().for_each(|item| collect(item, found)),
        Value::Map(map) => map.iter().for_each(|(_, entry)| collect(&entry.node, found)),
        Value::Null | Value::Bool(_) | Value::Int(_) | Value::Uint(_) | Value::Float(_) | Value::Time(_) => {}
    }
}

/// The first word that is written behind an operator counts, and one demand is enough.
fn note(variable: Variable, found: &mut BTreeMap<String, Variable>) {
    let known = found.entry(variable.name.clone()).or_default();
    known.name = variable.name;
    known.required |= variable.required;
    if known.default.is_empty() {
        known.default = variable.default;
    }
    if known.alternative.is_empty() {
        known.alternative = variable.alternative;
    }
}
