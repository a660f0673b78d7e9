//! The report as JSON, version 1: own structs, so that the inside may change without changing what machines read.
//!
//! `docs/report-v1.md` describes every field, and a test holds the two together.

use serde::Serialize;

use crate::finding::Severity;
use crate::plan::ledger::Outcome;
use crate::report::{self, Report};

#[derive(Serialize)]
struct V1<'a> {
    report: u32,
    project: &'a str,
    kubernetes: String,
    hardening: &'a str,
    summary: Summary,
    workloads: Vec<Workload<'a>>,
    objects: Vec<Object<'a>>,
    secrets: Vec<Secret<'a>>,
    external: Vec<External<'a>>,
    findings: Vec<Finding<'a>>,
    leaves: Vec<Leaf<'a>>,
    losses: Vec<Lost<'a>>,
    decisions: Vec<Decision<'a>>,
}

#[derive(Serialize)]
struct Summary {
    translated: usize,
    approximated: usize,
    manual: usize,
    dropped: usize,
    consumed: usize,
    errors: usize,
    warnings: usize,
    notes: usize,
    objects: usize,
    pods: Pods,
}

#[derive(Serialize)]
struct Pods {
    restricted: usize,
    baseline: usize,
    privileged: usize,
}

#[derive(Serialize)]
struct Workload<'a> {
    name: &'a str,
    kind: &'a str,
    namespace: &'a str,
    level: &'a str,
    reasons: &'a [String],
}

#[derive(Serialize)]
struct Object<'a> {
    kind: &'a str,
    namespace: &'a str,
    name: &'a str,
    file: &'a str,
}

#[derive(Serialize)]
struct Secret<'a> {
    namespace: &'a str,
    name: &'a str,
    keys: &'a [String],
    restart: &'a [String],
}

#[derive(Serialize)]
struct External<'a> {
    kind: &'a str,
    name: &'a str,
    why: &'a str,
}

#[derive(Serialize)]
struct Place<'a> {
    file: &'a str,
    line: usize,
    column: usize,
}

#[derive(Serialize)]
struct Finding<'a> {
    id: &'a str,
    severity: &'a str,
    title: &'a str,
    place: Option<Place<'a>>,
    notes: &'a [String],
    help: Option<&'a str>,
    accepted: Option<&'a str>,
}

#[derive(Serialize)]
struct Leaf<'a> {
    path: &'a str,
    place: Place<'a>,
    outcome: &'a str,
    rule: &'a str,
    says: &'a str,
}

#[derive(Serialize)]
struct Lost<'a> {
    place: Place<'a>,
    why: &'a str,
}

#[derive(Serialize)]
struct Decision<'a> {
    target: &'a str,
    slot: &'a str,
    rule: &'a str,
    evidence: &'a str,
    because: &'a [String],
}

/// The report as JSON text.
#[must_use]
pub fn json(report: &Report) -> String {
    let v1 = V1 {
        report: 1,
        project: &report.project,
        kubernetes: format!("1.{}", report.kubernetes),
        hardening: report.hardening,
        summary: summary(report),
        workloads: report.workloads.iter().map(workload).collect(),
        objects: report.objects.iter().map(object).collect(),
        secrets: report.secrets.iter().map(secret).collect(),
        external: report.external.iter().map(external).collect(),
        findings: report.findings.iter().map(finding).collect(),
        leaves: report.leaves.iter().map(leaf).collect(),
        losses: report.losses.iter().map(|lost| Lost { place: place(&lost.place), why: lost.why }).collect(),
        decisions: report.decisions.iter().map(decision).collect(),
    };
    serde_json::to_string_pretty(&v1).unwrap_or_default() + "\n"
}

fn summary(report: &Report) -> Summary {
    let outcomes = report.outcomes();
    let outcome = |outcome: Outcome| outcomes.get(&outcome).copied().unwrap_or_default();
    let level = |level: &str| report.workloads.iter().filter(|workload| workload.level == level).count();
    Summary {
        translated: outcome(Outcome::Translated),
        approximated: outcome(Outcome::Approximated),
        manual: outcome(Outcome::Manual),
        dropped: outcome(Outcome::Dropped),
        consumed: outcome(Outcome::Consumed),
        errors: report.count(Severity::Error),
        warnings: report.count(Severity::Warning),
        notes: report.count(Severity::Note),
        objects: report.objects.len(),
        pods: Pods {
            restricted: level("restricted"),
            baseline: level("baseline"),
            privileged: level("privileged"),
        },
    }
}

fn workload(workload: &report::Workload) -> Workload<'_> {
    Workload {
        name: &workload.name,
        kind: &workload.kind,
        namespace: &workload.namespace,
        level: workload.level,
        reasons: &workload.reasons,
    }
}

fn object(object: &report::Object) -> Object<'_> {
    Object { kind: &object.kind, namespace: &object.namespace, name: &object.name, file: &object.file }
}

fn secret(secret: &report::Secret) -> Secret<'_> {
    let report::Secret { namespace, name, keys, restart } = secret;
    Secret { namespace, name, keys, restart }
}

fn external(external: &report::External) -> External<'_> {
    External { kind: external.kind, name: &external.name, why: external.why }
}

fn place(place: &report::Place) -> Place<'_> {
    Place { file: &place.file, line: place.line, column: place.column }
}

fn finding(told: &report::Told) -> Finding<'_> {
    let severity = match told.severity {
        Severity::Note => "note",
        Severity::Warning => "warning",
        Severity::Error => "error",
    };
    Finding {
        id: told.id,
        severity,
        title: &told.title,
        place: told.place.as_ref().map(place),
        notes: &told.notes,
        help: told.help.as_deref(),
        accepted: told.accepted.as_deref(),
    }
}

fn leaf(leaf: &report::Leaf) -> Leaf<'_> {
    Leaf {
        path: &leaf.path,
        place: place(&leaf.place),
        outcome: leaf.outcome.as_str(),
        rule: leaf.rule,
        says: &leaf.says,
    }
}

fn decision(decision: &report::Decision) -> Decision<'_> {
    Decision {
        target: &decision.target,
        slot: &decision.slot,
        rule: decision.rule,
        evidence: decision.evidence.as_str(),
        because: &decision.because,
    }
}
