//! What is wrong with an environment file, told without the line that it is about: that may hold a secret.

use std::ops::Range;
use std::path::Path;

use crate::compose::dotenv::Format;
use crate::finding::Finding;
use crate::source::file::SourceMap;
use crate::source::span::{FileId, Span};

/// What is wrong with an environment file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DotenvError {
    /// What Docker Compose prints, without the line: it may hold a secret.
    pub message: String,
    /// Where.
    pub range: Range<usize>,
    /// The next step.
    pub help: &'static str,
}

impl DotenvError {
    /// The error as a finding about a file.
    #[must_use]
    pub fn finding(&self, format: Format, file: FileId, path: &Path) -> Finding {
        let title = format!("{} {}: {}", format.complaint(), path.display(), self.message);
        let span = Span::new(file, self.range.start, self.range.end);
        Finding::refused("bad-env-file", title).at(span, "").help(self.help)
    }
}

/// The finding about an environment file in UTF-16: Docker Compose reads only UTF-8 here.
#[must_use]
pub fn wide_file(format: Format, file: FileId, path: &Path, sources: &SourceMap) -> Option<Finding> {
    sources.file(file).is_wide().then(|| {
        let cause = match format {
            Format::Raw => "invalid utf8 bytes at line 1",
            Format::Compose => "line 1: unexpected character \"\u{fffd}\" in variable name",
        };
        let title = format!("{} {}: {cause}", format.complaint(), path.display());
        Finding::refused("bad-encoding", title)
            .at(Span::new(file, 0, 0), "this file is UTF-16")
            .help("save the file as UTF-8")
    })
}

pub(super) const ASSIGN: &str = "a line is `NAME=value`, a comment behind `#`, or a name alone";
pub(super) const QUOTE: &str = "close the quote";
pub(super) const DOLLAR: &str =
    "close the variable with `}`, or put the value in single quotes if the dollar is meant";
