//! `cutover` moves Docker Compose projects to K3s.
//!
//! ```text
//! files ── source ──> trees with spans ── compose ──> Project ── graph ──> ServiceGraph
//!              mappings/*.yaml ── mapping ──> tables ─┘
//! every stage ── finding ──> what the user reads          pipeline runs the stages, cli is the edge
//! ```
//!
//! The modules below are the stages, in the order of the flow; imports only point upwards in this list, and
//! `tests/layers.rs` says so.

pub mod finding;
pub mod graph;
pub mod source;
