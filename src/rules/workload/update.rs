//! `deploy.update_config` and what follows from data and host ports: how Pods are replaced by newer ones.

use crate::compose::model::deploy::UpdateConfig;
use crate::plan::decision::Evidence;
use crate::plan::setting::{self, Kind, Setting, WorkloadSetting};
use crate::rules::draft::Draft;
use crate::rules::subject::Subject;
use crate::rules::{Context, Rule};
use crate::source::path::ComposePath;

/// Sets the strategy of updates.
pub(super) struct Update;

impl Rule for Update {
    fn id(&self) -> &'static str {
        "update"
    }

    fn service(&self, subject: &Subject<'_>, _cx: &Context<'_>, out: &mut Draft<'_>) {
        let path = subject.below(&["deploy", "update_config"]);
        let config = subject.service.and_then(|service| service.deploy.as_ref()?.update_config.as_ref());
        match subject.runs_as() {
            Kind::Deployment => deployment(subject, config, &path, out),
            Kind::StatefulSet | Kind::DaemonSet => {
                history(subject, out);
                let says = "it replaces one Pod after the other, the old one first";
                for key in ["parallelism", "order", "delay", "monitor"] {
                    out.approximated_as(&path.key(key), says);
                }
            }
            Kind::Job | Kind::CronJob => {
                for key in ["parallelism", "order", "delay", "monitor"] {
                    out.dropped_as(&path.key(key), "what runs to its end is not updated while it runs");
                }
            }
        }
        out.manual(&path.key("failure_action"));
        out.dropped(&path.key("max_failure_ratio"));
        out.translated(&path);
        out.dropped(&subject.below(&["deploy", "rollback_config"]));
    }
}

fn deployment(subject: &Subject<'_>, config: Option<&UpdateConfig>, path: &ComposePath, out: &mut Draft<'_>) {
    history(subject, out);
    let target = subject.workload_target();
    let network = subject.at("network_mode");
    if subject.container.network_mode == "host" {
        let update = Setting::Workload(WorkloadSetting::Update(setting::Update::Recreate));
        out.decide(target, update, Evidence::Compose, &[network]);
        let says = "two Pods cannot have one port of the node, so that the old one goes first";
        for key in ["parallelism", "order", "delay", "monitor"] {
            out.approximated_as(&path.key(key), says);
        }
        return;
    }
    let (strategy, evidence) = match config {
        Some(config) => (rolling(config), Evidence::Compose),
        None => {
            let update = setting::Update::Rolling { unavailable: "0".to_owned(), surge: "1".to_owned() };
            (update, Evidence::Default)
        }
    };
    let because: &[ComposePath] = if config.is_some() { std::slice::from_ref(path) } else { &[] };
    out.decide(target.clone(), Setting::Workload(WorkloadSetting::Update(strategy)), evidence, because);
    let pause =
        config.map(|config| config.delay.seconds_rounded_up().max(config.monitor.seconds_rounded_up()));
    if let Some(seconds) =
        pause.and_then(|seconds| i32::try_from(seconds).ok()).filter(|seconds| *seconds > 0)
    {
        let setting = Setting::Workload(WorkloadSetting::MinReadySeconds(seconds));
        out.decide(target, setting, Evidence::Compose, because);
    }
    out.translated(&path.key("parallelism"));
    out.translated(&path.key("order"));
    out.approximated(&path.key("delay"));
    out.approximated(&path.key("monitor"));
}

fn rolling(config: &UpdateConfig) -> setting::Update {
    let count = match config.parallelism {
        Some(0) => "100%".to_owned(),
        Some(count) => count.to_string(),
        None => "1".to_owned(),
    };
    let nothing = "0".to_owned();
    if config.order == "start-first" {
        setting::Update::Rolling { unavailable: nothing, surge: count }
    } else {
        setting::Update::Rolling { unavailable: count, surge: nothing }
    }
}

fn history(subject: &Subject<'_>, out: &mut Draft<'_>) {
    let setting = Setting::Workload(WorkloadSetting::RevisionHistory(3));
    out.decide(subject.workload_target(), setting, Evidence::Default, &[]);
}
