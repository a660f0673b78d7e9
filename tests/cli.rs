//! The command line as a contract: streams, statuses, help, a reader that goes away.

use std::process::{Command, Stdio};

use crate::repository;
use crate::run::{self, cutover, with_input};

#[test]
fn data_goes_to_stdout_and_talk_to_stderr() {
    let shop = repository::top().join("samples/shop");
    let ran = cutover(&shop, &["config"]);
    assert_eq!(ran.status, Some(0), "{}", ran.stderr);
    assert!(ran.stdout.starts_with("name: shop\n"), "{:.200}", ran.stdout);
    let quiet = cutover(&shop, &["config", "--quiet"]);
    assert_eq!((quiet.status, quiet.stdout.as_str()), (Some(0), ""));
}

#[test]
fn a_project_is_a_folder_or_a_file() {
    let top = repository::top();
    let inside = cutover(&top.join("samples/shop"), &["config"]).stdout;
    assert_eq!(cutover(&top, &["config", "samples/shop"]).stdout, inside);
    let file = cutover(&top, &["config", "samples/extends/compose.yaml"]);
    assert_eq!(file.stdout, cutover(&top.join("samples/extends"), &["config"]).stdout);
}

#[test]
fn wrong_usage_ends_with_two() {
    let top = repository::top();
    for arguments in
        [&["config", "--nonsense"][..], &["nonsense"], &[], &["config", "--services", "--volumes"]]
    {
        let ran = cutover(&top, arguments);
        assert_eq!((ran.status, ran.stdout.as_str()), (Some(2), ""), "{arguments:?}: {}", ran.stderr);
    }
}

#[test]
fn the_process_can_be_left_out() {
    let folder =
        run::folder_with(&[("compose.yaml", "name: x\nservices: {web: {image: \"x:${TAG:-none}\"}}\n")]);
    let variables = [("TAG", "mine")];
    let with = with_input(folder.path(), &["config"], &variables, "");
    let without = with_input(folder.path(), &["config", "--no-os-env"], &variables, "");
    assert!(with.stdout.contains("x:mine"), "{}", with.stdout);
    assert!(without.stdout.contains("x:none"), "{}", without.stdout);
}

#[test]
fn the_table_of_variables_says_where_a_value_comes_from() {
    let compose = "services:
  web:
    image: x:${TAG:-1.0}${SUFFIX:+-$SUFFIX}
    environment: {A: '${HOST_SIDE}', B: '${FROM_FILE:?}', C: '$NOWHERE', D: '$COMPOSE_PROJECT_NAME'}
";
    let folder = run::folder_with(&[("compose.yaml", compose), (".env", "FROM_FILE=hidden-value\n")]);
    let variables = [("HOST_SIDE", "hidden-value")];
    let ran = with_input(folder.path(), &["config", "--variables"], &variables, "");
    let expected = "\
NAME                   REQUIRED   DEFAULT VALUE   ALTERNATE VALUE   SOURCE
COMPOSE_PROJECT_NAME   false                                        Docker Compose
FROM_FILE              true                                         .env
HOST_SIDE              false                                        environment
NOWHERE                false                                        nowhere
SUFFIX                 false                      -$SUFFIX          nowhere
TAG                    false      1.0                               default
";
    assert_eq!(ran.stdout, expected, "{}", ran.stderr);
    let ran = with_input(folder.path(), &["config", "--variables", "--format", "json"], &variables, "");
    let listed: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    let tag = serde_json::json!({
        "Name": "TAG", "DefaultValue": "1.0", "PresenceValue": "", "Required": false, "Source": "default",
    });
    assert_eq!(listed["TAG"], tag);
    assert_eq!(listed.as_object().map(serde_json::Map::len), Some(6));
}

#[test]
fn a_bug_says_so_and_how_to_report_it() {
    // Only a debug build has this door.
    if cfg!(debug_assertions) {
        let shop = repository::top().join("samples/shop");
        let ran = with_input(&shop, &["config"], &[("CUTOVER_STUMBLE", "1")], "");
        assert_eq!((ran.status, ran.stdout.as_str()), (Some(101), ""));
        for words in
            ["has a bug: it stopped at src/cli/mod.rs:", "the command you ran", env!("CARGO_PKG_VERSION")]
        {
            assert!(ran.stderr.contains(words), "{words}: {}", ran.stderr);
        }
        assert!(!ran.stderr.contains(": \n") && !ran.stderr.trim_end().ends_with(':'), "{}", ran.stderr);
    }
}

