//! Findings as the user sees them: the exact text in every form, and that no secret is in it.

use cutover::compose::secrecy::learn_text;
use cutover::finding::Finding;
use cutover::finding::mask::Mask;
use cutover::finding::render::{Form, render, summary};
use cutover::source::file::{Memory, SourceMap};
use cutover::source::span::{FileId, Span};
use proptest::prelude::{
    Just, ProptestConfig, Strategy, any, prop, prop_assert, prop_assert_eq, prop_oneof, proptest,
};

const FORMS: [Form; 3] = [Form::Colour, Form::Plain, Form::Line];

/// Files to point into.
struct Files {
    sources: SourceMap,
    mask: Mask,
}

impl Files {
    fn new<const N: usize>(files: [(&str, &str); N]) -> Self {
        let mut sources = SourceMap::new(Box::new(Memory::default()), "/");
        let mut mask = Mask::default();
        for (name, text) in files {
            let file = sources.add(name, text);
            learn_text(&mut mask, &sources, file);
        }
        Self { sources, mask }
    }

    fn id(&self, index: usize) -> FileId {
        self.sources.files().nth(index).expect("the file was added").0
    }

    /// The first place of a text in a file.
    fn find(&self, index: usize, wanted: &str) -> Span {
        let file = self.id(index);
        let start = self.sources.file(file).text().find(wanted).expect("the text is in the file");
        Span::new(file, start, start + wanted.len())
    }

    fn render(&self, findings: &[Finding], form: Form) -> String {
        render(findings, &self.sources, &self.mask, form)
    }
}

fn without_colour(text: &str) -> String {
    let mut parts = text.split("\u{1b}[");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |shown, part| shown + part.split_once('m').map_or(part, |(_, rest)| rest))
}

/// Checks the exact text of the plain and the line form, and that colour changes nothing but colour.
fn check(files: &Files, findings: &[Finding], plain: &str, line: &str) {
    assert_eq!(files.render(findings, Form::Plain).trim_end(), plain.trim_matches('\n'));
    assert_eq!(files.render(findings, Form::Line).trim_end(), line.trim_matches('\n'));
    let colour = files.render(findings, Form::Colour);
    assert_eq!(without_colour(&colour).trim_end(), plain.trim_matches('\n'));
    assert!(findings.is_empty() || colour.contains("\u{1b}["));
}

const SHOP: &str = "\
services:
  web:
    image: nginx
    prots:
      - \"80:80\"
    environment:
      LOG: info
  db:
    image: postgres
";

#[test]
fn a_place_a_note_and_an_edit() {
    let files = Files::new([("compose.yaml", SHOP)]);
    let finding = Finding::refused("unknown-key", "`prots` is no key of a service")
        .at(files.find(0, "prots"), "Docker Compose does not know this")
        .because("the keys of service `web` are checked against the Compose specification")
        .help("did you mean `ports`?")
        .replace(files.find(0, "prots"), "ports");
    check(
        &files,
        &[finding],
        "
error[unknown-key]: `prots` is no key of a service
 --> compose.yaml:4:5
  |
4 |     prots:
  |     ^^^^^ Docker Compose does not know this
  |
  = note: the keys of service `web` are checked against the Compose specification
help: did you mean `ports`?
  |
4 -     prots:
4 +     ports:
  |
",
        "
compose.yaml:4:5: error[unknown-key]: `prots` is no key of a service
    note: Docker Compose does not know this
    note: the keys of service `web` are checked against the Compose specification
    help: did you mean `ports`?
    help: replace `prots` with `ports`
",
    );
}

