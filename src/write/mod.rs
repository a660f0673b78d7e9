//! Turns objects into files, and files into a folder.
//!
//! In: what `kube` assembled. Out: a [`Tree`] in memory, its one stream of YAML, the lock file that remembers what was
//! written, and the folder itself. Only [`disk`] touches the file system.

pub mod disk;
pub mod lock;
pub mod tree;
pub mod vanished;

pub use crate::write::lock::Lock;
pub use crate::write::tree::{File, Mode, Tree};
