//! `cpuset`, the real-time scheduler, Windows processors and block traffic: what only a node can arrange.

use crate::rules::draft::Draft;
use crate::rules::subject::Subject;
use crate::rules::{Context, Rule};

/// Says what a person has to arrange on the nodes.
pub(super) struct CpuPlacement;

impl Rule for CpuPlacement {
    fn id(&self) -> &'static str {
        "cpu-placement"
    }

    fn service(&self, subject: &Subject<'_>, _cx: &Context<'_>, out: &mut Draft<'_>) {
        let container = subject.container;
        let rows = [
            ("cpuset", !container.cpuset.is_empty()),
            ("cpu_rt_runtime", container.cpu_rt_runtime != 0),
            ("cpu_rt_period", container.cpu_rt_period != 0),
        ];
        for (key, is_set) in rows {
            let path = subject.at(key);
            if is_set { out.manual(&path) } else { out.translated(&path) }
        }
        for key in ["cpu_count", "cpu_percent"] {
            out.dropped(&subject.at(key));
        }
        let blocks = subject.at("blkio_config");
        let leaves = out.leaves(&blocks);
        if leaves.contains(&blocks) {
            out.translated(&blocks);
            return;
        }
        if !leaves.is_empty() {
            let says = "Kubernetes has no field for block traffic: use a StorageClass that throttles, or define \
                        blockio classes in containerd on the nodes";
            out.find(&blocks, says);
        }
        for leaf in leaves {
            out.manual_again(&leaf);
        }
    }
}
