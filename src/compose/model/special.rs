//! Fields with a shape of their own: mappings that may be lists, hosts, file modes, limits, checks.

#![allow(clippy::wildcard_enum_match_arm, reason = "YAML has these kinds of values and no others")]

use indexmap::IndexMap;
use serde_json::{Map as JsonMap, Value as Json};

use crate::compose::grammar::{address, number};
use crate::compose::model::field::{Field, Form, Reader, entries};
use crate::compose::spell::spell;
use crate::finding::Finding;
use crate::source::node::{Node, Value};
use crate::source::scalar::go_type;

const PAIRS: &str = "write `key: value` lines below, indented";

fn sorted(pairs: impl Iterator<Item = (String, Json)>) -> Json {
    let mut pairs: Vec<_> = pairs.collect();
    pairs.sort_by(|a, b| a.0.cmp(&b.0));
    Json::Object(pairs.into_iter().collect::<JsonMap<_, _>>())
}

/// Keys with texts: labels, options, build contexts. In a file also a list of `KEY=value`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mapping(pub IndexMap<String, String>);

impl Field for Mapping {
    fn read(node: &Node, reader: &mut Reader<'_>) -> Self {
        let spelled = |node: &Node| if node.is_null() { String::new() } else { spell(node) };
        match &node.value {
            Value::Map(map) => {
                Self(entries(map).map(|(key, node)| (key.to_owned(), spelled(&node))).collect())
            }
            Value::List(items) => {
                let pairs = items.iter().map(|item| {
                    let text = spell(item);
                    let (key, value) = text.split_once('=').unwrap_or((&text, ""));
                    (key.to_owned(), value.to_owned())
                });
                Self(pairs.collect())
            }
            other => {
                reader.refuse(node, &format!("unexpected value type {} for mapping", go_type(other)), PAIRS);
                Self::default()
            }
        }
    }

    fn is_omitted(&self, _form: Form) -> bool {
        self.0.is_empty()
    }

    fn json(&self, _form: Form) -> Json {
        sorted(self.0.iter().map(|(key, value)| (key.clone(), Json::String(value.clone()))))
    }
}

/// Variables of a container; one without a value takes that of the user's environment, or is removed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Variables(pub IndexMap<String, Option<String>>);

impl Field for Variables {
    fn read(node: &Node, reader: &mut Reader<'_>) -> Self {
        match &node.value {
            Value::Map(map) => {
                let value = |node: &Node| (!node.is_null()).then(|| spell(node));
                Self(entries(map).map(|(key, node)| (key.to_owned(), value(&node))).collect())
            }
            Value::List(items) => {
                let mut variables = IndexMap::new();
                for item in items {
                    let text = spell(item);
                    let (key, value) = match text.split_once('=') {
                        Some((key, value)) => (key, Some(value.to_owned())),
                        None => (text.as_str(), None),
                    };
                    if key.ends_with(char::is_whitespace) {
                        let problem = format!("environment variable {key} is declared with a trailing space");
                        reader.refuse(item, &problem, "remove the blank before the `=`");
                        continue;
                    }
                    variables.insert(key.to_owned(), value);
                }
                Self(variables)
            }
            other => {
                reader.refuse(node, &format!("unexpected value type {} for mapping", go_type(other)), PAIRS);
                Self::default()
            }
        }
    }

    fn is_omitted(&self, _form: Form) -> bool {
        self.0.is_empty()
    }

    fn json(&self, form: Form) -> Json {
        sorted(self.0.iter().map(|(key, value)| (key.clone(), value.json(form))))
    }
}

/// Options of which each may be given more than once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MultiMapping(pub IndexMap<String, Vec<String>>);

impl Field for MultiMapping {
    fn read(node: &Node, reader: &mut Reader<'_>) -> Self {
        let Some(map) = node.as_map() else {
            reader.refuse(node, &format!("invalid type {} for options", go_type(&node.value)), PAIRS);
            return Self::default();
        };
        let values = |node: &Node| match &node.value {
            Value::List(items) => items.iter().map(spell).collect(),
            _ => vec![spell(node)],
        };
        Self(entries(map).map(|(key, node)| (key.to_owned(), values(&node))).collect())
    }

    fn is_omitted(&self, _form: Form) -> bool {
        self.0.is_empty()
    }

