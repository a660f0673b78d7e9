//! Looks at a folder before anything is written to it: what is new, what nobody edited, what would be lost.
//!
//! In: the folder, the new files, the lock of the last run. Out: a [`Survey`]. Nothing is changed, and no link inside the
//! folder is followed.

use std::collections::BTreeMap;
use std::fs::{self, Metadata};
use std::io::{self, ErrorKind};
use std::path::Path;

use anyhow::Context as _;

use crate::write::lock::{self, Lock};
use crate::write::tree::{File, Mode, Tree};

/// What there is to do, by the paths of files; each list is sorted.
#[derive(Debug, Default)]
pub(super) struct Survey {
    /// Not there yet, or as the last run wrote it.
    pub(super) written: Vec<String>,
    /// There already, with the same text.
    pub(super) untouched: usize,
    /// There with a text that the last run did not write.
    pub(super) edited: Vec<String>,
    /// Not needed any more, and as the last run wrote it.
    pub(super) removed: Vec<String>,
    /// Not needed any more, and edited since.
    pub(super) outdated: Vec<String>,
    /// Not needed any more, and nobody can tell whether it was edited.
    pub(super) left: Vec<String>,
    /// Below something that is no folder.
    pub(super) obstructed: Vec<String>,
}

/// What stands at a path.
enum Found {
    Nothing,
    File { bytes: Vec<u8>, is_private: bool },
    Other,
}

/// Reads the lock of the last run.
pub(super) fn lock(root: &Path) -> Result<Option<Lock>, super::Failure> {
    match find(&root.join(lock::NAME))? {
        Found::Nothing => Ok(None),
        Found::File { bytes, is_private: _ } => {
            let lock = Lock::read(&String::from_utf8_lossy(&bytes)).map_err(super::Failure::Lock)?;
            Ok(Some(lock))
        }
        Found::Other => Err(super::Failure::Obstructed(vec![lock::NAME.to_owned()])),
    }
}

/// Compares a folder with what is to be in it.
pub(super) fn survey(root: &Path, tree: &Tree, old: Option<&Lock>) -> anyhow::Result<Survey> {
    let mut survey = Survey::default();
    let mut folders = BTreeMap::new();
    for (path, file) in tree.files() {
        if is_reachable(root, path, &mut folders)? {
            let found = find(&root.join(path))?;
            survey.add(path, file, found, old);
        } else {
            survey.obstructed.push(path.to_owned());
        }
    }
    let Some(old) = old else { return Ok(survey) };
    for path in old.paths().filter(|path| tree.get(path).is_none()) {
        if is_reachable(root, path, &mut folders)? {
            let found = find(&root.join(path))?;
            survey.retire(path, found, old);
        }
    }
    survey.keep_secrets_from_git();
    Ok(survey)
}

impl Survey {
    /// Whether nothing has to be done.
    pub(super) fn is_idle(&self) -> bool {
        self.written.is_empty()
            && self.edited.is_empty()
            && self.removed.is_empty()
            && self.outdated.is_empty()
    }

    fn add(&mut self, path: &str, file: &File, found: Found, old: Option<&Lock>) {
        let list = match found {
            Found::Nothing => &mut self.written,
            Found::File { bytes, is_private } if bytes == file.text.as_bytes() => {
                if file.mode == Mode::Shared || is_private {
                    self.untouched += 1;
                    return;
                }
                &mut self.written
            }
            Found::File { bytes, is_private: _ } => {
                let is_ours = old.is_some_and(|old| old.is_unchanged(path, &bytes));
                if is_ours { &mut self.written } else { &mut self.edited }
            }
            Found::Other => &mut self.edited,
        };
        list.push(path.to_owned());
    }

    fn retire(&mut self, path: &str, found: Found, old: &Lock) {
        let list = match found {
            Found::Nothing => return,
            Found::File { bytes: _, is_private: _ } | Found::Other if old.is_private(path) => &mut self.left,
            Found::File { bytes, is_private: _ } if old.is_unchanged(path, &bytes) => &mut self.removed,
            Found::File { bytes: _, is_private: _ } | Found::Other => &mut self.outdated,
        };
        list.push(path.to_owned());
    }

    /// As long as a secret lies in a folder, what hides it from git stays there too.
    fn keep_secrets_from_git(&mut self) {
        let left = &self.left;
        self.removed.retain(|path| {
            let folder = path.strip_suffix(".gitignore");
            !folder.is_some_and(|folder| left.iter().any(|left| left.starts_with(folder)))
        });
    }
}

/// What stands at a path; a link is not followed.
fn find(path: &Path) -> anyhow::Result<Found> {
    let Some(metadata) = metadata(path)? else { return Ok(Found::Nothing) };
    if !metadata.is_file() {
        return Ok(Found::Other);
    }
    #[allow(clippy::disallowed_methods, reason = "what was written is compared, not used as input")]
    let bytes = fs::read(path).with_context(|| format!("cannot read `{}`", path.display()))?;
    Ok(Found::File { bytes, is_private: is_private(&metadata) })
}

/// Whether every folder above a path is one, or is not there yet.
fn is_reachable(root: &Path, path: &str, folders: &mut BTreeMap<String, bool>) -> anyhow::Result<bool> {
    for (end, _) in path.match_indices('/') {
        let Some(folder) = path.get(..end) else { continue };
        let is_fit = match folders.get(folder) {
            Some(is_fit) => *is_fit,
            None => metadata(&root.join(folder))?.is_none_or(|metadata| metadata.is_dir()),
        };
        folders.insert(folder.to_owned(), is_fit);
        if !is_fit {
            return Ok(false);
        }
    }
    Ok(true)
}

fn metadata(path: &Path) -> anyhow::Result<Option<Metadata>> {
    match fs::symlink_metadata(path) {
        Ok(metadata) => Ok(Some(metadata)),
        Err(error) if is_absent(&error) => Ok(None),
        Err(error) => Err(error).with_context(|| format!("cannot look at `{}`", path.display())),
    }
}

fn is_absent(error: &io::Error) -> bool {
    error.kind() == ErrorKind::NotFound
}

#[cfg(unix)]
fn is_private(metadata: &Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    metadata.permissions().mode() & 0o077 == 0
}

#[cfg(not(unix))]
fn is_private(_: &Metadata) -> bool {
    true
}
