//! What must not be shown, and the functions that hide it.
//!
//! In: secret places in files and secret values, as the stages find them. Out: excerpts and messages without them.
//! An excerpt keeps its length, so that spans into it stay valid. A value that nobody could meet by chance is hidden
//! wherever it occurs; a word such as `postgres` is hidden where it is the secret, and readable where it is a name.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use crate::finding::literal::{literals, url_passwords};
use crate::source::file::SourceMap;
use crate::source::span::{FileId, Span};

/// What a message shows instead of a secret.
const HIDDEN: &str = "***";

/// Values that are everybody's: hiding them everywhere would hide names and protect nothing.
const COMMON: &str = "
    admin administrator airflow app changeme change_me changeit database default demo dev disabled
    django docker enabled example false guest local localhost mariadb minio minioadmin mongo mongodb
    mysql none null oracle pass passwd password postgres postgresql prod production public rabbitmq
    redis root sample secret service test testing token true user username wordpress
";

/// Values are found by their first bytes; those with fewer are not looked for in free text.
const HEAD: usize = 4;

/// Values that are longer than this are never common.
const LONGEST_COMMON: usize = 64;

/// Secret places and secret values.
#[derive(Clone, Debug, Default)]
pub struct Mask {
    /// Start to end of the secret places of each file; they neither overlap nor touch.
    covered: BTreeMap<FileId, BTreeMap<u32, u32>>,
    /// Values that are hidden wherever they occur, by their first bytes.
    distinctive: BTreeMap<[u8; HEAD], BTreeSet<String>>,
    /// Values that look like a word and are hidden where they stand alone as one.
    words: BTreeSet<String>,
    /// Values that mean nothing by themselves and are hidden only in what is said about a secret place.
    common: BTreeSet<String>,
    /// Words that the project uses as names.
    names: BTreeSet<String>,
}

impl Mask {
    /// Hides a place.
    pub fn cover(&mut self, span: Span) {
        let Span { file, mut start, mut end } = span;
        if start >= end {
            return;
        }
        let ranges = self.covered.entry(file).or_default();
        while let Some((known, known_end)) =
            ranges.range(..=end).next_back().map(|(start, end)| (*start, *end))
        {
            if known_end < start {
                break;
            }
            ranges.remove(&known);
            start = start.min(known);
            end = end.max(known_end);
        }
        ranges.insert(start, end);
    }

    /// Hides a value; of one with several lines each line as well.
    pub fn learn(&mut self, value: &str) {
        for line in value.lines().chain([value]) {
            let line = line.trim();
            self.learn_line(line);
            // A message may quote the value with escapes.
            if line.contains(|char: char| char.is_control() || matches!(char, '"' | '\'' | '\\')) {
                self.learn_line(&line.escape_debug().to_string());
            }
        }
    }

    fn learn_line(&mut self, value: &str) {
        if value.is_empty() {
            return;
        }
        let values = match (Kind::of(value), value.as_bytes().first_chunk()) {
            (Kind::Distinctive, Some(head)) => self.distinctive.entry(*head).or_default(),
            (Kind::Word, _) => &mut self.words,
            (Kind::Common, _) | (Kind::Distinctive, None) => &mut self.common,
        };
        values.insert(value.to_owned());
    }

    /// Keeps a word readable that the project uses as a name, even if it is also somebody's password.
    pub fn name(&mut self, word: &str) {
        self.names.insert(word.to_owned());
    }

    /// Whether a secret place lies in a span or touches it.
    #[must_use]
    pub fn touches(&self, span: Span) -> bool {
        let ranges = self.covered.get(&span.file);
        ranges
            .and_then(|ranges| ranges.range(..=span.end).next_back())
            .is_some_and(|(_, end)| *end >= span.start)
    }

