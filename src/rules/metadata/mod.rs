//! Rules about what is said of objects and not done: labels, annotations, the name of the project.

mod annotations;
mod project;

use crate::rules::Rule;

/// The rules of this group, by name.
pub(super) const RULES: &[&dyn Rule] = &[&annotations::Annotations, &project::ProjectKeys];
