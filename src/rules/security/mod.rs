//! Rules about what a container may do: its user, its rights, and what it sees of its node.
//!
//! In: Compose, the policy, and what the catalogue knows of the image. Out: the strictest security context that the
//! evidence allows. `identity` works out who a container runs as, `sets` which capabilities it has; rules ask them.

mod capabilities;
mod devices;
mod escalation;
mod evidence;
mod groups;
mod host;
mod host_namespaces;
mod identity;
mod number;
mod option;
mod paths;
mod privileged;
mod program;
mod read_only_root;
mod runtime;
mod security_options;
mod sets;
mod sysctls;
mod token_and_links;
mod user;

use crate::rules::Rule;

/// The rules of this group, by name.
pub(super) const RULES: &[&dyn Rule] = &[
    &capabilities::CapabilityLists,
    &devices::Devices,
    &escalation::Escalation,
    &groups::Groups,
    &host_namespaces::HostNamespaces,
    &privileged::Privileged,
    &read_only_root::ReadOnlyRoot,
    &runtime::Runtime,
    &security_options::SecurityOptions,
    &sysctls::KernelParameters,
    &token_and_links::TokenAndLinks,
    &user::RunAs,
];
