//! Rules about health: what Compose checks becomes probes, and what it does not check gets some where they are known.
//!
//! `recognise` and `timing` are pure: what a test asks, and how often. `catalogue` knows checks for images.

mod catalogue;
mod facts;
mod health_check;
mod health_from_image;
mod hide;
mod itself;
mod known;
mod options;
mod probe;
mod recognise;
mod request;
mod script;
mod secret;
pub(in crate::rules) mod serving;
mod shell;
mod socket;
mod timing;

use crate::rules::Rule;

/// The rules of this group, by name.
pub(super) const RULES: &[&dyn Rule] = &[&health_check::HealthCheck, &health_from_image::HealthFromImage];