    /// The text of a span with every byte of a secret replaced by `*`; line breaks stay.
    #[must_use]
    pub fn excerpt<'a>(&self, sources: &'a SourceMap, span: Span) -> Cow<'a, str> {
        let text = sources.text(span);
        let mut hidden = self.secrets_in(text);
        for (start, end) in
            self.covered.get(&span.file).into_iter().flat_map(|ranges| ranges.range(..span.end)).rev()
        {
            if *end <= span.start {
                break;
            }
            let (from, to) = (start.saturating_sub(span.start), end.min(&span.end) - span.start);
            hidden.push(text.floor_char_boundary(from as usize)..text.ceil_char_boundary(to as usize));
        }
        replace(text, hidden, |part| {
            let star = |char: char| {
                if matches!(char, '\n' | '\r') { char.into() } else { "*".repeat(char.len_utf8()) }
            };
            part.chars().map(star).collect()
        })
    }

    /// A message with every secret value replaced by `***`.
    #[must_use]
    pub fn text<'a>(&self, text: &'a str) -> Cow<'a, str> {
        replace(text, self.secrets_in(text), |_| HIDDEN.to_owned())
    }

    /// A message about a secret place: as [`Mask::text`], and the values that are common words are hidden as well
    /// where a value stands (`"postgres"`, `PASSWORD=postgres`).
    #[must_use]
    pub fn text_beside<'a>(&self, text: &'a str) -> Cow<'a, str> {
        let mut hidden = self.secrets_in(text);
        hidden.extend(values_in(text).filter(|value| {
            let value = text.get(value.clone()).unwrap_or_default();
            self.common.contains(value) || self.words.contains(value)
        }));
        replace(text, hidden, |_| HIDDEN.to_owned())
    }

    fn secrets_in(&self, text: &str) -> Vec<Range<usize>> {
        let mut found = Vec::new();
        for password in url_passwords(text) {
            let parts = literals(text.get(password.clone()).unwrap_or_default());
            found
                .extend(parts.into_iter().map(|part| password.start + part.start..password.start + part.end));
        }
        if !self.words.is_empty() {
            found.extend(words_in(text).filter(|word| {
                let word = text.get(word.clone()).unwrap_or_default();
                self.words.contains(word) && !self.names.contains(word)
            }));
        }
        if !self.distinctive.is_empty() {
            let tails = (0..text.len()).map(|at| (at, text.as_bytes().get(at..).unwrap_or_default()));
            for (at, tail) in tails {
                let same_head =
                    tail.first_chunk().and_then(|head| self.distinctive.get(head)).into_iter().flatten();
                let lengths = same_head.filter(|value| tail.starts_with(value.as_bytes())).map(String::len);
                found.extend(lengths.max().map(|length| at..at + length));
            }
        }
        found
    }
}

/// How easily a value is met by chance.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Distinctive,
    Word,
    Common,
}

impl Kind {
    fn of(value: &str) -> Self {
        let is_all = |class: fn(&u8) -> bool| value.as_bytes().iter().all(class);
        let is_number = is_all(u8::is_ascii_digit);
        let is_short_word = value.len() < 6 && value.chars().all(is_word_char);
        if value.len() < HEAD
            || (is_number && value.len() < 6)
            || COMMON.split_whitespace().any(|word| word.eq_ignore_ascii_case(value))
        {
            Self::Common
        } else if is_number || is_short_word || (is_all(u8::is_ascii_alphabetic) && value.len() < 16) {
            Self::Word
        } else {
            Self::Distinctive
        }
    }
}

fn is_word_char(char: char) -> bool {
    char.is_alphanumeric() || matches!(char, '_' | '-')
}

fn words_in(text: &str) -> impl Iterator<Item = Range<usize>> {
    let mut start = 0;
    text.split(|char| !is_word_char(char)).filter_map(move |word| {
        let range = start..start + word.len();
        let separator = text.get(range.end..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
        start = range.end + separator;
        (!range.is_empty()).then_some(range)
    })
}

/// The places in a message where a value may stand: in quotes, after `=` or `:`, or the whole message.
fn values_in(text: &str) -> impl Iterator<Item = Range<usize>> {
    let mut starts = vec![0];
    let mut ends = Vec::new();
    let mut before = ' ';
    for (at, char) in text.char_indices() {
        let is_quote = matches!(char, '`' | '"' | '\'');
        let is_sign = matches!(char, '=' | ':');
        if is_quote || is_sign || (char == ' ' && matches!(before, '=' | ':')) {
            starts.push(at + char.len_utf8());
        }
        if is_quote || matches!(char, ',' | ';' | '@') || char.is_whitespace() {
            ends.push(at);
        }
        before = char;
    }
    ends.push(text.len());
    starts.into_iter().flat_map(move |start| {
        let first = ends.partition_point(|end| *end <= start);
        let near =
            ends.get(first..).unwrap_or_default().iter().take_while(|end| **end - start <= LONGEST_COMMON);
        near.map(|end| start..*end).collect::<Vec<_>>()
    })
}

/// The text with ranges replaced, which may overlap.
fn replace(text: &str, mut ranges: Vec<Range<usize>>, by: impl Fn(&str) -> String) -> Cow<'_, str> {
    if ranges.is_empty() {
        return Cow::Borrowed(text);
    }
    ranges.sort_by_key(|range| (range.start, range.end));
    ranges.dedup_by(|next, kept| {
        let joins = next.start < kept.end;
        if joins {
            kept.end = kept.end.max(next.end);
        }
        joins
    });
    let mut shown = String::with_capacity(text.len());
    let mut done = 0;
    for range in ranges {
        shown.push_str(text.get(done..range.start).unwrap_or_default());
        shown.push_str(&by(text.get(range.clone()).unwrap_or_default()));
        done = range.end;
    }
    shown.push_str(text.get(done..).unwrap_or_default());
    Cow::Owned(shown)
}

