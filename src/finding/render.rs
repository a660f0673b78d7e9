//! Findings as text, in three forms: framed as rustc does, with or without colour, and a line each for pipes.
//!
//! In: findings in any order, the files they point into, and what must stay hidden. Out: text, sorted by place, each
//! finding once. Every word and every excerpt passes the [`Mask`], and nothing that could steer a terminal gets out.

use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};

use crate::finding::excerpt::{Place, Window, is_unseen};
use crate::finding::group::grouped;
use crate::finding::mask::Mask;
use crate::finding::suggest::plural;
use crate::finding::{Finding, Label, Patch, Severity};
use crate::source::file::SourceMap;
use crate::source::span::{FileId, Position, Span};

/// An edit of more lines than this, or of longer ones, is told in words.
const MAX_DIFF_LINES: usize = 12;
const MAX_DIFF_COLUMNS: usize = 120;

/// How much of an edit is told in words.
const MAX_WORDS_COLUMNS: usize = 60;

/// How findings look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Framed excerpts with colour, for a terminal.
    Colour,
    /// Framed excerpts without colour.
    Plain,
    /// `file:line:column: error[id]: title`, one line each, with notes and help indented below.
    Line,
}

/// The findings as text: sorted by file, place and severity, and what is said twice about one
/// place once; what is accepted is not told.
#[must_use]
pub fn render(findings: &[Finding], sources: &SourceMap, mask: &Mask, form: Form) -> String {
    let mut text = String::new();
    for finding in grouped(findings) {
        let voice = Voice::new(&finding, sources, mask);
        match form {
            Form::Line => voice.line(&mut text),
            Form::Plain => voice.framed(&Renderer::plain(), &mut text),
            Form::Colour => voice.framed(&Renderer::styled(), &mut text),
        }
    }
    text
}

/// How many findings of each severity there are, such as `2 errors, 1 warning`; nothing if there is none.
#[must_use]
pub fn summary(findings: &[Finding]) -> Option<String> {
    let findings = grouped(findings);
    let counts = [Severity::Error, Severity::Warning, Severity::Note].map(|severity| {
        let count = findings.iter().filter(|finding| finding.severity == severity).count();
        (count > 0).then(|| plural(count, severity_name(severity)))
    });
    let counts: Vec<String> = counts.into_iter().flatten().collect();
    (!counts.is_empty()).then(|| counts.join(", "))
}

fn severity_name(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    }
}

/// One finding with all that is needed to put it into words.
struct Voice<'a> {
    finding: &'a Finding,
    sources: &'a SourceMap,
    mask: &'a Mask,
    /// Whether the finding is about a line with a secret, where even `postgres` may be the secret.
    beside_secret: bool,
}

impl<'a> Voice<'a> {
    fn new(finding: &'a Finding, sources: &'a SourceMap, mask: &'a Mask) -> Self {
        let places =
            finding.labels.iter().map(|label| label.span).chain(finding.patch.iter().map(|patch| patch.span));
        let beside_secret = places.into_iter().any(|span| mask.touches(lines_of(sources, span)));
        Self { finding, sources, mask, beside_secret }
    }

    /// Words of a finding as they may be shown.
    fn said(&self, text: &str) -> String {
        let text = if self.beside_secret { self.mask.text_beside(text) } else { self.mask.text(text) };
        escaped(&text)
    }

    fn name(&self, file: FileId) -> String {
        escaped(self.sources.file(file).name())
    }

    fn place(&self, label: &Label) -> String {
        let place = Place::of(self.sources, label.span);
        let Position { line, column } = place.first;
        format!("{}:{line}:{column}", self.name(place.file))
    }

    fn line(&self, out: &mut String) {
        let Finding { id, severity, consequence: _, title, labels, notes, help, patch, accepted: _ } =
            self.finding;
        if let Some(label) = labels.first() {
            out.push_str(&self.place(label));
            out.push_str(": ");
        }
        let mut lines = vec![format!("{}[{id}]: {}", severity_name(*severity), self.said(title))];
        for (index, label) in labels.iter().enumerate() {
            let text = self.said(&label.text);
            match (index, text.is_empty()) {
                (0, true) => {}
                (0, false) => lines.push(format!("note: {text}")),
                (_, true) => lines.push(format!("note: {}", self.place(label))),
                (_, false) => lines.push(format!("note: {}: {text}", self.place(label))),
            }
        }
        lines.extend(notes.iter().map(|note| format!("note: {}", self.said(note))));
        lines.extend(help.iter().map(|help| format!("help: {}", self.said(help))));
        lines.extend(patch.iter().map(|patch| format!("help: {}", self.edit(patch))));
        out.push_str(&lines.join("\n    "));
        out.push('\n');
    }

    /// An edit in words, where it cannot be shown as one.
    fn edit(&self, patch: &Patch) -> String {
        let old = brief(&escaped(self.mask.excerpt(self.sources, patch.span).trim()));
        let new = brief(&self.said(patch.text.trim()));
        match (old.is_empty(), new.is_empty()) {
            (true, _) => format!("add `{new}`"),
            (false, true) => format!("remove `{old}`"),
            (false, false) => format!("replace `{old}` with `{new}`"),
        }
    }

