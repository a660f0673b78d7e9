//! YAML that every reader understands the same way, those of YAML 1.1 included.
//!
//! In: a JSON value, whose order of keys is kept. Out: block style, two blanks per level, one way to write each thing:
//! text stays bare only where no reader could take it for something else, lines of text become a `|` block where that
//! keeps every character, and all other text goes in double quotes.

use std::collections::BTreeMap;

use serde_json::Value;

const INDENT: usize = 2;

/// A key that is longer needs YAML's `?` form; readers stop looking for the colon after 1024 characters.
const LONGEST_KEY: usize = 1_000;

/// Writes a value as one YAML document that ends in a line break.
#[must_use]
pub fn yaml(value: &Value) -> String {
    commented(value, &BTreeMap::new())
}

/// The same with comments behind the first lines of places, which [`descend`] names.
#[must_use]
pub fn commented(value: &Value, comments: &BTreeMap<String, Vec<String>>) -> String {
    let mut writer = Writer { text: String::new(), comments, place: String::new(), due: Vec::new() };
    match value {
        Value::Object(map) if !map.is_empty() => writer.mapping(map, 0),
        Value::Array(list) if !list.is_empty() => writer.sequence(list, 0),
        Value::Object(_)
        | Value::Array(_)
        | Value::Null
        | Value::Bool(_)
        | Value::Number(_)
        | Value::String(_) => writer.leaf(value, INDENT),
    }
    writer.end_line();
    writer.text
}

/// Goes one step down in the name of a place.
pub fn descend(place: &mut String, step: &str) {
    place.push('/');
    place.push_str(&step.replace('~', "~0").replace('/', "~1"));
}

struct Writer<'c> {
    text: String,
    comments: &'c BTreeMap<String, Vec<String>>,
    place: String,
    /// Comments that belong at the end of the line.
    due: Vec<&'c str>,
}

impl Writer<'_> {
    /// Goes to a child; what comes back is the way back for [`Self::leave`].
    fn enter(&mut self, step: &str) -> usize {
        let parent = self.place.len();
        if !self.comments.is_empty() {
            descend(&mut self.place, step);
            let comments = self.comments.get(&self.place);
            self.due.extend(comments.into_iter().flatten().map(String::as_str));
        }
        parent
    }

    fn leave(&mut self, parent: usize) {
        self.place.truncate(parent);
    }

    /// Entries one below the other; the first begins where the cursor is.
    fn mapping(&mut self, map: &serde_json::Map<String, Value>, indent: usize) {
        for (position, (key, value)) in map.iter().enumerate() {
            if position > 0 {
                self.line(indent);
            }
            let parent = self.enter(key);
            self.key(key, indent);
            match value {
                Value::Object(map) if !map.is_empty() => {
                    self.line(indent + INDENT);
                    self.mapping(map, indent + INDENT);
                }
                Value::Array(list) if !list.is_empty() => {
                    self.line(indent + INDENT);
                    self.sequence(list, indent + INDENT);
                }
                Value::Object(_)
                | Value::Array(_)
                | Value::Null
                | Value::Bool(_)
                | Value::Number(_)
                | Value::String(_) => {
                    self.text.push(' ');
                    self.leaf(value, indent + INDENT);
                }
            }
            self.leave(parent);
        }
    }

    /// Items one below the other; the first begins where the cursor is.
    fn sequence(&mut self, list: &[Value], indent: usize) {
        for (position, value) in list.iter().enumerate() {
            if position > 0 {
                self.line(indent);
            }
            self.text.push_str("- ");
            let parent = self.enter(&position.to_string());
            match value {
                Value::Object(map) if !map.is_empty() => self.mapping(map, indent + INDENT),
                Value::Array(list) if !list.is_empty() => self.sequence(list, indent + INDENT),
                Value::Object(_)
                | Value::Array(_)
                | Value::Null
                | Value::Bool(_)
                | Value::Number(_)
                | Value::String(_) => self.leaf(value, indent + INDENT),
            }
            self.leave(parent);
        }
    }

    fn key(&mut self, key: &str, indent: usize) {
        let start = self.text.len();
        if is_plain(key) {
            self.text.push_str(key);
        } else {
            self.quoted(key);
        }
        if self.text.len() - start > LONGEST_KEY {
            self.text.insert_str(start, "? ");
            self.line(indent);
        }
        self.text.push(':');
    }

    /// A value without children; the lines of a block get this indentation.
    fn leaf(&mut self, value: &Value, indent: usize) {
        match value {
            Value::String(text) => self.string(text, indent),
            Value::Object(_) => self.text.push_str("{}"),
            Value::Array(_) => self.text.push_str("[]"),
            Value::Null | Value::Bool(_) | Value::Number(_) => self.text.push_str(&value.to_string()),
        }
    }

    fn string(&mut self, text: &str, indent: usize) {
        if is_plain(text) {
            self.text.push_str(text);
        } else if is_literal(text) {
            self.literal(text, indent);
        } else {
            self.quoted(text);
        }
    }

    fn literal(&mut self, text: &str, indent: usize) {
        let (header, body) = match text.strip_suffix('\n') {
            Some(body) => ("|", body),
            None => ("|-", text),
        };
        self.text.push_str(header);
        for line in body.split('\n') {
            if line.is_empty() {
                self.end_line();
            } else {
                self.line(indent);
                self.text.push_str(line);
            }
        }
    }

    fn quoted(&mut self, text: &str) {
        self.text.push('"');
        for character in text.chars() {
            match character {
                '"' => self.text.push_str("\\\""),
                '\\' => self.text.push_str("\\\\"),
                '\n' => self.text.push_str("\\n"),
                '\t' => self.text.push_str("\\t"),
                '\r' => self.text.push_str("\\r"),
                _ if needs_escape(character) => {
                    self.text.push_str(&format!("\\u{:04x}", u32::from(character)));
                }
                _ => self.text.push(character),
            }
        }
        self.text.push('"');
    }

    fn line(&mut self, indent: usize) {
        self.end_line();
        self.text.extend(std::iter::repeat_n(' ', indent));
    }

    fn end_line(&mut self) {
        for (position, comment) in self.due.drain(..).enumerate() {
            self.text.push_str(if position == 0 { "  # " } else { "; " });
            self.text.push_str(comment);
        }
        self.text.push('\n');
    }
}

