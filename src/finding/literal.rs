//! Which parts of a text stand for themselves, and which only name a value that lives elsewhere.
//!
//! In: text as a person wrote it. Out: byte ranges. `${DB_PASSWORD}` tells nobody anything and stays readable, while
//! the default in `${DB_PASSWORD:-hunter2}` is the value itself. Where a text can be read both ways it counts as
//! literal, because a hidden reference costs less than a shown secret.

use std::ops::Range;

/// Where the files of Compose secrets are mounted; a path below it is the name of a secret.
const SECRET_FILES: &str = "/run/secrets/";

/// References nested deeper than this count as literal, so that hostile input cannot exhaust the stack.
const MAX_DEPTH: usize = 16;

/// References longer than this count as literal, so that a text of unclosed braces is not searched to its end each time.
const MAX_LENGTH: usize = 256;

/// The parts of a text that stand for themselves: all of it but its references, whose defaults count as well.
#[must_use]
pub fn literals(text: &str) -> Vec<Range<usize>> {
    let mut parts = Vec::new();
    if !text.trim_start_matches(['"', '\'']).starts_with(SECRET_FILES) {
        collect_literals(text, 0, MAX_DEPTH, &mut parts);
    }
    parts
}

fn collect_literals(text: &str, base: usize, depth: usize, parts: &mut Vec<Range<usize>>) {
    let add = |parts: &mut Vec<Range<usize>>, part: Range<usize>| {
        if !part.is_empty() {
            parts.push(base + part.start..base + part.end);
        }
    };
    let mut literal = 0;
    let mut at = 0;
    while let Some(found) = find_from(text, at, |char| char == '$') {
        let Some(reference) = (depth > 0).then(|| reference(text, found)).flatten() else {
            let rest = text.get(found..).unwrap_or_default();
            at = found + rest.len() - rest.trim_start_matches('$').len();
            continue;
        };
        add(parts, literal..found);
        if let Some(default) = reference.default {
            let (start, text) = (base + default.start, text.get(default).unwrap_or_default());
            collect_literals(text, start, depth - 1, parts);
        }
        literal = reference.end;
        at = reference.end;
    }
    add(parts, literal..text.len());
}

/// Where the first `${` stands that is never closed.
#[must_use]
pub fn unclosed(text: &str) -> Option<usize> {
    let mut at = 0;
    while let Some(dollar) = find_from(text, at, |char| char == '$') {
        match reference(text, dollar) {
            Some(reference) => at = reference.end,
            None if text.get(dollar..).is_some_and(|rest| rest.starts_with("${")) => return Some(dollar),
            None => at = dollar + 1,
        }
    }
    None
}

/// What is written inside `${…}` to be used instead of the variable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fallback<'a> {
    /// The variable.
    pub name: &'a str,
    /// What is used instead.
    pub text: Range<usize>,
}

/// The defaults and alternatives of all references in a text, those inside another one left out.
#[must_use]
pub fn fallbacks(text: &str) -> Vec<Fallback<'_>> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(dollar) = find_from(text, at, |char| char == '$') {
        let reference = reference(text, dollar);
        at = reference.as_ref().map_or(dollar + 1, |reference| reference.end);
        if let Some(Reference { name, default: Some(text), .. }) = reference {
            found.push(Fallback { name, text });
        }
    }
    found
}

struct Reference<'a> {
    name: &'a str,
    end: usize,
    default: Option<Range<usize>>,
}

/// The reference whose dollar sign stands at `dollar`, if it is one.
fn reference(text: &str, dollar: usize) -> Option<Reference<'_>> {
    let escaped = text.get(dollar + 1..)?.starts_with('$');
    let open = dollar + 1 + usize::from(escaped);
    let rest = text.get(open..text.floor_char_boundary(open + MAX_LENGTH))?;
    if rest.starts_with('{') {
        return braced(rest, open);
    }
    if rest.starts_with('(') {
        let close = open + rest.find(')')?;
        let inner = text.get(open + 1..close)?;
        let names = is_upper_name(inner) || inner.contains(SECRET_FILES);
        return names.then_some(Reference { name: inner, end: close + 1, default: None });
    }
    let length = rest.find(|char: char| !is_name_char(char)).unwrap_or(rest.len());
    let name = rest.get(..length).filter(|name| is_upper_name(name))?;
    // In `pa$WORD` the dollar sign may well be part of a password, above all where two of them stand for one.
    let is_glued = text.get(..dollar)?.ends_with(char::is_alphanumeric);
    (!is_glued).then_some(Reference { name, end: open + length, default: None })
}

