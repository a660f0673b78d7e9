//! What Docker Compose says of a case, as it is recorded, and where the records lie.
//!
//! In: the outcome of a run, or a file of records. Out: verdicts in which nothing depends on the machine.

use serde_json::{Map, Value, json};

use super::case::Case;
use super::sandbox::Outcome;
use crate::compare::settle_ssh;

/// What Docker Compose says of a case.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Verdict {
    /// It prints this model.
    Model(Value),
    /// It prints these lines, sorted: their order comes out of a Go map.
    Lines(Vec<String>),
    /// It refuses, for this reason.
    Error(String),
    /// It crashes, which says nothing about the case.
    Panic,
}

/// In which form a case asks for the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// `--format json`.
    Json,
    /// `--format yaml`.
    Yaml,
    /// One of the options that print names.
    Lines,
    /// The table of variables.
    Table,
}

/// Options of `config` that print names instead of the model.
const LISTS: &[&str] = &[
    "--services",
    "--volumes",
    "--images",
    "--profiles",
    "--networks",
    "--models",
    "--environment",
    "--quiet",
    "-q",
];

impl Form {
    /// The form that the arguments of a case ask for.
    pub(super) fn of(case: &Case) -> Self {
        if case.args.iter().any(|arg| arg == "--variables") {
            Self::Table
        } else if case.args.iter().any(|arg| LISTS.contains(&arg.as_str())) {
            Self::Lines
        } else if case.args.iter().any(|arg| arg == "yaml") {
            Self::Yaml
        } else {
            Self::Json
        }
    }

    /// Reads what was printed on stdout.
    ///
    /// # Errors
    /// It is not of this form.
    pub(super) fn read(self, stdout: &str) -> Result<Verdict, String> {
        match self {
            Self::Json => serde_json::from_str(stdout).map(model).map_err(|error| error.to_string()),
            Self::Yaml => serde_yaml::from_str(stdout).map(model).map_err(|error| error.to_string()),
            Self::Lines => Ok(sorted(stdout.lines().map(str::to_owned).collect())),
            Self::Table => Ok(sorted(rows(stdout))),
        }
    }
}

fn model(mut model: Value) -> Verdict {
    settle_ssh(&mut model);
    Verdict::Model(model)
}

fn sorted(mut lines: Vec<String>) -> Verdict {
    lines.sort();
    Verdict::Lines(lines)
}

/// The rows of the table of variables, with the columns that Docker Compose has; ours has one more.
fn rows(table: &str) -> Vec<String> {
    const COLUMNS: [&str; 4] = ["NAME", "REQUIRED", "DEFAULT VALUE", "ALTERNATE VALUE"];
    let head = table.lines().next().unwrap_or_default();
    let starts: Vec<usize> = COLUMNS.iter().filter_map(|column| head.find(column)).collect();
    let end = head.find("SOURCE").unwrap_or(usize::MAX);
    let cells = |line: &str| {
        let bounds = starts.iter().zip(starts.iter().skip(1).chain([&end]));
        let cells = bounds.map(|(from, to)| line.get(*from..line.len().min(*to)).unwrap_or_default().trim());
        cells.collect::<Vec<_>>().join(" | ")
    };
    table.lines().map(cells).collect()
}

/// Takes away which of two services of one container name is told first: the order of a Go map decides.
fn without_random_service(message: String) -> String {
    match message.split_once(": container name ") {
        Some((_, rest)) => format!("container name {rest}"),
        None => message,
    }
}

impl Verdict {
    /// The verdict in an outcome of Docker Compose.
    ///
    /// # Errors
    /// It succeeded with something that is not of the form that was asked for.
    pub(super) fn of_compose(form: Form, outcome: &Outcome) -> Result<Self, String> {
        if outcome.status == Some(0) {
            form.read(&outcome.stdout)
        } else if outcome.stderr.contains("\ngoroutine ") {
            Ok(Self::Panic)
        } else {
            let message = outcome.stderr.lines().filter(|line| !line.starts_with("time=\""));
            Ok(Self::Error(without_random_service(message.collect::<Vec<_>>().join("\n"))))
        }
    }

    /// As it stands in a file of records.
    pub(super) fn to_json(&self) -> Value {
        match self {
            Self::Model(model) => json!({ "ok": model }),
            Self::Lines(lines) => json!({ "lines": lines }),
            Self::Error(message) => json!({ "error": message }),
            Self::Panic => json!({ "panic": true }),
        }
    }

