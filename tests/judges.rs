//! Docker Compose itself, on whole projects: what it prints, we print, value by value.

use std::path::PathBuf;
use std::process::Command;

use serde_json::Value;

use crate::compare::{compare, settle_ssh};
use crate::projects::{self, Project};
use crate::run::{self, Ran};
use crate::say::say;

/// Options before and behind `config`, each a way to look at a project.
const VIEWS: [(&[&str], &[&str]); 4] = [
    (&[], &[]),
    (&["--profile", "*"], &[]),
    (&[], &["--no-interpolate"]),
    (&["--profile", "*"], &["--no-interpolate"]),
];

/// What Docker Compose 5.6.1 cannot print as JSON although it accepts it; such a project is compared as YAML.
const BROKEN_JSON: &str = "error calling MarshalJSON";

/// The Docker Compose binary that `CUTOVER_COMPOSE` names; without it there is a skip, and an error where `CI` is set.
fn compose() -> Option<PathBuf> {
    let binary = std::env::var_os("CUTOVER_COMPOSE").map(PathBuf::from);
    if binary.is_none() {
        assert!(std::env::var_os("CI").is_none(), "CUTOVER_COMPOSE must name Docker Compose where CI is set");
        say("skipped: CUTOVER_COMPOSE names no Docker Compose to compare with");
    }
    binary
}

#[test]
fn docker_compose_prints_the_same_for_every_project() {
    let Some(compose) = compose() else { return };
    let mut failures = Vec::new();
    let mut compared = 0;
    for project in projects::all() {
        for (before, behind) in VIEWS {
            let theirs = theirs(&compose, &project, before, behind, "json");
            let format = if theirs.stderr.contains(BROKEN_JSON) { "yaml" } else { "json" };
            let theirs = if format == "json" {
                theirs
            } else {
                self::theirs(&compose, &project, before, behind, format)
            };
            let ours = ours(&project, before, behind, format);
            let name = format!("{} {} {}", project.name, before.join(" "), behind.join(" "));
            assert_eq!(theirs.status, Some(0), "{name}: Docker Compose: {}", theirs.stderr);
            compared += 1;
            failures.extend(
                difference(&ours, &theirs, format).into_iter().map(|found| format!("{name}: {found}")),
            );
        }
    }
    say(&format!("{compared} outputs compared with Docker Compose, {} differences", failures.len()));
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

fn theirs(compose: &PathBuf, project: &Project, before: &[&str], behind: &[&str], format: &str) -> Ran {
    let mut command = Command::new(compose);
    command.args(project.arguments()).args(before).args(["config", "--format", format]).args(behind);
    command.current_dir(&project.folder).env_clear().env("HOME", "/home/nobody");
    run::run(command, "")
}

fn ours(project: &Project, before: &[&str], behind: &[&str], format: &str) -> Ran {
    let mut arguments = vec!["config".to_owned(), "--format".to_owned(), format.to_owned()];
    arguments.extend(project.arguments());
    arguments.extend(before.iter().chain(behind).map(|word| (*word).to_owned()));
    run::cutover(&project.folder, &arguments)
}

fn difference(ours: &Ran, theirs: &Ran, format: &str) -> Vec<String> {
    if ours.status != Some(0) {
        return vec![format!("ended with {:?}: {}", ours.status, ours.stderr)];
    }
    let read = |text: &str| -> Value {
        let mut model = match format {
            "json" => serde_json::from_str(text).unwrap(),
            _ => serde_saphyr::from_str(text).unwrap(),
        };
        settle_ssh(&mut model);
        model
    };
    let mut found = Vec::new();
    compare("", &read(&theirs.stdout), &read(&ours.stdout), &mut found);
    found
}
