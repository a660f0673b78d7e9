//! The graph: what is found, in which order it starts and moves, and that every edge has its evidence.

use serde_json::Value;

use crate::projects;
use crate::repository;
use crate::run::{cutover, folder_with};

fn graph_of(text: &str) -> Value {
    let folder = folder_with(&[
        ("compose.yaml", text),
        ("conf/nginx.conf", "upstream app { server api:8000; }\nproxy_pass http://front;\n"),
    ]);
    let ran = cutover(folder.path(), &["graph", "--format", "json"]);
    assert_eq!(ran.status, Some(0), "{}", ran.stderr);
    serde_json::from_str(&ran.stdout).unwrap()
}

fn edges(graph: &Value) -> Vec<String> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let line = |edge: &Value| {
        let port = edge["port"].as_u64().map(|port| format!(":{port}")).unwrap_or_default();
        let [from, to, relation, path] = ["from", "to", "relation", "path"].map(|key| text(&edge[key]));
        format!("{from} {relation}{port} {to} by {path}")
    };
    graph["edges"].as_array().unwrap().iter().map(line).collect()
}

const PROJECT: &str = "
services:
  front:
    image: nginx
    depends_on: {api: {condition: service_healthy}}
    volumes: [\"./conf:/etc/nginx/conf.d:ro\"]
  api:
    build: {context: ., args: {REGISTRY_URL: \"http://cache/\"}}
    environment:
      DATABASE_URL: postgres://app@primary:5432/app
      CACHE_HOST: cache
      MODE: cache
    healthcheck: {test: [CMD, curl, \"http://api:8000/\"]}
    depends_on: [db, setup]
    volumes: [\"data:/data\"]
  db:
    image: postgres
    networks: {default: {aliases: [primary]}}
  cache: {image: redis, container_name: the-cache}
  setup:
    image: x
    command: [run, --redis-host, the-cache, --mode, db]
    volumes: [\"data:/data\"]
    depends_on: [db]
  sidecar: {image: x, network_mode: \"service:api\"}
volumes: {data: }
";

#[test]
fn declared_and_inferred_edges_come_with_their_evidence() {
    let graph = graph_of(PROJECT);
    let found = edges(&graph);
    for expected in [
        "service/front depends_on service/api by services.front.depends_on.api",
        "service/api depends_on service/db by services.api.depends_on.db",
        "service/api mentions:5432 service/db by services.api.environment.DATABASE_URL",
        "service/api mentions service/cache by services.api.environment.CACHE_HOST",
        "service/api mentions service/cache by services.api.build.args.REGISTRY_URL",
        "service/setup mentions service/cache by services.setup.command[2]",
        "service/sidecar shares service/api by services.sidecar.network_mode",
        "service/front mentions:8000 service/api by services.front.volumes[0]",
        "service/api uses volume/data by services.api.volumes[0]",
    ] {
        assert!(found.iter().any(|edge| edge == expected), "{expected} is missing in\n{}", found.join("\n"));
    }
    for unwanted in
        ["environment.MODE", "service/setup mentions service/db", "service/api mentions:8000 service/api"]
    {
        assert!(!found.iter().any(|edge| edge.contains(unwanted)), "{unwanted} is in\n{}", found.join("\n"));
    }
    let files: Vec<&Value> = graph["edges"].as_array().unwrap().iter().map(|edge| &edge["file"]).collect();
    assert!(files.iter().any(|file| file.as_str() == Some("conf/nginx.conf")), "{files:?}");
}

#[test]
fn order_waves_and_groups_follow_from_the_edges() {
    let graph = graph_of(PROJECT);
    let expected: Value = serde_json::json!([
        ["service/cache", "service/db"],
        ["service/setup"],
        ["service/api"],
        ["service/front", "service/sidecar"],
    ]);
    assert_eq!(graph["start_order"], expected);
    let waves = graph["cutover_waves"].as_array().unwrap();
    let wave_of = |name: &str| waves.iter().position(|wave| wave.as_array().unwrap().contains(&name.into()));
    assert!(wave_of("service/cache") < wave_of("service/api"), "{waves:?}");
    assert_eq!(wave_of("service/setup"), wave_of("service/api"), "they share a volume: {waves:?}");
    assert_eq!(graph["one_pod"][0]["members"], serde_json::json!(["service/api", "service/sidecar"]));
    assert_eq!(graph["one_node"][0]["members"], serde_json::json!(["service/api", "service/setup"]));
}

#[test]
fn circles_of_calls_are_named_as_loops() {
    let graph = graph_of(
        "services:\n  a: {image: x, environment: {B_URL: \"http://b\"}}\n  b: {image: x, environment: {C_URL: \"http://c\"}}\n  \
         c: {image: x, environment: {A_URL: \"http://a:80\"}}\n",
    );
    assert_eq!(graph["circles"], serde_json::json!([["service/a", "service/b", "service/c"]]));
}

#[test]
fn every_project_can_be_drawn_in_every_format() {
    for project in projects::all() {
        for format in ["svg", "mermaid", "dot", "json"] {
            let mut arguments: Vec<String> =
                ["graph", "--format", format, "--profile", "*"].map(str::to_owned).into();
            arguments.extend(project.arguments());
            let ran = cutover(&project.folder, &arguments);
            assert_eq!(ran.status, Some(0), "{} as {format}: {}", project.name, ran.stderr);
            assert!(ran.stdout.len() > 50, "{} as {format}: {}", project.name, ran.stdout);
        }
    }
}

#[test]
fn the_graph_of_the_shop_is_as_accepted() {
    let ran = cutover(&repository::top().join("samples/shop"), &["graph", "--format", "json"]);
    let golden = repository::top().join("snapshots/graph/shop.json");
    if std::env::var_os("UPDATE").is_some() {
        std::fs::create_dir_all(golden.parent().unwrap()).unwrap();
        std::fs::write(&golden, &ran.stdout).unwrap();
    }
    assert_eq!(ran.stdout, repository::read("snapshots/graph/shop.json"), "UPDATE=1 accepts");
}
