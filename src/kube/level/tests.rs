//! Pods that meet each level, one change away from the strictest Pod.
//!
//! In: a table of changes. Out: nothing but failures.

use std::collections::BTreeSet;

use k8s_openapi::api::core::v1::{
    AppArmorProfile, Capabilities, Container, ContainerPort, HTTPGetAction, HostPathVolumeSource,
    NFSVolumeSource, PodOS, PodSecurityContext, PodSpec, Probe, SELinuxOptions, SeccompProfile,
    SecretVolumeSource, SecurityContext, Sysctl, Volume,
};

use super::Level::{self, Baseline, Privileged, Restricted};
use super::level;

fn seccomp(kind: &str) -> Option<SeccompProfile> {
    Some(SeccompProfile { type_: kind.to_owned(), localhost_profile: None })
}

fn strict() -> PodSpec {
    let drop = Some(vec!["ALL".to_owned()]);
    let security = SecurityContext {
        allow_privilege_escalation: Some(false),
        capabilities: Some(Capabilities { add: None, drop }),
        run_as_non_root: Some(true),
        seccomp_profile: seccomp("RuntimeDefault"),
        ..SecurityContext::default()
    };
    let container =
        Container { name: "web".to_owned(), security_context: Some(security), ..Container::default() };
    PodSpec { containers: vec![container], ..PodSpec::default() }
}

fn container(spec: &mut PodSpec) -> &mut Container {
    spec.containers.first_mut().unwrap()
}

fn own(spec: &mut PodSpec) -> &mut SecurityContext {
    container(spec).security_context.get_or_insert_default()
}

fn pod(spec: &mut PodSpec) -> &mut PodSecurityContext {
    spec.security_context.get_or_insert_default()
}

fn add(spec: &mut PodSpec, name: &str) {
    own(spec).capabilities.get_or_insert_default().add = Some(vec![name.to_owned()]);
}

fn sysctl(spec: &mut PodSpec, name: &str) {
    pod(spec).sysctls = Some(vec![Sysctl { name: name.to_owned(), value: "1".to_owned() }]);
}

fn selinux(spec: &mut PodSpec, kind: &str) {
    own(spec).se_linux_options =
        Some(SELinuxOptions { type_: Some(kind.to_owned()), ..SELinuxOptions::default() });
}

fn armor(spec: &mut PodSpec, kind: &str) {
    own(spec).app_armor_profile = Some(AppArmorProfile { type_: kind.to_owned(), localhost_profile: None });
}

fn volume(spec: &mut PodSpec, volume: Volume) {
    spec.volumes.get_or_insert_default().push(volume);
}

fn probe(spec: &mut PodSpec, host: &str) {
    let http = HTTPGetAction { host: Some(host.to_owned()), ..HTTPGetAction::default() };
    container(spec).readiness_probe = Some(Probe { http_get: Some(http), ..Probe::default() });
}

fn host_port(spec: &mut PodSpec, number: i32) {
    let port = ContainerPort { host_port: Some(number), ..ContainerPort::default() };
    container(spec).ports = Some(vec![port]);
}

