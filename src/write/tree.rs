//! The output as a tree of files in memory: paths with slashes, and the text of each.
//!
//! In: objects. Out: one file for each, and a `kustomization.yaml` wherever `kubectl apply -k` can be pointed at. Secrets
//! have a folder of their own that git ignores and that no other kustomization lists.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde_json::{Value, json};

use crate::kube::emit;
use crate::kube::literals::SECRET;
use crate::kube::object::{Area, Object};
use crate::kube::{Assembled, RequiredSecret};

/// The file that `kubectl apply -k` reads.
pub const KUSTOMIZATION: &str = "kustomization.yaml";

/// The list of the Secrets that must exist.
pub const REQUIRED: &str = "secrets/REQUIRED.txt";

/// Keeps git from taking what lies in its folder.
const IGNORE: &str = "secrets/.gitignore";

/// Who may read a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Mode {
    /// Whoever may read the folder.
    Shared,
    /// Its owner; nothing that depends on its text is written anywhere else.
    Private,
}

/// One file.
#[derive(Clone, PartialEq, Eq)]
pub struct File {
    /// What is in it.
    pub text: String,
    /// Who may read it.
    pub mode: Mode,
}

impl fmt::Debug for File {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.mode {
            Mode::Shared => f.write_str(&self.text),
            Mode::Private => f.write_str("***"),
        }
    }
}

/// All files, by their paths.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tree {
    files: BTreeMap<String, File>,
    /// The paths of what is applied, in the order in which that can be done.
    documents: Vec<String>,
}

impl Tree {
    /// The files of a project.
    #[must_use]
    pub fn of(assembled: &Assembled) -> Self {
        let mut tree = Self::default();
        for object in &assembled.objects {
            let path = path_of(object);
            // Wherever a Secret lies: a digest of its file would give a short value away.
            let mode = if object.kind == SECRET { Mode::Private } else { Mode::Shared };
            match object.area {
                Area::Foundation | Area::Manifests => tree.documents.push(path.clone()),
                Area::Secrets | Area::Cluster => {}
            }
            tree.files.insert(path, File { text: object.yaml(), mode });
        }
        tree.kustomizations();
        tree.secrets(&assembled.required_secrets);
        tree
    }

    /// Adds a file that anybody may read, or takes the place of one.
    pub fn insert(&mut self, path: impl Into<String>, text: impl Into<String>) {
        self.files.insert(path.into(), File { text: text.into(), mode: Mode::Shared });
    }

    /// Adds a file that only its owner may read, or takes the place of one.
    pub fn insert_private(&mut self, path: impl Into<String>, text: impl Into<String>) {
        self.files.insert(path.into(), File { text: text.into(), mode: Mode::Private });
    }

    /// The files with their paths, sorted.
    pub fn files(&self) -> impl Iterator<Item = (&str, &File)> {
        self.files.iter().map(|(path, file)| (path.as_str(), file))
    }

    /// One file.
    #[must_use]
    pub fn get(&self, path: &str) -> Option<&File> {
        self.files.get(path)
    }

    /// Everything that is applied as one YAML stream; what lies in the part for secrets is not in it.
    #[must_use]
    pub fn stream(&self) -> String {
        let texts = self.documents.iter().filter_map(|path| self.files.get(path));
        texts.fold(String::new(), |mut stream, file| {
            stream.push_str("---\n");
            stream.push_str(&file.text);
            stream
        })
    }

    /// One for each part of the output and one for each namespace. There is none on top: what deletes the application must
    /// not delete its namespaces, and with them its data.
    fn kustomizations(&mut self) {
        let mut parts: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for path in self.files.keys() {
            let Some((part, rest)) = path.split_once('/') else { continue };
            match rest.split_once('/') {
                // A namespace can be applied by itself.
                Some((namespace, name)) if part == folder(Area::Manifests) => {
                    parts.entry(part.to_owned()).or_default().insert(namespace.to_owned());
                    parts.entry(format!("{part}/{namespace}")).or_default().insert(name.to_owned());
                }
                Some(_) | None => {
                    parts.entry(part.to_owned()).or_default().insert(rest.to_owned());
                }
            }
        }
        for (folder, resources) in parts {
            self.insert(format!("{folder}/{KUSTOMIZATION}"), kustomization(&resources));
        }
    }

    /// What lies beside the files of Secrets.
    fn secrets(&mut self, required: &[RequiredSecret]) {
        let prefix = format!("{}/", folder(Area::Secrets));
        if self.files.keys().any(|path| path.starts_with(&prefix)) {
            self.insert(IGNORE, "*\n");
        }
        if !required.is_empty() {
            self.insert(REQUIRED, list(required));
        }
    }
}

/// The folder of an area, at the top of the output.
const fn folder(area: Area) -> &'static str {
    match area {
        Area::Foundation => "foundation",
        Area::Secrets => "secrets",
        Area::Manifests => "manifests",
        Area::Cluster => "cluster",
    }
}

