//! Who depends on whom and who shares what: declared, shared and inferred, each with its evidence.
//!
//! In: a loaded project and its files. Out: a [`ServiceGraph`] with the order that follows from it, and pictures.

pub mod build;
pub mod draw;
pub mod groups;
pub mod hosts;
pub mod infer;
pub mod json;
pub mod order;
pub mod picture;

use petgraph::graph::{DiGraph, NodeIndex};

use crate::source::path::ComposePath;

/// What stands in the graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// A service.
    Service,
    /// A job.
    Job,
    /// A network.
    Network,
    /// A volume.
    Volume,
    /// A secret.
    Secret,
    /// A config.
    Config,
}

impl Kind {
    /// The section of the Compose file that holds it.
    #[must_use]
    pub fn section(self) -> &'static str {
        match self {
            Self::Service => "services",
            Self::Job => "jobs",
            Self::Network => "networks",
            Self::Volume => "volumes",
            Self::Secret => "secrets",
            Self::Config => "configs",
        }
    }

    /// One of them, in words.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Service => "service",
            Self::Job => "job",
            Self::Network => "network",
            Self::Volume => "volume",
            Self::Secret => "secret",
            Self::Config => "config",
        }
    }
}

/// A node: a part of the project.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Part {
    /// What it is.
    pub kind: Kind,
    /// Its name in the project.
    pub name: String,
}

impl Part {
    /// Where it stands in the project.
    #[must_use]
    pub fn path(&self) -> ComposePath {
        ComposePath::of([self.kind.section(), &self.name])
    }
}

/// What a dependency waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Condition {
    /// It was started.
    Started,
    /// It is healthy.
    Healthy,
    /// It ended well.
    Completed,
}

/// Which namespace is shared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Namespace {
    /// Network addresses and ports.
    Network,
    /// Shared memory.
    Ipc,
    /// Processes.
    Pid,
}

/// Why there is an edge.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Relation {
    /// `depends_on`, also where another key implies it.
    DependsOn {
        /// What is waited for.
        condition: Condition,
        /// Whether it must be there.
        required: bool,
    },
    /// `links`.
    Link {
        /// The name it is known by.
        alias: String,
    },
    /// `network_mode: service:…` and its like.
    Shares(Namespace),
    /// `volumes_from`.
    VolumesFrom,
    /// A build that uses another service's image.
    BuildsOn,
    /// A network, volume, secret or config that a service uses.
    Uses {
        /// Where in the container, or which names in the network.
        detail: String,
        /// Whether it can only be read.
        read_only: bool,
    },
    /// A host name of another service, found in a value.
    Mentions {
        /// The name that was found.
        host: String,
        /// The port behind it.
        port: Option<u16>,
    },
}

/// An edge, and where it was found.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Edge {
    /// Why it is there.
    pub relation: Relation,
    /// Where the project says so.
    pub path: ComposePath,
    /// The mounted file that says so, if it was one.
    pub file: Option<String>,
}

/// The graph of a project. An edge leads from what needs to what is needed.
#[derive(Clone, Debug, Default)]
pub struct ServiceGraph {
    /// The name of the project.
    pub project: String,
    /// Nodes sorted by kind and name, edges sorted by ends and reason.
    pub graph: DiGraph<Part, Edge>,
}

impl ServiceGraph {
    /// The node of a part.
    #[must_use]
    pub fn find(&self, kind: Kind, name: &str) -> Option<NodeIndex> {
        self.graph.node_indices().find(|index| {
            self.graph.node_weight(*index).is_some_and(|part| part.kind == kind && part.name == name)
        })
    }

    /// The part of a node.
    #[must_use]
    pub fn part(&self, index: NodeIndex) -> Option<&Part> {
        self.graph.node_weight(index)
    }

    /// What runs: services and jobs.
    pub fn workloads(&self) -> impl Iterator<Item = NodeIndex> {
        let runs = |part: &Part| matches!(part.kind, Kind::Service | Kind::Job);
        self.graph.node_indices().filter(move |index| self.part(*index).is_some_and(runs))
    }

    /// The edges from what needs a part.
    pub fn incoming(&self, index: NodeIndex) -> impl Iterator<Item = &Edge> {
        let edges = self.graph.edges_directed(index, petgraph::Direction::Incoming);
        edges.map(|edge| edge.weight())
    }

    /// Every edge with its ends.
    pub fn edges(&self) -> impl Iterator<Item = (NodeIndex, NodeIndex, &Edge)> {
        let ends = |edge| Some((self.graph.edge_endpoints(edge)?, self.graph.edge_weight(edge)?));
        self.graph.edge_indices().filter_map(ends).map(|((from, to), edge)| (from, to, edge))
    }
}

impl Relation {
    /// Whether the project says so itself.
    #[must_use]
    pub fn is_declared(&self) -> bool {
        !matches!(self, Self::Mentions { .. })
    }

    /// Whether one end waits for the other at the start.
    #[must_use]
    pub fn orders_start(&self) -> bool {
        matches!(self, Self::DependsOn { .. })
    }
}