    /// Out of a file of records.
    pub(super) fn from_json(value: &Value) -> Option<Self> {
        let (key, value) = value.as_object()?.iter().next()?;
        match key.as_str() {
            "ok" => Some(Self::Model(value.clone())),
            "lines" => Some(Self::Lines(
                value.as_array()?.iter().filter_map(|line| Some(line.as_str()?.to_owned())).collect(),
            )),
            "error" => Some(Self::Error(value.as_str()?.to_owned())),
            "panic" => Some(Self::Panic),
            _ => None,
        }
    }
}

/// JSON in which everything that fits on a line stands on one.
pub(super) fn print(records: &Map<String, Value>) -> String {
    let mut text = String::new();
    print_value(&Value::Object(records.clone()), 0, 0, &mut text);
    text.push('\n');
    text
}

const WIDTH: usize = 110;

fn print_value(value: &Value, indent: usize, column: usize, text: &mut String) {
    let flat = value.to_string();
    let items: Vec<(String, &Value)> = match value {
        Value::Object(map) => map.iter().map(|(key, value)| (format!("{}: ", json!(key)), value)).collect(),
        Value::Array(list) => list.iter().map(|value| (String::new(), value)).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Vec::new(),
    };
    let is_file = indent == 0;
    if items.is_empty() || (column + flat.len() <= WIDTH && !is_file) {
        return text.push_str(&flat);
    }
    let (open, close) = if value.is_object() { ('{', '}') } else { ('[', ']') };
    let inner = indent + 2;
    text.push(open);
    for (index, (key, value)) in items.iter().enumerate() {
        text.push_str(if index == 0 { "\n" } else { ",\n" });
        text.push_str(&" ".repeat(inner));
        text.push_str(key);
        print_value(value, inner, inner + key.len(), text);
    }
    text.push('\n');
    text.push_str(&" ".repeat(indent));
    text.push(close);
}

#[test]
fn records_are_printed_on_as_few_lines_as_fit() {
    let long = "x".repeat(WIDTH);
    let records = json!({"a": {"ok": {"b": 1}}, "c": {"ok": [long, {}]}});
    let expected = format!(
        "{{\n  \"a\": {{\"ok\":{{\"b\":1}}}},\n  \"c\": {{\n    \"ok\": [\n      \"{long}\",\n      {{}}\n    ]\n  }}\n}}\n"
    );
    assert_eq!(print(records.as_object().unwrap()), expected);
}

#[test]
fn a_table_is_read_with_the_columns_that_both_have() {
    let theirs =
        "NAME      REQUIRED   DEFAULT VALUE   ALTERNATE VALUE\nA         true       x y             \n";
    let ours = "NAME   REQUIRED   DEFAULT VALUE   ALTERNATE VALUE   SOURCE\nA      true       x y                               nowhere\n";
    assert_eq!(rows(theirs), ["NAME | REQUIRED | DEFAULT VALUE | ALTERNATE VALUE", "A | true | x y | "]);
    assert_eq!(rows(ours), rows(theirs));
}

#[test]
fn an_outcome_becomes_a_verdict_and_comes_back_from_its_record() {
    let outcome = |status: i32, stdout: &str, stderr: &str| Outcome {
        status: Some(status),
        stdout: stdout.to_owned(),
        stderr: stderr.to_owned(),
    };
    let ssh = r#"{"services":{"a":{"build":{"ssh":["b","a"]}}}}"#;
    let table = [
        (
            Form::Json,
            outcome(0, ssh, ""),
            Verdict::Model(json!({"services": {"a": {"build": {"ssh": ["a", "b"]}}}})),
        ),
        (Form::Yaml, outcome(0, "a: [1]", ""), Verdict::Model(json!({"a": [1]}))),
        (Form::Lines, outcome(0, "b\na\n", ""), Verdict::Lines(vec!["a".to_owned(), "b".to_owned()])),
        (
            Form::Json,
            outcome(1, "", "time=\"now\" level=warning\nno\nnever"),
            Verdict::Error("no\nnever".to_owned()),
        ),
        (
            Form::Json,
            outcome(1, "", "services.b: container name \"n\" is already in use"),
            Verdict::Error("container name \"n\" is already in use".to_owned()),
        ),
        (Form::Json, outcome(2, "", "panic: x\n\ngoroutine 1 [running]:"), Verdict::Panic),
    ];
    for (form, outcome, verdict) in table {
        assert_eq!(Verdict::of_compose(form, &outcome), Ok(verdict.clone()));
        assert_eq!(Verdict::from_json(&verdict.to_json()), Some(verdict));
    }
    assert!(Verdict::of_compose(Form::Json, &outcome(0, "{", "")).is_err());
}
