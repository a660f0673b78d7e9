//! Relative paths in a model become absolute, each by the rule of its key.
//!
//! In: a tree and the folder that its paths are relative to. Out: the same tree.

#![allow(clippy::wildcard_enum_match_arm, reason = "YAML has these kinds of values and no others")]

use std::path::Path;
use std::sync::LazyLock;

use crate::compose::notes::Notes;
use crate::compose::walk::Walk;
use crate::finding::Finding;
use crate::source::file::SourceMap;
use crate::source::node::{Node, Value};
use crate::source::path::{ComposePath, Cursor, PatternTable};

/// How the text at a place is a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// A path on this host.
    Path,
    /// A path on this host; a Windows path is absolute too.
    AnyHost,
    /// A path whose links are followed.
    Watched,
    /// A build context: a path unless it is an address or names a service.
    Context,
    /// A mount; its source is a path if it is a bind mount.
    Mount,
    /// A volume; its device is a path if the local driver binds it.
    Volume,
}

static KINDS: LazyLock<PatternTable<Kind>> = LazyLock::new(|| {
    let workload = [
        ("build.additional_contexts.*", Kind::Context),
        ("build.context", Kind::Context),
        ("build.ssh.*", Kind::AnyHost),
        ("env_file.*.path", Kind::Path),
        ("extends.file", Kind::Path),
        ("label_file.*", Kind::Path),
        ("volumes.*", Kind::Mount),
    ];
    let hooks = [("env_file.*.path", Kind::Path), ("label_file.*", Kind::Path), ("volumes.*", Kind::Mount)];
    let single = [
        ("configs.*.file", Kind::AnyHost),
        ("secrets.*.file", Kind::AnyHost),
        ("services.*.develop.watch.*.path", Kind::Watched),
        ("volumes.*", Kind::Volume),
    ];
    PatternTable::under(&["services.*", "jobs.*"], &workload)
        .and_under(&["services.*.pre_start.*"], &hooks)
        .and(&single)
});

/// The folders that paths are relative to.
#[derive(Clone, Copy, Debug)]
pub struct Base<'a> {
    /// The project directory, or that of an included or extended file.
    pub folder: &'a Path,
    /// What `~` stands for.
    pub home: Option<&'a Path>,
}

/// Makes every relative path of the tree absolute.
pub fn resolve(tree: &mut Node, base: Base<'_>, sources: &SourceMap, notes: &mut Notes) {
    Resolve { base, sources, notes, path: ComposePath::root() }.node(tree, &KINDS.cursor());
}

/// Paths of files in a service that names those of its base again, relative to a folder, become the absolute ones that
/// the base has already: the reference compares both while they are relative.
pub(crate) fn adopt_paths(base: &Node, own: &mut Node, folder: &Path) {
    for key in ["label_file", "env_file"] {
        let known: Vec<String> = base.as_map().and_then(|map| map.get(key)).map(paths_of).unwrap_or_default();
        let Some(own) = own.as_map_mut().and_then(|map| map.get_mut(key)) else { continue };
        let adopt = |node: &mut Node| {
            let Value::Text(text) = &mut node.value else { return };
            let is_settled = !text.starts_with('/') && clean(text) == *text;
            let path = join(folder, text);
            if is_settled && known.contains(&path) {
                *text = path;
            }
        };
        match &mut own.value {
            Value::Text(_) => adopt(own),
            Value::List(items) => items.iter_mut().for_each(|item| {
                match item.as_map_mut().and_then(|map| map.get_mut("path")) {
                    Some(path) => adopt(path),
                    None => adopt(item),
                }
            }),
            _ => {}
        }
    }
}

fn paths_of(node: &Node) -> Vec<String> {
    let path = |item: &Node| {
        let path = item.as_map().and_then(|map| map.get("path")).unwrap_or(item);
        path.as_text().map(str::to_owned)
    };
    match &node.value {
        Value::List(items) => items.iter().filter_map(path).collect(),
        _ => path(node).into_iter().collect(),
    }
}

struct Resolve<'a> {
    base: Base<'a>,
    sources: &'a SourceMap,
    notes: &'a mut Notes,
    path: ComposePath,
}

impl Walk<Kind> for Resolve<'_> {
    fn path(&mut self) -> &mut ComposePath {
        &mut self.path
    }

    fn node(&mut self, node: &mut Node, cursor: &Cursor<'_, Kind>) {
        match cursor.value() {
            Some(kind) => self.apply(*kind, node),
            None => self.children(node, cursor),
        }
    }
}

