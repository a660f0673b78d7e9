//! Words for messages: a private copy, to be replaced by `finding::suggest`.

/// The known word that was probably meant by `word`, if one is near enough.
pub(super) fn nearest<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let most = word.chars().count().max(3) / 3;
    let near = known.filter_map(|candidate| {
        let worth_it = candidate.len().abs_diff(word.len()) <= most;
        let slips = worth_it.then(|| slips_between(word, candidate))?;
        (slips <= most).then_some((slips, candidate))
    });
    near.min_by_key(|(slips, _)| *slips).map(|(_, candidate)| candidate)
}

fn slips_between(from: &str, to: &str) -> usize {
    let mut last: Vec<usize> = (0..=to.chars().count()).collect();
    for (row, from_char) in from.chars().enumerate() {
        let mut left = row + 1;
        let mut current = vec![left];
        for (to_char, above) in to.chars().zip(last.windows(2)) {
            let [diagonal, over] = above else { continue };
            left = (diagonal + usize::from(from_char != to_char)).min(over + 1).min(left + 1);
            current.push(left);
        }
        last = current;
    }
    last.last().copied().unwrap_or_default()
}

/// Words as a sentence lists them: `` `a`, `b` and `c` ``.
pub(super) fn list<S: AsRef<str>>(words: impl IntoIterator<Item = S>) -> String {
    let quoted: Vec<String> = words.into_iter().map(|word| format!("`{}`", word.as_ref())).collect();
    match quoted.as_slice() {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}
