//! Namespaces, each with the level of Pod Security that its Pods meet.
//!
//! In: a name and a level. Out: one object. Enforced, audited and warned about is the level that the Pods meet: a stricter
//! one would warn at every apply about what is decided, and the report says the distance.

use k8s_openapi::api::core::v1::Namespace;

use crate::kube::identity::Identity;
use crate::kube::level::Level;
use crate::kube::literals::POD_SECURITY;
use crate::kube::object::{Area, Object};
use crate::plan::setting::Labels;

/// A namespace.
pub(super) fn namespace(name: &str, level: Level, kubernetes: u32, identity: &Identity) -> Object {
    let mut metadata = identity.metadata(name, None, &Labels::new());
    let labels = metadata.labels.get_or_insert_default();
    for mode in ["enforce", "audit", "warn"] {
        labels.insert(format!("{POD_SECURITY}/{mode}"), level.as_str().to_owned());
        labels.insert(format!("{POD_SECURITY}/{mode}-version"), format!("v1.{kubernetes}"));
    }
    Object::of(Area::Foundation, &Namespace { metadata, spec: None, status: None })
}

#[cfg(test)]
mod tests {
    use super::namespace;
    use crate::kube::identity::Identity;
    use crate::kube::level::Level;

    #[test]
    fn a_namespace_announces_its_level() {
        let object = namespace("shop", Level::Baseline, 35, &Identity::of("shop"));
        let labels = object.value.pointer("/metadata/labels").unwrap().as_object().unwrap();
        let label =
            |key: &str| labels.get(&format!("pod-security.kubernetes.io/{key}")).unwrap().as_str().unwrap();
        assert_eq!((label("enforce"), label("enforce-version")), ("baseline", "v1.35"));
        assert_eq!((label("warn"), label("audit")), ("baseline", "baseline"));
        assert_eq!(object.namespace, None);
    }
}
