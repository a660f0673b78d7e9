//! `cutover config`: the project as Docker Compose prints it, value by value.

use std::collections::BTreeSet;

use serde_json::{Map as JsonMap, Value as Json};

use crate::cli::args::{ConfigArguments, Format, ListArguments, Surroundings};
use crate::cli::exit::Exit;
use crate::cli::{output, variables};
use crate::compose::input::{Request, Skip};
use crate::compose::model::Project;
use crate::compose::model::field::{Form, to_json};
use crate::compose::{Loaded, LoadedModel};
use crate::kube::emit;
use crate::pipeline::{self, Outcome, Written};
use crate::source::file::Disk;

pub(crate) fn run(arguments: &ConfigArguments, around: &Surroundings) -> Exit {
    let list = &arguments.list;
    let project = match arguments.project.request(around, &Disk) {
        Ok(request) => request,
        Err(finding) => return output::stop(*finding),
    };
    let request = Request {
        no_interpolate: arguments.no_interpolate || list.variables,
        services: arguments.only.clone(),
        keep_unused: arguments.all_resources,
        skip: Skip {
            normalize: arguments.skip.no_normalize,
            path_resolution: arguments.skip.no_path_resolution,
            env_resolution: arguments.skip.no_env_resolution || lists_names(list),
            consistency: arguments.skip.no_consistency,
            validation: list.variables,
        },
        ..project
    };
    if request.no_interpolate && !needs_project(list) {
        let outcome = pipeline::load_model(&request, Box::new(Disk));
        finish(outcome, arguments, |model| of_model(model, arguments))
    } else {
        let outcome = pipeline::load(&request, Box::new(Disk));
        finish(outcome, arguments, |loaded| of_project(loaded, arguments))
    }
}

/// Lists for which Docker Compose reads no environment files.
fn lists_names(list: &ListArguments) -> bool {
    list.services || list.volumes || list.networks || list.models
}

/// Lists that Docker Compose takes from a project, also where variables stay as they are written.
fn needs_project(list: &ListArguments) -> bool {
    list.volumes || list.networks || list.models || list.profiles || list.images || list.environment
}

fn finish<T: Written>(
    outcome: Outcome<T>,
    arguments: &ConfigArguments,
    print: impl Fn(&T) -> String,
) -> Exit {
    let exit = output::report(&outcome);
    assert!(exit != Exit::Done || outcome.result.is_some(), "no project, and no reason why");
    let exit = match &outcome.result {
        Some(result) if exit == Exit::Done && !arguments.quiet => output::print(&print(result)),
        _ => exit,
    };
    // The process ends here; giving a large tree back piece by piece would only take time.
    std::mem::forget(outcome);
    exit
}

fn of_model(model: &LoadedModel, arguments: &ConfigArguments) -> String {
    let list = &arguments.list;
    if list.variables {
        return variables::listed(model, arguments.format);
    }
    let mut json = sorted(to_json(&model.tree));
    if let Some(name) = json.as_object_mut() {
        name.insert("name".to_owned(), Json::String(model.name.clone()));
    }
    if list.services {
        return lines(section_names(&json, "services"));
    }
    formatted(&json, arguments.format)
}

fn of_project(loaded: &Loaded, arguments: &ConfigArguments) -> String {
    let (project, list) = (&loaded.project, &arguments.list);
    if list.services {
        return lines(project.services.keys());
    }
    if list.volumes {
        return lines(project.volumes.keys());
    }
    if list.networks {
        return lines(project.networks.keys());
    }
    if list.models {
        return lines(project.models.values().map(|model| &model.model).filter(|model| !model.is_empty()));
    }
    if list.profiles {
        let services = project.services.values().chain(project.disabled_services.values());
        let profiles: BTreeSet<&String> = services.flat_map(|service| &service.profiles).collect();
        return lines(profiles);
    }
    if list.images {
        return lines(images(project));
    }
    if list.environment {
        return lines(loaded.environment.iter().map(|(name, variable)| format!("{name}={}", variable.value)));
    }
    let form = if arguments.format == Format::Json { Form::Json } else { Form::Yaml };
    formatted(&project.json(form), arguments.format).replace('$', "$$")
}

/// The image of each service, a name made of project and service where it is built, and those of its hooks.
fn images(project: &Project) -> Vec<String> {
    let images = project.services.iter().flat_map(|(name, service)| {
        let own = Some(service.container.image.clone()).filter(|image| !image.is_empty());
        let own = own.unwrap_or_else(|| format!("{}-{name}", project.name));
        let hooks = service.pre_start.iter().map(|hook| hook.container.image.clone());
        let hooks: BTreeSet<String> = hooks.filter(|image| !image.is_empty() && *image != own).collect();
        std::iter::once(own).chain(hooks)
    });
    images.collect()
}

fn lines<S: AsRef<str>>(words: impl IntoIterator<Item = S>) -> String {
    words.into_iter().fold(String::new(), |text, word| text + word.as_ref() + "\n")
}

fn section_names(json: &Json, section: &str) -> Vec<String> {
    let names = json.get(section).and_then(Json::as_object);
    names.into_iter().flat_map(|names| names.keys().cloned()).collect()
}

fn formatted(json: &Json, format: Format) -> String {
    match format {
        Format::Yaml => emit::yaml(json),
        Format::Json => serde_json::to_string_pretty(json).unwrap_or_default() + "\n",
    }
}

/// Keys in the order of the alphabet, as Docker Compose prints a model.
fn sorted(json: Json) -> Json {
    match json {
        Json::Object(map) => {
            let mut entries: Vec<_> = map.into_iter().map(|(key, value)| (key, sorted(value))).collect();
            entries.sort_by(|a, b| a.0.cmp(&b.0));
            Json::Object(entries.into_iter().collect::<JsonMap<_, _>>())
        }
        Json::Array(items) => Json::Array(items.into_iter().map(sorted).collect()),
        other @ (Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_)) => other,
    }
}
