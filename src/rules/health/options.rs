//! The options of a program, by what the catalogue says they mean.

use crate::mapping::probes::{Program, Role};

/// Options with their values, and the words that are none.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Options {
    found: Vec<(Role, String)>,
    /// The other words.
    pub(super) operands: Vec<String>,
}

impl Options {
    /// Reads the words behind the name of a program; nothing if one of its options is not known.
    pub(super) fn read(program: &Program, words: &[String]) -> Option<Self> {
        let mut options = Self::default();
        let mut words = words.iter();
        while let Some(word) = words.next() {
            if word == "--" {
                options.operands.extend(words.by_ref().cloned());
            } else if !word.starts_with('-') || word == "-" {
                options.operands.push(word.clone());
            } else {
                options.option(program, word, &mut words)?;
            }
        }
        Some(options)
    }

    fn option(
        &mut self,
        program: &Program,
        word: &str,
        words: &mut std::slice::Iter<'_, String>,
    ) -> Option<()> {
        let (name, glued) = match word.split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None => (word, None),
        };
        match (program.role(name), glued) {
            (Some(role), Some(value)) if role.has_value() => self.found.push((role, value.to_owned())),
            (Some(role), None) if role.has_value() => self.found.push((role, words.next()?.clone())),
            (Some(role), None) => self.found.push((role, String::new())),
            (Some(_) | None, _) if word.starts_with("--") => return None,
            (Some(_) | None, _) => self.cluster(program, word, words)?,
        }
        Some(())
    }

    /// Several options of one letter in one word: `-fsSo/dev/null`.
    fn cluster(
        &mut self,
        program: &Program,
        word: &str,
        words: &mut std::slice::Iter<'_, String>,
    ) -> Option<()> {
        for (at, letter) in word.char_indices().skip(1) {
            let role = program.role(&format!("-{letter}"))?;
            if !role.has_value() {
                self.found.push((role, String::new()));
                continue;
            }
            let rest = word.get(at + letter.len_utf8()..).filter(|rest| !rest.is_empty());
            let value = rest.map(str::to_owned).or_else(|| words.next().cloned())?;
            self.found.push((role, value));
            break;
        }
        Some(())
    }

    /// Whether there is an option of a role.
    pub(super) fn has(&self, role: Role) -> bool {
        self.found.iter().any(|(found, _)| *found == role)
    }

    /// The values of a role.
    pub(super) fn values(&self, role: Role) -> impl Iterator<Item = &str> {
        self.found.iter().filter(move |(found, _)| *found == role).map(|(_, value)| value.as_str())
    }

    /// The shortest time that the program waits, in seconds.
    pub(super) fn timeout(&self) -> Option<i64> {
        let seconds =
            self.values(Role::Timeout).filter_map(|value| value.trim_end_matches('s').parse::<f64>().ok());
        seconds.filter_map(crate::rules::health::recognise::whole_seconds).min()
    }
}

#[cfg(test)]
mod tests {
    use super::Options;
    use crate::mapping::probes::{ProbeTable, Role};

    #[test]
    fn options_are_read_as_programs_read_them() {
        let rows = [
            ("curl", "-fsS http://a", Some((true, "http://a"))),
            ("curl", "-sfo /dev/null -m5 http://a", Some((true, "http://a"))),
            ("curl", "--fail --max-time=5 -- -x", Some((true, "-x"))),
            ("curl", "-u a:b http://a", None),
            ("curl", "--data x http://a", None),
            ("wget", "-qO- http://a", Some((false, "http://a"))),
            ("wget", "-nv --spider http://a", Some((false, "http://a"))),
            ("nc", "-zvw 3 a 1", Some((false, "a 1"))),
            ("nc", "-zu a 1", None),
            ("grpc_health_probe", "-addr=:1 -tls", None),
            ("curl", "http://a -m", None),
        ];
        for (program, line, expected) in rows {
            let words: Vec<String> = line.split(' ').map(str::to_owned).collect();
            let options = Options::read(ProbeTable::embedded().program(program).unwrap(), &words);
            let shown = options.map(|options| (options.has(Role::Fail), options.operands.join(" ")));
            assert_eq!(
                shown,
                expected.map(|(fails, operands)| (fails, operands.to_owned())),
                "{program} {line}"
            );
        }
    }
}