#[test]
fn the_cap_on_nodes_can_be_lifted() {
    let many = format!("x-list: [{}0]\nservices: {{web: {{image: x}}}}\n", "0,".repeat(100_000));
    let folder = run::folder_with(&[("compose.yaml", &many)]);
    let refused = cutover(folder.path(), &["config", "--quiet"]);
    assert_eq!(refused.status, Some(3));
    assert!(refused.stderr.contains("exceeds maximum node visit limit (100000)"), "{}", refused.stderr);
    assert!(refused.stderr.contains("`--max-nodes`"), "{}", refused.stderr);
    let read = cutover(folder.path(), &["config", "--quiet", "--max-nodes", "1000000"]);
    assert_eq!(read.status, Some(0), "{}", read.stderr);
}

#[test]
fn what_docker_compose_has_and_ours_has_not_is_wrong_usage() {
    let shop = repository::top().join("samples/shop");
    for arguments in [
        &["config", "-o", "file"][..],
        &["config", "--output", "file"],
        &["config", "--hash", "*"],
        &["config", "--lock-image-digests"],
        &["config", "--resolve-image-digests"],
        &["-f", "compose.yaml", "config"],
        &["--profile", "tools", "config"],
    ] {
        let ran = cutover(&shop, arguments);
        assert_eq!((ran.status, ran.stdout.as_str()), (Some(2), ""), "{arguments:?}: {}", ran.stderr);
    }
}

#[test]
fn the_order_in_which_files_were_made_does_not_count() {
    let files = [
        (
            "compose.yaml",
            "name: n\ninclude: [b.yaml, a.yaml]\nservices: {web: {image: x, env_file: [y.env, x.env]}}\n",
        ),
        ("compose.override.yaml", "services: {web: {volumes: [\"./conf:/conf\"], command: $NOWHERE}}\n"),
        ("a.yaml", "services: {a: {image: a, environment: {URL: \"http://web:80\"}}}\n"),
        ("b.yaml", "services: {b: {image: b}}\n"),
        ("x.env", "A=1\nA=2\n"),
        ("y.env", "A=3\n"),
        ("conf/1", "http://a:80\n"),
        ("conf/2", "http://b:80\n"),
    ];
    let reversed: Vec<_> = files.iter().rev().copied().collect();
    let (a, b) = (run::folder_with(&files), run::folder_with(&reversed));
    for arguments in [&["config"][..], &["graph", "--format", "json"]] {
        let printed = |folder: &tempfile::TempDir| {
            let ran = cutover(folder.path(), arguments);
            assert_eq!(ran.status, Some(0), "{}", ran.stderr);
            (ran.stdout + &ran.stderr).replace(&*folder.path().to_string_lossy(), "")
        };
        assert_eq!(printed(&a), printed(&b), "{arguments:?}");
    }
}

#[test]
fn a_pipe_gets_no_colour_and_one_line_for_each_finding() {
    let folder = run::folder_with(&[("compose.yaml", "services: {web: {image: x, hostname: $NOWHERE}}\n")]);
    let ran = cutover(folder.path(), &["config"]);
    assert!(!ran.stderr.contains('\u{1b}'));
    assert!(ran.stderr.starts_with("compose.yaml:1:38: warning[unset-variable]: "), "{}", ran.stderr);
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_cutover"))
        .args(["config", "--all-resources"])
        .current_dir(repository::top().join("samples/every-key"))
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn two_runs_print_the_same_bytes() {
    let shop = repository::top().join("samples/shop");
    for arguments in
        [&["config"][..], &["config", "--format", "json"], &["graph"], &["graph", "--format", "json"]]
    {
        let (a, b) = (cutover(&shop, arguments), cutover(&shop, arguments));
        assert_eq!((a.stdout, a.stderr), (b.stdout, b.stderr), "{arguments:?}");
    }
}
