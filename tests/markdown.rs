//! A Markdown document taken apart: commands, code in back-ticks, links, headings.
//!
//! In: the text. Out: what it mentions; whether that is true is asked elsewhere.

/// One Markdown file.
pub(crate) struct Document {
    /// Its path from the top of the repository.
    pub(crate) name: String,
    /// What it says.
    pub(crate) text: String,
}

impl Document {
    /// The lines of all blocks of code, each with the language of its block.
    fn blocks(&self) -> Vec<(&str, &str)> {
        let mut language = None;
        let mut lines = Vec::new();
        for line in self.text.lines() {
            match (line.trim_start().strip_prefix("```"), language) {
                (Some(name), None) => language = Some(name),
                (Some(_), Some(_)) => language = None,
                (None, Some(language)) => lines.push((language, line)),
                (None, None) => {}
            }
        }
        lines
    }

    /// The text outside blocks of code.
    fn prose(&self) -> String {
        let parts: Vec<&str> = self.text.split("```").step_by(2).collect();
        parts.join("\n")
    }

    /// The commands in blocks of shell.
    pub(crate) fn commands(&self) -> Vec<String> {
        let command = |(language, line): (&str, &str)| match language {
            "sh" => (!line.is_empty() && !line.starts_with('#')).then(|| line.to_owned()),
            "console" => line.strip_prefix("$ ").map(str::to_owned),
            _ => None,
        };
        self.blocks().into_iter().filter_map(command).collect()
    }

    /// What stands between back-ticks.
    pub(crate) fn code_spans(&self) -> Vec<String> {
        self.prose().split('`').skip(1).step_by(2).map(str::to_owned).collect()
    }

    /// The targets of links.
    pub(crate) fn links(&self) -> Vec<String> {
        let prose: Vec<String> = self.prose().split('`').step_by(2).map(str::to_owned).collect();
        let prose = prose.join("`");
        prose.split("](").skip(1).filter_map(|rest| rest.split(')').next()).map(str::to_owned).collect()
    }

    /// Whether a heading has this anchor.
    pub(crate) fn has_heading(&self, wanted: &str) -> bool {
        self.text.lines().any(|line| line.starts_with('#') && anchor(line) == wanted)
    }
}

/// The anchor of a heading.
fn anchor(heading: &str) -> String {
    let words = heading.trim_start_matches('#').trim().to_lowercase();
    let kept =
        words.chars().filter(|character| character.is_alphanumeric() || matches!(character, ' ' | '-' | '_'));
    kept.map(|character| if character == ' ' { '-' } else { character }).collect()
}

/// Splits a command as a shell does, with both kinds of quotes.
pub(crate) fn split_words(command: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut quote = None;
    let mut between = true;
    for character in command.chars() {
        match (quote, character) {
            (None, ' ') => between = true,
            (None, '\'' | '"') => quote = Some(character),
            (Some(open), _) if open == character => quote = None,
            (Some(_) | None, _) => {
                if between {
                    words.push(String::new());
                    between = false;
                }
                words.last_mut().expect("a word was begun").push(character);
            }
        }
    }
    words
}

#[test]
fn a_document_is_taken_apart() {
    let text = "# On *it*, twice\n`a` [b](c.md#d) `[e](f)`\n```sh\nb c\n# d\n\ne 'f g'\n```\n```console\n$ h\ni\n```\n```yaml\nj: k\n```\n";
    let document = Document { name: "x.md".to_owned(), text: text.to_owned() };
    assert_eq!(document.commands(), ["b c", "e 'f g'", "h"]);
    assert_eq!(document.code_spans(), ["a", "[e](f)"]);
    assert_eq!(document.links(), ["c.md#d"]);
    assert!(document.has_heading("on-it-twice"));
    assert!(!document.has_heading("on"));
    assert_eq!(split_words("e 'f g' \"h i\"j"), ["e", "f g", "h ij"]);
}
