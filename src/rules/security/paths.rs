//! Paths that stay writable while the root file system does not.

use crate::compose::model::container::Container;

/// Where Compose mounts something, which is writable or meant not to be.
pub(super) fn mounted(container: &Container) -> Vec<String> {
    let volumes = container.volumes.iter().map(|mount| mount.target.as_str());
    let memory = container.tmpfs.iter().map(|text| text.split(':').next().unwrap_or_default());
    volumes.chain(memory).filter_map(plain).collect()
}

/// Which of some paths need a volume: those that lie neither at nor below a mounted one, nor below each other.
pub(super) fn to_mount<'p>(writable: impl Iterator<Item = &'p str>, mounted: &[String]) -> Vec<String> {
    let mut wanted: Vec<String> = writable.filter_map(plain).collect();
    wanted.sort();
    let mut kept: Vec<String> = Vec::new();
    for path in wanted {
        // Shared memory is a mount of its own in every container.
        let is_covered =
            path == "/dev/shm" || mounted.iter().chain(&kept).any(|parent| is_within(&path, parent));
        if !is_covered {
            kept.push(path);
        }
    }
    kept
}

/// A path as Kubernetes accepts it, if it is absolute, not the root itself, and without colons.
fn plain(path: &str) -> Option<String> {
    let path = path.trim_end_matches('/');
    (path.starts_with('/') && !path.contains(':')).then(|| path.to_owned())
}

/// Whether a path is another one or lies below it.
pub(super) fn is_within(path: &str, parent: &str) -> bool {
    path.strip_prefix(parent).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::to_mount;

    #[test]
    fn only_what_is_not_covered_is_mounted() {
        let writable =
            ["/tmp/", "/var/run/postgresql", "/data/db", "/data", "/database", "/dev/shm", "etc", "/"];
        let mounted = ["/data/db".to_owned(), "/var/run".to_owned()];
        assert_eq!(to_mount(writable.into_iter(), &mounted), ["/data", "/database", "/tmp"]);
        assert_eq!(to_mount(["/run/lock", "/run"].into_iter(), &[]), ["/run"]);
    }
}
