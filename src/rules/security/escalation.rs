//! `security_opt: no-new-privileges`, which every container gets unless it is known to need the contrary.
//!
//! The API refuses it beside `privileged`, and it makes no sense beside `SYS_ADMIN`.

use crate::finding::Severity;
use crate::plan::decision::Evidence;
use crate::plan::setting::{ContainerSetting, Setting};
use crate::policy::Hardening;
use crate::rules::draft::Draft;
use crate::rules::security::identity;
use crate::rules::security::option::{SecurityOption, read};
use crate::rules::security::sets::{self, ALL};
use crate::rules::subject::Subject;
use crate::rules::{Context, Rule};

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
                out.find_as(
                    Severity::Note,
                    &subject.at(key),
                    &format!("programs may gain rights, {why}"),
                    "",
                );
            }
            (Some((false, _)), _) | (None, Some(_)) => {}
            (None, None) => out.decide(subject.container_target(), forbid, Evidence::Default, &[]),
        }
    }
}

/// The key because of which a container has to be able to gain rights, and why.
fn needs(subject: &Subject<'_>, cx: &Context<'_>) -> Option<(&'static str, &'static str)> {
    if subject.profile().is_some_and(|profile| profile.needs_escalation) {
        return Some(("image", "as this image is known to need it"));
    }
    let (sets, _) = sets::of(subject, &identity::of(subject, cx));
    let is_mighty = [ALL, "SYS_ADMIN"].into_iter().any(|name| sets.add.contains(name));
    let key = if subject.container.cap_add.is_empty() { "image" } else { "cap_add" };
    is_mighty.then_some((key, "as Kubernetes never withholds them beside `SYS_ADMIN`"))
}
