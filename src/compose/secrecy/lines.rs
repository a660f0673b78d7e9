//! Secrets found in text alone, line by line, whether or not it can be parsed.
//!
//! In: any text: Compose files with errors, environment files, single values. Out: the places of secret values, without
//! the references in them. A place rather reaches too far than not far enough.

use std::ops::Range;

use crate::compose::secrecy::words::{commands, secret_words};
use crate::finding::literal::{fallbacks, literals, url_passwords};
use crate::mapping::credentials::Credentials;

/// How many lines a quoted value may go on until its closing quote counts as missing.
const MAX_QUOTED_LINES: usize = 200;

/// A place that is secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Secret {
    /// The bytes.
    pub(super) place: Range<usize>,
    /// Whether it stands in a comment, where what looks like a value may be prose.
    pub(super) in_comment: bool,
}

/// The secret places of a text.
pub(super) fn secrets(text: &str) -> Vec<Secret> {
    let table = Credentials::embedded();
    let scan = Scan { text, table, lines: lines(text) };
    let mut places = url_passwords(text);
    let of_credential =
        fallbacks(text).into_iter().filter(|fallback| table.is_credential_name(fallback.name));
    places.extend(of_credential.map(|fallback| fallback.text));
    places.extend(private_keys(text));
    places.extend(tokens(text, table));
    places.extend(scan.in_commands());
    for index in 0..scan.lines.len() {
        places.extend(scan.in_line(index));
    }
    let literal = |place: Range<usize>| {
        let parts = literals(text.get(place.clone()).unwrap_or_default()).into_iter();
        parts.map(move |part| place.start + part.start..place.start + part.end)
    };
    let visible = |place: &Range<usize>| text.get(place.clone()).is_some_and(|part| !part.trim().is_empty());
    let places = places.into_iter().flat_map(literal).filter(visible);
    places.map(|place| Secret { in_comment: scan.is_in_comment(place.start), place }).collect()
}

/// The lines of a text without their breaks.
fn lines(text: &str) -> Vec<Range<usize>> {
    let mut start = 0;
    let line = |line: &str| {
        let content = line.trim_end_matches(['\n', '\r']).len();
        let range = start..start + content;
        start += line.len();
        range
    };
    text.split_inclusive('\n').map(line).collect()
}

/// What stands between the first and the last line of private keys.
fn private_keys(text: &str) -> Vec<Range<usize>> {
    let is_body = |char: char| char.is_ascii_alphanumeric() || " \t\r\n\\+/=:,-|#\"'".contains(char);
    let mut found = Vec::new();
    for (at, marker) in text.match_indices("-----BEGIN ") {
        let rest = text.get(at + marker.len()..).unwrap_or_default();
        let Some((kind, body)) = rest.split_once("-----") else { break };
        if !kind.contains("PRIVATE KEY") || kind.len() > 64 {
            continue;
        }
        let start = text.len() - body.len();
        let end = body.find("-----END").or_else(|| body.find(|char| !is_body(char))).unwrap_or(body.len());
        found.push(start..start + end);
    }
    found
}

/// Words that are credentials by their shape.
fn tokens(text: &str, table: &Credentials) -> Vec<Range<usize>> {
    let separates = |char: char| !(char.is_ascii_alphanumeric() || matches!(char, '_' | '-' | '.'));
    let mut start = 0;
    let mut found = Vec::new();
    for piece in text.split_inclusive(separates) {
        let word = piece.trim_end_matches(separates);
        if table.is_credential_value(word) {
            found.push(start..start + word.len());
        }
        start += piece.len();
    }
    found
}

struct Scan<'a> {
    text: &'a str,
    table: &'a Credentials,
    lines: Vec<Range<usize>>,
}

/// A line that gives a value to a name: `NAME: value`, `- "NAME=value"`, `export NAME=value`.
struct Entry<'a> {
    name: &'a str,
    /// The separator, from the start of the text.
    separator: usize,
    is_mapping: bool,
    /// The quote that opened before the name and closes behind the value.
    quote: Option<char>,
    /// Whether the name itself is quoted, as in JSON.
    is_json: bool,
}

