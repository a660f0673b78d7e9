//! The lock file: what was written, so that the next run knows what a person has changed since.
//!
//! In: a tree, and what has to be remembered of the run. Out: JSON text, and the same read back. A private file has no
//! digest, because a digest of a short secret gives it away.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::kube::sha256;
use crate::write::tree::{Mode, Tree};

/// The name of the file.
pub const NAME: &str = "cutover.lock";

/// What stands in the place of a digest.
const NONE: &str = "-";

/// What comes before a digest.
const PREFIX: &str = "sha256:";

/// The version of what is in it.
const VERSION: u64 = 1;

/// The keys that are ours; no record may have them.
const OURS: [&str; 3] = ["version", "arguments", "files"];

/// What a run has written, and what it was given.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Lock {
    /// The arguments of the run; they hold no secrets.
    pub arguments: Vec<String>,
    /// What else has to be remembered, by name.
    pub records: Map<String, Value>,
    /// Each file with its digest; a private one has none.
    files: BTreeMap<String, Option<String>>,
}

/// Why a lock file cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LockError {
    /// Somebody changed it by hand.
    #[error("it cannot be read: {0}")]
    Syntax(String),
    /// A newer version of this program wrote it.
    #[error("it is of version {0}, and this program knows version {known}", known = VERSION)]
    Version(String),
    /// It names a place outside its folder; nobody but a person writes that.
    #[error("it names `{0}`, which is not in its folder")]
    Outside(String),
}

impl Lock {
    /// The lock of a tree. `records` is a mapping of what else has to be remembered; names of ours in it are left out.
    #[must_use]
    pub fn new(tree: &Tree, arguments: &[String], records: Value) -> Self {
        let mut records = match records {
            Value::Object(records) => records,
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
                Map::new()
            }
        };
        records.retain(|name, _| !OURS.contains(&name.as_str()));
        let files = tree.files().map(|(path, file)| {
            let digest = match file.mode {
                Mode::Shared => Some(digest(file.text.as_bytes())),
                Mode::Private => None,
            };
            (path.to_owned(), digest)
        });
        Self { arguments: arguments.to_vec(), records, files: files.collect() }
    }

    /// Its text.
    #[must_use]
    pub fn text(&self) -> String {
        let mut lock = Map::new();
        lock.insert("version".to_owned(), json!(VERSION));
        lock.insert("arguments".to_owned(), json!(self.arguments));
        lock.extend(self.records.clone());
        let files = self.files.iter().map(|(path, digest)| {
            let digest = digest.as_deref().unwrap_or(NONE);
            (path.clone(), json!(digest))
        });
        lock.insert("files".to_owned(), Value::Object(files.collect()));
        format!("{:#}\n", Value::Object(lock))
    }

    /// Reads the text of a lock file.
    ///
    /// # Errors
    /// If a person or a newer version of this program wrote it.
    pub fn read(text: &str) -> Result<Self, LockError> {
        let value: Value =
            serde_json::from_str(text).map_err(|error| LockError::Syntax(error.to_string()))?;
        let Value::Object(mut lock) = value else { return Err(wrong("it is no mapping")) };
        let version = lock.shift_remove("version").unwrap_or_default();
        if version != json!(VERSION) {
            return Err(LockError::Version(version.to_string()));
        }
        let arguments = lock.shift_remove("arguments").unwrap_or_else(|| json!([]));
        let arguments =
            serde_json::from_value(arguments).map_err(|_| wrong("`arguments` is no list of text"))?;
        let Some(Value::Object(listed)) = lock.shift_remove("files") else {
            return Err(wrong("`files` is no mapping"));
        };
        let mut files = BTreeMap::new();
        for (path, digest) in listed {
            if !is_inside(&path) {
                return Err(LockError::Outside(path));
            }
            let digest = digest.as_str().ok_or_else(|| wrong("a digest is no text"))?;
            files.insert(path, (digest != NONE).then(|| digest.to_owned()));
        }
        Ok(Self { arguments, records: lock, files })
    }

    /// The paths of the files that were written, sorted.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str)
    }

    /// Whether a file was written by that run.
    #[must_use]
    pub fn holds(&self, path: &str) -> bool {
        self.files.contains_key(path)
    }

    /// Whether nobody can tell that a file was changed since, because it has no digest.
    #[must_use]
    pub fn is_private(&self, path: &str) -> bool {
        self.files.get(path).is_some_and(Option::is_none)
    }

    /// Whether a file has these bytes as it was written.
    #[must_use]
    pub fn is_unchanged(&self, path: &str, bytes: &[u8]) -> bool {
        self.files.get(path).and_then(Option::as_ref).is_some_and(|known| *known == digest(bytes))
    }
}

fn digest(bytes: &[u8]) -> String {
    format!("{PREFIX}{}", sha256(bytes))
}

fn wrong(what: &str) -> LockError {
    LockError::Syntax(what.to_owned())
}

/// Whether a path stays in its folder on every system.
fn is_inside(path: &str) -> bool {
    let is_name =
        |step: &str| !step.is_empty() && step != "." && step != ".." && !step.contains(['\\', ':', '\0']);
    path.split('/').all(is_name)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Lock, LockError};
    use crate::write::tree::Tree;

    fn tree() -> Tree {
        let mut tree = Tree::default();
        tree.insert("manifests/a.yaml", "a: 1\n");
        tree.insert_private("secrets/s.yaml", "hunter2\n");
        tree
    }

    #[test]
    fn a_lock_survives_its_text() {
        let records = json!({"profiles": ["debug"], "version": 9, "files": []});
        let lock = Lock::new(&tree(), &["-f".to_owned(), "compose.yaml".to_owned()], records);
        let text = lock.text();
        assert_eq!(Lock::read(&text), Ok(lock.clone()));
        assert!(text.starts_with("{\n  \"version\": 1,\n  \"arguments\": [\n"), "{text}");
        assert!(
            text.contains("\"secrets/s.yaml\": \"-\"") && text.contains("\"manifests/a.yaml\": \"sha256:")
        );
        assert!(lock.records.keys().eq(["profiles"]));
    }

    #[test]
    fn a_change_is_noticed_where_there_is_a_digest() {
        let lock = Lock::new(&tree(), &[], json!(null));
        assert!(lock.is_unchanged("manifests/a.yaml", b"a: 1\n"));
        assert!(!lock.is_unchanged("manifests/a.yaml", b"a: 2\n"));
        assert!(!lock.is_unchanged("secrets/s.yaml", b"hunter2\n") && lock.is_private("secrets/s.yaml"));
        assert!(!lock.holds("other") && !lock.is_private("other"));
    }

    #[test]
    fn what_nobody_wrote_is_refused() {
        assert!(matches!(Lock::read("{"), Err(LockError::Syntax(_))));
        assert!(matches!(Lock::read(r#"{"version": 2}"#), Err(LockError::Version(_))));
        assert!(matches!(Lock::read(r#"{"version": 1}"#), Err(LockError::Syntax(_))));
        for path in ["../x", "/etc/passwd", "a/../../b", "", "a\\\\b", "c:/x"] {
            let text = format!(r#"{{"version": 1, "files": {{"{path}": "-"}}}}"#);
            assert!(matches!(Lock::read(&text), Err(LockError::Outside(_))), "{path}");
        }
    }
}
