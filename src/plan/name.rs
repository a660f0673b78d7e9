//! Names that Kubernetes accepts, made from names that Compose accepts.
//!
//! The same raw names always give the same result, in whatever order they come: names that need no change keep theirs,
//! and only then are the changed ones given what is left, with a digest of the raw name where that is taken.

use std::collections::{BTreeMap, BTreeSet};

use crate::plan::digest::hex;

/// The longest name of an object whose name is also a label, a host name or the prefix of a Pod's name.
pub const MAX_LABEL: usize = 63;

/// The longest name of a workload: controllers add up to eleven characters to it.
pub const MAX_WORKLOAD: usize = 52;

/// How many characters of a digest tell two names apart.
const SUFFIX: usize = 5;

/// Kubernetes names for raw ones, all of one kind.
#[derive(Clone, Debug, Default)]
pub struct Names(BTreeMap<String, String>);

impl Names {
    /// Gives each raw name its own.
    #[must_use]
    pub fn allocate<'a>(raw: impl IntoIterator<Item = &'a str>, longest: usize) -> Self {
        let raw: BTreeSet<&str> = raw.into_iter().collect();
        let mut names = BTreeMap::new();
        let mut taken = BTreeSet::new();
        let (same, changed): (Vec<&str>, Vec<&str>) =
            raw.into_iter().partition(|name| shortened(name, longest) == **name);
        for name in same {
            taken.insert(name.to_owned());
            names.insert(name.to_owned(), name.to_owned());
        }
        for name in changed {
            let mut wanted = shortened(name, longest);
            let mut length = SUFFIX;
            while taken.contains(&wanted) {
                wanted = with_digest(&wanted, name, longest, length);
                length += 1;
            }
            taken.insert(wanted.clone());
            names.insert(name.to_owned(), wanted);
        }
        Self(names)
    }

    /// The name of a raw one; the raw one made valid if it was never allocated.
    #[must_use]
    pub fn get(&self, raw: &str) -> String {
        self.0.get(raw).cloned().unwrap_or_else(|| shortened(raw, MAX_LABEL))
    }

    /// The raw names that had to change, with what they became.
    pub fn changed(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().filter(|(raw, name)| raw != name).map(|(raw, name)| (raw.as_str(), name.as_str()))
    }
}

/// A DNS label that begins with a letter, as near to the raw text as can be.
#[must_use]
pub fn label(raw: &str) -> String {
    let mut name = String::with_capacity(raw.len());
    for char in raw.chars().flat_map(char::to_lowercase) {
        match char {
            'a'..='z' | '0'..='9' => name.push(char),
            _ if name.is_empty() || name.ends_with('-') => {}
            _ => name.push('-'),
        }
    }
    let name = name.trim_end_matches('-');
    match name.chars().next() {
        None => "x".to_owned(),
        Some('0'..='9') => format!("svc-{name}"),
        Some(_) => name.to_owned(),
    }
}

/// A key of a ConfigMap or a Secret, as near to the raw text as can be.
#[must_use]
pub fn data_key(raw: &str) -> String {
    let valid = |char: char| char.is_ascii_alphanumeric() || matches!(char, '-' | '_' | '.');
    let key: String = raw.chars().map(|char| if valid(char) { char } else { '_' }).take(253).collect();
    if key.is_empty() || key == "." || key == ".." { format!("_{key}") } else { key }
}

/// Whether text may be the value of a label.
#[must_use]
pub fn is_label_value(text: &str) -> bool {
    let ends = |char: Option<char>| char.is_none_or(|char| char.is_ascii_alphanumeric());
    let inside = |char: char| char.is_ascii_alphanumeric() || matches!(char, '-' | '_' | '.');
    text.len() <= MAX_LABEL
        && text.chars().all(inside)
        && ends(text.chars().next())
        && ends(text.chars().next_back())
}

/// Whether text may be the key of an annotation or a label: an optional DNS name and a slash, then a short name.
#[must_use]
pub fn is_qualified(key: &str) -> bool {
    let (prefix, name) = key.rsplit_once('/').map_or((None, key), |(prefix, name)| (Some(prefix), name));
    let is_dns = |prefix: &str| {
        let label = |label: &str| {
            let edge =
                |char: Option<char>| char.is_some_and(|c| c.is_ascii_lowercase() || c.is_ascii_digit());
            label.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
                && edge(label.chars().next())
                && edge(label.chars().next_back())
        };
        prefix.len() <= 253 && prefix.split('.').all(label)
    };
    !name.is_empty() && is_label_value(name) && prefix.is_none_or(is_dns)
}

fn shortened(raw: &str, longest: usize) -> String {
    let name = label(raw);
    if name.len() <= longest { name } else { with_digest(&name, raw, longest, SUFFIX) }
}

fn with_digest(name: &str, raw: &str, longest: usize, length: usize) -> String {
    let kept: String = name.chars().take(longest.saturating_sub(length + 1)).collect();
    let digest: String = hex(raw.as_bytes()).chars().take(length).collect();
    format!("{}-{digest}", kept.trim_end_matches('-'))
}

#[cfg(test)]
mod tests {
    use super::{MAX_LABEL, Names, data_key, is_label_value, is_qualified, label};

    #[test]
    fn names_become_labels() {
        let cases = [
            ("web", "web"),
            ("my_db", "my-db"),
            ("Redis", "redis"),
            ("a.b..c", "a-b-c"),
            ("_x_", "x"),
            ("9lives", "svc-9lives"),
            ("__", "x"),
            ("zählt", "z-hlt"),
        ];
        for (raw, name) in cases {
            assert_eq!(label(raw), name, "{raw}");
        }
    }

    #[test]
    fn collisions_are_told_apart_in_any_order() {
        let forwards = Names::allocate(["a_b", "a-b", "A.b"], MAX_LABEL);
        let backwards = Names::allocate(["A.b", "a-b", "a_b"], MAX_LABEL);
        assert_eq!(forwards.get("a-b"), "a-b");
        assert_ne!(forwards.get("a_b"), forwards.get("A.b"));
        for raw in ["a_b", "a-b", "A.b"] {
            assert_eq!(forwards.get(raw), backwards.get(raw));
        }
        assert_eq!(forwards.changed().count(), 2);
    }

    #[test]
    fn long_names_are_cut_and_stay_apart() {
        let (one, other) = ("a".repeat(80), "a".repeat(81));
        let names = Names::allocate([one.as_str(), other.as_str()], MAX_LABEL);
        assert!(names.get(&one).len() <= MAX_LABEL && names.get(&one) != names.get(&other));
    }

    #[test]
    fn keys_and_values_are_judged_as_kubernetes_does() {
        assert!(is_qualified("app.kubernetes.io/name") && is_qualified("a_B.c"));
        assert!(
            !is_qualified("a b") && !is_qualified("UPPER/x") && !is_qualified("a/b/c") && !is_qualified("x/")
        );
        assert!(
            is_label_value("")
                && is_label_value("a.b_C-1")
                && !is_label_value("-a")
                && !is_label_value("a:b")
        );
        assert_eq!(data_key("a/b c"), "a_b_c");
        assert_eq!(data_key(".."), "_..");
    }
}
