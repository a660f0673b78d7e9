//! Which services take part: profiles, services asked for, and what nobody uses.

use std::collections::BTreeSet;

use indexmap::IndexMap;

use crate::compose::grammar::glob;
use crate::compose::model::Project;
use crate::compose::model::service::Service;
use crate::compose::notes::{Fate, Notes};
use crate::finding::Finding;
use crate::finding::suggest::nearest;
use crate::source::node::Node;
use crate::source::path::ComposePath;

/// Whether something with these profiles is active.
fn is_active(declared: &[String], active: &[String]) -> bool {
    declared.is_empty() || active.iter().any(|profile| profile == "*" || declared.contains(profile))
}

/// Switches off what has none of the active profiles.
pub fn apply_profiles(project: &mut Project, profiles: &[String]) {
    let services = std::mem::take(&mut project.services).into_iter().chain(std::mem::take(&mut project.disabled_services));
    (project.services, project.disabled_services) =
        services.partition(|(_, service)| is_active(&service.profiles, profiles));
    let jobs = std::mem::take(&mut project.jobs).into_iter().chain(std::mem::take(&mut project.disabled_jobs));
    (project.jobs, project.disabled_jobs) = jobs.partition(|(_, job)| is_active(&job.profiles, profiles));
}

/// Keeps the services asked for and what they depend on. A name may be a pattern; a service that is named in full is
/// switched on.
pub fn select(project: &mut Project, asked: &[String], profiles: &[String], notes: &mut Notes) {
    if asked.is_empty() {
        return;
    }
    let more = asked.iter().filter_map(|name| project.disabled_services.get(name)).flat_map(|service| &service.profiles);
    let profiles: Vec<String> = profiles.iter().chain(more).cloned().collect();
    apply_profiles(project, &profiles);
    let mut wanted = BTreeSet::new();
    let mut queue = Vec::new();
    for pattern in asked {
        let found: Vec<&String> = project.services.keys().filter(|name| glob::matches(pattern, name)).collect();
        if found.is_empty() {
            notes.tell(no_such_service(pattern, project));
        }
        queue.extend(found.into_iter().cloned());
    }
    while let Some(name) = queue.pop() {
        let Some(service) = project.services.get(&name) else { continue };
        if wanted.insert(name) {
            for (other, dependency) in &service.workload.depends_on {
                let is_there = project.services.contains_key(other);
                if !is_there && dependency.required.0 {
                    notes.tell(no_such_service(other, project));
                }
                queue.push(other.clone());
            }
        }
    }
    let services = std::mem::take(&mut project.services);
    let (kept, dropped): (IndexMap<_, _>, IndexMap<_, _>) =
        services.into_iter().partition(|(name, _)| wanted.contains(name));
    project.services = kept;
    project.disabled_services.extend(dropped);
    let kept: BTreeSet<String> = project.services.keys().cloned().collect();
    for service in project.services.values_mut() {
        service.workload.depends_on.retain(|name, _| kept.contains(name));
    }
}

fn no_such_service(name: &str, project: &Project) -> Finding {
    let finding = Finding::refused("no-such-service", format!("no such service: {name}"));
    let known = project.services.keys().chain(project.disabled_services.keys()).map(String::as_str);
    match nearest(name, known) {
        Some(near) => finding.help(format!("did you mean `{near}`?")),
        None => finding,
    }
}

/// Drops networks, volumes, secrets, configs and models that no active service uses.
pub fn prune(project: &mut Project) {
    let services = &project.services;
    let networks = names(services, |service| service.container.networks.keys().collect());
    let models = names(services, |service| service.container.models.keys().collect());
    let configs = names(services, |service| service.container.configs.iter().map(|config| &config.source).collect());
    let secrets = names(services, |service| {
        let of_build = service.workload.build.iter().flat_map(|build| &build.secrets);
        service.container.secrets.iter().chain(of_build).map(|secret| &secret.source).collect()
    });
    let volumes = names(services, |service| {
        let named = service.container.volumes.iter().filter(|mount| mount.kind == "volume");
        named.map(|mount| &mount.source).collect()
    });
    project.networks.retain(|name, _| networks.contains(name));
    project.models.retain(|name, _| models.contains(name));
    project.configs.retain(|name, _| configs.contains(name));
    project.secrets.retain(|name, _| secrets.contains(name));
    project.volumes.retain(|name, _| volumes.contains(name));
}

fn names(services: &IndexMap<String, Service>, of: impl Fn(&Service) -> Vec<&String>) -> BTreeSet<String> {
    services.values().flat_map(|service| of(service).into_iter().cloned().collect::<Vec<_>>()).collect()
}

/// Records what is in the files and not in the project, because a profile is off or nobody uses it.
pub fn account(project: &Project, tree: &Node, notes: &mut Notes) {
    let mut lose = |section: &str, name: &str, fate: Fate| {
        let path = ComposePath::of([section]);
        let entry = tree.at(&path).and_then(Node::as_map).and_then(|map| map.entry(name));
        if let Some(entry) = entry {
            notes.lose(entry.key, fate, None);
            notes.lose(entry.node.span, fate, None);
        }
    };
    project.disabled_services.keys().for_each(|name| lose("services", name, Fate::ProfileOff));
    project.disabled_jobs.keys().for_each(|name| lose("jobs", name, Fate::ProfileOff));
    let sections: [(&str, &dyn Fn(&str) -> bool); 5] = [
        ("networks", &|name| project.networks.contains_key(name)),
        ("volumes", &|name| project.volumes.contains_key(name)),
        ("secrets", &|name| project.secrets.contains_key(name)),
        ("configs", &|name| project.configs.contains_key(name)),
        ("models", &|name| project.models.contains_key(name)),
    ];
    for (section, is_kept) in sections {
        let all = tree.as_map().and_then(|map| map.get(section)).and_then(Node::as_map);
        let names: Vec<String> = all.into_iter().flat_map(|map| map.keys().map(str::to_owned)).collect();
        names.iter().filter(|name| !is_kept(name)).for_each(|name| lose(section, name, Fate::Unused));
    }
}
