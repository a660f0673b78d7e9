//! Every setting there is: its key, what may stand there, what it does, and where its value goes.

use crate::mapping::versions::{NEWEST, OLDEST};
use crate::policy::{Accepted, Hardening, OfService, Policy, Probes, Resources, Secrets};
use crate::source::node::{Node, Value};

/// What may stand at a setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// One of these words.
    OneOf(&'static [&'static str]),
    /// Any text that is not empty.
    Text,
    /// A list of texts.
    Texts,
    /// A whole number that is not negative.
    Number,
    /// A quantity of Kubernetes, such as `512Mi` or `250m`.
    Quantity,
    /// A minor version of Kubernetes, such as `1.35`.
    Version,
    /// A user as `UID` or `UID:GID`.
    User,
    /// Accepted findings.
    Accept,
}

/// One setting of what `T` holds.
#[derive(Debug)]
pub struct Setting<T> {
    /// Its key, the parts of a nested one joined with dots.
    pub key: &'static str,
    /// What may stand there.
    pub form: Form,
    /// What it does.
    pub does: &'static str,
    /// Puts a value that has passed `form` in its place.
    pub(super) put: fn(&mut T, &Node),
}

/// The settings of a project.
pub static PROJECT: &[Setting<Policy>] = &[
    Setting {
        key: "accept",
        form: Form::Accept,
        does: "findings that somebody has looked at and accepted, each with a reason",
        put: |policy, node| policy.accept = accepted(node),
    },
    Setting {
        key: "external-secrets.kind",
        form: Form::OneOf(&["SecretStore", "ClusterSecretStore"]),
        does: "the kind of the store that External Secrets read from",
        put: |policy, node| policy.store.kind = text(node),
    },
    Setting {
        key: "external-secrets.store",
        form: Form::Text,
        does: "the name of the store that External Secrets read from",
        put: |policy, node| policy.store.name = text(node),
    },
    Setting {
        key: "hardening",
        form: Form::OneOf(HARDENING),
        does: "how strict security contexts are",
        put: |policy, node| policy.hardening = hardening(node),
    },
    Setting {
        key: "kubernetes",
        form: Form::Version,
        does: "the version of Kubernetes that manifests are written for",
        put: |policy, node| policy.kubernetes = minor(&text(node)).unwrap_or(policy.kubernetes),
    },
    Setting {
        key: "namespace",
        form: Form::Text,
        does: "the namespace of all objects; the name of the project unless it is set",
        put: |policy, node| policy.namespace = Some(text(node)),
    },
    Setting {
        key: "probes",
        form: Form::OneOf(PROBES),
        does: "which probes a health check becomes: production adds a patient liveness probe, faithful has none",
        put: |policy, node| policy.probes = probes(node),
    },
    Setting {
        key: "pull-secrets",
        form: Form::Texts,
        does: "Secrets with credentials of private registries",
        put: |policy, node| policy.pull_secrets = texts(node),
    },
    Setting {
        key: "registry",
        form: Form::Text,
        does: "where images are that Compose builds and gives no name",
        put: |policy, node| policy.registry = text(node).trim_end_matches('/').to_owned(),
    },
    Setting {
        key: "resources.cpu-request",
        form: Form::Quantity,
        does: "the CPU set aside for containers that ask for none",
        put: |policy, node| policy.resources.cpu_request = Some(text(node)),
    },
    Setting {
        key: "resources.memory-limit",
        form: Form::Quantity,
        does: "the most memory for containers that have no limit",
        put: |policy, node| policy.resources.memory_limit = Some(text(node)),
    },
    Setting {
        key: "resources.memory-request",
        form: Form::Quantity,
        does: "the memory set aside for containers that ask for none",
        put: |policy, node| policy.resources.memory_request = Some(text(node)),
    },
    Setting {
        key: "secrets",
        form: Form::OneOf(&["file", "inline", "external", "names"]),
        does: "where the values of secrets go",
        put: |policy, node| policy.secrets = secrets(node),
    },
    Setting {
        key: "tag",
        form: Form::Text,
        does: "the tag of images that Compose builds and gives no name",
        put: |policy, node| policy.tag = text(node),
    },
];

