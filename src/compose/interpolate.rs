//! Interpolation of a whole tree: every text, never a key, then casts where the model wants numbers and booleans.
//!
//! In: one document's tree. Out: the same tree with values in it; each leaf knows the variables it was made of.

#![allow(clippy::wildcard_enum_match_arm, reason = "YAML has these kinds of values and no others")]

use std::rc::Rc;
use std::sync::LazyLock;

use crate::compose::environment::Environment;
use crate::compose::grammar::number;
use crate::compose::notes::Notes;
use crate::compose::template::{Lookup, TemplateError, repair, substitute};
use crate::finding::Finding;
use crate::finding::suggest::list;
use crate::source::node::{Node, Value, VariableSource, VariableUse};
use crate::source::path::{Cursor, PatternTable, Trail};
use crate::source::span::Span;

/// What a text becomes after interpolation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cast {
    Boolean,
    /// An integer whose error text names `Atoi`.
    Integer,
    /// An integer whose error text names `ParseInt`.
    Integer64,
    Number,
}

static CASTS: LazyLock<PatternTable<Cast>> = LazyLock::new(|| {
    let container = [
        ("cpu_count", Cast::Integer64),
        ("cpu_percent", Cast::Number),
        ("cpu_period", Cast::Integer64),
        ("cpu_quota", Cast::Integer64),
        ("cpu_rt_period", Cast::Integer64),
        ("cpu_rt_runtime", Cast::Integer64),
        ("cpu_shares", Cast::Integer64),
        ("cpus", Cast::Number),
        ("init", Cast::Boolean),
        ("oom_kill_disable", Cast::Boolean),
        ("oom_score_adj", Cast::Integer64),
        ("pids_limit", Cast::Integer64),
        ("privileged", Cast::Boolean),
        ("read_only", Cast::Boolean),
        ("ulimits.*", Cast::Integer),
        ("ulimits.*.hard", Cast::Integer),
        ("ulimits.*.soft", Cast::Integer),
        ("volumes.[].read_only", Cast::Boolean),
        ("volumes.[].volume.nocopy", Cast::Boolean),
    ];
    let workload = [
        ("depends_on.*.required", Cast::Boolean),
        ("depends_on.*.restart", Cast::Boolean),
        ("healthcheck.disable", Cast::Boolean),
        ("healthcheck.retries", Cast::Integer),
        ("ports.[].target", Cast::Integer),
        ("stdin_open", Cast::Boolean),
        ("tty", Cast::Boolean),
    ];
    let service = [
        ("deploy.placement.max_replicas_per_node", Cast::Integer),
        ("deploy.replicas", Cast::Integer),
        ("deploy.restart_policy.max_attempts", Cast::Integer),
        ("deploy.rollback_config.max_failure_ratio", Cast::Number),
        ("deploy.rollback_config.parallelism", Cast::Integer),
        ("deploy.update_config.max_failure_ratio", Cast::Number),
        ("deploy.update_config.parallelism", Cast::Integer),
        ("scale", Cast::Integer),
    ];
    let resources = [
        ("configs.*.external", Cast::Boolean),
        ("networks.*.attachable", Cast::Boolean),
        ("networks.*.enable_ipv4", Cast::Boolean),
        ("networks.*.enable_ipv6", Cast::Boolean),
        ("networks.*.external", Cast::Boolean),
        ("networks.*.internal", Cast::Boolean),
        ("secrets.*.external", Cast::Boolean),
        ("volumes.*.external", Cast::Boolean),
    ];
    PatternTable::under(&["services.*", "jobs.*", "services.*.pre_start.*"], &container)
        .and_under(&["services.*", "jobs.*"], &workload)
        .and_under(&["services.*"], &service)
        .and(&resources)
});

/// Puts the values of variables into every text of the tree and casts what must be a number or a boolean.
pub fn interpolate(tree: &mut Node, environment: &Environment, notes: &mut Notes) {
    Interpolation { environment, notes }.node(tree, &Trail::Root, &CASTS.cursor());
}

/// Interpolates the value of one top-level key on its own, such as the name of the project.
pub fn interpolate_text(
    text: &str,
    key: &str,
    span: Span,
    environment: &Environment,
    notes: &mut Notes,
) -> String {
    let mut node = Node::text(text, span);
    Interpolation { environment, notes }.node(
        &mut node,
        &Trail::Key(&Trail::Root, key),
        &CASTS.cursor().key(key),
    );
    node.as_text().unwrap_or_default().to_owned()
}

struct Interpolation<'a> {
    environment: &'a Environment,
    notes: &'a mut Notes,
}

