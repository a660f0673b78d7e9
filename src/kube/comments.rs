//! Beside each place of an object, why it is there: the rule and the line of the project.
//!
//! In: the objects, the decisions, and what to say about each. Out: the same objects with comments by place.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::kube::emit;
use crate::kube::object::Object;
use crate::kube::workload::workload_of_job;
use crate::plan::decision::{Decision, Target};
use crate::plan::setting::{Kind, Setting};

/// Where a Pod lies in the objects that run some: in that of a CronJob, and in all others.
const PODS: [&[&str]; 2] = [&["spec", "jobTemplate", "spec", "template"], &["spec", "template"]];

/// The kinds of objects that run Pods.
const WORKLOADS: [Kind; 5] = [Kind::Deployment, Kind::StatefulSet, Kind::DaemonSet, Kind::Job, Kind::CronJob];

/// What items of lists are known by, where they are no text themselves.
const NAMES: [&str; 3] = ["name", "mountPath", "topologyKey"];

/// Writes down beside the places of objects what is said about the decisions that made them. What comes back are those
/// that are nowhere in the objects.
pub fn comment<'p>(
    objects: &mut [Object],
    decisions: &'p [Decision],
    say: impl Fn(&Decision) -> String,
) -> Vec<&'p Decision> {
    let mut about = BTreeMap::<_, Vec<usize>>::new();
    for (index, decision) in decisions.iter().enumerate() {
        about.entry(holder(&decision.target)).or_default().push(index);
    }
    let mut placed = BTreeSet::new();
    for object in objects {
        let indices = about.get(&subject(object)).cloned().unwrap_or_default();
        for index in indices {
            let Some(decision) = decisions.get(index) else { continue };
            let Some(place) = place(&object.value, decision) else { continue };
            placed.insert(index);
            let comments = object.comments.entry(place).or_default();
            let comment = say(decision);
            if !comments.contains(&comment) {
                comments.push(comment);
            }
        }
    }
    let lost = decisions.iter().enumerate().filter(|(index, _)| !placed.contains(index));
    lost.map(|(_, decision)| decision).collect()
}

/// What decisions call an object: one word for all kinds that run Pods, and the name.
fn subject(object: &Object) -> (&str, &str) {
    let kind = WORKLOADS.into_iter().find(|kind| kind.as_str() == object.kind);
    match kind {
        Some(Kind::Job) => ("workload", workload_of_job(&object.name)),
        Some(_) => ("workload", &object.name),
        None => (&object.kind, &object.name),
    }
}

/// The object that a decision is about.
fn holder(target: &Target) -> (&'static str, &str) {
    match target {
        Target::Workload(name)
        | Target::Container { workload: name, .. }
        | Target::InitContainer { workload: name, .. } => ("workload", name),
        Target::ServiceAccount(name) => ("ServiceAccount", name),
        Target::ConfigMap(name) => ("ConfigMap", name),
        Target::Secret(name) => ("Secret", name),
        Target::RuntimeClass(name) => ("RuntimeClass", name),
    }
}

/// The place in an object that a decision made, if it is there.
fn place(object: &Value, decision: &Decision) -> Option<String> {
    let slot = decision.setting.slot();
    let steps = steps(&slot);
    let mut from = Place { value: object, path: String::new() };
    match &decision.setting {
        Setting::Workload(_) => from.clone().walk(&steps).or_else(|| match steps.as_slice() {
            ["spec", "strategy"] => from.walk(&["spec", "updateStrategy"]),
            ["spec", rest @ ..] => from.walk(&["spec", "jobTemplate", "spec"])?.walk(rest),
            _ => None,
        }),
        Setting::Pod(_) => {
            let rest = steps.get(2..)?;
            PODS.iter().find_map(|pod| from.clone().walk(pod))?.walk(rest)
        }
        Setting::Container(_) => {
            let (list, name) = match &decision.target {
                Target::InitContainer { container, .. } => ("initContainers", container),
                Target::Container { container, .. } => ("containers", container),
                Target::Workload(_)
                | Target::ServiceAccount(_)
                | Target::ConfigMap(_)
                | Target::Secret(_)
                | Target::RuntimeClass(_) => return None,
            };
            from = PODS.iter().find_map(|pod| from.clone().walk(pod))?;
            from.walk(&["spec", list, name])?.walk(&steps)
        }
        Setting::Data(..) | Setting::Hidden(..) | Setting::Annotation(..) | Setting::Exists => {
            let hidden = ["stringData", "binaryData"];
            let (first, rest) = steps.split_first()?;
            let spelled = std::iter::once(*first).chain(hidden.into_iter().filter(|_| *first == "data"));
            spelled.into_iter().find_map(|name| from.clone().walk(&[name])?.walk(rest))
        }
    }
    .map(|place| place.path)
}

