//! The object that runs Pods: Deployment, StatefulSet, DaemonSet, Job or CronJob.
//!
//! In: the settings of a workload and its Pod. Out: one object. What its kind cannot have is returned as a bug of ours;
//! only the way of updating is fitted to the kind, because each kind has its own.

use k8s_openapi::api::apps::v1::{
    DaemonSet, DaemonSetSpec, DaemonSetUpdateStrategy, Deployment, DeploymentSpec, DeploymentStrategy,
    RollingUpdateDaemonSet, RollingUpdateDeployment, StatefulSet, StatefulSetSpec, StatefulSetUpdateStrategy,
};
use k8s_openapi::api::batch::v1::{
    CronJob, CronJobSpec, Job, JobSpec, JobTemplateSpec, PodFailurePolicy,
    PodFailurePolicyOnPodConditionsPattern, PodFailurePolicyRule,
};
use k8s_openapi::api::core::v1::PodTemplateSpec;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

use serde_json::json;

use crate::kube::gather::Workload;
use crate::kube::identity::Identity;
use crate::kube::literals::{DISRUPTION_TARGET, IGNORE, NEVER, RECREATE, ROLLING_UPDATE, TRUE};
use crate::kube::object::{Area, Object};
use crate::plan::digest::hex;
use crate::plan::setting::{Kind, Update, WorkloadSetting};

/// The settings of a workload, each in its place.
#[derive(Default)]
struct Shape<'p> {
    replicas: Option<i32>,
    update: Option<&'p Update>,
    min_ready_seconds: Option<i32>,
    progress_deadline: Option<i32>,
    revision_history: Option<i32>,
    backoff_limit: Option<i32>,
    completions: Option<i32>,
    parallelism: Option<i32>,
    ignore_disruption: bool,
    schedule: Option<&'p str>,
    time_zone: Option<&'p str>,
    concurrency: Option<&'p str>,
    suspend: Option<bool>,
}

/// What a workload is; a Deployment if nobody decided.
pub(super) fn kind(workload: &Workload<'_>) -> Kind {
    let decided = workload.settings.iter().find_map(|setting| match setting {
        WorkloadSetting::Kind(kind) => Some(*kind),
        WorkloadSetting::Replicas(_)
        | WorkloadSetting::Update(_)
        | WorkloadSetting::MinReadySeconds(_)
        | WorkloadSetting::ProgressDeadline(_)
        | WorkloadSetting::RevisionHistory(_)
        | WorkloadSetting::BackoffLimit(_)
        | WorkloadSetting::Completions(_)
        | WorkloadSetting::Parallelism(_)
        | WorkloadSetting::IgnoreDisruption
        | WorkloadSetting::Schedule(_)
        | WorkloadSetting::TimeZone(_)
        | WorkloadSetting::Concurrency(_)
        | WorkloadSetting::Suspend(_) => None,
    });
    decided.unwrap_or(Kind::Deployment)
}

/// What is wrong with the settings of a workload, a line each: places that its kind does not have.
pub(super) fn bugs(name: &str, workload: &Workload<'_>, kind: Kind) -> Vec<String> {
    let lost = workload.settings.iter().filter(|setting| !has(kind, setting));
    lost.map(|setting| format!("`{name}` is a {}, which has no {setting:?}", kind.as_str())).collect()
}

/// Builds the object of a workload.
pub(super) fn object(
    name: &str,
    namespace: &str,
    workload: &Workload<'_>,
    kind: Kind,
    template: PodTemplateSpec,
    identity: &Identity,
) -> Object {
    let mut shape = Shape::default();
    for setting in &workload.settings {
        shape.take(setting);
    }
    let mut metadata = identity.metadata(name, Some(namespace), &workload.annotations);
    match kind {
        Kind::Deployment => {
            let spec = Some(shape.deployment(name, template, identity));
            Object::of(Area::Manifests, &Deployment { metadata, spec, status: None })
        }
        Kind::StatefulSet => {
            let spec = Some(shape.stateful_set(name, template, identity));
            Object::of(Area::Manifests, &StatefulSet { metadata, spec, status: None })
        }
        Kind::DaemonSet => {
            let spec = Some(shape.daemon_set(name, template, identity));
            Object::of(Area::Manifests, &DaemonSet { metadata, spec, status: None })
        }
        Kind::Job => {
            let spec = JobSpec { suspend: shape.suspend, ..shape.job(template) };
            metadata.name = Some(name_of_job(name, &spec));
            Object::of(Area::Manifests, &Job { metadata, spec: Some(spec), status: None })
        }
        Kind::CronJob => {
            let spec = Some(shape.cron_job(name, template, identity));
            Object::of(Area::Manifests, &CronJob { metadata, spec, status: None })
        }
    }
}

