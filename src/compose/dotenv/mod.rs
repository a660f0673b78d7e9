//! Environment files: Compose's own grammar, and the `raw` one that `docker run --env-file` uses.
//!
//! In: the text of a file and a way to look names up. Out: assignments with their places, and what comes to nothing.
//! Later lines may refer to earlier ones.

mod error;

use std::collections::BTreeMap;
use std::ops::Range;

use crate::compose::dotenv::error::{ASSIGN, DOLLAR, QUOTE};
use crate::compose::template::{Lookup, TemplateError, substitute};

pub use crate::compose::dotenv::error::{DotenvError, wide_file};

/// A `KEY=value` of an environment file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assignment {
    /// The name.
    pub key: String,
    /// Its value.
    pub value: String,
    /// Where the value stands in the text; where the name stands if the value was inherited.
    pub range: Range<usize>,
}

/// What an environment file says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Contents {
    /// What it sets, in order; of several assignments to one name the last one counts.
    pub assignments: Vec<Assignment>,
    /// Where names stand alone that are set nowhere: nothing comes of them.
    pub unset: Vec<Range<usize>>,
    /// Where comments stand behind values that are not quoted.
    pub comments: Vec<Range<usize>>,
}

/// The grammar of an environment file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// Compose's own: quotes, variables, comments.
    #[default]
    Compose,
    /// Lines taken as they are.
    Raw,
}

impl Format {
    /// How Docker Compose begins its complaint about a file of this format.
    fn complaint(self) -> &'static str {
        match self {
            Self::Compose => "failed to read",
            Self::Raw => "failed to parse env_file",
        }
    }
}

/// Reads an environment file. A name is looked up outside first, then among the variables `known` before the file and
/// those that the file itself has set so far.
///
/// # Errors
/// Every line that cannot be read; the first one is what Docker Compose tells.
pub fn parse(
    text: &str,
    format: Format,
    known: BTreeMap<String, String>,
    outside: &dyn Fn(&str) -> Option<String>,
) -> Result<Contents, Vec<DotenvError>> {
    match format {
        Format::Compose => Parser::new(text, known, outside).run(),
        Format::Raw => parse_raw(text, outside),
    }
}

/// Blank, but no line break.
fn is_blank(c: char) -> bool {
    matches!(c, '\t' | '\u{b}' | '\u{c}' | '\r' | ' ' | '\u{85}' | '\u{a0}')
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
    line: usize,
    outside: &'a dyn Fn(&str) -> Option<String>,
    known: BTreeMap<String, String>,
    found: Contents,
}

struct Key {
    name: String,
    range: Range<usize>,
    /// A name alone on its line.
    inherited: bool,
}

impl<'a> Parser<'a> {
    fn new(
        text: &'a str,
        known: BTreeMap<String, String>,
        outside: &'a dyn Fn(&str) -> Option<String>,
    ) -> Self {
        let at = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        Self { text, at, line: 1, outside, known, found: Contents::default() }
    }

    fn run(mut self) -> Result<Contents, Vec<DotenvError>> {
        let mut errors = Vec::new();
        while self.skip_to_statement() {
            if let Err(error) = self.statement() {
                // What follows is read from the next line on.
                let rest = self.text.get(error.range.start..).unwrap_or_default();
                self.at = self.text.len() - rest.find('\n').map_or(0, |end| rest.len() - end - 1);
                self.line = 1 + self.text.get(..self.at).unwrap_or_default().matches('\n').count();
                errors.push(error);
            }
        }
        if errors.is_empty() { Ok(self.found) } else { Err(errors) }
    }

    fn statement(&mut self) -> Result<(), DotenvError> {
        let key = self.take_key()?;
        if key.name.contains(' ') {
            return self.fail("key cannot contain a space", key.range, ASSIGN);
        }
        if key.inherited {
            match (self.outside)(&key.name) {
                Some(value) => self.assign(key.name, value, key.range),
                None => self.found.unset.push(key.range),
            }
            return Ok(());
        }
        let (value, range) = self.take_value()?;
        self.assign(key.name, value, range);
        Ok(())
    }

