//! What kind of object runs a service: the first condition of a list that is met decides.

use crate::compose::Loaded;
use crate::compose::model::container::Container;
use crate::compose::model::mount::Mount;
use crate::compose::model::service::{Job, Service};
use crate::plan::decision::Evidence;
use crate::plan::setting::Kind;
use crate::policy::OfService;
use crate::rules::clock;
use crate::rules::subject::Image;
use crate::rules::task::signs;
use crate::source::path::ComposePath;

/// A kind, and why.
#[derive(Clone, Debug)]
pub struct Choice {
    /// The kind.
    pub kind: Kind,
    /// In a few words.
    pub why: &'static str,
    /// The lines it follows from.
    pub because: Vec<ComposePath>,
    /// How good the reason is.
    pub evidence: Evidence,
}

/// Images whose replicas form a cluster, each with a name and data of its own.
const CLUSTERED: &[&str] = &[
    "cassandra",
    "cockroach",
    "couchbase",
    "elasticsearch",
    "etcd",
    "kafka",
    "opensearch",
    "rabbitmq",
    "zookeeper",
];

/// Images that watch the node they run on.
const NODE_AGENTS: &[&str] =
    &["cadvisor", "datadog", "filebeat", "fluent-bit", "netdata", "node-exporter", "promtail"];

/// Chooses the kind of one service or job.
#[must_use]
pub fn choose(
    name: &str,
    container: &Container,
    service: Option<&Service>,
    job: Option<&Job>,
    image: &Image,
    own: &OfService,
    loaded: &Loaded,
) -> Choice {
    let section = if job.is_some() { "jobs" } else { "services" };
    let path = ComposePath::of([section, name]);
    let says = |kind, why, keys: &[&str]| Choice {
        kind,
        why,
        because: vec![keys.iter().fold(path.clone(), |path, key| path.key(*key))],
        evidence: Evidence::Compose,
    };
    if job.is_some() {
        return says(Kind::CronJob, "it is a job", &[]);
    }
    if let Some(kind) = own.kind.as_deref().and_then(named) {
        return Choice { kind, why: "the policy says so", because: Vec::new(), evidence: Evidence::Policy };
    }
    let Some(service) = service else { return says(Kind::Deployment, "it runs for long", &[]) };
    if let Some(clock) = clock::of_service(&path, service, loaded) {
        let because = vec![clock.schedule.at];
        return Choice { because, ..says(Kind::CronJob, "its labels say when it runs", &[]) };
    }
    let mode = service.deploy.as_ref().map(|deploy| deploy.mode.as_str()).unwrap_or_default();
    match mode {
        "replicated-job" | "global-job" => {
            return says(Kind::Job, "it is deployed as a job", &["deploy", "mode"]);
        }
        "global" => return says(Kind::DaemonSet, "it is deployed on every node", &["deploy", "mode"]),
        _ => {}
    }
    if let Some(waiter) = waits_for_its_end(name, loaded) {
        let because = vec![waiter];
        return Choice { because, ..says(Kind::Job, "others wait until it has ended well", &[]) };
    }
    if let Some((key, why, evidence)) = runs_once(name, container, service, loaded) {
        return Choice { evidence, ..says(Kind::Job, why, &[key]) };
    }
    let volume = container.volumes.iter().position(is_data);
    let replicas = service.replicas();
    let family = image.profile.as_ref().map(|profile| profile.family.as_str()).unwrap_or_default();
    if replicas > 1 && CLUSTERED.iter().any(|clustered| family.contains(clustered)) {
        return says(Kind::StatefulSet, "its replicas form a cluster", &["image"]);
    }
    if let Some(index) = volume {
        let because = vec![path.key("volumes").index(index)];
        return Choice { because, ..says(Kind::StatefulSet, "it writes to a volume", &[]) };
    }
    if image.profile.as_ref().is_some_and(|profile| profile.stateful) {
        let evidence = Evidence::Catalogue;
        return Choice { evidence, ..says(Kind::StatefulSet, "its image keeps data", &["image"]) };
    }
    says(Kind::Deployment, "it runs for long and keeps no data", &[])
}

/// Whether a service looks as if it should run on every node, which only its owner can decide.
#[must_use]
pub fn is_node_agent(container: &Container, image: &Image) -> bool {
    let watches_host = container.pid == "host" || container.network_mode == "host";
    let binds = container.volumes.iter().any(|mount| mount.kind == "bind");
    let name = image.reference.as_ref().map(|reference| reference.repository.as_str()).unwrap_or_default();
    (watches_host || binds) && NODE_AGENTS.iter().any(|agent| name.contains(agent))
}

fn named(kind: &str) -> Option<Kind> {
    [Kind::Deployment, Kind::StatefulSet, Kind::DaemonSet, Kind::Job]
        .into_iter()
        .find(|known| known.as_str() == kind)
}

/// A volume that is written and that outlives the container.
fn is_data(mount: &Mount) -> bool {
    mount.kind == "volume" && !mount.read_only
}

/// The place where another service waits for the end of this one.
fn waits_for_its_end(name: &str, loaded: &Loaded) -> Option<ComposePath> {
    let services = loaded.project.services.iter().filter_map(|(waiter, service)| {
        let dependency = service.workload.depends_on.get(name)?;
        let waits = dependency.condition == "service_completed_successfully";
        waits.then(|| ComposePath::of(["services", waiter, "depends_on", name, "condition"]))
    });
    services.min()
}

/// Whether another service needs this one while it runs.
fn is_needed_while_it_runs(name: &str, loaded: &Loaded) -> bool {
    let project = &loaded.project;
    let services = project.services.values().map(|service| &service.workload);
    let mut workloads = services.chain(project.jobs.values().map(|job| &job.workload));
    workloads.any(|workload| {
        workload
            .depends_on
            .get(name)
            .is_some_and(|dependency| dependency.condition != "service_completed_successfully")
    })
}

/// Why a service looks as if it runs once, if it does: by its name or its command. Where nothing says that it is not
/// restarted, one of them alone is not enough, unless the command is well known.
fn runs_once(
    name: &str,
    container: &Container,
    service: &Service,
    loaded: &Loaded,
) -> Option<(&'static str, &'static str, Evidence)> {
    let serves = !service.workload.ports.is_empty()
        || !service.workload.expose.0.is_empty()
        || service.workload.healthcheck.is_some();
    if serves || is_needed_while_it_runs(name, loaded) {
        return None;
    }
    let lines = [&container.entrypoint.0, &container.command.0];
    let words: Vec<&str> = lines.into_iter().flatten().flatten().map(String::as_str).collect();
    let signs = signs(name, &words);
    if signs.serves {
        return None;
    }
    let policy = service.deploy.as_ref().and_then(|deploy| deploy.restart_policy.as_ref());
    let restarts = policy.map_or(service.restart.as_str(), |policy| policy.condition.as_str());
    if matches!(restarts, "no" | "none") || restarts.starts_with("on-failure") {
        let looks = signs.name || signs.command;
        return looks.then_some(("restart", "it is not restarted and looks like a task", Evidence::Compose));
    }
    let is_unset = policy.is_none() && restarts.is_empty();
    let key = if container.command.0.is_some() { "command" } else { "entrypoint" };
    match (is_unset, signs.phrase, signs.name && signs.command) {
        (true, true, _) => Some((key, "its command is known to end", Evidence::Assumed)),
        (true, false, true) => Some((key, "its name and its command are those of a task", Evidence::Assumed)),
        (true, false, false) | (false, _, _) => None,
    }
}
