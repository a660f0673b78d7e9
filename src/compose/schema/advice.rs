//! What to write where a value of the wrong kind stands.

use crate::compose::schema::place::Place;
use crate::compose::schema::unknown::misplaced;
use crate::finding::Finding;
use crate::mapping::shape::{Chosen, Entries, Form, Kind, Type, Unit};
use crate::source::node::{Map, Node, Value};

/// What the engine knows as restart policies.
pub(crate) const POLICIES: &str = "`\"no\"`, `always`, `unless-stopped`, `on-failure` or `on-failure:TRIES`";

/// What to do about an item that became a mapping.
pub(crate) const COLON: &str = "a colon with a space makes a mapping: put the item in quotes";

const LINES: &str = "write `key: value` lines below, indented";

/// Text up to this length is shown in an example.
const SHOWN: usize = 40;

/// Says what the value is, what the key is for, and what to write.
pub(super) fn explain(finding: Finding, place: &Place<'_>, is: &Type) -> Finding {
    let node = place.node;
    let mut finding = finding.at(node.span, found(node));
    if let (Some(row), Some(key)) = (place.row, place.key())
        && row.key == key
    {
        finding = finding.because(format!("`{key}` {}", row.does));
    }
    if let Some(hint) = misplaced(place) {
        return finding.help(hint);
    }
    let wanted = Wanted { is, place };
    match wanted.advice() {
        Advice::Say(help) => finding.help(help),
        Advice::Quote => match written(node).map(|text| format!("\"{text}\"")) {
            Some(quoted) => finding.help(format!("put it in quotes: `{quoted}`")).replace(node.span, quoted),
            None => finding.help("put it in quotes"),
        },
    }
}

/// What to do about a value.
enum Advice {
    Say(String),
    Quote,
}

fn found(node: &Node) -> &'static str {
    match &node.value {
        Value::Null if node.span.start == node.span.end => "nothing is written here",
        Value::Null => "this is null",
        Value::Bool(_) => "this is a boolean",
        Value::Int(_) | Value::Uint(_) => "this is an integer",
        Value::Float(_) => "this is a number",
        Value::Time(_) => "this is a date",
        Value::Text(_) => "this is a string",
        Value::List(_) => "this is a list",
        Value::Map(_) => "this is a mapping",
    }
}

/// A scalar as it stands in the file, where its value and the length of its place agree on that.
fn written(node: &Node) -> Option<String> {
    let text = match &node.value {
        Value::Bool(value) => value.to_string(),
        Value::Int(number) => number.to_string(),
        Value::Uint(number) => number.to_string(),
        Value::Float(number) => number.to_string(),
        Value::Time(text) | Value::Text(text) => text.clone(),
        Value::Null | Value::List(_) | Value::Map(_) => return None,
    };
    let length = node.span.end.saturating_sub(node.span.start) as usize;
    (node.uses.is_none() && text.len() == length).then_some(text)
}

struct Wanted<'a> {
    is: &'a Type,
    place: &'a Place<'a>,
}