impl Interpolation<'_> {
    fn node(&mut self, node: &mut Node, trail: &Trail<'_>, cursor: &Cursor<'_, Cast>) {
        match &mut node.value {
            Value::Map(map) => {
                for (key, entry) in map.iter_mut() {
                    if is_leaf_without_work(&entry.node) {
                        continue;
                    }
                    self.node(&mut entry.node, &Trail::Key(trail, key), &cursor.key(key));
                }
            }
            Value::List(list) => {
                let below = cursor.item();
                for (index, item) in list.iter_mut().enumerate() {
                    self.node(item, &Trail::Index(trail, index), &below);
                }
            }
            Value::Text(text) => {
                if text.contains('$') {
                    let text = std::mem::take(text);
                    self.text(node, &text, trail);
                }
                if let Some(cast) = cursor.value() {
                    self.cast(node, *cast, trail);
                }
            }
            _ => {}
        }
    }

    fn text(&mut self, node: &mut Node, text: &str, trail: &Trail<'_>) {
        let mut lookup = Recorder { environment: self.environment, uses: Vec::new(), unset: Vec::new() };
        let result = substitute(text, &mut lookup);
        let Recorder { mut uses, unset, .. } = lookup;
        for name in unset {
            self.tell_unset(&name, node.span);
        }
        match result {
            Ok(value) => {
                uses.sort();
                uses.dedup();
                node.value = Value::Text(value);
                node.uses = (!uses.is_empty()).then(|| Rc::from(uses));
            }
            Err(error) => {
                self.tell_error(&error, node.span, trail);
                node.value = Value::Text(text.to_owned());
            }
        }
    }

    fn tell_unset(&mut self, name: &str, span: Span) {
        let title = format!("The {name:?} variable is not set. Defaulting to a blank string.");
        let finding = Finding::warning("unset-variable", title)
            .at(span, "empty where it stands")
            .help(format!("set it in `.env` or the environment, or write a default: `${{{name}:-value}}`"));
        self.notes.tell(finding);
    }

    fn tell_error(&mut self, error: &TemplateError, span: Span, trail: &Trail<'_>) {
        let path = trail.to_path().walked();
        let finding = match error {
            TemplateError::Invalid(template) => {
                // Docker Compose repeats the text, which may be a secret.
                let title = format!(
                    "invalid interpolation format for {path}.\nYou may need to escape any $ with another $."
                );
                let finding = Finding::refused("bad-interpolation", title)
                    .at(span, "`${` begins a variable that cannot be read")
                    .because("`$$` is a dollar sign that is not a variable");
                finding.help(repair(template).unwrap_or_else(|| "write `$$` for each dollar sign".to_owned()))
            }
            TemplateError::Required { name, .. } => {
                let title = format!("error while interpolating {path}: {}", error.message());
                Finding::refused("required-variable", title)
                    .at(span, format!("`{name}` is required here"))
                    .help(format!("set `{name}` in the environment or in an environment file"))
            }
        };
        self.notes.tell(finding);
    }

    fn cast(&mut self, node: &mut Node, cast: Cast, trail: &Trail<'_>) {
        let Some(text) = node.as_text() else { return };
        match cast_text(text, cast) {
            Ok(value) => {
                if cast == Cast::Boolean && !matches!(text.to_ascii_lowercase().as_str(), "true" | "false") {
                    let word = if value == Value::Bool(true) { "true" } else { "false" };
                    let title =
                        format!("{text:?} for boolean is not supported by YAML 1.2, please use `{word}`");
                    let finding =
                        Finding::warning("old-boolean", title).at(node.span, "").replace(node.span, word);
                    self.notes.tell(finding);
                }
                node.value = value;
            }
            Err(problem) => {
                let path = trail.to_path().walked();
                let title =
                    format!("error while interpolating {path}: failed to cast to expected type: {problem}");
                let wanted = match cast {
                    Cast::Boolean => "`true` or `false`",
                    Cast::Integer | Cast::Integer64 => "a whole number",
                    Cast::Number => "a number",
                };
                let finding =
                    Finding::refused("wrong-type", title).at(node.span, format!("expected {wanted}"));
                self.notes.tell(instead_of_text(finding, node, wanted));
            }
        }
    }
}

/// Names the variables that a value of the wrong kind comes from, and what they should be.
fn instead_of_text(finding: Finding, node: &Node, wanted: &str) -> Finding {
    let uses = node.uses.as_deref().unwrap_or_default();
    let unset = uses.iter().find(|variable| variable.source == VariableSource::Unset);
    let mut names: Vec<&str> = uses.iter().map(|variable| variable.name.as_str()).collect();
    names.dedup();
    match (unset, names.as_slice()) {
        (Some(unset), _) => {
            let name = &unset.name;
            finding
                .because(format!("`{name}` is not set"))
                .help(format!("set `{name}` to {wanted}, or write a default: `${{{name}:-…}}`"))
        }
        (None, []) => finding.help(format!("write {wanted}")),
        (None, names) => {
            let names = list(names);
            finding.because(format!("the value comes from {names}")).help(format!("give {names} {wanted}"))
        }
    }
}

fn is_leaf_without_work(node: &Node) -> bool {
    matches!(node.value, Value::Null | Value::Bool(_) | Value::Int(_) | Value::Uint(_) | Value::Float(_))
}

fn cast_text(text: &str, cast: Cast) -> Result<Value, String> {
    match cast {
        Cast::Boolean => boolean(text).map(Value::Bool),
        Cast::Integer => number::integer(text, "Atoi").map(Value::Int),
        Cast::Integer64 => number::integer(text, "ParseInt").map(Value::Int),
        Cast::Number => number::float(text).map(Value::Float),
    }
}

/// A boolean as YAML 1.1 wrote it.
///
/// # Errors
/// The text that Docker Compose prints.
pub fn boolean(text: &str) -> Result<bool, String> {
    match text.to_lowercase().as_str() {
        "true" | "y" | "yes" | "on" => Ok(true),
        "false" | "n" | "no" | "off" => Ok(false),
        _ => Err(format!("invalid boolean: {text}")),
    }
}

struct Recorder<'a> {
    environment: &'a Environment,
    uses: Vec<VariableUse>,
    unset: Vec<String>,
}

impl Recorder<'_> {
    fn record(&mut self, name: &str, source: VariableSource) {
        self.uses.push(VariableUse { name: name.to_owned(), source });
    }
}

impl Lookup for Recorder<'_> {
    fn get(&mut self, name: &str) -> Option<String> {
        let variable = self.environment.get(name)?;
        self.record(name, variable.source.clone());
        Some(variable.value.clone())
    }

    fn unset(&mut self, name: &str) {
        self.record(name, VariableSource::Unset);
        self.unset.push(name.to_owned());
    }

    fn written(&mut self, name: &str) {
        self.record(name, VariableSource::Written);
    }
}