    fn framed(&self, renderer: &Renderer, out: &mut String) {
        let Finding { id, severity, consequence: _, title, labels: _, notes, help, patch, accepted: _ } =
            self.finding;
        let level = match severity {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
            Severity::Note => Level::NOTE,
        };
        let mut group = Group::with_title(level.primary_title(self.said(title)).id(*id));
        group = self.excerpts().into_iter().fold(group, |group, excerpt| self.with_excerpt(group, excerpt));
        group = group.elements(notes.iter().map(|note| Level::NOTE.message(self.said(note))));
        let mut groups = Vec::new();
        match (patch, help) {
            (None, None) => {}
            (None, Some(help)) => group = group.element(Level::HELP.message(self.said(help))),
            (Some(patch), help) => match self.diff(patch) {
                Some(diff) => {
                    let title =
                        help.as_ref().map_or_else(|| invitation(patch).to_owned(), |help| self.said(help));
                    groups.push(Level::HELP.secondary_title(title).element(diff));
                }
                None => {
                    let words = help.iter().map(|help| self.said(help)).chain([self.edit(patch)]);
                    group = group.elements(words.map(|words| Level::HELP.message(words)));
                }
            },
        }
        groups.insert(0, group);
        if !out.is_empty() {
            out.push('\n');
        }
        out.push_str(&renderer.render(&groups));
        out.push('\n');
    }

    /// The excerpts with the labels in them: one for each file, or more where labels are too far apart to be shown
    /// side by side.
    fn excerpts(&self) -> Vec<Excerpt> {
        let mut excerpts: Vec<Excerpt> = Vec::new();
        for (index, label) in self.finding.labels.iter().enumerate() {
            let kind = if index == 0 { AnnotationKind::Primary } else { AnnotationKind::Context };
            let place = Place::of(self.sources, label.span);
            let remark = Remark { place, kind, text: self.said(&label.text) };
            let fits = |excerpt: &&mut Excerpt| excerpt.iter().all(|other| other.place.fits_beside(place));
            match excerpts.iter_mut().find(fits) {
                Some(excerpt) => excerpt.push(remark),
                None => excerpts.push(vec![remark]),
            }
        }
        excerpts
    }

    fn with_excerpt(&self, group: Group<'static>, excerpt: Excerpt) -> Group<'static> {
        let Some(file) = excerpt.first().map(|remark| remark.place.file) else { return group };
        if !excerpt.iter().all(|remark| remark.place.can_be_shown()) {
            return excerpt.into_iter().fold(group, |group, Remark { place, kind: _, text }| {
                let Position { line, column } = place.first;
                let group = group.element(Origin::path(self.name(file)).line(line).char_column(column));
                if text.is_empty() { group } else { group.element(Level::NOTE.message(text)) }
            });
        }
        let places: Vec<_> = excerpt.iter().map(|remark| remark.place.start..remark.place.end).collect();
        let Window { text, first_line, places } = Window::new(self.sources, self.mask, file, &places);
        let annotations = excerpt.into_iter().zip(places).map(|(Remark { place: _, kind, text }, place)| {
            kind.span(place).label((!text.is_empty()).then_some(text))
        });
        let snippet = Snippet::source(text).line_start(first_line).path(self.name(file));
        group.element(snippet.annotations(annotations))
    }

    /// An edit as removed and added lines, unless they are too many or too long to be read.
    fn diff(
        &self,
        Patch { span, text }: &Patch,
    ) -> Option<Snippet<'static, annotate_snippets::Patch<'static>>> {
        // A line break that stays is no part of the edit, and would show the next line as removed.
        let old = self.sources.text(*span);
        let (old, text) = old.strip_suffix('\n').zip(text.strip_suffix('\n')).unwrap_or((old, text));
        let start = span.start as usize;
        let place = start..start + old.len();
        let is_short = |text: &str| {
            text.lines().count() <= MAX_DIFF_LINES
                && text.lines().all(|line| line.chars().count() <= MAX_DIFF_COLUMNS)
        };
        let window = Window::new(self.sources, self.mask, span.file, std::slice::from_ref(&place));
        let place = window.places.into_iter().next()?;
        (is_short(&window.text) && is_short(text)).then(|| {
            let lines: Vec<String> = text.split('\n').map(|line| self.said(line)).collect();
            let patch = annotate_snippets::Patch::new(place, lines.join("\n"));
            Snippet::source(window.text).line_start(window.first_line).path(self.name(span.file)).patch(patch)
        })
    }
}

/// What is shown of one file in one frame.
type Excerpt = Vec<Remark>;

/// A label that is ready to be shown.
struct Remark {
    place: Place,
    kind: AnnotationKind,
    text: String,
}

/// What introduces an edit that comes without words of its own.
fn invitation(Patch { span, text }: &Patch) -> &'static str {
    match (span.start == span.end, text.is_empty()) {
        (true, _) => "add this",
        (false, true) => "remove this",
        (false, false) => "write this instead",
    }
}

/// A span and the rest of its lines, as a finding about a key tells of its value.
fn lines_of(sources: &SourceMap, span: Span) -> Span {
    let text = sources.file(span.file).text();
    let (start, end) = (span.start as usize, span.end as usize);
    let first = text.get(..start).and_then(|before| before.rfind('\n')).map_or(0, |at| at + 1);
    let rest = text.get(end..).and_then(|rest| rest.find('\n')).map_or(text.len(), |at| end + at);
    Span::new(span.file, first, rest)
}

/// The start of a long text.
fn brief(text: &str) -> String {
    let start: String = text.chars().take(MAX_WORDS_COLUMNS).collect();
    if start.len() == text.len() { start } else { start + "..." }
}

/// Text with everything escaped that is no visible character of a single line.
fn escaped(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for char in text.chars() {
        if char.is_control() || is_unseen(char) {
            shown.extend(char.escape_default());
        } else {
            shown.push(char);
        }
    }
    shown
}