/// A value and the way to it.
#[derive(Clone)]
struct Place<'v> {
    value: &'v Value,
    path: String,
}

impl Place<'_> {
    fn walk(mut self, steps: &[&str]) -> Option<Self> {
        for step in steps {
            match self.value {
                Value::Object(map) => {
                    self.value = map.get(*step)?;
                    emit::descend(&mut self.path, step);
                }
                Value::Array(list) => {
                    let index = list.iter().position(|item| is_called(item, step))?;
                    self.value = list.get(index)?;
                    emit::descend(&mut self.path, &index.to_string());
                }
                Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => return None,
            }
        }
        Some(self)
    }
}

fn is_called(item: &Value, name: &str) -> bool {
    match item {
        Value::String(text) => text == name,
        Value::Number(number) => number.to_string() == name,
        Value::Object(map) => {
            let port = || {
                let port = map.get("containerPort")?.as_u64()?;
                let protocol = map.get("protocol").and_then(Value::as_str).unwrap_or("TCP");
                Some(format!("{port}/{protocol}"))
            };
            NAMES.iter().any(|key| map.get(*key).and_then(Value::as_str) == Some(name))
                || port().is_some_and(|port| port == name)
        }
        Value::Null | Value::Bool(_) | Value::Array(_) => false,
    }
}

/// `env[A.B]` is two steps, `spec.replicas` too.
fn steps(slot: &str) -> Vec<&str> {
    let (path, name) = match slot.split_once('[') {
        Some((path, name)) => (path, name.strip_suffix(']')),
        None => (slot, None),
    };
    path.split('.').chain(name).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::comment;
    use crate::kube::object::{Area, Object};
    use crate::plan::decision::{Decision, Evidence, Target};
    use crate::plan::setting::{ContainerSetting, PodSetting, Setting, WorkloadSetting};

    #[test]
    fn every_depth_of_a_cron_job_is_found() {
        let pod = json!({"spec": {
            "restartPolicy": "Never",
            "containers": [{"name": "a", "image": "i", "securityContext": {"capabilities": {"drop": ["ALL"]}}}],
        }});
        let value = json!({
            "apiVersion": "batch/v1", "kind": "CronJob", "metadata": {"name": "w"},
            "spec": {"schedule": "0 0 * * *", "jobTemplate": {"spec": {"backoffLimit": 0, "template": pod}}},
        });
        let mut objects = [Object::of(Area::Manifests, &value)];
        let container = Target::Container { workload: "w".to_owned(), container: "a".to_owned() };
        let workload = Target::Workload("w".to_owned());
        let decisions = [
            (workload.clone(), Setting::Workload(WorkloadSetting::Schedule(String::new()))),
            (workload.clone(), Setting::Workload(WorkloadSetting::BackoffLimit(0))),
            (workload.clone(), Setting::Pod(PodSetting::RestartPolicy(String::new()))),
            (container.clone(), Setting::Container(ContainerSetting::Drop("ALL".to_owned()))),
            (container, Setting::Container(ContainerSetting::Tty(true))),
        ]
        .map(|(target, setting)| Decision {
            target,
            setting,
            because: Vec::new(),
            rule: "rule",
            evidence: Evidence::Compose,
        });
        comment(&mut objects, &decisions, |decision| decision.setting.slot());
        let [object] = objects;
        let commented: Vec<&str> = object.comments.keys().map(String::as_str).collect();
        assert_eq!(
            commented,
            [
                "/spec/jobTemplate/spec/backoffLimit",
                "/spec/jobTemplate/spec/template/spec/containers/0/securityContext/capabilities/drop/0",
                "/spec/jobTemplate/spec/template/spec/restartPolicy",
                "/spec/schedule",
            ]
        );
        let text = object.yaml();
        assert!(text.contains("  schedule: \"0 0 * * *\"  # spec.schedule\n"), "{text}");
        assert!(text.contains("- ALL  # securityContext.capabilities.drop[ALL]\n"), "{text}");
    }
}
