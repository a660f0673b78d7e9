//! What Docker Compose loses without a word is told here: one row for each place where it does.

use crate::run::{cutover, folder_with};

/// A place where something vanishes, and what shows that it is told.
struct Row {
    place: &'static str,
    shown: Shown,
}

enum Shown {
    /// Files, and the beginning of the finding that each run has to print.
    By(&'static [(&'static [(&'static str, &'static str)], &'static str)]),
    /// Why there is nothing to tell.
    Not(&'static str),
}

const ROWS: &[Row] = &[
    Row {
        place: "YAML merge `<<`",
        shown: Shown::Not(
            "a key that stands beside `<<` wins: that is what it is for; the account has it as consumed",
        ),
    },
    Row {
        place: "earlier duplicates of lists, within one file",
        shown: Shown::By(&[(
            &[("compose.yaml", "services: {web: {image: x, environment: [A=1, A=2]}}\n")],
            "compose.yaml:1:42: warning[replaced-entry]",
        )]),
    },
    Row {
        place: "null override, empty mapping in an override",
        shown: Shown::By(&[
            (&[("compose.yaml", BASE), OVERRIDE_NULL], "override.yaml:1:33: warning[null-override]"),
            (&[("compose.yaml", BASE), OVERRIDE_NULL_LIST], "override.yaml:1:30: warning[null-override]"),
            (&[("compose.yaml", BASE), OVERRIDE_EMPTY], "override.yaml:1:34: warning[empty-override]"),
            (&[("compose.yaml", BASE), OVERRIDE_EMPTY_LIST], "override.yaml:1:29: warning[empty-override]"),
        ]),
    },
    Row {
        place: "`!reset` whose path matches nothing",
        shown: Shown::By(&[(
            &[("compose.yaml", BASE), ("override.yaml", "services: {web: {hostname: !reset null}}\n")],
            "override.yaml:1:28: warning[idle-reset]",
        )]),
    },
    Row {
        place: "short volume options",
        shown: Shown::By(&[(
            &[("compose.yaml", "services: {web: {image: x, volumes: [\"./a:/b:cachd\"]}}\n")],
            "compose.yaml:1:38: warning[unknown-mount-option]",
        )]),
    },
    Row {
        place: "string command",
        shown: Shown::By(&[(
            &[("compose.yaml", "services: {web: {image: x, command: a && b}}\n")],
            "compose.yaml:1:37: warning[cut-command]",
        )]),
    },
    Row {
        place: "byte sizes",
        shown: Shown::By(&[(
            &[("compose.yaml", "services: {web: {image: x, mem_limit: 1e9}}\n")],
            "compose.yaml:1:39: error[lost-size]",
        )]),
    },
    Row {
        place: "profiles: whole services, optional edges to them",
        shown: Shown::By(&[
            (&[("compose.yaml", PROFILES)], "compose.yaml:3:3: note[switched-off]"),
            (&[("compose.yaml", PROFILES)], "compose.yaml:2:36: note[dropped-dependency]"),
        ]),
    },
    Row {
        place: "`version`",
        shown: Shown::By(&[(
            &[("compose.yaml", "version: \"3\"\nservices: {web: {image: x}}\n")],
            "compose.yaml:1:1: note[obsolete-version]",
        )]),
    },
    Row {
        place: "env_file: earlier values of repeated keys, inline comments, `KEY` alone when unset",
        shown: Shown::By(&[
            (&[("compose.yaml", ENV_FILE), ("e.env", "A=1\nA=2\n")], "e.env:1:3: warning[repeated-variable]"),
            (&[("compose.yaml", ENV_FILE), ("e.env", "A=1 #2\n")], "e.env:1:5: note[comment-behind-value]"),
            (&[("compose.yaml", ENV_FILE), ("e.env", "A=1\nNOWHERE\n")], "e.env:2:1: warning[unset-name]"),
        ]),
    },
    Row {
        place: "`environment` null entries",
        shown: Shown::By(&[(
            &[("compose.yaml", "services: {web: {image: x, environment: {NOWHERE: }}}\n")],
            "compose.yaml:1:28: warning[unset-environment]",
        )]),
    },
    Row {
        place: "include: equal resources of a later include",
        shown: Shown::By(&[(
            &[
                ("compose.yaml", "include: [a.yaml, b.yaml]\nservices: {web: {image: x}}\n"),
                ("a.yaml", "services: {db: {image: y}}\n"),
                ("b.yaml", "services: {db: {image: y}}\n"),
            ],
            "b.yaml:1:12: note[repeated-resource]",
        )]),
    },
    Row {
        place: "`enable_ipv4`, `interface_name`, `gw_priority` with an older engine",
        shown: Shown::Not("the engine is no part of a project, and no engine is asked"),
    },
    Row {
        place: "`deploy.*` under the plain CLI",
        shown: Shown::By(&[
            (&[("compose.yaml", "services: {web: {image: x, deploy: {mode: global}}}\n")], NEWLY),
            (
                &[("compose.yaml", "services: {web: {image: x, deploy: {placement: {constraints: [a]}}}}\n")],
                NEWLY,
            ),
            (
                &[(
                    "compose.yaml",
                    "services: {web: {image: x, deploy: {update_config: {parallelism: 1}}}}\n",
                )],
                NEWLY,
            ),
            (
                &[(
                    "compose.yaml",
                    "services: {web: {image: x, deploy: {rollback_config: {parallelism: 1}}}}\n",
                )],
                NEWLY,
            ),
            (&[("compose.yaml", "services: {web: {image: x, deploy: {endpoint_mode: vip}}}\n")], NEWLY),
            (&[("compose.yaml", "services: {web: {image: x, deploy: {labels: {a: b}}}}\n")], NEWLY),
            (
                &[(
                    "compose.yaml",
                    "services: {web: {image: x, deploy: {resources: {reservations: {cpus: \"1\"}}}}}\n",
                )],
                NEWLY,
            ),
        ]),
    },
    Row {
        place: "file secrets and configs: uid, gid, mode",
        shown: Shown::By(&[
            (&[("compose.yaml", SECRET), ("s", "")], "compose.yaml:1:52: warning[idle-owner]"),
            (&[("compose.yaml", CONFIG), ("s", "")], "compose.yaml:1:52: warning[idle-owner]"),
        ]),
    },
    Row {
        place: "`network_mode: host` and ports",
        shown: Shown::By(&[(
            &[("compose.yaml", "services: {web: {image: x, network_mode: host, ports: [\"80:80\"]}}\n")],
            "compose.yaml:1:48: warning[idle-ports]",
        )]),
    },
    Row {
        place: "`links` to the same network",
        shown: Shown::By(&[(
            &[("compose.yaml", "services: {web: {image: x, links: [db]}, db: {image: y}}\n")],
            "compose.yaml:1:36: note[idle-link]",
        )]),
    },
];

const BASE: &str = "services: {web: {image: x, command: c, environment: {A: b}, cap_add: [X], user: u}}\n";
const OVERRIDE_NULL: (&str, &str) = ("override.yaml", "services: {web: {image: z, user: }}\n");
const OVERRIDE_NULL_LIST: (&str, &str) = ("override.yaml", "services: {web: {environment: , image: z}}\n");
const OVERRIDE_EMPTY: (&str, &str) = ("override.yaml", "services: {web: {environment:    {}}}\n");
const OVERRIDE_EMPTY_LIST: (&str, &str) = ("override.yaml", "services: {web: {cap_add:   []}}\n");
const PROFILES: &str = "services:
  web: {image: x, depends_on: {db: {condition: service_started, required: false}}}
  db: {image: y, profiles: [p]}
";
const ENV_FILE: &str = "services: {web: {image: x, env_file: e.env}}\n";
const NEWLY: &str = "compose.yaml:1:37: note[newly-effective]";
const SECRET: &str =
    "services: {web: {image: x, secrets: [{source: pw,  uid: \"1\"}]}}\nsecrets: {pw: {file: ./s}}\n";
const CONFIG: &str =
    "services: {web: {image: x, configs: [{source: pw,  mode: 0440}]}}\nconfigs: {pw: {file: ./s}}\n";

#[test]
fn what_docker_compose_loses_without_a_word_is_told() {
    let mut untold = Vec::new();
    for Row { place, shown } in ROWS {
        let runs = match shown {
            Shown::By(runs) => *runs,
            Shown::Not(reason) => {
                crate::say::say(&format!("not told: {place}: {reason}"));
                continue;
            }
        };
        for (files, finding) in runs {
            let folder = folder_with(files);
            let names = ["compose.yaml", "override.yaml"];
            let arguments = names.iter().filter(|name| files.iter().any(|(file, _)| file == *name));
            let arguments: Vec<&str> = arguments.flat_map(|name| ["-f", *name]).collect();
            let ran = cutover(folder.path(), &[&["config"], arguments.as_slice()].concat());
            let is_told = ran.stderr.lines().any(|line| line.starts_with(finding));
            if ran.status != Some(0) || !is_told {
                untold.push(format!("{place}: no `{finding}` in\n{}", ran.stderr));
            }
        }
    }
    assert!(untold.is_empty(), "{}", untold.join("\n"));
}

#[test]
fn the_sample_has_a_reset_that_takes_nothing_out() {
    let sample = crate::repository::top().join("samples/overrides");
    let ran = cutover(&sample, &["config", "-f", "compose.yaml", "-f", "compose.production.yaml"]);
    let idle: Vec<&str> = ran.stderr.lines().filter(|line| line.contains("[idle-reset]")).collect();
    assert_eq!(idle.len(), 1, "{}", ran.stderr);
    assert!(idle[0].starts_with("compose.production.yaml:14:14: "), "{}", idle[0]);
}

#[test]
fn nothing_is_told_where_nothing_is_lost() {
    let files = [
        (
            "compose.yaml",
            "include: [a.yaml, b.yaml]
services:
  web: {image: x, networks: {front: {aliases: [w]}}, links: [\"db:store\"], env_file: e.env, secrets: [pw]}
  db: {image: y, networks: [front], environment: {}}
networks: {front: }
secrets: {pw: {file: ./s}}
",
        ),
        (
            "override.yaml",
            "services:
  web: {networks: [front], hostname: !override h, environment: {A: 1}}
  db: {environment: {}, labels: !reset null, command: []}
",
        ),
        ("a.yaml", "include: [c.yaml]\n"),
        ("b.yaml", "include: [c.yaml]\n"),
        ("c.yaml", "services: {shared: {image: z}}\n"),
        ("e.env", "A=1\nB='2 #3'\n# a comment\n"),
        ("s", ""),
    ];
    let folder = folder_with(&files);
    let ran = cutover(folder.path(), &["config", "-f", "compose.yaml", "-f", "override.yaml"]);
    assert_eq!(ran.status, Some(0), "{}", ran.stderr);
    let told: Vec<&str> = ran.stderr.lines().filter(|line| line.contains("]: ")).collect();
    assert_eq!(told.len(), 1, "{}", ran.stderr);
    assert!(told[0].starts_with("override.yaml:3:33: warning[idle-reset]"), "{}", told[0]);
}
