//! `read_only`: as Compose says, and where it is known which paths are written.
//!
//! An image that is known to run so needs empty volumes at those paths; `writable` of the policy says it for others.

use k8s_openapi::api::core::v1::{EmptyDirVolumeSource, Volume, VolumeMount};

use crate::finding::Severity;
use crate::plan::decision::Evidence;
use crate::plan::name::{MAX_LABEL, Names};
use crate::plan::setting::{ContainerSetting, PodSetting, Setting};
use crate::policy::Hardening;
use crate::rules::draft::Draft;
use crate::rules::security::evidence::{suffices, trust};
use crate::rules::security::identity::replaces_entrypoint;
use crate::rules::security::paths::{mounted, to_mount};
use crate::rules::subject::Subject;
use crate::rules::{Context, Rule};
use crate::source::path::ComposePath;

/// Makes the root file system read-only.
pub(super) struct ReadOnlyRoot;

impl Rule for ReadOnlyRoot {
    fn id(&self) -> &'static str {
        "read-only-root"
    }

    fn service(&self, subject: &Subject<'_>, _cx: &Context<'_>, out: &mut Draft<'_>) {
        let path = subject.at("read_only");
        if let Some((evidence, because)) = reason(subject, &path, out) {
            let setting = Setting::Container(ContainerSetting::ReadOnlyRoot(true));
            out.decide(subject.container_target(), setting, evidence, &because);
            volumes(subject, out);
        }
        out.translated(&path);
    }
}

/// Whose word it is that the container needs no writable root, if it is anyone's.
fn reason(
    subject: &Subject<'_>,
    path: &ComposePath,
    out: &Draft<'_>,
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
    let is_known = !is_refused && !container.privileged && !replaces_entrypoint(subject);
    let evidence = trust(profile);
    let holds = is_known && suffices("read-only-root", evidence, subject.hardening);
    holds.then(|| (evidence, vec![subject.at("image")]))
}

/// Empty volumes at the paths that are written and that Compose does not mount itself.
fn volumes(subject: &Subject<'_>, out: &mut Draft<'_>) {
    // What runs in Docker with its own mounts runs here with them; at `compatible` nothing is put on top of that.
    let profile = subject.profile().filter(|_| subject.hardening != Hardening::Compatible);
    let known = profile.into_iter().flat_map(|profile| {
        profile.writable.iter().map(String::as_str).chain(profile.data.iter().map(|data| data.path.as_str()))
    });
    let by_policy = subject.policy.writable.iter().map(String::as_str);
    for path in by_policy.clone().filter(|path| !path.starts_with('/')) {
        let title = format!("`{path}` under `writable` is no absolute path, and nothing is mounted there");
        out.find_as(Severity::Warning, &subject.path, &title, "");
    }
    let paths = to_mount(known.chain(by_policy), &mounted(subject.container));
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
