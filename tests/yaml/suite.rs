use super::{Kind, Read, json, nodes};
use cutover::source::yaml::Style;

const VALID: &str = include_str!("../data/yaml/valid.txt");
const INVALID: &str = include_str!("../data/yaml/invalid.txt");

struct Case {
    name: String,
    text: String,
    documents: Vec<String>,
    errors: Vec<String>,
}

fn cases(file: &str) -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    for line in file.lines().skip_while(|line| !line.starts_with("== ")) {
        if let Some(name) = line.strip_prefix("== ") {
            let case = Case {
                name: name.to_owned(),
                text: String::new(),
                documents: Vec::new(),
                errors: Vec::new(),
            };
            cases.push(case);
            continue;
        }
        let case = cases.last_mut().expect("a case begins with its name");
        if let Some(document) = line.strip_prefix("-> ") {
            case.documents.push(document.to_owned());
        } else if let Some(error) = line.strip_prefix("!! ") {
            case.errors.push(error.to_owned());
        } else if case.documents.is_empty() && case.errors.is_empty() {
            case.text.push_str(line);
            case.text.push('\n');
        }
    }
    for case in &mut cases {
        if case.documents.is_empty() && case.errors.is_empty() {
            // The empty line before the next case.
            case.text.pop();
        }
        let signs =
            [("∎\n", ""), ("␉", "\t"), ("␍", "\r"), ("␠", " "), ("␁", "\u{1}"), ("⟦BOM⟧", "\u{feff}")];
        for (sign, meaning) in signs {
            case.text = case.text.replace(sign, meaning);
        }
    }
    cases
}

#[test]
fn valid_texts_give_the_values_of_docker_compose() {
    let cases = cases(VALID);
    assert!(cases.len() >= 140);
    for case in cases {
        let (values, errors) = Read::new(&case.text).values();
        assert_eq!(errors, [], "{}", case.name);
        let expected = case.documents.iter().map(|text| serde_json::from_str(text).unwrap());
        let expected: Vec<serde_json::Value> = expected.collect();
        let found: Vec<serde_json::Value> = values.iter().map(json).collect();
        assert_eq!(found, expected, "{}", case.name);
    }
}

#[test]
fn mistakes_are_reported_at_their_places() {
    let cases = cases(INVALID);
    assert!(cases.len() >= 90);
    for case in cases {
        let read = Read::new(&case.text);
        assert_eq!(read.errors(), case.errors, "{}", case.name);
        assert!(!case.errors.is_empty(), "{}", case.name);
        let found: Vec<String> = read.values().0.iter().map(|value| json(value).to_string()).collect();
        let expected = case.documents.iter().map(|text| text.replace(": ", ":"));
        assert_eq!(found, expected.collect::<Vec<String>>(), "{}", case.name);
    }
}

#[test]
fn the_text_of_every_scalar_decodes_to_its_value() {
    let mut seen = 0;
    for case in cases(VALID) {
        let read = Read::new(&case.text);
        for document in &read.parsed.documents {
            for id in nodes(document) {
                let node = document.node(id);
                let Kind::Scalar { text, style } = &node.kind else { continue };
                let written = read.map.text(node.span);
                if matches!(style, Style::Literal | Style::Folded) {
                    let last = text.trim_end().lines().next_back().unwrap_or_default();
                    assert!(written.ends_with(last.split(' ').next_back().unwrap()), "{}", case.name);
                } else if written.is_empty() || written == "-" {
                    assert_eq!(text, written, "{}", case.name);
                } else {
                    let alone = Read::new(written);
                    let root = alone.parsed.documents[0].node(alone.parsed.documents[0].root());
                    let Kind::Scalar { text: decoded, .. } = &root.kind else {
                        panic!("{}: {written:?} is no scalar", case.name)
                    };
                    assert_eq!(decoded, text, "{}", case.name);
                    seen += 1;
                }
            }
        }
    }
    assert!(seen > 300, "{seen}");
}
