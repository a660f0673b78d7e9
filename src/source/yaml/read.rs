//! The loop over the parser's events: it recovers at documents, and makes the parser as lenient and as strict as
//! go-yaml where the two differ.

use granit_parser::{Event, Parser, ScalarStyle, ScanError, StructureStyle};

use crate::source::span::{FileId, Span};
use crate::source::yaml::compose::Composer;
use crate::source::yaml::error::{self, YamlError};
use crate::source::yaml::lenient;
use crate::source::yaml::padding::{Edit, Padded};
use crate::source::yaml::place::Places;
use crate::source::yaml::tabs::{self, Before};
use crate::source::yaml::tree::{Limits, Parsed};

/// Reads all documents of a file; after a mistake it goes on with the next document.
#[must_use]
pub fn parse(file: FileId, text: &str, limits: &Limits) -> Parsed {
    // Each padding reads the file anew, which must not let a large file take long.
    const MOST_BYTES: usize = 64 * 1024 * 1024;
    const MOST_PADDINGS: usize = 100;
    let budget = (MOST_BYTES / text.len().max(1)).min(MOST_PADDINGS);
    let mut padded = Padded::new(text);
    let mut may_edit = true;
    for left in (0..=budget).rev() {
        let reader = Reader {
            composer: Composer::new(Places::new(file, text, &padded), limits),
            may_edit: may_edit && left > 0,
            gap: 0,
            before: Before::Token,
        };
        match reader.run(limits) {
            Ok(parsed) => return parsed,
            Err(edits) => may_edit = padded.apply(edits),
        }
    }
    Parsed::default()
}

/// Why reading cannot simply go on.
enum Fault {
    /// The document is broken.
    Error(YamlError),
    /// go-yaml reads this, and the parser will after these edits.
    Edits(Vec<Edit>),
}

struct Reader<'t> {
    composer: Composer<'t>,
    may_edit: bool,
    /// Where the last token ended, and what it was.
    gap: u32,
    before: Before,
}

impl<'t> Reader<'t> {
    fn run(mut self, limits: &Limits) -> Result<Parsed, Vec<Edit>> {
        let options = granit_parser::options! {
            emit_anchor_events: true,
            emit_unresolved_aliases: true,
            max_buffered_comment_events: usize::MAX,
            flow_nesting_limit: limits.max_depth,
            block_nesting_limit: limits.max_depth,
        };
        let places = self.composer.places;
        let mut parser = Parser::new_from_str_with_options(places.padded_text(), options);
        while let Some(next) = parser.next_event() {
            let step = match next {
                Ok((event, at)) => self.event(event, &at),
                Err(error) => Err(self.syntax_error(&error)),
            };
            match step {
                Ok(()) => {}
                Err(Fault::Edits(edits)) => return Err(edits),
                Err(Fault::Error(error)) => {
                    self.composer.abandon(error);
                    if !matches!(parser.proceed_next_document(), Ok(true)) {
                        break;
                    }
                    self.gap = u32::MAX;
                }
            }
        }
        Ok(self.composer.finish())
    }

    fn event(&mut self, event: Event<'_>, at: &granit_parser::Span) -> Result<(), Fault> {
        let span = self.composer.places.span(at);
        if matches!(event, Event::Anchor(..) | Event::Alias(_) | Event::UnresolvedAlias(_)) {
            self.check_name(span)?;
        }
        if matches!(event, Event::DocumentStart(false, _)) && self.composer.has_documents() {
            return Err(Fault::Error(error::no_document_start(span)));
        }
        if let Some(tag) = at.tag_span() {
            self.check_tag(self.composer.places.span(&tag))?;
        }
        self.check_tabs(&event, span)?;
        self.composer.event(event, at).map_err(Fault::Error)
    }

