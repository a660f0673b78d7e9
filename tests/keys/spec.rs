//! What the key table and a JSON schema have in common, unfolded into one tree: to compare them line by line, and to
//! generate documents from either.

use std::collections::{BTreeMap, BTreeSet};

use cutover::mapping::keys::Keys;
use cutover::mapping::shape::{Entries as TableEntries, Form as TableForm, Kind, Mapping, Others, Type};
use serde_json::Value;

/// What may stand at one place.
#[derive(Clone, Debug)]
pub(super) struct Spec {
    pub(super) forms: Vec<Form>,
}

/// One form of a value.
#[derive(Clone, Debug, Default)]
pub(super) struct Form {
    /// Words of JSON schema.
    pub(super) kinds: BTreeSet<String>,
    pub(super) one_of: Vec<String>,
    pub(super) pattern: Option<String>,
    pub(super) from: Option<i64>,
    pub(super) to: Option<i64>,
    pub(super) items: Option<Box<Spec>>,
    pub(super) unique: bool,
    pub(super) entries: Option<Entries>,
}

/// What a mapping holds.
#[derive(Clone, Debug, Default)]
pub(super) struct Entries {
    pub(super) rows: BTreeMap<String, Spec>,
    /// Keys newer than the published schema.
    pub(super) newer: BTreeSet<String>,
    pub(super) chosen: Option<(String, Box<Spec>)>,
    pub(super) extensions: bool,
    pub(super) closed: bool,
    pub(super) needs: Vec<String>,
    pub(super) needs_one_of: Vec<String>,
}

impl Spec {
    /// The tree of the key table.
    pub(super) fn of_table(keys: &Keys) -> Self {
        Self::of_type(keys.root())
    }

    fn of_type(is: &Type) -> Self {
        Self { forms: is.forms().map(Form::of_table).collect() }
    }

    /// The tree of a JSON schema.
    pub(super) fn of_schema(root: &Value) -> Self {
        Self { forms: forms_of_schema(root, root) }
    }

    /// One line for each place: its path, and all that may stand there.
    pub(super) fn lines(&self) -> BTreeSet<String> {
        let mut lines = BTreeSet::new();
        self.collect("", &mut lines);
        lines
    }

    fn collect(&self, path: &str, lines: &mut BTreeSet<String>) {
        for form in &self.forms {
            if let Some(items) = &form.items {
                items.collect(&format!("{path}.[]"), lines);
            }
            let Some(entries) = &form.entries else { continue };
            for (key, spec) in &entries.rows {
                spec.collect(&format!("{path}.{key}"), lines);
            }
            if let Some((_, spec)) = &entries.chosen {
                spec.collect(&format!("{path}.*"), lines);
            }
        }
        let forms: Vec<String> = self.forms.iter().map(Form::line).collect();
        lines.insert(format!("{} {}", path.trim_start_matches('.'), forms.join(" | ")));
    }
}

impl Form {
    fn of_table(form: &TableForm) -> Self {
        let word = |kind: Kind| if kind == Kind::Mapping { "object" } else { kind.as_str() };
        Self {
            kinds: form.kinds.iter().map(|kind| word(kind).to_owned()).collect(),
            one_of: form.one_of.clone(),
            pattern: form.pattern.as_ref().map(|pattern| pattern.text.to_owned()),
            from: form.from,
            to: form.to,
            items: form.items.as_ref().map(|items| Box::new(Spec::of_type(&items.of))),
            unique: form.items.as_ref().is_some_and(|items| items.unique),
            entries: form.entries.as_ref().map(Entries::of_table),
        }
    }

    fn line(&self) -> String {
        let kinds: Vec<&str> = self.kinds.iter().map(String::as_str).collect();
        let mut line = kinds.join(",");
        if !self.one_of.is_empty() {
            line += &format!(" of {:?}", self.one_of);
        }
        if let Some(pattern) = &self.pattern {
            line += &format!(" like {pattern}");
        }
        if self.from.is_some() || self.to.is_some() {
            line += &format!(" from {:?} to {:?}", self.from, self.to);
        }
        if self.unique {
            line += " unique";
        }
        if let Some(entries) = &self.entries {
            let chosen = entries.chosen.as_ref().map(|(pattern, _)| pattern);
            let Entries { closed, extensions, needs, needs_one_of, .. } = entries;
            line +=
                &format!(" closed {closed} x- {extensions} needs {needs:?} {needs_one_of:?} by {chosen:?}");
        }
        line
    }
}

