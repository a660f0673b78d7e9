//! Every rule there is, in one list. The order of groups has no meaning; no rule sees what another one decided.

use crate::rules::Rule;
use crate::rules::config;
use crate::rules::health;
use crate::rules::metadata;
use crate::rules::resources;
use crate::rules::security;
use crate::rules::table;
use crate::rules::workload;

/// The rules of each group.
const GROUPS: &[&[&dyn Rule]] = &[
    config::RULES,
    health::RULES,
    metadata::RULES,
    resources::RULES,
    security::RULES,
    table::RULES,
    workload::RULES,
];

/// Every rule.
#[must_use]
pub fn all() -> Vec<&'static dyn Rule> {
    GROUPS.iter().flat_map(|group| group.iter().copied()).collect()
}
