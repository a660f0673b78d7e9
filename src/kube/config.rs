//! ConfigMaps, Secrets, accounts and runtime classes.
//!
//! In: what was decided about them. Out: one object each. Text stays text; bytes that are no text are written as base64.
//! How much an object holds is measured here as well, because Kubernetes has a limit.

use std::collections::BTreeMap;

use k8s_openapi::ByteString;
use k8s_openapi::api::core::v1::{ConfigMap, LocalObjectReference, Secret, ServiceAccount};
use k8s_openapi::api::node::v1::RuntimeClass;
use serde_json::json;

use crate::finding::Finding;
use crate::kube::Store;
use crate::kube::gather::{Account, Entries};
use crate::kube::identity::Identity;
use crate::kube::literals::{EXTERNAL_SECRET, EXTERNAL_SECRETS, OPAQUE};
use crate::kube::object::{Area, Object};
use crate::plan::setting::Labels;

/// The most bytes that the values of a ConfigMap or a Secret may have together.
const MOST: usize = 1024 * 1024;

/// The most bytes of an object that `kubectl apply` can note down as the last one it applied.
const MOST_ANNOTATED: usize = 256 * 1024;

type Bytes = Option<BTreeMap<String, ByteString>>;
type Texts = Option<BTreeMap<String, String>>;

/// A ConfigMap.
pub(super) fn config_map(name: &str, namespace: &str, entries: &Entries<'_>, identity: &Identity) -> Object {
    let (data, binary_data) = split(entries);
    let metadata = identity.metadata(name, Some(namespace), &entries.annotations);
    Object::of(Area::Manifests, &ConfigMap { metadata, data, binary_data, immutable: None })
}

/// A Secret, in the given part of the output.
pub(super) fn secret(
    area: Area,
    name: &str,
    namespace: &str,
    entries: &Entries<'_>,
    identity: &Identity,
) -> Object {
    let (string_data, data) = split(entries);
    let metadata = identity.metadata(name, Some(namespace), &entries.annotations);
    let type_ = Some(OPAQUE.to_owned());
    Object::of(area, &Secret { metadata, data, string_data, type_, immutable: None })
}

/// What fetches a Secret from somewhere else; it names the keys and holds no value.
pub(super) fn external_secret(
    (project, store): (&str, &Store),
    name: &str,
    namespace: &str,
    entries: &Entries<'_>,
    identity: &Identity,
) -> Object {
    let remote = format!("{project}/{name}");
    let entry = |key: &&str| json!({"secretKey": key, "remoteRef": {"key": remote, "property": key}});
    let data: Vec<serde_json::Value> = entries.data.keys().map(entry).collect();
    let value = json!({
        "apiVersion": EXTERNAL_SECRETS,
        "kind": EXTERNAL_SECRET,
        "metadata": identity.metadata(name, Some(namespace), &entries.annotations),
        "spec": {
            "secretStoreRef": {"name": store.name, "kind": store.kind},
            "target": {"name": name},
            "data": data,
        },
    });
    Object::of(Area::Manifests, &value)
}

/// The account of a workload, which has no token unless the Pod asks for one.
pub(super) fn account(name: &str, namespace: &str, account: &Account<'_>, identity: &Identity) -> Object {
    let pull = account.pull_secrets.iter().map(|name| LocalObjectReference { name: (*name).to_owned() });
    let pull: Vec<LocalObjectReference> = pull.collect();
    let value = ServiceAccount {
        metadata: identity.metadata(name, Some(namespace), &account.annotations),
        automount_service_account_token: Some(false),
        image_pull_secrets: (!pull.is_empty()).then_some(pull),
        secrets: None,
    };
    Object::of(Area::Manifests, &value)
}

/// What there is to say about how much a ConfigMap or a Secret holds; `kind` says which.
pub(super) fn too_much(kind: &str, name: &str, entries: &Entries<'_>) -> Option<Finding> {
    let size: usize = entries.data.values().map(|value| value.len()).sum();
    if size > MOST {
        let title = format!("the {kind} `{name}` holds {size} bytes, and Kubernetes allows 1048576");
        let help = "put the large files into the image or onto a volume";
        return Some(Finding::error("too-much-data", title).help(help));
    }
    if size > MOST_ANNOTATED {
        let title = format!("the {kind} `{name}` holds {size} bytes, too much for a plain `kubectl apply`");
        let why = "`kubectl apply` keeps a copy of what it applied, of at most 262144 bytes";
        let help = "apply it with `kubectl apply --server-side`";
        return Some(Finding::note("large-data", title).because(why).help(help));
    }
    None
}

