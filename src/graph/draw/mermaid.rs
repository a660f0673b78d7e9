//! A picture as a Mermaid flowchart.

use crate::graph::draw::picture::Picture;

/// The picture as a Mermaid flowchart.
#[must_use]
pub fn mermaid(picture: &Picture) -> String {
    picture.title.clone()
}
