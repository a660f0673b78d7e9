//! What a run did, for people and for machines.
//!
//! In: the loaded project, the plan, the findings, and the manifests as names of files. Out: one [`Report`], of which each
//! format is made. Every text in it has passed the mask; no value of a secret is in it.

pub mod json;
pub mod summary;

use std::collections::BTreeMap;

use crate::compose::Loaded;
use crate::compose::notes::Fate;
use crate::finding::mask::Mask;
use crate::finding::{Finding, Severity};
use crate::plan::Plan;
use crate::plan::decision::{Evidence, Target};
use crate::plan::ledger::Outcome;
use crate::source::file::SourceMap;
use crate::source::span::Span;

/// Everything there is to report.
#[derive(Clone, Debug)]
pub struct Report {
    /// The project.
    pub project: String,
    /// The minor version of Kubernetes.
    pub kubernetes: u32,
    /// How strict security contexts are.
    pub hardening: &'static str,
    /// Where each workload went.
    pub workloads: Vec<Workload>,
    /// Every object with its file.
    pub objects: Vec<Object>,
    /// Every leaf with what became of it.
    pub leaves: Vec<Leaf>,
    /// What was written and is not in the project, with the reason.
    pub losses: Vec<Lost>,
    /// Every decision.
    pub decisions: Vec<Decision>,
    /// Everything there is to say.
    pub findings: Vec<Told>,
    /// Secrets that must exist, with their keys.
    pub secrets: Vec<Secret>,
    /// What Pods need and nobody writes.
    pub external: Vec<External>,
}

/// An object that Pods need and that is not among the manifests.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct External {
    /// Its kind.
    pub kind: &'static str,
    /// Its name.
    pub name: String,
    /// Why it is not written.
    pub why: &'static str,
}

/// A place in a file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The file.
    pub file: String,
    /// The line, counted from one.
    pub line: usize,
    /// The column, counted from one.
    pub column: usize,
}

/// A workload.
#[derive(Clone, Debug)]
pub struct Workload {
    /// The name of the object.
    pub name: String,
    /// Its kind.
    pub kind: String,
    /// Its namespace.
    pub namespace: String,
    /// The strictest level of Pod Security that its Pods meet.
    pub level: &'static str,
    /// Why it is not stricter.
    pub reasons: Vec<String>,
}

/// An object.
#[derive(Clone, Debug)]
pub struct Object {
    /// Its kind.
    pub kind: String,
    /// Its namespace; empty if it has none.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// Its file in the output.
    pub file: String,
}

/// A leaf of the project.
#[derive(Clone, Debug)]
pub struct Leaf {
    /// Where it stands in the project.
    pub path: String,
    /// Where it was written.
    pub place: Place,
    /// What became of it.
    pub outcome: Outcome,
    /// By which rule.
    pub rule: &'static str,
    /// What differs, what to do, or why it is gone.
    pub says: String,
}

/// What loading used up or left out.
#[derive(Clone, Debug)]
pub struct Lost {
    /// Where it was written.
    pub place: Place,
    /// Why it is gone.
    pub why: &'static str,
}

/// A decision without its value.
#[derive(Clone, Debug)]
pub struct Decision {
    /// The object or container.
    pub target: String,
    /// The place in it.
    pub slot: String,
    /// The rule.
    pub rule: &'static str,
    /// How good the reason is.
    pub evidence: Evidence,
    /// The lines it follows from.
    pub because: Vec<String>,
}

/// A finding.
#[derive(Clone, Debug)]
pub struct Told {
    /// Its id.
    pub id: &'static str,
    /// How much it matters.
    pub severity: Severity,
    /// What is wrong.
    pub title: String,
    /// Where.
    pub place: Option<Place>,
    /// Facts that help to understand.
    pub notes: Vec<String>,
    /// The next step.
    pub help: Option<String>,
    /// Why somebody has accepted it.
    pub accepted: Option<String>,
}

/// A Secret that must exist.
#[derive(Clone, Debug)]
pub struct Secret {
    /// Its namespace.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// Its keys.
    pub keys: Vec<String>,
    /// The lines that start anew what keeps its values, for when they change.
    pub restart: Vec<String>,
}

/// What the stages before the report have to hand over beside the plan.
#[derive(Clone, Debug, Default)]
pub struct Manifests {
    /// The workloads with their levels.
    pub workloads: Vec<Workload>,
    /// The objects with their files.
    pub objects: Vec<Object>,
    /// Secrets that must exist.
    pub secrets: Vec<Secret>,
    /// What Pods need and nobody writes.
    pub external: Vec<External>,
}

/// What words and places are looked up in.
pub struct Ground<'a> {
    /// The project.
    pub loaded: &'a Loaded,
    /// The files.
    pub sources: &'a SourceMap,
    /// The secrets.
    pub mask: &'a Mask,
}

