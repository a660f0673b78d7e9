//! The promises of `convert`, over every sample and every real project: every line accounted for, no credential in clear
//! text, the same bytes twice.

use std::collections::BTreeMap;

use cutover::kube::comments::comment;
use cutover::mapping::images::Profile;
use cutover::pipeline::Outcome;
use cutover::pipeline::convert::{Asked, Converted, convert, convert_with};
use cutover::plan::ledger::Outcome as Fate;
use cutover::rules::registry;
use cutover::source::file::Disk;

use crate::projects::{Project, all, samples};
use crate::run::cutover;

const LEVELS: &[&str] = &["balanced", "restricted", "compatible"];

fn asked(project: &Project, profiles: &[&str], level: &str) -> Asked {
    Asked {
        request: project.request(profiles),
        policy_file: None,
        mappings: None,
        set: vec![format!("hardening={level}")],
        today: None,
        comments: false,
    }
}

fn converted(project: &Project, profiles: &[&str], level: &str) -> Outcome<Converted> {
    convert(&asked(project, profiles, level), Box::new(Disk))
}

#[test]
fn every_line_is_accounted_for() {
    let mut outcomes: BTreeMap<Fate, usize> = BTreeMap::new();
    let mut wrong = Vec::new();
    for project in all() {
        for (profiles, level) in
            [(&[][..], "balanced"), (&["*"][..], "balanced"), (&[], "restricted"), (&[], "compatible")]
        {
            let outcome = converted(&project, profiles, level);
            let Some(result) = outcome.result else {
                let titles: Vec<&String> = outcome.findings.iter().map(|finding| &finding.title).collect();
                wrong.push(format!("{} {profiles:?} {level} is not converted: {titles:?}", project.name));
                continue;
            };
            wrong.extend(
                result.bugs.iter().map(|bug| format!("{} {profiles:?} {level}: {bug}", project.name)),
            );
            for (outcome, count) in result.plan.ledger.counts() {
                *outcomes.entry(outcome).or_default() += count;
            }
        }
    }
    let total: usize = outcomes.values().sum();
    for (outcome, count) in &outcomes {
        crate::say::say(&format!("{:<13} {count:>6} of {total} leaves", outcome.as_str()));
    }
    assert!(
        wrong.is_empty(),
        "{} problems, such as\n{}",
        wrong.len(),
        wrong[..wrong.len().min(40)].join("\n")
    );
}

#[test]
fn no_rule_can_be_left_out() {
    let projects = samples();
    let rules = registry::all();
    for left_out in &rules {
        let rest: Vec<_> = rules.iter().copied().filter(|rule| rule.id() != left_out.id()).collect();
        let entry = cutover::mapping::rules::entry(left_out.id()).unwrap();
        if entry.reads.is_empty() {
            continue;
        }
        let is_missed = projects.iter().any(|project| {
            let outcome = convert_with(&asked(project, &["*"], "balanced"), Box::new(Disk), &rest);
            outcome
                .result
                .is_some_and(|result| result.bugs.iter().any(|bug| bug.starts_with("no rule accounts for")))
        });
        assert!(is_missed, "without the rule `{}` every sample is still accounted for", left_out.id());
    }
}

#[test]
fn no_credential_is_in_clear_text() {
    let mut shown = Vec::new();
    let mut credentials = 0;
    for project in all() {
        let outcome = converted(&project, &["*"], "balanced");
        let Some(result) = outcome.result else { continue };
        let secrets: Vec<(String, String)> = result
            .plan
            .decisions
            .iter()
            .filter_map(|decision| match &decision.setting {
                cutover::plan::setting::Setting::Hidden(key, value) => {
                    Some((key.clone(), String::from_utf8(value.0.clone()).ok()?))
                }
                _ => None,
            })
            // A word that stands everywhere cannot be told from the same word as a name.
            .filter(|(_, value)| value.len() >= 8 && value.chars().any(|char| !char.is_ascii_lowercase()))
            .collect();
        credentials += secrets.len();
        for object in result.assembled.objects.iter().filter(|object| object.kind != "Secret") {
            let text = object.value.to_string();
            for (key, value) in secrets.iter().filter(|(_, value)| text.contains(value.as_str())) {
                let _ = value;
                shown.push(format!("{}: {} {} shows {key}", project.name, object.kind, object.name));
            }
        }
    }
    crate::say::say(&format!("{credentials} credentials looked for in clear text"));
    assert!(shown.is_empty(), "{}", shown.join("\n"));
}

