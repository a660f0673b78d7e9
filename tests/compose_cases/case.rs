//! The text format of the cases: one file a topic, many small projects in it.
//!
//! In: the text of a `.case` file. Out: cases, or the line that is wrong. `README.md` beside this file shows the format.

use std::path::Path;

/// One small project, how it is asked for, and why it is here.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Case {
    /// The file it stands in, without extension.
    pub(super) topic: String,
    /// Its name, unique in the topic.
    pub(super) name: String,
    /// The line of its title, from 1.
    pub(super) line: usize,
    /// The comment lines, joined.
    pub(super) why: String,
    /// Project options, options of `config` and service names, as written.
    pub(super) args: Vec<String>,
    /// The whole environment of the run but `HOME` and `PATH`.
    pub(super) env: Vec<(String, String)>,
    /// Where the run starts, below the folder of the case.
    pub(super) cwd: String,
    /// What our message says where it is better than the text of Docker Compose.
    pub(super) says: Option<String>,
    /// Our exit status where the rule of the harness would give another one.
    pub(super) status: Option<i32>,
    /// What our output has in it where that of Docker Compose is no measure.
    pub(super) ours: Option<String>,
    /// What is piped in.
    pub(super) stdin: Option<Vec<u8>>,
    /// What lies in the folder.
    pub(super) entries: Vec<Entry>,
}

/// One thing to create before the run.
#[derive(Debug, PartialEq)]
pub(super) struct Entry {
    /// Relative to the folder of the case, or `~/…`.
    pub(super) path: String,
    /// What it is.
    pub(super) content: Content,
}

/// What an entry is.
#[derive(Debug, PartialEq)]
pub(super) enum Content {
    /// A file with these bytes.
    File(Vec<u8>),
    /// An empty folder.
    Folder,
    /// A symbolic link to this text.
    Link(String),
}

/// Reads all cases of one file.
///
/// # Errors
/// Names the line that breaks the format.
pub(super) fn parse(topic: &str, text: &str) -> Result<Vec<Case>, String> {
    let lines: Vec<Line<'_>> = text.lines().enumerate().map(|(index, line)| (index + 1, line)).collect();
    let blocks = lines.chunk_by(|_, (_, next)| !next.starts_with("=== "));
    let mut cases = Vec::new();
    for block in blocks {
        if block.first().is_some_and(|(_, line)| line.starts_with("=== ")) {
            cases.push(read_case(topic, block)?);
        } else if let Some((number, _)) =
            block.iter().find(|(_, line)| !line.is_empty() && !line.starts_with('#'))
        {
            return Err(format!("{topic}.case:{number}: text before the first case"));
        }
    }
    Ok(cases)
}

type Line<'a> = (usize, &'a str);

