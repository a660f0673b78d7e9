//! Small projects of our own, one corner of Docker Compose each, against its recorded verdicts.
//!
//! In: `*.case` and `*.verdicts.json` beside this file, our binary, and the real one where `CUTOVER_COMPOSE` names it.
//! `UPDATE=1` records, `CUTOVER_CASES=TEXT` runs only the cases with this text in `topic/name`. See `README.md`.

mod case;
mod cause;
mod compare;
mod sandbox;
mod verdict;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::{env, fs, io, thread};

use serde_json::{Map, Value};

use cutover::compose::input::Request;
use cutover::compose::{self, losses};
use cutover::source::file::{Disk, SourceMap};

use crate::differences;
use crate::say::say;

use case::{Case, parse, topic_of};
use sandbox::Sandbox;
use verdict::{Form, Verdict, print};

/// How often a case is run while it is recorded: what a Go map makes random must not be recorded.
const RUNS: usize = 3;

/// How often a case is asked while its record is checked.
const ATTEMPTS: usize = 10;

/// Options of Docker Compose that stand before `config` and take a value.
const PROJECT_OPTIONS: &[&str] =
    &["-f", "--file", "-p", "--project-name", "--profile", "--env-file", "--project-directory"];

/// Options of Docker Compose that stand before `config` alone.
const PROJECT_FLAGS: &[&str] = &["--all-resources", "--compatibility"];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/compose_cases")
}

fn records_of(topic: &str) -> PathBuf {
    folder().join(format!("{topic}.verdicts.json"))
}

#[expect(clippy::disallowed_methods, reason = "the test is its own edge")]
fn setting(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.is_empty())
}

#[expect(clippy::disallowed_methods, reason = "the test is its own edge")]
fn load(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn topics() -> Vec<String> {
    let files = fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path());
    let mut topics: Vec<String> = files.filter_map(|path| topic_of(&path)).collect();
    topics.sort();
    topics
}

fn cases() -> Vec<Case> {
    let read = |topic: &String| parse(topic, &load(&folder().join(format!("{topic}.case"))));
    topics().iter().flat_map(|topic| read(topic).unwrap_or_else(|error| panic!("{error}"))).collect()
}

fn selected() -> Vec<Case> {
    let filter = setting("CUTOVER_CASES").unwrap_or_default();
    cases().into_iter().filter(|case| title(case).contains(&filter)).collect()
}

fn title(case: &Case) -> String {
    format!("{}/{}", case.topic, case.name)
}

fn recorded(topic: &str) -> Map<String, Value> {
    serde_json::from_str(&load(&records_of(topic)))
        .unwrap_or_else(|error| panic!("{topic}.verdicts.json: {error}"))
}

/// Every verdict by the title of its case.
fn verdicts() -> BTreeMap<String, Verdict> {
    let mut found = BTreeMap::new();
    for topic in topics().into_iter().filter(|topic| records_of(topic).exists()) {
        for (name, value) in &recorded(&topic) {
            let verdict =
                Verdict::from_json(value).unwrap_or_else(|| panic!("{topic}.verdicts.json: {name}"));
            found.insert(format!("{topic}/{name}"), verdict);
        }
    }
    found
}

/// The arguments for Docker Compose: its project options stand before `config`.
fn compose_args(case: &Case) -> Vec<String> {
    let (mut before, mut after) = (Vec::new(), vec!["config".to_owned()]);
    let mut args = case.args.iter();
    while let Some(arg) = args.next() {
        if PROJECT_OPTIONS.contains(&arg.as_str()) {
            before.push(arg.clone());
            before.extend(args.next().cloned());
        } else if PROJECT_FLAGS.contains(&arg.as_str()) {
            before.push(arg.clone());
        } else {
            after.push(arg.clone());
        }
    }
    before.into_iter().chain(after).chain(format_args(case)).collect()
}

/// The arguments for our binary: all options stand behind `config`, and services are named by an option, as the bare
/// word is the project.
fn our_args(case: &Case) -> Vec<String> {
    let mut ours = vec!["config".to_owned()];
    let mut args = case.args.iter();
    while let Some(arg) = args.next() {
        if !arg.starts_with('-') {
            ours.push("--service".to_owned());
        }
        ours.push(arg.clone());
        if PROJECT_OPTIONS.contains(&arg.as_str()) || arg == "--format" {
            ours.extend(args.next().cloned());
        }
    }
    ours.into_iter().chain(format_args(case)).collect()
}

