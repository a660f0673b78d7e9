//! The report in a few lines, for the end of a run at a terminal.

use std::fmt::Write as _;

use crate::finding::Severity;
use crate::plan::ledger::Outcome;
use crate::report::Report;

/// The summary.
#[must_use]
pub fn summary(report: &Report) -> String {
    let mut text = String::new();
    let outcomes = report.outcomes();
    let total: usize = outcomes.values().sum();
    let each: Vec<String> = Outcome::ALL
        .iter()
        .filter_map(|outcome| Some(format!("{} {}", outcomes.get(outcome)?, outcome.as_str())))
        .collect();
    let _ = writeln!(
        text,
        "{}: {} objects for Kubernetes 1.{}",
        report.project,
        report.objects.len(),
        report.kubernetes
    );
    let _ = writeln!(text, "  lines     {total}: {}", each.join(", "));
    let _ = writeln!(text, "  Pods      {}", pods(report));
    let counts = [(Severity::Error, "error"), (Severity::Warning, "warning"), (Severity::Note, "note")];
    let findings: Vec<String> = counts
        .iter()
        .map(|(severity, word)| (report.count(*severity), word))
        .filter(|(count, _)| *count > 0)
        .map(|(count, word)| format!("{count} {word}{}", if count == 1 { "" } else { "s" }))
        .collect();
    if !findings.is_empty() {
        let _ = writeln!(text, "  findings  {}", findings.join(", "));
    }
    // At `restricted` whatever does not meet that level is an exception; elsewhere what needs more than *baseline*.
    let is_exception = |level: &str| match report.hardening {
        "restricted" => level != "restricted",
        _ => level == "privileged",
    };
    for workload in report.workloads.iter().filter(|workload| is_exception(workload.level)) {
        let reasons = workload.reasons.join("; ");
        let _ = writeln!(
            text,
            "  exception {} {} in {}: {reasons}",
            workload.kind, workload.name, workload.namespace
        );
    }
    text
}

fn pods(report: &Report) -> String {
    let level = |level: &str| report.workloads.iter().filter(|workload| workload.level == level).count();
    let levels = ["restricted", "baseline", "privileged"].map(|name| (level(name), name));
    let said: Vec<String> = levels
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, name)| format!("{count} {name}"))
        .collect();
    if said.is_empty() {
        "none".to_owned()
    } else {
        format!("{} (hardening: {})", said.join(", "), report.hardening)
    }
}