fn read_case(topic: &str, block: &[Line<'_>]) -> Result<Case, String> {
    let mut parts = block.chunk_by(|_, (_, next)| !next.starts_with("--- "));
    let head = parts.next().unwrap_or_default();
    let mut case = read_head(topic, head)?;
    for part in parts {
        let Some(((number, title), body)) = part.split_first() else { continue };
        let fail = |message: &str| format!("{topic}.case:{number}: {message}");
        let title = title.trim_start_matches("--- ").trim();
        let (path, bytes) = match title.strip_suffix(" (escaped)") {
            Some(path) => (path, escaped(body).map_err(|message| fail(&message))?),
            None => (title, plain(body)),
        };
        if path == "<stdin>" {
            case.stdin = Some(bytes);
        } else if let Some((link, target)) = path.split_once(" -> ") {
            case.entries.push(Entry { path: link.to_owned(), content: Content::Link(target.to_owned()) });
        } else if let Some(folder) = path.strip_suffix('/') {
            case.entries.push(Entry { path: folder.to_owned(), content: Content::Folder });
        } else {
            case.entries.push(Entry { path: path.to_owned(), content: Content::File(bytes) });
        }
    }
    Ok(case)
}

fn read_head(topic: &str, head: &[Line<'_>]) -> Result<Case, String> {
    let mut case = Case { topic: topic.to_owned(), ..Case::default() };
    for (number, line) in head {
        let fail = |message: &str| format!("{topic}.case:{number}: {message}");
        if let Some(name) = line.strip_prefix("=== ") {
            name.trim().clone_into(&mut case.name);
            case.line = *number;
        } else if let Some(comment) = line.strip_prefix('#') {
            case.why = format!("{} {}", case.why, comment.trim()).trim().to_owned();
        } else if !line.trim().is_empty() {
            let (key, value) = line.split_once(':').ok_or_else(|| fail("expected `key: value`"))?;
            set(&mut case, key, value.trim()).map_err(|message| fail(&message))?;
        }
    }
    if case.why.is_empty() {
        return Err(format!("{topic}.case:{}: `{}` does not say why it exists", case.line, case.name));
    }
    Ok(case)
}

fn set(case: &mut Case, key: &str, value: &str) -> Result<(), String> {
    match key {
        "args" => case.args = words(value)?,
        "cwd" => value.clone_into(&mut case.cwd),
        "says" => case.says = Some(value.to_owned()),
        "ours" => case.ours = Some(value.to_owned()),
        "status" => case.status = Some(value.parse().map_err(|_| "expected a number".to_owned())?),
        "env" => {
            for word in words(value)? {
                let (name, value) = word.split_once('=').ok_or("expected NAME=value")?;
                case.env.push((name.to_owned(), value.to_owned()));
            }
        }
        _ => return Err(format!("`{key}` is not a key of a case")),
    }
    Ok(())
}

/// Splits at blanks outside quotes; in double quotes the escapes of [`escaped`] hold.
fn words(text: &str) -> Result<Vec<String>, String> {
    let mut found = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    for char in text.chars() {
        match (quote, char) {
            (Some(open), _) if open == char => quote = None,
            (None, '"' | '\'') => {
                quote = Some(char);
                word.get_or_insert_default();
            }
            (None, ' ') => found.extend(word.take()),
            _ => word.get_or_insert_default().push(char),
        }
    }
    if quote.is_some() {
        return Err("a quote is not closed".to_owned());
    }
    found.extend(word);
    found.into_iter().map(|word| unescape(&word)).collect()
}

/// The lines with their ends, without the blank lines before the next title.
fn plain(body: &[Line<'_>]) -> Vec<u8> {
    let mut lines: Vec<&str> = body.iter().map(|(_, line)| *line).collect();
    while lines.last().is_some_and(|line| line.is_empty()) {
        lines.pop();
    }
    lines.iter().flat_map(|line| [line.as_bytes(), b"\n"].concat()).collect()
}

/// The lines without their ends; `\n \r \t \\ \xHH \uHHHH` stand for what a text file cannot show.
fn escaped(body: &[Line<'_>]) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    for (_, line) in body {
        let mut rest = *line;
        while let Some((before, after)) = rest.split_once('\\') {
            bytes.extend_from_slice(before.as_bytes());
            let (sequence, left) = escape(after)?;
            bytes.extend_from_slice(&sequence);
            rest = left;
        }
        bytes.extend_from_slice(rest.as_bytes());
    }
    Ok(bytes)
}

fn unescape(text: &str) -> Result<String, String> {
    let bytes = escaped(&[(0, text)])?;
    String::from_utf8(bytes).map_err(|error| error.to_string())
}

/// The bytes of the escape that starts `text`, and what is left.
fn escape(text: &str) -> Result<(Vec<u8>, &str), String> {
    let hex = |digits: usize| {
        let code = text.get(1..=digits).and_then(|digits| u32::from_str_radix(digits, 16).ok());
        code.zip(text.get(1 + digits..))
    };
    let found = match text.as_bytes().first() {
        Some(b'n') => text.get(1..).map(|rest| (vec![b'\n'], rest)),
        Some(b'r') => text.get(1..).map(|rest| (vec![b'\r'], rest)),
        Some(b't') => text.get(1..).map(|rest| (vec![b'\t'], rest)),
        Some(b'\\') => text.get(1..).map(|rest| (vec![b'\\'], rest)),
        Some(b'x') => hex(2).and_then(|(code, rest)| Some((vec![u8::try_from(code).ok()?], rest))),
        Some(b'u') => {
            hex(4).and_then(|(code, rest)| Some((char::from_u32(code)?.to_string().into_bytes(), rest)))
        }
        _ => None,
    };
    found.ok_or_else(|| format!("`\\{text}` is not an escape"))
}

/// The topic of a `.case` file.
pub(super) fn topic_of(path: &Path) -> Option<String> {
    (path.extension()? == "case").then(|| path.file_stem().map(|stem| stem.to_string_lossy().into_owned()))?
}

#[test]
fn a_case_is_read_with_all_its_parts() {
    let text = "# a remark on the topic\n\n=== one\n# why\n# it exists\nargs: -p 'my app' web\nenv: A= B=\"x y\"\n\
                cwd: sub\nstatus: 4\nsays: better words\n--- compose.yaml\na: 1\n---\nb: 2\n\n--- d/\n--- l -> ../t\n\
                --- e (escaped)\n\\uFEFFA=1\\r\\n\nB\\x00\n--- <stdin>\nname: x\n=== two\n# other\nours: a=b\n";
    let cases = parse("topic", text).unwrap();
    let file = |text: &str| Content::File(text.as_bytes().to_vec());
    let entry = |path: &str, content| Entry { path: path.to_owned(), content };
    let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let one = Case {
        topic: "topic".to_owned(),
        name: "one".to_owned(),
        line: 3,
        why: "why it exists".to_owned(),
        args: ["-p", "my app", "web"].map(str::to_owned).to_vec(),
        env: vec![pair("A", ""), pair("B", "x y")],
        cwd: "sub".to_owned(),
        says: Some("better words".to_owned()),
        status: Some(4),
        ours: None,
        stdin: Some(b"name: x\n".to_vec()),
        entries: vec![
            entry("compose.yaml", file("a: 1\n---\nb: 2\n")),
            entry("d", Content::Folder),
            entry("l", Content::Link("../t".to_owned())),
            entry("e", file("\u{feff}A=1\r\nB\0")),
        ],
    };
    assert_eq!(cases.first(), Some(&one));
    assert!(cases.last().is_some_and(|case| case.name == "two" && case.ours.as_deref() == Some("a=b")));
}

#[test]
fn a_broken_case_is_refused_with_its_line() {
    let broken = [
        ("text\n=== a\n# why\n", "t.case:1: text before the first case"),
        ("=== a\n--- compose.yaml\n", "t.case:1: `a` does not say why it exists"),
        ("=== a\n# why\ncolour: red\n", "t.case:3: `colour` is not a key of a case"),
        ("=== a\n# why\nargs: 'x\n", "t.case:3: a quote is not closed"),
        ("=== a\n# why\n--- f (escaped)\n\\q\n", "t.case:3: `\\q` is not an escape"),
    ];
    for (text, message) in broken {
        assert_eq!(parse("t", text), Err(message.to_owned()));
    }
}
