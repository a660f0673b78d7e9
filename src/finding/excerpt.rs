//! The part of a file that is shown with a finding: whole lines, masked, harmless, and not longer than anybody reads.
//!
//! In: spans, whatever they look like. Out: [`Place`]s that can be underlined, and [`Window`]s of text with the same
//! places in them. A window holds one character for each character of the file, so that columns stay right.

use std::ops::Range;

use crate::finding::mask::Mask;
use crate::source::file::{SourceFile, SourceMap};
use crate::source::span::{FileId, Position, Span};

/// The most characters that are underlined, and the widest gap between two labels that share an excerpt.
const WIDEST: usize = 80;

/// Beyond this column the place is named and no excerpt shown.
const LAST_COLUMN: usize = 4096;

/// How many bytes after the last place on a line are kept for the excerpt.
const AFTER_PLACE: usize = 256;

/// How many bytes more are searched for secrets, so that one at the cut is recognised.
const BEYOND_CUT: usize = 1024;

/// A span as it is shown: inside its file, without blank space at its end, and short enough to be underlined.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    pub(super) file: FileId,
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) first: Position,
    last: Position,
}

impl Place {
    pub(super) fn of(sources: &SourceMap, span: Span) -> Self {
        let file = sources.file(span.file);
        let Range { start, end } = tidy(file.text(), span);
        let place =
            Self { file: span.file, start, end, first: position(file, start), last: position(file, end) };
        if place.columns().len() <= WIDEST { place } else { place.shortened(file) }
    }

    fn shortened(self, file: &SourceFile) -> Self {
        let rest = file.text().get(self.start..self.end).unwrap_or_default();
        let line = rest.lines().next().unwrap_or_default();
        let shown = line.char_indices().nth(WIDEST).map_or(line.len(), |(at, _)| at);
        let end = self.start + shown;
        Self { end, last: position(file, end), ..self }
    }

    /// The columns between its two ends, in whatever order they come.
    fn columns(self) -> Range<usize> {
        let (first, last) = (self.first.column, self.last.column);
        first.min(last)..first.max(last)
    }

    /// Whether both can be shown in one excerpt.
    pub(super) fn fits_beside(self, other: Self) -> bool {
        let (a, b) = (self.columns(), other.columns());
        let width = a.end.max(b.end) - a.start.min(b.start);
        self.file == other.file && self.can_be_shown() == other.can_be_shown() && width <= WIDEST
    }

    /// Whether an excerpt can show it at all.
    pub(super) fn can_be_shown(self) -> bool {
        self.columns().end <= LAST_COLUMN
    }
}

/// The bytes of a span, moved to where a reader expects them: without blank space at the end, never inside a line
/// break, and at the end of a file behind its last line instead of on an empty one.
fn tidy(text: &str, span: Span) -> Range<usize> {
    let (before, rest) = text.split_at(text.floor_char_boundary(span.start as usize));
    let before = if rest.is_empty() { before.strip_suffix('\n').unwrap_or(before) } else { before };
    let is_at_break = rest.is_empty() || rest.starts_with('\n');
    let before = if is_at_break { before.strip_suffix('\r').unwrap_or(before) } else { before };
    let start = before.len();
    let end = text.floor_char_boundary(span.end as usize);
    let content = text.get(start..end).unwrap_or_default();
    let shown = match content.trim_end() {
        "" => content.lines().next().unwrap_or_default(),
        shown => shown,
    };
    start..start + shown.len()
}

fn position(file: &SourceFile, offset: usize) -> Position {
    file.position(u32::try_from(offset).unwrap_or(u32::MAX))
}

/// Lines of a file as they may be shown.
#[derive(Debug)]
pub(super) struct Window {
    /// The lines.
    pub(super) text: String,
    /// The number of the first one.
    pub(super) first_line: usize,
    /// Where the places asked for are in the text.
    pub(super) places: Vec<Range<usize>>,
}

impl Window {
    /// The lines that hold some places of one file; those far from both ends of each place are empty, as nobody gets
    /// to see them.
    pub(super) fn new(sources: &SourceMap, mask: &Mask, id: FileId, places: &[Range<usize>]) -> Self {
        let file = sources.file(id);
        let ends: Vec<(usize, usize)> = places
            .iter()
            .flat_map(|place| [place.start, place.end])
            .map(|end| (end, position(file, end).line))
            .collect();
        let (from, first_line) = ends.iter().min().copied().unwrap_or((0, 1));
        let last_line = ends.iter().map(|(_, line)| *line).max().unwrap_or(1);
        let mut start = file.text().get(..from).unwrap_or_default().rfind('\n').map_or(0, |at| at + 1);
        let mut shown: Vec<Line> = Vec::new();
        let mut text = String::new();
        let rest = file.text().get(start..).unwrap_or_default();
        for (number, line) in (first_line..=last_line).zip(rest.split_inclusive('\n')) {
            let is_near = ends.iter().any(|(_, end)| number <= end + 5 && *end <= number + 2);
            let last_end = ends.iter().filter(|(_, line)| *line == number).map(|(end, _)| end - start).max();
            let line_text = if is_near {
                shown_line(sources, mask, Span::new(id, start, start + line.len()), last_end.unwrap_or(0))
            } else {
                String::new()
            };
            let at = text.len();
            text.extend(line_text.chars().map(visible).chain(['\n']));
            shown.push(Line { start, text: line_text, at });
            start += line.len();
        }
        let moved = |end: usize| moved(&shown, end);
        let places = places.iter().map(|place| moved(place.start)..moved(place.end)).collect();
        Self { text, first_line, places }
    }
}

/// A line of a window: where it starts in the file, its masked text with the file's offsets, where it is in the window.
struct Line {
    start: usize,
    text: String,
    at: usize,
}

fn moved(lines: &[Line], offset: usize) -> usize {
    let holds =
        lines.partition_point(|line| line.start <= offset).checked_sub(1).and_then(|index| lines.get(index));
    holds.map_or(0, |line| {
        let before = line.text.get(..(offset - line.start).min(line.text.len())).unwrap_or_default();
        line.at + before.chars().map(visible).map(char::len_utf8).sum::<usize>()
    })
}

/// The text of a line without its break, masked, and cut behind the last place in it.
fn shown_line(sources: &SourceMap, mask: &Mask, span: Span, last_end: usize) -> String {
    let line = sources.text(span);
    let line = line.strip_suffix('\n').unwrap_or(line);
    let line = line.strip_suffix('\r').unwrap_or(line);
    let searched = line.floor_char_boundary(last_end + AFTER_PLACE + BEYOND_CUT);
    let start = span.start as usize;
    let masked = mask.excerpt(sources, Span::new(span.file, start, start + searched));
    let cut = masked.floor_char_boundary(last_end + AFTER_PLACE);
    masked.get(..cut).unwrap_or_default().to_owned()
}

/// One visible character for each character, so that columns stay right.
fn visible(char: char) -> char {
    match char {
        '\t' => char,
        '\0'..='\u{1f}' => char::from_u32(u32::from(char) + 0x2400).unwrap_or(char::REPLACEMENT_CHARACTER),
        '\u{7f}' => '\u{2421}',
        _ if char.is_control() || is_unseen(char) => char::REPLACEMENT_CHARACTER,
        _ => char,
    }
}

/// Whether a character that is no control character changes how others look without being seen itself.
pub(super) fn is_unseen(char: char) -> bool {
    matches!(char, '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}')
}
