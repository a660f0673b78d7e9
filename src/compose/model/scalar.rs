//! The simple fields: text, numbers, sizes, durations, lists of them.

#![allow(clippy::wildcard_enum_match_arm, reason = "YAML has these kinds of values and no others")]

use indexmap::IndexMap;
use serde_json::{Map as JsonMap, Value as Json};

use crate::compose::grammar::duration::{self, Duration};
use crate::compose::grammar::{number, size};
use crate::compose::interpolate::boolean;
use crate::compose::model::field::{Field, Form, Reader, entries, float_json};
use crate::compose::spell::spell;
use crate::finding::Finding;
use crate::source::node::{Node, Value};

impl Field for String {
    fn read(node: &Node, reader: &mut Reader<'_>) -> Self {
        match &node.value {
            Value::Text(text) => text.clone(),
            Value::Int(number) => number.to_string(),
            _ => {
                reader.refuse_type(node, "string");
                Self::new()
            }
        }
    }

    fn is_omitted(&self, _form: Form) -> bool {
        String::is_empty(self)
    }

    fn json(&self, _form: Form) -> Json {
        Json::String(self.clone())
    }
}

impl Field for bool {
    fn read(node: &Node, reader: &mut Reader<'_>) -> Self {
        match &node.value {
            Value::Bool(value) => *value,
            Value::Text(text) => boolean(text).unwrap_or_else(|problem| {
                reader.refuse(node, &problem, "write `true` or `false`");
                false
            }),
            _ => {
                reader.refuse_type(node, "bool");
                false
            }
        }
    }

    fn is_omitted(&self, _form: Form) -> bool {
        !*self
    }

    fn json(&self, _form: Form) -> Json {
        Json::Bool(*self)
    }
}

#[allow(clippy::cast_possible_truncation, reason = "the reference cuts fractions off")]
fn integer(node: &Node, reader: &mut Reader<'_>, kind: &str) -> i64 {
    match &node.value {
        Value::Int(value) => *value,
        Value::Uint(value) => i64::try_from(*value).unwrap_or(i64::MAX),
        Value::Float(value) => *value as i64,
        Value::Text(text) => number::integer(text, "ParseInt").unwrap_or_else(|problem| {
            reader.refuse(node, &problem, "write a whole number");
            0
        }),
        _ => {
            reader.refuse_type(node, kind);
            0
        }
    }
}

impl Field for i64 {
    fn read(node: &Node, reader: &mut Reader<'_>) -> Self {
        integer(node, reader, "int64")
    }

    fn is_omitted(&self, _form: Form) -> bool {
        *self == 0
    }

    fn json(&self, _form: Form) -> Json {
        Json::from(*self)
    }
}

/// Numbers without a sign; unlike the others they are never read from text.
macro_rules! unsigned {
    ($($type:ty = $name:literal),*) => { $(
        impl Field for $type {
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "as the reference does")]
            fn read(node: &Node, reader: &mut Reader<'_>) -> Self {
                if node.as_text().is_some() {
                    reader.refuse_type(node, concat!("uint", $name));
                    return 0;
                }
                let value = integer(node, reader, "uint64");
                if value < 0 {
                    let problem = format!("cannot parse value, {value} overflows uint");
                    reader.refuse(node, &problem, "write a number from 0 on");
                    return 0;
                }
                // A number that is too large loses its upper bits, as it does in the reference.
                value as $type
            }

            fn is_omitted(&self, _form: Form) -> bool {
                *self == 0
            }

            fn json(&self, _form: Form) -> Json {
                Json::from(*self)
            }
        }
    )* };
}
unsigned!(u16 = "16", u32 = "32", u64 = "64");

/// A number with a fraction, such as a count of processors.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Number(pub f64);

impl Number {
    /// The number in thousandths, rounded up, as Kubernetes counts processors.
    #[must_use]
    #[allow(clippy::cast_possible_truncation, reason = "processor counts are far below the limit")]
    pub fn thousandths(self) -> i64 {
        (self.0 * 1000.0 - 1e-9).ceil() as i64
    }
}

impl Field for Number {
    #[allow(clippy::cast_precision_loss, reason = "processor counts are far below the limit")]
    fn read(node: &Node, reader: &mut Reader<'_>) -> Self {
        match &node.value {
            Value::Int(value) => Self(*value as f64),
            Value::Uint(value) => Self(*value as f64),
            Value::Float(value) => Self(*value),
            Value::Text(text) => Self(number::float(text).unwrap_or_else(|problem| {
                reader.refuse(node, &problem, "write a number");
                0.0
            })),
            _ => {
                reader.refuse_type(node, "float32");
                Self(0.0)
            }
        }
    }

    fn is_omitted(&self, _form: Form) -> bool {
        self.0 == 0.0
    }

