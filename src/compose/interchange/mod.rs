//! A project as the types of the crate `docker-compose-types`, and back.
//!
//! In: a [`Project`], or a value that another Rust program built with that crate. Out: the other one. The crate knows
//! about half of Compose, so what it cannot hold travels beside it as [`Extras`]: both together give the same project
//! again. What the crate can hold is a table in `table`, how it writes things otherwise is in `shape`; a value on its
//! way in passes the stages that a file passes, so that there is one truth about short forms and defaults.
//!
//! ```
//! use cutover::compose::model::Project;
//! use docker_compose_types::{Compose, Ports, Service};
//!
//! let ports = Ports::Short(vec!["8080:80".to_owned()]);
//! let web = Service { image: Some("nginx".to_owned()), ports, ..Service::default() };
//! let mut compose = Compose { name: Some("shop".to_owned()), ..Compose::new() };
//! compose.services.0.insert("web".to_owned(), Some(web));
//!
//! let project = Project::try_from(compose).expect("Docker Compose would take it");
//! assert_eq!(project.services["web"].workload.ports[0].target, 80);
//! assert!(project.networks.contains_key("default"));
//! ```

mod overlay;
mod read;
mod shape;
mod table;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use docker_compose_types::Compose;
use indexmap::IndexMap;
use serde_json::{Map as JsonMap, Value as Json};

use crate::compose::model::Project;
use crate::compose::model::field::Form;
use crate::compose::model::service::{Job, Service};
use crate::compose::selection;
use crate::finding::Finding;
use crate::source::path::ComposePath;

/// What a project has and [`Compose`] cannot hold.
///
/// It belongs to the value that it came with: a service that is taken out of that takes its extras along, but the items
/// of a list are counted.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Extras {
    /// What Docker Compose prints at each place.
    pub printed: BTreeMap<ComposePath, Json>,
    /// Keys that would be read otherwise than they were printed, with what they are: hidden contents, hooks that inherit.
    pub exact: BTreeMap<ComposePath, Json>,
    /// The active profiles: services and jobs that have profiles, and none of these, are disabled.
    pub profiles: BTreeSet<String>,
    /// Whether networks, volumes, configs and secrets stay that no service uses.
    pub keep_unused: bool,
    /// Services that are not active.
    pub disabled_services: IndexMap<String, Service>,
    /// Jobs that are not active.
    pub disabled_jobs: IndexMap<String, Job>,
    /// The folder that relative paths start from; without it they stay relative.
    pub folder: Option<PathBuf>,
}

/// A project as the types of `docker-compose-types`, and what these cannot hold.
#[must_use]
pub fn to_compose_types(project: &Project) -> (Compose, Extras) {
    let document = project.json(Form::Yaml);
    let (compose, printed) = view(&document);
    let mut extras = Extras {
        printed,
        exact: BTreeMap::new(),
        profiles: active_profiles(project),
        keep_unused: has_unused(project),
        disabled_services: project.disabled_services.clone(),
        disabled_jobs: project.disabled_jobs.clone(),
        folder: None,
    };
    if let Ok(again) = read::project(&document, &extras)
        && again != *project
    {
        extras.exact = differing_keys(&again.json(Form::Exact), &project.json(Form::Exact));
    }
    (compose, extras)
}

/// The project of a value of `docker-compose-types`, short forms and all.
///
/// A value from [`to_compose_types`] and its extras give the project that it was made of. A value that was built in
/// code, with `Extras::default()`, gives the project that the same text in a Compose file gives, apart from what leads
/// out of the text: a `$` is a dollar sign, `env_file` and `label_file` are not read, `include` and `extends` are
/// refused.
///
/// # Errors
/// The findings that say why Docker Compose would refuse the project; they have no places, as there is no file. What
/// Docker Compose prints and then refuses to read, such as a variable without a name, is refused here too.
pub fn from_compose_types(compose: &Compose, extras: &Extras) -> Result<Project, Vec<Finding>> {
    match document(compose, extras) {
        Ok(document) => read::project(&document, extras),
        Err(error) => {
            let finding =
                Finding::refused("not-a-document", format!("the value cannot be a document: {error}"));
            Err(vec![finding.help("keys inside of extensions must be texts")])
        }
    }
}

impl TryFrom<Compose> for Project {
    type Error = Vec<Finding>;

    fn try_from(compose: Compose) -> Result<Self, Self::Error> {
        from_compose_types(&compose, &Extras::default())
    }
}

/// The normalised document of a project, as Docker Compose prints it for YAML.
#[must_use]
pub fn normalized_document(project: &Project) -> Json {
    let (compose, printed) = view(&project.json(Form::Yaml));
    let extras = Extras { printed, ..Extras::default() };
    // Only keys that are no text cannot be written, and a project has none.
    document(&compose, &extras).unwrap_or_default()
}

/// As much of a document as the crate holds, and the rest.
fn view(document: &Json) -> (Compose, BTreeMap<ComposePath, Json>) {
    let fitting = table::fitting(document).unwrap_or_default();
    // A value that the table lets pass by mistake is not lost: everything is in the rest then.
    let compose = serde_json::from_value(fitting).unwrap_or_default();
    let held = document_of(&compose).unwrap_or_default();
    let rest = overlay::difference(&held, document);
    (compose, rest)
}

fn document_of(compose: &Compose) -> serde_json::Result<Json> {
    Ok(table::restored(serde_json::to_value(compose)?))
}

fn document(compose: &Compose, extras: &Extras) -> serde_json::Result<Json> {
    let mut document = document_of(compose)?;
    overlay::lay(&mut document, &extras.printed);
    Ok(document)
}

fn active_profiles(project: &Project) -> BTreeSet<String> {
    let of_services = project.services.values().flat_map(|service| &service.profiles);
    let of_jobs = project.jobs.values().flat_map(|job| &job.profiles);
    of_services.chain(of_jobs).cloned().collect()
}

fn has_unused(project: &Project) -> bool {
    let mut pruned = project.clone();
    selection::prune(&mut pruned);
    pruned != *project
}

/// The keys of services, networks and so on that `wanted` says otherwise than `have`; null where it says nothing.
fn differing_keys(have: &Json, wanted: &Json) -> BTreeMap<ComposePath, Json> {
    let nothing = JsonMap::new();
    let entries = |document: &Json, section: &str, name: &str| -> JsonMap<String, Json> {
        let entry = document.get(section).and_then(|section| section.get(name));
        entry.and_then(Json::as_object).unwrap_or(&nothing).clone()
    };
    let mut differing = BTreeMap::new();
    for (section, named) in wanted.as_object().unwrap_or(&nothing) {
        for name in named.as_object().unwrap_or(&nothing).keys() {
            let (have, wanted) = (entries(have, section, name), entries(wanted, section, name));
            let keys: BTreeSet<&String> = have.keys().chain(wanted.keys()).collect();
            for key in keys.into_iter().filter(|key| have.get(*key) != wanted.get(*key)) {
                let path = ComposePath::of([section.as_str(), name.as_str(), key.as_str()]);
                differing.insert(path, wanted.get(key).cloned().unwrap_or(Json::Null));
            }
        }
    }
    differing
}
