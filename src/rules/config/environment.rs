//! `environment` and `env_file`: variables, of which credentials come from a Secret.

use k8s_openapi::api::core::v1::{EnvVar, EnvVarSource, SecretKeySelector};

use crate::finding::Severity;
use crate::plan::decision::{Evidence, Target};
use crate::plan::setting::{ContainerSetting, Hidden, Setting};
use crate::rules::config::credentials::{Place, password_of, secret_places};
use crate::rules::draft::Draft;
use crate::rules::escape::{escape, reference};
use crate::rules::subject::Subject;
use crate::rules::{Context, Rule};
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
            let written = path.key(name.as_str());
            let because =
                if cx.loaded.tree.at(&written).is_some() { written } else { subject.at("env_file") };
            if !is_name(name) {
                out.manual_as(&because, &format!("Kubernetes allows no variable of the name `{name}`"));
                continue;
            }
            match value {
                Some(value) => variable(subject, cx, name, value, &because, out),
                None => out
                    .dropped_as(&because, "Docker takes this variable away, and no field of Kubernetes can"),
            }
        }
        out.translated(&path);
        env_files(subject, out);
    }
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
    let places = secret_places(subject, name, value);
    let mut rest = String::new();
    let mut end = 0;
    for place in &places {
        let secret = value.get(place.clone()).unwrap_or_default();
        let Some(kept) = cx.credentials.place(secret) else { continue };
        keep(kept, secret, because, out);
        if WEAK.contains(&secret.to_ascii_lowercase().as_str()) {
            let title = "this credential is one that everybody tries first";
            out.find_as(Severity::Warning, because, title, "it is kept in a Secret, and is as weak there");
        }
        if place.len() == value.len() {
            decide(subject, from_secret(name, kept), because, out);
            return;
        }
        let holder = holder_of(subject, secret).unwrap_or_else(|| password_of(name));
        decide(subject, from_secret(&holder, kept), because, out);
        rest.push_str(&escape(value.get(end..place.start).unwrap_or_default()));
        rest.push_str(&reference(&holder));
        end = place.end;
    }
    rest.push_str(&escape(value.get(end..).unwrap_or_default()));
    let variable = EnvVar { name: name.to_owned(), value: Some(rest), value_from: None };
    decide(subject, variable, because, out);
}

/// The variable of a service that is exactly this credential.
pub(in crate::rules) fn holder_of(subject: &Subject<'_>, secret: &str) -> Option<String> {
    let mut variables = subject.container.environment.0.iter();
    let holder = variables.find(|(name, value)| {
        value.as_deref() == Some(secret)
            && secret_places(subject, name, secret).iter().any(|place| place.len() == secret.len())
    });
    holder.map(|(name, _)| name.clone())
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
