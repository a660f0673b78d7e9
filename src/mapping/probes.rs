//! Programs that health checks run, from `mappings/probes.yaml`.
//!
//! In: the name of a program, its options, an image. Out: what kind of check it makes, what an option means to it, and
//! whether the image is known not to have it.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::mapping::glob::matches;
use crate::mapping::reference::Reference;

/// The table.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ProbeTable {
    programs: Vec<Program>,
    builtins: Vec<String>,
    shells: Vec<String>,
    serving_words: Vec<String>,
    absent: Vec<Absent>,
}

/// What is known about a program.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Program {
    names: Vec<String>,
    /// What kind of check it makes.
    pub kind: Kind,
    #[serde(default)]
    options: BTreeMap<Role, Vec<String>>,
    /// Whether a bad answer makes it fail without being asked to.
    #[serde(default)]
    pub always_fails: bool,
    /// The least seconds to give it.
    #[serde(default)]
    pub timeout: i64,
    /// The least seconds from one to the next.
    #[serde(default)]
    pub period: i64,
    /// What is worth telling; possibly nothing.
    #[serde(default)]
    pub remark: String,
    #[serde(default)]
    unless: Vec<String>,
}

/// What kind of check a program makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// It asks a URL.
    Request,
    /// It opens a connection.
    Connect,
    /// It asks a gRPC health service.
    Grpc,
    /// It lists listening ports.
    Listing,
    /// It looks whether a process exists.
    Process,
    /// It always ends well.
    Succeed,
    /// It never ends well.
    Fail,
    /// Anything else.
    Command,
}

/// What an option means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Nothing that counts for a check.
    Harmless,
    /// Nothing that counts, with a value.
    Value,
    /// A bad status makes the program fail.
    Fail,
    /// Only the head of the answer is asked for.
    Head,
    /// Redirects are followed.
    Follow,
    /// Certificates are not verified.
    Insecure,
    /// Where the answer goes.
    Output,
    /// Seconds to wait at most.
    Timeout,
    /// A header of the request.
    Header,
    /// The user agent of the request.
    Agent,
    /// The method of the request.
    Method,
    /// The address that is asked.
    Address,
    /// The gRPC service that is asked for.
    Service,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Absent {
    images: Vec<String>,
    #[serde(default)]
    tags: Vec<String>,
    programs: Vec<String>,
}

impl Role {
    /// Whether an option of this role has a value.
    #[must_use]
    pub const fn has_value(self) -> bool {
        match self {
            Self::Harmless | Self::Fail | Self::Head | Self::Follow | Self::Insecure => false,
            Self::Value
            | Self::Output
            | Self::Timeout
            | Self::Header
            | Self::Agent
            | Self::Method
            | Self::Address
            | Self::Service => true,
        }
    }
}

impl Program {
    /// What an option means to it; nothing if that is not known.
    #[must_use]
    pub fn role(&self, option: &str) -> Option<Role> {
        let mut roles = self.options.iter();
        roles.find(|(_, names)| names.iter().any(|name| name == option)).map(|(role, _)| *role)
    }

    /// Whether its remark is beside the point, because of the programs in the same line.
    #[must_use]
    pub fn is_silenced_by(&self, programs: &[String]) -> bool {
        programs.iter().any(|program| self.unless.contains(program))
    }
}

impl ProbeTable {
    /// The embedded table.
    ///
    /// # Panics
    /// If the embedded table is broken, which a test rules out.
    #[must_use]
    pub fn embedded() -> &'static Self {
        static TABLE: LazyLock<ProbeTable> = LazyLock::new(|| embedded!("probes"));
        &TABLE
    }

    /// What is known about a program, by its name without folders.
    #[must_use]
    pub fn program(&self, name: &str) -> Option<&Program> {
        self.programs.iter().find(|program| program.names.iter().any(|known| known == name))
    }

    /// Whether a word is one of the shell itself.
    #[must_use]
    pub fn is_builtin(&self, word: &str) -> bool {
        self.builtins.iter().any(|builtin| builtin == word)
    }

    /// Whether a program is a shell.
    #[must_use]
    pub fn is_shell(&self, name: &str) -> bool {
        self.shells.iter().any(|shell| shell == name)
    }

    /// Whether a command that begins with this word starts the service of its image.
    #[must_use]
    pub fn is_serving_word(&self, word: &str) -> bool {
        self.serving_words.iter().any(|serving| serving == word)
    }

    /// Whether an image is known not to have a program.
    #[must_use]
    pub fn is_absent(&self, image: &Reference, program: &str) -> bool {
        let name = image.familiar();
        let has_tag = |row: &Absent| {
            let tag = image.effective_tag().unwrap_or_default();
            row.tags.is_empty() || row.tags.iter().any(|pattern| matches(pattern, tag))
        };
        let mut rows = self.absent.iter().filter(|row| row.images.iter().any(|image| matches(image, &name)));
        rows.any(|row| has_tag(row) && row.programs.iter().any(|absent| matches(absent, program)))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{Kind, ProbeTable, Role};
    use crate::mapping::reference::Reference;

    #[test]
    fn no_program_and_no_option_stands_there_twice() {
        let mut names = BTreeSet::new();
        for program in &ProbeTable::embedded().programs {
            assert!(program.names.iter().all(|name| names.insert(name)), "{:?}", program.names);
            let mut options = BTreeSet::new();
            let written = program.options.values().flatten();
            assert!(written.into_iter().all(|option| options.insert(option)), "{:?}", program.names);
        }
    }

    #[test]
    fn programs_and_options_are_found() {
        let table = ProbeTable::embedded();
        let curl = table.program("curl").unwrap();
        assert_eq!((curl.kind, curl.role("-f"), curl.role("-u")), (Kind::Request, Some(Role::Fail), None));
        assert!(table.program("wget").unwrap().always_fails);
        assert!(table.program("redis-cli").unwrap().is_silenced_by(&["grep".to_owned()]));
        assert!(table.program("health").is_none() && table.is_builtin("[") && table.is_shell("bash"));
    }

    #[test]
    fn what_images_lack_is_known() {
        let rows = [
            ("gcr.io/distroless/static", "sh", true),
            ("node:22-alpine", "curl", true),
            ("node:22", "curl", false),
            ("prom/prometheus:v3.0.0", "wget", false),
            ("ollama/ollama", "curl", true),
            ("example.com/app", "curl", false),
        ];
        for (image, program, absent) in rows {
            let image = Reference::parse(image).unwrap();
            assert_eq!(ProbeTable::embedded().is_absent(&image, program), absent, "{image} {program}");
        }
    }
}