/// The reference in braces at the start of `text`, which itself starts at `open`.
fn braced(text: &str, open: usize) -> Option<Reference<'_>> {
    let mut depth = 0_usize;
    let close = text.char_indices().find_map(|(at, char)| {
        match char {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        (depth == 0).then_some(at)
    })?;
    let inner = text.get(1..close)?;
    let length = inner.find(|char: char| !is_name_char(char)).unwrap_or(inner.len());
    let (name, operation) = inner.split_at_checked(length)?;
    if name.is_empty() {
        return None;
    }
    if operation.is_empty() || operation.starts_with(['?']) || operation.starts_with(":?") {
        return Some(Reference { name, end: open + close + 1, default: None });
    }
    // `:` and `:=` are no operators, but who writes them means a default.
    let operator = [":-", ":+", ":=", "-", "+", "=", ":"].iter().find(|known| operation.starts_with(**known));
    let start = open + 1 + length + operator.map_or(0, |operator| operator.len());
    Some(Reference { name, end: open + close + 1, default: Some(start..open + close) })
}

fn is_name_char(char: char) -> bool {
    char.is_ascii_alphanumeric() || char == '_'
}

fn is_upper_name(text: &str) -> bool {
    let starts_well = text.starts_with(|char: char| char.is_ascii_uppercase() || char == '_');
    starts_well && text.chars().all(|char| char.is_ascii_uppercase() || char.is_ascii_digit() || char == '_')
}

/// The passwords in the URLs of a text (`scheme://user:PASSWORD@host`), references included.
#[must_use]
pub fn url_passwords(text: &str) -> Vec<Range<usize>> {
    let authorities: Vec<usize> = text.match_indices("://").map(|(at, _)| at + 3).collect();
    let ends = authorities.iter().skip(1).map(|next| next - 3).chain([text.len()]);
    authorities.iter().zip(ends).filter_map(|(start, end)| url_password(text, *start, end)).collect()
}

/// The password of the URL whose authority begins at `start`; it ends at `limit` at the latest.
fn url_password(text: &str, start: usize, limit: usize) -> Option<Range<usize>> {
    let is_scheme = |char: char| char.is_ascii_alphanumeric() || matches!(char, '+' | '-' | '.');
    if !text.get(..start - 3)?.ends_with(is_scheme) {
        return None;
    }
    let (mut colon, mut at_sign, mut host_end) = (None, None, None);
    let mut at = start;
    while let Some(char) = text.get(at..limit).and_then(|rest| rest.chars().next()) {
        if let Some(reference) = (char == '$').then(|| reference(text, at)).flatten() {
            at = reference.end;
            continue;
        }
        match (char, host_end) {
            (':', None) => colon = colon.or(Some(at)),
            ('@', None) => at_sign = Some(at),
            // A bare slash does not end the password unless what stands before it can be a port.
            ('@', Some(end)) if at_sign.is_none() && !is_port(text.get(colon? + 1..end)?) => {
                at_sign = Some(at)
            }
            ('/' | '?' | '#', None) => host_end = Some(at),
            ('"' | '\'' | '`' | '<' | '>', _) => break,
            _ if char.is_whitespace() => break,
            _ => {}
        }
        at += char.len_utf8();
    }
    let password = colon? + 1..at_sign?;
    (password.start < password.end).then_some(password)
}

fn is_port(text: &str) -> bool {
    literals(text)
        .iter()
        .all(|part| text.get(part.clone()).unwrap_or_default().bytes().all(|b| b.is_ascii_digit()))
}

fn find_from(text: &str, at: usize, wanted: impl Fn(char) -> bool) -> Option<usize> {
    text.get(at..)?.find(wanted).map(|found| at + found)
}

