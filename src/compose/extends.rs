//! `extends`: a service begins as another one, of the same file or of another.
//!
//! In: one document's tree. Out: the same tree, each service laid over its base. A base of another file is read with
//! paths relative to that file, and nothing else of that file is taken over.

#![allow(clippy::wildcard_enum_match_arm, reason = "YAML has these kinds of values and no others")]

use std::collections::HashMap;
use std::path::PathBuf;

use crate::compose::include::{correct_path, is_remote};
use crate::compose::load::{Depth, Loader, Model, Scope, file_path};
use crate::compose::merge::merge_at;
use crate::compose::normalize::CONTAINER_SECTIONS;
use crate::compose::notes::{Fate, Loss};
use crate::compose::relative::{Base, adopt_paths};
use crate::compose::reset::Resets;
use crate::compose::schema::unknown::is_key_of_service;
use crate::finding::Finding;
use crate::finding::suggest::{list, nearest};
use crate::mapping::keys::Keys;
use crate::source::file::ReadError;
use crate::source::node::{Map, Node, Value};
use crate::source::path::ComposePath;
use crate::source::span::{FileId, Span};

/// Files that were extended from, each read once for a model.
#[derive(Default)]
pub(crate) struct Bases(HashMap<FileId, (Map, Resets)>);

/// What a service names as its base.
struct Reference {
    service: String,
    file: Option<(String, Span)>,
    span: Span,
}

/// The hops of a chain of bases, for the message about a circle.
type Hops = Vec<(PathBuf, String)>;

struct Extends<'l, 'a> {
    loader: &'l mut Loader<'a>,
    scope: &'l mut Scope,
    bases: &'l mut Bases,
    /// Who stands in a circle that was told already.
    circles: Hops,
    /// The file whose services are extended; messages name it.
    file: FileId,
    /// Whether the services at hand are those of another file, of which nothing else is taken over.
    is_abroad: bool,
}

/// Lays every service and job of a document over its base. None if the run has to stop.
pub(crate) fn apply(
    loader: &mut Loader<'_>,
    file: FileId,
    tree: &mut Node,
    scope: &mut Scope,
    resets: &Resets,
    bases: &mut Bases,
) -> Option<()> {
    let mut run = Extends { loader, scope, bases, circles: Hops::new(), file, is_abroad: false };
    for section in CONTAINER_SECTIONS {
        let Some(node) = tree.as_map_mut().and_then(|model| model.get_mut(section)) else { continue };
        let span = node.span;
        let Some(services) = node.as_map_mut() else {
            let title = format!("{section} must be a mapping");
            let finding = Finding::refused("wrong-type", title).at(span, "expected a mapping");
            let is_list = matches!(node.value, Value::List(_));
            run.loader.notes.tell(finding.help(if is_list {
                format!("write `NAME:` below `{section}:` in place of `- NAME`, and what belongs to it indented below")
            } else {
                format!("write `NAME:` below `{section}:`, indented, and what belongs to it below that")
            }));
            continue;
        };
        let stands_alone = |node: &Node| node.as_map().is_some_and(|service| !service.contains("extends"));
        let rest = services.iter().filter(|(_, entry)| !stands_alone(&entry.node));
        let names: Vec<String> = rest.map(|(name, _)| name.to_owned()).collect();
        for name in names {
            run.service(&name, services, resets, &Hops::new());
        }
    }
    (!run.loader.notes.stops()).then_some(())
}

impl Extends<'_, '_> {
    /// Resolves one service in place and gives back what it became.
    fn service(&mut self, name: &str, services: &mut Map, resets: &Resets, hops: &Hops) -> Option<Node> {
        let node = services.get(name)?;
        if node.is_null() {
            return None;
        }
        let Some(service) = node.as_map() else {
            let title = format!("services.{name} must be a mapping");
            let finding = Finding::refused("wrong-type", title).at(node.span, "expected a mapping");
            let help = glued_key(self.loader.keys, node)
                .unwrap_or_else(|| indent_it(self.loader.keys, name, services));
            self.loader.notes.tell(finding.help(help));
            return None;
        };
        let Some(extends) = service.entry("extends") else { return Some(node.clone()) };
        let (key_span, value_span) = (extends.key, extends.node.span);
        let reference = self.reference(name, &extends.node)?;
        let own = node.clone();
        let base = self.base(name, &reference, services, resets, hops)?;
        let Some(mut base) = base else { return Some(own) };
        // The base stays where it is; what it lends is judged by the service that lends it.
        resets.apply_below(&["services", name], &mut base, self.loader.notes);
        let is_abroad = self.is_abroad || reference.file.is_some();
        let mut merged = self.lay_over(name, base, own, is_abroad);
        if let Some(map) = merged.as_map_mut() {
            map.remove("extends");
        }
        self.loader.notes.lose(key_span, Fate::Consumed, None);
        self.loader.notes.lose(value_span, Fate::Consumed, None);
        let key = services.entry(name).map_or(key_span, |entry| entry.key);
        services.insert(name, key, merged.clone());
        Some(merged)
    }

