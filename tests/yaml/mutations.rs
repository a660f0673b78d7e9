use std::collections::HashSet;

use super::{Kind, Read, nodes};
use cutover::source::span::Span;
use cutover::source::yaml::construct;

const TEXTS: [&str; 5] = [
    "# top\nservices:\n  web: &w\n    image: nginx:1\n    ports:\n    - \"80:80\"\n    - 443\n    environment:\n      \
     A: 1\n      É: 'it''s'\n    command: [\"a\", 'b', -, c]#x\n",
    "x-a: &a {k: v, l: [1, 2]}\nservices:\n  b:\n    <<: [*a, {m: 1}]\n    n: |\n      foo\n       bär\n\n      baz\n    \
     o: >-\n      x\n      y\n    p: !reset null\n    q: !override [1, *a]\n",
    "%YAML 1.1\n---\na: # c\n- b\n- c: d\n  e: f\n-\n  - g\n# end\nh: {i: j, k: [l, m]}\n...\n---\n? z\n: \"a\\tb\\\n  \
     c\"\ny: 'o\nk'\nq: plain\n  multi\n\n  line # c\n",
    "{\n\t\"a\": {\"b\": [1, 2.5, null, true]},\n\t\"日本\": \"\\u00e9\\'\",\n\t\"c\": \"\"\n}\n",
    "\u{feff}a: !!binary aGk=\r\nb: !!int \"7\"\r\nc: &x k\r\nd: [*x, 2001-01-01]\r\ne: |+\r\n  one\r\n\r\n*x : f",
];

/// Whatever comes out, every place lies in the text, on character boundaries, and children lie in their parents.
fn check(text: &str) {
    let read = Read::new(text);
    let inside = |span: Span| {
        let ok = text.get(span.start as usize..span.end as usize).is_some();
        assert!(ok, "{span:?} is not a place in {text:?}");
    };
    let report = |errors: &[cutover::source::yaml::YamlError]| {
        for error in errors {
            inside(error.span);
            error.labels.iter().for_each(|(span, _)| inside(*span));
            assert!(!error.message.is_empty());
        }
    };
    report(&read.parsed.errors);
    for document in &read.parsed.documents {
        document.comments().iter().for_each(|comment| inside(comment.span));
        for id in nodes(document) {
            let node = document.node(id);
            inside(node.span);
            node.tag.iter().for_each(|tag| inside(tag.span));
            node.anchor.iter().for_each(|anchor| inside(anchor.span));
            let children: Vec<_> = match &node.kind {
                Kind::Sequence(items) => items.clone(),
                Kind::Mapping(entries) => entries.iter().flat_map(|(key, value)| [*key, *value]).collect(),
                Kind::Scalar { .. } | Kind::Alias(_) => Vec::new(),
            };
            for child in children {
                let child = document.node(child).span;
                assert!(node.span.contains(child), "{:?} does not hold {child:?} in {text:?}", node.span);
            }
        }
        if let Err(errors) = construct(document, &HashSet::new()) {
            assert!(!errors.is_empty());
            report(&errors);
        }
    }
}

/// A small generator, so that every run sees the same texts.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(limit).unwrap()).unwrap()
    }
}

fn mutate(text: &str, dice: &mut Dice) -> String {
    const PIECES: [&str; 30] = [
        "\t", "\n", " ", ":", ": ", "- ", "-", "[", "]", "{", "}", ",", "#", " #", "\"", "'", "|", ">",
        "&a ", "*a", "!", "!t ", "? ", "---\n", "...\n", "\r", "\\", "%", "é", "\u{feff}",
    ];
    let mut letters: Vec<String> = text.chars().map(String::from).collect();
    for _ in 0..=dice.below(3) {
        let (at, other) = (dice.below(letters.len()), dice.below(letters.len()));
        match dice.below(5) {
            0 => letters.swap(at, other),
            1 => letters[at].clear(),
            2 => letters[at] = PIECES[dice.below(PIECES.len())].to_owned(),
            3 => letters[at].push_str(PIECES[dice.below(PIECES.len())]),
            _ => {
                let copied = letters[at..letters.len().min(at + 8)].concat();
                letters[other].push_str(&copied);
            }
        }
    }
    letters.concat()
}

#[test]
fn texts_that_end_anywhere_do_no_harm() {
    for text in TEXTS {
        for end in (0..=text.len()).filter(|end| text.is_char_boundary(*end)) {
            check(&text[..end]);
            check(&text[end..]);
        }
    }
}

#[test]
fn twenty_thousand_mutations_do_no_harm() {
    let mut dice = Dice(0x9E37_79B9_7F4A_7C15);
    for _ in 0..4_000 {
        for text in TEXTS {
            check(&mutate(text, &mut dice));
        }
    }
}

#[test]
fn the_texts_themselves_are_valid() {
    for text in TEXTS {
        assert_eq!(Read::new(text).errors(), [""; 0], "{text}");
    }
}
