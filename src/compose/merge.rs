//! Laying one model over another: several files, several documents, `extends`, `include`.
//!
//! In: two trees and where they stand. Out: one tree. A new merge rule is one row of [`RULES`] with a [`Rule`]; a new
//! [`Rule`] is one arm of [`Merge::apply`]. Whether two entries of a list are the same one is a row of
//! `unique::IDENTITIES`.

#![allow(clippy::wildcard_enum_match_arm, reason = "YAML has these kinds of values and no others")]

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::LazyLock;

use crate::compose::notes::{Fate, Notes};
use crate::compose::unique::{Identity, keep_last};
use crate::finding::Finding;
use crate::source::node::{Entry, Map, Node, Value};
use crate::source::path::{ComposePath, Cursor, PatternTable};
use crate::source::scalar::{go_text, go_type, kind_name};
use crate::source::span::Span;

/// What happens where both sides say something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rule {
    /// The later one stands alone, even if it is null.
    Replace,
    /// Both become `KEY=value` lists; a later key takes the place of an earlier one.
    KeyValues,
    /// A lone text is a list of one; lists are joined without repeating an entry.
    Append,
    /// A list of names is a mapping of names to nothing; mappings are merged.
    Names,
    /// As `Names`, where a name in a list means that the service has started.
    Dependencies,
    /// A lone text is the context of a build.
    Build,
    /// Merged only if both speak of one driver.
    Logging,
    /// Merged if both are mappings, else replaced.
    Ulimit,
    /// Entries of one subnet are merged.
    AddressPools,
}

static RULES: LazyLock<PatternTable<Rule>> = LazyLock::new(|| {
    let containers = [
        ("annotations", Rule::KeyValues),
        ("build", Rule::Build),
        ("build.additional_contexts", Rule::KeyValues),
        ("build.args", Rule::KeyValues),
        ("build.extra_hosts", Rule::Append),
        ("build.labels", Rule::KeyValues),
        ("command", Rule::Replace),
        ("depends_on", Rule::Dependencies),
        ("dns", Rule::Append),
        ("dns_opt", Rule::Append),
        ("dns_search", Rule::Append),
        ("entrypoint", Rule::Replace),
        ("env_file", Rule::Append),
        ("environment", Rule::KeyValues),
        ("extra_hosts", Rule::Append),
        ("healthcheck.test", Rule::Replace),
        ("label_file", Rule::Append),
        ("labels", Rule::KeyValues),
        ("logging", Rule::Logging),
        ("models", Rule::Names),
        ("networks", Rule::Names),
        ("sysctls", Rule::KeyValues),
        ("tmpfs", Rule::Append),
        ("ulimits.*", Rule::Ulimit),
    ];
    let single = [
        ("configs.*.labels", Rule::KeyValues),
        ("networks.*.ipam.config", Rule::AddressPools),
        ("networks.*.labels", Rule::KeyValues),
        ("secrets.*.labels", Rule::KeyValues),
        ("services.*.deploy.labels", Rule::KeyValues),
        ("volumes.*.labels", Rule::KeyValues),
    ];
    PatternTable::under(&["services.*", "jobs.*"], &containers).and(&single)
});

impl Rule {
    /// Whether the later side adds to the earlier one, so that nothing on the later side changes nothing.
    fn adds(self) -> bool {
        match self {
            Self::KeyValues | Self::Append | Self::Names | Self::Dependencies | Self::Build => true,
            Self::Replace | Self::Logging | Self::Ulimit | Self::AddressPools => false,
        }
    }
}

/// Whose place a mapping or a list has that both sides wrote.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Home {
    Earlier,
    Later,
}

/// Lays `later` over `earlier`; both are whole models. What both wrote stays where it was written first.
pub fn merge(earlier: Node, later: Node, notes: &mut Notes) -> Node {
    Merge { path: ComposePath::root(), home: Home::Earlier, notes }.node(earlier, later, &RULES.cursor())
}

/// Lays `own`, which stands at `path`, over what it builds on. What both wrote is where `own` wrote it.
pub fn merge_at(base: Node, own: Node, path: &ComposePath, notes: &mut Notes) -> Node {
    let cursor = path.steps().iter().fold(RULES.cursor(), |cursor, step| cursor.step(step));
    Merge { path: path.clone(), home: Home::Later, notes }.node(base, own, &cursor)
}

