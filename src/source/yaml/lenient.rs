//! What the parser refuses and go-yaml reads: comments that touch a bracket, aliases that touch their colon, `-` as an
//! item between brackets, `\'` in double quotes, lines of quoted scalars that are not indented, tabs as indentation
//! between brackets. The answer is always edits of the copy that the parser reads.

use granit_parser::{ErrorKind, Event, ScanError};

use crate::source::yaml::padding::Edit;
use crate::source::yaml::place::Places;
use crate::source::yaml::quoted;

/// The edits after which the parser reads what go-yaml reads; none if go-yaml does not read it either.
#[allow(clippy::wildcard_enum_match_arm, reason = "the parser's errors may grow, and most cannot be helped")]
pub(super) fn edits_for_error(error: &ScanError, places: &Places<'_>, seen: u32) -> Vec<Edit> {
    let at = places.at(error);
    let edits = match error.kind() {
        ErrorKind::CommentNotSeparated => touching_comment(places, at),
        ErrorKind::SimpleKeyExpected => alias_as_key(places, at),
        ErrorKind::PlainScalarStartsWithDashFlowIndicator => lone_dash(places, at),
        ErrorKind::UnknownQuotedScalarEscape => escaped_apostrophes(places, at),
        ErrorKind::InvalidQuotedScalarIndent | ErrorKind::TabInIndentation => quoted_lines(places, at, seen),
        ErrorKind::TabInBlockIndentation | ErrorKind::TabNotAllowed => indenting_tabs(places, at),
        _ => None,
    };
    edits.unwrap_or_default()
}

/// The edits after which the name of an anchor ends at its colon, as it does in go-yaml.
pub(super) fn edits_for_event(event: &Event<'_>, places: &Places<'_>, at: &granit_parser::Span) -> Vec<Edit> {
    if !matches!(event, Event::Anchor(..) | Event::Alias(_) | Event::UnresolvedAlias(_)) {
        return Vec::new();
    }
    let span = places.span(at);
    let colon = places.text_of(span).find(':');
    colon.map(|colon| Edit::insert(span.start as usize + colon, " ")).into_iter().collect()
}

/// A blank before a comment that touches the bracket or quote before it.
fn touching_comment(places: &Places<'_>, at: usize) -> Option<Vec<Edit>> {
    let (before, after) = places.text().split_at_checked(at)?;
    let touches = after.starts_with('#') && before.ends_with([']', '}', '"', '\'', ',', '[', '{']);
    touches.then(|| vec![Edit::insert(at, " ")])
}

/// A blank before the colon of an alias that is a key.
fn alias_as_key(places: &Places<'_>, at: usize) -> Option<Vec<Edit>> {
    let name = places.text().get(at..)?.strip_prefix('*')?.split_ascii_whitespace().next()?;
    name.find(':').map(|colon| vec![Edit::insert(at + 1 + colon, " ")])
}

/// Quotes around a `-` that is a whole item between brackets.
fn lone_dash(places: &Places<'_>, at: usize) -> Option<Vec<Edit>> {
    let is_dash = places.text().get(at..).is_some_and(|rest| rest.starts_with('-'));
    is_dash.then(|| vec![Edit::insert(at, "\""), Edit::insert(at + 1, "\"")])
}

/// Another escape for each `\'` in double quotes, which go-yaml takes for an apostrophe.
fn escaped_apostrophes(places: &Places<'_>, at: usize) -> Option<Vec<Edit>> {
    let text = places.text().get(at..)?;
    let apostrophes = quoted::escapes(text).filter(|(_, escaped)| *escaped == '\'');
    Some(apostrophes.map(|(backslash, _)| Edit::replace(at + backslash + 1, "x27")).collect())
}

/// Blanks before the lines of a quoted scalar, which begins after `seen` and whose indentation has no meaning.
fn quoted_lines(places: &Places<'_>, at: usize, seen: u32) -> Option<Vec<Edit>> {
    let quote = places.open_quote(seen, at)?;
    let rest = places.after(quote.start);
    let body = rest.get(..quoted::length(rest)?)?;
    let blanks = " ".repeat(places.column(quote.start) + 1);
    let mut start = quote.start as usize;
    let mut edits = Vec::new();
    for (number, line) in body.split_inclusive('\n').enumerate() {
        if number > 0 && !quoted::is_marker(line) {
            edits.push(Edit::insert(start, blanks.clone()));
        }
        start += line.len();
    }
    Some(edits)
}

/// Blanks for the tabs that indent the line of an error, and the lines after it. This is right between brackets; it
/// does no harm elsewhere, where [`strict`](crate::source::yaml::strict) finds the tabs in the text itself.
fn indenting_tabs(places: &Places<'_>, at: usize) -> Option<Vec<Edit>> {
    let mut start = places.text().get(..at)?.rfind('\n').map_or(0, |newline| newline + 1);
    let mut edits = Vec::new();
    for line in places.text().get(start..)?.split_inclusive('\n') {
        let indentation = line.bytes().take_while(|byte| matches!(byte, b' ' | b'\t'));
        let known = edits.len();
        let tabs = indentation.enumerate().filter(|(_, byte)| *byte == b'\t');
        edits.extend(tabs.map(|(at, _)| Edit::replace(start + at, " ")));
        if edits.len() == known {
            break;
        }
        start += line.len();
    }
    Some(edits)
}
