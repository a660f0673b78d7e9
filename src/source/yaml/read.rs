//! The loop over the parser's events: it recovers at documents, and reads again where go-yaml is more lenient.

use granit_parser::{Event, Parser, ScanError};

use crate::source::span::FileId;
use crate::source::yaml::compose::Composer;
use crate::source::yaml::error::YamlError;
use crate::source::yaml::lenient;
use crate::source::yaml::padding::{Edit, Padded};
use crate::source::yaml::place::Places;
use crate::source::yaml::strict::Strict;
use crate::source::yaml::tree::{Limits, Parsed};

/// Reads all documents of a file; after a mistake it goes on with the next document.
#[must_use]
pub fn parse(file: FileId, text: &str, limits: &Limits) -> Parsed {
    // Each edit reads the file anew, which must not let a large file take long.
    const MOST_BYTES: usize = 64 * 1024 * 1024;
    const MOST_READINGS: usize = 100;
    let budget = (MOST_BYTES / text.len().max(1)).min(MOST_READINGS);
    let mut padded = Padded::new(text);
    let mut may_edit = true;
    for left in (0..=budget).rev() {
        let composer = Composer::new(Places::new(file, text, &padded), limits);
        let reader = Reader { composer, strict: Strict::default(), may_edit: may_edit && left > 0 };
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
    strict: Strict,
    may_edit: bool,
}

impl Reader<'_> {
    fn run(mut self, limits: &Limits) -> Result<Parsed, Vec<Edit>> {
        let options = granit_parser::options! {
            emit_anchor_events: true,
            emit_unresolved_aliases: true,
            max_buffered_comment_events: usize::MAX,
            simple_key_max_lookahead: usize::MAX,
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
                    self.strict.abandon();
                    if !matches!(parser.proceed_next_document(), Ok(true)) {
                        break;
                    }
                }
            }
        }
        Ok(self.composer.finish())
    }

    fn event(&mut self, event: Event<'_>, at: &granit_parser::Span) -> Result<(), Fault> {
        if self.may_edit {
            let edits = lenient::edits_for_event(&event, &self.composer.places, at);
            if !edits.is_empty() {
                return Err(Fault::Edits(edits));
            }
        }
        self.strict.check(&event, at, &self.composer).map_err(Fault::Error)?;
        self.composer.event(event, at).map_err(Fault::Error)
    }

    fn syntax_error(&self, error: &ScanError) -> Fault {
        let composer = &self.composer;
        if self.may_edit {
            let edits = lenient::edits_for_error(error, &composer.places, composer.last_end());
            if !edits.is_empty() {
                return Fault::Edits(edits);
            }
        }
        // A tab makes the line look less indented than it does to a person, and the parser stumbles behind it.
        Fault::Error(self.strict.tab_before(error, composer).unwrap_or_else(|| composer.syntax_error(error)))
    }
}
