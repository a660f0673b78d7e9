//! How the fields of the model are read from a canonical tree and printed again.
//!
//! A field's type decides everything: what it accepts, when it is left out, how it looks. [`record!`] makes a struct of
//! such fields, one line each, so that a key is stated once.

use std::borrow::Cow;

use indexmap::IndexMap;
use serde_json::{Map as JsonMap, Value as Json};

use crate::finding::Finding;
use crate::finding::suggest::list;
use crate::source::node::{Map, Node, Value};
use crate::source::path::ComposePath;
use crate::source::scalar::go_type;

/// Whom a value is printed for: Docker Compose prints some empty values as JSON that it leaves out of YAML.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// For YAML.
    Yaml,
    /// For JSON.
    Json,
    /// For reading the same value again: as YAML, but nothing is hidden, sorted or rounded.
    Exact,
}

/// Where reading stands, and what it has to say.
pub(crate) struct Reader<'a> {
    path: ComposePath,
    /// The place as Docker Compose's decoder spells it: `services[web].healthcheck.interval`.
    name: String,
    findings: &'a mut Vec<Finding>,
}

/// A value that can be read and printed.
pub(crate) trait Field: Sized + Default {
    /// Reads a value that is not null.
    fn read(node: &Node, reader: &mut Reader<'_>) -> Self;

    /// Whether it is left out where it is the value of a key.
    fn is_omitted(&self, form: Form) -> bool;

    /// The value as it is printed.
    fn json(&self, form: Form) -> Json;
}

impl<'a> Reader<'a> {
    pub(crate) fn new(findings: &'a mut Vec<Finding>) -> Self {
        Self { path: ComposePath::root(), name: String::new(), findings }
    }

    pub(crate) fn path(&self) -> &ComposePath {
        &self.path
    }

    /// Reads the value of a struct's field.
    pub(crate) fn field<T: Field>(&mut self, key: &str, node: &Node) -> T {
        let dot = if self.name.is_empty() { "" } else { "." };
        self.below([dot, key, ""], key, node)
    }

    /// Reads the value of a key that the user made up.
    pub(crate) fn entry<T: Field>(&mut self, key: &str, node: &Node) -> T {
        self.below(["[", key, "]"], key, node)
    }

    /// Reads a top-level section, whose keys are names that the user made up.
    pub(crate) fn section<T: Field>(&mut self, key: &str, map: &Map) -> IndexMap<String, T> {
        let length = self.name.len();
        self.name.push_str(key);
        self.path.push_key(key);
        let read = map.iter().map(|(name, entry)| (name.to_owned(), self.entry(name, &entry.node))).collect();
        self.path.pop();
        self.name.truncate(length);
        read
    }

    /// Reads an item of a list.
    pub(crate) fn item<T: Field>(&mut self, index: usize, node: &Node) -> T {
        let length = self.name.len();
        self.name.push_str(&format!("[{index}]"));
        self.path.push_index(index);
        let value = read_or_default(node, self);
        self.path.pop();
        self.name.truncate(length);
        value
    }

    fn below<T: Field>(&mut self, suffix: [&str; 3], key: &str, node: &Node) -> T {
        let length = self.name.len();
        self.name.extend(suffix);
        self.path.push_key(key);
        let value = read_or_default(node, self);
        self.path.pop();
        self.name.truncate(length);
        value
    }

    /// Tells that the value cannot be read, in the words of Docker Compose's decoder.
    pub(crate) fn refuse(&mut self, node: &Node, problem: &str, help: &str) {
        let mut finding =
            Finding::refused("bad-value", format!("'{}' {problem}", self.name)).at(node.span, "");
        let names: Vec<&str> =
            node.uses.iter().flat_map(|uses| uses.iter()).map(|variable| variable.name.as_str()).collect();
        if !names.is_empty() {
            finding = finding.because(format!("the value comes from {}", list(names)));
        }
        self.findings.push(if help.is_empty() { finding } else { finding.help(help) });
    }

    /// Tells that the value has the wrong type.
    pub(crate) fn refuse_type(&mut self, node: &Node, wanted: &str) {
        let problem = format!("expected type '{wanted}', got unconvertible type '{}'", go_type(&node.value));
        let is_scalar = !matches!(node.value, Value::Map(_) | Value::List(_));
        let help = match wanted {
            "string" if is_scalar => "put it in quotes",
            "string" => "write text",
            "bool" => "write `true` or `false`",
            _ => "write a number, without quotes",
        };
        self.refuse(node, &problem, help);
    }

    /// Tells something that does not stop the run.
    pub(crate) fn tell(&mut self, finding: Finding) {
        self.findings.push(finding);
    }
}

fn read_or_default<T: Field>(node: &Node, reader: &mut Reader<'_>) -> T {
    if node.is_null() { T::default() } else { T::read(node, reader) }
}

/// The key under which Docker Compose gathers the `x-` keys of a mapping. Where the keys are the user's own, as in
/// labels, that takes the entries away from them and leaves this one.
const GATHERED: &str = "#extensions";

/// The entries of a mapping whose keys the user makes up, with `x-` keys gathered as Docker Compose gathers them.
pub(crate) fn entries(map: &Map) -> impl Iterator<Item = (&str, Cow<'_, Node>)> {
    let is_extension = |key: &str| key.starts_with("x-");
    let own = map.iter().filter(move |(key, _)| !is_extension(key));
    let extensions = map.iter().filter(move |(key, _)| is_extension(key));
    let gathered: Map = extensions.map(|(key, entry)| (key.to_owned(), entry.clone())).collect();
    let first = gathered.iter().next().map(|(_, entry)| entry.node.span);
    let last = first.map(|span| (GATHERED, Cow::Owned(Node::new(Value::Map(gathered), span))));
    own.map(|(key, entry)| (key, Cow::Borrowed(&entry.node))).chain(last)
}

/// The `x-` keys of a mapping, kept as they are.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Extensions(pub IndexMap<String, Json>);

impl Extensions {
    pub(crate) fn of(map: &Map) -> Self {
        let own = map.iter().filter(|(key, _)| key.starts_with("x-"));
        Self(own.map(|(key, entry)| (key.to_owned(), to_json(&entry.node))).collect())
    }

