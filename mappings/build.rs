//! Prepares the tables of this folder for being embedded in the program.
//!
//! In: each `*.yaml` beside this file. Out: the same as JSON in Cargo's output folder, as every start of the program
//! reads its tables, and JSON is read many times faster. Whether a table makes sense is for the program's tests to say.

use std::error::Error;
use std::path::Path;
use std::{env, fs};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=mappings");
    let out = env::var("OUT_DIR")?;
    for entry in fs::read_dir("mappings")? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "yaml") {
            let table: serde_json::Value = serde_yaml::from_str(&fs::read_to_string(&path)?)
                .map_err(|error| format!("{}: {error}", path.display()))?;
            let name = path.file_stem().unwrap_or_default();
            fs::write(Path::new(&out).join(name).with_extension("json"), table.to_string())?;
        }
    }
    Ok(())
}
