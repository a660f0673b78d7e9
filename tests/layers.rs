//! Who may import whom, who owns which external crate, and how long a file may be.
//!
//! In: the text of every file in `src`, with comments and literals blanked out. Out: one line for each breach, such as
//! ``src/rules/x.rs:3: `rules` may not use `write` ``. The checker is itself tested on small wrong inputs.

#![allow(clippy::disallowed_methods, reason = "this test reads the source files")]

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use crate::repository::{read, top};
use crate::rust_text::{blank_comments_and_literals, identifier, inline_depth, words};

/// Each module with the modules it may import besides itself, in the order of the flow.
const MAY_IMPORT: &[(&str, &[&str])] = &[
    ("source", &[]),
    ("finding", &["source"]),
    ("mapping", &["source", "finding"]),
    ("compose", &["source", "finding", "mapping"]),
    ("graph", &["source", "finding", "compose"]),
    ("policy", &["source", "finding", "mapping"]),
    ("facts", &["source", "finding"]),
    ("plan", &["source", "finding"]),
    ("rules", &["source", "finding", "mapping", "compose", "graph", "policy", "facts", "plan"]),
    ("kube", &["finding", "plan"]),
    ("write", &["kube"]),
    ("verify", &["source", "finding", "compose", "facts"]),
    ("check", &["finding", "policy", "verify", "write"]),
    ("runbook", &["finding", "compose", "graph", "plan"]),
    ("report", &["source", "finding", "compose", "graph", "policy", "plan", "verify", "check"]),
    (
        "pipeline",
        &[
            "source", "finding", "mapping", "compose", "graph", "policy", "facts", "plan", "rules", "kube",
            "write", "verify", "check", "runbook", "report",
        ],
    ),
    (
        "cli",
        &[
            "source", "finding", "mapping", "compose", "graph", "policy", "facts", "plan", "rules", "kube",
            "write", "verify", "check", "runbook", "report", "pipeline",
        ],
    ),
];

/// Each external crate that has an owner: a module, or one file of a module. No owner: it may not appear in `src`.
const OWNERS: &[(&str, &[&str])] = &[
    ("annotate_snippets", &["finding"]),
    ("anyhow", &["source::file", "write::disk", "pipeline", "cli"]),
    ("clap", &["cli"]),
    ("docker_compose_types", &["compose"]),
    ("granit_parser", &["source"]),
    ("jiff", &["cli"]),
    ("jsonschema", &[]),
    ("k8s_openapi", &["plan", "rules", "kube"]),
    ("mimalloc", &["main"]),
    ("parse_dockerfile", &["facts"]),
    ("petgraph", &["graph"]),
    ("serde_yaml", &["compose", "mapping"]),
    ("sha2", &["plan"]),
    ("tracing_subscriber", &["cli"]),
];

/// External crates that every module may use.
const FREE: &[&str] = &["indexmap", "serde", "serde_json", "thiserror", "tracing"];

/// What only the edge of the program may do.
const EDGE_ONLY: &[&str] = &["println!", "eprintln!", "print!", "eprint!", "process::exit"];

/// The modules at the edge.
const EDGE: &[&str] = &["cli", "main"];

/// The longest file in `src`.
const MAX_LINES: usize = 500;

#[test]
fn every_file_keeps_to_its_layer() {
    let breaches: Vec<String> = sources().iter().flat_map(|(path, text)| breaches(path, text)).collect();
    assert!(breaches.is_empty(), "{}", breaches.join("\n"));
}

#[test]
fn the_flow_in_lib_rs_is_the_table_and_the_folders() {
    let lib = read("src/lib.rs");
    let declared: Vec<&str> = lib
        .lines()
        .filter_map(|line| line.trim().strip_prefix("pub mod "))
        .map(|name| name.trim_end_matches(';'))
        .collect();
    let in_order: Vec<&str> = rows().filter(|name| declared.contains(name)).collect();
    assert_eq!(declared, in_order, "`pub mod` lines in src/lib.rs stand in the order of the flow");

    let folders: BTreeSet<String> = sources().iter().map(|(path, _)| module_path(path).remove(0)).collect();
    let crate_files = ["lib", "main"].map(str::to_owned);
    let expected = declared.iter().map(|name| (*name).to_owned()).chain(crate_files).collect();
    assert_eq!(folders, expected, "every folder in src is declared in src/lib.rs");
}

#[test]
fn the_table_points_towards_the_start_of_the_flow() {
    for (at, (module, may)) in MAY_IMPORT.iter().enumerate() {
        for used in *may {
            let position = rows().position(|name| name == *used);
            assert!(
                position.is_some_and(|position| position < at),
                "`{module}` lists `{used}`, which is not before it"
            );
        }
    }
}

#[test]
fn every_dependency_has_an_owner_or_is_free() {
    let known: BTreeSet<&str> = OWNERS.iter().map(|(name, _)| *name).chain(FREE.iter().copied()).collect();
    let manifest = read("Cargo.toml");
    for name in dependencies(&manifest) {
        let name = name.replace('-', "_");
        assert!(known.contains(name.as_str()), "`{name}` is in Cargo.toml but in neither OWNERS nor FREE");
    }
}