struct Merge<'n> {
    path: ComposePath,
    home: Home,
    notes: &'n mut Notes,
}

impl Merge<'_> {
    fn place<T>(&self, earlier: T, later: T) -> T {
        match self.home {
            Home::Earlier => earlier,
            Home::Later => later,
        }
    }

    fn node(&mut self, earlier: Node, later: Node, cursor: &Cursor<'_, Rule>) -> Node {
        let rule = cursor.value();
        if rule.is_none_or(|rule| rule.adds()) && says_nothing(&later) {
            self.lose_nothing(&earlier, &later);
        }
        if let Some(rule) = rule {
            return self.apply(*rule, earlier, later, cursor);
        }
        if later.is_null() {
            return earlier;
        }
        let place = self.place(earlier.span, later.span);
        match (earlier.value, later.value) {
            (Value::Map(a), Value::Map(b)) => Node::new(Value::Map(self.maps(a, b, cursor)), place),
            (Value::List(a), Value::List(b)) => Node::new(Value::List(self.joined(a, b)), place),
            (Value::Map(a), b) => self.misfit(Value::Map(a), earlier.span, &b, later.span),
            (Value::List(a), b) => self.misfit(Value::List(a), earlier.span, &b, later.span),
            (_, b) => {
                self.notes.lose(earlier.span, Fate::Overridden, Some(later.span));
                Node { value: b, span: later.span, uses: later.uses }
            }
        }
    }

    /// Records that a later side without a value changes nothing.
    fn lose_nothing(&mut self, earlier: &Node, later: &Node) {
        let (fate, lost, by) = match (says_nothing(earlier), later.is_null()) {
            (true, false) if self.home == Home::Later => (Fate::Repeated, earlier, later),
            (true, _) => (Fate::Repeated, later, earlier),
            (false, true) => (Fate::NullOverride, later, earlier),
            (false, false) => (Fate::EmptyOverride, later, earlier),
        };
        self.notes.lose(lost.span, fate, Some(by.span));
    }

    fn apply(&mut self, rule: Rule, earlier: Node, later: Node, cursor: &Cursor<'_, Rule>) -> Node {
        match rule {
            Rule::Replace => self.replace(earlier.span, later),
            Rule::KeyValues => {
                let span = self.place(earlier.span, later.span);
                let mut entries = into_sequence(earlier);
                entries.extend(into_sequence(later));
                let list = keep_last(entries, Identity::Key, &self.path, self.notes);
                Node::new(Value::List(list), span)
            }
            Rule::Append => {
                let span = self.place(earlier.span, later.span);
                let list = self.joined(into_sequence(earlier), into_sequence(later));
                Node::new(Value::List(list), span)
            }
            Rule::Names => self.as_maps(earlier, later, cursor, |_| Value::Null),
            Rule::Dependencies => self.as_maps(earlier, later, cursor, started),
            Rule::Build => self.as_maps_with(earlier, later, cursor, build_map),
            Rule::Logging => self.logging(earlier, later, cursor),
            Rule::Ulimit => match (&earlier.value, &later.value) {
                (Value::Map(_), Value::Map(_)) => self.as_maps(earlier, later, cursor, |_| Value::Null),
                _ => self.replace(earlier.span, later),
            },
            Rule::AddressPools => self.pools(earlier, later, cursor),
        }
    }

    fn replace(&mut self, earlier: Span, later: Node) -> Node {
        self.notes.lose(earlier, Fate::Overridden, Some(later.span));
        later
    }

    fn maps(&mut self, mut earlier: Map, later: Map, cursor: &Cursor<'_, Rule>) -> Map {
        for (key, entry) in later {
            let known_key = earlier.entry(&key).map(|entry| entry.key);
            let (Some(known), Some(known_key)) = (earlier.get_mut(&key), known_key) else {
                earlier.insert(key, entry.key, entry.node);
                continue;
            };
            // A name of a list stands for itself: it is no null that somebody wrote in the hope of a removal.
            if entry.node.is_null() && entry.node.span == entry.key {
                self.notes.lose(entry.key, Fate::Repeated, Some(known_key));
                continue;
            }
            let before = std::mem::replace(known, Node::new(Value::Null, entry.key));
            self.path.push_key(&key);
            let merged = self.node(before, entry.node, &cursor.key(&key));
            self.path.pop();
            earlier.insert(key, self.place(known_key, entry.key), merged);
        }
        earlier
    }

    /// Both lists, without an entry that is exactly there already.
    fn joined(&mut self, mut earlier: Vec<Node>, later: Vec<Node>) -> Vec<Node> {
        for node in later {
            match earlier.iter().find(|known| known.same_value(&node)) {
                Some(known) => self.notes.lose(node.span, Fate::Repeated, Some(known.span)),
                None => earlier.push(node),
            }
        }
        earlier
    }

    fn as_maps(
        &mut self,
        earlier: Node,
        later: Node,
        cursor: &Cursor<'_, Rule>,
        listed: fn(Span) -> Value,
    ) -> Node {
        self.as_maps_with(earlier, later, cursor, |node, path| names_map(node, path, listed))
    }

    fn as_maps_with(
        &mut self,
        earlier: Node,
        later: Node,
        cursor: &Cursor<'_, Rule>,
        to_map: impl Fn(Node, &ComposePath) -> Result<Map, Box<Finding>>,
    ) -> Node {
        let span = self.place(earlier.span, later.span);
        match (to_map(earlier, &self.path), to_map(later, &self.path)) {
            (Ok(a), Ok(b)) => Node::new(Value::Map(self.maps(a, b, cursor)), span),
            (a, b) => {
                [a, b].into_iter().filter_map(Result::err).for_each(|finding| self.notes.tell(*finding));
                Node::new(Value::Null, span)
            }
        }
    }

    fn logging(&mut self, earlier: Node, later: Node, cursor: &Cursor<'_, Rule>) -> Node {
        let drivers = (driver(&earlier), driver(&later));
        let one_driver = match drivers {
            (Some(a), Some(b)) => a.same_value(b),
            _ => true,
        };
        match (earlier.value, later.value) {
            (Value::Map(a), Value::Map(b)) if one_driver => {
                let place = self.place(earlier.span, later.span);
                Node::new(Value::Map(self.maps(a, b, cursor)), place)
            }
            (Value::Map(_), value @ Value::Map(_)) => {
                self.replace(earlier.span, Node::new(value, later.span))
            }
            (Value::Map(_), value) | (value, _) => {
                let kind = go_type(&value);
                let title =
                    format!("{}: cannot merge logging: expected a mapping, got {kind}", self.path.walked());
                let finding = Finding::refused("merge-conflict", title).at(later.span, "");
                self.notes.tell(finding.help("write a mapping, or `!reset null` to remove the earlier one"));
                Node::new(Value::Null, later.span)
            }
        }
    }

    /// Entries of one subnet are merged, others follow in the order in which the reference meets them.
    fn pools(&mut self, earlier: Node, later: Node, cursor: &Cursor<'_, Rule>) -> Node {
        let span = later.span;
        let (Value::List(earlier), Value::List(later)) = (earlier.value, later.value) else {
            let title = format!("{}: unexpected type", self.path.walked());
            self.notes.tell(Finding::refused("merge-conflict", title).at(span, "expected a list"));
            return Node::new(Value::Null, span);
        };
        // The reference changes an earlier pool in place, also where it has put it into the result already; sharing
        // does the same here.
        let mut pools: Vec<Rc<RefCell<Node>>> = Vec::new();
        for original in earlier {
            let original_span = original.span;
            let current = Rc::new(RefCell::new(original));
            for pool in &later {
                let is_listed = pools.iter().any(|listed| same_subnet(&listed.borrow(), pool));
                if !same_subnet(pool, &current.borrow()) && !is_listed {
                    pools.push(Rc::new(RefCell::new(pool.clone())));
                    continue;
                }
                let before = current.replace(Node::new(Value::Null, span));
                let merged = self.as_maps(before, pool.clone(), &cursor.item(), |_| Value::Null);
                current.replace(merged);
                match pools.iter_mut().find(|listed| same_subnet(&listed.borrow(), &current.borrow())) {
                    Some(listed) => *listed = Rc::clone(&current),
                    None => pools.push(Rc::clone(&current)),
                }
            }
            if !pools.iter().any(|listed| Rc::ptr_eq(listed, &current)) {
                self.notes.lose(original_span, Fate::Overridden, Some(span));
            }
        }
        if pools.is_empty() {
            return Node::new(Value::Null, span);
        }
        Node::new(Value::List(pools.into_iter().map(|pool| pool.borrow().clone()).collect()), span)
    }

    fn misfit(&mut self, earlier: Value, earlier_span: Span, later: &Value, later_span: Span) -> Node {
        let title = format!("cannot override {}", self.path.walked());
        let finding = Finding::refused("merge-conflict", title)
            .at(later_span, format!("{} here", kind_name(later)))
            .at(earlier_span, format!("{} there", kind_name(&earlier)))
            .help("write both in the same form, or use `!override` to replace the earlier value");
        self.notes.tell(finding);
        Node::new(earlier, earlier_span)
    }
}

