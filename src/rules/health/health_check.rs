//! `healthcheck`: readiness, a liveness that is more patient, and time for the start.

use crate::finding::Severity;
use crate::plan::decision::Evidence;
use crate::policy::Probes;
use crate::rules::draft::Draft;
use crate::rules::health::catalogue::{floor, known};
use crate::rules::health::facts::{is_absent, is_awaited, own_names, ports};
use crate::rules::health::itself::{Itself, itself};
use crate::rules::health::probe::{Probing, decide, shown};
use crate::rules::health::recognise::{Facts, Handler, Recognised, recognise};
use crate::rules::health::secret::without_secrets;
use crate::rules::health::timing::{Needs, Pace, Timing, lasts};
use crate::rules::subject::Subject;
use crate::rules::{Context, Rule};
use crate::source::path::ComposePath;

/// Turns health checks into probes.
pub(super) struct HealthCheck;

const TIMINGS: &[&str] = &["interval", "timeout", "retries", "start_period", "start_interval"];

impl Rule for HealthCheck {
    fn id(&self) -> &'static str {
        "health-check"
    }

    fn service(&self, subject: &Subject<'_>, cx: &Context<'_>, out: &mut Draft<'_>) {
        let at = subject.at("healthcheck");
        let Some(check) = &subject.workload.healthcheck else {
            out.translated(&at);
            return;
        };
        let test = &check.test.0;
        if subject.runs_as().ends() {
            out.dropped_as(
                &at,
                "it runs to its end and counts by its exit status, so that it gets no probes",
            );
        } else if check.disable || test.first().is_some_and(|word| word == "NONE") {
            out.translated(&at.key("disable"));
            if check.disable {
                idle(&at, &["test"], "the check is switched off", out);
            }
            out.translated(&at.key("test"));
            idle(&at, TIMINGS, "the check is switched off", out);
        } else if test.is_empty() {
            of_image(subject, cx, &Timing::of(check), &at, out);
        } else {
            let facts = Facts {
                ports: ports(subject),
                own: own_names(subject),
                is_other: &|name| cx.loaded.project.services.contains_key(name),
                is_absent: &|program| is_absent(subject, program),
            };
            written(subject, cx, &Timing::of(check), recognise(test, &facts), &at, out);
        }
    }
}

/// Closes keys that have no effect, here or in Docker.
fn idle(at: &ComposePath, keys: &[&str], why: &str, out: &mut Draft<'_>) {
    for key in keys {
        out.approximated_as(&at.key(*key), why);
    }
}

fn written(
    subject: &Subject<'_>,
    cx: &Context<'_>,
    timing: &Timing,
    recognised: Recognised,
    at: &ComposePath,
    out: &mut Draft<'_>,
) {
    let test = at.key("test");
    out.translated(&at.key("disable"));
    if let Some(why) = says_nothing(&recognised) {
        let severity = if recognised.problem.is_some() { Severity::Error } else { Severity::Warning };
        out.find_as(
            severity,
            &test,
            &why,
            "it gets no probe, as one that never changes its answer helps nobody",
        );
        out.manual_quietly(&test, &why);
        idle(at, TIMINGS, "the check says nothing, so that there is no probe", out);
        return;
    }
    let own = of_itself(subject, &recognised.handler);
    let asked = own.as_ref().map(|own| Handler::Exec(own.words.clone()));
    let handler = match (asked.as_ref().unwrap_or(&recognised.handler), &recognised.missing) {
        (Handler::Exec(_), Some(missing)) => {
            let why = format!("the image has no `{missing}`, so that this check fails in Docker too");
            return replaced(subject, cx, timing, &why, at, out);
        }
        (Handler::Exec(words), None) => match without_secrets(subject, cx, words, &test, out) {
            Some(words) => Handler::Exec(words),
            None => {
                let why = "the check holds a credential that no variable of the container holds";
                return replaced(subject, cx, timing, why, at, out);
            }
        },
        (handler, _) => handler.clone(),
    };
    let is_wanted =
        cx.policy.probes_of(subject.name) == Probes::Production && !recognised.is_for_readiness_only;
    let heals = subject.container.labels.0.get("autoheal").is_some_and(|value| value == "true");
    let restarts = is_wanted || heals || recognised.kills;
    let pace = timing.pace(&Needs {
        is_exec: matches!(handler, Handler::Exec(_)),
        least_timeout: recognised.least_timeout,
        least_period: recognised.least_period,
        own_timeout: recognised.own_timeout,
        floor: floor(subject),
        is_awaited: !restarts && is_awaited(subject, cx),
    });
    let probing = Probing {
        readiness: &handler,
        liveness: restarts.then_some(&handler),
        pace: &pace,
        evidence: Evidence::Compose,
        because: std::slice::from_ref(&test),
    };
    decide(subject, &probing, out);
    let mut says = vec![effect(&handler, &pace, restarts)];
    says.extend(recognised.remarks);
    says.extend(own.as_ref().map(Itself::remark));
    out.approximated_as(&test, &says.join("; "));
    timings(at, &pace, restarts, out);
}

