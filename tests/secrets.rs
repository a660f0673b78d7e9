//! Planted secrets never come out: not in a message, not in a picture.

use crate::run::{folder_with, with_input};

const PLANTED: [&str; 9] = [
    "PLANTED-broken-4a4a",
    "PLANTED-tail-2b2b2",
    "PLANTED-env-1f0c9",
    "PLANTED-url-77aa2",
    "PLANTED-arg-90bd1",
    "PLANTED-file-3c3c4",
    "PLANTED-dotenv-5e5e",
    "PLANTED-process-8d8",
    "PLANTED-label-6b6b6",
];

const COMPOSE: &str = r#"
services:
  api:
    image: x
    command: ["serve", "--password=PLANTED-arg-90bd1", "--url=http://db:80"]
    environment:
      DB_PASSWORD: PLANTED-env-1f0c9
      DATABASE_URL: postgres://app:PLANTED-url-77aa2@db:5432/app
      FROM_DOTENV: "${DOTENV_TOKEN}"
      FROM_PROCESS: "${API_SECRET}x"
      CACHE_HOST: db
    labels:
      app.admin-password: PLANTED-label-6b6b6
    secrets: [pw]
    env_file: api.env
    depends_on: [db]
    MISTAKE
  db:
    image: postgres
    mem_limit: 1.5
    healthcheck: {test: "redis-cli -a PLANTED-arg-90bd1 ping; true"}
secrets:
  pw: {file: ./pw.txt}
"#;

fn files(mistake: &str) -> Vec<(&'static str, String)> {
    vec![
        ("compose.yaml", COMPOSE.replace("MISTAKE", mistake)),
        (".env", "DOTENV_TOKEN=PLANTED-dotenv-5e5e\n".to_owned()),
        ("api.env", "API_TOKEN=a1 #PLANTED-tail-2b2b2\nAPI_TOKEN=PLANTED-arg-90bd1\nNOWHERE\n".to_owned()),
        ("pw.txt", "PLANTED-file-3c3c4\n".to_owned()),
    ]
}

fn assert_hidden(what: &str, text: &str) {
    for secret in PLANTED {
        assert!(!text.contains(secret), "{what} shows {secret}:\n{text}");
    }
}

#[test]
fn no_message_and_no_picture_shows_a_secret() {
    let mistakes = [
        "",
        "imagee: PLANTED-env-1f0c9",
        "stop_grace_period: PLANTED-env-1f0c9",
        "ports: [\"postgres://u:PLANTED-url-77aa2@x\"]",
        "hostname: ${API_SECRET",
        "user: [PLANTED-dotenv-5e5e]",
        "\tDB_PASSWORD: PLANTED-env-1f0c9",
        "depends_on: [PLANTED-process-8d8]",
        "container_name: {a: \"${DOTENV_TOKEN:?PLANTED-file-3c3c4}\"}",
        "hostname: PLANTED-broken-4a4a${",
        "hostname: mysqld -pPLANTED-broken-4a4a ${",
        "pre_start: [{image: x, environment: {PGPASS: \"PLANTED-broken-4a4a${\"}}]",
        "x-a: {API_TOKEN: \"${X:PLANTED-broken-4a4a}\", B_TOKEN: \"${X:=PLANTED-broken-4a4a}\"}",
        "API_TOKEN: *PLANTED-broken-4a4a",
        "API_TOKEN: &PLANTED-broken-4a4a",
        "labels:\n      API_TOKEN: !PLANTED-broken-4a4a",
        "x-a: {API_TOKEN: *PLANTED-broken-4a4a}",
        "API_PASSWORD=PLANTED-broken-4a4a: x",
        "API_PASSWORD=PLANTED-broken-4a4a:",
    ];
    for mistake in mistakes {
        let files = files(mistake);
        let borrowed: Vec<(&str, &str)> = files.iter().map(|(name, text)| (*name, text.as_str())).collect();
        let folder = folder_with(&borrowed);
        let variables = [("API_SECRET", "PLANTED-process-8d8")];
        for arguments in [
            &["config", "--quiet"][..],
            &["config", "--quiet", "--no-interpolate"],
            &["graph", "--format", "svg"],
            &["graph", "--format", "mermaid"],
            &["graph", "--format", "dot"],
            &["graph", "--format", "json"],
        ] {
            let ran = with_input(folder.path(), arguments, &variables, "");
            let what = format!("`{}` with {mistake:?}", arguments.join(" "));
            assert_hidden(&what, &ran.stderr);
            assert_hidden(&what, &ran.stdout);
            assert!(!mistake.is_empty() || ran.status == Some(0), "{what}: {}", ran.stderr);
        }
    }
}

#[test]
fn no_message_repeats_a_line_of_an_environment_file() {
    let lines = [
        "API!=PLANTED-broken-4a4a",
        "API PLANTED-broken-4a4a",
        "API='PLANTED-broken-4a4a",
        "API=PLANTED-broken-4a4a${",
    ];
    for line in lines {
        for (name, format) in [(".env", ""), ("api.env", ""), ("api.env", ", format: raw")] {
            let compose = format!("services: {{a: {{image: x, env_file: [{{path: api.env{format}}}]}}}}\n");
            let line = format!("{line}\n=PLANTED-broken-4a4a\n");
            let folder = folder_with(&[("compose.yaml", &*compose), ("api.env", ""), (name, &*line)]);
            let ran = with_input(folder.path(), &["config", "--quiet"], &[], "");
            assert_hidden(&format!("{name}: {line}"), &ran.stderr);
            assert!(name == ".env" && line.contains("API P") || !ran.stderr.is_empty(), "{name}: {line}");
        }
    }
}

#[test]
fn config_alone_prints_values() {
    let files = files("");
    let borrowed: Vec<(&str, &str)> = files.iter().map(|(name, text)| (*name, text.as_str())).collect();
    let folder = folder_with(&borrowed);
    let ran = with_input(folder.path(), &["config"], &[("API_SECRET", "PLANTED-process-8d8")], "");
    assert!(
        ran.stdout.contains("PLANTED-env-1f0c9") && ran.stdout.contains("PLANTED-process-8d8"),
        "{}",
        ran.stdout
    );
    assert_hidden("stderr", &ran.stderr);
}