    fn assign(&mut self, key: String, value: String, range: Range<usize>) {
        self.known.insert(key.clone(), value.clone());
        self.found.assignments.push(Assignment { key, value, range });
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn fail<T>(&self, problem: &str, range: Range<usize>, help: &'static str) -> Result<T, DotenvError> {
        Err(DotenvError { message: format!("line {}: {problem}", self.line), range, help })
    }

    /// Passes blank lines and comments; false at the end of the text.
    fn skip_to_statement(&mut self) -> bool {
        loop {
            let rest = self.rest();
            let Some(start) = rest.find(|c: char| !c.is_whitespace()) else { return false };
            self.line += rest.get(..start).unwrap_or_default().matches('\n').count();
            self.at += start;
            if !self.rest().starts_with('#') {
                return true;
            }
            let Some(end) = self.rest().find('\n') else { return false };
            self.at += end;
        }
    }

    fn take_key(&mut self) -> Result<Key, DotenvError> {
        if let Some(after) = self.rest().strip_prefix("export")
            && after.starts_with([' ', '\t', '\r', '\n', '\u{c}'])
        {
            self.at = self.text.len() - after.trim_start_matches(is_blank).len();
        }
        let start = self.at;
        let source = self.rest();
        for (offset, character) in source.char_indices() {
            match character {
                '=' | ':' | '\n' => {
                    let inherited = character == '\n';
                    let written = source.get(..offset).unwrap_or_default();
                    if inherited && !written.contains(' ') {
                        self.line += 1;
                    }
                    let name = written.trim_end().to_owned();
                    let after = source.get(offset + 1..).unwrap_or_default().trim_start_matches(is_blank);
                    self.at = self.text.len() - after.len();
                    return Ok(Key { range: start..start + name.len(), name, inherited });
                }
                '_' | '.' | '-' | '[' | ']' => {}
                c if is_blank(c) || c.is_alphabetic() || c.is_numeric() => {}
                c => {
                    let problem = format!("unexpected character {:?} in variable name", c.to_string());
                    return self.fail(&problem, start + offset..start + offset + c.len_utf8(), ASSIGN);
                }
            }
        }
        // A name that ends the file without a line break is read as the value of a variable without a name.
        Ok(Key { name: String::new(), range: start..start, inherited: false })
    }

    fn take_value(&mut self) -> Result<(String, Range<usize>), DotenvError> {
        let source = self.rest();
        match source.as_bytes().first() {
            Some(quote @ (b'"' | b'\'')) => self.take_quoted(*quote),
            _ => {
                let line = source.split('\n').next().unwrap_or_default();
                let value = match line.split_once(" #") {
                    Some((value, comment)) => {
                        let end = self.at + line.trim_end().len();
                        self.found.comments.push(self.at + line.len() - comment.len() - 1..end);
                        value
                    }
                    None => line,
                };
                let value = value.trim_end();
                let range = self.at..self.at + value.len();
                self.line += 1;
                self.at = (self.at + line.len() + 1).min(self.text.len());
                Ok((self.expand(value, &range)?, range))
            }
        }
    }

    fn take_quoted(&mut self, quote: u8) -> Result<(String, Range<usize>), DotenvError> {
        let start = self.at;
        let source = self.rest();
        let mut value = Vec::new();
        let mut escaped = false;
        for (offset, byte) in source.bytes().enumerate().skip(1) {
            self.line += usize::from(byte == b'\n');
            if byte == quote && !escaped {
                let range = start..start + offset + 1;
                self.at = range.end;
                let value = String::from_utf8_lossy(&value).into_owned();
                let value = if quote == b'"' { self.expand(&unescape(&value), &range)? } else { value };
                return Ok((value, range));
            }
            if byte == b'\\' && !escaped {
                escaped = true;
                continue;
            }
            if escaped && byte != quote {
                value.push(b'\\');
            }
            escaped = false;
            value.push(byte);
        }
        let first_line = source.split('\n').next().unwrap_or_default();
        self.fail("unterminated quoted value", start..start + first_line.len(), QUOTE)
    }

    fn expand(&self, value: &str, range: &Range<usize>) -> Result<String, DotenvError> {
        let mut lookup = FileLookup { outside: self.outside, known: &self.known };
        substitute(value, &mut lookup).map_err(|error: TemplateError| {
            let help = match error {
                TemplateError::Invalid(_) => DOLLAR,
                TemplateError::Required { .. } => "set the variable in the environment",
            };
            DotenvError { message: error.message(), range: range.clone(), help }
        })
    }
}

struct FileLookup<'a> {
    outside: &'a dyn Fn(&str) -> Option<String>,
    known: &'a BTreeMap<String, String>,
}

