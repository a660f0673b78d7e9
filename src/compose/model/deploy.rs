//! How a service is deployed: replicas, resources, updates, placement.

use crate::compose::grammar::duration::Duration;
use crate::compose::model::container::DeviceRequest;
use crate::compose::model::field::record;
use crate::compose::model::scalar::{Bytes, Number};
use crate::compose::model::wrapper::{Always, Inline};
use crate::compose::model::special::Mapping;

record! {
    /// How a service is deployed.
    pub struct Deploy {
        /// `replicated`, `global`, or one of the job modes.
        mode: String = "mode",
        /// How many containers run.
        replicas: Option<i64> = "replicas",
        /// Labels of the service, not of its containers.
        labels: Mapping = "labels",
        /// How it is updated.
        update_config: Option<UpdateConfig> = "update_config",
        /// How an update is taken back.
        rollback_config: Option<UpdateConfig> = "rollback_config",
        /// Limits and reservations.
        resources: Inline<Resources> = "resources",
        /// When it is restarted.
        restart_policy: Option<RestartPolicy> = "restart_policy",
        /// On which nodes it runs.
        placement: Inline<Placement> = "placement",
        /// How it is found.
        endpoint_mode: String = "endpoint_mode",
    }
}

record! {
    /// How containers are replaced.
    pub struct UpdateConfig {
        /// How many at once.
        parallelism: Option<u64> = "parallelism",
        /// How long to wait between them.
        delay: Duration = "delay",
        /// What happens if one fails.
        failure_action: String = "failure_action",
        /// How long each is watched.
        monitor: Duration = "monitor",
        /// Which share may fail.
        max_failure_ratio: Number = "max_failure_ratio",
        /// Whether the old or the new one goes first.
        order: String = "order",
    }
}

record! {
    /// Limits and reservations.
    pub struct Resources {
        /// What may be used.
        limits: Option<Resource> = "limits",
        /// What is set aside.
        reservations: Option<Resource> = "reservations",
    }
}

record! {
    /// An amount of resources.
    pub struct Resource {
        /// Processors.
        cpus: Number = "cpus",
        /// Memory.
        memory: Bytes = "memory",
        /// Processes.
        pids: i64 = "pids",
        /// Devices.
        devices: Vec<DeviceRequest> = "devices",
        /// Resources that the cluster's owner named.
        generic_resources: Vec<GenericResource> = "generic_resources",
    }
}

record! {
    /// A resource that the cluster's owner named.
    pub struct GenericResource {
        /// Its kind and amount.
        discrete_resource_spec: Option<DiscreteResource> = "discrete_resource_spec",
    }
}

record! {
    /// A kind and an amount.
    pub struct DiscreteResource {
        /// The kind.
        kind: Always<String> = "kind",
        /// The amount.
        value: Always<i64> = "value",
    }
}

record! {
    /// When a service is restarted.
    pub struct RestartPolicy {
        /// `none`, `on-failure` or `any`.
        condition: String = "condition",
        /// How long to wait.
        delay: Option<Duration> = "delay",
        /// How often to try.
        max_attempts: Option<u64> = "max_attempts",
        /// How long a start is watched.
        window: Option<Duration> = "window",
    }
}

record! {
    /// On which nodes a service runs.
    pub struct Placement {
        /// What a node must be.
        constraints: Vec<String> = "constraints",
        /// What is better.
        preferences: Vec<Preference> = "preferences",
        /// How many containers a node takes.
        max_replicas_per_node: u64 = "max_replicas_per_node",
    }
}

record! {
    /// What is better.
    pub struct Preference {
        /// The label whose values containers are spread over.
        spread: String = "spread",
    }
}
