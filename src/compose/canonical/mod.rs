//! Short forms to long forms: one shape for each key, whatever way it was written.
//!
//! In: a tree that passed the schema. Out: the same tree in canonical form. A new short form is one row of [`FORMS`]
//! and one function.

#![allow(clippy::wildcard_enum_match_arm, reason = "YAML has these kinds of values and no others")]

mod long;

use std::sync::LazyLock;

use crate::compose::canonical::long::{add_absent, long_port, long_volume, map_of, names, spell, text_list};
use crate::compose::grammar::{port, volume};
use crate::compose::notes::Notes;
use crate::compose::walk::Walk;
use crate::finding::Finding;
use crate::source::node::{Entry, Map, Node, Value};
use crate::source::path::{ComposePath, Cursor, PatternTable};
use crate::source::scalar::go_type;
use crate::source::span::Span;

/// What a place looks like in canonical form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// A list where a lone text is allowed.
    TextList,
    /// Text, whatever scalar was written.
    Spelled,
    /// A mapping of names where a list of them is allowed.
    Names,
    /// A mapping where a list of `KEY=value` is allowed.
    KeyValues,
    Build,
    DependsOn,
    Device,
    EnvFile,
    Extends,
    External,
    FileMount,
    Gpus,
    Ports,
    Schedule,
    Ssh,
    Ulimit,
    Volume,
}

static FORMS: LazyLock<PatternTable<Form>> = LazyLock::new(|| {
    let container = [
        ("configs.*", Form::FileMount),
        ("devices.*", Form::Device),
        ("dns", Form::TextList),
        ("env_file", Form::EnvFile),
        ("gpus", Form::Gpus),
        ("label_file", Form::TextList),
        ("models", Form::Names),
        ("networks", Form::Names),
        ("secrets.*", Form::FileMount),
        ("ulimits.*", Form::Ulimit),
        ("volumes.*", Form::Volume),
    ];
    let workload = [
        ("build", Form::Build),
        ("build.additional_contexts", Form::KeyValues),
        ("build.provenance", Form::Spelled),
        ("build.sbom", Form::Spelled),
        ("build.secrets.*", Form::FileMount),
        ("build.ssh", Form::Ssh),
        ("build.ulimits.*", Form::Ulimit),
        ("depends_on", Form::DependsOn),
        ("extends", Form::Extends),
        ("ports", Form::Ports),
    ];
    let single = [
        ("configs.*", Form::External),
        ("jobs.*.triggers.schedule.*", Form::Schedule),
        ("networks.*", Form::External),
        ("secrets.*", Form::External),
        ("services.*.develop.watch.*.ignore", Form::TextList),
        ("services.*.develop.watch.*.include", Form::TextList),
        ("volumes.*", Form::External),
    ];
    PatternTable::under(&["services.*", "jobs.*", "services.*.pre_start.*"], &container)
        .and_under(&["services.*", "jobs.*"], &workload)
        .and(&single)
});

/// Turns every short form into the long one. What cannot be read is told, or left as it is where variables still stand
/// in it (`keep_unreadable`).
pub fn canonical(tree: &mut Node, keep_unreadable: bool, notes: &mut Notes) {
    Canonical { path: ComposePath::root(), keep_unreadable, notes }.node(tree, &FORMS.cursor());
}

struct Canonical<'n> {
    path: ComposePath,
    keep_unreadable: bool,
    notes: &'n mut Notes,
}

impl Walk<Form> for Canonical<'_> {
    fn path(&mut self) -> &mut ComposePath {
        &mut self.path
    }

    fn node(&mut self, node: &mut Node, cursor: &Cursor<'_, Form>) {
        match cursor.value() {
            Some(form) => self.form(*form, node, cursor),
            None => self.children(node, cursor),
        }
    }
}

