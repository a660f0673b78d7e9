//! `labels`, `label_file`, `annotations` and `deploy.labels`: annotations, as labels of Kubernetes are for selecting.

use crate::compose::secrecy::secrets_in_variable;
use crate::plan::decision::Evidence;
use crate::plan::name::is_qualified;
use crate::plan::setting::{PodSetting, Setting};
use crate::rules::draft::Draft;
use crate::rules::subject::Subject;
use crate::rules::{Context, Rule};
use crate::source::path::ComposePath;

/// Sets annotations.
pub(super) struct Annotations;

/// Labels that the engine makes for itself.
const OF_COMPOSE: &str = "com.docker.compose.";

impl Rule for Annotations {
    fn id(&self) -> &'static str {
        "annotations"
    }

    fn service(&self, subject: &Subject<'_>, cx: &Context<'_>, out: &mut Draft<'_>) {
        let in_file = subject.at("label_file");
        for (key, value) in &subject.container.labels.0 {
            let written = subject.at("labels").key(key.as_str());
            let because = if cx.loaded.tree.at(&written).is_some() { written } else { in_file.clone() };
            if subject.container.annotations.0.contains_key(key) {
                out.dropped_as(&because, "`annotations` has the same key, and decides");
                continue;
            }
            let setting = |key, value| Setting::Pod(PodSetting::Annotation(key, value));
            note(subject, cx, key, value, &because, setting, out);
        }
        for (key, value) in &subject.container.annotations.0 {
            let setting = |key, value| Setting::Pod(PodSetting::Annotation(key, value));
            note(subject, cx, key, value, &subject.at("annotations").key(key.as_str()), setting, out);
        }
        let deploy = subject.service.and_then(|service| service.deploy.as_ref());
        for (key, value) in deploy.into_iter().flat_map(|deploy| &deploy.labels.0) {
            let path = subject.below(&["deploy", "labels"]).key(key.as_str());
            note(subject, cx, key, value, &path, Setting::Annotation, out);
        }
        for path in
            [in_file, subject.at("labels"), subject.at("annotations"), subject.below(&["deploy", "labels"])]
        {
            out.approximated(&path);
        }
    }
}

fn note(
    subject: &Subject<'_>,
    cx: &Context<'_>,
    key: &str,
    value: &str,
    because: &ComposePath,
    setting: impl Fn(String, String) -> Setting,
    out: &mut Draft<'_>,
) {
    if key.starts_with(OF_COMPOSE) {
        out.dropped_as(because, "this label is Docker Compose's own");
    } else if !is_qualified(key) {
        out.dropped_as(because, "this is no key that an annotation can have");
    } else if !secrets_in_variable(key, value).is_empty() || cx.credentials.is_shown_in(value) {
        out.manual_as(because, "it holds a credential, which an annotation would show to everybody");
    } else {
        let because = std::slice::from_ref(because);
        out.decide(
            subject.workload_target(),
            setting(key.to_owned(), value.to_owned()),
            Evidence::Compose,
            because,
        );
    }
}