#[test]
fn an_import_that_points_up_is_found() {
    let text = "//! A rule.\n\nuse crate::write::disk;\n";
    assert_eq!(breaches("src/rules/x.rs", text), ["src/rules/x.rs:3: `rules` may not use `write`"]);
    assert_eq!(breaches("src/pipeline/mod.rs", text), [""; 0]);
}

#[test]
fn a_path_in_the_middle_of_code_is_found() {
    let text = "fn f() -> u8 {\n    crate::cli::answer()\n}\n";
    assert_eq!(breaches("src/graph/x.rs", text), ["src/graph/x.rs:2: `graph` may not use `cli`"]);
}

#[test]
fn comments_and_literals_do_not_count() {
    let text = "// crate::cli\nconst A: &str = \"crate::cli\";\nuse crate::cli;\n";
    assert_eq!(breaches("src/source/x.rs", text), ["src/source/x.rs:3: `source` may not use `cli`"]);
}

#[test]
fn lists_and_globs_from_the_crate_are_found() {
    for import in ["use crate::{source, finding};", "use crate::*;"] {
        let found = breaches("src/graph/x.rs", import);
        assert_eq!(found, ["src/graph/x.rs:1: name one module in each `use crate::` line"], "{import}");
    }
}

#[test]
fn super_does_not_get_around_the_table() {
    let found = ["src/source/x.rs:1: `source` may not use `cli`"];
    assert_eq!(breaches("src/source/x.rs", "use super::super::cli;"), found);
    assert_eq!(breaches("src/source/mod.rs", "use super::cli;").len(), 1);
    assert_eq!(breaches("src/source/x.rs", "use super::span;"), [""; 0]);
    assert_eq!(
        breaches("src/source/mod.rs", "mod tests {\n    use super::yaml;\n}\nuse super::finding;").len(),
        1
    );
    assert_eq!(breaches("src/source/x.rs", "mod tests {\n    use super::super::cli;\n}"), [""; 0]);
}

#[test]
fn a_module_that_nobody_placed_is_found() {
    let found = ["src/helpers/mod.rs:1: `helpers` has no row in MAY_IMPORT"];
    assert_eq!(breaches("src/helpers/mod.rs", "pub fn help() {}"), found);
    assert_eq!(breaches("src/util.rs", "pub fn help() {}").len(), 1);
}

#[test]
fn a_crate_outside_its_owner_is_found() {
    let found = ["src/graph/x.rs:1: only source may use `granit_parser`"];
    assert_eq!(breaches("src/graph/x.rs", "use granit_parser::Event;"), found);
    assert_eq!(breaches("src/source/yaml.rs", "use granit_parser::Event;"), [""; 0]);
    assert_eq!(breaches("src/source/file.rs", "use anyhow::Context as _;"), [""; 0]);
    let found = ["src/source/yaml.rs:1: only source::file, write::disk, pipeline, cli may use `anyhow`"];
    assert_eq!(breaches("src/source/yaml.rs", "type R = anyhow::Result<()>;"), found);
    assert_eq!(
        breaches("src/mapping/x.rs", "use jsonschema;"),
        ["src/mapping/x.rs:1: nobody in src may use `jsonschema`"]
    );
    assert_eq!(breaches("src/graph/x.rs", "let clap = noise.clap; my_clap::f();"), [""; 0]);
}

#[test]
fn talk_outside_the_edge_is_found() {
    let text = "fn f() {\n    std::process::exit(1);\n    eprintln!(\"no\");\n}\n";
    let found = [
        "src/graph/x.rs:3: only cli, main may use `eprintln!`",
        "src/graph/x.rs:2: only cli, main may use `process::exit`",
    ];
    assert_eq!(breaches("src/graph/x.rs", text), found);
    assert_eq!(breaches("src/cli/x.rs", text), [""; 0]);
}

#[test]
fn main_may_use_the_command_line_only() {
    assert_eq!(breaches("src/main.rs", "fn main() { cutover::cli::run() }"), [""; 0]);
    let found = ["src/main.rs:1: `main` may not use `source`"];
    assert_eq!(breaches("src/main.rs", "use cutover::source::span;"), found);
}

#[test]
fn a_long_file_is_found() {
    let longest = "//\n".repeat(MAX_LINES);
    assert_eq!(breaches("src/graph/x.rs", &longest), [""; 0]);
    let found = ["src/graph/x.rs: 501 lines, more than 500: is it one subject?"];
    assert_eq!(breaches("src/graph/x.rs", &format!("{longest}//\n")), found);
}

/// The names of the table, in the order of the flow.
fn rows() -> impl Iterator<Item = &'static str> {
    MAY_IMPORT.iter().map(|(module, _)| *module)
}

