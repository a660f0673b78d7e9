//! What several rules need to know about one service or job, worked out once.

use std::collections::BTreeMap;

use crate::compose::Loaded;
use crate::compose::model::container::Container;
use crate::compose::model::service::{Job, Service, Workload};
use crate::facts::dockerfile::Built;
use crate::mapping::images::{Images, Profile};
use crate::mapping::reference::Reference;
use crate::plan::decision::Target;
use crate::plan::name::Names;
use crate::plan::setting::Kind;
use crate::policy::{Hardening, OfService, Policy};
use crate::rules::built;
use crate::rules::kind;
use crate::source::path::ComposePath;

/// A service or job, and what is known about it.
pub struct Subject<'a> {
    /// Its name in the project.
    pub name: &'a str,
    /// The name of its objects.
    pub object: String,
    /// Where it stands in the project.
    pub path: ComposePath,
    /// How its containers run.
    pub container: &'a Container,
    /// What services and jobs have in common beside.
    pub workload: &'a Workload,
    /// The service, if it is one.
    pub service: Option<&'a Service>,
    /// The job, if it is one.
    pub job: Option<&'a Job>,
    /// Its image.
    pub image: Image,
    /// What kind of object runs it, and why.
    pub kind: kind::Choice,
    /// How strict its security context is.
    pub hardening: Hardening,
    /// What the policy says about it.
    pub policy: OfService,
}

/// The image of a service.
#[derive(Clone, Debug)]
pub struct Image {
    /// As it is written, or made up for an image that is built.
    pub written: String,
    /// Taken apart; nothing if it is no reference.
    pub reference: Option<Reference>,
    /// What is wrong with it, if it is no reference.
    pub problem: Option<String>,
    /// Whether Compose builds it.
    pub is_built: bool,
    /// What is known about it: from the catalogue, or from its Dockerfile if Compose builds it.
    pub profile: Option<Profile>,
}

impl<'a> Subject<'a> {
    /// The services and jobs of a project, services first.
    #[must_use]
    pub fn all(loaded: &'a Loaded, policy: &Policy, names: &Names, known: &Known<'_>) -> Vec<Self> {
        let Known { images, built } = *known;
        let project = &loaded.project;
        let services = project.services.iter().filter(|(_, service)| service.provider.is_none()).map(
            |(name, service)| {
                let path = ComposePath::of(["services", name]);
                let parts = Parts {
                    container: &service.container,
                    workload: &service.workload,
                    built: built.get(&path),
                    images,
                };
                Self::new(name, path, &parts, Some(service), None, loaded, policy, names)
            },
        );
        let jobs = project.jobs.iter().map(|(name, job)| {
            let path = ComposePath::of(["jobs", name]);
            let (container, workload) = (&job.container, &job.workload);
            let parts = Parts { container, workload, built: built.get(&path), images };
            Self::new(name, path, &parts, None, Some(job), loaded, policy, names)
        });
        services.chain(jobs).collect()
    }

    #[allow(clippy::too_many_arguments, reason = "all of it is needed to know a service, and only here")]
    fn new(
        name: &'a str,
        path: ComposePath,
        parts: &Parts<'a, '_>,
        service: Option<&'a Service>,
        job: Option<&'a Job>,
        loaded: &Loaded,
        policy: &Policy,
        names: &Names,
    ) -> Self {
        let own = policy.of(name);
        let image = Image::of(name, parts, &own, loaded, policy);
        let kind = kind::choose(name, parts.container, service, job, &image, &own, loaded);
        Self {
            name,
            object: names.get(name),
            path,
            container: parts.container,
            workload: parts.workload,
            service,
            job,
            image,
            kind,
            hardening: policy.hardening_of(name),
            policy: own,
        }
    }

    /// The place of one of its keys.
    #[must_use]
    pub fn at(&self, key: &str) -> ComposePath {
        self.path.key(key)
    }

    /// The place of a key below others.
    #[must_use]
    pub fn below(&self, keys: &[&str]) -> ComposePath {
        keys.iter().fold(self.path.clone(), |path, key| path.key(*key))
    }

    /// Its workload as the target of a decision.
    #[must_use]
    pub fn workload_target(&self) -> Target {
        Target::Workload(self.object.clone())
    }

    /// Its container as the target of a decision.
    #[must_use]
    pub fn container_target(&self) -> Target {
        Target::Container { workload: self.object.clone(), container: self.object.clone() }
    }

    /// What is known about its image.
    #[must_use]
    pub fn profile(&self) -> Option<&Profile> {
        self.image.profile.as_ref()
    }

    /// What kind of object runs it.
    #[must_use]
    pub fn runs_as(&self) -> Kind {
        self.kind.kind
    }
}

/// What is known about images.
#[derive(Clone, Copy, Debug)]
pub struct Known<'a> {
    /// The catalogue.
    pub images: &'a Images,
    /// Those that Compose builds.
    pub built: &'a Dockerfiles,
}

/// What the Dockerfiles of services and jobs say, by the path of the service.
pub type Dockerfiles = BTreeMap<ComposePath, Built>;

struct Parts<'a, 'b> {
    container: &'a Container,
    workload: &'a Workload,
    built: Option<&'b Built>,
    images: &'b Images,
}

impl Image {
    fn of(name: &str, parts: &Parts<'_, '_>, own: &OfService, loaded: &Loaded, policy: &Policy) -> Self {
        let is_built = parts.workload.build.is_some();
        let written = match (&own.image, parts.container.image.as_str()) {
            (Some(image), _) => image.clone(),
            (None, "") => format!("{}/{}-{name}:{}", policy.registry, loaded.project.name, policy.tag),
            (None, image) => image.to_owned(),
        };
        let (reference, problem) = match Reference::parse(&written) {
            Ok(reference) => (Some(reference), None),
            Err(problem) => (None, Some(problem)),
        };
        let profile = match &reference {
            Some(reference) if !is_built || own.image.is_some() => parts.images.profile(reference),
            Some(_) | None => parts.built.and_then(|built| built::profile(built, parts.images)),
        };
        Self { written, reference, problem, is_built, profile }
    }
}
