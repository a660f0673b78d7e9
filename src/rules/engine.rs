//! Runs the rules, keeps the ledger, and finds what cannot be: two values for one place, leaves that nobody closed.

use std::collections::BTreeMap;

use crate::finding::Finding;
use crate::mapping::coverage::key_path;
use crate::mapping::rules;
use crate::plan::Plan;
use crate::plan::decision::{Decision, Target};
use crate::plan::ledger::Ledger;
use crate::rules::draft::Draft;
use crate::rules::leaves::leaves;
use crate::rules::{Context, Rule};

/// What came of a run.
pub struct Ran {
    /// What is to be done.
    pub plan: Plan,
    /// What there is to say.
    pub findings: Vec<Finding>,
    /// Bugs of ours, a line each: there must be none.
    pub bugs: Vec<String>,
}

/// Runs rules in the order of the registry.
///
/// # Panics
/// If a rule has no entry in `mappings/rules/`, which a test rules out.
#[must_use]
pub fn run(cx: &Context<'_>, registry: &[&dyn Rule]) -> Ran {
    let leaves = leaves(cx.loaded).into_iter().map(|leaf| {
        let key = key_path(&leaf);
        (leaf, key)
    });
    let mut ledger = Ledger::open(leaves);
    let (mut decisions, mut findings) = (Vec::new(), Vec::new());
    for rule in registry {
        let entry = rules::entry(rule.id()).expect("every rule has an entry");
        let mut draft = Draft {
            entry,
            rule: rule.id(),
            loaded: cx.loaded,
            ledger: &mut ledger,
            decisions: &mut decisions,
            findings: &mut findings,
        };
        rule.project(cx, &mut draft);
        for subject in &cx.subjects {
            rule.service(subject, cx, &mut draft);
        }
    }
    let (decisions, mut bugs) = settled(decisions);
    bugs.extend(ledger_bugs(cx, &ledger));
    let plan = Plan {
        project: cx.loaded.project.name.clone(),
        namespace: crate::plan::name::label(
            cx.policy.namespace.as_deref().unwrap_or(&cx.loaded.project.name),
        ),
        kubernetes: cx.policy.kubernetes,
        decisions,
        ledger,
    };
    Ran { plan, findings, bugs }
}

/// Decisions by place; those that agree become one, those that do not are bugs.
fn settled(decisions: Vec<Decision>) -> (Vec<Decision>, Vec<String>) {
    let mut places: BTreeMap<(Target, String), Decision> = BTreeMap::new();
    let mut bugs = Vec::new();
    for decision in decisions {
        let place = (decision.target.clone(), decision.setting.slot());
        match places.get_mut(&place) {
            None => {
                places.insert(place, decision);
            }
            Some(first) if first.setting == decision.setting => {
                first.because.extend(decision.because);
                first.because.sort();
                first.because.dedup();
                first.evidence = first.evidence.min(decision.evidence);
            }
            Some(first) => bugs.push(format!(
                "rules `{}` and `{}` want different values for {} of {:?}",
                first.rule, decision.rule, place.1, place.0
            )),
        }
    }
    (places.into_values().collect(), bugs)
}

fn ledger_bugs(cx: &Context<'_>, ledger: &Ledger) -> Vec<String> {
    let place = |path| {
        let span = cx.loaded.locate(path);
        format!("{path} (byte {} of file {})", span.start, span.file.0)
    };
    let unclaimed = ledger.unclaimed().map(|path| format!("no rule accounts for {}", place(path)));
    let twice = ledger.contradictions().iter().map(|bug| {
        format!("rules `{}` and `{}` account differently for {}", bug.first, bug.second, place(&bug.path))
    });
    unclaimed.chain(twice).collect()
}
