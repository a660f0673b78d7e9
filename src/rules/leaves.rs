//! The leaves of a loaded project: every scalar, and every list or mapping that is empty.
//!
//! What the loader adds on its own account is a leaf too, as its default may matter on a cluster.

use crate::compose::Loaded;
use crate::source::node::{Node, Value};
use crate::source::path::ComposePath;

/// The leaves of what runs and of what that uses.
#[must_use]
pub fn leaves(loaded: &Loaded) -> Vec<ComposePath> {
    let mut leaves = Vec::new();
    let Some(root) = loaded.tree.as_map() else { return leaves };
    for (section, entry) in root.iter() {
        let mut path = ComposePath::of([section]);
        match (entry.node.as_map(), is_section(section)) {
            (Some(map), true) => {
                for (name, entry) in map.iter().filter(|(name, _)| is_active(loaded, section, name)) {
                    path.push_key(name);
                    collect(&entry.node, &mut path, &mut leaves);
                    path.pop();
                }
            }
            (Some(_) | None, _) => collect(&entry.node, &mut path, &mut leaves),
        }
    }
    leaves
}

fn is_section(key: &str) -> bool {
    matches!(key, "services" | "jobs" | "networks" | "volumes" | "secrets" | "configs" | "models")
}

/// What is switched off or unused is in the account of the loader.
fn is_active(loaded: &Loaded, section: &str, name: &str) -> bool {
    let project = &loaded.project;
    match section {
        "services" => project.services.contains_key(name),
        "jobs" => project.jobs.contains_key(name),
        "networks" => project.networks.contains_key(name),
        "volumes" => project.volumes.contains_key(name),
        "secrets" => project.secrets.contains_key(name),
        "configs" => project.configs.contains_key(name),
        _ => project.models.contains_key(name),
    }
}

fn collect(node: &Node, path: &mut ComposePath, leaves: &mut Vec<ComposePath>) {
    match &node.value {
        Value::List(items) if !items.is_empty() => {
            for (index, item) in items.iter().enumerate() {
                path.push_index(index);
                collect(item, path, leaves);
                path.pop();
            }
        }
        Value::Map(map) if !map.is_empty() => {
            for (key, entry) in map.iter() {
                path.push_key(key);
                collect(&entry.node, path, leaves);
                path.pop();
            }
        }
        Value::Null
        | Value::Bool(_)
        | Value::Int(_)
        | Value::Uint(_)
        | Value::Float(_)
        | Value::Time(_)
        | Value::Text(_)
        | Value::List(_)
        | Value::Map(_) => leaves.push(path.clone()),
    }
}
