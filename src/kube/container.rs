//! One container, from what was decided about it.
//!
//! In: its settings in any order. Out: a container in which every list has one order: variables that refer to others
//! stand after those, because Kubernetes only knows what it has read.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::{
    Capabilities, Container, EnvVar, Lifecycle, ResourceRequirements, SecurityContext,
};
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;

use crate::plan::setting::ContainerSetting;

/// Builds a container.
pub(super) fn container(name: &str, settings: &[&ContainerSetting]) -> Container {
    let mut container = Container { name: name.to_owned(), ..Container::default() };
    for setting in settings {
        apply(&mut container, setting);
    }
    sort(&mut container);
    container
}

fn apply(container: &mut Container, setting: &ContainerSetting) {
    match setting {
        ContainerSetting::Image(image) => container.image = Some(image.clone()),
        ContainerSetting::PullPolicy(policy) => container.image_pull_policy = Some(policy.clone()),
        ContainerSetting::Command(words) => container.command = Some(words.clone()),
        ContainerSetting::Args(words) => container.args = Some(words.clone()),
        ContainerSetting::WorkingDir(folder) => container.working_dir = Some(folder.clone()),
        ContainerSetting::Env(variable) => {
            container.env.get_or_insert_default().push((**variable).clone());
        }
        ContainerSetting::Port(port) => container.ports.get_or_insert_default().push((**port).clone()),
        ContainerSetting::Limit(name, quantity) => limit(container, name, quantity),
        ContainerSetting::Device(name, quantity) => {
            limit(container, name, quantity);
            request(container, name, quantity);
        }
        ContainerSetting::Request(name, quantity) => request(container, name, quantity),
        ContainerSetting::StartupProbe(probe) => container.startup_probe = Some((**probe).clone()),
        ContainerSetting::ReadinessProbe(probe) => container.readiness_probe = Some((**probe).clone()),
        ContainerSetting::LivenessProbe(probe) => container.liveness_probe = Some((**probe).clone()),
        ContainerSetting::PostStart(handler) => lifecycle(container).post_start = Some((**handler).clone()),
        ContainerSetting::PreStop(handler) => lifecycle(container).pre_stop = Some((**handler).clone()),
        ContainerSetting::StopSignal(signal) => lifecycle(container).stop_signal = Some(signal.clone()),
        ContainerSetting::Stdin(is_open) => container.stdin = Some(*is_open),
        ContainerSetting::Tty(is_there) => container.tty = Some(*is_there),
        ContainerSetting::Mount(mount) => {
            container.volume_mounts.get_or_insert_default().push((**mount).clone());
        }
        ContainerSetting::Escalation(may) => security(container).allow_privilege_escalation = Some(*may),
        ContainerSetting::Privileged(is) => security(container).privileged = Some(*is),
        ContainerSetting::ReadOnlyRoot(is) => security(container).read_only_root_filesystem = Some(*is),
        ContainerSetting::User(id) => security(container).run_as_user = Some(*id),
        ContainerSetting::Group(id) => security(container).run_as_group = Some(*id),
        ContainerSetting::NonRoot(is) => security(container).run_as_non_root = Some(*is),
        ContainerSetting::Drop(name) => {
            capabilities(container).drop.get_or_insert_default().push(name.clone());
        }
        ContainerSetting::Add(name) => capabilities(container).add.get_or_insert_default().push(name.clone()),
        ContainerSetting::Seccomp(profile) => security(container).seccomp_profile = Some(profile.clone()),
        ContainerSetting::AppArmor(profile) => security(container).app_armor_profile = Some(profile.clone()),
        ContainerSetting::SeLinux(options) => security(container).se_linux_options = Some(options.clone()),
        ContainerSetting::ProcMount(kind) => security(container).proc_mount = Some(kind.clone()),
    }
}

fn sort(container: &mut Container) {
    if let Some(variables) = &mut container.env {
        variables.sort_by(|one, other| (refers(one), &one.name).cmp(&(refers(other), &other.name)));
        variables.dedup();
    }
    if let Some(ports) = &mut container.ports {
        ports.sort_by(|one, other| {
            (one.container_port, &one.protocol).cmp(&(other.container_port, &other.protocol))
        });
        ports.dedup();
    }
    if let Some(mounts) = &mut container.volume_mounts {
        mounts.sort_by(|one, other| (&one.mount_path, &one.name).cmp(&(&other.mount_path, &other.name)));
        mounts.dedup();
    }
    let capabilities =
        container.security_context.as_mut().and_then(|security| security.capabilities.as_mut());
    if let Some(capabilities) = capabilities {
        for names in [&mut capabilities.add, &mut capabilities.drop].into_iter().flatten() {
            names.sort();
            names.dedup();
        }
    }
}

