//! `include`: other models, each loaded on its own and then brought into this one.
//!
//! In: one document's tree. Out: the same tree with the resources of the included models in it; where both define one,
//! the including document wins.

#![allow(clippy::wildcard_enum_match_arm, reason = "YAML has these kinds of values and no others")]

mod entry;

use std::path::{Path, PathBuf};

use crate::compose::environment::{Environment, Variable};
use crate::compose::include::entry::Entry;
use crate::compose::input::read_variables;
use crate::compose::load::{Loader, Scope};
use crate::compose::merge::merge_at;
use crate::compose::notes::Fate;
use crate::compose::relative::{adopt_paths, clean, join};
use crate::compose::reset::Resets;
use crate::finding::Finding;
use crate::source::file::{Kind, ReadError};
use crate::source::node::{Map, Node, Value};
use crate::source::path::ComposePath;
use crate::source::scalar::go_type;
use crate::source::span::{FileId, Span};

/// The sections that are brought over.
const SECTIONS: [&str; 7] = ["services", "jobs", "volumes", "networks", "secrets", "configs", "models"];

/// What determines an included model: its files, its folder, its variables.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Key(Vec<PathBuf>, PathBuf, Vec<(String, String)>);

/// Brings the included models into a document. None if the run has to stop.
pub(crate) fn apply(loader: &mut Loader<'_>, tree: &mut Node, scope: &Scope, resets: &Resets) -> Option<()> {
    let Some(include) = tree.as_map_mut().and_then(|model| model.remove("include")) else { return Some(()) };
    loader.notes.lose(include.key, Fate::Consumed, None);
    loader.notes.lose(include.node.span, Fate::Consumed, None);
    let entries = match &include.node.value {
        Value::Null => Vec::new(),
        Value::List(items) => items.iter().map(|item| entry::read(item, loader.notes)).collect(),
        other => {
            let title = format!("`include` must be a list, got {}", go_type(other));
            let finding = Finding::refused("wrong-type", title).at(include.node.span, "expected a list");
            loader.notes.tell(finding.help("write `- path/to/compose.yaml` below `include:`"));
            return None;
        }
    };
    if loader.notes.stops() {
        return None;
    }
    for entry in entries.into_iter().flatten() {
        if loader.notes.stops() {
            // The run ends here, and tells what is wrong in the files that follow.
            loader.apart(|loader| load(loader, &entry, scope));
            continue;
        }
        if entry.paths.is_empty() {
            check_without_path(loader, &entry, scope)?;
        } else if let Some(model) = load(loader, &entry, scope) {
            import(loader, model, tree, (resets, &scope.folder));
        }
    }
    (!loader.notes.stops()).then_some(())
}

/// An entry without a path brings nothing in, but its environment files are read all the same.
fn check_without_path(loader: &mut Loader<'_>, entry: &Entry, scope: &Scope) -> Option<()> {
    let folder = entry.project_directory.as_deref().unwrap_or(".");
    environment(loader, entry, scope, &absolute(&scope.folder, folder)).map(|_| ())
}

