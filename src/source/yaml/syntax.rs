//! What the parser reports, in the words of go-yaml and at the place that helps most.

use granit_parser::{ErrorKind, ScanError};

use crate::source::span::Span;
use crate::source::yaml::error::{self, YamlError};
use crate::source::yaml::place::Places;
use crate::source::yaml::quoted;

const SPACES: &str = "indent with spaces: YAML does not allow tabs here";
const QUOTE: &str = "put the text in quotes";
const CLOSE: &str = "close it, or put the text in quotes";

/// What may follow a backslash in double quotes.
const ESCAPES: &str = "0abt\tnvfre \"'/\\N_LPxuU\r\n";

/// go-yaml's words and a next step for what the parser reports.
const WORDS: &[(ErrorKind, &str, &str)] = &[
    (ErrorKind::TabNotAllowed, "found character that cannot start any token", SPACES),
    (ErrorKind::TabInBlockIndentation, "found character that cannot start any token", SPACES),
    (ErrorKind::TabInIndentation, "found a tab character where an indentation space is expected", SPACES),
    (ErrorKind::TabInPlainScalar, "found a tab character that violates indentation", SPACES),
    (
        ErrorKind::TabAtBlockScalarStart,
        "found a tab character where an indentation space is expected",
        SPACES,
    ),
    (ErrorKind::UnclosedQuotedScalar, "found unexpected end of stream", "close the quotes"),
    (
        ErrorKind::InvalidQuotedScalarIndent,
        "invalid indentation in multiline quoted scalar",
        "close the quotes, or indent the lines that follow",
    ),
    (ErrorKind::DocumentIndicatorInQuotedScalar, "found unexpected document indicator", "close the quotes"),
    (
        ErrorKind::UnknownQuotedScalarEscape,
        "found unknown escape character",
        "write `\\\\` for a backslash, or use single quotes",
    ),
    (ErrorKind::MisplacedFlowCollectionEnd, "did not find expected node content", QUOTE),
    (ErrorKind::ExpectedNodeContent, "did not find expected node content", QUOTE),
    (
        ErrorKind::ExpectedBlockMappingKey,
        "did not find expected key",
        "check the indentation, and put text with special characters in quotes",
    ),
    (ErrorKind::ExpectedBlockSequenceEntry, "did not find expected '-' indicator", "check the indentation"),
    (
        ErrorKind::SimpleKeyExpected,
        "could not find expected ':'",
        "write `key: value`, or check the indentation",
    ),
    (
        ErrorKind::InvalidTrailingDoubleQuotedScalar,
        "did not find expected key",
        "put the whole text in quotes",
    ),
    (
        ErrorKind::InvalidTrailingSingleQuotedScalar,
        "did not find expected key",
        "put the whole text in quotes",
    ),
    (
        ErrorKind::MappingValueNotAllowed,
        "mapping values are not allowed in this context",
        "check the indentation, or put text that contains `: ` in quotes",
    ),
    (
        ErrorKind::BlockSequenceEntryNotAllowed,
        "block sequence entries are not allowed in this context",
        "begin the list in a line of its own",
    ),
    (
        ErrorKind::UndeclaredTagHandle,
        "found undefined tag handle",
        "Docker Compose knows `!reset` and `!override`",
    ),
];

/// An error of the parser; `last` is the last node, `bracket` the innermost one that is open.
#[allow(clippy::wildcard_enum_match_arm, reason = "the parser's errors may grow")]
pub(super) fn error(
    error: &ScanError,
    places: &Places<'_>,
    last: Option<Span>,
    bracket: Option<Span>,
    max_depth: usize,
) -> YamlError {
    let at = places.at(error);
    let seen = last.map_or(0, |last| last.end);
    match error.kind() {
        ErrorKind::RecursionLimitExceeded => error::too_deep(max_depth, places.one_character(at)),
        kind if is_about_brackets(kind) => unclosed(kind, places, at, bracket),
        kind if is_about_quotes(kind) => in_quotes(kind, places, at, seen),
        kind if is_about_tabs(kind) => {
            in_words(kind, places.one_character(places.tab_near(at).unwrap_or(at)))
        }
        ErrorKind::UnexpectedCharacter { character } if character.is_control() => {
            let distance = places.text().get(at..).and_then(|text| text.find(*character));
            let span = places.one_character(at + distance.unwrap_or(0));
            YamlError::new("control characters are not allowed", span)
                .help("take it out, or write it as an escape")
        }
        kind => behind_quotes(in_words(kind, places.one_character(at)), places, at, last),
    }
}

