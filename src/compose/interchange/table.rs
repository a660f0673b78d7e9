//! What `docker-compose-types` 0.24 can hold of a printed project, by path; all else is extra.
//!
//! In: a document. Out: the part of it that the crate takes, or what the crate has written, in our form again.

#![allow(clippy::wildcard_enum_match_arm, reason = "JSON has these kinds of values and no others")]

use std::sync::LazyLock;

use serde_json::{Map as JsonMap, Value as Json};

use crate::compose::interchange::shape::Shape;
use crate::source::path::{Cursor, PatternTable};

/// What is handed over at a place.
#[derive(Clone, Copy, Debug)]
enum Held {
    /// The value with everything in it.
    Whole(Shape),
    /// The keys that have rows of their own, if these are among them.
    With(&'static [&'static str]),
    /// The same, and keys that begin with `x-`.
    Extensible,
    /// The same, or nothing at all.
    Perhaps,
}

/// Mappings, and the keys that are handed over as they are.
const KEYS: [(&str, &[&str]); 20] = [
    (
        "networks.*",
        &["attachable", "driver", "driver_opts", "enable_ipv6", "external", "internal", "labels", "name"],
    ),
    ("networks.*.ipam", &["driver"]),
    ("networks.*.ipam.config.[]", &["gateway", "subnet"]),
    (
        "services.*",
        &[
            "cap_add",
            "cap_drop",
            "cgroup_parent",
            "command",
            "container_name",
            "dns",
            "dns_opt",
            "domainname",
            "entrypoint",
            "environment",
            "expose",
            "extra_hosts",
            "group_add",
            "hostname",
            "image",
            "init",
            "ipc",
            "labels",
            "links",
            "mem_limit",
            "mem_reservation",
            "network_mode",
            "pid",
            "privileged",
            "profiles",
            "read_only",
            "restart",
            "runtime",
            "scale",
            "security_opt",
            "shm_size",
            "stdin_open",
            "stop_grace_period",
            "stop_signal",
            "sysctls",
            "tmpfs",
            "tty",
            "ulimits",
            "user",
            "userns_mode",
            "volumes_from",
            "working_dir",
        ],
    ),
    (
        "services.*.build",
        &["args", "cache_from", "context", "dockerfile", "dockerfile_inline", "labels", "network", "target"],
    ),
    ("services.*.depends_on.*", &["condition", "required", "restart"]),
    ("services.*.deploy", &["mode", "replicas"]),
    ("services.*.deploy.placement", &["constraints"]),
    ("services.*.deploy.placement.preferences.[]", &["spread"]),
    ("services.*.deploy.restart_policy", &["condition", "delay", "max_attempts", "window"]),
    ("services.*.deploy.update_config", &["delay", "failure_action", "monitor", "parallelism"]),
    (
        "services.*.healthcheck",
        &["disable", "interval", "retries", "start_interval", "start_period", "test", "timeout"],
    ),
    ("services.*.logging", &["driver", "options"]),
    ("services.*.networks.*", &["aliases", "ipv4_address", "ipv6_address"]),
    ("services.*.ports.[]", &["host_ip", "mode", "protocol", "published"]),
    ("services.*.secrets.[]", &["gid", "mode", "source", "target", "uid"]),
    ("services.*.volumes.[]", &["read_only", "source", "target", "type"]),
    ("services.*.volumes.[].bind", &[]),
    ("services.*.volumes.[].volume", &["nocopy", "subpath"]),
    ("volumes.*", &["driver", "driver_opts", "external", "labels", "name"]),
];

/// Places with a need or a form of their own.
const OTHERS: [(&str, Held); 23] = [
    ("name", Held::Whole(Shape::Same)),
    ("networks.*.ipam.config.[]", Held::With(&["subnet"])),
    ("secrets.*", Held::Whole(Shape::Secret)),
    ("services.*", Held::Extensible),
    ("services.*.build", Held::With(&["context"])),
    ("services.*.build.shm_size", Held::Whole(Shape::Count { most: u64::MAX })),
    ("services.*.depends_on.*", Held::With(&["condition"])),
    ("services.*.deploy.labels", Held::Whole(Shape::List)),
    ("services.*.deploy.placement.preferences.[]", Held::With(&["spread"])),
    ("services.*.deploy.update_config.max_failure_ratio", Held::Whole(Shape::Ratio)),
    ("services.*.devices.[]", Held::Whole(Shape::Device)),
    ("services.*.mem_swappiness", Held::Whole(Shape::Count { most: u16::MAX as u64 })),
    ("services.*.networks.*", Held::Perhaps),
    ("services.*.ports.[]", Held::With(&["target"])),
    ("services.*.ports.[].target", Held::Whole(Shape::Port)),
    ("services.*.pull_policy", Held::Whole(Shape::OneOf(&["always", "build", "missing", "never"]))),
    ("services.*.secrets.[]", Held::With(&["source"])),
    ("services.*.volumes.[]", Held::With(&["target", "type"])),
    ("services.*.volumes.[].bind.create_host_path", Held::Whole(Shape::Said)),
    ("services.*.volumes.[].bind.propagation", Held::Whole(Shape::Said)),
    ("services.*.volumes.[].bind.selinux", Held::Whole(Shape::Said)),
    ("services.*.volumes.[].tmpfs", Held::With(&["size"])),
    ("services.*.volumes.[].tmpfs.size", Held::Whole(Shape::Count { most: u64::MAX })),
];

