//! The projects that tests walk: our samples, and the real ones of a folder that `CUTOVER_CORPUS` names.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use cutover::compose::input::Request;

use crate::repository;
use crate::say::say;

/// A project on the disk.
#[derive(Clone, Debug)]
pub(crate) struct Project {
    /// A name for messages.
    pub(crate) name: String,
    /// Its folder.
    pub(crate) folder: PathBuf,
    /// Its Compose files, relative to the folder; found by name where there is none.
    pub(crate) files: Vec<String>,
}

impl Project {
    /// What asks the loader for this project, with these profiles.
    pub(crate) fn request(&self, profiles: &[&str]) -> Request {
        Request {
            working_directory: self.folder.clone(),
            home: Some(PathBuf::from("/home/nobody")),
            process: BTreeMap::from([("HOME".to_owned(), "/home/nobody".to_owned())]),
            files: self.files.clone(),
            profiles: profiles.iter().map(|profile| (*profile).to_owned()).collect(),
            ..Request::default()
        }
    }

    /// The same as arguments of a command line.
    pub(crate) fn arguments(&self) -> Vec<String> {
        self.files.iter().flat_map(|file| ["-f".to_owned(), file.clone()]).collect()
    }
}

/// Our samples.
pub(crate) fn samples() -> Vec<Project> {
    let folder = repository::top().join("samples");
    let mut folders: Vec<PathBuf> = fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
        .collect();
    folders.sort();
    let project = |folder: PathBuf| Project {
        name: format!("samples/{}", folder.file_name().unwrap().to_string_lossy()),
        folder,
        files: Vec::new(),
    };
    folders.into_iter().map(project).collect()
}

/// Real projects, if their folder is named; says so if it is not.
pub(crate) fn corpus() -> Vec<Project> {
    let Some(folder) = std::env::var_os("CUTOVER_CORPUS").map(PathBuf::from) else {
        say("skipped: CUTOVER_CORPUS names no folder of real projects");
        return Vec::new();
    };
    let index = fs::read_to_string(folder.join("INDEX.tsv")).unwrap();
    let projects: Vec<Project> = index.lines().skip(1).filter_map(|row| project_of(row, &folder)).collect();
    assert!(!projects.is_empty(), "{} lists no project", folder.display());
    projects
}

fn project_of(row: &str, folder: &Path) -> Option<Project> {
    let mut cells = row.split('\t');
    let (name, files) = (cells.next()?, cells.next()?);
    Some(Project {
        name: name.to_owned(),
        folder: folder.join(name),
        files: files.split(',').map(str::to_owned).collect(),
    })
}

/// All of them.
pub(crate) fn all() -> Vec<Project> {
    let mut projects = samples();
    projects.extend(corpus());
    projects
}
