//! The JSON schema of `cutover.yaml`, made from the table of settings.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::policy::settings::{Form, PROJECT, SERVICE, Setting};

/// The schema.
#[must_use]
pub fn schema() -> Value {
    let mut project = properties(PROJECT);
    let mut services = Map::new();
    services.insert("description".to_owned(), json!("settings by the name of a service"));
    services.insert("type".to_owned(), json!(["object", "null"]));
    services.insert("additionalProperties".to_owned(), Value::Object(object(properties(SERVICE))));
    project.insert("services".to_owned(), Value::Object(services));
    let mut schema = Map::new();
    schema.insert("$schema".to_owned(), json!("https://json-schema.org/draft/2020-12/schema"));
    schema.insert("title".to_owned(), json!("cutover.yaml"));
    schema.insert("description".to_owned(), json!("What Compose cannot say about a move to Kubernetes"));
    schema.extend(object(project));
    Value::Object(schema)
}

fn object(properties: Map<String, Value>) -> Map<String, Value> {
    let mut object = Map::new();
    object.insert("type".to_owned(), json!(["object", "null"]));
    object.insert("additionalProperties".to_owned(), json!(false));
    object.insert("properties".to_owned(), Value::Object(properties));
    object
}

fn properties<T>(table: &[Setting<T>]) -> Map<String, Value> {
    let mut properties = Map::new();
    let mut nested: BTreeMap<&str, Map<String, Value>> = BTreeMap::new();
    for setting in table {
        let value = described(form(setting.form), setting.does);
        match setting.key.split_once('.') {
            None => {
                properties.insert(setting.key.to_owned(), value);
            }
            Some((outer, inner)) => {
                nested.entry(outer).or_default().insert(inner.to_owned(), value);
            }
        }
    }
    for (outer, inner) in nested {
        properties.insert(outer.to_owned(), Value::Object(object(inner)));
    }
    properties
}

fn described(form: Value, does: &str) -> Value {
    let mut described = Map::new();
    described.insert("description".to_owned(), json!(does));
    described.extend(form.as_object().into_iter().flatten().map(|(key, value)| (key.clone(), value.clone())));
    Value::Object(described)
}

fn form(form: Form) -> Value {
    match form {
        Form::OneOf(words) => json!({ "enum": words }),
        Form::Text => json!({ "type": ["string", "number", "boolean"] }),
        Form::Texts => json!({ "type": ["array", "string"], "items": { "type": "string" } }),
        Form::Number => json!({ "type": "integer", "minimum": 0 }),
        Form::Quantity => json!({ "type": ["string", "number"] }),
        Form::Version => json!({ "type": ["string", "number"] }),
        Form::User => json!({ "type": ["string", "integer"] }),
        Form::Accept => json!({
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": false,
                "required": ["finding", "reason"],
                "properties": {
                    "finding": { "type": "string", "description": "the id of the finding" },
                    "reason": { "type": "string", "description": "why it is accepted" },
                    "service": { "type": "string", "description": "the service it is about; all if none is named" },
                    "until": { "type": "string", "description": "the last day on which it is accepted" }
                }
            }
        }),
    }
}
