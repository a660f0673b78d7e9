//! Text, and where things are in it: files, spans, paths, YAML in and out.
//!
//! In: bytes of files. Out: [`Node`](node::Node) trees in which every key and value knows its place.
//! Nothing here knows what Compose means by a key.

pub mod file;
pub mod node;
pub mod path;
pub mod scalar;
pub mod span;
pub mod yaml;
