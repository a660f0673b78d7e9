//! Our binary, run as a user runs it, in an environment that the test fixes.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

/// What came of a run.
#[derive(Debug)]
pub(crate) struct Ran {
    /// The exit status.
    pub(crate) status: Option<i32>,
    /// Data.
    pub(crate) stdout: String,
    /// Talk.
    pub(crate) stderr: String,
}

/// Runs our binary in a folder with nothing in its environment but a home.
pub(crate) fn cutover<S: AsRef<str>>(folder: &Path, arguments: &[S]) -> Ran {
    with_input(folder, arguments, &[], "")
}

/// The same with more variables and with text on standard input.
pub(crate) fn with_input<S: AsRef<str>>(
    folder: &Path,
    arguments: &[S],
    variables: &[(&str, &str)],
    input: &str,
) -> Ran {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cutover"));
    command.args(arguments.iter().map(AsRef::as_ref)).current_dir(folder).env_clear();
    command.env("HOME", "/home/nobody").envs(variables.iter().copied());
    run(command, input)
}

/// Runs a program to its end.
pub(crate) fn run(mut command: Command, input: &str) -> Ran {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    // A program that reads no input may be gone before it is written.
    let _ = child.stdin.take().map(|mut stdin| stdin.write_all(input.as_bytes()));
    let output = child.wait_with_output().unwrap();
    Ran {
        status: output.status.code(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// A folder with these files in it, gone when it is dropped.
pub(crate) fn folder_with(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        #[allow(clippy::disallowed_methods, reason = "tests lay out their files")]
        std::fs::write(path, text).unwrap();
    }
    folder
}
