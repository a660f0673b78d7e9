//! The edge: arguments in, text and an exit status out.
//!
//! Data goes to standard output, talk to standard error. Nothing is printed on standard output if the run fails.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "this is the only stage that prints and that sees the process"
)]

mod args;
mod config;
mod convert;
mod exit;
mod graph;
mod output;
mod rules;
mod variables;

use std::process::ExitCode;

use crate::cli::args::{Arguments, Command, Surroundings};
use crate::cli::exit::Exit;

/// Runs the command that the process was started with.
#[must_use]
pub fn run() -> ExitCode {
    install_panic_message();
    let arguments = Arguments::of_process();
    let around = surroundings();
    let ran = std::panic::catch_unwind(|| {
        stumble_if_asked(&around);
        match &arguments.command {
            Command::Config(arguments) => config::run(arguments, &around),
            Command::Convert(arguments) => convert::run(arguments, &around),
            Command::Graph(arguments) => graph::run(arguments, &around),
            Command::Rules(command) => rules::run(command),
        }
    });
    ran.unwrap_or(Exit::Bug).code()
}

fn surroundings() -> Surroundings {
    let variables = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .collect();
    Surroundings { variables, folder: std::env::current_dir().unwrap_or_default() }
}

/// Lets a test see what a bug looks like; a release has no such door.
fn stumble_if_asked(around: &Surroundings) {
    assert!(
        !cfg!(debug_assertions) || !around.variables.contains_key("CUTOVER_STUMBLE"),
        "asked for by CUTOVER_STUMBLE"
    );
}

/// A panic is a bug of ours, and the person who meets it should be able to say so.
fn install_panic_message() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        let version = env!("CARGO_PKG_VERSION");
        eprintln!("cutover {version} has a bug: it stopped at {place}");
        eprintln!("Your files are fine and nothing was written. Please tell whoever gave you this program:");
        eprintln!("the line above, the command you ran and, if you can share it, the smallest Compose file");
        eprintln!("that shows it.");
    }));
}
