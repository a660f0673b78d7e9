//! No `healthcheck`: probes that are known to be good for the image, else whether a published port answers.

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

/// Ports on which debuggers of Node.js, Java, PHP and Go wait: they do not show whether a service works.
const DEBUGGERS: &[u16] = &[2345, 5005, 5858, 9003, 9229];

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
        let of_image = known(subject).map(|known| (known, subject.at("image"), Vec::new()));
        let Some((known, because, debuggers)) = of_image.or_else(|| of_port(subject, out)) else { return };
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
            let shown = shown(&known.readiness);
            let passed = passed_over(&debuggers);
            let restarts = if probing.liveness.is_some() { "" } else { ", and nothing restarts it" };
            let title =
                format!("there is no health check, so that {shown} is assumed to show it{restarts}{passed}");
            out.find(&because, &title);
        }
    }
}

/// Whether the first port answers that Compose publishes, and which ports of debuggers come before it.
///
/// A port that does not answer keeps traffic away; it never is a reason to kill a container that may well work.
fn of_port(subject: &Subject<'_>, out: &mut Draft<'_>) -> Option<(Known, ComposePath, Vec<u16>)> {
    if subject.hardening == Hardening::Compatible || !is_reachable(subject) {
        return None;
    }
    let ports = subject.workload.ports.iter().enumerate();
    let ports: Vec<(usize, u16)> =
        ports.filter_map(|(index, port)| Some((index, published(port)?))).collect();
    let (chosen, debuggers) = of_service(&ports);
    let Some((index, port)) = chosen else {
        if !debuggers.is_empty() {
            let title = format!("there is no health check, and no port to ask{}", passed_over(&debuggers));
            out.find(&subject.at("ports"), &title);
        }
        return None;
    };
    let known = Known { readiness: Handler::Tcp(port), liveness: None, evidence: Evidence::Assumed };
    Some((known, subject.at("ports").index(index).key("target"), debuggers))
}

/// The first port that is not one of a debugger, and the ports that are.
fn of_service(ports: &[(usize, u16)]) -> (Option<(usize, u16)>, Vec<u16>) {
    let is_debugger = |port: &u16| DEBUGGERS.contains(port);
    let chosen = ports.iter().find(|(_, port)| !is_debugger(port)).copied();
    let debuggers = ports.iter().map(|(_, port)| *port).filter(is_debugger).collect();
    (chosen, debuggers)
}

/// What there is to say about ports of debuggers.
fn passed_over(debuggers: &[u16]) -> String {
    let ports: Vec<String> = debuggers.iter().map(u16::to_string).collect();
    match ports.as_slice() {
        [] => String::new(),
        [port] => format!("; port {port} is that of a debugger, which does not always listen"),
        ports => format!("; ports {} are those of debuggers, which do not always listen", ports.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::{of_service, passed_over};

    #[test]
    fn ports_of_debuggers_are_passed_over() {
        assert_eq!(of_service(&[(0, 9229), (1, 3000)]), (Some((1, 3000)), vec![9229]));
        assert_eq!(of_service(&[(0, 3000), (1, 9229)]), (Some((0, 3000)), vec![9229]));
        assert_eq!(of_service(&[(0, 5005), (1, 5858)]), (None, vec![5005, 5858]));
        assert_eq!(of_service(&[]), (None, Vec::new()));
        assert_eq!(passed_over(&[]), "");
        assert!(passed_over(&[9003, 2345]).contains("9003, 2345"));
    }
}
