//! Keys for which nothing safe can be written: the row of each says what a person has to do.

use std::collections::BTreeSet;

use crate::mapping::coverage::key_path;
use crate::rules::draft::Draft;
use crate::rules::{Context, Rule};
use crate::source::path::{ComposePath, Step};

/// Leaves keys to a person.
pub(super) struct ByHand;

impl Rule for ByHand {
    fn id(&self) -> &'static str {
        "by-hand"
    }

    fn project(&self, _cx: &Context<'_>, out: &mut Draft<'_>) {
        let mut told = BTreeSet::new();
        for leaf in out.leaves(&ComposePath::root()) {
            // What is to be done about a list is to be done once.
            let owner: Vec<Step> = leaf.steps().iter().take(2).cloned().collect();
            if told.insert((owner, key_path(&leaf))) {
                out.manual(&leaf);
            } else {
                out.manual_again(&leaf);
            }
        }
    }
}
