//! `runtime`: a RuntimeClass, which K3s brings along for the runtimes that it finds on a node.

use crate::plan::decision::{Evidence, Target};
use crate::plan::name::label;
use crate::plan::setting::{PodSetting, Setting};
use crate::rules::draft::Draft;
use crate::rules::subject::Subject;
use crate::rules::{Context, Rule};

/// The classes of K3s.
const OF_K3S: &[&str] = &[
    "crun",
    "lunatic",
    "nvidia",
    "nvidia-cdi",
    "nvidia-experimental",
    "slight",
    "spin",
    "wasmedge",
    "wasmer",
    "wasmtime",
    "wws",
];

/// Chooses the runtime of a Pod.
pub(super) struct Runtime;

impl Rule for Runtime {
    fn id(&self) -> &'static str {
        "runtime"
    }

    fn service(&self, subject: &Subject<'_>, _cx: &Context<'_>, out: &mut Draft<'_>) {
        let path = subject.at("runtime");
        let runtime = short_name(&subject.container.runtime);
        if runtime.is_empty() || runtime == "runc" {
            out.translated(&path);
            return;
        }
        let class = label(runtime);
        let is_brought = OF_K3S.contains(&class.as_str());
        if is_brought {
            let says = format!(
                "K3s has the RuntimeClass `{class}` where it finds the program on a node when it starts"
            );
            out.approximated_as(&path, &says);
        } else {
            let says =
                format!("the Pod waits until there is a RuntimeClass `{class}`, and nodes have its program");
            out.approximated_as(&path, &says);
            out.find(&path, &says);
            let target = Target::RuntimeClass(class.clone());
            out.decide(target, Setting::Exists, Evidence::Compose, std::slice::from_ref(&path));
        }
        let setting = Setting::Pod(PodSetting::RuntimeClass(class));
        out.decide(subject.workload_target(), setting, Evidence::Compose, std::slice::from_ref(&path));
    }
}

/// The runtime without what containerd puts around its name: `io.containerd.NAME.v1`.
fn short_name(written: &str) -> &str {
    let Some(name) = written.strip_prefix("io.containerd.") else { return written };
    name.rsplit_once(".v").map_or(name, |(name, _)| name)
}

#[cfg(test)]
mod tests {
    use super::short_name;

    #[test]
    fn names_of_containerd_are_shortened() {
        let cases = [
            ("runsc", "runsc"),
            ("io.containerd.runc.v2", "runc"),
            ("io.containerd.wasmedge.v1", "wasmedge"),
            ("", ""),
        ];
        for (written, expected) in cases {
            assert_eq!(short_name(written), expected);
        }
    }
}
