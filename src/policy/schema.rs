//! The JSON schema of `cutover.yaml`, made from the table of settings.

use serde_json::{Map, Value, json};

use crate::policy::settings::{Form, PROJECT, SERVICE, Setting};

/// The schema.
#[must_use]
pub fn schema() -> Value {
    let mut project = properties(PROJECT);
    let mut of_services = object(properties(SERVICE));
    of_services["description"] = json!("settings of one service, over those of the project");
    project.insert(
        "services".to_owned(),
        json!({ "description": "settings by the name of a service", "type": ["object", "null"], "additionalProperties": of_services }),
    );
    let mut schema = Map::new();
    schema.insert("$schema".to_owned(), json!("https://json-schema.org/draft/2020-12/schema"));
    schema.insert("title".to_owned(), json!("cutover.yaml"));
    schema.insert("description".to_owned(), json!("What Compose cannot say about a move to Kubernetes"));
    if let Value::Object(rest) = object(project) {
        schema.extend(rest);
    }
    Value::Object(schema)
}

fn object(properties: Map<String, Value>) -> Value {
    json!({ "type": ["object", "null"], "additionalProperties": false, "properties": properties })
}

fn properties<T>(table: &[Setting<T>]) -> Map<String, Value> {
    let mut properties = Map::new();
    for setting in table {
        let mut value = form(setting.form);
        value["description"] = json!(setting.does);
        match setting.key.split_once('.') {
            None => {
                properties.insert(setting.key.to_owned(), value);
            }
            Some((outer, inner)) => {
                let outer = properties.entry(outer).or_insert_with(|| object(Map::new()));
                outer["properties"][inner] = value;
            }
        }
    }
    properties
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
