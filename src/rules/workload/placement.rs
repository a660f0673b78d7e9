//! `platform` and `deploy.placement`: on which nodes Pods run.

use k8s_openapi::api::core::v1::{
    NodeAffinity, NodeSelector, NodeSelectorRequirement, NodeSelectorTerm, TopologySpreadConstraint,
};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::LabelSelector;

use crate::plan::decision::Evidence;
use crate::plan::setting::{PodSetting, Setting};
use crate::rules::draft::Draft;
use crate::rules::subject::Subject;
use crate::rules::{Context, Rule};
use crate::source::path::ComposePath;

/// The label that says which Pods belong together.
const NAME: &str = "app.kubernetes.io/name";
const HOSTNAME: &str = "kubernetes.io/hostname";

/// Sets which nodes are fit.
pub(super) struct Placement;

impl Rule for Placement {
    fn id(&self) -> &'static str {
        "placement"
    }

    fn service(&self, subject: &Subject<'_>, _cx: &Context<'_>, out: &mut Draft<'_>) {
        platform(subject, out);
        let Some(deploy) = subject.service.and_then(|service| service.deploy.as_ref()) else { return };
        let path = subject.below(&["deploy", "placement"]);
        constraints(subject, &deploy.placement.0.constraints, &path.key("constraints"), out);
        for (index, preference) in deploy.placement.0.preferences.iter().enumerate() {
            spread(subject, &preference.spread, &path.key("preferences").index(index).key("spread"), out);
        }
        let at_most = path.key("max_replicas_per_node");
        match deploy.placement.0.max_replicas_per_node {
            0 => out.translated(&at_most),
            1 => {
                let setting = Setting::Pod(PodSetting::OnePerNode);
                out.decide(
                    subject.workload_target(),
                    setting,
                    Evidence::Compose,
                    std::slice::from_ref(&at_most),
                );
                out.translated(&at_most);
            }
            count => {
                let skew = i32::try_from(count).unwrap_or(i32::MAX);
                let constraint = constraint(subject, HOSTNAME, skew, "DoNotSchedule");
                let setting = Setting::Pod(PodSetting::Spread(constraint));
                out.decide(
                    subject.workload_target(),
                    setting,
                    Evidence::Compose,
                    std::slice::from_ref(&at_most),
                );
                let says = "Pods are spread so that no node has so many more than another; there is no cap for a node";
                out.approximated_as(&at_most, says);
            }
        }
        out.translated(&path);
    }
}

fn platform(subject: &Subject<'_>, out: &mut Draft<'_>) {
    let (written, path) = (subject.container.platform.as_str(), subject.at("platform"));
    let mut parts = written.split('/');
    let (os, arch, variant) = (parts.next().unwrap_or_default(), parts.next(), parts.next());
    let labels = [("kubernetes.io/os", Some(os)), ("kubernetes.io/arch", arch.map(architecture))];
    for (key, value) in labels {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            let setting = Setting::Pod(PodSetting::NodeSelector(key.to_owned(), value.to_owned()));
            out.decide(subject.workload_target(), setting, Evidence::Compose, std::slice::from_ref(&path));
        }
    }
    match variant {
        Some(variant) => {
            out.approximated_as(&path, &format!("nodes have no label for the variant `{variant}`"))
        }
        None => out.translated(&path),
    }
}

fn architecture(name: &str) -> &str {
    match name {
        "x86_64" | "x86-64" => "amd64",
        "aarch64" => "arm64",
        other => other,
    }
}

fn constraints(subject: &Subject<'_>, written: &[String], path: &ComposePath, out: &mut Draft<'_>) {
    let mut requirements = Vec::new();
    let mut because = Vec::new();
    for (index, text) in written.iter().enumerate() {
        let path = path.index(index);
        match requirement(text) {
            Some(requirement) => {
                requirements.push(requirement);
                out.translated(&path);
                because.push(path);
            }
            None => out
                .manual_as(&path, &format!("no label of a node says `{text}`: label the nodes that are fit")),
        }
    }
    if requirements.is_empty() {
        return;
    }
    let term = NodeSelectorTerm { match_expressions: Some(requirements), ..NodeSelectorTerm::default() };
    let affinity = NodeAffinity {
        required_during_scheduling_ignored_during_execution: Some(NodeSelector {
            node_selector_terms: vec![term],
        }),
        ..NodeAffinity::default()
    };
    let setting = Setting::Pod(PodSetting::NodeAffinity(affinity));
    out.decide(subject.workload_target(), setting, Evidence::Compose, &because);
}