type Case = (&'static str, u32, fn(&mut PodSpec), Level);

const CASES: &[Case] = &[
    ("strict", 35, |_| {}, Restricted),
    ("privileged", 35, |spec| own(spec).privileged = Some(true), Privileged),
    ("host network", 35, |spec| spec.host_network = Some(true), Privileged),
    ("no host network", 35, |spec| spec.host_network = Some(false), Restricted),
    ("host processes", 35, |spec| spec.host_pid = Some(true), Privileged),
    ("host memory", 35, |spec| spec.host_ipc = Some(true), Privileged),
    ("host port", 35, |spec| host_port(spec, 80), Privileged),
    ("no host port", 35, |spec| host_port(spec, 0), Restricted),
    ("SYS_ADMIN", 35, |spec| add(spec, "SYS_ADMIN"), Privileged),
    ("NET_RAW", 35, |spec| add(spec, "NET_RAW"), Privileged),
    ("CHOWN", 35, |spec| add(spec, "CHOWN"), Baseline),
    ("NET_BIND_SERVICE", 35, |spec| add(spec, "NET_BIND_SERVICE"), Restricted),
    ("nothing dropped", 35, |spec| own(spec).capabilities = None, Baseline),
    ("may gain rights", 35, |spec| own(spec).allow_privilege_escalation = None, Baseline),
    ("unconfined", 35, |spec| own(spec).seccomp_profile = seccomp("Unconfined"), Privileged),
    ("unconfined Pod", 35, |spec| pod(spec).seccomp_profile = seccomp("Unconfined"), Privileged),
    ("no seccomp", 35, |spec| own(spec).seccomp_profile = None, Baseline),
    (
        "seccomp of the Pod",
        35,
        |spec| {
            own(spec).seccomp_profile = None;
            pod(spec).seccomp_profile = seccomp("Localhost");
        },
        Restricted,
    ),
    ("no AppArmor", 35, |spec| armor(spec, "Unconfined"), Privileged),
    ("AppArmor", 35, |spec| armor(spec, "RuntimeDefault"), Restricted),
    ("SELinux off", 35, |spec| selinux(spec, "spc_t"), Privileged),
    ("SELinux", 35, |spec| selinux(spec, "container_init_t"), Restricted),
    ("all of /proc", 35, |spec| own(spec).proc_mount = Some("Unmasked".to_owned()), Privileged),
    ("safe parameter", 35, |spec| sysctl(spec, "net.ipv4.tcp_syncookies"), Restricted),
    ("unsafe parameter", 35, |spec| sysctl(spec, "net.core.somaxconn"), Privileged),
    ("host in a probe", 34, |spec| probe(spec, "10.0.0.1"), Privileged),
    ("host in a probe, before", 33, |spec| probe(spec, "10.0.0.1"), Restricted),
    ("no host in a probe", 35, |spec| probe(spec, ""), Restricted),
    ("no user", 35, |spec| own(spec).run_as_non_root = None, Baseline),
    ("root", 35, |spec| own(spec).run_as_user = Some(0), Baseline),
    ("root Pod", 35, |spec| pod(spec).run_as_user = Some(0), Baseline),
    (
        "user of the Pod",
        35,
        |spec| {
            own(spec).run_as_non_root = None;
            pod(spec).run_as_non_root = Some(true);
        },
        Restricted,
    ),
    ("root in users of its own", 35, root_in_own_users, Restricted),
    ("root in users of its own, before", 34, root_in_own_users, Privileged),
    ("path of the node", 35, |spec| volume(spec, host_path()), Privileged),
    ("secret", 35, |spec| volume(spec, secret()), Restricted),
    ("no kind of volume", 35, |spec| volume(spec, Volume::default()), Restricted),
    ("NFS", 35, |spec| volume(spec, nfs()), Baseline),
    ("first container", 35, |spec| spec.init_containers = Some(vec![Container::default()]), Baseline),
    (
        "Windows",
        35,
        |spec| {
            spec.os = Some(PodOS { name: "windows".to_owned() });
            *own(spec) = SecurityContext { run_as_non_root: Some(true), ..SecurityContext::default() };
        },
        Restricted,
    ),
];

fn root_in_own_users(spec: &mut PodSpec) {
    spec.host_users = Some(false);
    own(spec).run_as_non_root = None;
    own(spec).run_as_user = Some(0);
    own(spec).proc_mount = Some("Unmasked".to_owned());
}

fn host_path() -> Volume {
    Volume { host_path: Some(HostPathVolumeSource::default()), ..Volume::default() }
}

fn secret() -> Volume {
    Volume { secret: Some(SecretVolumeSource::default()), ..Volume::default() }
}

fn nfs() -> Volume {
    Volume { nfs: Some(NFSVolumeSource::default()), ..Volume::default() }
}

#[test]
fn pods_are_judged_as_the_admission_does() {
    let safe = BTreeSet::from(["net.ipv4.tcp_syncookies".to_owned()]);
    for (name, kubernetes, change, expected) in CASES {
        let mut spec = strict();
        change(&mut spec);
        let (found, reasons) = level(&spec, *kubernetes, &safe);
        assert_eq!(found, *expected, "{name}: {reasons:?}");
        assert_eq!(reasons.is_empty(), found == Restricted, "{name}");
    }
}

#[test]
fn reasons_name_what_it_is_about() {
    let mut spec = strict();
    own(&mut spec).privileged = Some(true);
    assert_eq!(level(&spec, 35, &BTreeSet::new()).1, ["the container `web` is privileged"]);
}
