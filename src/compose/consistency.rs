//! Rules that need the whole project: what names what, and what excludes what.
//!
//! In: a project and its tree. Out: findings, all of them, in the words of Docker Compose.

use std::collections::BTreeMap;

use indexmap::IndexMap;

use crate::compose::cycles;
use crate::compose::model::Project;
use crate::compose::model::service::Service;
use crate::finding::Finding;
use crate::finding::suggest::nearest;
use crate::source::node::Node;
use crate::source::path::ComposePath;
use crate::source::span::Span;

/// What Docker Compose puts behind the text of these errors.
const INVALID: &str = ": invalid compose project";

/// Checks a project.
#[must_use]
pub fn check(project: &Project, tree: &Node) -> Vec<Finding> {
    let mut checker = Checker { project, tree, findings: Vec::new() };
    for (name, service) in &project.services {
        let path = ComposePath::of(["services", name]);
        checker.service(name, service, &path);
    }
    checker.jobs();
    checker.secrets();
    if checker.findings.is_empty() {
        checker.findings.extend(cycles::first(project, tree));
    }
    checker.findings
}

struct Checker<'a> {
    project: &'a Project,
    tree: &'a Node,
    findings: Vec<Finding>,
}

impl Checker<'_> {
    fn service(&mut self, name: &str, service: &Service, path: &ComposePath) {
        self.image(name, service, path);
        self.build(name, service, path);
        self.networks(name, service, path);
        self.healthcheck(service, path);
        self.dependencies(name, service, path);
        self.references(name, service, path);
        self.scale(name, service, path);
        self.limits(name, service, path);
        self.watches(name, service, path);
        self.mounts(name, service, path);
    }

    fn span(&self, path: &ComposePath) -> Span {
        self.tree.nearest(path).span
    }

    /// The key of the mapping at a path, or what is nearest to it.
    fn key_span(&self, path: &ComposePath, key: &str) -> Span {
        let entry = self.tree.at(path).and_then(Node::as_map).and_then(|map| map.entry(key));
        entry.map_or_else(|| self.span(path), |entry| entry.key)
    }

    fn refuse(&mut self, id: &'static str, title: String, at: Span, label: &str, help: &str) {
        let finding = Finding::refused(id, title).at(at, label);
        self.findings.push(if help.is_empty() { finding } else { finding.help(help) });
    }

    fn image(&mut self, name: &str, service: &Service, path: &ComposePath) {
        if service.workload.build.is_none()
            && service.container.image.is_empty()
            && service.provider.is_none()
        {
            let title =
                format!("service {name:?} has neither an image nor a build context specified{INVALID}");
            let at = self.key_span(&ComposePath::of(["services"]), path.last_key().unwrap_or_default());
            self.refuse("no-image", title, at, "nothing says what runs here", "add `image:` or `build:`");
        }
    }

    fn build(&mut self, name: &str, service: &Service, path: &ComposePath) {
        let Some(build) = &service.workload.build else { return };
        let here = path.key("build");
        if !build.dockerfile_inline.is_empty() && !build.dockerfile.is_empty() {
            let title = format!(
                "service {name:?} declares mutualy exclusive dockerfile and dockerfile_inline{INVALID}"
            );
            let at = self.key_span(&here, "dockerfile_inline");
            self.refuse("exclusive-keys", title, at, "beside `dockerfile`", "keep one of them");
        }
        for (context, address) in &build.additional_contexts.0 {
            let Some(target) = address.strip_prefix("service:") else { continue };
            let at = self.span(&here.key("additional_contexts").key(context));
            let other =
                self.project.services.get(target).or_else(|| self.project.disabled_services.get(target));
            let problem = match other {
                None => "unknown",
                Some(other) if other.workload.build.is_none() => "non-buildable",
                Some(_) => continue,
            };
            let title = format!(
                "service {name:?} declares {problem} service {target:?} as additional contexts {context}"
            );
            self.refuse("bad-build-context", title, at, "", "name a service that has `build:`");
        }
        let platform = &service.container.platform;
        if !build.platforms.is_empty() && !platform.is_empty() && !build.platforms.contains(platform) {
            let title =
                format!("service.build.platforms MUST include service.platform {platform:?} {INVALID}")
                    .replace(" :", ":");
            let at = self.span(&here.key("platforms"));
            self.refuse("bad-platforms", title, at, "", &format!("add `{platform}` to the list"));
        }
    }

    fn networks(&mut self, name: &str, service: &Service, path: &ComposePath) {
        let container = &service.container;
        if !container.network_mode.is_empty() && !container.networks.is_empty() {
            let title =
                format!("service {name} declares mutually exclusive `network_mode` and `networks`{INVALID}");
            let at = self.key_span(path, "network_mode");
            self.refuse("exclusive-keys", title, at, "beside `networks`", "keep one of them");
        }
        let project = self.project;
        for network in container.networks.keys() {
            self.reference(name, "network", network, &project.networks, || path.key("networks"));
        }
        if let Some(target) = container.network_mode.strip_prefix("service:")
            && !self.project.services.contains_key(target)
            && !service.workload.depends_on.contains_key(target)
        {
            let title = format!("service {target:?} not found for network_mode 'service:{target}'");
            let at = self.span(&path.key("network_mode"));
            let near = nearest(target, self.project.services.keys().map(String::as_str));
            let help = near.map_or_else(
                || "write the name of a service of this project".to_owned(),
                |near| format!("did you mean `{near}`?"),
            );
            self.refuse("undefined-service", title, at, "there is no such service", &help);
        }
    }

    fn healthcheck(&mut self, service: &Service, path: &ComposePath) {
        let first = service.workload.healthcheck.as_ref().and_then(|check| check.test.0.first());
        if first.is_some_and(|word| !matches!(word.as_str(), "CMD" | "CMD-SHELL" | "NONE")) {
            let title = "healthcheck.test must start either by \"CMD\", \"CMD-SHELL\" or \"NONE\"".to_owned();
            let at = self.span(&path.key("healthcheck").key("test"));
            self.refuse("bad-healthcheck", title, at, "", "put `CMD` before the command");
        }
    }

    fn dependencies(&mut self, name: &str, service: &Service, path: &ComposePath) {
        for (other, dependency) in &service.workload.depends_on {
            if self.project.services.contains_key(other) {
                continue;
            }
            let disabled = self.project.disabled_services.get(other);
            if disabled.is_some() && !dependency.required.0 {
                continue;
            }
            let title = if self.project.jobs.contains_key(other) {
                format!(
                    "service {name:?} cannot depend on job {other:?}: services can only depend on other services{INVALID}"
                )
            } else {
                format!("service {name:?} depends on undefined service {other:?}{INVALID}")
            };
            let at = self.key_span(&path.key("depends_on"), other);
            let mut finding = Finding::refused("undefined-service", title);
            if let Some(disabled) = disabled {
                let profiles = crate::finding::suggest::list(&disabled.profiles);
                finding = finding
                    .at(at, format!("`{other}` is switched off: its profiles are {profiles}"))
                    .help(format!("switch it on with `--profile`, or write `required: false` for `{other}`"));
            } else {
                finding = finding.at(at, "there is no such service");
                if let Some(near) = nearest(other, self.project.services.keys().map(String::as_str)) {
                    finding = finding.help(format!("did you mean `{near}`?"));
                } else {
                    finding = finding.help("name a service of this project, or add that one");
                }
            }
            self.findings.push(finding);
        }
    }

    fn references(&mut self, name: &str, service: &Service, path: &ComposePath) {
        let project = self.project;
        for (index, mount) in service.container.volumes.iter().enumerate() {
            if mount.kind == "volume" && !mount.source.is_empty() {
                let at = || path.key("volumes").index(index);
                self.reference(name, "volume", &mount.source, &project.volumes, at);
            }
        }
        let build = service.workload.build.iter().flat_map(|build| &build.secrets);
        for (index, secret) in build.enumerate() {
            let at = || path.key("build").key("secrets").index(index);
            self.reference(name, "build secret", &secret.source, &project.secrets, at);
        }
        for (index, config) in service.container.configs.iter().enumerate() {
            self.reference(name, "config", &config.source, &project.configs, || {
                path.key("configs").index(index)
            });
        }
        for (index, secret) in service.container.secrets.iter().enumerate() {
            self.reference(name, "secret", &secret.source, &project.secrets, || {
                path.key("secrets").index(index)
            });
        }
        for model in service.container.models.keys() {
            self.reference(name, "model", model, &project.models, || path.key("models"));
        }
    }

    fn reference<T>(
        &mut self,
        name: &str,
        kind: &str,
        wanted: &str,
        known: &IndexMap<String, T>,
        path: impl Fn() -> ComposePath,
    ) {
        if known.contains_key(wanted) {
            return;
        }
        let path = &path();
        let title = format!("service {name:?} refers to undefined {kind} {wanted}{INVALID}");
        let at = match self.tree.at(path).and_then(Node::as_map).and_then(|map| map.entry(wanted)) {
            Some(entry) => entry.key,
            None => self.span(path),
        };
        let section = format!("{}s", kind.rsplit(' ').next().unwrap_or(kind));
        let help = match nearest(wanted, known.keys().map(String::as_str)) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("declare `{wanted}` under the top-level `{section}:`"),
        };
        self.refuse("undefined-resource", title, at, &format!("no such {kind}"), &help);
    }

    fn scale(&mut self, name: &str, service: &Service, path: &ComposePath) {
        let replicas = service.deploy.as_ref().and_then(|deploy| deploy.replicas);
        if let (Some(scale), Some(replicas)) = (service.scale, replicas)
            && scale != replicas
        {
            self.distinct(name, path, "scale", "deploy.replicas");
        }
        if service.scale.is_some_and(|scale| scale < 0) {
            let title = format!("services.{name}.scale: must be greater than or equal to 0");
            self.refuse("bad-scale", title, self.span(&path.key("scale")), "", "write 0 or more");
        }
        if service.scale.is_none() && replicas.is_some_and(|replicas| replicas < 0) {
            let title = format!("services.{name}.deploy.replicas: must be greater than or equal to 0");
            self.refuse(
                "bad-scale",
                title,
                self.span(&path.key("deploy").key("replicas")),
                "",
                "write 0 or more",
            );
        }
        if service.replicas() > 1 && !service.container_name.is_empty() {
            let attribute = if service.scale.is_none() { "deploy.replicas" } else { "scale" };
            // The reference swaps the two words here; the text is kept so that it can be searched for.
            let title = format!(
                "services.{attribute}: can't set container_name and {name} as container name must be unique{INVALID}"
            );
            let at = self.key_span(path, "container_name");
            self.refuse(
                "fixed-name",
                title,
                at,
                "one name for several containers",
                "remove `container_name`",
            );
        }
    }

    fn distinct(&mut self, name: &str, path: &ComposePath, short: &str, long: &str) {
        let title = format!("services.{name}: can't set distinct values on '{short}' and '{long}'{INVALID}");
        let at = self.key_span(path, short);
        self.refuse("distinct-values", title, at, &format!("`{long}` says otherwise"), "keep one of them");
    }

    #[allow(clippy::cast_possible_truncation, reason = "the reference compares 32 bits")]
    fn limits(&mut self, name: &str, service: &Service, path: &ComposePath) {
        let Some(deploy) = &service.deploy else { return };
        let container = &service.container;
        let limits = deploy.resources.0.limits.as_ref();
        let reservations = deploy.resources.0.reservations.as_ref();
        let rows = [
            (
                container.cpus.0 != 0.0
                    && limits.is_some_and(|limits| limits.cpus.0 as f32 != container.cpus.0 as f32),
                "cpus",
                "deploy.resources.limits.cpus",
            ),
            (
                container.mem_limit.0 != 0
                    && limits.is_some_and(|limits| limits.memory != container.mem_limit),
                "mem_limit",
                "deploy.resources.limits.memory",
            ),
            (
                container.mem_reservation.0 != 0
                    && reservations.is_some_and(|reserved| reserved.memory != container.mem_reservation),
                "mem_reservation",
                "deploy.resources.reservations.memory",
            ),
            (
                container.pids_limit != 0 && limits.is_some_and(|limits| limits.pids != container.pids_limit),
                "pids_limit",
                "deploy.resources.limits.pids",
            ),
        ];
        for (_, short, long) in rows.into_iter().filter(|(differs, ..)| *differs) {
            self.distinct(name, path, short, long);
        }
    }

    fn watches(&mut self, name: &str, service: &Service, path: &ComposePath) {
        let watches = service.develop.iter().flat_map(|develop| &develop.watch);
        for (index, watch) in watches.enumerate() {
            if watch.target.is_empty() && !matches!(watch.action.0.as_str(), "rebuild" | "restart") {
                let title = format!(
                    "services.{name}.develop.watch: target is required for non-rebuild actions{INVALID}"
                );
                let at = self.span(&path.key("develop").key("watch").index(index));
                self.refuse("bad-watch", title, at, "", "add `target:`");
            }
        }
    }

    fn mounts(&mut self, name: &str, service: &Service, path: &ComposePath) {
        let mut taken: BTreeMap<&str, (&str, usize)> = BTreeMap::new();
        let tmpfs = service.container.tmpfs.iter().map(|text| text.split(':').next().unwrap_or_default());
        let volumes = service.container.volumes.iter().map(|mount| mount.target.as_str());
        let all = tmpfs.enumerate().map(|(at, target)| ("tmpfs", at, target));
        for (key, index, target) in all.chain(volumes.enumerate().map(|(at, target)| ("volumes", at, target)))
        {
            let Some((known_key, known_index)) = taken.get(target).copied() else {
                taken.insert(target, (key, index));
                continue;
            };
            let known = format!("services.{name}.{known_key}[{known_index}]");
            let title = format!("services.{name}.{key}[{index}]: target {target} already mounted as {known}");
            let finding = Finding::refused("double-mount", title)
                .at(self.span(&path.key(key).index(index)), "mounted again")
                .at(self.span(&path.key(known_key).index(known_index)), "mounted first");
            self.findings.push(finding.help("remove one of them"));
        }
    }

    fn jobs(&mut self) {
        let project = self.project;
        for name in project.jobs.keys().chain(project.disabled_jobs.keys()) {
            if project.services.contains_key(name) || project.disabled_services.contains_key(name) {
                let title = format!(
                    "{name:?} is declared both as a service and a job: service and job names must be unique{INVALID}"
                );
                let at = self.key_span(&ComposePath::of(["jobs"]), name);
                self.refuse("name-conflict", title, at, "", "rename one of them");
            }
        }
        for (name, job) in &project.jobs {
            for (other, dependency) in &job.workload.depends_on {
                let is_known = project.jobs.contains_key(other) || project.services.contains_key(other);
                let is_off = project.disabled_services.contains_key(other) && !dependency.required.0;
                if !is_known && !is_off {
                    let title =
                        format!("job {name:?} depends on undefined service or job {other:?}{INVALID}");
                    let at = self.key_span(&ComposePath::of(["jobs", name, "depends_on"]), other);
                    let help = "name a job or a service of this project";
                    self.refuse("undefined-service", title, at, "", help);
                }
            }
        }
    }

    fn secrets(&mut self) {
        for (name, secret) in &self.project.secrets {
            if !secret.external && secret.file.is_empty() && secret.environment.is_empty() {
                let title = format!("secret {name:?} must declare either `file` or `environment`{INVALID}");
                let at = self.span(&ComposePath::of(["secrets", name]));
                let finding = Finding::refused("missing-source", title)
                    .at(at, "")
                    .help("add `file:` or `environment:`, or `external: true` if it exists already");
                self.findings.push(finding);
            }
        }
    }
}

/// Container names that two services claim.
#[must_use]
pub fn check_container_names(project: &Project, tree: &Node) -> Vec<Finding> {
    let mut owners: BTreeMap<&str, &str> = BTreeMap::new();
    let mut findings = Vec::new();
    for (name, service) in &project.services {
        let container_name = service.container_name.as_str();
        if container_name.is_empty() {
            continue;
        }
        let span = |service: &str| {
            tree.at(&ComposePath::of(["services", service, "container_name"]))
                .map_or(tree.span, |node| node.span)
        };
        if let Some(owner) = owners.get(container_name) {
            let title =
                format!("services.{name}: container name {container_name:?} is already in use by service");
            let finding = Finding::refused("double-container-name", title)
                .at(span(name), "claimed again")
                .at(span(owner), format!("claimed by `{owner}`"));
            findings.push(finding.help("give each service its own name, or none"));
        }
        owners.insert(container_name, name);
    }
    findings
}