fn load(loader: &mut Loader<'_>, entry: &Entry, scope: &Scope) -> Option<Node> {
    if let Some((remote, span)) = entry.paths.iter().find(|(path, _)| is_remote(path)) {
        let title = format!("the remote include {remote} is not fetched");
        let finding = Finding::refused("remote-include", title)
            .at(*span, "what it holds was never read by anybody here")
            .help("fetch it yourself, look at it, and include the local copy");
        loader.notes.tell(finding);
        return None;
    }
    let paths: Vec<(PathBuf, Span)> =
        entry.paths.iter().map(|(path, span)| (absolute(&scope.folder, path), *span)).collect();
    let (main, main_span) = paths.first()?.clone();
    let folder = match &entry.project_directory {
        // The reference takes the folder above one that is not there.
        Some(folder) if !folder.starts_with('/') => {
            let named = absolute(&scope.folder, folder);
            let is_there = loader.sources.kind(&named) == Some(Kind::Directory);
            if is_there { named } else { named.parent().map(Path::to_path_buf).unwrap_or(named) }
        }
        Some(folder) => absolute(&scope.folder, folder),
        None => main.parent().map_or_else(|| PathBuf::from("/"), Path::to_path_buf),
    };
    if scope.chain.contains(&main) {
        tell_cycle(loader, scope, &main, main_span);
        return None;
    }
    let environment = environment(loader, entry, scope, &folder)?;
    let from = loader.sources.shown(&scope.folder);
    let files = read_all(loader, &paths, &from)?;
    let variables = environment.iter().map(|(name, variable)| (name.to_owned(), variable.value.clone()));
    let key = Key(paths.into_iter().map(|(path, _)| path).collect(), folder.clone(), variables.collect());
    if let Some(known) = loader.included.get(&key) {
        return Some(known.clone());
    }
    let mut inner = Scope { folder, environment, chain: scope.chain.clone() };
    let model = loader.model(&files, &mut inner)?;
    loader.included.insert(key, model.clone());
    Some(model)
}

/// The next step where a file is not there; `folder` is where its path starts.
pub(crate) fn correct_path(folder: &str) -> String {
    let folder = if folder.is_empty() { ".".to_owned() } else { folder.to_owned() };
    format!("create the file, or correct the path, which starts from `{folder}`")
}

/// Whether a path names something that Docker Compose would fetch.
pub(crate) fn is_remote(path: &str) -> bool {
    let prefixes =
        ["oci://", "git://", "git@", "ssh://", "http://", "https://", "github.com/", "gitlab.com/"];
    prefixes.iter().any(|prefix| path.starts_with(prefix)) || path.contains(".git#")
}

fn absolute(folder: &Path, text: &str) -> PathBuf {
    PathBuf::from(if text.starts_with('/') { clean(text) } else { join(folder, text) })
}

fn tell_cycle(loader: &mut Loader<'_>, scope: &Scope, again: &Path, span: Span) {
    let hops: Vec<String> = scope.chain.iter().map(|path| path.display().to_string()).collect();
    let (first, rest) =
        hops.split_first().map_or(("", hops.as_slice()), |(first, rest)| (first.as_str(), rest));
    let mut title = format!("include cycle detected:\n{first}");
    for hop in rest.iter().map(String::as_str).chain([again.display().to_string().as_str()]) {
        title.push_str("\n include ");
        title.push_str(hop);
    }
    let finding = Finding::refused("include-cycle", title).at(span, "this closes the circle");
    loader.notes.tell(finding.help("take one of these includes out"));
}

/// The variables of an included model: those of the including one, then those of its own environment files.
fn environment(loader: &mut Loader<'_>, entry: &Entry, scope: &Scope, folder: &Path) -> Option<Environment> {
    let files = match &entry.env_files {
        Some(files) => {
            let named = files.iter().filter(|(file, _)| file != "/dev/null");
            named.map(|(file, span)| (absolute(&scope.folder, file), Some(*span))).collect()
        }
        None => {
            let path = folder.join(".env");
            let exists = loader.sources.kind(&path).is_some_and(|kind| kind != Kind::Directory);
            if exists { vec![(path, None)] } else { Vec::new() }
        }
    };
    for (path, span) in &files {
        let problem = match loader.sources.kind(path) {
            None => format!("stat {}: no such file or directory", path.display()),
            Some(Kind::Directory) => format!("{} is not a file", path.display()),
            Some(Kind::File | Kind::Other) => continue,
        };
        let finding = Finding::unreadable("unreadable-env-file", problem)
            .help(correct_path(&loader.sources.shown(&scope.folder)));
        loader
            .notes
            .tell(span.map_or_else(|| finding.clone(), |span| finding.clone().at(span, "named here")));
        return None;
    }
    let paths: Vec<PathBuf> = files.iter().map(|(path, _)| path.clone()).collect();
    match read_variables(&paths, &scope.environment, loader.sources) {
        Ok(found) => {
            let mut environment = scope.environment.clone();
            for (name, Variable { value, source }) in found {
                environment.set_if_absent(&name, &value, &source);
            }
            Some(environment)
        }
        Err(findings) => {
            let named = files.iter().find_map(|(_, span)| *span);
            loader.notes.findings.extend(findings.into_iter().map(|finding| match named {
                Some(span) if finding.labels.is_empty() => finding.at(span, "named here"),
                _ => finding,
            }));
            None
        }
    }
}

