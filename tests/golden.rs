//! What becomes of samples, as whole trees in `snapshots/convert`: read before they are accepted, one file for a sample.
//!
//! Values of secrets are `***` there. `UPDATE=1` accepts what is written now.

use std::path::Path;

use crate::repository::{read, top};
use crate::run::cutover;

/// Samples with a golden tree, and the arguments beside the folder.
const GOLDEN: &[(&str, &str, &[&str])] = &[
    ("shop", "shop", &[]),
    ("shop", "shop-restricted", &["--hardening", "restricted"]),
    ("shop", "shop-1.33", &["--kubernetes", "1.33"]),
    ("shop", "shop-external", &["--secrets", "external"]),
    ("rules-config", "rules-config", &[]),
    ("rules-health", "rules-health", &[]),
    ("rules-health", "rules-health-faithful", &["--probes", "faithful"]),
    ("rules-metadata", "rules-metadata", &[]),
    ("rules-resources", "rules-resources", &[]),
    ("rules-security", "rules-security", &[]),
    ("rules-security", "rules-security-restricted", &["--hardening", "restricted"]),
    ("rules-security", "rules-security-compatible", &["--hardening", "compatible"]),
    ("rules-workload", "rules-workload", &[]),
];

#[test]
fn samples_become_what_was_accepted() {
    let folder = tempfile::tempdir().unwrap();
    let mut changed = Vec::new();
    for (sample, name, arguments) in GOLDEN {
        let out = folder.path().join(name);
        let mut command =
            vec!["convert".to_owned(), "--no-os-env".to_owned(), "-o".to_owned(), out.display().to_string()];
        command.extend(arguments.iter().map(|argument| (*argument).to_owned()));
        let ran = cutover(&top().join("samples").join(sample), &command);
        assert_eq!(ran.status, Some(0), "{name}: {}", ran.stderr);
        let shown = ran.stderr.replace(&folder.path().display().to_string(), "OUT");
        let text = format!("{}=== findings\n{shown}", tree(&out, &out));
        let path = format!("snapshots/convert/{name}.txt");
        if std::env::var_os("UPDATE").is_some() {
            std::fs::create_dir_all(top().join("snapshots/convert")).unwrap();
            std::fs::write(top().join(&path), &text).unwrap();
        }
        if !top().join(&path).exists() || read(&path) != text {
            changed.push(path);
        }
    }
    assert!(changed.is_empty(), "not what was accepted; look at it after `UPDATE=1`: {changed:?}");
}

#[test]
fn each_golden_tree_has_a_sample() {
    let known: Vec<String> = GOLDEN.iter().map(|(_, name, _)| format!("{name}.txt")).collect();
    for entry in std::fs::read_dir(top().join("snapshots/convert")).unwrap() {
        let name = entry.unwrap().file_name().to_string_lossy().into_owned();
        assert!(known.contains(&name), "snapshots/convert/{name} is written by no test");
    }
}

/// Every manifest below a folder. The report and the lock have tests of their own.
fn tree(folder: &Path, base: &Path) -> String {
    let mut entries: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    let mut text = String::new();
    for path in entries {
        let name = path.strip_prefix(base).unwrap().display().to_string();
        if path.is_dir() {
            text += &tree(&path, base);
        } else if !matches!(name.as_str(), "report.json" | "cutover.lock") {
            let is_secret = name.starts_with("secrets/") && name.ends_with(".yaml");
            let content = std::fs::read_to_string(&path).unwrap();
            text += &format!("=== {name}\n{}", if is_secret { hidden(&content) } else { content });
        }
    }
    text
}

/// A Secret without its values.
fn hidden(manifest: &str) -> String {
    let mut in_data = false;
    let mut text = String::new();
    for line in manifest.lines() {
        if !line.starts_with(' ') {
            in_data = matches!(line, "data:" | "stringData:");
        }
        match line
            .strip_prefix("  ")
            .filter(|rest| in_data && !rest.starts_with(' '))
            .and_then(|rest| rest.split_once(':'))
        {
            Some((key, _)) => text += &format!("  {key}: '***'\n"),
            None if in_data && line.starts_with("    ") => {}
            None => text += &format!("{line}\n"),
        }
    }
    text
}
