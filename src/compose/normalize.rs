//! What Docker Compose makes explicit in the whole model: implicit networks and dependencies, names, values of
//! variables that were only named.

#![allow(clippy::wildcard_enum_match_arm, reason = "YAML has these kinds of values and no others")]

use crate::compose::environment::Environment;
use crate::compose::merge::merge;
use crate::compose::model::container::Container;
use crate::compose::notes::{Fate, Notes};
use crate::compose::relative::clean;
use crate::finding::Finding;
use crate::source::node::{Entry, Map, Node, Value, VariableUse};
use crate::source::path::ComposePath;
use crate::source::scalar::go_text;
use crate::source::span::Span;

/// The sections whose entries run containers.
pub(crate) const CONTAINER_SECTIONS: [&str; 2] = ["services", "jobs"];

/// Gives `- NAME` entries of environments, and secrets and configs made from variables, their values.
pub fn resolve_named_variables(tree: &mut Node, environment: &Environment) {
    let Some(model) = tree.as_map_mut() else { return };
    for section in CONTAINER_SECTIONS {
        for (_, container) in maps_of(model, section) {
            if let Some(Value::List(items)) = container.get_mut("environment").map(|node| &mut node.value) {
                items.retain(|item| item.as_text().is_some());
                for item in items {
                    resolve_listed(item, environment, &mut |_| {});
                }
            }
        }
    }
    for (section, target) in [("secrets", SECRET_VALUE), ("configs", "content")] {
        for (_, resource) in maps_of(model, section) {
            let Some(named) = resource.get("environment") else { continue };
            let Some(variable) = named.as_text().and_then(|name| environment.get(name)) else { continue };
            let mut value = Node::text(&variable.value, named.span);
            value.uses = named
                .as_text()
                .map(|name| [VariableUse { name: name.to_owned(), source: variable.source.clone() }].into());
            let key = named.span;
            resource.insert(target, key, value);
        }
    }
}

/// Where the value of a secret made from a variable is kept; it is never printed.
pub(crate) const SECRET_VALUE: &str = "x-#value";

/// `NAME` becomes `NAME=value` where the variable is set.
fn resolve_listed(item: &mut Node, environment: &Environment, absent: &mut dyn FnMut(&str)) {
    let Some(name) = item.as_text().filter(|text| !text.contains('=')).map(str::to_owned) else { return };
    match environment.get(&name) {
        Some(variable) => {
            let used = VariableUse { name: name.clone(), source: variable.source.clone() };
            item.value = Value::Text(format!("{name}={}", variable.value));
            item.uses = Some([used].into());
        }
        None => absent(&name),
    }
}

/// Makes the model explicit. `name` is the name of the project.
pub fn normalize(tree: &mut Node, name: &str, environment: &Environment, notes: &mut Notes) {
    let span = tree.span;
    let Some(model) = tree.as_map_mut() else { return };
    let (key, at) = model.entry("name").map_or((span, span), |entry| (entry.key, entry.node.span));
    model.insert("name", key, Node::text(name, at));
    connect_to_default(model, span);
    for section in CONTAINER_SECTIONS {
        for (_, container) in maps_of(model, section) {
            normalize_container(container, environment, notes);
        }
    }
    name_resources(model, name);
}

/// The mappings below a section of the model.
fn maps_of<'m>(model: &'m mut Map, section: &str) -> impl Iterator<Item = (String, &'m mut Map)> {
    let entries = model.get_mut(section).and_then(Node::as_map_mut).into_iter().flat_map(Map::iter_mut);
    entries.filter_map(|(name, entry)| Some((name.to_owned(), entry.node.as_map_mut()?)))
}

fn connect_to_default(model: &mut Map, span: Span) {
    let mut is_used = false;
    for section in CONTAINER_SECTIONS {
        for (_, container) in maps_of(model, section) {
            if container.contains("provider") || container.contains("network_mode") {
                continue;
            }
            let networks = container.get("networks").and_then(Node::as_map);
            match networks {
                Some(networks) if !networks.is_empty() => is_used |= networks.contains("default"),
                _ => {
                    let at = container.entry("networks").map_or(span, |entry| entry.node.span);
                    container.insert("networks", at, only_default(at));
                    is_used = true;
                }
            }
        }
    }
    let is_declared = model.get("networks").and_then(Node::as_map).is_some_and(|map| map.contains("default"));
    if !is_used || is_declared {
        return;
    }
    match model.get_mut("networks").and_then(Node::as_map_mut) {
        Some(networks) => drop(networks.insert("default", span, Node::new(Value::Null, span))),
        None => drop(model.insert("networks", span, only_default(span))),
    }
}