impl Lookup for FileLookup<'_> {
    fn get(&mut self, name: &str) -> Option<String> {
        (self.outside)(name).or_else(|| self.known.get(name).cloned())
    }

    fn unset(&mut self, _name: &str) {}

    fn written(&mut self, _name: &str) {}
}

/// The escapes of double quotes; `\$` becomes `$$`, so that interpolation leaves the dollar alone.
fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        let (before, escape) = rest.split_at(at);
        out.push_str(before);
        let next = escape.get(1..).and_then(|after| after.chars().next());
        let (replacement, length) = match next {
            Some('$') => ("$$".to_owned(), 2),
            Some('0') => octal_escape(escape),
            Some(c) => (simple_escape(c).map_or_else(|| format!("\\{c}"), String::from), 1 + c.len_utf8()),
            None => ("\\".to_owned(), 1),
        };
        out.push_str(&replacement);
        rest = escape.get(length..).unwrap_or_default();
    }
    out + rest
}

fn simple_escape(c: char) -> Option<char> {
    Some(match c {
        'a' => '\u{7}',
        'b' => '\u{8}',
        'f' => '\u{c}',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'v' => '\u{b}',
        '"' => '"',
        '\\' => '\\',
        _ => return None,
    })
}

/// `\0` and up to three digits; what is no character keeps the backslash and loses the zero, as in the reference.
fn octal_escape(escape: &str) -> (String, usize) {
    let after = escape.get(2..).unwrap_or_default();
    let digits: String = after.chars().take(3).take_while(char::is_ascii_digit).collect();
    let value = (digits.len() == 3).then(|| u8::from_str_radix(&digits, 8).ok()).flatten();
    let text = value.map_or_else(|| format!("\\{digits}"), |byte| char::from(byte).to_string());
    (text, 2 + digits.len())
}

