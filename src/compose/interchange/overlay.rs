//! What one document says that another does not, by path, and how that is laid on again.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use crate::source::path::{ComposePath, Step};

/// What has to be laid on `have` so that it is `wanted`, as deep down as possible.
pub(super) fn difference(have: &Json, wanted: &Json) -> BTreeMap<ComposePath, Json> {
    let mut found = BTreeMap::new();
    compare(have, wanted, &mut ComposePath::root(), &mut found);
    found
}

fn compare(have: &Json, wanted: &Json, path: &mut ComposePath, found: &mut BTreeMap<ComposePath, Json>) {
    match (have, wanted) {
        (Json::Object(a), Json::Object(b)) if a.keys().all(|key| b.contains_key(key)) => {
            for (key, wanted) in b {
                path.push_key(key);
                match a.get(key) {
                    Some(have) => compare(have, wanted, path, found),
                    None => drop(found.insert(path.clone(), wanted.clone())),
                }
                path.pop();
            }
        }
        (Json::Array(a), Json::Array(b)) if a.len() == b.len() => {
            for (index, (have, wanted)) in a.iter().zip(b).enumerate() {
                path.push_index(index);
                compare(have, wanted, path, found);
                path.pop();
            }
        }
        (have, wanted) if have == wanted => {}
        (_, wanted) => drop(found.insert(path.clone(), wanted.clone())),
    }
}

/// Puts values where they belong; what belongs to something that is gone is gone too.
pub(super) fn lay(document: &mut Json, values: &BTreeMap<ComposePath, Json>) {
    for (path, value) in values {
        put(document, path.steps(), value);
    }
}

fn put(at: &mut Json, steps: &[Step], value: &Json) {
    let Some((step, rest)) = steps.split_first() else {
        value.clone_into(at);
        return;
    };
    let below = match (step, at) {
        (Step::Key(key), Json::Object(map)) if rest.is_empty() => Some(map.entry(key).or_insert(Json::Null)),
        (Step::Key(key), Json::Object(map)) => map.get_mut(key),
        (Step::Index(index), Json::Array(items)) => items.get_mut(*index),
        _ => None,
    };
    if let Some(below) = below {
        put(below, rest, value);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value as Json, json};

    use super::{difference, lay};

    #[test]
    fn a_difference_that_is_laid_on_makes_both_equal() {
        let rows = [
            (json!({}), json!({ "a": { "b": 0 } }), 1),
            (json!({ "a": { "b": 1 } }), json!({ "a": { "b": 1, "c": null, "d": [] } }), 2),
            (json!({ "a": { "b": 1, "c": 2 } }), json!({ "a": { "b": 1 } }), 1),
            (json!({ "a": [{ "b": 1 }, {}] }), json!({ "a": [{ "b": 1 }, { "b": 2 }] }), 1),
            (json!({ "a": [1] }), json!({ "a": [1, 2] }), 1),
            (json!(1), json!({ "a": 1 }), 1),
            (json!({ "a": false }), json!({ "a": false }), 0),
        ];
        for (have, wanted, size) in rows {
            let found = difference(&have, &wanted);
            assert_eq!(found.len(), size, "{wanted}");
            let mut laid = have.clone();
            lay(&mut laid, &found);
            assert_eq!(laid, wanted);
        }
    }

    #[test]
    fn what_belongs_to_nothing_is_left_out() {
        let found =
            difference(&json!({ "a": {}, "l": [{}] }), &json!({ "a": { "b": 1 }, "l": [{ "c": 1 }] }));
        let mut other: Json = json!({ "l": [] });
        lay(&mut other, &found);
        assert_eq!(other, json!({ "l": [] }));
    }
}
