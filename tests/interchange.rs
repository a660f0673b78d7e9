//! To the types of `docker-compose-types` and back, and to text and back: nothing is lost on the way.
//!
//! In: our samples, real projects, corners of our own, and values built in code. Out: projects that are equal.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use cutover::compose;
use cutover::compose::input::Request;
use cutover::compose::interchange::{Extras, from_compose_types, normalized_document, to_compose_types};
use cutover::compose::model::Project;
use cutover::compose::model::field::Form;
use cutover::finding::Finding;
use cutover::source::emit;
use cutover::source::file::{Disk, FileSystem, Memory, SourceMap};
use docker_compose_types::{
    AdvancedNetworkSettings, AdvancedNetworks, BuildStep, Command, Compose, ComposeNetworks, ComposeSecret,
    ComposeSecrets, ComposeVolume, DependsCondition, DependsOnOptions, Deploy, Environment, Healthcheck,
    HealthcheckTest, Labels, Limits, MapOrEmpty, NetworkSettings, Networks, Ports, Resources, Secrets, Service,
    ServiceBuilder, Services, SingleValue, StringOrUnsigned, SysCtls, Tmpfs, TopLevelVolumes, Ulimit, Ulimits, Volumes,
};
use indexmap::IndexMap;
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
        Value::Array(items) if !items.is_empty() => items.iter().map(leaves).sum(),
        Value::Object(entries) if !entries.is_empty() => entries.values().map(leaves).sum(),
        _ => 1,
    }
}

/// Sends a project to the types and back, and says how many leaves are in the extras, and how many there are.
fn assert_comes_back(name: &str, project: &Project) -> (usize, usize) {
    let document = project.json(Form::Yaml);
    assert_eq!(normalized_document(project), document, "{name}");
    let (compose, extras) = to_compose_types(project);
    assert_eq!(compose.services.0.len(), project.services.len(), "{name}: services are handed over");
    match from_compose_types(&compose, &extras) {
        Ok(again) => assert_eq!(again, *project, "{name}"),
        Err(findings) => panic!("{name}: {:#?}", titles(&findings)),
    }
    let keys = extras.exact.keys().filter_map(|path| path.last_key());
    let unforeseen: Vec<&str> = keys.filter(|key| !["pre_start", "x-#value"].contains(key)).collect();
    assert!(name.starts_with("corner") || unforeseen.is_empty(), "{name}: {unforeseen:?} are read otherwise");
    (extras.printed.values().map(leaves).sum(), leaves(&document))
}

