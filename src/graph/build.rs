//! From a project to its graph.

use std::collections::BTreeSet;

use indexmap::IndexMap;
use petgraph::graph::{DiGraph, NodeIndex};

use crate::compose::Loaded;
use crate::compose::model::container::Container;
use crate::compose::model::service::{Dependency, Workload};
use crate::graph::infer::{self, Mention};
use crate::graph::{Condition, Edge, Kind, Namespace, Part, Relation, ServiceGraph};
use crate::source::file::SourceMap;
use crate::source::path::ComposePath;

/// Builds the graph of a project. Files that it mounts from its own folder are read for host names.
#[must_use]
pub fn build(loaded: &Loaded, sources: &SourceMap) -> ServiceGraph {
    let project = &loaded.project;
    let mut builder = Builder::default();
    builder.add_parts(Kind::Service, project.services.keys());
    builder.add_parts(Kind::Job, project.jobs.keys());
    builder.add_parts(Kind::Network, project.networks.keys());
    builder.add_parts(Kind::Volume, project.volumes.keys());
    builder.add_parts(Kind::Secret, project.secrets.keys());
    builder.add_parts(Kind::Config, project.configs.keys());
    for (name, service) in &project.services {
        let from = Part { kind: Kind::Service, name: name.clone() };
        builder.workload(&from, &service.container, &service.workload);
        builder.links(&from, &service.links);
    }
    for (name, job) in &project.jobs {
        builder.workload(&Part { kind: Kind::Job, name: name.clone() }, &job.container, &job.workload);
    }
    for Mention { from, to, host, port, path, file } in infer::mentions(loaded, sources) {
        builder.edge(&from, &to, Relation::Mentions { host, port }, path, file);
    }
    builder.finish(&project.name)
}

#[derive(Default)]
struct Builder {
    parts: BTreeSet<Part>,
    edges: BTreeSet<(Part, Part, Edge)>,
}

impl Builder {
    fn add_parts<'a>(&mut self, kind: Kind, names: impl Iterator<Item = &'a String>) {
        self.parts.extend(names.map(|name| Part { kind, name: name.clone() }));
    }

    fn edge(&mut self, from: &Part, to: &Part, relation: Relation, path: ComposePath, file: Option<String>) {
        if self.parts.contains(from) && self.parts.contains(to) {
            self.edges.insert((from.clone(), to.clone(), Edge { relation, path, file }));
        }
    }

    /// An edge to whatever runs under a name: a service, else a job.
    fn edge_to_workload(&mut self, from: &Part, name: &str, relation: Relation, path: ComposePath) {
        let kinds = [Kind::Service, Kind::Job].map(|kind| Part { kind, name: name.to_owned() });
        if let Some(to) = kinds.into_iter().find(|part| self.parts.contains(part)) {
            self.edge(from, &to, relation, path, None);
        }
    }

    fn workload(&mut self, from: &Part, container: &Container, workload: &Workload) {
        let here = from.path();
        self.dependencies(from, &workload.depends_on, &here.key("depends_on"));
        self.namespaces(from, container, &here);
        for (index, other) in container.volumes_from.iter().enumerate() {
            let name = other.split(':').next().unwrap_or_default();
            self.edge_to_workload(from, name, Relation::VolumesFrom, here.key("volumes_from").index(index));
        }
        let contexts = workload.build.iter().flat_map(|build| &build.additional_contexts.0);
        for (context, address) in contexts {
            if let Some(name) = address.strip_prefix("service:") {
                let path = here.key("build").key("additional_contexts").key(context);
                self.edge_to_workload(from, name, Relation::BuildsOn, path);
            }
        }
        self.resources(from, container, &here);
    }

    fn dependencies(&mut self, from: &Part, dependencies: &IndexMap<String, Dependency>, here: &ComposePath) {
        for (name, dependency) in dependencies {
            let condition = match dependency.condition.as_str() {
                "service_healthy" => Condition::Healthy,
                "service_completed_successfully" => Condition::Completed,
                _ => Condition::Started,
            };
            let relation = Relation::DependsOn { condition, required: dependency.required.0 };
            self.edge_to_workload(from, name, relation, here.key(name));
        }
    }

    fn links(&mut self, from: &Part, links: &[String]) {
        for (index, link) in links.iter().enumerate() {
            let (name, alias) = link.split_once(':').unwrap_or((link, link));
            let relation = Relation::Link { alias: alias.to_owned() };
            self.edge_to_workload(from, name, relation, from.path().key("links").index(index));
        }
    }

    fn namespaces(&mut self, from: &Part, container: &Container, here: &ComposePath) {
        let rows = [
            ("network_mode", &container.network_mode, Namespace::Network),
            ("ipc", &container.ipc, Namespace::Ipc),
            ("pid", &container.pid, Namespace::Pid),
        ];
        for (key, mode, namespace) in rows {
            if let Some(name) = mode.strip_prefix("service:") {
                self.edge_to_workload(from, name, Relation::Shares(namespace), here.key(key));
            }
        }
    }

    fn resources(&mut self, from: &Part, container: &Container, here: &ComposePath) {
        for (name, network) in &container.networks {
            let aliases = network.as_ref().map(|network| network.aliases.join(", ")).unwrap_or_default();
            let relation = Relation::Uses { detail: aliases, read_only: false };
            let to = Part { kind: Kind::Network, name: name.clone() };
            self.edge(from, &to, relation, here.key("networks").key(name), None);
        }
        for (index, mount) in container.volumes.iter().enumerate().filter(|(_, mount)| mount.kind == "volume")
        {
            let to = Part { kind: Kind::Volume, name: mount.source.clone() };
            let relation = Relation::Uses { detail: mount.target.clone(), read_only: mount.read_only };
            self.edge(from, &to, relation, here.key("volumes").index(index), None);
        }
        let files = [(Kind::Secret, &container.secrets), (Kind::Config, &container.configs)];
        for (kind, references) in files {
            for (index, reference) in references.iter().enumerate() {
                let to = Part { kind, name: reference.source.clone() };
                let relation = Relation::Uses { detail: reference.target.clone(), read_only: true };
                self.edge(from, &to, relation, here.key(kind.section()).index(index), None);
            }
        }
    }

    fn finish(self, project: &str) -> ServiceGraph {
        let mut graph = DiGraph::new();
        let indices: std::collections::BTreeMap<Part, NodeIndex> =
            self.parts.into_iter().map(|part| (part.clone(), graph.add_node(part))).collect();
        for (from, to, edge) in self.edges {
            if let (Some(from), Some(to)) = (indices.get(&from), indices.get(&to)) {
                graph.add_edge(*from, *to, edge);
            }
        }
        ServiceGraph { project: project.to_owned(), graph }
    }
}
