//! Prepares the tables of this folder for being embedded in the program.
//!
//! In: each `*.yaml` beside this file, and each folder of `*.yaml` files that are lists. Out: the same as JSON in Cargo's
//! output folder, a folder as one list, as every start of the program reads its tables, and JSON is read many times
//! faster. Whether a table makes sense is for the program's tests to say.

#![allow(clippy::disallowed_methods, reason = "a build script is an edge of its own")]

use std::error::Error;
use std::path::{Path, PathBuf};
use std::{env, fs};

use serde_json::Value;

type Outcome<T> = Result<T, Box<dyn Error>>;

fn main() -> Outcome<()> {
    println!("cargo::rerun-if-changed=mappings");
    let out = env::var("OUT_DIR")?;
    for path in sorted(Path::new("mappings"))? {
        let table = match path.is_dir() {
            true => Value::Array(list(&path)?),
            false if is_yaml(&path) => read(&path)?,
            false => continue,
        };
        let name = path.file_stem().unwrap_or_default();
        fs::write(Path::new(&out).join(name).with_extension("json"), table.to_string())?;
    }
    Ok(())
}

fn sorted(folder: &Path) -> Outcome<Vec<PathBuf>> {
    let mut paths = fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<Outcome<Vec<_>>>()?;
    paths.sort();
    Ok(paths)
}

fn is_yaml(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "yaml")
}

/// The rows of every file of a folder.
fn list(folder: &Path) -> Outcome<Vec<Value>> {
    let mut rows = Vec::new();
    for path in sorted(folder)?.iter().filter(|path| is_yaml(path)) {
        let Value::Array(more) = read(path)? else {
            return Err(format!("{}: a list of rows is expected", path.display()).into());
        };
        rows.extend(more);
    }
    Ok(rows)
}

fn read(path: &Path) -> Outcome<Value> {
    let text = fs::read_to_string(path)?;
    serde_yaml::from_str(&text).map_err(|error| format!("{}: {error}", path.display()).into())
}
