//! Trees for tests: from JSON, all at one place, and from YAML, each value at its own.

use cutover::source::file::SourceMap;
use cutover::source::node::{Map, Node, Value};
use cutover::source::span::{FileId, Span};
use granit_parser::{Event, Parser, ScalarStyle};

/// A place for what has none.
pub(super) fn span(sources: &mut SourceMap) -> Span {
    Span::new(sources.add("generated", ""), 0, 0)
}

/// A tree from JSON.
pub(super) fn node(json: &serde_json::Value, span: Span) -> Node {
    let value = match json {
        serde_json::Value::Null => Value::Null,
        serde_json::Value::Bool(value) => Value::Bool(*value),
        serde_json::Value::Number(number) => match (number.as_i64(), number.as_u64()) {
            (Some(number), _) => Value::Int(number),
            (None, Some(number)) => Value::Uint(number),
            (None, None) => Value::Float(number.as_f64().expect("a number")),
        },
        serde_json::Value::String(text) => Value::Text(text.clone()),
        serde_json::Value::Array(items) => Value::List(items.iter().map(|item| node(item, span)).collect()),
        serde_json::Value::Object(entries) => {
            let mut map = Map::default();
            for (key, value) in entries {
                map.insert(key, span, node(value, span));
            }
            Value::Map(map)
        }
    };
    Node::new(value, span)
}

/// A tree from YAML without anchors and tags.
pub(super) fn yaml(sources: &mut SourceMap, text: &str) -> Node {
    let file = sources.add("compose.yaml", text);
    let events = Parser::new_from_str(text).map(|event| event.expect("the YAML of a test is right"));
    let mut nodes =
        events.filter(|(event, _)| !matches!(event, Event::StreamStart | Event::DocumentStart(..)));
    let (event, place) = nodes.next().expect("the YAML goes on");
    value(file, event, &place, &mut nodes)
}

fn value<'a>(
    file: FileId,
    event: Event<'a>,
    place: &granit_parser::Span,
    rest: &mut impl Iterator<Item = (Event<'a>, granit_parser::Span)>,
) -> Node {
    let from = place.start.byte_offset().expect("text has offsets");
    let at = Span::new(file, from, place.end.byte_offset().expect("text has offsets"));
    match event {
        // The parser puts what is not written on the colon before it.
        Event::Scalar(_, ScalarStyle::Plain, ..) if at.start == at.end => {
            Node::new(Value::Null, Span::new(file, from + 1, from + 1))
        }
        Event::Scalar(text, ScalarStyle::Plain, ..) => Node::new(plain(&text), at),
        Event::Scalar(text, ..) => Node::new(Value::Text(text.into_owned()), at),
        Event::SequenceStart(..) => {
            let mut items = Vec::new();
            loop {
                let (event, place) = rest.next().expect("the YAML goes on");
                if matches!(event, Event::SequenceEnd) {
                    let end = place.end.byte_offset().expect("text has offsets");
                    return Node::new(Value::List(items), Span::new(file, from, end));
                }
                items.push(value(file, event, &place, rest));
            }
        }
        Event::MappingStart(..) => {
            let mut map = Map::default();
            loop {
                let (event, place) = rest.next().expect("the YAML goes on");
                if matches!(event, Event::MappingEnd) {
                    let end = place.end.byte_offset().expect("text has offsets");
                    return Node::new(Value::Map(map), Span::new(file, from, end));
                }
                let key = value(file, event, &place, rest);
                let (event, place) = rest.next().expect("the YAML goes on");
                let name = key.as_text().expect("keys are text").to_owned();
                map.insert(name, key.span, value(file, event, &place, rest));
            }
        }
        other @ (Event::Alias(..) | _) => panic!("a test needs no {other:?}"),
    }
}

fn plain(text: &str) -> Value {
    match text {
        "" | "~" | "null" => Value::Null,
        "true" | "false" => Value::Bool(text == "true"),
        ".nan" => Value::Float(f64::NAN),
        ".inf" => Value::Float(f64::INFINITY),
        "-.inf" => Value::Float(f64::NEG_INFINITY),
        "2001-01-01" => Value::Time("2001-01-01T00:00:00Z".to_owned()),
        _ => match (text.parse(), text.parse()) {
            (Ok(number), _) => Value::Int(number),
            (Err(_), Ok(number)) => Value::Float(number),
            (Err(_), Err(_)) => Value::Text(text.to_owned()),
        },
    }
}
