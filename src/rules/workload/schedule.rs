//! `jobs.*.triggers` and the labels of well-known schedulers: when something starts by the clock.

use crate::compose::model::service::Schedule;
use crate::plan::decision::Evidence;
use crate::plan::setting::{PodSetting, Setting, WorkloadSetting};
use crate::rules::draft::Draft;
use crate::rules::subject::Subject;
use crate::rules::{Context, Rule};
use crate::source::path::ComposePath;

/// A schedule that never comes, for what only a person starts.
const NEVER: &str = "0 0 31 2 *";

/// Sets when a CronJob starts.
pub(super) struct Schedules;

impl Rule for Schedules {
    fn id(&self) -> &'static str {
        "schedule"
    }

    fn service(&self, subject: &Subject<'_>, _cx: &Context<'_>, out: &mut Draft<'_>) {
        let Some(job) = subject.job else { return };
        let path = subject.at("triggers");
        let schedules =
            job.triggers.as_ref().map(|triggers| triggers.schedule.as_slice()).unwrap_or_default();
        let places: Vec<ComposePath> =
            (0..schedules.len()).map(|index| path.key("schedule").index(index)).collect();
        let readable = schedules
            .iter()
            .zip(&places)
            .find_map(|(schedule, at)| Some((schedule, cron(&schedule.cron)?, at)));
        match &readable {
            Some((schedule, cron, at)) => starts_at(subject, schedule, cron.clone(), at, out),
            None => waits_for_a_person(subject, &path, out),
        }
        for (at, schedule) in places.iter().zip(schedules) {
            match cron(&schedule.cron) {
                Some(_) if readable.as_ref().is_some_and(|(_, _, first)| *first == at) => {
                    out.translated(&at.key("cron"))
                }
                Some(_) => out
                    .manual_as(&at.key("cron"), "a CronJob has one schedule: make another job for this one"),
                None => {
                    out.manual_as(&at.key("cron"), "Kubernetes cannot read this schedule: write five fields")
                }
            }
            out.translated(&at.key("timezone"));
            out.approximated(&at.key("concurrency"));
            out.approximated(&at.key("missed_fires"));
        }
        out.approximated(&path.key("manual"));
        out.approximated(&path);
    }
}

fn starts_at(
    subject: &Subject<'_>,
    schedule: &Schedule,
    cron: String,
    at: &ComposePath,
    out: &mut Draft<'_>,
) {
    let concurrency = if schedule.concurrency == "allow" { "Allow" } else { "Forbid" };
    let zone = Some(&schedule.timezone).filter(|zone| !zone.is_empty());
    let settings = [
        Some((WorkloadSetting::Schedule(cron), at.key("cron"))),
        Some((WorkloadSetting::Concurrency(concurrency.to_owned()), at.key("concurrency"))),
        zone.map(|zone| (WorkloadSetting::TimeZone(zone.clone()), at.key("timezone"))),
    ];
    for (setting, because) in settings.into_iter().flatten() {
        out.decide(subject.workload_target(), Setting::Workload(setting), Evidence::Compose, &[because]);
    }
    never_again(subject, out);
}

fn waits_for_a_person(subject: &Subject<'_>, path: &ComposePath, out: &mut Draft<'_>) {
    let settings = [
        WorkloadSetting::Schedule(NEVER.to_owned()),
        WorkloadSetting::Suspend(true),
        WorkloadSetting::Concurrency("Forbid".to_owned()),
    ];
    for setting in settings {
        let because = std::slice::from_ref(path);
        out.decide(subject.workload_target(), Setting::Workload(setting), Evidence::Compose, because);
    }
    never_again(subject, out);
}

fn never_again(subject: &Subject<'_>, out: &mut Draft<'_>) {
    let settings = [
        Setting::Workload(WorkloadSetting::BackoffLimit(0)),
        Setting::Pod(PodSetting::RestartPolicy("Never".to_owned())),
    ];
    for setting in settings {
        out.decide(subject.workload_target(), setting, Evidence::Default, &[]);
    }
}

/// A schedule in five fields, if Kubernetes can say it.
fn cron(written: &str) -> Option<String> {
    let fields: Vec<&str> = written.split_whitespace().collect();
    match fields.as_slice() {
        ["@hourly" | "@daily" | "@midnight" | "@weekly" | "@monthly" | "@yearly" | "@annually"] => {
            Some(written.trim().to_owned())
        }
        ["@every", period] => every(period),
        [_, _, _, _, _] => Some(fields.join(" ")),
        // Six fields begin with seconds; only the full minute can be said.
        ["0", minute, hour, day, month, weekday] => Some([*minute, *hour, *day, *month, *weekday].join(" ")),
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
    use super::cron;

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
    }
}
