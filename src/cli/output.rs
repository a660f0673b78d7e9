//! Data to standard output, findings to standard error.

use std::io::{IsTerminal, Write};

use crate::cli::exit::Exit;
use crate::finding::Finding;
use crate::finding::mask::Mask;
use crate::finding::render::{Form, render, summary};
use crate::pipeline::{Outcome, Written};
use crate::source::file::{Disk, SourceMap};

/// Prints data. A reader that went away is no error.
pub(crate) fn print(text: &str) -> Exit {
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            eprintln!("error: standard output cannot be written: {error}");
            Exit::Unreadable
        }
        _ => Exit::Done,
    }
}

/// Prints all there is to say, and tells how the run ends.
pub(crate) fn report<T: Written>(outcome: &Outcome<T>) -> Exit {
    if outcome.findings.is_empty() {
        return Exit::Done;
    }
    tell(&outcome.findings, &outcome.sources, &outcome.mask())
}

/// Prints the one finding because of which nothing is read at all.
pub(crate) fn stop(finding: Finding) -> Exit {
    tell(&[finding], &SourceMap::new(Box::new(Disk), ""), &Mask::default())
}

fn tell(findings: &[Finding], sources: &SourceMap, mask: &Mask) -> Exit {
    let form = form();
    let text = render(findings, sources, mask, form);
    let mut err = std::io::stderr().lock();
    let closing =
        summary(findings).filter(|_| form != Form::Line).map(|line| format!("{line}\n")).unwrap_or_default();
    // Nobody is left to tell if this fails.
    let _ = err.write_all(text.as_bytes()).and_then(|()| err.write_all(closing.as_bytes()));
    Exit::of(findings)
}

/// Frames for a person at a terminal, colours unless they are not wanted, lines for everything else.
fn form() -> Form {
    let is_set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let is_dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
    if !std::io::stderr().is_terminal() {
        Form::Line
    } else if is_set("NO_COLOR") || is_dumb {
        Form::Plain
    } else {
        Form::Colour
    }
}

/// Tells why a request cannot be met although the project is fine.
pub(crate) fn refuse(problem: &str) -> Exit {
    eprintln!("error: {problem}");
    Exit::Usage
}

/// Says something that is neither data nor a finding.
pub(crate) fn say(text: &str) {
    eprint!("{text}");
}

/// Tells why what was asked for cannot be done.
pub(crate) fn fail(problem: &str) {
    eprintln!("error: {problem}");
}

/// Tells of bugs of ours that a run has found by itself.
pub(crate) fn bugs(bugs: &[String]) -> Exit {
    eprintln!("cutover has a bug: it does not account for every line as it promises");
    for bug in bugs {
        eprintln!("  {bug}");
    }
    eprintln!(
        "Your files are fine and nothing was written. Please report these lines with the command you ran."
    );
    Exit::Bug
}
