//! Who needs whom: the services of a project with what they share, and pictures of that.
//!
//! [`draw`] turns a picture's nodes and edges into SVG, Mermaid and DOT; it knows nothing of Compose.

pub mod draw;
