//! Top-level `secrets` and `configs`: each becomes a Secret or a ConfigMap with one key.

use crate::compose::model::resource::FileObject;
use crate::finding::Severity;
use crate::plan::decision::{Evidence, Target};
use crate::plan::name::data_key;
use crate::plan::setting::{Hidden, Setting};
use crate::rules::draft::Draft;
use crate::rules::{Context, Rule};
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

fn one(cx: &Context<'_>, section: &str, name: &str, object: &FileObject, out: &mut Draft<'_>) {
    let path = ComposePath::of([section, name]);
    let is_secret = section == "secrets";
    let names = if is_secret { &cx.secrets } else { &cx.configs };
    let target = if is_secret { Target::Secret(names.get(name)) } else { Target::ConfigMap(names.get(name)) };
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
    match content(cx, section, name, object) {
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

fn content(cx: &Context<'_>, section: &str, name: &str, object: &FileObject) -> Option<Vec<u8>> {
    if !object.file.is_empty() {
        return cx.files.get(&format!("{section}.{name}")).cloned().flatten();
    }
    if !object.environment.is_empty() {
        let value = cx.loaded.environment.value(&object.environment);
        return value.map(|value| value.as_bytes().to_vec());
    }
    Some(object.content.clone().into_bytes())
}