/// The keys of limits and of reservations.
const RESOURCE: [(&str, Held); 7] = [
    ("cpus", Held::Whole(Shape::Text)),
    ("devices.[].capabilities", Held::Whole(Shape::Same)),
    ("devices.[].count", Held::Whole(Shape::All)),
    ("devices.[].device_ids", Held::Whole(Shape::Same)),
    ("devices.[].driver", Held::Whole(Shape::Same)),
    ("devices.[].options", Held::Whole(Shape::Same)),
    ("memory", Held::Whole(Shape::Same)),
];

static HELD: LazyLock<PatternTable<Held>> = LazyLock::new(|| {
    let resources = ["services.*.deploy.resources.limits", "services.*.deploy.resources.reservations"];
    let others = PatternTable::new(OTHERS).and_under(&resources, &RESOURCE);
    KEYS.iter().fold(others, |table, (mapping, keys)| {
        let rows: Vec<_> = keys.iter().map(|key| (*key, Held::Whole(Shape::Same))).collect();
        table.and_under(&[mapping], &rows)
    })
});

/// The part of a document that the crate takes.
pub(super) fn fitting(document: &Json) -> Option<Json> {
    mapping(document, Held::Extensible, &HELD.cursor())
}

fn fit(value: &Json, cursor: &Cursor<'_, Held>) -> Option<Json> {
    match cursor.value() {
        Some(Held::Whole(shape)) => shape.fit(value),
        Some(Held::Perhaps) if value.is_null() => Some(Json::Null),
        Some(held @ (Held::With(_) | Held::Extensible | Held::Perhaps)) => mapping(value, *held, cursor),
        // The items of a list are counted, so a list is handed over as a whole or not at all.
        None => match value.as_array() {
            Some(items) => items.iter().map(|item| fit(item, &cursor.item())).collect(),
            None => mapping(value, Held::With(&[]), cursor),
        },
    }
}

fn mapping(value: &Json, held: Held, cursor: &Cursor<'_, Held>) -> Option<Json> {
    let needs: &[&str] = if let Held::With(needs) = held { needs } else { &[] };
    let is_extension = |key: &str| matches!(held, Held::Extensible) && key.starts_with("x-");
    let entries = value.as_object()?.iter().filter_map(|(key, value)| {
        let below = cursor.key(key);
        if is_extension(key) {
            return Some((key.clone(), value.clone()));
        }
        let fitting = if below.is_dead() { None } else { fit(value, &below) };
        Some((key.clone(), fitting?))
    });
    let entries: JsonMap<String, Json> = entries.collect();
    needs.iter().all(|key| entries.contains_key(*key)).then_some(Json::Object(entries))
}

/// What the crate has written, in the form in which Docker Compose prints it.
pub(super) fn restored(document: Json) -> Json {
    restore(document, &HELD.cursor()).unwrap_or_default()
}

fn restore(value: Json, cursor: &Cursor<'_, Held>) -> Option<Json> {
    match (cursor.value(), value) {
        (Some(Held::Whole(shape)), value) => shape.restore(value),
        (Some(Held::Perhaps), Json::Object(map)) if map.is_empty() => Some(Json::Null),
        (_, Json::Object(map)) => {
            let below = map
                .into_iter()
                .filter_map(|(key, value)| Some((key.clone(), restore(value, &cursor.key(&key))?)));
            Some(Json::Object(below.collect()))
        }
        (_, Json::Array(items)) => {
            Some(Json::Array(items.into_iter().filter_map(|item| restore(item, &cursor.item())).collect()))
        }
        (_, value) => Some(value),
    }
}
