//! Patterns of names as Go's `filepath.Match` reads them: `*`, `?`, `[a-z]`, `\\`.

/// Whether a name matches a pattern as a whole; a broken pattern matches nothing.
#[must_use]
pub fn matches(pattern: &str, name: &str) -> bool {
    let pattern: Vec<char> = pattern.chars().collect();
    let name: Vec<char> = name.chars().collect();
    matches_from(&pattern, &name)
}

fn matches_from(pattern: &[char], name: &[char]) -> bool {
    match (pattern, name) {
        ([], []) => true,
        (['*', rest @ ..], _) => (0..=name.len()).any(|skipped| {
            let (over, left) = name.split_at(skipped);
            !over.contains(&'/') && matches_from(rest, left)
        }),
        (['?', rest @ ..], [first, left @ ..]) => *first != '/' && matches_from(rest, left),
        (['[', rest @ ..], [first, left @ ..]) => match class(rest, *first) {
            Some((is_in, rest)) => is_in && matches_from(rest, left),
            None => false,
        },
        (['\\', literal, rest @ ..], [first, left @ ..]) | ([literal, rest @ ..], [first, left @ ..]) => {
            literal == first && matches_from(rest, left)
        }
        ([], [_, ..]) | ([_, ..], []) => false,
    }
}

/// Whether a character is in a class, and the pattern behind the class.
fn class(pattern: &[char], character: char) -> Option<(bool, &[char])> {
    let (is_negated, mut rest) = match pattern {
        ['^', rest @ ..] => (true, rest),
        rest => (false, rest),
    };
    let mut is_in = false;
    let mut is_first = true;
    loop {
        rest = match rest {
            [']', after @ ..] if !is_first => return Some((is_in != is_negated, after)),
            [low, '-', high, after @ ..] if *high != ']' => {
                is_in |= (*low..=*high).contains(&character);
                after
            }
            [only, after @ ..] => {
                is_in |= *only == character;
                after
            }
            [] => return None,
        };
        is_first = false;
    }
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn patterns_match_as_go_matches_them() {
        for (pattern, name) in [("w*", "web"), ("*", ""), ("w?b", "web"), ("[a-c]x", "bx"), ("[^a]x", "bx"), ("a\\*", "a*")] {
            assert!(matches(pattern, name), "{pattern} {name}");
        }
        for (pattern, name) in [("w", "web"), ("w?", "web"), ("[a-c]x", "dx"), ("[a", "a"), ("web*x", "web")] {
            assert!(!matches(pattern, name), "{pattern} {name}");
        }
    }
}
