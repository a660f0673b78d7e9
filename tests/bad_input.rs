//! Bad input: what Docker Compose refuses is refused with its cause, a place and a next step, and nothing on stdout.

use std::process::Command;
use std::time::{Duration, Instant};

use crate::run::{self, folder_with, with_input};

/// A mistake in `compose.yaml`: its text, the place, words of the message, the next step.
struct Mistake {
    what: &'static str,
    text: String,
    place: &'static str,
    says: &'static str,
    help: &'static str,
}

fn mistake(
    what: &'static str,
    text: impl Into<String>,
    place: &'static str,
    says: &'static str,
    help: &'static str,
) -> Mistake {
    Mistake { what, text: text.into(), place, says, help }
}

fn service(lines: &str) -> String {
    let indented: String = lines.lines().map(|line| format!("    {line}\n")).collect();
    format!("services:\n  web:\n    image: x\n{indented}")
}

#[allow(clippy::too_many_lines, reason = "a table")]
fn mistakes() -> Vec<Mistake> {
    vec![
        mistake("an empty file", "", "compose.yaml:1:1", "empty compose file", "services"),
        mistake("only a comment", "# nothing\n", "", "empty compose file", ""),
        mistake(
            "a v1 file",
            "web:\n  image: x\n",
            "compose.yaml:1:1",
            "additional properties 'web' not allowed",
            "services",
        ),
        mistake(
            "a tab",
            "services:\n\tweb: {image: x}\n",
            "compose.yaml:2:1",
            "found character that cannot start any token",
            "spaces",
        ),
        mistake(
            "a key twice",
            "services:\n  web: {image: x}\n  web: {image: y}\n",
            "compose.yaml:3:3",
            "mapping key \"web\" already defined at line 2",
            "",
        ),
        mistake(
            "a typo",
            service("imagee: y"),
            "compose.yaml:4:5",
            "services.web additional properties 'imagee' not allowed",
            "image",
        ),
        mistake(
            "a wrong type",
            service("user: 1000"),
            "compose.yaml:4:11",
            "services.web.user must be a string",
            "quote",
        ),
        mistake(
            "a bad duration",
            service("stop_grace_period: 5 s"),
            "compose.yaml:4:24",
            "time: unknown unit \" s\" in duration \"5 s\"",
            "such as",
        ),
        mistake(
            "a bad size",
            service("mem_limit: 5x"),
            "compose.yaml:4:16",
            "invalid suffix: 'x'",
            "such as",
        ),
        mistake(
            "a required variable",
            service("hostname: ${NAME:?say it}"),
            "compose.yaml:4:15",
            "required variable NAME is missing a value: say it",
            "set `NAME`",
        ),
        mistake(
            "a bad variable",
            service("hostname: ${NAME"),
            "compose.yaml:4:15",
            "invalid interpolation format for services.web.hostname",
            "$$",
        ),
        mistake(
            "no such network",
            service("networks: [backed]") + "networks: {backend: }\n",
            "compose.yaml:4:16",
            "refers to undefined network backed",
            "did you mean `backend`",
        ),
        mistake(
            "no such volume",
            service("volumes: [\"data:/x\"]"),
            "compose.yaml:4:15",
            "refers to undefined volume data",
            "top-level `volumes:`",
        ),
        mistake(
            "no such secret",
            service("secrets: [pw]"),
            "compose.yaml:4:15",
            "refers to undefined secret pw",
            "top-level `secrets:`",
        ),
        mistake(
            "no such config",
            service("configs: [c]"),
            "compose.yaml:4:15",
            "refers to undefined config c",
            "top-level `configs:`",
        ),
        mistake(
            "no such service",
            service("depends_on: [wep]"),
            "compose.yaml:4:18",
            "depends on undefined service \"wep\"",
            "did you mean `web`",
        ),
        mistake(
            "a circle of dependencies",
            service("depends_on: [web]"),
            "compose.yaml:4:18",
            "dependency cycle detected: web -> web",
            "take one",
        ),
        mistake(
            "a circle of extends",
            service("extends: web"),
            "compose.yaml:4:14",
            "Circular reference:",
            "",
        ),
        mistake(
            "a circle of includes",
            "include: [compose.yaml]\n".to_owned() + &service(""),
            "compose.yaml:1:11",
            "include cycle detected",
            "",
        ),
        mistake(
            "a remote include",
            "include: [\"https://github.com/a/b.git\"]\n".to_owned() + &service(""),
            "compose.yaml:1:11",
            "is not fetched",
            "local copy",
        ),
        mistake(
            "a remote base",
            service("extends: {file: \"https://github.com/a/b.git\", service: a}"),
            "compose.yaml:4:21",
            "is not fetched",
            "local copy",
        ),
        mistake(
            "a port out of range",
            service("ports: [\"70000:80\"]"),
            "compose.yaml:4:13",
            "invalid hostPort: 70000",
            "65535",
        ),
        mistake("an alias bomb", alias_bomb(), "compose.yaml:", "excessive aliasing", ""),
        mistake(
            "a merge of itself",
            "services:\n  a: &a\n    <<: *a\n    image: x\n",
            "compose.yaml:",
            "exceeds maximum node visit limit",
            "",
        ),
        mistake("nesting", "services: ".to_owned() + &"[".repeat(100_000), "compose.yaml:1:", "", ""),
        mistake(
            "a list on top",
            "- a\n",
            "compose.yaml:1:1",
            "top-level object must be a mapping",
            "services",
        ),
        mistake(
            "no image",
            "services:\n  web: {hostname: x}\n",
            "compose.yaml:2:3",
            "has neither an image nor a build context",
            "image",
        ),
    ]
}

