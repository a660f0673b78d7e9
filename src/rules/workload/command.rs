//! `command`, `entrypoint` and `working_dir`: the four combinations, as the engine joins them with the image's own.

use crate::plan::decision::Evidence;
use crate::plan::setting::{ContainerSetting, Setting};
use crate::rules::config::words::without_secrets;
use crate::rules::draft::Draft;
use crate::rules::subject::Subject;
use crate::rules::{Context, Rule};

/// Sets `command` and `args` of a container.
pub(super) struct CommandLine;

impl Rule for CommandLine {
    fn id(&self) -> &'static str {
        "command-line"
    }

    fn service(&self, subject: &Subject<'_>, cx: &Context<'_>, out: &mut Draft<'_>) {
        let (entrypoint, command) = (&subject.container.entrypoint.0, &subject.container.command.0);
        let (at_entrypoint, at_command) = (subject.at("entrypoint"), subject.at("command"));
        let words = command.as_deref().unwrap_or_default();
        match entrypoint.as_deref() {
            None if command.as_ref().is_some_and(Vec::is_empty) => {
                out.approximated_as(
                    &at_command,
                    "an empty command is no command: the image's own runs, in Docker too",
                );
            }
            None if words.is_empty() => out.translated(&at_command),
            None => {
                args(subject, cx, words, out);
                out.translated(&at_command);
            }
            // An entrypoint of nothing, or of one empty word, leaves only the command.
            Some([]) if words.is_empty() => {
                out.manual_as(
                    &at_entrypoint,
                    "the entrypoint is cleared and the image's command runs by itself: write that command here",
                );
                out.translated(&at_command);
            }
            Some([only]) if only.is_empty() && words.is_empty() => {
                out.manual_as(
                    &at_entrypoint,
                    "nothing is left to run; the engine refuses to start this container",
                );
                out.translated(&at_command);
            }
            Some([]) => takes_all(subject, cx, words, out),
            Some([only]) if only.is_empty() => takes_all(subject, cx, words, out),
            Some(entry) => {
                let setting =
                    ContainerSetting::Command(without_secrets(subject, cx, entry, &at_entrypoint, out));
                decide(subject, setting, "entrypoint", out);
                if !words.is_empty() {
                    args(subject, cx, words, out);
                }
                out.translated(&at_entrypoint);
                out.translated(&at_command);
            }
        }
        out.translated(&at_entrypoint);
        working_directory(subject, out);
    }
}

/// The command is all there is to run.
fn takes_all(subject: &Subject<'_>, cx: &Context<'_>, words: &[String], out: &mut Draft<'_>) {
    let setting = ContainerSetting::Command(without_secrets(subject, cx, words, &subject.at("command"), out));
    decide(subject, setting, "command", out);
    out.translated(&subject.at("command"));
}

fn args(subject: &Subject<'_>, cx: &Context<'_>, words: &[String], out: &mut Draft<'_>) {
    let setting = ContainerSetting::Args(without_secrets(subject, cx, words, &subject.at("command"), out));
    decide(subject, setting, "command", out);
}

fn decide(subject: &Subject<'_>, setting: ContainerSetting, key: &str, out: &mut Draft<'_>) {
    out.decide(
        subject.container_target(),
        Setting::Container(setting),
        Evidence::Compose,
        &[subject.at(key)],
    );
}

fn working_directory(subject: &Subject<'_>, out: &mut Draft<'_>) {
    let folder = &subject.container.working_dir;
    if !folder.is_empty() {
        decide(subject, ContainerSetting::WorkingDir(folder.clone()), "working_dir", out);
    }
    out.translated(&subject.at("working_dir"));
}
