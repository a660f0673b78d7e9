//! `environment` and `env_file`: variables, of which credentials come from a Secret.

use k8s_openapi::api::core::v1::{EnvVar, EnvVarSource, SecretKeySelector};

use crate::finding::Severity;
use crate::plan::decision::{Evidence, Target};
use crate::plan::setting::{ContainerSetting, Hidden, Setting};
use crate::rules::config::credentials::Place;
use crate::rules::draft::Draft;
use crate::rules::escape::{escape, reference};
use crate::rules::subject::Subject;
use crate::rules::{Context, Rule};
use crate::source::node::Node;
use crate::source::path::ComposePath;

/// Values that protect nothing.
const WEAK: &[&str] = &[
    "admin",
    "changeme",
    "change-me",
    "change_me",
    "default",
    "example",
    "guest",
    "pass",
    "password",
    "postgres",
    "root",
    "secret",
    "test",
    "user",
];

/// Sets the variables of a container.
pub(super) struct Environment;

impl Rule for Environment {
    fn id(&self) -> &'static str {
        "environment"
    }

    fn service(&self, subject: &Subject<'_>, cx: &Context<'_>, out: &mut Draft<'_>) {
        let path = subject.at("environment");
        for (name, value) in &subject.container.environment.0 {
            let because = leaf(cx, &path, name).unwrap_or_else(|| subject.at("env_file"));
            if !is_name(name) {
                out.manual_as(&because, &format!("Kubernetes allows no variable of the name `{name}`"));
                continue;
            }
            match value {
                Some(value) => variable(subject, cx, name, value, &because, out),
                // The loader has told that it is not set.
                None => out.dropped_quietly(
                    &because,
                    "Docker takes this variable away, and no field of Kubernetes can",
                ),
            }
        }
        out.translated(&path);
        env_files(subject, out);
    }
}

/// The leaf that sets a variable: the value of a key, or an item `NAME=value` of a list.
fn leaf(cx: &Context<'_>, path: &ComposePath, name: &str) -> Option<ComposePath> {
    let node = cx.loaded.tree.at(path)?;
    if node.as_map().is_some_and(|map| map.contains(name)) {
        return Some(path.key(name));
    }
    let sets = |item: &Node| item.as_text().is_some_and(|text| text.split('=').next() == Some(name));
    node.as_list()?.iter().position(sets).map(|index| path.index(index))
}

/// Kubernetes takes every printable character but the equals sign.
fn is_name(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|char| (' '..='~').contains(&char) && char != '=')
}

fn variable(
    subject: &Subject<'_>,
    cx: &Context<'_>,
    name: &str,
    value: &str,
    because: &ComposePath,
    out: &mut Draft<'_>,
) {
    let mut rest = String::new();
    let mut end = 0;
    for place in cx.credentials.in_variable(subject, name, value) {
        let secret = value.get(place.clone()).unwrap_or_default();
        if WEAK.contains(&secret.to_ascii_lowercase().as_str()) {
            let title = "this credential is one that everybody tries first";
            let help = "choose another one, and change it where it is used";
            out.find_with(Severity::Warning, because, title, help);
        }
        if place.len() == value.len() {
            let Some(kept) = cx.credentials.place_of_variable(subject, name, value) else { continue };
            keep(&kept, secret, because, out);
            decide(subject, from_secret(name, &kept), because, out);
            return;
        }
        let (Some(kept), Some(holder)) =
            (cx.credentials.place(secret), cx.credentials.holder(subject, secret))
        else {
            continue;
        };
        hold(subject, cx, holder, kept, secret, because, out);
        rest.push_str(&escape(value.get(end..place.start).unwrap_or_default()));
        rest.push_str(&reference(holder));
        end = place.end;
    }
    rest.push_str(&escape(value.get(end..).unwrap_or_default()));
    let variable = EnvVar { name: name.to_owned(), value: Some(rest), value_from: None };
    decide(subject, variable, because, out);
}

/// A variable holds a credential, unless the service has that variable anyway.
pub(in crate::rules) fn hold(
    subject: &Subject<'_>,
    cx: &Context<'_>,
    holder: &str,
    kept: &Place,
    secret: &str,
    because: &ComposePath,
    out: &mut Draft<'_>,
) {
    let own = subject.container.environment.0.get(holder).and_then(Option::as_deref);
    let kept = own
        .and_then(|value| cx.credentials.place_of_variable(subject, holder, value))
        .unwrap_or_else(|| kept.clone());
    keep(&kept, secret, because, out);
    decide(subject, from_secret(holder, &kept), because, out);
}

/// The credential is kept in its Secret, once.
pub(in crate::rules) fn keep(place: &Place, secret: &str, because: &ComposePath, out: &mut Draft<'_>) {
    let setting = Setting::Hidden(place.key.clone(), Hidden(secret.as_bytes().to_vec()));
    out.decide(
        Target::Secret(place.secret.clone()),
        setting,
        Evidence::Compose,
        std::slice::from_ref(because),
    );
}

/// A variable whose value is a key of a Secret.
pub(in crate::rules) fn from_secret(name: &str, place: &Place) -> EnvVar {
    let selector = SecretKeySelector { name: place.secret.clone(), key: place.key.clone(), optional: None };
    let source = EnvVarSource { secret_key_ref: Some(selector), ..EnvVarSource::default() };
    EnvVar { name: name.to_owned(), value: None, value_from: Some(source) }
}

fn decide(subject: &Subject<'_>, variable: EnvVar, because: &ComposePath, out: &mut Draft<'_>) {
    let setting = Setting::Container(ContainerSetting::Env(Box::new(variable)));
    out.decide(subject.container_target(), setting, Evidence::Compose, std::slice::from_ref(because));
}

fn env_files(subject: &Subject<'_>, out: &mut Draft<'_>) {
    let path = subject.at("env_file");
    let leaves = out.leaves(&path);
    for leaf in leaves {
        match leaf.last_key() {
            Some("required" | "format") => out.consumed(&leaf),
            Some(_) | None => out.translated(&leaf),
        }
    }
}