/// Whether a value is null, or a mapping or list without entries.
fn says_nothing(node: &Node) -> bool {
    match &node.value {
        Value::Null => true,
        Value::Map(map) => map.is_empty(),
        Value::List(list) => list.is_empty(),
        _ => false,
    }
}

fn driver(node: &Node) -> Option<&Node> {
    node.as_map()?.get("driver")
}

fn same_subnet(a: &Node, b: &Node) -> bool {
    let subnet = |node: &Node| node.as_map().and_then(|map| map.get("subnet")).cloned();
    match (subnet(a), subnet(b)) {
        (Some(a), Some(b)) => a.same_value(&b),
        (a, b) => a.is_none() && b.is_none(),
    }
}

fn started(span: Span) -> Value {
    let fields = [("condition", Value::Text("service_started".to_owned())), ("required", Value::Bool(true))];
    let entries =
        fields.map(|(key, value)| (key.to_owned(), Entry { key: span, node: Node::new(value, span) }));
    Value::Map(entries.into_iter().collect())
}

/// A mapping as it is, names of a list or a lone name as its keys, null as an empty one.
fn names_map(node: Node, path: &ComposePath, listed: fn(Span) -> Value) -> Result<Map, Box<Finding>> {
    let entry = |name: &Node| match name.as_text() {
        Some(text) => {
            Ok((text.to_owned(), Entry { key: name.span, node: Node::new(listed(name.span), name.span) }))
        }
        None => {
            let title = format!("{}: cannot use {} as a mapping key", path.walked(), go_type(&name.value));
            Err(Box::new(Finding::refused("merge-conflict", title).at(name.span, "expected a name")))
        }
    };
    match node.value {
        Value::Map(map) => Ok(map),
        Value::Null => Ok(Map::default()),
        Value::Text(_) => Ok(std::iter::once(entry(&node)?).collect()),
        Value::List(names) => names.iter().map(entry).collect(),
        other @ (Value::Bool(_) | Value::Int(_) | Value::Uint(_) | Value::Float(_) | Value::Time(_)) => {
            let title = format!("{}: cannot convert {} into a mapping", path.walked(), go_type(&other));
            Err(Box::new(
                Finding::refused("merge-conflict", title).at(node.span, "expected a list or a mapping"),
            ))
        }
    }
}

