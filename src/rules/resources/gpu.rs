//! `gpus` and `deploy.resources.reservations.devices`: resources that a device plugin announces.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::EnvVar;
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;

use crate::compose::model::container::DeviceRequest;
use crate::plan::decision::Evidence;
use crate::plan::setting::{ContainerSetting, PodSetting, Setting};
use crate::rules::draft::Draft;
use crate::rules::resources::close_empty;
use crate::rules::subject::Subject;
use crate::rules::{Context, Rule};
use crate::source::path::ComposePath;

/// Asks for graphics processors.
pub(super) struct Gpu;

const NVIDIA: &str = "nvidia.com/gpu";
const CAPABILITIES: &str = "NVIDIA_DRIVER_CAPABILITIES";
/// What the variable may name.
const DRIVER_CAPABILITIES: &[&str] =
    &["compat32", "compute", "display", "graphics", "ngx", "utility", "video"];

impl Rule for Gpu {
    fn id(&self) -> &'static str {
        "gpu"
    }

    fn service(&self, subject: &Subject<'_>, _cx: &Context<'_>, out: &mut Draft<'_>) {
        let deploy = subject.service.and_then(|service| service.deploy.as_ref());
        let reserved = deploy.and_then(|deploy| deploy.resources.0.reservations.as_ref());
        let reservations = subject.below(&["deploy", "resources", "reservations"]);
        let devices = reserved.map(|reserved| reserved.devices.as_slice()).unwrap_or_default();
        let mut counts = BTreeMap::new();
        for (requests, at, is_gpu) in [
            (subject.container.gpus.as_slice(), subject.at("gpus"), true),
            (devices, reservations.key("devices"), false),
        ] {
            for (index, request) in requests.iter().enumerate() {
                let path = at.index(index);
                if is_gpu || request.capabilities.iter().any(|capability| capability == "gpu") {
                    wanted(subject, request, &path, &mut counts, out);
                } else {
                    let says = "this is no graphics processor: let a device plugin announce it, and add it to the limits";
                    out.manual_as(&path, says);
                }
            }
            close_empty(&at, out);
            out.dropped_as(&at, "Docker knows no such key of a request for devices");
        }
        for (resource, (count, because)) in counts {
            let setting = ContainerSetting::Device(resource.to_owned(), Quantity(count.to_string()));
            out.decide(subject.container_target(), Setting::Container(setting), Evidence::Compose, &because);
        }
        let generic = reservations.key("generic_resources");
        if let Some(first) = out.leaves(&generic).first().cloned() {
            out.find(
                &first,
                "let a device plugin announce the resource, and add it to resources.limits of the container",
            );
        }
        for leaf in out.leaves(&generic) {
            out.manual_again(&leaf);
        }
    }
}

type Counts = BTreeMap<&'static str, (i64, Vec<ComposePath>)>;

/// One request for graphics processors.
fn wanted(
    subject: &Subject<'_>,
    request: &DeviceRequest,
    path: &ComposePath,
    counts: &mut Counts,
    out: &mut Draft<'_>,
) {
    let (resource, is_known) = resource(&request.driver);
    let entry = counts.entry(resource).or_default();
    entry.0 = entry.0.saturating_add(count(request));
    entry.1.push(path.clone());
    if !request.device_ids.is_empty() {
        let says =
            "as many processors are asked for as are named, but not these: write a ResourceClaim to choose";
        out.manual_as(&path.key("device_ids"), says);
    }
    let driver = path.key("driver");
    if is_known {
        out.approximated(&driver)
    } else {
        out.manual(&driver)
    }
    if !request.options.0.is_empty() {
        out.manual_as(
            &path.key("options"),
            "set what they ask for in the configuration of the device plugin",
        );
    }
    if resource == NVIDIA {
        for_nvidia(subject, request, path, out);
    }
    for key in ["capabilities", "count", "device_ids", "options"] {
        out.approximated(&path.key(key));
    }
    close_empty(path, out);
}

/// The runtime of the vendor, and what its driver shows the container.
fn for_nvidia(subject: &Subject<'_>, request: &DeviceRequest, path: &ComposePath, out: &mut Draft<'_>) {
    let because = std::slice::from_ref(path);
    if matches!(subject.container.runtime.as_str(), "" | "nvidia") {
        let setting = Setting::Pod(PodSetting::RuntimeClass("nvidia".to_owned()));
        out.decide(subject.workload_target(), setting, Evidence::Compose, because);
    }
    let mut shown: Vec<&str> = request.capabilities.iter().map(String::as_str).collect();
    shown.retain(|capability| DRIVER_CAPABILITIES.contains(capability));
    let is_set = subject.container.environment.0.contains_key(CAPABILITIES);
    let is_only = subject.container.gpus.len() + devices(subject) == 1;
    if !shown.is_empty() && !is_set && is_only {
        let variable =
            EnvVar { name: CAPABILITIES.to_owned(), value: Some(shown.join(",")), value_from: None };
        let setting = Setting::Container(ContainerSetting::Env(Box::new(variable)));
        out.decide(subject.container_target(), setting, Evidence::Compose, because);
    }
}

fn devices(subject: &Subject<'_>) -> usize {
    let deploy = subject.service.and_then(|service| service.deploy.as_ref());
    let reserved = deploy.and_then(|deploy| deploy.resources.0.reservations.as_ref());
    reserved.map_or(0, |reserved| reserved.devices.len())
}

/// The resource of a driver, and whether that is known.
fn resource(driver: &str) -> (&'static str, bool) {
    match driver {
        "" | "nvidia" | "cdi" => (NVIDIA, true),
        "amd" | "rocm" | "amdgpu" => ("amd.com/gpu", true),
        "intel" | "i915" => ("gpu.intel.com/i915", true),
        _ => (NVIDIA, false),
    }
}

/// How many; there is no word for all, so that it is one.
fn count(request: &DeviceRequest) -> i64 {
    match (request.count.0, request.device_ids.len()) {
        (count, 0) => count.max(1),
        (_, named) => i64::try_from(named).unwrap_or(1),
    }
}

#[cfg(test)]
mod tests {
    use super::{DeviceRequest, NVIDIA, count, resource};
    use crate::compose::model::special::DeviceCount;

    #[test]
    fn requests_become_a_resource_and_a_count() {
        for (number, ids, expected) in [(-1, 0, 1), (2, 0, 2), (0, 3, 3), (0, 0, 1)] {
            let device_ids = vec!["x".to_owned(); ids];
            let request =
                DeviceRequest { count: DeviceCount(number), device_ids, ..DeviceRequest::default() };
            assert_eq!(count(&request), expected);
        }
        assert_eq!(
            (resource("nvidia"), resource("amd").0, resource("other").1),
            ((NVIDIA, true), "amd.com/gpu", false)
        );
    }
}
