//! The one kind of pattern that tables use: text in which `*` stands for any text, nothing included.

/// Whether all of `text` matches.
#[must_use]
pub fn matches(pattern: &str, text: &str) -> bool {
    let Some((head, mut rest)) = pattern.split_once('*') else { return pattern == text };
    let Some(mut text) = text.strip_prefix(head) else { return false };
    while let Some((part, after)) = rest.split_once('*') {
        let Some(at) = text.find(part) else { return false };
        text = text.get(at + part.len()..).unwrap_or_default();
        rest = after;
    }
    text.ends_with(rest)
}

/// How much of a pattern is not a `*`: of two that match, the one with more is the more specific.
#[must_use]
pub fn literal_length(pattern: &str) -> usize {
    pattern.chars().filter(|char| *char != '*').count()
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn a_star_stands_for_any_text() {
        let cases = [
            ("postgres", "postgres", true),
            ("postgres", "postgresql", false),
            ("*alpine*", "18-alpine3.22", true),
            ("18*", "18.1", true),
            ("18*-alpine*", "18.1-bookworm", false),
            ("bitnami/*", "bitnami/redis", true),
            ("*", "", true),
            ("a*b*a", "aba", true),
            ("a*a", "a", false),
        ];
        for (pattern, text, expected) in cases {
            assert_eq!(matches(pattern, text), expected, "{pattern} {text}");
        }
    }
}
