//! Writes a tree to a folder: everything or nothing on a first run, and never over what a person has changed.
//!
//! In: a folder, a tree, the lock that goes with it. Out: what was done. Files are finished in a folder beside the target
//! (inside it once it exists, because it may be a mount) and renamed. Only files that the lock of the last run names are
//! replaced or removed; links are replaced, never followed. The lock comes last, so that a run that was killed can be
//! done again.

mod stage;
mod survey;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, anyhow};

use crate::write::disk::stage::Stage;
use crate::write::disk::survey::{Survey, survey};
use crate::write::lock::{self, Lock, LockError};
use crate::write::tree::{File, Mode, Tree};
use crate::write::vanished::Vanished;

/// What was done.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// The files that were written, new or again; the lock is not among them.
    pub written: Vec<String>,
    /// Those of them that an earlier run had written too.
    pub changed: Vec<String>,
    /// How many files had the right text already.
    pub untouched: usize,
    /// The files that were removed because nothing needs them any more.
    pub removed: Vec<String>,
    /// The edited files that were moved aside, each with its new name.
    pub kept: Vec<(String, String)>,
    /// Secret files that nothing needs any more; they were left alone because nobody can tell whether they were edited.
    pub left: Vec<String>,
    /// The objects of the last run that are not written any more.
    pub vanished: Vec<Vanished>,
}

/// Why nothing was written. Every one of them is the user's to solve.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// Files that an earlier run wrote were edited since.
    #[error("edited since the last run, and would be lost: {}", quoted(.0))]
    Edited(Vec<String>),
    /// The folder was not made by this program, and has files of the same names.
    #[error("in the way, and not written by an earlier run: {}", quoted(.0))]
    Occupied(Vec<String>),
    /// A link or a file stands where a folder is needed.
    #[error("a link or a file is in the way of: {}", quoted(.0))]
    Obstructed(Vec<String>),
    /// The lock of the last run cannot be used.
    #[error("`cutover.lock` cannot be used: {0}")]
    Lock(LockError),
    /// The system refuses.
    #[error(transparent)]
    System(#[from] anyhow::Error),
}

/// Writes a tree to a folder; `force` moves edited files aside instead of stopping.
///
/// # Errors
/// If that would lose what a person has written, or if the system refuses.
pub fn write(folder: &Path, tree: &Tree, lock: &Lock, force: bool) -> Result<Written, Failure> {
    match fs::metadata(folder) {
        Ok(metadata) if metadata.is_dir() => again(folder, tree, lock, force),
        Ok(_) => Err(anyhow!("`{}` is not a folder", folder.display()).into()),
        // Anything but a folder that is not there shows itself when one is made.
        Err(_) => Ok(first(folder, tree, lock)?),
    }
}

/// Puts a whole new folder in its place.
fn first(folder: &Path, tree: &Tree, lock: &Lock) -> anyhow::Result<Written> {
    let name =
        folder.file_name().with_context(|| format!("`{}` is no name of a folder", folder.display()))?;
    let parent = folder.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(parent).with_context(|| format!("cannot make the folder `{}`", parent.display()))?;
    let stage = Stage::create(parent, &format!("{}.", name.to_string_lossy()))?;
    for (path, file) in tree.files() {
        stage.put(path, file)?;
    }
    stage.put(lock::NAME, &lock_file(lock))?;
    fs::rename(stage.folder(), folder).with_context(|| format!("cannot make `{}`", folder.display()))?;
    let written = tree.files().map(|(path, _)| path.to_owned()).collect();
    Ok(Written { written, ..Written::default() })
}

