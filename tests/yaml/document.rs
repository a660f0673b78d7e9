use std::collections::HashSet;

use super::{Kind, Read, json, nodes};
use cutover::source::yaml::{Document, NodeId, RawNode, construct};

const TEXT: &str = "\
# above
services: # behind
  web: &web !foo
    image: nginx
    ports: !override
    - 80
    -
    env:
    script: |
      one
      two

    tags: !reset
  # indented
  db: {image: 'post gres', x: [a, \"b\"]}
  other: *web
";

fn only(read: &Read) -> &Document {
    assert_eq!(read.parsed.errors, []);
    &read.parsed.documents[0]
}

/// The value at a path of keys.
fn at(document: &Document, path: &[&str]) -> NodeId {
    path.iter().fold(document.root(), |id, wanted| {
        let Kind::Mapping(entries) = &document.node(id).kind else { panic!("no mapping above {wanted}") };
        let found = entries.iter().find(
            |(key, _)| matches!(&document.node(*key).kind, Kind::Scalar { text, .. } if text == wanted),
        );
        found.expect("the key is there").1
    })
}

fn written<'r>(read: &'r Read, node: &RawNode) -> &'r str {
    read.map.text(node.span)
}

#[test]
fn spans_cover_what_was_written() {
    let read = Read::new(TEXT);
    let document = only(&read);
    let show = |path: &[&str]| written(&read, document.node(at(document, path)));
    assert_eq!(show(&["services", "web", "image"]), "nginx");
    assert_eq!(show(&["services", "web", "ports"]), "- 80\n    -");
    assert_eq!(show(&["services", "web", "script"]), "one\n      two");
    assert_eq!(show(&["services", "db"]), "{image: 'post gres', x: [a, \"b\"]}");
    assert_eq!(show(&["services", "db", "image"]), "'post gres'");
    assert_eq!(show(&["services", "db", "x"]), "[a, \"b\"]");
    assert_eq!(show(&["services", "other"]), "*web");
    let web = show(&["services", "web"]);
    assert!(web.starts_with("image: nginx") && web.ends_with("tags: !reset"), "{web}");
    assert!(show(&["services"]).starts_with("web: &web") && show(&["services"]).ends_with("*web"));
}

#[test]
fn what_was_not_written_stands_behind_its_colon_dash_or_tag() {
    let read = Read::new(TEXT);
    let document = only(&read);
    let before = |id: NodeId| {
        let span = document.node(id).span;
        assert_eq!(span.start, span.end);
        TEXT[..span.end as usize].lines().next_back().unwrap().to_owned()
    };
    assert_eq!(before(at(document, &["services", "web", "env"])), "    env:");
    assert_eq!(before(at(document, &["services", "web", "tags"])), "    tags: !reset");
    let Kind::Sequence(ports) = &document.node(at(document, &["services", "web", "ports"])).kind else {
        panic!("ports is a list")
    };
    assert_eq!(before(ports[1]), "    -");
}

#[test]
fn tags_and_anchors_keep_their_places() {
    let read = Read::new(TEXT);
    let document = only(&read);
    let web = document.node(at(document, &["services", "web"]));
    let (tag, anchor) = (web.tag.as_ref().unwrap(), web.anchor.as_ref().unwrap());
    assert_eq!((tag.text.as_str(), read.map.text(tag.span)), ("!foo", "!foo"));
    assert_eq!((anchor.name.as_str(), read.map.text(anchor.span)), ("web", "&web"));
    let int = Read::new("a: !!int '1'\nb: !<tag:yaml.org,2002:str> 2\n");
    let document = only(&int);
    let short = |key| document.node(at(document, &[key])).tag.as_ref().unwrap().text.clone();
    assert_eq!((short("a"), short("b")), ("!!int".to_owned(), "!!str".to_owned()));
    assert_eq!(
        int.map.text(document.node(at(document, &["b"])).tag.as_ref().unwrap().span),
        "!<tag:yaml.org,2002:str>"
    );
}

#[test]
fn an_alias_knows_its_target_and_a_node_what_is_inside() {
    let read = Read::new(TEXT);
    let document = only(&read);
    let (web, other) = (at(document, &["services", "web"]), at(document, &["services", "other"]));
    assert_eq!(document.target(other), web);
    assert_eq!(document.target(web), web);
    assert!(document.contains(web, at(document, &["services", "web", "ports"])));
    assert!(document.contains(web, web));
    assert!(!document.contains(web, other));
    assert!(document.contains(document.root(), other));
}