/// The command of a check that asks the container itself by a name, without that name.
fn of_itself(subject: &Subject<'_>, handler: &Handler) -> Option<Itself> {
    match handler {
        Handler::Exec(words) => itself(words, &own_names(subject)),
        Handler::Http(_)
        | Handler::Tcp(_)
        | Handler::Grpc { .. }
        | Handler::AlwaysHealthy
        | Handler::NeverHealthy => None,
    }
}

/// Why a test says nothing about health, if it does not.
fn says_nothing(recognised: &Recognised) -> Option<String> {
    match (&recognised.problem, &recognised.handler) {
        (Some(problem), _) => Some(problem.clone()),
        (None, Handler::AlwaysHealthy) => Some("this check always ends well".to_owned()),
        (None, Handler::NeverHealthy) => Some("this check never ends well".to_owned()),
        (None, Handler::Http(_) | Handler::Tcp(_) | Handler::Grpc { .. } | Handler::Exec(_)) => None,
    }
}

/// What Kubernetes does that Docker does not.
fn effect(handler: &Handler, pace: &Pace, restarts: bool) -> String {
    let shown = shown(handler);
    if !restarts {
        return format!(
            "it becomes {shown}: no traffic reaches the container while it fails, and nothing restarts it"
        );
    }
    format!(
        "it becomes {shown}: Kubernetes restarts the container after {} s of failures, or {} s without a start, and \
         Docker never does",
        lasts(pace.liveness),
        lasts(pace.startup)
    )
}

fn timings(at: &ComposePath, pace: &Pace, restarts: bool, out: &mut Draft<'_>) {
    for (key, says) in &pace.differs {
        out.approximated_as(&at.key(*key), says);
    }
    if !restarts {
        let says = "nothing is restarted, so that failures at the start mean no more than a wait";
        idle(at, &["start_period", "start_interval"], says, out);
    }
    if restarts && pace.liveness.timeout != pace.readiness.timeout {
        let (ready, alive) = (pace.readiness.timeout, pace.liveness.timeout);
        let says = format!("readiness waits {ready} s for an answer, and liveness {alive} s");
        out.approximated_as(&at.key("timeout"), &says);
    }
    for key in ["start_period", "start_interval"] {
        out.approximated(&at.key(key));
    }
    // What differs in these is told above.
    for key in ["interval", "timeout", "retries"] {
        out.translated(&at.key(key));
    }
}

/// A check that cannot be kept gives way to one that the catalogue knows.
fn replaced(
    subject: &Subject<'_>,
    cx: &Context<'_>,
    timing: &Timing,
    why: &str,
    at: &ComposePath,
    out: &mut Draft<'_>,
) {
    let test = at.key("test");
    match catalogued(subject, cx, timing, &test, out) {
        Some((handler, pace, restarts)) => {
            out.find(&test, &format!("{why}: {} takes its place", shown(&handler)));
            out.approximated_as(&test, &format!("{why}; {}", effect(&handler, &pace, restarts)));
            timings(at, &pace, restarts, out);
        }
        None => {
            out.manual_as(&test, &format!("{why}: write another one"));
            idle(at, TIMINGS, "there is no probe that they could be for", out);
        }
    }
}

/// The check of the image, with the timings that Compose gives it.
fn of_image(subject: &Subject<'_>, cx: &Context<'_>, timing: &Timing, at: &ComposePath, out: &mut Draft<'_>) {
    out.translated(&at.key("disable"));
    match catalogued(subject, cx, timing, at, out) {
        Some((handler, pace, restarts)) => {
            let says = format!("the check of the image is not read; {}", effect(&handler, &pace, restarts));
            out.approximated_as(&at.key("test"), &says);
            timings(at, &pace, restarts, out);
            if out.leaves(at).contains(at) {
                out.approximated_as(at, &says);
            }
        }
        None => {
            out.manual_as(at, "the health check of the image is not visible: write it into `test`");
        }
    }
}

/// Decides the probes that the catalogue knows for the image.
fn catalogued(
    subject: &Subject<'_>,
    cx: &Context<'_>,
    timing: &Timing,
    because: &ComposePath,
    out: &mut Draft<'_>,
) -> Option<(Handler, Pace, bool)> {
    let known = known(subject)?;
    let restarts = cx.policy.probes_of(subject.name) == Probes::Production;
    let liveness = known.liveness.as_ref().filter(|_| restarts);
    let is_exec = matches!(known.readiness, Handler::Exec(_));
    let is_awaited = liveness.is_none() && is_awaited(subject, cx);
    let pace = timing.pace(&Needs { is_exec, is_awaited, floor: floor(subject), ..Needs::default() });
    let probing = Probing {
        readiness: &known.readiness,
        liveness,
        pace: &pace,
        evidence: known.evidence,
        because: std::slice::from_ref(because),
    };
    decide(subject, &probing, out);
    let restarts = liveness.is_some();
    Some((known.readiness, pace, restarts))
}
