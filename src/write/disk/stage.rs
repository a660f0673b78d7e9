//! A folder in which everything is written first, so that only finished files get to where people look.
//!
//! In: files. Out: the same on disk, below a name that nobody else uses. The folder goes when it is dropped.

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};

use crate::write::tree::{File, Mode};

/// How many names are tried; one is enough unless a run with the same process id was killed.
const ATTEMPTS: u32 = 100;

/// A folder that is only there for a while.
pub(super) struct Stage {
    folder: PathBuf,
}

impl Stage {
    /// Makes a folder that nobody else uses.
    pub(super) fn create(parent: &Path, name: &str) -> anyhow::Result<Self> {
        let process = std::process::id();
        for attempt in 1..=ATTEMPTS {
            let suffix = if attempt == 1 { String::new() } else { format!("-{attempt}") };
            let folder = parent.join(format!(".{name}cutover-{process}{suffix}"));
            match fs::create_dir(&folder) {
                Ok(()) => return Ok(Self { folder }),
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
                Err(error) => {
                    return Err(error).with_context(|| format!("cannot write to `{}`", parent.display()));
                }
            }
        }
        bail!("there are {ATTEMPTS} folders `.{name}cutover-…` in `{}`: remove them", parent.display())
    }

    /// The folder.
    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Writes a file into it.
    pub(super) fn put(&self, path: &str, file: &File) -> anyhow::Result<()> {
        let full = self.folder.join(path);
        let write = || {
            if let Some(parent) = full.parent() {
                fs::create_dir_all(parent)?;
            }
            let mut options = OpenOptions::new();
            options.write(true).create_new(true);
            restrict(&mut options, file.mode);
            options.open(&full)?.write_all(file.text.as_bytes())
        };
        write().with_context(|| format!("cannot write `{}`", full.display()))
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        // There is nobody to tell, and after a first run the folder has moved to its place.
        let _ = fs::remove_dir_all(&self.folder);
    }
}

#[cfg(unix)]
fn restrict(options: &mut OpenOptions, mode: Mode) {
    use std::os::unix::fs::OpenOptionsExt as _;
    match mode {
        Mode::Shared => {}
        Mode::Private => {
            options.mode(0o600);
        }
    }
}

#[cfg(not(unix))]
fn restrict(_: &mut OpenOptions, _: Mode) {}