/// So many digits of a digest tell the definitions of a Job apart.
const DIGITS: usize = 8;

/// The name of a Job with what nobody can change of it: another definition is another Job, and the same one has run.
fn name_of_job(name: &str, spec: &JobSpec) -> String {
    let fixed = json!([spec.template, spec.completions, spec.pod_failure_policy]);
    let digest = hex(fixed.to_string().as_bytes());
    format!("{name}-{}", digest.get(..DIGITS).unwrap_or_default())
}

/// The workload of a Job, by the name of the Job.
pub(super) fn workload_of_job(name: &str) -> &str {
    name.get(..name.len().saturating_sub(DIGITS + 1)).unwrap_or(name)
}

/// Whether a kind has a place for a setting.
fn has(kind: Kind, setting: &WorkloadSetting) -> bool {
    match setting {
        WorkloadSetting::Kind(_) | WorkloadSetting::Update(_) => true,
        WorkloadSetting::Replicas(_) => matches!(kind, Kind::Deployment | Kind::StatefulSet),
        WorkloadSetting::MinReadySeconds(_) | WorkloadSetting::RevisionHistory(_) => !kind.ends(),
        WorkloadSetting::ProgressDeadline(_) => kind == Kind::Deployment,
        WorkloadSetting::BackoffLimit(_)
        | WorkloadSetting::Completions(_)
        | WorkloadSetting::Parallelism(_)
        | WorkloadSetting::IgnoreDisruption
        | WorkloadSetting::Suspend(_) => kind.ends(),
        WorkloadSetting::Schedule(_) | WorkloadSetting::TimeZone(_) | WorkloadSetting::Concurrency(_) => {
            kind == Kind::CronJob
        }
    }
}

impl<'p> Shape<'p> {
    fn take(&mut self, setting: &'p WorkloadSetting) {
        match setting {
            WorkloadSetting::Kind(_) => {}
            WorkloadSetting::Replicas(count) => self.replicas = Some(*count),
            WorkloadSetting::Update(update) => self.update = Some(update),
            WorkloadSetting::MinReadySeconds(seconds) => self.min_ready_seconds = Some(*seconds),
            WorkloadSetting::ProgressDeadline(seconds) => self.progress_deadline = Some(*seconds),
            WorkloadSetting::RevisionHistory(count) => self.revision_history = Some(*count),
            WorkloadSetting::BackoffLimit(count) => self.backoff_limit = Some(*count),
            WorkloadSetting::Completions(count) => self.completions = Some(*count),
            WorkloadSetting::Parallelism(count) => self.parallelism = Some(*count),
            WorkloadSetting::IgnoreDisruption => self.ignore_disruption = true,
            WorkloadSetting::Schedule(schedule) => self.schedule = Some(schedule),
            WorkloadSetting::TimeZone(zone) => self.time_zone = Some(zone),
            WorkloadSetting::Concurrency(policy) => self.concurrency = Some(policy),
            WorkloadSetting::Suspend(does) => self.suspend = Some(*does),
        }
    }

