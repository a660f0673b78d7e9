//! The places of objects that a rule may fill, each with the Kubernetes type of its value.
//!
//! A [`Setting`] is one place and its value; its [`slot`](Setting::slot) is the place alone. Two decisions for one slot of
//! one target contradict each other unless their values are equal.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::{
    AppArmorProfile, ContainerPort, EnvVar, LifecycleHandler, NodeAffinity, Probe, SELinuxOptions,
    SeccompProfile, TopologySpreadConstraint, Volume, VolumeMount,
};
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;

/// What kind of object runs a service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// Replicas that are all alike.
    Deployment,
    /// Replicas with a name and data of their own; never two at a time of one name.
    StatefulSet,
    /// One on every node.
    DaemonSet,
    /// Runs to its end, once.
    Job,
    /// Runs to its end, by the clock.
    CronJob,
}

impl Kind {
    /// The name that Kubernetes has for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Deployment => "Deployment",
            Self::StatefulSet => "StatefulSet",
            Self::DaemonSet => "DaemonSet",
            Self::Job => "Job",
            Self::CronJob => "CronJob",
        }
    }

    /// Whether it ends by itself.
    #[must_use]
    pub const fn ends(self) -> bool {
        matches!(self, Self::Job | Self::CronJob)
    }
}

/// How Pods are replaced by newer ones.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Update {
    /// All old ones go before a new one comes.
    Recreate,
    /// One after the other.
    Rolling {
        /// How many may be missing meanwhile: a number or a percentage.
        unavailable: String,
        /// How many may be too many meanwhile.
        surge: String,
    },
}

/// Text that must never be shown: not in a report, a message or a debug print.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Hidden(pub Vec<u8>);

impl std::fmt::Debug for Hidden {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("***")
    }
}

/// One place and its value.
#[derive(Clone, Debug, PartialEq)]
pub enum Setting {
    /// Of a workload.
    Workload(WorkloadSetting),
    /// Of its Pods.
    Pod(PodSetting),
    /// Of a container.
    Container(ContainerSetting),
    /// An entry of a ConfigMap.
    Data(String, Vec<u8>),
    /// An entry of a Secret.
    Hidden(String, Hidden),
    /// An annotation of the object.
    Annotation(String, String),
    /// The object exists; it has no settings of its own.
    Exists,
}

/// A place of a workload.
#[derive(Clone, Debug, PartialEq)]
pub enum WorkloadSetting {
    /// What it is.
    Kind(Kind),
    /// How many run.
    Replicas(i32),
    /// How they are replaced.
    Update(Update),
    /// Seconds that a Pod must be ready to count.
    MinReadySeconds(i32),
    /// Seconds after which an update counts as failed.
    ProgressDeadline(i32),
    /// How many older versions are kept.
    RevisionHistory(i32),
    /// How often a Job tries again.
    BackoffLimit(i32),
    /// How many Pods of a Job must end well.
    Completions(i32),
    /// How many Pods of a Job run at a time.
    Parallelism(i32),
    /// Whether the disruption of a Pod counts as a failure of its Job.
    IgnoreDisruption,
    /// When a CronJob starts.
    Schedule(String),
    /// The time zone of the schedule.
    TimeZone(String),
    /// What happens if the last run is not over: `Allow`, `Forbid`, `Replace`.
    Concurrency(String),
    /// Whether a CronJob waits to be switched on.
    Suspend(bool),
}

/// A place of a Pod.
#[derive(Clone, Debug, PartialEq)]
pub enum PodSetting {
    /// An annotation.
    Annotation(String, String),
    /// A label; never one of the selector.
    Label(String, String),
    /// When containers start again.
    RestartPolicy(String),
    /// Seconds from the stop signal to the end.
    GracePeriod(i64),
    /// The account it runs under.
    ServiceAccount(String),
    /// Whether it gets a token for the API.
    AutomountToken(bool),
    /// Whether it gets variables about every Service.
    ServiceLinks(bool),
    /// Whether it uses the node's network.
    HostNetwork(bool),
    /// How names are resolved.
    DnsPolicy(String),
    /// Whether it sees the node's processes.
    HostPid(bool),
    /// Whether it shares the node's memory segments.
    HostIpc(bool),
    /// Whether its users are those of the node.
    HostUsers(bool),
    /// Whether containers see each other's processes.
    ShareProcesses(bool),
    /// The group that owns its volumes.
    FsGroup(i64),
    /// A group beside the primary one.
    SupplementalGroup(i64),
    /// The system call filter of every container.
    Seccomp(SeccompProfile),
    /// A kernel parameter.
    Sysctl(String, String),
    /// A label that its node must have.
    NodeSelector(String, String),
    /// Nodes it must or should run on.
    NodeAffinity(NodeAffinity),
    /// How it is spread over nodes.
    Spread(TopologySpreadConstraint),
    /// At most one on a node.
    OnePerNode,
    /// The runtime class.
    RuntimeClass(String),
    /// The operating system.
    Os(String),
    /// A Secret with credentials of a registry.
    PullSecret(String),
    /// Something that containers can mount.
    Volume(Box<Volume>),
}

