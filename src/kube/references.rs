//! What a Pod refers to by name: ConfigMaps, Secrets with their keys, claims.
//!
//! In: a Pod's specification. Out: the names. What is optional is named as well, but not among what is required.

use std::collections::{BTreeMap, BTreeSet};

use k8s_openapi::api::core::v1::{Container, EnvVarSource, KeyToPath, PodSpec, Volume, VolumeProjection};

use crate::kube::literals::DOCKER_CONFIG;

/// The names that a Pod refers to.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct References {
    pub(super) config_maps: BTreeSet<String>,
    pub(super) secrets: BTreeSet<String>,
    /// The Secrets that must exist, with the keys that are asked for.
    pub(super) required: BTreeMap<String, BTreeSet<String>>,
    pub(super) claims: BTreeSet<String>,
}

impl References {
    pub(super) fn of(spec: &PodSpec) -> Self {
        let mut found = Self::default();
        for container in spec.init_containers.iter().flatten().chain(&spec.containers) {
            found.container(container);
        }
        for volume in spec.volumes.iter().flatten() {
            found.volume(volume);
        }
        for secret in spec.image_pull_secrets.iter().flatten() {
            found.secret(&secret.name, None, [DOCKER_CONFIG]);
        }
        found
    }

    fn container(&mut self, container: &Container) {
        for variable in container.env.iter().flatten() {
            if let Some(source) = &variable.value_from {
                self.variable(source);
            }
        }
        for source in container.env_from.iter().flatten() {
            if let Some(map) = &source.config_map_ref {
                self.config_maps.insert(map.name.clone());
            }
            if let Some(secret) = &source.secret_ref {
                self.secret(&secret.name, secret.optional, []);
            }
        }
    }

    fn variable(&mut self, source: &EnvVarSource) {
        if let Some(map) = &source.config_map_key_ref {
            self.config_maps.insert(map.name.clone());
        }
        if let Some(secret) = &source.secret_key_ref {
            self.secret(&secret.name, secret.optional, [secret.key.as_str()]);
        }
    }

    fn volume(&mut self, volume: &Volume) {
        if let Some(map) = &volume.config_map {
            self.config_maps.insert(map.name.clone());
        }
        if let Some(secret) = &volume.secret {
            let name = secret.secret_name.as_deref().unwrap_or_default();
            self.secret(name, secret.optional, keys(secret.items.as_ref()));
        }
        if let Some(claim) = &volume.persistent_volume_claim {
            self.claims.insert(claim.claim_name.clone());
        }
        let projected = volume.projected.iter().filter_map(|projected| projected.sources.as_ref());
        for source in projected.flatten() {
            self.projection(source);
        }
        if let Some(secret) = volume.csi.as_ref().and_then(|csi| csi.node_publish_secret_ref.as_ref()) {
            self.secret(&secret.name, None, []);
        }
    }

    fn projection(&mut self, source: &VolumeProjection) {
        if let Some(map) = &source.config_map {
            self.config_maps.insert(map.name.clone());
        }
        if let Some(secret) = &source.secret {
            self.secret(&secret.name, secret.optional, keys(secret.items.as_ref()));
        }
    }

    fn secret<'k>(&mut self, name: &str, optional: Option<bool>, keys: impl IntoIterator<Item = &'k str>) {
        self.secrets.insert(name.to_owned());
        if optional != Some(true) {
            let known = self.required.entry(name.to_owned()).or_default();
            known.extend(keys.into_iter().map(str::to_owned));
        }
    }
}

fn keys(items: Option<&Vec<KeyToPath>>) -> impl Iterator<Item = &str> {
    items.into_iter().flatten().map(|item| item.key.as_str())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::References;

    #[test]
    fn every_way_to_name_something_is_known() {
        let spec = json!({
            "containers": [{
                "name": "web",
                "env": [
                    {"name": "A", "valueFrom": {"secretKeyRef": {"name": "s1", "key": "k1"}}},
                    {"name": "B", "valueFrom": {"configMapKeyRef": {"name": "c1", "key": "k"}}},
                    {"name": "C", "valueFrom": {"secretKeyRef": {"name": "s2", "key": "k", "optional": true}}},
                ],
                "envFrom": [{"configMapRef": {"name": "c2"}}, {"secretRef": {"name": "s3"}}],
            }],
            "initContainers": [{
                "name": "first",
                "env": [{"name": "A", "valueFrom": {"secretKeyRef": {"name": "s1", "key": "k2"}}}],
            }],
            "imagePullSecrets": [{"name": "s4"}],
            "volumes": [
                {"name": "1", "configMap": {"name": "c3"}},
                {"name": "2", "secret": {"secretName": "s5", "items": [{"key": "k", "path": "p"}]}},
                {"name": "3", "projected": {"sources": [{"secret": {"name": "s6"}}, {"configMap": {"name": "c4"}}]}},
                {"name": "4", "persistentVolumeClaim": {"claimName": "d"}},
            ],
        });
        let found = References::of(&serde_json::from_value(spec).unwrap());
        assert!(found.config_maps.iter().eq(["c1", "c2", "c3", "c4"]));
        assert!(found.secrets.iter().eq(["s1", "s2", "s3", "s4", "s5", "s6"]));
        assert!(found.required.keys().eq(["s1", "s3", "s4", "s5", "s6"]));
        assert!(found.required.get("s1").unwrap().iter().eq(["k1", "k2"]));
        assert!(found.claims.iter().eq(["d"]));
    }
}
