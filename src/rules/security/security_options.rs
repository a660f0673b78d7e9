//! `security_opt` apart from `no-new-privileges`: system call filter, AppArmor, SELinux, hidden parts of `/proc`.
//!
//! Every Pod gets the runtime's own filter: Docker applies its filter unasked, Kubernetes none.

use k8s_openapi::api::core::v1::{AppArmorProfile, SELinuxOptions, SeccompProfile};

use crate::finding::Severity;
use crate::finding::suggest::nearest;
use crate::plan::decision::Evidence;
use crate::plan::setting::{ContainerSetting, PodSetting, Setting};
use crate::rules::draft::Draft;
use crate::rules::security::host;
use crate::rules::security::option::{SecurityOption, WORDS, read, word};
use crate::rules::subject::Subject;
use crate::rules::{Context, Rule};
use crate::source::path::ComposePath;

/// Sets filters and labels.
pub(super) struct SecurityOptions;

impl Rule for SecurityOptions {
    fn id(&self) -> &'static str {
        "security-options"
    }

    fn service(&self, subject: &Subject<'_>, _cx: &Context<'_>, out: &mut Draft<'_>) {
        let setting = Setting::Pod(PodSetting::Seccomp(seccomp_profile("RuntimeDefault", None)));
        out.decide(subject.workload_target(), setting, Evidence::Default, &[]);
        let path = subject.at("security_opt");
        let mut selinux = SELinuxOptions::default();
        for (index, text) in subject.container.security_opt.iter().enumerate() {
            let path = path.index(index);
            match read(text) {
                SecurityOption::NoNewPrivileges(_) => {}
                SecurityOption::Seccomp(value) => seccomp(subject, value, &path, out),
                SecurityOption::AppArmor(value) => apparmor(subject, value, &path, out),
                SecurityOption::Label(value) => label(value, &mut selinux, &path, out),
                SecurityOption::OpenPaths => open_paths(subject, &path, out),
                SecurityOption::Foreign => {
                    out.manual_as(&path, "Kubernetes has no place for this option, and it is left out");
                }
                SecurityOption::Wrong => wrong(text, &path, out),
            }
        }
        if subject.container.security_opt.is_empty() {
            out.translated(&path);
        }
        if selinux != SELinuxOptions::default() {
            decide(subject, ContainerSetting::SeLinux(selinux), &path, out);
        }
    }
}

fn decide(subject: &Subject<'_>, setting: ContainerSetting, path: &ComposePath, out: &mut Draft<'_>) {
    let because = std::slice::from_ref(path);
    out.decide(subject.container_target(), Setting::Container(setting), Evidence::Compose, because);
}

fn seccomp_profile(kind: &str, file: Option<String>) -> SeccompProfile {
    SeccompProfile { localhost_profile: file, type_: kind.to_owned() }
}

fn seccomp(subject: &Subject<'_>, value: &str, path: &ComposePath, out: &mut Draft<'_>) {
    if subject.container.privileged {
        out.approximated_as(path, "a privileged container has no filter, whatever is said");
        return;
    }
    let profile = match value {
        "unconfined" => {
            out.translated(path);
            out.find(path, "every system call is allowed, which needs a Namespace at level *privileged*");
            seccomp_profile("Unconfined", None)
        }
        "builtin" => {
            out.translated(path);
            seccomp_profile("RuntimeDefault", None)
        }
        file => {
            let name = file.rsplit('/').next().filter(|name| !name.is_empty()).unwrap_or("profile.json");
            let place = format!("profiles/{name}");
            let says = format!("the filter has to lie on every node as /var/lib/kubelet/seccomp/{place}");
            out.approximated_as(path, &says);
            let note =
                "containerd does not read the conditions `includes` and `excludes` of Docker's own file";
            out.find_as(Severity::Warning, path, &says, note);
            seccomp_profile("Localhost", Some(place))
        }
    };
    decide(subject, ContainerSetting::Seccomp(profile), path, out);
}

fn apparmor(subject: &Subject<'_>, value: &str, path: &ComposePath, out: &mut Draft<'_>) {
    let profile = |kind: &str, name: Option<String>| AppArmorProfile {
        localhost_profile: name,
        type_: kind.to_owned(),
    };
    match value {
        _ if subject.container.privileged => {
            out.approximated_as(path, "a privileged container has no AppArmor profile, whatever is said");
        }
        "unconfined" => {
            out.translated(path);
            out.find(path, "no AppArmor profile holds, which needs a Namespace at level *privileged*");
            decide(subject, ContainerSetting::AppArmor(profile("Unconfined", None)), path, out);
        }
        // A node with AppArmor applies the runtime's own profile anyway; one without refuses a Pod that asks for it.
        "docker-default" => {
            out.approximated_as(path, "the container runtime has a profile of its own like Docker's")
        }
        name => {
            let says = format!("the AppArmor profile `{name}` has to be loaded on every node");
            out.approximated_as(path, &says);
            out.find(path, &says);
            let setting = ContainerSetting::AppArmor(profile("Localhost", Some(name.to_owned())));
            decide(subject, setting, path, out);
        }
    }
}

fn label(value: &str, selinux: &mut SELinuxOptions, path: &ComposePath, out: &mut Draft<'_>) {
    let part = match value.split_once(':') {
        None if value == "disable" => Some((&mut selinux.type_, "spc_t")),
        Some(("type", part)) => Some((&mut selinux.type_, part)),
        Some(("level", part)) => Some((&mut selinux.level, part)),
        Some(("user", part)) => Some((&mut selinux.user, part)),
        Some(("role", part)) => Some((&mut selinux.role, part)),
        Some(_) | None => None,
    };
    match part {
        Some((place, text)) => {
            *place = Some(text.to_owned());
            out.translated(path);
        }
        None => out.manual_as(path, "Kubernetes has no place for this part of an SELinux label"),
    }
    if value == "disable" {
        out.find(path, "SELinux does not hold it, which needs a Namespace at level *privileged*");
    }
}

/// The API takes an open `/proc` only in a Pod with users of its own.
fn open_paths(subject: &Subject<'_>, path: &ComposePath, out: &mut Draft<'_>) {
    let container = subject.container;
    if container.privileged {
        out.translated(path);
    } else if host::shares_namespaces(container) || container.userns_mode == "host" {
        let says = "Kubernetes opens /proc only in a Pod with users of its own, which this one cannot have on its node";
        out.manual_as(path, says);
    } else {
        decide(subject, ContainerSetting::ProcMount("Unmasked".to_owned()), path, out);
        let setting = Setting::Pod(PodSetting::HostUsers(false));
        out.decide(subject.workload_target(), setting, Evidence::Compose, std::slice::from_ref(path));
        out.approximated_as(path, "/proc is open, in a Pod that gets users of its own for that");
    }
}

fn wrong(text: &str, path: &ComposePath, out: &mut Draft<'_>) {
    let title = match nearest(word(text), WORDS.iter().copied()) {
        Some(near) => format!("there is no such option; `{near}` is near"),
        None => "there is no such option, or its value is wrong".to_owned(),
    };
    out.manual_quietly(path, "the engine refuses this option, and it is left out");
    out.find_as(Severity::Error, path, &title, "Docker does not start a container with it either");
}