    fn deployment(&self, name: &str, template: PodTemplateSpec, identity: &Identity) -> DeploymentSpec {
        let strategy = self.update.map(|update| match update {
            Update::Recreate => DeploymentStrategy { type_: Some(RECREATE.to_owned()), rolling_update: None },
            Update::Rolling { unavailable, surge } => DeploymentStrategy {
                type_: Some(ROLLING_UPDATE.to_owned()),
                rolling_update: Some(RollingUpdateDeployment {
                    max_unavailable: Some(count(unavailable)),
                    max_surge: Some(count(surge)),
                }),
            },
        });
        DeploymentSpec {
            replicas: self.replicas,
            min_ready_seconds: self.min_ready_seconds,
            progress_deadline_seconds: self.progress_deadline,
            revision_history_limit: self.revision_history,
            selector: identity.label_selector(name),
            strategy,
            template,
            paused: None,
        }
    }

    /// A StatefulSet never runs two Pods of one name, so that there is nothing to choose but the order of the names;
    /// how many may be missing is a field that servers before 1.35 drop.
    fn stateful_set(&self, name: &str, template: PodTemplateSpec, identity: &Identity) -> StatefulSetSpec {
        let update_strategy = self.update.map(|_| StatefulSetUpdateStrategy {
            type_: Some(ROLLING_UPDATE.to_owned()),
            rolling_update: None,
        });
        StatefulSetSpec {
            replicas: self.replicas,
            service_name: Some(name.to_owned()),
            min_ready_seconds: self.min_ready_seconds,
            revision_history_limit: self.revision_history,
            selector: identity.label_selector(name),
            update_strategy,
            template,
            ..StatefulSetSpec::default()
        }
    }

    fn daemon_set(&self, name: &str, template: PodTemplateSpec, identity: &Identity) -> DaemonSetSpec {
        let rolling = |unavailable: &str| {
            // None missing means a second Pod beside the first, which ports and volumes of a node do not allow.
            let is_none = unavailable.trim_end_matches('%').parse::<u32>() == Ok(0);
            (!is_none).then(|| RollingUpdateDaemonSet {
                max_unavailable: Some(count(unavailable)),
                max_surge: None,
            })
        };
        let update_strategy = self.update.map(|update| DaemonSetUpdateStrategy {
            type_: Some(ROLLING_UPDATE.to_owned()),
            rolling_update: match update {
                Update::Recreate => None,
                Update::Rolling { unavailable, surge: _ } => rolling(unavailable),
            },
        });
        DaemonSetSpec {
            min_ready_seconds: self.min_ready_seconds,
            revision_history_limit: self.revision_history,
            selector: identity.label_selector(name),
            update_strategy,
            template,
        }
    }

    fn job(&self, template: PodTemplateSpec) -> JobSpec {
        let policy = template.spec.as_ref().and_then(|spec| spec.restart_policy.as_deref());
        // The API server refuses the policy where containers start again by themselves.
        let ignores = self.ignore_disruption && policy == Some(NEVER);
        JobSpec {
            backoff_limit: self.backoff_limit,
            completions: self.completions,
            parallelism: self.parallelism,
            pod_failure_policy: ignores.then(ignore_disruption),
            template,
            ..JobSpec::default()
        }
    }

    fn cron_job(&self, name: &str, template: PodTemplateSpec, identity: &Identity) -> CronJobSpec {
        let metadata = ObjectMeta { labels: Some(identity.labels(name)), ..ObjectMeta::default() };
        CronJobSpec {
            schedule: self.schedule.unwrap_or_default().to_owned(),
            time_zone: self.time_zone.map(str::to_owned),
            concurrency_policy: self.concurrency.map(str::to_owned),
            suspend: self.suspend,
            job_template: JobTemplateSpec { metadata: Some(metadata), spec: Some(self.job(template)) },
            ..CronJobSpec::default()
        }
    }
}

fn ignore_disruption() -> PodFailurePolicy {
    let condition = PodFailurePolicyOnPodConditionsPattern {
        type_: DISRUPTION_TARGET.to_owned(),
        status: Some(TRUE.to_owned()),
    };
    let rule = PodFailurePolicyRule {
        action: IGNORE.to_owned(),
        on_exit_codes: None,
        on_pod_conditions: Some(vec![condition]),
    };
    PodFailurePolicy { rules: vec![rule] }
}

