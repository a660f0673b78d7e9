//! All tests are modules of this one binary.

/// The exact text of findings.
mod messages;
