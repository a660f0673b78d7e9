//! All tests are modules of this one binary.

#![allow(
    clippy::disallowed_methods,
    clippy::indexing_slicing,
    clippy::print_stderr,
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::wildcard_enum_match_arm,
    reason = "a test reads and writes files, says what it skips, and fails by a panic"
)]

/// What the documents say is true: commands run, links and files exist, tables agree.
mod docs;
/// The sample `every-key` has every key of the published schema.
mod every_key;
/// Imports point towards the start of the flow, and external crates stay with their owners.
mod layers;
/// What Markdown documents mention, for the tests that ask whether it is true.
mod markdown;
/// The repository as tests see it.
mod repository;
/// Two models, value by value.
mod compare;
/// What a test that passes has to say.
mod say;
/// The list of differences from Docker Compose: each is held by a case or a test.
mod differences;
/// Rust source with comments and literals blanked out, for the tests that look at the house.
mod rust_text;
/// Corners of Docker Compose, against its recorded verdicts.
#[cfg(unix)]
mod compose_cases;
/// Every leaf that was written is in the project or has a reason not to be.
mod account;
/// What Docker Compose loses without a word is told.
mod silent_losses;
/// The samples, and the real projects of `CUTOVER_CORPUS`.
mod projects;
/// To the types of another crate and back, and to text and back.
mod interchange;
/// The key table says what the published schema says, and the validator judges as the schema does.
mod keys;
/// Docker Compose itself as judge, on whole projects.
mod judges;
/// Our binary, run as a user runs it.
mod run;
/// Planted secrets never come out.
mod secrets;
/// Every line accounted for, no credential in clear text, the same bytes twice.
mod convert;
/// Rules, their table, and the documents made from it.
mod rules;
/// Golden trees of samples.
mod golden;
/// A project for each key in each form.
mod one_key;
/// The text at a scalar's place is that scalar.
mod spans;
/// What is refused, and how it is said.
mod bad_input;
/// What to do about it: the advice for what people type.
mod next_steps;
/// Streams, statuses, help.
mod cli;
/// Who depends on whom.
mod graph;
/// The exact text of findings.
mod messages;
/// Pictures of graphs.
mod draw;
/// Writing YAML.
mod emit;
/// Reading YAML.
mod yaml;