fn parse_raw(text: &str, lookup: &dyn Fn(&str) -> Option<String>) -> Result<Contents, Vec<DotenvError>> {
    let mut found = Contents::default();
    let mut errors = Vec::new();
    let mut at = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    for piece in text.get(at..).unwrap_or_default().split_inclusive('\n') {
        let without_break = piece.strip_suffix('\n').unwrap_or(piece);
        let line = without_break.strip_suffix('\r').unwrap_or(without_break).trim_start();
        let start = at + without_break.find(line).unwrap_or(0);
        at += piece.len();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let (key, value) = line.split_once('=').map_or((line, None), |(key, value)| (key, Some(value)));
        let problem = match key {
            "" => Some("no variable name on this line"),
            key if key.contains([' ', '\t']) => Some("this variable contains whitespaces"),
            _ => None,
        };
        if let Some(problem) = problem {
            let range = start..start + key.len().max(1);
            errors.push(DotenvError { message: problem.to_owned(), range, help: ASSIGN });
            continue;
        }
        let range = start + key.len() + usize::from(value.is_some())..start + line.len();
        match value.map(str::to_owned).or_else(|| lookup(key)) {
            Some(value) => found.assignments.push(Assignment { key: key.to_owned(), value, range }),
            None => found.unset.push(start..start + line.len()),
        }
    }
    if errors.is_empty() { Ok(found) } else { Err(errors) }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::{Format, parse};

    fn values(text: &str, format: Format) -> Vec<(String, String)> {
        let outside = |name: &str| (name == "OUT").then(|| "outside".to_owned());
        let found = parse(text, format, BTreeMap::new(), &outside).unwrap();
        found.assignments.into_iter().map(|assignment| (assignment.key, assignment.value)).collect()
    }

    #[test]
    fn compose_grammar() {
        let rows = [
            ("A=1\n", "A", "1"),
            ("export A = x # note\n", "A", "x"),
            ("A: yaml\n", "A", "yaml"),
            ("A=\"two\nlines\" # c\n", "A", "two\nlines"),
            ("A='$OUT \\' x'\n", "A", "$OUT ' x"),
            ("A=\"\\$OUT\\t\\0101\\x\"\n", "A", "$OUT\tA\\x"),
            ("A=${OUT}-${B:-d}\n", "A", "outside-d"),
            ("OUT\n", "OUT", "outside"),
            ("\u{feff}A=a#b\r\n", "A", "a#b"),
            ("A=a\\nb\n", "A", "a\\nb"),
            ("A=#x\n", "A", "#x"),
        ];
        for (text, key, value) in rows {
            assert_eq!(values(text, Format::Compose), [(key.to_owned(), value.to_owned())], "{text:?}");
        }
        assert!(values("# only\n\n", Format::Compose).is_empty());
        assert!(values("MISSING\n", Format::Compose).is_empty());
        assert_eq!(values("A=1\nB=$A\n", Format::Compose)[1].1, "1");
    }

    #[test]
    fn raw_grammar() {
        let rows = [("A=\"q\" # no\n", "\"q\" # no"), ("  A=$OUT \r\n", "$OUT ")];
        for (text, value) in rows {
            assert_eq!(values(text, Format::Raw), [("A".to_owned(), value.to_owned())], "{text:?}");
        }
        assert_eq!(values("OUT\nNOT\n", Format::Raw), [("OUT".to_owned(), "outside".to_owned())]);
    }

    #[test]
    fn what_comes_to_nothing_is_named() {
        let text = "A=x #c \nB='y' # d\nMISSING\n";
        let words = |ranges: Vec<std::ops::Range<usize>>| -> Vec<&str> {
            ranges.into_iter().filter_map(|range| text.get(range)).collect()
        };
        let found = parse(text, Format::Compose, BTreeMap::new(), &|_| None).unwrap();
        assert_eq!((words(found.comments), words(found.unset)), (vec!["#c"], vec!["MISSING"]));
        let raw = parse(text, Format::Raw, BTreeMap::new(), &|_| None).unwrap();
        assert_eq!((words(raw.comments), words(raw.unset)), (vec![], vec!["MISSING"]));
    }

    #[test]
    fn errors_name_the_line() {
        let rows = [
            ("A=1\nB!=2\n", "line 2: unexpected character \"!\" in variable name"),
            ("A B=2\n", "line 1: key cannot contain a space"),
            ("A='x\n", "line 2: unterminated quoted value"),
        ];
        for (text, message) in rows {
            let errors = parse(text, Format::Compose, BTreeMap::new(), &|_| None).unwrap_err();
            assert_eq!(errors[0].message, message, "{text:?}");
        }
    }

    #[test]
    fn every_bad_line_is_told_and_none_is_repeated() {
        let text = "A!=hunter2\nB=1\nC D=2\nE=\"x\nF=${\nG=2\n";
        let errors = parse(text, Format::Compose, BTreeMap::new(), &|_| None).unwrap_err();
        let places: Vec<usize> = errors.iter().map(|error| error.range.start).collect();
        assert_eq!(places, [1, 15, 23, 28]);
        assert!(errors.iter().all(|error| !error.message.contains("hunter2")));
        let errors = parse("=hunter2\nA B=1\nC=1\n", Format::Raw, BTreeMap::new(), &|_| None).unwrap_err();
        assert_eq!(errors.len(), 2);
        assert!(errors.iter().all(|error| !error.message.contains("hunter2")));
    }
}
