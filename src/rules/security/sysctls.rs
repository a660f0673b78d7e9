//! `sysctls`: parameters that every Pod may set, that a node has to allow, and that only a node has.
//!
//! They hold for the whole Pod, and those of a namespace that is the node's are refused.

use std::collections::BTreeMap;

use crate::finding::Severity;
use crate::mapping::security::{Security, SysctlClass};
use crate::plan::decision::Evidence;
use crate::plan::setting::{PodSetting, Setting};
use crate::rules::draft::Draft;
use crate::rules::subject::Subject;
use crate::rules::{Context, Rule};
use crate::source::path::{ComposePath, Step};

/// What K3s has its kubelet allow, for its own load balancer.
const ALLOWED_BY_K3S: &[&str] = &["net.ipv4.ip_forward", "net.ipv6.conf.all.forwarding"];

/// Where a node is told its own parameters.
const ON_NODES: &str = "write it to a file in /etc/sysctl.d on every node";

/// Sets kernel parameters.
pub(super) struct KernelParameters;

impl Rule for KernelParameters {
    fn id(&self) -> &'static str {
        "sysctls"
    }

    fn service(&self, subject: &Subject<'_>, cx: &Context<'_>, out: &mut Draft<'_>) {
        let path = subject.at("sysctls");
        let mut kept: BTreeMap<String, (String, Vec<ComposePath>)> = BTreeMap::new();
        for leaf in out.leaves(&path) {
            let Some(written) = written_name(&leaf, cx) else { continue };
            let value = subject.container.sysctls.0.get(&written).cloned().unwrap_or_default();
            let name = dotted(&written);
            if is_kept(subject, cx, &name, &value, &leaf, out) {
                let entry = kept.entry(name).or_default();
                entry.0 = value;
                entry.1.push(leaf);
            }
        }
        for (name, (value, because)) in kept {
            let setting = Setting::Pod(PodSetting::Sysctl(name, value));
            out.decide(subject.workload_target(), setting, Evidence::Compose, &because);
        }
        out.translated(&path);
    }
}

/// The name at a leaf, which is a key of a mapping or an item `NAME=VALUE` of a list.
fn written_name(leaf: &ComposePath, cx: &Context<'_>) -> Option<String> {
    match leaf.steps() {
        [_, _, _, Step::Key(name)] => Some(name.clone()),
        [_, _, _, Step::Index(_)] => {
            let text = cx.loaded.tree.at(leaf)?.as_text()?;
            Some(text.split('=').next().unwrap_or_default().to_owned())
        }
        _ => None,
    }
}

/// The name with dots: where the first separator is a slash, the two change places.
fn dotted(name: &str) -> String {
    let swap = |char| match char {
        '/' => '.',
        '.' => '/',
        other => other,
    };
    let first = name.find(['.', '/']).and_then(|at| name.get(at..));
    if first.is_some_and(|rest| rest.starts_with('/')) {
        name.chars().map(swap).collect()
    } else {
        name.to_owned()
    }
}

/// Whether the parameter can be written; tells what stands in the way.
fn is_kept(
    subject: &Subject<'_>,
    cx: &Context<'_>,
    name: &str,
    value: &str,
    leaf: &ComposePath,
    out: &mut Draft<'_>,
) -> bool {
    let class = Security::embedded().sysctls.class(name, cx.policy.kubernetes);
    let is_network = name.starts_with("net.");
    let is_plain = |char: char| char.is_ascii_lowercase() || char.is_ascii_digit() || "._-/".contains(char);
    let problem = if !name.chars().all(is_plain) {
        Some(("Kubernetes takes no parameter of this name", "write the name that `sysctl -a` shows"))
    } else if value.is_empty() {
        Some(("it has no value", "write a value, or take the line out"))
    } else if class == SysctlClass::Node {
        Some(("it is a setting of the whole node, which no Pod and no container can change", ON_NODES))
    } else if is_network && subject.container.network_mode == "host" {
        Some(("on the network of its node it would change the node, which is refused", ON_NODES))
    } else if !is_network && subject.container.ipc == "host" {
        Some(("in the shared memory of its node it would change the node, which is refused", ON_NODES))
    } else {
        None
    };
    if let Some((problem, help)) = problem {
        out.manual_quietly(leaf, problem);
        out.find_with(Severity::Error, leaf, &format!("{problem}; Docker refuses it too"), help);
        return false;
    }
    if class == SysctlClass::Unsafe && !ALLOWED_BY_K3S.contains(&name) {
        let title = "the Pod fails on nodes whose kubelet does not list it in `allowed-unsafe-sysctls`";
        let note = "a list of yours replaces the one of K3s, so that both its own forwarding parameters belong into it";
        out.find_as(Severity::Warning, leaf, title, note);
    }
    true
}

#[cfg(test)]
mod tests {
    use super::dotted;

    #[test]
    fn slashes_become_dots() {
        let cases = [
            ("net.core.somaxconn", "net.core.somaxconn"),
            ("net/core/somaxconn", "net.core.somaxconn"),
            ("net/ipv4/conf/eth0.100/forwarding", "net.ipv4.conf.eth0/100.forwarding"),
            ("net.ipv4.conf.eth0/100.forwarding", "net.ipv4.conf.eth0/100.forwarding"),
            ("x", "x"),
        ];
        for (written, expected) in cases {
            assert_eq!(dotted(written), expected);
        }
    }
}
