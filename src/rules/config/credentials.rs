//! Every credential of a project in clear text, and the one Secret that each is kept in.
//!
//! In: the variables, commands, checks and hooks of all services. Out: for each credential one key of one Secret, and for
//! each service the variable that holds it where it is only a part of something. A value that could be anybody's word is
//! kept by each service for itself; any other one is kept once, by the service whose image asks for it, else the first.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use crate::compose::secrecy::{secrets_in_variable, secrets_in_words};
use crate::finding::literal::url_passwords;
use crate::plan::name::data_key;
use crate::rules::subject::Subject;

/// Where a credential is kept.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The Secret.
    pub secret: String,
    /// The key in it.
    pub key: String,
}

/// The credentials of a project.
#[derive(Default)]
pub struct Credentials {
    /// Where each value is kept.
    places: BTreeMap<String, Place>,
    /// The variable that holds a value, by workload and value.
    holders: BTreeMap<(String, String), String>,
    /// The Secret of each workload.
    secrets: BTreeMap<String, String>,
}

/// Where a value could be kept: the best first.
type Candidate = (u8, Place);

impl Credentials {
    /// Finds the credentials of all services. `taken` are the names of the project's own Secrets.
    #[must_use]
    pub fn of(subjects: &[Subject<'_>], taken: &BTreeSet<String>) -> Self {
        let named =
            subjects.iter().map(|subject| (subject.object.clone(), secret_name(&subject.object, taken)));
        let mut credentials = Self { secrets: named.collect(), ..Self::default() };
        let mut keys: BTreeMap<Place, String> = BTreeMap::new();
        let mut candidates: BTreeMap<String, Vec<Candidate>> = BTreeMap::new();
        for subject in subjects {
            for (name, value) in variables(subject).filter(|(name, value)| is_whole(subject, name, value)) {
                let place = Place { secret: credentials.secret_of(subject), key: data_key(name) };
                keys.insert(place.clone(), value.to_owned());
                let rank = u8::from(!asks_for(subject, name));
                candidates.entry(value.to_owned()).or_default().push((rank, place));
            }
        }
        for subject in subjects {
            for (wanted, value) in parts(subject) {
                let place = Place { secret: credentials.secret_of(subject), key: wanted };
                candidates.entry(value).or_default().push((2, place));
            }
        }
        for (value, mut places) in candidates {
            places.sort();
            let Some((_, place)) = places.into_iter().next() else { continue };
            let place = free(place, &value, &keys);
            keys.insert(place.clone(), value.clone());
            credentials.places.insert(value, place);
        }
        for subject in subjects {
            credentials.name_holders(subject);
        }
        credentials
    }

    /// The variables of a service that hold what is only a part of something: one that it has, or a new one.
    fn name_holders(&mut self, subject: &Subject<'_>) {
        let mut names: BTreeMap<String, String> =
            variables(subject).map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        let known = variables(subject).flat_map(|(name, value)| {
            let places = self.in_variable(subject, name, value);
            places.into_iter().filter_map(|place| value.get(place).map(str::to_owned)).collect::<Vec<_>>()
        });
        let secrets: BTreeSet<String> =
            known.chain(parts(subject).into_iter().map(|(_, value)| value)).collect();
        for secret in secrets {
            let Some(place) = self.places.get(&secret) else { continue };
            let own =
                variables(subject).find(|(name, value)| *value == secret && is_whole(subject, name, value));
            let holder = match own {
                Some((name, _)) => name.to_owned(),
                None => numbered(&place.key, |name| names.get(name).is_none_or(|value| *value == secret)),
            };
            names.insert(holder.clone(), secret.clone());
            self.holders.insert((subject.object.clone(), secret), holder);
        }
    }

    /// Where a value is kept, if it is a credential.
    #[must_use]
    pub fn place(&self, value: &str) -> Option<&Place> {
        self.places.get(value)
    }

    /// Where a whole variable of a service is kept: with others of the same value, unless it could be anybody's word.
    #[must_use]
    pub fn place_of_variable(&self, subject: &Subject<'_>, name: &str, value: &str) -> Option<Place> {
        let shared = self.places.get(value)?;
        let own = Place { secret: self.secret_of(subject), key: data_key(name) };
        Some(if is_telling(value) { shared.clone() } else { own })
    }

    /// The variable of a service that holds a value.
    #[must_use]
    pub fn holder(&self, subject: &Subject<'_>, value: &str) -> Option<&str> {
        self.holders.get(&(subject.object.clone(), value.to_owned())).map(String::as_str)
    }

    /// The secret places in the value of a variable: those that it shows itself, and values that are credentials elsewhere.
    #[must_use]
    pub fn in_variable(&self, subject: &Subject<'_>, name: &str, value: &str) -> Vec<Range<usize>> {
        let mut places = secret_places(subject, name, value);
        places.extend(self.known_in(value));
        places.sort_by_key(|place| (place.start, std::cmp::Reverse(place.end)));
        places.dedup_by(|next, kept| next.start < kept.end);
        places
    }

    /// The secret places among the words of a command.
    #[must_use]
    pub fn in_words(&self, words: &[String]) -> Vec<(usize, Range<usize>)> {
        let mut places = secrets_in_words(words);
        for (index, word) in words.iter().enumerate() {
            places.extend(self.known_in(word).map(|place| (index, place)));
        }
        places.sort_by_key(|(word, place)| (*word, place.start, std::cmp::Reverse(place.end)));
        places.dedup_by(|next, kept| next.0 == kept.0 && next.1.start < kept.1.end);
        places
    }

    /// Whether text holds a value that is a credential elsewhere.
    #[must_use]
    pub fn is_shown_in(&self, text: &str) -> bool {
        self.known_in(text).next().is_some()
    }

    fn known_in<'t>(&'t self, text: &'t str) -> impl Iterator<Item = Range<usize>> + 't {
        let telling = self.places.keys().filter(|value| is_telling(value));
        telling
            .flat_map(move |value| text.match_indices(value.as_str()).map(|(at, found)| at..at + found.len()))
    }

    /// The Secret with the credentials of a service.
    #[must_use]
    pub fn secret_of(&self, subject: &Subject<'_>) -> String {
        self.secrets.get(&subject.object).cloned().unwrap_or_default()
    }
}

/// A name that no Secret of the project has.
fn secret_name(object: &str, taken: &BTreeSet<String>) -> String {
    ["env", "variables", "credentials"]
        .map(|end| format!("{object}-{end}"))
        .into_iter()
        .find(|name| !taken.contains(name))
        .unwrap_or_else(|| numbered(&format!("{object}-env"), |name| !taken.contains(name)))
}

/// A key that holds nothing else.
fn free(place: Place, value: &str, keys: &BTreeMap<Place, String>) -> Place {
    let secret = place.secret;
    let is_free = |key: &str| {
        let place = Place { secret: secret.clone(), key: key.to_owned() };
        keys.get(&place).is_none_or(|held| held == value)
    };
    let key = numbered(&place.key, is_free);
    Place { secret, key }
}

/// The name itself if it is free, else with the first number that makes it so.
fn numbered(name: &str, is_free: impl Fn(&str) -> bool) -> String {
    let numbers = (2_u32..).map(|number| format!("{name}_{number}"));
    std::iter::once(name.to_owned())
        .chain(numbers)
        .find(|name| is_free(name))
        .unwrap_or_else(|| name.to_owned())
}

/// Whether a value is no common word, so that it is the credential wherever it stands.
fn is_telling(value: &str) -> bool {
    value.len() >= 8 && value.chars().any(|char| !char.is_ascii_lowercase())
}

/// Whether the whole value of a variable is a credential.
fn is_whole(subject: &Subject<'_>, name: &str, value: &str) -> bool {
    secret_places(subject, name, value).iter().any(|place| place.len() == value.len())
}

/// The secret places in the value of a variable of a service, as far as it shows them itself.
fn secret_places(subject: &Subject<'_>, name: &str, value: &str) -> Vec<Range<usize>> {
    // Of a URL only the password is secret, if it has one.
    let passwords = url_passwords(value);
    if !passwords.is_empty() {
        return passwords;
    }
    let is_asked_for = asks_for(subject, name) && !value.is_empty() && !value.contains("://");
    if is_asked_for || is_random(value) {
        return std::iter::once(0..value.len()).collect();
    }
    secrets_in_variable(name, value)
}

/// The secret parts of variables, commands, checks and hooks, each with the key that it should have.
fn parts(subject: &Subject<'_>) -> Vec<(String, String)> {
    let mut parts = Vec::new();
    for (name, value) in variables(subject).filter(|(name, value)| !is_whole(subject, name, value)) {
        for place in secret_places(subject, name, value) {
            let text = value.get(place).unwrap_or_default().to_owned();
            parts.push((format!("{}_PASSWORD", data_key(name)), text));
        }
    }
    let checked = subject.workload.healthcheck.as_ref().map(|check| &check.test.0);
    let lines = [subject.container.entrypoint.0.as_ref(), subject.container.command.0.as_ref(), checked];
    for words in lines.into_iter().flatten() {
        for (index, place) in secrets_in_words(words) {
            let text = words.get(index).and_then(|word| word.get(place)).unwrap_or_default();
            parts.push(("COMMAND_SECRET".to_owned(), text.to_owned()));
        }
    }
    parts
}

fn variables<'s>(subject: &'s Subject<'_>) -> impl Iterator<Item = (&'s str, &'s str)> {
    let variables = subject.container.environment.0.iter();
    variables.filter_map(|(name, value)| Some((name.as_str(), value.as_deref()?)))
}

