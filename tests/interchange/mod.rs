//! To the types of `docker-compose-types` and back, and to text and back: nothing is lost on the way.
//!
//! In: our samples, real projects, corners of our own, and values built in code. Out: projects that are equal.

mod built;
mod printed;

use std::collections::BTreeMap;

use cutover::compose;
use cutover::compose::input::Request;
use cutover::compose::interchange::{Extras, from_compose_types, normalized_document, to_compose_types};
use cutover::compose::model::Project;
use cutover::compose::model::field::Form;
use cutover::finding::Finding;
use cutover::source::file::{Disk, FileSystem, Memory, SourceMap};
use serde_json::{Value, json};

use crate::projects;

/// Without profiles, and with all of them.
const PROFILES: [&[&str]; 2] = [&[], &["*"]];

/// Where the projects of this file stand.
const FOLDER: &str = "/project";

fn load(request: &Request, disk: Box<dyn FileSystem>) -> Result<Project, Vec<Finding>> {
    let mut sources = SourceMap::new(disk, request.working_directory.clone());
    compose::load(request, &mut sources).map(|loaded| loaded.project)
}

/// The project of a text, as the only file of its folder.
fn project_of(text: &str, change: impl Fn(&mut Request)) -> Project {
    let mut disk = Memory::default();
    disk.insert(format!("{FOLDER}/compose.yaml"), text);
    let mut request = Request { working_directory: FOLDER.into(), ..Request::default() };
    change(&mut request);
    load(&request, Box::new(disk)).unwrap_or_else(|findings| panic!("{text}: {findings:#?}"))
}

/// A project with one service that has these keys.
fn service_with(keys: &str) -> Project {
    project_of(&format!("services: {{ web: {{ image: nginx, {keys} }} }}"), |_| {})
}

fn titles(findings: &[Finding]) -> Vec<&str> {
    findings.iter().map(|finding| finding.title.as_str()).collect()
}

fn leaves(value: &Value) -> usize {
    match value {
        Value::Array(items) => items.iter().map(leaves).sum::<usize>().max(1),
        Value::Object(entries) => entries.values().map(leaves).sum::<usize>().max(1),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => 1,
    }
}

/// Sends a project to the types and back; returns what these could not hold.
fn assert_comes_back(name: &str, project: &Project) -> Extras {
    assert_eq!(normalized_document(project), project.json(Form::Yaml), "{name}");
    let (compose, extras) = to_compose_types(project);
    assert_eq!(compose.services.0.len(), project.services.len(), "{name}: services are handed over");
    match from_compose_types(&compose, &extras) {
        Ok(again) => assert_eq!(again, *project, "{name}"),
        Err(findings) => panic!("{name}: {:#?}", titles(&findings)),
    }
    extras
}

#[test]
fn every_project_comes_back_as_it_was() {
    let mut shares: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for project in projects::all() {
        let group = if project.name.starts_with("samples/") { "samples" } else { "real projects" };
        for profiles in PROFILES {
            let name = format!("{} {profiles:?}", project.name);
            let loaded = load(&project.request(profiles), Box::new(Disk)).unwrap();
            let extras = assert_comes_back(&name, &loaded);
            // Hooks are read otherwise a second time, and the value of a secret's variable is never printed.
            let is_known = |key: Option<&str>| matches!(key, Some("pre_start" | "x-#value"));
            let exact: Vec<_> = extras.exact.keys().filter(|path| !is_known(path.last_key())).collect();
            assert!(exact.is_empty(), "{name}: nothing else is kept beside, not {exact:?}");
            let share = shares.entry(group).or_default();
            share.0 += extras.printed.values().map(leaves).sum::<usize>();
            share.1 += leaves(&normalized_document(&loaded));
        }
    }
    for (group, (extra, all)) in &shares {
        crate::say::say(&format!("{group}: {extra} of {all} leaves are in the extras"));
    }
    if let Some((extra, all)) = shares.get("real projects") {
        assert!(extra * 50 < *all, "more than 2 % of the leaves of real projects are in the extras");
    }
}