    fn json(&self, form: Form) -> Json {
        sorted(self.0.iter().map(|(key, values)| (key.clone(), values.json(form))))
    }
}

/// Host names with their addresses.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hosts(pub IndexMap<String, Vec<String>>);

impl Hosts {
    fn add(&mut self, host: &str, addresses: impl Iterator<Item = String>) {
        let bare = |text: String| {
            address::without_brackets(&text)
                .filter(|bare| !bare.is_empty())
                .map_or(text.clone(), str::to_owned)
        };
        self.0.entry(host.to_owned()).or_default().extend(addresses.map(bare));
    }
}

impl Field for Hosts {
    fn read(node: &Node, reader: &mut Reader<'_>) -> Self {
        let mut hosts = Self::default();
        match &node.value {
            Value::Map(map) => {
                for (host, value) in entries(map) {
                    match &value.value {
                        Value::Null => hosts.add(host, std::iter::once(String::new())),
                        Value::Text(text) => hosts.add(host, std::iter::once(text.clone())),
                        Value::List(items) => hosts.add(host, items.iter().map(spell)),
                        _ => {
                            let problem = format!(
                                "unexpected value type {} for extra_hosts entry",
                                go_type(&node.value)
                            );
                            reader.refuse(&value, &problem, "write the address as text");
                        }
                    }
                }
            }
            Value::List(items) => {
                for item in items {
                    let text = spell(item);
                    match text.split_once('=').or_else(|| text.split_once(':')) {
                        Some((host, list)) => hosts.add(host, list.split(',').map(str::to_owned)),
                        None => {
                            let problem = format!("invalid additional host, missing IP: {text}");
                            reader.refuse(item, &problem, "write `HOST=ADDRESS`");
                        }
                    }
                }
            }
            other => reader.refuse(
                node,
                &format!("unexpected value type {} for extra_hosts", go_type(other)),
                "write `HOST=ADDRESS` after each dash",
            ),
        }
        let bad = hosts.0.keys().find(|host| host.is_empty() || host.contains([':', '=']));
        if let Some(host) = bad {
            reader.refuse(node, &format!("bad host name '{host}'"), "a host name holds neither `:` nor `=`");
        }
        hosts
    }

    fn is_omitted(&self, _form: Form) -> bool {
        self.0.is_empty()
    }

    fn json(&self, form: Form) -> Json {
        let mut lines: Vec<String> = self
            .0
            .iter()
            .flat_map(|(host, list)| list.iter().map(move |ip| format!("{host}={ip}")))
            .collect();
        if form != Form::Exact {
            lines.sort();
        }
        lines.json(form)
    }
}

/// The command of a healthcheck; its first word says how it is run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Test(pub Vec<String>);

impl Field for Test {
    fn read(node: &Node, reader: &mut Reader<'_>) -> Self {
        match &node.value {
            Value::Text(text) => Self(vec!["CMD-SHELL".to_owned(), text.clone()]),
            _ => Self(Vec::read(node, reader)),
        }
    }

    fn is_omitted(&self, _form: Form) -> bool {
        self.0.is_empty()
    }

    fn json(&self, form: Form) -> Json {
        self.0.json(form)
    }
}

/// Agent sockets and keys for a build: an id, and a path where it is not the default agent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SshKeys(pub IndexMap<String, Option<String>>);

impl Field for SshKeys {
    fn read(node: &Node, reader: &mut Reader<'_>) -> Self {
        let Some(map) = node.as_map() else {
            reader.refuse(
                node,
                &format!("invalid ssh config type {}", go_type(&node.value)),
                "write `ID=PATH` after each dash",
            );
            return Self::default();
        };
        let path = |node: &Node| (!node.is_null()).then(|| spell(node)).filter(|path| !path.is_empty());
        Self(entries(map).map(|(id, node)| (id.to_owned(), path(&node))).collect())
    }

    fn is_omitted(&self, _form: Form) -> bool {
        self.0.is_empty()
    }

    /// A path is printed so that Compose can read it again; its own output of this one key is no valid JSON.
    fn json(&self, form: Form) -> Json {
        let line = |(id, path): (&String, &Option<String>)| match path {
            Some(path) => format!("{id}={path}"),
            None => id.clone(),
        };
        let mut lines: Vec<String> = self.0.iter().map(line).collect();
        lines.sort();
        lines.json(form)
    }
}

