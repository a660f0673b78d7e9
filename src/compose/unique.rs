//! Lists in which an entry may stand once: the later one takes the place of the earlier.
//!
//! In: a tree. Out: the same tree with the losers gone, each recorded. Docker Compose does this without a word, also
//! within one file.

#![allow(clippy::wildcard_enum_match_arm, reason = "YAML has these kinds of values and no others")]

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::compose::grammar::volume;
use crate::compose::notes::{Fate, Notes};
use crate::compose::schema::advice::{COLON, instead_of_a_pair};
use crate::finding::Finding;
use crate::finding::suggest::nearest;
use crate::source::node::{Map, Node, Value};
use crate::source::path::{ComposePath, Cursor, PatternTable};
use crate::source::scalar::{go_text, go_type};

/// What makes two entries the same one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Identity {
    /// The text before the first `=`.
    Key,
    /// The whole text or number.
    Text,
    /// The path in the container.
    MountTarget,
    /// The path of the device in the container.
    DeviceTarget,
    /// The path of an environment file.
    EnvFile,
    /// The target of a config; `/NAME` where none is said.
    ConfigTarget,
    /// The target of a secret; `/run/secrets/NAME` where none is said.
    SecretTarget,
    /// Address, published port, target and protocol.
    Port,
}

static IDENTITIES: LazyLock<PatternTable<Identity>> = LazyLock::new(|| {
    let services = [
        ("annotations", Identity::Key),
        ("build.additional_contexts", Identity::Key),
        ("build.args", Identity::Key),
        ("build.labels", Identity::Key),
        ("build.tags", Identity::Key),
        ("cap_add", Identity::Key),
        ("cap_drop", Identity::Key),
        ("configs", Identity::ConfigTarget),
        ("deploy.labels", Identity::Key),
        ("devices", Identity::DeviceTarget),
        ("dns", Identity::Key),
        ("dns_opt", Identity::Key),
        ("dns_search", Identity::Key),
        ("env_file", Identity::EnvFile),
        ("environment", Identity::Key),
        ("expose", Identity::Text),
        ("labels", Identity::Key),
        ("links", Identity::Key),
        ("networks.*.aliases", Identity::Key),
        ("networks.*.link_local_ips", Identity::Key),
        ("ports", Identity::Port),
        ("profiles", Identity::Key),
        ("secrets", Identity::SecretTarget),
        ("sysctls", Identity::Key),
        ("tmpfs", Identity::Key),
        ("volumes", Identity::MountTarget),
    ];
    let networks = [("networks.*.ipam.options", Identity::Key), ("networks.*.labels", Identity::Key)];
    PatternTable::under(&["services.*"], &services).and(&networks)
});

/// Leaves one entry of each identity in every list that the table names.
pub fn enforce(tree: &mut Node, notes: &mut Notes) {
    walk(tree, &mut ComposePath::root(), &IDENTITIES.cursor(), notes);
}

fn walk(node: &mut Node, path: &mut ComposePath, cursor: &Cursor<'_, Identity>, notes: &mut Notes) {
    match &mut node.value {
        Value::Map(map) => {
            for (key, entry) in map.iter_mut() {
                let below = cursor.key(key);
                if !below.is_dead() {
                    path.push_key(key);
                    walk(&mut entry.node, path, &below, notes);
                    path.pop();
                }
            }
        }
        Value::List(list) => {
            if let Some(identity) = cursor.value() {
                *list = keep_last(std::mem::take(list), *identity, path, notes);
            }
        }
        _ => {}
    }
}

/// One entry for each identity: the last one, where the first one stood.
pub(crate) fn keep_last(
    entries: Vec<Node>,
    identity: Identity,
    path: &ComposePath,
    notes: &mut Notes,
) -> Vec<Node> {
    let mut kept: Vec<Node> = Vec::with_capacity(entries.len());
    let mut places: HashMap<String, usize> = HashMap::with_capacity(entries.len());
    for (index, entry) in entries.into_iter().enumerate() {
        let key = match identity.of(&entry) {
            Ok(key) => key,
            Err(problem) => {
                let title = problem.replace("{path}", &format!("{}.[{index}]", path.walked()));
                let finding = Finding::refused("bad-list-entry", title).at(entry.span, "");
                notes.tell(finding.help(instead_of(identity, &entry, path)));
                continue;
            }
        };
        match places.get(&key).and_then(|place| kept.get_mut(*place)) {
            Some(loser) => {
                let same = loser.same_value(&entry);
                let fate = if same { Fate::Repeated } else { Fate::Replaced };
                notes.lose(loser.span, fate, Some(entry.span));
                *loser = entry;
            }
            None => {
                places.insert(key, kept.len());
                kept.push(entry);
            }
        }
    }
    kept
}

/// Lists of `KEY=value`, which may be mappings as well.
const PAIRS: [&str; 9] = [
    "additional_contexts",
    "annotations",
    "args",
    "environment",
    "extra_hosts",
    "labels",
    "options",
    "sysctls",
    "ulimits",
];

