//! `network_mode`, `pid`, `ipc`, `userns_mode`, `uts`: what a Pod shares with its node, as Compose asks for it.
//!
//! Other values of `network_mode` belong to the rules of networks.

use crate::finding::Severity;
use crate::plan::decision::Evidence;
use crate::plan::setting::{PodSetting, Setting};
use crate::rules::draft::Draft;
use crate::rules::subject::Subject;
use crate::rules::{Context, Rule};
use crate::source::path::ComposePath;

/// Shares namespaces of the node.
pub(super) struct HostNamespaces;

impl Rule for HostNamespaces {
    fn id(&self) -> &'static str {
        "host-namespaces"
    }

    fn service(&self, subject: &Subject<'_>, _cx: &Context<'_>, out: &mut Draft<'_>) {
        network(subject, out);
        processes(subject, out);
        memory(subject, out);
        users(subject, out);
        host_name(subject, out);
    }
}

fn decide(subject: &Subject<'_>, setting: PodSetting, path: &ComposePath, out: &mut Draft<'_>) {
    let because = std::slice::from_ref(path);
    out.decide(subject.workload_target(), Setting::Pod(setting), Evidence::Compose, because);
}

fn network(subject: &Subject<'_>, out: &mut Draft<'_>) {
    let path = subject.at("network_mode");
    if subject.container.network_mode == "host" {
        decide(subject, PodSetting::HostNetwork(true), &path, out);
        decide(subject, PodSetting::DnsPolicy("ClusterFirstWithHostNet".to_owned()), &path, out);
        out.approximated(&path);
        out.find(&path, "it is on the network of its node, where no NetworkPolicy holds");
    }
}

fn processes(subject: &Subject<'_>, out: &mut Draft<'_>) {
    let path = subject.at("pid");
    match subject.container.pid.as_str() {
        "" => out.translated(&path),
        "host" => {
            decide(subject, PodSetting::HostPid(true), &path, out);
            out.translated(&path);
            out.find(&path, "it sees every process of its node");
        }
        other => shared(other, "processes", &path, out),
    }
}

fn memory(subject: &Subject<'_>, out: &mut Draft<'_>) {
    let path = subject.at("ipc");
    match subject.container.ipc.as_str() {
        "" | "private" => out.translated(&path),
        "host" => {
            decide(subject, PodSetting::HostIpc(true), &path, out);
            out.translated(&path);
            out.find(&path, "it shares memory segments with every process of its node");
        }
        "shareable" => out.approximated_as(&path, "only containers of the same Pod can share it"),
        "none" => out.approximated_as(&path, "a Pod has shared memory of its own, which nobody else sees"),
        other => shared(other, "memory segments", &path, out),
    }
}

fn users(subject: &Subject<'_>, out: &mut Draft<'_>) {
    let path = subject.at("userns_mode");
    match subject.container.userns_mode.as_str() {
        "" => out.translated(&path),
        "host" => {
            decide(subject, PodSetting::HostUsers(true), &path, out);
            out.translated(&path);
        }
        other => refused(other, &path, out),
    }
}

fn host_name(subject: &Subject<'_>, out: &mut Draft<'_>) {
    let path = subject.at("uts");
    match subject.container.uts.as_str() {
        "" => out.translated(&path),
        "host" if subject.container.network_mode == "host" => {
            out.approximated_as(&path, "a Pod on the network of its node has the name of the node");
        }
        "host" => out.manual(&path),
        other => refused(other, &path, out),
    }
}

/// A namespace of another container, in which it has `what`.
fn shared(mode: &str, what: &str, path: &ComposePath, out: &mut Draft<'_>) {
    let (says, help) = if mode.starts_with("service:") {
        (
            "this version does not put two services into one Pod yet",
            format!(
                "let the two do without each other's {what}, or put both containers into one Pod by hand"
            ),
        )
    } else if mode.starts_with("container:") {
        (
            "containers of other projects are not in the cluster",
            format!("make the other container a service of this project, or do without its {what}"),
        )
    } else {
        return refused(mode, path, out);
    };
    out.manual_quietly(path, says);
    out.find_with(Severity::Warning, path, says, &help);
}

fn refused(mode: &str, path: &ComposePath, out: &mut Draft<'_>) {
    out.manual_quietly(path, "the engine refuses this value, and it is left out");
    let title = format!("`{mode}` is no namespace to share; Docker refuses it too");
    out.find_with(Severity::Error, path, &title, "take the line out, or write what it is to share");
}
