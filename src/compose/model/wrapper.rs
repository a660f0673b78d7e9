//! Fields that are printed by rules of their own, whatever is in them.

use serde_json::Value as Json;

use crate::compose::model::field::{Field, Form, Reader};
use crate::source::node::Node;

/// A value that Docker Compose prints in JSON even if it is empty.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Inline<T>(pub T);

impl<T: Field> Field for Inline<T> {
    fn read(node: &Node, reader: &mut Reader<'_>) -> Self {
        Self(T::read(node, reader))
    }

    fn is_omitted(&self, form: Form) -> bool {
        form != Form::Json && self.0.is_omitted(form)
    }

    fn json(&self, form: Form) -> Json {
        self.0.json(form)
    }
}

/// A value that is printed even if it is empty.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Always<T>(pub T);

impl<T: Field> Field for Always<T> {
    fn read(node: &Node, reader: &mut Reader<'_>) -> Self {
        Self(T::read(node, reader))
    }

    fn is_omitted(&self, _form: Form) -> bool {
        false
    }

    fn json(&self, form: Form) -> Json {
        self.0.json(form)
    }
}

/// A switch that is only printed if it is off.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OptOut(pub bool);

impl Field for OptOut {
    fn read(node: &Node, reader: &mut Reader<'_>) -> Self {
        Self(bool::read(node, reader))
    }

    fn is_omitted(&self, form: Form) -> bool {
        self.0 && form != Form::Exact
    }

    fn json(&self, _form: Form) -> Json {
        Json::Bool(self.0)
    }
}

/// A struct whose keys Docker Compose prints with capitals in JSON, having no names for them there.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Capitals<T>(pub T);

impl<T: Field> Field for Capitals<T> {
    fn read(node: &Node, reader: &mut Reader<'_>) -> Self {
        Self(T::read(node, reader))
    }

    fn is_omitted(&self, form: Form) -> bool {
        self.0.is_omitted(form)
    }

    fn json(&self, form: Form) -> Json {
        let capital = |(key, value): (String, Json)| {
            let (first, rest) = key.split_at(key.chars().next().map_or(0, char::len_utf8));
            (format!("{}{rest}", first.to_uppercase()), value)
        };
        match (self.0.json(form), form) {
            (Json::Object(map), Form::Json) => Json::Object(map.into_iter().map(capital).collect()),
            (other, _) => other,
        }
    }
}
