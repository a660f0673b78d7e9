//! What the catalogue of programs knows about a check that stays a command, and whether it asks another service.

use crate::mapping::probes::{Kind, ProbeTable, Program};
use crate::rules::health::recognise::{Facts, Handler, Recognised};
use crate::rules::health::socket;

/// What is known about the programs of a command, if it is one.
pub(super) fn with_known_programs(
    recognised: Recognised,
    names: &[String],
    words: &[String],
    facts: &Facts<'_>,
) -> Recognised {
    let mut recognised = recognised;
    if !matches!(recognised.handler, Handler::Exec(_)) {
        let absent = names.iter().find(|name| (facts.is_absent)(name));
        let remark =
            absent.map(|name| format!("the image has no `{name}`, so that the check never worked in Docker"));
        recognised.remarks.extend(remark);
        return recognised;
    }
    let table = ProbeTable::embedded();
    let known: Vec<&Program> = names.iter().filter_map(|name| table.program(name)).collect();
    for program in &known {
        recognised.least_timeout = recognised.least_timeout.max(program.timeout);
        recognised.least_period = recognised.least_period.max(program.period);
        if !program.remark.is_empty() && !program.is_silenced_by(names) {
            recognised.remarks.push(program.remark.clone());
        }
    }
    let asks = |program: &&Program| matches!(program.kind, Kind::Request | Kind::Connect | Kind::Grpc);
    if known.first().is_some_and(|program| program.kind == Kind::Process) && !known.iter().any(asks) {
        recognised.is_for_readiness_only = true;
        recognised
            .remarks
            .push("it only sees that a process exists, which a restart does not need".to_owned());
    }
    if let Some(other) = other_service(words, facts) {
        recognised.is_for_readiness_only = true;
        let remark = socket::asks(&other);
        // The reader of the program may have told it already.
        if !recognised.remarks.contains(&remark) {
            recognised.remarks.push(remark);
        }
    }
    let shell = if let Handler::Exec(words) = &recognised.handler { words.first().cloned() } else { None };
    let started = shell
        .iter()
        .map(|path| path.rsplit('/').next().unwrap_or(path))
        .chain(names.iter().map(String::as_str));
    recognised.missing = started.into_iter().find(|name| (facts.is_absent)(name)).map(str::to_owned);
    recognised
}

/// The other service that a command asks, as far as its words show it.
fn other_service(words: &[String], facts: &Facts<'_>) -> Option<String> {
    let mut previous = "";
    let parts =
        words.iter().flat_map(|word| word.split(|char: char| char.is_whitespace() || "'\"".contains(char)));
    for part in parts {
        let behind = part.split_once("://").map_or(part, |(_, behind)| behind);
        let behind = behind.rsplit_once('@').map_or(behind, |(_, behind)| behind);
        let host = behind.split(['/', ':', '?']).next().unwrap_or_default();
        let is_address =
            part != host && (part.contains("://") || part.contains('@') || has_port(behind, host));
        let option = ["--host=", "-h"].iter().find_map(|option| part.strip_prefix(option));
        let follows = matches!(previous, "-h" | "--host" | "-H");
        let name = if is_address || follows { Some(host) } else { option };
        let is_own = |name: &str| facts.own.iter().any(|own| own == name);
        if let Some(name) = name.filter(|name| !is_own(name) && (facts.is_other)(name)) {
            return Some(name.to_owned());
        }
        previous = part;
    }
    None
}

fn has_port(text: &str, host: &str) -> bool {
    let port = text.get(host.len()..).and_then(|rest| rest.strip_prefix(':'));
    port.is_some_and(|port| port.starts_with(|char: char| char.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::other_service;
    use crate::rules::health::recognise::Facts;

    #[test]
    fn other_services_are_seen_by_their_address() {
        let facts = Facts {
            ports: Vec::new(),
            own: vec!["web".to_owned()],
            is_other: &|name| matches!(name, "db" | "web"),
            is_absent: &|_| false,
        };
        let rows = [
            ("pg_isready -h db", Some("db")),
            ("pg_isready -hdb", Some("db")),
            ("pg_isready -U db", None),
            ("curl http://db:80/x", Some("db")),
            ("psql postgres://a:b@db/x", Some("db")),
            ("nc db:5432", Some("db")),
            ("curl http://web/db", None),
            ("mysql --host=db", Some("db")),
            ("test -f /db", None),
        ];
        for (line, other) in rows {
            let words: Vec<String> = line.split(' ').map(str::to_owned).collect();
            assert_eq!(other_service(&words, &facts).as_deref(), other, "{line}");
        }
    }
}
