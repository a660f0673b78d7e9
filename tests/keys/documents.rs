//! Documents that set each key in each way: each form as small as it can be, and many values that may be wrong.

use serde_json::{Map, Value, json};

use crate::keys::spec::{Entries, Form, Spec};

/// All documents of a tree.
pub(super) fn documents(spec: &Spec) -> Vec<Value> {
    let mut found = Vec::new();
    spec.documents(&|value| value, &mut found);
    found
}

/// Values to try everywhere.
fn trials() -> Vec<Value> {
    vec![
        json!(null),
        json!(true),
        json!(0),
        json!(5),
        json!(-1),
        json!(2.0),
        json!(1.5),
        json!(1e300),
        json!(""),
        json!("x"),
        json!("30s"),
        json!("xx\n"),
        json!([]),
        json!(["x"]),
        json!(["x", "x"]),
        json!(["x", "y"]),
        json!([5]),
        json!([1, 1.0]),
        json!([true]),
        json!([null]),
        json!([[]]),
        json!([{}]),
        json!([{ "x": "y" }]),
        json!({}),
        json!({ "x": null }),
        json!({ "x": true }),
        json!({ "x": 1.5 }),
        json!({ "x": "y" }),
        json!({ "x": [] }),
        json!({ "x": ["y", "y"] }),
        json!({ "x": {} }),
        json!({ "x": { "y": "z" } }),
        json!({ "": "x" }),
        json!({ "a b": [] }),
        json!({ "A.b_c-9": [] }),
        json!({ "x-y": [] }),
    ]
}

impl Spec {
    /// The smallest value that fits.
    fn smallest(&self) -> Value {
        self.forms.first().and_then(Form::smallest).expect("each type has a form with a kind")
    }

    fn documents(&self, within: &dyn Fn(Value) -> Value, found: &mut Vec<Value>) {
        found.extend(trials().into_iter().map(within));
        for form in &self.forms {
            found.extend(form.values().into_iter().map(within));
            if let Some(items) = &form.items {
                items.documents(&|value| within(json!([value])), found);
            }
            if let Some(entries) = &form.entries {
                entries.documents(within, found);
            }
        }
    }
}

impl Form {
    fn smallest(&self) -> Option<Value> {
        self.values().into_iter().next()
    }

    /// Values of each kind, and those at the edges of what is allowed.
    fn values(&self) -> Vec<Value> {
        let mut values: Vec<Value> = self.kinds.iter().map(|kind| self.value(kind)).collect();
        for word in &self.one_of {
            values.extend([json!(word), json!(format!("{word}x")), json!(word.to_uppercase())]);
        }
        for edge in [self.from, self.to].into_iter().flatten() {
            values.extend([json!(edge - 1), json!(edge), json!(edge + 1), json!(edge as f64 + 0.5)]);
        }
        values
    }

    fn value(&self, kind: &str) -> Value {
        match (kind, self.one_of.first(), self.pattern.as_deref()) {
            ("null", ..) => json!(null),
            ("boolean", ..) => json!(true),
            ("number", ..) => json!(1.5),
            ("integer", ..) => json!(self.from.unwrap_or(1)),
            ("string", Some(word), _) => json!(word),
            ("string", None, Some(pattern)) if pattern.contains("always") => json!("always"),
            ("string", ..) => json!("text"),
            ("array", ..) => json!([]),
            ("object", ..) => Value::Object(self.entries.as_ref().map(Entries::smallest).unwrap_or_default()),
            _ => panic!("{kind} is no kind of value"),
        }
    }
}

impl Entries {
    fn smallest(&self) -> Map<String, Value> {
        let needed = self.needs.iter().chain(self.needs_one_of.first());
        needed.filter_map(|key| Some((key.clone(), self.rows.get(key)?.smallest()))).collect()
    }

    fn documents(&self, within: &dyn Fn(Value) -> Value, found: &mut Vec<Value>) {
        let with = |key: &str, value: Value| {
            let mut map = self.smallest();
            map.insert(key.to_owned(), value);
            within(Value::Object(map))
        };
        found.push(with("x-mine", json!([{}])));
        found.push(with("nobody-knows-this", json!("x")));
        for key in self.needs.iter().chain(&self.needs_one_of) {
            let mut map = self.smallest();
            map.remove(key);
            found.push(within(Value::Object(map)));
        }
        for (key, spec) in &self.rows {
            spec.documents(&|value| with(key, value), found);
        }
        if let Some((_, spec)) = &self.chosen {
            for name in ["x", "A.b_c-9", "a b", "", "a\n"] {
                found.push(with(name, spec.smallest()));
                found.push(with(name, json!([[]])));
            }
            spec.documents(&|value| with("x", value), found);
        }
    }
}
