//! `group_add`, and the group that owns the volumes of a process that is not root.
//!
//! Docker gives a new volume the owner of the image's folder; Kubernetes gives it to root unless a group is set.

use crate::finding::Severity;
use crate::plan::decision::Evidence;
use crate::plan::setting::{PodSetting, Setting};
use crate::rules::draft::Draft;
use crate::rules::security::identity::{self, Who};
use crate::rules::security::number::{Id, of_group};
use crate::rules::subject::Subject;
use crate::rules::{Context, Rule};
use crate::source::path::ComposePath;

/// Sets the groups of a Pod.
pub(super) struct Groups;

impl Rule for Groups {
    fn id(&self) -> &'static str {
        "groups"
    }

    fn service(&self, subject: &Subject<'_>, cx: &Context<'_>, out: &mut Draft<'_>) {
        let path = subject.at("group_add");
        for (index, group) in subject.container.group_add.iter().enumerate() {
            supplemental(subject, group, &path.index(index), out);
        }
        out.translated(&path);
        owner(subject, cx, out);
    }
}

fn supplemental(subject: &Subject<'_>, group: &str, path: &ComposePath, out: &mut Draft<'_>) {
    let id = Id::read(group);
    if let Some((number, evidence)) = of_group(id, subject.profile()) {
        let setting = Setting::Pod(PodSetting::SupplementalGroup(number));
        out.decide(subject.workload_target(), setting, evidence, std::slice::from_ref(path));
        return;
    }
    match id {
        Id::TooLarge => {
            let says = "the largest number of a group is 2147483647, in Docker too";
            out.manual_quietly(path, says);
            out.find_as(Severity::Error, path, says, "");
        }
        Id::Name(name) => {
            let says =
                format!("Kubernetes takes no names, and nobody has read which number the group `{name}` has");
            out.manual_as(path, &says);
        }
        Id::Absent | Id::Number(_) => {}
    }
}

/// Files of volumes belong to the group of the process, so that it can write them.
fn owner(subject: &Subject<'_>, cx: &Context<'_>, out: &mut Draft<'_>) {
    let container = subject.container;
    let keys = [
        ("volumes", container.volumes.is_empty()),
        ("tmpfs", container.tmpfs.is_empty()),
        ("secrets", container.secrets.is_empty()),
        ("configs", container.configs.is_empty()),
    ];
    let mounts: Vec<ComposePath> =
        keys.iter().filter(|(_, is_empty)| !is_empty).map(|(key, _)| subject.at(key)).collect();
    let identity = identity::of(subject, cx);
    let Who::User(user) = identity.who else { return };
    if mounts.is_empty() {
        return;
    }
    let setting = Setting::Pod(PodSetting::FsGroup(identity.group.unwrap_or(user)));
    let because: Vec<ComposePath> = identity.because.into_iter().chain(mounts).collect();
    // The user is known, but that its volumes need this is how clusters work.
    out.decide(subject.workload_target(), setting, identity.evidence.max(Evidence::Default), &because);
}
