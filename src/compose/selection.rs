//! Which services take part: profiles, services asked for, and what nobody uses.

use std::collections::BTreeSet;

use indexmap::IndexMap;

use crate::compose::grammar::glob;
use crate::compose::model::Project;
use crate::compose::model::service::Service;
use crate::compose::notes::{Fate, Notes};
use crate::finding::Finding;
use crate::finding::suggest::{list, nearest};
use crate::source::node::{Entry, Map, Node};
use crate::source::path::ComposePath;

/// Whether something with these profiles is active.
fn is_active(declared: &[String], active: &[String]) -> bool {
    declared.is_empty() || active.iter().any(|profile| profile == "*" || declared.contains(profile))
}

/// Switches off what has none of the active profiles.
pub fn apply_profiles(project: &mut Project, profiles: &[String]) {
    let services = std::mem::take(&mut project.services)
        .into_iter()
        .chain(std::mem::take(&mut project.disabled_services));
    (project.services, project.disabled_services) =
        services.partition(|(_, service)| is_active(&service.profiles, profiles));
    let jobs =
        std::mem::take(&mut project.jobs).into_iter().chain(std::mem::take(&mut project.disabled_jobs));
    (project.jobs, project.disabled_jobs) = jobs.partition(|(_, job)| is_active(&job.profiles, profiles));
}

/// Tells of each profile that is switched on and that nothing has.
pub fn tell_unknown_profiles(project: &Project, active: &[String], notes: &mut Notes) {
    let services = project.services.values().chain(project.disabled_services.values());
    let jobs = project.jobs.values().chain(project.disabled_jobs.values());
    let declared: BTreeSet<&str> = services
        .flat_map(|service| &service.profiles)
        .chain(jobs.flat_map(|job| &job.profiles))
        .map(String::as_str)
        .collect();
    let unknown =
        active.iter().filter(|name| !matches!(name.as_str(), "" | "*") && !declared.contains(&***name));
    for name in unknown {
        let finding = Finding::warning("unknown-profile", format!("no service has the profile {name:?}"));
        let help = match nearest(name, declared.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None if declared.is_empty() => "no service here has a profile".to_owned(),
            None => format!("the profiles are {}", list(&declared)),
        };
        notes.tell(finding.help(help));
    }
}

/// Keeps the services asked for and what they depend on, and gives the names of the others. A name may be a pattern; a
/// service that is named in full is switched on.
pub fn select(
    project: &mut Project,
    asked: &[String],
    profiles: &[String],
    notes: &mut Notes,
) -> BTreeSet<String> {
    if asked.is_empty() {
        return BTreeSet::new();
    }
    let more = asked
        .iter()
        .filter_map(|name| project.disabled_services.get(name))
        .flat_map(|service| &service.profiles);
    let profiles: Vec<String> = profiles.iter().chain(more).cloned().collect();
    apply_profiles(project, &profiles);
    let mut wanted = BTreeSet::new();
    let mut queue = Vec::new();
    for pattern in asked {
        let found: Vec<&String> =
            project.services.keys().filter(|name| glob::matches(pattern, name)).collect();
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
    let others = dropped.keys().cloned().collect();
    project.disabled_services.extend(dropped);
    let kept: BTreeSet<String> = project.services.keys().cloned().collect();
    for service in project.services.values_mut() {
        service.workload.depends_on.retain(|name, _| kept.contains(name));
    }
    others
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
    let configs =
        names(services, |service| service.container.configs.iter().map(|config| &config.source).collect());
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

fn tell_switched_off(off: &[&String], tree: &Node, notes: &mut Notes) {
    let Some(first) = off.first() else { return };
    let entry = entry_at(tree, "services", first).or_else(|| entry_at(tree, "jobs", first));
    let at = entry.map_or(tree.span, |entry| entry.key);
    let title = format!("switched off by profiles: {}", list(off));
    let finding = Finding::note("switched-off", title).at(at, "not part of the project");
    notes.tell(finding.help("`--profile NAME` switches a profile on, `--profile '*'` all of them"));
}

/// Whether a resource of this name is in the project.
type IsKept<'a> = &'a dyn Fn(&str) -> bool;

/// Records what is in the files and not in the project, because a profile is off or nobody asked for it or uses it.
pub fn account(project: &Project, not_asked_for: &BTreeSet<String>, tree: &Node, notes: &mut Notes) {
    let is_off = |name: &&String| !not_asked_for.contains(*name);
    let off: Vec<&String> = project.disabled_services.keys().filter(is_off).collect();
    let off_jobs: Vec<&String> = project.disabled_jobs.keys().collect();
    if !notes.stops() {
        tell_switched_off(&[off.as_slice(), &off_jobs].concat(), tree, notes);
    }
    let mut lose = |section: &str, name: &str, fate: Fate| {
        if let Some(entry) = entry_at(tree, section, name) {
            notes.lose(entry.key, fate, None);
            notes.lose(entry.node.span, fate, None);
        }
    };
    off.iter().for_each(|name| lose("services", name, Fate::ProfileOff));
    off_jobs.iter().for_each(|name| lose("jobs", name, Fate::ProfileOff));
    not_asked_for.iter().for_each(|name| lose("services", name, Fate::Unused));
    let sections: [(&str, IsKept<'_>); 5] = [
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
    lose_dependencies(project, tree, notes);
}

fn entry_at<'t>(tree: &'t Node, section: &str, name: &str) -> Option<&'t Entry> {
    tree.as_map()?.get(section)?.as_map()?.entry(name)
}

/// Optional dependencies on what is switched off: they stay in a whole project, and go where services were asked for.
fn lose_dependencies(project: &Project, tree: &Node, notes: &mut Notes) {
    for name in project.services.keys() {
        let written = tree.at(&ComposePath::of(["services", name, "depends_on"])).and_then(Node::as_map);
        for (other, entry) in written.into_iter().flat_map(Map::iter) {
            if !project.services.contains_key(other) {
                notes.lose(entry.node.span, Fate::OptionalDependency, None);
            }
        }
    }
}
