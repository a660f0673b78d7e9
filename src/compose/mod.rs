//! Docker Compose's own semantics: from files to a project.

pub mod secrecy;
