//! What the loading stages have to say beside their result: findings, and what became of written text that is not in
//! the loaded project.

use crate::finding::Finding;
use crate::source::span::Span;

/// Why something that was written is not in the loaded project.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Fate {
    /// A later file, or the service that extends, says otherwise.
    Overridden,
    /// A later entry of the same list takes its place.
    Replaced,
    /// The same entry stands there already.
    Repeated,
    /// A null in an override changes nothing: the earlier value stays.
    NullOverride,
    /// An empty mapping or list in an override changes nothing: the earlier value stays.
    EmptyOverride,
    /// `!reset` or `!override` in a later file took it out.
    Reset,
    /// It directed the loading itself: `include`, `extends`, `version`, a `!reset`.
    Consumed,
    /// Its profile is not active.
    ProfileOff,
    /// Nothing that is active refers to it.
    Unused,
    /// It is an empty value that means nothing there.
    Empty,
    /// An optional dependency on a service that is switched off.
    OptionalDependency,
    /// A build argument without a value, whose variable is not set.
    UnsetArgument,
}

/// Something that was written and is not in the loaded project.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Loss {
    /// What was written, with everything inside it.
    pub span: Span,
    /// Why it is not there.
    pub fate: Fate,
    /// What stands in its place.
    pub by: Option<Span>,
}

/// The sink of a loading run.
#[derive(Clone, Debug, Default)]
pub struct Notes {
    /// What to tell the user.
    pub findings: Vec<Finding>,
    /// What was written and is gone.
    pub losses: Vec<Loss>,
}

impl Notes {
    /// Adds a finding.
    pub fn tell(&mut self, finding: Finding) {
        self.findings.push(finding);
    }

    /// Records that what stands at `span` is gone.
    pub fn lose(&mut self, span: Span, fate: Fate, by: Option<Span>) {
        self.losses.push(Loss { span, fate, by });
    }

    /// Whether the run has to stop.
    #[must_use]
    pub fn stops(&self) -> bool {
        self.findings.iter().any(Finding::stops)
    }
}