fn format_args(case: &Case) -> Vec<String> {
    match Form::of(case) {
        Form::Json => vec!["--format".to_owned(), "json".to_owned()],
        Form::Yaml | Form::Lines | Form::Table => Vec::new(),
    }
}

/// Calls `job` for each case, on all cores, and returns what it found in the order of the cases.
fn in_parallel<T: Send>(cases: &[Case], job: impl Fn(&Case) -> T + Sync) -> Vec<T> {
    let next = AtomicUsize::new(0);
    let found = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                while let Some((index, case)) =
                    cases.iter().enumerate().nth(next.fetch_add(1, Ordering::Relaxed))
                {
                    let result = job(case);
                    found.lock().unwrap().push((index, result));
                }
            });
        }
    });
    let mut found = found.into_inner().unwrap();
    found.sort_by_key(|(index, _)| *index);
    found.into_iter().map(|(_, result)| result).collect()
}

fn ask_compose(compose: &Path, case: &Case) -> Result<Verdict, String> {
    let outcome = Sandbox::lay_out(case).and_then(|sandbox| sandbox.run(case, compose, &compose_args(case)));
    Verdict::of_compose(Form::of(case), &outcome.map_err(|error: io::Error| error.to_string())?)
}

fn record(compose: &Path, case: &Case) -> Result<Verdict, String> {
    let first = ask_compose(compose, case)?;
    for _ in 1..RUNS {
        let again = ask_compose(compose, case)?;
        if again != first {
            return Err(format!("not the same twice: {} | {}", first.to_json(), again.to_json()));
        }
    }
    Ok(first)
}

fn fail_with(failures: &[String], summary: &str) {
    assert!(failures.is_empty(), "\n{}\n\n{summary}", failures.join("\n\n"));
}

#[test]
fn every_case_has_a_name_of_its_own_and_a_recorded_verdict() {
    let cases = cases();
    let mut titles: Vec<String> = cases.iter().map(title).collect();
    titles.sort();
    let twice: Vec<_> = titles.windows(2).filter(|pair| pair[0] == pair[1]).map(|pair| &pair[0]).collect();
    assert_eq!(twice, Vec::<&String>::new(), "two cases of one name");
    if setting("UPDATE").is_none() {
        let recorded: Vec<String> = verdicts().into_keys().collect();
        assert_eq!(titles, recorded, "cases and records differ: record with UPDATE=1");
    }
}

#[test]
fn what_differs_on_purpose_is_in_the_list() {
    let held: BTreeSet<String> = differences::holders().into_iter().collect();
    let differs = |case: &&Case| case.says.is_some() || case.status.is_some() || case.ours.is_some();
    let cases = cases();
    let missing: Vec<String> =
        cases.iter().filter(differs).map(title).filter(|title| !held.contains(title)).collect();
    assert_eq!(missing, Vec::<String>::new(), "docs/differences.md does not name these cases");
    let titles: BTreeSet<String> = cases.iter().map(title).collect();
    let unknown: Vec<&String> =
        held.iter().filter(|name| name.contains('/') && !titles.contains(*name)).collect();
    assert_eq!(unknown, Vec::<&String>::new(), "docs/differences.md names cases that do not exist");
}

#[test]
fn every_refusal_has_a_cause_that_ours_must_name() {
    let verdicts = verdicts();
    let is_free = |case: &&Case| match verdicts.get(&title(case)) {
        Some(Verdict::Error(message)) => {
            case.says.is_none() && case.ours.is_none() && cause::causes(message).is_empty()
        }
        _ => false,
    };
    let free: Vec<String> = cases().iter().filter(is_free).map(title).collect();
    assert_eq!(free, Vec::<String>::new(), "a case whose cause is taken away needs `says:`");
}

/// Asks until the answer is the known one, a few times at most: where a Go map makes the answer random, a record is
/// stale only if it never comes again.
fn ask_again(compose: &Path, case: &Case, known: Option<&Verdict>) -> Result<Verdict, String> {
    let mut answer = ask_compose(compose, case);
    for _ in 1..ATTEMPTS {
        if matches!(&answer, Ok(verdict) if Some(verdict) == known) {
            break;
        }
        answer = ask_compose(compose, case);
    }
    answer
}

