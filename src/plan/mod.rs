//! What will be done, and why: decisions about single places of objects, and the ledger of the leaves they account for.
//!
//! In: what rules decide. Out: a [`Plan`] that `kube` turns into objects and `report` into lines. Rules never see an
//! object: a decision says which place gets which value, because of which lines, by which rule.

pub mod decision;
pub mod digest;
pub mod ledger;
pub mod name;
pub mod setting;

use crate::plan::decision::Decision;
use crate::plan::ledger::Ledger;

/// Everything that was decided for one project.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// The Compose project.
    pub project: String,
    /// The namespace of its objects.
    pub namespace: String,
    /// The minor version of Kubernetes, such as 35 for 1.35.
    pub kubernetes: u32,
    /// Sorted by target and slot.
    pub decisions: Vec<Decision>,
    /// What became of each leaf.
    pub ledger: Ledger,
}
