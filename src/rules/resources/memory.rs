//! `mem_limit`, `mem_reservation` and `deploy.resources.*.memory`: limit and request of memory.

use crate::finding::Severity;
use crate::mapping::images::Confidence;
use crate::plan::decision::Evidence;
use crate::plan::setting::{ContainerSetting, Setting};
use crate::policy::Hardening;
use crate::rules::draft::Draft;
use crate::rules::resources::quantity::{MEBIBYTE, bytes, parse_bytes};
use crate::rules::resources::tmpfs::bytes_in_memory;
use crate::rules::subject::Subject;
use crate::rules::{Context, Rule};
use crate::source::path::ComposePath;

/// Limits memory, and sets some aside.
pub(super) struct Memory;

/// What the engine refuses to go below.
const LEAST: i64 = 6 * MEBIBYTE;
/// What a container gets of which nothing is known.
const ASSUMED_LIMIT: i64 = 512 * MEBIBYTE;
const ASSUMED_REQUEST: i64 = 64 * MEBIBYTE;

/// An amount, why it is that, and how good the reason is.
type Amount = (i64, Vec<ComposePath>, Evidence);

impl Rule for Memory {
    fn id(&self) -> &'static str {
        "memory"
    }

    fn service(&self, subject: &Subject<'_>, cx: &Context<'_>, out: &mut Draft<'_>) {
        let stated = stated(subject, "mem_limit", "limits");
        if let Some((amount, path)) = stated.as_ref().filter(|(amount, _)| *amount < LEAST) {
            let title = format!("{amount} bytes are less than the 6 MiB that a container needs to start");
            out.find_as(Severity::Error, path, &title, "Docker refuses it");
        }
        let reserved = stated_request(subject);
        let limit = limit(subject, cx, stated, reserved.as_ref().map_or(0, |(amount, ..)| *amount));
        let request = request(subject, cx, limit.as_ref(), reserved, out);
        let extra = extra(subject);
        if let Some((amount, because, evidence)) = limit {
            if evidence == Evidence::Compose && extra > 0 {
                let says = format!(
                    "raised by {}, as what is written to file systems in memory counts as memory of the container",
                    bytes(extra).0
                );
                because.iter().for_each(|path| out.approximated_as(path, &says));
            }
            let setting = ContainerSetting::Limit("memory", bytes(amount.saturating_add(extra)));
            out.decide(subject.container_target(), Setting::Container(setting), evidence, &because);
        }
        if let Some((amount, because, evidence)) = request {
            let setting = ContainerSetting::Request("memory", bytes(amount));
            out.decide(subject.container_target(), Setting::Container(setting), evidence, &because);
        }
        out.translated(&subject.at("mem_limit"));
        out.translated(&subject.below(&["deploy", "resources", "limits", "memory"]));
        out.approximated(&subject.at("mem_reservation"));
        out.approximated(&subject.below(&["deploy", "resources", "reservations", "memory"]));
    }
}

/// What Compose says, below one of two keys. Zero and less mean that there is no limit.
fn stated(subject: &Subject<'_>, key: &str, part: &str) -> Option<(i64, ComposePath)> {
    let is_limit = part == "limits";
    let container = subject.container;
    let own = if is_limit { container.mem_limit.0 } else { container.mem_reservation.0 };
    let deploy =
        subject.service.and_then(|service| service.deploy.as_ref()).map(|deploy| &deploy.resources.0);
    let deployed = deploy.and_then(|deploy| {
        let part = if is_limit { &deploy.limits } else { &deploy.reservations };
        part.as_ref().map(|resource| resource.memory.0)
    });
    let deployed = deployed.unwrap_or_default();
    match (own > 0, deployed > 0) {
        (true, _) => Some((own, subject.at(key))),
        (false, true) => Some((deployed, subject.below(&["deploy", "resources", part, "memory"]))),
        (false, false) => None,
    }
}

/// What file systems in memory may hold beside.
fn extra(subject: &Subject<'_>) -> i64 {
    let container = subject.container;
    let shared = if container.ipc == "host" { 0 } else { container.shm_size.0 };
    bytes_in_memory(&container.tmpfs, shared)
}

fn stated_request(subject: &Subject<'_>) -> Option<Amount> {
    let (amount, path) = stated(subject, "mem_reservation", "reservations")?;
    Some((amount, vec![path], Evidence::Compose))
}

