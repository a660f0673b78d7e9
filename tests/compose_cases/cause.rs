//! What remains of a message of Docker Compose when everything is taken away that a better message may word differently.
//!
//! In: a message as it was recorded. Out: the words that our message must contain, and the status it must end with.

const INTERPOLATION: &str = "error while interpolating ";

/// Words before the cause; each is cut with all text up to the next `: `.
const PREFIXES: &[&str] = &[
    "validating ",
    "failed to parse ",
    "yaml: construct errors",
    "line ",
    "failed to read ",
    INTERPOLATION,
    "failed to cast to expected type",
    "resolving pre_start hook specification",
    "compose file ",
    "time: ",
    "Invalid template",
    "open ",
    "stat ",
    "read ",
    "lstat ",
    "json: unsupported value",
];

/// Words after the cause; each is cut with all text behind it.
/// `false schema` is how an unknown key of a service is told.
const SUFFIXES: &[&str] = &[
    ": invalid compose project",
    ": stat ",
    ": open ",
    ": lstat ",
    " false schema",
    " does not match pattern ",
    ": unexpected type ",
    ": unsupported expose value ",
    " at line ",
    " (value: ",
    ", got ",
];

/// Words behind which Docker Compose repeats a line of an environment file, which may hold a secret.
const ECHOES: &[&str] = &[" in variable name ", "unterminated quoted value ", "no variable name on "];

/// What Docker Compose says where its own output is broken: that is no cause.
const OF_GO: &[&str] = &["json: error calling "];

/// First lines that say nothing; the cause is in a later line.
const EMPTY_TITLES: &[&str] = &["decoding failed due to the following error(s):", "yaml: unmarshal errors:"];

/// Parts of a message that tell of a file that was named and cannot be read.
const UNREADABLE: &[&str] = &[
    "no such file or directory",
    "is a directory",
    "not a regular file",
    "couldn't find env file",
    "permission denied",
    "is not a file",
    "not a directory",
];

/// The words that our message must contain, all of them; none if it is free.
pub(super) fn causes(message: &str) -> Vec<String> {
    let lines =
        message.lines().map(str::trim).filter(|line| !line.is_empty() && !EMPTY_TITLES.contains(line));
    // Only interpolation goes on after its first error; other messages explain theirs in the lines that follow.
    let last = if message.starts_with(INTERPOLATION) { usize::MAX } else { 1 };
    lines.take(last).map(cause).filter(|words| !words.is_empty()).collect()
}

fn cause(line: &str) -> String {
    let mut rest = line;
    while let Some(after) = PREFIXES.iter().find_map(|prefix| rest.strip_prefix(prefix)) {
        rest = after.split_once(": ").map_or(after, |(_, after)| after);
    }
    if let Some(after) = rest.strip_prefix("invalid spec: ") {
        rest = after.rsplit(": ").next().unwrap_or(after);
    }
    if let Some((_, after)) = rest.strip_prefix('\'').and_then(|rest| rest.split_once("' ")) {
        rest = after;
    }
    if let Some((_, after)) =
        rest.strip_prefix("cannot parse value as ").and_then(|rest| rest.split_once(": "))
    {
        rest = after;
    }
    if let Some((_, after)) = rest.strip_prefix("go-yaml ").and_then(|rest| rest.split_once(" at ")) {
        rest = after.split_once(": ").map_or(after, |(_, cause)| cause);
    }
    if OF_GO.iter().any(|beginning| rest.starts_with(beginning)) {
        return String::new();
    }
    if let Some(number) = rest.strip_prefix("strconv.").and_then(|rest| rest.split('"').nth(1)) {
        return comparable(if number.is_empty() { "parsing \"\": invalid syntax" } else { number });
    }
    for echo in ECHOES {
        rest = rest.find(echo).and_then(|at| rest.get(..at + echo.len())).unwrap_or(rest);
    }
    if rest.ends_with("' contains whitespaces") {
        rest = "contains whitespaces";
    }
    for suffix in SUFFIXES {
        rest = rest.split_once(suffix).map_or(rest, |(before, _)| before);
    }
    if let Some((before, _)) = rest.split_once("invalid interpolation format for ") {
        return comparable(&format!("{before}invalid interpolation format"));
    }
    comparable(rest.trim_end_matches([':', '.']))
}

