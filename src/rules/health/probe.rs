//! From a handler and its numbers to the probes of a container.

use k8s_openapi::api::core::v1::{ExecAction, GRPCAction, HTTPGetAction, HTTPHeader, Probe, TCPSocketAction};
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

use crate::plan::decision::Evidence;
use crate::plan::setting::{ContainerSetting, Setting};
use crate::rules::draft::Draft;
use crate::rules::health::recognise::{Handler, Request};
use crate::rules::health::timing::{Beat, Pace};
use crate::rules::subject::Subject;
use crate::source::path::ComposePath;

/// The probes of one container.
pub(super) struct Probing<'a> {
    /// Whether it can do its work.
    pub(super) readiness: &'a Handler,
    /// Whether it has to be started again; nobody asks if there is none.
    pub(super) liveness: Option<&'a Handler>,
    pub(super) pace: &'a Pace,
    pub(super) evidence: Evidence,
    pub(super) because: &'a [ComposePath],
}

/// Decides the probes. Nothing may kill a slow start where nothing may kill the container at all.
pub(super) fn decide(subject: &Subject<'_>, probing: &Probing<'_>, out: &mut Draft<'_>) {
    let Probing { readiness, liveness, pace, evidence, because } = probing;
    let mut put =
        |setting| out.decide(subject.container_target(), Setting::Container(setting), *evidence, because);
    if let Some(probe) = probe(readiness, pace.readiness) {
        put(ContainerSetting::ReadinessProbe(Box::new(probe)));
    }
    if let Some(probe) = liveness.and_then(|handler| probe(handler, pace.startup)) {
        put(ContainerSetting::StartupProbe(Box::new(probe)));
    }
    if let Some(probe) = liveness.and_then(|handler| probe(handler, pace.liveness)) {
        put(ContainerSetting::LivenessProbe(Box::new(probe)));
    }
}

/// One probe; nothing if the handler says nothing.
pub(super) fn probe(handler: &Handler, beat: Beat) -> Option<Probe> {
    let mut probe = Probe {
        failure_threshold: Some(beat.failures),
        period_seconds: Some(beat.period),
        timeout_seconds: Some(beat.timeout),
        ..Probe::default()
    };
    match handler {
        Handler::Http(request) => probe.http_get = Some(http(request)),
        Handler::Tcp(port) => {
            probe.tcp_socket = Some(TCPSocketAction { port: IntOrString::Int(i32::from(*port)), host: None });
        }
        Handler::Grpc { port, service } => {
            probe.grpc = Some(GRPCAction { port: i32::from(*port), service: service.clone() });
        }
        Handler::Exec(words) => probe.exec = Some(ExecAction { command: Some(words.clone()) }),
        Handler::AlwaysHealthy | Handler::NeverHealthy => return None,
    }
    Some(probe)
}

fn http(request: &Request) -> HTTPGetAction {
    let headers = request.headers.iter();
    let headers: Vec<HTTPHeader> =
        headers.map(|(name, value)| HTTPHeader { name: name.clone(), value: value.clone() }).collect();
    HTTPGetAction {
        // The host of a probe is never set: it would let the node ask anybody.
        host: None,
        http_headers: Some(headers).filter(|headers| !headers.is_empty()),
        path: Some(request.path.clone()),
        port: IntOrString::Int(i32::from(request.port)),
        scheme: request.is_https.then(|| "HTTPS".to_owned()),
    }
}

/// A handler in a few words.
pub(super) fn shown(handler: &Handler) -> String {
    match handler {
        Handler::Http(request) => format!("httpGet of port {}", request.port),
        Handler::Tcp(port) => format!("tcpSocket of port {port}"),
        Handler::Grpc { port, .. } => format!("grpc of port {port}"),
        Handler::Exec(_) => "exec".to_owned(),
        Handler::AlwaysHealthy | Handler::NeverHealthy => "no probe".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::probe;
    use crate::rules::health::recognise::{Handler, Request};
    use crate::rules::health::timing::Beat;

    #[test]
    fn probes_have_no_host_and_all_numbers() {
        let beat = Beat { period: 1, timeout: 2, failures: 3 };
        let request = Request { path: "/x".to_owned(), port: 80, is_https: true, headers: Vec::new() };
        let made = probe(&Handler::Http(request), beat).unwrap();
        let get = made.http_get.unwrap();
        assert_eq!((get.host, get.scheme.as_deref(), get.http_headers), (None, Some("HTTPS"), None));
        assert_eq!(
            (made.period_seconds, made.timeout_seconds, made.failure_threshold),
            (Some(1), Some(2), Some(3))
        );
        assert!(probe(&Handler::AlwaysHealthy, beat).is_none());
    }
}
