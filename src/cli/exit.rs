//! The exit statuses, the same for every command and format.

use std::process::ExitCode;

use crate::finding::{Consequence, Finding};

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// All was done.
    Done,
    /// What is asked for cannot be had.
    Usage,
    /// No Compose file, or one that Docker Compose refuses.
    Refused,
    /// A named file or folder cannot be read or written.
    Unreadable,
    /// A bug of ours.
    Bug,
}

/// The table that `--help` prints.
pub(crate) const TABLE: &str = "\
Exit codes:
    0  done
    1  a gate failed: findings at or above --fail-on, drift, or a violated obligation (not yet in use)
    2  wrong usage
    3  no Compose file found, or Docker Compose refuses this project and so do we
    4  a named file or folder cannot be read or written
  101  a bug of ours; the message says how to report it
";

impl Exit {
    /// What findings that stop a run mean for its end.
    pub(crate) fn of(findings: &[Finding]) -> Self {
        let is_unreadable = |finding: &Finding| finding.consequence == Consequence::Unreadable;
        if findings.iter().any(is_unreadable) {
            Self::Unreadable
        } else if findings.iter().any(|finding| finding.consequence == Consequence::Misused) {
            Self::Usage
        } else if findings.iter().any(Finding::stops) {
            Self::Refused
        } else {
            Self::Done
        }
    }

    pub(crate) fn code(self) -> ExitCode {
        ExitCode::from(match self {
            Self::Done => 0,
            Self::Usage => 2,
            Self::Refused => 3,
            Self::Unreadable => 4,
            Self::Bug => 101,
        })
    }
}