#[cfg(test)]
mod tests {
    use super::{fallbacks, literals, url_passwords};

    #[test]
    fn only_what_stands_for_itself_is_literal() {
        let cases: &[(&str, &[&str])] = &[
            ("hunter2", &["hunter2"]),
            ("", &[]),
            ("$DB_PASSWORD", &[]),
            ("${DB_PASSWORD}", &[]),
            ("${DB_PASSWORD?must be set}", &[]),
            ("${DB_PASSWORD:?must be set}", &[]),
            ("${DB_PASSWORD:-hunter2}", &["hunter2"]),
            ("${A-${B:-x1}y2}z3", &["x1", "y2", "z3"]),
            ("${A:+x}", &["x"]),
            ("${A:hunter2}", &["hunter2"]),
            ("${A:=hunter2}", &["hunter2"]),
            ("${A=hunter2}", &["hunter2"]),
            ("${A/x/hunter2}", &["/x/hunter2"]),
            ("a${B}c-$D", &["a", "c-"]),
            ("$$DB_PASSWORD", &[]),
            ("$${DB_PASSWORD}", &[]),
            ("$(DB_PASSWORD)", &[]),
            ("$$(cat /run/secrets/db)", &[]),
            ("/run/secrets/db", &[]),
            ("\"/run/secrets/db\"", &[]),
            ("pa$$WORD", &["pa$$WORD"]),
            ("pa$WORD", &["pa$WORD"]),
            ("my$ecret", &["my$ecret"]),
            ("$(rm -rf)", &["$(rm -rf)"]),
            ("$2y$10$abc", &["$2y$10$abc"]),
            ("${", &["${"]),
            ("${}", &["${}"]),
            ("${A", &["${A"]),
            ("100$", &["100$"]),
        ];
        for (text, expected) in cases {
            let found: Vec<&str> = literals(text).into_iter().map(|part| &text[part]).collect();
            assert_eq!(&found, expected, "{text}");
        }
    }

    #[test]
    fn endless_nesting_is_no_danger() {
        let deep = format!("{}x{}", "${A:-".repeat(5_000), "}".repeat(5_000));
        assert!(!literals(&deep).is_empty());
        let open = "${A:-".repeat(5_000);
        assert_eq!(literals(&open), std::slice::from_ref(&(0..open.len())));
    }

    #[test]
    fn fallbacks_know_their_variable() {
        let text = "a ${X:-1} ${Y} ${Z-${Q:-2}}";
        let found: Vec<_> =
            fallbacks(text).into_iter().map(|found| (found.name, &text[found.text])).collect();
        assert_eq!(found, [("X", "1"), ("Z", "${Q:-2}")]);
    }

    #[test]
    fn passwords_in_urls() {
        let cases: &[(&str, &[&str])] = &[
            ("postgres://u:p1@db:5432/app", &["p1"]),
            ("redis://:p1@cache", &["p1"]),
            ("amqp://u:p1@a,amqp://u:p2@b", &["p1", "p2"]),
            ("see https://u:p@ss@host/x and http://h", &["p@ss"]),
            ("https://u:p/1?2@host", &["p/1?2"]),
            ("postgres://u:${PASS:-p1}@db", &["${PASS:-p1}"]),
            ("postgres://${U:-a}:${P}@db", &["${P}"]),
            ("http://host:8080/user@x", &[]),
            ("http://host:${PORT}/a@b", &[]),
            ("http://host/a:b@c", &[]),
            ("https://user@host", &[]),
            ("http://[::1]:80/", &[]),
            ("git@github.com:org/repo", &[]),
            ("u: \"smtp://u:p1@h\", v: 'x@y'", &["p1"]),
            ("://u:p@h", &[]),
            ("http://u:@h", &[]),
            ("http://ü:pä@h", &["pä"]),
        ];
        for (text, expected) in cases {
            let found: Vec<&str> = url_passwords(text).into_iter().map(|part| &text[part]).collect();
            assert_eq!(&found, expected, "{text}");
        }
    }
}
