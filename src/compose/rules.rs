//! Rules that one file must keep by itself, checked on the canonical tree before it becomes a project.
//!
//! In: a tree. Out: findings, all of them. Rules that need the whole project are in `consistency`.

#![allow(clippy::wildcard_enum_match_arm, reason = "YAML has these kinds of values and no others")]

use std::sync::LazyLock;

use crate::compose::grammar::address;
use crate::compose::notes::Notes;
use crate::compose::schema::unknown::either;
use crate::finding::Finding;
use crate::source::node::{Map, Node, Value};
use crate::source::path::{ComposePath, Cursor, PatternTable};

/// What is checked at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Check {
    ExternalVolume,
    ConfigSource,
    SecretSource,
    PortAddress,
    WatchPath,
    Devices,
}

static CHECKS: LazyLock<PatternTable<Check>> = LazyLock::new(|| {
    PatternTable::new([
        ("configs.*", Check::ConfigSource),
        ("secrets.*", Check::SecretSource),
        ("services.*.deploy.resources.reservations.devices.*", Check::Devices),
        ("services.*.develop.watch.*.path", Check::WatchPath),
        ("services.*.gpus.*", Check::Devices),
        ("services.*.ports.*", Check::PortAddress),
        ("volumes.*", Check::ExternalVolume),
    ])
});

/// Checks a canonical tree.
pub fn check(tree: &Node, notes: &mut Notes) {
    walk(tree, &mut ComposePath::root(), &CHECKS.cursor(), notes);
}

fn walk(node: &Node, path: &mut ComposePath, cursor: &Cursor<'_, Check>, notes: &mut Notes) {
    if let Some(check) = cursor.value() {
        if let Some(finding) = check.verdict(node, &path.walked()) {
            notes.tell(finding);
        }
        return;
    }
    match &node.value {
        Value::Map(map) => {
            for (key, entry) in map.iter() {
                let below = cursor.key(key);
                if !below.is_dead() {
                    path.push_key(key);
                    walk(&entry.node, path, &below, notes);
                    path.pop();
                }
            }
        }
        Value::List(items) => {
            let below = cursor.item();
            for (index, item) in items.iter().enumerate().take_while(|_| !below.is_dead()) {
                path.push_index(index);
                walk(item, path, &below, notes);
                path.pop();
            }
        }
        _ => {}
    }
}

impl Check {
    fn verdict(self, node: &Node, path: &str) -> Option<Finding> {
        match self {
            Self::ExternalVolume => external_volume(node.as_map()?, path),
            Self::ConfigSource => one_source(node, path, &["file", "environment", "content"]),
            Self::SecretSource => one_source(node, path, &["file", "environment"]),
            Self::PortAddress => {
                let ip = node.as_map()?.get("host_ip")?;
                let text = ip.as_text()?;
                let title = format!("{path}: invalid ip address: {text}");
                let finding = Finding::refused("bad-address", title).at(ip.span, "expected an IP address");
                let help = "write an address such as `127.0.0.1`, or leave `host_ip` out";
                (!address::is_ip(text)).then(|| finding.help(help))
            }
            Self::WatchPath => {
                let finding = Finding::refused("empty-path", format!("{path}: value can't be blank"));
                (node.as_text() == Some(""))
                    .then(|| finding.at(node.span, "empty").help("write the path to watch"))
            }
            Self::Devices => {
                let map = node.as_map()?;
                let (count, ids) = (map.entry("count")?, map.entry("device_ids")?);
                let title = format!("{path}: \"count\" and \"device_ids\" attributes are exclusive");
                let finding = Finding::refused("exclusive-keys", title);
                Some(
                    finding
                        .at(ids.key, "devices by name")
                        .at(count.key, "devices by number")
                        .help("keep one of them"),
                )
            }
        }
    }
}

fn external_volume(map: &Map, path: &str) -> Option<Finding> {
    let external = map.entry("external").filter(|entry| entry.node.value == Value::Bool(true))?;
    let is_allowed = |key: &str| matches!(key, "name" | "external") || key.starts_with("x-");
    let (key, entry) = map.iter().find(|(key, _)| !is_allowed(key))?;
    let title = format!("{path}: conflicting parameters \"external\" and {key:?} specified");
    let finding = Finding::refused("external-with-settings", title)
        .at(entry.key, "an external volume is not created, so this cannot be set")
        .at(external.key, "external here")
        .help(format!("remove `{key}` or `external`"));
    Some(finding)
}

fn one_source(node: &Node, path: &str, keys: &[&str]) -> Option<Finding> {
    let map = node.as_map()?;
    let names = keys.join("|");
    let said: Vec<_> = keys.iter().filter_map(|key| map.entry(key)).collect();
    match said.as_slice() {
        [first, second, ..] => {
            let title = format!("{path}: {names} attributes are mutually exclusive");
            let finding = Finding::refused("exclusive-keys", title);
            Some(
                finding
                    .at(second.key, "a second source")
                    .at(first.key, "the first source")
                    .help("keep one of them"),
            )
        }
        [] if !map.contains("driver") && !map.contains("external") => {
            let title = format!("{path}: one of {names} must be set");
            let finding =
                Finding::refused("missing-source", title).at(node.span, "nothing says what is in it");
            Some(finding.help(format!("add {}, or `external: true`", either(keys))))
        }
        _ => None,
    }
}
