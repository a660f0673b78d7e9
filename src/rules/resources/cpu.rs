//! `cpus`, `cpu_quota`, `cpu_shares` and `deploy.resources.*.cpus`: limit and request of processor time.

use crate::finding::Severity;
use crate::mapping::images::Confidence;
use crate::plan::decision::Evidence;
use crate::plan::setting::{ContainerSetting, Setting};
use crate::policy::Hardening;
use crate::rules::draft::Draft;
use crate::rules::resources::close_empty;
use crate::rules::resources::quantity::{millicores, parse_millicores};
use crate::rules::subject::Subject;
use crate::rules::{Context, Rule};
use crate::source::path::ComposePath;

/// Limits processor time, and sets some aside.
pub(super) struct Cpu;

/// The engine's period of the quota, in microseconds, and its weight.
const PERIOD: i64 = 100_000;
const SHARES: i64 = 1024;
/// What is set aside for a container of which nothing is known, in thousandths.
const ASSUMED: i64 = 50;
/// What the usual weight is worth, in thousandths: kept small, as the scheduler keeps it free.
const USUAL: i64 = 100;

/// An amount, why it is that, and how good the reason is.
type Amount = (i64, Vec<ComposePath>, Evidence);

impl Rule for Cpu {
    fn id(&self) -> &'static str {
        "cpu"
    }

    fn service(&self, subject: &Subject<'_>, cx: &Context<'_>, out: &mut Draft<'_>) {
        let limit = limit(subject, out);
        let request = request(subject, cx, limit.as_ref(), out);
        for (amount, is_limit) in [(limit, true), (request, false)] {
            let Some((thousandths, because, evidence)) = amount else { continue };
            let quantity = millicores(thousandths);
            let setting = if is_limit {
                ContainerSetting::Limit("cpu", quantity)
            } else {
                ContainerSetting::Request("cpu", quantity)
            };
            out.decide(subject.container_target(), Setting::Container(setting), evidence, &because);
        }
        out.translated(&subject.at("cpus"));
        for key in ["cpu_quota", "cpu_period", "cpu_shares"] {
            out.approximated(&subject.at(key));
        }
        for part in ["limits", "reservations"] {
            out.translated(&subject.below(&["deploy", "resources", part, "cpus"]));
            close_empty(&subject.below(&["deploy", "resources", part]), out);
        }
        close_empty(&subject.below(&["deploy", "resources"]), out);
    }
}

fn limit(subject: &Subject<'_>, out: &mut Draft<'_>) -> Option<Amount> {
    let container = subject.container;
    let deploy = subject.service.and_then(|service| service.deploy.as_ref());
    let deployed = deploy.and_then(|deploy| deploy.resources.0.limits.as_ref()).map(|limits| limits.cpus);
    let (cpus, quota) = (subject.at("cpus"), subject.at("cpu_quota"));
    let stated = if container.cpus.thousandths() > 0 {
        Some((container.cpus.thousandths(), cpus))
    } else {
        let path = subject.below(&["deploy", "resources", "limits", "cpus"]);
        deployed
            .map(|cpus| cpus.thousandths())
            .filter(|thousandths| *thousandths > 0)
            .map(|amount| (amount, path))
    };
    let by_quota = of_quota(container.cpu_quota, container.cpu_period);
    match (stated, by_quota) {
        (Some((amount, path)), Some(_)) => {
            let title = "`cpus` and `cpu_quota` exclude each other: `cpus` counts";
            out.find_as(Severity::Error, &quota, title, "the engine refuses to start a container with both");
            out.approximated_as(&quota, "`cpus` counts in its place");
            Some((amount, vec![path], Evidence::Compose))
        }
        (Some((amount, path)), None) => Some((amount, vec![path], Evidence::Compose)),
        (None, Some(amount)) => {
            let mut because = vec![quota];
            if container.cpu_period > 0 {
                because.push(subject.at("cpu_period"));
            }
            Some((amount, because, Evidence::Compose))
        }
        (None, None) => None,
    }
}

/// Thousandths of a processor for microseconds in a period, rounded up.
fn of_quota(quota: i64, period: i64) -> Option<i64> {
    let period = if period > 0 { period } else { PERIOD };
    let thousandths = quota.checked_mul(1000)?;
    (quota > 0).then(|| (thousandths / period + i64::from(thousandths % period > 0)).max(1))
}