#[cfg(test)]
mod tests {
    use super::Mask;
    use crate::source::file::{Memory, SourceMap};
    use crate::source::span::Span;

    fn learnt(values: &[&str]) -> Mask {
        let mut mask = Mask::default();
        values.iter().for_each(|value| mask.learn(value));
        mask
    }

    #[test]
    fn what_nobody_meets_by_chance_is_hidden_everywhere() {
        let mask =
            learnt(&["s3cr3t!", "p@ss", "correcthorsebatterystaple", "two\nlines of it", "say \"hi\""]);
        let cases = [
            ("xs3cr3t!x", "x***x"),
            ("s3cr3t!s3cr3t!", "******"),
            ("a p@ss", "a ***"),
            ("ucorrecthorsebatterystaple", "u***"),
            ("it has lines of it", "it has ***"),
            (r#"it is "say \"hi\"""#, r#"it is "***""#),
            ("nothing", "nothing"),
            ("", ""),
        ];
        for (text, expected) in cases {
            assert_eq!(mask.text(text), expected);
        }
    }

    #[test]
    fn a_word_is_hidden_where_it_stands_alone_and_is_no_name() {
        let mut mask = learnt(&["swordfish", "keycloak", "123456", "ab12"]);
        mask.name("keycloak");
        assert_eq!(mask.text("swordfish, swordfishes and a-swordfish"), "***, swordfishes and a-swordfish");
        assert_eq!(mask.text("keycloak 123456 1234567 ab12"), "keycloak *** 1234567 ***");
    }

    #[test]
    fn common_words_are_hidden_only_beside_the_secret() {
        let mask = learnt(&["postgres", "db", "5432", "keycloak"]);
        let text = "`postgres` in service `db`: PASSWORD=postgres, services.postgres.x: 5432";
        assert_eq!(mask.text(text), text);
        let hidden = "`***` in service `***`: PASSWORD=***, services.postgres.x: ***";
        assert_eq!(mask.text_beside(text), hidden);
        assert_eq!(mask.text_beside("postgres"), "***");
        assert_eq!(mask.text_beside("for postgres only"), "for postgres only");
    }

    #[test]
    fn a_name_is_no_excuse_beside_the_secret() {
        let mut mask = learnt(&["keycloak"]);
        mask.name("keycloak");
        assert_eq!(mask.text_beside("`keycloak`"), "`***`");
    }

    #[test]
    fn passwords_in_urls_need_not_be_learnt() {
        let mask = Mask::default();
        assert_eq!(mask.text("git https://u:root@h/x.git"), "git https://u:***@h/x.git");
        assert_eq!(mask.text("git https://u:${TOKEN}@h/x.git"), "git https://u:${TOKEN}@h/x.git");
    }

    #[test]
    fn an_excerpt_keeps_its_length_and_its_lines() {
        let text = "a: pä\r\nss\nb: s3cr3t!\n";
        let mut sources = SourceMap::new(Box::new(Memory::default()), "/");
        let file = sources.add("x", text);
        let mut mask = learnt(&["s3cr3t!"]);
        mask.cover(Span::new(file, 3, 10));
        mask.cover(Span::new(file, 5, 6));
        let shown = mask.excerpt(&sources, Span::new(file, 0, text.len()));
        assert_eq!(shown, "a: ***\r\n**\nb: *******\n");
        assert_eq!(shown.len(), text.len());
        assert_eq!(mask.excerpt(&sources, Span::new(file, 4, 9)), "**\r\n*");
        assert_eq!(mask.excerpt(&sources, Span::new(file, 0, 3)), "a: ");
    }

    #[test]
    fn covered_places_grow_together() {
        let mut sources = SourceMap::new(Box::new(Memory::default()), "/");
        let file = sources.add("x", "0123456789");
        let mut mask = Mask::default();
        for (start, end) in [(4, 6), (8, 9), (6, 7), (1, 2), (1, 5), (3, 3)] {
            mask.cover(Span::new(file, start, end));
        }
        assert_eq!(mask.excerpt(&sources, Span::new(file, 0, 10)), "0******7*9");
        assert!(mask.touches(Span::new(file, 0, 1)));
        assert!(mask.touches(Span::new(file, 7, 8)));
        assert!(!mask.touches(Span::new(file, 0, 0)));
        assert!(!mask.touches(Span::new(file, 10, 10)));
    }
}
