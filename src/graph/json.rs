//! The graph as JSON, version 1: nodes, edges with their evidence, the order of starts, waves, circles, groups.

use serde::Serialize;

use crate::compose::Loaded;
use crate::finding::mask::Mask;
use crate::graph::groups::{self, Group};
use crate::graph::order;
use crate::graph::{Condition, Namespace, Part, Relation, ServiceGraph};
use crate::source::file::SourceMap;

#[derive(Serialize)]
struct Document {
    version: u32,
    project: String,
    nodes: Vec<NodeJson>,
    edges: Vec<EdgeJson>,
    start_order: Vec<Vec<String>>,
    cutover_waves: Vec<Vec<String>>,
    circles: Vec<Vec<String>>,
    one_pod: Vec<GroupJson>,
    one_node: Vec<GroupJson>,
}

#[derive(Serialize)]
struct NodeJson {
    id: String,
    kind: &'static str,
    name: String,
    path: String,
    place: String,
}

#[derive(Serialize)]
struct EdgeJson {
    from: String,
    to: String,
    relation: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    condition: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    required: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    host: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    port: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    read_only: Option<bool>,
    declared: bool,
    path: String,
    place: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<String>,
}

#[derive(Serialize)]
struct GroupJson {
    members: Vec<String>,
    because: Vec<String>,
}

/// The graph as JSON text. Every text passes the mask.
#[must_use]
pub fn json(graph: &ServiceGraph, loaded: &Loaded, sources: &SourceMap, mask: &Mask) -> String {
    let masked = |text: &str| mask.text(text).into_owned();
    let place = |path: &crate::source::path::ComposePath| sources.place(loaded.locate(path));
    let nodes = graph.graph.node_indices().filter_map(|index| graph.part(index)).map(|part| NodeJson {
        id: id(part),
        kind: part.kind.name(),
        name: part.name.clone(),
        path: part.path().to_string(),
        place: place(&part.path()),
    });
    let edges = graph.edges().filter_map(|(from, to, edge)| {
        let mut json = EdgeJson {
            from: id(graph.part(from)?),
            to: id(graph.part(to)?),
            relation: "",
            condition: None,
            required: None,
            host: None,
            port: None,
            detail: None,
            read_only: None,
            declared: edge.relation.is_declared(),
            path: masked(&edge.path.to_string()),
            place: place(&edge.path),
            file: edge.file.clone(),
        };
        describe(&edge.relation, &mut json, &masked);
        Some(json)
    });
    let pods = groups::pods(graph);
    let together: Vec<Vec<Part>> =
        pods.iter().chain(&groups::nodes(graph, loaded)).map(|group| group.parts.clone()).collect();
    let document = Document {
        version: 1,
        project: graph.project.clone(),
        nodes: nodes.collect(),
        edges: edges.collect(),
        start_order: ids(&order::start_order(graph)),
        cutover_waves: ids(&order::cutover_waves(graph, &together)),
        circles: ids(&order::circles(graph)),
        one_pod: pods.iter().map(group).collect(),
        one_node: groups::nodes(graph, loaded).iter().map(group).collect(),
    };
    serde_json::to_string_pretty(&document).unwrap_or_default() + "\n"
}

fn id(part: &Part) -> String {
    format!("{}/{}", part.kind.name(), part.name)
}

fn ids(lists: &[Vec<Part>]) -> Vec<Vec<String>> {
    lists.iter().map(|parts| parts.iter().map(id).collect()).collect()
}

fn group(group: &Group) -> GroupJson {
    GroupJson { members: group.parts.iter().map(id).collect(), because: group.because.clone() }
}

fn describe(relation: &Relation, json: &mut EdgeJson, masked: &dyn Fn(&str) -> String) {
    match relation {
        Relation::DependsOn { condition, required } => {
            json.relation = "depends_on";
            json.condition = Some(match condition {
                Condition::Started => "service_started",
                Condition::Healthy => "service_healthy",
                Condition::Completed => "service_completed_successfully",
            });
            json.required = Some(*required);
        }
        Relation::Link { alias } => {
            json.relation = "link";
            json.host = Some(masked(alias));
        }
        Relation::Shares(namespace) => {
            json.relation = "shares";
            json.detail = Some(match namespace {
                Namespace::Network => "network".to_owned(),
                Namespace::Ipc => "ipc".to_owned(),
                Namespace::Pid => "pid".to_owned(),
            });
        }
        Relation::VolumesFrom => json.relation = "volumes_from",
        Relation::BuildsOn => json.relation = "builds_on",
        Relation::Uses { detail, read_only } => {
            json.relation = "uses";
            json.detail = Some(masked(detail)).filter(|detail| !detail.is_empty());
            json.read_only = Some(*read_only);
        }
        Relation::Mentions { host, port } => {
            json.relation = "mentions";
            json.host = Some(masked(host));
            json.port = *port;
        }
    }
}
