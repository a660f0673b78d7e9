//! YAML text of values.

/// YAML.
#[must_use]
pub fn yaml(v: &serde_json::Value) -> String { v.to_string() }