fn requirement(text: &str) -> Option<NodeSelectorRequirement> {
    let (key, value, is_equal) = match (text.split_once("=="), text.split_once("!=")) {
        (Some((key, value)), _) => (key.trim(), value.trim(), true),
        (None, Some((key, value))) => (key.trim(), value.trim(), false),
        (None, None) => return None,
    };
    if key == "node.role" {
        let is_manager = (value == "manager") == is_equal;
        let operator = if is_manager { "Exists" } else { "DoesNotExist" };
        return Some(NodeSelectorRequirement {
            key: "node-role.kubernetes.io/control-plane".to_owned(),
            operator: operator.to_owned(),
            values: None,
        });
    }
    let value = if key == "node.platform.arch" { architecture(value) } else { value };
    Some(NodeSelectorRequirement {
        key: label(key)?,
        operator: if is_equal { "In" } else { "NotIn" }.to_owned(),
        values: Some(vec![value.to_owned()]),
    })
}

/// The label of a node for what Swarm calls it.
fn label(key: &str) -> Option<String> {
    match key {
        "node.hostname" => Some(HOSTNAME.to_owned()),
        "node.platform.os" => Some("kubernetes.io/os".to_owned()),
        "node.platform.arch" => Some("kubernetes.io/arch".to_owned()),
        _ => key
            .strip_prefix("node.labels.")
            .filter(|key| crate::plan::name::is_qualified(key))
            .map(str::to_owned),
    }
}

fn spread(subject: &Subject<'_>, key: &str, path: &ComposePath, out: &mut Draft<'_>) {
    match label(key) {
        Some(label) => {
            let setting = Setting::Pod(PodSetting::Spread(constraint(subject, &label, 1, "ScheduleAnyway")));
            out.decide(subject.workload_target(), setting, Evidence::Compose, std::slice::from_ref(path));
            out.translated(path);
        }
        None => out.manual_as(path, &format!("no label of a node says `{key}`: label the nodes")),
    }
}

fn constraint(subject: &Subject<'_>, key: &str, skew: i32, otherwise: &str) -> TopologySpreadConstraint {
    let labels = [(NAME.to_owned(), subject.object.clone())];
    TopologySpreadConstraint {
        label_selector: Some(LabelSelector { match_labels: Some(labels.into()), ..LabelSelector::default() }),
        max_skew: skew,
        topology_key: key.to_owned(),
        when_unsatisfiable: otherwise.to_owned(),
        ..TopologySpreadConstraint::default()
    }
}

#[cfg(test)]
mod tests {
    use super::requirement;

    #[test]
    fn constraints_become_requirements() {
        let cases = [
            ("node.role==manager", Some(("node-role.kubernetes.io/control-plane", "Exists", None))),
            ("node.role != manager", Some(("node-role.kubernetes.io/control-plane", "DoesNotExist", None))),
            ("node.labels.disk == ssd", Some(("disk", "In", Some("ssd")))),
            ("node.hostname!=a", Some(("kubernetes.io/hostname", "NotIn", Some("a")))),
            ("node.platform.arch==x86_64", Some(("kubernetes.io/arch", "In", Some("amd64")))),
            ("engine.labels.x==y", None),
            ("nonsense", None),
        ];
        for (text, expected) in cases {
            let found = requirement(text);
            let found = found.as_ref().map(|found| {
                let value = found.values.as_ref().and_then(|values| values.first()).map(String::as_str);
                (found.key.as_str(), found.operator.as_str(), value)
            });
            assert_eq!(found, expected, "{text}");
        }
    }
}
