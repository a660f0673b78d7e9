//! Labels by which schedulers beside Docker start containers by the clock.
//!
//! In: the labels of a service. Out: when the service itself is to run, and which commands ofelia runs for it.

use std::collections::BTreeMap;

use crate::compose::Loaded;
use crate::compose::model::service::Service;
use crate::source::path::ComposePath;

/// When a service itself is to run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Clock {
    /// The schedule as it is written.
    pub(super) schedule: Label,
    /// What happens if the last run is not over, as a CronJob says it.
    pub(super) concurrency: Option<(&'static str, ComposePath)>,
    /// What stands where a concurrency policy should, and is none.
    pub(super) unknown: Option<Label>,
    /// How often it is tried again.
    pub(super) attempts: Option<(i32, ComposePath)>,
}

/// A label.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Label {
    pub(super) value: String,
    pub(super) at: ComposePath,
}

/// A command that ofelia runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Chore {
    /// `job-exec`, `job-run` and their like.
    pub(super) kind: String,
    pub(super) name: String,
    pub(super) command: String,
    pub(super) schedule: String,
    /// One of its labels.
    pub(super) at: ComposePath,
}

/// Schedulers that have the labels of ofelia.
const OFELIA: &[&str] = &["chadburn.", "ofelia."];

/// When the labels of a service say that it is to run.
pub(super) fn of_service(path: &ComposePath, service: &Service, loaded: &Loaded) -> Option<Clock> {
    clock(&labels(path, service, loaded))
}

/// The commands that ofelia runs for a service.
pub(super) fn chores_of(path: &ComposePath, service: &Service, loaded: &Loaded) -> Vec<Chore> {
    chores(&labels(path, service, loaded))
}

/// The labels of a service by their key; those of its containers decide.
fn labels(path: &ComposePath, service: &Service, loaded: &Loaded) -> BTreeMap<String, Label> {
    let of_deploy = service.deploy.iter().flat_map(|deploy| &deploy.labels.0);
    let deployed = path.key("deploy").key("labels");
    let of_deploy = of_deploy.map(|(key, value)| (key.clone(), value.clone(), deployed.key(key.as_str())));
    let of_container = service.container.labels.0.iter().map(|(key, value)| {
        let written = path.key("labels").key(key.as_str());
        let at = if loaded.tree.at(&written).is_some() { written } else { path.key("label_file") };
        (key.clone(), value.clone(), at)
    });
    of_deploy.chain(of_container).map(|(key, value, at)| (key, Label { value, at })).collect()
}

fn clock(labels: &BTreeMap<String, Label>) -> Option<Clock> {
    let label = |key: &str| labels.get(key).filter(|label| !label.value.trim().is_empty());
    if label("swarm.cronjob.enable").is_some_and(|label| is_true(&label.value)) {
        let skips = label("swarm.cronjob.skip-running");
        // Otherwise swarm-cronjob updates the service by force, so that a run that is not over gives way.
        let concurrency =
            skips.map(|label| (if is_true(&label.value) { "Forbid" } else { "Replace" }, label.at.clone()));
        let schedule = label("swarm.cronjob.schedule")?.clone();
        return Some(Clock { schedule, concurrency, unknown: None, attempts: None });
    }
    let schedule = label("kompose.cronjob.schedule")?.clone();
    let policy = label("kompose.cronjob.concurrency_policy");
    let known = |label: &Label| {
        let names = ["Allow", "Forbid", "Replace"];
        names.into_iter().find(|name| name.eq_ignore_ascii_case(label.value.trim()))
    };
    let limit = label("kompose.cronjob.backoff_limit");
    let attempts = limit.and_then(|label| Some((label.value.trim().parse::<i32>().ok()?, label.at.clone())));
    Some(Clock {
        schedule,
        concurrency: policy.and_then(|label| Some((known(label)?, label.at.clone()))),
        unknown: policy.filter(|label| known(label).is_none()).cloned(),
        attempts: attempts.filter(|(count, _)| *count >= 0),
    })
}

fn chores(labels: &BTreeMap<String, Label>) -> Vec<Chore> {
    let mut chores: BTreeMap<(&str, &str, &str), Chore> = BTreeMap::new();
    for (key, label) in labels {
        let Some((family, rest)) =
            OFELIA.iter().find_map(|family| Some((*family, key.strip_prefix(family)?)))
        else {
            continue;
        };
        let Some(((kind, name), field)) =
            rest.rsplit_once('.').and_then(|(job, field)| Some((job.split_once('.')?, field)))
        else {
            continue;
        };
        let is_off = |label: &Label| label.value.eq_ignore_ascii_case("false");
        if !kind.starts_with("job-") || labels.get(&format!("{family}enabled")).is_some_and(is_off) {
            continue;
        }
        let chore = chores.entry((family, kind, name)).or_insert_with(|| Chore {
            kind: kind.to_owned(),
            name: name.to_owned(),
            command: String::new(),
            schedule: String::new(),
            at: label.at.clone(),
        });
        match field {
            "command" => chore.command.clone_from(&label.value),
            "schedule" => {
                chore.schedule.clone_from(&label.value);
                chore.at = label.at.clone();
            }
            _ => {}
        }
    }
    chores.into_values().collect()
}

fn is_true(value: &str) -> bool {
    matches!(value.trim().to_ascii_lowercase().as_str(), "true" | "1" | "yes" | "on")
}