fn build_map(node: Node, _path: &ComposePath) -> Result<Map, Box<Finding>> {
    let span = node.span;
    Ok(match node.value {
        Value::Map(map) => map,
        Value::Text(_) => std::iter::once(("context".to_owned(), Entry { key: span, node })).collect(),
        _ => Map::default(),
    })
}

/// A list as it is, a lone text as a list of one, a mapping as sorted `KEY=value` texts.
fn into_sequence(node: Node) -> Vec<Node> {
    match node.value {
        Value::List(list) => list,
        Value::Text(_) => vec![node],
        Value::Map(map) => {
            let mut entries: Vec<Node> =
                map.into_iter().flat_map(|(key, entry)| key_values(&key, entry)).collect();
            entries.sort_by(|a, b| a.as_text().cmp(&b.as_text()));
            entries
        }
        _ => Vec::new(),
    }
}

fn key_values(key: &str, entry: Entry) -> Vec<Node> {
    let spelled = |node: &Node| {
        let text = go_text(&node.value).unwrap_or_default();
        node.derive(Value::Text(format!("{key}={text}")))
    };
    match &entry.node.value {
        Value::Null => vec![Node::text(key, entry.key)],
        Value::List(items) => items.iter().map(spelled).collect(),
        _ => vec![spelled(&entry.node)],
    }
}
