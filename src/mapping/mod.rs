//! The tables of the folder `mappings/`, embedded in the program and built into what the stages look things up in.
//!
//! In: YAML that we wrote. Out: typed tables. A mistake in a table is ours, and a test finds it.

/// A table of the folder `mappings/`, of the type that the caller wants, as `mappings/build.rs` has prepared it.
macro_rules! embedded {
    ($name:literal) => {
        serde_json::from_str(include_str!(concat!(env!("OUT_DIR"), "/", $name, ".json"))).expect(concat!(
            "a test reads mappings/",
            $name,
            ".yaml"
        ))
    };
}

pub mod coverage;
pub mod credentials;
mod build;
pub mod glob;
pub mod images;
pub mod keys;
mod notation;
pub mod pattern;
pub mod probes;
pub mod reference;
pub mod rules;
pub mod security;
pub mod shape;
mod sheet;
pub mod versions;
