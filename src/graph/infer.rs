//! Dependencies that nobody declared: a host name of one service in a value of another.
//!
//! In: a loaded project and its files. Out: mentions with their evidence. A name alone counts where the key says that
//! the value is an address; a name with a port, or in a URL, counts anywhere.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::compose::Loaded;
use crate::compose::model::container::Container;
use crate::compose::model::service::Workload;
use crate::graph::hosts::{self, Strength};
use crate::graph::{Kind, Part};
use crate::source::file::{Kind as FileKind, SourceMap};
use crate::source::path::ComposePath;

/// The largest mounted file that is read for host names.
const MAX_FILE_BYTES: usize = 256 * 1024;

/// How many mounted files are read for one service.
const MAX_FILES: usize = 200;

/// How deep mounted folders are read.
const MAX_DEPTH: usize = 4;

/// A host name of one part in a value of another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mention {
    /// Whose value it is.
    pub from: Part,
    /// Whose name it is.
    pub to: Part,
    /// The name as written.
    pub host: String,
    /// The port behind it.
    pub port: Option<u16>,
    /// The value.
    pub path: ComposePath,
    /// The mounted file, if it stands in one.
    pub file: Option<String>,
}

/// Finds the mentions of a project.
#[must_use]
pub fn mentions(loaded: &Loaded, sources: &SourceMap) -> Vec<Mention> {
    let names = Names::of(loaded);
    let mut search = Search { loaded, sources, names, found: Vec::new() };
    let project = &loaded.project;
    for (name, service) in &project.services {
        let from = Part { kind: Kind::Service, name: name.clone() };
        search.container(&from, &service.container);
        search.workload(&from, &service.workload);
    }
    for (name, job) in &project.jobs {
        let from = Part { kind: Kind::Job, name: name.clone() };
        search.container(&from, &job.container);
        search.workload(&from, &job.workload);
    }
    search.found
}

/// What each part answers to: its name, aliases, container name, host name.
struct Names {
    parts: Vec<Part>,
    by_name: BTreeMap<String, usize>,
}

impl Names {
    fn of(loaded: &Loaded) -> Self {
        let mut names = Self { parts: Vec::new(), by_name: BTreeMap::new() };
        let project = &loaded.project;
        let services = project.services.iter().map(|(name, service)| {
            (Kind::Service, name, &service.container, service.container_name.as_str())
        });
        let jobs = project.jobs.iter().map(|(name, job)| (Kind::Job, name, &job.container, ""));
        let all: Vec<_> = services.chain(jobs).collect();
        for (kind, name, ..) in &all {
            names.add(name, names.parts.len());
            names.parts.push(Part { kind: *kind, name: (*name).clone() });
        }
        for (position, (_, _, container, container_name)) in all.iter().enumerate() {
            let aliases = container.networks.values().flatten().flat_map(|network| &network.aliases);
            let more = aliases.map(String::as_str).chain([*container_name, container.hostname.as_str()]);
            more.for_each(|name| names.add(name, position));
        }
        names
    }

    /// A name that two parts claim stays with the first one; names of services come first.
    fn add(&mut self, name: &str, position: usize) {
        if !name.is_empty() {
            self.by_name.entry(name.to_lowercase()).or_insert(position);
        }
    }
}

struct Search<'a> {
    loaded: &'a Loaded,
    sources: &'a SourceMap,
    names: Names,
    found: Vec<Mention>,
}