#[test]
fn two_runs_write_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    for project in samples() {
        let texts: Vec<String> = ["one", "two"]
            .iter()
            .map(|name| {
                let out = folder.path().join(name).join(project.name.replace('/', "-"));
                let out = out.display().to_string();
                let ran = cutover(&project.folder, &["convert", "--no-os-env", "-o", &out]);
                assert_eq!(ran.status, Some(0), "{}: {}", project.name, ran.stderr);
                crate::repository::tree_text(std::path::Path::new(&out))
            })
            .collect();
        assert_eq!(texts[0], texts[1], "{}", project.name);
    }
    let _ = LEVELS;
}

/// Every field of the report is described, and every field that is described is in a report.
#[test]
fn comments_change_nothing_and_name_every_decision() {
    let mut lost = BTreeMap::<String, usize>::new();
    let mut count = 0;
    for project in all() {
        let asked = Asked { comments: true, ..asked(&project, &["*"], "restricted") };
        let Some(mut result) = convert(&asked, Box::new(Disk)).result else { continue };
        for object in &result.assembled.objects {
            let text = object.yaml();
            let read: serde_json::Value = serde_yaml::from_str(&text).unwrap();
            assert_eq!(read, object.value, "{}: {object:?}", project.name);
        }
        count += result.plan.decisions.len();
        for decision in comment(&mut result.assembled.objects, &result.plan.decisions, |_| String::new()) {
            *lost.entry(format!("{} {}", decision.rule, decision.setting.slot())).or_default() += 1;
        }
    }
    crate::say::say(&format!("{count} decisions, each beside its line"));
    assert!(lost.is_empty(), "decisions that are nowhere: {lost:#?}");
}

/// In the stream and in the files, for a value, a key with values below it, and a default of ours.
#[test]
fn comments_name_the_rule_and_the_line() {
    let compose = "\
name: p
services:
  a:
    image: registry.example.com/a:1
    environment:
      MOTTO: \"# no comment\"
    mem_limit: 64m
";
    let folder = crate::run::folder_with(&[("compose.yaml", compose)]);
    let ran = cutover(folder.path(), &["convert", "--comments", "-o", "-"]);
    assert_eq!(ran.status, Some(0), "{}", ran.stderr);
    for line in [
        "kind: Deployment  # workload-kind, compose.yaml:4",
        "          image: registry.example.com/a:1  # image-reference, compose.yaml:4",
        "            - name: MOTTO  # environment, compose.yaml:6",
        "              value: \"# no comment\"",
        "              memory: \"64Mi\"  # memory, compose.yaml:7",
        "      enableServiceLinks: false  # token-and-links, default",
    ] {
        assert!(ran.stdout.lines().any(|written| written == line), "{line}\n{}", ran.stdout);
    }
    assert_eq!(cutover(folder.path(), &["convert", "--comments"]).status, Some(0));
    let lock = std::fs::read_to_string(folder.path().join("k3s/cutover.lock")).unwrap();
    assert!(lock.contains("\"comments\": true"), "{lock}");
    let written = std::fs::read_to_string(folder.path().join("k3s/manifests/p/deployment-a.yaml")).unwrap();
    assert!(ran.stdout.contains(&written));
}