/// Whether text can stand bare: it begins like a word or a path, and no reader takes it for anything but text.
fn is_plain(text: &str) -> bool {
    const LONGEST: usize = 1_000;
    const MARKS: &str = "_-./$:@+=,()%^ ";
    let begins_well = text.starts_with(|first: char| first.is_ascii_alphabetic() || "/_$".contains(first));
    let is_harmless = |character: char| character.is_ascii_alphanumeric() || MARKS.contains(character);
    begins_well
        && text.len() <= LONGEST
        && text.chars().all(is_harmless)
        && !text.ends_with([' ', ':'])
        && !text.contains(": ")
        && !is_word(text)
}

/// The words that YAML 1.1 or 1.2 reads as truth values, null or numbers, in any mixture of case.
fn is_word(text: &str) -> bool {
    const WORDS: [&str; 11] = ["y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan", "inf"];
    WORDS.iter().any(|word| text.eq_ignore_ascii_case(word))
}

/// Whether a `|` block keeps every character: there are lines, the first shows the indentation, none ends in blanks, and
/// at most one line break ends the text.
fn is_literal(text: &str) -> bool {
    let is_printable = |character: char| {
        matches!(character, '\n' | '\t' | ' '..='~')
            || matches!(character, '\u{a1}'..='\u{d7ff}') && !needs_escape(character)
    };
    text.contains('\n')
        && !text.starts_with([' ', '\t', '\n'])
        && !text.ends_with("\n\n")
        && text.lines().all(|line| !line.ends_with([' ', '\t']))
        && text.chars().all(is_printable)
}

/// Characters that some reader folds, drops or refuses.
fn needs_escape(character: char) -> bool {
    matches!(
        character,
        '\0'..'\u{20}'
            | '\u{7f}'..='\u{a0}'
            | '\u{2028}'
            | '\u{2029}'
            | '\u{feff}'
            | '\u{fff0}'..='\u{ffff}'
    )
}
