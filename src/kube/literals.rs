//! Words of Kubernetes that several places need, each of them written once.
//!
//! Label keys, API versions and the values of closed sets; nothing that depends on a project.

/// The label with the name of an object.
pub const LABEL_NAME: &str = "app.kubernetes.io/name";
/// The label with the project that an object belongs to.
pub const LABEL_INSTANCE: &str = "app.kubernetes.io/instance";
/// The label with the whole that an object is a part of.
pub const LABEL_PART_OF: &str = "app.kubernetes.io/part-of";
/// The label with the tool that wrote an object.
pub const LABEL_MANAGED_BY: &str = "app.kubernetes.io/managed-by";
/// The tool that writes our objects.
pub const MANAGER: &str = "cutover";
/// The label of a node with its host name.
pub const HOSTNAME: &str = "kubernetes.io/hostname";

/// What the labels of Pod Security have in common.
pub const POD_SECURITY: &str = "pod-security.kubernetes.io";

/// The version of the API of External Secrets.
pub const EXTERNAL_SECRETS: &str = "external-secrets.io/v1";
/// The object that fetches a Secret.
pub const EXTERNAL_SECRET: &str = "ExternalSecret";
/// The kind of Kubernetes' own Secret.
pub const SECRET: &str = "Secret";
/// The kind of a ConfigMap.
pub const CONFIG_MAP: &str = "ConfigMap";
/// A Secret of which Kubernetes knows nothing more.
pub const OPAQUE: &str = "Opaque";
/// The key of a Secret with the credentials of a registry.
pub const DOCKER_CONFIG: &str = ".dockerconfigjson";

/// Containers start again whenever they end.
pub const ALWAYS: &str = "Always";
/// Containers never start again.
pub const NEVER: &str = "Never";
/// All old Pods go first.
pub const RECREATE: &str = "Recreate";
/// Pods are replaced one after the other.
pub const ROLLING_UPDATE: &str = "RollingUpdate";
/// Files of a volume get their group only where its folder does not have it.
pub const ON_ROOT_MISMATCH: &str = "OnRootMismatch";
/// A failed Pod does not count.
pub const IGNORE: &str = "Ignore";
/// The condition of a Pod that was moved away or evicted.
pub const DISRUPTION_TARGET: &str = "DisruptionTarget";
/// A condition that holds.
pub const TRUE: &str = "True";

/// The profile that the container runtime brings.
pub const RUNTIME_DEFAULT: &str = "RuntimeDefault";
/// A profile that is a file on the node.
pub const LOCALHOST: &str = "Localhost";
/// `/proc` as container runtimes hide it.
pub const PROC_DEFAULT: &str = "Default";
/// All capabilities together.
pub const ALL: &str = "ALL";
/// The capability to listen on ports below 1024.
pub const NET_BIND_SERVICE: &str = "NET_BIND_SERVICE";
/// The operating system that has no Linux security contexts.
pub const WINDOWS: &str = "windows";
