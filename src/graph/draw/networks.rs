//! How networks are shown: as boxes around the services that are in one only, as chips on the others.
//!
//! If all services are in the same networks, nothing is shown but one line that says so.

use crate::graph::draw::layout::Home;
use crate::graph::draw::picture::{NodeKind, Picture, PictureGroup, PictureNode};
use crate::graph::draw::text::printable;

/// More boxes than this confuse more than they show.
const MOST_BOXES: usize = 12;

/// Which networks are shown, and how.
#[derive(Clone, Debug)]
pub(super) struct Networks {
    are_shown: bool,
    /// The networks that have a box.
    boxes: Vec<usize>,
}

impl Networks {
    /// Chips only.
    pub(super) fn without_boxes(picture: &Picture) -> Self {
        let mut sets: Vec<Vec<usize>> = picture
            .nodes
            .iter()
            .filter(|node| is_networked(node))
            .map(|node| picture.groups_of(node))
            .collect();
        sets.sort();
        sets.dedup();
        Self { are_shown: sets.len() > 1, boxes: Vec::new() }
    }

    /// Boxes where at least two services are in one network only.
    pub(super) fn with_boxes(picture: &Picture) -> Self {
        let Self { are_shown, .. } = Self::without_boxes(picture);
        let sole = |group: &usize| {
            let nodes = picture.nodes.iter().filter(|node| is_networked(node));
            nodes.filter(|node| picture.groups_of(node) == [*group]).count() > 1
        };
        let boxes: Vec<usize> = (0..picture.groups.len()).filter(|_| are_shown).filter(sole).collect();
        let boxes = if boxes.len() > MOST_BOXES { Vec::new() } else { boxes };
        Self { are_shown, boxes }
    }

    /// Whether networks tell services apart.
    pub(super) fn are_shown(&self) -> bool {
        self.are_shown
    }

    /// The networks that have a box.
    pub(super) fn boxes(&self) -> &[usize] {
        &self.boxes
    }

    /// The networks that a node shows itself.
    pub(super) fn chips_of(&self, picture: &Picture, node: &PictureNode) -> Vec<usize> {
        let is_shown = self.are_shown && self.box_of(picture, node).is_none();
        if is_shown { picture.groups_of(node) } else { Vec::new() }
    }

    /// The box that a node is in, by position.
    pub(super) fn box_of(&self, picture: &Picture, node: &PictureNode) -> Option<usize> {
        match self.home(&picture.groups_of(node)) {
            Home::Box(home) => Some(home),
            Home::Near(_) => None,
        }
    }

    /// What a node says in formats without chips: its name, its detail, its marks, the networks that no box shows.
    pub(super) fn lines_of(&self, picture: &Picture, node: &PictureNode) -> Vec<String> {
        let networks = self.chips_of(picture, node).into_iter().filter_map(|group| picture.groups.get(group));
        let networks: Vec<&str> = networks.map(|network| network.label.as_str()).collect();
        let networks = (!networks.is_empty()).then(|| format!("networks: {}", networks.join(", ")));
        let details = node.detail.iter().chain(&node.marks).filter(|line| !line.is_empty()).cloned();
        std::iter::once(node.label.clone()).chain(details).chain(networks).collect()
    }

    /// Where something in these networks belongs.
    pub(super) fn home(&self, groups: &[usize]) -> Home {
        let place = |group: &usize| self.boxes.iter().position(|other| other == group);
        match groups {
            [group] if let Some(home) = place(group) => Home::Box(home),
            _ => Home::Near(groups.iter().filter_map(place).collect()),
        }
    }

    /// The networks in one phrase.
    pub(super) fn summary(&self, picture: &Picture) -> Option<String> {
        let node = picture.nodes.iter().find(|node| is_networked(node))?;
        let common = picture.groups_of(node).into_iter().filter_map(|group| picture.groups.get(group));
        let names: Vec<String> = common.map(network_name).collect();
        match names.len() {
            _ if self.are_shown => Some(format!("{} networks", picture.groups.len())),
            0 => None,
            1 => Some(format!("all in network {}", names.join(", "))),
            _ => Some(format!("all in networks {}", names.join(", "))),
        }
    }
}

/// A network with what is special about it.
pub(super) fn network_name(network: &PictureGroup) -> String {
    let remark = match (network.internal, network.external) {
        (false, false) => "",
        (true, false) => " (internal)",
        (false, true) => " (external)",
        (true, true) => " (internal, external)",
    };
    printable(&network.label) + remark
}

fn is_networked(node: &PictureNode) -> bool {
    matches!(node.kind, NodeKind::Service | NodeKind::Job)
}