impl Search<'_> {
    fn container(&mut self, from: &Part, container: &Container) {
        let here = from.path();
        for (name, value) in &container.environment.0 {
            let Some(value) = value else { continue };
            self.text(from, value, hosts::names_an_address(name), &here.key("environment").key(name), None);
        }
        for (key, command) in [("command", &container.command), ("entrypoint", &container.entrypoint)] {
            self.words(from, command.0.as_deref().unwrap_or_default(), &here.key(key));
        }
        for (name, value) in &container.labels.0 {
            self.text(from, value, false, &here.key("labels").key(name), None);
        }
        self.mounted_files(from, container, &here);
    }

    fn workload(&mut self, from: &Part, workload: &Workload) {
        let here = from.path();
        if let Some(check) = &workload.healthcheck {
            self.words(from, &check.test.0, &here.key("healthcheck").key("test"));
        }
        let arguments = workload.build.iter().flat_map(|build| &build.args.0);
        for (name, value) in arguments {
            let Some(value) = value else { continue };
            let path = here.key("build").key("args").key(name);
            self.text(from, value, hosts::names_an_address(name), &path, None);
        }
    }

    /// A command line: the word before, or the option in the same word, says whether a name alone is an address.
    fn words(&mut self, from: &Part, words: &[String], path: &ComposePath) {
        let mut before = "";
        for (index, word) in words.iter().enumerate() {
            let option = word.split_once('=').map_or(before, |(option, _)| option);
            let is_option = option.starts_with('-');
            let is_host_flag = matches!(before, "-h" | "-H");
            let is_address = is_option && (is_host_flag || hosts::names_an_address(option));
            self.text(from, word, is_address, &path.index(index), None);
            before = word;
        }
    }

    fn text(&mut self, from: &Part, text: &str, is_address: bool, path: &ComposePath, file: Option<&str>) {
        for found in hosts::find(text, &self.names.by_name) {
            let known = self.names.by_name.get(&found.host.to_lowercase());
            let Some(to) = known.and_then(|position| self.names.parts.get(*position)) else { continue };
            if to == from || (found.strength == Strength::Alone && !is_address) {
                continue;
            }
            let mention = Mention {
                from: from.clone(),
                to: to.clone(),
                host: found.host.to_owned(),
                port: found.port,
                path: path.clone(),
                file: file.map(str::to_owned),
            };
            let is_known = self
                .found
                .iter()
                .rev()
                .take_while(|other| other.path == mention.path)
                .any(|other| *other == mention);
            if !is_known {
                self.found.push(mention);
            }
        }
    }

    /// Text files of the project that the container sees: mounted from the project's folder, or made into configs.
    fn mounted_files(&mut self, from: &Part, container: &Container, here: &ComposePath) {
        let mut left = MAX_FILES;
        for (index, mount) in container.volumes.iter().enumerate().filter(|(_, mount)| mount.kind == "bind") {
            let path = here.key("volumes").index(index);
            self.file_or_folder(from, Path::new(&mount.source), &path, MAX_DEPTH, &mut left);
        }
        for (index, reference) in container.configs.iter().enumerate() {
            let Some(config) = self.loaded.project.configs.get(&reference.source) else { continue };
            let path = here.key("configs").index(index);
            if config.content.is_empty() {
                self.file_or_folder(from, Path::new(&config.file), &path, MAX_DEPTH, &mut left);
            } else {
                let content = config.content.clone();
                self.text(from, &content, false, &path, None);
            }
        }
    }

    fn file_or_folder(&mut self, from: &Part, path: &Path, at: &ComposePath, depth: usize, left: &mut usize) {
        if *left == 0 || depth == 0 || !self.is_inside(path) {
            return;
        }
        match self.sources.kind(path) {
            Some(FileKind::File) => {
                *left -= 1;
                let Some(text) = self.read_text(path) else { return };
                let shown = self.sources.shown(path);
                self.text(from, &text, false, at, Some(&shown));
            }
            Some(FileKind::Directory) => {
                let entries: Vec<PathBuf> = self.sources.list(path);
                for entry in entries {
                    let is_hidden =
                        entry.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
                    if !is_hidden && !entry.ends_with("node_modules") {
                        self.file_or_folder(from, &entry, at, depth - 1, left);
                    }
                }
            }
            Some(FileKind::Other) | None => {}
        }
    }

    /// Whether a path, links followed, lies in the folder of the project, and is not that folder itself.
    fn is_inside(&self, path: &Path) -> bool {
        let folder = self.sources.real(&self.loaded.input.project_directory);
        let real = self.sources.real(path);
        real != folder && real.starts_with(&folder)
    }

    fn read_text(&self, path: &Path) -> Option<String> {
        let bytes = self.sources.bytes(path).ok().filter(|bytes| bytes.len() <= MAX_FILE_BYTES)?;
        if bytes.contains(&0) {
            return None;
        }
        String::from_utf8(bytes).ok()
    }
}
