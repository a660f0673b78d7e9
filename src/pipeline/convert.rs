//! A project to manifests: every stage in order, nothing written.

use std::path::{Path, PathBuf};

use crate::compose::input::Request;
use crate::compose::model::resource::FileObject;
use crate::compose::{self, Loaded};
use crate::facts::dockerfile;
use crate::finding::Finding;
use crate::finding::suggest::nearest;
use crate::graph::build;
use crate::kube::{self, Assembled, comments};
use crate::mapping::images::Images;
use crate::mapping::security::Security;
use crate::pipeline::accept::accept;
use crate::pipeline::{Outcome, Written, mappings};
use crate::plan::Plan;
use crate::plan::decision::{Decision, Evidence};
use crate::plan::name::{MAX_LABEL, MAX_WORKLOAD, Names};
use crate::policy::{Hardening, Policy, Secrets, read};
use crate::rules::config::credentials::Credentials;
use crate::rules::config::files::hidden_configs;
use crate::rules::subject::{Dockerfiles, Known, Subject};
use crate::rules::{Context, Files, Rule, engine, registry};
use crate::source::file::{FileSystem, Kind, SourceMap};
use crate::source::node::Node;
use crate::source::path::ComposePath;
use crate::source::yaml::Document;

/// What is asked for.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// The project.
    pub request: Request,
    /// A file with settings; `cutover.yaml` beside the Compose file unless one is named.
    pub policy_file: Option<PathBuf>,
    /// A folder with tables that are put on top of those in the program.
    pub mappings: Option<PathBuf>,
    /// Settings as `KEY=VALUE`, which win over all others.
    pub set: Vec<String>,
    /// The day, as a year, a month and a day with dashes; without one no accepted finding is over.
    pub today: Option<String>,
    /// Whether each place of an object says which rule and which line it comes from.
    pub comments: bool,
}

/// What came of it.
#[derive(Debug)]
pub struct Converted {
    /// The project.
    pub loaded: Loaded,
    /// The settings.
    pub policy: Policy,
    /// What was decided.
    pub plan: Plan,
    /// The objects.
    pub assembled: Assembled,
    /// Objects that Pods need and that are not among the manifests: kind, name, and why.
    pub external: Vec<(&'static str, String, &'static str)>,
    /// Bugs of ours, a line each: there must be none.
    pub bugs: Vec<String>,
}

impl Written for Converted {
    fn trees(&self) -> (&[Document], &Node) {
        (&self.loaded.written, &self.loaded.tree)
    }
}

/// Converts a project.
#[must_use]
pub fn convert(asked: &Asked, disk: Box<dyn FileSystem>) -> Outcome<Converted> {
    convert_with(asked, disk, &registry::all())
}

/// Converts a project with some of the rules only, which must not do: it shows what each of them accounts for.
#[must_use]
pub fn convert_with(asked: &Asked, disk: Box<dyn FileSystem>, rules: &[&dyn Rule]) -> Outcome<Converted> {
    let request = &asked.request;
    let mut sources = SourceMap::new(disk, request.working_directory.clone());
    let (result, findings) = match compose::load(request, &mut sources) {
        Ok(mut loaded) => {
            let mut findings = std::mem::take(&mut loaded.findings);
            let converted = of_loaded(loaded, asked, rules, &mut sources, &mut findings);
            (converted, findings)
        }
        Err(findings) => (None, findings),
    };
    Outcome { result, findings, sources, process: request.process.clone() }
}

