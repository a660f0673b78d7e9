//! The Pod of a workload, from what was decided about it and its containers.
//!
//! In: the settings of a workload. Out: a [`Pod`] with its containers in the order of their names and every list sorted.
//! What its kind of workload cannot have is returned as a bug of ours.

use k8s_openapi::api::core::v1::{
    Affinity, Container, LocalObjectReference, PodAffinityTerm, PodAntiAffinity, PodOS, PodSecurityContext,
    PodSpec, PodTemplateSpec, Sysctl,
};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{LabelSelector, ObjectMeta};

use crate::kube::container::container;
use crate::kube::gather::{Workload, put};
use crate::kube::identity::{Identity, filled};
use crate::kube::literals::{ALWAYS, HOSTNAME, NEVER, ON_ROOT_MISMATCH};
use crate::plan::setting::{ContainerSetting, Kind, Labels, PodSetting};

/// The Pod of a workload.
#[derive(Clone, Default)]
pub(super) struct Pod {
    labels: Labels,
    annotations: Labels,
    pub(super) spec: PodSpec,
}

impl Pod {
    /// The Pod as part of its workload.
    pub(super) fn template(self) -> PodTemplateSpec {
        let metadata = ObjectMeta {
            labels: Some(self.labels),
            annotations: filled(&self.annotations),
            ..ObjectMeta::default()
        };
        PodTemplateSpec { metadata: Some(metadata), spec: Some(self.spec) }
    }
}

/// Builds the Pod of a workload; with it, what is wrong with the decisions.
pub(super) fn pod(
    name: &str,
    workload: &Workload<'_>,
    kind: Kind,
    identity: &Identity,
) -> (Pod, Option<String>) {
    let mut pod = Pod::default();
    let selector = identity.label_selector(name);
    for setting in &workload.pod {
        apply(&mut pod, setting, &selector);
    }
    // These last: a label of the user's must not take the place of one that is selected by.
    pod.labels.extend(identity.labels(name));
    let built = |(name, settings): (&&str, &Vec<&ContainerSetting>)| container(name, settings);
    pod.spec.containers = workload.containers.iter().map(built).collect();
    let init: Vec<Container> = workload.init_containers.iter().map(built).collect();
    pod.spec.init_containers = (!init.is_empty()).then_some(init);
    let bug = restart_policy(name, &mut pod.spec, kind);
    sort(&mut pod.spec);
    (pod, bug)
}

fn apply(pod: &mut Pod, setting: &PodSetting, selector: &LabelSelector) {
    let spec = &mut pod.spec;
    match setting {
        PodSetting::Annotation(key, value) => put(&mut pod.annotations, key, value),
        PodSetting::Label(key, value) => put(&mut pod.labels, key, value),
        PodSetting::RestartPolicy(policy) => spec.restart_policy = Some(policy.clone()),
        PodSetting::GracePeriod(seconds) => spec.termination_grace_period_seconds = Some(*seconds),
        PodSetting::ServiceAccount(name) => spec.service_account_name = Some(name.clone()),
        PodSetting::AutomountToken(does) => spec.automount_service_account_token = Some(*does),
        PodSetting::ServiceLinks(does) => spec.enable_service_links = Some(*does),
        PodSetting::HostNetwork(does) => spec.host_network = Some(*does),
        PodSetting::DnsPolicy(policy) => spec.dns_policy = Some(policy.clone()),
        PodSetting::HostPid(does) => spec.host_pid = Some(*does),
        PodSetting::HostIpc(does) => spec.host_ipc = Some(*does),
        PodSetting::HostUsers(does) => spec.host_users = Some(*does),
        PodSetting::ShareProcesses(does) => spec.share_process_namespace = Some(*does),
        PodSetting::FsGroup(id) => {
            let security = security(spec);
            security.fs_group = Some(*id);
            // A large volume is not walked through at each start, and files whose owner a program has set keep it.
            security.fs_group_change_policy = Some(ON_ROOT_MISMATCH.to_owned());
        }
        PodSetting::SupplementalGroup(id) => {
            security(spec).supplemental_groups.get_or_insert_default().push(*id);
        }
        PodSetting::Seccomp(profile) => security(spec).seccomp_profile = Some(profile.clone()),
        PodSetting::Sysctl(name, value) => {
            let sysctl = Sysctl { name: name.clone(), value: value.clone() };
            security(spec).sysctls.get_or_insert_default().push(sysctl);
        }
        PodSetting::NodeSelector(key, value) => put(spec.node_selector.get_or_insert_default(), key, value),
        PodSetting::NodeAffinity(nodes) => affinity(spec).node_affinity = Some(nodes.clone()),
        PodSetting::Spread(spread) => {
            let mut spread = spread.clone();
            spread.label_selector.get_or_insert_with(|| selector.clone());
            spec.topology_spread_constraints.get_or_insert_default().push(spread);
        }
        PodSetting::OnePerNode => affinity(spec).pod_anti_affinity = Some(one_per_node(selector)),
        PodSetting::RuntimeClass(name) => spec.runtime_class_name = Some(name.clone()),
        PodSetting::Os(name) => spec.os = Some(PodOS { name: name.clone() }),
        PodSetting::PullSecret(name) => {
            let reference = LocalObjectReference { name: name.clone() };
            spec.image_pull_secrets.get_or_insert_default().push(reference);
        }
        PodSetting::Volume(volume) => spec.volumes.get_or_insert_default().push((**volume).clone()),
    }
}

