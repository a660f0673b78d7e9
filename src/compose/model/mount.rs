//! What is mounted into a container: volumes, host paths, memory, images, configs and secrets.

use crate::compose::model::field::record;
use crate::compose::model::scalar::Bytes;
use crate::compose::model::wrapper::OptOut;
use crate::compose::model::special::{FileMode, Mapping};

record! {
    /// A mount.
    pub struct Mount {
        /// `volume`, `bind`, `tmpfs`, `image`, `npipe` or `cluster`.
        kind: String = "type",
        /// The volume, the host path or the image.
        source: String = "source",
        /// The path in the container.
        target: String = "target",
        /// Whether it is read-only.
        read_only: bool = "read_only",
        /// How the two sides are kept in step; without effect on Linux.
        consistency: String = "consistency",
        /// What only host paths have.
        bind: Option<BindOptions> = "bind",
        /// What only volumes have.
        volume: Option<VolumeOptions> = "volume",
        /// What only memory has.
        tmpfs: Option<TmpfsOptions> = "tmpfs",
        /// What only images have.
        image: Option<ImageOptions> = "image",
    }
}

record! {
    /// What only host paths have.
    pub struct BindOptions {
        /// `z` or `Z`.
        selinux: String = "selinux",
        /// Which mounts are seen on the other side.
        propagation: String = "propagation",
        /// Whether a path that is missing on the host is made.
        create_host_path: OptOut = "create_host_path",
        /// Whether mounts below are taken along.
        recursive: String = "recursive",
    }
}

record! {
    /// What only volumes have.
    pub struct VolumeOptions {
        /// Labels of the volume.
        labels: Mapping = "labels",
        /// Whether the image's content is kept out of a new volume.
        nocopy: bool = "nocopy",
        /// The folder of the volume that is mounted.
        subpath: String = "subpath",
    }
}

record! {
    /// What only memory has.
    pub struct TmpfsOptions {
        /// The size.
        size: Bytes = "size",
        /// The permission bits of the folder.
        mode: u32 = "mode",
    }
}

record! {
    /// What only images have.
    pub struct ImageOptions {
        /// The folder of the image that is mounted.
        subpath: String = "subpath",
    }
}

record! {
    /// A config or a secret, and where it is mounted.
    pub struct FileReference {
        /// Its name in the project.
        source: String = "source",
        /// The path in the container.
        target: String = "target",
        /// The owner.
        uid: String = "uid",
        /// The group.
        gid: String = "gid",
        /// The permission bits.
        mode: Option<FileMode> = "mode",
    }
}
