//! Lines that give a value to a name, and how far that value goes.
//!
//! In: any text, cut into lines. Out: [`Entry`]s and the places of their values, as YAML and environment files mean them;
//! where the text is broken, a value ends with its line.

use std::cell::OnceCell;
use std::collections::HashSet;
use std::ops::Range;

/// How many lines a quoted value may go on until its closing quote counts as missing.
const MAX_QUOTED_LINES: usize = 200;

/// A text and its lines without their breaks.
pub(super) struct Lines<'a> {
    text: &'a str,
    ranges: Vec<Range<usize>>,
    /// The names behind `&` and behind `*`, looked for once and only if they matter.
    anchors: OnceCell<HashSet<&'a str>>,
    aliases: OnceCell<HashSet<&'a str>>,
}

fn words_behind(text: &str, sign: char) -> HashSet<&str> {
    let behind = text.match_indices(sign).filter_map(|(at, _)| text.get(at + sign.len_utf8()..));
    behind.map(|rest| rest.split(|char| !is_name_char(char)).next().unwrap_or_default()).collect()
}

/// A line that gives a value to a name: `NAME: value`, `- "NAME=value"`, `export NAME=value`.
pub(super) struct Entry<'a> {
    /// The name.
    pub(super) name: &'a str,
    /// The separator, from the start of the text.
    pub(super) separator: usize,
    /// Whether that is a colon.
    is_mapping: bool,
    /// The quote that opened before the name and closes behind the value.
    quote: Option<char>,
    /// Whether the name itself is quoted, as in JSON.
    is_json: bool,
}

