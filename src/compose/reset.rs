//! The tags `!reset` and `!override`: what they take out of the model that was read before.
//!
//! In: one YAML document as parsed. Out: the nodes that are not part of it, and the paths to clear in what came before.
//! The walk also holds Docker Compose's cap on the number of nodes.

use std::collections::{BTreeSet, HashMap, HashSet};

use crate::compose::notes::{Fate, Notes};
use crate::finding::Finding;
use crate::finding::suggest::nearest;
use crate::source::node::Node;
use crate::source::span::Span;
use crate::source::yaml::{Document, Kind, NodeId, RawNode};

/// Docker Compose's own cap on the nodes of a document.
pub const MAX_NODES: usize = 100_000;

/// The tags that Docker Compose gives a meaning.
const KNOWN: [&str; 2] = ["!reset", "!override"];

/// No document is nested so deep; what is stands in itself by a merge key, and would be walked for ever.
const MAX_DEPTH: usize = 1_000;

/// A place to clear, and the tag that asks for it.
type Clear = (Vec<String>, Span);

/// What the tags of one document ask for.
#[derive(Clone, Debug, Default)]
pub struct Resets {
    /// Nodes that stand for a removal and are no values.
    pub dropped: HashSet<NodeId>,
    /// Places to clear in earlier models, with the tag that asks for it.
    clears: Vec<Clear>,
    /// The tags `!reset`; an `!override` also has a value of its own, and loses nothing if there was none before.
    pub tags: Vec<Span>,
}

/// Reads the tags of a document.
///
/// # Errors
/// Too many nodes, or an alias inside of what it stands for.
pub fn collect(document: &Document, max_nodes: usize) -> Result<Resets, Box<Finding>> {
    if is_walked_in_vain(document, max_nodes) {
        return Ok(Resets::default());
    }
    let mut walk = Walk {
        document,
        max_nodes,
        visits: 0,
        depth: 0,
        path: Vec::new(),
        resolved: HashMap::new(),
        alias_paths: HashMap::new(),
        resets: Resets::default(),
    };
    walk.visit(document.root())?;
    let mut resets = walk.resets;
    for at in 0..resets.clears.len() {
        let Some((path, span)) = resets.clears.get(at).cloned() else { continue };
        let promoted = crate::compose::promote::promoted_path(&path);
        if promoted != path {
            resets.clears.push((promoted, span));
        }
    }
    Ok(resets)
}

/// Whether there is neither a tag to take nor an alias to follow, nor a cap to hold.
fn is_walked_in_vain(document: &Document, max_nodes: usize) -> bool {
    let takes_part = |node: &RawNode| node.tag.is_some() || matches!(node.kind, Kind::Alias(_));
    document.nodes().len() <= max_nodes && !document.nodes().any(takes_part)
}

impl Resets {
    /// Clears the places in a model that was read before.
    pub fn apply(&self, earlier: &mut Node, notes: &mut Notes) {
        for (path, tag) in &self.clears {
            if let Some((last, parents)) = path.split_last()
                && let Some(parent) =
                    parents.iter().try_fold(&mut *earlier, |node, key| node.as_map_mut()?.get_mut(key))
                && let Some(entry) = parent.as_map_mut().and_then(|map| map.remove(last))
            {
                notes.lose(entry.key, Fate::Reset, Some(*tag));
                notes.lose(entry.node.span, Fate::Reset, Some(*tag));
            }
        }
    }

    /// The same, where `earlier` is the part of a model that stands below `prefix`.
    pub fn apply_below(&self, prefix: &[&str], earlier: &mut Node, notes: &mut Notes) {
        let below = self.clears.iter().filter_map(|(path, tag)| {
            let matches = path.len() > prefix.len() && path.iter().zip(prefix).all(|(a, b)| a == b);
            matches.then(|| (path.get(prefix.len()..).unwrap_or_default().to_vec(), *tag))
        });
        Self { clears: below.collect(), ..Self::default() }.apply(earlier, notes);
    }
}

/// Tells of tags that neither YAML nor Docker Compose knows: the value stays as if they were not there.
pub fn tell_unknown_tags(document: &Document, notes: &mut Notes) {
    for tag in document.nodes().filter_map(|node| node.tag.as_ref()) {
        let is_custom = tag.text.starts_with('!') && !tag.text.starts_with("!!") && tag.text.len() > 1;
        if !is_custom || KNOWN.contains(&tag.text.as_str()) {
            continue;
        }
        let title = format!("Docker Compose knows no tag `{}`, and passes over it", tag.text);
        let finding = Finding::warning("unknown-tag", title).at(tag.span, "without effect");
        notes.tell(match nearest(&tag.text, KNOWN.into_iter()) {
            Some(near) => finding.help(format!("did you mean `{near}`?")).replace(tag.span, near),
            None => finding.help("take it out; `!reset` and `!override` are known"),
        });
    }
}

/// Tells each `!reset` that took nothing out in the whole run.
pub fn tell_idle(tags: &BTreeSet<Span>, notes: &mut Notes) {
    let resets = notes.losses.iter().filter(|loss| loss.fate == Fate::Reset);
    let used: BTreeSet<Span> = resets.filter_map(|loss| loss.by).collect();
    for tag in tags.difference(&used) {
        let finding = Finding::warning("idle-reset", "this `!reset` takes nothing out")
            .at(*tag, "no earlier value stands here")
            .help("correct the path, or remove the line");
        notes.tell(finding);
    }
}