/// What to write in place of an entry of the wrong kind.
fn instead_of(identity: Identity, entry: &Node, path: &ComposePath) -> String {
    match (identity, &entry.value) {
        (Identity::MountTarget, Value::Text(_)) => {
            return "write `NAME:/path` for a volume and `./folder:/path` for a folder: the path in the container \
                    stands behind the colon"
                .to_owned();
        }
        (Identity::MountTarget | Identity::DeviceTarget, Value::Map(_)) => {
            return "add `target:` with the path in the container".to_owned();
        }
        (Identity::Port, Value::Map(_)) => return "add `target:` with the port of the container".to_owned(),
        (Identity::EnvFile, Value::Map(map)) => {
            let slip = map.keys().find(|key| nearest(key, std::iter::once("path")).is_some());
            let slip = slip.map(|key| format!(" in place of `{key}`")).unwrap_or_default();
            return format!("write `path:`{slip}, with the environment file");
        }
        _ => {}
    }
    match &entry.value {
        Value::Map(map) if path.last_key().is_some_and(|key| PAIRS.contains(&key)) => {
            instead_of_a_pair(map.keys().next().unwrap_or_default())
        }
        Value::Map(map) if map.len() == 1 => COLON.to_owned(),
        Value::Map(_) | Value::List(_) => "write one text after each dash".to_owned(),
        Value::Null => "write something after the dash, or remove it".to_owned(),
        _ => "put it in quotes".to_owned(),
    }
}

impl Identity {
    /// The identity of an entry, or the reference's error text, in which `{path}` stands for the place.
    fn of(self, entry: &Node) -> Result<String, String> {
        match self {
            Self::Key => match entry.as_text() {
                Some(text) => Ok(text.split('=').next().unwrap_or_default().to_owned()),
                None => Err(format!("{{path}}: unexpected type {}", go_type(&entry.value))),
            },
            Self::Text => match &entry.value {
                Value::Text(text) => Ok(text.clone()),
                Value::Int(number) => Ok(number.to_string()),
                other => {
                    let shown = go_text(other).unwrap_or_default();
                    Err(format!("{{path}}: unsupported expose value {shown}"))
                }
            },
            Self::MountTarget => mount_target(entry),
            Self::DeviceTarget => device_target(entry),
            Self::EnvFile => match &entry.value {
                Value::Text(text) => Ok(text.clone()),
                Value::Map(map) => text_of(map, "path")
                    .ok_or_else(|| "environment path attribute {path} is missing".to_owned()),
                _ => Ok(String::new()),
            },
            Self::ConfigTarget => file_target(entry, ""),
            Self::SecretTarget => file_target(entry, "/run/secrets"),
            Self::Port => port(entry),
        }
    }
}

fn text_of(map: &Map, key: &str) -> Option<String> {
    map.get(key)?.as_text().map(str::to_owned)
}

fn mount_target(entry: &Node) -> Result<String, String> {
    match &entry.value {
        Value::Map(map) => {
            text_of(map, "target").ok_or_else(|| "service volume {path} is missing a mount target".to_owned())
        }
        Value::Text(text) => volume::parse(text).map(|volume| volume.target),
        _ => Ok(String::new()),
    }
}

fn device_target(entry: &Node) -> Result<String, String> {
    match &entry.value {
        Value::Map(map) => {
            text_of(map, "target").ok_or_else(|| "service device {path} is missing a mount target".to_owned())
        }
        Value::Text(text) => Ok(text.split(':').nth(1).unwrap_or(text).to_owned()),
        _ => Ok(String::new()),
    }
}

fn file_target(entry: &Node, folder: &str) -> Result<String, String> {
    match &entry.value {
        Value::Text(name) => Ok(format!("{folder}/{name}")),
        Value::Map(map) => Ok(text_of(map, "target")
            .unwrap_or_else(|| format!("{folder}/{}", text_of(map, "source").unwrap_or_default()))),
        other => {
            let shown = go_text(other).unwrap_or_default();
            Err(format!("{{path}}: unsupported expose value {shown}"))
        }
    }
}

/// Numbers and texts of one port are told apart, as they are in the reference.
fn port(entry: &Node) -> Result<String, String> {
    match &entry.value {
        Value::Text(text) => Ok(text.clone()),
        Value::Int(number) => Ok(number.to_string()),
        Value::Map(map) => {
            let Some(target) = map.get("target") else {
                return Err("service ports {path} is missing a target port".to_owned());
            };
            let field = |key: &str, absent: &str| {
                map.get(key).map_or_else(|| absent.to_owned(), |node| format!("{:?}", node.value))
            };
            let host = map.get("host_ip").and_then(Node::as_text).unwrap_or("0.0.0.0");
            let protocol = map.get("protocol").and_then(Node::as_text).unwrap_or("tcp");
            Ok(format!("{host}:{}:{:?}/{protocol}", field("published", ""), target.value))
        }
        _ => Ok(String::new()),
    }
}