impl Canonical<'_> {
    fn form(&mut self, form: Form, node: &mut Node, cursor: &Cursor<'_, Form>) {
        match form {
            Form::TextList => text_list(node),
            Form::Spelled => spell(node),
            Form::Names => names(node),
            Form::KeyValues => self.key_values(node),
            Form::Build => self.lone_text(node, "context", "build", cursor),
            Form::Extends => self.lone_text(node, "service", "extends", cursor),
            Form::FileMount => self.lone_text(node, "source", "", cursor),
            Form::Schedule => self.lone_text(node, "cron", "schedule entry", cursor),
            Form::DependsOn => self.depends_on(node),
            Form::Device => self.device(node),
            Form::EnvFile => self.env_file(node),
            Form::External => self.external(node, cursor),
            Form::Gpus => self.gpus(node, cursor),
            Form::Ports => self.ports(node),
            Form::Ssh => self.ssh(node),
            Form::Ulimit => self.ulimit(node),
            Form::Volume => self.volume(node),
        }
    }

    fn tell(&mut self, title: String, span: Span, help: &str) {
        self.notes.tell(Finding::refused("bad-value", title).at(span, "").help(help));
    }

    fn wrong_type(&mut self, node: &Node, what: &str) {
        let title = format!("{}: invalid type {} for {what}", self.path.walked(), go_type(&node.value));
        let is_scalar = !matches!(node.value, Value::Map(_) | Value::List(_));
        let help = if is_scalar { "put it in quotes" } else { "write it in one of the forms of this key" };
        self.tell(title, node.span, help);
    }

    /// A lone text is the value of one key of the long form.
    fn lone_text(&mut self, node: &mut Node, key: &str, what: &str, cursor: &Cursor<'_, Form>) {
        match &node.value {
            Value::Map(_) => self.children(node, cursor),
            Value::Text(_) => {
                let inner = node.clone();
                node.value = map_of([(key, inner)]);
            }
            other if what.is_empty() => {
                let title = format!("{}: unsupported type {}", self.path.walked(), go_type(other));
                self.tell(title, node.span, "write it in one of the forms of this key");
            }
            _ => self.wrong_type(node, what),
        }
    }

    fn key_values(&mut self, node: &mut Node) {
        let Value::List(items) = &node.value else { return };
        let mut map = Map::default();
        for item in items {
            match item.as_text().and_then(|text| text.split_once('=')) {
                Some((key, value)) => {
                    map.insert(key, item.span, item.derive(Value::Text(value.to_owned())));
                }
                None if self.keep_unreadable => return,
                None => {
                    let shown = item.as_text().unwrap_or_default();
                    let title = format!("{}: invalid value {shown}, expected key=value", self.path.walked());
                    return self.tell(title, item.span, "write `NAME=value`");
                }
            }
        }
        node.value = Value::Map(map);
    }

    fn depends_on(&mut self, node: &mut Node) {
        match &mut node.value {
            Value::Map(map) => {
                for (name, entry) in map.iter_mut() {
                    let span = entry.node.span;
                    let Some(fields) = entry.node.as_map_mut() else {
                        let title = format!("{}.{name}: unsupported value", self.path.walked());
                        self.notes.tell(Finding::refused("bad-value", title).at(span, "expected a mapping"));
                        continue;
                    };
                    add_absent(fields, "condition", Value::Text("service_started".to_owned()), span);
                    add_absent(fields, "required", Value::Bool(true), span);
                }
            }
            Value::List(items) => {
                let entries = items.iter().filter_map(|item| {
                    let started = map_of([
                        ("condition", item.derive(Value::Text("service_started".to_owned()))),
                        ("required", item.derive(Value::Bool(true))),
                    ]);
                    Some((item.as_text()?.to_owned(), Entry { key: item.span, node: item.derive(started) }))
                });
                node.value = Value::Map(entries.collect());
            }
            _ => self.wrong_type(node, "depend_on"),
        }
    }

    fn device(&mut self, node: &mut Node) {
        match &node.value {
            Value::Map(_) => {}
            Value::Text(text) => {
                let parts: Vec<&str> = text.split(':').collect();
                let (source, target, permissions) = match parts.as_slice() {
                    [source] => (*source, *source, "rwm"),
                    [source, target] => (*source, *target, "rwm"),
                    [source, target, permissions] => (*source, *target, *permissions),
                    _ if self.keep_unreadable => ("", "", "rwm"),
                    _ => {
                        let title = format!("confusing device mapping, please use long syntax: {text}");
                        return self.tell(
                            title,
                            node.span,
                            "write `SOURCE:TARGET:PERMISSIONS`, or the long form",
                        );
                    }
                };
                let target = if target.is_empty() { source } else { target };
                let field = |text: &str| node.derive(Value::Text(text.to_owned()));
                node.value = map_of([
                    ("source", field(source)),
                    ("target", field(target)),
                    ("permissions", field(permissions)),
                ]);
            }
            _ => self.wrong_type(node, "service volume mount"),
        }
    }

    fn env_file(&mut self, node: &mut Node) {
        text_list(node);
        let Value::List(items) = &mut node.value else { return self.wrong_type(node, "env_file") };
        for item in items {
            let span = item.span;
            match &mut item.value {
                Value::Map(map) => add_absent(map, "required", Value::Bool(true), span),
                Value::Text(_) => {
                    let required = item.derive(Value::Bool(true));
                    item.value = map_of([("path", item.clone()), ("required", required)]);
                }
                _ => item.value = Value::Null,
            }
        }
    }

    /// The old `external: {name: x}` says that the resource is external, and its name.
    fn external(&mut self, node: &mut Node, cursor: &Cursor<'_, Form>) {
        if node.is_null() {
            return;
        }
        self.children(node, cursor);
        let span = node.span;
        let path = self.path.walked();
        let Some(map) = node.as_map_mut() else {
            return self.tell(
                format!("{path}: must be a mapping"),
                span,
                "write `key: value` lines below, indented",
            );
        };
        let Some(external) = map.get_mut("external") else { return };
        let Value::Map(old) = &external.value else { return };
        let old_name = old.get("name").cloned();
        external.value = Value::Bool(true);
        let Some(old_name) = old_name else { return };
        let title = format!("{path}: external.name is deprecated. Please set name and external: true");
        let finding = Finding::warning("old-external-name", title).at(old_name.span, "");
        self.notes.tell(finding.help("write `external: true`, and `name:` beside it"));
        match map.get("name") {
            None => drop(map.insert("name", old_name.span, old_name)),
            Some(name) if name.same_value(&old_name) => {}
            Some(name) => {
                let title = format!("{path}: name and external.name conflict; only use name");
                let finding = Finding::refused("name-conflict", title)
                    .at(old_name.span, "one name")
                    .at(name.span, "another name");
                self.notes.tell(finding.help("keep `name:`, and write `external: true`"));
            }
        }
    }

    fn gpus(&mut self, node: &mut Node, cursor: &Cursor<'_, Form>) {
        match &node.value {
            Value::List(_) => self.children(node, cursor),
            Value::Text(_) => {
                let all = node.derive(Value::Text("all".to_owned()));
                let request = node.derive(map_of([("count", all)]));
                node.value = Value::List(vec![request]);
            }
            _ => self.wrong_type(node, "gpus"),
        }
    }

    fn ports(&mut self, node: &mut Node) {
        let Value::List(items) = &node.value else { return self.wrong_type(node, "port") };
        let mut ports = Vec::with_capacity(items.len());
        let mut problems = Vec::new();
        for item in items {
            let text = match &item.value {
                Value::Map(_) => {
                    ports.push(item.clone());
                    continue;
                }
                Value::Int(number) => number.to_string(),
                Value::Text(text) => text.clone(),
                other => {
                    let title = format!("{}: invalid type {} for port", self.path.walked(), go_type(other));
                    problems.push((title, item.span));
                    continue;
                }
            };
            match port::parse(&text) {
                Ok(parsed) => ports.extend(parsed.into_iter().map(|port| long_port(item, port))),
                Err(_) if self.keep_unreadable && item.as_text().is_some() => return,
                Err(title) => problems.push((title, item.span)),
            }
        }
        node.value = Value::List(ports);
        for (title, span) in problems {
            let help = "the short form is [HOST_IP:][PUBLISHED:]TARGET[/PROTOCOL], ports from 0 to 65535";
            self.notes.tell(Finding::refused("bad-port", title).at(span, "").help(help));
        }
    }

    fn ssh(&mut self, node: &mut Node) {
        match &node.value {
            Value::Map(_) => {}
            Value::List(items) => {
                let mut map = Map::default();
                for item in items {
                    let text = item.as_text().unwrap_or_default();
                    let (id, value) = match text.split_once('=') {
                        Some((id, path)) => (id, Value::Text(path.to_owned())),
                        None if text == "default" => (text, Value::Null),
                        None if self.keep_unreadable => return,
                        None => {
                            let title = format!("invalid ssh key {text:?}");
                            return self.tell(title, item.span, "write `ID=PATH`, or `default`");
                        }
                    };
                    map.insert(id, item.span, item.derive(value));
                }
                node.value = Value::Map(map);
            }
            _ => self.wrong_type(node, "ssh"),
        }
    }

    fn ulimit(&mut self, node: &mut Node) {
        match &node.value {
            Value::Map(_) | Value::Int(_) => {}
            Value::Text(_) if self.keep_unreadable => {}
            _ => self.wrong_type(node, "ulimits"),
        }
    }

    fn volume(&mut self, node: &mut Node) {
        match &node.value {
            Value::Map(_) => {}
            Value::Text(text) => match volume::parse(text) {
                Ok(short) => {
                    self.tell_surprises(&short, node);
                    node.value = long_volume(node, &short);
                }
                Err(_) if self.keep_unreadable => {}
                Err(title) => {
                    let help = "the short form is [SOURCE:]TARGET[:OPTIONS]; the long form has no limits";
                    self.notes.tell(Finding::refused("bad-volume", title).at(node.span, "").help(help));
                }
            },
            _ => self.wrong_type(node, "service volume mount"),
        }
    }

    fn tell_surprises(&mut self, short: &volume::ShortVolume, node: &Node) {
        for option in &short.unknown_options {
            let title = format!("{}: the mount option `{option}` has no effect", self.path);
            let finding = Finding::warning("unknown-mount-option", title)
                .at(node.span, "Docker Compose passes over it without a message")
                .help("remove it; `ro`, `rw`, `z`, `Z`, `nocopy` and the propagation words are known");
            self.notes.tell(finding);
        }
        let drive = short.target.len() > 2 && volume::is_host_path(&short.target);
        if short.source.is_empty()
            && (short.target.starts_with('.') || drive && !short.target.starts_with(['/', '~']))
        {
            let title = format!("{}: this is an anonymous volume at `{}`", self.path, short.target);
            let finding = Finding::warning("surprising-volume", title)
                .at(node.span, "no source, only a target")
                .help("write `SOURCE:TARGET`; a one-letter source is read as a Windows drive");
            self.notes.tell(finding);
        }
    }
}