fn of_loaded(
    loaded: Loaded,
    asked: &Asked,
    rules: &[&dyn Rule],
    sources: &mut SourceMap,
    findings: &mut Vec<Finding>,
) -> Option<Converted> {
    let policy = policy(&loaded, asked, sources, findings);
    let own = asked.mappings.as_ref().map(|folder| mappings::images(folder, sources, findings));
    if findings.iter().any(Finding::stops) {
        return None;
    }
    let graph = build::build(&loaded, sources);
    let files = files(&loaded, sources);
    let project = &loaded.project;
    let runs = project.services.keys().chain(project.jobs.keys()).map(String::as_str);
    let workloads = Names::allocate(runs, MAX_WORKLOAD);
    let external = external(&loaded, &files);
    let known = Known {
        images: own.as_ref().unwrap_or_else(|| Images::embedded()),
        built: &dockerfiles(&loaded, sources),
    };
    let subjects = Subject::all(&loaded, &policy, &workloads, &known);
    let (configs, secrets) = (object_names(&project.configs), object_names(&project.secrets));
    let taken = project.secrets.keys().chain(project.configs.keys()).map(|name| secrets.get(name)).collect();
    let credentials = Credentials::of(&subjects, &taken);
    let hidden_configs = hidden_configs(&loaded, &files, &credentials);
    let ran = {
        let cx = Context {
            loaded: &loaded,
            graph: &graph,
            policy: &policy,
            files: &files,
            configs,
            secrets,
            hidden_configs,
            credentials,
            workloads: workloads.clone(),
            subjects,
        };
        engine::run(&cx, rules)
    };
    findings.extend(ran.findings);
    let mut assembled = kube::assemble(&ran.plan, &options(&policy, &ran.plan));
    if asked.comments {
        let say = |decision: &Decision| origin(decision, &loaded, sources);
        comments::comment(&mut assembled.objects, &ran.plan.decisions, say);
    }
    findings.extend(assembled.findings.iter().map(|remark| placed(remark, &loaded, &workloads)));
    accept(findings, &policy.accept, &loaded, asked.today.as_deref());
    let bugs = ran.bugs.into_iter().chain(assembled.bugs.iter().cloned()).collect();
    Some(Converted { plan: ran.plan, assembled, bugs, external, policy, loaded })
}

/// Objects are called as the engine would call them, without the project in front.
fn object_names(objects: &indexmap::IndexMap<String, FileObject>) -> Names {
    Names::allocate(objects.keys().map(String::as_str), MAX_LABEL)
}

fn options(policy: &Policy, plan: &Plan) -> kube::Options {
    let sysctls = &Security::embedded().sysctls;
    kube::Options {
        isolate: (policy.hardening != Hardening::Compatible)
            .then(|| format!("{}-privileged", plan.namespace)),
        secrets: match policy.secrets {
            Secrets::File => kube::Secrets::File,
            Secrets::Inline => kube::Secrets::Inline,
            Secrets::Names => kube::Secrets::Names,
            Secrets::External => kube::Secrets::External,
        },
        store: kube::Store { name: policy.store.name.clone(), kind: policy.store.kind.clone() },
        safe_sysctls: sysctls.safe(plan.kubernetes).map(str::to_owned).collect(),
        ..kube::Options::default()
    }
}

/// A finding about an object is about the service that it comes from.
fn placed(remark: &kube::Remark, loaded: &Loaded, names: &Names) -> Finding {
    let project = &loaded.project;
    let runs = || {
        let services = project.services.keys().map(|name| ("services", name));
        services.chain(project.jobs.keys().map(|name| ("jobs", name)))
    };
    let workload = remark.about.workload().unwrap_or_default();
    let owner = runs().find(|(_, name)| names.get(name) == workload);
    let path = owner.map_or_else(ComposePath::root, |(section, name)| ComposePath::of([section, name]));
    let finding = remark.finding.clone();
    if finding.labels.is_empty() { finding.at(loaded.locate(&path), "") } else { finding }
}

/// The rule and the lines behind a decision, and what it rests on if that is not Compose.
fn origin(decision: &Decision, loaded: &Loaded, sources: &SourceMap) -> String {
    let places = decision.because.iter().map(|path| {
        let span = loaded.locate(path);
        let file = sources.file(span.file);
        format!("{}:{}", file.name().escape_debug(), file.position(span.start).line)
    });
    let evidence = Some(decision.evidence.as_str().to_owned());
    let evidence = evidence.filter(|_| decision.evidence != Evidence::Compose || decision.because.is_empty());
    let mut parts = vec![decision.rule.to_owned()];
    parts.extend(places.chain(evidence));
    parts.dedup();
    parts.join(", ")
}

/// What the Dockerfiles say that Compose builds images from; one that cannot be read says nothing.
fn dockerfiles(loaded: &Loaded, sources: &SourceMap) -> Dockerfiles {
    let project = &loaded.project;
    let services = project.services.iter().map(|(name, service)| ("services", name, &service.workload.build));
    let jobs = project.jobs.iter().map(|(name, job)| ("jobs", name, &job.workload.build));
    let built = services.chain(jobs).filter_map(|(section, name, build)| {
        let build = build.as_ref()?;
        let text = if build.dockerfile_inline.is_empty() {
            let file = if build.dockerfile.is_empty() { "Dockerfile" } else { &build.dockerfile };
            String::from_utf8(sources.bytes(&Path::new(&build.context).join(file)).ok()?).ok()?
        } else {
            build.dockerfile_inline.clone()
        };
        let arguments = build.args.0.iter();
        let arguments = arguments.filter_map(|(name, value)| Some((name.clone(), value.clone()?))).collect();
        let built = dockerfile::read(&text, &build.target, &arguments)?;
        Some((ComposePath::of([section, name]), built))
    });
    built.collect()
}