/// A number or a percentage.
fn count(text: &str) -> IntOrString {
    text.parse::<i32>().map_or_else(|_| IntOrString::String(text.to_owned()), IntOrString::Int)
}

#[cfg(test)]
mod tests {
    use k8s_openapi::api::core::v1::{PodSpec, PodTemplateSpec};
    use serde_json::{Value, json};

    use super::{bugs, object};
    use crate::kube::gather::Workload;
    use crate::kube::identity::Identity;
    use crate::plan::setting::{Kind, Update, WorkloadSetting};

    fn spec(kind: Kind, settings: &[WorkloadSetting], restart: &str) -> Value {
        let workload = Workload { settings: settings.iter().collect(), ..Workload::default() };
        let pod = PodSpec { restart_policy: Some(restart.to_owned()), ..PodSpec::default() };
        let template = PodTemplateSpec { metadata: None, spec: Some(pod) };
        let mut value = object("web", "shop", &workload, kind, template, &Identity::of("shop")).value;
        value.pointer_mut("/spec").unwrap().take()
    }

    fn rolling(unavailable: &str, surge: &str) -> WorkloadSetting {
        WorkloadSetting::Update(Update::Rolling {
            unavailable: unavailable.to_owned(),
            surge: surge.to_owned(),
        })
    }

    #[test]
    fn each_kind_is_updated_in_its_own_way() {
        let deployment = spec(Kind::Deployment, &[rolling("25%", "1")], "Always");
        let expected =
            json!({"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 1, "maxUnavailable": "25%"}});
        assert_eq!(deployment.pointer("/strategy"), Some(&expected));

        let set = spec(Kind::StatefulSet, &[WorkloadSetting::Update(Update::Recreate)], "Always");
        assert_eq!(set.pointer("/updateStrategy"), Some(&json!({"type": "RollingUpdate"})));
        assert_eq!(set.pointer("/serviceName"), Some(&json!("web")));

        let daemons = spec(Kind::DaemonSet, &[rolling("2", "0")], "Always");
        assert_eq!(daemons.pointer("/updateStrategy/rollingUpdate"), Some(&json!({"maxUnavailable": 2})));
        let daemons = spec(Kind::DaemonSet, &[rolling("0", "1")], "Always");
        assert_eq!(daemons.pointer("/updateStrategy"), Some(&json!({"type": "RollingUpdate"})));
    }

    #[test]
    fn a_disruption_can_only_be_ignored_where_nothing_starts_again() {
        let settings = [WorkloadSetting::IgnoreDisruption, WorkloadSetting::BackoffLimit(0)];
        let rule =
            json!({"action": "Ignore", "onPodConditions": [{"type": "DisruptionTarget", "status": "True"}]});
        let job = spec(Kind::Job, &settings, "Never");
        assert_eq!(job.pointer("/podFailurePolicy/rules/0"), Some(&rule));
        assert_eq!(job.pointer("/selector"), None);
        assert_eq!(spec(Kind::Job, &settings, "OnFailure").pointer("/podFailurePolicy"), None);
    }

    #[test]
    fn a_cron_job_holds_a_job() {
        let settings = [WorkloadSetting::Schedule("0 3 * * *".to_owned()), WorkloadSetting::BackoffLimit(2)];
        let cron = spec(Kind::CronJob, &settings, "Never");
        assert_eq!(cron.pointer("/schedule"), Some(&json!("0 3 * * *")));
        assert_eq!(cron.pointer("/jobTemplate/spec/backoffLimit"), Some(&json!(2)));
    }

    #[test]
    fn what_a_kind_cannot_have_is_not_lost_in_silence() {
        let settings = [WorkloadSetting::Replicas(2), rolling("1", "0")];
        let workload = Workload { settings: settings.iter().collect(), ..Workload::default() };
        assert_eq!(
            bugs("web", &workload, Kind::DaemonSet),
            ["`web` is a DaemonSet, which has no Replicas(2)"]
        );
        assert!(bugs("web", &workload, Kind::Deployment).is_empty());
    }
}
