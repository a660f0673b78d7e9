//! To the types of `docker-compose-types` and back, and to text and back: nothing is lost on the way.

use std::collections::{BTreeMap, BTreeSet};

use cutover::compose::interchange::{Extras, from_compose_types, normalized_document, to_compose_types};
use cutover::compose::model::Project;
use cutover::compose::model::field::Form;
use cutover::compose::{self};
use cutover::source::file::{Disk, SourceMap};
use serde_json::Value;

use crate::projects;

const PROFILES: [&[&str]; 2] = [&[], &["*"]];

fn load(project: &projects::Project, profiles: &[&str]) -> Project {
    let mut sources = SourceMap::new(Box::new(Disk), project.folder.clone());
    match compose::load(&project.request(profiles), &mut sources) {
        Ok(loaded) => loaded.project,
        Err(findings) => panic!("{}: {findings:#?}", project.name),
    }
}

fn leaves(value: &Value) -> usize {
    match value {
        Value::Array(items) if !items.is_empty() => items.iter().map(leaves).sum(),
        Value::Object(entries) if !entries.is_empty() => entries.values().map(leaves).sum(),
        Value::Array(_) | Value::Object(_) | Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => 1,
    }
}

#[test]
fn every_project_comes_back_as_it_was() {
    let mut share: BTreeMap<&str, [usize; 2]> = BTreeMap::new();
    for project in projects::all() {
        for profiles in PROFILES {
            let name = format!("{} {profiles:?}", project.name);
            let project = load(&project, profiles);
            let (compose, extras) = to_compose_types(&project);
            let again = from_compose_types(&compose, &extras);
            let again = again.unwrap_or_else(|findings| panic!("{name}: {findings:#?}"));
            assert_eq!(again, project, "{name}");
            let document = normalized_document(&project);
            assert_eq!(document, project.json(Form::Yaml), "{name}");
            eprintln!("{name}: {} of {}", extras.printed.values().map(leaves).sum::<usize>(), leaves(&document));
            for (path, v) in &extras.printed { eprintln!("   {path} {v}"); }
            for (path, v) in &extras.exact { eprintln!("   !!!! {path} {v}"); }
        }
    }
}
