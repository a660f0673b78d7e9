//! A look into quoted scalars that the parser gave up on.

/// How long the quoted scalar is that a text begins with, quotes included; nothing if it does not end.
pub(super) fn length(text: &str) -> Option<usize> {
    let quote = text.chars().next()?;
    let mut characters = text.char_indices().skip(1).peekable();
    while let Some((at, character)) = characters.next() {
        let is_escape = match character {
            '\\' => quote == '"',
            '\'' => quote == '\'' && characters.peek().is_some_and(|(_, next)| *next == '\''),
            _ => false,
        };
        if is_escape {
            characters.next();
        } else if character == quote {
            return Some(at + 1);
        }
    }
    None
}

/// The characters after a backslash in the double-quoted scalar that a text begins with, and where the backslash is.
pub(super) fn escapes(text: &str) -> impl Iterator<Item = (usize, char)> {
    let body = text.get(..length(text).unwrap_or(text.len())).unwrap_or_default();
    let mut characters = body.char_indices();
    std::iter::from_fn(move || {
        let (at, _) = characters.by_ref().find(|(_, character)| *character == '\\')?;
        characters.next().map(|(_, escaped)| (at, escaped))
    })
}

/// The first escape that go-yaml refuses and the parser accepts, and go-yaml's words for it.
pub(super) fn foreign_escape(text: &str) -> Option<(usize, &'static str)> {
    escapes(text).find_map(|(at, escaped)| match escaped {
        '/' => Some((at, "found unknown escape character")),
        'u' => {
            let digits = text.get(at + 2..at + 6)?;
            let is_surrogate =
                u32::from_str_radix(digits, 16).is_ok_and(|unit| (0xd800..0xe000).contains(&unit));
            is_surrogate.then_some((at, "found invalid Unicode character escape code"))
        }
        _ => None,
    })
}

/// Whether a line begins or ends a document, even inside quotes.
pub(super) fn is_marker(line: &str) -> bool {
    let rest = line.strip_prefix("---").or_else(|| line.strip_prefix("..."));
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t', '\r', '\n']))
}