fn alias_bomb() -> String {
    let mut text = "x-0: &a0 [x,x,x,x,x,x,x,x,x,x]\n".to_owned();
    for level in 1..9 {
        let before = level - 1;
        let aliases = vec![format!("*a{before}"); 10].join(",");
        text.push_str(&format!("x-{level}: &a{level} [{aliases}]\n"));
    }
    text + "services: {web: {image: x}}\n"
}

#[test]
fn every_mistake_has_its_cause_its_place_and_a_next_step() {
    let mut problems = Vec::new();
    for Mistake { what, text, place, says, help } in mistakes() {
        let folder = folder_with(&[("compose.yaml", &text)]);
        let ran = run::cutover(folder.path(), &["config"]);
        let mut expect = |is_true: bool, problem: &str| {
            if !is_true {
                problems.push(format!("{what}: {problem}\n{:.600}", ran.stderr));
            }
        };
        expect(ran.status == Some(3), &format!("status {:?}", ran.status));
        expect(ran.stdout.is_empty(), "stdout is not empty");
        expect(ran.stderr.contains(place), &format!("no place `{place}`"));
        expect(ran.stderr.contains(says), &format!("does not say `{says}`"));
        expect(help.is_empty() || ran.stderr.contains(help), &format!("no help with `{help}`"));
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn all_mistakes_come_in_one_run() {
    let text = "services:\n  a: {imagee: x}\n  b: {image: 5, port: [1]}\n  c: {image: x, restart: [no]}\n";
    let folder = folder_with(&[("compose.yaml", text)]);
    let ran = run::cutover(folder.path(), &["config"]);
    for place in ["compose.yaml:2:7", "compose.yaml:3:14", "compose.yaml:3:17", "compose.yaml:4:26"] {
        assert!(ran.stderr.contains(place), "{place} is missing:\n{}", ran.stderr);
    }
}

#[test]
fn files_that_cannot_be_read_end_with_four() {
    let good = "services: {web: {image: x}}\n";
    let with_env = "services: {web: {image: x, env_file: missing.env}}\n";
    let folder = folder_with(&[("compose.yaml", good), ("folder/x", ""), ("env.yaml", with_env)]);
    let rows = [
        (&["config", "-f", "missing.yaml"][..], "missing.yaml"),
        (&["config", "-f", "folder"], "is a directory"),
        (&["config", "--env-file", "missing.env"], "couldn't find env file"),
        (&["config", "-f", "env.yaml"], "missing.env not found"),
        (&["graph", "missing.yaml"], "missing.yaml is neither a folder nor a file"),
        (&["graph", "nosuch"], "`--service nosuch`"),
        (&["config", "folder/web"], "correct the path"),
        (&["config", "nosuch"], "nosuch is neither a folder nor a file"),
        (&["config", "web"], "services are named with `--service`, as in `--service web`"),
        (&["config", "compose.yaml/x"], "is neither a folder nor a file"),
        (&["config", "-"], "`-f -` reads standard input"),
    ];
    for (arguments, says) in rows {
        let ran = run::cutover(folder.path(), arguments);
        assert_eq!(ran.status, Some(4), "{arguments:?}: {}", ran.stderr);
        assert!(ran.stderr.contains(says) && ran.stdout.is_empty(), "{arguments:?}: {}", ran.stderr);
    }
}

#[test]
fn what_is_no_text_is_refused_at_its_place() {
    let folder = folder_with(&[]);
    std::fs::write(folder.path().join("compose.yaml"), b"services:\n  web: {image: \xe9}\n").unwrap();
    let ran = run::cutover(folder.path(), &["config"]);
    assert_eq!(ran.status, Some(3));
    assert!(ran.stderr.starts_with("compose.yaml:2:16: error[bad-encoding]"), "{}", ran.stderr);
    let wide: Vec<u8> = [0xFEFF_u16]
        .into_iter()
        .chain("services: {web: {image: é}}".encode_utf16())
        .flat_map(u16::to_le_bytes)
        .collect();
    std::fs::write(folder.path().join("compose.yaml"), wide).unwrap();
    let ran = run::cutover(folder.path(), &["config"]);
    assert!(
        ran.stdout.contains("image: \"é\"") || ran.stdout.contains("image: é"),
        "{}{}",
        ran.stdout,
        ran.stderr
    );
}

#[test]
fn environment_files_are_utf_8() {
    let good = "services: {web: {image: x, env_file: e.env}}\n";
    for bytes in [&b"\xff\xfeA\x00=\x001\x00"[..], b"\xfe\xff", b"\xff\xfe"] {
        for name in [".env", "e.env"] {
            let folder = folder_with(&[("compose.yaml", good), ("e.env", "")]);
            #[allow(clippy::disallowed_methods, reason = "tests lay out their files")]
            std::fs::write(folder.path().join(name), bytes).unwrap();
            let ran = run::cutover(folder.path(), &["config"]);
            assert_eq!((ran.status, &*ran.stdout), (Some(3), ""), "{name}: {}", ran.stderr);
            assert!(ran.stderr.contains("unexpected character"), "{name}: {}", ran.stderr);
            assert!(ran.stderr.contains("save the file as UTF-8"), "{name}: {}", ran.stderr);
        }
    }
}

#[test]
fn every_bad_line_of_an_environment_file_is_told() {
    let text = "A!=1\nB=2\nC D=3\n";
    let folder = folder_with(&[("compose.yaml", "services: {web: {image: x}}\n"), (".env", text)]);
    let ran = run::cutover(folder.path(), &["config"]);
    for place in [".env:1:2: error[bad-env-file]", ".env:3:1: error[bad-env-file]"] {
        assert!(ran.stderr.contains(place) && ran.stderr.contains("help: a line is"), "{}", ran.stderr);
    }
}

#[test]
fn an_include_that_brings_nothing_in_is_told() {
    let rows = [
        ("{pth: c.yml}", "warning[include-without-path]", "did you mean `path`?"),
        ("{}", "warning[include-without-path]", "write `path:`"),
        ("null", "warning[include-without-path]", "write the path"),
        ("2020-01-01", "warning[include-without-path]", "in quotes"),
        (
            "{path: c.yml, projct_directory: x}",
            "warning[unknown-include-key]",
            "did you mean `project_directory`?",
        ),
        ("{path: c.yml, colour: x}", "warning[unknown-include-key]", "the keys are"),
    ];
    for (entry, finding, help) in rows {
        let text = format!("include: [{entry}]\nservices: {{web: {{image: x}}}}\n");
        let folder = folder_with(&[("compose.yaml", &*text), ("c.yml", "services: {db: {image: y}}\n")]);
        let ran = run::cutover(folder.path(), &["config"]);
        assert_eq!(ran.status, Some(0), "{entry}: {}", ran.stderr);
        assert!(ran.stdout.contains("web:"), "{entry}: the project is gone");
        assert!(ran.stderr.contains(finding) && ran.stderr.contains(help), "{entry}: {}", ran.stderr);
    }
}

#[test]
fn a_folder_without_a_project_ends_with_three() {
    let folder = folder_with(&[("readme.txt", "")]);
    let ran = run::cutover(folder.path(), &["config"]);
    assert_eq!(ran.status, Some(3));
    assert!(ran.stderr.contains("no configuration file provided: not found"), "{}", ran.stderr);
}

#[cfg(unix)]
#[test]
fn links_in_a_circle_and_pipes_never_block() {
    let folder = folder_with(&[("compose.yaml", "services: {web: {image: x}}\n")]);
    std::os::unix::fs::symlink("loop.yaml", folder.path().join("loop.yaml")).unwrap();
    let made = Command::new("mkfifo").arg(folder.path().join("pipe.yaml")).status().unwrap();
    assert!(made.success());
    let started = Instant::now();
    for (arguments, name) in [
        (&["config", "-f", "loop.yaml"][..], "loop.yaml"),
        (&["config", "-f", "pipe.yaml"], "pipe.yaml"),
        (&["config", "loop.yaml"], "loop.yaml"),
        (&["config", "pipe.yaml"], "pipe.yaml"),
        (&["config", "--env-file", "pipe.yaml"], "pipe.yaml is not a regular file"),
    ] {
        let ran = run::cutover(folder.path(), arguments);
        assert_eq!(ran.status, Some(4), "{arguments:?}: {}", ran.stderr);
        assert!(ran.stdout.is_empty() && ran.stderr.contains(name), "{arguments:?}: {}", ran.stderr);
    }
    assert!(started.elapsed() < Duration::from_secs(10));
}

#[test]
fn what_compose_accepts_is_accepted_with_a_finding() {
    let rows = [
        ("mem_limit: 1e9", "error[lost-size]"),
        ("stop_grace_period: -5s", "error[negative-duration]"),
        ("hostname: $NOWHERE", "warning[unset-variable]"),
        ("secrets: [pw]", "warning[missing-file]"),
        ("depends_on: {db: {condition: service_healthy}}", "warning[unchecked-health]"),
        ("volumes: [\"./a:/b:cached\"]", "warning[unknown-mount-option]"),
        ("command: a && b", "warning[cut-command]"),
        ("environment: [A=1, A=2]", "warning[replaced-entry]"),
        ("restart: sometimes", "error[unknown-restart]"),
        ("network_mode: host\nports: [\"80:80\"]", "warning[idle-ports]"),
    ];
    for (line, finding) in rows {
        let text = service(line) + "  db: {image: y}\nsecrets: {pw: {file: ./nowhere}}\n";
        let folder = folder_with(&[("compose.yaml", &text)]);
        let ran = run::cutover(folder.path(), &["config"]);
        assert_eq!(ran.status, Some(0), "{line}: {}", ran.stderr);
        assert!(ran.stderr.contains(finding) && !ran.stdout.is_empty(), "{line}: {}", ran.stderr);
    }
}

#[test]
fn a_service_that_does_not_exist_is_the_only_complaint() {
    let text = "services: {web: {image: x}, db: {image: y}, off: {image: z, profiles: [p]}}\n";
    let folder = folder_with(&[("compose.yaml", text)]);
    let ran = run::cutover(folder.path(), &["config", "--service", "wep"]);
    assert_eq!((ran.status, ran.stdout.as_str()), (Some(3), ""));
    assert!(ran.stderr.contains("no such service: wep") && ran.stderr.contains("did you mean `web`"));
    assert!(!ran.stderr.contains("switched off"), "{}", ran.stderr);
    let ran = run::cutover(folder.path(), &["config", "--service", "web"]);
    assert!(ran.stderr.contains("switched off by profiles: `off`\n"), "{}", ran.stderr);
}

#[test]
fn standard_input_is_a_file_like_others() {
    let folder = folder_with(&[]);
    let good = with_input(folder.path(), &["config", "-f", "-"], &[], "services: {web: {image: x}}\n");
    assert_eq!(good.status, Some(0), "{}", good.stderr);
    let bad = with_input(folder.path(), &["config", "-f", "-"], &[], "services: {web: {imagee: x}}\n");
    assert_eq!(bad.status, Some(3));
    assert!(bad.stderr.contains("<stdin>:1:18"), "{}", bad.stderr);
}
