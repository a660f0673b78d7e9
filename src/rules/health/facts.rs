//! What has to be known about a service to understand its health check: ports, names, programs.

use crate::compose::model::service::Port;
use crate::graph::{Condition, Kind, Relation};
use crate::mapping::probes::ProbeTable;
use crate::rules::Context;
use crate::rules::subject::Subject;

/// A range of exposed ports that is longer is not listened on.
const LONGEST_RANGE: u16 = 1000;
/// Container runtimes whose network the node may not reach.
const APART: &[&str] = &["kata", "runsc", "gvisor"];

/// Whether the node can reach the ports of a container at all.
pub(super) fn is_reachable(subject: &Subject<'_>) -> bool {
    let mode = subject.container.network_mode.as_str();
    let is_apart = APART.iter().any(|runtime| subject.container.runtime.contains(runtime));
    let is_shared = mode == "none" || mode.starts_with("service:") || mode.starts_with("container:");
    !is_apart && !is_shared
}

/// Ports that Compose publishes or exposes over TCP.
pub(super) fn declared(subject: &Subject<'_>) -> Vec<u16> {
    let published = subject.workload.ports.iter().filter_map(published);
    published.chain(subject.workload.expose.0.iter().flat_map(|text| exposed(text))).collect()
}

/// The container's side of a published port, if it is one of TCP.
pub(super) fn published(port: &Port) -> Option<u16> {
    let is_tcp = matches!(port.protocol.as_str(), "" | "tcp" | "TCP");
    u16::try_from(port.target).ok().filter(|number| is_tcp && *number > 0)
}

fn exposed(text: &str) -> Vec<u16> {
    let (range, protocol) = text.split_once('/').unwrap_or((text, "tcp"));
    let (first, last) = range.split_once('-').unwrap_or((range, range));
    match (first.trim().parse::<u16>(), last.trim().parse::<u16>()) {
        (Ok(first), Ok(last)) if protocol.eq_ignore_ascii_case("tcp") => {
            (first..=last.min(first.saturating_add(LONGEST_RANGE))).collect()
        }
        _ => Vec::new(),
    }
}

/// Ports that are known to be bound to more than loopback.
pub(super) fn ports(subject: &Subject<'_>) -> Vec<u16> {
    if !is_reachable(subject) {
        return Vec::new();
    }
    let of_image = subject.profile().map(|profile| profile.ports.as_slice()).unwrap_or_default();
    let of_image = of_image.iter().filter(|port| port.protocol == "tcp").map(|port| port.port);
    declared(subject).into_iter().chain(of_image).collect()
}

/// The names that a container has in its own eyes.
pub(super) fn own_names(subject: &Subject<'_>) -> Vec<String> {
    let container = subject.container;
    let fixed = subject.service.map(|service| service.container_name.as_str()).unwrap_or_default();
    let aliases = container.networks.values().flatten().flat_map(|network| &network.aliases);
    let names =
        [subject.name, fixed, container.hostname.as_str()].into_iter().chain(aliases.map(String::as_str));
    names.filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

/// Whether the image is known not to have a program.
pub(super) fn is_absent(subject: &Subject<'_>, program: &str) -> bool {
    let image = subject
        .image
        .reference
        .as_ref()
        .filter(|_| !subject.image.is_built || subject.policy.image.is_some());
    image.is_some_and(|image| ProbeTable::embedded().is_absent(image, program))
}

/// Whether another service starts only when this one is healthy.
pub(super) fn is_awaited(subject: &Subject<'_>, cx: &Context<'_>) -> bool {
    let kind = if subject.job.is_some() { Kind::Job } else { Kind::Service };
    let Some(node) = cx.graph.find(kind, subject.name) else { return false };
    cx.graph.incoming(node).any(|edge| match edge.relation {
        Relation::DependsOn { condition, .. } => condition == Condition::Healthy,
        Relation::Link { .. }
        | Relation::Shares(_)
        | Relation::VolumesFrom
        | Relation::BuildsOn
        | Relation::Uses { .. }
        | Relation::Mentions { .. } => false,
    })
}

#[cfg(test)]
mod tests {
    use super::exposed;

    #[test]
    fn exposed_ports_are_numbers_and_ranges() {
        let rows: [(&str, &[u16]); 6] = [
            ("80", &[80]),
            ("80/tcp", &[80]),
            ("80/udp", &[]),
            ("1-3", &[1, 2, 3]),
            ("x", &[]),
            ("3-1", &[]),
        ];
        for (text, ports) in rows {
            assert_eq!(exposed(text), ports, "{text}");
        }
    }
}