/// Whether the value of a variable may hold that of another one.
fn refers(variable: &EnvVar) -> bool {
    variable.value.as_ref().is_some_and(|value| value.contains("$("))
}

fn security(container: &mut Container) -> &mut SecurityContext {
    container.security_context.get_or_insert_default()
}

fn capabilities(container: &mut Container) -> &mut Capabilities {
    security(container).capabilities.get_or_insert_default()
}

fn lifecycle(container: &mut Container) -> &mut Lifecycle {
    container.lifecycle.get_or_insert_default()
}

fn limit(container: &mut Container, name: &str, quantity: &Quantity) {
    set(&mut resources(container).limits, name, quantity);
}

fn request(container: &mut Container, name: &str, quantity: &Quantity) {
    set(&mut resources(container).requests, name, quantity);
}

fn resources(container: &mut Container) -> &mut ResourceRequirements {
    container.resources.get_or_insert_default()
}

fn set(quantities: &mut Option<BTreeMap<String, Quantity>>, name: &str, quantity: &Quantity) {
    quantities.get_or_insert_default().insert(name.to_owned(), quantity.clone());
}

#[cfg(test)]
mod tests {
    use k8s_openapi::api::core::v1::{ContainerPort, EnvVar, VolumeMount};
    use k8s_openapi::apimachinery::pkg::api::resource::Quantity;

    use super::container;
    use crate::plan::setting::ContainerSetting;

    fn variable(name: &str, value: &str) -> ContainerSetting {
        let variable = EnvVar { name: name.to_owned(), value: Some(value.to_owned()), value_from: None };
        ContainerSetting::Env(Box::new(variable))
    }

    fn built(settings: &[ContainerSetting]) -> k8s_openapi::api::core::v1::Container {
        container("web", &settings.iter().collect::<Vec<_>>())
    }

    #[test]
    fn a_variable_stands_after_those_it_refers_to() {
        let settings = [
            variable("A_URL", "x://$(Z_HOST)"),
            variable("Z_HOST", "db"),
            variable("B", ""),
            variable("B", ""),
        ];
        let names: Vec<String> =
            built(&settings).env.unwrap().into_iter().map(|variable| variable.name).collect();
        assert_eq!(names, ["B", "Z_HOST", "A_URL"]);
    }

    #[test]
    fn ports_and_mounts_are_sorted() {
        let port = |number: i32, protocol: &str| {
            let protocol = Some(protocol.to_owned());
            ContainerSetting::Port(Box::new(ContainerPort {
                container_port: number,
                protocol,
                ..Default::default()
            }))
        };
        let mount = |path: &str| {
            ContainerSetting::Mount(Box::new(VolumeMount {
                mount_path: path.to_owned(),
                ..Default::default()
            }))
        };
        let built = built(&[
            port(8080, "TCP"),
            port(53, "UDP"),
            port(53, "TCP"),
            mount("/b"),
            mount("/a/c"),
            mount("/a"),
        ]);
        let ports: Vec<i32> = built.ports.unwrap().iter().map(|port| port.container_port).collect();
        assert_eq!(ports, [53, 53, 8080]);
        let mounts: Vec<String> =
            built.volume_mounts.unwrap().into_iter().map(|mount| mount.mount_path).collect();
        assert_eq!(mounts, ["/a", "/a/c", "/b"]);
    }

    #[test]
    fn a_device_is_set_aside_and_limited() {
        let resources = built(&[
            ContainerSetting::Device("nvidia.com/gpu".to_owned(), Quantity("1".to_owned())),
            ContainerSetting::Limit("memory", Quantity("1Gi".to_owned())),
        ])
        .resources
        .unwrap();
        assert!(resources.limits.unwrap().keys().eq(["memory", "nvidia.com/gpu"]));
        assert!(resources.requests.unwrap().keys().eq(["nvidia.com/gpu"]));
    }

    #[test]
    fn what_nobody_decided_is_not_there() {
        let built =
            built(&[ContainerSetting::Add("CHOWN".to_owned()), ContainerSetting::Add("CHOWN".to_owned())]);
        let security = built.security_context.unwrap();
        assert_eq!(security.capabilities.unwrap().add.unwrap(), ["CHOWN"]);
        assert!(security.run_as_user.is_none() && built.resources.is_none() && built.env.is_none());
    }
}
