//! The way through a tree along the patterns of a table, for the stages that change what lies at their ends.

#![allow(clippy::wildcard_enum_match_arm, reason = "YAML has these kinds of values and no others")]

use crate::source::node::{Node, Value};
use crate::source::path::{ComposePath, Cursor};

/// What goes through a tree and changes it.
pub(super) trait Walk<T> {
    /// Where it is.
    fn path(&mut self) -> &mut ComposePath;

    /// Does what is to be done at a node, and goes on below it where there is more to do.
    fn node(&mut self, node: &mut Node, cursor: &Cursor<'_, T>);

    /// Goes to each child that some pattern may still reach.
    fn children(&mut self, node: &mut Node, cursor: &Cursor<'_, T>) {
        match &mut node.value {
            Value::Map(map) => {
                for (key, entry) in map.iter_mut() {
                    let below = cursor.key(key);
                    if !below.is_dead() {
                        self.path().push_key(key);
                        self.node(&mut entry.node, &below);
                        self.path().pop();
                    }
                }
            }
            Value::List(items) => {
                let below = cursor.item();
                for (index, item) in items.iter_mut().enumerate().take_while(|_| !below.is_dead()) {
                    self.path().push_index(index);
                    self.node(item, &below);
                    self.path().pop();
                }
            }
            _ => {}
        }
    }
}
