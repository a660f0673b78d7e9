//! The project as everything after the loader sees it: complete, long forms only, values parsed.
//!
//! In: a canonical tree. Out: a [`Project`] of plain structs; where a value stands in it is its
//! [`ComposePath`](crate::source::path::ComposePath), `services.NAME.KEY` and so on, and the loaded tree knows the
//! place in the file. Zero, `false` and absence are kept apart where Docker Compose keeps them apart.

pub mod build;
pub mod command;
pub mod container;
pub mod deploy;
pub mod field;
pub mod mount;
pub mod resource;
pub mod scalar;
pub mod service;
pub mod special;
pub mod wrapper;

use indexmap::IndexMap;
use serde_json::{Map as JsonMap, Value as Json};

use crate::compose::model::field::{Extensions, Field, Form, Reader};
use crate::compose::model::resource::{FileObject, Model, Network, Volume};
use crate::compose::model::service::{Job, Service};
use crate::compose::normalize::SECRET_VALUE;
use crate::finding::Finding;
use crate::source::node::{Map, Node};

/// A loaded project.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Project {
    /// Its name.
    pub name: String,
    /// Active services.
    pub services: IndexMap<String, Service>,
    /// Active jobs.
    pub jobs: IndexMap<String, Job>,
    /// Networks.
    pub networks: IndexMap<String, Network>,
    /// Volumes.
    pub volumes: IndexMap<String, Volume>,
    /// Secrets.
    pub secrets: IndexMap<String, FileObject>,
    /// Configs.
    pub configs: IndexMap<String, FileObject>,
    /// Language models.
    pub models: IndexMap<String, Model>,
    /// Extension keys.
    pub extensions: Extensions,
    /// Services whose profile is not active.
    pub disabled_services: IndexMap<String, Service>,
    /// Jobs whose profile is not active.
    pub disabled_jobs: IndexMap<String, Job>,
}

/// Reads a project from its canonical tree; findings tell what cannot be read.
#[must_use]
pub fn read(tree: &Node, findings: &mut Vec<Finding>) -> Project {
    let Some(map) = tree.as_map() else { return Project::default() };
    let mut reader = Reader::new(findings);
    let mut configs = section(map, "configs", &mut reader);
    adopt_contents(map, "configs", &mut configs);
    let mut secrets = section(map, "secrets", &mut reader);
    adopt_contents(map, "secrets", &mut secrets);
    Project {
        name: map.get("name").and_then(Node::as_text).unwrap_or_default().to_owned(),
        services: section(map, "services", &mut reader),
        jobs: section(map, "jobs", &mut reader),
        networks: section(map, "networks", &mut reader),
        volumes: section(map, "volumes", &mut reader),
        secrets,
        configs,
        models: section(map, "models", &mut reader),
        extensions: Extensions::of(map),
        ..Project::default()
    }
}

/// A section whose keys are names that the user made up, `x-` names included.
fn section<T: Field>(map: &Map, key: &str, reader: &mut Reader<'_>) -> IndexMap<String, T> {
    let Some(node) = map.get(key) else { return IndexMap::new() };
    let Some(entries) = node.as_map() else { return IndexMap::new() };
    reader.section(key, entries)
}

/// What was resolved from variables while loading, and is never printed.
fn adopt_contents(map: &Map, section: &str, objects: &mut IndexMap<String, FileObject>) {
    let entries = map.get(section).and_then(Node::as_map);
    for (name, entry) in entries.into_iter().flat_map(Map::iter) {
        let content = entry.node.as_map().and_then(|object| object.get(SECRET_VALUE)).and_then(Node::as_text);
        if let (Some(content), Some(object)) = (content, objects.get_mut(name)) {
            content.clone_into(&mut object.content);
            object.extensions.0.shift_remove(SECRET_VALUE);
        }
    }
}

impl Project {
    /// The project as `docker compose config` prints it.
    #[must_use]
    pub fn json(&self, form: Form) -> Json {
        let mut out = JsonMap::new();
        out.insert("name".to_owned(), Json::String(self.name.clone()));
        out.insert("services".to_owned(), self.services.json(form));
        let mut add = |key: &str, section: &dyn Section| {
            if !section.is_void() {
                out.insert(key.to_owned(), section.printed(form));
            }
        };
        add("jobs", &self.jobs);
        add("networks", &self.networks);
        add("volumes", &self.volumes);
        add("secrets", &with_contents_apart(&self.secrets, form, |_| true));
        add("configs", &with_contents_apart(&self.configs, form, |config| !config.environment.is_empty()));
        if form != Form::Json {
            // Docker Compose forgets the models in JSON.
            add("models", &self.models);
        }
        if form == Form::Yaml {
            add_names(out.get_mut("jobs"));
        }
        self.extensions.print(&mut out);
        Json::Object(out)
    }
}

/// Docker Compose prints the name of a job inside the job too, where it does not accept it.
fn add_names(jobs: Option<&mut Json>) {
    let jobs = jobs.and_then(Json::as_object_mut).into_iter().flatten();
    for (name, job) in jobs {
        if let Some(job) = job.as_object_mut() {
            job.shift_insert(0, "name".to_owned(), Json::String(name.clone()));
        }
    }
}

/// A section of a project, whatever it holds.
trait Section {
    fn is_void(&self) -> bool;
    fn printed(&self, form: Form) -> Json;
}

impl<T: Field> Section for IndexMap<String, T> {
    fn is_void(&self) -> bool {
        IndexMap::is_empty(self)
    }

    fn printed(&self, form: Form) -> Json {
        self.json(form)
    }
}

/// The objects with the contents that only the loader put in under a key of their own, or left out.
fn with_contents_apart(
    objects: &IndexMap<String, FileObject>,
    form: Form,
    hides: fn(&FileObject) -> bool,
) -> IndexMap<String, FileObject> {
    let shown = |(name, object): (&String, &FileObject)| {
        let mut shown = object.clone();
        if hides(object) {
            let content = std::mem::take(&mut shown.content);
            if form == Form::Exact && !content.is_empty() {
                shown.extensions.0.insert(SECRET_VALUE.to_owned(), Json::String(content));
            }
        }
        (name.clone(), shown)
    };
    objects.iter().map(shown).collect()
}
