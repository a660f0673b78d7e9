//! Top-level `secrets` and `configs`: each becomes a Secret or a ConfigMap with one key.

use std::collections::{BTreeMap, BTreeSet};

use crate::compose::Loaded;
use crate::compose::model::resource::FileObject;
use crate::compose::secrecy::secrets_in_text;
use crate::finding::Severity;
use crate::plan::decision::{Evidence, Target};
use crate::plan::name::{data_key, label};
use crate::plan::setting::{Hidden, Setting};
use crate::rules::config::credentials::Credentials;
use crate::rules::draft::Draft;
use crate::rules::{Context, Files, Rule};
use crate::source::path::ComposePath;

/// Makes Secrets and ConfigMaps of what Compose mounts as files.
pub(super) struct FileObjects;

impl Rule for FileObjects {
    fn id(&self) -> &'static str {
        "file-objects"
    }

    fn project(&self, cx: &Context<'_>, out: &mut Draft<'_>) {
        let project = &cx.loaded.project;
        for (name, object) in &project.secrets {
            one(cx, "secrets", name, object, out);
        }
        for (name, object) in &project.configs {
            one(cx, "configs", name, object, out);
        }
    }
}

/// The key of the only entry: the name of the file, or of the object where there is none.
pub(super) fn key_of(name: &str, object: &FileObject) -> String {
    let file = object.file.rsplit('/').next().filter(|file| !file.is_empty());
    data_key(file.unwrap_or(name))
}

/// The configs whose text shows a credential, each with the name of the Secret that it becomes.
#[must_use]
pub fn hidden_configs(loaded: &Loaded, files: &Files, credentials: &Credentials) -> BTreeMap<String, String> {
    let project = &loaded.project;
    let secrets: BTreeSet<String> = project.secrets.keys().map(|name| label(name)).collect();
    let hidden = project.configs.iter().filter(|(name, object)| {
        let bytes = content(loaded, files, "configs", name, object).unwrap_or_default();
        let text = String::from_utf8_lossy(&bytes);
        !object.external && (!secrets_in_text(&text).is_empty() || credentials.is_shown_in(&text))
    });
    let named = hidden.map(|(name, _)| {
        let wanted = label(name);
        let secret = if secrets.contains(&wanted) { format!("{wanted}-config") } else { wanted };
        (name.clone(), secret)
    });
    named.collect()
}

fn one(cx: &Context<'_>, section: &str, name: &str, object: &FileObject, out: &mut Draft<'_>) {
    let path = ComposePath::of([section, name]);
    let hidden = cx.hidden_configs.get(name).filter(|_| section == "configs");
    let is_secret = section == "secrets" || hidden.is_some();
    let names = if section == "secrets" { &cx.secrets } else { &cx.configs };
    let target = match hidden {
        Some(secret) => Target::Secret(secret.clone()),
        None if is_secret => Target::Secret(names.get(name)),
        None => Target::ConfigMap(names.get(name)),
    };
    if hidden.is_some() {
        let title = "it holds a credential, so that it becomes a Secret";
        let help = "keep the credential in a secret of its own, and the rest here";
        out.find_with(Severity::Note, &path, title, help);
    }
    for key in ["file", "content", "environment", "external", "name"] {
        let path = path.key(key);
        if !object.external {
            out.translated(&path);
        } else if key == "external" {
            let what = if is_secret { "Secret" } else { "ConfigMap" };
            let title = format!("the {what} `{}` must exist before Pods can start", names.get(name));
            out.find_as(Severity::Note, &path, &title, "nothing is written for what is external");
            out.translated(&path);
        } else {
            out.translated(&path);
        }
    }
    labels(&path, object, &target, out);
    for key in ["driver", "driver_opts", "template_driver"] {
        let path = path.key(key);
        if !out.leaves(&path).is_empty() {
            out.manual(&path);
        }
    }
    if object.external {
        return;
    }
    match content(cx.loaded, cx.files, section, name, object) {
        Some(bytes) => {
            let key = key_of(name, object);
            let setting =
                if is_secret { Setting::Hidden(key, Hidden(bytes)) } else { Setting::Data(key, bytes) };
            out.decide(target, setting, Evidence::Compose, std::slice::from_ref(&path));
        }
        None => {
            let title = if object.file.is_empty() {
                format!(
                    "the variable `{}` is not set here, so that there is nothing to write",
                    object.environment
                )
            } else {
                "the file cannot be read, so that there is nothing to write".to_owned()
            };
            let note = "Pods wait until somebody creates it under the same name";
            out.find_as(Severity::Error, &path, &title, note);
        }
    }
}

fn labels(path: &ComposePath, object: &FileObject, target: &Target, out: &mut Draft<'_>) {
    for (key, value) in &object.labels.0 {
        let path = path.key("labels").key(key.as_str());
        if crate::plan::name::is_qualified(key) {
            let setting = Setting::Annotation(key.clone(), value.clone());
            out.decide(target.clone(), setting, Evidence::Compose, std::slice::from_ref(&path));
            out.approximated(&path);
        } else {
            out.dropped_as(&path, "this is no key that an annotation can have");
        }
    }
    out.translated(&path.key("labels"));
}

fn content(
    loaded: &Loaded,
    files: &Files,
    section: &str,
    name: &str,
    object: &FileObject,
) -> Option<Vec<u8>> {
    if !object.file.is_empty() {
        return files.get(&format!("{section}.{name}")).cloned().flatten();
    }
    if !object.environment.is_empty() {
        let value = loaded.environment.value(&object.environment);
        return value.map(|value| value.as_bytes().to_vec());
    }
    Some(object.content.clone().into_bytes())
}