/// How many devices are asked for; all of them is minus one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DeviceCount(pub i64);

impl Field for DeviceCount {
    fn read(node: &Node, reader: &mut Reader<'_>) -> Self {
        match &node.value {
            Value::Int(count) => Self(*count),
            Value::Text(text) if text.eq_ignore_ascii_case("all") => Self(-1),
            Value::Text(text) => Self(number::integer(text, "ParseInt").unwrap_or_else(|_| {
                let problem = format!("invalid value {text:?}, the only value allowed is 'all' or a number");
                reader.refuse(node, &problem, "write a number or `all`");
                0
            })),
            other => {
                reader.refuse(
                    node,
                    &format!("invalid type {} for device count", go_type(other)),
                    "write a whole number, or `all`",
                );
                Self(0)
            }
        }
    }

    fn is_omitted(&self, _form: Form) -> bool {
        self.0 == 0
    }

    fn json(&self, _form: Form) -> Json {
        Json::from(self.0)
    }
}

/// The permission bits of a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FileMode(pub i64);

impl Field for FileMode {
    fn read(node: &Node, reader: &mut Reader<'_>) -> Self {
        match &node.value {
            Value::Int(mode) => {
                tell_decimal_mode(node, *mode, reader);
                Self(*mode)
            }
            Value::Text(text) => Self(number::octal(text).unwrap_or_else(|problem| {
                reader.refuse(node, &problem, "write the mode in octal, such as `\"0440\"`");
                0
            })),
            other => {
                reader.refuse(
                    node,
                    &format!("unexpected value type {} for mode", go_type(other)),
                    "write it in quotes, as `\"0440\"`",
                );
                Self(0)
            }
        }
    }

    fn is_omitted(&self, _form: Form) -> bool {
        false
    }

    fn json(&self, _form: Form) -> Json {
        let sign = if self.0 < 0 { "-" } else { "" };
        Json::String(format!("0{sign}{:o}", self.0.unsigned_abs()))
    }
}

/// `mode: 440` is decimal; the bits that come of it are hardly ever meant.
fn tell_decimal_mode(node: &Node, mode: i64, reader: &mut Reader<'_>) {
    let decimal = mode.to_string();
    let looks_octal = decimal.len() == 3 && decimal.bytes().all(|digit| digit < b'8');
    let is_plain = node.span.end - node.span.start == 3;
    if looks_octal && is_plain {
        let title = format!("{}: {mode} is decimal here, so the mode is 0{mode:o}", reader.path());
        let finding = Finding::warning("decimal-mode", title)
            .at(node.span, "")
            .help(format!("write `0{mode}` if that is meant"))
            .replace(node.span, format!("0{mode}"));
        reader.tell(finding);
    }
}

/// A limit of the kernel: one number, or a soft and a hard one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ulimit {
    /// The one number, or zero.
    pub single: i64,
    /// The soft limit.
    pub soft: i64,
    /// The hard limit.
    pub hard: i64,
}

impl Field for Ulimit {
    fn read(node: &Node, reader: &mut Reader<'_>) -> Self {
        match &node.value {
            Value::Int(single) => Self { single: *single, ..Self::default() },
            Value::Map(map) => {
                let mut limit =
                    |key: &str| map.get(key).map(|node| reader.field(key, node)).unwrap_or_default();
                Self { single: 0, soft: limit("soft"), hard: limit("hard") }
            }
            other => {
                reader.refuse(
                    node,
                    &format!("unexpected value type {} for ulimit", go_type(other)),
                    "write a whole number, or `soft:` and `hard:`",
                );
                Self::default()
            }
        }
    }

    fn is_omitted(&self, _form: Form) -> bool {
        false
    }

    fn json(&self, form: Form) -> Json {
        if self.single != 0 {
            return Json::from(self.single);
        }
        let limits = [("soft", self.soft), ("hard", self.hard)];
        let printed = limits.into_iter().filter(|(_, limit)| *limit != 0 || form != Form::Json);
        Json::Object(printed.map(|(key, limit)| (key.to_owned(), Json::from(limit))).collect())
    }
}