fn security(spec: &mut PodSpec) -> &mut PodSecurityContext {
    spec.security_context.get_or_insert_default()
}

fn affinity(spec: &mut PodSpec) -> &mut Affinity {
    spec.affinity.get_or_insert_default()
}

fn one_per_node(selector: &LabelSelector) -> PodAntiAffinity {
    let term = PodAffinityTerm {
        label_selector: Some(selector.clone()),
        topology_key: HOSTNAME.to_owned(),
        ..PodAffinityTerm::default()
    };
    PodAntiAffinity {
        required_during_scheduling_ignored_during_execution: Some(vec![term]),
        ..PodAntiAffinity::default()
    }
}

/// What ends may not start again by itself for ever, and what does not end always does.
fn restart_policy(name: &str, spec: &mut PodSpec, kind: Kind) -> Option<String> {
    let decided = spec.restart_policy.take();
    if kind.ends() {
        let is_wrong = decided.as_deref() == Some(ALWAYS);
        let policy = decided.filter(|_| !is_wrong).unwrap_or_else(|| NEVER.to_owned());
        spec.restart_policy = Some(policy);
        return is_wrong.then(|| format!("`{name}` ends by itself, and its Pods are to start always"));
    }
    let wrong = decided.as_deref().filter(|policy| *policy != ALWAYS)?;
    Some(format!("`{name}` is a {}, and its Pods are to restart {wrong}", kind.as_str()))
}

fn sort(spec: &mut PodSpec) {
    if let Some(security) = &mut spec.security_context {
        if let Some(groups) = &mut security.supplemental_groups {
            groups.sort_unstable();
            groups.dedup();
        }
        if let Some(sysctls) = &mut security.sysctls {
            sysctls.sort_by(|one, other| one.name.cmp(&other.name));
            sysctls.dedup();
        }
    }
    if let Some(spreads) = &mut spec.topology_spread_constraints {
        spreads.sort_by(|one, other| one.topology_key.cmp(&other.topology_key));
        spreads.dedup();
    }
    if let Some(secrets) = &mut spec.image_pull_secrets {
        secrets.sort_by(|one, other| one.name.cmp(&other.name));
        secrets.dedup();
    }
    if let Some(volumes) = &mut spec.volumes {
        volumes.sort_by(|one, other| one.name.cmp(&other.name));
        volumes.dedup();
    }
}

#[cfg(test)]
mod tests {
    use super::{Pod, pod};
    use crate::kube::gather::Workload;
    use crate::kube::identity::Identity;
    use crate::kube::literals::LABEL_NAME;
    use crate::plan::setting::{Kind, PodSetting};

    fn built(kind: Kind, settings: &[PodSetting]) -> (Pod, Option<String>) {
        let workload = Workload { pod: settings.iter().collect(), ..Workload::default() };
        pod("web", &workload, kind, &Identity::of("shop"))
    }

    fn restarts(policy: &str) -> PodSetting {
        PodSetting::RestartPolicy(policy.to_owned())
    }

    #[test]
    fn what_ends_never_starts_again_unless_that_is_said() {
        let policy = |kind, settings: &[PodSetting]| built(kind, settings).0.spec.restart_policy;
        assert_eq!(policy(Kind::Job, &[]).as_deref(), Some("Never"));
        assert_eq!(policy(Kind::CronJob, &[restarts("OnFailure")]).as_deref(), Some("OnFailure"));
        assert_eq!(policy(Kind::Deployment, &[restarts("Always")]), None);
        assert!(built(Kind::Job, &[restarts("Always")]).1.is_some());
        assert!(built(Kind::Deployment, &[restarts("Never")]).1.is_some());
        assert!(built(Kind::Deployment, &[restarts("Always")]).1.is_none());
    }

    #[test]
    fn a_label_of_the_user_does_not_change_what_is_selected() {
        let label = PodSetting::Label(LABEL_NAME.to_owned(), "other".to_owned());
        let pod = built(Kind::Deployment, &[label]).0;
        assert_eq!(pod.labels.get(LABEL_NAME).map(String::as_str), Some("web"));
    }

    #[test]
    fn one_per_node_is_about_its_own_pods() {
        let spec = built(Kind::Deployment, &[PodSetting::OnePerNode]).0.spec;
        let terms = spec.affinity.unwrap().pod_anti_affinity.unwrap();
        let term = terms.required_during_scheduling_ignored_during_execution.unwrap().remove(0);
        assert!(term.label_selector.unwrap().match_labels.unwrap().len() == 2);
    }

    #[test]
    fn files_of_volumes_get_their_group_once() {
        let security = built(Kind::Deployment, &[PodSetting::FsGroup(999)]).0.spec.security_context.unwrap();
        assert_eq!(security.fs_group, Some(999));
        assert_eq!(security.fs_group_change_policy.as_deref(), Some("OnRootMismatch"));
    }

    #[test]
    fn lists_are_sorted() {
        let sysctl = |name: &str| PodSetting::Sysctl(name.to_owned(), "1".to_owned());
        let settings =
            [sysctl("b"), sysctl("a"), PodSetting::SupplementalGroup(9), PodSetting::SupplementalGroup(3)];
        let security = built(Kind::Deployment, &settings).0.spec.security_context.unwrap();
        assert_eq!(security.supplemental_groups.unwrap(), [3, 9]);
        assert_eq!(security.sysctls.unwrap().first().map(|sysctl| sysctl.name.clone()).unwrap(), "a");
    }
}