#[test]
fn colour_is_what_rustc_uses() {
    let files = Files::new([("compose.yaml", SHOP)]);
    let finding = Finding::error("image", "no tag").at(files.find(0, "nginx"), "here");
    let blue = if cfg!(windows) { "96" } else { "94" };
    let title = if cfg!(windows) { "\u{1b}[1m\u{1b}[97m" } else { "\u{1b}[1m" };
    let expected = format!(
        "\u{1b}[1m\u{1b}[91merror[image]\u{1b}[0m{title}: no tag\u{1b}[0m
 \u{1b}[1m\u{1b}[{blue}m--> \u{1b}[0mcompose.yaml:3:12
  \u{1b}[1m\u{1b}[{blue}m|\u{1b}[0m
\u{1b}[1m\u{1b}[{blue}m3\u{1b}[0m \u{1b}[1m\u{1b}[{blue}m|\u{1b}[0m     image: nginx
  \u{1b}[1m\u{1b}[{blue}m|\u{1b}[0m            \u{1b}[1m\u{1b}[91m^^^^^\u{1b}[0m \u{1b}[1m\u{1b}[91mhere\u{1b}[0m
"
    );
    assert_eq!(files.render(&[finding], Form::Colour), expected);
}

#[test]
fn several_places_in_several_files() {
    let files = Files::new([
        ("compose.yaml", SHOP),
        ("compose.override.yaml", "services:\r\n  web:\r\n    image: 5\r\n"),
    ]);
    let finding = Finding::warning("type", "`image` is a number in one file")
        .at(files.find(1, "5"), "a number")
        .at(files.find(0, "nginx"), "text")
        .at(files.find(0, "postgres"), "")
        .help("put it in quotes");
    check(
        &files,
        &[finding],
        "
warning[type]: `image` is a number in one file
 --> compose.override.yaml:3:12
  |
3 |     image: 5
  |            ^ a number
  |
 ::: compose.yaml:3:12
  |
3 |     image: nginx
  |            ----- text
...
9 |     image: postgres
  |            --------
  |
  = help: put it in quotes
",
        "
compose.override.yaml:3:12: warning[type]: `image` is a number in one file
    note: a number
    note: compose.yaml:3:12: text
    note: compose.yaml:9:12
    help: put it in quotes
",
    );
}

#[test]
fn edits_within_a_line_and_of_whole_lines() {
    let files = Files::new([("compose.yaml", SHOP)]);
    let findings = [
        ("nginx", "nginx", "nginx:1.29"),
        ("80:80", "- \"80:80\"\n", "- \"81:80\"\n"),
        ("LOG", "      LOG: info\n", ""),
    ]
    .map(|(at, old, new)| {
        Finding::note("edit", at).at(files.find(0, at), "").replace(files.find(0, old), new)
    });
    check(
        &files,
        &findings,
        "
note[edit]: nginx
 --> compose.yaml:3:12
  |
3 |     image: nginx
  |            ^^^^^
  |
help: write this instead
  |
3 |     image: nginx:1.29
  |                 +++++

note[edit]: 80:80
 --> compose.yaml:5:10
  |
5 |       - \"80:80\"
  |          ^^^^^
  |
help: write this instead
  |
5 -       - \"80:80\"
5 +       - \"81:80\"
  |

note[edit]: LOG
 --> compose.yaml:7:7
  |
7 |       LOG: info
  |       ^^^
  |
help: remove this
  |
7 -       LOG: info
  |
",
        "
compose.yaml:3:12: note[edit]: nginx
    help: replace `nginx` with `nginx:1.29`
compose.yaml:5:10: note[edit]: 80:80
    help: replace `- \"80:80\"` with `- \"81:80\"`
compose.yaml:7:7: note[edit]: LOG
    help: remove `LOG: info`
",
    );
}

#[test]
fn an_edit_may_add_lines() {
    let files = Files::new([("compose.yaml", SHOP)]);
    let end = files.find(0, "postgres").end as usize;
    let finding = Finding::note("limit", "no limits")
        .at(files.find(0, "db"), "")
        .replace(Span::new(files.id(0), end, end), "\n    mem_limit: 1g\n    cpus: 1");
    check(
        &files,
        &[finding],
        "
note[limit]: no limits
  --> compose.yaml:8:3
   |
 8 |   db:
   |   ^^
   |
help: add this
   |
 9 ~     image: postgres
10 +     mem_limit: 1g
11 +     cpus: 1
   |
",
        "
compose.yaml:8:3: note[limit]: no limits
    help: add `mem_limit: 1g\\n    cpus: 1`
",
    );
}

#[test]
fn a_finding_without_a_place_has_no_excerpt() {
    let files = Files::new([]);
    let finding =
        Finding::unreadable("missing", "`compose.yaml` does not exist").help("name another file with `-f`");
    check(
        &files,
        &[finding],
        "
error[missing]: `compose.yaml` does not exist
 |
 = help: name another file with `-f`
",
        "
error[missing]: `compose.yaml` does not exist
    help: name another file with `-f`
",
    );
}

#[test]
fn findings_are_sorted_by_place_and_said_once() {
    let files = Files::new([("a.yaml", "one\ntwo\n"), ("b.yaml", "one\n")]);
    let findings = [
        Finding::note("n", "in b").at(files.find(1, "one"), ""),
        Finding::warning("w", "second").at(files.find(0, "one"), ""),
        Finding::warning("w", "below").at(files.find(0, "two"), ""),
        Finding::error("e", "first").at(files.find(0, "one"), ""),
        Finding::error("e", "first").at(files.find(0, "one"), "said again"),
        Finding::error("e", "another first").at(files.find(0, "one"), ""),
        Finding::note("n", "nowhere"),
        Finding::note("n", "nowhere"),
    ];
    let expected = "\
note[n]: nowhere
a.yaml:1:1: error[e]: first
a.yaml:1:1: error[e]: another first
a.yaml:1:1: warning[w]: second
a.yaml:2:1: warning[w]: below
b.yaml:1:1: note[n]: in b
";
    assert_eq!(files.render(&findings, Form::Line), expected);
    assert_eq!(summary(&findings).unwrap(), "2 errors, 2 warnings, 2 notes");
    assert_eq!(files.render(&findings, Form::Plain).matches("\n\n").count(), 5);
}

#[test]
fn the_summary_counts_in_english() {
    assert_eq!(summary(&[]), None);
    let error = Finding::error("e", "one");
    let warning = Finding::warning("w", "one");
    assert_eq!(summary(std::slice::from_ref(&warning)).unwrap(), "1 warning");
    assert_eq!(summary(&[warning.clone(), error.clone()]).unwrap(), "1 error, 1 warning");
    assert_eq!(
        summary(&[error.clone(), Finding::error("e", "two"), warning, error]).unwrap(),
        "2 errors, 1 warning"
    );
    for form in FORMS {
        assert_eq!(Files::new([]).render(&[], form), "");
    }
}

#[test]
fn ends_of_files_and_empty_files() {
    let files = Files::new([
        ("empty.yaml", ""),
        ("lf.yaml", "a: [\n"),
        ("crlf.yaml", "a: [\r\n"),
        ("bare.yaml", "a: ["),
    ]);
    let end = |index: usize| {
        let file = files.id(index);
        let length = files.sources.file(file).text().len();
        Span::new(file, length, length)
    };
    let findings =
        [0, 1, 2, 3].map(|index| Finding::refused("syntax", "expected `]`").at(end(index), "here"));
    check(
        &files,
        &findings,
        "
error[syntax]: expected `]`
 --> empty.yaml:1:1
  |
1 |
  | ^ here

error[syntax]: expected `]`
 --> lf.yaml:1:5
  |
1 | a: [
  |     ^ here

error[syntax]: expected `]`
 --> crlf.yaml:1:5
  |
1 | a: [
  |     ^ here

error[syntax]: expected `]`
 --> bare.yaml:1:5
  |
1 | a: [
  |     ^ here
",
        "
empty.yaml:1:1: error[syntax]: expected `]`
    note: here
lf.yaml:1:5: error[syntax]: expected `]`
    note: here
crlf.yaml:1:5: error[syntax]: expected `]`
    note: here
bare.yaml:1:5: error[syntax]: expected `]`
    note: here
",
    );
}

#[test]
fn a_span_of_many_lines_is_shown_by_its_ends() {
    let text: String = (1..=100).map(|line| format!("line{line}: x\n")).collect();
    let files = Files::new([("long.yaml", &text)]);
    let finding = Finding::note("block", "a block").at(Span::new(files.id(0), 9, text.len()), "all of it");
    check(
        &files,
        &[finding],
        "
note[block]: a block
   --> long.yaml:2:1
    |
  2 | / line2: x
  3 | | line3: x
  4 | | line4: x
  5 | | line5: x
...   |
 99 | | line99: x
100 | | line100: x
    | |__________^ all of it
",
        "
long.yaml:2:1: note[block]: a block
    note: all of it
",
    );
}

#[test]
fn wide_characters_tabs_and_control_characters() {
    let text = "\tnäme: 日本語 é\u{1b}[31m🚀 bad\u{9b}1m\u{202e}\n";
    let files = Files::new([("wide\u{7}.yaml", text)]);
    let finding = Finding::error("odd", "`\u{1b}[31m` and\tmore")
        .at(files.find(0, "bad"), "日本\t\u{202e}")
        .at(files.find(0, "日本語"), "wide");
    check(
        &files,
        &[finding],
        "
error[odd]: `\\u{1b}[31m` and\\tmore
 --> wide\\u{7}.yaml:1:20
  |
1 |     näme: 日本語 é␛[31m🚀 bad�1m�
  |           ------ wide     ^^^ 日本\\t\\u{202e}
",
        "
wide\\u{7}.yaml:1:20: error[odd]: `\\u{1b}[31m` and\\tmore
    note: 日本\\t\\u{202e}
    note: wide\\u{7}.yaml:1:8: wide
",
    );
}

#[test]
fn long_lines_are_trimmed_around_the_place() {
    let text = format!("key: {}bad{}\n", "a".repeat(3_000), "b".repeat(7_000));
    let files = Files::new([("long.yaml", &text)]);
    let place = |start, end| Span::new(files.id(0), start, end);
    let near = Finding::error("near", "near").at(files.find(0, "bad"), "this");
    let widest = Finding::error("wide", "wide").at(place(5, 9_000), "all this").replace(place(5, 9_000), "x");
    let apart = Finding::error("apart", "apart").at(place(0, 3), "from").at(files.find(0, "bad"), "to");
    let far = Finding::error("far", "far").at(place(9_000, 9_003), "far out");
    for finding in [near, widest, apart, far] {
        let shown = files.render(&[finding], Form::Plain);
        assert!(shown.lines().all(|line| line.chars().count() <= 150), "{shown}");
    }
    let shown = files.render(&[Finding::error("near", "near").at(files.find(0, "bad"), "this")], Form::Plain);
    let source = shown.lines().find(|line| line.starts_with("1 |")).unwrap();
    let underline = shown.lines().find(|line| line.contains("^^^ this")).unwrap();
    assert!(source.starts_with("1 | ...") && source.ends_with("..."), "{shown}");
    assert_eq!(source.find("bad"), underline.find("^^^"));
    assert!(shown.contains("--> long.yaml:1:3006\n"));
    let shown = files.render(&[Finding::error("far", "far").at(place(9_000, 9_003), "far out")], Form::Plain);
    assert_eq!(shown, "error[far]: far\n--> long.yaml:1:9001\n = note: far out\n");
}

const SECRETS: &str = "\
services:
  web:
    environment:
      DB_PASSWORD: \"s3cr3t-PLANTED-1\"
      API_TOKEN: s3cr3t-PLANTED-2 # rotate
      URL: postgres://app:s3cr3t-PLANTED-3@db/app
      WEAK_PASSWORD: postgres
    command: [server, --password, s3cr3t-PLANTED-4, --secret=s3cr3t-PLANTED-5]
    labels:
      note: s3cr3t-PLANTED-1 again
      key: |
        -----BEGIN PRIVATE KEY-----
        s3cr3tPLANTED6
        -----END PRIVATE KEY-----
";

#[test]
fn a_secret_is_hidden_in_excerpts_words_and_edits() {
    let files = Files::new([("compose.yaml", SECRETS)]);
    let finding =
        Finding::warning("plain-secret", "`s3cr3t-PLANTED-1` is in clear text, like PASSWORD=postgres")
            .at(files.find(0, "s3cr3t-PLANTED-1"), "s3cr3t-PLANTED-1 is here")
            .at(files.find(0, "postgres\n"), "`postgres` is here")
            .because("postgres://app:s3cr3t-PLANTED-3@db/app uses `s3cr3t-PLANTED-2`")
            .help("move s3cr3t-PLANTED-1 away")
            .replace(files.find(0, "s3cr3t-PLANTED-1"), "${DB_PASSWORD:-s3cr3t-PLANTED-1}");
    check(
        &files,
        &[finding],
        "
warning[plain-secret]: `***` is in clear text, like PASSWORD=***
 --> compose.yaml:4:21
  |
4 |       DB_PASSWORD: \"****************\"
  |                     ^^^^^^^^^^^^^^^^ *** is here
...
7 |       WEAK_PASSWORD: ********
  |                      -------- `***` is here
  |
  = note: postgres://app:***@db/app uses `***`
help: move *** away
  |
4 -       DB_PASSWORD: \"****************\"
4 +       DB_PASSWORD: \"${DB_PASSWORD:-***}\"
  |
",
        "
compose.yaml:4:21: warning[plain-secret]: `***` is in clear text, like PASSWORD=***
    note: *** is here
    note: compose.yaml:7:22: `***` is here
    note: postgres://app:***@db/app uses `***`
    help: move *** away
    help: replace `****************` with `${DB_PASSWORD:-***}`
",
    );
}

#[test]
fn no_excerpt_of_any_line_shows_a_secret() {
    let files = Files::new([("compose.yaml", SECRETS)]);
    let mut start = 0;
    let mut findings =
        vec![Finding::note("all", "all").at(Span::new(files.id(0), 0, SECRETS.len()), SECRETS)];
    for line in SECRETS.split_inclusive('\n') {
        let span = Span::new(files.id(0), start, start + line.len());
        findings
            .push(Finding::note("line", line).at(span, line).because(line).help(line).replace(span, line));
        start += line.len();
    }
    for form in FORMS {
        let shown = files.render(&findings, form);
        assert!(!shown.contains("PLANTED"), "{shown}");
        assert!(shown.contains("WEAK_PASSWORD") && !shown.contains("WEAK_PASSWORD: postgres"), "{shown}");
    }
}

#[test]
fn a_secret_at_the_cut_of_a_long_line_is_not_half_shown() {
    for before in 200..320 {
        let text = format!(
            "a: x\nkey bad {} s3cr3t-PLANTED-1 {}\nDB_PASSWORD: s3cr3t-PLANTED-1\n",
            "x".repeat(before),
            "y".repeat(2_000)
        );
        let files = Files::new([("compose.yaml", &text)]);
        let shown = files.render(&[Finding::error("e", "e").at(files.find(0, "bad"), "")], Form::Plain);
        assert!(!shown.contains("s3c"), "{shown}");
    }
}

/// Text with everything that is hard to show.
fn odd_text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("a"),
        Just(" "),
        Just("    "),
        Just("\t"),
        Just("\n"),
        Just("\r\n"),
        Just("\r"),
        Just("é"),
        Just("日"),
        Just("👩‍👩‍👧"),
        Just("e\u{301}"),
        Just("\u{feff}"),
        Just("\u{1b}["),
        Just("\u{9b}"),
        Just("\u{202e}"),
        Just("\u{2028}"),
        Just("\0"),
        Just("// x"),
        Just("}"),
        Just("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"),
    ];
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn anything_can_be_shown(
        texts in [odd_text(), odd_text()],
        places in prop::collection::vec((any::<bool>(), 0_usize..600, 0_usize..600), 1..4),
        words in odd_text(),
        edit in prop::option::of((0_usize..600, 0_usize..600, odd_text())),
    ) {
        let files = Files::new([("a.yaml", &texts[0]), ("b.yaml", &texts[1])]);
        let mut finding = Finding::error("odd", words.clone()).because(words.clone()).help(words.clone());
        for (is_second, start, length) in places {
            finding = finding.at(Span::new(files.id(usize::from(is_second)), start, start + length), words.clone());
        }
        if let Some((start, length, text)) = edit {
            finding = finding.replace(Span::new(files.id(0), start, start + length), text);
        }
        let steers = |text: &str| text.chars().any(|char| char.is_control() && char != '\n');
        let plain = files.render(std::slice::from_ref(&finding), Form::Plain);
        let line = files.render(std::slice::from_ref(&finding), Form::Line);
        prop_assert!(!steers(&plain) && !steers(&line), "{plain}{line}");
        let place = line.split(": error[").next().unwrap_or_default();
        let arrow = plain.lines().find_map(|line| line.trim_start().strip_prefix("--> ")).unwrap_or_default();
        prop_assert_eq!(place, arrow, "{}", plain);
    }

    #[test]
    fn a_mask_never_changes_the_length(text in odd_text(), covers in prop::collection::vec((0_usize..99, 0_usize..99), 0..5)) {
        let mut files = Files::new([("a.yaml", &text)]);
        let file = files.id(0);
        for (start, length) in covers {
            files.mask.cover(Span::new(file, start, start + length));
        }
        let whole = Span::new(file, 0, text.len());
        let shown = files.mask.excerpt(&files.sources, whole);
        prop_assert_eq!(shown.len(), text.len());
        let breaks = |text: &str| text.match_indices(['\n', '\r']).map(|(at, _)| at).collect::<Vec<_>>();
        prop_assert_eq!(breaks(&shown), breaks(&text));
    }
}
