//! Command lines: absent, cleared, or words.

use serde_json::Value as Json;

use crate::compose::grammar::words;
use crate::compose::model::field::{Field, Form, Reader};
use crate::finding::Finding;
use crate::source::node::{Node, Value};

/// A command line: absent, cleared, or words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Command(pub Option<Vec<String>>);

impl Field for Command {
    fn read(node: &Node, reader: &mut Reader<'_>) -> Self {
        if matches!(node.value, Value::Time(_)) {
            let title = format!("{}: a date is no command: Docker Compose drops it", reader.path());
            let finding = Finding::warning("date-for-command", title).at(node.span, "without quotes, a date");
            reader.tell(finding.help("put it in quotes"));
            return Self(None);
        }
        let Value::Text(line) = &node.value else { return Self(Some(Vec::read(node, reader))) };
        match words::split(line) {
            Ok(split) => {
                if let Some(at) = split.stopped_at {
                    tell_cut_command(node, line, at, reader);
                }
                Self(Some(split.words))
            }
            Err(problem) => {
                let help = "close every quote, and put parentheses in quotes; there is no shell here";
                reader.refuse(node, &problem, help);
                Self(None)
            }
        }
    }

    fn is_omitted(&self, form: Form) -> bool {
        self.0.is_none() && form != Form::Json
    }

    fn json(&self, form: Form) -> Json {
        self.0.json(form)
    }
}

fn tell_cut_command(node: &Node, line: &str, at: usize, reader: &mut Reader<'_>) {
    let rest = line.get(at..).unwrap_or_default();
    let operator: String = rest.chars().take_while(|c| ";&|<>".contains(*c)).collect();
    let title =
        format!("{}: everything from `{operator}` on never runs, in Docker Compose neither", reader.path());
    let finding = Finding::warning("cut-command", title)
        .at(node.span, "no shell reads this line")
        .because("Docker Compose splits the text into words and stops at the first shell operator")
        .help("if a shell is meant, write `[\"sh\", \"-c\", \"…\"]`");
    reader.tell(finding);
}
