//! `cap_add` and `cap_drop`: both lists as they are, or nothing but what is needed where it is known what that is.

use crate::finding::Severity;
use crate::finding::suggest::{list, nearest};
use crate::mapping::security::{Security, capability};
use crate::plan::decision::Evidence;
use crate::plan::setting::{ContainerSetting, Setting};
use crate::policy::Hardening;
use crate::rules::draft::Draft;
use crate::rules::security::identity;
use crate::rules::security::sets::{self, ALL, LOW_PORTS, Sets};
use crate::rules::subject::Subject;
use crate::rules::{Context, Rule};
use crate::source::path::ComposePath;

/// Sets what a container gains and loses.
pub(super) struct CapabilityLists;

impl Rule for CapabilityLists {
    fn id(&self) -> &'static str {
        "capabilities"
    }

    fn service(&self, subject: &Subject<'_>, cx: &Context<'_>, out: &mut Draft<'_>) {
        let identity = identity::of(subject, cx);
        let (sets, evidence) = sets::of(subject, &identity);
        if !subject.container.privileged {
            write(subject, &sets, (evidence, identity.because.as_slice()), out);
            tell(subject, &sets, out);
        }
        close(subject, &sets, out);
    }
}

/// Names that Compose does not list have the reason that is given.
fn write(subject: &Subject<'_>, sets: &Sets, reason: (Evidence, &[ComposePath]), out: &mut Draft<'_>) {
    let container = subject.container;
    let added = sets.add.iter().map(|name| ("cap_add", name, ContainerSetting::Add(name.clone())));
    let dropped = sets.drop.iter().map(|name| ("cap_drop", name, ContainerSetting::Drop(name.clone())));
    let (said_add, said_drop) = (sets::known(&container.cap_add), sets::known(&container.cap_drop));
    for (key, name, setting) in added.chain(dropped) {
        let said = if key == "cap_add" { &said_add } else { &said_drop };
        let (target, setting) = (subject.container_target(), Setting::Container(setting));
        if said.contains(name) {
            out.decide(target, setting, Evidence::Compose, &[subject.at(key)]);
        } else {
            out.decide(target, setting, reason.0, reason.1);
        }
    }
}

/// What the added ones mean for the Pod.
fn tell(subject: &Subject<'_>, sets: &Sets, out: &mut Draft<'_>) {
    let has_list = !subject.container.cap_add.is_empty();
    let path = subject.at(if has_list { "cap_add" } else { "image" });
    if sets.add.contains(ALL) {
        out.find_as(Severity::Warning, &path, "every capability is nearly as much as `privileged`", "");
    }
    let beyond: Vec<&String> = sets.add.iter().filter(|name| name.as_str() != LOW_PORTS).collect();
    if subject.hardening == Hardening::Restricted && !beyond.is_empty() {
        let title = format!("{} is more than *restricted* allows, and kept", list(beyond));
        out.find(&path, &title);
    }
}

/// Docker gives a privileged container everything, whatever its lists say.
fn close(subject: &Subject<'_>, sets: &Sets, out: &mut Draft<'_>) {
    let container = subject.container;
    let usual = &Security::embedded().capabilities.default;
    for (key, written) in [("cap_add", &container.cap_add), ("cap_drop", &container.cap_drop)] {
        let path = subject.at(key);
        for (index, text) in written.iter().enumerate() {
            let (name, path) = (capability(text), path.index(index));
            let has_gone = key == "cap_add" && sets.drop.contains(ALL) && !sets.add.contains(&name);
            if !Security::embedded().capabilities.is_known(&name) {
                unknown(&name, &path, out);
            } else if has_gone && usual.contains(&name) && !container.privileged {
                out.approximated_as(&path, "left out, as a process that is not root gets no use of it");
            }
        }
        if container.privileged && !written.is_empty() {
            let title = "it changes nothing, as a privileged container has every capability, in Docker too";
            out.find(&path, title);
        }
        out.translated(&path);
    }
}

fn unknown(name: &str, path: &ComposePath, out: &mut Draft<'_>) {
    let title = match nearest(name, Security::embedded().capabilities.names()) {
        Some(near) => format!("there is no capability `{name}`; `{near}` is near"),
        None => format!("there is no capability `{name}`"),
    };
    out.manual_quietly(path, "there is no such capability, and it is left out");
    out.find_as(Severity::Error, path, &title, "Docker does not start a container with it either");
}
