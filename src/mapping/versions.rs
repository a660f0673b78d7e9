//! Which version of Kubernetes can do what, from `mappings/versions.yaml`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

/// The oldest minor version that manifests can be written for.
pub const OLDEST: u32 = 33;
/// The newest one.
pub const NEWEST: u32 = 37;
/// The one that is meant where nothing is said.
pub const DEFAULT: u32 = 35;

/// Whether a feature can be used.
///
/// # Panics
/// If there is no such feature, which is a bug.
#[must_use]
pub fn has(feature: &str, kubernetes: u32) -> bool {
    since(feature).expect("a feature of mappings/versions.yaml") <= kubernetes
}

/// The version that a feature can be used from.
#[must_use]
pub fn since(feature: &str) -> Option<u32> {
    static TABLE: LazyLock<BTreeMap<String, u32>> = LazyLock::new(|| embedded!("versions"));
    TABLE.get(feature).copied()
}

#[cfg(test)]
mod tests {
    use super::{DEFAULT, has};

    #[test]
    fn features_come_with_their_version() {
        assert!(has("host-users", DEFAULT) && !has("stop-signal", DEFAULT) && has("stop-signal", 37));
    }
}
