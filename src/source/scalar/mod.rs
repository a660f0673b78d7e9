//! What the text of a YAML scalar means to Docker Compose, and how Go prints it again.
//!
//! In: the text of a scalar and its tag. Out: a [`Value`] as go-yaml v4 resolves it, which is YAML 1.2 with the octals,
//! binaries, underscores and dates of YAML 1.1 and without its `yes` and `no`; and back from a value to the text that
//! Go's `fmt.Sprint` and `encoding/json` give, which is what a container receives.

mod number;
mod timestamp;

use crate::source::node::Value;

pub use number::{go_float32, go_float64, json_float32, json_float64};
pub use timestamp::go_time;

/// The plain scalar that, as a key, merges another mapping; as a value go-yaml leaves it out.
pub const MERGE: &str = "<<";

/// Resolves a plain scalar without a tag. [`MERGE`] is text here: whether it merges depends on where it stands.
#[must_use]
pub fn resolve(text: &str) -> Value {
    resolve_as(text, Dates::Accepted)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Dates {
    Accepted,
    Ignored,
}

fn resolve_as(text: &str, dates: Dates) -> Value {
    let Some(first) = text.bytes().next() else { return Value::Null };
    let found = match first {
        b'~' | b'n' | b'N' | b't' | b'T' | b'f' | b'F' => word(text),
        b'.' => word(text).or_else(|| number::fraction(text).map(Value::Float)),
        b'0'..=b'9' | b'+' | b'-' => word(text)
            .or_else(|| timestamp::parse(text).filter(|_| dates == Dates::Accepted).map(Value::Time))
            .or_else(|| number::resolve(&text.replace('_', ""))),
        _ => None,
    };
    found.unwrap_or_else(|| Value::Text(text.to_owned()))
}

/// The scalars that are known by name.
fn word(text: &str) -> Option<Value> {
    Some(match text {
        "~" | "null" | "Null" | "NULL" => Value::Null,
        "true" | "True" | "TRUE" => Value::Bool(true),
        "false" | "False" | "FALSE" => Value::Bool(false),
        ".nan" | ".NaN" | ".NAN" => Value::Float(f64::NAN),
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => Value::Float(f64::INFINITY),
        "-.inf" | "-.Inf" | "-.INF" => Value::Float(f64::NEG_INFINITY),
        "-0" | "-0.0" => Value::Float(-0.0),
        _ => return None,
    })
}

/// Resolves a scalar with an explicit tag in its short form (`!!int`); a tag that YAML does not define makes it text.
///
/// # Errors
/// go-yaml's message, if the text cannot be what the tag says.
pub fn resolve_tagged(tag: &str, text: &str) -> Result<Value, String> {
    let dates = match tag {
        "!!binary" => {
            return base64(text)
                .map(|bytes| Value::Text(lossy(&bytes)))
                .ok_or_else(|| "!!binary value contains invalid base64 data".to_owned());
        }
        "!!timestamp" => Dates::Accepted,
        "!!null" | "!!bool" | "!!int" | "!!float" => Dates::Ignored,
        _ => return Ok(Value::Text(text.to_owned())),
    };
    let value = resolve_as(text, dates);
    match (tag, &value) {
        #[allow(clippy::cast_precision_loss, reason = "go-yaml converts in the same way")]
        ("!!float", Value::Int(number)) => Ok(Value::Float(*number as f64)),
        _ if tag_of(&value) == tag => Ok(value),
        _ => Err(format!("cannot construct {} `{text}` as a {tag}", tag_of(&value))),
    }
}

/// The short tag of what a value resolved to.
#[must_use]
pub fn tag_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "!!null",
        Value::Bool(_) => "!!bool",
        Value::Int(_) | Value::Uint(_) => "!!int",
        Value::Float(_) => "!!float",
        Value::Time(_) => "!!timestamp",
        Value::Text(_) => "!!str",
        Value::List(_) => "!!seq",
        Value::Map(_) => "!!map",
    }
}

/// What Go's `fmt.Sprint` prints for a scalar; nothing for a list or mapping.
#[must_use]
pub fn go_text(value: &Value) -> Option<String> {
    Some(match value {
        Value::Null => "<nil>".to_owned(),
        Value::Bool(truth) => truth.to_string(),
        Value::Int(number) => number.to_string(),
        Value::Uint(number) => number.to_string(),
        Value::Float(number) => go_float64(*number),
        Value::Time(time) => go_time(time),
        Value::Text(text) => text.clone(),
        Value::List(_) | Value::Map(_) => return None,
    })
}

/// What Go calls the type of a value, as error texts of the reference do.
#[must_use]
pub fn go_type(value: &Value) -> &'static str {
    match value {
        Value::Null => "<nil>",
        Value::Bool(_) => "bool",
        Value::Int(_) => "int",
        Value::Uint(_) => "uint64",
        Value::Float(_) => "float64",
        Value::Time(_) => "time.Time",
        Value::Text(_) => "string",
        Value::List(_) => "[]interface {}",
        Value::Map(_) => "map[string]interface {}",
    }
}

/// What a person calls the type of a value.
#[must_use]
pub fn kind_name(value: &Value) -> &'static str {
    match value {
        Value::Null => "nothing",
        Value::Bool(_) => "a boolean",
        Value::Int(_) | Value::Uint(_) => "a whole number",
        Value::Float(_) => "a number",
        Value::Time(_) => "a date",
        Value::Text(_) => "text",
        Value::List(_) => "a list",
        Value::Map(_) => "a mapping",
    }
}

/// Standard base64 with padding; line breaks are ignored, as Go's decoder does.
fn base64(text: &str) -> Option<Vec<u8>> {
    let digits: Vec<u8> = text.bytes().filter(|byte| !matches!(byte, b'\r' | b'\n')).collect();
    let padding = digits.iter().rev().take_while(|byte| **byte == b'=').count();
    let (groups, rest) = digits.as_chunks::<4>();
    if !rest.is_empty() || padding > 2 {
        return None;
    }
    let mut bytes = Vec::with_capacity(groups.len() * 3);
    for (position, group) in groups.iter().enumerate() {
        let missing = if position + 1 == groups.len() { padding } else { 0 };
        let bits = group.iter().enumerate().try_fold(0_u32, |bits, (place, digit)| {
            let value = if place + missing >= 4 { 0 } else { base64_digit(*digit)? };
            Some(bits << 6 | u32::from(value))
        })?;
        bytes.extend(bits.to_be_bytes().into_iter().skip(1).take(3 - missing));
    }
    Some(bytes)
}

fn base64_digit(digit: u8) -> Option<u8> {
    match digit {
        b'A'..=b'Z' => Some(digit - b'A'),
        b'a'..=b'z' => Some(digit - b'a' + 26),
        b'0'..=b'9' => Some(digit - b'0' + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    }
}

/// Text in which each byte that is not UTF-8 is replaced, as Go does when it writes JSON.
fn lossy(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        text.extend(chunk.invalid().iter().map(|_| char::REPLACEMENT_CHARACTER));
    }
    text
}
