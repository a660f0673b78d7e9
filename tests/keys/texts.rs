//! What is printed about a bad file: Docker Compose's own words, at the right place.
//!
//! Each text was taken from what `docker-compose config` prints after `validating FILE: `, but for space in front.

use cutover::compose::schema::validate;
use cutover::mapping::keys::Keys;
use cutover::source::file::{Memory, SourceMap};
use cutover::source::node::{Node, Value};

use crate::keys::read::yaml;

/// A file with one mistake, where it is, and what is printed.
const SINGLE: &[(&str, &str, &str)] = &[
    // Types.
    ("version: 3\n", "1:10", "version must be a string"),
    ("networks: 5\n", "1:11", "networks must be a mapping"),
    ("services: [web]\n", "1:11", "services must be a mapping"),
    ("services:\n  web:\n", "2:7", "services.web must be a mapping"),
    ("services:\n  web: nginx\n", "2:8", "services.web must be a mapping"),
    ("services:\n  web:\n    image: 5\n", "3:12", "services.web.image must be a string"),
    ("services:\n  web:\n    image:\n", "3:11", "services.web.image must be a string"),
    ("services:\n  web:\n    user: 1000\n", "3:11", "services.web.user must be a string"),
    ("services:\n  web:\n    hostname: true\n", "3:15", "services.web.hostname must be a string"),
    ("services:\n  web:\n    build: 5\n", "3:12", "services.web.build must be a string"),
    ("services:\n  web:\n    build: [.]\n", "3:12", "services.web.build must be a string"),
    ("services:\n  web:\n    command: 5\n", "3:14", "services.web.command must be a null"),
    ("services:\n  web:\n    command: [a, 5]\n", "3:18", "services.web.command.1 must be a string"),
    ("services:\n  web:\n    privileged: 1\n", "3:17", "services.web.privileged must be a boolean or string"),
    (
        "services:\n  web:\n    use_api_socket: \"true\"\n",
        "3:21",
        "services.web.use_api_socket must be a boolean",
    ),
    ("services:\n  web:\n    cpus: true\n", "3:11", "services.web.cpus must be a number or string"),
    ("services:\n  web:\n    scale: 1.5\n", "3:12", "services.web.scale must be a integer or string"),
    ("services:\n  web:\n    cpu_count: 1.5\n", "3:16", "services.web.cpu_count must be a string"),
    ("services:\n  web:\n    pid: 5\n", "3:10", "services.web.pid must be a null or string"),
    ("services:\n  web:\n    cap_add: ALL\n", "3:14", "services.web.cap_add must be a array"),
    ("services:\n  web:\n    ports: {a: 80}\n", "3:12", "services.web.ports must be a array"),
    ("services:\n  web:\n    ports: [[80]]\n", "3:13", "services.web.ports.0 must be a number"),
    (
        "services:\n  web:\n    ports: [\"80\", {target: []}]\n",
        "3:28",
        "services.web.ports.1.target must be a integer or string",
    ),
    (
        "services:\n  web:\n    group_add: [a, true]\n",
        "3:20",
        "services.web.group_add.1 must be a number or string",
    ),
    ("services:\n  web:\n    depends_on: {db: 5}\n", "3:22", "services.web.depends_on.db must be a mapping"),
    ("services:\n  web:\n    networks: {a: 5}\n", "3:19", "services.web.networks.a must be a mapping"),
    ("services:\n  web:\n    label_file: [{A: b}]\n", "3:18", "services.web.label_file.0 must be a string"),
    (
        "services:\n  web:\n    environment: {A: [b]}\n",
        "3:22",
        "services.web.environment.A must be a boolean, null, number or string",
    ),
    ("services:\n  web:\n    extra_hosts: {a: 5}\n", "3:22", "services.web.extra_hosts.a must be a string"),
    (
        "services:\n  web:\n    ulimits: {nofile: []}\n",
        "3:23",
        "services.web.ulimits.nofile must be a integer or string",
    ),
    ("services:\n  web:\n    deploy: 5\n", "3:13", "services.web.deploy must be a mapping or null"),
    (
        "services:\n  web:\n    deploy: {resources: {limits: {memory: 512}}}\n",
        "3:43",
        "services.web.deploy.resources.limits.memory must be a string",
    ),
    (
        "services:\n  web:\n    healthcheck: {interval: 30}\n",
        "3:29",
        "services.web.healthcheck.interval must be a string",
    ),
    (
        "services:\n  web:\n    stop_grace_period: 10\n",
        "3:24",
        "services.web.stop_grace_period must be a string",
    ),
    (
        "services:\n  web:\n    logging: {options: {max-file: true}}\n",
        "3:35",
        "services.web.logging.options.max-file must be a null, number or string",
    ),
    ("services:\n  web:\n    storage_opt: 5\n", "3:18", "services.web.storage_opt must be a mapping"),
    (
        "services:\n  web:\n    pre_start: [{image: 5}]\n",
        "3:25",
        "services.web.pre_start.0.image must be a string",
    ),
    (
        "services:\n  web:\n    provider: {type: a, options: {b: {}}}\n",
        "3:38",
        "services.web.provider.options.b must be a boolean, number or string",
    ),
    ("networks: {a: {external: 5}}\n", "1:26", "networks.a.external must be a boolean, mapping or string"),
    ("secrets: {a: }\n", "1:13", "secrets.a must be a mapping"),
    ("models: {a: {model: b, context_size: \"4096\"}}\n", "1:38", "models.a.context_size must be a integer"),
    // Keys.
    ("web:\n  image: a\n", "1:1", "additional properties 'web' not allowed"),
    ("services:\n  web:\n    imagee: a\n", "3:5", "services.web additional properties 'imagee' not allowed"),
    (
        "services:\n  web: {image: a, \"it's\": b}\n",
        "2:19",
        "services.web additional properties 'it\\'s' not allowed",
    ),
    (
        "services:\n  web:\n    pre_start: [{imagee: a}]\n",
        "3:18",
        "services.web.pre_start.0 additional properties 'imagee' not allowed",
    ),
    (
        "services:\n  web:\n    build: {contxt: .}\n",
        "3:13",
        "services.web.build additional properties 'contxt' not allowed",
    ),
    (
        "services:\n  web:\n    deploy: {update_config: {\"it's\": a}}\n",
        "3:30",
        "services.web.deploy.update_config additional properties 'it\\'s' not allowed",
    ),
    (
        "services:\n  web:\n    blkio_config: {x-mine: a}\n",
        "3:20",
        "services.web.blkio_config additional properties 'x-mine' not allowed",
    ),
    ("services:\n  \"a b\": {image: a}\n", "2:3", "services additional properties 'a b' not allowed"),
    ("networks:\n  caf\u{e9}: {}\n", "2:3", "networks additional properties 'caf\u{e9}' not allowed"),
    (
        "services:\n  web:\n    environment: {\"\": a}\n",
        "3:19",
        "services.web.environment additional properties '' not allowed",
    ),
    (
        "services:\n  web:\n    depends_on: {\"a\\tb\": {condition: service_started}}\n",
        "3:18",
        "services.web.depends_on additional properties 'a\\tb' not allowed",
    ),
    (
        "volumes: {a: {external: {nam: b}}}\n",
        "1:26",
        "volumes.a.external additional properties 'nam' not allowed",
    ),
    // Keys that must be there.
    (
        "services:\n  web:\n    depends_on: {db: {restart: true}}\n",
        "3:22",
        "services.web.depends_on.db missing property 'condition'",
    ),
    (
        "services:\n  web:\n    develop: {watch: [{target: a}]}\n",
        "3:23",
        "services.web.develop.watch.0 missing properties 'path', 'action'",
    ),
    ("services:\n  web:\n    volumes: [{target: /a}]\n", "3:15", "services.web.volumes.0 must be a string"),
    (
        "services:\n  web:\n    ulimits: {nofile: {soft: 5}}\n",
        "3:23",
        "services.web.ulimits.nofile must be a integer or string",
    ),
    (
        "services:\n  web:\n    post_start: [{user: a}]\n",
        "3:18",
        "services.web.post_start.0 missing property 'command'",
    ),
    ("jobs:\n  a: {image: b}\n", "2:6", "jobs.a missing property 'triggers'"),
    ("jobs:\n  a: {image: b, triggers: {}}\n", "2:27", "jobs.a.triggers missing property 'manual'"),
    ("models: {a: {name: b}}\n", "1:13", "models.a missing property 'model'"),
    // Values.
    (
        "services:\n  web:\n    cgroup: hosts\n",
        "3:13",
        "services.web.cgroup value must be one of 'host', 'private'",
    ),
    ("services:\n  web:\n    gpus: some\n", "3:11", "services.web.gpus value must be 'all'"),
    (
        "services:\n  web:\n    volumes: [{type: bnd, target: /a}]\n",
        "3:22",
        "services.web.volumes.0.type value must be one of 'bind', 'volume', 'tmpfs', 'cluster', 'npipe', 'image'",
    ),
    (
        "services:\n  web:\n    pull_policy: sometimes\n",
        "3:18",
        "services.web.pull_policy 'sometimes' does not match pattern '^(always|never|build|if_not_present|missing|refresh|daily|weekly|every_([0-9]+[wdhms])+)$'",
    ),
    (
        "services:\n  web:\n    container_name: \"\\u200b'\"\n",
        "3:21",
        "services.web.container_name '\\u200b\\'' does not match pattern '[a-zA-Z0-9][a-zA-Z0-9_.-]+'",
    ),
    ("services:\n  web:\n    cpu_percent: 101\n", "3:18", "services.web.cpu_percent must be a string"),
    (
        "services:\n  web:\n    volumes: [{type: tmpfs, target: /a, tmpfs: {size: -1}}]\n",
        "3:55",
        "services.web.volumes.0.tmpfs.size must be greater than or equal to 0",
    ),
    (
        "services:\n  web:\n    security_opt: [a, b, a]\n",
        "3:26",
        "services.web.security_opt items at 0 and 2 are equal",
    ),
    (
        "services:\n  web:\n    group_add: [5, 5.0]\n",
        "3:20",
        "services.web.group_add items at 0 and 1 are equal",
    ),
    ("services:\n  web:\n    devices: [{target: /a}]\n", "3:15", "services.web.devices.0 must be a string"),
    ("x-mine: {a: [.nan]}\n", "1:14", "json: unsupported value: NaN"),
    ("services:\n  web:\n    cpus: -.inf\n", "3:11", "json: unsupported value: -Inf"),
];

