//! What stands below a message: the next step, where it can be one as an edit.

use cutover::compose::schema::validate;
use cutover::finding::Finding;
use cutover::mapping::keys::Keys;
use cutover::source::file::{Memory, SourceMap};
use cutover::source::node::{Node, VariableSource, VariableUse};

use crate::keys::read::yaml;

/// The findings in what stands in a service, with a file around it.
fn findings_in_service(text: &str) -> (SourceMap, Vec<Finding>) {
    findings(&format!("services: {{web: {{{text}}}}}"))
}

fn findings(text: &str) -> (SourceMap, Vec<Finding>) {
    let mut sources = SourceMap::new(Box::new(Memory::default()), "/");
    let tree = yaml(&mut sources, text);
    (sources, validate(&tree, Keys::embedded()))
}

fn helps(findings: Vec<Finding>) -> Vec<String> {
    findings.into_iter().map(|finding| finding.help.expect("each finding has a next step")).collect()
}

#[test]
fn an_unknown_key_of_a_service_gets_the_key_that_was_meant() {
    let cases = [
        ("imagee: a", "did you mean `image`?"),
        ("depends-on: a", "did you mean `depends_on`?"),
        ("network: a", "did you mean `networks` or `build.network`?"),
        ("interval: 30s", "did you mean `healthcheck.interval`?"),
        ("driver: a", "did you mean `logging.driver` or `gpus[].driver`?"),
        ("aliases: [a]", "did you mean `networks.NAME.aliases`?"),
        ("dockerfile: a", "write it below `build`, beside `context`"),
        ("net: host", "write `network_mode`, or list the networks under `networks`"),
        ("log_driver: a", "write `driver` below `logging`"),
        ("log_opt: {a: b}", "write `options` below `logging`"),
        ("volume_driver: a", "write `driver` in the volume's own entry under the top-level `volumes`"),
        ("db: {image: a}", "`db` looks like a service: indent it as far as `web`"),
        ("frobnicate: a", "remove it, or start its name with `x-` if it is a note of your own"),
        ("deploy: {image: a}", "`image` is a key of a service: indent it less"),
        ("deploy: {resources: {limits: {m: 1}}}", "known here: `cpus`, `memory` and `pids`"),
        ("healthcheck: {command: a}", "write `test`"),
        ("build: {contxt: .}", "did you mean `context`?"),
        ("environment: {'': a}", "allowed: at least one character"),
    ];
    for (text, help) in cases {
        assert_eq!(helps(findings_in_service(text).1), [help], "{text}");
    }
}

#[test]
fn an_unknown_section_gets_what_was_meant() {
    let first_format = "this is how the first Compose files were written: start with `services:` and indent the services below it";
    let cases = [
        ("service: {}", "did you mean `services`?"),
        ("web: {image: a}", first_format),
        ("services: {}\nweb: {build: .}", "`web` looks like a service: move it below `services`, indented"),
        ("services: {}\nports: [80]", "`ports` is a key of a service: indent it below the name of one"),
        ("services: {ports: [80]}", "`ports` is a key of a service: indent it deeper, below the name of one"),
        (
            "services: {volumes: {data: {}}}",
            "`volumes` stands among the services here: indent it less if it is meant for the whole file",
        ),
        ("services: {a b: {}}", "allowed: letters, digits, dots, underscores and dashes"),
    ];
    for (text, help) in cases {
        assert_eq!(helps(findings(text).1), [help], "{text}");
    }
}

