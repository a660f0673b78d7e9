//! A [`Picture`] as SVG, Mermaid or DOT text.
//!
//! ```text
//! Picture ── blocks ──> Scene ── layout ──> Arrangement ── svg ──> text
//!         └─ mermaid, dot ──> text (laid out by whoever reads it)
//! ```
//!
//! In: nodes, edges and networks by position. Out: text, the same bytes for the same picture. Edges and networks that
//! name no node of the picture are left out; every text may hold anything and is escaped.

mod blocks;
mod card;
mod dot;
mod geometry;
mod ids;
mod layout;
mod mermaid;
mod names;
mod networks;
mod picture;
mod svg;
mod text;

pub use dot::dot;
pub use mermaid::mermaid;
pub use picture::{EdgeKind, NodeKind, Picture, PictureEdge, PictureGroup, PictureNode};
pub use svg::{TooLarge, svg};
