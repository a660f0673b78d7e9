//! What the parser accepts and go-yaml refuses: tabs in indentation, tags that run into a bracket, foreign escapes and
//! directives, names of anchors outside ASCII, keys over several lines, a document after `...` without a marker.

use granit_parser::{Event, ScalarStyle, ScanError, StructureStyle, YamlVersion};

use crate::source::span::Span;
use crate::source::yaml::compose::Composer;
use crate::source::yaml::error::{self, YamlError};
use crate::source::yaml::place::Places;
use crate::source::yaml::quoted;
use crate::source::yaml::tabs::{self, Before};

/// Remembers the last token, as what is wrong stands between tokens.
pub(super) struct Strict {
    /// Where the last token ended, and what it was.
    gap: u32,
    before: Before,
}

impl Default for Strict {
    fn default() -> Self {
        Self { gap: 0, before: Before::Token }
    }
}

impl Strict {
    /// Looks at the next event.
    pub(super) fn check(
        &mut self,
        event: &Event<'_>,
        at: &granit_parser::Span,
        composer: &Composer<'_>,
    ) -> Result<(), YamlError> {
        let places = &composer.places;
        let span = places.span(at);
        if let Some(tag) = at.tag_span() {
            check_tag(places, places.span(&tag))?;
        }
        if matches!(event, Event::Scalar(..)) && composer.is_in_flow() {
            check_key(composer, span)?;
        }
        match event {
            Event::Anchor(..) | Event::Alias(_) | Event::UnresolvedAlias(_) => check_name(places, span)?,
            Event::Scalar(_, ScalarStyle::DoubleQuoted, ..) => check_escapes(places, span)?,
            Event::DocumentStart(false, _) if composer.has_documents() => {
                return Err(error::no_document_start(span));
            }
            Event::DocumentStart(true, version) => self.check_directives(places, span, *version)?,
            Event::StreamStart
            | Event::StreamEnd
            | Event::DocumentStart(..)
            | Event::DocumentEnd
            | Event::Comment(..)
            | Event::Scalar(..)
            | Event::SequenceStart(..)
            | Event::SequenceEnd
            | Event::MappingStart(..)
            | Event::MappingEnd
            | _ => {}
        }
        let Some((token, next)) = token(event, span, composer) else { return Ok(()) };
        self.check_tabs(composer, token, next)?;
        self.gap = token.end;
        self.before = next;
        Ok(())
    }

    /// The document is given up: what stands between here and the next token has been skipped.
    pub(super) fn abandon(&mut self) {
        self.gap = u32::MAX;
    }

    /// The tab that go-yaml refuses between the last token and the place where the parser gave up.
    pub(super) fn tab_before(&self, error: &ScanError, composer: &Composer<'_>) -> Option<YamlError> {
        let at = u32::try_from(composer.places.at(error)).ok()?;
        let place = Span { start: at, end: at, ..composer.places.span_at(0) };
        self.check_tabs(composer, place, Before::Token).err()
    }

    /// Looks for tabs between the last token and this one, and inside of it.
    fn check_tabs(&self, composer: &Composer<'_>, token: Span, next: Before) -> Result<(), YamlError> {
        let places = &composer.places;
        let gap = places.text_of(Span { start: self.gap, end: token.start, ..token });
        let refused = if !gap.contains('\t') {
            None
        } else if composer.is_in_flow() {
            // Between brackets tabs are fine, except those that a plain scalar takes.
            let blanks = gap.len() - gap.trim_start().len();
            let taken = gap.get(..blanks).filter(|_| self.before != Before::Token);
            taken.and_then(|taken| tabs::refused(taken, false, self.before))
        } else {
            tabs::refused(gap, self.gap == 0, self.before)
        };
        let text = places.text_of(token);
        let inside = || match next {
            Before::Token => None,
            Before::Plain { .. } => tabs::refused_inside(text, next),
            Before::Block { .. } => {
                tabs::refused_at_start(gap, text).or_else(|| tabs::refused_inside(text, next))
            }
        };
        let refused = refused
            .map(|refused| (self.gap, refused))
            .or_else(|| inside().map(|refused| (token.start, refused)));
        match refused {
            Some((start, refused)) => {
                let at = start as usize + refused.at;
                Err(error::tab(refused.message, places.one_character(at)))
            }
            None => Ok(()),
        }
    }

