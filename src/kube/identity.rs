//! By what objects are recognised: names, namespaces, labels, and the selectors of workloads.
//!
//! In: the project. Out: metadata. A selector holds exactly two labels and never changes, because Kubernetes refuses to
//! change it.

use std::collections::BTreeMap;

use k8s_openapi::apimachinery::pkg::apis::meta::v1::{LabelSelector, ObjectMeta};

use crate::kube::literals::{LABEL_INSTANCE, LABEL_MANAGED_BY, LABEL_NAME, LABEL_PART_OF, MANAGER};
use crate::plan::name::{Names, is_label_value};
use crate::plan::setting::Labels;

/// What all objects of a project have in common.
pub(super) struct Identity {
    /// The project, as the value of a label.
    instance: String,
}

impl Identity {
    pub(super) fn of(project: &str) -> Self {
        let instance =
            if is_label_value(project) { project.to_owned() } else { Names::default().get(project) };
        Self { instance }
    }

    /// The labels by which a workload knows its Pods.
    pub(super) fn selector(&self, name: &str) -> Labels {
        BTreeMap::from([
            (LABEL_NAME.to_owned(), name.to_owned()),
            (LABEL_INSTANCE.to_owned(), self.instance.clone()),
        ])
    }

    /// The same, as Kubernetes asks for it.
    pub(super) fn label_selector(&self, name: &str) -> LabelSelector {
        LabelSelector { match_labels: Some(self.selector(name)), ..LabelSelector::default() }
    }

    /// The labels of everything.
    pub(super) fn labels(&self, name: &str) -> Labels {
        let mut labels = self.selector(name);
        labels.insert(LABEL_PART_OF.to_owned(), self.instance.clone());
        labels.insert(LABEL_MANAGED_BY.to_owned(), MANAGER.to_owned());
        labels
    }

    pub(super) fn metadata(&self, name: &str, namespace: Option<&str>, annotations: &Labels) -> ObjectMeta {
        ObjectMeta {
            name: Some(name.to_owned()),
            namespace: namespace.map(str::to_owned),
            labels: Some(self.labels(name)),
            annotations: filled(annotations),
            ..ObjectMeta::default()
        }
    }
}

/// A map, if there is anything in it.
pub(super) fn filled(map: &Labels) -> Option<Labels> {
    (!map.is_empty()).then(|| map.clone())
}

#[cfg(test)]
mod tests {
    use super::Identity;
    use crate::kube::literals::{LABEL_INSTANCE, LABEL_NAME};
    use crate::plan::name::is_label_value;

    #[test]
    fn a_selector_is_two_labels() {
        let selector = Identity::of("shop").selector("web");
        let expected = [(LABEL_INSTANCE, "shop"), (LABEL_NAME, "web")];
        assert!(selector.iter().map(|(key, value)| (key.as_str(), value.as_str())).eq(expected));
    }

    #[test]
    fn a_project_that_is_no_label_becomes_one() {
        let long = "x".repeat(70);
        for project in ["shop-", "shop_", long.as_str()] {
            let selector = Identity::of(project).selector("web");
            assert!(
                selector.get(LABEL_INSTANCE).is_some_and(|value| is_label_value(value) && !value.is_empty())
            );
        }
    }
}