/// A place of a container.
#[derive(Clone, Debug, PartialEq)]
pub enum ContainerSetting {
    /// The image.
    Image(String),
    /// When it is pulled.
    PullPolicy(String),
    /// What takes the place of the image's entrypoint.
    Command(Vec<String>),
    /// What takes the place of the image's command.
    Args(Vec<String>),
    /// The working directory.
    WorkingDir(String),
    /// A variable.
    Env(Box<EnvVar>),
    /// A port it listens on.
    Port(Box<ContainerPort>),
    /// What it may use at most.
    Limit(&'static str, Quantity),
    /// An extended resource, of which limit and request are the same.
    Device(String, Quantity),
    /// What is set aside for it.
    Request(&'static str, Quantity),
    /// Whether it has started.
    StartupProbe(Box<Probe>),
    /// Whether it can do its work.
    ReadinessProbe(Box<Probe>),
    /// Whether it has to be started again.
    LivenessProbe(Box<Probe>),
    /// What runs right after the start.
    PostStart(Box<LifecycleHandler>),
    /// What runs before the stop.
    PreStop(Box<LifecycleHandler>),
    /// The signal that asks for a stop.
    StopSignal(String),
    /// Whether standard input stays open.
    Stdin(bool),
    /// Whether there is a terminal.
    Tty(bool),
    /// A mounted volume.
    Mount(Box<VolumeMount>),
    /// Whether it may gain rights.
    Escalation(bool),
    /// Whether it has all rights.
    Privileged(bool),
    /// Whether its root file system is read-only.
    ReadOnlyRoot(bool),
    /// The user.
    User(i64),
    /// The primary group.
    Group(i64),
    /// Whether a root user is refused.
    NonRoot(bool),
    /// A capability that is taken away.
    Drop(String),
    /// A capability that is added.
    Add(String),
    /// The system call filter.
    Seccomp(SeccompProfile),
    /// The AppArmor profile.
    AppArmor(AppArmorProfile),
    /// The SELinux label.
    SeLinux(SELinuxOptions),
    /// Which parts of `/proc` are hidden.
    ProcMount(String),
}

impl Setting {
    /// The place without the value, as a path in the object.
    #[must_use]
    pub fn slot(&self) -> String {
        match self {
            Self::Workload(setting) => setting.slot(),
            Self::Pod(setting) => format!("spec.template.{}", setting.slot()),
            Self::Container(setting) => setting.slot(),
            Self::Data(key, _) => format!("data[{key}]"),
            Self::Hidden(key, _) => format!("data[{key}]"),
            Self::Annotation(key, _) => format!("metadata.annotations[{key}]"),
            Self::Exists => "metadata.name".to_owned(),
        }
    }
}

impl WorkloadSetting {
    fn slot(&self) -> String {
        let place = match self {
            Self::Kind(_) => "kind",
            Self::Replicas(_) => "spec.replicas",
            Self::Update(_) => "spec.strategy",
            Self::MinReadySeconds(_) => "spec.minReadySeconds",
            Self::ProgressDeadline(_) => "spec.progressDeadlineSeconds",
            Self::RevisionHistory(_) => "spec.revisionHistoryLimit",
            Self::BackoffLimit(_) => "spec.backoffLimit",
            Self::Completions(_) => "spec.completions",
            Self::Parallelism(_) => "spec.parallelism",
            Self::IgnoreDisruption => "spec.podFailurePolicy",
            Self::Schedule(_) => "spec.schedule",
            Self::TimeZone(_) => "spec.timeZone",
            Self::Concurrency(_) => "spec.concurrencyPolicy",
            Self::Suspend(_) => "spec.suspend",
        };
        place.to_owned()
    }
}

impl PodSetting {
    fn slot(&self) -> String {
        let place = match self {
            Self::Annotation(key, _) => return format!("metadata.annotations[{key}]"),
            Self::Label(key, _) => return format!("metadata.labels[{key}]"),
            Self::SupplementalGroup(id) => return format!("spec.securityContext.supplementalGroups[{id}]"),
            Self::Sysctl(name, _) => return format!("spec.securityContext.sysctls[{name}]"),
            Self::NodeSelector(key, _) => return format!("spec.nodeSelector[{key}]"),
            Self::Spread(spread) => {
                return format!("spec.topologySpreadConstraints[{}]", spread.topology_key);
            }
            Self::PullSecret(name) => return format!("spec.imagePullSecrets[{name}]"),
            Self::Volume(volume) => return format!("spec.volumes[{}]", volume.name),
            Self::RestartPolicy(_) => "spec.restartPolicy",
            Self::GracePeriod(_) => "spec.terminationGracePeriodSeconds",
            Self::ServiceAccount(_) => "spec.serviceAccountName",
            Self::AutomountToken(_) => "spec.automountServiceAccountToken",
            Self::ServiceLinks(_) => "spec.enableServiceLinks",
            Self::HostNetwork(_) => "spec.hostNetwork",
            Self::DnsPolicy(_) => "spec.dnsPolicy",
            Self::HostPid(_) => "spec.hostPID",
            Self::HostIpc(_) => "spec.hostIPC",
            Self::HostUsers(_) => "spec.hostUsers",
            Self::ShareProcesses(_) => "spec.shareProcessNamespace",
            Self::FsGroup(_) => "spec.securityContext.fsGroup",
            Self::Seccomp(_) => "spec.securityContext.seccompProfile",
            Self::NodeAffinity(_) => "spec.affinity.nodeAffinity",
            Self::OnePerNode => "spec.affinity.podAntiAffinity",
            Self::RuntimeClass(_) => "spec.runtimeClassName",
            Self::Os(_) => "spec.os.name",
        };
        place.to_owned()
    }
}

impl ContainerSetting {
    fn slot(&self) -> String {
        let place = match self {
            Self::Env(variable) => return format!("env[{}]", variable.name),
            Self::Port(port) => {
                let protocol = port.protocol.as_deref().unwrap_or("TCP");
                return format!("ports[{}/{protocol}]", port.container_port);
            }
            Self::Limit(name, _) => return format!("resources.limits.{name}"),
            Self::Device(name, _) => return format!("resources.limits[{name}]"),
            Self::Request(name, _) => return format!("resources.requests.{name}"),
            Self::Mount(mount) => return format!("volumeMounts[{}]", mount.mount_path),
            Self::Drop(name) => return format!("securityContext.capabilities.drop[{name}]"),
            Self::Add(name) => return format!("securityContext.capabilities.add[{name}]"),
            Self::Image(_) => "image",
            Self::PullPolicy(_) => "imagePullPolicy",
            Self::Command(_) => "command",
            Self::Args(_) => "args",
            Self::WorkingDir(_) => "workingDir",
            Self::StartupProbe(_) => "startupProbe",
            Self::ReadinessProbe(_) => "readinessProbe",
            Self::LivenessProbe(_) => "livenessProbe",
            Self::PostStart(_) => "lifecycle.postStart",
            Self::PreStop(_) => "lifecycle.preStop",
            Self::StopSignal(_) => "lifecycle.stopSignal",
            Self::Stdin(_) => "stdin",
            Self::Tty(_) => "tty",
            Self::Escalation(_) => "securityContext.allowPrivilegeEscalation",
            Self::Privileged(_) => "securityContext.privileged",
            Self::ReadOnlyRoot(_) => "securityContext.readOnlyRootFilesystem",
            Self::User(_) => "securityContext.runAsUser",
            Self::Group(_) => "securityContext.runAsGroup",
            Self::NonRoot(_) => "securityContext.runAsNonRoot",
            Self::Seccomp(_) => "securityContext.seccompProfile",
            Self::AppArmor(_) => "securityContext.appArmorProfile",
            Self::SeLinux(_) => "securityContext.seLinuxOptions",
            Self::ProcMount(_) => "securityContext.procMount",
        };
        place.to_owned()
    }
}

/// Labels by name.
pub type Labels = BTreeMap<String, String>;
