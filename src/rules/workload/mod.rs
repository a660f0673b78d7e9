//! Rules about the object that runs a service: its kind, how many there are, how they start, stop and are replaced.

mod command;
mod hooks;
mod image;
mod kind;
mod later;
mod logging;
mod placement;
mod replicas;
mod schedule;
mod stop;
mod terminal;
mod update;

use crate::rules::Rule;

/// The rules of this group, by name.
pub(super) const RULES: &[&dyn Rule] = &[
    &command::CommandLine,
    &hooks::Hooks,
    &image::ImageReference,
    &kind::WorkloadKind,
    &later::NotBuiltYet,
    &logging::Logging,
    &placement::Placement,
    &replicas::Replicas,
    &schedule::Schedules,
    &stop::Stop,
    &terminal::Terminal,
    &update::Update,
];
