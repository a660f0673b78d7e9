//! What every line of a project becomes: one rule, one file.
//!
//! In: a project with its graph, the tables and the policy. Out: a [`Plan`](crate::plan::Plan) and findings. A rule reads
//! a [`Context`] and writes into a [`Draft`]: decisions, outcomes of leaves, findings. Rules do not know each other; what
//! several of them need to know about a service is worked out once, in its [`Subject`].
//!
//! To add a rule: an entry in `mappings/rules/`, a file in the folder of its group, a line in [`registry`], a sample.

pub mod built;
mod clock;
pub mod config;
pub mod draft;
pub mod engine;
pub mod escape;
mod health;
pub mod kind;
pub mod leaves;
mod metadata;
pub mod registry;
mod resources;
mod security;
pub mod subject;
mod table;
mod task;
mod workload;

use crate::compose::Loaded;
use crate::graph::ServiceGraph;
use crate::plan::name::Names;
use crate::policy::Policy;
use crate::rules::config::credentials::Credentials;
use crate::rules::draft::Draft;
use crate::rules::subject::Subject;

/// What rules read.
pub struct Context<'a> {
    /// The project, and the tree it came from.
    pub loaded: &'a Loaded,
    /// Who needs whom.
    pub graph: &'a ServiceGraph,
    /// What Compose cannot say.
    pub policy: &'a Policy,
    /// The content of files that the project refers to, by the path in the project.
    pub files: &'a Files,
    /// Names of workloads by service or job.
    pub workloads: Names,
    /// Names of ConfigMaps by config.
    pub configs: Names,
    /// Names of Secrets by secret.
    pub secrets: Names,
    /// The configs that hold credentials, and so become Secrets, each with the name of the Secret.
    pub hidden_configs: std::collections::BTreeMap<String, String>,
    /// The credentials that are written in clear text, and where each is kept.
    pub credentials: Credentials,
    /// The services and jobs that run.
    pub subjects: Vec<Subject<'a>>,
}

/// The content of files that the project refers to: of each secret and config that has a `file`, and none if it could not
/// be read.
pub type Files = std::collections::BTreeMap<String, Option<Vec<u8>>>;

/// One rule.
pub trait Rule: Sync {
    /// Its name, which its entry in `mappings/rules/` and its findings have too.
    fn id(&self) -> &'static str;

    /// What it decides for one service or job.
    fn service(&self, _subject: &Subject<'_>, _cx: &Context<'_>, _out: &mut Draft<'_>) {}

    /// What it decides for the project as a whole.
    fn project(&self, _cx: &Context<'_>, _out: &mut Draft<'_>) {}
}