#[test]
fn the_records_are_what_docker_compose_says() {
    let Some(compose) = setting("CUTOVER_COMPOSE").map(PathBuf::from) else {
        assert!(setting("CI").is_none(), "CUTOVER_COMPOSE must name Docker Compose where CI is set");
        say("skipped: CUTOVER_COMPOSE names no Docker Compose to compare with");
        return;
    };
    let cases = selected();
    let update = setting("UPDATE").is_some();
    let known = verdicts();
    let answers = in_parallel(&cases, |case| {
        if update { record(&compose, case) } else { ask_again(&compose, case, known.get(&title(case))) }
    });
    let mut failures = Vec::new();
    let mut fresh: BTreeMap<String, Value> = BTreeMap::new();
    for (case, answer) in cases.iter().zip(answers) {
        match answer {
            Err(error) => failures.push(format!("{}: {error}", title(case))),
            Ok(verdict) if update => {
                fresh.insert(title(case), verdict.to_json());
            }
            Ok(verdict) if known.get(&title(case)) == Some(&verdict) => {}
            Ok(verdict) => failures.push(format!("{}: stale, now {}", title(case), verdict.to_json())),
        }
    }
    if update {
        save(&fresh);
    }
    fail_with(&failures, &format!("{} of {} cases are not as recorded", failures.len(), cases.len()));
    say(&format!("{} cases as recorded", cases.len()));
}

/// Writes the records of all topics: fresh ones replace old ones, those without a case go.
#[expect(clippy::disallowed_methods, reason = "recording is what this test may write")]
fn save(fresh: &BTreeMap<String, Value>) {
    let old = verdicts();
    let cases = cases();
    for topic in topics() {
        let mut records = Map::new();
        for case in cases.iter().filter(|case| case.topic == topic) {
            let known = old.get(&title(case)).map(Verdict::to_json);
            if let Some(value) = fresh.get(&title(case)).cloned().or(known) {
                records.insert(case.name.clone(), value);
            }
        }
        fs::write(records_of(&topic), print(&records)).unwrap();
    }
}

#[test]
fn our_config_agrees_with_docker_compose() {
    let cases = selected();
    let verdicts = verdicts();
    let ours = Path::new(env!("CARGO_BIN_EXE_cutover"));
    let found = in_parallel(&cases, |case| {
        let verdict = verdicts.get(&title(case)).unwrap_or_else(|| panic!("{}: no verdict", title(case)));
        let outcome =
            Sandbox::lay_out(case).and_then(|sandbox| sandbox.run(case, ours, &our_args(case))).unwrap();
        compare::differences(case, verdict, &outcome)
    });
    let failures: Vec<String> = cases
        .iter()
        .zip(found)
        .filter(|(_, found)| !found.is_empty())
        .map(|(case, found)| {
            let place = format!("tests/compose_cases/{}.case:{}", case.topic, case.line);
            format!("{place}: {} ({})\n  {}", case.name, case.why, found.join("\n  "))
        })
        .collect();
    let on_purpose = cases.iter().filter(|case| case.ours.is_some()).count();
    let agreed = cases.len() - failures.len() - on_purpose;
    let summary = format!("{agreed} cases agree, {on_purpose} differ on purpose, {} differ", failures.len());
    fail_with(&failures, &summary);
    say(&summary);
}

/// What asks the loader for a case, if its arguments are no more than files and profiles.
fn request(case: &Case, sandbox: &Sandbox) -> Option<Request> {
    let mut request = Request {
        working_directory: sandbox.dir().join(&case.cwd),
        process: case.env.iter().cloned().collect(),
        ..Request::default()
    };
    let mut args = case.args.iter();
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "-f" => request.files.push(args.next()?.clone()),
            "--profile" => request.profiles.push(args.next()?.clone()),
            _ => return None,
        }
    }
    case.stdin.is_none().then_some(request)
}

#[test]
fn every_leaf_of_every_case_is_accounted_for() {
    let mut lost = Vec::new();
    let mut leaves = 0;
    for case in selected() {
        let sandbox = Sandbox::lay_out(&case).unwrap();
        let Some(request) = request(&case, &sandbox) else { continue };
        let mut sources = SourceMap::new(Box::new(Disk), sandbox.dir());
        let Ok(loaded) = compose::load(&request, &mut sources) else { continue };
        leaves += losses::count_leaves(&loaded.written);
        for missing in losses::missing(&loaded.written, &loaded.tree, &loaded.losses) {
            lost.push(format!("{}: {}: {}", title(&case), sources.place(missing.span), missing.path));
        }
    }
    assert!(leaves > 0, "no leaf was looked at");
    assert!(lost.is_empty(), "{} of {leaves} leaves are lost:\n{}", lost.len(), lost.join("\n"));
}
