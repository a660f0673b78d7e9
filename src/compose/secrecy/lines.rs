//! Secrets found in text alone, line by line, whether or not it can be parsed.
//!
//! In: any text: Compose files with errors, environment files, single values. Out: the places of secret values, without
//! the references in them. A place rather reaches too far than not far enough.

use std::ops::Range;

use crate::compose::secrecy::entries::{Lines, is_name_char};
use crate::compose::secrecy::words::{commands, secret_words, words_of_name};
use crate::finding::literal::{fallbacks, literals, unclosed, url_passwords};
use crate::mapping::credentials::Credentials;

/// Values that only switch something, whatever the name says.
const SWITCHES: &[&str] = &["true", "false", "yes", "no", "on", "off", "0", "1", "null", "~"];

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
    let scan = Scan { text, table, lines: Lines::new(text) };
    let mut places = url_passwords(text);
    let of_credential =
        fallbacks(text).into_iter().filter(|fallback| table.is_credential_name(fallback.name));
    places.extend(of_credential.map(|fallback| fallback.text));
    places.extend(private_keys(text));
    places.extend(tokens(text, table));
    places.extend(scan.in_commands());
    places.extend((0..scan.lines.ranges().len()).flat_map(|index| scan.in_line(index)));
    let literal = |place: Range<usize>| {
        let parts = literals(text.get(place.clone()).unwrap_or_default()).into_iter();
        parts.map(move |part| place.start + part.start..place.start + part.end)
    };
    let is_secret = |place: &Range<usize>| text.get(place.clone()).is_some_and(|part| !is_switch(part));
    let places = places.into_iter().filter(is_secret).flat_map(literal).filter(is_secret);
    places.map(|place| Secret { in_comment: scan.lines.is_in_comment(place.start), place }).collect()
}

/// The names that a text uses, as keys or as the values of keys that hold names.
pub(super) fn names(text: &str) -> impl Iterator<Item = &str> {
    let table = Credentials::embedded();
    let lines = Lines::new(text);
    let entries = (0..lines.ranges().len())
        .filter_map(move |index| lines.entry(index).map(|entry| (entry.name, lines.after(&entry, index))));
    entries.flat_map(|(name, value)| {
        let value = if table.is_key_of_name(name) { value } else { "" };
        words_of_name(value).chain([name])
    })
}

/// Whether a value is no secret because it is empty or only switches something.
pub(super) fn is_switch(value: &str) -> bool {
    let value = value.trim();
    value.is_empty() || SWITCHES.iter().any(|switch| switch.eq_ignore_ascii_case(value))
}

const BEGIN: &str = "-----BEGIN ";

/// What stands between the first and the last line of private keys.
fn private_keys(text: &str) -> Vec<Range<usize>> {
    let is_body = |char: char| char.is_ascii_alphanumeric() || " \t\r\n\\+/=:,-|#\"'".contains(char);
    let markers: Vec<usize> = text.match_indices(BEGIN).map(|(at, _)| at).collect();
    let ends = markers.iter().skip(1).copied().chain([text.len()]);
    let key = |(start, end): (&usize, usize)| {
        let (kind, body) = text.get(start + BEGIN.len()..end)?.split_once("-----")?;
        let length = body.find("-----END").or_else(|| body.find(|char| !is_body(char))).unwrap_or(body.len());
        let start = end - body.len();
        kind.contains("PRIVATE KEY").then_some(start..start + length)
    };
    markers.iter().zip(ends).filter_map(key).collect()
}

/// Words that are credentials by their shape.
fn tokens(text: &str, table: &Credentials) -> Vec<Range<usize>> {
    let separates = |byte: &u8| !(byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'));
    let mut start = 0;
    let mut found = Vec::new();
    for word in text.as_bytes().split(separates) {
        let end = start + word.len();
        if text.get(start..end).is_some_and(|word| table.is_credential_value(word)) {
            found.push(start..end);
        }
        start = end + 1;
    }
    found
}

struct Scan<'a> {
    text: &'a str,
    table: &'a Credentials,
    lines: Lines<'a>,
}

