//! What Docker Compose accepts and what then goes wrong, or does not do what it seems to say.
//!
//! In: a loaded project and its tree. Out: findings; none of them stops the run. A new hazard is one function in
//! [`CHECKS`].

use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::path::Path;

use crate::compose::model::Project;
use crate::compose::model::resource::FileObject;
use crate::compose::model::service::Service;
use crate::compose::schema::advice::POLICIES;
use crate::finding::Finding;
use crate::finding::suggest::list;
use crate::source::file::SourceMap;
use crate::source::node::Node;
use crate::source::path::ComposePath;
use crate::source::span::Span;

/// What a check sees.
struct Ground<'a> {
    project: &'a Project,
    tree: &'a Node,
    sources: &'a SourceMap,
}

/// A service under its name, and where it stands.
struct Subject<'a> {
    name: &'a str,
    service: &'a Service,
    path: ComposePath,
}

type Check = fn(&Ground<'_>, &Subject<'_>, &mut Vec<Finding>);

/// What is checked for each service.
const CHECKS: [Check; 11] = [
    unknown_restart,
    health_that_nobody_checks,
    completion_that_never_comes,
    ports_of_the_host_network,
    check_interval_without_period,
    unset_variables,
    addresses_outside,
    reserved_labels,
    swarm_settings,
    owners_of_files,
    idle_links,
];

/// Tells what is dangerous in a project that Docker Compose accepts.
#[must_use]
pub fn find(project: &Project, tree: &Node, sources: &SourceMap) -> Vec<Finding> {
    let ground = Ground { project, tree, sources };
    let mut findings = Vec::new();
    for (name, service) in &project.services {
        let subject = Subject { name, service, path: ComposePath::of(["services", name]) };
        CHECKS.iter().for_each(|check| check(&ground, &subject, &mut findings));
    }
    ground.missing_files("secrets", &project.secrets, &mut findings);
    ground.missing_files("configs", &project.configs, &mut findings);
    ground.external_networks(&mut findings);
    ground.ports_claimed_twice(&mut findings);
    findings
}

impl Ground<'_> {
    fn span(&self, path: &ComposePath) -> Span {
        self.tree.nearest(path).span
    }

    fn key_span(&self, path: &ComposePath, key: &str) -> Span {
        let entry = self.tree.at(path).and_then(Node::as_map).and_then(|map| map.entry(key));
        entry.map_or_else(|| self.span(path), |entry| entry.key)
    }

    fn missing_files(
        &self,
        section: &str,
        objects: &indexmap::IndexMap<String, FileObject>,
        findings: &mut Vec<Finding>,
    ) {
        for (name, object) in objects.iter().filter(|(_, object)| !object.file.is_empty()) {
            if self.sources.kind(Path::new(&object.file)).is_some() {
                continue;
            }
            let title =
                format!("{section}.{name}: {} is not there", self.sources.shown(Path::new(&object.file)));
            let at = self.span(&ComposePath::of([section, name]).key("file"));
            let finding =
                Finding::warning("missing-file", title).at(at, "Docker Compose only finds out at the start");
            findings.push(finding.help("create the file, or correct the path"));
        }
    }

    fn external_networks(&self, findings: &mut Vec<Finding>) {
        for name in self.project.networks.iter().filter(|(_, network)| network.external).map(|(name, _)| name)
        {
            let path = ComposePath::of(["networks", name]);
            let entries = self.tree.at(&path).and_then(Node::as_map);
            let is_idle = |key: &&str| !matches!(*key, "name" | "external") && !key.starts_with("x-");
            let idle: Vec<&str> = entries.into_iter().flat_map(|map| map.keys()).filter(is_idle).collect();
            if let Some(first) = idle.first() {
                let title = format!("{path}: {} without effect, as the network is external", list(&idle));
                let at = self.key_span(&path, first);
                let finding = Finding::warning("idle-setting", title).at(at, "the network is there already");
                findings.push(finding.help("remove it, or `external`"));
            }
        }
    }

    fn ports_claimed_twice(&self, findings: &mut Vec<Finding>) {
        let mut claims: BTreeMap<(String, String, String), (String, Span)> = BTreeMap::new();
        for (name, service) in &self.project.services {
            for (index, port) in service.workload.ports.iter().enumerate() {
                if port.published.is_empty() || port.published == "0" || port.published.contains('-') {
                    continue;
                }
                let at = self.span(&ComposePath::of(["services", name, "ports"]).index(index));
                let claim = (port.host_ip.clone(), port.published.clone(), port.protocol.clone());
                if let Some((owner, owned)) = claims.get(&claim).filter(|(owner, _)| owner != name) {
                    let title =
                        format!("services.{name} and services.{owner} both publish port {}", port.published);
                    let finding = Finding::error("double-port", title)
                        .at(at, "claimed again")
                        .at(*owned, "claimed first");
                    findings.push(finding.help("only one of them can start; publish another port"));
                    continue;
                }
                claims.insert(claim, (name.clone(), at));
            }
        }
    }
}

