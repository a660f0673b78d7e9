//! What we tell the user: findings with a title, places and a next step, and the one way they are printed.
//!
//! In: findings from every stage. Out: text for a terminal or a pipe. No secret value passes.

mod excerpt;
mod group;
pub mod literal;
pub mod mask;
pub mod render;
pub mod suggest;

use crate::source::span::Span;

/// How much a finding matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Severity {
    /// Worth knowing.
    Note,
    /// Probably not what was meant.
    Warning,
    /// Wrong, or dangerous enough to stop a gate.
    Error,
}

/// Whether the input can be used in spite of the finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Consequence {
    /// Work goes on.
    Reported,
    /// Docker Compose refuses this, and so do we.
    Refused,
    /// A file or folder that was named cannot be read.
    Unreadable,
    /// A setting that makes no sense; the project itself is fine.
    Misused,
}

/// A place with a remark.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// The place.
    pub span: Span,
    /// The remark, possibly empty.
    pub text: String,
}

/// A replacement of one place by other text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Patch {
    /// What is replaced.
    pub span: Span,
    /// By what.
    pub text: String,
}

/// One thing to tell the user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Its stable name, such as `unknown-key`.
    pub id: &'static str,
    /// How much it matters.
    pub severity: Severity,
    /// Whether the run can go on.
    pub consequence: Consequence,
    /// One line: what is wrong.
    pub title: String,
    /// The place itself, first; then places that explain it.
    pub labels: Vec<Label>,
    /// Facts that help to understand, a line each.
    pub notes: Vec<String>,
    /// The next step.
    pub help: Option<String>,
    /// The next step as an edit.
    pub patch: Option<Patch>,
    /// Why somebody has accepted it; it is not told again then.
    pub accepted: Option<String>,
}

impl Finding {
    /// Something Docker Compose refuses.
    #[must_use]
    pub fn refused(id: &'static str, title: impl Into<String>) -> Self {
        Self::new(id, Severity::Error, Consequence::Refused, title.into())
    }

    /// A named file that cannot be read.
    #[must_use]
    pub fn unreadable(id: &'static str, title: impl Into<String>) -> Self {
        Self::new(id, Severity::Error, Consequence::Unreadable, title.into())
    }

    /// A setting of ours that makes no sense.
    #[must_use]
    pub fn misused(id: &'static str, title: impl Into<String>) -> Self {
        Self::new(id, Severity::Error, Consequence::Misused, title.into())
    }

    /// Something dangerous that Docker Compose accepts.
    #[must_use]
    pub fn error(id: &'static str, title: impl Into<String>) -> Self {
        Self::new(id, Severity::Error, Consequence::Reported, title.into())
    }

    /// Something that is probably not meant.
    #[must_use]
    pub fn warning(id: &'static str, title: impl Into<String>) -> Self {
        Self::new(id, Severity::Warning, Consequence::Reported, title.into())
    }

    /// Something worth knowing.
    #[must_use]
    pub fn note(id: &'static str, title: impl Into<String>) -> Self {
        Self::new(id, Severity::Note, Consequence::Reported, title.into())
    }

    /// A title is one line; what Docker Compose says in more lines goes on in notes.
    fn new(id: &'static str, severity: Severity, consequence: Consequence, text: String) -> Self {
        let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned);
        let title = lines.next().unwrap_or_default();
        let notes = lines.collect();
        Self {
            id,
            severity,
            consequence,
            title,
            labels: Vec::new(),
            notes,
            help: None,
            patch: None,
            accepted: None,
        }
    }

    /// Adds a place; the first one is where the finding is.
    #[must_use]
    pub fn at(mut self, span: Span, text: impl Into<String>) -> Self {
        self.labels.push(Label { span, text: text.into() });
        self
    }

    /// Adds a fact.
    #[must_use]
    pub fn because(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    /// Sets the next step.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Sets the next step as an edit.
    #[must_use]
    pub fn replace(mut self, span: Span, text: impl Into<String>) -> Self {
        self.patch = Some(Patch { span, text: text.into() });
        self
    }

    /// Whether it stops the run.
    #[must_use]
    pub fn stops(&self) -> bool {
        self.consequence != Consequence::Reported
    }
}
