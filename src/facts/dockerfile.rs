//! What a Dockerfile says about the image that is built from it: base, user, programs, ports, folders.
//!
//! In: its text, the stage and the arguments of the build. Out: [`Built`], in which a stage has what its base stage has
//! unless it says otherwise. What cannot be told is left out.

use std::collections::BTreeMap;

use parse_dockerfile::{Command, Instruction, JsonOrStringArray, Stage};

/// What a Dockerfile says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Built {
    /// The image that it begins with, arguments put in; nothing if an argument is not known.
    pub base: Option<String>,
    /// The user it starts as, as it is written; nothing if that is left to the base.
    pub user: Option<String>,
    /// Numbers of users that it makes, by name.
    pub users: BTreeMap<String, i64>,
    /// The program that it starts, if it does not leave that to the base.
    pub entrypoint: Option<Vec<String>>,
    /// The command, if it does not leave that to the base.
    pub command: Option<Vec<String>>,
    /// Ports it says it listens on, as they are written: `80`, `53/udp`.
    pub exposed: Vec<String>,
    /// Folders that it says hold data.
    pub volumes: Vec<String>,
    /// Whether a file of it is given capabilities.
    pub sets_capabilities: bool,
    /// The signal that asks it to stop, if it says one.
    pub stop_signal: Option<String>,
}

/// Reads a Dockerfile. `target` is a stage, by name or number; the last one if it is empty.
#[must_use]
pub fn read(text: &str, target: &str, arguments: &BTreeMap<String, String>) -> Option<Built> {
    let file = parse_dockerfile::parse(text).ok()?;
    let mut known = BTreeMap::new();
    for argument in file.global_args() {
        let (name, default) = split(&argument.arguments.value);
        let value = arguments.get(name).map(String::as_str).or(default);
        known.extend(value.map(|value| (name.to_owned(), filled(value, &known).unwrap_or_default())));
    }
    let stages: Vec<Stage<'_, '_>> = file.stages().collect();
    let mut done: Vec<(Option<String>, Built)> = Vec::new();
    for stage in &stages {
        let image = filled(&stage.from.image.value, &known);
        let above = image.as_ref().and_then(|image| named(&done, image)).cloned();
        let mut built = above.unwrap_or_else(|| Built { base: image, ..Built::default() });
        let mut known = known.clone();
        for instruction in stage.instructions {
            built.take(instruction, arguments, &mut known);
        }
        let name = stage.from.as_.as_ref().map(|(_, name)| name.value.to_lowercase());
        done.push((name, built));
    }
    match target {
        "" => done.pop().map(|(_, built)| built),
        target => named(&done, target).cloned(),
    }
}

/// A stage by its name or number.
fn named<'d>(done: &'d [(Option<String>, Built)], name: &str) -> Option<&'d Built> {
    let name = name.to_lowercase();
    let by_name = done.iter().rev().find(|(known, _)| known.as_ref() == Some(&name));
    by_name.or_else(|| done.get(name.parse::<usize>().ok()?)).map(|(_, built)| built)
}

impl Built {
    #[allow(clippy::wildcard_enum_match_arm, reason = "the type asks for it")]
    fn take(
        &mut self,
        instruction: &Instruction<'_>,
        arguments: &BTreeMap<String, String>,
        known: &mut BTreeMap<String, String>,
    ) {
        match instruction {
            Instruction::Arg(argument) => {
                let (name, default) = split(&argument.arguments.value);
                let value = arguments.get(name).cloned().or_else(|| known.get(name).cloned());
                let value = value.or_else(|| filled(default?, known));
                known.extend(value.map(|value| (name.to_owned(), value)));
            }
            Instruction::Env(variable) => {
                let (name, value) = split(&variable.arguments.value);
                let value = value.and_then(|value| filled(value.trim_matches('"'), known));
                known.extend(value.map(|value| (name.to_owned(), value)));
            }
            Instruction::User(user) => self.user = filled(&user.arguments.value, known),
            Instruction::Entrypoint(entrypoint) => {
                // A new entrypoint takes the command of the base away.
                self.entrypoint = Some(words(&entrypoint.arguments));
                self.command = Some(Vec::new());
            }
            Instruction::Cmd(command) => self.command = Some(words(&command.arguments)),
            Instruction::Expose(exposed) => {
                self.exposed.extend(exposed.arguments.iter().filter_map(|port| filled(&port.value, known)));
            }
            Instruction::Volume(volume) => self.volumes.extend(list(&volume.arguments)),
            Instruction::Stopsignal(signal) => self.stop_signal = filled(&signal.arguments.value, known),
            Instruction::Run(run) => {
                let text = words(&run.arguments).join(" ");
                let documents = run.here_docs.iter().map(|document| document.value.as_ref());
                for line in std::iter::once(text.as_str()).chain(documents) {
                    self.sets_capabilities |= line.contains("setcap ");
                    self.users.extend(made_users(line, known));
                }
            }
            // The others say nothing that counts here; the list of instructions is open.
            _ => {}
        }
    }
}

/// `NAME=VALUE`, or a name alone.
fn split(text: &str) -> (&str, Option<&str>) {
    match text.split_once('=') {
        Some((name, value)) => (name.trim(), Some(value.trim())),
        None => (text.trim(), None),
    }
}

