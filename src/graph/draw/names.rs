//! Identifiers of nodes for formats that have their own rules for them.

use std::collections::BTreeSet;

use crate::graph::draw::picture::Picture;

/// An identifier for each node: its kind, and its id with nothing but letters and digits; no two are the same.
///
/// With the kind in front none is ever a word of the format, such as `end`.
pub(super) fn identifiers(picture: &Picture) -> Vec<String> {
    let mut taken: BTreeSet<String> = BTreeSet::new();
    let mut unique = |name: String| {
        let numbered = (2..).map(|number| format!("{name}_{number}"));
        let free = std::iter::once(name.clone()).chain(numbered).find(|name| !taken.contains(name));
        let free = free.unwrap_or(name);
        taken.insert(free.clone());
        free
    };
    let names = picture.nodes.iter().map(|node| format!("{}_{}", node.kind.word(), plain(&node.id)));
    names.map(&mut unique).collect()
}

fn plain(id: &str) -> String {
    id.chars().map(|char| if char.is_ascii_alphanumeric() { char } else { '_' }).collect()
}
