//! The level of Pod Security that a Pod meets, judged as the admission of Kubernetes judges it.
//!
//! In: a Pod's specification, the minor version of Kubernetes, the kernel parameters that every node allows. Out: the
//! level, and every reason why it is not a stricter one. All containers count, those that run first included; a template
//! has no ephemeral ones.

use std::collections::BTreeSet;

use k8s_openapi::api::core::v1::{
    AppArmorProfile, Container, HTTPGetAction, LifecycleHandler, PodSpec, Probe, SELinuxOptions,
    SeccompProfile, SecurityContext, TCPSocketAction, Volume, WindowsSecurityContextOptions,
};

use crate::kube::literals::{ALL, LOCALHOST, NET_BIND_SERVICE, PROC_DEFAULT, RUNTIME_DEFAULT, WINDOWS};

/// The levels of Pod Security, from the strictest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Level {
    /// As little as a Pod can need.
    Restricted,
    /// No known way out of the container.
    Baseline,
    /// Everything.
    Privileged,
}

impl Level {
    /// The word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Restricted => "restricted",
            Self::Baseline => "baseline",
            Self::Privileged => "privileged",
        }
    }
}

/// From this minor version on, a Pod with users of its own may run as root and see all of `/proc`.
const RELAXES_OWN_USERS: u32 = 35;

/// From this minor version on, probes and hooks may not name a host.
const JUDGES_HOSTS: u32 = 34;

/// The capabilities that may be added at *baseline*.
const BASELINE: &[&str] = &[
    "AUDIT_WRITE",
    "CHOWN",
    "DAC_OVERRIDE",
    "FOWNER",
    "FSETID",
    "KILL",
    "MKNOD",
    "NET_BIND_SERVICE",
    "SETFCAP",
    "SETGID",
    "SETPCAP",
    "SETUID",
    "SYS_CHROOT",
];

/// The types of SELinux that may be set at *baseline*.
const SELINUX: &[&str] = &["", "container_t", "container_init_t", "container_kvm_t", "container_engine_t"];

/// The level that a Pod meets, and why it meets none that is stricter.
#[must_use]
pub fn level(spec: &PodSpec, kubernetes: u32, safe_sysctls: &BTreeSet<String>) -> (Level, Vec<String>) {
    let judge = Judge {
        spec,
        has_own_users: kubernetes >= RELAXES_OWN_USERS && spec.host_users == Some(false),
        judges_hosts: kubernetes >= JUDGES_HOSTS,
        safe_sysctls,
    };
    let above_baseline = judge.above_baseline();
    if !above_baseline.is_empty() {
        return (Level::Privileged, above_baseline);
    }
    let above_restricted = judge.above_restricted();
    let level = if above_restricted.is_empty() { Level::Restricted } else { Level::Baseline };
    (level, above_restricted)
}

struct Judge<'a> {
    spec: &'a PodSpec,
    has_own_users: bool,
    judges_hosts: bool,
    safe_sysctls: &'a BTreeSet<String>,
}