    pub(crate) fn print(&self, out: &mut JsonMap<String, Json>) {
        out.extend(self.0.iter().map(|(key, value)| (key.clone(), value.clone())));
    }
}

/// A tree as JSON.
#[must_use]
pub fn to_json(node: &Node) -> Json {
    match &node.value {
        Value::Null => Json::Null,
        Value::Bool(value) => Json::Bool(*value),
        Value::Int(value) => Json::from(*value),
        Value::Uint(value) => Json::from(*value),
        Value::Float(value) => float_json(*value),
        Value::Time(text) | Value::Text(text) => Json::String(text.clone()),
        Value::List(items) => Json::Array(items.iter().map(to_json).collect()),
        Value::Map(map) => {
            Json::Object(map.iter().map(|(key, entry)| (key.to_owned(), to_json(&entry.node))).collect())
        }
    }
}

/// A number as JSON; a whole one without a fraction.
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "only whole numbers in range are cast"
)]
pub(crate) fn float_json(value: f64) -> Json {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    if value.fract() == 0.0 && value.abs() < EXACT {
        return Json::from(value as i64);
    }
    serde_json::Number::from_f64(value).map_or(Json::Null, Json::Number)
}

/// Makes a struct of fields: `name: Type = "key"` each. `beside` holds structs whose keys stand beside.
macro_rules! record {
    (
        $(#[$doc:meta])*
        pub struct $name:ident {
            $( $(#[$field_doc:meta])* $field:ident: $type:ty = $key:literal, )*
        }
        $( beside { $( $(#[$flat_doc:meta])* $flat:ident: $flat_type:ty, )* } )?
    ) => {
        $(#[$doc])*
        #[derive(Clone, Debug, Default, PartialEq)]
        pub struct $name {
            $( $(#[$field_doc])* pub $field: $type, )*
            $( $( $(#[$flat_doc])* pub $flat: $flat_type, )* )?
            /// Extension keys.
            pub extensions: $crate::compose::model::field::Extensions,
        }

        impl $name {
            /// The keys, those of flattened structs left out.
            pub const KEYS: &'static [&'static str] = &[$( $key, )*];

            pub(crate) fn read_map(
                map: &$crate::source::node::Map,
                reader: &mut $crate::compose::model::field::Reader<'_>,
            ) -> Self {
                Self {
                    $( $field: map.get($key).map(|node| reader.field($key, node)).unwrap_or_default(), )*
                    $( $( $flat: <$flat_type>::read_map(map, reader), )* )?
                    extensions: $crate::compose::model::field::Extensions::of(map),
                }
            }

            #[allow(unused_variables, reason = "a struct may have no fields of its own")]
            pub(crate) fn prints_fields(&self, form: $crate::compose::model::field::Form) -> bool {
                #[allow(unused_imports, reason = "a struct may have no fields of its own")]
                use $crate::compose::model::field::Field as _;
                $( if !self.$field.is_omitted(form) { return true; } )*
                $( $( if self.$flat.prints_fields(form) { return true; } )* )?
                false
            }

            #[allow(unused_variables, reason = "a struct may have no fields of its own")]
            pub(crate) fn print_fields(
                &self,
                form: $crate::compose::model::field::Form,
                out: &mut serde_json::Map<String, serde_json::Value>,
            ) {
                #[allow(unused_imports, reason = "a struct may have no fields of its own")]
                use $crate::compose::model::field::Field as _;
                $( if !self.$field.is_omitted(form) { out.insert($key.to_owned(), self.$field.json(form)); } )*
                $( $( self.$flat.print_fields(form, out); )* )?
            }
        }

        impl $crate::compose::model::field::Field for $name {
            fn read(
                node: &$crate::source::node::Node,
                reader: &mut $crate::compose::model::field::Reader<'_>,
            ) -> Self {
                match node.as_map() {
                    Some(map) => Self::read_map(map, reader),
                    None => {
                        reader.refuse(node, "expected a map or struct", "write it in one of the forms of this key");
                        Self::default()
                    }
                }
            }

            fn is_omitted(&self, form: $crate::compose::model::field::Form) -> bool {
                self.extensions.0.is_empty() && !self.prints_fields(form)
            }

            fn json(&self, form: $crate::compose::model::field::Form) -> serde_json::Value {
                let mut out = serde_json::Map::new();
                self.print_fields(form, &mut out);
                if form != $crate::compose::model::field::Form::Json {
                    self.extensions.print(&mut out);
                }
                serde_json::Value::Object(out)
            }
        }
    };
}
pub(crate) use record;
