//! `post_start` and `pre_stop`: commands in the running container, of which Kubernetes has one for each moment.

use k8s_openapi::api::core::v1::{ExecAction, LifecycleHandler};

use crate::compose::model::service::Hook;
use crate::plan::decision::Evidence;
use crate::plan::setting::{ContainerSetting, Setting};
use crate::rules::draft::Draft;
use crate::rules::subject::Subject;
use crate::rules::{Context, Rule};

/// Sets what runs after the start and before the stop.
pub(super) struct Hooks;

impl Rule for Hooks {
    fn id(&self) -> &'static str {
        "hooks"
    }

    fn service(&self, subject: &Subject<'_>, cx: &Context<'_>, out: &mut Draft<'_>) {
        let Some(service) = subject.service else { return };
        for (key, hooks) in [("post_start", &service.post_start), ("pre_stop", &service.pre_stop)] {
            let path = subject.at(key);
            for (index, hook) in hooks.iter().enumerate() {
                other_user(hook, &path.index(index), out);
            }
            let shows = |hook: &Hook| {
                !cx.credentials.in_words(&hook.command.0.clone().unwrap_or_default()).is_empty()
            };
            if hooks.iter().any(shows) {
                let says = "left out, as its command holds a credential that everybody could read: take it from a variable";
                out.manual_as(&path, says);
                continue;
            }
            if let Some(handler) = handler(hooks) {
                let setting = if key == "post_start" {
                    ContainerSetting::PostStart(Box::new(handler))
                } else {
                    ContainerSetting::PreStop(Box::new(handler))
                };
                let because = std::slice::from_ref(&path);
                out.decide(
                    subject.container_target(),
                    Setting::Container(setting),
                    Evidence::Compose,
                    because,
                );
            }
            for index in 0..hooks.len() {
                let path = path.index(index);
                for key in ["command", "working_dir", "environment"] {
                    out.approximated(&path.key(key));
                }
                out.approximated(&path);
            }
            out.translated(&path);
        }
    }
}

fn other_user(hook: &Hook, path: &crate::source::path::ComposePath, out: &mut Draft<'_>) {
    if !hook.user.is_empty() {
        out.manual(&path.key("user"));
    }
    if hook.privileged {
        out.manual(&path.key("privileged"));
    }
    out.translated(&path.key("user"));
    out.translated(&path.key("privileged"));
}

/// One command for all hooks of a moment: as it is written if there is one that needs no shell.
fn handler(hooks: &[Hook]) -> Option<LifecycleHandler> {
    let words = |hook: &Hook| hook.command.0.clone().unwrap_or_default();
    let is_plain = |hook: &Hook| hook.working_dir.is_empty() && hook.environment.0.is_empty();
    let command = match hooks {
        [] => return None,
        [only] if is_plain(only) => words(only),
        several => {
            let lines: Vec<String> = several.iter().map(|hook| line(hook, &words(hook))).collect();
            vec!["/bin/sh".to_owned(), "-c".to_owned(), lines.join(" && ")]
        }
    };
    let exec = ExecAction { command: Some(command) };
    Some(LifecycleHandler { exec: Some(exec), ..LifecycleHandler::default() })
}

fn line(hook: &Hook, words: &[String]) -> String {
    let mut parts = Vec::new();
    let variables = hook.environment.0.iter().filter_map(|(name, value)| Some((name, value.as_ref()?)));
    parts.extend(variables.map(|(name, value)| format!("{name}={}", quoted(value))));
    parts.extend(words.iter().map(|word| quoted(word)));
    let command = parts.join(" ");
    if hook.working_dir.is_empty() {
        command
    } else {
        format!("(cd {} && {command})", quoted(&hook.working_dir))
    }
}

/// A word as a shell reads it.
fn quoted(word: &str) -> String {
    let is_safe = |char: char| char.is_ascii_alphanumeric() || "-_./:=@%+,".contains(char);
    if !word.is_empty() && word.chars().all(is_safe) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn words_are_quoted_for_a_shell() {
        for (word, expected) in
            [("a/b", "a/b"), ("a b", "'a b'"), ("it's", r"'it'\''s'"), ("", "''"), ("$x", "'$x'")]
        {
            assert_eq!(quoted(word), expected);
        }
    }
}
