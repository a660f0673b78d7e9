//! The notation of the column `is` of the key table, as a tree: `string | list of (number or null)`.

/// What a piece of notation says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Notation {
    /// A word: a kind, a shared type or a mapping.
    Word(String),
    /// `list of T`, or `set of T` where no item may stand twice.
    List { unique: bool, of: Box<Self> },
    /// `map by N of T`.
    Map { names: String, of: Box<Self> },
    /// `A or B`: one form of several kinds.
    Or(Vec<Self>),
    /// `A | B`: several forms.
    Forms(Vec<Self>),
}

/// Reads notation.
///
/// # Errors
/// A sentence that says what was expected.
pub(crate) fn parse(text: &str) -> Result<Notation, String> {
    let spaced = text.replace('(', " ( ").replace(')', " ) ").replace('|', " | ");
    let mut words = Words { rest: spaced.split_whitespace().collect() };
    words.rest.reverse();
    let notation = words.forms()?;
    match words.next() {
        None => Ok(notation),
        Some(word) => Err(format!("`{word}` is one word too many in `{text}`")),
    }
}

/// The words that are left, the next one last.
struct Words<'a> {
    rest: Vec<&'a str>,
}

impl<'a> Words<'a> {
    fn next(&mut self) -> Option<&'a str> {
        self.rest.pop()
    }

    fn skip(&mut self, word: &str) -> bool {
        let is_next = self.rest.last() == Some(&word);
        if is_next {
            self.rest.pop();
        }
        is_next
    }

    fn expect(&mut self, word: &str) -> Result<(), String> {
        if self.skip(word) { Ok(()) } else { Err(format!("`{word}` is missing")) }
    }

    fn forms(&mut self) -> Result<Notation, String> {
        let mut forms = vec![self.kinds()?];
        while self.skip("|") {
            forms.push(self.kinds()?);
        }
        Ok(alone_or(forms, Notation::Forms))
    }

    fn kinds(&mut self) -> Result<Notation, String> {
        let mut kinds = vec![self.single()?];
        while self.skip("or") {
            kinds.push(self.single()?);
        }
        Ok(alone_or(kinds, Notation::Or))
    }

    fn single(&mut self) -> Result<Notation, String> {
        match self.next() {
            None | Some(")" | "|" | "or" | "of" | "by") => Err("a type is missing".to_owned()),
            Some("(") => {
                let inner = self.forms()?;
                self.expect(")")?;
                Ok(inner)
            }
            Some(word @ ("list" | "set")) => {
                self.expect("of")?;
                Ok(Notation::List { unique: word == "set", of: Box::new(self.single()?) })
            }
            Some("map") => {
                self.expect("by")?;
                let names = self.next().ok_or("the names of a map are missing")?.to_owned();
                self.expect("of")?;
                Ok(Notation::Map { names, of: Box::new(self.single()?) })
            }
            Some(word) => Ok(Notation::Word(word.to_owned())),
        }
    }
}

fn alone_or(mut parts: Vec<Notation>, join: fn(Vec<Notation>) -> Notation) -> Notation {
    if parts.len() == 1 { parts.remove(0) } else { join(parts) }
}

#[cfg(test)]
mod tests {
    use super::{Notation, parse};

    fn word(text: &str) -> Notation {
        Notation::Word(text.to_owned())
    }

    #[test]
    fn forms_bind_weaker_than_kinds_and_lists_bind_strongest() {
        let list = Notation::List { unique: false, of: Box::new(word("a")) };
        let set = Notation::List { unique: true, of: Box::new(Notation::Forms(vec![word("a"), word("b")])) };
        let map = Notation::Map { names: "n".to_owned(), of: Box::new(list.clone()) };
        let cases = [
            ("a", word("a")),
            ("(a)", word("a")),
            ("a or b | c", Notation::Forms(vec![Notation::Or(vec![word("a"), word("b")]), word("c")])),
            ("list of a or b", Notation::Or(vec![list, word("b")])),
            ("set of (a|b)", set),
            ("map by n of list of a", map),
        ];
        for (text, expected) in cases {
            assert_eq!(parse(text), Ok(expected), "{text}");
        }
    }

    #[test]
    fn what_is_no_notation_is_refused_with_a_reason() {
        let cases = [
            ("", "a type is missing"),
            ("a |", "a type is missing"),
            ("a b", "`b` is one word too many in `a b`"),
            ("(a", "`)` is missing"),
            ("list a", "`of` is missing"),
            ("map of a", "`by` is missing"),
            ("map by", "the names of a map are missing"),
        ];
        for (text, reason) in cases {
            assert_eq!(parse(text), Err(reason.to_owned()), "{text}");
        }
    }
}
