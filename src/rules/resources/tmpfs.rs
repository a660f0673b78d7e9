//! One entry of `tmpfs`: a path, and options behind a colon.

use crate::compose::grammar::size;
use crate::rules::resources::quantity::MEBIBYTE;

/// What a file system in memory may hold if nobody says how much.
pub(super) const USUAL_SIZE: i64 = 64 * MEBIBYTE;

/// A file system in memory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Tmpfs {
    /// Where it is mounted.
    pub(super) path: String,
    /// How much it may hold, if that is said in bytes.
    pub(super) size: Option<i64>,
    /// Whether it is read-only.
    pub(super) is_read_only: bool,
    /// Options that no field takes.
    pub(super) lost: Vec<String>,
}

/// Reads an entry.
pub(super) fn read(entry: &str) -> Tmpfs {
    let (path, options) = entry.split_once(':').unwrap_or((entry, ""));
    let path = format!("/{}", path.trim_matches('/'));
    let mut tmpfs = Tmpfs { path, size: None, is_read_only: false, lost: Vec::new() };
    for option in options.split(',').map(str::trim).filter(|option| !option.is_empty()) {
        match option.split_once('=') {
            Some(("size", text)) => match size::parse(text) {
                Ok(0) => {}
                Ok(bytes) if bytes > 0 => tmpfs.size = Some(bytes),
                Ok(_) | Err(_) => tmpfs.lost.push(option.to_owned()),
            },
            Some(_) => tmpfs.lost.push(option.to_owned()),
            None => match option {
                "ro" => tmpfs.is_read_only = true,
                "rw" | "exec" | "suid" | "dev" => {}
                _ => tmpfs.lost.push(option.to_owned()),
            },
        }
    }
    tmpfs
}

/// The bytes of all file systems in memory that a container gets.
pub(super) fn bytes_in_memory(entries: &[String], shm_size: i64) -> i64 {
    let mut all: Vec<Tmpfs> = entries.iter().map(|entry| read(entry)).collect();
    all.sort_by(|a, b| a.path.cmp(&b.path));
    all.dedup_by(|a, b| a.path == b.path);
    let has_shm = all.iter().any(|tmpfs| tmpfs.path == "/dev/shm");
    let sizes = all.iter().map(|tmpfs| tmpfs.size.unwrap_or(USUAL_SIZE));
    let shm = if has_shm { 0 } else { shm_size.max(0) };
    sizes.fold(shm, i64::saturating_add)
}

#[cfg(test)]
mod tests {
    use super::{MEBIBYTE, bytes_in_memory, read};

    /// An entry, then what is read from it: path, size, whether it is read-only, and what is lost.
    type Row = (&'static str, &'static str, Option<i64>, bool, &'static [&'static str]);

    #[test]
    fn entries_have_a_path_and_options() {
        let rows: [Row; 7] = [
            ("/run", "/run", None, false, &[]),
            ("/run/:size=64m,mode=1777", "/run", Some(64 * MEBIBYTE), false, &["mode=1777"]),
            ("/a:rw,noexec,nosuid,size=65536k", "/a", Some(64 * MEBIBYTE), false, &["noexec", "nosuid"]),
            ("/a:ro,uid=1000,gid=1000", "/a", None, true, &["uid=1000", "gid=1000"]),
            ("/a:size=10%", "/a", None, false, &["size=10%"]),
            ("/a:size=1048576", "/a", Some(MEBIBYTE), false, &[]),
            ("/a:size=0", "/a", None, false, &[]),
        ];
        for (entry, path, size, is_read_only, lost) in rows {
            let tmpfs = read(entry);
            let shown = (tmpfs.path.as_str(), tmpfs.size, tmpfs.is_read_only);
            assert_eq!(shown, (path, size, is_read_only), "{entry}");
            assert_eq!(tmpfs.lost, lost, "{entry}");
        }
    }

    #[test]
    fn sizes_are_added_once() {
        let entries = ["/a:size=1m", "/b", "/a/"].map(str::to_owned);
        assert_eq!(bytes_in_memory(&entries, 2 * MEBIBYTE), 67 * MEBIBYTE);
        assert_eq!(bytes_in_memory(&["/dev/shm:size=1m".to_owned()], 5), MEBIBYTE);
    }
}