fn only_default(span: Span) -> Node {
    let entry = Entry { key: span, node: Node::new(Value::Null, span) };
    Node::new(Value::Map(std::iter::once(("default".to_owned(), entry)).collect()), span)
}

fn normalize_container(container: &mut Map, environment: &Environment, notes: &mut Notes) {
    if let Some(policy) = container.get_mut("pull_policy")
        && policy.as_text() == Some("if_not_present")
    {
        policy.value = Value::Text("missing".to_owned());
    }
    if let Some(build) = container.get_mut("build") {
        normalize_build(build, environment, notes);
    }
    if let Some(variables) = container.get_mut("environment") {
        resolve_values(variables, environment, &mut |_, _| true);
    }
    if let Some(Value::List(volumes)) = container.get_mut("volumes").map(|node| &mut node.value) {
        for target in volumes.iter_mut().filter_map(|volume| volume.as_map_mut()?.get_mut("target")) {
            if let Value::Text(text) = &mut target.value {
                *text = clean(text);
            }
        }
    }
    depend_on_the_implied(container);
    complete_hooks(container, notes);
}

fn normalize_build(build: &mut Node, environment: &Environment, notes: &mut Notes) {
    let span = build.span;
    let Some(map) = build.as_map_mut() else { return };
    if map.get("context").is_none_or(Node::is_null) {
        map.insert("context", span, Node::text(".", span));
    }
    let is_said = |map: &Map, key: &str| map.get(key).is_some_and(|node| !node.is_null());
    if !is_said(map, "dockerfile") && !is_said(map, "dockerfile_inline") {
        map.insert("dockerfile", span, Node::text("Dockerfile", span));
    }
    if let Some(arguments) = map.get_mut("args") {
        let mut absent = |name: &str, span: Span| {
            notes.lose(span, Fate::UnsetArgument, None);
            notes.tell(unset_argument(name, span));
            false
        };
        resolve_values(arguments, environment, &mut absent);
    }
}

fn unset_argument(name: &str, span: Span) -> Finding {
    Finding::note(
        "unset-argument",
        format!("the build argument {name} has no value: the variable is not set"),
    )
    .at(span, "left out of the build")
    .help(format!("set `{name}` in the environment, or write a value"))
}

/// Names without a value get the value of the variable; for an absent one `absent` tells whether it stays.
fn resolve_values(node: &mut Node, environment: &Environment, absent: &mut dyn FnMut(&str, Span) -> bool) {
    match &mut node.value {
        Value::List(items) => {
            items.retain_mut(|item| {
                let span = item.span;
                let mut keep = item.as_text().is_some();
                resolve_listed(item, environment, &mut |name| keep = absent(name, span));
                keep
            });
            if items.is_empty() {
                node.value = Value::Null;
            }
        }
        Value::Map(map) => map.retain(|name, entry| {
            if !entry.node.is_null() {
                return true;
            }
            let Some(variable) = environment.get(name) else { return absent(name, entry.key) };
            let used = VariableUse { name: name.to_owned(), source: variable.source.clone() };
            entry.node.value = Value::Text(variable.value.clone());
            entry.node.uses = Some([used].into());
            true
        }),
        _ => {}
    }
}

/// A dependency that another key implies.
struct Implied {
    service: String,
    restart: bool,
    span: Span,
}

