//! Real folders: first runs, later runs, and everything that a person may have done in between.
//!
//! In: a folder that goes at the end of each test. Out: nothing but failures.

#![allow(clippy::disallowed_methods, reason = "these tests look at what was written")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use tempfile::TempDir;

use super::{Failure, Written, write};
use crate::write::lock::{self, Lock};
use crate::write::tree::Tree;

const WEB: &str = "manifests/shop/deployment-web.yaml";
const DATABASE: &str = "manifests/shop/deployment-db.yaml";
const SECRET: &str = "secrets/shop/secret-db.yaml";
const IGNORE: &str = "secrets/.gitignore";

fn tree() -> Tree {
    let mut tree = Tree::default();
    tree.insert(WEB, "web: 1\n");
    tree.insert(DATABASE, "db: 1\n");
    tree.insert(IGNORE, "*\n");
    tree.insert_private(SECRET, "password: hunter2\n");
    tree
}

/// The tree without its files at these paths.
fn without(paths: &[&str]) -> Tree {
    let mut smaller = Tree::default();
    for (path, file) in tree().files().filter(|(path, _)| !paths.contains(path)) {
        match file.mode {
            crate::write::Mode::Shared => smaller.insert(path, file.text.clone()),
            crate::write::Mode::Private => smaller.insert_private(path, file.text.clone()),
        }
    }
    smaller
}

fn target() -> (TempDir, PathBuf) {
    let parent = tempfile::tempdir().unwrap();
    let folder = parent.path().join("k3s");
    (parent, folder)
}

fn run(folder: &Path, tree: &Tree, force: bool) -> Result<Written, Failure> {
    write(folder, tree, &Lock::new(tree, &[], Value::Null), force)
}

/// Every file below a folder with its bytes.
fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && !path.is_symlink() {
            found.extend(files(&path));
        } else {
            found.insert(path.clone(), fs::read(&path).unwrap());
        }
    }
    found
}

fn read(folder: &Path, path: &str) -> String {
    fs::read_to_string(folder.join(path)).unwrap()
}

#[test]
fn a_first_run_writes_everything_and_nothing_else() {
    let (parent, folder) = target();
    let done = run(&folder, &tree(), false).unwrap();
    assert_eq!(done.written.len(), 4);
    assert_eq!(files(&folder).len(), 5);
    assert_eq!(read(&folder, WEB), "web: 1\n");
    assert!(!read(&folder, lock::NAME).contains("hunter2"));
    assert_eq!(fs::read_dir(parent.path()).unwrap().count(), 1, "nothing is left beside the folder");
}

#[cfg(unix)]
#[test]
fn secrets_are_for_their_owner_only() {
    use std::os::unix::fs::PermissionsExt as _;
    let (_parent, folder) = target();
    run(&folder, &tree(), false).unwrap();
    let mode = |path: &str| fs::metadata(folder.join(path)).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(SECRET), 0o600);
    fs::set_permissions(folder.join(SECRET), fs::Permissions::from_mode(0o644)).unwrap();
    assert_eq!(run(&folder, &tree(), false).unwrap().written, [SECRET]);
    assert_eq!(mode(SECRET), 0o600);
}

#[test]
fn the_same_again_touches_nothing() {
    let (_parent, folder) = target();
    run(&folder, &tree(), false).unwrap();
    let times = |folder: &Path| -> Vec<_> {
        files(folder).keys().map(|path| fs::metadata(path).unwrap().modified().unwrap()).collect()
    };
    let before = times(&folder);
    let done = run(&folder, &tree(), false).unwrap();
    assert_eq!(done, Written { untouched: 4, ..Written::default() });
    assert_eq!(times(&folder), before);
}

#[test]
fn what_nobody_edited_is_replaced() {
    let (_parent, folder) = target();
    run(&folder, &tree(), false).unwrap();
    let mut newer = tree();
    newer.insert(WEB, "web: 2\n");
    let done = run(&folder, &newer, false).unwrap();
    assert_eq!((done.written, done.untouched), (vec![WEB.to_owned()], 3));
    assert_eq!(read(&folder, WEB), "web: 2\n");
    assert_eq!(run(&folder, &newer, false).unwrap().untouched, 4);
}

#[test]
fn an_edited_file_stops_everything() {
    let (_parent, folder) = target();
    run(&folder, &tree(), false).unwrap();
    fs::write(folder.join(WEB), "mine\n").unwrap();
    fs::write(folder.join(SECRET), "mine\n").unwrap();
    let before = files(&folder);
    let mut newer = tree();
    newer.insert(DATABASE, "db: 2\n");
    let failure = run(&folder, &newer, false).unwrap_err();
    assert!(matches!(&failure, Failure::Edited(paths) if *paths == [WEB, SECRET]), "{failure}");
    assert_eq!(files(&folder), before);
}

