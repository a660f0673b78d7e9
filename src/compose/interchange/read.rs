//! A whole document of one project to the project, through the stages that a file passes.
//!
//! In: a document without variables, and extras. Out: the project, or the findings that say why there is none. Nothing
//! is read from the disk.

use std::path::Path;

use serde_json::Value as Json;

use crate::compose::environment::Environment;
use crate::compose::input::normalized_name;
use crate::compose::interchange::{Extras, overlay};
use crate::compose::interpolate::interpolate;
use crate::compose::load::omit_empty;
use crate::compose::model::field::to_json;
use crate::compose::model::{self, Project};
use crate::compose::normalize::{normalize, resolve_named_variables};
use crate::compose::notes::Notes;
use crate::compose::relative::{self, Base};
use crate::compose::{canonical, consistency, defaults, promote, rules, schema, selection, unique};
use crate::finding::Finding;
use crate::mapping::keys::Keys;
use crate::source::file::{Memory, SourceMap};
use crate::source::node::{Entry, Map, Node, Value};
use crate::source::span::{FileId, Span};

/// The place of what stands in no file.
const NOWHERE: Span = Span { file: FileId(0), start: 0, end: 0 };

/// The project of a document.
pub(super) fn project(document: &Json, extras: &Extras) -> Result<Project, Vec<Finding>> {
    let mut notes = Notes::default();
    match read(document, extras, &mut notes) {
        Some(project) if !notes.stops() => Ok(project),
        _ => Err(notes.findings.into_iter().map(without_places).collect()),
    }
}

fn without_places(finding: Finding) -> Finding {
    Finding { labels: Vec::new(), patch: None, ..finding }
}

fn read(document: &Json, extras: &Extras, notes: &mut Notes) -> Option<Project> {
    // The stages look for variables, and there are none: a dollar sign is one.
    let mut tree = node(document, &|text| text.replace('$', "$$"));
    settle(&mut tree, extras.folder.as_deref(), notes)?;
    if !extras.exact.is_empty() {
        let mut settled = to_json(&tree);
        overlay::lay(&mut settled, &extras.exact);
        tree = node(&settled, &str::to_owned);
    }
    let mut project = model::read(&tree, &mut notes.findings);
    let profiles: Vec<String> = extras.profiles.iter().cloned().collect();
    selection::apply_profiles(&mut project, &profiles);
    project.disabled_services.extend(extras.disabled_services.clone());
    project.disabled_jobs.extend(extras.disabled_jobs.clone());
    continues(notes)?;
    notes.findings.extend(consistency::check(&project, &tree));
    if !extras.keep_unused {
        selection::prune(&mut project);
    }
    notes.findings.extend(consistency::check_container_names(&project, &tree));
    Some(project)
}

/// The stages of the loader for one document, those that reach for other files left out.
fn settle(tree: &mut Node, folder: Option<&Path>, notes: &mut Notes) -> Option<()> {
    let nothing = Environment::default();
    interpolate(tree, &nothing, notes);
    promote::promote(tree, notes);
    refuse_other_files(tree, notes);
    let name = take_name(tree, notes);
    drop_printed_names(tree);
    continues(notes)?;
    unique::enforce(tree, notes);
    notes.findings.extend(schema::validate(tree, Keys::embedded()));
    continues(notes)?;
    canonical::canonical(tree, false, notes);
    omit_empty(tree, notes);
    continues(notes)?;
    unique::enforce(tree, notes);
    defaults::add(tree, notes);
    rules::check(tree, notes);
    if let Some(folder) = folder {
        let no_disk = SourceMap::new(Box::new(Memory::default()), folder);
        relative::resolve(tree, Base { folder, home: None }, &no_disk, notes);
    }
    continues(notes)?;
    resolve_named_variables(tree, &nothing);
    normalize(tree, &name, &nothing, notes);
    continues(notes)
}

fn continues(notes: &Notes) -> Option<()> {
    (!notes.stops()).then_some(())
}

/// The name of the project; there is no folder to take it from.
fn take_name(tree: &mut Node, notes: &mut Notes) -> String {
    let map = tree.as_map_mut();
    let written = map.and_then(|map| {
        map.remove("version");
        map.get("name")?.as_text().map(normalized_name)
    });
    let name = written.unwrap_or_default();
    if name.is_empty() {
        let finding = Finding::refused("no-project-name", "project name must not be empty");
        notes.tell(finding.help("set `name`"));
    }
    name
}

/// The names that are printed inside of jobs are none of their keys.
fn drop_printed_names(tree: &mut Node) {
    let jobs = tree.as_map_mut().and_then(|map| map.get_mut("jobs")).and_then(Node::as_map_mut);
    for (_, job) in jobs.into_iter().flat_map(Map::iter_mut) {
        job.node.as_map_mut().map(|job| job.remove("name"));
    }
}

fn refuse_other_files(tree: &Node, notes: &mut Notes) {
    let Some(map) = tree.as_map() else { return };
    let services = map.get("services").and_then(Node::as_map).into_iter().flat_map(Map::iter);
    let extending = services
        .filter(|(_, service)| service.node.as_map().is_some_and(|service| service.contains("extends")))
        .map(|(name, _)| format!("services.{name}.extends"));
    for place in map.contains("include").then(|| "include".to_owned()).into_iter().chain(extending) {
        let title = format!("{place}: a project that is no file cannot refer to other files");
        notes.tell(Finding::refused("not-a-file", title).help("write it to a file and load that"));
    }
}

fn node(value: &Json, spelled: &dyn Fn(&str) -> String) -> Node {
    let value = match value {
        Json::Null => Value::Null,
        Json::Bool(value) => Value::Bool(*value),
        Json::Number(number) => match (number.as_i64(), number.as_u64()) {
            (Some(number), _) => Value::Int(number),
            (None, Some(number)) => Value::Uint(number),
            (None, None) => Value::Float(number.as_f64().unwrap_or_default()),
        },
        Json::String(text) => Value::Text(spelled(text)),
        Json::Array(items) => Value::List(items.iter().map(|item| node(item, spelled)).collect()),
        Json::Object(entries) => {
            let entry = |(key, value): (&String, &Json)| {
                (key.clone(), Entry { key: NOWHERE, node: node(value, spelled) })
            };
            Value::Map(entries.iter().map(entry).collect())
        }
    };
    Node::new(value, NOWHERE)
}
