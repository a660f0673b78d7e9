//! `devices` and `device_cgroup_rules`: a Pod gets devices from a device plugin, and a plain mount cannot be opened.
//!
//! Nothing is made privileged for them: the narrow answer for each kind of device is told instead.

use crate::rules::draft::Draft;
use crate::rules::subject::Subject;
use crate::rules::{Context, Rule};
use crate::source::path::ComposePath;

/// Who hands out devices, by the beginning of their path; the first that fits counts.
const ANSWERS: &[(&str, &str)] = &[
    (
        "/dev/dri",
        "the device plugin of the graphics card's vendor hands it out, such as `gpu.intel.com/i915`",
    ),
    ("/dev/nvidia", "Nvidia's device plugin hands it out, with the runtime class `nvidia`"),
    ("/dev/kfd", "AMD's device plugin hands it out as `amd.com/gpu`"),
    ("/dev/net/tun", "a generic device plugin hands it out, beside `cap_add: [NET_ADMIN]`"),
    ("/dev/kvm", "a generic device plugin hands it out"),
    ("/dev/fuse", "a generic device plugin hands it out, and mounting needs `SYS_ADMIN` beside it"),
    ("/dev/mem", "only a privileged container may open it, and then it can read all memory of its node"),
    ("/dev/sd", "only a privileged container may open a disk, and then it can read all files of its node"),
    ("/dev/nvme", "only a privileged container may open a disk, and then it can read all files of its node"),
    ("/dev/loop", "only a privileged container may open it; build images of disks outside of the cluster"),
    ("/dev/", "a generic device plugin or Akri hands it out on the node that has it"),
];

/// Leaves devices to device plugins.
pub(super) struct Devices;

impl Rule for Devices {
    fn id(&self) -> &'static str {
        "devices"
    }

    fn service(&self, subject: &Subject<'_>, _cx: &Context<'_>, out: &mut Draft<'_>) {
        let path = subject.at("devices");
        for (index, device) in subject.container.devices.iter().enumerate() {
            one(subject, &device.source, &device.target, &path.index(index), out);
        }
        out.translated(&path);
        rules(subject, out);
    }
}

fn one(subject: &Subject<'_>, source: &str, target: &str, path: &ComposePath, out: &mut Draft<'_>) {
    let is_renamed = !target.is_empty() && target != source;
    if subject.container.privileged && source.starts_with("/dev/") {
        out.approximated_as(
            path,
            "a privileged container sees every device of its node, by the name it has there",
        );
        if is_renamed {
            out.find(
                path,
                &format!("the device keeps its name `{source}`, as a privileged container sees it"),
            );
        }
        return;
    }
    let answer = ANSWERS.iter().find(|(prefix, _)| source.starts_with(prefix)).map(|(_, answer)| *answer);
    let says = match answer {
        Some(answer) => format!("a Pod cannot open `{source}` by itself: {answer}"),
        // Names of the Container Device Interface: `vendor.com/class=device`.
        None if source.contains('=') => {
            format!("`{source}` is handed out by the driver of its vendor, through a ResourceClaim")
        }
        None => format!("a Pod cannot open `{source}` by itself: a device plugin has to hand it out"),
    };
    out.manual_quietly(path, &says);
    out.find(path, &says);
}

fn rules(subject: &Subject<'_>, out: &mut Draft<'_>) {
    let path = subject.at("device_cgroup_rules");
    if subject.container.device_cgroup_rules.is_empty() {
        out.translated(&path);
    } else if subject.container.privileged {
        out.approximated_as(&path, "a privileged container may open every device of its node");
    } else {
        // One finding for all of them, as one answer fits them all.
        let says = "a device plugin has to hand the devices out, as a Pod has no rules for them";
        out.manual_as(&path, says);
    }
}
