//! Whole plans, turned into objects.
//!
//! In: decisions as rules make them. Out: nothing but failures.

use std::collections::BTreeSet;

use k8s_openapi::api::core::v1::{EnvVar, EnvVarSource, SecretKeySelector};
use serde_json::{Value, json};

use crate::kube::level::Level;
use crate::kube::object::{Area, Object};
use crate::kube::{Assembled, Options, RequiredSecret, Secrets, assemble};
use crate::plan::Plan;
use crate::plan::decision::{Decision, Evidence, Target};
use crate::plan::setting::{ContainerSetting, Hidden, PodSetting, Setting};

fn decision(target: Target, setting: Setting) -> Decision {
    Decision { target, setting, because: Vec::new(), rule: "test", evidence: Evidence::Default }
}

fn container(name: &str, setting: ContainerSetting) -> Decision {
    let target = Target::Container { workload: name.to_owned(), container: name.to_owned() };
    decision(target, Setting::Container(setting))
}

fn variable(secret: &str, key: &str) -> ContainerSetting {
    let reference = SecretKeySelector { name: secret.to_owned(), key: key.to_owned(), optional: None };
    let source = EnvVarSource { secret_key_ref: Some(reference), ..EnvVarSource::default() };
    ContainerSetting::Env(Box::new(EnvVar { name: key.to_owned(), value: None, value_from: Some(source) }))
}

fn exists(target: Target) -> Decision {
    decision(target, Setting::Exists)
}

/// A web server and a privileged agent with one Secret for both, and a ConfigMap that nobody refers to.
fn plan() -> Plan {
    let image = |name: &str| container(name, ContainerSetting::Image(format!("{name}:1")));
    let hidden = Setting::Hidden("PASSWORD".to_owned(), Hidden(b"hunter2".to_vec()));
    let pull = Setting::Pod(PodSetting::PullSecret("registry".to_owned()));
    let decisions = vec![
        image("agent"),
        container("agent", ContainerSetting::Privileged(true)),
        container("agent", variable("shared", "PASSWORD")),
        image("web"),
        container("web", variable("shared", "PASSWORD")),
        container("web", variable("elsewhere", "TOKEN")),
        exists(Target::ServiceAccount("agent".to_owned())),
        exists(Target::ServiceAccount("web".to_owned())),
        decision(Target::ServiceAccount("web".to_owned()), pull),
        exists(Target::ConfigMap("settings".to_owned())),
        decision(Target::Secret("shared".to_owned()), hidden),
    ];
    Plan {
        project: "shop".to_owned(),
        namespace: "shop".to_owned(),
        kubernetes: 35,
        decisions,
        ..Plan::default()
    }
}

fn apart(secrets: Secrets) -> Options {
    Options { secrets, isolate: Some("shop-privileged".to_owned()), ..Options::default() }
}

fn find<'a>(assembled: &'a Assembled, kind: &str, name: &str) -> Vec<&'a Object> {
    assembled.objects.iter().filter(|object| object.kind == kind && object.name == name).collect()
}

fn namespaces(objects: &[&Object]) -> Vec<String> {
    objects.iter().filter_map(|object| object.namespace.clone()).collect()
}

fn label(object: &Object, key: &str) -> Option<String> {
    let labels = object.value.pointer("/metadata/labels").and_then(Value::as_object);
    labels.and_then(|labels| labels.get(key)).and_then(Value::as_str).map(str::to_owned)
}

