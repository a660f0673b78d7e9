//! YAML is written so that every reader gets back what was put in.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may panic")]

use std::collections::HashSet;

use cutover::kube::emit::yaml;
use cutover::source::file::{Memory, SourceMap};
use cutover::source::node::{Node, Value as Read};
use cutover::source::yaml::{Limits, construct, parse};
use proptest::prelude::*;
use serde_json::{Value, json};

/// Text that some reader takes for something else when it stands bare; a JSON string in each line.
const NASTY: &str = include_str!("data/emit/nasty.txt");

fn plain_json(node: &Node) -> Value {
    match &node.value {
        Read::Null => Value::Null,
        Read::Bool(truth) => (*truth).into(),
        Read::Int(number) => (*number).into(),
        Read::Uint(number) => (*number).into(),
        Read::Float(number) => (*number).into(),
        Read::Time(time) => panic!("{time} was not quoted"),
        Read::Text(text) => text.as_str().into(),
        Read::List(list) => list.iter().map(plain_json).collect(),
        Read::Map(map) => map.iter().map(|(key, entry)| (key.to_owned(), plain_json(&entry.node))).collect(),
    }
}

/// Reads with our own reader, which reads as go-yaml does.
fn ours(text: &str) -> Value {
    let mut map = SourceMap::new(Box::new(Memory::default()), "/");
    let parsed = parse(map.add("written.yaml", text), text, &Limits::default());
    assert_eq!(parsed.errors, [], "{text}");
    assert_eq!(parsed.documents.len(), 1, "{text}");
    plain_json(&construct(&parsed.documents[0], &HashSet::new()).unwrap())
}

/// A string as a value, an item, an item of an item, a key, and beside other things.
fn everywhere(text: &str) -> Value {
    json!({
        "value": text,
        "list": [text, [text, [text]], {"in": text, "a": 1}],
        "map": {text: text, "deep": {text: [text]}},
        "after": 1,
    })
}

fn survives(value: &Value) {
    let written = yaml(value);
    assert!(written.ends_with('\n'));
    assert_eq!(ours(&written), *value, "{written}");
    let independent: Value =
        serde_saphyr::from_str(&written).unwrap_or_else(|error| panic!("{error}: {written}"));
    assert_eq!(independent, *value, "{written}");
}

fn listed() -> impl Iterator<Item = String> {
    let lines = NASTY.lines().filter(|line| !line.starts_with("# "));
    lines.map(|line| serde_json::from_str(line).unwrap())
}

fn nasty() -> Vec<String> {
    let made = [
        "a".repeat(1_024),
        "x y ".repeat(600),
        "é".repeat(2_000),
        format!("{}: b", "a".repeat(2_000)),
        format!("line\n{}", "word ".repeat(500).trim()),
        "\u{0}\u{1}\u{7f}\u{80}\u{85}\u{a0}\u{2028}\u{2029}\u{feff}\u{fffe}\u{ffff}\u{1F600}".to_owned(),
    ];
    listed().chain(made).collect()
}

#[test]
fn nasty_text_survives_everywhere() {
    let nasty = nasty();
    assert!(nasty.len() > 150);
    for text in nasty {
        survives(&everywhere(&text));
        survives(&Value::String(text));
    }
}

#[test]
fn what_an_older_reader_takes_for_something_else_is_quoted() {
    for text in listed().take_while(|text| text != "plain") {
        let written = yaml(&json!({ "k": text, &text: 1 }));
        assert!(written.starts_with("k: \"") || written.starts_with("k: |"), "{written}");
        assert!(written.contains("\n\""), "{written}");
    }
}

#[test]
fn ordinary_text_stays_bare() {
    let bare = [
        "plain",
        "nginx:1.27",
        "/var/lib/x",
        "sh -c",
        "a=b,c",
        "$HOME",
        "user@host",
        "yesterday",
        "nothing",
        "_x",
    ];
    for text in bare {
        assert_eq!(yaml(&json!({ "k": text })), format!("k: {text}\n"));
    }
}

#[test]
fn the_layout_is_that_of_docker_compose() {
    let value = json!({
        "services": {
            "web": {
                "image": "nginx",
                "command": ["sh", "-c", "echo a\necho b\n"],
                "ports": [{"target": 80, "published": "80"}],
                "matrix": [[1, 2], [], [{"a": [null]}]],
                "environment": {"A": "yes", "B": null, "C": "line\n\n  two"},
                "empty": {},
                "none": [],
                "ok": true,
                "ratio": 0.5,
            }
        },
        "volumes": {"data": {}}
    });
    assert_eq!(yaml(&value), include_str!("data/emit/layout.yaml"));
    survives(&value);
}

#[test]
fn values_alone_are_documents() {
    for value in
        [json!(null), json!(1), json!("a"), json!("a\nb"), json!({}), json!([]), json!([[]]), json!([{}])]
    {
        survives(&value);
    }
    assert_eq!(yaml(&json!("a\nb\n")), "|\n  a\n  b\n");
    assert_eq!(yaml(&json!(18_446_744_073_709_551_615_u64)), "18446744073709551615\n");
    assert_eq!(yaml(&json!({ "a": 1e300 })), "a: 1e+300\n");
}

#[test]
fn a_long_key_gets_the_form_that_readers_demand() {
    let key = format!("{}:", "k".repeat(1_100));
    let written = yaml(&json!({ "a": { &key: ["x"] }, "b": 1 }));
    assert_eq!(written, format!("a:\n  ? \"{key}\"\n  :\n    - x\nb: 1\n"));
}

/// Strings with more of what means something in YAML than chance would give.
fn strings() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        "[a-zA-Z0-9]{1,4}",
        "[-:#,.!&*|>%@`'\"\\\\?=~<$_/+(){}\\[\\]]{1,2}",
        "[ \t\n\r]{1,2}",
        prop::sample::select(vec![
            ": ", " #", "- ", "? ", "\n---\n", "...", "null", "yes", "0x", "1e3", "\u{2028}", "\u{85}",
            "\u{feff}"
        ])
        .prop_map(str::to_owned),
        any::<char>().prop_map(String::from),
    ];
    prop_oneof![any::<String>(), prop::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat())]
}

fn trees() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        strings().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::hash_map(strings(), inner, 0..4).prop_map(|map| map.into_iter().collect()),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_survives_everywhere(text in strings()) {
        survives(&everywhere(&text));
    }

    #[test]
    fn any_tree_survives(tree in trees()) {
        survives(&tree);
    }
}
