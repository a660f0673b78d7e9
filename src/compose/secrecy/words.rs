//! Passwords among the words of a command: behind `--password`, or behind the short options that some programs have.
//!
//! In: words in order. Out: which word holds a password, and from which byte on.

use std::ops::Range;

use crate::mapping::credentials::{Credentials, OptionValue};

/// A word that is a password from some byte on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct SecretWord {
    pub(super) word: usize,
    pub(super) start: usize,
}

/// The passwords among the words of one command.
pub(super) fn secret_words(words: &[&str]) -> Vec<SecretWord> {
    let table = Credentials::embedded();
    let mut program = "";
    let mut found = Vec::new();
    for (index, word) in words.iter().enumerate() {
        if !word.starts_with('-') {
            let name = word.rsplit('/').next().unwrap_or(word);
            program = if table.has_options(name) { name } else { program };
            continue;
        }
        let long = word.trim_start_matches('-');
        let value = if !long.contains('=') && table.is_credential_name(long) {
            Some(OptionValue::Next)
        } else {
            table.option_value(program, word)
        };
        match value {
            Some(OptionValue::Glued(start)) => found.push(SecretWord { word: index, start }),
            Some(OptionValue::Next) if words.get(index + 1).is_some_and(|next| !next.starts_with('-')) => {
                found.push(SecretWord { word: index + 1, start: 0 });
            }
            Some(OptionValue::Next) | None => {}
        }
    }
    found
}

/// The commands in a text, each as its words: a line is one, and list items below each other belong together.
pub(super) fn commands(text: &str) -> Vec<Vec<Range<usize>>> {
    let mut commands: Vec<Vec<Range<usize>>> = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let words = words_of(line).map(|word| start + word.start..start + word.end);
        match commands.last_mut() {
            Some(command) if line.trim_start().starts_with("- ") => command.extend(words),
            Some(_) | None => commands.push(words.collect()),
        }
        start += line.len();
    }
    commands
}

/// The words of a line, without quotes and the signs of a list around them.
fn words_of(line: &str) -> impl Iterator<Item = Range<usize>> {
    let separates = |char: char| char.is_whitespace() || matches!(char, '"' | '\'' | '`');
    let mut start = 0;
    line.split(separates).filter_map(move |word| {
        let inner = word.trim_matches(['[', ']', '(', ')', ',']);
        let at = start + (word.len() - word.trim_start_matches(['[', ']', '(', ')', ',']).len());
        let separator = line.get(start + word.len()..).and_then(|rest| rest.chars().next());
        start += word.len() + separator.map_or(0, char::len_utf8);
        (!inner.is_empty() && inner != "-").then_some(at..at + inner.len())
    })
}

/// The words in a name, such as the parts of an image reference.
pub(super) fn words_of_name(name: &str) -> impl Iterator<Item = &str> {
    name.split(|char: char| !(char.is_alphanumeric() || matches!(char, '-' | '_')))
}

#[cfg(test)]
mod tests {
    use super::{commands, secret_words};

    fn secrets(text: &str) -> Vec<&str> {
        let commands = commands(text);
        let words = |command: &Vec<std::ops::Range<usize>>| -> Vec<&str> {
            command.iter().map(|word| &text[word.clone()]).collect()
        };
        let found = commands.iter().map(words).flat_map(|words| {
            secret_words(&words)
                .into_iter()
                .map(|secret| &words[secret.word][secret.start..])
                .collect::<Vec<_>>()
        });
        found.collect()
    }

    #[test]
    fn passwords_stand_behind_their_options() {
        let cases: &[(&str, &[&str])] = &[
            ("redis-server --requirepass p1 --port 1", &["p1"]),
            ("[\"redis-cli\", \"-a\", \"p1\", \"ping\"]", &["p1"]),
            ("/usr/bin/redis-cli -h x -a p1", &["p1"]),
            ("mysqladmin ping -h localhost -pp1", &["p1"]),
            ("mysqladmin -p", &[]),
            ("server -token p1", &["p1"]),
            ("server --token --other", &[]),
            ("server --token", &[]),
            ("server --token-file /x", &[]),
            ("nginx -a x -px", &[]),
            ("- redis-server\n- --requirepass\n- p1\n", &["p1"]),
            ("command: a --password\nimage: b\n", &[]),
            ("sh -c 'redis-cli -a p1'", &["p1"]),
        ];
        for (text, expected) in cases {
            assert_eq!(&secrets(text), expected, "{text}");
        }
    }
}