#[test]
fn comments_are_kept_in_order() {
    let read = Read::new(TEXT);
    let found: Vec<(&str, &str, bool)> = only(&read)
        .comments()
        .iter()
        .map(|comment| (comment.text.as_str(), read.map.text(comment.span), comment.own_line))
        .collect();
    assert_eq!(
        found,
        [(" above", "# above", true), (" behind", "# behind", false), (" indented", "# indented", true)]
    );
    let several = Read::new("# one\na: 1\n---\n# two\nb: 2 # three\n# four\n");
    let texts: Vec<Vec<&str>> = several
        .parsed
        .documents
        .iter()
        .map(|document| document.comments().iter().map(|comment| comment.text.trim()).collect())
        .collect();
    assert_eq!(texts, [vec!["one"], vec!["two", "three", "four"]]);
}

#[test]
fn a_thousand_comment_lines_are_no_mistake() {
    let read = Read::new(&format!("a:\n{}  b: 1\n", "  # c\n".repeat(1_000)));
    assert_eq!(only(&read).comments().len(), 1_000);
}

#[test]
fn dropped_nodes_are_left_out() {
    let read = Read::new("a: {b: 1, c: 2}\nd: [1, 2, 3]\ne: &x {f: 1}\ng:\n  <<: *x\n  h: 2\ni: [*x, 4]\n");
    let document = only(&read);
    let Kind::Sequence(items) = &document.node(at(document, &["d"])).kind else { panic!("d is a list") };
    let without = |ids: &[NodeId]| {
        json(&construct(document, &ids.iter().copied().collect::<HashSet<_>>()).unwrap()).to_string()
    };
    let whole = r#"{"a":{"b":1,"c":2},"d":[1,2,3],"e":{"f":1},"g":{"h":2,"f":1},"i":[{"f":1},4]}"#;
    assert_eq!(without(&[]), whole);
    assert_eq!(
        without(&[at(document, &["a", "b"]), items[1]]),
        whole.replace(r#""b":1,"#, "").replace("2,3", "3")
    );
    // What an alias stands for is left out everywhere; the alias alone only where it is.
    let everywhere = whole.replace(r#"{"f":1}"#, "{}").replace(r#","f":1"#, "");
    assert_eq!(without(&[at(document, &["e", "f"])]), everywhere);
    assert_eq!(without(&[at(document, &["g", "<<"])]), whole.replace(r#","f":1"#, ""));
    assert_eq!(without(&[document.root()]), "null");
}

#[test]
fn a_dropped_key_still_counts_as_a_duplicate_and_lets_a_merge_through() {
    let twice = Read::new("a: 1\na: 2\n");
    let document = only(&twice);
    let Kind::Mapping(entries) = &document.node(document.root()).kind else { panic!("a mapping") };
    assert!(construct(document, &HashSet::from([entries[0].1])).is_err());
    let merged = Read::new("a: &x {k: 1}\nb: {<<: *x, k: 2}\n");
    let document = only(&merged);
    let dropped = HashSet::from([at(document, &["b", "k"])]);
    assert_eq!(json(&construct(document, &dropped).unwrap()).to_string(), r#"{"a":{"k":1},"b":{"k":1}}"#);
}

#[test]
fn values_carry_the_places_of_their_text() {
    let read = Read::new(TEXT);
    let value = read.value();
    let services = value.as_map().unwrap().get("services").unwrap().as_map().unwrap();
    let entry = services.entry("web").unwrap();
    assert_eq!(read.map.text(entry.key), "web");
    let image = |service| services.get(service).unwrap().as_map().unwrap().entry("image").unwrap();
    assert_eq!(read.map.place(image("web").key), "compose.yaml:4:5");
    assert_eq!(read.map.place(image("web").node.span), "compose.yaml:4:12");
    // What comes through an alias was written where its anchor is.
    assert_eq!(read.map.place(image("other").node.span), "compose.yaml:4:12");
    assert_eq!(read.map.place(services.entry("other").unwrap().key), "compose.yaml:16:3");
}

#[test]
fn places_survive_what_is_edited_for_the_parser() {
    let text = "a: \"it\\'s\nnot\" # é\nb: [x]#c\nc: [cat, -, é]\nd: [\n\t\"y\"]\n";
    let read = Read::new(text);
    let document = only(&read);
    let all: Vec<&str> = nodes(document).iter().map(|id| written(&read, document.node(*id))).collect();
    for expected in ["\"it\\'s\nnot\"", "[x]", "-", "é", "[\n\t\"y\"]", "\"y\"", "d"] {
        assert!(all.contains(&expected), "{expected:?} is not in {all:?}");
    }
    assert_eq!(
        json(&read.value()).to_string(),
        r#"{"a":"it's not","b":["x"],"c":["cat","-","é"],"d":["y"]}"#
    );
}
