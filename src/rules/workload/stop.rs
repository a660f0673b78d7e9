//! `stop_grace_period` and `stop_signal`: how a container is asked to stop.

use crate::mapping::versions;
use crate::plan::decision::Evidence;
use crate::plan::setting::{ContainerSetting, PodSetting, Setting};
use crate::rules::draft::Draft;
use crate::rules::subject::Subject;
use crate::rules::{Context, Rule};

/// Signals by number, as far as anybody stops a program with them.
const SIGNALS: &[(&str, &str)] = &[
    ("1", "SIGHUP"),
    ("2", "SIGINT"),
    ("3", "SIGQUIT"),
    ("6", "SIGABRT"),
    ("9", "SIGKILL"),
    ("10", "SIGUSR1"),
    ("12", "SIGUSR2"),
    ("15", "SIGTERM"),
    ("28", "SIGWINCH"),
];

/// Sets the time and the signal of a stop.
pub(super) struct Stop;

impl Rule for Stop {
    fn id(&self) -> &'static str {
        "stop"
    }

    fn service(&self, subject: &Subject<'_>, cx: &Context<'_>, out: &mut Draft<'_>) {
        let period = subject.at("stop_grace_period");
        if let Some(duration) = subject.container.stop_grace_period {
            let setting = Setting::Pod(PodSetting::GracePeriod(duration.seconds_rounded_up().max(0)));
            out.decide(subject.workload_target(), setting, Evidence::Compose, std::slice::from_ref(&period));
        }
        out.translated(&period);
        signal(subject, cx, out);
    }
}

fn signal(subject: &Subject<'_>, cx: &Context<'_>, out: &mut Draft<'_>) {
    let path = subject.at("stop_signal");
    let written = subject.container.stop_signal.to_ascii_uppercase();
    if written.is_empty() {
        out.translated(&path);
        return;
    }
    let named = SIGNALS.iter().find(|(number, _)| *number == written).map(|(_, name)| (*name).to_owned());
    let name = named.unwrap_or_else(|| format!("SIG{}", written.strip_prefix("SIG").unwrap_or(&written)));
    let of_image = subject.profile().map(|profile| profile.stop_signal.as_str()).unwrap_or_default();
    if name == of_image || (of_image.is_empty() && subject.profile().is_some() && name == "SIGTERM") {
        out.translated(&path);
    } else if versions::has("stop-signal", cx.policy.kubernetes) {
        let because = std::slice::from_ref(&path);
        let setting = Setting::Container(ContainerSetting::StopSignal(name));
        out.decide(subject.container_target(), setting, Evidence::Compose, because);
        let os = Setting::Pod(PodSetting::Os("linux".to_owned()));
        out.decide(subject.workload_target(), os, Evidence::Compose, because);
        out.translated(&path);
    } else {
        let says = format!(
            "before Kubernetes 1.37 only the image can ask for {name}: set STOPSIGNAL in its Dockerfile"
        );
        out.manual_as(&path, &says);
    }
}
