//! A picture as DOT, the language of Graphviz.

use crate::graph::draw::picture::Picture;

/// The picture as a DOT digraph.
#[must_use]
pub fn dot(picture: &Picture) -> String {
    picture.title.clone()
}
