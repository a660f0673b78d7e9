//! The steps from a plan to its objects: build the Pods, judge them, place them, then write everything that they need
//! into the namespaces where they are.
//!
//! In: a plan and options. Out: what [`super::assemble`] returns. A ConfigMap or Secret is written into each namespace
//! that refers to it, and into the project's own if nobody does.

use std::collections::{BTreeMap, BTreeSet};

use crate::finding::Finding;
use crate::kube::gather::{Entries, Gathered, gather};
use crate::kube::identity::Identity;
use crate::kube::level::{Level, level};
use crate::kube::literals::{CONFIG_MAP, DOCKER_CONFIG, SECRET};
use crate::kube::object::{Area, Object};
use crate::kube::placement::{Candidate, moving};
use crate::kube::pod::{Pod, pod};
use crate::kube::references::References;
use crate::kube::{Assembled, Options, Placed, Remark, RequiredSecret, Secrets};
use crate::kube::{config, namespace, workload};
use crate::plan::Plan;
use crate::plan::decision::Target;
use crate::plan::setting::Kind;

/// A plan on its way to objects.
pub(super) struct Assembly<'p> {
    plan: &'p Plan,
    options: &'p Options,
    identity: Identity,
    gathered: Gathered<'p>,
    running: BTreeMap<&'p str, Running>,
    assembled: Assembled,
}

/// A workload with its Pod.
struct Running {
    kind: Kind,
    pod: Pod,
    references: References,
    level: Level,
    reasons: Vec<String>,
    namespace: String,
}

/// The namespaces that refer to something, by its name.
type Homes<'a> = BTreeMap<&'a str, BTreeSet<&'a str>>;

impl<'p> Assembly<'p> {
    /// Builds and judges the Pods of a plan.
    pub(super) fn of(plan: &'p Plan, options: &'p Options) -> Self {
        let identity = Identity::of(&plan.project);
        let gathered = gather(plan);
        let mut assembled = Assembled { bugs: gathered.bugs.clone(), ..Assembled::default() };
        let mut running = BTreeMap::new();
        for (name, workload) in &gathered.workloads {
            let kind = workload::kind(workload);
            let (pod, bug) = pod(name, workload, kind, &identity);
            assembled.bugs.extend(bug);
            assembled.bugs.extend(workload::bugs(name, workload, kind));
            let (level, reasons) = level(&pod.spec, plan.kubernetes, &options.safe_sysctls);
            let references = References::of(&pod.spec);
            let namespace = plan.namespace.clone();
            running.insert(*name, Running { kind, pod, references, level, reasons, namespace });
        }
        Self { plan, options, identity, gathered, running, assembled }
    }

    /// Places the Pods and writes the objects.
    pub(super) fn finish(mut self) -> Assembled {
        self.place();
        let mut objects = self.workloads();
        objects.extend(self.namespaces());
        objects.extend(self.accounts());
        objects.extend(self.config_maps());
        objects.extend(self.secrets());
        objects.extend(
            self.gathered.runtime_classes.iter().map(|name| config::runtime_class(name, &self.identity)),
        );
        objects.sort_by(|one, other| one.sort_key().cmp(&other.sort_key()));
        let required_secrets = self.required_secrets();
        self.measure();
        let placed = self.running.into_iter().map(|(name, running)| {
            let Running { kind, pod: _, references, level, reasons, namespace } = running;
            let maps = references.config_maps.into_iter().map(|name| (CONFIG_MAP, name));
            let reads = maps.chain(references.secrets.into_iter().map(|name| (SECRET, name))).collect();
            (name.to_owned(), Placed { kind, namespace, level, reasons, reads })
        });
        let workloads = placed.collect();
        Assembled { objects, required_secrets, workloads, ..self.assembled }
    }

    /// Moves what needs more than *baseline*; then names have to be found from both sides.
    fn place(&mut self) {
        let plan = self.plan;
        let Some(apart) = self.options.isolate.as_ref().filter(|apart| **apart != plan.namespace) else {
            return;
        };
        let candidates = self.running.iter().map(|(name, running)| {
            let (reasons, claims) = (running.reasons.as_slice(), &running.references.claims);
            (*name, Candidate { level: running.level, reasons, claims })
        });
        let moved = moving(&candidates.collect());
        if moved.is_empty() {
            return;
        }
        let searches =
            [&plan.namespace, apart].map(|name| format!("{name}.svc.{}", self.options.cluster_domain));
        for (name, running) in &mut self.running {
            running.pod.spec.dns_config.get_or_insert_default().searches = Some(searches.to_vec());
            if let Some(reasons) = moved.get(*name) {
                running.namespace.clone_from(apart);
                let about = Target::Workload((*name).to_owned());
                let finding = moved_finding(name, &plan.namespace, apart, reasons);
                self.assembled.findings.push(Remark { about, finding });
            }
        }
    }

    fn workloads(&self) -> Vec<Object> {
        let built = self.running.iter().filter_map(|(name, running)| {
            let workload = self.gathered.workloads.get(name)?;
            let template = running.pod.clone().template();
            Some(workload::object(name, &running.namespace, workload, running.kind, template, &self.identity))
        });
        built.collect()
    }

