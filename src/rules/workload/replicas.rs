//! `scale` and `deploy.replicas`: how many containers run.

use crate::plan::decision::Evidence;
use crate::plan::setting::{Kind, Setting, WorkloadSetting};
use crate::rules::draft::Draft;
use crate::rules::subject::Subject;
use crate::rules::{Context, Rule};

/// Sets how many Pods run.
pub(super) struct Replicas;

impl Rule for Replicas {
    fn id(&self) -> &'static str {
        "replicas"
    }

    fn service(&self, subject: &Subject<'_>, _cx: &Context<'_>, out: &mut Draft<'_>) {
        let Some(service) = subject.service else { return };
        let (scale, deployed) = (subject.at("scale"), subject.below(&["deploy", "replicas"]));
        let written = i32::try_from(service.replicas()).unwrap_or(i32::MAX).max(0);
        let (count, evidence) = match subject.policy.replicas {
            Some(count) => (count, Evidence::Policy),
            None => (written, Evidence::Compose),
        };
        let because = [if service.scale.is_some() { scale.clone() } else { deployed.clone() }];
        let settings = match subject.runs_as() {
            Kind::Deployment | Kind::StatefulSet => vec![WorkloadSetting::Replicas(count)],
            Kind::Job => {
                vec![WorkloadSetting::Completions(count.max(1)), WorkloadSetting::Parallelism(count)]
            }
            Kind::DaemonSet | Kind::CronJob => Vec::new(),
        };
        let is_said = service.scale.is_some()
            || service.deploy.as_ref().is_some_and(|deploy| deploy.replicas.is_some())
            || subject.policy.replicas.is_some();
        for setting in settings {
            let because: &[_] = if is_said { &because } else { &[] };
            let evidence = if is_said { evidence } else { Evidence::Default };
            out.decide(subject.workload_target(), Setting::Workload(setting), evidence, because);
        }
        for path in [scale, deployed] {
            match subject.runs_as() {
                Kind::DaemonSet => out.dropped_as(&path, "a DaemonSet runs once on every node"),
                Kind::Deployment | Kind::StatefulSet | Kind::Job | Kind::CronJob => out.translated(&path),
            }
        }
    }
}