impl Resolve<'_> {
    fn apply(&mut self, kind: Kind, node: &mut Node) {
        let base = self.base;
        let path = |text: &str| if text.is_empty() { String::new() } else { base.absolute(text) };
        match kind {
            Kind::Path => change_text(node, path),
            Kind::AnyHost => change_text(node, |text| base.absolute_on_any_host(text)),
            Kind::Watched => change_text(node, |text| self.without_first_link(&path(text))),
            Kind::Context => {
                change_text(node, |text| if is_address(text) { text.to_owned() } else { path(text) })
            }
            Kind::Mount => self.mount(node),
            Kind::Volume => self.volume(node),
        }
    }

    /// The path with the first link in it followed, as Docker Compose does for watched files.
    fn without_first_link(&self, path: &str) -> String {
        let mut prefixes: Vec<&Path> = Path::new(path).ancestors().collect();
        prefixes.reverse();
        let link = prefixes.into_iter().find_map(|prefix| {
            let real = self.sources.real(prefix);
            (real != prefix).then(|| (prefix.display().to_string(), real.display().to_string()))
        });
        match link {
            Some((prefix, real)) => path.replacen(&prefix, &real, 1),
            None => path.to_owned(),
        }
    }

    fn mount(&mut self, node: &mut Node) {
        let span = node.span;
        let base = self.base;
        let Some(map) = node.as_map_mut() else { return };
        if map.get("type").and_then(Node::as_text) != Some("bind") {
            return;
        }
        match map.get_mut("source").map(|source| &mut source.value) {
            Some(Value::Text(source)) => *source = base.absolute_on_any_host(source),
            Some(_) => {}
            None => {
                let title = "invalid mount config for type \"bind\": field Source must not be empty";
                let finding = Finding::refused("bad-volume", title)
                    .at(span, format!("{}: a bind mount without `source`", self.path))
                    .help("add `source:` with the path on the host");
                self.notes.tell(finding);
            }
        }
    }

    fn volume(&self, node: &mut Node) {
        let base = self.base;
        let Some(map) = node.as_map_mut() else { return };
        let is_local = map.get("driver").and_then(Node::as_text) == Some("local");
        let Some(options) = map.get_mut("driver_opts").and_then(Node::as_map_mut).filter(|_| is_local) else {
            return;
        };
        let binds = options.get("o").and_then(Node::as_text) == Some("bind");
        if let Some(Value::Text(device)) = options.get_mut("device").map(|device| &mut device.value)
            && binds
        {
            *device = base.absolute_on_any_host(device);
        }
    }
}

impl Base<'_> {
    /// The absolute path of a text that is a path on this host.
    #[must_use]
    pub fn absolute(self, text: &str) -> String {
        let expanded = self.expand_home(text);
        if expanded.starts_with('/') { expanded } else { join(self.folder, &expanded) }
    }

    fn absolute_on_any_host(self, text: &str) -> String {
        let expanded = self.expand_home(text);
        if expanded.starts_with('/') || is_windows_absolute(&expanded) {
            expanded
        } else {
            join(self.folder, &expanded)
        }
    }

    fn expand_home(self, text: &str) -> String {
        match (text.strip_prefix('~'), self.home) {
            (Some(rest), Some(home)) => join(home, rest),
            _ => text.to_owned(),
        }
    }
}

fn change_text(node: &mut Node, change: impl Fn(&str) -> String) {
    if let Value::Text(text) = &mut node.value {
        *text = change(text);
    }
}

fn is_address(context: &str) -> bool {
    context.contains("://")
        || ["service:", "github.com/", "git@"].iter().any(|prefix| context.starts_with(prefix))
}

/// Whether a path is absolute on Windows: `C:\x`, `C:/x`, `\\server\share`.
fn is_windows_absolute(path: &str) -> bool {
    let is_separator = |byte: Option<&u8>| matches!(byte, Some(b'\\' | b'/'));
    let bytes = path.as_bytes();
    let has_drive = bytes.get(1) == Some(&b':');
    if has_drive {
        return is_separator(bytes.get(2));
    }
    is_separator(bytes.first()) && is_separator(bytes.get(1))
}

/// A folder and a path below it, as one clean path.
#[must_use]
pub fn join(folder: &Path, text: &str) -> String {
    clean(&format!("{}/{text}", folder.display()))
}

/// A path without `.`, `..` and doubled slashes, as far as the text tells; `.` if nothing is left.
#[must_use]
pub fn clean(path: &str) -> String {
    let is_absolute = path.starts_with('/');
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => drop(parts.pop()),
            ".." if is_absolute => {}
            _ => parts.push(part),
        }
    }
    match (is_absolute, parts.is_empty()) {
        (true, _) => format!("/{}", parts.join("/")),
        (false, true) => ".".to_owned(),
        (false, false) => parts.join("/"),
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{Base, clean, is_windows_absolute};

    #[test]
    fn paths_are_cleaned_as_go_cleans_them() {
        let rows = [
            ("/a/../b/", "/b"),
            ("a//b/./c", "a/b/c"),
            ("../x", "../x"),
            ("/../x", "/x"),
            ("", "."),
            ("/", "/"),
            ("a/..", "."),
        ];
        for (path, cleaned) in rows {
            assert_eq!(clean(path), cleaned, "{path}");
        }
    }

    #[test]
    fn homes_and_windows_paths_are_known() {
        let base = Base { folder: Path::new("/p"), home: Some(Path::new("/home/u")) };
        assert_eq!(base.absolute("~/x"), "/home/u/x");
        assert_eq!(base.absolute("./x/../y"), "/p/y");
        assert_eq!(base.absolute_on_any_host("C:\\x"), "C:\\x");
        assert!(is_windows_absolute("\\\\server\\share") && !is_windows_absolute("C:x"));
    }
}