impl Entries {
    fn of_table(entries: &TableEntries) -> Self {
        match entries {
            TableEntries::Known(mapping) => Self::of_mapping(mapping),
            TableEntries::Chosen(chosen) => Self {
                chosen: Some((chosen.pattern.text.to_owned(), Box::new(Spec::of_type(&chosen.of)))),
                closed: chosen.closed,
                ..Self::default()
            },
        }
    }

    fn of_mapping(mapping: &Mapping) -> Self {
        let newer = mapping.rows().filter(|row| row.since.is_some());
        Self {
            rows: mapping.rows().map(|row| (row.key.clone(), Spec::of_type(&row.is))).collect(),
            newer: newer.map(|row| row.key.clone()).collect(),
            chosen: None,
            extensions: mapping.others == Others::Extensions,
            closed: mapping.others != Others::Free,
            needs: mapping.needs.clone(),
            needs_one_of: mapping.needs_one_of.clone(),
        }
    }

    /// What a schema says of mappings: `allOf` adds layers to it.
    fn of_schema(root: &Value, schema: &Value) -> Self {
        let mut entries = Self::default();
        for layer in schema["allOf"].as_array().into_iter().flatten() {
            let layer = Self::of_schema(root, resolve(root, layer));
            entries.rows.extend(layer.rows);
            entries.extensions |= layer.extensions;
        }
        for (key, inner) in schema["properties"].as_object().into_iter().flatten() {
            entries.rows.insert(key.clone(), Spec { forms: forms_of_schema(root, inner) });
        }
        for (pattern, inner) in schema["patternProperties"].as_object().into_iter().flatten() {
            if pattern == "^x-" {
                entries.extensions = true;
            } else {
                let spec = Spec { forms: forms_of_schema(root, inner) };
                entries.chosen = Some((pattern.clone(), Box::new(spec)));
            }
        }
        let is_false = |word: &str| schema[word] == Value::Bool(false);
        entries.closed = is_false("additionalProperties") || is_false("unevaluatedProperties");
        entries.needs = strings(&schema["required"]);
        let either = schema["anyOf"].as_array().into_iter().flatten();
        entries.needs_one_of = either.flat_map(|one| strings(&one["required"])).collect();
        if entries.rows.is_empty() && entries.chosen.is_none() && !entries.closed {
            entries.chosen =
                Some(("^.+$".to_owned(), Box::new(Spec { forms: forms_of_schema(root, &Value::Null) })));
        }
        entries
    }
}

fn forms_of_schema(root: &Value, schema: &Value) -> Vec<Form> {
    let schema = resolve(root, schema);
    if let Some(forms) = schema["oneOf"].as_array() {
        return forms.iter().flat_map(|form| forms_of_schema(root, form)).collect();
    }
    let kinds = schema["type"].as_str().map(|kind| vec![kind.to_owned()]);
    let kinds = kinds.unwrap_or_else(|| strings(&schema["type"]));
    let mut kinds: BTreeSet<String> = kinds.into_iter().collect();
    if kinds.is_empty() {
        let is_mapping = schema.get("allOf").is_some() || schema.get("properties").is_some();
        if !is_mapping {
            let all = Kind::ALL.iter().map(|kind| kind.as_str().replace("mapping", "object"));
            return vec![Form { kinds: all.collect(), ..Form::default() }];
        }
        kinds.insert("object".to_owned());
    }
    let items = kinds.contains("array").then(|| Spec { forms: forms_of_schema(root, &schema["items"]) });
    vec![Form {
        one_of: strings(&schema["enum"]),
        pattern: schema["pattern"].as_str().map(str::to_owned),
        from: schema["minimum"].as_i64(),
        to: schema["maximum"].as_i64(),
        items: items.map(Box::new),
        unique: schema["uniqueItems"] == Value::Bool(true),
        entries: kinds.contains("object").then(|| Entries::of_schema(root, schema)),
        kinds,
    }]
}

fn resolve<'a>(root: &'a Value, schema: &'a Value) -> &'a Value {
    match schema["$ref"].as_str() {
        Some(place) => {
            root.pointer(place.trim_start_matches('#')).expect("references stay inside the schema")
        }
        None => schema,
    }
}

fn strings(list: &Value) -> Vec<String> {
    list.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}
