//! `pids_limit`, `deploy.resources.limits.pids` and `ulimits`: limits of the kernel, which are the node's to set.

use crate::compose::model::special::Ulimit;
use crate::rules::draft::Draft;
use crate::rules::subject::Subject;
use crate::rules::{Context, Rule};

/// Says which limits a node has to have.
pub(super) struct ProcessLimits;

/// The open files that the service of K3s allows, which its containers inherit.
const OPEN_FILES: i64 = 1_048_576;

impl Rule for ProcessLimits {
    fn id(&self) -> &'static str {
        "process-limits"
    }

    fn service(&self, subject: &Subject<'_>, _cx: &Context<'_>, out: &mut Draft<'_>) {
        let deploy = subject.service.and_then(|service| service.deploy.as_ref());
        let deployed =
            deploy.and_then(|deploy| deploy.resources.0.limits.as_ref()).map_or(0, |limits| limits.pids);
        let (own, long) =
            (subject.at("pids_limit"), subject.below(&["deploy", "resources", "limits", "pids"]));
        let pids = subject.container.pids_limit.max(deployed);
        let says =
            format!("set `pod-max-pids` to {} or more as a kubelet argument on every node", pids.max(1024));
        if pids <= 0 {
            out.translated(&own);
            out.translated(&long);
        } else if subject.container.pids_limit > 0 {
            out.manual_as(&own, &says);
            out.manual_quietly(&long, &says);
        } else {
            out.manual_as(&long, &says);
            out.translated(&own);
        }
        let at = subject.at("ulimits");
        for (name, limit) in &subject.container.ulimits {
            let path = at.key(name.as_str());
            match needs(name, limit) {
                Some(says) => out.manual_as(&path, &says),
                None => out.dropped_as(&path, "containers on K3s have as much already"),
            }
        }
        out.translated(&at);
    }
}

/// What a person has to do for a limit; nothing if containers have it anyway.
fn needs(name: &str, limit: &Ulimit) -> Option<String> {
    let hard = if limit.single == 0 { limit.hard } else { limit.single };
    let shown =
        if limit.single == 0 { format!("{}:{}", limit.soft, limit.hard) } else { limit.single.to_string() };
    match name {
        "nofile" if (0..=OPEN_FILES).contains(&hard) => None,
        "nproc" => {
            Some("no Pod has such a limit: set `pod-max-pids` as a kubelet argument on the nodes".to_owned())
        }
        "memlock" => Some(format!(
            "`memlock={shown}` is not written: set LimitMEMLOCK in a systemd drop-in for k3s on the nodes, or tell the \
             program not to lock memory"
        )),
        _ => {
            Some(format!("`{name}={shown}` is not written: set it in a systemd drop-in for k3s on the nodes"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Ulimit, needs};

    #[test]
    fn limits_that_containers_have_need_nothing() {
        let rows = [
            ("nofile", 65_535, 0, 0, false),
            ("nofile", 0, 1024, 65_536, false),
            ("nofile", -1, 0, 0, true),
            ("nofile", 2_000_000, 0, 0, true),
            ("memlock", -1, 0, 0, true),
            ("core", 1, 0, 0, true),
        ];
        for (name, single, soft, hard, expected) in rows {
            assert_eq!(needs(name, &Ulimit { single, soft, hard }).is_some(), expected, "{name} {single}");
        }
    }
}
