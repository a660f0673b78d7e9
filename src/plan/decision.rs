//! One decision: this place of this object gets this value, because of these lines, by this rule.

use crate::plan::setting::Setting;
use crate::source::path::ComposePath;

/// The object, or the container in it, that a decision is about.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Target {
    /// The workload of a service, by the name of the object.
    Workload(String),
    /// A container of a workload.
    Container {
        /// The workload.
        workload: String,
        /// The container.
        container: String,
    },
    /// A container that runs to its end before the others start.
    InitContainer {
        /// The workload.
        workload: String,
        /// The container.
        container: String,
    },
    /// The account that a workload runs under.
    ServiceAccount(String),
    /// A ConfigMap.
    ConfigMap(String),
    /// A Secret.
    Secret(String),
    /// The name by which Pods ask for a runtime.
    RuntimeClass(String),
}

impl Target {
    /// The workload it belongs to, if it belongs to one.
    #[must_use]
    pub fn workload(&self) -> Option<&str> {
        match self {
            Self::Workload(workload)
            | Self::Container { workload, .. }
            | Self::InitContainer { workload, .. }
            | Self::ServiceAccount(workload) => Some(workload),
            Self::ConfigMap(_) | Self::Secret(_) | Self::RuntimeClass(_) => None,
        }
    }
}

/// How good the reason for a decision is, from the best to the weakest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Evidence {
    /// The Compose files say so.
    Compose,
    /// The policy says so.
    Policy,
    /// The catalogue of images says so, from its Dockerfile.
    Catalogue,
    /// It is how a cluster is used well, whatever the project.
    Default,
    /// Nobody said so, and it may be wrong.
    Assumed,
}

impl Evidence {
    /// The word for it in reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Compose => "compose",
            Self::Policy => "policy",
            Self::Catalogue => "catalogue",
            Self::Default => "default",
            Self::Assumed => "assumed",
        }
    }
}

/// One decision.
#[derive(Clone, Debug, PartialEq)]
pub struct Decision {
    /// What it is about.
    pub target: Target,
    /// The place in it and its value.
    pub setting: Setting,
    /// The lines it follows from; empty if none say so.
    pub because: Vec<ComposePath>,
    /// The rule.
    pub rule: &'static str,
    /// How good the reason is.
    pub evidence: Evidence,
}
