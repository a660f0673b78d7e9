//! Turns a plan into objects of Kubernetes, in one canonical order.
//!
//! In: a [`Plan`] and the few choices of [`Options`]. Out: [`Assembled`]: objects with their place in the output, the
//! namespace and the level of Pod Security of every Pod, and the Secrets that must exist. Nothing is decided here but
//! where things go; a setting without a place is a bug of ours and is said to be one.

mod assembly;
pub mod comments;
mod config;
mod container;
pub mod emit;
mod gather;
mod identity;
pub mod level;
pub mod literals;
mod namespace;
pub mod object;
pub mod order;
mod placement;
mod pod;
mod references;
mod workload;

use std::collections::{BTreeMap, BTreeSet};

use crate::finding::Finding;
use crate::kube::assembly::Assembly;
use crate::kube::level::Level;
use crate::kube::object::Object;
use crate::plan::Plan;
use crate::plan::decision::Target;
use crate::plan::setting::Kind;

pub use crate::plan::digest::hex as sha256;

/// Where the values of secrets go.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Secrets {
    /// To a part of the output of their own.
    #[default]
    File,
    /// Among the manifests.
    Inline,
    /// Nowhere: an object fetches them from a store.
    External,
    /// Nowhere: only what must exist is listed.
    Names,
}

/// Where fetched secrets come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Store {
    /// The name of the store.
    pub name: String,
    /// `SecretStore` or `ClusterSecretStore`.
    pub kind: String,
}

/// What has to be known beside the plan.
#[derive(Clone, Debug)]
pub struct Options {
    /// Where the values of secrets go.
    pub secrets: Secrets,
    /// Where fetched secrets come from.
    pub store: Store,
    /// The namespace for Pods that need more than *baseline*; without one they stay where the others are.
    pub isolate: Option<String>,
    /// The domain of the cluster.
    pub cluster_domain: String,
    /// The kernel parameters that every node of the target version allows.
    pub safe_sysctls: BTreeSet<String>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            secrets: Secrets::default(),
            store: Store { name: "cutover".to_owned(), kind: "SecretStore".to_owned() },
            isolate: None,
            cluster_domain: "cluster.local".to_owned(),
            safe_sysctls: BTreeSet::new(),
        }
    }
}

/// A finding with what it is about, so that others can add the lines it follows from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark {
    /// The object.
    pub about: Target,
    /// What there is to say.
    pub finding: Finding,
}

/// Where a workload went, and how safe its Pods are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placed {
    /// What it is.
    pub kind: Kind,
    /// Its namespace.
    pub namespace: String,
    /// The level of Pod Security that its Pods meet.
    pub level: Level,
    /// Why they meet none that is stricter.
    pub reasons: Vec<String>,
    /// The ConfigMaps and Secrets that its Pods read, each by its kind and name.
    pub reads: BTreeSet<(&'static str, String)>,
}

impl Placed {
    /// The line that starts its Pods anew; none if they end by themselves.
    #[must_use]
    pub fn restart(&self, name: &str) -> Option<String> {
        let controller = self.kind.as_str().to_lowercase();
        let command = format!("kubectl rollout restart {controller}/{name} --namespace {}", self.namespace);
        (!self.kind.ends()).then_some(command)
    }
}

/// A Secret that must exist before the Pods that use it can start.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RequiredSecret {
    /// Its namespace.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// The keys it must have, sorted.
    pub keys: Vec<String>,
    /// Whether an object of ours makes it.
    pub is_written: bool,
}

/// Everything that comes of a plan.
#[derive(Clone, Debug, Default)]
pub struct Assembled {
    /// The objects, in the order in which they can be applied.
    pub objects: Vec<Object>,
    /// What there is to say.
    pub findings: Vec<Remark>,
    /// The Secrets that must exist, whoever makes them; sorted.
    pub required_secrets: Vec<RequiredSecret>,
    /// The workloads by name.
    pub workloads: BTreeMap<String, Placed>,
    /// Bugs of ours, a line each: there must be none.
    pub bugs: Vec<String>,
}

/// Turns a plan into objects.
#[must_use]
pub fn assemble(plan: &Plan, options: &Options) -> Assembled {
    Assembly::of(plan, options).finish()
}