fn unknown_restart(ground: &Ground<'_>, subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let restart = &subject.service.restart;
    let (policy, count) = restart.split_once(':').unwrap_or((restart, ""));
    let is_known = match policy {
        "" | "no" | "always" | "unless-stopped" => count.is_empty(),
        "on-failure" => count.bytes().all(|byte| byte.is_ascii_digit()),
        _ => false,
    };
    if !is_known {
        let title = format!("{}.restart: the engine knows no policy `{restart}`", subject.path);
        let at = ground.span(&subject.path.key("restart"));
        let finding = Finding::error("unknown-restart", title).at(at, "the container will not start");
        findings.push(finding.help(format!("write {POLICIES}")));
    }
}

fn health_that_nobody_checks(ground: &Ground<'_>, subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    for (other, dependency) in &subject.service.workload.depends_on {
        let Some(service) = ground.project.services.get(other) else { continue };
        let check = service.workload.healthcheck.as_ref();
        let is_off = check
            .is_some_and(|check| check.disable || check.test.0.first().is_some_and(|word| word == "NONE"));
        let is_absent = check.is_none_or(|check| check.test.0.is_empty());
        if dependency.condition != "service_healthy" || !(is_off || is_absent) {
            continue;
        }
        let at = ground.key_span(&subject.path.key("depends_on"), other);
        let title =
            format!("{} waits for the health of `{other}`, which has no healthcheck here", subject.path);
        let finding = if is_off {
            Finding::error("unchecked-health", title).at(at, "it is switched off, so this wait never ends")
        } else {
            Finding::warning("unchecked-health", title).at(at, "only the image can have one")
        };
        let is_disabled = check.is_some_and(|check| check.disable);
        findings.push(finding.help(if is_disabled {
            format!("remove `disable: true` from the healthcheck of `{other}`, or wait for `service_started`")
        } else if is_off {
            format!("write a `test:` other than `NONE` for `{other}`, or wait for `service_started`")
        } else {
            format!("add `healthcheck:` to `{other}`")
        }));
    }
}

fn completion_that_never_comes(ground: &Ground<'_>, subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    for (other, dependency) in &subject.service.workload.depends_on {
        let Some(service) = ground.project.services.get(other) else { continue };
        let restarts = matches!(service.restart.as_str(), "always" | "unless-stopped");
        if dependency.condition == "service_completed_successfully" && restarts {
            let title = format!("{} waits for the end of `{other}`, which is always restarted", subject.path);
            let at = ground.key_span(&subject.path.key("depends_on"), other);
            let restart = ground.span(&ComposePath::of(["services", other, "restart"]));
            let finding =
                Finding::error("endless-dependency", title).at(at, "").at(restart, "it never stays ended");
            findings.push(finding.help(format!("write `restart: \"no\"` or `on-failure` for `{other}`")));
        }
    }
}

fn ports_of_the_host_network(ground: &Ground<'_>, subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    if subject.service.container.network_mode == "host" && !subject.service.workload.ports.is_empty() {
        let title = format!("{}.ports: without effect in the network of the host", subject.path);
        let at = ground.key_span(&subject.path, "ports");
        let mode = ground.span(&subject.path.key("network_mode"));
        let finding =
            Finding::warning("idle-ports", title).at(at, "the engine drops them").at(mode, "because of this");
        findings.push(finding.help("remove `ports`, or `network_mode: host`"));
    }
}

fn check_interval_without_period(ground: &Ground<'_>, subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let Some(check) = &subject.service.workload.healthcheck else { return };
    if check.start_interval.is_some() && check.start_period.is_none() {
        let path = subject.path.key("healthcheck");
        let title = format!("{path}.start_interval: needs a start_period");
        let at = ground.key_span(&path, "start_interval");
        findings.push(Finding::error("start-interval", title).at(at, "").help("add `start_period:`"));
    }
}

fn unset_variables(ground: &Ground<'_>, subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let unset: Vec<&String> = subject
        .service
        .container
        .environment
        .0
        .iter()
        .filter(|(_, value)| value.is_none())
        .map(|(name, _)| name)
        .collect();
    if !unset.is_empty() {
        let title = format!("{}.environment: {} not set here", subject.path, are(&unset));
        let at = ground.key_span(&subject.path, "environment");
        let finding = Finding::warning("unset-environment", title)
            .at(at, "removed from the container, also if the image sets it");
        findings.push(finding.help("set it in the environment or in `.env`, or write a value"));
    }
}

fn are(names: &[&String]) -> String {
    format!("{} {}", list(names), if names.len() == 1 { "is" } else { "are" })
}

