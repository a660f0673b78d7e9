//! Values as text, the way Go's `fmt.Sprint` spells them: where Compose wants text and the file has something else.

#![allow(clippy::wildcard_enum_match_arm, reason = "YAML has these kinds of values and no others")]

use crate::source::node::{Node, Value};
use crate::source::scalar::go_text;

/// The text of a value. A list is `[a b]`, a mapping `map[key:value]` with sorted keys, null `<nil>`.
#[must_use]
pub fn spell(node: &Node) -> String {
    match &node.value {
        Value::Null => "<nil>".to_owned(),
        Value::List(items) => {
            let words: Vec<String> = items.iter().map(spell).collect();
            format!("[{}]", words.join(" "))
        }
        Value::Map(map) => {
            let mut words: Vec<String> =
                map.iter().map(|(key, entry)| format!("{key}:{}", spell(&entry.node))).collect();
            words.sort();
            format!("map[{}]", words.join(" "))
        }
        scalar => go_text(scalar).unwrap_or_default(),
    }
}
