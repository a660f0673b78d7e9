//! Command lines written as one string: split into words, but not by a shell.
//!
//! Docker Compose knows quotes and backslashes, and stops without a word at the first unquoted shell operator.

/// The words of a command line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Words {
    /// What will run.
    pub words: Vec<String>,
    /// The byte at which splitting stopped, because a shell operator stands there.
    pub stopped_at: Option<usize>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Inside {
    Nothing,
    Single,
    Double,
    Backquote,
    Dollar,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Word {
    /// Nothing was read yet.
    None,
    /// Characters were read; an empty word is dropped.
    Plain,
    /// A quoted part was read; also an empty word counts.
    Quoted,
}

struct Splitter {
    words: Vec<String>,
    buffer: String,
    word: Word,
    inside: Inside,
    escaped: bool,
}

enum Next {
    Continue,
    Stop,
}

/// Splits a command line.
///
/// # Errors
/// The text that Docker Compose prints.
pub fn split(line: &str) -> Result<Words, String> {
    let mut splitter = Splitter {
        words: Vec::new(),
        buffer: String::new(),
        word: Word::None,
        inside: Inside::Nothing,
        escaped: false,
    };
    let mut stopped_at = None;
    for (at, character) in line.char_indices() {
        match splitter.take(character)? {
            Next::Continue => {}
            Next::Stop => {
                stopped_at = Some(at);
                break;
            }
        }
    }
    splitter.flush();
    if splitter.escaped || splitter.inside != Inside::Nothing {
        return Err(invalid());
    }
    Ok(Words { words: splitter.words, stopped_at })
}

fn invalid() -> String {
    "invalid command line string".to_owned()
}

impl Splitter {
    fn take(&mut self, character: char) -> Result<Next, String> {
        if self.escaped {
            self.take_escaped(character);
            return Ok(Next::Continue);
        }
        if character == '\\' {
            if self.inside == Inside::Single {
                self.buffer.push('\\')
            } else {
                self.escaped = true
            }
            return Ok(Next::Continue);
        }
        if matches!(character, ' ' | '\t' | '\r' | '\n') {
            if self.inside == Inside::Nothing {
                self.flush()
            } else {
                self.buffer.push(character)
            }
            return Ok(Next::Continue);
        }
        self.take_special(character)
    }

    fn take_escaped(&mut self, character: char) {
        self.escaped = false;
        if matches!(self.inside, Inside::Backquote | Inside::Dollar) {
            self.buffer.push('\\');
            self.buffer.push(character);
        } else {
            self.buffer.push(match character {
                't' => '\t',
                'n' => '\n',
                other => other,
            });
        }
        self.word = Word::Plain;
    }

    fn take_special(&mut self, character: char) -> Result<Next, String> {
        match (character, self.inside) {
            ('`', Inside::Nothing) => self.inside = Inside::Backquote,
            ('`', Inside::Backquote) => self.inside = Inside::Nothing,
            (')', Inside::Nothing) => return Err(invalid()),
            (')', Inside::Dollar) => self.inside = Inside::Nothing,
            ('(', Inside::Dollar) => return Err(invalid()),
            ('(', Inside::Nothing) => {
                if !self.buffer.ends_with('$') || self.buffer.ends_with("\\$") {
                    return Err(invalid());
                }
                self.inside = Inside::Dollar;
                self.buffer.push('(');
                return Ok(Next::Continue);
            }
            ('"', Inside::Nothing | Inside::Double) | ('\'', Inside::Nothing | Inside::Single) => {
                self.toggle_quote(character);
                return Ok(Next::Continue);
            }
            (';' | '&' | '|' | '<' | '>', Inside::Nothing) => {
                let is_descriptor = self.buffer.bytes().all(|byte| byte.is_ascii_digit());
                if character == '>' && !self.buffer.is_empty() && is_descriptor {
                    self.word = Word::None;
                }
                return Ok(Next::Stop);
            }
            _ => {}
        }
        self.buffer.push(character);
        self.word = Word::Plain;
        Ok(Next::Continue)
    }

    fn toggle_quote(&mut self, quote: char) {
        if self.inside == Inside::Nothing {
            self.inside = if quote == '"' { Inside::Double } else { Inside::Single };
        } else {
            self.inside = Inside::Nothing;
            self.word = Word::Quoted;
        }
    }

    fn flush(&mut self) {
        let word = std::mem::take(&mut self.buffer);
        if self.word == Word::Quoted || (self.word == Word::Plain && !word.is_empty()) {
            self.words.push(word);
        }
        self.word = Word::None;
    }
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn lines_are_split_as_compose_splits_them() {
        let rows: [(&str, &[&str]); 16] = [
            ("sh -c 'a b'", &["sh", "-c", "a b"]),
            (r#"a "b \"c\" d""#, &["a", r#"b "c" d"#]),
            (r"a 'b\n'", &["a", r"b\n"]),
            (r"a b\nc", &["a", "b\nc"]),
            ("a && b", &["a"]),
            ("a; b", &["a"]),
            ("a 2> f", &["a"]),
            ("a2> f", &["a2"]),
            ("a $(date) `id x`", &["a", "$(date)", "`id x`"]),
            ("a # b", &["a", "#", "b"]),
            ("a\n  b", &["a", "b"]),
            ("a ''", &["a", ""]),
            ("  ", &[]),
            ("\"\"", &[""]),
            ("a'b'c", &["abc"]),
            ("x=\"1 2\"y", &["x=1 2y"]),
        ];
        for (line, words) in rows {
            assert_eq!(split(line).unwrap().words, words, "{line}");
        }
        assert_eq!(split("a && b").unwrap().stopped_at, Some(2));
        assert_eq!(split("a b").unwrap().stopped_at, None);
    }

    #[test]
    fn broken_lines_are_refused() {
        for line in ["a (b", "a )", "'a", "\"a", "a \\", "`a", "$(a", "$(a (b))"] {
            assert_eq!(split(line).err().as_deref(), Some("invalid command line string"), "{line}");
        }
    }
}