/// The settings of a service, below `services.NAME` of a policy, or `x-cutover` of the service.
pub static SERVICE: &[Setting<OfService>] = &[
    Setting {
        key: "hardening",
        form: Form::OneOf(HARDENING),
        does: "how strict its security context is",
        put: |service, node| service.hardening = Some(hardening(node)),
    },
    Setting {
        key: "image",
        form: Form::Text,
        does: "the image to run in place of the one that Compose names",
        put: |service, node| service.image = Some(text(node)),
    },
    Setting {
        key: "kind",
        form: Form::OneOf(&["Deployment", "StatefulSet", "DaemonSet", "Job"]),
        does: "what kind of object runs it",
        put: |service, node| service.kind = Some(text(node)),
    },
    Setting {
        key: "probes",
        form: Form::OneOf(PROBES),
        does: "which probes its health check becomes",
        put: |service, node| service.probes = Some(probes(node)),
    },
    Setting {
        key: "replicas",
        form: Form::Number,
        does: "how many run",
        put: |service, node| service.replicas = text(node).parse().ok(),
    },
    Setting {
        key: "resources.cpu-request",
        form: Form::Quantity,
        does: "the CPU set aside for it, unless Compose says it",
        put: |service, node| resources(service).cpu_request = Some(text(node)),
    },
    Setting {
        key: "resources.memory-limit",
        form: Form::Quantity,
        does: "the most memory for it, unless Compose says it",
        put: |service, node| resources(service).memory_limit = Some(text(node)),
    },
    Setting {
        key: "resources.memory-request",
        form: Form::Quantity,
        does: "the memory set aside for it, unless Compose says it",
        put: |service, node| resources(service).memory_request = Some(text(node)),
    },
    Setting {
        key: "user",
        form: Form::User,
        does: "the user and group that it runs as, as numbers, where Compose names none",
        put: |service, node| service.user = Some(text(node)),
    },
    Setting {
        key: "writable",
        form: Form::Texts,
        does: "paths that it writes beside its volumes; with it the root file system becomes read-only",
        put: |service, node| service.writable = texts(node),
    },
];

const HARDENING: &[&str] = &["restricted", "balanced", "compatible"];
const PROBES: &[&str] = &["production", "faithful"];

/// The minor version in `1.35`, if it is one that manifests can be written for.
#[must_use]
pub fn minor(text: &str) -> Option<u32> {
    let minor = text.trim_start_matches('v').strip_prefix("1.")?.parse().ok()?;
    (OLDEST..=NEWEST).contains(&minor).then_some(minor)
}

fn resources(service: &mut OfService) -> &mut Resources {
    &mut service.resources
}

fn hardening(node: &Node) -> Hardening {
    match text(node).as_str() {
        "restricted" => Hardening::Restricted,
        "compatible" => Hardening::Compatible,
        _ => Hardening::Balanced,
    }
}

fn probes(node: &Node) -> Probes {
    if text(node) == "faithful" { Probes::Faithful } else { Probes::Production }
}

fn secrets(node: &Node) -> Secrets {
    match text(node).as_str() {
        "inline" => Secrets::Inline,
        "external" => Secrets::External,
        "names" => Secrets::Names,
        _ => Secrets::File,
    }
}

fn accepted(node: &Node) -> Vec<Accepted> {
    let rows = node.as_list().into_iter().flatten().filter_map(Node::as_map);
    let rows = rows.map(|row| {
        let field = |key: &str| row.get(key).map(text);
        Accepted {
            finding: field("finding").unwrap_or_default(),
            service: field("service"),
            reason: field("reason").unwrap_or_default(),
            until: field("until"),
        }
    });
    rows.collect()
}

fn texts(node: &Node) -> Vec<String> {
    node.as_list().map(|items| items.iter().map(text).collect()).unwrap_or_else(|| vec![text(node)])
}

/// A scalar as it is written, without the time of a date.
pub(super) fn text(node: &Node) -> String {
    match &node.value {
        Value::Text(text) => text.clone(),
        Value::Int(number) => number.to_string(),
        Value::Uint(number) => number.to_string(),
        Value::Float(number) => number.to_string(),
        Value::Bool(value) => value.to_string(),
        Value::Time(time) => time.split('T').next().unwrap_or_default().to_owned(),
        Value::Null | Value::List(_) | Value::Map(_) => String::new(),
    }
}