/// Where quotes over several lines end just before a mistake, they were probably meant to end in their first line.
fn behind_quotes(found: YamlError, places: &Places<'_>, at: usize, last: Option<Span>) -> YamlError {
    let seen = last.map_or(0, |last| last.start);
    let before = places.text().get(seen as usize..at).unwrap_or_default().trim_end();
    let start = before.char_indices().filter(|(_, char)| matches!(char, '"' | '\''));
    let quoted = start.filter_map(|(start, _)| {
        let length = quoted::length(before.get(start..)?)?;
        (start + length == before.len() && before.get(start..)?.contains('\n')).then_some(start)
    });
    match quoted.min() {
        Some(start) => {
            let quote = places.one_character(seen as usize + start);
            let help = format!("close {} where its text ends", places.named(quote));
            found.label(quote, "the quotes begin here and go on to the place above").help(help)
        }
        None => found,
    }
}

fn in_words(kind: &ErrorKind, span: Span) -> YamlError {
    if matches!(kind, ErrorKind::UnexpectedCharacter { .. }) {
        return YamlError::new("found character that cannot start any token", span).help(QUOTE);
    }
    match WORDS.iter().find(|(known, ..)| known == kind) {
        Some((_, message, help)) => YamlError::new(*message, span).help(*help),
        None => YamlError::new(kind.to_string(), span),
    }
}

fn is_about_tabs(kind: &ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::TabNotAllowed
            | ErrorKind::TabInBlockIndentation
            | ErrorKind::TabInIndentation
            | ErrorKind::TabInPlainScalar
            | ErrorKind::TabAtBlockScalarStart
    )
}

fn is_about_brackets(kind: &ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::InvalidColonPlacement
            | ErrorKind::ExpectedFlowSequenceSeparator
            | ErrorKind::ExpectedFlowMappingSeparator
            | ErrorKind::UnclosedFlowCollection { .. }
            | ErrorKind::MismatchedFlowCollectionEnd { .. }
            | ErrorKind::UnexpectedEofFlowSequence
            | ErrorKind::UnexpectedEofFlowMapping
            | ErrorKind::UnexpectedEofImplicitFlowMapping
    )
}

fn is_about_quotes(kind: &ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::UnclosedQuotedScalar
            | ErrorKind::InvalidQuotedScalarIndent
            | ErrorKind::DocumentIndicatorInQuotedScalar
            | ErrorKind::UnknownQuotedScalarEscape
    )
}

/// A bracket that is not closed where it should be.
#[allow(clippy::wildcard_enum_match_arm, reason = "the parser's errors may grow")]
fn unclosed(kind: &ErrorKind, places: &Places<'_>, at: usize, bracket: Option<Span>) -> YamlError {
    let named = match kind {
        ErrorKind::UnclosedFlowCollection { open } | ErrorKind::MismatchedFlowCollectionEnd { open, .. } => {
            Some(*open)
        }
        _ => bracket.and_then(|bracket| places.text_of(bracket).chars().next()),
    };
    let close = if named == Some('{') { '}' } else { ']' };
    let span = places.one_character(at);
    let found = YamlError::new(format!("did not find expected ',' or '{close}'"), span).help(CLOSE);
    match bracket {
        Some(bracket) => {
            let help = format!("close {}, or put the text in quotes", places.named(bracket));
            let found = found.help(help);
            if bracket == span { found } else { found.label(bracket, "opened here") }
        }
        None => found,
    }
}

#[allow(clippy::wildcard_enum_match_arm, reason = "the parser's errors may grow")]
fn in_quotes(kind: &ErrorKind, places: &Places<'_>, at: usize, seen: u32) -> YamlError {
    let before = places.open_quote(seen, at);
    let start = before.map_or(at, |quote| quote.start as usize);
    let text = places.text().get(start..).unwrap_or_default();
    if *kind == ErrorKind::UnknownQuotedScalarEscape {
        let wrong = quoted::escapes(text).find(|(_, escaped)| !ESCAPES.contains(*escaped));
        return in_words(kind, places.one_character(wrong.map_or(at, |(place, _)| start + place)));
    }
    let ends_document = places.text().get(at..).is_some_and(quoted::is_marker);
    let kind = match kind {
        ErrorKind::InvalidQuotedScalarIndent if ends_document => &ErrorKind::DocumentIndicatorInQuotedScalar,
        ErrorKind::InvalidQuotedScalarIndent if quoted::length(text).is_none() => {
            let quote = places.one_character(start);
            let help = format!("close {}", places.named(quote));
            return in_words(&ErrorKind::UnclosedQuotedScalar, quote).help(help);
        }
        kind => kind,
    };
    let found = in_words(kind, places.one_character(at));
    match before {
        Some(quote) => {
            let help = format!("close {}", places.named(quote));
            let found = if *kind == ErrorKind::UnclosedQuotedScalar { found.help(help) } else { found };
            if quote.start as usize == at { found } else { found.label(quote, "opened here") }
        }
        None => found,
    }
}