fn asks_for(subject: &Subject<'_>, name: &str) -> bool {
    subject.profile().is_some_and(|profile| profile.credentials.iter().any(|known| known == name))
}

/// Whether text looks like the output of a generator: long, of one alphabet, without a pattern.
fn is_random(value: &str) -> bool {
    let is_hexadecimal = value.chars().all(|char| char.is_ascii_hexdigit());
    let is_base64 = value.chars().all(|char| char.is_ascii_alphanumeric() || "+/=_-".contains(char));
    let has_all = value.chars().any(|char| char.is_ascii_digit()) && value.chars().any(char::is_alphabetic);
    let is_path = value.starts_with('/') || value.contains("--") || value.matches('/').count() > 2;
    value.len() >= 32
        && has_all
        && !is_path
        && ((is_hexadecimal && entropy(value) > 3.0) || (is_base64 && entropy(value) > 4.0))
}

/// How many bits each character of a text carries, by how often each occurs in it.
#[allow(clippy::cast_precision_loss, reason = "lengths of texts are small")]
fn entropy(text: &str) -> f64 {
    let mut counts: BTreeMap<char, usize> = BTreeMap::new();
    for char in text.chars() {
        *counts.entry(char).or_default() += 1;
    }
    let total = text.chars().count() as f64;
    counts.values().map(|count| *count as f64 / total).map(|share| -share * share.log2()).sum()
}

#[cfg(test)]
mod tests {
    use super::{is_random, numbered};

    #[test]
    fn what_a_generator_makes_is_told_from_words() {
        let rows = [
            ("9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", true),
            ("q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA=", true),
            ("0000000000000000000000000000000000000000000000000000000000000000", false),
            ("http://example.com/a/very/long/path/that/is/no/secret/at/all", false),
            ("/usr/local/share/some-application/configuration.d/main", false),
            ("short1", false),
            ("only-words-in-a-long-name-without-any-number", false),
        ];
        for (text, expected) in rows {
            assert_eq!(is_random(text), expected, "{text}");
        }
    }

    #[test]
    fn names_get_the_first_free_number() {
        assert_eq!(numbered("A", |name| name != "A" && name != "A_2"), "A_3");
        assert_eq!(numbered("A", |_| true), "A");
    }
}
