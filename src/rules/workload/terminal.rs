//! `tty`, `stdin_open` and `init`: what a container's first process finds.

use crate::plan::decision::Evidence;
use crate::plan::setting::{ContainerSetting, PodSetting, Setting};
use crate::rules::draft::Draft;
use crate::rules::subject::Subject;
use crate::rules::{Context, Rule};

/// Sets the terminal, the input and who reaps processes.
pub(super) struct Terminal;

impl Rule for Terminal {
    fn id(&self) -> &'static str {
        "terminal"
    }

    fn service(&self, subject: &Subject<'_>, _cx: &Context<'_>, out: &mut Draft<'_>) {
        let flags = [
            (subject.workload.tty, "tty", ContainerSetting::Tty(true)),
            (subject.workload.stdin_open, "stdin_open", ContainerSetting::Stdin(true)),
        ];
        for (is_on, key, setting) in flags {
            let path = subject.at(key);
            if is_on {
                let because = std::slice::from_ref(&path);
                out.decide(
                    subject.container_target(),
                    Setting::Container(setting),
                    Evidence::Compose,
                    because,
                );
            }
            out.translated(&path);
        }
        let init = subject.at("init");
        match subject.container.init {
            // With the node's processes in sight the node's first process reaps.
            Some(true) if subject.container.pid != "host" => {
                let setting = Setting::Pod(PodSetting::ShareProcesses(true));
                let because = std::slice::from_ref(&init);
                out.decide(subject.workload_target(), setting, Evidence::Compose, because);
                out.approximated(&init);
            }
            Some(_) | None => out.translated(&init),
        }
    }
}