#[test]
fn what_needs_more_than_baseline_goes_apart_with_all_it_needs() {
    let assembled = assemble(&plan(), &apart(Secrets::File));
    assert!(assembled.bugs.is_empty(), "{:?}", assembled.bugs);
    assert_eq!(namespaces(&find(&assembled, "Deployment", "agent")), ["shop-privileged"]);
    assert_eq!(namespaces(&find(&assembled, "ServiceAccount", "agent")), ["shop-privileged"]);
    assert_eq!(namespaces(&find(&assembled, "Deployment", "web")), ["shop"]);
    assert_eq!(namespaces(&find(&assembled, "Secret", "shared")), ["shop", "shop-privileged"]);
    assert_eq!(namespaces(&find(&assembled, "ConfigMap", "settings")), ["shop"]);
    let enforced = |name: &str| {
        let found = find(&assembled, "Namespace", name);
        found.first().and_then(|object| label(object, "pod-security.kubernetes.io/enforce"))
    };
    assert_eq!(enforced("shop").as_deref(), Some("baseline"));
    assert_eq!(enforced("shop-privileged").as_deref(), Some("privileged"));
    let searches = json!(["shop.svc.cluster.local", "shop-privileged.svc.cluster.local"]);
    for name in ["agent", "web"] {
        let found = find(&assembled, "Deployment", name);
        let object = found.first().unwrap();
        assert_eq!(object.value.pointer("/spec/template/spec/dnsConfig/searches"), Some(&searches));
    }
    let remark = assembled.findings.first().unwrap();
    assert_eq!(remark.about, Target::Workload("agent".to_owned()));
    assert_eq!(remark.finding.notes, ["the container `agent` is privileged"]);
}

#[test]
fn without_a_second_namespace_everything_stays() {
    let assembled = assemble(&plan(), &Options::default());
    let all: BTreeSet<String> =
        assembled.objects.iter().filter_map(|object| object.namespace.clone()).collect();
    assert!(all.iter().eq(["shop"]));
    assert!(assembled.findings.is_empty());
    assert_eq!(assembled.workloads.get("agent").map(|placed| placed.level), Some(Level::Privileged));
    assert!(
        assembled
            .objects
            .iter()
            .all(|object| object.value.pointer("/spec/template/spec/dnsConfig").is_none())
    );
}

#[test]
fn values_of_secrets_go_where_they_should_and_nowhere_else() {
    for (mode, area, kind) in [
        (Secrets::File, Some(Area::Secrets), "Secret"),
        (Secrets::Inline, Some(Area::Manifests), "Secret"),
        (Secrets::External, Some(Area::Manifests), "ExternalSecret"),
        (Secrets::Names, None, "Secret"),
    ] {
        let assembled = assemble(&plan(), &apart(mode));
        let found = find(&assembled, kind, "shared");
        assert_eq!(found.first().map(|object| object.area), area);
        for object in &assembled.objects {
            let holds = object.yaml().contains("hunter2");
            assert_eq!(holds, object.kind == "Secret", "{mode:?} {object:?}");
        }
        assert!(!format!("{assembled:?}").contains("hunter2"));
        let required = |namespace: &str, name: &str, key: &str| RequiredSecret {
            namespace: namespace.to_owned(),
            name: name.to_owned(),
            keys: vec![key.to_owned()],
            is_written: name == "shared" && mode != Secrets::Names,
        };
        let expected = [
            required("shop", "elsewhere", "TOKEN"),
            required("shop", "registry", ".dockerconfigjson"),
            required("shop", "shared", "PASSWORD"),
            required("shop-privileged", "shared", "PASSWORD"),
        ];
        assert_eq!(assembled.required_secrets, expected);
    }
}

#[test]
fn every_object_says_whose_it_is() {
    for object in assemble(&plan(), &apart(Secrets::External)).objects {
        assert_eq!(
            label(&object, "app.kubernetes.io/name").as_deref(),
            Some(object.name.as_str()),
            "{object:?}"
        );
        assert_eq!(label(&object, "app.kubernetes.io/managed-by").as_deref(), Some("cutover"), "{object:?}");
    }
}

#[test]
fn the_order_of_decisions_changes_nothing() {
    let forwards = plan();
    let mut backwards = plan();
    backwards.decisions.reverse();
    let text = |plan: &Plan| -> Vec<String> {
        assemble(plan, &apart(Secrets::File)).objects.iter().map(Object::yaml).collect()
    };
    assert_eq!(text(&forwards), text(&backwards));
}
