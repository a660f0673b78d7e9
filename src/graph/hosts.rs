//! Host names in text: where a name stands as an address and not as a mere word.
//!
//! In: text and the names that a project answers to. Out: the names found, each with the port behind it.

use std::collections::BTreeMap;

/// How a name stands in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Strength {
    /// The whole text, or an item of a list: an address only if something else says that it is one.
    Alone,
    /// With a port, behind `//` or `@`: an address.
    Address,
}

/// A name that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found<'t> {
    /// The name, as written.
    pub host: &'t str,
    /// The port behind it.
    pub port: Option<u16>,
    /// How it stands there.
    pub strength: Strength,
}

/// Words of keys and options whose value is an address.
const ADDRESS_WORDS: [&str; 34] = [
    "addr",
    "address",
    "addresses",
    "api",
    "backend",
    "bootstrap",
    "broker",
    "brokers",
    "cluster",
    "connect",
    "dsn",
    "endpoint",
    "endpoints",
    "host",
    "hostname",
    "hosts",
    "leader",
    "link",
    "master",
    "node",
    "nodes",
    "peer",
    "peers",
    "primary",
    "proxy",
    "remote",
    "seed",
    "seeds",
    "server",
    "servers",
    "target",
    "upstream",
    "uri",
    "url",
];

/// Whether the name of a variable or option says that its value is an address.
#[must_use]
pub fn names_an_address(key: &str) -> bool {
    let mut words = Vec::new();
    let mut word = String::new();
    for character in key.chars() {
        let is_break =
            !character.is_alphanumeric() || (character.is_uppercase() && word.ends_with(char::is_lowercase));
        if is_break && !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        if character.is_alphanumeric() {
            word.push(character);
        }
    }
    words.push(word);
    words.iter().any(|word| ADDRESS_WORDS.contains(&word.to_lowercase().as_str()))
}

/// Finds names in a text. Names are compared without regard to case, as name resolution does.
#[must_use]
pub fn find<'t>(text: &'t str, names: &BTreeMap<String, usize>) -> Vec<Found<'t>> {
    let mut found = Vec::new();
    let mut rest = text;
    let mut offset = 0;
    while let Some(start) = rest.find(is_host_character) {
        let token = rest.get(start..).unwrap_or_default();
        let length = token.find(|c: char| !is_host_character(c)).unwrap_or(token.len());
        let host = token.get(..length).unwrap_or_default();
        let (begin, end) = (offset + start, offset + start + length);
        if names.contains_key(&host.to_lowercase()) {
            let before = text.get(..begin).unwrap_or_default();
            let after = text.get(end..).unwrap_or_default();
            found.extend(classify(host, before, after));
        }
        rest = token.get(length..).unwrap_or_default();
        offset = end;
    }
    found
}

fn is_host_character(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.')
}

fn classify<'t>(host: &'t str, before: &str, after: &str) -> Option<Found<'t>> {
    let port = port_behind(after);
    let is_authority = before.ends_with("//") || before.ends_with('@');
    if is_authority || (port.is_some() && !before.ends_with('/')) {
        return Some(Found { host, port, strength: Strength::Address });
    }
    let is_separator = |c: char| c.is_whitespace() || matches!(c, ',' | ';' | '"' | '\'' | '[' | ']' | '=');
    let alone =
        before.chars().next_back().is_none_or(is_separator) && after.chars().next().is_none_or(is_separator);
    alone.then_some(Found { host, port, strength: Strength::Alone })
}

fn port_behind(after: &str) -> Option<u16> {
    let digits = after.strip_prefix(':')?;
    let length = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
    let (digits, rest) = digits.split_at(length);
    let ends = !rest.starts_with(|c: char| c.is_alphanumeric() || c == '.');
    digits.parse().ok().filter(|port| *port > 0 && ends)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::{Strength, find, names_an_address};

    type Expected = (&'static str, Option<u16>, Strength);

    #[test]
    fn names_are_found_where_they_are_addresses() {
        let names: BTreeMap<String, usize> = ["db", "redis", "api-1"].map(|name| (name.to_owned(), 0)).into();
        let rows: [(&str, &[Expected]); 9] = [
            ("postgres://u:p@db:5432/app", &[("db", Some(5432), Strength::Address)]),
            ("http://api-1/x", &[("api-1", None, Strength::Address)]),
            ("db", &[("db", None, Strength::Alone)]),
            (
                "redis:6379,db:5432",
                &[("redis", Some(6379), Strength::Address), ("db", Some(5432), Strength::Address)],
            ),
            ("/var/lib/db", &[]),
            ("mydb:5432", &[]),
            ("db.example.com:80", &[]),
            ("image/redis:7", &[]),
            ("--host=db", &[("db", None, Strength::Alone)]),
        ];
        for (text, expected) in rows {
            let found: Vec<_> =
                find(text, &names).into_iter().map(|f| (f.host, f.port, f.strength)).collect();
            assert_eq!(found, expected, "{text}");
        }
    }

    #[test]
    fn keys_tell_addresses_from_words() {
        for key in ["DB_HOST", "dbHost", "REDIS_URL", "--bootstrap-server", "KAFKA_BROKERS"] {
            assert!(names_an_address(key), "{key}");
        }
        for key in ["POSTGRES_DB", "MYSQL_DATABASE", "GHOST", "MODE"] {
            assert!(!names_an_address(key), "{key}");
        }
    }
}
