//! Rules about configuration: variables, credentials, secrets, configs, the ports a container listens on.

pub mod credentials;
pub(super) mod environment;
pub mod files;
mod mounts;
mod ports;
pub(super) mod words;

use crate::rules::Rule;

/// The rules of this group, by name.
pub(super) const RULES: &[&dyn Rule] =
    &[&environment::Environment, &files::FileObjects, &mounts::FileMounts, &ports::ContainerPorts];