/// Every Rust file in `src`, by its path from the top of the repository, with its text.
fn sources() -> Vec<(String, String)> {
    let top = top();
    let mut folders = vec![top.join("src")];
    let mut files: Vec<PathBuf> = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("src can be listed") {
            let path = entry.expect("src can be listed").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                files.push(path);
            }
        }
    }
    files.sort();
    let named = |path: PathBuf| {
        let steps = path.strip_prefix(&top).expect("it lies below the top").iter();
        let steps: Vec<&str> = steps.map(|step| step.to_str().expect("names in src are UTF-8")).collect();
        let name = steps.join("/");
        let text = read(&name);
        (name, text)
    };
    files.into_iter().map(named).collect()
}

/// The module that a file is, as steps from the root of the crate: `src/a/b.rs` is `a::b`, and so is `src/a/b/mod.rs`.
fn module_path(path: &str) -> Vec<String> {
    let inner = path.trim_start_matches("src/").trim_end_matches(".rs").trim_end_matches("/mod");
    inner.split('/').map(str::to_owned).collect()
}

/// The names under `[dependencies]` of a manifest.
fn dependencies(manifest: &str) -> Vec<&str> {
    manifest
        .lines()
        .skip_while(|line| *line != "[dependencies]")
        .skip(1)
        .take_while(|line| !line.starts_with('['))
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once('='))
        .map(|(name, _)| name.trim())
        .collect()
}

/// Everything that is wrong with one file, a line each.
fn breaches(path: &str, text: &str) -> Vec<String> {
    let module = module_path(path);
    let code = blank_comments_and_literals(text);
    let file = File { path, module: &module, code: &code };
    let mut found = file.import_breaches();
    found.extend(file.crate_breaches());
    found.extend(file.edge_breaches());
    let lines = text.lines().count();
    if lines > MAX_LINES {
        found.push(format!("{path}: {lines} lines, more than {MAX_LINES}: is it one subject?"));
    }
    found
}

/// A file under examination.
struct File<'a> {
    path: &'a str,
    module: &'a [String],
    code: &'a str,
}

impl File<'_> {
    /// The module in the table that the file belongs to.
    fn stage(&self) -> &str {
        self.module.first().map_or("", String::as_str)
    }

    fn at(&self, offset: usize, message: &str) -> String {
        let line = self.code[..offset].matches('\n').count() + 1;
        format!("{}:{line}: {message}", self.path)
    }

    fn import_breaches(&self) -> Vec<String> {
        let stage = self.stage();
        let row = MAY_IMPORT.iter().find(|(module, _)| *module == stage).map(|(_, may)| *may);
        let may: Vec<&str> = match (stage, row) {
            ("main", _) => vec!["cli"],
            ("lib", _) => rows().collect(),
            (_, Some(may)) => may.to_vec(),
            (_, None) => return vec![self.at(0, &format!("`{stage}` has no row in MAY_IMPORT"))],
        };
        let mut found = Vec::new();
        for (offset, rest) in self.paths_from_the_root() {
            let name = identifier(rest);
            if name.is_empty() {
                found.push(self.at(offset, "name one module in each `use crate::` line"));
            } else if name != stage && !may.contains(&name) {
                found.push(self.at(offset, &format!("`{stage}` may not use `{name}`")));
            }
        }
        found
    }

    /// Where a path starts at the root of the crate, and what follows the root there.
    fn paths_from_the_root(&self) -> Vec<(usize, &str)> {
        let mut roots: Vec<(usize, &str)> = Vec::new();
        for root in ["crate::", "cutover::"] {
            roots.extend(words(self.code, root).map(|at| (at, &self.code[at + root.len()..])));
        }
        for at in words(self.code, "super::").filter(|at| !self.code[..*at].ends_with("super::")) {
            let rest = self.code[at..].trim_start_matches("super::");
            let ups = (self.code.len() - at - rest.len()) / "super::".len();
            if ups >= self.module.len() + inline_depth(&self.code[..at]) {
                roots.push((at, rest));
            }
        }
        roots.sort_unstable();
        roots
    }

    fn crate_breaches(&self) -> Vec<String> {
        let here = self.module.join("::");
        let mut found = Vec::new();
        for (name, owners) in OWNERS {
            let owned = |owner: &str| here == owner || here.starts_with(&format!("{owner}::"));
            if owners.iter().any(|owner| owned(owner)) {
                continue;
            }
            let who = match owners {
                [] => "nobody in src".to_owned(),
                owners => format!("only {}", owners.join(", ")),
            };
            let uses = words(self.code, name).filter(|at| {
                let after = &self.code[at + name.len()..];
                after.starts_with("::") || self.code[..*at].ends_with("use ")
            });
            found.extend(uses.map(|at| self.at(at, &format!("{who} may use `{name}`"))));
        }
        found
    }

    fn edge_breaches(&self) -> Vec<String> {
        if EDGE.contains(&self.stage()) {
            return Vec::new();
        }
        let uses = EDGE_ONLY.iter().flat_map(|what| words(self.code, what).map(move |at| (at, what)));
        uses.map(|(at, what)| self.at(at, &format!("only {} may use `{what}`", EDGE.join(", ")))).collect()
    }
}
