//! Every credential of a project in clear text, and the one Secret that each is kept in.
//!
//! In: the variables and commands of all services. Out: for each credential value one key of one Secret, however often
//! the value is written. It belongs to the service whose image asks for it, else to the first that has it.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::compose::secrecy::{secrets_in_variable, secrets_in_words};
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

/// The credentials of a project, by value.
#[derive(Default)]
pub struct Credentials(BTreeMap<String, Place>);

impl Credentials {
    /// Finds the credentials of all services.
    #[must_use]
    pub fn of(subjects: &[Subject<'_>]) -> Self {
        let mut candidates: BTreeMap<String, Vec<(bool, Place)>> = BTreeMap::new();
        for subject in subjects {
            for (name, value) in variables(subject) {
                for place in secret_places(subject, name, value) {
                    let owns = asks_for(subject, name);
                    let whole = place.len() == value.len();
                    let key = if whole { data_key(name) } else { password_of(name) };
                    let place_of = Place { secret: secret_of(subject), key };
                    let text = value.get(place).unwrap_or_default().to_owned();
                    candidates.entry(text).or_default().push((!(owns && whole), place_of));
                }
            }
            for (index, text) in command_secrets(subject).into_iter().enumerate() {
                let place =
                    Place { secret: secret_of(subject), key: format!("COMMAND_SECRET_{}", index + 1) };
                candidates.entry(text).or_default().push((true, place));
            }
        }
        Self(
            candidates
                .into_iter()
                .filter_map(|(text, places)| Some((text, places.into_iter().min()?.1)))
                .collect(),
        )
    }

    /// Where a value is kept, if it is a credential.
    #[must_use]
    pub fn place(&self, value: &str) -> Option<&Place> {
        self.0.get(value)
    }

    /// The secret places among the words of a command: those that words tell, and values that are credentials elsewhere.
    #[must_use]
    pub fn in_words(&self, words: &[String]) -> Vec<(usize, Range<usize>)> {
        let mut places = secrets_in_words(words);
        for (index, word) in words.iter().enumerate() {
            for value in self.0.keys().filter(|value| is_telling(value)) {
                let found = word.match_indices(value.as_str()).map(|(at, _)| at..at + value.len());
                places.extend(found.map(|place| (index, place)));
            }
        }
        places.sort_by_key(|(word, place)| (*word, place.start, std::cmp::Reverse(place.end)));
        places.dedup_by(|next, kept| next.0 == kept.0 && next.1.start < kept.1.end);
        places
    }

    /// Every credential with its place.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Place)> {
        self.0.iter().map(|(text, place)| (text.as_str(), place))
    }
}

/// Whether a value is no common word, so that it is the credential wherever it stands.
fn is_telling(value: &str) -> bool {
    value.len() >= 8 && value.chars().any(|char| !char.is_ascii_lowercase())
}

/// The Secret with the credentials of a service.
pub(in crate::rules) fn secret_of(subject: &Subject<'_>) -> String {
    format!("{}-env", subject.object)
}

/// The secret places in the value of a variable of a service.
pub(in crate::rules) fn secret_places(subject: &Subject<'_>, name: &str, value: &str) -> Vec<Range<usize>> {
    // Of a URL only the password is secret, if it has one.
    if asks_for(subject, name) && !value.is_empty() && !value.contains("://") {
        return std::iter::once(0..value.len()).collect();
    }
    secrets_in_variable(name, value)
}

/// The variable that holds the secret part of another one.
pub(in crate::rules) fn password_of(name: &str) -> String {
    format!("{}_PASSWORD", data_key(name))
}

/// The secret words of the command and the entrypoint.
fn command_secrets(subject: &Subject<'_>) -> Vec<String> {
    let lines = [&subject.container.entrypoint.0, &subject.container.command.0];
    let secrets = lines.into_iter().flatten().flat_map(|words| {
        let places = secrets_in_words(words).into_iter();
        places.filter_map(|(index, place)| words.get(index)?.get(place).map(str::to_owned))
    });
    secrets.collect()
}

fn variables<'s>(subject: &'s Subject<'_>) -> impl Iterator<Item = (&'s str, &'s str)> {
    let variables = subject.container.environment.0.iter();
    variables.filter_map(|(name, value)| Some((name.as_str(), value.as_deref()?)))
}

fn asks_for(subject: &Subject<'_>, name: &str) -> bool {
    subject.profile().is_some_and(|profile| profile.credentials.iter().any(|known| known == name))
}
