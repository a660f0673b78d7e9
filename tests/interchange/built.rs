//! Projects that another program builds with the types, or reads with them, are what the same text in a file is.

use std::fs;
use std::path::{Path, PathBuf};

use cutover::compose::interchange::{Extras, from_compose_types};
use cutover::compose::model::Project;
use cutover::source::file::Disk;
use docker_compose_types::{
    AdvancedNetworkSettings, AdvancedNetworks, BuildStep, Command, Compose, ComposeNetworks, ComposeSecret,
    ComposeSecrets, ComposeVolume, DependsCondition, DependsOnOptions, Deploy, Environment, Healthcheck,
    HealthcheckTest, Labels, Limits, MapOrEmpty, NetworkSettings, Networks, Ports, Resources, Secrets,
    Service, ServiceBuilder, Services, SingleValue, StringOrUnsigned, SysCtls, Tmpfs, TopLevelVolumes,
    Ulimit, Ulimits, Volumes,
};
use indexmap::IndexMap;

use super::{FOLDER, load, project_of, titles};
use crate::projects;

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
    let environment =
        [("PRICE", Some(SingleValue::String("5$".to_owned()))), ("SIZE", Some(SingleValue::Unsigned(3)))];
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
    let settings =
        AdvancedNetworkSettings { aliases: texts(["store"]), ..AdvancedNetworkSettings::default() };
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
    assert_eq!(
        plain.services["db"].container.volumes[1].source, "./conf",
        "there is no folder to start from"
    );
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
        (
            with(&|db| db.extends = named([("service", "web".to_owned())])),
            "services.db.extends: a project that is",
        ),
        (with(&|db| db.net = text("host")), "services.db additional properties 'net' not allowed"),
        (with(&|db| db.stop_grace_period = text("soon")), "time: invalid duration \"soon\""),
        (with(&|db| db.image = None), "has neither an image nor a build context"),
    ];
    for (compose, complaint) in rows {
        let findings = Project::try_from(compose).expect_err(complaint);
        assert!(
            titles(&findings).iter().any(|title| title.contains(complaint)),
            "{complaint}: {findings:#?}"
        );
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
    crate::say::say(&format!("{compared} real files were read by the crate"));
}

#[expect(clippy::disallowed_methods, reason = "the crate reads the text as it is")]
fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap()
}
