//! `cutover convert`: manifests for a project, with a report of what became of every line.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::json;

use crate::cli::args::{ConvertArguments, Surroundings};
use crate::cli::exit::Exit;
use crate::cli::output;
use crate::finding::Finding;
use crate::kube::literals::SECRET;
use crate::kube::{Assembled, Placed, RequiredSecret};
use crate::pipeline::Outcome;
use crate::pipeline::convert::{Asked, Converted, convert};
use crate::report::{self, Ground, Manifests, Report, json as report_json, summary};
use crate::source::file::Disk;
use crate::write::Lock;
use crate::write::disk::{self, Failure, Written};
use crate::write::tree::{Tree, path_of};
use crate::write::vanished::Vanished;

pub(crate) fn run(arguments: &ConvertArguments, around: &Surroundings) -> Exit {
    let request = match arguments.project.request(around, &Disk) {
        Ok(request) => request,
        Err(finding) => return output::stop(*finding),
    };
    let asked = Asked {
        request,
        policy_file: arguments.policy.as_ref().map(|path| around.folder.join(path)),
        mappings: arguments.mappings.as_ref().map(|path| around.folder.join(path)),
        set: arguments.settings(),
        today: Some(today()),
        comments: arguments.comments,
    };
    let outcome = convert(&asked, Box::new(Disk));
    let exit = output::report(&outcome);
    let Some(converted) = outcome.result.as_ref().filter(|_| exit == Exit::Done) else { return exit };
    if !converted.bugs.is_empty() {
        return output::bugs(&converted.bugs);
    }
    let mut tree = Tree::of(&converted.assembled);
    let report = reported(&outcome, converted);
    if arguments.output == Path::new("-") {
        let secrets: Vec<&str> =
            converted.assembled.required_secrets.iter().map(|secret| secret.name.as_str()).collect();
        if !secrets.is_empty() && !arguments.settings().iter().any(|set| set == "secrets=inline") {
            output::say(&format!(
                "note: the stream has no Secrets; these must exist: {}\n",
                secrets.join(", ")
            ));
        }
        return output::print(&tree.stream());
    }
    tree.insert("report.json", report_json::json(&report));
    let folder = around.folder.join(&arguments.output);
    let exit = written(&tree, &folder, arguments, converted, &outcome);
    if exit == Exit::Done {
        output::say(&summary::summary(&report));
    }
    exit
}

/// The day by the clock of this machine, in universal time.
fn today() -> String {
    jiff::Timestamp::now().strftime("%Y-%m-%d").to_string()
}

fn written(
    tree: &Tree,
    folder: &Path,
    arguments: &ConvertArguments,
    converted: &Converted,
    outcome: &Outcome<Converted>,
) -> Exit {
    let lock = Lock::new(tree, &arguments.settings(), record(arguments, converted, outcome));
    match disk::write(folder, tree, &lock, arguments.force) {
        Ok(wrote) => {
            let required: BTreeSet<&str> =
                converted.assembled.required_secrets.iter().map(|secret| secret.name.as_str()).collect();
            said(&wrote, &arguments.output, &required).iter().for_each(|line| output::say(line));
            restarts(&wrote, &converted.assembled).iter().for_each(|line| output::say(line));
            Exit::Done
        }
        Err(failure) => {
            output::fail(&format!("{}: {failure}", arguments.output.display()));
            output::say(&format!("  help: {}\n", next_step(&failure)));
            Exit::Unreadable
        }
    }
}

fn next_step(failure: &Failure) -> &'static str {
    match failure {
        Failure::Edited(_) => {
            "`--force` writes them anew and keeps your versions as NAME.orig; of a secret nobody can tell an edit from a new value"
        }
        Failure::Occupied(_) => "name another folder with `-o`, or move these files away",
        Failure::Obstructed(_) => "move it away, or name another folder with `-o`",
        Failure::Lock(_) => "take the lock file from your version control, or name a new folder with `-o`",
        Failure::System(_) => "look at the rights of the folder, or name another one with `-o`",
    }
}

