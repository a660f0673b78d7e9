//! Extension keys that became keys of the specification, and are still read under their old name.

#![allow(clippy::wildcard_enum_match_arm, reason = "YAML has these kinds of values and no others")]

use crate::compose::merge::merge_at;
use crate::compose::notes::Notes;
use crate::source::node::{Map, Node, Value};
use crate::source::path::ComposePath;

/// The old name of a key, its name today, and the mapping that holds it; `*` is any key or item.
const PROMOTED: [(&[&str], &str, &str); 2] = [
    (&["services", "*"], "x-develop", "develop"),
    (&["services", "*", "develop", "watch", "*"], "x-initialSync", "initial_sync"),
];

/// Renames promoted extensions; where the mapping has the key too, the extension is laid under it.
pub fn promote(tree: &mut Node, notes: &mut Notes) {
    for (parents, from, to) in PROMOTED {
        each_parent(tree, parents, &mut ComposePath::root(), &mut |map, path| {
            rename(map, from, to, path, notes);
        });
    }
}

fn each_parent(
    node: &mut Node,
    parents: &[&str],
    path: &mut ComposePath,
    action: &mut dyn FnMut(&mut Map, &ComposePath),
) {
    let Some((first, rest)) = parents.split_first() else {
        if let Some(map) = node.as_map_mut() {
            action(map, path);
        }
        return;
    };
    match &mut node.value {
        Value::Map(map) => {
            for (key, entry) in map.iter_mut().filter(|(key, _)| *first == "*" || first == key) {
                path.push_key(key);
                each_parent(&mut entry.node, rest, path, action);
                path.pop();
            }
        }
        Value::List(items) if *first == "*" => {
            for (index, item) in items.iter_mut().enumerate() {
                path.push_index(index);
                each_parent(item, rest, path, action);
                path.pop();
            }
        }
        _ => {}
    }
}

fn rename(map: &mut Map, from: &str, to: &str, path: &ComposePath, notes: &mut Notes) {
    let Some(old) = map.remove(from) else { return };
    let merged = match map.remove(to) {
        Some(known) if !known.node.is_null() => merge_at(old.node, known.node, &path.key(to), notes),
        _ => old.node,
    };
    map.insert(to, old.key, merged);
}

/// A path with the promoted keys under their name of today.
#[must_use]
pub fn promoted_path(path: &[String]) -> Vec<String> {
    let mut promoted = path.to_vec();
    for (parents, from, to) in PROMOTED {
        let matches = promoted.iter().zip(parents).all(|(word, parent)| *parent == "*" || word == parent);
        if let Some(word) = promoted.get_mut(parents.len()).filter(|word| matches && *word == from) {
            to.clone_into(word);
        }
    }
    promoted
}