#[test]
fn every_project_comes_back_as_it_was() {
    let mut shares: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for project in projects::all() {
        let group = if project.name.starts_with("samples/") { "samples" } else { "real projects" };
        for profiles in PROFILES {
            let name = format!("{} {profiles:?}", project.name);
            let loaded = load(&project.request(profiles), Box::new(Disk)).unwrap();
            let (extra, all) = assert_comes_back(&name, &loaded);
            let share = shares.entry(group).or_default();
            *share = (share.0 + extra, share.1 + all);
        }
    }
    for (group, (extra, all)) in &shares {
        eprintln!("{group}: {extra} of {all} leaves are in the extras");
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
        assert_comes_back(keys, &project);
        let (_, extras) = to_compose_types(&project);
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
    let text = "services: { web: { image: nginx, platform: linux/arm64 }, db: { image: postgres, cpus: 0.5 } }";
    let (mut compose, extras) = to_compose_types(&project_of(text, |_| {}));
    compose.services.0.shift_remove("db");
    let changed = compose.services.0["web"].as_mut().unwrap();
    changed.image = Some("nginx:1.29".to_owned());
    let expected = project_of("services: { web: { image: 'nginx:1.29', platform: linux/arm64 } }", |_| {});
    assert_eq!(from_compose_types(&compose, &extras), Ok(expected));
}

fn texts<const N: usize>(words: [&str; N]) -> Vec<String> {
    words.map(str::to_owned).to_vec()
}

fn text(word: &str) -> Option<String> {
    Some(word.to_owned())
}

fn named<T, const N: usize>(entries: [(&str, T); N]) -> IndexMap<String, T> {
    entries.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

/// The service `web`, in short forms.
fn built_web() -> Service {
    let environment = [("PRICE", Some(SingleValue::String("5$".to_owned()))), ("SIZE", Some(SingleValue::Unsigned(3)))];
    let limits = Limits { cpus: text("0.50"), memory: text("64m"), devices: None };
    let soft_and_hard = |text: &str| StringOrUnsigned::String(text.to_owned());
    ServiceBuilder::default()
        .build_(BuildStep::Simple("./web".to_owned()))
        .command(Command::Simple("serve --port '80 81'".to_owned()))
        .depends_on(DependsOnOptions::Simple(texts(["db"])))
        .devices(texts(["/dev/fuse"]))
        .deploy(Deploy {
            labels: texts(["a=b", "c"]),
            resources: Some(Resources { limits: Some(limits), reservations: None }),
            ..Deploy::default()
        })
        .environment(Environment::KvPair(named(environment)))
        .networks(Networks::Simple(texts(["front"])))
        .ports(Ports::Short(texts(["8080:80", "127.0.0.1:9000-9001:9000-9001/udp"])))
        .secrets(Secrets::Simple(texts(["token"])))
        .sysctls(SysCtls::List(texts(["net.core.somaxconn=1024"])))
        .tmpfs(Tmpfs::Simple("/run".to_owned()))
        .ulimits(Ulimits(named([(
            "nofile",
            Ulimit::SoftHard { soft: soft_and_hard("1024"), hard: soft_and_hard("2048") },
        )])))
        .build()
        .unwrap()
}

/// The service `db`, in long forms where there are some.
fn built_db() -> Service {
    let settings = AdvancedNetworkSettings { aliases: texts(["store"]), ..AdvancedNetworkSettings::default() };
    Service {
        image: text("postgres:17"),
        environment: Environment::List(texts(["PGDATA=/data", "LANG"])),
        healthcheck: Some(Healthcheck {
            test: Some(HealthcheckTest::Single("pg_isready".to_owned())),
            interval: text("90s"),
            ..Healthcheck::default()
        }),
        labels: Labels::List(texts(["tier=data"])),
        networks: Networks::Advanced(AdvancedNetworks(named([("front", MapOrEmpty::Map(settings))]))),
        volumes: vec![
            Volumes::Simple("data:/data".to_owned()),
            Volumes::Simple("./conf:/etc/postgresql:ro".to_owned()),
        ],
        shm_size: text("128m"),
        ..Service::default()
    }
}

fn built() -> Compose {
    let waiting = DependsCondition::service_healthy().with_restart(true);
    let debug = Service {
        image: text("busybox"),
        profiles: texts(["debug"]),
        depends_on: DependsOnOptions::Conditional(named([("db", waiting)])),
        ..Service::default()
    };
    let unused = ComposeVolume {
        driver: text("local"),
        driver_opts: IndexMap::new(),
        external: None,
        labels: Labels::default(),
        name: None,
    };
    Compose {
        version: text("3.8"),
        name: text("built"),
        services: Services(named([
            ("web", Some(built_web())),
            ("db", Some(built_db())),
            ("debug", Some(debug)),
        ])),
        volumes: TopLevelVolumes(named([("data", MapOrEmpty::Empty), ("unused", MapOrEmpty::Map(unused))])),
        networks: ComposeNetworks(named([(
            "front",
            MapOrEmpty::Map(NetworkSettings { internal: true, ..NetworkSettings::default() }),
        )])),
        secrets: Some(ComposeSecrets(named([("token", Some(ComposeSecret::File("./token".to_owned())))]))),
        ..Compose::new()
    }
}

/// What [`built`] says, as a person writes it.
const WRITTEN: &str = r#"
version: "3.8"
name: built
services:
  web:
    build: ./web
    command: serve --port '80 81'
    depends_on: [db]
    devices: [/dev/fuse]
    deploy: { labels: [a=b, c], resources: { limits: { cpus: "0.50", memory: 64m } } }
    environment: { PRICE: 5$$, SIZE: 3 }
    networks: [front]
    ports: ["8080:80", "127.0.0.1:9000-9001:9000-9001/udp"]
    secrets: [token]
    sysctls: [net.core.somaxconn=1024]
    tmpfs: /run
    ulimits: { nofile: { soft: "1024", hard: "2048" } }
  db:
    image: postgres:17
    environment: [PGDATA=/data, LANG]
    healthcheck: { test: pg_isready, interval: 90s }
    labels: [tier=data]
    networks: { front: { aliases: [store] } }
    volumes: ["data:/data", "./conf:/etc/postgresql:ro"]
    shm_size: 128m
  debug:
    image: busybox
    profiles: [debug]
    depends_on: { db: { condition: service_healthy, restart: true } }
volumes: { data: , unused: { driver: local } }
networks: { front: { internal: true } }
secrets: { token: { file: ./token } }
"#;

#[test]
fn a_project_built_in_code_is_what_a_file_says() {
    for profiles in [&[][..], &["debug"]] {
        let profiles: Vec<String> = profiles.iter().map(|profile| (*profile).to_owned()).collect();
        let written = project_of(WRITTEN, |request| request.profiles.clone_from(&profiles));
        let extras = Extras {
            folder: Some(PathBuf::from(FOLDER)),
            profiles: profiles.iter().cloned().collect(),
            ..Extras::default()
        };
        assert_eq!(from_compose_types(&built(), &extras), Ok(written));
    }
    let plain = Project::try_from(built()).unwrap();
    assert_eq!(plain.disabled_services.keys().collect::<Vec<_>>(), ["debug"]);
    assert!(!plain.volumes.contains_key("unused"));
    assert_eq!(plain.services["db"].container.volumes[1].source, "./conf", "there is no folder to start from");
}

#[test]
fn a_project_built_in_code_is_judged_like_a_file() {
    let with = |change: &dyn Fn(&mut Service)| {
        let mut compose = built();
        change(compose.services.0["db"].as_mut().unwrap());
        compose
    };
    let rows = [
        (Compose { name: None, ..built() }, "project name must not be empty"),
        (Compose { networks: ComposeNetworks::default(), ..built() }, "refers to undefined network front"),
        (with(&|db| db.ports = Ports::Short(texts(["80:x"]))), "invalid containerPort: x"),
        (with(&|db| db.extends = named([("service", "web".to_owned())])), "services.db.extends: a project that is"),
        (with(&|db| db.net = text("host")), "services.db additional properties 'net' not allowed"),
        (with(&|db| db.stop_grace_period = text("soon")), "time: invalid duration \"soon\""),
        (with(&|db| db.image = None), "has neither an image nor a build context"),
    ];
    for (compose, complaint) in rows {
        let findings = Project::try_from(compose).expect_err(complaint);
        assert!(titles(&findings).iter().any(|title| title.contains(complaint)), "{complaint}: {findings:#?}");
        assert!(findings.iter().all(|finding| finding.labels.is_empty()), "there are no places");
    }
}

#[test]
fn a_file_that_the_crate_reads_is_the_project_that_we_read() {
    let mut compared = 0;
    for project in projects::corpus() {
        let [file] = project.files.as_slice() else { continue };
        let text = read(&project.folder.join(file));
        // What leads out of the text is for the loader alone.
        if ["$", "env_file", "label_file", "extends", "include"].iter().any(|word| text.contains(word)) {
            continue;
        }
        let mut value: serde_yaml::Value = serde_yaml::from_str(&text).unwrap();
        value.apply_merge().unwrap();
        let Ok(compose) = serde_yaml::from_value::<Compose>(value) else { continue };
        let loaded = load(&project.request(&[]), Box::new(Disk)).unwrap();
        let extras = Extras { folder: Some(project.folder.clone()), ..Extras::default() };
        let compose = Compose { name: Some(loaded.name.clone()), ..compose };
        assert_eq!(from_compose_types(&compose, &extras), Ok(loaded), "{}", project.name);
        compared += 1;
    }
    eprintln!("{compared} real files were read by the crate");
}

#[expect(clippy::disallowed_methods, reason = "the crate reads the text as it is")]
fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap()
}

/// What Docker Compose reads when it is given what it has printed of a project. It does not print what is disabled, and
/// refuses optional dependencies on that, so these are taken out first.
fn readable(mut project: Project) -> Project {
    project.disabled_services.clear();
    project.disabled_jobs.clear();
    let active: Vec<String> = project.services.keys().cloned().collect();
    for service in project.services.values_mut() {
        service.workload.depends_on.retain(|name, _| active.contains(name));
    }
    project
}

/// Hooks inherit from their service whenever it is read, the second time also what files have brought into it.
fn without_inheritance(mut project: Project) -> Project {
    for service in project.services.values_mut() {
        let Some(variables) = Some(&service.container.environment.0).cloned() else { continue };
        let labels = service.container.labels.0.clone();
        for hook in &mut service.pre_start {
            hook.container.environment.0.retain(|name, _| !variables.contains_key(name));
            hook.container.labels.0.retain(|name, _| !labels.contains_key(name));
        }
    }
    project
}

/// The text of a project for the loader. Docker Compose doubles the dollar signs of keys too, and does not undo that; it
/// prints the names of jobs into them, and refuses them there.
fn printed(project: &Project) -> String {
    let mut document = normalized_document(project);
    let jobs = document.get_mut("jobs").and_then(Value::as_object_mut).into_iter().flatten();
    jobs.for_each(|(_, job)| drop(job.as_object_mut().unwrap().remove("name").expect("a job has its name")));
    double_dollars(&mut document);
    emit::yaml(&document)
}

fn double_dollars(value: &mut Value) {
    match value {
        Value::String(text) => *text = text.replace('$', "$$"),
        Value::Array(items) => items.iter_mut().for_each(double_dollars),
        Value::Object(entries) => entries.values_mut().for_each(double_dollars),
        _ => {}
    }
}

#[test]
fn what_is_printed_is_read_as_the_same_project() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("printed.yaml").display().to_string();
    for project in projects::all() {
        for profiles in PROFILES {
            let name = format!("{} {profiles:?}", project.name);
            let request = project.request(profiles);
            let loaded = readable(load(&request, Box::new(Disk)).unwrap());
            write(Path::new(&file), &printed(&loaded));
            let request = Request {
                files: vec![file.clone()],
                project_directory: Some(project.folder.display().to_string()),
                ..request
            };
            match load(&request, Box::new(Disk)) {
                Ok(again) => assert_eq!(without_inheritance(again), without_inheritance(loaded), "{name}"),
                Err(findings) => panic!("{name}: {:#?}", titles(&findings)),
            }
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "the text is put into a folder of the test's own")]
fn write(path: &Path, text: &str) {
    fs::write(path, text).unwrap();
}
