//! Capabilities, kernel parameters and what hardening asks for, from `mappings/security.yaml`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::mapping::glob::matches;

/// The table.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Security {
    /// Capabilities.
    pub capabilities: Capabilities,
    /// Kernel parameters.
    pub sysctls: Sysctls,
    /// The weakest evidence that suffices at `balanced`, by field.
    pub hardening: BTreeMap<String, String>,
}

/// Capabilities by what may be done with them.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Capabilities {
    /// What every container has.
    pub default: Vec<String>,
    /// What may be added at *baseline*.
    pub baseline: Vec<String>,
    /// What may be added at *restricted*.
    pub restricted: Vec<String>,
    others: Vec<String>,
}

/// Kernel parameters by who may set them.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sysctls {
    safe: Vec<Sysctl>,
    namespaced: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Sysctl {
    name: String,
    #[serde(default)]
    since: u32,
}

/// Who may set a kernel parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SysctlClass {
    /// Every Pod.
    Safe,
    /// Pods on nodes that were told so.
    Unsafe,
    /// No Pod: it is a setting of the node.
    Node,
}

impl Security {
    /// The embedded table.
    ///
    /// # Panics
    /// If the embedded table is broken, which a test rules out.
    #[must_use]
    pub fn embedded() -> &'static Self {
        static TABLE: LazyLock<Security> = LazyLock::new(|| embedded!("security"));
        &TABLE
    }
}

impl Capabilities {
    /// Whether there is such a capability.
    #[must_use]
    pub fn is_known(&self, name: &str) -> bool {
        name == "ALL" || self.names().any(|known| known == name)
    }

    /// Every capability.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.default.iter().chain(&self.others).map(String::as_str)
    }
}

/// A capability as Kubernetes spells it.
#[must_use]
pub fn capability(written: &str) -> String {
    let upper = written.to_ascii_uppercase();
    upper.strip_prefix("CAP_").unwrap_or(&upper).to_owned()
}

impl Sysctls {
    /// The parameters that every Pod may set.
    pub fn safe(&self, kubernetes: u32) -> impl Iterator<Item = &str> {
        self.safe.iter().filter(move |sysctl| sysctl.since <= kubernetes).map(|sysctl| sysctl.name.as_str())
    }

    /// Who may set a parameter.
    #[must_use]
    pub fn class(&self, name: &str, kubernetes: u32) -> SysctlClass {
        match self.safe.iter().find(|sysctl| sysctl.name == name) {
            Some(sysctl) if sysctl.since <= kubernetes => SysctlClass::Safe,
            _ if self.namespaced.iter().any(|pattern| matches(pattern, name)) => SysctlClass::Unsafe,
            _ => SysctlClass::Node,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Security, SysctlClass, capability};

    #[test]
    fn the_lists_agree_with_each_other() {
        let capabilities = &Security::embedded().capabilities;
        assert_eq!(
            (capabilities.default.len(), capabilities.baseline.len(), capabilities.names().count()),
            (14, 13, 41)
        );
        assert!(capabilities.baseline.iter().all(|name| capabilities.default.contains(name)));
        assert!(capabilities.is_known(&capability("cap_net_admin")) && !capabilities.is_known("NET_ADMIM"));
    }

    #[test]
    fn parameters_are_classed_by_version() {
        let sysctls = &Security::embedded().sysctls;
        let cases = [
            ("net.ipv4.tcp_rmem", 31, SysctlClass::Unsafe),
            ("net.ipv4.tcp_rmem", 32, SysctlClass::Safe),
            ("net.core.somaxconn", 35, SysctlClass::Unsafe),
            ("kernel.shmmax", 35, SysctlClass::Unsafe),
            ("vm.max_map_count", 35, SysctlClass::Node),
        ];
        for (name, version, class) in cases {
            assert_eq!(sysctls.class(name, version), class, "{name}");
        }
    }
}
