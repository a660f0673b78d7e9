//! What Compose cannot say: the settings of `cutover.yaml`, of `x-cutover` and of the command line.
//!
//! In: trees of settings, the later ones stronger. Out: a [`Policy`] in which every setting has a value, or findings with
//! the place of each mistake. One table, [`settings`], says what there is; reading, `--set` and the published schema
//! follow it.

pub mod read;
pub mod schema;
pub mod settings;

use std::collections::BTreeMap;

use crate::mapping::versions;

/// How strict security contexts are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Hardening {
    /// What Compose says, and what cannot break anything.
    Compatible,
    /// The strongest that the evidence says will run.
    #[default]
    Balanced,
    /// Every Pod meets *restricted*, but for listed exceptions.
    Restricted,
}

/// Where the values of secrets go.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Secrets {
    /// To files beside the manifests, which are never committed.
    #[default]
    File,
    /// Into the manifests.
    Inline,
    /// Nowhere: an ExternalSecret fetches them.
    External,
    /// Nowhere: only the names and keys that must exist are listed.
    Names,
}

/// Which probes a health check becomes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Probes {
    /// Startup, readiness, and a liveness that is more patient.
    #[default]
    Production,
    /// As Docker: an unhealthy container goes on.
    Faithful,
}

/// Where credentials of External Secrets come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Store {
    /// The name of the store.
    pub name: String,
    /// `SecretStore` or `ClusterSecretStore`.
    pub kind: String,
}

/// Resources of containers that say nothing themselves.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Resources {
    /// What is set aside.
    pub cpu_request: Option<String>,
    /// What is set aside.
    pub memory_request: Option<String>,
    /// What may be used at most.
    pub memory_limit: Option<String>,
}

/// A finding that somebody has accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accepted {
    /// The id of the finding.
    pub finding: String,
    /// The service it is about; all of them if none is named.
    pub service: Option<String>,
    /// Why it is accepted.
    pub reason: String,
    /// The last day on which it is, as year, month and day with dashes.
    pub until: Option<String>,
}

/// The settings of one service, over those of the project.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OfService {
    /// How strict its security context is.
    pub hardening: Option<Hardening>,
    /// Its probes.
    pub probes: Option<Probes>,
    /// Its image.
    pub image: Option<String>,
    /// How many run.
    pub replicas: Option<i32>,
    /// What kind of object runs it.
    pub kind: Option<String>,
    /// Its user, as `UID` or `UID:GID`.
    pub user: Option<String>,
    /// Paths that it writes.
    pub writable: Vec<String>,
    /// Its resources.
    pub resources: Resources,
}

/// The settings of a project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// How strict security contexts are.
    pub hardening: Hardening,
    /// Where the values of secrets go.
    pub secrets: Secrets,
    /// Where External Secrets come from.
    pub store: Store,
    /// Which probes a health check becomes.
    pub probes: Probes,
    /// The namespace; the project's name if none is said.
    pub namespace: Option<String>,
    /// The minor version of Kubernetes.
    pub kubernetes: u32,
    /// Where built images are.
    pub registry: String,
    /// The tag of built images.
    pub tag: String,
    /// Secrets with credentials of registries.
    pub pull_secrets: Vec<String>,
    /// Resources of containers that say nothing themselves.
    pub resources: Resources,
    /// Findings that somebody has accepted.
    pub accept: Vec<Accepted>,
    /// Settings of services.
    pub services: BTreeMap<String, OfService>,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            hardening: Hardening::default(),
            secrets: Secrets::default(),
            store: Store { name: "cutover".to_owned(), kind: "SecretStore".to_owned() },
            probes: Probes::default(),
            namespace: None,
            kubernetes: versions::DEFAULT,
            registry: "localhost".to_owned(),
            tag: "latest".to_owned(),
            pull_secrets: Vec::new(),
            resources: Resources::default(),
            accept: Vec::new(),
            services: BTreeMap::new(),
        }
    }
}

impl Policy {
    /// The settings of one service, and nothing if it has none.
    #[must_use]
    pub fn of(&self, service: &str) -> OfService {
        self.services.get(service).cloned().unwrap_or_default()
    }

    /// How strict the security context of a service is.
    #[must_use]
    pub fn hardening_of(&self, service: &str) -> Hardening {
        self.services.get(service).and_then(|own| own.hardening).unwrap_or(self.hardening)
    }

    /// Which probes a service gets.
    #[must_use]
    pub fn probes_of(&self, service: &str) -> Probes {
        self.services.get(service).and_then(|own| own.probes).unwrap_or(self.probes)
    }
}

impl Hardening {
    /// The word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Compatible => "compatible",
            Self::Balanced => "balanced",
            Self::Restricted => "restricted",
        }
    }
}
