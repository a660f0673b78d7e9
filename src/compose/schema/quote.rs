//! Strings and numbers as Docker Compose's validator prints them.

use std::fmt::Write as _;

/// A string in single quotes, with Go's escapes.
pub(super) fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('\'');
    for char in text.chars() {
        match char {
            '\'' => out.push_str("\\'"),
            '\\' => out.push_str("\\\\"),
            '\x07' => out.push_str("\\a"),
            '\x08' => out.push_str("\\b"),
            '\x0c' => out.push_str("\\f"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\x0b' => out.push_str("\\v"),
            char if is_printable(char) => out.push(char),
            char => push_code(&mut out, u32::from(char)),
        }
    }
    out.push('\'');
    out
}

/// Strings in single quotes, with commas between them.
pub(super) fn all_quoted<S: AsRef<str>>(texts: &[S]) -> String {
    let quoted: Vec<String> = texts.iter().map(|text| quoted(text.as_ref())).collect();
    quoted.join(", ")
}

/// A count with a comma between thousands, as Go prints it for an English reader.
pub(super) fn grouped(count: usize) -> String {
    let digits = count.to_string();
    let mut out = String::new();
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// Rust escapes what Go escapes, unless the character comes first: there it escapes combining marks too.
fn is_printable(char: char) -> bool {
    if char.is_ascii() {
        return char == ' ' || char.is_ascii_graphic();
    }
    let after_another: String = ['a', char].into_iter().collect();
    !after_another.escape_debug().any(|escaped| escaped == '\\')
}

fn push_code(out: &mut String, code: u32) {
    let written = match code {
        ..0x80 => write!(out, "\\x{code:02x}"),
        0x80..0x1_0000 => write!(out, "\\u{code:04x}"),
        _ => write!(out, "\\U{code:08x}"),
    };
    debug_assert!(written.is_ok(), "a string takes whatever is written");
}

#[cfg(test)]
mod tests {
    use super::{grouped, quoted};

    #[test]
    fn strings_are_quoted_with_the_escapes_of_go() {
        let cases = [
            ("web", "'web'"),
            ("", "''"),
            ("it's \"so\"", "'it\\'s \"so\"'"),
            ("a\\b\n\t\x07\x1b\x7f\0", "'a\\\\b\\n\\t\\a\\x1b\\x7f\\x00'"),
            (
                "é\u{301}\u{ad}\u{200b}\u{e000}\u{1f600}\u{e0001}",
                "'é\u{301}\\u00ad\\u200b\\ue000\u{1f600}\\U000e0001'",
            ),
        ];
        for (text, expected) in cases {
            assert_eq!(quoted(text), expected);
        }
    }

    #[test]
    fn thousands_are_grouped() {
        let cases = [(0, "0"), (999, "999"), (1000, "1,000"), (1_234_567, "1,234,567")];
        for (count, expected) in cases {
            assert_eq!(grouped(count), expected);
        }
    }
}
