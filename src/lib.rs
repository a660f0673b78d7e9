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

pub mod source;
pub mod finding;
pub mod mapping;
pub mod compose;
pub mod graph;
pub mod policy;
pub mod facts;
pub mod plan;
pub mod rules;
pub mod kube;
pub mod write;
pub mod report;
pub mod pipeline;
pub mod cli;
