//! The regular expressions of the key table.
//!
//! There are half a dozen, so each is a function rather than a program for an engine; the table keeps their text,
//! because Docker Compose prints it.

use std::fmt;

type Matcher = fn(&str) -> bool;

/// How each expression is matched; the loader of the table refuses one that is not here.
const MATCHERS: &[(&str, Matcher)] = &[
    (".+", |text| text.chars().any(|char| char != '\n')),
    ("[a-zA-Z0-9][a-zA-Z0-9_.-]+", has_container_name),
    (
        "^(always|never|build|if_not_present|missing|refresh|daily|weekly|every_([0-9]+[wdhms])+)$",
        is_pull_policy,
    ),
    ("^.+$", |text| !text.is_empty() && !text.contains('\n')),
    ("^[a-z]+$", |text| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_lowercase())),
    ("^[a-zA-Z0-9._-]+$", |text| !text.is_empty() && text.bytes().all(is_name_byte)),
];

/// A regular expression of the table.
#[derive(Clone)]
pub struct Pattern {
    /// The expression, as Docker Compose prints it.
    pub text: &'static str,
    /// What matches, in words.
    pub meaning: String,
    matcher: Matcher,
}

impl Pattern {
    /// The pattern of an expression, if it is one that can be matched.
    #[must_use]
    pub fn new(text: &str, meaning: &str) -> Option<Self> {
        let (text, matcher) = MATCHERS.iter().find(|(known, _)| *known == text)?;
        Some(Self { text, meaning: meaning.to_owned(), matcher: *matcher })
    }

    /// Whether a text matches.
    #[must_use]
    pub fn matches(&self, text: &str) -> bool {
        (self.matcher)(text)
    }
}

impl fmt::Debug for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Pattern({})", self.text)
    }
}

fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-')
}

/// The expression is not anchored: two fitting characters anywhere are enough.
fn has_container_name(text: &str) -> bool {
    let following = text.bytes().skip(1);
    text.bytes().zip(following).any(|(first, second)| first.is_ascii_alphanumeric() && is_name_byte(second))
}

fn is_pull_policy(text: &str) -> bool {
    const WORDS: &[&str] =
        &["always", "build", "daily", "if_not_present", "missing", "never", "refresh", "weekly"];
    WORDS.contains(&text) || text.strip_prefix("every_").is_some_and(is_period)
}

/// Numbers, each followed by a unit: `1w2d`.
fn is_period(text: &str) -> bool {
    let mut parts = text.split_inclusive(['w', 'd', 'h', 'm', 's']);
    !text.is_empty()
        && parts.all(|part| {
            let digits = part.strip_suffix(['w', 'd', 'h', 'm', 's']);
            digits
                .is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()))
        })
}

#[cfg(test)]
mod tests {
    use super::Pattern;

    #[test]
    fn each_expression_matches_what_it_says() {
        let cases: &[(&str, &[&str], &[&str])] = &[
            (".+", &["a", " ", "a\nb", "\na"], &["", "\n", "\n\n"]),
            (
                "[a-zA-Z0-9][a-zA-Z0-9_.-]+",
                &["ab", "a-", "é!ab", "-a.", "a b9."],
                &["", "a", "-a", "a b", "é"],
            ),
            (
                "^(always|never|build|if_not_present|missing|refresh|daily|weekly|every_([0-9]+[wdhms])+)$",
                &["always", "never", "if_not_present", "every_12h", "every_1w2d30s"],
                &[
                    "",
                    "Always",
                    "every_",
                    "every_12",
                    "every_h",
                    "every_1h2",
                    "alwaysnever",
                    "every_1h ",
                    "12h",
                ],
            ),
            ("^.+$", &["a", " "], &["", "a\n", "\n"]),
            ("^[a-z]+$", &["nofile"], &["", "noFile", "a1", "a\n"]),
            ("^[a-zA-Z0-9._-]+$", &["web", "a.b_c-9", "-"], &["", "a b", "é", "a\n"]),
        ];
        for (text, fitting, others) in cases {
            let pattern = Pattern::new(text, "").unwrap();
            assert!(fitting.iter().all(|text| pattern.matches(text)), "{pattern:?} {fitting:?}");
            assert!(!others.iter().any(|text| pattern.matches(text)), "{pattern:?} {others:?}");
        }
    }

    #[test]
    fn an_expression_without_a_function_is_refused() {
        assert!(Pattern::new("^[0-9]+$", "").is_none());
    }
}