struct Walk<'d> {
    document: &'d Document,
    max_nodes: usize,
    visits: usize,
    depth: usize,
    path: Vec<&'d str>,
    /// Containers that were walked, with the tagged places below them.
    resolved: HashMap<NodeId, Vec<Clear>>,
    alias_paths: HashMap<NodeId, Vec<Vec<String>>>,
    resets: Resets,
}

/// Indices of list items as path words; longer lists share the last one, as no list item can be cleared anyway.
const ITEM: &str = "[]";

impl<'d> Walk<'d> {
    fn visit(&mut self, id: NodeId) -> Result<(), Box<Finding>> {
        self.visits += 1;
        let node = self.document.node(id);
        if self.visits > self.max_nodes || self.depth > MAX_DEPTH {
            let title = format!("compose file exceeds maximum node visit limit ({})", self.max_nodes);
            let finding = Finding::refused("too-many-nodes", title)
                .at(node.span, "the limit is reached here")
                .help("Docker Compose has this limit too; `--max-nodes` lifts it for cutover alone");
            return Err(Box::new(finding));
        }
        if self.take_tag(id, id) {
            return Ok(());
        }
        match &node.kind {
            Kind::Alias(target) => {
                self.check_cycle(*target, node.span)?;
                if !self.take_tag(*target, id) {
                    self.container(*target)?;
                }
                Ok(())
            }
            Kind::Sequence(_) | Kind::Mapping(_) => self.container(id),
            Kind::Scalar { .. } => Ok(()),
        }
    }

    /// Notes a `!reset` or `!override` of `tagged`; `used` is the node that a reset takes out.
    fn take_tag(&mut self, tagged: NodeId, used: NodeId) -> bool {
        let Some(tag) = &self.document.node(tagged).tag else { return false };
        let is_reset = match tag.text.as_str() {
            "!reset" => true,
            "!override" => false,
            _ => return false,
        };
        self.resets.clears.push((self.owned_path(), tag.span));
        if is_reset {
            self.resets.tags.push(tag.span);
            self.resets.dropped.insert(used);
        }
        true
    }

    fn container(&mut self, id: NodeId) -> Result<(), Box<Finding>> {
        self.depth += 1;
        let walked = self.children(id);
        self.depth -= 1;
        walked
    }

    fn children(&mut self, id: NodeId) -> Result<(), Box<Finding>> {
        if let Some(below) = self.resolved.get(&id) {
            let base = self.owned_path();
            let again = below.iter().map(|(rest, span)| ([base.clone(), rest.clone()].concat(), *span));
            self.resets.clears.extend(again.collect::<Vec<_>>());
            return Ok(());
        }
        let first = self.resets.clears.len();
        let document = self.document;
        match &document.node(id).kind {
            Kind::Sequence(items) => {
                for item in items {
                    self.path.push(ITEM);
                    self.visit(*item)?;
                    self.path.pop();
                }
            }
            Kind::Mapping(entries) => {
                for (key, value) in entries {
                    let pushed = match &document.node(*key).kind {
                        Kind::Scalar { text, .. } if text != "<<" || self.path.is_empty() => {
                            self.path.push(text);
                            true
                        }
                        Kind::Scalar { .. } | Kind::Sequence(_) | Kind::Mapping(_) | Kind::Alias(_) => false,
                    };
                    self.visit(*value)?;
                    if pushed {
                        self.path.pop();
                    }
                }
            }
            Kind::Scalar { .. } | Kind::Alias(_) => {}
        }
        let depth = self.path.len();
        let added = self.resets.clears.get(first..).unwrap_or_default();
        let below = added.iter().map(|(path, span)| (path.get(depth..).unwrap_or_default().to_vec(), *span));
        self.resolved.insert(id, below.collect());
        Ok(())
    }

    fn owned_path(&self) -> Vec<String> {
        self.path.iter().map(|word| (*word).to_owned()).collect()
    }

    /// An alias that was met at a path above or below this one stands inside of what it stands for.
    fn check_cycle(&mut self, target: NodeId, span: Span) -> Result<(), Box<Finding>> {
        let path = self.owned_path();
        let known = self.alias_paths.entry(target).or_default();
        let nested = |other: &&Vec<String>| {
            **other != path
                && (path.starts_with(other) || other.starts_with(&path))
                && !in_two_services(&path, other)
        };
        if let Some(other) = known.iter().find(nested) {
            let title = format!(
                "cycle detected: node at path {} references node at path {}",
                path.join("."),
                other.join(".")
            );
            return Err(Box::new(
                Finding::refused("alias-cycle", title)
                    .at(span, "this alias stands inside of its own anchor")
                    .help("take the alias out, or write what it should stand for"),
            ));
        }
        known.push(path);
        Ok(())
    }
}

fn in_two_services(a: &[String], b: &[String]) -> bool {
    let both = a.iter().zip(b).position(|(a, b)| a == "services" && b == "services");
    match both.and_then(|at| Some((a.get(at + 1)?, b.get(at + 1)?))) {
        Some((a, b)) => a != b,
        None => false,
    }
}
