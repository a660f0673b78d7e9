//! The ledger: every leaf of the loaded project, and what became of it.
//!
//! A leaf is opened once and closed once. What is left open at the end is a bug of ours, and so are two rules that close
//! one leaf differently.

use std::collections::BTreeMap;

use crate::source::path::ComposePath;

/// What became of a leaf.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Outcome {
    /// The manifests say the same.
    Translated,
    /// The manifests say something close.
    Approximated,
    /// A person has to do something.
    Manual,
    /// It has no meaning on a cluster, or there is no field for it.
    Dropped,
    /// Loading used it up.
    Consumed,
}

impl Outcome {
    /// Every outcome, in the order of reports.
    pub const ALL: [Self; 5] =
        [Self::Translated, Self::Approximated, Self::Manual, Self::Dropped, Self::Consumed];

    /// The word for it in reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Translated => "translated",
            Self::Approximated => "approximated",
            Self::Manual => "manual",
            Self::Dropped => "dropped",
            Self::Consumed => "consumed",
        }
    }
}

/// How a leaf was closed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Closed {
    /// What became of it.
    pub outcome: Outcome,
    /// By which rule.
    pub rule: &'static str,
    /// What differs, what to do, or why it is gone; empty if it is translated.
    pub says: String,
}

/// Two rules that close one leaf differently.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contradiction {
    /// The leaf.
    pub path: ComposePath,
    /// Who closed it first.
    pub first: &'static str,
    /// Who closed it otherwise.
    pub second: &'static str,
}

/// A leaf: the key that it belongs to, and what became of it.
#[derive(Clone, Debug)]
struct Leaf {
    key: String,
    closed: Option<Closed>,
}

/// The leaves of a project.
#[derive(Clone, Debug, Default)]
pub struct Ledger {
    leaves: BTreeMap<ComposePath, Leaf>,
    contradictions: Vec<Contradiction>,
}

impl Ledger {
    /// A ledger in which all these leaves are open; with each comes the key that it belongs to.
    #[must_use]
    pub fn open(leaves: impl IntoIterator<Item = (ComposePath, String)>) -> Self {
        let leaves = leaves.into_iter().map(|(path, key)| (path, Leaf { key, closed: None })).collect();
        Self { leaves, contradictions: Vec::new() }
    }

    /// The leaves at and below a path, each with the key that it belongs to.
    pub fn below<'l>(&'l self, path: &'l ComposePath) -> impl Iterator<Item = (&'l ComposePath, &'l str)> {
        let from = self.leaves.range(path..).map(|(path, leaf)| (path, leaf.key.as_str()));
        from.take_while(|(leaf, _)| leaf.steps().starts_with(path.steps()))
    }

    /// Closes one leaf; says whether it was open.
    pub fn close(&mut self, path: &ComposePath, closed: Closed) -> bool {
        let Some(leaf) = self.leaves.get_mut(path) else { return false };
        match &leaf.closed {
            None => {
                leaf.closed = Some(closed);
                return true;
            }
            Some(first) if first.rule == closed.rule || first.outcome == closed.outcome => {}
            Some(first) => self.contradictions.push(Contradiction {
                path: path.clone(),
                first: first.rule,
                second: closed.rule,
            }),
        }
        false
    }

    /// Every leaf with what became of it.
    pub fn iter(&self) -> impl Iterator<Item = (&ComposePath, Option<&Closed>)> {
        self.leaves.iter().map(|(path, leaf)| (path, leaf.closed.as_ref()))
    }

    /// The leaves that nobody closed: there must be none.
    pub fn unclaimed(&self) -> impl Iterator<Item = &ComposePath> {
        self.iter().filter(|(_, closed)| closed.is_none()).map(|(path, _)| path)
    }

    /// Leaves that were closed twice and differently: there must be none.
    #[must_use]
    pub fn contradictions(&self) -> &[Contradiction] {
        &self.contradictions
    }

    /// How many leaves have each outcome.
    #[must_use]
    pub fn counts(&self) -> BTreeMap<Outcome, usize> {
        let mut counts = BTreeMap::new();
        for closed in self.leaves.values().filter_map(|leaf| leaf.closed.as_ref()) {
            *counts.entry(closed.outcome).or_default() += 1;
        }
        counts
    }
}

#[cfg(test)]
mod tests {
    use super::{Closed, Ledger, Outcome};
    use crate::source::path::ComposePath;

    fn closed(rule: &'static str, outcome: Outcome) -> Closed {
        Closed { outcome, rule, says: String::new() }
    }

    #[test]
    fn what_nobody_closes_stays_open() {
        let (image, user) =
            (ComposePath::of(["services", "a", "image"]), ComposePath::of(["services", "a", "user"]));
        let mut ledger = Ledger::open([image.clone(), user.clone()].map(|path| (path, String::new())));
        ledger.close(&image, closed("image", Outcome::Translated));
        ledger.close(&ComposePath::of(["nowhere"]), closed("image", Outcome::Translated));
        assert_eq!(ledger.unclaimed().collect::<Vec<_>>(), [&user]);
        assert_eq!(ledger.below(&ComposePath::of(["services", "a"])).count(), 2);
        assert_eq!(ledger.below(&ComposePath::of(["services", "b"])).count(), 0);
    }

    #[test]
    fn two_rules_that_disagree_are_noticed() {
        let path = ComposePath::of(["services", "a", "image"]);
        let mut ledger = Ledger::open([(path.clone(), String::new())]);
        ledger.close(&path, closed("image", Outcome::Translated));
        ledger.close(&path, closed("build", Outcome::Translated));
        assert!(ledger.contradictions().is_empty());
        ledger.close(&path, closed("build", Outcome::Dropped));
        assert_eq!(ledger.contradictions().len(), 1);
    }
}
