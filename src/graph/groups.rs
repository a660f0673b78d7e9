//! Who must stay together: in one Pod because of a shared namespace, on one node because of a shared volume.

use std::collections::{BTreeMap, BTreeSet};

use petgraph::unionfind::UnionFind;

use crate::compose::Loaded;
use crate::graph::{Kind, Part, Relation, ServiceGraph};

/// Parts that must stay together, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// The parts.
    pub parts: Vec<Part>,
    /// What they share, in words.
    pub because: Vec<String>,
}

/// Parts that share a namespace, so that they need one Pod.
#[must_use]
pub fn pods(graph: &ServiceGraph) -> Vec<Group> {
    let pairs = graph.edges().filter_map(|(from, to, edge)| {
        let Relation::Shares(namespace) = &edge.relation else { return None };
        let because =
            format!("{} namespace of {}", format!("{namespace:?}").to_lowercase(), graph.part(to)?.name);
        Some((graph.part(from)?.clone(), graph.part(to)?.clone(), because))
    });
    united(pairs.collect())
}

/// Parts that share a volume or a path of the host, so that they need one node as long as storage is local.
#[must_use]
pub fn nodes(graph: &ServiceGraph, loaded: &Loaded) -> Vec<Group> {
    let mut users: BTreeMap<String, BTreeSet<Part>> = BTreeMap::new();
    for (from, to, edge) in graph.edges() {
        let (Some(from), Some(to)) = (graph.part(from), graph.part(to)) else { continue };
        if matches!(edge.relation, Relation::Uses { .. }) && to.kind == Kind::Volume {
            users.entry(format!("volume {}", to.name)).or_default().insert(from.clone());
        }
    }
    let folder = loaded.input.project_directory.display().to_string();
    for (name, service) in &loaded.project.services {
        for mount in service.container.volumes.iter().filter(|mount| mount.kind == "bind" && !mount.read_only)
        {
            let shown =
                mount.source.strip_prefix(&folder).map_or(mount.source.clone(), |rest| format!(".{rest}"));
            let part = Part { kind: Kind::Service, name: name.clone() };
            users.entry(format!("host path {shown}")).or_default().insert(part);
        }
    }
    let mut pairs = Vec::new();
    for (what, parts) in users {
        let parts: Vec<Part> = parts.into_iter().collect();
        for pair in parts.windows(2) {
            if let [a, b] = pair {
                pairs.push((a.clone(), b.clone(), what.clone()));
            }
        }
    }
    for (from, to, edge) in graph.edges() {
        if let (Relation::VolumesFrom, Some(from), Some(to)) =
            (&edge.relation, graph.part(from), graph.part(to))
        {
            pairs.push((from.clone(), to.clone(), format!("volumes of {}", to.name)));
        }
    }
    united(pairs)
}

/// Parts connected by any chain of pairs, with all that connects them.
fn united(pairs: Vec<(Part, Part, String)>) -> Vec<Group> {
    let parts: Vec<Part> = pairs
        .iter()
        .flat_map(|(a, b, _)| [a.clone(), b.clone()])
        .collect::<BTreeSet<_>>()
        .into_iter()
        .collect();
    let mut sets = UnionFind::new(parts.len());
    let position = |part: &Part| parts.binary_search(part).unwrap_or_default();
    for (a, b, _) in &pairs {
        sets.union(position(a), position(b));
    }
    let mut groups: BTreeMap<usize, (BTreeSet<Part>, BTreeSet<String>)> = BTreeMap::new();
    for (a, b, because) in pairs {
        let group = groups.entry(sets.find(position(&a))).or_default();
        group.0.extend([a, b]);
        group.1.insert(because);
    }
    let mut groups: Vec<Group> = groups
        .into_values()
        .map(|(parts, because)| Group {
            parts: parts.into_iter().collect(),
            because: because.into_iter().collect(),
        })
        .collect();
    groups.sort_by(|a, b| a.parts.cmp(&b.parts));
    groups
}
