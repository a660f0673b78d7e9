//! What the graph says of time: the order of starts, the waves of a cutover, circles.

use std::collections::{BTreeMap, BTreeSet};

use petgraph::algo::tarjan_scc;
use petgraph::graph::{DiGraph, NodeIndex};

use crate::graph::{Part, Relation, ServiceGraph};

/// The order in which services start: each list can start at once, when all before it have.
#[must_use]
pub fn start_order(graph: &ServiceGraph) -> Vec<Vec<Part>> {
    layers(graph, &|relation| relation.orders_start(), &[])
}

/// The order in which services move to the cluster: each list moves together, when all that it needs has moved.
///
/// What calls each other, and what shares a volume or a namespace, moves at once.
#[must_use]
pub fn cutover_waves(graph: &ServiceGraph, together: &[Vec<Part>]) -> Vec<Vec<Part>> {
    let needs = |relation: &Relation| !matches!(relation, Relation::Uses { .. } | Relation::BuildsOn);
    layers(graph, &needs, together)
}

/// Circles of services that need each other, each as the loop that a person would walk, first name first.
#[must_use]
pub fn circles(graph: &ServiceGraph) -> Vec<Vec<Part>> {
    let needs = |relation: &Relation| !matches!(relation, Relation::Uses { .. });
    let flow = flow(graph, &needs, &[]);
    let mut circles = Vec::new();
    for component in tarjan_scc(&flow) {
        let members: BTreeSet<NodeIndex> = component.into_iter().collect();
        if members.len() > 1 {
            let start = members.iter().min_by_key(|index| flow.node_weight(**index)).copied();
            circles.extend(start.and_then(|start| shortest_loop(&flow, start, &members)));
        }
    }
    circles.sort();
    circles
}

/// What runs, with one edge for each pair that a chosen relation connects; parts that belong together need each other.
fn flow(
    graph: &ServiceGraph,
    needs: &dyn Fn(&Relation) -> bool,
    together: &[Vec<Part>],
) -> DiGraph<Part, ()> {
    let mut flow = DiGraph::new();
    let mut indices = BTreeMap::new();
    for part in graph.workloads().filter_map(|index| graph.part(index)) {
        indices.insert(part.clone(), flow.add_node(part.clone()));
    }
    let ends = |from: &Part, to: &Part| Some((*indices.get(from)?, *indices.get(to)?));
    for (from, to, edge) in graph.edges() {
        let (Some(from), Some(to)) = (graph.part(from), graph.part(to)) else { continue };
        if let Some((from, to)) = ends(from, to).filter(|_| needs(&edge.relation)) {
            flow.update_edge(from, to, ());
        }
    }
    for group in together {
        for (a, b) in group.iter().zip(group.iter().cycle().skip(1)) {
            if let Some((a, b)) = ends(a, b).filter(|(a, b)| a != b) {
                flow.update_edge(a, b, ());
                flow.update_edge(b, a, ());
            }
        }
    }
    flow
}

/// Layers of the graph, circles as one: what needs nothing is first.
fn layers(graph: &ServiceGraph, needs: &dyn Fn(&Relation) -> bool, together: &[Vec<Part>]) -> Vec<Vec<Part>> {
    let flow = flow(graph, needs, together);
    let mut layer_of: BTreeMap<NodeIndex, usize> = BTreeMap::new();
    // Tarjan gives components in reverse topological order: what is needed comes first.
    for component in tarjan_scc(&flow) {
        let needed = component.iter().flat_map(|index| flow.neighbors(*index));
        let below = needed.filter_map(|index| layer_of.get(&index)).max().map_or(0, |layer| layer + 1);
        for index in component {
            layer_of.insert(index, below);
        }
    }
    let mut layers: BTreeMap<usize, Vec<Part>> = BTreeMap::new();
    for (index, layer) in layer_of {
        layers.entry(layer).or_default().extend(flow.node_weight(index).cloned());
    }
    let sorted = |mut parts: Vec<Part>| {
        parts.sort();
        parts
    };
    layers.into_values().map(sorted).collect()
}

/// The shortest way from a node back to itself, without leaving its component.
fn shortest_loop(
    flow: &DiGraph<Part, ()>,
    start: NodeIndex,
    members: &BTreeSet<NodeIndex>,
) -> Option<Vec<Part>> {
    let mut came_from: BTreeMap<NodeIndex, NodeIndex> = BTreeMap::new();
    let mut queue = std::collections::VecDeque::from([start]);
    while let Some(at) = queue.pop_front() {
        let mut next: Vec<NodeIndex> = flow.neighbors(at).filter(|next| members.contains(next)).collect();
        next.sort_by_key(|index| flow.node_weight(*index));
        for to in next {
            if to == start {
                let mut way = vec![at];
                while let Some(before) = way.last().and_then(|last| came_from.get(last)) {
                    way.push(*before);
                }
                way.reverse();
                return Some(way.into_iter().filter_map(|index| flow.node_weight(index).cloned()).collect());
            }
            if to != start && !came_from.contains_key(&to) {
                came_from.insert(to, at);
                queue.push_back(to);
            }
        }
    }
    None
}