/// The secrets and configs that are external, and those whose content is not here.
fn external(loaded: &Loaded, files: &Files) -> Vec<(&'static str, String, &'static str)> {
    let project = &loaded.project;
    let sections = [("secrets", "Secret", &project.secrets), ("configs", "ConfigMap", &project.configs)];
    let objects = sections.into_iter().flat_map(|(section, kind, objects)| {
        let names = object_names(objects);
        objects.iter().filter_map(move |(name, object)| {
            let is_unset =
                !object.environment.is_empty() && loaded.environment.value(&object.environment).is_none();
            let is_unread = files.get(&format!("{section}.{name}")).is_some_and(Option::is_none);
            let why = match () {
                () if object.external => "Compose calls it external",
                () if is_unread => "its file cannot be read",
                () if is_unset => "its variable is not set",
                () => return None,
            };
            Some((kind, names.get(name), why))
        })
    });
    objects.collect()
}

/// What the files of secrets and configs hold.
fn files(loaded: &Loaded, sources: &SourceMap) -> Files {
    let project = &loaded.project;
    let sections = [("secrets", &project.secrets), ("configs", &project.configs)];
    let objects = sections.into_iter().flat_map(|(section, objects)| {
        objects.iter().map(move |(name, object)| (format!("{section}.{name}"), object))
    });
    let with_file = objects.filter(|(_, object)| !object.external && !object.file.is_empty());
    with_file.map(|(key, object)| (key, sources.bytes(Path::new(&object.file)).ok())).collect()
}

/// The settings: `x-cutover` of the Compose files, then `cutover.yaml`, then the command line.
fn policy(loaded: &Loaded, asked: &Asked, sources: &mut SourceMap, findings: &mut Vec<Finding>) -> Policy {
    let mut policy = Policy::default();
    if let Some(tree) = loaded.tree.at(&ComposePath::of(["x-cutover"])) {
        read::project(&mut policy, tree, findings);
    }
    for name in loaded.project.services.keys() {
        if let Some(tree) = loaded.tree.at(&ComposePath::of(["services", name, "x-cutover"])) {
            read::service(&mut policy, name, tree, findings);
        }
    }
    if let Some(tree) = policy_file(loaded, asked, sources, findings) {
        read::project(&mut policy, &tree, findings);
        unknown_services(loaded, &tree, findings);
    }
    for written in &asked.set {
        if let Err(problem) = read::set(&mut policy, written) {
            findings.push(Finding::misused("bad-setting", format!("--set {problem}")));
        }
    }
    for name in policy
        .services
        .keys()
        .filter(|name| asked.set.iter().any(|set| set.starts_with(&format!("services.{name}."))))
    {
        findings.extend(unknown_service(loaded, name));
    }
    policy
}

fn policy_file(
    loaded: &Loaded,
    asked: &Asked,
    sources: &mut SourceMap,
    findings: &mut Vec<Finding>,
) -> Option<Node> {
    let beside = loaded.input.project_directory.join("cutover.yaml");
    let path = match &asked.policy_file {
        Some(path) => path.clone(),
        None if sources.kind(&beside) == Some(Kind::File) => beside,
        None => return None,
    };
    mappings::table(&path, sources, findings)
}

/// A service that is nowhere in the project has settings for nothing.
fn unknown_services(loaded: &Loaded, tree: &Node, findings: &mut Vec<Finding>) {
    let services = tree.as_map().and_then(|map| map.get("services")).and_then(Node::as_map);
    for (name, entry) in services.into_iter().flat_map(|map| map.iter()) {
        findings.extend(unknown_service(loaded, name).map(|finding| finding.at(entry.key, "")));
    }
}

fn unknown_service(loaded: &Loaded, name: &str) -> Option<Finding> {
    let project = &loaded.project;
    let known = || {
        let active = project.services.keys().chain(project.jobs.keys());
        active.chain(project.disabled_services.keys()).chain(project.disabled_jobs.keys()).map(String::as_str)
    };
    if known().any(|service| service == name) {
        return None;
    }
    let finding = Finding::misused("unknown-service", format!("the project has no service `{name}`"));
    Some(match nearest(name, known()) {
        Some(meant) => finding.help(format!("did you mean `{meant}`?")),
        None => finding.help("take these settings out"),
    })
}
