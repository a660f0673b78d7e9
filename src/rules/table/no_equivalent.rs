//! Keys that mean nothing on a cluster: the row of each says why.

use crate::rules::draft::Draft;
use crate::rules::{Context, Rule};
use crate::source::path::ComposePath;

/// Drops what has no meaning.
pub(super) struct NoEquivalent;

impl Rule for NoEquivalent {
    fn id(&self) -> &'static str {
        "no-equivalent"
    }

    fn project(&self, _cx: &Context<'_>, out: &mut Draft<'_>) {
        for leaf in out.leaves(&ComposePath::root()) {
            out.dropped(&leaf);
        }
    }
}