fn addresses_outside(ground: &Ground<'_>, subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    for (name, network) in &subject.service.container.networks {
        let Some(address) =
            network.as_ref().and_then(|network| network.ipv4_address.parse::<Ipv4Addr>().ok())
        else {
            continue;
        };
        let pools = ground.project.networks.get(name).map(|network| &network.ipam.0.config);
        let subnets: Vec<(Ipv4Addr, u32)> =
            pools.into_iter().flatten().filter_map(|pool| subnet(&pool.subnet)).collect();
        if !subnets.is_empty() && !subnets.iter().any(|subnet| contains(*subnet, address)) {
            let path = subject.path.key("networks").key(name).key("ipv4_address");
            let title = format!("{path}: {address} is in no subnet of `{name}`");
            let finding = Finding::error("address-outside", title)
                .at(ground.span(&path), "the container will not start");
            findings.push(finding.help("use an address of the network's subnet"));
        }
    }
}

fn subnet(text: &str) -> Option<(Ipv4Addr, u32)> {
    let (address, length) = text.split_once('/')?;
    Some((address.parse().ok()?, length.parse().ok().filter(|length| *length <= 32)?))
}

fn contains((base, length): (Ipv4Addr, u32), address: Ipv4Addr) -> bool {
    let mask = u32::MAX.checked_shl(32 - length).unwrap_or(0);
    u32::from(base) & mask == u32::from(address) & mask
}

fn reserved_labels(ground: &Ground<'_>, subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let labels = subject.service.container.labels.0.keys();
    if let Some(label) = labels.into_iter().find(|label| label.starts_with("com.docker.compose.")) {
        let title = format!("{}.labels: `{label}` belongs to Docker Compose", subject.path);
        let at = ground.key_span(&subject.path.key("labels"), label);
        findings.push(Finding::warning("reserved-label", title).at(at, "Docker Compose sets it itself"));
    }
}

/// What Docker Compose reads and never acts on, but a cluster would.
fn swarm_settings(ground: &Ground<'_>, subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let Some(deploy) = &subject.service.deploy else { return };
    let reserves = deploy.resources.0.reservations.as_ref().is_some_and(|reserved| reserved.cpus.0 != 0.0);
    let rows = [
        ("mode", !matches!(deploy.mode.as_str(), "" | "replicated")),
        (
            "placement",
            !deploy.placement.0.constraints.is_empty() || !deploy.placement.0.preferences.is_empty(),
        ),
        ("update_config", deploy.update_config.is_some()),
        ("rollback_config", deploy.rollback_config.is_some()),
        ("endpoint_mode", !deploy.endpoint_mode.is_empty()),
        ("labels", !deploy.labels.0.is_empty()),
        ("resources.reservations.cpus", reserves),
    ];
    let set: Vec<&str> = rows.into_iter().filter(|(_, is_set)| *is_set).map(|(key, _)| key).collect();
    if let Some(first) = set.first() {
        let path = subject.path.key("deploy");
        let title = format!(
            "services.{}: Docker Compose never acted on deploy.{}",
            subject.name,
            set.join(", deploy.")
        );
        let at = ground.key_span(&path, first.split('.').next().unwrap_or_default());
        let finding = Finding::note("newly-effective", title).at(at, "a cluster would act on it");
        findings.push(finding.help("check that it says what you want before it takes effect"));
    }
}

/// A file on the disk is mounted as it is, whatever is said of its owner and its permissions.
fn owners_of_files(ground: &Ground<'_>, subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let container = &subject.service.container;
    let kinds = [
        ("secrets", &container.secrets, &ground.project.secrets),
        ("configs", &container.configs, &ground.project.configs),
    ];
    for (section, grants, objects) in kinds {
        for (index, grant) in grants.iter().enumerate() {
            if objects.get(&grant.source).is_none_or(|object| object.file.is_empty()) {
                continue;
            }
            let rows = [
                ("uid", !grant.uid.is_empty()),
                ("gid", !grant.gid.is_empty()),
                ("mode", grant.mode.is_some()),
            ];
            let set: Vec<&str> = rows.into_iter().filter(|(_, is_set)| *is_set).map(|(key, _)| key).collect();
            if let Some(first) = set.first() {
                let path = subject.path.key(section).index(index);
                let title = format!("{path}: {} without effect, as `{}` is a file", list(&set), grant.source);
                let at = ground.key_span(&path, first);
                let finding = Finding::warning("idle-owner", title).at(at, "the file keeps its own");
                findings.push(finding.help("change the owner and the mode of the file itself"));
            }
        }
    }
}

/// A link under the name that the other service has anyway, in a network that both are in.
fn idle_links(ground: &Ground<'_>, subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let service = subject.service;
    for (index, link) in service.links.iter().enumerate() {
        let (name, alias) = link.split_once(':').unwrap_or((link, link));
        let other = ground.project.services.get(name).filter(|_| name == alias);
        let shares_network = |other: &&Service| {
            service.container.networks.keys().any(|network| other.container.networks.contains_key(network))
        };
        if other.filter(shares_network).is_some() {
            let path = subject.path.key("links");
            let title =
                format!("{path}: `{name}` has this name in the shared network, also without the link");
            let finding = Finding::note("idle-link", title)
                .at(ground.span(&path.index(index)), "only an alias would be news");
            findings
                .push(finding.help(format!("write `depends_on: [{name}]` to keep the order of the start")));
        }
    }
}
