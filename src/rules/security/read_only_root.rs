//! `read_only`: as Compose says, and where it is known which paths are written.
//!
//! An image that is known to run so needs empty volumes at those paths; `writable` of the policy says it for others. A
//! user who takes the place of root needs them too, where the folders for data belong to root.

use k8s_openapi::api::core::v1::{EmptyDirVolumeSource, Volume, VolumeMount};

use crate::finding::Severity;
use crate::mapping::images::{Profile, StartsAs};
use crate::plan::decision::Evidence;
use crate::plan::name::{MAX_LABEL, Names};
use crate::plan::setting::{ContainerSetting, PodSetting, Setting};
use crate::policy::Hardening;
use crate::rules::draft::Draft;
use crate::rules::security::evidence::{suffices, trust};
use crate::rules::security::identity;
use crate::rules::security::paths::{mounted, to_mount};
use crate::rules::security::program;
use crate::rules::subject::Subject;
use crate::rules::{Context, Rule};
use crate::source::path::ComposePath;

/// Makes the root file system read-only.
pub(super) struct ReadOnlyRoot;

impl Rule for ReadOnlyRoot {
    fn id(&self) -> &'static str {
        "read-only-root"
    }

    fn service(&self, subject: &Subject<'_>, cx: &Context<'_>, out: &mut Draft<'_>) {
        let path = subject.at("read_only");
        // What runs in Docker with its own mounts runs here with them; at `compatible` nothing is put on top of that.
        let profile = subject.profile().filter(|_| subject.hardening != Hardening::Compatible);
        let data = || profile.into_iter().flat_map(|profile| &profile.data).map(|data| data.path.as_str());
        if let Some((evidence, because)) = reason(subject, &path, out) {
            let setting = Setting::Container(ContainerSetting::ReadOnlyRoot(true));
            out.decide(subject.container_target(), setting, evidence, &because);
            let writable = profile.into_iter().flat_map(|profile| &profile.writable).map(String::as_str);
            let by_policy = subject.policy.writable.iter().map(String::as_str);
            volumes(subject, writable.chain(data()).chain(by_policy), out);
        } else if has_lost_its_folders(subject, cx) {
            volumes(subject, data(), out);
        }
        out.translated(&path);
    }
}

/// Whether a user takes the place of root to whom no folder of the image belongs, so that it could not keep its data.
fn has_lost_its_folders(subject: &Subject<'_>, cx: &Context<'_>) -> bool {
    let is_of_root = |profile: &Profile| {
        profile.any_uid && profile.starts_as == Some(StartsAs::Root) && profile.user.uid.is_none()
    };
    let identity = identity::of(subject, cx);
    // With a user of Compose's own it is as in Docker.
    let is_moved = identity.is_written && identity.is_not_root() && identity.evidence != Evidence::Compose;
    is_moved && subject.profile().is_some_and(is_of_root)
}

/// Whose word it is that the container needs no writable root, if it is anyone's.
fn reason(
    subject: &Subject<'_>,
    path: &ComposePath,
    out: &mut Draft<'_>,
) -> Option<(Evidence, Vec<ComposePath>)> {
    let container = subject.container;
    if container.read_only {
        return Some((Evidence::Compose, vec![path.clone()]));
    }
    if !subject.policy.writable.is_empty() {
        return Some((Evidence::Policy, Vec::new()));
    }
    // Somebody wrote `read_only: false`, and is taken at their word.
    let is_refused = !out.leaves(path).is_empty();
    let profile = subject.profile().filter(|profile| profile.read_only_root == Some(true))?;
    let is_known = !is_refused
        && !container.privileged
        && program::replaced_by(subject).is_none()
        && !program::starts_with_shell(container);
    let evidence = trust(profile);
    if !is_known || !suffices("read-only-root", evidence, subject.hardening) {
        return None;
    }
    if let Some(key) = program::renders(subject) {
        if subject.hardening == Hardening::Restricted {
            let title =
                "the root file system stays writable, as the image makes configuration of templates in it";
            out.find_as(Severity::Note, &subject.at(key), title, "");
        }
        return None;
    }
    Some((evidence, vec![subject.at("image")]))
}

/// Empty volumes at those of some paths that Compose does not mount itself.
fn volumes<'p>(subject: &Subject<'_>, wanted: impl Iterator<Item = &'p str>, out: &mut Draft<'_>) {
    for path in subject.policy.writable.iter().filter(|path| !path.starts_with('/')) {
        let title = format!("`{path}` under `writable` is no absolute path, and nothing is mounted there");
        out.find_as(Severity::Warning, &subject.path, &title, "");
    }
    let paths = to_mount(wanted, &mounted(subject.container));
    let raw: Vec<String> = paths.iter().map(|path| format!("writable{path}")).collect();
    let names = Names::allocate(raw.iter().map(String::as_str), MAX_LABEL);
    for (path, raw) in paths.into_iter().zip(&raw) {
        let name = names.get(raw);
        let is_policy = subject.policy.writable.iter().any(|written| written.trim_end_matches('/') == path);
        let known_by = subject.profile().map_or(Evidence::Policy, trust);
        let evidence = if is_policy { Evidence::Policy } else { known_by };
        let because = if is_policy { Vec::new() } else { vec![subject.at("image")] };
        let empty = Some(EmptyDirVolumeSource::default());
        let volume = Volume { name: name.clone(), empty_dir: empty, ..Volume::default() };
        let setting = Setting::Pod(PodSetting::Volume(Box::new(volume)));
        out.decide(subject.workload_target(), setting, evidence, &because);
        let mount = VolumeMount { name, mount_path: path, ..VolumeMount::default() };
        let setting = Setting::Container(ContainerSetting::Mount(Box::new(mount)));
        out.decide(subject.container_target(), setting, evidence, &because);
    }
}
