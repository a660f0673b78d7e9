//! Networking, storage and start order across services: what this version cannot write yet, said leaf by leaf.

use crate::rules::draft::Draft;
use crate::rules::{Context, Rule};
use crate::source::path::ComposePath;

/// Says of each leaf that it is not built yet.
pub(super) struct NotBuiltYet;

impl Rule for NotBuiltYet {
    fn id(&self) -> &'static str {
        "not-built-yet"
    }

    fn project(&self, cx: &Context<'_>, out: &mut Draft<'_>) {
        let mut told = std::collections::BTreeSet::new();
        let is_elsewhere =
            |leaf: &ComposePath| leaf.last_key() == Some("network_mode") && text_at(cx, leaf) == "host";
        for leaf in out.leaves(&ComposePath::root()).into_iter().filter(|leaf| !is_elsewhere(leaf)) {
            // One finding for a key of a service is enough; each of its leaves has its own line in the ledger.
            let key: ComposePath = leaf.steps().iter().take(3).cloned().collect();
            let place = if told.insert(key.clone()) { Some(key) } else { None };
            out.manual_quietly(&leaf, "this version does not write it yet");
            if let Some(key) = place.filter(|key| is_said(cx, key)) {
                out.find(&key, "this version does not write it yet");
            }
        }
    }
}

fn text_at<'c>(cx: &'c Context<'_>, leaf: &ComposePath) -> &'c str {
    cx.loaded.tree.at(leaf).and_then(crate::source::node::Node::as_text).unwrap_or_default()
}

/// What somebody wrote, rather than what loading added, which has the place of what it was added to.
fn is_said(cx: &Context<'_>, key: &ComposePath) -> bool {
    let steps = key.steps();
    let above: ComposePath = steps.iter().take(steps.len().saturating_sub(1)).cloned().collect();
    let (node, above) = (cx.loaded.tree.at(key), cx.loaded.tree.at(&above));
    node.zip(above)
        .is_some_and(|(node, above)| node.span != above.span && !node.is_null() && node.span.start > 0)
}