fn depend_on_the_implied(container: &mut Map) {
    let implied = implied_dependencies(container);
    if implied.is_empty() {
        return;
    }
    let span =
        implied.first().map_or_else(|| Span::new(crate::source::span::FileId(0), 0, 0), |first| first.span);
    let mut depends_on = match container.remove("depends_on") {
        Some(Entry { node: Node { value: Value::Map(map), .. }, .. }) => map,
        _ => Map::default(),
    };
    for Implied { service, restart, span } in implied {
        if depends_on.contains(&service) {
            continue;
        }
        let fields = [
            ("condition", Value::Text("service_started".to_owned())),
            ("restart", Value::Bool(restart)),
            ("required", Value::Bool(true)),
        ];
        let entries =
            fields.map(|(key, value)| (key.to_owned(), Entry { key: span, node: Node::new(value, span) }));
        depends_on.insert(service, span, Node::new(Value::Map(entries.into_iter().collect()), span));
    }
    container.insert("depends_on", span, Node::new(Value::Map(depends_on), span));
}

fn implied_dependencies(container: &Map) -> Vec<Implied> {
    let texts = |key: &str| -> Vec<(String, Span)> {
        let items = container.get(key).and_then(Node::as_list).unwrap_or_default();
        items.iter().filter_map(|item| Some((item.as_text()?.to_owned(), item.span))).collect()
    };
    let mut implied = Vec::new();
    for (link, span) in texts("links") {
        let parts: Vec<&str> = link.split(':').collect();
        let service = if let [service, _alias] = parts.as_slice() { (*service).to_owned() } else { link };
        implied.push(Implied { service, restart: true, span });
    }
    for key in ["network_mode", "ipc", "pid", "uts", "cgroup"] {
        let Some(node) = container.get(key) else { continue };
        if let Some(service) = node.as_text().and_then(|text| text.strip_prefix("service:")) {
            implied.push(Implied { service: service.to_owned(), restart: true, span: node.span });
        }
    }
    for (volume, span) in texts("volumes_from") {
        if !volume.starts_with("container:") {
            let service = volume.split(':').next().unwrap_or_default().to_owned();
            implied.push(Implied { service, restart: false, span });
        }
    }
    implied
}

/// Hooks that run before the start inherit what the service says of its container, without its mounts.
fn complete_hooks(container: &mut Map, notes: &mut Notes) {
    let has_hooks = container.get("pre_start").and_then(Node::as_list).is_some_and(|hooks| !hooks.is_empty());
    if !has_hooks {
        return;
    }
    let inherited: Map = container
        .iter()
        .filter(|(key, _)| *key != "volumes" && Container::KEYS.contains(key))
        .map(|(key, entry)| (key.to_owned(), entry.clone()))
        .collect();
    let Some(Value::List(hooks)) = container.get_mut("pre_start").map(|node| &mut node.value) else { return };
    for hook in hooks {
        if hook.as_map().is_none() {
            continue;
        }
        let span = hook.span;
        let wrapped = |node: Node| {
            let entry = |node: Node| Entry { key: span, node };
            let hook: Map = std::iter::once(("hook".to_owned(), entry(node))).collect();
            let services = Node::new(Value::Map(hook), span);
            Node::new(Value::Map(std::iter::once(("services".to_owned(), entry(services))).collect()), span)
        };
        // What is inherited was written elsewhere, so nothing that is merged away here is lost.
        let mut merging = Notes::default();
        let base = Node::new(Value::Map(inherited.clone()), span);
        let merged = merge(wrapped(base), wrapped(hook.clone()), &mut merging);
        notes.findings.append(&mut merging.findings);
        if let Some(node) = merged.at(&ComposePath::of(["services", "hook"])) {
            *hook = node.clone();
        }
    }
}

fn name_resources(model: &mut Map, project: &str) {
    for section in ["networks", "volumes", "configs", "secrets"] {
        let Some(entries) = model.get_mut(section).and_then(Node::as_map_mut) else { continue };
        for (key, entry) in entries.iter_mut() {
            if entry.node.is_null() {
                entry.node.value = Value::Map(Map::default());
            }
            let span = entry.node.span;
            let Some(map) = entry.node.as_map_mut() else { continue };
            if map.get("name").is_some_and(|name| !name.is_null()) {
                continue;
            }
            let is_external = map.get("external").is_some_and(|external| {
                matches!(
                    go_text(&external.value).as_deref(),
                    Some("1" | "t" | "T" | "true" | "TRUE" | "True")
                )
            });
            let name = if is_external { key.to_owned() } else { format!("{project}_{key}") };
            map.insert("name", span, Node::text(name, span));
        }
    }
}
