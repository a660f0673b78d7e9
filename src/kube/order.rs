//! One order for everything: the keys of an object, and the objects of a project.
//!
//! In: a JSON value with keys in any order. Out: the same value in the order in which people read manifests. Maps whose
//! keys somebody chose (labels, data, limits) are in the order of the alphabet.

use std::collections::HashMap;
use std::sync::LazyLock;

use serde_json::{Map, Value};

/// Keys that come before all others, in this order; the others follow by the alphabet.
const FIRST: &str = "\
    apiVersion kind metadata name namespace labels annotations type immutable spec image imagePullPolicy \
    command args workingDir env envFrom ports schedule timeZone concurrencyPolicy suspend replicas \
    completions parallelism backoffLimit podFailurePolicy serviceName selector minReadySeconds \
    progressDeadlineSeconds revisionHistoryLimit strategy updateStrategy jobTemplate template \
    serviceAccountName automountServiceAccountToken enableServiceLinks restartPolicy \
    terminationGracePeriodSeconds hostNetwork hostPID hostIPC hostUsers shareProcessNamespace dnsPolicy \
    dnsConfig runtimeClassName os nodeSelector affinity topologySpreadConstraints imagePullSecrets key value \
    valueFrom containerPort hostPort hostIP protocol mountPath subPath readOnly exec httpGet tcpSocket grpc \
    sleep path port scheme initialDelaySeconds periodSeconds timeoutSeconds successThreshold \
    failureThreshold startupProbe readinessProbe livenessProbe lifecycle resources requests limits \
    securityContext volumeMounts stdin tty secretStoreRef target secretKey remoteRef initContainers \
    containers volumes data binaryData stringData";

/// Maps whose keys somebody chose.
const CHOSEN: &[&str] = &[
    "labels",
    "annotations",
    "data",
    "binaryData",
    "stringData",
    "nodeSelector",
    "matchLabels",
    "limits",
    "requests",
];

/// Kinds in the order in which they are applied; the others follow by the alphabet.
const KINDS: &[&str] = &[
    "Namespace",
    "ServiceAccount",
    "ConfigMap",
    "Secret",
    "ExternalSecret",
    "Deployment",
    "StatefulSet",
    "DaemonSet",
    "Job",
    "CronJob",
];

/// Puts the keys of a value and of everything in it in order.
#[must_use]
pub fn canonical(value: Value) -> Value {
    match value {
        Value::Object(map) => Value::Object(ordered(map)),
        Value::Array(items) => Value::Array(items.into_iter().map(canonical).collect()),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value,
    }
}

/// The place of a kind in the order of objects.
#[must_use]
pub fn kind_rank(kind: &str) -> usize {
    KINDS.iter().position(|known| *known == kind).unwrap_or(KINDS.len())
}

fn ordered(map: Map<String, Value>) -> Map<String, Value> {
    let mut entries: Vec<(String, Value)> = map.into_iter().collect();
    entries.sort_by(|(one, _), (other, _)| (rank(one), one).cmp(&(rank(other), other)));
    let inner = |(key, value): (String, Value)| {
        let value = match value {
            Value::Object(map) if CHOSEN.contains(&key.as_str()) => Value::Object(by_alphabet(map)),
            Value::Object(_)
            | Value::Array(_)
            | Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::String(_) => canonical(value),
        };
        (key, value)
    };
    entries.into_iter().map(inner).collect()
}

fn by_alphabet(map: Map<String, Value>) -> Map<String, Value> {
    let mut entries: Vec<(String, Value)> = map.into_iter().collect();
    entries.sort_by(|(one, _), (other, _)| one.cmp(other));
    entries.into_iter().collect()
}

fn rank(key: &str) -> usize {
    static RANKS: LazyLock<HashMap<&str, usize>> =
        LazyLock::new(|| FIRST.split(' ').enumerate().map(|(rank, key)| (key, rank)).collect());
    RANKS.get(key).copied().unwrap_or(RANKS.len())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::json;

    use super::{FIRST, KINDS, canonical, kind_rank};

    fn written(value: serde_json::Value) -> String {
        canonical(value).to_string()
    }

    #[test]
    fn an_object_begins_with_what_it_is() {
        let object = json!({"spec": {}, "metadata": {"labels": {"b": "", "a": ""}, "name": "x"}, "kind": "K", "apiVersion": "v1"});
        let expected =
            r#"{"apiVersion":"v1","kind":"K","metadata":{"name":"x","labels":{"a":"","b":""}},"spec":{}}"#;
        assert_eq!(written(object), expected);
    }

    #[test]
    fn a_container_begins_with_its_name_and_image() {
        let container =
            json!({"args": [], "volumeMounts": [], "zzz": 1, "image": "i", "aaa": 2, "name": "n"});
        assert_eq!(
            written(container),
            r#"{"name":"n","image":"i","args":[],"volumeMounts":[],"aaa":2,"zzz":1}"#
        );
    }

    #[test]
    fn keys_that_somebody_chose_are_in_the_order_of_the_alphabet() {
        assert_eq!(
            written(json!({"data": {"name": "", "data": "", "args": ""}})),
            r#"{"data":{"args":"","data":"","name":""}}"#
        );
        assert_eq!(
            written(json!({"data": [{"remoteRef": {}, "secretKey": ""}]})),
            r#"{"data":[{"secretKey":"","remoteRef":{}}]}"#
        );
    }

    #[test]
    fn the_lists_say_nothing_twice() {
        let first: Vec<&str> = FIRST.split(' ').collect();
        for list in [first.as_slice(), KINDS] {
            assert_eq!(list.iter().collect::<BTreeSet<_>>().len(), list.len());
        }
        assert!(!first.contains(&""));
        assert!(
            kind_rank("Namespace") < kind_rank("Deployment") && kind_rank("CronJob") < kind_rank("Lease")
        );
    }
}