/// A file with several mistakes: all are found, in the order in which they stand there.
const SEVERAL: &[(&str, &[&str])] = &[
    (
        "services:\n  web:\n    imagee: a\n    ports: [80, [], {targe: 80}]\n  db:\n    user: 5\nnetwork: {}\n",
        &[
            "3:5 services.web additional properties 'imagee' not allowed",
            "4:17 services.web.ports.1 must be a number",
            "4:22 services.web.ports.2 additional properties 'targe' not allowed",
            "6:11 services.db.user must be a string",
            "7:1 additional properties 'network' not allowed",
        ],
    ),
    (
        "services:\n  web:\n    extends: {fil: a}\n    cap_drop: [a, b, a, b, a]\n",
        &[
            "3:14 services.web.extends must be a string",
            "3:15 services.web.extends additional properties 'fil' not allowed",
            "4:22 services.web.cap_drop items at 0 and 2 are equal",
            "4:25 services.web.cap_drop items at 1 and 3 are equal",
            "4:28 services.web.cap_drop items at 0 and 4 are equal",
        ],
    ),
    (
        "x-a: .nan\nservices:\n  web:\n    image: .inf\n    build: {args: {a: [.nan, {b: -.inf}]}}\n",
        &[
            "1:6 json: unsupported value: NaN",
            "4:12 services.web.image must be a string",
            "4:12 json: unsupported value: +Inf",
            "5:23 services.web.build.args.a must be a boolean, null, number or string",
            "5:24 json: unsupported value: NaN",
            "5:34 json: unsupported value: -Inf",
        ],
    ),
];

