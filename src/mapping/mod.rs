//! The tables of the folder `mappings/`, embedded in the program and built into what the stages look things up in.
//!
//! In: YAML that we wrote. Out: typed tables. A mistake in a table is ours, and a test finds it.

pub mod credentials;
mod build;
pub mod keys;
mod notation;
pub mod pattern;
pub mod shape;
mod sheet;