/// What `check` needs to come to the same result elsewhere: names, never values.
fn record(
    arguments: &ConvertArguments,
    converted: &Converted,
    outcome: &Outcome<Converted>,
) -> serde_json::Value {
    let base = &converted.loaded.input.project_directory;
    let shown = |path: &Path| path.strip_prefix(base).unwrap_or(path).display().to_string();
    let files: Vec<String> = outcome.sources.files().map(|(_, file)| shown(file.path())).collect();
    json!({
        "inputs": files,
        "profiles": converted.loaded.input.profiles,
        "kubernetes": format!("1.{}", converted.plan.kubernetes),
        "hardening": converted.policy.hardening.as_str(),
        "comments": arguments.comments,
    })
}

/// What a person has to know about what was there before.
fn said(wrote: &Written, folder: &Path, required: &BTreeSet<&str>) -> Vec<String> {
    let shown = |path: &str| folder.join(path).display().to_string();
    let kept = wrote.kept.iter().map(|(path, name)| {
        format!("note: {} had another text, which is now in {}\n", shown(path), shown(name))
    });
    let left = wrote.left.iter().map(|path| {
        format!("note: nothing needs {} any more; it holds secrets and was left alone\n", shown(path))
    });
    // Pods need these, whoever makes them now.
    let is_needed = |object: &&Vanished| object.kind == "secret" && required.contains(object.name.as_str());
    let vanished = wrote.vanished.iter().filter(|object| !is_needed(object)).map(|object| {
        let all = if object.kind == "namespace" { ", which deletes everything in it" } else { "" };
        format!(
            "warning: {} {} is not written any more, and stays in the cluster\n  help: {}{all}\n",
            object.kind,
            object.name,
            object.command()
        )
    });
    kept.chain(left).chain(vanished).collect()
}

/// What has to be started again, as Pods keep the values that they have read.
fn restarts(wrote: &Written, assembled: &Assembled) -> Vec<String> {
    let changed = assembled.objects.iter().filter(|object| wrote.changed.contains(&path_of(object)));
    let changed: BTreeSet<_> = changed
        .map(|object| (object.namespace.as_deref(), object.kind.as_str(), object.name.as_str()))
        .collect();
    let lines = assembled.workloads.iter().filter_map(|(name, workload)| {
        let namespace = Some(workload.namespace.as_str());
        let is_changed = |kind: &str, name: &str| changed.contains(&(namespace, kind, name));
        let (kind, read) = workload.reads.iter().find(|(kind, name)| is_changed(kind, name))?;
        let (kind, command) = (kind.to_lowercase(), workload.restart(name)?);
        Some(format!(
            "note: {kind} {read} has changed, and the Pods of {name} keep what they have read\n  help: {command}\n"
        ))
    });
    lines.collect()
}

/// The lines that start anew what reads a Secret.
fn readers(secret: &RequiredSecret, assembled: &Assembled) -> Vec<String> {
    let reads = |workload: &Placed| {
        workload.namespace == secret.namespace && workload.reads.contains(&(SECRET, secret.name.clone()))
    };
    let readers = assembled.workloads.iter().filter(|(_, workload)| reads(workload));
    readers.filter_map(|(name, workload)| workload.restart(name)).collect()
}

fn reported(outcome: &Outcome<Converted>, converted: &Converted) -> Report {
    let mask = outcome.mask();
    let ground = Ground { loaded: &converted.loaded, sources: &outcome.sources, mask: &mask };
    let assembled = &converted.assembled;
    let workloads = assembled.workloads.iter().map(|(name, workload)| report::Workload {
        name: name.clone(),
        kind: workload.kind.as_str().to_owned(),
        namespace: workload.namespace.clone(),
        level: workload.level.as_str(),
        reasons: workload.reasons.clone(),
    });
    let objects = assembled.objects.iter().map(|object| report::Object {
        kind: object.kind.clone(),
        namespace: object.namespace.clone().unwrap_or_default(),
        name: object.name.clone(),
        file: path_of(object),
    });
    let secrets = assembled.required_secrets.iter().map(|secret| report::Secret {
        namespace: secret.namespace.clone(),
        name: secret.name.clone(),
        keys: secret.keys.clone(),
        restart: readers(secret, assembled),
    });
    let external =
        converted.external.iter().map(|(kind, name, why)| report::External { kind, name: name.clone(), why });
    let external = external.collect();
    let manifests = Manifests {
        external,
        workloads: workloads.collect(),
        objects: objects.collect(),
        secrets: secrets.collect(),
    };
    let findings: &[Finding] = &outcome.findings;
    Report::new(&ground, &converted.plan, converted.policy.hardening.as_str(), manifests, findings)
}