/// What is text, and what is not.
fn split(entries: &Entries<'_>) -> (Texts, Bytes) {
    let (mut texts, mut bytes) = (BTreeMap::new(), BTreeMap::new());
    for (key, value) in &entries.data {
        match std::str::from_utf8(value) {
            Ok(text) => {
                texts.insert((*key).to_owned(), text.to_owned());
            }
            Err(_) => {
                bytes.insert((*key).to_owned(), ByteString(value.to_vec()));
            }
        }
    }
    ((!texts.is_empty()).then_some(texts), (!bytes.is_empty()).then_some(bytes))
}

/// A runtime class; what containerd calls the runtime is its name too. It belongs to the whole cluster.
pub(super) fn runtime_class(name: &str, identity: &Identity) -> Object {
    let metadata = identity.metadata(name, None, &Labels::new());
    let class = RuntimeClass { metadata, handler: name.to_owned(), ..RuntimeClass::default() };
    Object::of(Area::Cluster, &class)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{MOST, MOST_ANNOTATED, account, config_map, external_secret, secret, too_much};
    use crate::finding::Severity;
    use crate::kube::Store;
    use crate::kube::gather::{Account, Entries};
    use crate::kube::identity::Identity;
    use crate::kube::object::Area;

    fn entries<'a>(data: &[(&'a str, &'a [u8])]) -> Entries<'a> {
        Entries { data: data.iter().copied().collect(), ..Entries::default() }
    }

    #[test]
    fn text_stays_text_and_bytes_become_base64() {
        let entries = entries(&[("a.txt", b"hello\n"), ("b.bin", &[0xff, 0x00])]);
        let open = config_map("x", "n", &entries, &Identity::of("p")).value;
        assert_eq!(open.pointer("/data/a.txt"), Some(&json!("hello\n")));
        assert_eq!(open.pointer("/binaryData/b.bin"), Some(&json!("/wA=")));
        let closed = secret(Area::Secrets, "x", "n", &entries, &Identity::of("p")).value;
        assert_eq!(closed.pointer("/stringData/a.txt"), Some(&json!("hello\n")));
        assert_eq!(closed.pointer("/data/b.bin"), Some(&json!("/wA=")));
        assert_eq!(closed.pointer("/type"), Some(&json!("Opaque")));
    }

    #[test]
    fn a_secret_that_is_fetched_holds_no_value() {
        let store = Store { name: "vault".to_owned(), kind: "SecretStore".to_owned() };
        let entries = entries(&[("PASSWORD", b"hunter2")]);
        let object = external_secret(("shop", &store), "db", "n", &entries, &Identity::of("shop"));
        let entry = json!({"secretKey": "PASSWORD", "remoteRef": {"key": "shop/db", "property": "PASSWORD"}});
        assert_eq!(object.value.pointer("/spec/data/0"), Some(&entry));
        assert!(!object.yaml().contains("hunter2"));
    }

    #[test]
    fn an_account_gets_no_token() {
        let value = account("web", "n", &Account::default(), &Identity::of("p")).value;
        assert_eq!(value.pointer("/automountServiceAccountToken"), Some(&json!(false)));
        assert_eq!(value.pointer("/imagePullSecrets"), None);
    }

    #[test]
    fn too_much_is_found() {
        let severity = |size: usize| {
            let value = vec![b'x'; size];
            too_much("ConfigMap", "x", &entries(&[("key", &value)])).map(|finding| finding.severity)
        };
        assert_eq!(severity(MOST_ANNOTATED), None);
        assert_eq!(severity(MOST_ANNOTATED + 1), Some(Severity::Note));
        assert_eq!(severity(MOST), Some(Severity::Note));
        assert_eq!(severity(MOST + 1), Some(Severity::Error));
    }
}
