//! Rules that only carry out the table of coverage: keys for which no object has a place.

mod by_hand;
mod no_equivalent;

use crate::rules::Rule;

/// The rules of this group, by name.
pub(super) const RULES: &[&dyn Rule] = &[&by_hand::ByHand, &no_equivalent::NoEquivalent];
