//! Facts as data: the tables of the folder `mappings`, embedded and typed.
//!
//! In: YAML files that a person can read and extend. Out: tables with the questions they answer as methods.

pub mod credentials;
