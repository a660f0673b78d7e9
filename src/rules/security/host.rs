//! What a container uses of the node that it runs on: namespaces, files, devices.

use std::path::Path;

use crate::compose::model::container::Container;
use crate::rules::Context;
use crate::rules::subject::Subject;

/// Whether it shares a namespace with its node.
pub(super) fn shares_namespaces(container: &Container) -> bool {
    [&container.network_mode, &container.pid, &container.ipc].into_iter().any(|mode| mode == "host")
}

/// Whether it opens files or devices that the project did not bring along.
pub(super) fn uses_files(container: &Container, cx: &Context<'_>) -> bool {
    let folder = &cx.loaded.input.project_directory;
    let mut binds = container.volumes.iter().filter(|mount| mount.kind == "bind");
    container.use_api_socket
        || !container.devices.is_empty()
        || binds.any(|mount| !Path::new(&mount.source).starts_with(folder))
}

/// Whether its Pod may have users of its own: the API refuses that beside shared namespaces, and files of the node
/// would belong to nobody.
pub(super) fn may_have_own_users(subject: &Subject<'_>, cx: &Context<'_>) -> bool {
    let container = subject.container;
    !container.privileged
        && container.userns_mode != "host"
        && !shares_namespaces(container)
        && !uses_files(container, cx)
}
