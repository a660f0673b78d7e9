//! From the graph to what is drawn: services with their networks, one edge for each pair, without the edges that others
//! imply.

use std::collections::{BTreeMap, BTreeSet};

use petgraph::Direction;
use petgraph::algo::tarjan_scc;
use petgraph::algo::tred::{dag_to_toposorted_adjacency_list, dag_transitive_reduction_closure};
use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::IntoNeighbors;

use crate::compose::Loaded;
use crate::compose::model::container::Container;
use crate::finding::mask::Mask;
use crate::graph::draw::{EdgeKind, NodeKind, Picture, PictureEdge, PictureGroup, PictureNode};
use crate::graph::{Condition, Edge, Kind, Part, Relation, ServiceGraph};

/// Makes the picture of a graph. Every text passes the mask.
#[must_use]
pub fn picture(graph: &ServiceGraph, loaded: &Loaded, mask: &Mask) -> Picture {
    let networks: Vec<&String> = loaded.project.networks.keys().collect();
    let shown = shown_parts(graph);
    let position: BTreeMap<&Part, usize> = shown.iter().enumerate().map(|(at, part)| (part, at)).collect();
    let nodes = shown.iter().map(|part| node(part, loaded, &networks, mask)).collect();
    let groups = networks.iter().map(|name| group(name, loaded)).collect();
    let edges = reduced(merged_edges(graph, &position, mask), shown.len());
    Picture { title: loaded.project.name.clone(), nodes, edges, groups }
}

/// Services and jobs, and the volumes that more than one of them uses.
fn shown_parts(graph: &ServiceGraph) -> Vec<Part> {
    let is_shared = |index: NodeIndex| {
        let users: BTreeSet<NodeIndex> = graph.graph.neighbors_directed(index, Direction::Incoming).collect();
        users.len() > 1
    };
    let is_shown = |index: &NodeIndex| match graph.part(*index).map(|part| part.kind) {
        Some(Kind::Service | Kind::Job) => true,
        Some(Kind::Volume) => is_shared(*index),
        Some(Kind::Network | Kind::Secret | Kind::Config) | None => false,
    };
    graph.graph.node_indices().filter(is_shown).filter_map(|index| graph.part(index).cloned()).collect()
}

fn node(part: &Part, loaded: &Loaded, networks: &[&String], mask: &Mask) -> PictureNode {
    let project = &loaded.project;
    let container = match part.kind {
        Kind::Service => project.services.get(&part.name).map(|service| &service.container),
        Kind::Job => project.jobs.get(&part.name).map(|job| &job.container),
        Kind::Network | Kind::Volume | Kind::Secret | Kind::Config => None,
    };
    let kind = match part.kind {
        Kind::Service => NodeKind::Service,
        Kind::Job => NodeKind::Job,
        Kind::Network => NodeKind::Network,
        Kind::Volume => NodeKind::Volume,
        Kind::Secret => NodeKind::Secret,
        Kind::Config => NodeKind::Config,
    };
    let image = container.map(|container| container.image.as_str()).filter(|image| !image.is_empty());
    let is_built = part.kind == Kind::Service && image.is_none();
    let detail = image
        .map(|image| mask.text(image).into_owned())
        .or_else(|| is_built.then(|| "built here".to_owned()));
    let in_networks = container.map(|container| &container.networks);
    let member = |(at, name): (usize, &&String)| in_networks?.contains_key(*name).then_some(at);
    PictureNode {
        id: format!("{}-{}", part.kind.name(), part.name),
        label: part.name.clone(),
        detail,
        kind,
        groups: networks.iter().enumerate().filter_map(member).collect(),
        marks: container.map(marks).unwrap_or_default(),
    }
}

fn marks(container: &Container) -> Vec<String> {
    let host = [("network", &container.network_mode), ("pid", &container.pid), ("ipc", &container.ipc)];
    let mut marks: Vec<String> = host
        .into_iter()
        .filter(|(_, mode)| *mode == "host")
        .map(|(what, _)| format!("host {what}"))
        .collect();
    if container.privileged {
        marks.push("privileged".to_owned());
    }
    marks
}

fn group(name: &str, loaded: &Loaded) -> PictureGroup {
    let network = loaded.project.networks.get(name);
    PictureGroup {
        label: name.to_owned(),
        internal: network.is_some_and(|network| network.internal),
        external: network.is_some_and(|network| network.external),
    }
}