impl<'a> Scan<'a> {
    fn line(&self, index: usize) -> &'a str {
        self.lines.get(index).and_then(|line| self.text.get(line.clone())).unwrap_or_default()
    }

    fn is_in_comment(&self, at: usize) -> bool {
        let index = self.lines.partition_point(|line| line.start <= at).saturating_sub(1);
        self.line(index).trim_start().starts_with('#')
    }

    fn in_commands(&self) -> Vec<Range<usize>> {
        let mut found = Vec::new();
        for command in commands(self.text) {
            let words: Vec<&str> =
                command.iter().map(|word| self.text.get(word.clone()).unwrap_or_default()).collect();
            for secret in secret_words(&words) {
                let Some(word) = command.get(secret.word) else { continue };
                let start = word.start + secret.start;
                let quote = self.text.get(..start).and_then(|before| before.chars().next_back());
                let quote = quote.filter(|char| matches!(char, '"' | '\''));
                let rest = self.text.get(start..).unwrap_or_default().lines().next().unwrap_or_default();
                let end = quote.and_then(|quote| rest.find(quote)).map_or(word.end, |length| start + length);
                found.push(start..end.max(word.end));
            }
        }
        found
    }

    fn in_line(&self, index: usize) -> Vec<Range<usize>> {
        let entry = self.entry(index).filter(|entry| self.table.is_credential_name(entry.name));
        let mut found = Vec::new();
        if let Some(entry) = &entry {
            found.extend(self.value_on_line(entry, index));
            found.extend(self.value_below(entry, index));
        }
        let Some(line) = self.lines.get(index) else { return found };
        let is_separator = |char: char| matches!(char, '=' | ':');
        for (at, _) in self.line(index).match_indices(is_separator) {
            let at = line.start + at;
            if entry.as_ref().is_none_or(|entry| entry.separator != at) {
                found.extend(self.inline_value(line.clone(), at));
            }
        }
        found
    }

    fn entry(&self, index: usize) -> Option<Entry<'a>> {
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
        let separator = self.lines.get(index)?.end - after.len();
        let quote = if is_json { None } else { quote };
        (!name.is_empty() && (is_mapping || after.starts_with('='))).then_some(Entry {
            name,
            separator,
            is_mapping,
            quote,
            is_json,
        })
    }

    /// What stands behind the separator of an entry, without anchors and tags; and where that starts.
    fn behind(&self, entry: &Entry<'_>, index: usize) -> (usize, &'a str) {
        let end = self.lines.get(index).map_or(0, |line| line.end);
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
            '|' | '>' | '*' | '{' if entry.is_mapping => None,
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
        let last = (index + 1..self.lines.len()).take_while(belongs).last()?;
        let (first, last) = (self.lines.get(index + 1)?, self.lines.get(last)?);
        let blank = self.line(index + 1).len() - self.line(index + 1).trim_start().len();
        Some(first.start + blank..last.end)
    }

    /// Where a quoted value ends that starts at `start`: at its closing quote, or with its line if that is missing.
    fn closing_quote(&self, index: usize, start: usize, quote: char) -> usize {
        let line_end = self.lines.get(index).map_or(start, |line| line.end);
        let last =
            (index + 1..self.lines.len().min(index + MAX_QUOTED_LINES)).find(|at| self.entry(*at).is_some());
        let last = last.unwrap_or(self.lines.len().min(index + MAX_QUOTED_LINES)) - 1;
        let limit = self.lines.get(last).map_or(line_end, |line| line.end);
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

    /// The value behind a separator somewhere within a line: `--password=x`, `?token=x`, `{"password": "x"}`.
    fn inline_value(&self, line: Range<usize>, separator: usize) -> Option<Range<usize>> {
        let before = self.text.get(line.start..separator)?;
        let after = self.text.get(separator + 1..line.end)?;
        let is_assignment = self.text.get(separator..)?.starts_with('=');
        let unquoted = before.trim_end_matches(['"', '\'', '\\']);
        let is_in_braces = before.contains('{') && after.starts_with([' ', '\t']);
        if !is_assignment && unquoted.len() == before.len() && !is_in_braces {
            return None;
        }
        let name_start = unquoted.rfind(|char| !is_name_char(char)).map_or(0, |at| at + 1);
        let name_start = unquoted.ceil_char_boundary(name_start);
        if !self.table.is_credential_name(unquoted.get(name_start..)?) {
            return None;
        }
        let spaces = if is_assignment { 0 } else { after.len() - after.trim_start().len() };
        let value = after.get(spaces..)?;
        let opening = value.len() - value.trim_start_matches(['"', '\'', '\\']).len();
        let start = separator + 1 + spaces + opening;
        let inner = value.get(opening..)?;
        let length = match value.get(..opening)?.chars().next_back() {
            Some(quote) => quoted_length(inner, quote, opening > 1),
            None if is_assignment => assigned_length(inner, before.contains(['[', '{'])),
            None => inner.find([',', '}']).unwrap_or(inner.len()),
        };
        Some(start..start + length)
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

fn is_name_char(char: char) -> bool {
    char.is_alphanumeric() || matches!(char, '_' | '-' | '.' | '/')
}

fn quoted_length(inner: &str, quote: char, is_nested: bool) -> usize {
    let mut chars = inner.char_indices();
    while let Some((at, char)) = chars.next() {
        match char {
            '\\' if is_nested => return at,
            '\\' => drop(chars.next()),
            _ if char == quote => return at,
            _ => {}
        }
    }
    inner.len()
}

/// An assigned value ends at a blank, a quote or the end of a list, and at `,`, `;` or `&` if an assignment follows.
fn assigned_length(inner: &str, is_in_list: bool) -> usize {
    let word = inner
        .find(|char: char| char.is_whitespace() || matches!(char, '"' | '\'' | '`'))
        .unwrap_or(inner.len());
    let word = inner.get(..word).unwrap_or_default();
    let word = if is_in_list { word.trim_end_matches([',', ']', '}']) } else { word };
    let next = word.match_indices([',', ';', '&']).find(|(at, _)| {
        let rest = word.get(at + 1..).unwrap_or_default();
        let name = rest.find(|char| !is_name_char(char)).unwrap_or(0);
        name > 0 && rest.get(name..).is_some_and(|rest| rest.starts_with('='))
    });
    next.map_or(word.len(), |(at, _)| at)
}

#[cfg(test)]
mod tests {
    use super::secrets;

    /// A text in which `«` and `»` stand around what is secret.
    fn check(marked: &str) {
        let text = marked.replace(['«', '»'], "");
        let mut hidden = vec![false; text.len()];
        for secret in secrets(&text) {
            hidden[secret.place].fill(true);
        }
        let mut shown = String::new();
        let mut inside = false;
        for (at, char) in text.char_indices() {
            if hidden[at] != inside {
                shown.push(if inside { '»' } else { '«' });
                inside = !inside;
            }
            shown.push(char);
        }
        if inside {
            shown.push('»');
        }
        assert_eq!(shown, marked);
    }

    #[test]
    fn entries_of_any_form_are_found() {
        for marked in [
            "      DB_PASSWORD: «p1»\n      X: y\n",
            "DB_PASSWORD=«p1»\nX=y\n",
            "DB_PASSWORD=«p1»\r\nX=y\r\n",
            "DB_PASSWORD = «p1 and more»",
            "export DB_PASSWORD=«p1»",
            "  - DB_PASSWORD=«p1 with spaces»",
            "  - \"DB_PASSWORD=«p1 # x»\"",
            "  - 'DB_PASSWORD=«p1»'",
            "DB_PASSWORD: \"«p1 # x»\" # comment",
            "DB_PASSWORD: '«it''s»' # comment",
            "DB_PASSWORD: \"«p\\\"1»\"",
            "DB_PASSWORD: «p1» # comment",
            "DB_PASSWORD: &pw «p1»",
            "DB_PASSWORD: !!str «p1»",
            "DB_PASSWORD: *pw",
            "# DB_PASSWORD=«p1»",
            "{\"DB_PASSWORD\": \"«p1»\", \"X\": \"y\"}",
            "  \"DB_PASSWORD\": \"«p1»\",",
            "  \"PIN\": «1234»,",
            "environment: {DB_PASSWORD: «p1», X: y}",
            "traefik.http.middlewares.a.basicauth.users: «admin:x»",
            "größe: x\nDB_PASSWORD=«pä»",
        ] {
            check(marked);
        }
    }

    #[test]
    fn a_value_may_go_on_below_its_line() {
        for marked in [
            "PASSWORD: |\n  «p1\n  p2»\nX: y\n",
            "  PASSWORD: >-\n    «p1: x\n\n    p2»\n  X: y\n",
            "PASSWORD:\n  «p1»\nX: y\n",
            "PASSWORD: «p1»\n  «p2»\nX: y\n",
            "PASSWORD: \"«p1\n  p2»\"\nX: \"y\"\n",
            "secrets:\n  db_password:\n    file: ./x\n",
            "PASSWORD:\n  - X\n",
        ] {
            check(marked);
        }
    }

    #[test]
    fn a_missing_quote_hides_no_more_than_needed() {
        check("PASSWORD: \"«p1»\nX: \"y\"\n");
        check("PASSWORD: '«p1»");
        check("PASSWORD: \"");
    }

    #[test]
    fn values_within_a_line_are_found() {
        for marked in [
            "command: server --password=«p1» --port=1",
            "command: server --password «p1» --port 1",
            "command: [\"server\", \"--password\", \"«p1 p2»\"]",
            "command: [server, --password=«p1»]",
            "  - --password=«p1»",
            "  - --password\n  - «p1»\n",
            "url: postgres://u:«p1»@db/x",
            "url: jdbc:x://db/x?user=u&password=«p1»&ssl=1",
            "o: \"username=u,password=«p1,2»,vers=3\"",
            "conn: Server=db;Password=«p1»;Trust=1",
            "json: '{\"password\":\"«p1»\",\"x\":\"y\"}'",
            "json: \"{\\\"password\\\":\\\"«p1»\\\",\\\"x\\\":1}\"",
            "run: PGPASSWORD=«p1» psql",
            "aws: «AKIAIOSFODNN7EXAMPLE»",
            "x: a:«ghp_0123456789abcdefghijABCDEFGHIJ012345»",
        ] {
            check(marked);
        }
    }

    #[test]
    fn references_and_paths_stay() {
        for marked in [
            "PASSWORD: ${DB_PASSWORD}",
            "PASSWORD: \"$DB_PASSWORD\"",
            "PASSWORD: ${DB_PASSWORD:?set it}",
            "PASSWORD: ${DB_PASSWORD:-«p1»}",
            "PASSWORD: «a»${X}«b»",
            "x: ${DB_PASSWORD:-«p1»}",
            "x: ${NAME:-y}",
            "PASSWORD: /run/secrets/db",
            "PASSWORD_FILE: /run/secrets/db",
            "test: redis-cli -a $$REDIS_PASSWORD ping",
            "test: mysqladmin ping -p$$MYSQL_ROOT_PASSWORD",
            "test: mysqladmin --password=\"$$(cat /run/secrets/db)\"",
            "image: registry/secret:tag",
            "password-manager:\n  image: x\n",
            "secrets: [db_password]",
        ] {
            check(marked);
        }
    }

    #[test]
    fn private_keys_are_found_in_any_wrapping() {
        check("x: |\n  -----BEGIN RSA PRIVATE KEY-----«\n  MIIE\n  AbC=\n  »-----END RSA PRIVATE KEY-----\ny: z\n");
        check("x: \"-----BEGIN PRIVATE KEY-----«\\nMIIE\\n»-----END PRIVATE KEY-----\"");
        check("-----BEGIN PRIVATE KEY-----«\nMIIE\n»");
        check("-----BEGIN CERTIFICATE-----\nMIIE\n-----END CERTIFICATE-----\n");
    }

    #[test]
    fn prose_in_comments_is_hidden_but_not_learnt() {
        let found = secrets("# the token: is needed\n# password: change it\n");
        assert!(found.iter().all(|secret| secret.in_comment));
    }
}
