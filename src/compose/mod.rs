//! Compose files to a project, exactly as Docker Compose reads them, and every place kept.
//!
//! In: what is asked for and the files. Out: a [`Loaded`] project with the tree it came from, or the findings that say
//! why there is none. The stages, in order: `input`, then for each document `reset`, `interpolate`, `promote`,
//! `include`, `extends`, `merge`, `unique`, `schema`, `canonical`; for the whole `defaults`, `rules`, `relative`,
//! `normalize`, `model`, `selection`, `consistency`, `files`.

mod accounts;
mod aliases;
pub mod canonical;
pub mod consistency;
pub mod cycles;
pub mod defaults;
pub mod dotenv;
pub mod environment;
mod extends;
pub mod files;
pub mod grammar;
pub mod hazards;
mod include;
pub mod input;
pub mod interchange;
pub mod interpolate;
mod load;
pub mod losses;
pub mod merge;
pub mod model;
pub mod normalize;
pub mod notes;
pub mod promote;
pub mod relative;
pub mod reset;
pub mod rules;
pub mod schema;
pub mod secrecy;
pub mod selection;
pub mod spell;
pub mod template;
pub mod unique;
mod walk;

use std::collections::HashMap;

use crate::compose::accounts::Accounts;
use crate::compose::environment::Environment;
use crate::compose::files::Files;
use crate::compose::input::{Input, Request, normalized_name};
use crate::compose::load::{Loader, Scope};
use crate::compose::model::Project;
use crate::compose::model::service::Service;
use crate::compose::notes::{Loss, Notes};
use crate::finding::Finding;
use crate::mapping::keys::Keys;
use crate::source::file::SourceMap;
use crate::source::node::{Node, Value, VariableSource};
use crate::source::path::ComposePath;
use crate::source::scalar::resolve;
use crate::source::span::Span;
use crate::source::yaml::{Document, Kind, Style};

/// A project that Docker Compose would accept.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// The project.
    pub project: Project,
    /// The tree it was read from, which knows every place.
    pub tree: Node,
    /// The variables that interpolation saw.
    pub environment: Environment,
    /// What it was found as.
    pub input: Input,
    /// What is worth telling.
    pub findings: Vec<Finding>,
    /// What was written and is not in the project.
    pub losses: Vec<Loss>,
    /// Every document as it was written.
    pub written: Vec<Document>,
}

impl Loaded {
    /// Whatever stands behind an anchor that is used, wherever it was written.
    #[must_use]
    pub fn anchored(&self) -> Vec<Span> {
        aliases::used(self.written.iter())
    }

    /// Where the value at a path was written; where its nearest parent was, if it was not written itself.
    #[must_use]
    pub fn locate(&self, path: &ComposePath) -> Span {
        self.tree.nearest(path).span
    }
}

/// A model: canonical and explicit, but not yet read into types.
#[derive(Clone, Debug)]
pub struct LoadedModel {
    /// The tree.
    pub tree: Node,
    /// Its name.
    pub name: String,
    /// The variables that interpolation saw.
    pub environment: Environment,
    /// What it was found as.
    pub input: Input,
    /// Every document as it was written.
    pub written: Vec<Document>,
}

/// Loads the model of a project. The findings are complete whether there is a model or not.
pub fn load_model(request: &Request, sources: &mut SourceMap, notes: &mut Notes) -> Option<LoadedModel> {
    let input = input::find(request, sources, notes)?;
    let keys = Keys::embedded();
    let mut loader = Loader {
        sources,
        notes,
        keys,
        home: request.home.clone(),
        no_interpolate: request.no_interpolate,
        unresolved_from: request.skip.path_resolution.then(|| input.project_directory.clone()),
        skip_validation: request.skip.validation,
        max_nodes: request.max_nodes,
        documents: HashMap::new(),
        included: HashMap::new(),
        accounts: Accounts::default(),
    };
    let loaded = assemble(&mut loader, request, input);
    let documents = loader.documents.values().flatten();
    aliases::tell(documents, &mut loader.notes.findings);
    loaded
}

fn assemble(loader: &mut Loader<'_>, request: &Request, input: Input) -> Option<LoadedModel> {
    // A model that keeps its variables sees none, not even where only a name is written.
    let mut environment =
        if request.no_interpolate { Environment::default() } else { input.environment.clone() };
    let name = loader.project_name(&input, &environment)?;
    environment.set("COMPOSE_PROJECT_NAME", &name, VariableSource::Loader);
    let mut scope = Scope { folder: input.project_directory.clone(), environment, chain: Vec::new() };
    let mut tree = loader.model(&input.files, &mut scope)?;
    let written = loader.accounts.close(loader.notes);
    if tree.as_map().is_none_or(|map| map.is_empty()) {
        let finding = Finding::refused("empty-file", "empty compose file").at(tree.span, "nothing is in it");
        loader.notes.tell(finding.help("a project needs at least a `services:` mapping"));
        return None;
    }
    if !request.skip.normalize {
        normalize::normalize(&mut tree, &name, &scope.environment, loader.notes);
    }
    (!loader.notes.stops()).then_some(LoadedModel {
        tree,
        name,
        environment: scope.environment,
        input,
        written,
    })
}

