//! What every Compose key becomes, from `mappings/coverage.yaml`.
//!
//! In: the path of a leaf. Out: the row of its key. `jobs` and the hooks before a start have the keys of services, and the
//! rows of services count for them where they have none of their own.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use crate::mapping::keys::Keys;
use crate::mapping::shape::{Entries, Type};
use crate::source::path::{ComposePath, Step};

/// How well Kubernetes can say what a key says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fidelity {
    /// The same.
    Exact,
    /// Something close.
    Approximate,
    /// Nothing safe: a person has to act.
    Manual,
    /// Nothing: the key has no meaning on a cluster.
    None,
}

/// The row of one key.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    /// How well it can be said.
    pub fidelity: Fidelity,
    /// The field or object.
    #[serde(default)]
    pub becomes: String,
    /// What differs, what to do, or why there is nothing.
    #[serde(default)]
    pub says: String,
    /// Whether all that stands below has this row's outcome together.
    #[serde(default)]
    pub group: bool,
    /// Whether loading uses it up.
    #[serde(default)]
    pub consumed: bool,
}

/// The rows of all keys.
#[derive(Debug)]
pub struct Coverage(BTreeMap<String, Row>);

impl Coverage {
    /// The embedded table.
    ///
    /// # Panics
    /// If the embedded table is broken, which a test rules out.
    #[must_use]
    pub fn embedded() -> &'static Self {
        static TABLE: LazyLock<Coverage> = LazyLock::new(|| Coverage(embedded!("coverage")));
        &TABLE
    }

    /// The rows by the path of their key.
    pub fn rows(&self) -> impl Iterator<Item = (&str, &Row)> {
        self.0.iter().map(|(path, row)| (path.as_str(), row))
    }

    /// The row of the key that a leaf belongs to.
    #[must_use]
    pub fn of_leaf(&self, leaf: &ComposePath) -> Option<(String, &Row)> {
        let path = key_path(leaf);
        self.of_key(&path).map(|row| (path, row))
    }

    /// The row of a key, by its path without list items.
    #[must_use]
    pub fn of_key(&self, path: &str) -> Option<&Row> {
        self.0.get(path).or_else(|| self.0.get(&as_of_services(path)?))
    }
}

/// The path of the same key under `services`.
fn as_of_services(path: &str) -> Option<String> {
    let rest = path.strip_prefix("jobs.*.").or_else(|| path.strip_prefix("services.*."))?;
    let rest = rest.strip_prefix("pre_start.").unwrap_or(rest);
    Some(format!("services.*.{rest}"))
}

/// What stands for every extension key.
pub const EXTENSION: &str = "x-*";

/// The path of the key that a leaf belongs to: without list items, `*` for names that the user chose, and without what
/// stands below the last key of the key table.
#[must_use]
pub fn key_path(leaf: &ComposePath) -> String {
    let mut path = String::new();
    let mut pending = String::new();
    let mut types = vec![Keys::embedded().root()];
    for step in leaf.steps() {
        let mut next: Vec<&Type> = Vec::new();
        match step {
            Step::Index(_) => {
                next.extend(
                    types
                        .iter()
                        .flat_map(|of| of.forms())
                        .filter_map(|form| form.items.as_ref())
                        .map(|items| items.of.as_ref()),
                );
            }
            Step::Key(key) => {
                let dot = if path.is_empty() && pending.is_empty() { "" } else { "." };
                for entries in types.iter().flat_map(|of| of.forms()).filter_map(|form| form.entries.as_ref())
                {
                    match entries {
                        Entries::Known(mapping) => {
                            let Some(row) = mapping.row(key) else {
                                if key.starts_with("x-") {
                                    return EXTENSION.to_owned();
                                }
                                continue;
                            };
                            next.push(&row.is);
                            path.push_str(&pending);
                            pending.clear();
                            path.push_str(dot);
                            path.push_str(key);
                        }
                        Entries::Chosen(chosen) => {
                            next.push(&chosen.of);
                            pending.push_str(dot);
                            pending.push('*');
                        }
                    }
                    break;
                }
            }
        }
        if next.is_empty() {
            break;
        }
        types = next;
    }
    path
}

#[cfg(test)]
mod tests {
    use super::{Coverage, EXTENSION, Fidelity, as_of_services, key_path};
    use crate::mapping::keys::Keys;
    use crate::source::path::ComposePath;

    #[test]
    fn every_key_has_a_row_and_every_row_a_key() {
        let (coverage, keys) = (Coverage::embedded(), Keys::embedded().paths());
        let missing: Vec<&String> = keys.keys().filter(|path| coverage.of_key(path).is_none()).collect();
        assert!(missing.is_empty(), "keys without a row in mappings/coverage.yaml: {missing:#?}");
        let extra: Vec<&str> =
            coverage.rows().map(|(path, _)| path).filter(|path| !keys.contains_key(*path)).collect();
        assert!(extra.is_empty(), "rows of mappings/coverage.yaml without a key: {extra:#?}");
    }

    #[test]
    fn rows_say_what_their_fidelity_needs() {
        for (path, row) in Coverage::embedded().rows() {
            let says = !row.says.is_empty();
            let sound = match row.fidelity {
                Fidelity::Exact => !row.becomes.is_empty(),
                Fidelity::Approximate => !row.becomes.is_empty() && says,
                Fidelity::Manual | Fidelity::None => says,
            };
            assert!(sound, "{path}");
        }
    }

    #[test]
    fn a_leaf_belongs_to_the_key_above_it() {
        let port = ComposePath::of(["services", "web", "ports"]).index(0).key("target");
        assert_eq!(key_path(&port), "services.*.ports.target");
        assert_eq!(
            key_path(&ComposePath::of(["services", "web", "environment", "A"])),
            "services.*.environment"
        );
        assert_eq!(
            key_path(&ComposePath::of(["services", "web", "networks", "a", "priority"])),
            "services.*.networks.*.priority"
        );
        assert_eq!(key_path(&ComposePath::of(["x-a", "b"])), EXTENSION);
        assert_eq!(as_of_services("services.*.pre_start.image").as_deref(), Some("services.*.image"));
    }
}
