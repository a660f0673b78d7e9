//! Where go-yaml refuses tabs and our parser does not: in the indentation of lines, even of empty ones.

/// What precedes a gap between two tokens; it decides which tabs go-yaml accepts there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Before {
    /// Nothing, or a token that ends where it ends.
    Token,
    /// A plain scalar, which takes the blanks after it: tabs are fine from this column on.
    Plain { from_column: usize },
    /// A block scalar, likewise.
    Block { from_column: usize },
}

/// A tab that go-yaml refuses, and its words for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Refused {
    pub(super) at: usize,
    pub(super) message: &'static str,
}

/// Looks through the text between two tokens of a block collection. `begins_line` says whether it begins a line.
pub(super) fn refused(gap: &str, begins_line: bool, before: Before) -> Option<Refused> {
    let mut before = before;
    let mut after_comment = false;
    let mut start = 0;
    for (number, line) in gap.split_inclusive('\n').enumerate() {
        if number > 0 || begins_line {
            let text = line.trim_start_matches([' ', '\t', '-', '?']);
            let continues_comment =
                after_comment && gap.get(start..).is_some_and(|rest| rest.trim_start().starts_with('#'));
            let refused = tab_in(line, before).filter(|_| !continues_comment);
            if let Some((at, message)) = refused {
                return Some(Refused { at: start + at, message });
            }
            if !text.trim_start().is_empty() {
                before = Before::Token;
                after_comment = text.starts_with('#');
            }
        } else if !line.trim().is_empty() {
            before = Before::Token;
            after_comment = line.contains('#');
        }
        start += line.len();
    }
    None
}

/// Looks through the lines of a scalar, whose kind says from which column on they may have tabs in front.
pub(super) fn refused_inside(scalar: &str, kind: Before) -> Option<Refused> {
    let mut start = 0;
    for (number, line) in scalar.split_inclusive('\n').enumerate() {
        let indentation = line.len() - line.trim_start_matches([' ', '\t']).len();
        let blanks = line.get(..indentation).filter(|_| number > 0).unwrap_or_default();
        if let Some((at, message)) = tab_in(blanks, kind) {
            return Some(Refused { at: start + at, message });
        }
        start += line.len();
    }
    None
}

/// A tab that begins a block scalar, whose header is in the gap before it: it would hide how far the text is indented,
/// unless the header says so.
pub(super) fn refused_at_start(gap: &str, scalar: &str) -> Option<Refused> {
    let header = gap.get(gap.find(['|', '>'])?..)?;
    let says_indentation = header.chars().skip(1).take(2).any(|sign| sign.is_ascii_digit());
    let message = "found a tab character where an indentation space is expected";
    (scalar.starts_with('\t') && !says_indentation).then_some(Refused { at: 0, message })
}

/// The first tab in the indentation of a line that is refused; list dashes and `?` count as indentation.
fn tab_in(line: &str, before: Before) -> Option<(usize, &'static str)> {
    let mut before = before;
    for (column, byte) in line.bytes().enumerate() {
        match (byte, before) {
            (b' ', _) => {}
            (b'-' | b'?', _) => before = Before::Token,
            (b'\t', Before::Plain { from_column } | Before::Block { from_column })
                if column >= from_column => {}
            (b'\t', Before::Token) => return Some((column, "found character that cannot start any token")),
            (b'\t', Before::Plain { .. }) => {
                return Some((column, "found a tab character that violates indentation"));
            }
            (b'\t', Before::Block { .. }) => {
                return Some((column, "found a tab character where an indentation space is expected"));
            }
            _ => return None,
        }
    }
    None
}
