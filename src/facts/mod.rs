//! What is known about images beside the catalogue: for those that Compose builds, what their Dockerfile says.
//!
//! In: text that somebody else has read. Out: facts. Nothing is run and nothing is looked up.

pub mod dockerfile;
