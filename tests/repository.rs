//! The repository as tests see it: where it is, and the text of its files.

#![allow(clippy::disallowed_methods, reason = "tests read the repository")]

use std::fs;
use std::path::{Path, PathBuf};

/// The top of the repository, asked for when the test runs: a clone that was moved keeps its build.
pub(crate) fn top() -> PathBuf {
    PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo runs the tests"))
}

/// The text of a file, by its path from the top.
pub(crate) fn read(name: &str) -> String {
    fs::read_to_string(top().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// Every file below a folder: its path, its text, in order.
pub(crate) fn tree_text(folder: &Path) -> String {
    let mut entries: Vec<PathBuf> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    let texts = entries.iter().map(|path| match path.is_dir() {
        true => tree_text(path),
        false => format!(
            "=== {}\n{}",
            path.strip_prefix(folder).unwrap().display(),
            fs::read_to_string(path).unwrap()
        ),
    });
    texts.collect()
}
