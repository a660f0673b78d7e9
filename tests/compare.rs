//! Two models, value by value, as Docker Compose and ours print them.

use serde_json::Value;

/// Names each place where two models differ; the order of keys does not count, the order of lists does.
pub(crate) fn compare(path: &str, theirs: &Value, ours: &Value, found: &mut Vec<String>) {
    match (theirs, ours) {
        (Value::Object(theirs), Value::Object(ours)) => {
            for (key, value) in theirs {
                match ours.get(key) {
                    Some(other) => compare(&format!("{path}/{key}"), value, other, found),
                    None => found.push(format!("{path}/{key}: missing, expected {value}")),
                }
            }
            let surplus = ours.iter().filter(|(key, _)| !theirs.contains_key(*key));
            found.extend(surplus.map(|(key, value)| format!("{path}/{key}: unexpected {value}")));
        }
        (Value::Array(theirs), Value::Array(ours)) if theirs.len() == ours.len() => {
            for (index, (value, other)) in theirs.iter().zip(ours).enumerate() {
                compare(&format!("{path}/{index}"), value, other, found);
            }
        }
        _ if theirs == ours => {}
        (Value::Number(number), Value::Number(other)) if number.is_f64() || other.is_f64() => {
            if number.as_f64() != other.as_f64() {
                found.push(format!("{path}: expected {theirs}, got {ours}"));
            }
        }
        _ => found.push(format!("{path}: expected {theirs}, got {ours}")),
    }
}

/// Brings `build.ssh` of services and jobs into the form that can be read again: Docker Compose prints the keys in the order of a
/// Go map, and a key with a path as `ID: PATH`, which it refuses to read; ours prints `ID=PATH`, sorted.
pub(crate) fn settle_ssh(model: &mut Value) {
    let sections = model.as_object_mut().into_iter().flat_map(|model| model.iter_mut());
    let containers = sections.filter(|(section, _)| matches!(section.as_str(), "services" | "jobs"));
    let containers = containers.filter_map(|(_, section)| section.as_object_mut());
    for service in containers.flat_map(|section| section.values_mut()) {
        let Some(keys) = service.pointer_mut("/build/ssh").and_then(Value::as_array_mut) else { continue };
        for key in keys.iter_mut() {
            if let Some((id, path)) = key.as_str().and_then(|text| text.split_once(": ")) {
                *key = Value::String(format!("{id}={path}"));
            }
        }
        keys.sort_by_key(ToString::to_string);
    }
}

#[test]
fn keys_with_paths_are_compared_in_one_form() {
    let model = |keys: [&str; 2]| serde_json::json!({"services": {"a": {"build": {"ssh": keys}}}});
    let (mut theirs, mut ours) = (model(["k: /x", "a: /y"]), model(["a=/y", "k=/x"]));
    settle_ssh(&mut theirs);
    settle_ssh(&mut ours);
    let mut found = Vec::new();
    compare("", &theirs, &ours, &mut found);
    assert_eq!(found, Vec::<String>::new());
    let mut other = model(["a=/z", "k=/x"]);
    settle_ssh(&mut other);
    compare("", &theirs, &other, &mut found);
    assert_eq!(found, ["/services/a/build/ssh/0: expected \"a=/y\", got \"a=/z\""]);
}