impl Judge<'_> {
    fn containers(&self) -> impl Iterator<Item = &Container> {
        self.spec.init_containers.iter().flatten().chain(&self.spec.containers)
    }

    fn above_baseline(&self) -> Vec<String> {
        let mut reasons = self.host();
        if let Some(security) = &self.spec.security_context {
            let (seccomp, armor) = (security.seccomp_profile.as_ref(), security.app_armor_profile.as_ref());
            let (selinux, windows) = (security.se_linux_options.as_ref(), security.windows_options.as_ref());
            reasons.extend(profiles("the Pod", seccomp, armor, selinux, windows));
            let unsafe_ones = security.sysctls.iter().flatten().map(|sysctl| &sysctl.name);
            let unsafe_ones = unsafe_ones.filter(|name| !self.safe_sysctls.contains(*name));
            reasons.extend(unsafe_ones.map(|name| format!("the kernel parameter `{name}` is not safe")));
        }
        for container in self.containers() {
            reasons.extend(self.container_above_baseline(container));
        }
        reasons
    }

    /// What a Pod has of its node.
    fn host(&self) -> Vec<String> {
        let mut reasons = Vec::new();
        let namespaces = [
            (self.spec.host_network, "it uses the node's network"),
            (self.spec.host_pid, "it sees the node's processes"),
            (self.spec.host_ipc, "it shares the node's memory segments"),
        ];
        let used = namespaces.iter().filter(|(is_used, _)| *is_used == Some(true));
        reasons.extend(used.map(|(_, reason)| (*reason).to_owned()));
        let volumes = self.spec.volumes.iter().flatten();
        for volume in volumes.filter(|volume| volume.host_path.is_some()) {
            reasons.push(format!("the volume `{}` is a path of the node", volume.name));
        }
        reasons
    }

    fn container_above_baseline(&self, container: &Container) -> Vec<String> {
        let who = format!("the container `{}`", container.name);
        let mut reasons = Vec::new();
        for port in container.ports.iter().flatten() {
            if let Some(number) = port.host_port.filter(|number| *number != 0) {
                reasons.push(format!("{who} takes port {number} of the node"));
            }
        }
        if self.judges_hosts && names_host(container) {
            reasons.push(format!("{who} has a probe or hook that names a host"));
        }
        let Some(security) = &container.security_context else { return reasons };
        if security.privileged == Some(true) {
            reasons.push(format!("{who} is privileged"));
        }
        let added = added(security).filter(|name| !BASELINE.contains(&name.as_str()));
        reasons.extend(added.map(|name| format!("{who} adds the capability `{name}`")));
        let (seccomp, armor) = (security.seccomp_profile.as_ref(), security.app_armor_profile.as_ref());
        let (selinux, windows) = (security.se_linux_options.as_ref(), security.windows_options.as_ref());
        reasons.extend(profiles(&who, seccomp, armor, selinux, windows));
        let shows_proc = security.proc_mount.as_ref().is_some_and(|mount| mount != PROC_DEFAULT);
        if shows_proc && !self.has_own_users {
            reasons.push(format!("{who} sees all of `/proc`"));
        }
        reasons
    }

    fn above_restricted(&self) -> Vec<String> {
        let volumes = self.spec.volumes.iter().flatten().filter(|volume| !is_harmless(volume));
        let mut reasons: Vec<String> = volumes
            .map(|volume| format!("the volume `{}` is of a kind that nodes share", volume.name))
            .collect();
        let pod = self.spec.security_context.as_ref();
        if !self.has_own_users {
            if pod.and_then(|pod| pod.run_as_non_root) == Some(false) {
                reasons.push("the Pod may run as root".to_owned());
            }
            if pod.and_then(|pod| pod.run_as_user) == Some(0) {
                reasons.push("the Pod runs as root".to_owned());
            }
        }
        for container in self.containers() {
            reasons.extend(self.container_above_restricted(container));
        }
        reasons
    }

    fn container_above_restricted(&self, container: &Container) -> Vec<String> {
        let who = format!("the container `{}`", container.name);
        let none = SecurityContext::default();
        let security = container.security_context.as_ref().unwrap_or(&none);
        let pod = self.spec.security_context.as_ref();
        let mut reasons = Vec::new();
        if !self.is_windows() {
            reasons.extend(linux_above_restricted(&who, security));
            let seccomp = security
                .seccomp_profile
                .as_ref()
                .or_else(|| pod.and_then(|pod| pod.seccomp_profile.as_ref()));
            if seccomp.is_none() {
                reasons.push(format!("{who} has no filter of system calls"));
            }
        }
        if !self.has_own_users {
            let is_refused = security.run_as_non_root.or_else(|| pod.and_then(|pod| pod.run_as_non_root));
            if is_refused != Some(true) {
                reasons.push(format!("{who} may run as root"));
            }
            if security.run_as_user == Some(0) {
                reasons.push(format!("{who} runs as root"));
            }
        }
        reasons
    }

    fn is_windows(&self) -> bool {
        self.spec.os.as_ref().is_some_and(|os| os.name == WINDOWS)
    }
}

