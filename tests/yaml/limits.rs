use std::fmt::Write as _;
use std::time::{Duration, Instant};

use super::Read;
use cutover::source::yaml::Limits;

/// Reads a text, which must give one error of these words, and soon.
#[track_caller]
fn refused(text: &str, words: &str) {
    let start = Instant::now();
    let errors = Read::new(text).errors();
    assert_eq!(errors.len(), 1, "{errors:?}");
    assert!(errors[0].contains(words), "{errors:?}");
    assert!(start.elapsed() < Duration::from_secs(60), "{:?}", start.elapsed());
}

/// `a0: FIRST`, then keys that each use the one before.
fn chain(first: &str, links: usize, link: impl Fn(usize) -> String) -> String {
    let mut text = format!("a0: &a0 {first}\n");
    for number in 1..=links {
        writeln!(text, "a{number}: &a{number} {}", link(number - 1)).unwrap();
    }
    text
}

#[test]
fn deep_nesting_is_refused_at_once() {
    refused(&"[".repeat(100_000), "1:256 exceeded max depth of 255");
    refused(&"{a: ".repeat(100_000), "exceeded max depth of 255");
    refused(&"- ".repeat(100_000), "exceeded max depth of 255");
    let ladder: String = (0..2_000).map(|depth| format!("{}a:\n", " ".repeat(depth))).collect();
    refused(&ladder, "exceeded max depth of 255");
    let mixed = format!("{}{}", "- ".repeat(200), "[".repeat(200) + &"]".repeat(200));
    refused(&mixed, "1:456 exceeded max depth of 255");
}

#[test]
fn nesting_up_to_the_limit_is_read() {
    let read = Read::new(&format!("{}{}", "[".repeat(255), "]".repeat(255)));
    assert_eq!(read.errors(), [""; 0]);
    let mut depth = 0;
    let mut node = &read.value();
    while let Some(inner) = node.as_list() {
        depth += 1;
        let Some(next) = inner.first() else { break };
        node = next;
    }
    assert_eq!(depth, 255);
}

#[test]
fn aliases_and_merges_cannot_nest_deeper_either() {
    refused(&chain("[1]", 2_000, |before| format!("[*a{before}]")), "exceeded max depth of 255");
    refused(&chain("{k: 1}", 2_000, |before| format!("{{<<: *a{before}}}")), "exceeded max depth of 255");
    assert_eq!(Read::new(&chain("{k: 1}", 200, |before| format!("{{<<: *a{before}}}"))).errors(), [""; 0]);
}

#[test]
fn alias_bombs_are_refused() {
    assert_eq!(Limits::default().max_aliased, 1_000_000);
    let few = Limits { max_aliased: 1_000, ..Limits::default() };
    let ten = |before: usize| format!("[{}]", format!("*a{before},").repeat(10));
    let bomb = chain("[1,1,1,1,1,1,1,1,1,1]", 20, ten);
    let found = Read::with(&bomb, &few).errors();
    assert_eq!(found, ["3:38 document contains excessive aliasing"]);
    let keys: String = (0..100).map(|number| format!("k{number}: 1, ")).collect();
    let merges = |count| format!("a: &a {{{keys}}}\nb: {{<<: [{}]}}\n", "*a, ".repeat(count));
    assert_eq!(Read::with(&merges(9), &few).errors(), [""; 0]);
    assert_eq!(Read::with(&merges(100), &few).errors(), ["2:46 document contains excessive aliasing"]);
}

#[test]
fn many_aliases_are_fine() {
    let text = format!("a: &a {{b: [1, 2, 3]}}\nc:\n{}", "  - *a\n".repeat(20_000));
    let value = Read::new(&text).value();
    assert_eq!(value.as_map().unwrap().get("c").unwrap().as_list().unwrap().len(), 20_000);
}

#[test]
fn mistakes_by_the_thousand_are_all_reported() {
    assert_eq!(Read::new(&"a: *x\n".repeat(5_000)).errors().len(), 5_000);
    assert_eq!(Read::new(&"\t- a\n---\n".repeat(2_000)).errors().len(), 2_000);
    let twice: String = (0..5_000).map(|number| format!("k{}: 1\n", number / 2)).collect();
    assert_eq!(Read::new(&twice).errors().len(), 2_500);
}

#[test]
fn what_needs_many_edits_for_the_parser_is_read_in_time() {
    let start = Instant::now();
    let quoted = format!("a: \"{}\"", "b\nc\n".repeat(20_000));
    assert_eq!(Read::new(&quoted).errors(), [""; 0]);
    let tabs = format!("a: [\n{}]", "\t\"x\",\n".repeat(20_000));
    assert_eq!(Read::new(&tabs).errors(), [""; 0]);
    let touching = format!("- [{}]", "\"x\",#c\n ".repeat(20_000));
    // Beyond a hundred rounds of edits it is reported.
    assert_eq!(Read::new(&touching).errors().len(), 1);
    assert!(start.elapsed() < Duration::from_secs(60), "{:?}", start.elapsed());
}
