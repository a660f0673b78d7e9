//! What the documents say is true: commands run, links lead somewhere, named files exist, tables agree.
//!
//! In: every Markdown file of the repository. Out: one line for each untrue statement.

#![allow(clippy::disallowed_methods, reason = "this test reads the documents")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::markdown::{Document, split_words};
use crate::repository::{read, top};

/// Folders whose documents are not written by hand.
const NOT_OURS: &[&str] = &["target", ".git", "snapshots"];

/// Cargo commands that a document may show; they are jobs of their own and are not run from a test.
const CARGO_JOBS: &[&str] = &["build", "clippy", "fmt", "install", "test"];

#[test]
fn commands_in_documents_run() {
    let mut problems = Vec::new();
    for document in documents() {
        let in_prose = document.code_spans().into_iter().filter(|span| is_command(span));
        for command in document.commands().into_iter().chain(in_prose) {
            if let Err(problem) = try_command(&command) {
                problems.push(format!("{}: `{command}` {problem}", document.name));
            }
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn the_readme_shows_the_two_commands() {
    let commands = document("README.md").commands();
    for expected in ["cargo run --release -- convert samples/shop -o target/shop", "cargo test"] {
        assert!(commands.iter().any(|command| command == expected), "README.md does not show `{expected}`");
    }
}

#[test]
fn a_command_that_nobody_checks_is_found() {
    for command in ["make all", "cargo publish", "cargo run config", ".ci/run nothing", "cargo test | head"] {
        assert!(try_command(command).is_err(), "{command}");
    }
    for command in ["cargo test layers", "UPDATE=1 cargo test", "cargo fmt --check", ".ci/run", ".ci/run fmt"]
    {
        assert_eq!(try_command(command), Ok(()), "{command}");
    }
}

#[test]
fn links_lead_somewhere() {
    let problems: Vec<String> = documents().iter().flat_map(dead_links).collect();
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn dead_links_are_found() {
    let dead = |text: &str| {
        let document = Document { name: "samples/README.md".to_owned(), text: text.to_owned() };
        dead_links(&document).len()
    };
    assert_eq!(
        dead(
            "[a](../README.md) [b](shop/README.md#shop) [c](https://example.org/x) [d](#samples)\n# Samples"
        ),
        0
    );
    assert_eq!(dead("[a](../NOTHING.md)"), 1);
    assert_eq!(dead("[a](shop/README.md#nothing)"), 1);
    assert_eq!(dead("[a](#nothing)"), 1);
    assert_eq!(dead("`[a](nothing.md)`\n```text\n[a](nothing.md)\n```\n"), 0);
}

#[test]
fn named_files_exist() {
    let problems: Vec<String> = documents().iter().flat_map(missing_files).collect();
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn missing_files_are_found() {
    let missing = |name: &str, text: &str| {
        let document = Document { name: name.to_owned(), text: text.to_owned() };
        missing_files(&document).len()
    };
    assert_eq!(
        missing("README.md", "`src/lib.rs` `samples/NAME/compose.yaml` `compose.yaml` `tests/*.rs`"),
        0
    );
    assert_eq!(missing("README.md", "`src/nothing.rs`"), 1);
    assert_eq!(missing("README.md", "`tests/nothing.rs x`"), 1);
    assert_eq!(missing("samples/shop/README.md", "`compose.yaml`"), 0);
    assert_eq!(missing("samples/shop/README.md", "`nothing.yaml`"), 1);
}

#[test]
fn every_sample_is_in_the_table() {
    let listed = document("samples/README.md");
    let mut samples = 0;
    for entry in fs::read_dir(top().join("samples")).expect("samples can be listed") {
        let path = entry.expect("samples can be listed").path();
        if path.is_dir() {
            let name = path.file_name().and_then(|name| name.to_str()).expect("names of samples are UTF-8");
            assert!(path.join("README.md").is_file(), "samples/{name} has no README.md");
            let row = format!("| [{name}]({name}/README.md) |");
            assert!(listed.text.contains(&row), "samples/README.md has no row that starts with `{row}`");
            samples += 1;
        }
    }
    assert!(samples > 0, "there are samples");
}

#[test]
fn exit_codes_are_those_of_help() {
    let readme = readme_exit_codes(&document("README.md").text);
    let codes: Vec<u8> = readme.iter().map(|(code, _)| *code).collect();
    assert_eq!(codes, [0, 1, 2, 3, 4, 101]);
    let help = printed(&run(&["--help"]));
    assert_eq!(help_exit_codes(&help), readme, "`cutover --help` and README.md give the same exit codes");
}

#[test]
fn exit_codes_are_read_from_both_forms() {
    let readme = "| exit | meaning | in use |\n|---|---|---|\n| 0 | done | yes |\n| 2 | wrong `use` | not yet |\n\ntext";
    let help = "Usage: x\n\nExit codes:\n    0  done\n    2  wrong\n       use (not yet in use)\n\nMore\n    3  no\n";
    let expected = [(0, "done".to_owned()), (2, "wrong use (not yet in use)".to_owned())];
    assert_eq!(readme_exit_codes(readme), expected);
    assert_eq!(help_exit_codes(help), expected);
    assert_eq!(help_exit_codes("Usage: x"), []);
}

#[test]
fn options_in_the_readme_exist() {
    let readme = document("README.md");
    let rows = readme.text.lines().skip_while(|line| !line.starts_with("| option |")).skip(2);
    let rows: Vec<&str> = rows.take_while(|line| line.starts_with('|')).collect();
    let options: BTreeSet<&str> = rows
        .iter()
        .flat_map(|row| row.split(['`', ' ', ',']))
        .filter(|word| word.starts_with("--"))
        .collect();
    assert!(options.contains("--profile"), "the table of options in README.md was found");
    let help: String =
        ["config", "convert", "graph"].map(|command| printed(&run(&[command, "--help"]))).concat();
    let in_help: BTreeSet<&str> = help
        .split_whitespace()
        .filter(|word| word.starts_with("--"))
        .map(|word| word.trim_end_matches(|letter: char| !letter.is_ascii_alphabetic()))
        .filter(|word| !word.is_empty() && *word != "--help")
        .collect();
    assert_eq!(options, in_help, "README.md and `--help` name the same options");
}

#[test]
fn variables_in_the_readme_are_those_that_count() {
    let names = |text: &str| -> BTreeSet<String> {
        let words = text.split(|letter: char| !(letter.is_ascii_uppercase() || letter == '_'));
        words.filter(|word| word.len() > 8 && word.starts_with("COMPOSE_")).map(str::to_owned).collect()
    };
    let input = read("src/compose/input.rs");
    let read_by_us: String = input.lines().filter(|line| line.contains("\"COMPOSE_")).collect();
    assert_eq!(names(&read("README.md")), names(&read_by_us));
}

#[test]
fn every_golden_file_is_written_by_a_test() {
    // The trees in `convert` are listed in `tests/golden.rs`, which looks for leftovers itself.
    let files: Vec<String> =
        golden_files().into_iter().filter(|file| !file.starts_with("convert/")).collect();
    let leftovers = leftovers(&files, &["tests/graph.rs", "tests/draw.rs"].map(read).concat());
    assert!(leftovers.is_empty(), "no test writes snapshots/{}", leftovers.join(", snapshots/"));
}

#[test]
fn a_leftover_golden_file_is_found() {
    let tests = "join(\"snapshots/a\") \"x.svg\" \"snapshots/b/y.json\"";
    let files = ["a/x.svg", "b/y.json", "a/y.json", "b/x.svg", "c/x.svg"].map(str::to_owned);
    assert_eq!(leftovers(&files, tests), ["a/y.json", "b/x.svg", "c/x.svg"]);
}

/// The files in `snapshots`, by their paths below it.
fn golden_files() -> Vec<String> {
    let mut folders = vec![top().join("snapshots")];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("the golden files can be listed") {
            let path = entry.expect("the golden files can be listed").path();
            let inside = path.strip_prefix(top().join("snapshots")).expect("it lies below the folder");
            let name = inside.to_str().expect("names are UTF-8").replace('\\', "/");
            if path.is_dir() { folders.push(path) } else { files.push(name) }
        }
    }
    files.sort();
    files
}

/// The golden files that the tests name neither whole, nor by their folder and their name.
fn leftovers(files: &[String], tests: &str) -> Vec<String> {
    let is_named = |file: &&String| {
        let by_parts = file.rsplit_once('/').is_some_and(|(folder, name)| {
            tests.contains(&format!("\"snapshots/{folder}\"")) && tests.contains(&format!("\"{name}\""))
        });
        by_parts || tests.contains(&format!("\"snapshots/{file}\""))
    };
    files.iter().filter(|file| !is_named(file)).cloned().collect()
}

#[test]
fn the_workflow_runs_parts_that_exist() {
    let workflow = read(".github/workflows/ci.yml");
    let parts: Vec<&str> =
        workflow.lines().filter_map(|line| line.split_once(".ci/run ")).map(|(_, part)| part).collect();
    assert!(!parts.is_empty(), "the workflow calls .ci/run");
    for part in parts {
        assert!(
            ci_parts().contains(part.trim()),
            "the workflow calls `.ci/run {part}`, which does not exist"
        );
    }
}

fn dead_links(document: &Document) -> Vec<String> {
    let dead = document.links().into_iter().filter(|target| !leads_somewhere(document, target));
    dead.map(|target| format!("{}: the link to {target} leads nowhere", document.name)).collect()
}

/// Whether a link to the outside, to a file, or to a heading has its target; the outside is not asked.
fn leads_somewhere(document: &Document, target: &str) -> bool {
    if target.starts_with("https://") {
        return true;
    }
    let (path, heading) = target.split_once('#').unwrap_or((target, ""));
    let file = folder(document).join(path);
    if heading.is_empty() {
        return file.exists();
    }
    let text = if path.is_empty() { Ok(document.text.clone()) } else { fs::read_to_string(&file) };
    text.is_ok_and(|text| Document { name: target.to_owned(), text }.has_heading(heading))
}

/// Named files that are not there: paths from the top, and in samples also names of files beside the document.
fn missing_files(document: &Document) -> Vec<String> {
    let in_sample = document.name.starts_with("samples/") && document.name.matches('/').count() > 1;
    let from_top = |name: &str| name.split_once('/').is_some_and(|(first, _)| top().join(first).is_dir());
    let is_missing = |name: &&str| {
        if from_top(name) {
            return !top().join(name).exists();
        }
        in_sample && is_file_name(name) && !folder(document).join(name).exists()
    };
    let spans = document.code_spans();
    let names = spans.iter().filter_map(|span| span.split_whitespace().next());
    let missing = names.filter(|name| !is_pattern(name)).filter(is_missing);
    missing.map(|name| format!("{}: `{name}` does not exist", document.name)).collect()
}

/// The folder of a document.
fn folder(document: &Document) -> PathBuf {
    top().join(&document.name).parent().map_or_else(top, Path::to_path_buf)
}

/// Whether a name is not one file of ours: it stands for several, or is a path inside a Compose file.
fn is_pattern(name: &str) -> bool {
    let capitals =
        |step: &str| step.len() > 1 && step.chars().all(|character| character.is_ascii_uppercase());
    name.starts_with("./")
        || name.starts_with('/')
        || name.contains(['*', '$', '<'])
        || name.split('/').any(capitals)
}

/// Whether a word looks like the name of a file of a sample.
fn is_file_name(name: &str) -> bool {
    let extension = Path::new(name).extension().and_then(|extension| extension.to_str());
    extension
        .is_some_and(|extension| ["yaml", "yml", "env", "conf", "sql", "txt", "json"].contains(&extension))
}

/// Whether words in the middle of a sentence are a command that can be tried as it stands.
fn is_command(span: &str) -> bool {
    let ours = ["cargo ", ".ci/run "].iter().any(|start| span.starts_with(start));
    ours && !span.split(' ').any(is_pattern)
}

/// Runs a command of a document if it is ours, and otherwise looks whether it is known.
fn try_command(command: &str) -> Result<(), String> {
    let words = split_words(command);
    let words: Vec<&str> = words.iter().map(String::as_str).skip_while(|word| word.contains('=')).collect();
    if words.iter().any(|word| matches!(*word, "|" | ">" | "&&")) {
        return Err("is more than one command".to_owned());
    }
    match words.as_slice() {
        ["cargo", "run", options @ ..] => {
            let arguments =
                options.iter().position(|word| *word == "--").and_then(|at| options.get(at + 1..));
            arguments.map_or_else(|| Err("has no `--`".to_owned()), prints_something)
        }
        ["cutover", arguments @ ..] => prints_something(arguments),
        ["cargo", job, ..] if CARGO_JOBS.contains(job) => Ok(()),
        [".ci/run"] => Ok(()),
        [".ci/run", part] if ci_parts().contains(*part) => Ok(()),
        _ => Err("is not a command that this test knows".to_owned()),
    }
}

/// Runs `cutover`, which has to succeed and to print something.
fn prints_something(arguments: &[&str]) -> Result<(), String> {
    let output = run(arguments);
    if !output.status.success() {
        return Err(format!("fails: {}", String::from_utf8_lossy(&output.stderr)));
    }
    // What writes files says so on the other stream.
    let says = if arguments.contains(&"-o") { &output.stderr } else { &output.stdout };
    if says.is_empty() && output.stdout.is_empty() {
        return Err("prints nothing".to_owned());
    }
    Ok(())
}

/// Runs `cutover` at the top of the repository, in an environment without settings for Docker Compose.
fn run(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cutover"));
    command.args(arguments).current_dir(top());
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("COMPOSE_") {
            command.env_remove(name);
        }
    }
    command.output().expect("cutover can be started")
}

/// What a run printed.
fn printed(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// The exit codes in the table of a document.
fn readme_exit_codes(text: &str) -> Vec<(u8, String)> {
    let rows = text.lines().skip_while(|line| !line.starts_with("| exit |")).skip(2);
    let cells =
        rows.take_while(|line| line.starts_with('|')).map(|line| line.split('|').map(str::trim).collect());
    cells
        .map(|cells: Vec<&str>| match cells.as_slice() {
            ["", code, meaning, in_use, ""] => {
                let meaning = meaning.replace('`', "");
                let reserved = if *in_use == "not yet" { " (not yet in use)" } else { "" };
                (code.parse().expect("a code is a number"), meaning + reserved)
            }
            _ => panic!("a row of the table of exit codes has three cells: {cells:?}"),
        })
        .collect()
}

/// The exit codes that `--help` lists below the heading `Exit codes:`.
fn help_exit_codes(help: &str) -> Vec<(u8, String)> {
    let lines = help.lines().skip_while(|line| *line != "Exit codes:").skip(1);
    let mut codes: Vec<(u8, String)> = Vec::new();
    for line in lines.take_while(|line| line.starts_with(' ')) {
        let text = line.trim();
        let (first, rest) = text.split_once(' ').unwrap_or((text, ""));
        match (first.parse(), codes.last_mut()) {
            (Ok(code), _) => codes.push((code, rest.trim().to_owned())),
            (Err(_), Some((_, meaning))) => *meaning = format!("{meaning} {text}"),
            (Err(_), None) => panic!("the list of exit codes starts with a code: {line}"),
        }
    }
    codes
}

/// The parts of the script that the build server runs.
fn ci_parts() -> BTreeSet<String> {
    let script = read(".ci/run");
    let names =
        script.lines().filter_map(|line| line.strip_prefix("part_")).filter_map(|line| line.split_once("()"));
    names.map(|(name, _)| name.to_owned()).collect()
}

/// A document, by its path from the top.
fn document(name: &str) -> Document {
    Document { name: name.to_owned(), text: read(name) }
}

/// Every Markdown file that is written by hand, in the order of names.
fn documents() -> Vec<Document> {
    let mut folders = vec![top()];
    let mut names = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("the repository can be listed") {
            let path = entry.expect("the repository can be listed").path();
            let inside = path.strip_prefix(top()).expect("it lies below the top");
            let name = inside.to_str().expect("names are UTF-8").replace('\\', "/");
            if path.is_dir() && !NOT_OURS.contains(&name.as_str()) {
                folders.push(path);
            } else if name.ends_with(".md") {
                names.push(name);
            }
        }
    }
    names.sort();
    names.iter().map(|name| document(name)).collect()
}
