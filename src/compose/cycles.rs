//! Circles of dependencies.

use std::collections::BTreeSet;

use crate::compose::model::Project;
use crate::finding::Finding;
use crate::source::node::Node;
use crate::source::path::ComposePath;

/// The first circle of dependencies, walked by name as the reference walks it.
#[must_use]
pub fn first(project: &Project, tree: &Node) -> Option<Finding> {
    let mut names: Vec<&str> = project.services.keys().map(String::as_str).collect();
    names.sort_unstable();
    let mut done = BTreeSet::new();
    let circle = names.into_iter().find_map(|name| search(project, name, &mut done))?;
    let title = format!("dependency cycle detected: {}", circle.join(" -> "));
    let mut finding = Finding::refused("dependency-cycle", title);
    for pair in circle.windows(2) {
        let [from, to] = pair else { continue };
        let dependencies = tree.at(&ComposePath::of(["services", from, "depends_on"]));
        if let Some(entry) = dependencies.and_then(Node::as_map).and_then(|map| map.entry(to)) {
            finding = finding.at(entry.key, format!("`{from}` waits for `{to}`"));
        }
    }
    Some(finding.help("take one of these dependencies out"))
}

/// A service on the way, with what it depends on and was not walked yet.
struct Hop<'p> {
    name: &'p str,
    left: Vec<&'p str>,
}

/// Walks from a service without recursion, so that a long chain cannot exhaust the stack.
fn search<'p>(project: &'p Project, start: &'p str, done: &mut BTreeSet<&'p str>) -> Option<Vec<&'p str>> {
    let mut way = vec![hop(project, start)];
    let mut on_way = BTreeSet::from([start]);
    while let Some(last) = way.last_mut() {
        let Some(next) = last.left.pop() else {
            done.insert(last.name);
            on_way.remove(last.name);
            way.pop();
            continue;
        };
        if on_way.contains(next) {
            let circle = way.iter().map(|hop| hop.name).skip_while(|name| *name != next);
            return Some(circle.chain([next]).collect());
        }
        if !done.contains(next) {
            on_way.insert(next);
            way.push(hop(project, next));
        }
    }
    None
}

/// What a service depends on, the last by name first, as it is taken from the end.
fn hop<'p>(project: &'p Project, name: &'p str) -> Hop<'p> {
    let service = project.services.get(name);
    let dependencies = service.into_iter().flat_map(|service| service.workload.depends_on.keys());
    let mut left: Vec<&str> = dependencies.map(String::as_str).collect();
    left.sort_unstable_by(|a, b| b.cmp(a));
    Hop { name, left }
}