#[test]
fn corners_come_back_as_they_were() {
    let rows = [
        "cpus: 0.123456789",
        "extra_hosts: ['a=192.0.2.2', 'a=192.0.2.1', 'b=::1']",
        "labels: { a$b: c$d, x-e: f }, x-own: { a: 1.5, b: [null, 2e30], c: $$ }",
        "ports: [{ target: 80, published: '80', mode: host }, { target: 80, published: 80 }, '9000-9001:9000-9001/udp']",
        "ports: [{ target: 70000 }], pull_policy: daily, mem_swappiness: 70000",
        "devices: ['/dev/a', { source: '/dev/b', target: /dev/c }, 'a:b:rw'], tmpfs: /run",
        "deploy: { labels: [a, b=c=d], resources: { reservations: { devices: [{ capabilities: [gpu] }] } } }",
        "volumes: ['/a', './b:/c:ro', { type: tmpfs, target: /d, tmpfs: { mode: 0o700 } }]",
        "networks: { default: {} }, ulimits: { nofile: 0, nproc: { soft: 1, hard: -1 } }, memswap_limit: -1",
        "pre_start: [{ command: a, volumes: ['./b:/c'] }], cap_add: [A], environment: { B: c, D: '' }",
        "build: { dockerfile: Other, args: { A: 1 }, ssh: [default], shm_size: 1g }, scale: 0",
    ];
    for keys in rows {
        assert_comes_back(&format!("corner {keys}"), &service_with(keys));
    }
}

#[test]
fn zero_false_and_empty_are_not_unset() {
    let rows = [
        ("scale: 0", "scale", json!(0)),
        ("init: false", "init", json!(false)),
        ("command: []", "", json!(null)),
        ("entrypoint: ''", "", json!(null)),
        ("healthcheck: { retries: 0 }", "healthcheck.retries", json!(0)),
        ("healthcheck: {}", "", json!(null)),
        ("deploy: { replicas: 0 }", "", json!(null)),
        ("deploy: { update_config: { parallelism: 0 } }", "", json!(null)),
        ("deploy: { restart_policy: { max_attempts: 0 } }", "", json!(null)),
        ("attach: false", "attach", json!(false)),
        ("logging: {}", "", json!(null)),
        ("networks: { default: {} }", "networks.default", json!({})),
    ];
    let unset = service_with("");
    for (keys, place, value) in rows {
        let project = service_with(keys);
        assert_ne!(project, unset, "{keys} says something");
        let extras = assert_comes_back(keys, &project);
        let found = extras.printed.iter().map(|(path, value)| (path.to_string(), value.clone()));
        let expected = (!place.is_empty()).then(|| (format!("services.web.{place}"), value));
        assert_eq!(found.collect::<Vec<_>>(), expected.into_iter().collect::<Vec<_>>(), "{keys}");
    }
}

#[test]
fn what_is_not_printed_comes_back_too() {
    let text = "
        services:
          web: { image: nginx, secrets: [token], configs: [motd], profiles: [front, all] }
          db: { image: postgres, profiles: [back], networks: { inner: { priority: 3 } } }
        jobs: { night: { image: busybox, profiles: [back], triggers: { manual: true } } }
        secrets: { token: { environment: TOKEN } }
        configs: { motd: { environment: MOTD } }
        volumes: { unused: }
        networks: { inner: }";
    for keep_unused in [false, true] {
        let project = project_of(text, |request| {
            request.process = ["TOKEN", "MOTD"].map(|name| (name.to_owned(), format!("of {name}"))).into();
            request.profiles = vec!["front".to_owned()];
            request.keep_unused = keep_unused;
        });
        assert_eq!(project.secrets["token"].content, "of TOKEN");
        assert_eq!(project.configs["motd"].content, "of MOTD");
        assert_eq!((project.disabled_services.len(), project.disabled_jobs.len()), (1, 1));
        assert_eq!(project.volumes.contains_key("unused"), keep_unused);
        assert_comes_back("not printed", &project);
        assert!(!normalized_document(&project).to_string().contains("of TOKEN"));
    }
}

#[test]
fn extras_follow_what_they_belong_to() {
    let text =
        "services: { web: { image: nginx, platform: linux/arm64 }, db: { image: postgres, cpus: 0.5 } }";
    let (mut compose, extras) = to_compose_types(&project_of(text, |_| {}));
    compose.services.0.shift_remove("db");
    let changed = compose.services.0["web"].as_mut().unwrap();
    changed.image = Some("nginx:1.29".to_owned());
    let expected = project_of("services: { web: { image: 'nginx:1.29', platform: linux/arm64 } }", |_| {});
    assert_eq!(from_compose_types(&compose, &extras), Ok(expected));
}