    /// go-yaml knows YAML 1.1 only, and no other directives than the two of YAML.
    fn check_directives(
        &self,
        places: &Places<'_>,
        marker: Span,
        version: Option<YamlVersion>,
    ) -> Result<(), YamlError> {
        let head = places.text_of(Span { start: self.gap, end: marker.start, ..marker });
        let mut start = self.gap as usize;
        for line in head.split_inclusive('\n') {
            let span = places.one_character(start);
            let is_version = line.starts_with("%YAML");
            if is_version && version.is_some_and(|version| version != YamlVersion::new(1, 1)) {
                return Err(error::wrong_version(span));
            }
            if line.starts_with('%') && !is_version && !line.starts_with("%TAG") {
                return Err(error::unknown_directive(span));
            }
            start += line.len();
        }
        Ok(())
    }
}

/// Where the token of an event is, and what it is for the gap that follows.
fn token(event: &Event<'_>, span: Span, composer: &Composer<'_>) -> Option<(Span, Before)> {
    let places = &composer.places;
    let is_written = span.start < span.end;
    match event {
        Event::Scalar(_, ScalarStyle::Literal | ScalarStyle::Folded, ..) => {
            let written = places.text_of(span).trim_end();
            let end = span.start.saturating_add(u32::try_from(written.len()).unwrap_or(0));
            let from_column = places.column(span.start);
            Some((Span { end, ..span }, Before::Block { from_column })).filter(|_| !written.is_empty())
        }
        Event::Scalar(_, ScalarStyle::Plain, ..) => {
            let from_column = composer.indentation();
            is_written.then_some((span, Before::Plain { from_column }))
        }
        Event::SequenceStart(StructureStyle::Flow, ..) | Event::MappingStart(StructureStyle::Flow, ..) => {
            places.text_of(span).starts_with(['[', '{']).then_some((span, Before::Token))
        }
        Event::Scalar(..)
        | Event::SequenceEnd
        | Event::MappingEnd
        | Event::Alias(_)
        | Event::UnresolvedAlias(_) => is_written.then_some((span, Before::Token)),
        Event::DocumentStart(true, _) => Some((span, Before::Token)),
        Event::StreamEnd => Some((places.end(), Before::Token)),
        Event::StreamStart
        | Event::DocumentStart(..)
        | Event::DocumentEnd
        | Event::Comment(..)
        | Event::Anchor(..)
        | Event::SequenceStart(..)
        | Event::MappingStart(..)
        | _ => None,
    }
}

/// In go-yaml names are plain ASCII.
fn check_name(places: &Places<'_>, span: Span) -> Result<(), YamlError> {
    if places.text_of(span).is_ascii() { Ok(()) } else { Err(error::bad_anchor_name(span)) }
}

/// In go-yaml a key and its colon stand in one line, between brackets too, unless `?` announces the key.
fn check_key(composer: &Composer<'_>, span: Span) -> Result<(), YamlError> {
    let places = &composer.places;
    let behind = places.after(span.end);
    let blanks = behind.len() - behind.trim_start().len();
    let is_key = behind.get(blanks..).is_some_and(|rest| rest.starts_with(':'));
    let is_announced = places.before(span.start).trim_end().ends_with('?');
    let has_break =
        places.text_of(span).contains('\n') || behind.get(..blanks).is_some_and(|b| b.contains('\n'));
    if is_key && has_break && !is_announced {
        Err(error::broken_key(span, composer.bracket().map(|at| (at, places.named(at)))))
    } else {
        Ok(())
    }
}

/// In go-yaml only blanks end a tag.
fn check_tag(places: &Places<'_>, span: Span) -> Result<(), YamlError> {
    let next = places.one_character(span.end as usize);
    let found = places.text_of(next);
    if found.trim().is_empty() { Ok(()) } else { Err(error::bad_tag(found, next)) }
}

/// go-yaml lacks two escapes of JSON: `\/` and pairs of surrogates.
fn check_escapes(places: &Places<'_>, span: Span) -> Result<(), YamlError> {
    match quoted::foreign_escape(places.text_of(span)) {
        Some((at, message)) => Err(error::escape(message, places.one_character(span.start as usize + at))),
        None => Ok(()),
    }
}
