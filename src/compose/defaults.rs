//! Values that Docker Compose adds where nothing is said, before it checks the model.

use std::sync::LazyLock;

use crate::compose::notes::Notes;
use crate::compose::walk::Walk;
use crate::finding::Finding;
use crate::source::node::{Map, Node, Value};
use crate::source::path::{ComposePath, Cursor, PatternTable};

/// What is added at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Default {
    /// `context: .`
    BuildContext,
    /// `target: /run/secrets/NAME`
    SecretTarget,
    /// `protocol: tcp`, `mode: ingress`
    Port,
    /// `count: all`, unless devices are named
    Devices,
    /// `create_host_path: true`
    Bind,
}

static DEFAULTS: LazyLock<PatternTable<Default>> = LazyLock::new(|| {
    let workload = [
        ("build", Default::BuildContext),
        ("gpus.*", Default::Devices),
        ("ports.*", Default::Port),
        ("secrets.*", Default::SecretTarget),
        ("volumes.*.bind", Default::Bind),
    ];
    let service = [("services.*.deploy.resources.reservations.devices.*", Default::Devices)];
    PatternTable::under(&["services.*", "jobs.*"], &workload).and(&service)
});

/// Adds the defaults.
pub fn add(tree: &mut Node, notes: &mut Notes) {
    Adding { path: ComposePath::root(), notes }.node(tree, &DEFAULTS.cursor());
}

struct Adding<'n> {
    path: ComposePath,
    notes: &'n mut Notes,
}

impl Walk<Default> for Adding<'_> {
    fn path(&mut self) -> &mut ComposePath {
        &mut self.path
    }

    fn node(&mut self, node: &mut Node, cursor: &Cursor<'_, Default>) {
        match cursor.value() {
            Some(default) => default.add(node, &self.path, self.notes),
            None => self.children(node, cursor),
        }
    }
}

impl Default {
    fn add(self, node: &mut Node, path: &ComposePath, notes: &mut Notes) {
        let span = node.span;
        let Value::Map(map) = &mut node.value else {
            let what = match self {
                Self::Devices => "device request",
                Self::Bind => "service volume bind",
                Self::BuildContext | Self::Port | Self::SecretTarget => return,
            };
            let title = format!("{}: invalid type for {what}", path.walked());
            return notes.tell(Finding::refused("wrong-type", title).at(span, "expected a mapping"));
        };
        let fill = |map: &mut Map, key: &str, value: Value| {
            if !map.contains(key) {
                map.insert(key, span, Node::new(value, span));
            }
        };
        let text = |text: &str| Value::Text(text.to_owned());
        match self {
            Self::BuildContext => fill(map, "context", text(".")),
            Self::SecretTarget => {
                let source = map.get("source").and_then(Node::as_text).unwrap_or_default();
                let target = text(&format!("/run/secrets/{source}"));
                fill(map, "target", target);
            }
            Self::Port => {
                fill(map, "protocol", text("tcp"));
                fill(map, "mode", text("ingress"));
            }
            Self::Devices if map.contains("device_ids") => {}
            Self::Devices => fill(map, "count", text("all")),
            Self::Bind => fill(map, "create_host_path", Value::Bool(true)),
        }
    }
}
