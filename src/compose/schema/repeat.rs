//! Items that stand twice in a list, compared as JSON: `1` is `1.0`, and the order of keys has no meaning.

use std::hash::{DefaultHasher, Hash, Hasher};

use crate::compose::schema::as_number;
use crate::source::node::{Node, Value};

/// Up to this length comparing each pair is faster than hashing.
const SHORT: usize = 12;

/// How deep the hash of an item looks; what differs only below is told apart by comparing.
const HASHED_DEPTH: usize = 4;

/// Each item that equals an earlier one, as the positions of the earlier one and its own.
pub(super) fn repeats(list: &[Node]) -> Vec<(usize, usize)> {
    if list.len() > SHORT { repeats_by_hash(list) } else { repeats_by_pair(list) }
}

fn repeats_by_pair(list: &[Node]) -> Vec<(usize, usize)> {
    let earlier_of = |(second, node): (usize, &Node)| {
        let first = list.iter().take(second).position(|earlier| is_same(earlier, node))?;
        Some((first, second))
    };
    list.iter().enumerate().filter_map(earlier_of).collect()
}

fn repeats_by_hash(list: &[Node]) -> Vec<(usize, usize)> {
    let hashed = list.iter().enumerate().map(|(position, node)| (hash(node, HASHED_DEPTH), position, node));
    let mut hashed: Vec<(u64, usize, &Node)> = hashed.collect();
    hashed.sort_unstable_by_key(|(hash, position, _)| (*hash, *position));
    let mut found = Vec::new();
    for alike in hashed.chunk_by(|(one, ..), (other, ..)| one == other) {
        let mut different: Vec<(usize, &Node)> = Vec::new();
        for (_, position, node) in alike {
            match different.iter().find(|(_, earlier)| is_same(earlier, node)) {
                Some((first, _)) => found.push((*first, *position)),
                None if alike.len() > 1 => different.push((*position, node)),
                None => {}
            }
        }
    }
    found.sort_unstable_by_key(|(_, second)| *second);
    found
}

/// Whether two values are equal, however deep they nest.
fn is_same(one: &Node, other: &Node) -> bool {
    let mut left = Vec::new();
    if !is_same_here(one, other, &mut left) {
        return false;
    }
    while let Some((one, other)) = left.pop() {
        if !is_same_here(one, other, &mut left) {
            return false;
        }
    }
    true
}

/// Whether two values are equal if what they hold is, which is left to be compared.
fn is_same_here<'a>(one: &'a Node, other: &'a Node, left: &mut Vec<(&'a Node, &'a Node)>) -> bool {
    match (&one.value, &other.value) {
        (Value::Null, Value::Null) => true,
        (Value::Bool(one), Value::Bool(other)) => one == other,
        (Value::Text(one) | Value::Time(one), Value::Text(other) | Value::Time(other)) => one == other,
        (Value::List(one), Value::List(other)) => {
            left.extend(one.iter().zip(other));
            one.len() == other.len()
        }
        (Value::Map(one), Value::Map(other)) => {
            one.len() == other.len()
                && one.iter().all(|(key, entry)| {
                    let same_key = other.get(key);
                    left.extend(same_key.map(|other| (&entry.node, other)));
                    same_key.is_some()
                })
        }
        (one, other) => as_number(one).is_some_and(|number| as_number(other) == Some(number)),
    }
}

fn hash(node: &Node, depth: usize) -> u64 {
    let mut hasher = DefaultHasher::new();
    match &node.value {
        Value::Null => 0_u8.hash(&mut hasher),
        Value::Bool(value) => (1_u8, value).hash(&mut hasher),
        Value::Text(text) | Value::Time(text) => (2_u8, text).hash(&mut hasher),
        Value::Int(_) | Value::Uint(_) | Value::Float(_) => {
            // Adding zero turns the negative zero, which equals zero, into it.
            (3_u8, as_number(&node.value).map(|number| (number + 0.0).to_bits())).hash(&mut hasher);
        }
        Value::List(items) => {
            (4_u8, items.len()).hash(&mut hasher);
            for item in items.iter().filter(|_| depth > 0) {
                hash(item, depth - 1).hash(&mut hasher);
            }
        }
        Value::Map(map) => {
            let entries = map.iter().filter(|_| depth > 0);
            let whatever_the_order = entries.fold(0_u64, |sum, (key, entry)| {
                let mut hasher = DefaultHasher::new();
                (key, hash(&entry.node, depth - 1)).hash(&mut hasher);
                sum.wrapping_add(hasher.finish())
            });
            (5_u8, map.len(), whatever_the_order).hash(&mut hasher);
        }
    }
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::{SHORT, repeats};
    use crate::source::file::{Memory, SourceMap};
    use crate::source::node::{Map, Node, Value};
    use crate::source::span::Span;

    fn node(value: Value) -> Node {
        let file = SourceMap::new(Box::new(Memory::default()), "/").add("x", "");
        Node::new(value, Span::new(file, 0, 0))
    }

    fn map(keys: &[(&str, i64)]) -> Node {
        let mut map = Map::default();
        for (key, number) in keys {
            let value = node(Value::Int(*number));
            map.insert(*key, value.span, value);
        }
        node(Value::Map(map))
    }

    /// The pairs found in a list, which must be the same however long the list is.
    fn found(list: Vec<Node>) -> Vec<(usize, usize)> {
        let pairs = repeats(&list);
        let filler = (0..=SHORT).map(|number| node(Value::Text(format!("filler {number}"))));
        assert_eq!(repeats(&list.iter().cloned().chain(filler).collect::<Vec<_>>()), pairs, "{list:?}");
        pairs
    }

    #[test]
    fn items_are_compared_as_json() {
        let text = |text: &str| node(Value::Text(text.to_owned()));
        let cases = [
            (vec![text("a"), text("b"), text("a"), text("a")], vec![(0, 2), (0, 3)]),
            (vec![node(Value::Int(1)), node(Value::Float(1.0)), text("1")], vec![(0, 1)]),
            (vec![node(Value::Int(0)), node(Value::Float(-0.0))], vec![(0, 1)]),
            (vec![node(Value::Int(1 << 53)), node(Value::Uint((1 << 53) + 1))], vec![(0, 1)]),
            (vec![node(Value::Null), node(Value::Bool(false)), node(Value::Null)], vec![(0, 2)]),
            (vec![node(Value::Time("2001-01-01".to_owned())), text("2001-01-01")], vec![(0, 1)]),
            (vec![map(&[("a", 1), ("b", 2)]), map(&[("b", 2), ("a", 1)])], vec![(0, 1)]),
            (vec![map(&[("a", 1), ("b", 2)]), map(&[("b", 2), ("c", 1)]), map(&[("a", 1)])], vec![]),
            (vec![map(&[("a", 1)]), map(&[("a", 2)]), node(Value::List(vec![]))], vec![]),
        ];
        for (list, expected) in cases {
            assert_eq!(found(list), expected);
        }
    }

    #[test]
    fn what_differs_only_far_below_differs() {
        let nested = |depth: usize, number: i64| {
            (0..depth).fold(node(Value::Int(number)), |inner, _| node(Value::List(vec![inner])))
        };
        assert_eq!(found(vec![nested(9, 1), nested(9, 2), nested(9, 1)]), [(0, 2)]);
    }
}
