//! `restart`, `deploy.mode` and `deploy.restart_policy`: which object runs a service, and what happens when it ends.

use crate::finding::Severity;
use crate::plan::decision::Evidence;
use crate::plan::setting::{Kind, PodSetting, Setting, WorkloadSetting};
use crate::rules::clock::of_service;
use crate::rules::draft::Draft;
use crate::rules::kind::is_node_agent;
use crate::rules::subject::Subject;
use crate::rules::{Context, Rule};
use crate::source::path::ComposePath;

/// Sets the kind of a workload and how often it tries again.
pub(super) struct WorkloadKind;

impl Rule for WorkloadKind {
    fn id(&self) -> &'static str {
        "workload-kind"
    }

    fn service(&self, subject: &Subject<'_>, cx: &Context<'_>, out: &mut Draft<'_>) {
        let choice = &subject.kind;
        let setting = Setting::Workload(WorkloadSetting::Kind(choice.kind));
        out.decide(subject.workload_target(), setting, choice.evidence, &choice.because);
        let Some(service) = subject.service else { return };
        let policy = service.deploy.as_ref().and_then(|deploy| deploy.restart_policy.as_ref());
        let (restart, path) = match policy {
            Some(policy) if !policy.condition.is_empty() => {
                (policy.condition.as_str(), subject.below(&["deploy", "restart_policy", "condition"]))
            }
            Some(_) => ("any", subject.below(&["deploy", "restart_policy"])),
            None => (service.restart.as_str(), subject.at("restart")),
        };
        if choice.kind.ends() {
            let attempts = policy.and_then(|policy| policy.max_attempts);
            let by_label = of_service(&subject.path, service, cx.loaded).and_then(|clock| clock.attempts);
            ends(subject, restart, attempts, by_label, &path, out);
        } else {
            runs_for_long(restart, &path, out);
        }
        close_the_rest(subject, out);
        if choice.kind == Kind::Job && choice.evidence == Evidence::Assumed {
            let title = format!("it becomes a Job that runs once, as {}", choice.why);
            let place = choice.because.first().unwrap_or(&subject.path);
            let help = "if it runs for long, `kind: Deployment` of the service in the policy changes it";
            out.find_with(Severity::Note, place, &title, help);
        }
        if is_node_agent(subject.container, &subject.image) && choice.kind != Kind::DaemonSet {
            let title = "this program watches the node it runs on, and runs on one node only";
            out.find_as(
                Severity::Note,
                &subject.path,
                title,
                "`kind: DaemonSet` in the policy runs it on every node",
            );
        }
    }
}

fn ends(
    subject: &Subject<'_>,
    restart: &str,
    attempts: Option<u64>,
    by_label: Option<(i32, ComposePath)>,
    path: &ComposePath,
    out: &mut Draft<'_>,
) {
    let (kind, count) = restart.split_once(':').unwrap_or((restart, ""));
    let tries = kind == "on-failure";
    let limit = match (tries, count.parse().ok().or(attempts.and_then(|count| i32::try_from(count).ok()))) {
        (true, Some(count)) => count,
        (true, None) => 6,
        (false, _) => 0,
    };
    let target = subject.workload_target();
    let because = std::slice::from_ref(path);
    let (limit, of_limit) = match &by_label {
        Some((limit, at)) => (*limit, std::slice::from_ref(at)),
        None => (limit, because),
    };
    let again = if tries { "OnFailure" } else { "Never" };
    let settings = [
        (Setting::Workload(WorkloadSetting::BackoffLimit(limit)), of_limit),
        (Setting::Pod(PodSetting::RestartPolicy(again.to_owned())), because),
    ];
    for (setting, because) in settings {
        out.decide(target.clone(), setting, Evidence::Compose, because);
    }
    if !tries {
        let setting = Setting::Workload(WorkloadSetting::IgnoreDisruption);
        out.decide(target, setting, Evidence::Default, because);
    }
    match kind {
        "always" | "unless-stopped" | "any" => {
            out.approximated_as(path, "a Job ends, and is not started again after it ended well");
        }
        _ => out.translated(path),
    }
    out.translated(&subject.below(&["deploy", "restart_policy", "max_attempts"]));
}

fn runs_for_long(restart: &str, path: &ComposePath, out: &mut Draft<'_>) {
    match restart.split_once(':').map_or(restart, |(kind, _)| kind) {
        "always" | "any" => out.translated(path),
        "unless-stopped" => out.approximated_as(
            path,
            "it is started again always; what should stay stopped is scaled to 0 replicas",
        ),
        "on-failure" => {
            out.approximated_as(path, "a container that ends well is started again too, and tries are not counted");
        }
        "no" | "none" => out.approximated_as(
            path,
            "a workload that runs for long is always started again; if it should run once, say `kind: Job` in the policy",
        ),
        _ => out.manual_as(path, &format!("the engine knows no restart policy `{restart}`")),
    }
}

/// What is left of the keys, whatever the kind.
fn close_the_rest(subject: &Subject<'_>, out: &mut Draft<'_>) {
    let deploy = |key: &str| subject.below(&["deploy", "restart_policy", key]);
    for key in ["delay", "window"] {
        out.dropped(&deploy(key));
    }
    if !subject.runs_as().ends() {
        out.dropped_as(&deploy("max_attempts"), "only Jobs count how often they try");
    }
    out.approximated_as(&deploy("condition"), "it decides instead of `restart`");
    out.approximated_as(&subject.at("restart"), "`deploy.restart_policy` decides instead");
    let mode = subject.below(&["deploy", "mode"]);
    match subject.service.and_then(|service| service.deploy.as_ref()).map(|deploy| deploy.mode.as_str()) {
        Some("global-job") => {
            out.manual_as(&mode, "a Job that runs on every node has no equal; this one runs once")
        }
        Some("global") if subject.runs_as().ends() => {
            out.manual_as(&mode, "what runs to its end on every node has no equal; this one runs once");
        }
        Some("" | "replicated" | "global" | "replicated-job") | None => out.translated(&mode),
        Some(other) => out.manual_as(&mode, &format!("nobody knows a deploy mode `{other}`")),
    }
}
