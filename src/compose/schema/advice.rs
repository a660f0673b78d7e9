//! What to write where a value of the wrong kind stands.

use crate::compose::schema::place::Place;
use crate::compose::schema::unknown::misplaced;
use crate::finding::Finding;
use crate::mapping::shape::{Entries, Form, Kind, Type, Unit};
use crate::source::node::{Map, Node, Value};

/// Text up to this length is shown in an example.
const SHOWN: usize = 40;

/// Says what the value is, what the key is for, and what to write.
pub(super) fn explain(finding: Finding, place: &Place<'_>, is: &Type) -> Finding {
    let node = place.node;
    let mut finding = finding.at(node.span, format!("this is {}", found(&node.value)));
    if let (Some(row), Some(key)) = (place.row, place.key())
        && row.key == key
    {
        finding = finding.because(format!("`{key}`: {}", row.does));
    }
    if let Some(hint) = misplaced(place) {
        return finding.help(hint);
    }
    let wanted = Wanted { is, place };
    let help = match &node.value {
        Value::Null => wanted.instead_of_nothing(),
        Value::Int(_) | Value::Uint(_) | Value::Float(_) => wanted.instead_of_a_number(),
        Value::Bool(_) | Value::Time(_) => None,
        Value::Text(text) => wanted.instead_of_text(text),
        Value::List(_) => wanted.instead_of_a_list(),
        Value::Map(map) => wanted.instead_of_a_mapping(map),
    };
    if let Some(help) = help {
        return finding.help(help);
    }
    if wanted.has(Kind::String)
        && let Some(written) = written(node)
    {
        let quoted = format!("\"{written}\"");
        return finding.help(format!("put it in quotes: `{quoted}`")).replace(node.span, quoted);
    }
    finding.help(wanted.kinds())
}

fn found(value: &Value) -> &'static str {
    match value {
        Value::Null => "nothing",
        Value::Bool(_) => "a boolean",
        Value::Int(_) | Value::Uint(_) => "an integer",
        Value::Float(_) => "a number",
        Value::Time(_) => "a date",
        Value::Text(_) => "a string",
        Value::List(_) => "a list",
        Value::Map(_) => "a mapping",
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
        self.is.forms().find(|form| form.kinds.contains(&kind))
    }

    fn has(&self, kind: Kind) -> bool {
        self.form(kind).is_some()
    }

    fn has_unit(&self, unit: Unit) -> bool {
        self.is.forms().any(|form| form.unit == Some(unit))
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
        let number = written(self.place.node);
        if self.has_unit(Unit::Duration) {
            return Some(match number {
                Some(number) => format!("write a unit too: `{number}s` for seconds"),
                None => "write a unit too: `30s` for seconds".to_owned(),
            });
        }
        if self.has_unit(Unit::Size) {
            return Some("write a unit too, such as `512M`".to_owned());
        }
        if self.has(Kind::Integer) {
            return Some("write a whole number".to_owned());
        }
        self.has(Kind::Boolean).then(|| "write `true` or `false`".to_owned())
    }

    fn instead_of_text(&self, text: &str) -> Option<String> {
        if self.has(Kind::Number) || self.has(Kind::Integer) {
            let is_number = text.parse::<f64>().is_ok();
            return is_number.then(|| format!("write it without quotes: `{text}`"));
        }
        if self.has(Kind::Array) {
            return Some(as_list(self.place.node));
        }
        match self.form(Kind::Mapping)?.entries.as_ref()? {
            Entries::Known(mapping) => {
                let key = mapping.needs.first().map(String::as_str);
                let key = key.or_else(|| mapping.rows().next().map(|row| row.key.as_str()))?;
                Some(format!("write the keys of {} below, such as `{key}:`", mapping.what))
            }
            Entries::Chosen(_) => Some("write `key: value` lines below".to_owned()),
        }
    }

    fn instead_of_a_list(&self) -> Option<String> {
        let wants_mapping = self.has(Kind::Mapping);
        let hint = if wants_mapping {
            "write `key: value` lines, without dashes"
        } else {
            "write one value, without a dash"
        };
        Some(hint.to_owned())
    }

    fn instead_of_a_mapping(&self, map: &Map) -> Option<String> {
        if self.has(Kind::Array) {
            return Some("write a list: one item a line, each after `- `".to_owned());
        }
        let is_item = self.place.is_item() && map.len() == 1 && self.has(Kind::String);
        let or_mapping = self
            .place
            .row
            .is_some_and(|row| row.is.forms().any(|form| matches!(form.entries, Some(Entries::Chosen(_)))));
        match (is_item, or_mapping) {
            (true, true) => Some("write `KEY=value` after the dash, or leave the dashes out".to_owned()),
            (true, false) => Some("a colon with a space makes a mapping: put the item in quotes".to_owned()),
            (false, _) => None,
        }
    }

    /// The kinds that fit, in words.
    fn kinds(&self) -> String {
        let kinds: Vec<&str> =
            self.is.forms().flat_map(|form| &form.kinds).copied().map(with_article).collect();
        match kinds.as_slice() {
            [] => "remove it".to_owned(),
            [only] => format!("write {only}"),
            [first @ .., last] => format!("write {} or {last}", first.join(", ")),
        }
    }
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
    let is_plain = |text: &String| {
        text.len() <= SHOWN && text.chars().all(|char| char.is_alphanumeric() || "._-/".contains(char))
    };
    match written(node).filter(is_plain) {
        Some(text) => format!("write a list: `[{text}]`"),
        None => "write a list: one item a line, each after `- `".to_owned(),
    }
}