    /// In go-yaml the names of anchors end at a colon and are plain ASCII.
    fn check_name(&self, span: Span) -> Result<(), Fault> {
        let name = self.composer.places.text_of(span);
        match name.find(':') {
            Some(colon) if self.may_edit => {
                Err(Fault::Edits(vec![Edit::insert(span.start as usize + colon, " ")]))
            }
            _ if name.is_ascii() => Ok(()),
            _ => Err(Fault::Error(error::bad_anchor_name(span))),
        }
    }

    /// In go-yaml only blanks end a tag.
    fn check_tag(&self, span: Span) -> Result<(), Fault> {
        let places = self.composer.places;
        let next = places.one_character(span.end as usize);
        let found = places.text_of(next);
        if found.trim().is_empty() { Ok(()) } else { Err(Fault::Error(error::bad_tag(found, next))) }
    }

    /// Looks for tabs between the last token and this event, if it is one.
    fn check_tabs(&mut self, event: &Event<'_>, span: Span) -> Result<(), Fault> {
        let Some((token, next)) = self.token(event, span) else { return Ok(()) };
        let places = self.composer.places;
        let gap = places.text_of(Span { start: self.gap, end: token.start, ..token });
        let refused = if !gap.contains('\t') {
            None
        } else if self.composer.is_in_flow() {
            // Between brackets tabs are fine, except those that a plain scalar takes.
            let blanks = gap.len() - gap.trim_start().len();
            let taken = gap.get(..blanks).filter(|_| self.before != Before::Token);
            taken.and_then(|taken| tabs::refused(taken, false, self.before))
        } else {
            tabs::refused(gap, self.gap == 0, self.before)
        };
        let refused = refused.map(|refused| (self.gap, refused)).or_else(|| {
            let Before::Plain { from_column } = next else { return None };
            Some((token.start, tabs::refused_inside(places.text_of(token), from_column)?))
        });
        if let Some((start, refused)) = refused {
            let at = start as usize + refused.at;
            return Err(Fault::Error(error::tab(refused.message, places.one_character(at))));
        }
        self.gap = token.end;
        self.before = next;
        Ok(())
    }

    /// Where the token of an event is, and what it is for the gap that follows.
    fn token(&self, event: &Event<'_>, span: Span) -> Option<(Span, Before)> {
        let places = self.composer.places;
        match event {
            Event::Scalar(_, ScalarStyle::Literal | ScalarStyle::Folded, ..) => {
                let written = places.text_of(span).trim_end();
                let end = span.start.saturating_add(u32::try_from(written.len()).unwrap_or(0));
                let from_column = places.column(span.start);
                Some((Span { end, ..span }, Before::Block { from_column })).filter(|_| !written.is_empty())
            }
            Event::Scalar(_, style, ..) if span.start < span.end => {
                let from_column = self.composer.indentation();
                let is_plain = *style == ScalarStyle::Plain;
                Some((span, if is_plain { Before::Plain { from_column } } else { Before::Token }))
            }
            Event::SequenceStart(StructureStyle::Flow, ..)
            | Event::MappingStart(StructureStyle::Flow, ..) => {
                places.text_of(span).starts_with(['[', '{']).then_some((span, Before::Token))
            }
            Event::SequenceEnd | Event::MappingEnd => {
                (span.start < span.end).then_some((span, Before::Token))
            }
            Event::Alias(_) | Event::UnresolvedAlias(_) => Some((span, Before::Token)),
            Event::StreamEnd => Some((places.end(), Before::Token)),
            Event::StreamStart
            | Event::DocumentStart(..)
            | Event::DocumentEnd
            | Event::Comment(..)
            | Event::Anchor(..)
            | Event::Scalar(..)
            | Event::SequenceStart(..)
            | Event::MappingStart(..)
            | _ => None,
        }
    }

    fn syntax_error(&self, error: &ScanError) -> Fault {
        let places = self.composer.places;
        if self.may_edit {
            let edits = lenient::edits(error, &places, self.composer.last_end(), self.composer.is_in_flow());
            if !edits.is_empty() {
                return Fault::Edits(edits);
            }
        }
        Fault::Error(self.composer.syntax_error(error))
    }
}
