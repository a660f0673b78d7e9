//! `memswap_limit`, `mem_swappiness`, `oom_kill_disable` and `oom_score_adj`: what happens when memory runs out.

use crate::rules::draft::Draft;
use crate::rules::subject::Subject;
use crate::rules::{Context, Rule};

/// Says what becomes of swap and of the kernel's choice of what to kill.
pub(super) struct Swap;

impl Rule for Swap {
    fn id(&self) -> &'static str {
        "swap"
    }

    fn service(&self, subject: &Subject<'_>, _cx: &Context<'_>, out: &mut Draft<'_>) {
        let container = subject.container;
        let path = subject.at("memswap_limit");
        let swap = container.memswap_limit.0;
        let deploy = subject.service.and_then(|service| service.deploy.as_ref());
        let deployed =
            deploy.and_then(|deploy| deploy.resources.0.limits.as_ref()).map_or(0, |limits| limits.memory.0);
        let memory = if container.mem_limit.0 > 0 { container.mem_limit.0 } else { deployed };
        if swap == 0 || (swap > 0 && swap == memory) {
            out.translated(&path);
        } else {
            out.manual(&path);
        }
        out.dropped(&subject.at("mem_swappiness"));
        let path = subject.at("oom_kill_disable");
        if container.oom_kill_disable {
            out.dropped(&path)
        } else {
            out.translated(&path)
        }
        let path = subject.at("oom_score_adj");
        match container.oom_score_adj {
            0 => out.translated(&path),
            score if score > 0 => {
                out.dropped_as(
                    &path,
                    "the kubelet works the score out by itself: what requests least is killed first",
                );
            }
            _ if memory > 0 => out.approximated(&path),
            _ => out
                .dropped_as(&path, "without a limit of memory nothing spares the container: set `mem_limit`"),
        }
    }
}
