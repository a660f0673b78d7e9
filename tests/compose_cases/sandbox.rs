//! A folder of its own for one case, and the run of a program in it.
//!
//! In: a case and a program. Out: what the program printed, with the folder's own path taken out of it.

use std::fs;
use std::io::{self, Write};
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

use super::case::{Case, Content};

/// The name of the folder of a case, and so of most projects.
const FOLDER: &str = "demo";

/// The folder of one case; it goes when this value goes.
pub(super) struct Sandbox {
    root: PathBuf,
    _guard: TempDir,
}

/// What a run left behind.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    /// Its exit status; none after a signal.
    pub(super) status: Option<i32>,
    /// What it printed.
    pub(super) stdout: String,
    /// What it said.
    pub(super) stderr: String,
}

impl Sandbox {
    /// Creates everything that the case asks for.
    ///
    /// # Errors
    /// The folder cannot be written.
    pub(super) fn lay_out(case: &Case) -> io::Result<Self> {
        let guard = TempDir::new()?;
        let sandbox = Self { root: guard.path().canonicalize()?, _guard: guard };
        fs::create_dir_all(sandbox.home())?;
        fs::create_dir_all(sandbox.start(case))?;
        for entry in &case.entries {
            let path = sandbox.place(&entry.path);
            fs::create_dir_all(path.parent().unwrap_or(&path))?;
            match &entry.content {
                Content::File(bytes) => {
                    let text = replace_bytes(bytes, b"@DIR@", sandbox.dir().as_os_str().as_encoded_bytes());
                    fs::File::create(path)?.write_all(&text)?;
                }
                Content::Folder => fs::create_dir_all(path)?,
                Content::Link(target) => symlink(sandbox.fill(target), path)?,
            }
        }
        Ok(sandbox)
    }

    /// Runs a program as the case says, with these arguments.
    ///
    /// # Errors
    /// The program cannot be started.
    pub(super) fn run(&self, case: &Case, program: &Path, args: &[String]) -> io::Result<Outcome> {
        let mut command = Command::new(program);
        command.current_dir(self.start(case)).env_clear();
        command.env("PATH", "/usr/bin:/bin").env("HOME", self.home());
        command.envs(case.env.iter().map(|(name, value)| (name, self.fill(value))));
        command.args(args.iter().map(|arg| self.fill(arg)));
        command.stdin(if case.stdin.is_some() { Stdio::piped() } else { Stdio::null() });
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
        if let (Some(text), Some(mut pipe)) = (&case.stdin, child.stdin.take()) {
            // A program that fails before it reads is a result, not an obstacle.
            let _ = pipe.write_all(text);
        }
        let output = child.wait_with_output()?;
        Ok(Outcome {
            status: output.status.code(),
            stdout: self.forget(&output.stdout),
            stderr: self.forget(&output.stderr),
        })
    }

    /// The folder of the case.
    pub(super) fn dir(&self) -> PathBuf {
        self.root.join(FOLDER)
    }

    fn home(&self) -> PathBuf {
        self.root.join("home")
    }

    fn start(&self, case: &Case) -> PathBuf {
        self.dir().join(&case.cwd)
    }

    fn place(&self, path: &str) -> PathBuf {
        path.strip_prefix("~/").map_or_else(|| self.dir().join(path), |path| self.home().join(path))
    }

    fn fill(&self, text: &str) -> String {
        text.replace("@DIR@", &self.dir().to_string_lossy())
    }

    /// Puts names where paths of this run stand, so that two runs print the same.
    fn forget(&self, printed: &[u8]) -> String {
        String::from_utf8_lossy(printed)
            .replace(&*self.dir().to_string_lossy(), "$DIR")
            .replace(&*self.home().to_string_lossy(), "$HOME")
            .replace(&*self.root.to_string_lossy(), "$PARENT")
    }
}

fn replace_bytes(text: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let mut replaced = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.windows(from.len()).position(|window| window == from) {
        replaced.extend_from_slice(rest.get(..at).unwrap_or_default());
        replaced.extend_from_slice(to);
        rest = rest.get(at + from.len()..).unwrap_or_default();
    }
    replaced.extend_from_slice(rest);
    replaced
}