/// The path of an object: part, namespace if it has one, kind and name.
#[must_use]
pub fn path_of(object: &Object) -> String {
    let name = format!("{}-{}.yaml", object.kind.to_lowercase(), object.name);
    match &object.namespace {
        Some(namespace) => format!("{}/{namespace}/{name}", folder(object.area)),
        None => format!("{}/{name}", folder(object.area)),
    }
}

fn kustomization(resources: &BTreeSet<String>) -> String {
    let resources: Vec<Value> = resources.iter().map(|resource| json!(resource)).collect();
    emit::yaml(&json!({
        "apiVersion": "kustomize.config.k8s.io/v1beta1",
        "kind": "Kustomization",
        "resources": resources,
    }))
}

/// The list that people read: namespace, Secret and keys, one Secret a line.
fn list(required: &[RequiredSecret]) -> String {
    let part = |title: &str, is_written: bool| {
        let lines: String = required
            .iter()
            .filter(|secret| secret.is_written == is_written)
            .map(|secret| format!("{}/{}: {}\n", secret.namespace, secret.name, secret.keys.join(" ")))
            .collect();
        if lines.is_empty() { lines } else { format!("# {title}\n{lines}") }
    };
    let ours = part("namespace/secret: keys; made by the files of this output", true);
    let theirs = part("namespace/secret: keys; create these before anything starts", false);
    if ours.is_empty() || theirs.is_empty() { ours + &theirs } else { format!("{theirs}\n{ours}") }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{File, IGNORE, Mode, REQUIRED, Tree};
    use crate::kube::object::{Area, Object};
    use crate::kube::{Assembled, RequiredSecret};

    fn object(area: Area, kind: &str, name: &str, namespace: Option<&str>) -> Object {
        let mut metadata = json!({ "name": name });
        if let Some(namespace) = namespace {
            metadata = json!({"name": name, "namespace": namespace});
        }
        Object::of(area, &json!({"apiVersion": "v1", "kind": kind, "metadata": metadata}))
    }

    fn tree() -> Tree {
        let required = RequiredSecret {
            namespace: "shop".to_owned(),
            name: "db".to_owned(),
            keys: vec!["PASSWORD".to_owned(), "USER".to_owned()],
            is_written: true,
        };
        Tree::of(&Assembled {
            objects: vec![
                object(Area::Foundation, "Namespace", "shop", None),
                object(Area::Secrets, "Secret", "db", Some("shop")),
                object(Area::Manifests, "ServiceAccount", "web", Some("shop")),
                object(Area::Manifests, "Deployment", "web", Some("shop")),
                object(Area::Cluster, "PriorityClass", "high", None),
            ],
            required_secrets: vec![required],
            ..Assembled::default()
        })
    }

    fn text(tree: &Tree, path: &str) -> String {
        tree.get(path).map(|file| file.text.clone()).unwrap_or_default()
    }

    #[test]
    fn each_object_has_its_file_and_each_folder_its_list() {
        let tree = tree();
        let paths: Vec<&str> = tree.files().map(|(path, _)| path).collect();
        assert_eq!(
            paths,
            [
                "cluster/kustomization.yaml",
                "cluster/priorityclass-high.yaml",
                "foundation/kustomization.yaml",
                "foundation/namespace-shop.yaml",
                "manifests/kustomization.yaml",
                "manifests/shop/deployment-web.yaml",
                "manifests/shop/kustomization.yaml",
                "manifests/shop/serviceaccount-web.yaml",
                "secrets/.gitignore",
                "secrets/REQUIRED.txt",
                "secrets/kustomization.yaml",
                "secrets/shop/secret-db.yaml",
            ]
        );
        let head = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources:\n";
        assert_eq!(text(&tree, "manifests/kustomization.yaml"), format!("{head}  - shop\n"));
        let files = "  - deployment-web.yaml\n  - serviceaccount-web.yaml\n";
        assert_eq!(text(&tree, "manifests/shop/kustomization.yaml"), format!("{head}{files}"));
        assert_eq!(text(&tree, "secrets/kustomization.yaml"), format!("{head}  - shop/secret-db.yaml\n"));
    }

    #[test]
    fn secrets_are_private_ignored_and_listed() {
        let tree = tree();
        let private = tree.files().filter(|(_, file)| file.mode == Mode::Private).map(|(path, _)| path);
        assert!(private.eq(["secrets/shop/secret-db.yaml"]));
        assert_eq!(text(&tree, IGNORE), "*\n");
        assert!(text(&tree, REQUIRED).ends_with("shop/db: PASSWORD USER\n"));
        assert_eq!(format!("{:?}", File { text: "hunter2".to_owned(), mode: Mode::Private }), "***");
    }

    #[test]
    fn the_stream_holds_what_is_applied_in_its_order() {
        let stream = tree().stream();
        let kinds: Vec<&str> = stream.lines().filter_map(|line| line.strip_prefix("kind: ")).collect();
        assert_eq!(kinds, ["Namespace", "ServiceAccount", "Deployment"]);
        assert_eq!(stream.matches("---\n").count(), 3);
    }

    #[test]
    fn nothing_makes_no_files() {
        assert_eq!(Tree::of(&Assembled::default()).files().count(), 0);
    }
}