/// One edge for each pair: the strongest reason, with the address that was found.
fn merged_edges(graph: &ServiceGraph, position: &BTreeMap<&Part, usize>, mask: &Mask) -> Vec<PictureEdge> {
    let mut pairs: BTreeMap<(usize, usize), PictureEdge> = BTreeMap::new();
    for (from, to, edge) in graph.edges() {
        let ends = graph.part(from).zip(graph.part(to));
        let Some((from, to)) = ends.and_then(|(a, b)| Some((*position.get(a)?, *position.get(b)?))) else {
            continue;
        };
        let Some(new) = picture_edge(from, to, edge, mask) else { continue };
        pairs.entry((from, to)).and_modify(|known| merge(known, &new)).or_insert(new);
    }
    pairs.into_values().collect()
}

fn picture_edge(from: usize, to: usize, edge: &Edge, mask: &Mask) -> Option<PictureEdge> {
    let (kind, label, optional) = match &edge.relation {
        Relation::DependsOn { condition: Condition::Started, required } => {
            (EdgeKind::DependsStarted, None, !required)
        }
        Relation::DependsOn { condition: Condition::Healthy, required } => {
            (EdgeKind::DependsHealthy, None, !required)
        }
        Relation::DependsOn { condition: Condition::Completed, required } => {
            (EdgeKind::DependsCompleted, None, !required)
        }
        Relation::Link { .. } => (EdgeKind::Link, None, false),
        Relation::Shares(_) => (EdgeKind::SharesNamespace, None, false),
        Relation::VolumesFrom => (EdgeKind::VolumesFrom, None, false),
        Relation::Uses { read_only, .. } => {
            (EdgeKind::Mount, read_only.then(|| "read-only".to_owned()), false)
        }
        Relation::Mentions { port, .. } => (EdgeKind::Inferred, port.map(|port| format!(":{port}")), false),
        Relation::BuildsOn => return None,
    };
    let label = label.map(|label| mask.text(&label).into_owned());
    Some(PictureEdge { from, to, kind, label, optional })
}

fn merge(known: &mut PictureEdge, new: &PictureEdge) {
    const STRENGTH: [EdgeKind; 8] = [
        EdgeKind::SharesNamespace,
        EdgeKind::DependsCompleted,
        EdgeKind::DependsHealthy,
        EdgeKind::VolumesFrom,
        EdgeKind::DependsStarted,
        EdgeKind::Link,
        EdgeKind::Mount,
        EdgeKind::Inferred,
    ];
    let rank = |kind: EdgeKind| STRENGTH.iter().position(|known| *known == kind);
    if rank(new.kind) < rank(known.kind) {
        known.kind = new.kind;
        known.optional = new.optional;
    }
    if known.label.is_none() {
        known.label.clone_from(&new.label);
    }
}

/// Takes out plain edges that a longer way implies. Circles keep all of theirs.
fn reduced(edges: Vec<PictureEdge>, nodes: usize) -> Vec<PictureEdge> {
    let mut graph: DiGraph<(), ()> = DiGraph::with_capacity(nodes, edges.len());
    let indices: Vec<NodeIndex> = (0..nodes).map(|_| graph.add_node(())).collect();
    let index = |at: usize| indices.get(at).copied().unwrap_or_default();
    for edge in &edges {
        graph.update_edge(index(edge.from), index(edge.to), ());
    }
    let mut component_of = vec![0_u32; nodes];
    let components = tarjan_scc(&graph);
    let mut dag: DiGraph<(), ()> = DiGraph::with_capacity(components.len(), edges.len());
    // Components come in reverse topological order, and so do the nodes that stand for them.
    for component in components.iter().rev() {
        let node = u32::try_from(dag.add_node(()).index()).unwrap_or_default();
        for member in component {
            if let Some(known) = component_of.get_mut(member.index()) {
                *known = node;
            }
        }
    }
    let of = |at: usize| NodeIndex::<u32>::from(component_of.get(at).copied().unwrap_or_default());
    for edge in edges.iter().filter(|edge| of(edge.from) != of(edge.to)) {
        dag.update_edge(of(edge.from), of(edge.to), ());
    }
    let order: Vec<NodeIndex> = dag.node_indices().collect();
    let (sorted, _) = dag_to_toposorted_adjacency_list::<_, u32>(&dag, &order);
    let (kept, _) = dag_transitive_reduction_closure(&sorted);
    let implied = |edge: &PictureEdge| {
        let (from, to) = (of(edge.from), of(edge.to));
        let from_index = u32::try_from(from.index()).unwrap_or_default();
        from != to && !kept.neighbors(from_index).any(|next| next as usize == to.index())
    };
    let is_plain = |edge: &PictureEdge| {
        matches!(edge.kind, EdgeKind::DependsStarted | EdgeKind::DependsHealthy | EdgeKind::Link)
            && edge.label.is_none()
    };
    edges.into_iter().filter(|edge| !(is_plain(edge) && implied(edge))).collect()
}