    fn lay_over(&mut self, name: &str, base: Node, mut own: Node, is_abroad: bool) -> Node {
        if is_abroad {
            adopt_paths(&base, &mut own, &self.scope.folder);
        }
        let losses = self.loader.notes.losses.len();
        let merged = merge_at(base, own, &ComposePath::of(["services", name]), self.loader.notes);
        // What a base of the project says stays true for the base itself; only what the service wrote in vain is lost.
        let is_lost = |loss: &Loss| {
            is_abroad || matches!(loss.fate, Fate::NullOverride | Fate::EmptyOverride | Fate::Repeated)
        };
        let mut at = 0;
        self.loader.notes.losses.retain(|loss| {
            at += 1;
            at <= losses || is_lost(loss)
        });
        merged
    }

    fn reference(&mut self, name: &str, extends: &Node) -> Option<Reference> {
        let span = extends.span;
        match &extends.value {
            Value::Text(service) => Some(Reference { service: service.clone(), file: None, span }),
            Value::Map(map) => {
                let Some(service) = map.get("service").and_then(Node::as_text) else {
                    let title = format!("extends.{name}.service is required");
                    let finding = Finding::refused("bad-extends", title).at(span, "no `service:` here");
                    self.loader.notes.tell(finding.help("name the service to begin from"));
                    return None;
                };
                let file = map.get("file").filter(|file| !file.is_null());
                let file = file.and_then(|file| Some((file.as_text()?.to_owned(), file.span)));
                let span = map.get("service").map_or(span, |service| service.span);
                Some(Reference { service: service.to_owned(), file, span })
            }
            _ => {
                let here = file_path(self.loader.sources, self.file).display();
                let title = format!("cannot extend service {name:?} in {here}: service \"\" not found");
                let finding = Finding::refused("bad-extends", title).at(span, "no service is named here");
                self.loader.notes.tell(finding.help("write `extends: NAME`, or `service:` and `file:`"));
                None
            }
        }
    }

    /// The base of a service, itself resolved; `Some(None)` if it is empty.
    #[allow(clippy::option_option, reason = "a base that is empty is not the same as one that cannot be had")]
    fn base(
        &mut self,
        name: &str,
        reference: &Reference,
        services: &mut Map,
        resets: &Resets,
        hops: &Hops,
    ) -> Option<Option<Node>> {
        let Some((file, file_span)) = &reference.file else {
            let hops = self.next_hop(
                hops,
                file_path(self.loader.sources, self.file).to_path_buf(),
                name,
                reference,
            )?;
            if !services.contains(&reference.service) {
                self.tell_missing(name, reference, services, None);
                return None;
            }
            if self.is_abroad {
                self.loader.accounts.extend(reference.span.file, &reference.service);
            }
            let base = self.service(&reference.service, services, resets, &hops);
            return (!self.loader.notes.stops()).then_some(base);
        };
        if is_remote(file) {
            self.tell_remote(file, *file_span);
            return None;
        }
        let home = self.loader.home.clone();
        let path = PathBuf::from(Base { folder: &self.scope.folder, home: home.as_deref() }.absolute(file));
        let hops = self.next_hop(hops, path.clone(), name, reference)?;
        let id = match self.loader.sources.read(&path) {
            Ok(id) => id,
            Err(error) => {
                self.tell_unreadable(&error, *file_span);
                return None;
            }
        };
        let (mut services, resets) = self.services_of(id, name, *file_span)?;
        if !services.contains(&reference.service) {
            self.tell_missing(name, reference, &services, Some(file));
            return None;
        }
        self.loader.accounts.extend(id, &reference.service);
        let outer = std::mem::replace(&mut self.is_abroad, true);
        let base = self.service(&reference.service, &mut services, &resets, &hops);
        self.is_abroad = outer;
        if base.is_none()
            && let Some(empty) = services.get(&reference.service)
        {
            self.loader.notes.lose(empty.span, Fate::Consumed, None);
        }
        (!self.loader.notes.stops()).then_some(base)
    }

