//! Judges a tree against the key table, as Docker Compose judges it against its JSON schema.
//!
//! In: a tree after interpolation and merging, and the [`Keys`]. Out: a [`Finding`] for each problem, all of them in one
//! run, each at its place. The title is what Docker Compose prints if this is the only problem in the file, except for
//! the file's name in front and the space before a message about the top level.
//!
//! The walk follows the table, not the tree, so its depth is that of the table, and nothing is allocated for what is in
//! order.

pub(crate) mod advice;
mod place;
mod problem;
mod quote;
mod repeat;
pub(crate) mod unknown;

use crate::compose::schema::place::Place;
use crate::compose::schema::problem::{Problem, Report};
use crate::compose::schema::repeat::repeats;
use crate::finding::Finding;
use crate::mapping::keys::Keys;
use crate::mapping::shape::{Chosen, Entries, Form, Items, Kind, Mapping, Type};
use crate::source::node::{Map, Node, Value};

/// Everything that Docker Compose's schema refuses in a tree, in the order in which it stands there.
#[must_use]
pub fn validate(tree: &Node, keys: &Keys) -> Vec<Finding> {
    let mut judge = Judge { report: Report::new(keys) };
    judge.value(&Place::root(tree), keys.root());
    judge.report.into_findings()
}

struct Judge<'a> {
    report: Report<'a>,
}

impl<'a> Judge<'a> {
    fn value(&mut self, place: &Place<'_>, is: &Type) {
        let Some((position, form)) = is.forms().enumerate().find(|(_, form)| allows(form, &place.node.value))
        else {
            self.report.add(place, Problem::WrongType(is), None);
            return self.unseen(place.node);
        };
        // When a value fits a later form but for one thing, Docker Compose tries all forms and prints the complaint of
        // the first one, unless the thing lies deeper than the value itself.
        let printed = (position > 0).then(|| is.first());
        match &place.node.value {
            Value::Text(text) | Value::Time(text) => self.string(place, form, text, printed),
            Value::Int(_) | Value::Uint(_) | Value::Float(_) => self.number(place, form, printed),
            Value::List(list) => match &form.items {
                Some(items) => self.list(place, items, list, printed),
                None => self.unseen(place.node),
            },
            Value::Map(map) => match &form.entries {
                Some(Entries::Known(mapping)) => {
                    self.mapping(&place.judged_as(mapping), mapping, map, printed)
                }
                Some(Entries::Chosen(chosen)) => self.chosen(place, chosen, map),
                None => self.unseen(place.node),
            },
            Value::Null | Value::Bool(_) => {}
        }
    }

    fn string(&mut self, place: &Place<'_>, form: &Form, text: &str, printed: Option<&Form>) {
        if !form.one_of.is_empty() && !form.one_of.iter().any(|word| word == text) {
            self.report.add(place, Problem::NotOneOf(&form.one_of), printed);
        }
        if let Some(pattern) = form.pattern.as_ref().filter(|pattern| !pattern.matches(text)) {
            self.report.add(place, Problem::NoMatch(pattern, text), printed);
        }
    }

    fn number(&mut self, place: &Place<'_>, form: &Form, printed: Option<&Form>) {
        let Some(number) = as_number(&place.node.value) else { return };
        if !number.is_finite() {
            self.report.not_finite(place.node, number);
        }
        if let Some(least) = form.from.filter(|least| number < *least as f64) {
            self.report.add(place, Problem::Below(least), printed);
        }
        if let Some(most) = form.to.filter(|most| number > *most as f64) {
            self.report.add(place, Problem::Above(most), printed);
        }
    }

    fn list(&mut self, place: &Place<'_>, items: &Items, list: &[Node], printed: Option<&Form>) {
        if items.unique {
            for (first, second) in repeats(list) {
                self.report.add(place, Problem::Repeated(first, second), printed);
            }
        }
        for (index, node) in list.iter().enumerate() {
            self.value(&place.item(index, node), &items.of);
        }
    }

    fn mapping(&mut self, place: &Place<'_>, mapping: &Mapping, map: &Map, printed: Option<&Form>) {
        // A slip of the keyboard is told once, where it is.
        let missing: Vec<&str> = mapping.needs.iter().map(String::as_str).collect();
        let missing: Vec<&str> = missing
            .into_iter()
            .filter(|key| !map.contains(key) && unknown::slip(mapping, map, key).is_none())
            .collect();
        if !missing.is_empty() {
            self.report.add(place, Problem::Missing(&missing), printed);
        }
        if !mapping.needs_one_of.is_empty() && !mapping.needs_one_of.iter().any(|key| map.contains(key)) {
            self.report.add(place, Problem::MissingAll(&mapping.needs_one_of), printed);
        }
        for (key, entry) in map.iter() {
            match mapping.row(key) {
                Some(row) => self.value(&place.row(row, entry), &row.is),
                None => {
                    if !mapping.tolerates(key) {
                        self.report.add(place, Problem::UnknownKey(mapping, key, entry), None);
                    }
                    self.unseen(&entry.node);
                }
            }
        }
    }

    fn chosen(&mut self, place: &Place<'_>, chosen: &Chosen, map: &Map) {
        for (key, entry) in map.iter() {
            if chosen.pattern.matches(key) {
                self.value(&place.entry(key, entry), &chosen.of);
                continue;
            }
            if chosen.closed {
                self.report.add(place, Problem::BadName(&chosen.pattern, key, entry), None);
            }
            self.unseen(&entry.node);
        }
    }

    /// Looks at what the table does not look into. Docker Compose passes the whole tree through JSON, which has no
    /// infinity.
    fn unseen(&mut self, node: &Node) {
        let (mut next, mut left) = (Some(node), Vec::new());
        while let Some(node) = next {
            match &node.value {
                Value::Float(number) if !number.is_finite() => self.report.not_finite(node, *number),
                Value::List(items) => left.extend(items.iter().rev()),
                Value::Map(map) => {
                    let from = left.len();
                    left.extend(map.iter().map(|(_, entry)| &entry.node));
                    left.get_mut(from..).into_iter().for_each(<[_]>::reverse);
                }
                Value::Null
                | Value::Bool(_)
                | Value::Int(_)
                | Value::Uint(_)
                | Value::Float(_)
                | Value::Time(_)
                | Value::Text(_) => {}
            }
            next = left.pop();
        }
    }
}

/// Whether a form allows a value of this kind.
fn allows(form: &Form, value: &Value) -> bool {
    let kind = match value {
        Value::Null => Kind::Null,
        Value::Bool(_) => Kind::Boolean,
        Value::Int(_) | Value::Uint(_) => return allows_number(form, true),
        Value::Float(number) => return allows_number(form, number.fract() == 0.0),
        // JSON has no timestamps: the schema sees a string.
        Value::Time(_) | Value::Text(_) => Kind::String,
        Value::List(_) => Kind::Array,
        Value::Map(_) => Kind::Mapping,
    };
    form.kinds.contains(kind)
}

fn allows_number(form: &Form, is_whole: bool) -> bool {
    form.kinds.contains(Kind::Number) || is_whole && form.kinds.contains(Kind::Integer)
}

/// The number that JSON makes of a value. Docker Compose reads all numbers of its JSON as floating-point ones, so large
/// integers lose their last digits there too.
fn as_number(value: &Value) -> Option<f64> {
    match value {
        Value::Int(number) => Some(*number as f64),
        Value::Uint(number) => Some(*number as f64),
        Value::Float(number) => Some(*number),
        Value::Null | Value::Bool(_) | Value::Time(_) | Value::Text(_) | Value::List(_) | Value::Map(_) => {
            None
        }
    }
}
