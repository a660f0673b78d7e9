//! One object as it is written: what it is, where it belongs, and its value in canonical order.
//!
//! In: anything of Kubernetes that serializes. Out: an [`Object`]. Its value may hold secrets, so that debug prints leave
//! it out.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;
use serde_json::Value;

use crate::kube::emit;
use crate::kube::order;

/// Which part of the output an object belongs to, in the order in which they are applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Area {
    /// What has to be there first, and stays when the application goes.
    Foundation,
    /// Values that nobody else may see.
    Secrets,
    /// The application.
    Manifests,
    /// What belongs to the cluster, and is never applied by default.
    Cluster,
}

/// One object.
#[derive(Clone, PartialEq)]
pub struct Object {
    /// Such as `apps/v1`.
    pub api_version: String,
    /// Such as `Deployment`.
    pub kind: String,
    /// Its name.
    pub name: String,
    /// Its namespace; none if it belongs to no namespace.
    pub namespace: Option<String>,
    /// Where it is written.
    pub area: Area,
    /// All of it, in canonical order.
    pub value: Value,
    /// What is written beside places of it, if anything is.
    pub comments: BTreeMap<String, Vec<String>>,
}

impl Object {
    /// An object from a value of Kubernetes' own types.
    ///
    /// # Panics
    /// If it cannot be JSON, which is a bug of ours.
    #[must_use]
    pub fn of(area: Area, value: &impl Serialize) -> Self {
        let value = serde_json::to_value(value).expect("the types of Kubernetes have text as keys");
        let value = order::canonical(value);
        let text = |pointer: &str| value.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
        Self {
            api_version: text("/apiVersion").unwrap_or_default(),
            kind: text("/kind").unwrap_or_default(),
            name: text("/metadata/name").unwrap_or_default(),
            namespace: text("/metadata/namespace"),
            area,
            value,
            comments: BTreeMap::new(),
        }
    }

    /// Its text, as one YAML document.
    #[must_use]
    pub fn yaml(&self) -> String {
        emit::commented(&self.value, &self.comments)
    }

    /// What objects are sorted by.
    pub(super) fn sort_key(&self) -> (Area, Option<&str>, usize, &str, &str) {
        (self.area, self.namespace.as_deref(), order::kind_rank(&self.kind), &self.kind, &self.name)
    }
}

impl fmt::Debug for Object {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let namespace = self.namespace.as_deref().unwrap_or("-");
        write!(f, "{:?} {} {} {namespace}/{}", self.area, self.api_version, self.kind, self.name)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Area, Object};

    #[test]
    fn an_object_knows_what_it_is_and_keeps_its_values_to_itself() {
        let value = json!({"stringData": {"a": "hunter2"}, "metadata": {"name": "s", "namespace": "n"}, "kind": "Secret", "apiVersion": "v1"});
        let object = Object::of(Area::Secrets, &value);
        assert_eq!(format!("{object:?}"), "Secrets v1 Secret n/s");
        assert!(object.yaml().starts_with("apiVersion: v1\nkind: Secret\nmetadata:\n"));
    }
}
