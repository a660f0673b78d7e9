//! A project that is printed and loaded again is the same project, but for what Docker Compose itself does not read
//! again: each such thing is taken out by a function that says why.

use std::fs;
use std::path::Path;

use cutover::compose::input::Request;
use cutover::compose::interchange::normalized_document;
use cutover::compose::model::Project;
use cutover::kube::emit;
use cutover::source::file::Disk;
use serde_json::Value;

use super::{PROFILES, load, titles};
use crate::projects;

/// What Docker Compose reads when it is given what it has printed of a project. It does not print what is disabled, and
/// refuses optional dependencies on that, so these are taken out first.
fn readable(mut project: Project) -> Project {
    project.disabled_services.clear();
    project.disabled_jobs.clear();
    let active: Vec<String> = project.services.keys().cloned().collect();
    for service in project.services.values_mut() {
        service.workload.depends_on.retain(|name, _| active.contains(name));
    }
    project
}

/// Hooks inherit from their service whenever it is read, the second time also what files have brought into it.
fn without_inheritance(mut project: Project) -> Project {
    for service in project.services.values_mut() {
        let own = &service.container;
        for hook in &mut service.pre_start {
            hook.container.environment.0.retain(|name, _| !own.environment.0.contains_key(name));
            hook.container.labels.0.retain(|name, _| !own.labels.0.contains_key(name));
        }
    }
    project
}

/// The text of a project for the loader. Docker Compose doubles the dollar signs of keys too, and does not undo that; it
/// prints the names of jobs into them, and refuses them there.
fn printed(project: &Project) -> String {
    let mut document = normalized_document(project);
    let jobs = document.get_mut("jobs").and_then(Value::as_object_mut).into_iter().flatten();
    jobs.for_each(|(_, job)| drop(job.as_object_mut().unwrap().remove("name").expect("a job has its name")));
    double_dollars(&mut document);
    emit::yaml(&document)
}

fn double_dollars(value: &mut Value) {
    match value {
        Value::String(text) => *text = text.replace('$', "$$"),
        Value::Array(items) => items.iter_mut().for_each(double_dollars),
        Value::Object(entries) => entries.values_mut().for_each(double_dollars),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

#[test]
fn what_is_printed_is_read_as_the_same_project() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("printed.yaml").display().to_string();
    for project in projects::all() {
        for profiles in PROFILES {
            let name = format!("{} {profiles:?}", project.name);
            let request = project.request(profiles);
            let loaded = readable(load(&request, Box::new(Disk)).unwrap());
            write(Path::new(&file), &printed(&loaded));
            let request = Request {
                files: vec![file.clone()],
                project_directory: Some(project.folder.display().to_string()),
                ..request
            };
            match load(&request, Box::new(Disk)) {
                Ok(again) => assert_eq!(without_inheritance(again), without_inheritance(loaded), "{name}"),
                Err(findings) => panic!("{name}: {:#?}", titles(&findings)),
            }
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "the text is put into a folder of the test's own")]
fn write(path: &Path, text: &str) {
    fs::write(path, text).unwrap();
}
