//! The checks that the catalogue of images knows, and whether a service is what the catalogue describes.

use crate::mapping::images::{Check, Confidence, Profile};
use crate::plan::decision::Evidence;
use crate::plan::setting::Kind;
use crate::rules::escape::escape;
use crate::rules::health::facts::{declared, is_reachable};
use crate::rules::health::recognise::{Handler, Request};
use crate::rules::health::serving::serves;
use crate::rules::health::timing::startup_floor;
use crate::rules::subject::Subject;

/// Checks of the catalogue.
pub(super) struct Known {
    pub(super) readiness: Handler,
    pub(super) liveness: Option<Handler>,
    pub(super) evidence: Evidence,
}

/// The checks for a service, if the catalogue has some that fit it.
pub(super) fn known(subject: &Subject<'_>) -> Option<Known> {
    let profile = subject.profile().filter(|profile| is_described(subject, profile))?;
    let is_set = |name: &str| subject.container.environment.0.get(name).is_some_and(Option::is_some);
    let usable = |check: &Option<Check>| {
        let handler = handler(check.as_ref()?, &is_set)?;
        let is_local = matches!(handler, Handler::Exec(_));
        (is_local || is_reachable(subject)).then_some(handler)
    };
    let (ready, alive) = (usable(&profile.probes.readiness), usable(&profile.probes.liveness));
    let port = profile.ports.iter().find(|port| port.protocol == "tcp").map(|port| port.port);
    let first =
        port.filter(|_| profile.probes.readiness.is_some() && is_reachable(subject)).map(Handler::Tcp);
    let readiness = ready.or_else(|| alive.clone()).or(first)?;
    let liveness = alive.or_else(|| connection(&readiness));
    let evidence = match profile.confidence {
        Confidence::Read | Confidence::Deduced => Evidence::Catalogue,
        Confidence::Assumed => Evidence::Assumed,
    };
    Some(Known { readiness, liveness, evidence })
}

/// The least time to give a service for its start, in seconds.
pub(super) fn floor(subject: &Subject<'_>) -> i64 {
    let profile = subject.profile();
    let is_stateful =
        subject.runs_as() == Kind::StatefulSet || profile.is_some_and(|profile| profile.stateful);
    startup_floor(profile.and_then(|profile| profile.probes.startup_seconds), is_stateful)
}

/// Whether the program of the image runs as the catalogue describes it: not another one, not at another port.
fn is_described(subject: &Subject<'_>, profile: &Profile) -> bool {
    let declared = declared(subject);
    let of_image: Vec<u16> = profile.ports.iter().map(|port| port.port).collect();
    if declared.iter().any(|port| of_image.contains(port)) {
        return true;
    }
    let given = |words: &Option<Vec<String>>| words.as_ref().is_some_and(|words| !words.is_empty());
    let is_same_entrypoint = !given(&subject.container.entrypoint.0);
    declared.is_empty()
        && is_same_entrypoint
        && serves(subject.container.command.0.as_deref(), &profile.family)
}

/// A liveness that wants no more than a connection to the same port.
fn connection(handler: &Handler) -> Option<Handler> {
    match handler {
        Handler::Http(request) => Some(Handler::Tcp(request.port)),
        Handler::Tcp(port) | Handler::Grpc { port, .. } => Some(Handler::Tcp(*port)),
        Handler::Exec(_) | Handler::AlwaysHealthy | Handler::NeverHealthy => None,
    }
}

/// The handler of a check; nothing if it needs a variable that is not set.
fn handler(check: &Check, is_set: &dyn Fn(&str) -> bool) -> Option<Handler> {
    Some(match check {
        Check::Exec(words) => {
            let words = words.iter().map(|word| match references(word).as_slice() {
                [] => Some(escape(word)),
                names => names.iter().all(|name| is_set(name)).then(|| word.clone()),
            });
            Handler::Exec(words.collect::<Option<_>>()?)
        }
        Check::Http(http) => Handler::Http(Request {
            path: http.path.clone(),
            port: http.port,
            is_https: http.scheme.as_deref().is_some_and(|scheme| scheme.eq_ignore_ascii_case("https")),
            headers: Vec::new(),
        }),
        Check::Tcp(port) => Handler::Tcp(*port),
        Check::Grpc(port) => Handler::Grpc { port: *port, service: None },
    })
}

/// The names in `$(NAME)`, which Kubernetes replaces in words of the catalogue.
fn references(word: &str) -> Vec<&str> {
    let is_name = |name: &&str| {
        !name.is_empty()
            && name.chars().all(|char| char.is_ascii_uppercase() || char.is_ascii_digit() || char == '_')
    };
    let parts = word.split("$(").skip(1).filter_map(|part| part.split_once(')'));
    parts.map(|(name, _)| name).filter(is_name).collect()
}

#[cfg(test)]
mod tests {
    use super::{handler, references};
    use crate::mapping::images::Check;
    use crate::rules::health::recognise::Handler;

    #[test]
    fn variables_of_the_catalogue_must_be_set() {
        assert_eq!(references("a $(B_1) $(date) $(C)"), ["B_1", "C"]);
        let check = Check::Exec(vec!["a".to_owned(), "$(B)".to_owned(), "$$x".to_owned()]);
        assert_eq!(handler(&check, &|_| false), None);
        let words = ["a", "$(B)", "$$$x"].map(str::to_owned).to_vec();
        assert_eq!(handler(&check, &|name| name == "B"), Some(Handler::Exec(words)));
    }
}