/// Brings a folder up to date, file by file.
fn again(folder: &Path, tree: &Tree, lock: &Lock, force: bool) -> Result<Written, Failure> {
    let root = fs::canonicalize(folder).with_context(|| format!("cannot open `{}`", folder.display()))?;
    let old = survey::lock(&root)?;
    let survey = survey(&root, tree, old.as_ref())?;
    if !survey.obstructed.is_empty() {
        return Err(Failure::Obstructed(survey.obstructed));
    }
    let conflicts: Vec<String> = survey.edited.iter().chain(&survey.outdated).cloned().collect();
    if !conflicts.is_empty() && !force {
        return Err(if old.is_some() { Failure::Edited(conflicts) } else { Failure::Occupied(conflicts) });
    }
    let kept = if survey.is_idle() && old.as_ref() == Some(lock) {
        Vec::new()
    } else {
        commit(&root, tree, lock, &survey)?
    };
    let gone = old.iter().flat_map(Lock::paths).filter(|path| tree.get(path).is_none());
    let vanished = gone.filter_map(Vanished::of).collect();
    let Survey { mut written, untouched, edited, removed, outdated: _, left, obstructed: _ } = survey;
    written.extend(edited);
    written.sort();
    let known: BTreeSet<&str> = old.iter().flat_map(Lock::paths).collect();
    let changed = written.iter().filter(|path| known.contains(path.as_str())).cloned().collect();
    Ok(Written { written, changed, untouched, removed, kept, left, vanished })
}

/// Does what a survey found, once everything that is new is on disk.
fn commit(root: &Path, tree: &Tree, lock: &Lock, survey: &Survey) -> anyhow::Result<Vec<(String, String)>> {
    let stage = Stage::create(root, "")?;
    // A run that is killed leaves this folder, with secrets in it, where people commit.
    stage.put(".gitignore", &File { text: "*\n".to_owned(), mode: Mode::Shared })?;
    let changed: Vec<&String> = survey.written.iter().chain(&survey.edited).collect();
    for path in &changed {
        let file = tree.get(path).with_context(|| format!("`{path}` is not in the tree"))?;
        stage.put(path, file)?;
    }
    stage.put(lock::NAME, &lock_file(lock))?;
    let mut kept = Vec::new();
    for path in survey.edited.iter().chain(&survey.outdated) {
        kept.push((path.clone(), set_aside(root, path)?));
    }
    for path in changed {
        put_in_place(root, &stage, path)?;
    }
    for path in &survey.removed {
        let full = root.join(path);
        fs::remove_file(&full).with_context(|| format!("cannot remove `{}`", full.display()))?;
        remove_empty_folders(root, path);
    }
    put_in_place(root, &stage, lock::NAME)?;
    Ok(kept)
}

fn lock_file(lock: &Lock) -> File {
    File { text: lock.text(), mode: Mode::Shared }
}

fn put_in_place(root: &Path, stage: &Stage, path: &str) -> anyhow::Result<()> {
    let full = root.join(path);
    if let Some(parent) = full.parent() {
        fs::create_dir_all(parent)
            .with_context(|| format!("cannot make the folder `{}`", parent.display()))?;
    }
    fs::rename(stage.folder().join(path), &full).with_context(|| format!("cannot write `{}`", full.display()))
}

/// Gives a file another name, one that is free: the one before it may be somebody's work as well.
fn set_aside(root: &Path, path: &str) -> anyhow::Result<String> {
    let mut name = format!("{path}.orig");
    let mut number = 1;
    while fs::symlink_metadata(root.join(&name)).is_ok() {
        number += 1;
        name = format!("{path}.orig.{number}");
    }
    fs::rename(root.join(path), root.join(&name))
        .with_context(|| format!("cannot rename `{}`", root.join(path).display()))?;
    Ok(name)
}

/// The folders above a file that was removed, as far as nothing is left in them.
fn remove_empty_folders(root: &Path, path: &str) {
    for (end, _) in path.rmatch_indices('/') {
        let is_removed = path.get(..end).is_some_and(|folder| fs::remove_dir(root.join(folder)).is_ok());
        if !is_removed {
            return;
        }
    }
}

fn quoted(paths: &[String]) -> String {
    let quoted: Vec<String> = paths.iter().map(|path| format!("`{path}`")).collect();
    quoted.join(", ")
}

#[cfg(test)]
mod tests;