/// The most that may be used. What nobody said must leave room for what is set aside.
fn limit(
    subject: &Subject<'_>,
    cx: &Context<'_>,
    stated: Option<(i64, ComposePath)>,
    reserved: i64,
) -> Option<Amount> {
    if let Some((amount, path)) = stated {
        return Some((amount, vec![path], Evidence::Compose));
    }
    let of_policy =
        subject.policy.resources.memory_limit.as_ref().or(cx.policy.resources.memory_limit.as_ref());
    if let Some(amount) = of_policy.and_then(|text| parse_bytes(text)) {
        return Some((amount, Vec::new(), Evidence::Policy));
    }
    if subject.hardening != Hardening::Restricted {
        return None;
    }
    let (amount, because, evidence) =
        of_image(subject, true).unwrap_or((ASSUMED_LIMIT, Vec::new(), Evidence::Assumed));
    Some((amount.max(reserved.saturating_mul(2)), because, evidence))
}

fn request(
    subject: &Subject<'_>,
    cx: &Context<'_>,
    limit: Option<&Amount>,
    reserved: Option<Amount>,
    out: &mut Draft<'_>,
) -> Option<Amount> {
    let most = limit.map_or(i64::MAX, |(limit, ..)| *limit);
    if let Some((amount, because, evidence)) = reserved {
        if let Some(path) = because.first().filter(|_| amount > most) {
            let title =
                format!("more is set aside than may be used: {} of {}", bytes(amount).0, bytes(most).0);
            out.find_as(
                Severity::Error,
                path,
                &title,
                "the API server refuses that, so that the limit is set aside",
            );
        }
        return Some((amount.min(most), because, evidence));
    }
    let is_stated = limit.is_some_and(|(.., evidence)| *evidence == Evidence::Compose);
    if let Some((limit, because, evidence)) = limit.filter(|_| subject.container.oom_score_adj < 0) {
        let because = because.iter().cloned().chain([subject.at("oom_score_adj")]).collect();
        return Some((limit.saturating_add(extra(subject)), because, *evidence));
    }
    let of_policy =
        subject.policy.resources.memory_request.as_ref().or(cx.policy.resources.memory_request.as_ref());
    if let Some(amount) = of_policy.and_then(|text| parse_bytes(text)) {
        return Some((amount.min(most), Vec::new(), Evidence::Policy));
    }
    if let Some((limit, because, _)) = limit.filter(|_| is_stated) {
        return Some((of_limit(*limit), because.clone(), Evidence::Default));
    }
    let assumed = || (ASSUMED_REQUEST, Vec::new(), Evidence::Assumed);
    let (amount, because, evidence) = match subject.hardening {
        Hardening::Compatible => {
            limit.map(|(limit, because, _)| (of_limit(*limit), because.clone(), Evidence::Default))?
        }
        Hardening::Balanced => of_image(subject, false).or_else(|| limit.map(|_| assumed()))?,
        Hardening::Restricted => of_image(subject, false).unwrap_or_else(assumed),
    };
    Some((amount.min(most), because, evidence))
}

/// What is set aside where only a limit is known: half of it, in whole mebibytes.
fn of_limit(limit: i64) -> i64 {
    let half = limit / 2;
    let half = if half > MEBIBYTE { half - half % MEBIBYTE } else { half };
    limit.min(half.max(64 * MEBIBYTE))
}

/// What the catalogue says of the image.
fn of_image(subject: &Subject<'_>, is_limit: bool) -> Option<Amount> {
    let profile = subject.profile()?;
    let text = if is_limit { &profile.memory.limit } else { &profile.memory.request };
    let evidence = match profile.confidence {
        Confidence::Read | Confidence::Deduced => Evidence::Catalogue,
        Confidence::Assumed => Evidence::Assumed,
    };
    Some((parse_bytes(text)?, vec![subject.at("image")], evidence))
}

#[cfg(test)]
mod tests {
    use super::{MEBIBYTE, of_limit};

    #[test]
    fn half_of_a_limit_is_set_aside() {
        for (limit, expected) in [(1024, 512), (512, 256), (100, 64), (32, 32), (257, 128)] {
            assert_eq!(of_limit(limit * MEBIBYTE), expected * MEBIBYTE, "{limit}");
        }
    }
}