/// A schedule as a CronJob has it: five fields, and the time zone that stands before them.
pub(super) fn cron_with_zone(written: &str) -> Option<(String, Option<String>)> {
    let written = written.trim();
    let zone = ["CRON_TZ=", "TZ="].iter().find_map(|prefix| written.strip_prefix(prefix));
    match zone {
        Some(rest) => {
            let (zone, rest) = rest.split_once(char::is_whitespace)?;
            Some((cron(rest)?, Some(zone.to_owned())))
        }
        None => Some((cron(written)?, None)),
    }
}

/// A schedule in five fields, if Kubernetes can say it.
pub(super) fn cron(written: &str) -> Option<String> {
    let fields: Vec<&str> = written.split_whitespace().collect();
    match fields.as_slice() {
        ["@hourly" | "@daily" | "@midnight" | "@weekly" | "@monthly" | "@yearly" | "@annually"] => {
            Some(written.trim().to_owned())
        }
        ["@every", period] => every(period),
        [_, _, _, _, _] => Some(fields.join(" ")),
        // Six fields begin with seconds; only the full minute can be said.
        ["0" | "00", minute, hour, day, month, weekday] => {
            Some([*minute, *hour, *day, *month, *weekday].join(" "))
        }
        _ => None,
    }
}

fn every(period: &str) -> Option<String> {
    let (count, unit) = period.split_at_checked(period.len().checked_sub(1)?)?;
    let count: u32 = count.parse().ok()?;
    match unit {
        "m" if count > 0 && 60 % count == 0 => Some(format!("*/{count} * * * *")),
        "h" if count > 0 && 24 % count == 0 => Some(format!("0 */{count} * * *")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::{Label, chores, clock, cron, cron_with_zone};
    use crate::source::path::ComposePath;

    fn labels(pairs: &[(&str, &str)]) -> BTreeMap<String, Label> {
        let label = |key: &str, value: &str| {
            (key.to_owned(), Label { value: value.to_owned(), at: ComposePath::of(["labels", key]) })
        };
        pairs.iter().map(|(key, value)| label(key, value)).collect()
    }

    #[test]
    fn labels_say_when_a_service_runs() {
        type Row = (&'static [(&'static str, &'static str)], Option<(&'static str, Option<&'static str>)>);
        let rows: [Row; 6] = [
            (
                &[("swarm.cronjob.enable", "true"), ("swarm.cronjob.schedule", "0 3 * * *")],
                Some(("0 3 * * *", None)),
            ),
            (
                &[
                    ("swarm.cronjob.enable", "true"),
                    ("swarm.cronjob.schedule", "@daily"),
                    ("swarm.cronjob.skip-running", "true"),
                ],
                Some(("@daily", Some("Forbid"))),
            ),
            (&[("swarm.cronjob.enable", "false"), ("swarm.cronjob.schedule", "@daily")], None),
            (&[("swarm.cronjob.enable", "true")], None),
            (
                &[("kompose.cronjob.schedule", "@hourly"), ("kompose.cronjob.concurrency_policy", "replace")],
                Some(("@hourly", Some("Replace"))),
            ),
            (&[("a", "b")], None),
        ];
        for (pairs, expected) in rows {
            let clock = clock(&labels(pairs));
            let shown = clock.as_ref().map(|clock| {
                (clock.schedule.value.as_str(), clock.concurrency.as_ref().map(|(policy, _)| *policy))
            });
            assert_eq!(shown, expected, "{pairs:?}");
        }
        let pairs = [
            ("kompose.cronjob.schedule", "@hourly"),
            ("kompose.cronjob.concurrency_policy", "x"),
            ("kompose.cronjob.backoff_limit", "4"),
        ];
        let clock = clock(&labels(&pairs)).unwrap();
        assert_eq!((clock.attempts.map(|(count, _)| count), clock.unknown.is_some()), (Some(4), true));
    }

    #[test]
    fn chores_are_put_together() {
        let found = chores(&labels(&[
            ("ofelia.enabled", "true"),
            ("ofelia.job-exec.a.command", "x y"),
            ("ofelia.job-exec.a.schedule", "@daily"),
            ("ofelia.job-run.b.c.schedule", "@hourly"),
            ("ofelia.smtp-host", "z"),
        ]));
        let shown: Vec<_> = found
            .iter()
            .map(|chore| {
                (chore.kind.as_str(), chore.name.as_str(), chore.command.as_str(), chore.schedule.as_str())
            })
            .collect();
        assert_eq!(shown, [("job-exec", "a", "x y", "@daily"), ("job-run", "b.c", "", "@hourly")]);
        assert!(
            chores(&labels(&[("ofelia.enabled", "false"), ("ofelia.job-exec.a.command", "x")])).is_empty()
        );
    }

    #[test]
    fn schedules_are_said_in_five_fields() {
        let cases = [
            ("5 4 * * *", Some("5 4 * * *")),
            ("@daily", Some("@daily")),
            ("@every 15m", Some("*/15 * * * *")),
            ("@every 2h", Some("0 */2 * * *")),
            ("@every 7m", None),
            ("@every 1h30m", None),
            ("0 */5 * * * *", Some("*/5 * * * *")),
            ("30 */5 * * * *", None),
            ("", None),
        ];
        for (written, expected) in cases {
            assert_eq!(cron(written).as_deref(), expected, "{written}");
        }
        let zoned = cron_with_zone("CRON_TZ=Europe/Berlin 0 0 3 * * *");
        assert_eq!(zoned, Some(("0 3 * * *".to_owned(), Some("Europe/Berlin".to_owned()))));
    }
}
