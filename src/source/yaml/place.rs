//! Places in the text: the parser's, and the few that have to be found again because the parser puts them elsewhere.

use granit_parser::ScanError;

use crate::source::span::{FileId, Span};
use crate::source::yaml::padding::Padded;
use crate::source::yaml::quoted;

/// A file's text, to look around in, and the padded copy of it that the parser reads.
#[derive(Clone, Copy)]
pub(super) struct Places<'t> {
    file: FileId,
    text: &'t str,
    padded: &'t Padded<'t>,
}

impl<'t> Places<'t> {
    pub(super) fn new(file: FileId, text: &'t str, padded: &'t Padded<'t>) -> Self {
        Self { file, text, padded }
    }

    pub(super) fn span(&self, span: &granit_parser::Span) -> Span {
        let range = span.byte_range().unwrap_or_default();
        let (start, end) = (self.padded.original(range.start), self.padded.original(range.end));
        Span::new(self.file, start, end.max(start))
    }

    pub(super) fn text(&self) -> &'t str {
        self.text
    }

    pub(super) fn padded_text(&self) -> &'t str {
        self.padded.text()
    }

    /// The empty span at the end of the file.
    pub(super) fn end(&self) -> Span {
        self.span_at(self.text.len())
    }

    /// How many bytes of its line precede a place.
    pub(super) fn column(&self, at: u32) -> usize {
        let before = self.before(at);
        before.len() - before.rfind('\n').map_or(0, |newline| newline + 1)
    }

    pub(super) fn span_at(&self, offset: usize) -> Span {
        Span::new(self.file, offset, offset)
    }

    pub(super) fn text_of(&self, span: Span) -> &'t str {
        self.text.get(span.start as usize..span.end as usize).unwrap_or_default()
    }

    /// The text from a place on.
    pub(super) fn after(&self, offset: u32) -> &'t str {
        self.text.get(offset as usize..).unwrap_or_default()
    }

    /// The text up to a place.
    pub(super) fn before(&self, offset: u32) -> &'t str {
        self.text.get(..offset as usize).unwrap_or_default()
    }

    /// Whether only blanks precede a place in its line.
    pub(super) fn begins_line(&self, span: Span) -> bool {
        let before = self.before(span.start);
        let line = before.rsplit('\n').next().unwrap_or_default();
        line.trim_start_matches('\u{feff}').trim().is_empty()
    }

    /// Where a value would stand that was not written: behind its key's colon, or behind the key if there is none.
    pub(super) fn after_colon(&self, key: Span, found: Span) -> Span {
        let colon = self.after(found.start).starts_with(':');
        let at = if colon { found.start + 1 } else { key.end };
        Span { start: at, end: at, ..found }
    }

    /// The first `-` of a block list that is the value of a key; the parser reports the place of its first item.
    pub(super) fn first_dash(&self, key: Span) -> Option<u32> {
        let rest = self.after(key.end);
        let mut left = rest;
        loop {
            left = left.trim_start_matches([' ', '\t', '\r', '\n', ':']);
            left = match left.bytes().next()? {
                b'#' => left.trim_start_matches(|character| character != '\n'),
                b'&' | b'!' => left.trim_start_matches(|character: char| !character.is_ascii_whitespace()),
                b'-' => return u32::try_from(rest.len() - left.len()).ok().map(|skipped| key.end + skipped),
                _ => return None,
            };
        }
    }

    /// A block scalar without the blank lines after it. Where the file ends in its last line without a line break,
    /// go-yaml gives the text none either.
    pub(super) fn block_scalar(&self, text: &str, span: Span) -> (String, Span) {
        let written = self.text_of(span);
        let length = u32::try_from(written.trim_end().len()).unwrap_or(u32::MAX);
        let trimmed = Span { end: span.start.saturating_add(length), ..span };
        let mut text = text.to_owned();
        let ends_file = span.end as usize == self.text.len() && !written.ends_with(['\n', '\r']);
        if ends_file && let Some(body) = text.strip_suffix('\n') {
            let is_blank =
                |text: &str| text.rsplit('\n').next().unwrap_or_default().trim_matches(' ').is_empty();
            let ends_in_blanks = body.ends_with(' ');
            if !is_blank(written) || is_blank(body) && ends_in_blanks {
                text.pop();
            }
        }
        (text, trimmed)
    }

    /// The span of the character at a place, empty at the end of a line.
    pub(super) fn one_character(&self, at: usize) -> Span {
        let width = self.text.get(at..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
        let is_visible = !self.text.get(at..).is_some_and(|rest| rest.starts_with(['\n', '\r']));
        Span::new(self.file, at, if is_visible { at + width } else { at })
    }

    /// The tab in the indentation of the line at `at`, or of the first line after it that has one.
    pub(super) fn tab_near(&self, at: usize) -> Option<usize> {
        let line_start = self.text.get(..at)?.rfind('\n').map_or(0, |newline| newline + 1);
        let mut start = line_start;
        for line in self.text.get(line_start..)?.split_inclusive('\n') {
            let indentation = line.len() - line.trim_start_matches([' ', '\t']).len();
            if let Some(tab) = line.get(..indentation).and_then(|blanks| blanks.find('\t')) {
                return Some(start + tab);
            }
            start += line.len();
        }
        None
    }

    /// Where an error is.
    pub(super) fn at(&self, error: &ScanError) -> usize {
        self.padded.original(error.marker().byte_offset().unwrap_or(0)).min(self.text.len())
    }

    /// A sign with its line, as a next step names it: `` the `[` of line 4 ``.
    pub(super) fn named(&self, sign: Span) -> String {
        let line = 1 + self.text.get(..sign.start as usize).unwrap_or_default().matches('\n').count();
        format!("the `{}` of line {line}", self.text_of(sign))
    }

    /// The quote that is still open at a place; `from` is a place before it that is not inside quotes.
    pub(super) fn open_quote(&self, from: u32, to: usize) -> Option<Span> {
        let mut start = from as usize;
        loop {
            let quote = start + self.text.get(start..to)?.find(['"', '\''])?;
            match quoted::length(self.text.get(quote..)?) {
                Some(length) if quote + length <= to => start = quote + length,
                _ => return Some(Span::new(self.file, quote, quote + 1)),
            }
        }
    }
}
