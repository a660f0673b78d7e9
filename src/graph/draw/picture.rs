//! What is drawn: the input of every format.

/// What is drawn.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Picture {
    /// What the picture is of.
    pub title: String,
    /// The nodes; edges name them by position.
    pub nodes: Vec<PictureNode>,
    /// The edges, from what needs to what is needed.
    pub edges: Vec<PictureEdge>,
    /// The networks; nodes name them by position.
    pub groups: Vec<PictureGroup>,
}

/// A node of a [`Picture`].
#[derive(Clone, Debug, PartialEq)]
pub struct PictureNode {
    /// What other tools call it; Mermaid and DOT identifiers derive from it.
    pub id: String,
    /// Its name as read.
    pub label: String,
    /// A second line, such as the image.
    pub detail: Option<String>,
    /// What it is.
    pub kind: NodeKind,
    /// The networks it is in.
    pub groups: Vec<usize>,
    /// Remarks, such as `host network`.
    pub marks: Vec<String>,
}

/// What a node stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum NodeKind {
    /// A service that keeps running.
    Service,
    /// A service that runs to its end.
    Job,
    /// A network.
    Network,
    /// A volume.
    Volume,
    /// A secret.
    Secret,
    /// A config.
    Config,
    /// Something outside the project.
    External,
}

impl NodeKind {
    /// All kinds, in the order of legends.
    pub const ALL: [Self; 7] =
        [Self::Service, Self::Job, Self::Network, Self::Volume, Self::Secret, Self::Config, Self::External];

    /// The kind as a word, which is also its class in the outputs.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Service => "service",
            Self::Job => "job",
            Self::Network => "network",
            Self::Volume => "volume",
            Self::Secret => "secret",
            Self::Config => "config",
            Self::External => "external",
        }
    }

    /// The word for several of them.
    pub(super) fn plural(self) -> &'static str {
        match self {
            Self::Service => "services",
            Self::Job => "jobs",
            Self::Network => "networks",
            Self::Volume => "volumes",
            Self::Secret => "secrets",
            Self::Config => "configs",
            Self::External => "externals",
        }
    }
}

/// An edge of a [`Picture`].
#[derive(Clone, Debug, PartialEq)]
pub struct PictureEdge {
    /// The node that needs the other, by position.
    pub from: usize,
    /// The node that is needed, by position.
    pub to: usize,
    /// In which way.
    pub kind: EdgeKind,
    /// A few words, such as a port.
    pub label: Option<String>,
    /// Whether `from` does without `to` where `to` is absent.
    pub optional: bool,
}

impl PictureEdge {
    /// Its label, if that says anything.
    pub(super) fn words(&self) -> Option<&str> {
        self.label.as_deref().filter(|label| !label.trim().is_empty())
    }
}

/// In which way one node needs another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum EdgeKind {
    /// It starts after the other has started.
    DependsStarted,
    /// It starts when the other is healthy.
    DependsHealthy,
    /// It starts when the other has ended well.
    DependsCompleted,
    /// It has a link to the other.
    Link,
    /// It lives in the network, process or IPC namespace of the other.
    SharesNamespace,
    /// It mounts all volumes of the other.
    VolumesFrom,
    /// It mounts the other.
    Mount,
    /// Its configuration names the other.
    Inferred,
}

impl EdgeKind {
    /// All kinds, in the order of legends.
    pub const ALL: [Self; 8] = [
        Self::DependsStarted,
        Self::DependsHealthy,
        Self::DependsCompleted,
        Self::Link,
        Self::SharesNamespace,
        Self::VolumesFrom,
        Self::Mount,
        Self::Inferred,
    ];

    /// What the edge says of `from`, read between the names of its ends.
    #[must_use]
    pub fn meaning(self) -> &'static str {
        match self {
            Self::DependsStarted => "starts after",
            Self::DependsHealthy => "waits for the health of",
            Self::DependsCompleted => "waits for the end of",
            Self::Link => "has a link to",
            Self::SharesNamespace => "shares a namespace with",
            Self::VolumesFrom => "mounts the volumes of",
            Self::Mount => "mounts",
            Self::Inferred => "names in its configuration",
        }
    }

    /// The kind as one word, which is also its class in the outputs.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::DependsStarted => "started",
            Self::DependsHealthy => "healthy",
            Self::DependsCompleted => "completed",
            Self::Link => "link",
            Self::SharesNamespace => "namespace",
            Self::VolumesFrom => "volumes",
            Self::Mount => "mount",
            Self::Inferred => "inferred",
        }
    }
}

/// A network of a [`Picture`].
#[derive(Clone, Debug, PartialEq)]
pub struct PictureGroup {
    /// Its name.
    pub label: String,
    /// Whether it has no way out.
    pub internal: bool,
    /// Whether it is made outside the project.
    pub external: bool,
}

impl Picture {
    /// The networks of a node that exist, each once.
    pub(super) fn groups_of(&self, node: &PictureNode) -> Vec<usize> {
        let mut groups: Vec<usize> =
            node.groups.iter().copied().filter(|group| *group < self.groups.len()).collect();
        groups.sort_unstable();
        groups.dedup();
        groups
    }

    /// The edges whose ends exist, with the ends.
    pub(super) fn joined_edges(&self) -> impl Iterator<Item = (&PictureEdge, &PictureNode, &PictureNode)> {
        self.edges
            .iter()
            .filter_map(|edge| Some((edge, self.nodes.get(edge.from)?, self.nodes.get(edge.to)?)))
    }
}
