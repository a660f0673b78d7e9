//! Words for messages: what was probably meant, lists, and plurals.

/// The known word that was probably meant by `word`, if one is near enough.
///
/// A word that differs only in case or in `-` and `_` wins; then the fewest slips of the keyboard, then the order given.
#[must_use]
pub fn nearest<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = folded(word);
    let most = wanted.len().max(3) / 3;
    let near = known.filter(|candidate| *candidate != word).filter_map(|candidate| {
        let candidate_folded = folded(candidate);
        let worth_it = candidate_folded.len().abs_diff(wanted.len()) <= most;
        let slips = worth_it.then(|| slips_between(&wanted, &candidate_folded))?;
        (slips <= most).then_some((slips, candidate))
    });
    near.min_by_key(|(slips, _)| *slips).map(|(_, candidate)| candidate)
}

fn folded(word: &str) -> Vec<char> {
    word.chars().map(|char| if char == '-' { '_' } else { char }).flat_map(char::to_lowercase).collect()
}

/// How many insertions, deletions, replacements and swaps of neighbours turn one word into the other, no letter
/// being touched twice.
fn slips_between(from: &[char], to: &[char]) -> usize {
    let mut before_last: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=to.len()).collect();
    let mut from_before = None;
    for (row, from_char) in from.iter().enumerate() {
        let mut current = vec![row + 1];
        let mut to_before = None;
        for (column, to_char) in to.iter().enumerate() {
            let at = |line: &[usize], column: usize| line.get(column).copied().unwrap_or(usize::MAX - 1);
            let replaced = at(&last, column) + usize::from(from_char != to_char);
            let mut fewest = replaced.min(at(&last, column + 1) + 1).min(at(&current, column) + 1);
            if from_before == Some(to_char) && to_before == Some(from_char) {
                fewest = fewest.min(at(&before_last, column.saturating_sub(1)) + 1);
            }
            current.push(fewest);
            to_before = Some(to_char);
        }
        from_before = Some(from_char);
        before_last = std::mem::replace(&mut last, current);
    }
    last.last().copied().unwrap_or_default()
}

/// Words as a sentence lists them: `` `a`, `b` and `c` ``.
#[must_use]
pub fn list<S: AsRef<str>>(words: impl IntoIterator<Item = S>) -> String {
    let quoted: Vec<String> = words.into_iter().map(|word| format!("`{}`", word.as_ref())).collect();
    match quoted.as_slice() {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// A count with its noun: `1 file`, `2 files`, `0 entries`.
#[must_use]
pub fn plural(count: usize, noun: &str) -> String {
    if count == 1 {
        return format!("1 {noun}");
    }
    match noun.strip_suffix('y') {
        Some(stem) if !stem.ends_with(['a', 'e', 'i', 'o', 'u']) => format!("{count} {stem}ies"),
        Some(_) | None if noun.ends_with(['s', 'x']) || noun.ends_with("ch") => format!("{count} {noun}es"),
        Some(_) | None => format!("{count} {noun}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::{list, nearest, plural, slips_between};

    #[test]
    fn slips_are_counted_as_people_make_them() {
        let cases = [
            ("", "", 0),
            ("", "abc", 3),
            ("abc", "", 3),
            ("ports", "ports", 0),
            ("prots", "ports", 1),
            ("port", "ports", 1),
            ("poorts", "ports", 1),
            ("parts", "ports", 1),
            ("enviroment", "environment", 1),
            ("enviornment", "environment", 1),
            ("ca", "abc", 3),
            ("kitten", "sitting", 3),
            ("日本", "日木", 1),
        ];
        for (from, to, expected) in cases {
            let chars = |word: &str| word.chars().collect::<Vec<char>>();
            assert_eq!(slips_between(&chars(from), &chars(to)), expected, "{from} {to}");
            assert_eq!(slips_between(&chars(to), &chars(from)), expected, "{to} {from}");
        }
    }

    #[test]
    fn the_nearest_word_is_found_or_none() {
        let known =
            ["image", "ports", "expose", "environment", "env_file", "depends_on", "cap_add", "cap_drop"];
        let cases = [
            ("prots", Some("ports")),
            ("imgae", Some("image")),
            ("Image", Some("image")),
            ("depends-on", Some("depends_on")),
            ("dependsOn", Some("depends_on")),
            ("ENV-FILE", Some("env_file")),
            ("enviroments", Some("environment")),
            ("cap_ad", Some("cap_add")),
            ("network", None),
            ("x", None),
            ("", None),
            ("ports", None),
        ];
        for (word, expected) in cases {
            assert_eq!(nearest(word, known.into_iter()), expected, "{word}");
        }
    }

    #[test]
    fn another_spelling_of_the_same_word_beats_a_slip() {
        assert_eq!(nearest("cap-add", ["cap_and", "cap_add"].into_iter()), Some("cap_add"));
        assert_eq!(nearest("web", ["wet", "weg"].into_iter()), Some("wet"));
    }

    #[test]
    fn lists_read_as_sentences() {
        assert_eq!(list(Vec::<String>::new()), "");
        assert_eq!(list(["a"]), "`a`");
        assert_eq!(list(["a", "b"]), "`a` and `b`");
        assert_eq!(list(["a", "b", "c"]), "`a`, `b` and `c`");
    }

    #[test]
    fn plurals_are_english() {
        let cases = [
            (1, "file", "1 file"),
            (0, "file", "0 files"),
            (2, "entry", "2 entries"),
            (2, "key", "2 keys"),
            (2, "address", "2 addresses"),
            (3, "suffix", "3 suffixes"),
            (2, "patch", "2 patches"),
            (1, "entry", "1 entry"),
        ];
        for (count, noun, expected) in cases {
            assert_eq!(plural(count, noun), expected);
        }
    }
}