/// Pods keep what they have read, and a Job cannot change.
#[test]
fn a_second_run_says_what_to_do_on_the_cluster() {
    let compose = "\
name: p
services:
  a:
    image: registry.example.com/a:1
    configs: [settings]
    secrets: [token]
  b:
    image: registry.example.com/b:1
  migrate:
    image: registry.example.com/a:1
    command: [app, migrate]
    restart: \"no\"
configs:
  settings: {file: ./settings}
secrets:
  token: {file: ./token}
";
    let files = [("compose.yaml", compose), ("settings", "one"), ("token", "one-secret")];
    let folder = crate::run::folder_with(&files);
    let first = cutover(folder.path(), &["convert"]);
    assert_eq!(first.status, Some(0), "{}", first.stderr);
    assert!(!first.stderr.contains("kubectl rollout"), "{}", first.stderr);
    let job = || {
        let names = std::fs::read_dir(folder.path().join("k3s/manifests/p")).unwrap();
        let mut names = names.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        names.find(|name| name.starts_with("job-migrate-")).unwrap()
    };
    let before = job();
    let restart = "kubectl rollout restart deployment/a --namespace p\n";

    std::fs::write(folder.path().join("settings"), "two").unwrap();
    let second = cutover(folder.path(), &["convert"]);
    assert!(second.stderr.contains("note: configmap settings has changed"), "{}", second.stderr);
    assert!(second.stderr.contains(restart), "{}", second.stderr);
    assert!(!second.stderr.contains("deployment/b"), "{}", second.stderr);
    assert_eq!(job(), before);

    std::fs::write(folder.path().join("token"), "two-secret").unwrap();
    std::fs::write(
        folder.path().join("compose.yaml"),
        compose.replace("[app, migrate]", "[app, migrate, up]"),
    )
    .unwrap();
    let third = cutover(folder.path(), &["convert", "--force"]);
    assert!(third.stderr.contains("note: secret token has changed"), "{}", third.stderr);
    assert!(third.stderr.contains(restart), "{}", third.stderr);
    assert_ne!(job(), before);
    let gone = before.trim_start_matches("job-").trim_end_matches(".yaml");
    assert!(third.stderr.contains(&format!("kubectl delete job {gone} --namespace p\n")), "{}", third.stderr);
    assert!(!third.stderr.contains("two-secret"), "{}", third.stderr);
    let report = std::fs::read_to_string(folder.path().join("k3s/report.json")).unwrap();
    let report: serde_json::Value = serde_json::from_str(&report).unwrap();
    assert_eq!(report["secrets"][0]["restart"], serde_json::json!([restart.trim_end()]));
}

