//! From a tree of settings to a [`Policy`]: every mistake with its place and the next step.

use crate::finding::Finding;
use crate::finding::suggest::nearest;
use crate::policy::Policy;
use crate::policy::settings::{Form, PROJECT, SERVICE, Setting, minor, text};
use crate::source::node::{Entry, Map, Node, Value};
use crate::source::span::{FileId, Span};

/// The keys of one accepted finding.
const ACCEPTED: &[&str] = &["finding", "reason", "service", "until"];

/// Lays the settings of a tree over a policy.
pub fn project(policy: &mut Policy, tree: &Node, findings: &mut Vec<Finding>) {
    let Some(map) = as_map(tree, findings) else { return };
    settings(policy, map, PROJECT, &["services"], findings);
    let services = map.get("services").filter(|services| !services.is_null());
    let Some(services) = services.and_then(|services| as_map(services, findings)) else { return };
    for (name, entry) in services.iter() {
        service(policy, name, &entry.node, findings);
    }
}

/// Lays the settings of a tree over those of one service.
pub fn service(policy: &mut Policy, name: &str, tree: &Node, findings: &mut Vec<Finding>) {
    if let Some(map) = as_map(tree, findings) {
        settings(policy.services.entry(name.to_owned()).or_default(), map, SERVICE, &[], findings);
    }
}

/// Lays one `KEY=VALUE` over a policy; `services.NAME.KEY` is a setting of a service.
///
/// # Errors
/// What is wrong, in one line.
pub fn set(policy: &mut Policy, written: &str) -> Result<(), String> {
    let Some((key, value)) = written.split_once('=') else {
        return Err(format!("`{written}` sets nothing: write `KEY=VALUE`"));
    };
    let node = |value: &str| Node::text(value, Span::new(FileId(0), 0, 0));
    let in_service = key.strip_prefix("services.").and_then(|rest| {
        SERVICE.iter().find_map(|setting| {
            let name = rest.strip_suffix(setting.key)?.strip_suffix('.')?;
            Some((name, setting))
        })
    });
    if let Some((name, setting)) = in_service {
        let node = listed(setting.form, value, node(value));
        check(setting.form, &node).map_or(Ok(()), Err)?;
        (setting.put)(policy.services.entry(name.to_owned()).or_default(), &node);
        return Ok(());
    }
    let Some(setting) = PROJECT.iter().find(|setting| setting.key == key && setting.form != Form::Accept)
    else {
        let keys = PROJECT.iter().map(|setting| setting.key);
        let meant = nearest(key, keys).map(|meant| format!("; did you mean `{meant}`?")).unwrap_or_default();
        return Err(format!("there is no setting `{key}`{meant}"));
    };
    let node = listed(setting.form, value, node(value));
    check(setting.form, &node).map_or(Ok(()), |problem| Err(format!("`{key}`: {problem}")))?;
    (setting.put)(policy, &node);
    Ok(())
}

/// On the command line a list is written with commas.
fn listed(form: Form, value: &str, node: Node) -> Node {
    if form != Form::Texts {
        return node;
    }
    let items = value.split(',').map(|item| Node::text(item.trim(), node.span)).collect();
    Node::new(Value::List(items), node.span)
}

fn as_map<'n>(node: &'n Node, findings: &mut Vec<Finding>) -> Option<&'n Map> {
    if node.as_map().is_none() && !node.is_null() {
        findings.push(wrong(node, "settings are a mapping of keys to values".to_owned()));
    }
    node.as_map()
}

fn wrong(node: &Node, problem: String) -> Finding {
    Finding::misused("bad-setting", problem).at(node.span, "")
}

fn settings<T>(to: &mut T, map: &Map, table: &[Setting<T>], besides: &[&str], findings: &mut Vec<Finding>) {
    for (key, entry) in map.iter().filter(|(key, _)| !besides.contains(key)) {
        let nested = format!("{key}.");
        match table.iter().find(|setting| setting.key == key) {
            Some(setting) => put(to, setting, &entry.node, findings),
            None if table.iter().any(|setting| setting.key.starts_with(&nested)) => {
                let Some(below) = as_map(&entry.node, findings) else { continue };
                for (last, entry) in below.iter() {
                    let full = format!("{nested}{last}");
                    match table.iter().find(|setting| setting.key == full) {
                        Some(setting) => put(to, setting, &entry.node, findings),
                        None => findings.push(unknown(&full, entry, table, &[])),
                    }
                }
            }
            None => findings.push(unknown(key, entry, table, besides)),
        }
    }
}

