//! Decisions by object: what a plan says in one long list, sorted into workloads, accounts, ConfigMaps and Secrets.
//!
//! In: a plan. Out: for each object its settings. A setting that its object has no place for is a bug of ours and is
//! returned as one; nothing is left out in silence.

use std::collections::{BTreeMap, BTreeSet};

use crate::plan::Plan;
use crate::plan::decision::Target;
use crate::plan::setting::{ContainerSetting, Labels, PodSetting, Setting, WorkloadSetting};

/// The objects of a plan.
#[derive(Default)]
pub(super) struct Gathered<'p> {
    pub(super) workloads: BTreeMap<&'p str, Workload<'p>>,
    pub(super) accounts: BTreeMap<&'p str, Account<'p>>,
    pub(super) config_maps: BTreeMap<&'p str, Entries<'p>>,
    pub(super) secrets: BTreeMap<&'p str, Entries<'p>>,
    pub(super) runtime_classes: BTreeSet<&'p str>,
    pub(super) bugs: Vec<String>,
}

/// What is said about a workload.
#[derive(Default)]
pub(super) struct Workload<'p> {
    pub(super) annotations: Labels,
    pub(super) settings: Vec<&'p WorkloadSetting>,
    pub(super) pod: Vec<&'p PodSetting>,
    pub(super) containers: BTreeMap<&'p str, Vec<&'p ContainerSetting>>,
    pub(super) init_containers: BTreeMap<&'p str, Vec<&'p ContainerSetting>>,
}

/// What is said about an account.
#[derive(Default)]
pub(super) struct Account<'p> {
    pub(super) annotations: Labels,
    pub(super) pull_secrets: BTreeSet<&'p str>,
}

/// What is said about a ConfigMap or a Secret.
#[derive(Default)]
pub(super) struct Entries<'p> {
    pub(super) annotations: Labels,
    pub(super) data: BTreeMap<&'p str, &'p [u8]>,
}

/// Sorts the decisions of a plan by object.
pub(super) fn gather(plan: &Plan) -> Gathered<'_> {
    let mut gathered = Gathered::default();
    for decision in &plan.decisions {
        let setting = &decision.setting;
        let has_place = match &decision.target {
            Target::Workload(name) => gathered.workloads.entry(name).or_default().take(setting),
            Target::Container { workload, container } => {
                let workload = gathered.workloads.entry(workload).or_default();
                take_container(workload.containers.entry(container).or_default(), setting)
            }
            Target::InitContainer { workload, container } => {
                let workload = gathered.workloads.entry(workload).or_default();
                take_container(workload.init_containers.entry(container).or_default(), setting)
            }
            Target::ServiceAccount(name) => gathered.accounts.entry(name).or_default().take(setting),
            Target::ConfigMap(name) => gathered.config_maps.entry(name).or_default().take_open(setting),
            Target::Secret(name) => gathered.secrets.entry(name).or_default().take(setting),
            Target::RuntimeClass(name) => {
                gathered.runtime_classes.insert(name);
                *setting == Setting::Exists
            }
        };
        if !has_place {
            let (target, slot) = (&decision.target, setting.slot());
            gathered
                .bugs
                .push(format!("rule `{}` decides `{slot}` of {target:?}, which has none", decision.rule));
        }
    }
    gathered
}

impl<'p> Workload<'p> {
    fn take(&mut self, setting: &'p Setting) -> bool {
        match setting {
            Setting::Workload(setting) => self.settings.push(setting),
            Setting::Pod(setting) => self.pod.push(setting),
            Setting::Annotation(key, value) => put(&mut self.annotations, key, value),
            Setting::Exists => {}
            Setting::Container(_) | Setting::Data(_, _) | Setting::Hidden(_, _) => return false,
        }
        true
    }
}

impl<'p> Account<'p> {
    fn take(&mut self, setting: &'p Setting) -> bool {
        match setting {
            Setting::Annotation(key, value) => put(&mut self.annotations, key, value),
            Setting::Pod(PodSetting::PullSecret(name)) => {
                self.pull_secrets.insert(name);
            }
            Setting::Exists => {}
            Setting::Workload(_)
            | Setting::Pod(_)
            | Setting::Container(_)
            | Setting::Data(_, _)
            | Setting::Hidden(_, _) => return false,
        }
        true
    }
}

impl<'p> Entries<'p> {
    /// For a Secret, which may hold what needs no hiding.
    fn take(&mut self, setting: &'p Setting) -> bool {
        match setting {
            Setting::Hidden(key, value) => {
                self.data.insert(key, &value.0);
                true
            }
            Setting::Data(_, _)
            | Setting::Annotation(_, _)
            | Setting::Exists
            | Setting::Workload(_)
            | Setting::Pod(_)
            | Setting::Container(_) => self.take_open(setting),
        }
    }

    /// For a ConfigMap, which may hold nothing hidden.
    fn take_open(&mut self, setting: &'p Setting) -> bool {
        match setting {
            Setting::Data(key, value) => {
                self.data.insert(key, value);
            }
            Setting::Annotation(key, value) => put(&mut self.annotations, key, value),
            Setting::Exists => {}
            Setting::Hidden(_, _) | Setting::Workload(_) | Setting::Pod(_) | Setting::Container(_) => {
                return false;
            }
        }
        true
    }
}

fn take_container<'p>(settings: &mut Vec<&'p ContainerSetting>, setting: &'p Setting) -> bool {
    match setting {
        Setting::Container(setting) => settings.push(setting),
        Setting::Exists => {}
        Setting::Workload(_)
        | Setting::Pod(_)
        | Setting::Data(_, _)
        | Setting::Hidden(_, _)
        | Setting::Annotation(_, _) => return false,
    }
    true
}

/// Sets an entry of a map of text.
pub(super) fn put(map: &mut Labels, key: &str, value: &str) {
    map.insert(key.to_owned(), value.to_owned());
}

#[cfg(test)]
mod tests {
    use super::gather;
    use crate::plan::Plan;
    use crate::plan::decision::{Decision, Evidence, Target};
    use crate::plan::setting::{Hidden, PodSetting, Setting};

    fn decision(target: Target, setting: Setting) -> Decision {
        Decision { target, setting, because: Vec::new(), rule: "test", evidence: Evidence::Default }
    }

    #[test]
    fn a_value_that_is_hidden_never_gets_into_a_config_map() {
        let hidden = || Setting::Hidden("key".to_owned(), Hidden(b"hunter2".to_vec()));
        let decisions = vec![
            decision(Target::ConfigMap("open".to_owned()), hidden()),
            decision(Target::Secret("closed".to_owned()), hidden()),
        ];
        let plan = Plan { decisions, ..Plan::default() };
        let gathered = gather(&plan);
        assert_eq!(
            gathered.bugs,
            [r#"rule `test` decides `data[key]` of ConfigMap("open"), which has none"#]
        );
        assert!(gathered.config_maps.values().all(|entries| entries.data.is_empty()));
        assert!(gathered.secrets.values().all(|entries| entries.data.len() == 1));
    }

    #[test]
    fn credentials_of_registries_belong_to_accounts_or_pods() {
        let pull = || Setting::Pod(PodSetting::PullSecret("registry".to_owned()));
        let decisions = vec![
            decision(Target::ServiceAccount("web".to_owned()), pull()),
            decision(Target::Workload("web".to_owned()), pull()),
            decision(Target::Secret("web".to_owned()), pull()),
        ];
        let plan = Plan { decisions, ..Plan::default() };
        assert_eq!(gather(&plan).bugs.len(), 1);
    }
}