/// What the schema lets through although it looks odd; some of it is refused later.
const RIGHT: &[&str] = &[
    "services:\n  web:\n    ulimits: {noFile: []}\n",
    "services:\n  web:\n    cpu_count: 2.0\n    mem_swappiness: 60.0\n",
    "services:\n  web:\n    storage_opt: {a: {b: [c]}}\n    deploy:\n    develop:\n",
    "services:\n  web:\n    gpus: [{anything: goes}]\n    models: {a b: 5}\n",
    "services:\n  web:\n    environment: {DAY: 2001-01-01}\n",
    "services:\n  web:\n    user: 2001-01-01\n    x-mine: [{}]\n",
    "secrets: {a: {external: {anything: goes}}}\nnetworks:\n  a:\n",
    "x-mine: 5\n",
];

fn findings(text: &str) -> Vec<String> {
    let mut sources = SourceMap::new(Box::new(Memory::default()), "/");
    let tree = yaml(&mut sources, text);
    let findings = validate(&tree, Keys::embedded());
    let shown = findings.iter().map(|finding| {
        let label = finding.labels.first().expect("each finding has a place");
        let place = sources.place(label.span);
        assert!(!label.text.is_empty() && finding.help.is_some() && finding.stops(), "{finding:?}");
        format!("{} {}", place.trim_start_matches("compose.yaml:"), finding.title)
    });
    shown.collect()
}

