//! `security_opt: no-new-privileges`, which every container gets unless it is known to need the contrary.
//!
//! The API refuses it beside `privileged`, and it makes no sense beside `SYS_ADMIN`.

use crate::compose::model::container::Container;
use crate::finding::Severity;
use crate::plan::decision::Evidence;
use crate::plan::setting::{ContainerSetting, Setting};
use crate::policy::Hardening;
use crate::rules::draft::Draft;
use crate::rules::security::identity;
use crate::rules::security::option::{SecurityOption, read};
use crate::rules::security::program;
use crate::rules::security::sets::{self, ALL};
use crate::rules::subject::Subject;
use crate::rules::{Context, Rule};

/// The capability that files such as those of `tcpdump` give to any user.
const NET_RAW: &str = "NET_RAW";

/// Forbids programs to gain rights.
pub(super) struct Escalation;

impl Rule for Escalation {
    fn id(&self) -> &'static str {
        "escalation"
    }

    fn service(&self, subject: &Subject<'_>, cx: &Context<'_>, out: &mut Draft<'_>) {
        let path = subject.at("security_opt");
        let options = subject.container.security_opt.iter().enumerate();
        // The engine takes the last one.
        let mut said = None;
        for (index, text) in options {
            if let SecurityOption::NoNewPrivileges(is_on) = read(text) {
                let path = path.index(index);
                if subject.container.privileged && is_on {
                    out.dropped_as(&path, "Kubernetes refuses it for a privileged container");
                } else {
                    out.translated(&path);
                }
                said = Some((is_on, path));
            }
        }
        if subject.container.privileged {
            return;
        }
        let forbid = Setting::Container(ContainerSetting::Escalation(false));
        match (said, needs(subject, cx)) {
            (Some((true, path)), _) => {
                out.decide(subject.container_target(), forbid, Evidence::Compose, &[path]);
            }
            (Some((false, path)), _) if subject.hardening == Hardening::Restricted => {
                let title = "programs may gain rights, as the project says, so that the Pod does not meet *restricted*";
                out.find_as(Severity::Note, &path, title, "");
            }
            (None, Some((key, why))) if subject.hardening != Hardening::Compatible => {
                let title = format!("programs may gain rights, {why}");
                let is_strict = subject.hardening == Hardening::Restricted;
                let note = if is_strict { "the Pod does not meet *restricted*" } else { "" };
                out.find_as(Severity::Note, &subject.at(key), &title, note);
            }
            (Some((false, _)), _) | (None, Some(_)) => {}
            (None, None) => out.decide(subject.container_target(), forbid, Evidence::Default, &[]),
        }
    }
}

/// Programs that work only if they gain rights. That of `ping` does without, as every node lets everybody ping.
const GAIN_RIGHTS: &[&str] = &[
    "doas",
    "fusermount",
    "fusermount3",
    "newgidmap",
    "newgrp",
    "newuidmap",
    "pkexec",
    "su",
    "sudo",
    "sudoedit",
];

/// The key because of which a container has to be able to gain rights, and why.
fn needs(subject: &Subject<'_>, cx: &Context<'_>) -> Option<(&'static str, String)> {
    if subject.profile().is_some_and(|profile| profile.needs_escalation) {
        return Some(("image", "as this image is known to need it".to_owned()));
    }
    if let Some((key, program)) = gains_rights(subject.container) {
        return Some((key, format!("as `{program}` works by gaining them")));
    }
    let identity = identity::of(subject, cx);
    let (sets, _) = sets::of(subject, &identity);
    let is_mighty = [ALL, "SYS_ADMIN"].into_iter().any(|name| sets.add.contains(name));
    if is_mighty {
        let key = if subject.container.cap_add.is_empty() { "image" } else { "cap_add" };
        return Some((key, "as Kubernetes never withholds them beside `SYS_ADMIN`".to_owned()));
    }
    let is_for_files = identity.is_not_root() && sets::known(&subject.container.cap_add).contains(NET_RAW);
    let why = "as a user that is not root has `NET_RAW` only through programs that gain it";
    is_for_files.then(|| ("cap_add", why.to_owned()))
}

/// The first word of the command line that needs to gain rights, with its key.
fn gains_rights(container: &Container) -> Option<(&'static str, &str)> {
    program::words(container).find(|(_, word)| GAIN_RIGHTS.contains(word))
}

#[cfg(test)]
mod tests {
    use super::gains_rights;
    use crate::compose::model::container::Container;

    #[test]
    fn programs_that_gain_rights_are_found() {
        let cases = [
            ("sudo -E crond -f -d 0", Some(("command", "sudo"))),
            ("/usr/bin/sudo|-E|crond", Some(("command", "sudo"))),
            ("sh|-c|cd /app && (su app -c run)", Some(("command", "su"))),
            ("ping|example.com", None),
            ("gosu|app|sudoku", None),
        ];
        for (line, expected) in cases {
            let mut container = Container::default();
            container.command.0 = Some(line.split('|').map(str::to_owned).collect());
            assert_eq!(gains_rights(&container), expected, "{line}");
        }
    }
}
