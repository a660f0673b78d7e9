//! The next step of a message works: each mistake that a person types gets the advice for that mistake, once.

use crate::run::{cutover, folder_with};

/// A project, how it is asked for, and what standard error has and has not in it.
struct Row {
    text: &'static str,
    says: &'static [&'static str],
    is_silent_about: &'static str,
}

const fn row(text: &'static str, says: &'static [&'static str], is_silent_about: &'static str) -> Row {
    Row { text, says, is_silent_about }
}

/// In the text `§` stands for the lines of a service that has an image.
const ROWS: &[Row] = &[
    // Tabs, at the tab.
    row("x-a: &a {image: x}\nservices:\n  a: *a\n\tb: *a\n", &["yaml:4:1: ", "indent with spaces"], ""),
    row("services:\n  a:\n    image: \"x\"\n\tuser: b\n", &["yaml:4:1: ", "indent with spaces"], ""),
    row("services:\n  a:\n    dns: [a]\n\tuser: b\n", &["yaml:4:1: ", "indent with spaces"], ""),
    row("services:\n  a:\n    ports:\n\t- \"80\"\n", &["yaml:4:1: ", "indent with spaces"], ""),
    // Brackets and quotes that are not closed.
    row("services:\n  a:\n    dns: [a, b\n    user: z\n", &["close the `[` of line 3"], ""),
    row("services:\n  a:\n    image: \"x\n    user: z\n", &["close the `\"` of line 3"], ""),
    row("services:\n  a:\n    image: 'x\n    command: it's\n", &["close the `'` of line 3", ":3:12: "], ""),
    row("services:\n  a: {image: x\n  b: {image: y}\n", &["close the `{` of line 2"], ""),
    // Values of the wrong kind.
    row("§restart: true", &["`always`", "`on-failure`"], "`\"true\"`"),
    row("§restart: 5", &["`unless-stopped`"], "`\"5\"`"),
    row("§cap_drop:\n  -all", &["a blank after the dash"], "[-all]"),
    row("§environment:\n  -A=b\n  -C=d", &["a blank after the dash"], ""),
    row("§entrypoint: 5", &["`[\"5\"]`"], "`[5]`"),
    row("§dns: 8", &["`[\"8\"]`"], "`[8]`"),
    row("§environment: 5", &["`key: value` lines"], "`[5]`"),
    row("§networks:\n  - front: {aliases: [a]}", &["take the dashes away: write `front:`"], "KEY=value"),
    row("§depends_on:\n  - b: {condition: x}", &["take the dashes away: write `b:`"], "KEY=value"),
    row("§environment:\n  - KEY: value", &["`- KEY=…`"], ""),
    row("§environment:\n  - A=b: c", &["put the item in quotes"], ""),
    row("§labels:\n  - a: b", &["`- a=…`"], ""),
    row("§command:\n  - echo: b", &["put the item in quotes"], ""),
    row("§ports:\n  - 80: 80", &["put the whole item in quotes"], ""),
    row("§volumes: [\"pgdata:\"]", &["the path in the container stands behind the colon"], "in quotes"),
    row("§env_file: [{pth: a}]", &["write `path:` in place of `pth`"], ""),
    row("§scale: \"${N}\"", &["`N` is not set", "set `N` to a whole number"], ""),
    row("§mem_limit: \"${M}\"", &["the value comes from `M`"], ""),
    row("§scale: two", &["help: write a whole number"], ""),
    // Variables.
    row("§user: \"${TAG\"", &["close it with a `}`: `${TAG}`"], ""),
    row("§user: \"${TAG:latest}\"", &["write `:-` before a default: `${TAG:-value}`"], "latest"),
    row("§user: \"${}\"", &["the name of a variable between the braces"], ""),
    row("§user: \"${A B}\"", &["a name has no blanks"], ""),
    // What is indented wrong, or not at all.
    row("services:\n  a:\n  image: b\n", &["indent it: `image` belongs below `a:`"], ""),
    row("services:\n  a:\n    image:x\n", &["write a blank behind the colon: `image: …`"], ""),
    row("services:\n", &["write `NAME:` below `services:`"], ""),
    row("services:\n  - a\n", &["in place of `- NAME`"], ""),
    // Merge keys and aliases.
    row(
        "x-a: &x {image: y}\nservices:\n  a:\n    \"<<\": *x\n",
        &["take the quotes off"],
        "looks like a service",
    ),
    row(
        "x-l: &l [a]\nservices:\n  a:\n    <<: *l\n    image: x\n",
        &["yaml:1:10: ", "yaml:4:9: used here"],
        "",
    ),
    row("x-l: &l [a]\nservices:\n  a: {image: x, user: *l}\n", &["yaml:3:23: used here as `*l`"], ""),
    // What is not there.
    row("§extends: {file: no.yaml, service: a}", &["correct the path, which starts from `.`"], ""),
    row("include: [no.yaml]\n", &["correct the path, which starts from `.`"], ""),
    row("§label_file: no.env", &["help: create it"], ""),
    // One mistake, one finding.
    row(
        "§volumes: [{typ: bind, target: /x}]",
        &["did you mean `type`?", "missing property 'type'"],
        "[missing-key]",
    ),
    row("§network_mode: \"service:wep\"", &["did you mean `web`?"], "not found for network_mode"),
    row(
        "services:\n  a: {extends: b}\n  b: {extends: a}\n",
        &["yaml:2:16: error[extends-cycle]"],
        "yaml:3:16",
    ),
    // What is accepted.
    row("§user: !rest a", &["warning[unknown-tag]", "did you mean `!reset`?"], ""),
    row(
        "§healthcheck: {disable: true}\n=b: {image: x, depends_on: {web: {condition: service_healthy}}}",
        &["remove `disable: true`"],
        "add `healthcheck:`",
    ),
];

#[test]
fn each_mistake_gets_the_advice_for_it_once() {
    let mut wrong = Vec::new();
    for Row { text, says, is_silent_about } in ROWS {
        let whole = match text.strip_prefix('§') {
            Some(lines) => {
                lines.lines().fold("services:\n  web:\n    image: x\n".to_owned(), |text, line| {
                    match line.strip_prefix('=') {
                        Some(other) => text + "  " + other + "\n",
                        None => text + "    " + line + "\n",
                    }
                })
            }
            None => (*text).to_owned(),
        };
        let folder = folder_with(&[("compose.yaml", &*whole)]);
        let ran = cutover(folder.path(), &["config", "--quiet"]);
        let lacks = says.iter().filter(|words| !ran.stderr.contains(**words));
        let lacks: Vec<&str> = lacks.copied().collect();
        let says_too_much = !is_silent_about.is_empty() && ran.stderr.contains(is_silent_about);
        if !lacks.is_empty() || says_too_much {
            wrong.push(format!(
                "{whole}lacks {lacks:?}, says {is_silent_about:?}: {says_too_much}\n{}",
                ran.stderr
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_mistake_behind_an_anchor_is_told_once_for_all_who_use_it() {
    let text = "x-e: &e {imagee: x, user: 5}
services:
  a: {<<: *e, image: x}
  b: {<<: *e, image: x}
  c: {<<: *e, image: x}
";
    let folder = folder_with(&[("compose.yaml", text)]);
    let ran = cutover(folder.path(), &["config"]);
    assert_eq!(ran.stderr.matches("error[").count(), 2, "{}", ran.stderr);
    assert_eq!(ran.stderr.matches("also for: `services.b` and `services.c`").count(), 2, "{}", ran.stderr);
    assert!(ran.stderr.contains("compose.yaml:3:11: used here as `*e`"), "{}", ran.stderr);
}

#[test]
fn mistakes_in_further_files_and_documents_are_told_too() {
    let files = [
        (
            "compose.yaml",
            "include: [one.yaml, two.yaml]\nservices: {a: {image: x, usr: u}}\n---\nservices: {b: {imgae: x}}\n",
        ),
        ("compose.override.yaml", "services:\n  a: {user: , ports: [], usr: x}\n  b: {image: \"${\"}\n"),
        ("one.yaml", "services: {c: {imagee: x}}\n"),
        ("two.yaml", "services: {d: {imagee: x}}\n"),
    ];
    let folder = folder_with(&files);
    let ran = cutover(folder.path(), &["config"]);
    for place in [
        "compose.yaml:2:26",
        "compose.yaml:4:16",
        "compose.override.yaml:3:14",
        "one.yaml:1:16",
        "two.yaml:1:16",
    ] {
        assert!(ran.stderr.contains(&format!("{place}: error[")), "{place} is missing:\n{}", ran.stderr);
    }
    assert_eq!(ran.stderr.matches("error[").count(), 5, "{}", ran.stderr);
}

#[test]
fn what_the_second_file_leaves_to_the_first_is_no_mistake() {
    let files = [
        (
            "compose.yaml",
            "services: {a: {imagee: x}, b: {image: x, volumes: [{type: bind, source: ., target: /x}]}}\n",
        ),
        (
            "compose.override.yaml",
            "services:\n  a: {user: , environment: {A: b}}\n  b: {volumes: [{target: /x}]}\n",
        ),
    ];
    let folder = folder_with(&files);
    let ran = cutover(folder.path(), &["config"]);
    assert_eq!(ran.stderr.matches("error[").count(), 1, "{}", ran.stderr);
}

#[test]
fn files_that_are_named_wrong_are_told_by_who_named_them() {
    let good = "services: {web: {image: x, profiles: [setup]}, db: {image: y}}\n";
    let rows: [(&str, &[&str], &str, &[&str]); 8] = [
        (
            "COMPOSE_FILE=compose.yaml:other.yaml\n",
            &["config"],
            ".env:1:27: error[unreadable-compose-file]",
            &["`COMPOSE_FILE` in .env"],
        ),
        ("", &["config", "-f", "no.yaml"], "error[unreadable-compose-file]", &["correct the path"]),
        ("", &["config", "-f", "."], "error[unreadable-compose-file]", &["without `-f`"]),
        (
            "",
            &["config", "-f", "run.sh"],
            "run.sh:2:1: error[not-a-mapping]",
            &["`run.sh` is not a Compose file"],
        ),
        (
            "",
            &["config", "-f", "compose.yaml", "-f", "compose.yaml"],
            "warning[same-file-twice]",
            &["name it once"],
        ),
        ("", &["config", "--profile", "setpu"], "warning[unknown-profile]", &["did you mean `setup`?"]),
        (
            "",
            &["config", "--profile", "*", "--profile", "zzz"],
            "warning[unknown-profile]",
            &["the profiles are `setup`"],
        ),
        (
            "",
            &["-f", "compose.yaml", "config"],
            "error: unexpected argument '-f'",
            &["options of the project follow the command"],
        ),
    ];
    for (dotenv, arguments, begins, says) in rows {
        let folder =
            folder_with(&[("compose.yaml", good), (".env", dotenv), ("run.sh", "#!/bin/sh\necho hello\n")]);
        let ran = cutover(folder.path(), arguments);
        assert!(ran.stderr.starts_with(begins), "{arguments:?}: {}", ran.stderr);
        assert!(says.iter().all(|words| ran.stderr.contains(words)), "{arguments:?}: {}", ran.stderr);
    }
}

#[test]
fn a_file_over_itself_is_one_finding() {
    let text =
        "services: {web: {image: x, dns: [a, b], ports: [\"80\"], environment: [A=b], cap_add: [X]}}\n";
    let folder = folder_with(&[("compose.yaml", text)]);
    let ran = cutover(folder.path(), &["config", "-f", "compose.yaml", "-f", "compose.yaml"]);
    assert_eq!(ran.stderr.lines().filter(|line| !line.starts_with(' ')).count(), 1, "{}", ran.stderr);
}