    /// Printed with the precision that Docker Compose keeps.
    #[allow(clippy::cast_possible_truncation, reason = "the reference keeps 32 bits")]
    fn json(&self, form: Form) -> Json {
        if form == Form::Exact {
            return float_json(self.0);
        }
        float_json((self.0 as f32).to_string().parse().unwrap_or(self.0))
    }
}

/// A count of bytes; negative where Compose uses that for "no limit".
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Bytes(pub i64);

impl Field for Bytes {
    fn read(node: &Node, reader: &mut Reader<'_>) -> Self {
        match &node.value {
            Value::Int(value) => Self(*value),
            Value::Text(text) => Self(size::parse(text).unwrap_or_else(|problem| {
                let help =
                    "sizes are whole or broken numbers with b, k, m, g, t or p, such as `512m` or `1.5g`";
                reader.refuse(node, &problem, help);
                0
            })),
            Value::Float(value) => {
                let title = format!(
                    "{}: the size {value} becomes 0 in Docker Compose: there is no limit",
                    reader.path()
                );
                let finding = Finding::error("lost-size", title)
                    .at(node.span, "a number with a fraction or an exponent is not read")
                    .help("put it in quotes or write it with a unit, such as `\"1.5g\"`");
                reader.tell(finding);
                Self(0)
            }
            _ => Self(0),
        }
    }

    fn is_omitted(&self, _form: Form) -> bool {
        self.0 == 0
    }

    fn json(&self, _form: Form) -> Json {
        Json::String(self.0.to_string())
    }
}

impl Field for Duration {
    fn read(node: &Node, reader: &mut Reader<'_>) -> Self {
        let text = spell(node);
        match duration::parse(&text) {
            Ok(value) => {
                if value.nanoseconds() < 0 {
                    let title = format!("{}: the duration {text} is negative", reader.path());
                    let finding = Finding::error("negative-duration", title)
                        .at(node.span, "Docker Compose accepts this, the engine does not")
                        .help("write a duration from 0s on");
                    reader.tell(finding);
                }
                value
            }
            Err(problem) => {
                let help = "durations are numbers with ns, us, ms, s, m, h, d or w, such as `1m30s`";
                reader.refuse(node, &problem, help);
                Self::default()
            }
        }
    }

    fn is_omitted(&self, _form: Form) -> bool {
        self.nanoseconds() == 0
    }

    fn json(&self, _form: Form) -> Json {
        Json::String(self.to_string())
    }
}

impl<T: Field> Field for Option<T> {
    fn read(node: &Node, reader: &mut Reader<'_>) -> Self {
        Some(T::read(node, reader))
    }

    fn is_omitted(&self, _form: Form) -> bool {
        self.is_none()
    }

    fn json(&self, form: Form) -> Json {
        self.as_ref().map_or(Json::Null, |value| value.json(form))
    }
}

impl<T: Field> Field for Vec<T> {
    fn read(node: &Node, reader: &mut Reader<'_>) -> Self {
        match &node.value {
            Value::List(items) => {
                items.iter().enumerate().map(|(index, item)| reader.item(index, item)).collect()
            }
            Value::Text(_) => vec![T::read(node, reader)],
            _ => {
                reader.refuse(
                    node,
                    "source data must be an array or slice",
                    "write a list: one item a line, each after `- `",
                );
                Self::new()
            }
        }
    }

    fn is_omitted(&self, _form: Form) -> bool {
        Vec::is_empty(self)
    }

    fn json(&self, form: Form) -> Json {
        Json::Array(self.iter().map(|item| item.json(form)).collect())
    }
}

impl<T: Field> Field for IndexMap<String, T> {
    fn read(node: &Node, reader: &mut Reader<'_>) -> Self {
        match node.as_map() {
            Some(map) => entries(map).map(|(key, node)| (key.to_owned(), reader.entry(key, &node))).collect(),
            None => {
                reader.refuse(node, "expected a map", "write `key: value` lines below, indented");
                Self::new()
            }
        }
    }

    fn is_omitted(&self, _form: Form) -> bool {
        IndexMap::is_empty(self)
    }

    fn json(&self, form: Form) -> Json {
        let mut sorted: Vec<_> = self.iter().map(|(key, value)| (key.clone(), value.json(form))).collect();
        sorted.sort_by(|a, b| a.0.cmp(&b.0));
        Json::Object(sorted.into_iter().collect::<JsonMap<_, _>>())
    }
}

/// Texts and numbers, kept as text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Spelled(pub Vec<String>);

impl Field for Spelled {
    fn read(node: &Node, _reader: &mut Reader<'_>) -> Self {
        match &node.value {
            Value::List(items) => Self(items.iter().map(spell).collect()),
            _ => Self(vec![spell(node)]),
        }
    }

    fn is_omitted(&self, _form: Form) -> bool {
        self.0.is_empty()
    }

    fn json(&self, form: Form) -> Json {
        self.0.json(form)
    }
}
