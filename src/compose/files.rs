//! Environment and label files of services: what is in them becomes part of the service.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

use indexmap::IndexMap;

use crate::compose::dotenv::{self, Assignment, Contents, Format};
use crate::compose::environment::Environment;
use crate::compose::model::Project;
use crate::compose::model::container::{Container, EnvFile};
use crate::compose::notes::Notes;
use crate::finding::Finding;
use crate::source::file::{ReadError, SourceMap};
use crate::source::node::Node;
use crate::source::path::ComposePath;
use crate::source::span::{FileId, Span};

/// What reading the files of services needs.
pub struct Files<'a> {
    /// The files.
    pub sources: &'a mut SourceMap,
    /// The variables of the project.
    pub environment: &'a Environment,
    /// The canonical tree, for places.
    pub tree: &'a Node,
    /// What there is to say.
    pub notes: &'a mut Notes,
    /// The folder that paths start from if they were left relative.
    pub folder: &'a Path,
}

impl Files<'_> {
    /// Reads the environment files of every active service into its variables.
    pub fn resolve_environments(&mut self, project: &mut Project) {
        for (name, service) in &mut project.services {
            self.resolve_environment(name, &mut service.container);
        }
    }

    /// Reads the label files of every active service into its labels.
    pub fn resolve_labels(&mut self, project: &mut Project) {
        for (name, service) in &mut project.services {
            self.resolve_label_files(name, &mut service.container);
        }
    }

    fn resolve_environment(&mut self, service: &str, container: &mut Container) {
        for (name, value) in &mut container.environment.0 {
            if value.is_none() {
                *value = self.environment.value(name).map(str::to_owned);
            }
        }
        let own = with_values(&container.environment.0);
        let environment = self.environment;
        let outside =
            |name: &str| environment.value(name).map(str::to_owned).or_else(|| own.get(name).cloned());
        let mut merged: IndexMap<String, Option<String>> = IndexMap::new();
        for (index, file) in std::mem::take(&mut container.env_file).iter().enumerate() {
            let path = ComposePath::of(["services", service, "env_file"]).index(index);
            let known = own.clone().into_iter().chain(with_values(&merged)).collect();
            for found in self.read(file, &path, known, &outside) {
                merged.insert(found.key, Some(found.value));
            }
        }
        merged.extend(std::mem::take(&mut container.environment.0));
        container.environment.0 = merged;
    }

    fn read(
        &mut self,
        file: &EnvFile,
        path: &ComposePath,
        known: BTreeMap<String, String>,
        outside: &dyn Fn(&str) -> Option<String>,
    ) -> Vec<Assignment> {
        let span = self.span(path);
        let format = match file.format.as_str() {
            "" => Format::Compose,
            "raw" => Format::Raw,
            other => {
                if self.sources.kind(&self.folder.join(&file.path)).is_some() {
                    let title = format!("unsupported env_file format {other:?}");
                    self.notes
                        .tell(Finding::refused("bad-env-file", title).at(span, "").help("`raw` is known"));
                }
                return Vec::new();
            }
        };
        let path = if file.path.is_empty() { PathBuf::new() } else { self.folder.join(&file.path) };
        let id = match self.sources.read(&path) {
            Ok(id) => id,
            Err(ReadError::Missing(missing)) => {
                self.tell_missing(file, &missing.display().to_string(), span);
                return Vec::new();
            }
            Err(error) => {
                let finding =
                    Finding::unreadable("unreadable-env-file", error.to_string()).at(span, "named here");
                self.notes.tell(finding.help("name a file that can be read"));
                return Vec::new();
            }
        };
        if let Some(at) = self.sources.file(id).broken_at().filter(|_| format == Format::Raw) {
            let line = self.sources.file(id).position(at).line;
            let title = format!("failed to parse env_file {}: invalid utf8 bytes at line {line}", file.path);
            let at = Span::new(id, at as usize, at as usize + char::REPLACEMENT_CHARACTER.len_utf8());
            self.notes
                .tell(Finding::refused("bad-encoding", title).at(at, "").help("save the file as UTF-8"));
            return Vec::new();
        }
        self.parse(id, format, known, outside)
    }

    fn parse(
        &mut self,
        id: FileId,
        format: Format,
        known: BTreeMap<String, String>,
        outside: &dyn Fn(&str) -> Option<String>,
    ) -> Vec<Assignment> {
        if let Some(finding) = dotenv::wide_file(format, id, self.sources.file(id).path(), self.sources) {
            self.notes.tell(finding);
            return Vec::new();
        }
        match dotenv::parse(self.sources.file(id).text(), format, known, outside) {
            Ok(found) => {
                self.tell_idle_lines(id, &found);
                found.assignments
            }
            Err(errors) => {
                let path = self.sources.file(id).path();
                let findings = errors.iter().map(|error| error.finding(format, id, path));
                self.notes.findings.extend(findings);
                Vec::new()
            }
        }
    }

    /// Tells what stands in an environment file and comes to nothing, once, however many services read the file.
    fn tell_idle_lines(&mut self, id: FileId, contents: &Contents) {
        let at = |range: &std::ops::Range<usize>| Span::new(id, range.start, range.end);
        let mut findings = Vec::new();
        let mut earlier: HashMap<&str, &Assignment> = HashMap::new();
        for found in &contents.assignments {
            if let Some(before) = earlier.insert(&found.key, found) {
                let title = format!("{} is set twice in one file", found.key);
                let finding = Finding::warning("repeated-variable", title)
                    .at(at(&before.range), "without effect")
                    .at(at(&found.range), "this one counts");
                findings.push(finding.help("remove one of the two"));
            }
        }
        for range in &contents.unset {
            // What does not look like a name may be anything, and so a secret.
            let text = self.sources.text(at(range));
            let is_name = text.bytes().all(|byte| matches!(byte, b'A'..=b'Z' | b'0'..=b'9' | b'_'));
            let name = if is_name { text } else { "the variable of this name" };
            let finding = Finding::warning("unset-name", format!("{name} is set nowhere"))
                .at(at(range), "a name alone takes its value from outside; there is none, so it is left out");
            findings.push(finding.help("set it in the environment or in `.env`, or write a value"));
        }
        if let Some(first) = contents.comments.first() {
            let finding = Finding::note("comment-behind-value", "a value without quotes ends at ` #`")
                .at(at(first), "a comment, and no part of the value");
            findings.push(finding.help("put the value in quotes if this belongs to it"));
        }
        findings.retain(|finding| !self.notes.findings.contains(finding));
        self.notes.findings.extend(findings);
    }

    fn tell_missing(&mut self, file: &EnvFile, path: &str, span: Span) {
        let finding = if file.required.0 {
            Finding::unreadable(
                "missing-env-file",
                format!("env file {path} not found: stat {path}: no such file or directory"),
            )
            .at(span, "named here")
            .help("create it, correct the path, or write `required: false` beside it")
        } else {
            Finding::note("missing-env-file", format!("the optional env file {path} is not there"))
                .at(span, "")
        };
        self.notes.tell(finding);
    }

    fn resolve_label_files(&mut self, service: &str, container: &mut Container) {
        let mut labels: IndexMap<String, String> = IndexMap::new();
        for (index, file) in container.label_file.iter().enumerate() {
            let path = ComposePath::of(["services", service, "label_file"]).index(index);
            let span = self.span(&path);
            let id = match self.sources.read(&self.folder.join(file)) {
                Ok(id) => id,
                Err(ReadError::Missing(_)) => {
                    let title =
                        format!("label file {file} not found: stat {file}: no such file or directory");
                    let finding = Finding::unreadable("missing-label-file", title).at(span, "named here");
                    self.notes.tell(finding.help("create it, or correct the path"));
                    continue;
                }
                Err(error) => {
                    let finding = Finding::unreadable("unreadable-label-file", error.to_string());
                    self.notes.tell(finding.at(span, "named here").help("name a file that can be read"));
                    continue;
                }
            };
            let seen = labels.clone();
            let outside = |name: &str| seen.get(name).cloned();
            let found = self.parse(id, Format::Compose, BTreeMap::new(), &outside);
            labels.extend(found.into_iter().map(|label| (label.key, label.value)));
        }
        labels.extend(std::mem::take(&mut container.labels.0));
        container.labels.0 = labels;
    }

    fn span(&self, path: &ComposePath) -> Span {
        self.tree.at(path).map_or(self.tree.span, |node| node.span)
    }
}

fn with_values(variables: &IndexMap<String, Option<String>>) -> BTreeMap<String, String> {
    variables.iter().filter_map(|(name, value)| Some((name.clone(), value.clone()?))).collect()
}