impl Report {
    /// The report of one run.
    #[must_use]
    pub fn new(
        ground: &Ground<'_>,
        plan: &Plan,
        hardening: &'static str,
        manifests: Manifests,
        findings: &[Finding],
    ) -> Self {
        let mut findings: Vec<Told> = findings.iter().map(|finding| ground.told(finding)).collect();
        findings.sort_by(|a, b| {
            let key = |told: &Told| {
                (std::cmp::Reverse(told.severity), told.place.clone(), told.id, told.title.clone())
            };
            key(a).cmp(&key(b))
        });
        findings.dedup_by(|a, b| (a.id, &a.title, &a.place) == (b.id, &b.title, &b.place));
        Self {
            project: plan.project.clone(),
            kubernetes: plan.kubernetes,
            hardening,
            workloads: manifests.workloads,
            objects: manifests.objects,
            secrets: manifests.secrets,
            external: manifests.external,
            leaves: ground.leaves(plan),
            losses: ground.losses(),
            decisions: plan.decisions.iter().map(decision).collect(),
            findings,
        }
    }

    /// How many leaves have each outcome.
    #[must_use]
    pub fn outcomes(&self) -> BTreeMap<Outcome, usize> {
        let mut counts = BTreeMap::new();
        for leaf in &self.leaves {
            *counts.entry(leaf.outcome).or_default() += 1;
        }
        counts
    }

    /// How many findings there are of a severity, those that are accepted left out.
    #[must_use]
    pub fn count(&self, severity: Severity) -> usize {
        self.findings.iter().filter(|told| told.severity == severity && told.accepted.is_none()).count()
    }
}

impl Ground<'_> {
    fn place(&self, span: Span) -> Place {
        let file = self.sources.file(span.file);
        let position = file.position(span.start);
        Place { file: file.name().to_owned(), line: position.line, column: position.column }
    }

    fn masked(&self, text: &str) -> String {
        self.mask.text(text).into_owned()
    }

    fn leaves(&self, plan: &Plan) -> Vec<Leaf> {
        let closed = plan.ledger.iter().filter_map(|(path, closed)| Some((path, closed?)));
        let leaves = closed.map(|(path, closed)| Leaf {
            path: self.masked(&path.to_string()),
            place: self.place(self.loaded.locate(path)),
            outcome: closed.outcome,
            rule: closed.rule,
            says: self.masked(&closed.says),
        });
        leaves.collect()
    }

    fn losses(&self) -> Vec<Lost> {
        let losses = self.loaded.losses.iter();
        let mut losses: Vec<Lost> =
            losses.map(|loss| Lost { place: self.place(loss.span), why: why(loss.fate) }).collect();
        losses.sort_by(|a, b| (&a.place, a.why).cmp(&(&b.place, b.why)));
        losses.dedup_by(|a, b| (&a.place, a.why) == (&b.place, b.why));
        losses
    }

    fn told(&self, finding: &Finding) -> Told {
        Told {
            id: finding.id,
            severity: finding.severity,
            title: self.masked(&finding.title),
            place: finding.labels.first().map(|label| self.place(label.span)),
            notes: finding.notes.iter().map(|note| self.masked(note)).collect(),
            help: finding.help.as_ref().map(|help| self.masked(help)),
            accepted: finding.accepted.as_ref().map(|reason| self.masked(reason)),
        }
    }
}

fn decision(decision: &crate::plan::decision::Decision) -> Decision {
    let target = match &decision.target {
        Target::Workload(name) => format!("workload/{name}"),
        Target::Container { workload, container } => format!("workload/{workload}/container/{container}"),
        Target::InitContainer { workload, container } => format!("workload/{workload}/init/{container}"),
        Target::ServiceAccount(name) => format!("serviceaccount/{name}"),
        Target::ConfigMap(name) => format!("configmap/{name}"),
        Target::Secret(name) => format!("secret/{name}"),
        Target::RuntimeClass(name) => format!("runtimeclass/{name}"),
    };
    Decision {
        target,
        slot: decision.setting.slot(),
        rule: decision.rule,
        evidence: decision.evidence,
        because: decision.because.iter().map(ToString::to_string).collect(),
    }
}

/// The reason of a loss, in words.
fn why(fate: Fate) -> &'static str {
    match fate {
        Fate::Overridden => "a later file, or the service that extends, says otherwise",
        Fate::Replaced => "a later entry of the same list takes its place",
        Fate::Repeated => "the same entry stands there already",
        Fate::NullOverride => "a null changes nothing",
        Fate::EmptyOverride => "an empty mapping or list changes nothing",
        Fate::Reset => "a later file takes it out",
        Fate::Consumed => "it directs the loading",
        Fate::ProfileOff => "its profile is not active",
        Fate::Unused => "nothing that is active refers to it",
        Fate::Empty => "it is empty",
        Fate::OptionalDependency => "its service is switched off and not required",
        Fate::UnsetArgument => "its variable is not set",
    }
}