    fn next_hop(&mut self, hops: &Hops, file: PathBuf, name: &str, reference: &Reference) -> Option<Hops> {
        let hop = (file, name.to_owned());
        let is_circle = hops.contains(&hop);
        let longer = [hops.as_slice(), &[hop]].concat();
        if !is_circle {
            return Some(longer);
        }
        if hops.iter().any(|hop| self.circles.contains(hop)) {
            return None;
        }
        self.circles.extend(hops.iter().cloned());
        let words = longer.iter().enumerate().map(|(at, (file, service))| {
            let verb = if at == 0 { "" } else { "extends " };
            format!("  {verb}{service} in {}", file.display())
        });
        let title =
            std::iter::once("Circular reference:".to_owned()).chain(words).collect::<Vec<_>>().join("\n");
        let finding = Finding::refused("extends-cycle", title).at(reference.span, "this closes the circle");
        self.loader.notes.tell(finding.help("let one of them stand on its own"));
        None
    }

    /// The services of another file, as far as extending needs them.
    fn services_of(&mut self, id: FileId, name: &str, span: Span) -> Option<(Map, Resets)> {
        if let Some(known) = self.bases.0.get(&id) {
            return Some(known.clone());
        }
        let empty = Model { tree: Node::new(Value::Map(Map::default()), span), resets: Resets::default() };
        let mut bases = Bases::default();
        let mut model = self.loader.file(id, empty, self.scope, Depth::Base, &mut bases)?;
        let path = file_path(self.loader.sources, id).to_path_buf();
        let folder = path.parent().map_or_else(|| PathBuf::from("/"), std::path::Path::to_path_buf);
        self.loader.resolve_paths(&mut model.tree, &folder);
        let services = model.tree.as_map().and_then(|tree| tree.get("services"));
        let Some(services) = services.and_then(Node::as_map) else {
            let why = if services.is_some() { "services must be a mapping" } else { "no services section" };
            let title = format!("cannot extend service {name:?} in {}: {why}", path.display());
            let finding = Finding::refused("bad-extends", title).at(span, "the file that is named");
            self.loader.notes.tell(finding.help("name a Compose file with `services:` in it"));
            return None;
        };
        let found = (services.clone(), model.resets);
        self.bases.0.insert(id, found.clone());
        Some(found)
    }

    fn tell_missing(&mut self, name: &str, reference: &Reference, known: &Map, file: Option<&str>) {
        let wanted = &reference.service;
        let here = file_path(self.loader.sources, self.file).display().to_string();
        let within = file.map(|file| format!(" in {file}")).unwrap_or_default();
        let title = format!("cannot extend service {name:?} in {here}: service {wanted:?} not found{within}");
        let mut finding =
            Finding::refused("bad-extends", title).at(reference.span, "there is no such service");
        if let Some(near) = nearest(wanted, known.keys()) {
            finding = finding.help(format!("did you mean `{near}`?"));
        } else if known.is_empty() {
            finding = finding.help("there are no services to extend there");
        } else {
            finding = finding.help(format!("the services there are {}", list(known.keys())));
        }
        self.loader.notes.tell(finding);
    }

    fn tell_remote(&mut self, file: &str, span: Span) {
        let finding = Finding::refused("remote-extends", format!("the remote file {file} is not fetched"))
            .at(span, "what it holds was never read by anybody here")
            .help("fetch it yourself, look at it, and extend from the local copy");
        self.loader.notes.tell(finding);
    }

    fn tell_unreadable(&mut self, error: &ReadError, span: Span) {
        let title = error.in_system_words();
        let finding = Finding::unreadable("unreadable-extends-file", title).at(span, "named here");
        let folder = self.loader.sources.shown(&self.scope.folder);
        self.loader.notes.tell(finding.help(correct_path(&folder)));
    }
}

/// What to do about `image:x`, which is text.
fn glued_key(keys: &Keys, node: &Node) -> Option<String> {
    let (key, _) = node.as_text()?.split_once(':')?;
    is_key_of_service(keys, key).then(|| format!("write a blank behind the colon: `{key}: …`"))
}

/// What to do about a service that is no mapping: often a key of the service above it.
fn indent_it(keys: &Keys, name: &str, services: &Map) -> String {
    if !is_key_of_service(keys, name) {
        return format!("write the keys of a service below `{name}:`, indented further");
    }
    let above = services.iter().take_while(|(key, _)| *key != name);
    match above.filter(|(_, entry)| entry.node.is_null()).last() {
        Some((service, _)) => format!("indent it: `{name}` belongs below `{service}:`, further to the right"),
        None => format!("indent it: `{name}` is a key of a service, and belongs below its name"),
    }
}