fn linux_above_restricted(who: &str, security: &SecurityContext) -> Vec<String> {
    let mut reasons = Vec::new();
    if security.allow_privilege_escalation != Some(false) {
        reasons.push(format!("{who} may gain rights"));
    }
    let capabilities = security.capabilities.as_ref();
    let dropped = capabilities.and_then(|capabilities| capabilities.drop.as_ref());
    if !dropped.is_some_and(|names| names.iter().any(|name| name == ALL)) {
        reasons.push(format!("{who} does not drop all capabilities"));
    }
    let added = added(security).filter(|name| *name != NET_BIND_SERVICE);
    reasons.extend(added.map(|name| format!("{who} adds the capability `{name}`")));
    reasons
}

fn added(security: &SecurityContext) -> impl Iterator<Item = &String> {
    security.capabilities.iter().filter_map(|capabilities| capabilities.add.as_ref()).flatten()
}

/// What is wrong with the profiles of a Pod or a container, which both can have.
fn profiles(
    who: &str,
    seccomp: Option<&SeccompProfile>,
    armor: Option<&AppArmorProfile>,
    selinux: Option<&SELinuxOptions>,
    windows: Option<&WindowsSecurityContextOptions>,
) -> Vec<String> {
    let mut reasons = Vec::new();
    let is_known = |kind: &str| [RUNTIME_DEFAULT, LOCALHOST].contains(&kind);
    if seccomp.is_some_and(|profile| !is_known(&profile.type_)) {
        reasons.push(format!("{who} has no filter of system calls"));
    }
    if armor.is_some_and(|profile| !is_known(&profile.type_)) {
        reasons.push(format!("{who} is not confined by AppArmor"));
    }
    if selinux.is_some_and(|options| !is_confined(options)) {
        reasons.push(format!("{who} has SELinux options of its own"));
    }
    if windows.is_some_and(|options| options.host_process == Some(true)) {
        reasons.push(format!("{who} is a process of the node"));
    }
    reasons
}

fn is_confined(options: &SELinuxOptions) -> bool {
    let is_empty = |text: &Option<String>| text.as_deref().unwrap_or_default().is_empty();
    SELINUX.contains(&options.type_.as_deref().unwrap_or_default())
        && is_empty(&options.user)
        && is_empty(&options.role)
}

/// Whether a volume is of a kind that *restricted* allows; one without a kind becomes an empty folder.
fn is_harmless(volume: &Volume) -> bool {
    let is_allowed = volume.config_map.is_some()
        || volume.csi.is_some()
        || volume.downward_api.is_some()
        || volume.empty_dir.is_some()
        || volume.ephemeral.is_some()
        || volume.persistent_volume_claim.is_some()
        || volume.projected.is_some()
        || volume.secret.is_some()
        || volume.image.is_some();
    is_allowed || *volume == Volume { name: volume.name.clone(), ..Volume::default() }
}

fn names_host(container: &Container) -> bool {
    let probes = [&container.startup_probe, &container.readiness_probe, &container.liveness_probe];
    let probe = |probe: &Probe| names(probe.http_get.as_ref(), probe.tcp_socket.as_ref());
    let hook = |hook: &LifecycleHandler| names(hook.http_get.as_ref(), hook.tcp_socket.as_ref());
    let lifecycle = container.lifecycle.iter();
    let mut hooks = lifecycle.flat_map(|lifecycle| [&lifecycle.post_start, &lifecycle.pre_stop]).flatten();
    probes.into_iter().flatten().any(probe) || hooks.any(hook)
}

fn names(http: Option<&HTTPGetAction>, tcp: Option<&TCPSocketAction>) -> bool {
    let hosts = [http.and_then(|http| http.host.as_deref()), tcp.and_then(|tcp| tcp.host.as_deref())];
    hosts.into_iter().flatten().any(|host| !host.is_empty())
}

#[cfg(test)]
mod tests;