/// One form for text that is only laid out differently: small letters, single blanks, relative paths, no indices, no
/// quotes, and the articles of an editor.
pub(super) fn comparable(text: &str) -> String {
    let text = text.replace("$DIR/", "").to_lowercase().replace(['"', '\'', '`'], "");
    let text = without_indices(&text).replace(" a array", " an array").replace(" a integer", " an integer");
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// An index is `.0`, `[0]`, `.[0]` or `.[]`, as the stages of Docker Compose please.
fn without_indices(text: &str) -> String {
    let mut kept = String::new();
    let mut rest = text;
    while let Some(char) = rest.chars().next() {
        let index = ["[", ".[", "."].iter().find_map(|open| {
            let inner = rest.strip_prefix(open)?;
            let after = inner.trim_start_matches(|char: char| char.is_ascii_digit());
            if open.ends_with('[') {
                after.strip_prefix(']')
            } else {
                (after.len() < inner.len()).then_some(after)
            }
        });
        rest = index.unwrap_or_else(|| {
            kept.push(char);
            rest.get(char.len_utf8()..).unwrap_or_default()
        });
    }
    kept
}

/// The exit status that design gives to this refusal: 4 for a named file that cannot be read, else 3.
pub(super) fn status(message: &str) -> i32 {
    if UNREADABLE.iter().any(|part| message.contains(part)) { 4 } else { 3 }
}

/// Messages, and what must be left of them.
const CAUSES: &[(&str, &str)] = &[
    ("validating $DIR/compose.yaml: services.a.image must be a string", "services.a.image must be a string"),
    (
        "service \"a\" refers to undefined network n: invalid compose project",
        "service a refers to undefined network n",
    ),
    (
        "go-yaml load error in parser at L4.C1: did not find expected node content",
        "did not find expected node content",
    ),
    (
        "go-yaml load error in reader at <unknown position>: control characters are not allowed (value: 1)",
        "control characters are not allowed",
    ),
    ("validating f: json: unsupported value: +Inf", "+inf"),
    (
        "failed to parse $DIR/a.yaml: yaml: construct errors: line 1: line 5: mapping key \"a\" already defined at line 3",
        "mapping key a already defined",
    ),
    (
        "error while interpolating services.a.image: required variable X is missing a value: why",
        "required variable x is missing a value: why",
    ),
    (
        "invalid interpolation format for services.a.image.\nYou may need to escape any $ with another $.\n${}",
        "invalid interpolation format",
    ),
    ("Circular reference:\n  a in $DIR/compose.yaml\n  extends a in $DIR/compose.yaml", "circular reference"),
    ("env file $DIR/x.env not found: stat $DIR/x.env: no such file or directory", "env file x.env not found"),
    ("decoding failed due to the following error(s):\n\n'services[a].b' is wrong", "is wrong"),
    (
        "decoding failed due to the following error(s):\n\n'services[a].b' expected type 'uint16'",
        "expected type uint16",
    ),
    (
        "decoding failed due to the following error(s):\n\n'a[b].c' cannot parse value as 'uint32': -1 overflows uint",
        "-1 overflows uint",
    ),
    ("json: error calling MarshalJSON for type types.SSHKey: invalid character", ""),
    (
        "error while interpolating a: failed to cast to expected type: strconv.Atoi: parsing \"\": invalid syntax",
        "parsing : invalid syntax",
    ),
    ("validating $DIR/compose.yaml: services.a.foo false schema", "services.a.foo"),
    ("validating f: services.a.dns_opt must be a array", "services.a.dns_opt must be an array"),
    ("services.a.tmpfs.[0]: unexpected type int", "services.a.tmpfs"),
    ("services.a.ports.[]: invalid ip address: x", "services.a.ports: invalid ip address: x"),
    ("invalid spec: ./a:/b:: empty section between colons", "empty section between colons"),
    (
        "error while interpolating a: failed to cast to expected type: strconv.Atoi: parsing \"two\": invalid",
        "two",
    ),
    (
        "error while interpolating a: failed to cast to expected type: invalid boolean: x\n\
         error while interpolating b: failed to cast to expected type: invalid boolean: y",
        "invalid boolean: x & invalid boolean: y",
    ),
];

#[test]
fn a_cause_is_what_a_better_message_must_keep() {
    for (message, words) in CAUSES {
        assert_eq!(causes(message).join(" & "), *words, "{message}");
    }
}

#[test]
fn a_file_that_cannot_be_read_ends_with_four() {
    assert_eq!(status("open $DIR/a.yaml: no such file or directory"), 4);
    assert_eq!(status("services.a.image must be a string"), 3);
}
