//! What there is to say about every rule, from `mappings/rules/`.

use std::sync::LazyLock;

use serde::Deserialize;

use crate::finding::Severity;

/// What there is to say about one rule.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleEntry {
    /// Its name; also the id of its findings.
    pub id: String,
    /// The group it belongs to.
    pub group: String,
    /// What it does, in one sentence.
    pub summary: String,
    /// Why it does so.
    pub why: String,
    /// What a person can do about its findings.
    pub remedy: String,
    /// How much its findings matter.
    pub severity: Level,
    /// The keys whose leaves it may close, as paths without list items; those of services are those of jobs too.
    pub reads: Vec<String>,
    /// The places it fills.
    pub writes: Vec<String>,
}

/// A [`Severity`] as it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// Worth knowing.
    Note,
    /// Probably not what was meant.
    Warning,
    /// Wrong or dangerous.
    Error,
}

impl From<Level> for Severity {
    fn from(level: Level) -> Self {
        match level {
            Level::Note => Self::Note,
            Level::Warning => Self::Warning,
            Level::Error => Self::Error,
        }
    }
}

/// The entries of all rules, by name.
///
/// # Panics
/// If an embedded table is broken, which a test rules out.
#[must_use]
pub fn entries() -> &'static [RuleEntry] {
    static ENTRIES: LazyLock<Vec<RuleEntry>> = LazyLock::new(|| {
        let mut entries: Vec<RuleEntry> = embedded!("rules");
        entries.sort_by(|a, b| a.id.cmp(&b.id));
        entries.iter_mut().for_each(|entry| entry.reads.sort());
        entries
    });
    &ENTRIES
}

/// The entry of a rule.
#[must_use]
pub fn entry(id: &str) -> Option<&'static RuleEntry> {
    let entries = entries();
    let at = entries.binary_search_by(|entry| entry.id.as_str().cmp(id)).ok()?;
    entries.get(at)
}

impl RuleEntry {
    /// Whether it may close leaves of a key.
    #[must_use]
    pub fn reads(&self, key: &str) -> bool {
        let is_read = |key: &str| self.reads.binary_search_by(|read| read.as_str().cmp(key)).is_ok();
        is_read(key) || key.strip_prefix("jobs.").is_some_and(|rest| is_read(&format!("services.{rest}")))
    }
}