impl Scan<'_> {
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
        let Some(range) = self.lines.ranges().get(index) else { return Vec::new() };
        let line = self.text.get(range.clone()).unwrap_or_default();
        let entry = self.lines.entry(index).filter(|entry| self.table.is_credential_name(entry.name));
        let mut found: Vec<Range<usize>> =
            entry.iter().flat_map(|entry| self.lines.values(entry, index)).collect();
        found.extend(self.before_unclosed(range, line));
        let list = line.find(['{', '[']).unwrap_or(usize::MAX);
        for (at, _) in line.match_indices(['=', ':']) {
            let separator = range.start + at;
            let is_entry = entry.as_ref().is_some_and(|entry| entry.separator == separator);
            // What is inside the value before it is known already, and looking again would take quadratic time.
            let is_inside = found.last().is_some_and(|last| last.contains(&separator));
            if !is_entry && !is_inside {
                found.extend(self.inline_value(range.clone(), separator, list < at));
            }
        }
        found
    }

    /// What stands before a `${` without its brace: the name of the variable is not known, so it may be a password.
    fn before_unclosed(&self, range: &Range<usize>, line: &str) -> Option<Range<usize>> {
        let end = unclosed(line).filter(|end| *end > 0)?;
        let value = line.trim_start().trim_start_matches("- ").trim_start_matches(['"', '\'']);
        let start = line.len() - value.len();
        let name = value.find(|char| !is_name_char(char)).unwrap_or(0);
        let after = value.get(name..).and_then(|rest| rest.strip_prefix(['=', ':']));
        let start = after.map_or(start, |after| line.len() - after.trim_start().len());
        (start < end).then_some(range.start + start..range.start + end)
    }

    /// The value behind a separator somewhere within a line: `--password=x`, `?token=x`, `{"password": "x"}`.
    fn inline_value(&self, line: Range<usize>, separator: usize, is_in_list: bool) -> Option<Range<usize>> {
        let before = self.text.get(line.start..separator)?;
        let after = self.text.get(separator + 1..line.end)?;
        let is_assignment = self.text.get(separator..)?.starts_with('=');
        let unquoted = before.trim_end_matches(['"', '\'', '\\']);
        let is_plain = unquoted.len() == before.len();
        if !is_assignment && is_plain && !(is_in_list && after.starts_with([' ', '\t'])) {
            return None;
        }
        let name = unquoted.char_indices().rev().take_while(|(_, char)| is_name_char(*char)).last();
        if !self.table.is_credential_name(unquoted.get(name?.0..)?) {
            return None;
        }
        let spaces = if is_assignment { 0 } else { after.len() - after.trim_start().len() };
        let value = after.get(spaces..)?;
        let opening = value.len() - value.trim_start_matches(['"', '\'', '\\']).len();
        let start = separator + 1 + spaces + opening;
        let inner = value.get(opening..)?;
        let length = match value.get(..opening)?.chars().next_back() {
            Some(quote) => quoted_length(inner, quote, opening > 1),
            None if is_assignment => assigned_length(inner, is_in_list),
            None => inner.find([',', '}']).unwrap_or(inner.len()),
        };
        Some(start..start + length)
    }
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
    let ends = |(at, char): &(usize, char)| match char {
        '"' | '\'' | '`' => true,
        ',' | ';' | '&' => {
            let rest = inner.get(at + 1..).unwrap_or_default();
            let name = rest.find(|char| !is_name_char(char)).unwrap_or(0);
            name > 0 && rest.get(name..).is_some_and(|rest| rest.starts_with('='))
        }
        _ => char.is_whitespace(),
    };
    let word = inner.char_indices().find(ends).and_then(|(at, _)| inner.get(..at)).unwrap_or(inner);
    if is_in_list { word.trim_end_matches([',', ']', '}']).len() } else { word.len() }
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
            "DB_PASSWORD=«p1» «# p2»",
            "  - DB_PASSWORD=«p1 with spaces»",
            "  - \"DB_PASSWORD=«p1 # x»\"",
            "  - 'DB_PASSWORD=«p1»'",
            "DB_PASSWORD: \"«p1 # x»\" # comment",
            "DB_PASSWORD: '«it''s»' # comment",
            "DB_PASSWORD: \"«p\\\"1»\"",
            "DB_PASSWORD: «p1» # comment",
            "DB_PASSWORD: &pw «p1»",
            "DB_PASSWORD: !!str «p1»",
            "x: &pw y\nDB_PASSWORD: *pw",
            "DB_PASSWORD: *«p1»",
            "DB_PASSWORD: &«p1»",
            "DB_PASSWORD: !«p1»",
            "DB_PASSWORD: !reset",
            "DB_PASSWORD: &pw\nX: *pw",
            "PGPASS: «p1»${",
            "  - AUTH=«p1»${X",
            "command: «mysqld -pp1 »${",
            "  - \"«-pp1 »${\"",
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
            "USES_TOKEN: \"yes\"",
            "DB_PASSWORD=",
            "DB_PASSWORD: ''",
            "DB_PASSWORD: null",
            "secrets: [db_password]",
        ] {
            check(marked);
        }
    }

    #[test]
    fn private_keys_are_found_in_any_wrapping() {
        check(
            "x: |\n  -----BEGIN RSA PRIVATE KEY-----«\n  MIIE\n  AbC=\n  »-----END RSA PRIVATE KEY-----\ny: z\n",
        );
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