/// A profile of an image that nobody else knows makes its Pod as good as those of known ones.
#[test]
fn own_profiles_of_images_come_on_top() {
    let compose =
        "services: {a: {image: \"registry.example.com/team/app:2\"}, b: {image: \"postgres:17\"}}\n";
    let own = "\
- family: team-app
  names: [registry.example.com/team/*]
  starts-as: root
  user: {uid: 4242, gid: 4242}
  runs-as-user: true
  confidence: read
  variants:
    - tags: [\"2*\"]
      capabilities: []
- family: postgres-of-ours
  names: [postgres]
  starts-as: user
  user: {uid: 7777, gid: 7777}
  runs-as-user: true
  confidence: read
";
    let folder = crate::run::folder_with(&[("compose.yaml", compose), ("own/images/team.yaml", own)]);
    let shown = |arguments: &[&str]| {
        let ran = cutover(folder.path(), &[&["convert", "-p", "p", "-o", "-"], arguments].concat());
        assert_eq!(ran.status, Some(0), "{}", ran.stderr);
        ran.stdout
    };
    assert!(!shown(&[]).contains("runAsUser: 4242"));
    let with = shown(&["--mappings", "own"]);
    assert!(with.contains("runAsUser: 4242") && with.contains("runAsUser: 7777"), "{with}");
}

/// What an alias refers to is used, and what nobody refers to is not.
#[test]
fn extensions_behind_anchors_are_consumed() {
    let compose = "\
x-shared: &shared
  restart: always
x-note: nobody reads this
services:
  a:
    <<: *shared
    image: a:1
";
    let folder = crate::run::folder_with(&[("compose.yaml", compose)]);
    let ran = cutover(folder.path(), &["convert", "-p", "p"]);
    assert_eq!(ran.status, Some(0), "{}", ran.stderr);
    let report = std::fs::read_to_string(folder.path().join("k3s/report.json")).unwrap();
    let report: serde_json::Value = serde_json::from_str(&report).unwrap();
    let outcome = |path: &str| {
        let leaf = report["leaves"].as_array().unwrap().iter().find(|leaf| leaf["path"] == path);
        leaf.unwrap()["outcome"].as_str().unwrap().to_owned()
    };
    assert_eq!((&*outcome("x-shared.restart"), &*outcome("x-note")), ("consumed", "dropped"));
}

#[test]
fn the_page_about_profiles_names_every_fact() {
    let page = include_str!("../docs/mappings.md");
    let refused = Profile::check("no-such-fact", serde_json::Value::Null).unwrap_err();
    let facts: Vec<&str> = refused.split('`').skip(3).step_by(2).collect();
    assert!(facts.contains(&"family") && facts.len() > 20, "{facts:?}");
    for fact in facts.into_iter().chain(["names", "variants", "tags"]) {
        assert!(page.contains(&format!("| `{fact}` |")), "docs/mappings.md does not name `{fact}`");
    }
    let example = page.split("```").nth(1).and_then(|block| block.strip_prefix("yaml\n")).unwrap();
    let compose = "services: {a: {image: registry.example.com/shop/orders:2}}\n";
    let folder = crate::run::folder_with(&[("compose.yaml", compose), ("own/images/page.yaml", example)]);
    let ran = cutover(folder.path(), &["convert", "-p", "p", "-o", "-", "--mappings", "own"]);
    assert!(ran.stdout.contains("path: /ready"), "{}{}", ran.stdout, ran.stderr);
}

/// Everything that is wrong with them is told in one run, each at its place, and nothing is written.
#[test]
fn mistakes_in_own_profiles_are_told_with_their_places() {
    let wrong = "\
- family: a
  names: a
  portz: [80]
  starts-as: rooot
  writable: [tmp]
  capabilities: [CHOWNN]
  variants: [{tags: [\"1\"], confidence: sure}]
- names: [b]
- c
";
    let files = [
        ("compose.yaml", "services: {a: {image: a}}\n"),
        ("own/images/a.yaml", wrong),
        ("own/images/b.yaml", "family: b\n"),
        ("own/images/c.yaml", "- [\n"),
        ("own/rules.yaml", "[]\n"),
    ];
    let folder = crate::run::folder_with(&files);
    let ran = cutover(folder.path(), &["convert", "--mappings", "own"]);
    assert_eq!(ran.status, Some(2), "{}", ran.stderr);
    for expected in [
        "own/images/a.yaml:2:10: error[bad-mapping]: `names` is a list of patterns",
        "own/images/a.yaml:3:10: error[bad-mapping]: `portz`: unknown field `portz`",
        "did you mean `ports`?",
        "own/images/a.yaml:4:14: error[bad-mapping]: `starts-as`: unknown variant `rooot`",
        "did you mean `root`?",
        "own/images/a.yaml:5:13: error[bad-mapping]: `writable`: `tmp` is no absolute path",
        "own/images/a.yaml:6:17: error[bad-mapping]: `capabilities`: there is no capability `CHOWNN`",
        "`confidence`: unknown variant `sure`",
        "own/images/a.yaml:8:3: error[bad-mapping]: `family` is missing",
        "own/images/a.yaml:9:3: error[bad-mapping]: a profile is a mapping",
        "own/images/b.yaml:1:1: error[bad-mapping]: a list of image profiles is expected",
        "own/images/c.yaml:1:3: error[bad-yaml]",
        "own/rules.yaml: only image profiles",
    ] {
        assert!(ran.stderr.contains(expected), "{expected}\n{}", ran.stderr);
    }
    assert!(!folder.path().join("k3s").exists());
    let missing = cutover(folder.path(), &["convert", "--mappings", "nowhere"]);
    assert_eq!(missing.status, Some(4), "{}", missing.stderr);
}

#[test]
fn the_report_is_as_its_page_says() {
    let folder = tempfile::tempdir().unwrap();
    let sample = crate::repository::top().join("samples/every-key");
    let out = folder.path().join("out").display().to_string();
    let ran = cutover(&sample, &["convert", "--no-os-env", "--profile", "*", "-o", &out]);
    assert_eq!(ran.status, Some(0), "{}", ran.stderr);
    let text = std::fs::read_to_string(folder.path().join("out/report.json")).unwrap();
    let report: serde_json::Value = serde_json::from_str(&text).unwrap();
    let mut fields = std::collections::BTreeSet::new();
    collect_fields(&report, &mut fields);
    let page = crate::repository::read("docs/report-v1.md");
    let missing: Vec<&String> = fields.iter().filter(|field| !page.contains(&format!("`{field}"))).collect();
    assert!(missing.is_empty(), "docs/report-v1.md does not describe {missing:?}");
    let written: Vec<&str> =
        page.lines().filter_map(|line| line.strip_prefix("| `")?.split(['`', '[']).next()).collect();
    let unknown: Vec<&&str> = written.iter().filter(|field| !fields.contains(**field)).collect();
    assert!(unknown.is_empty(), "docs/report-v1.md describes {unknown:?}, which no report has");
}

fn collect_fields(value: &serde_json::Value, fields: &mut std::collections::BTreeSet<String>) {
    match value {
        serde_json::Value::Object(map) => map.iter().for_each(|(key, value)| {
            fields.insert(key.clone());
            collect_fields(value, fields);
        }),
        serde_json::Value::Array(items) => items.iter().for_each(|item| collect_fields(item, fields)),
        _ => {}
    }
}

/// Mistakes that Docker Compose accepts: each is one finding with its place and a next step, all in one run.
#[test]
fn mistakes_are_told_all_in_one_run() {
    let compose = "\
services:
  Web_1: {image: Nginx:1}
  ports:
    image: x:1
    ports: [{target: 80, name: http}, {target: 81, name: http}]
  limits:
    image: x:1
    mem_limit: 100m
    mem_reservation: 200m
  both: {image: x:1, cpus: 0.5, cpu_quota: 20000}
  secret: {image: x:1, secrets: [gone]}
  check:
    image: x:1
    healthcheck: {test: [CMD, 'curl -f http://localhost/']}
  capability: {image: x:1, cap_add: [NET_ADMIM]}
  parameter: {image: x:1, sysctls: {vm.max_map_count: 262144}}
  restart: {image: x:1, restart: sometimes}
secrets: {gone: {file: ./gone.txt}}
";
    let expected = [
        (2, "image-reference"),
        (5, "container-ports"),
        (9, "memory"),
        (10, "cpu"),
        (14, "health-check"),
        (15, "capabilities"),
        (16, "sysctls"),
        (17, "workload-kind"),
        (18, "file-objects"),
    ];
    let folder = crate::run::folder_with(&[("compose.yaml", compose)]);
    let ran = cutover(folder.path(), &["convert", "--no-os-env"]);
    assert_eq!(ran.status, Some(0), "{}", ran.stderr);
    let lines: Vec<&str> = ran.stderr.lines().collect();
    for (line, id) in expected {
        let found = lines.iter().position(|text| {
            text.starts_with(&format!("compose.yaml:{line}:")) && text.contains(&format!("[{id}]"))
        });
        let Some(at) = found else { panic!("line {line} has no finding `{id}`:\n{}", ran.stderr) };
        let rest = lines[at + 1..].iter().take_while(|text| text.starts_with(' '));
        assert!(rest.clone().any(|text| text.contains("help: ")), "{}: no next step", lines[at]);
    }
    assert!(folder.path().join("k3s/report.json").is_file());
}

/// What Docker Compose refuses is refused, and nothing is written.
#[test]
fn what_is_refused_leaves_nothing_behind() {
    let cases = [
        ("services: {a: {restart: always}}\n", Some(3)),
        ("services: {a: {image: x, env_file: missing.env}}\n", Some(4)),
        ("services: {a: {image: x, enviroment: {}}}\n", Some(3)),
    ];
    for (compose, status) in cases {
        let folder = crate::run::folder_with(&[("compose.yaml", compose)]);
        let ran = cutover(folder.path(), &["convert"]);
        assert_eq!((ran.status, ran.stdout.as_str()), (status, ""), "{compose}{}", ran.stderr);
        assert!(!folder.path().join("k3s").exists(), "{compose}");
    }
}

/// Settings that cannot be read are no settings that nobody made.
#[test]
fn broken_settings_are_not_passed_over() {
    let files = [("compose.yaml", "services: {a: {image: a}}\n"), ("cutover.yaml", "hardening: [\n")];
    let folder = crate::run::folder_with(&files);
    let ran = cutover(folder.path(), &["convert"]);
    assert_eq!(ran.status, Some(2), "{}", ran.stderr);
    assert!(ran.stderr.contains("cutover.yaml:1:12: error[bad-yaml]"), "{}", ran.stderr);
    assert!(!folder.path().join("k3s").exists());
}

/// Wrong settings end with 2, with their place and the next step, and nothing is written.
#[test]
fn wrong_settings_are_told_with_their_place() {
    let policy = "\
hardning: balanced
hardening: strict
kubernetes: 1.20
resources: {memory-limit: lots}
services:
  wep: {replicas: 2}
accept: [{finding: image-reference}]
";
    let folder = crate::run::folder_with(&[
        ("compose.yaml", "services: {web: {image: x:1, x-cutover: {replicas: many}}}\n"),
        ("cutover.yaml", policy),
    ]);
    let ran = cutover(folder.path(), &["convert", "--set", "nonsense", "--hardening", "hard"]);
    assert_eq!(ran.status, Some(2), "{}", ran.stderr);
    for expected in [
        "cutover.yaml:1:1: error[unknown-setting]: there is no setting `hardning`",
        "did you mean `hardening`?",
        "cutover.yaml:2:12: error[bad-setting]",
        "cutover.yaml:3:13: error[bad-setting]",
        "cutover.yaml:4:27: error[bad-setting]",
        "cutover.yaml:6:3: error[unknown-service]: the project has no service `wep`",
        "cutover.yaml:7:10: error[bad-setting]: an accepted finding needs `reason`",
        "compose.yaml:1:",
        "--set `nonsense` sets nothing",
    ] {
        assert!(ran.stderr.contains(expected), "{expected}\n{}", ran.stderr);
    }
    assert!(!folder.path().join("k3s").exists());
}

#[test]
fn settings_of_all_kinds_take_effect() {
    let policy = "namespace: other\nresources: {memory-limit: 96Mi}\nservices: {web: {replicas: 4, user: \"7:8\", writable: [/tmp]}}\n";
    let folder = crate::run::folder_with(&[
        ("compose.yaml", "x-cutover: {namespace: mine}\nservices: {web: {image: x:1}}\n"),
        ("cutover.yaml", policy),
    ]);
    let ran = cutover(folder.path(), &["convert", "-o", "-", "--set", "services.web.replicas=5"]);
    assert_eq!(ran.status, Some(0), "{}", ran.stderr);
    for expected in [
        "namespace: other",
        "replicas: 5",
        "runAsUser: 7",
        "runAsGroup: 8",
        "memory: \"96Mi\"",
        "mountPath: /tmp",
    ] {
        assert!(ran.stdout.contains(expected), "{expected}\n{}", ran.stdout);
    }
}

/// An accepted finding is not told again, stays in the report with its reason, and does not outlive it.
#[test]
fn accepted_findings_stay_in_the_report_alone() {
    let policy = "\
accept:
  - { finding: image-reference, service: web, reason: pinned elsewhere, until: 9999-12-31 }
  - { finding: image-reference, service: api, reason: until spring, until: 2001-01-01 }
  - { finding: sysctls, reason: long gone }
";
    let folder = crate::run::folder_with(&[
        ("compose.yaml", "services: {web: {image: x}, api: {image: y}}\n"),
        ("cutover.yaml", policy),
    ]);
    let ran = cutover(folder.path(), &["convert"]);
    assert_eq!(ran.status, Some(0), "{}", ran.stderr);
    assert!(!ran.stderr.contains("web.image"), "{}", ran.stderr);
    for expected in [
        "api.image: `docker.io/library/y:latest`",
        "was accepted until 2001-01-01",
        "left to accept of `sysctls`",
    ] {
        assert!(ran.stderr.contains(expected), "{expected}\n{}", ran.stderr);
    }
    let report = std::fs::read_to_string(folder.path().join("k3s/report.json")).unwrap();
    let report: serde_json::Value = serde_json::from_str(&report).unwrap();
    let accepted: Vec<&serde_json::Value> = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|finding| !finding["accepted"].is_null())
        .collect();
    assert_eq!(accepted.len(), 1);
    assert_eq!(accepted[0]["accepted"], "pinned elsewhere");
}

/// One key of a Secret holds one value, however names and values meet; each of these once ended the run.
#[test]
fn credentials_never_get_into_each_others_way() {
    let compose = "\
services:
  a:
    image: x:1
    environment:
      URLS: amqp://u:pass-one@a,amqp://u:pass-two@b
      REDIS_URL: redis://:pass-one@r/0
      REDIS_URL_PASSWORD: pass-2-two
      ODD_URL: redis://:p$$(X)y@r/0
      COMMAND_SECRET_1: s3cret-of-its-own
      NOTE: the password is pass-2-two indeed
      HEX: 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
      WEAK_PASSWORD: airflow
    command: [run, --password, another-Secret1]
    labels: {note: 'pass-2-two'}
    configs: [cf]
    post_start: [{command: [login, --password, another-Secret1]}]
  b:
    image: postgres:17
    environment: [POSTGRES_PASSWORD=airflow, 'BÄD=1', UNSET]
configs:
  cf: {content: \"[db]\\npassword = pass-2-two\\n\"}
secrets:
  a_env: {file: ./PASSWORD}
";
    let folder = crate::run::folder_with(&[("compose.yaml", compose), ("PASSWORD", "x")]);
    let ran = cutover(folder.path(), &["convert", "--no-os-env"]);
    assert_eq!(ran.status, Some(0), "{}", ran.stderr);
    let shown = crate::repository::tree_text(&folder.path().join("k3s/manifests"));
    for secret in ["pass-one", "pass-two", "pass-2-two", "s3cret-of", "another-Secret1", "9f86d081"] {
        assert!(!shown.contains(secret), "{secret} is in clear text\n{shown}");
    }
    let report = std::fs::read_to_string(folder.path().join("k3s/report.json")).unwrap();
    let report: serde_json::Value = serde_json::from_str(&report).unwrap();
    let outcome = |path: &str| {
        let leaves = report["leaves"].as_array().unwrap();
        leaves
            .iter()
            .find(|leaf| leaf["path"] == path)
            .map(|leaf| leaf["outcome"].as_str().unwrap().to_owned())
    };
    assert_eq!(outcome("services.b.environment[1]").as_deref(), Some("manual"));
    assert_eq!(outcome("services.b.environment[2]").as_deref(), Some("dropped"));
}
