//! Ports that a container listens on, as far as a container says them; who may reach them comes with networking.

use std::collections::{BTreeMap, BTreeSet};

use k8s_openapi::api::core::v1::ContainerPort;

use crate::finding::Severity;
use crate::plan::decision::Evidence;
use crate::plan::name::label;
use crate::plan::setting::{ContainerSetting, Setting};
use crate::rules::draft::Draft;
use crate::rules::subject::Subject;
use crate::rules::{Context, Rule};
use crate::source::path::ComposePath;

/// Names the ports of a container.
pub(super) struct ContainerPorts;

/// The longest name of a port.
const LONGEST: usize = 15;

impl Rule for ContainerPorts {
    fn id(&self) -> &'static str {
        "container-ports"
    }

    fn service(&self, subject: &Subject<'_>, _cx: &Context<'_>, out: &mut Draft<'_>) {
        let ports = listened(subject);
        let mut names = BTreeMap::new();
        for (index, port) in
            subject.workload.ports.iter().enumerate().filter(|(_, port)| !port.name.is_empty())
        {
            let path = subject.at("ports").index(index).key("name");
            match names.insert(port.name.clone(), port.target) {
                Some(other) if other != port.target => {
                    let title = format!("two ports have the name `{}`", port.name);
                    out.find_as(Severity::Error, &path, &title, "the second one gets a name of its own");
                }
                Some(_) | None => {}
            }
        }
        let mut taken = BTreeSet::new();
        for ((number, protocol), (wanted, because, evidence)) in ports {
            let name = unique(&wanted, number, &protocol, &mut taken);
            let port = ContainerPort {
                container_port: i32::from(number),
                name: Some(name),
                protocol: Some(protocol),
                ..ContainerPort::default()
            };
            let setting = Setting::Container(ContainerSetting::Port(Box::new(port)));
            out.decide(subject.container_target(), setting, evidence, &because);
        }
        let path = subject.at("ports");
        for index in 0..subject.workload.ports.len() {
            for key in ["target", "protocol", "name"] {
                out.translated(&path.index(index).key(key));
            }
        }
    }
}

/// A port by number and protocol, with the name it should have, the lines that say so, and how good they are.
type Ports = BTreeMap<(u16, String), (String, Vec<ComposePath>, Evidence)>;

fn listened(subject: &Subject<'_>) -> Ports {
    let mut ports = Ports::new();
    let mut add = |number: u16, protocol: &str, name: &str, because: Vec<ComposePath>, evidence| {
        let protocol = if protocol.is_empty() { "TCP".to_owned() } else { protocol.to_ascii_uppercase() };
        ports.entry((number, protocol)).or_insert_with(|| (name.to_owned(), because, evidence));
    };
    for (index, port) in subject.workload.ports.iter().enumerate() {
        if let Ok(number) = u16::try_from(port.target) {
            let because = vec![subject.at("ports").index(index).key("target")];
            add(number, &port.protocol, &port.name, because, Evidence::Compose);
        }
    }
    for (index, text) in subject.workload.expose.0.iter().enumerate() {
        let (range, protocol) = text.split_once('/').unwrap_or((text, ""));
        let (first, last) = range.split_once('-').unwrap_or((range, range));
        if let (Ok(first), Ok(last)) = (first.parse::<u16>(), last.parse::<u16>()) {
            for number in first..=last.min(first.saturating_add(99)) {
                add(number, protocol, "", vec![subject.at("expose").index(index)], Evidence::Compose);
            }
        }
    }
    for port in subject.profile().map(|profile| profile.ports.as_slice()).unwrap_or_default() {
        add(port.port, &port.protocol, &port.purpose, vec![subject.at("image")], Evidence::Catalogue);
    }
    ports
}

/// The wanted name if it is valid and free, else one made of protocol and number.
fn unique(wanted: &str, number: u16, protocol: &str, taken: &mut BTreeSet<String>) -> String {
    let plain = format!("{}-{number}", protocol.to_ascii_lowercase());
    let mut name: String = label(wanted).chars().take(LONGEST).collect();
    name.truncate(name.trim_end_matches('-').len());
    let is_sound =
        !wanted.is_empty() && name.chars().any(|char| char.is_ascii_lowercase()) && !name.contains("--");
    let name = if is_sound && !taken.contains(&name) { name } else { plain };
    taken.insert(name.clone());
    name
}