    /// The namespaces with the level of the least safe Pod in each.
    fn namespaces(&self) -> Vec<Object> {
        let mut levels = BTreeMap::from([(self.plan.namespace.as_str(), Level::Restricted)]);
        for running in self.running.values() {
            let level = levels.entry(running.namespace.as_str()).or_insert(running.level);
            *level = running.level.max(*level);
        }
        let kubernetes = self.plan.kubernetes;
        levels
            .iter()
            .map(|(name, level)| namespace::namespace(name, *level, kubernetes, &self.identity))
            .collect()
    }

    fn accounts(&self) -> Vec<Object> {
        let homes = self.account_homes();
        let accounts = self.gathered.accounts.iter().flat_map(|(name, account)| {
            let written = |home| config::account(name, home, account, &self.identity);
            self.homes_of(name, &homes).into_iter().map(written).collect::<Vec<_>>()
        });
        accounts.collect()
    }

    fn config_maps(&self) -> Vec<Object> {
        let homes = self.homes(|references| &references.config_maps);
        let maps = self.gathered.config_maps.iter().flat_map(|(name, entries)| {
            let written = |home| config::config_map(name, home, entries, &self.identity);
            self.homes_of(name, &homes).into_iter().map(written).collect::<Vec<_>>()
        });
        maps.collect()
    }

    fn secrets(&self) -> Vec<Object> {
        let homes = self.homes(|references| &references.secrets);
        let secrets = self.gathered.secrets.iter().flat_map(|(name, entries)| {
            let written = |home| self.secret(name, home, entries);
            self.homes_of(name, &homes).into_iter().filter_map(written).collect::<Vec<_>>()
        });
        secrets.collect()
    }

    fn secret(&self, name: &str, home: &str, entries: &Entries<'_>) -> Option<Object> {
        let identity = &self.identity;
        match self.options.secrets {
            Secrets::File => Some(config::secret(Area::Secrets, name, home, entries, identity)),
            Secrets::Inline => Some(config::secret(Area::Manifests, name, home, entries, identity)),
            Secrets::External => {
                let from = (self.plan.project.as_str(), &self.options.store);
                Some(config::external_secret(from, name, home, entries, identity))
            }
            Secrets::Names => None,
        }
    }

    /// What must exist: our own Secrets, and those that Pods and accounts name without our knowing what is in them.
    fn required_secrets(&self) -> Vec<RequiredSecret> {
        let mut required: BTreeMap<(&str, &str), BTreeSet<&str>> = BTreeMap::new();
        let homes = self.homes(|references| &references.secrets);
        for (name, entries) in &self.gathered.secrets {
            for home in self.homes_of(name, &homes) {
                required.entry((home, *name)).or_default().extend(entries.data.keys());
            }
        }
        for running in self.running.values() {
            for (name, keys) in &running.references.required {
                let known = required.entry((running.namespace.as_str(), name.as_str())).or_default();
                known.extend(keys.iter().map(String::as_str));
            }
        }
        let homes = self.account_homes();
        for (name, account) in &self.gathered.accounts {
            for home in self.homes_of(name, &homes) {
                for secret in &account.pull_secrets {
                    required.entry((home, *secret)).or_default().insert(DOCKER_CONFIG);
                }
            }
        }
        let writes = self.options.secrets != Secrets::Names;
        let listed = required.into_iter().map(|((namespace, name), keys)| RequiredSecret {
            namespace: namespace.to_owned(),
            name: name.to_owned(),
            keys: keys.into_iter().map(str::to_owned).collect(),
            is_written: writes && self.gathered.secrets.contains_key(name),
        });
        listed.collect()
    }

    /// Tells of what holds too much.
    fn measure(&mut self) {
        let maps = self.gathered.config_maps.iter().filter_map(|(name, entries)| {
            let finding = config::too_much("ConfigMap", name, entries)?;
            Some(Remark { about: Target::ConfigMap((*name).to_owned()), finding })
        });
        let secrets = self.gathered.secrets.iter().filter_map(|(name, entries)| {
            let finding = config::too_much(SECRET, name, entries)?;
            Some(Remark { about: Target::Secret((*name).to_owned()), finding })
        });
        self.assembled.findings.extend(maps.chain(secrets));
    }

    /// The namespaces of the Pods that refer to something.
    fn homes(&self, names: impl Fn(&References) -> &BTreeSet<String>) -> Homes<'_> {
        let mut homes = Homes::new();
        for running in self.running.values() {
            for name in names(&running.references) {
                homes.entry(name).or_default().insert(&running.namespace);
            }
        }
        homes
    }

    /// The namespaces of the Pods that run under an account; that of a workload has its name unless it says otherwise.
    fn account_homes(&self) -> Homes<'_> {
        let mut homes = Homes::new();
        for (workload, running) in &self.running {
            let name = running.pod.spec.service_account_name.as_deref().unwrap_or(workload);
            homes.entry(name).or_default().insert(&running.namespace);
        }
        homes
    }

    fn homes_of<'a>(&'a self, name: &str, homes: &Homes<'a>) -> BTreeSet<&'a str> {
        let own = || BTreeSet::from([self.plan.namespace.as_str()]);
        homes.get(name).cloned().unwrap_or_else(own)
    }
}

fn moved_finding(name: &str, from: &str, to: &str, reasons: &[String]) -> Finding {
    let title = format!("`{name}` goes to the namespace `{to}`, apart from the others in `{from}`");
    let finding = Finding::warning("moved-to-privileged-namespace", title);
    let finding = reasons.iter().fold(finding, |finding, reason| finding.because(reason.as_str()));
    finding.help("without what is named here it stays where the others are")
}

#[cfg(test)]
mod tests;