#[test]
fn each_mistake_is_told_in_the_words_of_docker_compose() {
    let wrong: Vec<String> = SINGLE
        .iter()
        .filter_map(|(text, place, title)| {
            let (found, expected) = (findings(text), vec![format!("{place} {title}")]);
            (found != expected).then(|| format!("{text}expected {expected:?}\n     got {found:?}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
    assert!(SINGLE.len() >= 60);
}

#[test]
fn all_mistakes_are_found_in_one_run() {
    for (text, expected) in SEVERAL {
        assert_eq!(findings(text), *expected, "{text}");
    }
}

#[test]
fn what_the_schema_accepts_is_accepted() {
    for text in RIGHT {
        assert_eq!(findings(text), Vec::<String>::new(), "{text}");
    }
}

#[test]
fn positions_of_a_thousand_items_are_grouped() {
    let mut items: Vec<String> = (0..2000).map(|item| item.to_string()).collect();
    items.push("\"x\", \"x\"".to_owned());
    let text = format!("services: {{web: {{group_add: [{}]}}}}", items.join(","));
    let found = findings(&text);
    assert!(
        found.iter().any(|line| line.ends_with("group_add items at 2,000 and 2,001 are equal")),
        "{found:?}"
    );
}

#[test]
fn no_depth_is_too_deep() {
    let mut sources = SourceMap::new(Box::new(Memory::default()), "/");
    let mut tree = yaml(&mut sources, "services: {web: {image: 5, volumes: [{type: bind}, {type: bind}]}}");
    let span = tree.span;
    let nested = || {
        (0..500_000).fold(Node::new(Value::Null, span), |node, _| Node::new(Value::List(vec![node]), span))
    };
    let inner = |node, key: &&str| Node::as_map_mut(node).and_then(|map| map.get_mut(key)).unwrap();
    let volumes = ["services", "web", "volumes"].iter().fold(&mut tree, inner);
    let Value::List(mounts) = &mut volumes.value else { panic!("{volumes:?}") };
    for mount in mounts {
        mount.as_map_mut().unwrap().insert("x-deep", span, nested());
    }
    let titles: Vec<String> =
        validate(&tree, Keys::embedded()).into_iter().map(|finding| finding.title).collect();
    assert_eq!(
        titles,
        ["services.web.image must be a string", "services.web.volumes items at 0 and 1 are equal"]
    );
    // Dropping it would be too deep: a reader of files bounds the depth, this test does not.
    std::mem::forget(tree);
}