fn put<T>(to: &mut T, setting: &Setting<T>, node: &Node, findings: &mut Vec<Finding>) {
    if node.is_null() {
        return;
    }
    if setting.form == Form::Accept {
        accepted_rows(node, findings);
    } else if let Some(problem) = check(setting.form, node) {
        findings.push(wrong(node, format!("`{}`: {problem}", setting.key)));
        return;
    }
    (setting.put)(to, node);
}

fn unknown<T>(key: &str, entry: &Entry, table: &[Setting<T>], besides: &[&str]) -> Finding {
    let finding =
        Finding::misused("unknown-setting", format!("there is no setting `{key}`")).at(entry.key, "");
    let keys = table.iter().map(|setting| setting.key).chain(besides.iter().copied());
    match nearest(key, keys.clone()) {
        Some(meant) => finding.help(format!("did you mean `{meant}`?")),
        None => finding.help(format!("there are: {}", keys.collect::<Vec<_>>().join(", "))),
    }
}

fn accepted_rows(node: &Node, findings: &mut Vec<Finding>) {
    let Some(rows) = node.as_list() else {
        findings.push(wrong(node, "`accept` is a list of findings".to_owned()));
        return;
    };
    for row in rows {
        let Some(map) = row.as_map() else {
            findings.push(wrong(row, "an accepted finding has `finding` and `reason`".to_owned()));
            continue;
        };
        for (key, entry) in map.iter().filter(|(key, _)| !ACCEPTED.contains(key)) {
            let finding = Finding::misused("unknown-setting", format!("an accepted finding has no `{key}`"))
                .at(entry.key, "");
            findings.push(finding.help(format!("it has: {}", ACCEPTED.join(", "))));
        }
        for needed in ["finding", "reason"] {
            if map.get(needed).is_none_or(|node| text(node).trim().is_empty()) {
                findings.push(wrong(row, format!("an accepted finding needs `{needed}`")));
            }
        }
    }
}

/// What is wrong with a value, if something is.
fn check(form: Form, node: &Node) -> Option<String> {
    let written = text(node);
    let is_scalar = !matches!(node.value, Value::List(_) | Value::Map(_));
    match form {
        Form::OneOf(words) if words.contains(&written.as_str()) => None,
        Form::OneOf(words) => {
            let meant =
                nearest(&written, words.iter().copied()).map(|word| format!("; did you mean `{word}`?"));
            Some(format!("`{written}` is none of {}{}", words.join(", "), meant.unwrap_or_default()))
        }
        Form::Text if is_scalar && !written.trim().is_empty() => None,
        Form::Text => Some("a text is expected".to_owned()),
        Form::Texts => {
            let items = node.as_list().unwrap_or(std::slice::from_ref(node));
            let sound = items.iter().all(|item| !text(item).trim().is_empty());
            (!sound).then(|| "a list of texts is expected".to_owned())
        }
        Form::Number if written.parse::<u16>().is_ok() => None,
        Form::Number => Some(format!("`{written}` is not a whole number")),
        Form::Quantity if is_quantity(&written) => None,
        Form::Quantity => {
            Some(format!("`{written}` is no quantity; write `512Mi` of memory or `250m` of CPU"))
        }
        Form::Version if minor(&written).is_some() => None,
        Form::Version => Some(format!("`{written}` is no version from 1.33 to 1.37; put it in quotes")),
        Form::User if is_user(&written) => None,
        Form::User => Some(format!("`{written}` is not `UID` or `UID:GID` in numbers")),
        Form::Accept => None,
    }
}

/// Whether Kubernetes reads text as a quantity.
#[must_use]
pub fn is_quantity(text: &str) -> bool {
    const UNITS: &[&str] = &["", "m", "k", "M", "G", "T", "Ki", "Mi", "Gi", "Ti"];
    let digits = text.find(|char: char| !char.is_ascii_digit() && char != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    number.parse::<f64>().is_ok_and(|number| number > 0.0) && UNITS.contains(&unit)
}

fn is_user(text: &str) -> bool {
    let is_id = |part: &str| part.parse::<i32>().is_ok_and(|id| id >= 0);
    text.split_once(':').map_or_else(|| is_id(text), |(user, group)| is_id(user) && is_id(group))
}