fn read_all(loader: &mut Loader<'_>, paths: &[(PathBuf, Span)], folder: &str) -> Option<Vec<FileId>> {
    let mut files = Vec::new();
    for (path, span) in paths {
        match loader.sources.read(path) {
            Ok(file) => files.push(file),
            Err(error) => tell_unreadable(loader, &error, Some(*span), folder),
        }
    }
    (files.len() == paths.len()).then_some(files)
}

fn tell_unreadable(loader: &mut Loader<'_>, error: &ReadError, span: Option<Span>, folder: &str) {
    let title = error.in_system_words();
    let finding = Finding::unreadable("unreadable-include", title).help(correct_path(folder));
    loader.notes.tell(match span {
        Some(span) => finding.at(span, "included here"),
        None => finding,
    });
}

/// Lays the document's resources over the included ones of the same name, and takes over the rest.
fn import(loader: &mut Loader<'_>, model: Node, tree: &mut Node, (resets, folder): (&Resets, &Path)) {
    let Value::Map(mut model) = model.value else { return };
    let Some(target) = tree.as_map_mut() else { return };
    for section in SECTIONS {
        let Some(from) = model.remove(section) else { continue };
        if from.node.as_map().is_none_or(Map::is_empty) {
            loader.notes.lose(from.node.span, Fate::Consumed, None);
        }
        let Value::Map(resources) = from.node.value else { continue };
        if target.get(section).is_none_or(Node::is_null) {
            target.insert(section, from.key, Node::new(Value::Map(Map::default()), from.node.span));
        }
        let Some(into) = target.get_mut(section).and_then(Node::as_map_mut) else { continue };
        for (name, entry) in resources {
            let Some(mut own) = into.get(&name).cloned() else {
                into.insert(name, entry.key, entry.node);
                continue;
            };
            if own.same_value(&entry.node) {
                // What several files include together is one and the same.
                if own.span != entry.node.span {
                    loader.notes.lose(entry.node.span, Fate::Repeated, Some(own.span));
                    tell_repeated(loader, section, &name, (entry.key, own.span));
                }
                continue;
            }
            tell_conflict(loader, section, &name, (entry.key, own.span));
            let mut included = entry.node;
            adopt_paths(&included, &mut own, folder);
            resets.apply_below(&[section, &name], &mut included, loader.notes);
            let merged = merge_at(included, own, &ComposePath::of([section, &name]), loader.notes);
            let key = into.entry(&name).map_or(entry.key, |entry| entry.key);
            into.insert(name, key, merged);
        }
    }
    // The name of an included model and its extensions stay behind.
    for (_, rest) in model {
        loader.notes.lose(rest.node.span, Fate::Consumed, None);
    }
}

fn tell_repeated(loader: &mut Loader<'_>, section: &str, name: &str, (again, known): (Span, Span)) {
    let title = format!("{section}.{name} is defined twice, with the same content");
    let finding = Finding::note("repeated-resource", title)
        .at(again, "included, and not needed")
        .at(known, "this one counts");
    loader.notes.tell(finding);
}

fn tell_conflict(loader: &mut Loader<'_>, section: &str, name: &str, (included, own): (Span, Span)) {
    let title = format!("{section}.{name} is defined here and in an included file; the two are merged");
    let finding = Finding::warning("include-conflict", title)
        .at(own, "this one wins where both say something")
        .at(included, "the included one");
    loader.notes.tell(finding.help("rename one of the two if they are not the same thing"));
}