#[test]
fn a_value_of_the_wrong_kind_gets_the_right_spelling() {
    let cases = [
        ("user: 1000", "put it in quotes: `\"1000\"`"),
        ("user: 01000", "put it in quotes"),
        ("restart: false", "write `\"no\"`, `always`, `unless-stopped`, `on-failure` or `on-failure:TRIES`"),
        ("entrypoint: 5", "write a list: `[\"5\"]`"),
        ("mem_limit: true", "write a number or a string"),
        ("healthcheck: {interval: 30}", "write a unit too: `30s` for seconds"),
        ("deploy: {resources: {limits: {memory: 512}}}", "write a unit too, such as `512M`"),
        ("privileged: 1", "write `true` or `false`"),
        ("scale: 1.5", "write a whole number"),
        ("networks: {a: {priority: '5'}}", "write it without quotes: `5`"),
        ("image: ", "write a value, or remove `image`"),
        ("ports: ", "indent what belongs to `ports` deeper than `ports` itself, or remove it"),
        ("ports: 80", "write a list: `[80]`"),
        ("depends_on: db", "write a list: `[db]`"),
        ("cap_add: 'a: b'", "write a list: one item a line, each after `- `"),
        ("ports: {a: b}", "write a list: one item a line, each after `- `"),
        ("logging: json-file", "write the keys of the logging settings below, indented"),
        ("storage_opt: a", "write `key: value` lines below, indented"),
        ("healthcheck: [a]", "write a mapping instead of a list"),
        ("image: [a]", "write a string instead of a list"),
        ("labels: [{a: b}]", "write `KEY=value`: `- a=…`, or take the dashes away"),
        ("security_opt: [{a: b}]", "a colon with a space makes a mapping: put the item in quotes"),
        ("cgroup: hosts", "did you mean `host`?"),
        ("cgroup: other", "allowed: `host` or `private`"),
        ("cpu_percent: 200", "write 100 or less"),
        ("cpu_percent: -1", "write 0 or more"),
        ("security_opt: [a, a]", "remove one of the two"),
        ("volumes: [{target: /a}]", "add `type`"),
        ("develop: {watch: [{}]}", "add `path` and `action`"),
        ("cpus: .nan", "write a finite number, or put it in quotes"),
    ];
    for (text, help) in cases {
        assert_eq!(helps(findings_in_service(text).1), [help], "{text}");
    }
}

#[test]
fn what_can_be_done_by_an_edit_is_offered_as_one() {
    let cases = [
        ("imagee: a", "imagee", "image"),
        ("user: 1000", "1000", "\"1000\""),
        ("volumes: [{type: bnd}]", "bnd", "bind"),
    ];
    for (text, from, to) in cases {
        let (sources, findings) = findings_in_service(text);
        let patches = findings.iter().filter_map(|finding| finding.patch.as_ref());
        let edits: Vec<(&str, &str)> =
            patches.map(|patch| (sources.text(patch.span), patch.text.as_str())).collect();
        assert_eq!(edits, [(from, to)], "{text}");
    }
    let (_, findings) = findings_in_service("user: 01000, network: a, healthcheck: {interval: 30}");
    assert!(findings.len() == 3 && findings.iter().all(|finding| finding.patch.is_none()), "{findings:?}");
}

#[test]
fn facts_that_help_are_noted() {
    let notes = |text: &str| -> Vec<String> {
        findings_in_service(text).1.into_iter().flat_map(|finding| finding.notes).collect()
    };
    let first_form =
        "Docker Compose tries each form that may stand here, and prints why the first does not fit";
    assert_eq!(notes("image: 5"), ["`image` names the image to run"]);
    assert_eq!(notes("volumes: [{target: /a}]"), ["`type` says what is mounted", first_form]);
    assert_eq!(notes("cpu_percent: 200"), [first_form]);
}

#[test]
fn a_value_from_a_variable_is_not_quoted_but_named() {
    let mut sources = SourceMap::new(Box::new(Memory::default()), "/");
    let mut tree = yaml(&mut sources, "services: {web: {user: 1000}}");
    fn inner<'a>(node: &'a mut Node, key: &str) -> &'a mut Node {
        node.as_map_mut().unwrap().get_mut(key).unwrap()
    }
    let user = inner(inner(inner(&mut tree, "services"), "web"), "user");
    user.uses = Some([VariableUse { name: "UID".to_owned(), source: VariableSource::Process }].into());
    let findings = validate(&tree, Keys::embedded());
    let [finding] = findings.as_slice() else { panic!("{findings:?}") };
    assert_eq!(finding.notes.last().unwrap(), "the value comes from `UID`");
    assert_eq!((finding.help.as_deref(), &finding.patch), (Some("put it in quotes"), &None));
}

#[test]
fn after_many_unknown_keys_suggestions_end() {
    let keys: Vec<String> = (0..300).map(|number| format!("imag{number}: a")).collect();
    let helps = helps(findings_in_service(&keys.join(", ")).1);
    assert_eq!(helps.len(), 300);
    assert!(helps[0].contains("`image`") && helps[299] == "remove it", "{helps:?}");
}
