//! Where a rule writes: decisions, what became of leaves, findings.

use crate::compose::Loaded;
use crate::finding::{Finding, Severity};
use crate::mapping::coverage::{Coverage, Fidelity};
use crate::mapping::rules::RuleEntry;
use crate::plan::decision::{Decision, Evidence, Target};
use crate::plan::ledger::{Closed, Ledger, Outcome};
use crate::plan::setting::Setting;
use crate::source::path::ComposePath;

/// What one rule has to say. It can close only leaves of the keys that its entry names.
pub struct Draft<'a> {
    pub(super) entry: &'static RuleEntry,
    pub(super) rule: &'static str,
    pub(super) loaded: &'a Loaded,
    pub(super) ledger: &'a mut Ledger,
    pub(super) decisions: &'a mut Vec<Decision>,
    pub(super) findings: &'a mut Vec<Finding>,
}

impl Draft<'_> {
    /// This place gets this value.
    pub fn decide(&mut self, target: Target, setting: Setting, evidence: Evidence, because: &[ComposePath]) {
        let because = because.to_vec();
        self.decisions.push(Decision { target, setting, because, rule: self.rule, evidence });
    }

    /// The manifests say the same as the leaves at and below a path.
    pub fn translated(&mut self, path: &ComposePath) {
        self.close(path, Outcome::Translated, "");
    }

    /// The manifests say something close; the table of coverage says what differs.
    pub fn approximated(&mut self, path: &ComposePath) {
        let says = self.row_says(path);
        self.close(path, Outcome::Approximated, &says);
    }

    /// The manifests say something close, with this difference.
    pub fn approximated_as(&mut self, path: &ComposePath, says: &str) {
        self.close(path, Outcome::Approximated, says);
    }

    /// There is nothing like it on a cluster; the table of coverage says why.
    pub fn dropped(&mut self, path: &ComposePath) {
        let says = self.row_says(path);
        self.dropped_as(path, &says);
    }

    /// It is left out for this reason. Where the table promises more, that is a finding.
    pub fn dropped_as(&mut self, path: &ComposePath, says: &str) {
        if self.close(path, Outcome::Dropped, says) && self.promises_more(path) {
            self.find(path, says);
        }
    }

    /// It is left out for this reason, of which a finding of another stage tells.
    pub fn dropped_quietly(&mut self, path: &ComposePath, says: &str) {
        self.close(path, Outcome::Dropped, says);
    }

    /// A person has to do what the table of coverage says.
    pub fn manual(&mut self, path: &ComposePath) {
        let says = self.row_says(path);
        self.manual_as(path, &says);
    }

    /// A person has to do this, which is a finding.
    pub fn manual_as(&mut self, path: &ComposePath, says: &str) {
        if self.close(path, Outcome::Manual, says) {
            self.find(path, says);
        }
    }

    /// A person has to do what the table of coverage says, of which a finding tells already.
    pub fn manual_again(&mut self, path: &ComposePath) {
        let says = self.row_says(path);
        self.close(path, Outcome::Manual, &says);
    }

    /// A person has to do this, of which a finding for many leaves together tells.
    pub fn manual_quietly(&mut self, path: &ComposePath, says: &str) {
        self.close(path, Outcome::Manual, says);
    }

    /// Loading used it up.
    pub fn consumed(&mut self, path: &ComposePath) {
        let says = self.row_says(path);
        self.close(path, Outcome::Consumed, &says);
    }

    /// Tells something about a path, as important as the entry of the rule says, with its remedy as the next step.
    pub fn find(&mut self, path: &ComposePath, title: &str) {
        let severity = Severity::from(self.entry.severity);
        self.find_as(severity, path, title, "");
    }

    /// Tells something about a path with an importance of its own; `note` may be empty.
    pub fn find_as(&mut self, severity: Severity, path: &ComposePath, title: &str, note: &str) {
        let title = format!("{}: {title}", short(path));
        let finding = match severity {
            Severity::Note => Finding::note(self.rule, title),
            Severity::Warning => Finding::warning(self.rule, title),
            Severity::Error => Finding::error(self.rule, title),
        };
        let finding = finding.at(self.loaded.locate(path), "").help(self.entry.remedy.as_str());
        self.findings.push(if note.is_empty() { finding } else { finding.because(note) });
    }

    /// Tells something about a path with a next step of its own.
    pub fn find_with(&mut self, severity: Severity, path: &ComposePath, title: &str, help: &str) {
        self.find_as(severity, path, title, "");
        if let Some(finding) = self.findings.last_mut() {
            finding.help = Some(help.to_owned());
        }
    }

    /// The leaves at and below a path that this rule may close.
    #[must_use]
    pub fn leaves(&self, path: &ComposePath) -> Vec<ComposePath> {
        self.ledger
            .below(path)
            .filter(|(_, key)| self.entry.reads(key))
            .map(|(leaf, _)| leaf.clone())
            .collect()
    }

    /// Closes the leaves of this rule at and below a path; says whether one of them was open.
    fn close(&mut self, path: &ComposePath, outcome: Outcome, says: &str) -> bool {
        let mut was_open = false;
        for leaf in self.leaves(path) {
            was_open |= self.ledger.close(&leaf, Closed { outcome, rule: self.rule, says: says.to_owned() });
        }
        was_open
    }

    fn row_says(&self, path: &ComposePath) -> String {
        Coverage::embedded().of_leaf(path).map(|(_, row)| row.says.clone()).unwrap_or_default()
    }

    fn promises_more(&self, path: &ComposePath) -> bool {
        let row = Coverage::embedded().of_leaf(path);
        row.is_some_and(|(_, row)| matches!(row.fidelity, Fidelity::Exact | Fidelity::Approximate))
    }
}

/// A path without the name of its section, as people say it: `web.healthcheck.test`.
fn short(path: &ComposePath) -> String {
    let text = path.to_string();
    text.strip_prefix("services.").map(str::to_owned).unwrap_or(text)
}
