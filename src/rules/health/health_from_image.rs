//! No `healthcheck`: probes that are known to be good for the image, else whether the published port answers.

use crate::plan::decision::Evidence;
use crate::policy::{Hardening, Probes};
use crate::rules::draft::Draft;
use crate::rules::health::catalogue::{Known, floor, known};
use crate::rules::health::facts::{is_reachable, published};
use crate::rules::health::probe::{Probing, decide, shown};
use crate::rules::health::recognise::Handler;
use crate::rules::health::timing::{Needs, Timing};
use crate::rules::subject::Subject;
use crate::rules::{Context, Rule};
use crate::source::path::ComposePath;

/// Gives services probes that Compose does not speak of.
pub(super) struct HealthFromImage;

impl Rule for HealthFromImage {
    fn id(&self) -> &'static str {
        "health-from-image"
    }

    fn service(&self, subject: &Subject<'_>, cx: &Context<'_>, out: &mut Draft<'_>) {
        if subject.workload.healthcheck.is_some() || subject.runs_as().ends() {
            return;
        }
        let of_image = known(subject).map(|known| (known, subject.at("image")));
        let Some((known, because)) = of_image.or_else(|| of_port(subject)) else { return };
        let is_exec = matches!(known.readiness, Handler::Exec(_));
        let pace = Timing::usual().pace(&Needs { is_exec, floor: floor(subject), ..Needs::default() });
        let restarts = cx.policy.probes_of(subject.name) == Probes::Production;
        let probing = Probing {
            readiness: &known.readiness,
            liveness: known.liveness.as_ref().filter(|_| restarts),
            pace: &pace,
            evidence: known.evidence,
            because: std::slice::from_ref(&because),
        };
        decide(subject, &probing, out);
        if known.evidence == Evidence::Assumed {
            let title = format!(
                "there is no health check, so that {} is assumed to show it",
                shown(&known.readiness)
            );
            out.find(&because, &title);
        }
    }
}

/// Whether the first port answers that Compose publishes.
fn of_port(subject: &Subject<'_>) -> Option<(Known, ComposePath)> {
    if subject.hardening == Hardening::Compatible || !is_reachable(subject) {
        return None;
    }
    let mut ports = subject.workload.ports.iter().enumerate();
    let (index, port) = ports.find_map(|(index, port)| Some((index, published(port)?)))?;
    let handler = Handler::Tcp(port);
    let known = Known { readiness: handler.clone(), liveness: Some(handler), evidence: Evidence::Assumed };
    Some((known, subject.at("ports").index(index).key("target")))
}
