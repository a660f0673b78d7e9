//! `services.*.secrets` and `services.*.configs`: files in the container, each at the path where Docker puts it.

use k8s_openapi::api::core::v1::{ConfigMapVolumeSource, KeyToPath, SecretVolumeSource, Volume, VolumeMount};

use crate::compose::model::mount::FileReference;
use crate::plan::decision::Evidence;
use crate::plan::name::label;
use crate::plan::setting::{ContainerSetting, PodSetting, Setting};
use crate::policy::Hardening;
use crate::rules::config::files::key_of;
use crate::rules::draft::Draft;
use crate::rules::subject::Subject;
use crate::rules::{Context, Rule};
use crate::source::path::ComposePath;

/// Mounts secrets and configs.
pub(super) struct FileMounts;

/// What Docker gives a file for which nobody says it: everybody may read it.
const READABLE: i32 = 0o444;
/// Only the owner and the Pod's group may.
const TIGHT: i32 = 0o440;

impl Rule for FileMounts {
    fn id(&self) -> &'static str {
        "file-mounts"
    }

    fn service(&self, subject: &Subject<'_>, cx: &Context<'_>, out: &mut Draft<'_>) {
        for (key, references) in
            [("secrets", &subject.container.secrets), ("configs", &subject.container.configs)]
        {
            for (index, reference) in references.iter().enumerate() {
                mount(subject, cx, key, reference, &subject.at(key).index(index), out);
            }
            out.translated(&subject.at(key));
        }
    }
}

fn mount(
    subject: &Subject<'_>,
    cx: &Context<'_>,
    section: &str,
    reference: &FileReference,
    path: &ComposePath,
    out: &mut Draft<'_>,
) {
    let is_secret = section == "secrets";
    let project = &cx.loaded.project;
    let (objects, names) =
        if is_secret { (&project.secrets, &cx.secrets) } else { (&project.configs, &cx.configs) };
    let Some(object) = objects.get(&reference.source) else { return };
    let target = target_of(reference, is_secret);
    let file = target.rsplit('/').next().filter(|file| !file.is_empty()).unwrap_or("file").to_owned();
    let volume = volume_name(section, &reference.source, &target);
    let item = KeyToPath {
        key: key_of(&reference.source, object),
        path: file.clone(),
        mode: Some(mode(subject, reference, is_secret)),
    };
    let mut source = Volume { name: volume.clone(), ..Volume::default() };
    let hidden = cx.hidden_configs.get(&reference.source).filter(|_| !is_secret);
    let name = hidden.cloned().unwrap_or_else(|| names.get(&reference.source));
    if is_secret || hidden.is_some() {
        source.secret = Some(SecretVolumeSource {
            secret_name: Some(name),
            items: Some(vec![item]),
            ..SecretVolumeSource::default()
        });
    } else {
        source.config_map =
            Some(ConfigMapVolumeSource { name, items: Some(vec![item]), ..ConfigMapVolumeSource::default() });
    }
    let mounted = VolumeMount {
        name: volume,
        mount_path: target,
        sub_path: Some(file),
        read_only: Some(true),
        ..VolumeMount::default()
    };
    let because = std::slice::from_ref(path);
    out.decide(
        subject.workload_target(),
        Setting::Pod(PodSetting::Volume(Box::new(source))),
        Evidence::Compose,
        because,
    );
    let setting = Setting::Container(ContainerSetting::Mount(Box::new(mounted)));
    out.decide(subject.container_target(), setting, Evidence::Compose, because);
    for key in ["uid", "gid"] {
        out.approximated(&path.key(key));
    }
}

/// Where Docker puts the file.
fn target_of(reference: &FileReference, is_secret: bool) -> String {
    let name = if reference.target.is_empty() { &reference.source } else { &reference.target };
    match (name.starts_with('/'), is_secret) {
        (true, _) => name.clone(),
        (false, true) => format!("/run/secrets/{name}"),
        (false, false) => format!("/{name}"),
    }
}

/// A file that is mounted has no bits for writing.
fn mode(subject: &Subject<'_>, reference: &FileReference, is_secret: bool) -> i32 {
    match reference.mode {
        Some(mode) => i32::try_from(mode.0).unwrap_or(READABLE) & 0o555,
        None if is_secret && subject.hardening == Hardening::Restricted => TIGHT,
        None => READABLE,
    }
}

/// One name for one file at one place.
fn volume_name(section: &str, source: &str, target: &str) -> String {
    let kind = section.trim_end_matches('s');
    let digest: String = crate::plan::digest::hex(target.as_bytes()).chars().take(5).collect();
    let name: String = label(&format!("{kind}-{source}")).chars().take(57).collect();
    format!("{}-{digest}", name.trim_end_matches('-'))
}
