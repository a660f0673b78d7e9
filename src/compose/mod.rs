//! Compose files to a project, exactly as Docker Compose reads them.

pub mod schema;
