//! Which namespace each workload goes to.
//!
//! In: Pods with their levels. Out: the workloads that need a namespace of their own, with the reasons: those that need
//! more than *baseline*, and those that share a claim with them, because a claim is found in one namespace only.

use std::collections::{BTreeMap, BTreeSet};

use crate::kube::level::Level;

/// What placing needs to know of a workload.
pub(super) struct Candidate<'a> {
    pub(super) level: Level,
    pub(super) reasons: &'a [String],
    pub(super) claims: &'a BTreeSet<String>,
}

/// The workloads that move, each with why.
pub(super) fn moving(candidates: &BTreeMap<&str, Candidate<'_>>) -> BTreeMap<String, Vec<String>> {
    let mut users: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (name, candidate) in candidates {
        for claim in candidate.claims {
            users.entry(claim).or_default().push(name);
        }
    }
    let mut moved = BTreeMap::new();
    let mut open: Vec<&str> = Vec::new();
    for (name, candidate) in candidates {
        match candidate.level {
            Level::Privileged => {
                moved.insert((*name).to_owned(), candidate.reasons.to_vec());
                open.push(name);
            }
            Level::Restricted | Level::Baseline => {}
        }
    }
    while let Some(name) = open.pop() {
        let claims = candidates.get(name).into_iter().flat_map(|candidate| candidate.claims);
        for claim in claims {
            // Each claim is followed once: who uses it moves, whoever came first.
            for user in users.remove(claim.as_str()).unwrap_or_default() {
                if !moved.contains_key(user) {
                    moved.insert(
                        user.to_owned(),
                        vec![format!("it shares the claim `{claim}` with `{name}`")],
                    );
                    open.push(user);
                }
            }
        }
    }
    moved
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::{Candidate, moving};
    use crate::kube::level::Level;

    #[test]
    fn who_shares_a_claim_moves_along() {
        let claims =
            |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<BTreeSet<String>>();
        let (none, one, both, other) = (claims(&[]), claims(&["a"]), claims(&["a", "b"]), claims(&["b"]));
        let reasons = vec!["it is privileged".to_owned()];
        let candidate = |level, claims| Candidate { level, reasons: &reasons, claims };
        let candidates = BTreeMap::from([
            ("agent", candidate(Level::Privileged, &one)),
            ("backup", candidate(Level::Restricted, &both)),
            ("db", candidate(Level::Baseline, &other)),
            ("web", candidate(Level::Baseline, &none)),
        ]);
        let moved = moving(&candidates);
        assert!(moved.keys().eq(["agent", "backup", "db"]));
        assert_eq!(moved.get("agent").unwrap(), &reasons);
        assert_eq!(moved.get("db").unwrap(), &["it shares the claim `b` with `backup`"]);
    }
}
