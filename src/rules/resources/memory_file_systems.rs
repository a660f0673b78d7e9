//! `tmpfs` and `shm_size`: file systems in memory, each with a size.

use std::collections::BTreeSet;

use k8s_openapi::api::core::v1::{EmptyDirVolumeSource, Volume, VolumeMount};

use crate::plan::decision::Evidence;
use crate::plan::name::{MAX_LABEL, Names};
use crate::plan::setting::{ContainerSetting, PodSetting, Setting};
use crate::rules::draft::Draft;
use crate::rules::resources::quantity::bytes;
use crate::rules::resources::tmpfs::{Tmpfs, USUAL_SIZE, read};
use crate::rules::subject::Subject;
use crate::rules::{Context, Rule};
use crate::source::path::ComposePath;

/// Mounts memory.
pub(super) struct MemoryFileSystems;

const SHARED_MEMORY: &str = "/dev/shm";

impl Rule for MemoryFileSystems {
    fn id(&self) -> &'static str {
        "memory-file-systems"
    }

    fn service(&self, subject: &Subject<'_>, _cx: &Context<'_>, out: &mut Draft<'_>) {
        let at = subject.at("tmpfs");
        let entries: Vec<Tmpfs> = subject.container.tmpfs.iter().map(|entry| read(entry)).collect();
        let volume_of = |path: &str| format!("tmpfs{path}");
        let raw: Vec<String> = entries.iter().map(|tmpfs| volume_of(&tmpfs.path)).collect();
        let names = Names::allocate(raw.iter().map(String::as_str), MAX_LABEL);
        let mut taken: BTreeSet<&str> =
            subject.container.volumes.iter().map(|mount| mount.target.trim_end_matches('/')).collect();
        for (index, tmpfs) in entries.iter().enumerate() {
            // One entry alone may be written as text, which is a leaf itself.
            let path = if out.leaves(&at).contains(&at) { at.clone() } else { at.index(index) };
            if !taken.insert(&tmpfs.path) {
                out.dropped_as(&path, &format!("something else is mounted at `{}`", tmpfs.path));
                continue;
            }
            mount(subject, &names.get(&volume_of(&tmpfs.path)), tmpfs, &path, out);
            out.approximated_as(&path, &differences(tmpfs));
        }
        shared_memory(subject, taken.contains(SHARED_MEMORY), out);
        out.approximated(&at);
    }
}

fn shared_memory(subject: &Subject<'_>, is_taken: bool, out: &mut Draft<'_>) {
    let path = subject.at("shm_size");
    let size = subject.container.shm_size.0;
    if size <= 0 {
        out.translated(&path);
    } else if subject.container.ipc == "host" {
        out.dropped_as(&path, "with `ipc: host` the shared memory is that of the node");
    } else if is_taken {
        out.approximated_as(&path, "what is mounted at /dev/shm has a size of its own");
    } else {
        let tmpfs =
            Tmpfs { path: SHARED_MEMORY.to_owned(), size: Some(size), is_read_only: false, lost: Vec::new() };
        mount(subject, "shm", &tmpfs, &path, out);
        out.approximated(&path);
    }
}

fn mount(subject: &Subject<'_>, name: &str, tmpfs: &Tmpfs, path: &ComposePath, out: &mut Draft<'_>) {
    let source = EmptyDirVolumeSource {
        medium: Some("Memory".to_owned()),
        size_limit: Some(bytes(tmpfs.size.unwrap_or(USUAL_SIZE))),
    };
    let volume = Volume { name: name.to_owned(), empty_dir: Some(source), ..Volume::default() };
    let mounted = VolumeMount {
        name: name.to_owned(),
        mount_path: tmpfs.path.clone(),
        read_only: tmpfs.is_read_only.then_some(true),
        ..VolumeMount::default()
    };
    let evidence = if tmpfs.size.is_some() { Evidence::Compose } else { Evidence::Assumed };
    let because = std::slice::from_ref(path);
    let setting = Setting::Pod(PodSetting::Volume(Box::new(volume)));
    out.decide(subject.workload_target(), setting, evidence, because);
    let setting = Setting::Container(ContainerSetting::Mount(Box::new(mounted)));
    out.decide(subject.container_target(), setting, Evidence::Compose, because);
}

/// What a volume in memory does otherwise than Docker's.
fn differences(tmpfs: &Tmpfs) -> String {
    let mut says = vec![
        "the content outlives a restart of the container, and programs can be started from it".to_owned(),
    ];
    if tmpfs.size.is_none() {
        says.push(format!("it may hold {}, where Docker sets no limit", bytes(USUAL_SIZE).0));
    }
    if !tmpfs.lost.is_empty() {
        says.push(format!("no field takes `{}`", tmpfs.lost.join("`, `")));
    }
    says.join("; ")
}

#[cfg(test)]
mod tests {
    use super::{differences, read};

    #[test]
    fn what_is_lost_is_said() {
        let says = differences(&read("/run:size=1m,uid=5,noexec"));
        assert!(says.contains("`uid=5`, `noexec`") && !says.contains("64Mi"), "{says}");
        assert!(differences(&read("/run")).contains("64Mi"));
    }
}
