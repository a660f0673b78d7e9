//! Passwords among the words of a check: the kubelet does not know what comes from a Secret, but a shell in the
//! container does. So the check runs in one, and names the variable.

use std::ops::Range;

use crate::mapping::probes::ProbeTable;

/// The command with every secret replaced by the variable that `variable_of` names for it.
///
/// Nothing, if there is no variable for one of them.
pub(super) fn hidden(
    words: &[String],
    secrets: &[(usize, Range<usize>)],
    variable_of: &mut dyn FnMut(&str) -> Option<String>,
) -> Option<Vec<String>> {
    let line_at = match words {
        [shell, flag, ..] if is_shell(shell) && flag.starts_with('-') && flag.ends_with('c') => Some(2),
        _ => None,
    };
    let mut done = Vec::new();
    for (index, word) in words.iter().enumerate() {
        let is_line = line_at == Some(index);
        let mut places = Vec::new();
        for (_, place) in secrets.iter().filter(|(at, _)| *at == index) {
            places.push((place.clone(), variable_of(word.get(place.clone())?)?));
        }
        done.push(if is_line { in_line(word, &places)? } else { quoted(word, &places)? });
    }
    match line_at {
        // Only the line is read by a shell: elsewhere a variable would not be replaced.
        Some(_) if secrets.iter().any(|(index, _)| Some(*index) != line_at) => None,
        Some(at) => {
            let line = done.get(at)?.clone();
            let words = words.iter().enumerate();
            Some(words.map(|(index, word)| if index == at { line.clone() } else { word.clone() }).collect())
        }
        None => Some(vec!["/bin/sh".to_owned(), "-c".to_owned(), done.join(" ")]),
    }
}

fn is_shell(program: &str) -> bool {
    ProbeTable::embedded().is_shell(program.rsplit('/').next().unwrap_or(program))
}

/// A word in quotes, with variables between them.
fn quoted(word: &str, places: &[(Range<usize>, String)]) -> Option<String> {
    let is_plain = |char: char| char.is_ascii_alphanumeric() || "-_./:=@,+%".contains(char);
    let quote = |text: &str| {
        if text.chars().all(is_plain) {
            text.to_owned()
        } else {
            format!("'{}'", text.replace('\'', r"'\''"))
        }
    };
    if places.is_empty() {
        return Some(if word.is_empty() { "''".to_owned() } else { quote(word) });
    }
    let mut text = String::new();
    let mut end = 0;
    for (place, variable) in places {
        text.push_str(&quote(word.get(end..place.start)?));
        text.push_str(&format!("\"${{{variable}}}\""));
        end = place.end;
    }
    text.push_str(&quote(word.get(end..)?));
    Some(text)
}

/// A line of a shell in which places become variables, whatever quotes they stand in.
fn in_line(line: &str, places: &[(Range<usize>, String)]) -> Option<String> {
    let mut text = String::new();
    let mut end = 0;
    for (place, variable) in places {
        let variable = match quote_at(line, place.start) {
            Some('\'') => format!("'\"${{{variable}}}\"'"),
            Some(_) => format!("${{{variable}}}"),
            None => format!("\"${{{variable}}}\""),
        };
        text.push_str(line.get(end..place.start)?);
        text.push_str(&variable);
        end = place.end;
    }
    text.push_str(line.get(end..)?);
    Some(text)
}

/// The quote that is open at a byte of a line.
fn quote_at(line: &str, at: usize) -> Option<char> {
    let mut open = None;
    let mut is_escaped = false;
    for char in line.get(..at)?.chars() {
        match (open, char) {
            (_, _) if is_escaped => is_escaped = false,
            (None | Some('"'), '\\') => is_escaped = true,
            (None, '\'' | '"') => open = Some(char),
            (Some(quote), char) if quote == char => open = None,
            _ => {}
        }
    }
    open
}

#[cfg(test)]
mod tests {
    use super::hidden;

    /// Words, which of them holds which secret, and the words without it.
    type Row = (&'static [&'static str], (usize, &'static str), &'static [&'static str]);

    #[test]
    fn secrets_become_variables() {
        let rows: [Row; 5] = [
            (
                &["mysqladmin", "ping", "-pS3cret"],
                (2, "S3cret"),
                &["/bin/sh", "-c", "mysqladmin ping -p\"${V}\""],
            ),
            (&["a b", "-a", "S3cret"], (2, "S3cret"), &["/bin/sh", "-c", "'a b' -a \"${V}\""]),
            (&["sh", "-c", "x -pS3cret y"], (2, "S3cret"), &["sh", "-c", "x -p\"${V}\" y"]),
            (&["sh", "-c", "x -p'S3cret' y"], (2, "S3cret"), &["sh", "-c", "x -p''\"${V}\"'' y"]),
            (&["sh", "-c", "x \"-pS3cret\""], (2, "S3cret"), &["sh", "-c", "x \"-p${V}\""]),
        ];
        for (words, (word, secret), expected) in rows {
            let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
            let start = words[word].find(secret).unwrap();
            let places = [(word, start..start + secret.len())];
            let done = hidden(&words, &places, &mut |text| (text == secret).then(|| "V".to_owned()));
            assert_eq!(done.unwrap(), expected, "{words:?}");
            assert_eq!(hidden(&words, &places, &mut |_| None), None);
        }
    }
}