/// A weight as thousandths, so that services keep their ratios.
fn of_shares(shares: i64) -> i64 {
    (shares.saturating_mul(USUAL).saturating_add(SHARES / 2) / SHARES).max(1)
}

/// What is set aside where only a limit is known: a tenth, as all of it would keep most of a small node free.
fn of_limit(limit: i64) -> i64 {
    limit.min((limit / 10).max(10))
}

fn request(
    subject: &Subject<'_>,
    cx: &Context<'_>,
    limit: Option<&Amount>,
    out: &mut Draft<'_>,
) -> Option<Amount> {
    let (wanted, because, evidence) = wanted(subject, cx, limit)?;
    let most = limit.map_or(i64::MAX, |(limit, ..)| *limit);
    if let Some(path) = because.first().filter(|_| wanted > most && evidence == Evidence::Compose) {
        let title = format!("more is set aside than may be used: {wanted}m of {most}m");
        out.find_as(
            Severity::Error,
            path,
            &title,
            "the API server refuses that, so that the limit is set aside",
        );
        out.approximated_as(path, "the limit is set aside, as it is smaller");
    }
    Some((wanted.min(most), because, evidence))
}

fn wanted(subject: &Subject<'_>, cx: &Context<'_>, limit: Option<&Amount>) -> Option<Amount> {
    let container = subject.container;
    let deploy = subject.service.and_then(|service| service.deploy.as_ref());
    let reserved = deploy.and_then(|deploy| deploy.resources.0.reservations.as_ref());
    let reserved =
        reserved.map(|reserved| reserved.cpus.thousandths()).filter(|thousandths| *thousandths > 0);
    if let Some(reserved) = reserved {
        let path = subject.below(&["deploy", "resources", "reservations", "cpus"]);
        return Some((reserved, vec![path], Evidence::Compose));
    }
    if let Some((limit, because, _)) = limit.filter(|_| container.oom_score_adj < 0) {
        let because = because.iter().cloned().chain([subject.at("oom_score_adj")]).collect();
        return Some((*limit, because, Evidence::Compose));
    }
    if container.cpu_shares > 0 {
        let shares = of_shares(container.cpu_shares).min(limit.map_or(i64::MAX, |(limit, ..)| *limit));
        return Some((shares, vec![subject.at("cpu_shares")], Evidence::Compose));
    }
    let of_policy =
        subject.policy.resources.cpu_request.as_ref().or(cx.policy.resources.cpu_request.as_ref());
    if let Some(amount) = of_policy.and_then(|text| parse_millicores(text)) {
        return Some((amount, Vec::new(), Evidence::Policy));
    }
    if let Some((limit, because, _)) = limit {
        return Some((of_limit(*limit), because.clone(), Evidence::Default));
    }
    if subject.hardening == Hardening::Compatible {
        return None;
    }
    let of_image = subject
        .profile()
        .and_then(|profile| Some((parse_millicores(&profile.cpu.request)?, profile.confidence)));
    match of_image {
        Some((amount, Confidence::Read | Confidence::Deduced)) => {
            Some((amount, vec![subject.at("image")], Evidence::Catalogue))
        }
        Some((amount, Confidence::Assumed)) => Some((amount, vec![subject.at("image")], Evidence::Assumed)),
        None if subject.hardening == Hardening::Restricted => Some((ASSUMED, Vec::new(), Evidence::Assumed)),
        None => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{of_limit, of_quota, of_shares};

    #[test]
    fn quotas_shares_and_limits_become_thousandths() {
        let quotas = [
            (50_000, 0, Some(500)),
            (50_000, 25_000, Some(2000)),
            (1, 0, Some(1)),
            (0, 0, None),
            (-1, 0, None),
        ];
        for (quota, period, expected) in quotas {
            assert_eq!(of_quota(quota, period), expected, "{quota}/{period}");
        }
        for (shares, expected) in [(1024, 100), (512, 50), (2, 1), (2048, 200), (73, 7)] {
            assert_eq!(of_shares(shares), expected, "{shares}");
        }
        for (limit, expected) in [(1000, 100), (50, 10), (5, 5), (200, 20)] {
            assert_eq!(of_limit(limit), expected, "{limit}");
        }
    }
}
