//! Objects that were written once and are not any more: they stay on the cluster until somebody deletes them.
//!
//! In: the path of a file that an earlier run wrote. Out: the object in it, without reading it, and the line that deletes
//! it.

/// An object whose file is gone.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Vanished {
    /// Its kind in small letters, as `kubectl` takes it.
    pub kind: String,
    /// Its name.
    pub name: String,
    /// Its namespace, if it has one.
    pub namespace: Option<String>,
}

impl Vanished {
    /// The object of a file; nothing if the file holds none.
    #[must_use]
    pub fn of(path: &str) -> Option<Self> {
        let steps: Vec<&str> = path.split('/').collect();
        let (namespace, file) = match steps.as_slice() {
            [_, file] => (None, file),
            [_, namespace, file] => (Some(*namespace), file),
            [] | [_] | [_, _, _, ..] => return None,
        };
        let (kind, name) = file.strip_suffix(".yaml")?.split_once('-')?;
        // The line is for a shell, and a lock file could say anything.
        let are_names = [Some(kind), Some(name), namespace].into_iter().flatten().all(is_name);
        let owned = |text: &str| text.to_owned();
        are_names.then(|| Self { kind: owned(kind), name: owned(name), namespace: namespace.map(owned) })
    }

    /// The line that deletes it.
    #[must_use]
    pub fn command(&self) -> String {
        let Self { kind, name, namespace } = self;
        match namespace {
            Some(namespace) => format!("kubectl delete {kind} {name} --namespace {namespace}"),
            None => format!("kubectl delete {kind} {name}"),
        }
    }
}

fn is_name(text: &str) -> bool {
    let is_harmless =
        |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'.');
    text.starts_with(|first: char| first.is_ascii_alphanumeric()) && text.bytes().all(is_harmless)
}

#[cfg(test)]
mod tests {
    use super::Vanished;

    #[test]
    fn a_path_says_what_to_delete() {
        let cases = [
            (
                "manifests/shop/deployment-my-web.yaml",
                Some("kubectl delete deployment my-web --namespace shop"),
            ),
            ("foundation/namespace-shop.yaml", Some("kubectl delete namespace shop")),
            ("manifests/shop/kustomization.yaml", None),
            ("secrets/REQUIRED.txt", None),
            ("kustomization.yaml", None),
            ("manifests/shop/job-x;reboot.yaml", None),
            ("manifests/shop/job---all.yaml", None),
            ("a/b/c/job-x.yaml", None),
        ];
        for (path, expected) in cases {
            let found = Vanished::of(path).map(|vanished| vanished.command());
            assert_eq!(found.as_deref(), expected, "{path}");
        }
    }
}