impl Wanted<'_> {
    fn form(&self, kind: Kind) -> Option<&Form> {
        self.is.forms().find(|form| form.kinds.contains(kind))
    }

    fn has(&self, kind: Kind) -> bool {
        self.form(kind).is_some()
    }

    fn has_number(&self) -> bool {
        self.has(Kind::Number) || self.has(Kind::Integer)
    }

    /// Whether the items of the list that may stand here may be numbers.
    fn takes_numbers(&self) -> bool {
        let items = self.form(Kind::Array).and_then(|form| form.items.as_ref());
        items.is_some_and(|items| {
            items
                .of
                .forms()
                .any(|form| form.kinds.contains(Kind::Number) || form.kinds.contains(Kind::Integer))
        })
    }

    fn unit(&self) -> Option<Unit> {
        self.is.forms().find_map(|form| form.unit)
    }

    fn advice(&self) -> Advice {
        if let Some(policies) = self.policies() {
            return Advice::Say(policies);
        }
        let help = match &self.place.node.value {
            Value::Null => self.instead_of_nothing(),
            Value::Int(_) | Value::Uint(_) | Value::Float(_) => self.instead_of_a_number(),
            Value::Bool(_) | Value::Time(_) => None,
            Value::Text(text) => self.instead_of_text(text),
            Value::List(_) => Some(format!("write {} instead of a list", self.kinds())),
            Value::Map(map) => self.instead_of_a_mapping(map),
        };
        let is_scalar = !matches!(self.place.node.value, Value::Null | Value::List(_) | Value::Map(_));
        match help {
            Some(help) => Advice::Say(help),
            None if is_scalar && self.has(Kind::String) && !self.has_number() && self.unit().is_none() => {
                Advice::Quote
            }
            None => Advice::Say(format!("write {}", self.kinds())),
        }
    }

    /// What `restart` of a service may be, which no other word in quotes would be.
    fn policies(&self) -> Option<String> {
        let is_policy = self.place.key() == Some("restart") && self.has(Kind::String);
        is_policy.then(|| format!("write {POLICIES}"))
    }

    fn instead_of_nothing(&self) -> Option<String> {
        let key = self.place.key()?;
        Some(if self.has(Kind::Mapping) || self.has(Kind::Array) {
            format!("indent what belongs to `{key}` deeper than `{key}` itself, or remove it")
        } else {
            format!("write a value, or remove `{key}`")
        })
    }

    fn instead_of_a_number(&self) -> Option<String> {
        match (self.unit(), written(self.place.node)) {
            (Some(Unit::Duration), Some(number)) => {
                Some(format!("write a unit too: `{number}s` for seconds"))
            }
            (Some(Unit::Duration), None) => Some("write a unit too, such as `30s`".to_owned()),
            (Some(Unit::Size), _) => Some("write a unit too, such as `512M`".to_owned()),
            (None, _) if self.has(Kind::Integer) => Some("write a whole number".to_owned()),
            (None, _) if self.has(Kind::Boolean) => Some("write `true` or `false`".to_owned()),
            (None, _) if self.has(Kind::Mapping) && self.has(Kind::Array) => Some(LINES.to_owned()),
            (None, Some(number)) if self.has(Kind::Array) => Some(if self.takes_numbers() {
                format!("write a list: `[{number}]`")
            } else {
                format!("write a list: `[\"{number}\"]`")
            }),
            (None, _) => None,
        }
    }

    fn instead_of_text(&self, text: &str) -> Option<String> {
        if self.has_number() {
            let is_number = text.parse::<f64>().is_ok();
            return is_number.then(|| format!("write it without quotes: `{text}`"));
        }
        if self.has(Kind::Array) {
            return Some(as_list(self.place.node));
        }
        Some(match self.form(Kind::Mapping)?.entries.as_ref()? {
            Entries::Known(mapping) => format!("write the keys of {} below, indented", mapping.what),
            Entries::Chosen(_) => LINES.to_owned(),
        })
    }

    fn instead_of_a_mapping(&self, map: &Map) -> Option<String> {
        if self.has(Kind::Array) {
            return Some("write a list: one item a line, each after `- `".to_owned());
        }
        let is_item = self.place.is_item() && map.len() == 1 && self.has(Kind::String);
        if !is_item {
            return None;
        }
        let key = map.keys().next().unwrap_or_default();
        Some(match self.place.row.and_then(|row| row.is.forms().find_map(chosen)) {
            Some(chosen) if chosen.of.forms().any(|form| form.kinds.contains(Kind::Mapping)) => {
                format!("take the dashes away: write `{key}:`, and its own keys below it, indented further")
            }
            Some(_) => instead_of_a_pair(key),
            None => COLON.to_owned(),
        })
    }

    /// The kinds that fit, in words.
    fn kinds(&self) -> String {
        let kinds: Vec<&str> = self.is.forms().flat_map(|form| form.kinds.iter()).map(with_article).collect();
        match kinds.as_slice() {
            [] => "something else".to_owned(),
            [only] => (*only).to_owned(),
            [first @ .., last] => format!("{} or {last}", first.join(", ")),
        }
    }
}

fn chosen(form: &Form) -> Option<&Chosen> {
    match &form.entries {
        Some(Entries::Chosen(chosen)) => Some(chosen),
        Some(Entries::Known(_)) | None => None,
    }
}

/// What to write in place of `- KEY: value` in a list of `KEY=value`.
pub(crate) fn instead_of_a_pair(key: &str) -> String {
    if key.contains('=') {
        return COLON.to_owned();
    }
    format!("write `KEY=value`: `- {key}=…`, or take the dashes away")
}

fn with_article(kind: Kind) -> &'static str {
    match kind {
        Kind::Null => "nothing",
        Kind::Boolean => "`true` or `false`",
        Kind::Number => "a number",
        Kind::Integer => "a whole number",
        Kind::String => "a string",
        Kind::Array => "a list",
        Kind::Mapping => "a mapping",
    }
}

fn as_list(node: &Node) -> String {
    let dash = node.as_text().and_then(|text| text.strip_prefix('-')).filter(|rest| !rest.starts_with('-'));
    let is_bare = written(node).is_some() || dash.is_some_and(|rest| rest.contains(" -"));
    if dash.is_some() && is_bare {
        return "a list needs a blank after the dash: `- …`".to_owned();
    }
    let is_plain = |text: &String| {
        text.len() <= SHOWN && text.chars().all(|char| char.is_alphanumeric() || "._-/=".contains(char))
    };
    match written(node).filter(is_plain) {
        Some(text) => format!("write a list: `[{text}]`"),
        None => "write a list: one item a line, each after `- `".to_owned(),
    }
}
