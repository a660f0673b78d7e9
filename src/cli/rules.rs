//! `cutover rules`: what every rule does and why, from the same table that drives the rules.

use crate::cli::args::RulesCommand;
use crate::cli::exit::Exit;
use crate::cli::output;
use crate::finding::suggest::nearest;
use crate::mapping::rules::{Level, RuleEntry, entries, entry};

pub(crate) fn run(command: &RulesCommand) -> Exit {
    match command {
        RulesCommand::List => output::print(&list()),
        RulesCommand::Explain { rule } => match entry(rule) {
            Some(entry) => output::print(&explained(entry)),
            None => output::refuse(&unknown(rule)),
        },
    }
}

fn list() -> String {
    let widest = entries().iter().map(|entry| entry.id.len()).max().unwrap_or_default();
    let lines = entries().iter().map(|entry| format!("{:widest$}  {}\n", entry.id, entry.summary));
    lines.collect()
}

fn explained(entry: &RuleEntry) -> String {
    let severity = match entry.severity {
        Level::Note => "note",
        Level::Warning => "warning",
        Level::Error => "error",
    };
    let mut text = format!("{} (group {}, findings are {severity}s)\n\n", entry.id, entry.group);
    for part in [&entry.summary, &entry.why] {
        text += &format!("{part}\n\n");
    }
    text += &format!("What to do: {}\n", entry.remedy);
    for (title, list) in [("Reads", &entry.reads), ("Writes", &entry.writes)] {
        if !list.is_empty() {
            text += &format!("\n{title}:\n");
            text.extend(list.iter().map(|item| format!("  {item}\n")));
        }
    }
    text
}

fn unknown(rule: &str) -> String {
    let meant = nearest(rule, entries().iter().map(|entry| entry.id.as_str()));
    let meant = meant.map(|id| format!("; did you mean `{id}`?")).unwrap_or_default();
    format!("there is no rule `{rule}`{meant} `cutover rules list` shows all of them")
}
