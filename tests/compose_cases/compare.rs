//! Whether our answer to a case is the one of Docker Compose.
//!
//! In: a case, the recorded verdict, the outcome of our run. Out: what is different, a line each.

use super::case::Case;
use super::cause::{causes, comparable, status};
use super::sandbox::Outcome;
use super::verdict::{Form, Verdict};
use crate::compare::compare;

/// What is different; nothing if the answers agree.
pub(super) fn differences(case: &Case, verdict: &Verdict, ours: &Outcome) -> Vec<String> {
    if let Some(text) = &case.ours {
        return on_purpose(text, ours);
    }
    match verdict {
        Verdict::Panic => vec!["Docker Compose panics: the case needs `ours:`".to_owned()],
        Verdict::Error(message) => refusal(case, message, ours),
        Verdict::Model(_) | Verdict::Lines(_) => answer(case, verdict, ours),
    }
}

/// Ours succeeds, and prints what it is known to print.
fn on_purpose(text: &str, ours: &Outcome) -> Vec<String> {
    if ours.status == Some(0) && ours.stdout.contains(text) {
        return Vec::new();
    }
    vec![format!("ended with {:?}, expected `{text}` in: {}{}", ours.status, ours.stdout, ours.stderr)]
}

fn refusal(case: &Case, message: &str, ours: &Outcome) -> Vec<String> {
    let mut found = Vec::new();
    let expected = case.status.unwrap_or_else(|| status(message));
    if ours.status != Some(expected) {
        found.push(format!("exit status: expected {expected}, got {:?}", ours.status));
    }
    if !ours.stdout.is_empty() {
        found.push(format!("stdout must be empty, got {} bytes", ours.stdout.len()));
    }
    let said = comparable(&ours.stderr);
    let words = case.says.as_deref().map_or_else(|| causes(message), |says| vec![comparable(says)]);
    let missing: Vec<_> = words.into_iter().filter(|words| !said.contains(words)).collect();
    if !missing.is_empty() || said.is_empty() {
        let ours = ours.stderr.trim();
        found.push(format!(
            "Docker Compose: {message}\n  stderr lacks: {}\n  ours: {ours}",
            missing.join("\n    and: ")
        ));
    }
    found
}

fn answer(case: &Case, verdict: &Verdict, ours: &Outcome) -> Vec<String> {
    if ours.status != Some(0) {
        return vec![format!(
            "Docker Compose accepts it, ours ends with {:?}: {}",
            ours.status,
            ours.stderr.trim()
        )];
    }
    match (verdict, Form::of(case).read(&ours.stdout)) {
        (Verdict::Model(theirs), Ok(Verdict::Model(ours))) => {
            let mut found = Vec::new();
            compare("", theirs, &ours, &mut found);
            found
        }
        (Verdict::Lines(theirs), Ok(Verdict::Lines(ours))) if *theirs == ours => Vec::new(),
        (_, Ok(ours)) => vec![format!("expected {}, got {}", verdict.to_json(), ours.to_json())],
        (_, Err(error)) => vec![format!("stdout cannot be read: {error}")],
    }
}

mod tests {
    use serde_json::json;

    use super::*;

    fn outcome(status: i32, stdout: &str, stderr: &str) -> Outcome {
        Outcome { status: Some(status), stdout: stdout.to_owned(), stderr: stderr.to_owned() }
    }

    #[test]
    fn models_are_equal_by_value() {
        let verdict = Verdict::Model(json!({"a": 1, "b": [1.5, {"c": null}]}));
        let same = outcome(0, r#"{"b": [1.5, {"c": null}], "a": 1.0}"#, "");
        assert_eq!(differences(&Case::default(), &verdict, &same), Vec::<String>::new());
        let other = outcome(0, r#"{"b": [{"c": null}, 1.5], "d": 2}"#, "");
        let found = [
            "/a: missing, expected 1",
            "/b/0: expected 1.5, got {\"c\":null}",
            "/b/1: expected {\"c\":null}, got 1.5",
            "/d: unexpected 2",
        ];
        assert_eq!(differences(&Case::default(), &verdict, &other), found);
    }

    #[test]
    fn a_refusal_needs_its_status_its_cause_and_no_data() {
        let verdict =
            Verdict::Error("validating $DIR/compose.yaml: services.a.image must be a string".to_owned());
        let good = outcome(3, "", "error: services.a.image must\n  be a string\n --> compose.yaml:3:5");
        assert_eq!(differences(&Case::default(), &verdict, &good), Vec::<String>::new());
        let bad = outcome(0, "{}", "");
        assert_eq!(differences(&Case::default(), &verdict, &bad).len(), 3);
    }

    #[test]
    fn a_case_may_ask_for_better_words_and_another_status() {
        let case = Case { says: Some("a list".to_owned()), status: Some(4), ..Case::default() };
        let verdict = Verdict::Error("cannot override services.a".to_owned());
        assert!(differences(&case, &verdict, &outcome(4, "", "this is a list")).is_empty());
        assert_eq!(differences(&case, &verdict, &outcome(3, "", "cannot override services.a")).len(), 2);
    }

    #[test]
    fn a_case_may_say_what_ours_prints_instead() {
        let case = Case { ours: Some("k=/x".to_owned()), ..Case::default() };
        for verdict in [Verdict::Panic, Verdict::Error("no".to_owned())] {
            assert!(differences(&case, &verdict, &outcome(0, "ssh: [k=/x]", "")).is_empty());
            assert_eq!(differences(&case, &verdict, &outcome(0, "ssh: [k]", "")).len(), 1);
            assert_eq!(differences(&case, &verdict, &outcome(3, "k=/x", "")).len(), 1);
        }
        assert_eq!(differences(&Case::default(), &Verdict::Panic, &outcome(0, "", "")).len(), 1);
    }

    #[test]
    fn names_are_compared_without_their_order() {
        let case = Case { args: vec!["--services".to_owned()], ..Case::default() };
        let verdict = Verdict::Lines(vec!["a".to_owned(), "b".to_owned()]);
        assert!(differences(&case, &verdict, &outcome(0, "b\na\n", "")).is_empty());
        assert_eq!(differences(&case, &verdict, &outcome(0, "a\n", "")).len(), 1);
    }
}
