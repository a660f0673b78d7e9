//! A picture's nodes and edges, gathered: nodes that have the same edges stand in one block, and their edges are one.
//!
//! Services that start from one template need the same others: forty of them with six edges each are a thicket, as one
//! block with six edges they are a picture. A block's edges hold for each node in it, so nothing is lost.

use std::collections::{BTreeMap, BTreeSet};

use crate::graph::draw::ids::{BlockId, Table, WireId};
use crate::graph::draw::picture::{EdgeKind, NodeKind, Picture};

/// Fewer nodes are not gathered, unless they have no edges at all.
const LEAST_MEMBERS: usize = 3;
/// Neither are nodes of which all edges together are fewer.
const LEAST_EDGES: usize = 6;

/// Nodes and edges as they are drawn.
#[derive(Clone, Debug)]
pub(super) struct Blocks {
    pub(super) blocks: Table<BlockId, Block>,
    pub(super) bonds: Table<WireId, Bond>,
}

/// Nodes with the same edges; mostly one.
#[derive(Clone, Debug)]
pub(super) struct Block {
    /// The nodes, by position in the picture.
    pub(super) members: Vec<usize>,
    /// The networks that each of them is in.
    pub(super) groups: Vec<usize>,
    /// The kinds of edges from a node to itself.
    pub(super) loops: Vec<EdgeKind>,
    /// Whether there are edges to other blocks.
    pub(super) is_bound: bool,
}

/// Edges of the same kind between the same two blocks.
#[derive(Clone, Debug)]
pub(super) struct Bond {
    pub(super) from: BlockId,
    pub(super) to: BlockId,
    pub(super) kind: EdgeKind,
    pub(super) label: Option<String>,
    pub(super) optional: bool,
}

/// What an edge looks like from one of its ends.
type Side<'a> = (bool, usize, EdgeKind, bool, Option<&'a str>);

/// What nodes of one block have in common.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Likeness<'a> {
    kind: NodeKind,
    groups: Vec<usize>,
    sides: Vec<Side<'a>>,
    /// Tells apart what must stay alone.
    alone: Option<usize>,
}

impl Blocks {
    /// Gathers the nodes of a picture.
    pub(super) fn of(picture: &Picture) -> Self {
        let likenesses = likenesses(picture);
        let mut alike: BTreeMap<&Likeness<'_>, Vec<usize>> = BTreeMap::new();
        for (node, likeness) in likenesses.iter().enumerate() {
            alike.entry(likeness).or_default().push(node);
        }
        let mut members: Vec<Vec<usize>> = Vec::new();
        for (likeness, nodes) in alike {
            let edges = nodes.len() * likeness.sides.len();
            if edges == 0 || (nodes.len() >= LEAST_MEMBERS && edges >= LEAST_EDGES) {
                members.push(nodes);
            } else {
                members.extend(nodes.into_iter().map(|node| vec![node]));
            }
        }
        members.sort();
        let mut block_of: Vec<Option<BlockId>> = vec![None; picture.nodes.len()];
        let mut blocks: Table<BlockId, Block> = Table::default();
        for members in members {
            let groups = members.first().and_then(|node| picture.nodes.get(*node));
            let groups = groups.map(|node| picture.groups_of(node)).unwrap_or_default();
            let block = blocks.push(Block { members, groups, loops: Vec::new(), is_bound: false });
            for member in &blocks[block].members {
                if let Some(slot) = block_of.get_mut(*member) {
                    *slot = Some(block);
                }
            }
        }
        let bonds = bonds(picture, &mut blocks, &block_of);
        Self { blocks, bonds }
    }
}

fn likenesses(picture: &Picture) -> Vec<Likeness<'_>> {
    let unbound = picture.nodes.iter().map(|node| Likeness {
        kind: node.kind,
        groups: picture.groups_of(node),
        sides: Vec::new(),
        alone: None,
    });
    let mut likenesses: Vec<Likeness<'_>> = unbound.collect();
    for edge in picture.edges.iter().filter(|edge| edge.from.max(edge.to) < picture.nodes.len()) {
        let mut note = |node: usize, is_from: bool, other: usize| {
            let Some(likeness) = likenesses.get_mut(node) else { return };
            if node == other {
                likeness.alone = Some(node);
            } else {
                likeness.sides.push((is_from, other, edge.kind, edge.optional, edge.words()));
            }
        };
        note(edge.from, true, edge.to);
        note(edge.to, false, edge.from);
    }
    for likeness in &mut likenesses {
        likeness.sides.sort_unstable();
        likeness.sides.dedup();
    }
    likenesses
}

fn bonds(
    picture: &Picture,
    blocks: &mut Table<BlockId, Block>,
    block_of: &[Option<BlockId>],
) -> Table<WireId, Bond> {
    let block = |node: usize| block_of.get(node).copied().flatten();
    let mut known: BTreeSet<(BlockId, BlockId, EdgeKind, bool, Option<&str>)> = BTreeSet::new();
    let mut bonds = Table::default();
    for edge in &picture.edges {
        let (Some(from), Some(to)) = (block(edge.from), block(edge.to)) else { continue };
        if from == to {
            blocks[from].loops.push(edge.kind);
            continue;
        }
        blocks[from].is_bound = true;
        blocks[to].is_bound = true;
        if known.insert((from, to, edge.kind, edge.optional, edge.words())) {
            let label = edge.words().map(str::to_owned);
            bonds.push(Bond { from, to, kind: edge.kind, label, optional: edge.optional });
        }
    }
    bonds
}
