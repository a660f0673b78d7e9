//! Rust source as text: what is code in it, where a name stands, how deep a place is.
//!
//! In: the text of a file. Out: the same text with blanks for comments and literals, and answers about it. It is no
//! parser: it knows just enough for tests that look at the house.

/// The same text, byte for byte in place, with blanks for everything in comments, strings and characters.
pub(crate) fn blank_comments_and_literals(text: &str) -> String {
    let mut code = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let hidden = hidden_length(rest, code.chars().next_back());
        let length = if hidden > 0 { hidden } else { first.len_utf8() };
        let (piece, after) = rest.split_at(length);
        if hidden > 0 {
            code.extend(piece.bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' }));
        } else {
            code.push_str(piece);
        }
        rest = after;
    }
    code
}

/// The length of the comment or literal that starts here, or zero.
fn hidden_length(text: &str, before: Option<char>) -> usize {
    if text.starts_with("//") {
        return text.find('\n').unwrap_or(text.len());
    }
    if text.starts_with("/*") {
        return block_comment_length(text);
    }
    let in_a_name = before.is_some_and(|character| character.is_alphanumeric() || character == '_');
    let raw = text.strip_prefix('b').unwrap_or(text).strip_prefix('r');
    if let (Some(raw), false) = (raw, in_a_name) {
        let hashes = raw.len() - raw.trim_start_matches('#').len();
        if raw[hashes..].starts_with('"') {
            let close = format!("\"{}", "#".repeat(hashes));
            let open = text.len() - raw.len() + hashes + 1;
            return text[open..].find(&close).map_or(text.len(), |at| open + at + close.len());
        }
    }
    match text.chars().next() {
        Some('"') => quoted_length(text, '"'),
        Some('\'') if is_character(text) => quoted_length(text, '\''),
        Some(_) | None => 0,
    }
}

/// The length of a block comment, with the comments inside it.
fn block_comment_length(text: &str) -> usize {
    let mut depth = 0_usize;
    let mut at = 0;
    while let Some(step) = text[at..].find("/*").into_iter().chain(text[at..].find("*/")).min() {
        at += step;
        depth = if text[at..].starts_with("/*") { depth + 1 } else { depth - 1 };
        at += 2;
        if depth == 0 {
            return at;
        }
    }
    text.len()
}

/// Whether a quote opens a character and not a lifetime.
fn is_character(text: &str) -> bool {
    let mut inner = text.chars().skip(1);
    matches!((inner.next(), inner.next()), (Some('\\'), _) | (Some(_), Some('\'')))
}

/// The length of a literal between quotes.
fn quoted_length(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, character) in text.char_indices().skip(1) {
        match character {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if character == quote => return at + quote.len_utf8(),
            _ => {}
        }
    }
    text.len()
}

/// Where `word` stands in `code` without being the end of a longer name.
pub(crate) fn words<'a>(code: &'a str, word: &'a str) -> impl Iterator<Item = usize> + 'a {
    let is_name = |character: char| character.is_alphanumeric() || character == '_';
    let starts_alone = move |at: &usize| !code[..*at].ends_with(is_name);
    code.match_indices(word).map(|(at, _)| at).filter(starts_alone)
}

/// The name at the start of `code`, or nothing.
pub(crate) fn identifier(code: &str) -> &str {
    let end =
        code.find(|character: char| !character.is_alphanumeric() && character != '_').unwrap_or(code.len());
    &code[..end]
}

/// How many `mod name {` blocks are open at the end of `code`.
pub(crate) fn inline_depth(code: &str) -> usize {
    let mut open: Vec<bool> = Vec::new();
    for (at, brace) in code.match_indices(['{', '}']) {
        if brace == "}" {
            open.pop();
        } else {
            let head = code[..at].rsplit(['{', '}', ';', ']']).next().unwrap_or_default();
            open.push(head.split_whitespace().any(|word| word == "mod"));
        }
    }
    open.iter().filter(|is_module| **is_module).count()
}

#[test]
fn comments_and_literals_become_blank() {
    let text = r##"
        // x
        /* x /* nested */ x */
        /// See [`x`].
        const A: &str = "x \" x";
        const B: &str = r#"x " x"#;
        const C: &[u8] = b"x";
        const D: (char, char) = ('"', '\'');
        fn e<'a>(text: &'a str) -> &'a str { text }
    "##;
    let code = blank_comments_and_literals(text);
    assert_eq!(code.len(), text.len());
    assert_eq!(code.matches('\n').count(), text.matches('\n').count());
    assert_eq!(words(&code, "x").count(), 0, "{code}");
    assert!(code.contains("fn e<'a>(text: &'a str) -> &'a str { text }"), "{code}");
    assert_eq!(blank_comments_and_literals("a /* never closed"), "a                ");
    assert_eq!(blank_comments_and_literals("\"é\" b"), "     b");
}

#[test]
fn names_are_found_whole() {
    assert_eq!(words("clap my_clap clap::f", "clap").collect::<Vec<_>>(), [0, 13]);
    assert_eq!(identifier("source::span"), "source");
    assert_eq!(identifier("{a}"), "");
}

#[test]
fn only_modules_count_for_depth() {
    assert_eq!(inline_depth("fn f() { if a { "), 0);
    assert_eq!(inline_depth("#[cfg(test)] mod tests { fn f() { } "), 1);
    assert_eq!(inline_depth("mod a { } mod b { mod c { "), 2);
}
