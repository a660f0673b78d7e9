//! What a test that passes has to say: what it skipped, and how much it compared.

use std::collections::BTreeSet;
use std::io::Write;
use std::sync::Mutex;

static SAID: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());

/// Prints a line once. It goes to the stream itself, as the test runner keeps to itself what the macros of a passing
/// test print.
pub(crate) fn say(line: &str) {
    let is_new = SAID.lock().unwrap().insert(line.to_owned());
    if is_new {
        // Nobody is left to tell if this fails.
        let _ = writeln!(std::io::stderr(), "{line}");
    }
}

#[test]
fn what_a_test_says_is_not_kept_by_the_runner() {
    if std::env::var_os("CUTOVER_SAYS").is_some() {
        return say("said by a test that passes");
    }
    let mut again = std::process::Command::new(std::env::current_exe().unwrap());
    again.args(["--exact", "say::what_a_test_says_is_not_kept_by_the_runner"]).env("CUTOVER_SAYS", "1");
    let output = again.output().unwrap();
    assert!(output.status.success());
    assert!(String::from_utf8_lossy(&output.stderr).contains("said by a test that passes"));
}
