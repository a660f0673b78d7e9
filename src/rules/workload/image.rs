//! `image`, `build` without `image`, and `pull_policy`: what a container runs, by its full name.

use std::collections::BTreeSet;

use crate::finding::Severity;
use crate::plan::decision::Evidence;
use crate::plan::setting::{ContainerSetting, Setting};
use crate::rules::draft::Draft;
use crate::rules::subject::Subject;
use crate::rules::{Context, Rule};

/// Sets the image and when it is pulled.
pub(super) struct ImageReference;

impl Rule for ImageReference {
    fn id(&self) -> &'static str {
        "image-reference"
    }

    /// Compose uses the logins of whoever started it; a cluster has none.
    fn project(&self, cx: &Context<'_>, out: &mut Draft<'_>) {
        let mut told = BTreeSet::new();
        for subject in cx.subjects.iter().filter(|_| cx.policy.pull_secrets.is_empty()) {
            let Some(reference) = &subject.image.reference else { continue };
            let registry = reference.registry.as_str();
            if is_public(registry) || !told.insert(registry) {
                continue;
            }
            let title = format!("nodes may need a login for the registry `{registry}`");
            let help = format!(
                "`kubectl create secret docker-registry NAME --docker-server={registry}` with user and password makes one; \
                 name it in `pull-secrets` of cutover.yaml"
            );
            out.find_with(Severity::Note, &subject.at("image"), &title, &help);
        }
    }

    fn service(&self, subject: &Subject<'_>, _cx: &Context<'_>, out: &mut Draft<'_>) {
        let (image, path) = (&subject.image, subject.at("image"));
        let because = if subject.container.image.is_empty() { subject.at("build") } else { path.clone() };
        if let Some(problem) = &image.problem {
            let title = format!("no image can have this name: {problem}");
            out.find_with(
                Severity::Error,
                &because,
                &title,
                "correct the name, or set `image` of the service in cutover.yaml",
            );
        }
        let name = image.reference.as_ref().map_or_else(|| image.written.clone(), ToString::to_string);
        let evidence = if subject.policy.image.is_some() { Evidence::Policy } else { Evidence::Compose };
        let setting = Setting::Container(ContainerSetting::Image(name.clone()));
        out.decide(subject.container_target(), setting, evidence, std::slice::from_ref(&because));
        moving_tag(subject, &name, &because, out);
        out.translated(&path);
        pull_policy(subject, out);
    }
}

/// Registries that give images to everybody.
const PUBLIC: &[&str] = &[
    "docker.elastic.co",
    "docker.io",
    "gcr.io",
    "ghcr.io",
    "lscr.io",
    "mcr.microsoft.com",
    "public.ecr.aws",
    "quay.io",
    "registry.k8s.io",
];

/// Whether a registry gives images to everybody, or stands for the nodes themselves.
fn is_public(registry: &str) -> bool {
    let is_local = registry.starts_with("localhost") || registry.starts_with("127.");
    is_local || PUBLIC.contains(&registry) || registry.ends_with(".docker.scarf.sh")
}

/// A tag that means another image tomorrow.
fn moving_tag(
    subject: &Subject<'_>,
    name: &str,
    because: &crate::source::path::ComposePath,
    out: &mut Draft<'_>,
) {
    let Some(reference) = &subject.image.reference else { return };
    if reference.digest.is_none() && reference.effective_tag() == Some("latest") && !subject.image.is_built {
        let title = format!("`{name}` is another image tomorrow");
        out.find_as(
            Severity::Warning,
            because,
            &title,
            "the tag `latest` is pulled again at every start of a Pod",
        );
    }
}

fn pull_policy(subject: &Subject<'_>, out: &mut Draft<'_>) {
    let (written, path) = (subject.container.pull_policy.as_str(), subject.at("pull_policy"));
    let policy = match written {
        "always" | "daily" | "weekly" | "refresh" => Some("Always"),
        "never" => Some("Never"),
        "missing" | "if_not_present" | "build" => Some("IfNotPresent"),
        _ if written.starts_with("every_") => Some("Always"),
        // Images that are built here are imported into the nodes, and no registry knows them.
        "" if subject.image.is_built && subject.policy.image.is_none() => Some("IfNotPresent"),
        _ => None,
    };
    if let Some(policy) = policy {
        let evidence = if written.is_empty() { Evidence::Default } else { Evidence::Compose };
        let because = if written.is_empty() { subject.at("build") } else { path.clone() };
        let setting = Setting::Container(ContainerSetting::PullPolicy(policy.to_owned()));
        out.decide(subject.container_target(), setting, evidence, &[because]);
    }
    match written {
        "always" | "never" | "missing" | "if_not_present" => out.translated(&path),
        _ => out.approximated(&path),
    }
}
