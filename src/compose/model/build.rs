//! How an image is built.

use indexmap::IndexMap;

use crate::compose::model::field::record;
use crate::compose::model::mount::FileReference;
use crate::compose::model::scalar::Bytes;
use crate::compose::model::special::{Hosts, Mapping, SshKeys, Ulimit, Variables};

record! {
    /// How an image is built.
    pub struct Build {
        /// The folder or address that holds the sources.
        context: String = "context",
        /// The Dockerfile, from the context.
        dockerfile: String = "dockerfile",
        /// The text of the Dockerfile.
        dockerfile_inline: String = "dockerfile_inline",
        /// More rights for the build.
        entitlements: Vec<String> = "entitlements",
        /// Arguments.
        args: Variables = "args",
        /// The attestation of where it came from.
        provenance: String = "provenance",
        /// The list of what is in it.
        sbom: String = "sbom",
        /// Agent sockets and keys.
        ssh: SshKeys = "ssh",
        /// Labels of the image.
        labels: Mapping = "labels",
        /// Where the cache is read.
        cache_from: Vec<String> = "cache_from",
        /// Where the cache is written.
        cache_to: Vec<String> = "cache_to",
        /// Whether the cache is left alone.
        no_cache: bool = "no_cache",
        /// Stages for which the cache is left alone.
        no_cache_filter: Vec<String> = "no_cache_filter",
        /// More contexts, by name.
        additional_contexts: Mapping = "additional_contexts",
        /// Whether base images are pulled again.
        pull: bool = "pull",
        /// Lines of the hosts file.
        extra_hosts: Hosts = "extra_hosts",
        /// The isolation of a Windows build.
        isolation: String = "isolation",
        /// The network of the build.
        network: String = "network",
        /// The stage.
        target: String = "target",
        /// Secrets that the build sees.
        secrets: Vec<FileReference> = "secrets",
        /// The size of shared memory.
        shm_size: Bytes = "shm_size",
        /// More names for the image.
        tags: Vec<String> = "tags",
        /// Limits of the kernel.
        ulimits: IndexMap<String, Ulimit> = "ulimits",
        /// Platforms.
        platforms: Vec<String> = "platforms",
        /// Whether the build has all rights.
        privileged: bool = "privileged",
    }
}