/// Loads a project. The findings are complete whether there is a project or not.
///
/// # Errors
/// The findings that say why Docker Compose would refuse the project.
pub fn load(request: &Request, sources: &mut SourceMap) -> Result<Loaded, Vec<Finding>> {
    let mut notes = Notes::default();
    match load_with(request, sources, &mut notes) {
        Some(loaded) if !notes.stops() => {
            Ok(Loaded { findings: notes.findings, losses: notes.losses, ..loaded })
        }
        _ => Err(notes.findings),
    }
}

fn load_with(request: &Request, sources: &mut SourceMap, notes: &mut Notes) -> Option<Loaded> {
    let LoadedModel { tree, name, mut environment, input, written } = load_model(request, sources, notes)?;
    if request.no_interpolate {
        // Only the model keeps its variables; what a project asks for by name, it gets.
        environment = input.environment.clone();
        environment.set("COMPOSE_PROJECT_NAME", &name, VariableSource::Loader);
    }
    let mut project = model::read(&tree, &mut notes.findings);
    project.name = name;
    selection::apply_profiles(&mut project, &input.profiles);
    selection::tell_unknown_profiles(&project, &input.profiles, notes);
    if notes.stops() {
        aliases::tell(written.iter(), &mut notes.findings);
        return None;
    }
    if !request.skip.consistency {
        notes.findings.extend(consistency::check(&project, &tree));
        if notes.stops() {
            aliases::tell(written.iter(), &mut notes.findings);
            return None;
        }
    }
    if !request.skip.consistency {
        project.services.values_mut().for_each(Service::settle_replicas);
    }
    let folder = request.working_directory.as_path();
    let mut files = Files { sources, environment: &environment, tree: &tree, notes, folder };
    if !request.skip.env_resolution {
        files.resolve_environments(&mut project);
    }
    files.resolve_labels(&mut project);
    let not_asked_for = selection::select(&mut project, &request.services, &input.profiles, notes);
    if !request.skip.env_resolution {
        // Naming a service may have switched it on.
        Files { sources, environment: &environment, tree: &tree, notes, folder }
            .resolve_environments(&mut project);
    }
    if !request.keep_unused {
        selection::prune(&mut project);
    }
    if !request.skip.consistency {
        notes.findings.extend(consistency::check_container_names(&project, &tree));
    }
    selection::account(&project, &not_asked_for, &tree, notes);
    let silent = losses::findings(&notes.losses);
    notes.findings.extend(silent);
    notes.findings.extend(hazards::find(&project, &tree, sources));
    Some(Loaded { project, tree, environment, input, findings: Vec::new(), losses: Vec::new(), written })
}

impl Loader<'_> {
    /// The name: given, else the last `name:` in the files, else that of the project directory.
    fn project_name(&mut self, input: &Input, environment: &Environment) -> Option<String> {
        if let Some(name) = &input.explicit_name {
            return Some(name.clone());
        }
        let written = self.written_name(input)?;
        let folder = input.project_directory.file_name().map(|name| name.to_string_lossy().into_owned());
        let from_folder = normalized_name(&folder.unwrap_or_default());
        let name = match written {
            Some((text, span)) => {
                let text = if self.no_interpolate {
                    text
                } else {
                    interpolate::interpolate_text(&text, "name", span, environment, self.notes)
                };
                if self.notes.stops() {
                    return None;
                }
                normalized_name(&text)
            }
            None => from_folder,
        };
        if name.is_empty() {
            let finding = Finding::refused("no-project-name", "project name must not be empty");
            self.notes.tell(finding.help("give the project a name with `-p NAME` or `name:`"));
            return None;
        }
        Some(name)
    }

    /// The last `name:` of the Compose files. A file that is no YAML stops the run here, with all its mistakes.
    fn written_name(&mut self, input: &Input) -> Option<Option<(String, Span)>> {
        let mut name = None;
        for file in &input.files {
            for document in self.parsed(*file).unwrap_or_default() {
                let Kind::Mapping(entries) = &document.node(document.root()).kind else { continue };
                for (key, value) in entries {
                    let is_name =
                        matches!(&document.node(*key).kind, Kind::Scalar { text, .. } if text == "name");
                    let value = document.node(document.target(*value));
                    let Kind::Scalar { text, style } = &value.kind else { continue };
                    if !is_name || text.is_empty() {
                        continue;
                    }
                    let is_bare = *style == Style::Plain && value.tag.is_none();
                    if is_bare && matches!(resolve(text), Value::Time(_)) {
                        self.notes.tell(date_for_name(text, value.span));
                    }
                    name = Some((text.clone(), value.span));
                }
            }
        }
        (!self.notes.stops()).then_some(name)
    }
}

fn date_for_name(text: &str, span: Span) -> Finding {
    let title = format!("cannot construct !!timestamp `{text}` into string");
    let finding = Finding::refused("bad-project-name", title).at(span, "without quotes, a date");
    finding.help("put it in quotes").replace(span, format!("\"{text}\""))
}