/// Text with variables put in; nothing if one of them is not known.
fn filled(text: &str, known: &BTreeMap<String, String>) -> Option<String> {
    let mut filled = String::new();
    let mut rest = text.trim();
    while let Some((before, after)) = rest.split_once('$') {
        filled.push_str(before);
        let (inside, end) = match after.strip_prefix('{') {
            Some(braced) => braced.split_once('}')?,
            None => {
                let is_name = |char: char| char.is_ascii_alphanumeric() || char == '_';
                let length = after.find(|char| !is_name(char)).unwrap_or(after.len());
                after.split_at_checked(length)?
            }
        };
        let (name, default) = match inside.split_once(":-").or_else(|| inside.split_once('-')) {
            Some((name, default)) => (name, Some(default)),
            None => (inside, None),
        };
        filled.push_str(known.get(name).map(String::as_str).filter(|value| !value.is_empty()).or(default)?);
        rest = end;
    }
    Some(filled + rest)
}

/// The words of a command; one in shell form is what a shell is given.
fn words(command: &Command<'_>) -> Vec<String> {
    match command {
        Command::Exec(words) => words.value.iter().map(|word| word.value.to_string()).collect(),
        Command::Shell(text) => vec!["/bin/sh".to_owned(), "-c".to_owned(), text.value.to_string()],
        _ => Vec::new(),
    }
}

fn list<const N: usize>(values: &JsonOrStringArray<'_, N>) -> Vec<String> {
    match values {
        JsonOrStringArray::Json(values) => values.value.iter().map(|value| value.value.to_string()).collect(),
        JsonOrStringArray::String(values) => values.iter().map(|value| value.value.to_string()).collect(),
    }
}

/// The users that a line of shell makes with a number of their own.
fn made_users(line: &str, known: &BTreeMap<String, String>) -> Vec<(String, i64)> {
    let commands = line.split(['&', ';', '|', '\n']);
    let users = commands.filter_map(|command| {
        let mut words =
            command.split_whitespace().skip_while(|word| !matches!(*word, "adduser" | "useradd")).skip(1);
        let (mut number, mut name) = (None, None);
        while let Some(word) = words.next() {
            match word.split_once('=').unwrap_or((word, "")) {
                ("-u" | "--uid", "") => number = words.next(),
                ("--uid", value) => number = Some(value),
                (
                    "-G" | "-g" | "-h" | "-s" | "-d" | "-c" | "--gid" | "--home" | "--shell" | "--gecos"
                    | "--ingroup",
                    "",
                ) => {
                    words.next();
                }
                _ if word.starts_with('-') || word == "\\" => {}
                _ => name = name.or(Some(word)),
            }
        }
        Some((filled(name?, known)?, filled(number?, known)?.parse().ok()?))
    });
    users.collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::{Built, made_users, read};

    fn built(text: &str, target: &str) -> Built {
        read(text, target, &BTreeMap::from([("VERSION".to_owned(), "3.13".to_owned())])).unwrap()
    }

    const STAGES: &str = "\
ARG VERSION=3.12
ARG BASE=python:${VERSION}-slim
FROM ${BASE} AS base
RUN groupadd -g 1001 app && useradd --uid 1001 -g app app
EXPOSE 8000 9000/udp
FROM base AS dev
USER root
CMD python -m http.server
FROM base
COPY . /app
USER app
VOLUME [\"/data\"]
ENTRYPOINT [\"python\", \"-m\", \"app\"]
";

    #[test]
    fn stages_have_what_their_base_has() {
        let last = built(STAGES, "");
        assert_eq!(last.base.as_deref(), Some("python:3.13-slim"));
        assert_eq!((last.user.as_deref(), last.users.get("app")), (Some("app"), Some(&1001)));
        assert_eq!(last.entrypoint, Some(vec!["python".to_owned(), "-m".to_owned(), "app".to_owned()]));
        assert_eq!((last.exposed.len(), last.volumes.as_slice()), (2, ["/data".to_owned()].as_slice()));
        let dev = built(STAGES, "dev");
        assert_eq!((dev.user.as_deref(), dev.entrypoint), (Some("root"), None));
        assert_eq!(dev.command.unwrap().last().unwrap(), "python -m http.server");
        assert!(read(STAGES, "nowhere", &BTreeMap::new()).is_none());
    }

    #[test]
    fn an_argument_that_nobody_gives_leaves_the_base_open() {
        assert_eq!(built("ARG IMAGE\nFROM $IMAGE\n", "").base, None);
        assert!(built("FROM alpine:3\nRUN setcap cap_net_raw+ep /bin/x\n", "").sets_capabilities);
    }

    #[test]
    fn users_are_found_in_shell() {
        let rows = [
            ("adduser -S -u 1001 -G app app", Some(("app", 1001))),
            ("x && useradd -r --uid=99 -d /x svc; y", Some(("svc", 99))),
            ("adduser --system --uid $ID next", Some(("next", 7))),
            ("adduser app", None),
        ];
        let known = BTreeMap::from([("ID".to_owned(), "7".to_owned())]);
        for (line, expected) in rows {
            let found = made_users(line, &known);
            assert_eq!(found.first().map(|(name, number)| (name.as_str(), *number)), expected, "{line}");
        }
    }
}
