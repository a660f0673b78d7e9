//! `jobs.*.triggers` and the labels of well-known schedulers: when something starts by the clock.

use crate::compose::model::service::{Schedule, Service};
use crate::compose::secrecy::secrets_in_variable;
use crate::finding::Severity;
use crate::plan::decision::Evidence;
use crate::plan::setting::{Kind, PodSetting, Setting, WorkloadSetting};
use crate::rules::clock::{Chore, Clock, chores_of, cron, cron_with_zone, of_service};
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

    fn service(&self, subject: &Subject<'_>, cx: &Context<'_>, out: &mut Draft<'_>) {
        if let Some(service) = subject.service {
            by_labels(subject, service, cx, out);
        }
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

/// What labels say about a service. The rule about labels accounts for the labels themselves.
fn by_labels(subject: &Subject<'_>, service: &Service, cx: &Context<'_>, out: &mut Draft<'_>) {
    let clock = of_service(&subject.path, service, cx.loaded);
    if let Some(clock) = clock.filter(|_| subject.runs_as() == Kind::CronJob) {
        at_times(subject, &clock, out);
    }
    for chore in chores_of(&subject.path, service, cx.loaded) {
        to_be_written(&chore, cx, out);
    }
}

/// The service itself runs by the clock.
fn at_times(subject: &Subject<'_>, clock: &Clock, out: &mut Draft<'_>) {
    let mut put = |setting, evidence, because: &ComposePath| {
        let because = std::slice::from_ref(because);
        out.decide(subject.workload_target(), Setting::Workload(setting), evidence, because);
    };
    let at = &clock.schedule.at;
    let read = cron_with_zone(&clock.schedule.value);
    match &read {
        Some((schedule, zone)) => {
            put(WorkloadSetting::Schedule(schedule.clone()), Evidence::Compose, at);
            if let Some(zone) = zone {
                put(WorkloadSetting::TimeZone(zone.clone()), Evidence::Compose, at);
            }
        }
        None => {
            put(WorkloadSetting::Schedule(NEVER.to_owned()), Evidence::Compose, at);
            put(WorkloadSetting::Suspend(true), Evidence::Compose, at);
        }
    }
    match &clock.concurrency {
        Some((policy, at)) => {
            put(WorkloadSetting::Concurrency((*policy).to_owned()), Evidence::Compose, at);
        }
        None => put(WorkloadSetting::Concurrency("Forbid".to_owned()), Evidence::Default, at),
    }
    if read.is_none() {
        let title = "Kubernetes cannot read this schedule, so that the CronJob waits: write five fields";
        out.find(at, title);
    }
    if let Some(unknown) = &clock.unknown {
        out.find(&unknown.at, "this is no concurrency policy: a run that is not over stops the next one");
    }
}

/// A command that another scheduler runs, of which a person has to make a CronJob.
fn to_be_written(chore: &Chore, cx: &Context<'_>, out: &mut Draft<'_>) {
    let words: Vec<String> = chore.command.split_whitespace().map(str::to_owned).collect();
    let is_secret = !secrets_in_variable("command", &chore.command).is_empty()
        || !cx.credentials.in_words(&words).is_empty();
    let command = match chore.command.as_str() {
        "" => "the command of its image".to_owned(),
        _ if is_secret => "a command that holds a credential".to_owned(),
        command => format!("`{command}`"),
    };
    let schedule = match (chore.schedule.as_str(), cron_with_zone(&chore.schedule)) {
        ("", _) => "at no time".to_owned(),
        (written, Some((cron, _))) if cron != written => format!("at `{written}`, in five fields `{cron}`"),
        (written, Some(_) | None) => format!("at `{written}`"),
    };
    let title = format!(
        "the {} `{}` of a scheduler ({command}, {schedule}) needs Docker: write a CronJob of its own for it",
        chore.kind, chore.name
    );
    let image =
        if chore.kind == "job-exec" { "the image and variables of this service" } else { "its image" };
    let help = format!("write a CronJob with {image} and this command; it shares files only through volumes");
    out.find_with(Severity::Warning, &chore.at, &title, &help);
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