#[test]
fn force_keeps_what_was_edited() {
    let (_parent, folder) = target();
    run(&folder, &tree(), false).unwrap();
    for (round, kept) in [("first", "deployment-web.yaml.orig"), ("second", "deployment-web.yaml.orig.2")] {
        fs::write(folder.join(WEB), round).unwrap();
        let done = run(&folder, &tree(), true).unwrap();
        let kept = format!("manifests/shop/{kept}");
        assert_eq!(done.kept, [(WEB.to_owned(), kept.clone())]);
        assert_eq!((read(&folder, WEB).as_str(), read(&folder, &kept).as_str()), ("web: 1\n", round));
    }
    assert_eq!(read(&folder, "manifests/shop/deployment-web.yaml.orig"), "first");
}

#[test]
fn what_vanished_is_removed_unless_it_was_edited() {
    let (_parent, folder) = target();
    run(&folder, &tree(), false).unwrap();
    let done = run(&folder, &without(&[WEB, DATABASE]), false).unwrap();
    assert_eq!(done.removed, [DATABASE, WEB]);
    let commands: Vec<String> = done.vanished.iter().map(|vanished| vanished.command()).collect();
    let line = |name: &str| format!("kubectl delete deployment {name} --namespace shop");
    assert_eq!(commands, [line("db"), line("web")]);
    assert!(!folder.join("manifests").exists(), "an empty folder goes as well");

    run(&folder, &tree(), false).unwrap();
    fs::write(folder.join(WEB), "mine\n").unwrap();
    let failure = run(&folder, &without(&[WEB]), false).unwrap_err();
    assert!(matches!(&failure, Failure::Edited(paths) if *paths == [WEB]), "{failure}");
}

#[test]
fn a_secret_that_vanished_stays_hidden_from_git() {
    let (_parent, folder) = target();
    run(&folder, &tree(), false).unwrap();
    let done = run(&folder, &without(&[SECRET, IGNORE]), false).unwrap();
    assert_eq!((done.left, done.removed), (vec![SECRET.to_owned()], Vec::new()));
    assert_eq!(read(&folder, IGNORE), "*\n");
}

#[test]
fn what_others_put_there_is_never_touched() {
    let (_parent, folder) = target();
    run(&folder, &tree(), false).unwrap();
    fs::write(folder.join("manifests/shop/notes.txt"), "mine\n").unwrap();
    run(&folder, &without(&[WEB, DATABASE]), true).unwrap();
    assert_eq!(read(&folder, "manifests/shop/notes.txt"), "mine\n");
}

#[test]
fn a_folder_of_somebody_else_is_refused_only_where_names_meet() {
    let (_parent, folder) = target();
    fs::create_dir_all(folder.join("manifests/shop")).unwrap();
    fs::write(folder.join("README.md"), "mine\n").unwrap();
    fs::write(folder.join(WEB), "mine\n").unwrap();
    let failure = run(&folder, &tree(), false).unwrap_err();
    assert!(matches!(&failure, Failure::Occupied(paths) if *paths == [WEB]), "{failure}");
    assert_eq!(files(&folder).len(), 2);
    fs::remove_file(folder.join(WEB)).unwrap();
    assert_eq!(run(&folder, &tree(), false).unwrap().written.len(), 4);
    assert_eq!(read(&folder, "README.md"), "mine\n");
}

#[test]
fn a_place_that_cannot_be_written_to_is_an_error() {
    let (parent, _) = target();
    let file = parent.path().join("file");
    fs::write(&file, "").unwrap();
    assert!(matches!(run(&file, &tree(), true), Err(Failure::System(_))));
    let failure = run(&file.join("k3s"), &tree(), true).unwrap_err();
    assert!(failure.to_string().contains("cannot make the folder"), "{failure}");
}

#[test]
fn a_lock_that_cannot_be_read_stops_everything() {
    let (_parent, folder) = target();
    run(&folder, &tree(), false).unwrap();
    fs::write(folder.join(lock::NAME), "{").unwrap();
    assert!(matches!(run(&folder, &tree(), true), Err(Failure::Lock(_))));
}

#[cfg(unix)]
#[test]
fn links_are_not_followed() {
    use std::os::unix::fs::symlink;
    let (parent, folder) = target();
    let outside = parent.path().join("outside");
    fs::create_dir_all(&outside).unwrap();
    fs::write(outside.join("file"), "theirs\n").unwrap();
    fs::create_dir_all(folder.join("manifests/shop")).unwrap();
    symlink(outside.join("file"), folder.join(WEB)).unwrap();
    assert!(matches!(run(&folder, &tree(), false), Err(Failure::Occupied(_))));
    run(&folder, &tree(), true).unwrap();
    assert_eq!(read(&outside, "file"), "theirs\n");
    assert_eq!(read(&folder, WEB), "web: 1\n");

    fs::remove_dir_all(folder.join("manifests")).unwrap();
    symlink(&outside, folder.join("manifests")).unwrap();
    let failure = run(&folder, &tree(), true).unwrap_err();
    assert!(matches!(&failure, Failure::Obstructed(paths) if *paths == [DATABASE, WEB]), "{failure}");
    assert_eq!(fs::read_dir(&outside).unwrap().count(), 1);
}