impl<'a> Lines<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        let mut start = 0;
        let range = |line: &str| {
            let content = line.trim_end_matches(['\n', '\r']).len();
            let range = start..start + content;
            start += line.len();
            range
        };
        let ranges = text.split_inclusive('\n').map(range).collect();
        Self { text, ranges, anchors: OnceCell::new(), aliases: OnceCell::new() }
    }

    pub(super) fn ranges(&self) -> &[Range<usize>] {
        &self.ranges
    }

    fn line(&self, index: usize) -> &'a str {
        self.ranges.get(index).and_then(|line| self.text.get(line.clone())).unwrap_or_default()
    }

    /// Whether a place is in a line that is a comment.
    pub(super) fn is_in_comment(&self, at: usize) -> bool {
        let index = self.ranges.partition_point(|line| line.start <= at).saturating_sub(1);
        self.line(index).trim_start().starts_with('#')
    }

    /// The entry on a line.
    pub(super) fn entry(&self, index: usize) -> Option<Entry<'a>> {
        let line = self.line(index);
        let mut rest = line.trim_start().trim_start_matches('#').trim_start();
        while let Some(item) = rest.strip_prefix("- ") {
            rest = item.trim_start();
        }
        rest = rest.strip_prefix("export ").unwrap_or(rest).trim_start();
        let quote = rest.chars().next().filter(|char| matches!(char, '"' | '\''));
        let rest = quote.map_or(rest, |_| rest.get(1..).unwrap_or_default());
        let length = rest.find(|char| !is_name_char(char)).unwrap_or(rest.len());
        let (name, after) = rest.split_at_checked(length)?;
        let unquoted = quote.and_then(|quote| after.strip_prefix(quote));
        let is_json = unquoted.is_some();
        let after = unquoted.unwrap_or(after).trim_start();
        let is_mapping = after.starts_with(':')
            && (is_json
                || after
                    .get(1..)
                    .is_some_and(|value| value.is_empty() || value.starts_with([' ', '\t', '"', '\''])));
        let separator = self.ranges.get(index)?.end - after.len();
        let quote = if is_json { None } else { quote };
        (!name.is_empty() && (is_mapping || after.starts_with('='))).then_some(Entry {
            name,
            separator,
            is_mapping,
            quote,
            is_json,
        })
    }

    /// The places of the value of an entry.
    pub(super) fn values(&self, entry: &Entry<'_>, index: usize) -> impl Iterator<Item = Range<usize>> {
        let on_line = self.value_on_line(entry, index).into_iter().chain(self.comment_behind(entry, index));
        on_line.chain(self.value_below(entry, index)).chain(self.lone_anchor(entry, index))
    }

    /// A value that begins with `&` and is nowhere referred to, or with `!`: rather a password than an anchor or a tag.
    fn lone_anchor(&self, entry: &Entry<'_>, index: usize) -> Option<Range<usize>> {
        let end = self.ranges.get(index).filter(|_| entry.is_mapping)?.end;
        let written = self.text.get(entry.separator + 1..end)?.trim();
        let name = written.strip_prefix(['&', '!']).filter(|name| !name.is_empty() && !name.contains(' '))?;
        let is_tag = written.starts_with("!!") || matches!(written, "!reset" | "!override");
        let start = end - self.text.get(..end)?.len() + self.text.get(..end)?.trim_end().len() - name.len();
        (!is_tag && !self.has_word('*', name)).then_some(start..start + name.len())
    }

    /// Whether a sign with this name behind it stands anywhere in the text.
    fn has_word(&self, sign: char, name: &str) -> bool {
        let words = if sign == '*' { &self.aliases } else { &self.anchors };
        words.get_or_init(|| words_behind(self.text, sign)).contains(name)
    }

    /// A comment behind a value that an environment file assigns: it may be a part of the value that somebody lost.
    fn comment_behind(&self, entry: &Entry<'_>, index: usize) -> Option<Range<usize>> {
        let (start, value) = self.behind(entry, index);
        let is_plain = !entry.is_mapping && entry.quote.is_none() && !value.starts_with(['"', '\'']);
        let at = value.find(" #").filter(|_| is_plain)? + 1;
        Some(start + at..start + value.len())
    }

    /// What is written behind the separator of an entry.
    pub(super) fn after(&self, entry: &Entry<'_>, index: usize) -> &'a str {
        self.behind(entry, index).1
    }

    /// What stands behind the separator of an entry, without anchors and tags; and where that starts.
    fn behind(&self, entry: &Entry<'_>, index: usize) -> (usize, &'a str) {
        let end = self.ranges.get(index).map_or(0, |line| line.end);
        let rest = self.text.get(entry.separator + 1..end).unwrap_or_default();
        let end = entry.separator + 1 + rest.trim_end().len();
        let mut value = rest.trim();
        while entry.is_mapping && value.starts_with(['&', '!']) {
            value = value.split_once(' ').map_or("", |(_, value)| value.trim_start());
        }
        (end - value.len(), value)
    }

    fn value_on_line(&self, entry: &Entry<'_>, index: usize) -> Option<Range<usize>> {
        let (start, value) = self.behind(entry, index);
        match value.chars().next()? {
            '|' | '>' | '{' if entry.is_mapping => None,
            '*' if entry.is_mapping => {
                let name = value.split([' ', '\t', ',']).next().and_then(|word| word.get(1..))?;
                let is_alias = self.has_word('&', name);
                (!name.is_empty() && !is_alias).then_some(start + 1..start + 1 + name.len())
            }
            quote @ ('"' | '\'') => Some(start + 1..self.closing_quote(index, start + 1, quote)),
            _ => {
                let end = match entry.quote {
                    Some(quote) => value.rfind(quote),
                    None => value.find(" #"),
                };
                let value = end.and_then(|end| value.get(..end)).unwrap_or(value).trim_end();
                let value = if entry.is_json { value.trim_end_matches([',', '}', ']', ' ']) } else { value };
                Some(start..start + value.len())
            }
        }
    }

    /// The lines below an entry that belong to its value: a block, or what goes on with a plain value.
    fn value_below(&self, entry: &Entry<'_>, index: usize) -> Option<Range<usize>> {
        match self.behind(entry, index).1.chars().next() {
            Some('*' | '{' | '"' | '\'') => None,
            _ if !entry.is_mapping => None,
            Some('|' | '>') => self.lines_below(index, Below::Block),
            Some(_) | None => self.lines_below(index, Below::Plain),
        }
    }

    /// The lines below one that belong to its value.
    fn lines_below(&self, index: usize, below: Below) -> Option<Range<usize>> {
        let indent = |line: &str| line.len() - line.trim_start().len();
        let own = indent(self.line(index));
        let belongs = |at: &usize| {
            let line = self.line(*at);
            let text = line.trim_start();
            match below {
                Below::Block => text.is_empty() || indent(line) > own,
                Below::Plain => {
                    let is_other =
                        text.is_empty() || text.starts_with(['#', '-']) || self.entry(*at).is_some();
                    !is_other && indent(line) > own
                }
            }
        };
        let last = (index + 1..self.ranges.len()).take_while(belongs).last()?;
        let (first, last) = (self.ranges.get(index + 1)?, self.ranges.get(last)?);
        let blank = self.line(index + 1).len() - self.line(index + 1).trim_start().len();
        Some(first.start + blank..last.end)
    }

    /// Where a quoted value ends that starts at `start`: at its closing quote, or with its line if that is missing.
    fn closing_quote(&self, index: usize, start: usize, quote: char) -> usize {
        let line_end = self.ranges.get(index).map_or(start, |line| line.end);
        let last =
            (index + 1..self.ranges.len().min(index + MAX_QUOTED_LINES)).find(|at| self.entry(*at).is_some());
        let last = last.unwrap_or(self.ranges.len().min(index + MAX_QUOTED_LINES)) - 1;
        let limit = self.ranges.get(last).map_or(line_end, |line| line.end);
        let rest = self.text.get(start..limit).unwrap_or_default();
        let mut chars = rest.char_indices().peekable();
        while let Some((at, char)) = chars.next() {
            if char == '\\' && quote == '"' {
                chars.next();
            } else if char == quote {
                if quote == '\'' && chars.peek().is_some_and(|(_, next)| *next == quote) {
                    chars.next();
                } else {
                    return start + at;
                }
            }
        }
        line_end
    }
}

/// Which lines below an entry belong to its value.
#[derive(Clone, Copy)]
enum Below {
    /// All that are indented further.
    Block,
    /// Those that are indented further and are no entries themselves.
    Plain,
}

/// Whether a character can be part of a name that has a value.
pub(super) fn is_name_char(char: char) -> bool {
    char.is_alphanumeric() || matches!(char, '_' | '-' | '.' | '/')
}
