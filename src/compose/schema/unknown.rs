//! What was probably meant by a key that the table does not have where it stands.

use crate::compose::schema::place::Place;
use crate::finding::Finding;
use crate::finding::suggest::{list, nearest};
use crate::mapping::keys::Keys;
use crate::mapping::shape::{Entries, Mapping, Others, Type};
use crate::source::node::{Entry, Map, Node};

/// A mapping with up to this many keys is listed whole.
const LISTED: usize = 12;

/// So many places of a key further inside are named.
const NAMED: usize = 2;

/// The key of a mapping that was probably meant to be `wanted`.
pub(super) fn slip<'m>(mapping: &Mapping, map: &'m Map, wanted: &str) -> Option<&'m str> {
    let rows = || mapping.rows().map(|row| row.key.as_str());
    let is_slip = |key: &&str| {
        mapping.row(key).is_none() && !mapping.tolerates(key) && nearest(key, rows()) == Some(wanted)
    };
    map.keys().find(is_slip)
}

/// Whether a key belongs to a service.
pub(crate) fn is_key_of_service(keys: &Keys, key: &str) -> bool {
    let service = keys.project().row("services").and_then(|row| entry_mapping(&row.is));
    service.is_some_and(|service| service.row(key).is_some())
}

/// Adds the next step for an unknown key, where possible as an edit.
pub(super) fn suggest(
    finding: Finding,
    place: &Place<'_>,
    mapping: &Mapping,
    (key, entry): (&str, &Entry),
    keys: &Keys,
) -> Finding {
    if key == "<<" {
        return finding.help("take the quotes off: in quotes `<<` merges nothing").replace(entry.key, key);
    }
    let advice = mapping.retired(key).map(str::to_owned);
    let advice = advice.or_else(|| service_at_top(place, key, entry, keys));
    let advice =
        advice.or_else(|| misplaced(place)).or_else(|| service_in_service(place, mapping, key, entry));
    if let Some(advice) = advice {
        return finding.help(advice);
    }
    let near = nearest(key, mapping.rows().map(|row| row.key.as_str()));
    let inside = homes_inside(mapping, key);
    match (near, inside.as_slice(), home_outside(place, key)) {
        (Some(near), [], _) => finding.help(format!("did you mean `{near}`?")).replace(entry.key, near),
        (None, [], Some(outer)) => {
            finding.help(format!("`{key}` is a key of {}: indent it less", outer.what))
        }
        (None, [], None) => finding.help(what_is_known(mapping)),
        (near, inside, _) => {
            let homes: Vec<&str> = near.into_iter().chain(inside.iter().map(String::as_str)).collect();
            finding.help(format!("did you mean {}?", either(&homes)))
        }
    }
}

/// Advice where a section of the file, or a key of a service, stands among the services.
pub(super) fn misplaced(place: &Place<'_>) -> Option<String> {
    let key = place.key()?;
    let services = place.around().next()?;
    let (file, service) =
        (services.around().next()?.mapping?, services.row.and_then(|row| entry_mapping(&row.is))?);
    if services.key()? != services.row?.key {
        return None;
    }
    let (is_section, is_key) = (file.row(key).is_some(), service.row(key).is_some());
    let looks_like_one = place.node.as_map().is_some_and(is_like_a_service);
    match (is_section, is_key) {
        (true, _) if !looks_like_one => Some(format!(
            "`{key}` stands among the services here: indent it less if it is meant for the whole file"
        )),
        (_, true) if place.node.as_map().is_none() => {
            Some(format!("`{key}` is a key of {}: indent it deeper, below the name of one", service.what))
        }
        _ => None,
    }
}

/// Advice for what looks like a service, or a part of one, among the sections of the file.
fn service_at_top(place: &Place<'_>, key: &str, entry: &Entry, keys: &Keys) -> Option<String> {
    if place.around().next().is_some() {
        return None;
    }
    if entry.node.as_map().is_some_and(is_like_a_service) {
        let has_services = place.node.as_map().is_some_and(|map| map.contains("services"));
        return Some(if has_services {
            format!("`{key}` looks like a service: move it below `services`, indented")
        } else {
            "this is how the first Compose files were written: start with `services:` and indent the services below it"
                .to_owned()
        });
    }
    let service = keys.project().row("services").and_then(|row| entry_mapping(&row.is))?;
    let advice = format!("`{key}` is a key of {}: indent it below the name of one", service.what);
    service.row(key).is_some().then_some(advice)
}

/// Advice for a service that is indented so far that it belongs to the one before it.
fn service_in_service(place: &Place<'_>, mapping: &Mapping, key: &str, entry: &Entry) -> Option<String> {
    let is_service = mapping.row("image").is_some() && entry.node.as_map().is_some_and(is_like_a_service);
    let before = place.key().filter(|_| is_service)?;
    Some(format!("`{key}` looks like {}: indent it as far as `{before}`", mapping.what))
}

fn is_like_a_service(map: &Map) -> bool {
    let has = |key: &str| map.get(key).is_some_and(|node| !Node::is_null(node));
    has("image") || has("build")
}

/// The mapping of the table that the entries of a `map by` are.
fn entry_mapping(is: &Type) -> Option<&Mapping> {
    is.forms().find_map(|form| match &form.entries {
        Some(Entries::Chosen(chosen)) => known_mapping(&chosen.of),
        Some(Entries::Known(_)) | None => None,
    })
}

fn known_mapping(is: &Type) -> Option<&Mapping> {
    is.forms().find_map(|form| match &form.entries {
        Some(Entries::Known(mapping)) => Some(mapping.as_ref()),
        Some(Entries::Chosen(_)) | None => None,
    })
}

/// Where a key would be known one level further inside, the straightest ways first.
fn homes_inside(mapping: &Mapping, key: &str) -> Vec<String> {
    let has = |is: &Type| known_mapping(is).is_some_and(|inner| inner.row(key).is_some());
    let (mut straight, mut winding) = (Vec::new(), Vec::new());
    for row in mapping.rows() {
        for form in row.is.forms() {
            match (&form.entries, &form.items) {
                (Some(Entries::Known(inner)), _) if inner.row(key).is_some() => {
                    straight.push(format!("{}.{key}", row.key));
                }
                (Some(Entries::Chosen(chosen)), _) if has(&chosen.of) => {
                    winding.push(format!("{}.NAME.{key}", row.key));
                }
                (None, Some(items)) if has(&items.of) => winding.push(format!("{}[].{key}", row.key)),
                (Some(_) | None, _) => {}
            }
        }
    }
    straight.append(&mut winding);
    straight.truncate(NAMED);
    straight
}

/// The nearest mapping around that knows a key.
fn home_outside<'a>(place: &Place<'a>, key: &str) -> Option<&'a Mapping> {
    place.around().filter_map(|outer| outer.mapping).find(|mapping| mapping.row(key).is_some())
}

fn what_is_known(mapping: &Mapping) -> String {
    let known: Vec<&str> = mapping.rows().map(|row| row.key.as_str()).collect();
    if known.len() <= LISTED {
        return format!("known here: {}", list(known));
    }
    match mapping.others {
        Others::Extensions => "remove it, or start its name with `x-` if it is a note of your own".to_owned(),
        Others::Refused | Others::Free => "remove it".to_owned(),
    }
}

/// Words of which one is to be chosen: `` `a`, `b` or `c` ``.
pub(crate) fn either<S: AsRef<str>>(words: &[S]) -> String {
    let quoted: Vec<String> = words.iter().map(|word| format!("`{}`", word.as_ref())).collect();
    match quoted.as_slice() {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
    }
}
