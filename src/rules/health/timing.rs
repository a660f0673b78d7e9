//! The arithmetic of probes: periods, timeouts and thresholds from the timings of a health check.

use crate::compose::grammar::duration::Duration;
use crate::compose::model::service::Healthcheck;

const SECOND: i64 = 1_000_000_000;
/// Readiness that is asked for less often says nothing.
const LONGEST_PERIOD: i64 = 30;
/// Each run of a command costs the node a process start.
const SHORTEST_EXEC_PERIOD: i64 = 5;
/// A program that starts a runtime of its own is not run more often than this while it waits for a start.
const HEAVY_STARTUP_PERIOD: i64 = 10;
/// How long liveness is patient, and how long it waits for an answer, at the least.
const PATIENCE: i64 = 60;
const LEAST_LIVENESS_TIMEOUT: i64 = 5;
/// Larger numbers are not meant, and the product of two of them must fit.
const MOST_RETRIES: i64 = 100_000;
const MOST_SECONDS: i64 = 10_000_000;

/// The timings of a health check in nanoseconds, with the engine's defaults.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Timing {
    pub(super) interval: i64,
    pub(super) timeout: i64,
    pub(super) retries: i64,
    pub(super) start_period: i64,
    pub(super) start_interval: i64,
}

/// What beside the timings decides.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Needs {
    /// Whether a command is run.
    pub(super) is_exec: bool,
    /// The least seconds to wait for an answer.
    pub(super) least_timeout: i64,
    /// The least seconds from one check to the next.
    pub(super) least_period: i64,
    /// The seconds after which the command gives up by itself.
    pub(super) own_timeout: Option<i64>,
    /// The least seconds to give a start.
    pub(super) floor: i64,
    /// Whether others wait for readiness, without a startup probe that asks more often.
    pub(super) is_awaited: bool,
}

/// The numbers of one probe.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Beat {
    pub(super) period: i32,
    pub(super) timeout: i32,
    pub(super) failures: i32,
}

/// The numbers of all probes, and what differs from the timings, by key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Pace {
    pub(super) startup: Beat,
    pub(super) readiness: Beat,
    pub(super) liveness: Beat,
    pub(super) differs: Vec<(&'static str, String)>,
}

impl Timing {
    /// The timings of a health check.
    pub(super) fn of(check: &Healthcheck) -> Self {
        let or = |duration: Option<Duration>, usual: i64| {
            duration
                .map(Duration::nanoseconds)
                .filter(|nanoseconds| *nanoseconds > 0)
                .unwrap_or(usual * SECOND)
        };
        let retries =
            check.retries.and_then(|retries| i64::try_from(retries).ok()).filter(|retries| *retries > 0);
        Self {
            interval: or(check.interval, 30),
            timeout: or(check.timeout, 30),
            retries: retries.unwrap_or(3),
            start_period: or(check.start_period, 0),
            start_interval: or(check.start_interval, 5),
        }
    }

    /// The timings of a check that nobody has written.
    pub(super) fn usual() -> Self {
        Self {
            interval: 10 * SECOND,
            timeout: 5 * SECOND,
            retries: 3,
            start_period: 0,
            start_interval: 5 * SECOND,
        }
    }

    /// The numbers that follow.
    pub(super) fn pace(&self, needs: &Needs) -> Pace {
        let retries = self.retries.clamp(1, MOST_RETRIES);
        let interval = seconds(self.interval);
        let shortest = if needs.is_exec { SHORTEST_EXEC_PERIOD } else { 1 }.max(needs.least_period);
        let mut period = interval.min(LONGEST_PERIOD).max(shortest);
        let mut failures = retries;
        if needs.is_awaited && interval >= LONGEST_PERIOD && needs.least_period == 0 {
            period = 10;
            failures = ceil(retries * interval, period).max(retries);
        }
        let own = needs.own_timeout.unwrap_or(i64::MAX).max(1);
        let timeout = seconds(self.timeout).min(own).max(needs.least_timeout);
        let startup_least = if needs.least_period > 0 { HEAVY_STARTUP_PERIOD } else { shortest };
        let startup = seconds(self.start_interval.min(self.interval)).min(LONGEST_PERIOD).max(startup_least);
        let start = seconds_or_none(self.start_period) + retries * interval;
        let starts = ceil(start, startup).max(ceil(needs.floor, startup)).max(1);
        Pace {
            startup: beat(startup, timeout, starts),
            readiness: beat(period, timeout, failures),
            liveness: beat(
                period,
                timeout.max(LEAST_LIVENESS_TIMEOUT),
                (2 * failures).max(ceil(PATIENCE, period)),
            ),
            differs: self.differences(period, timeout, failures),
        }
    }

    fn differences(&self, period: i64, timeout: i64, failures: i64) -> Vec<(&'static str, String)> {
        let mut differs = Vec::new();
        let interval = seconds(self.interval);
        if period > interval {
            differs.push((
                "interval",
                format!("readiness is asked every {period} s, as a command costs a process"),
            ));
        } else if period < interval {
            differs.push((
                "interval",
                format!("readiness is asked every {period} s, as rarer checks say little"),
            ));
        } else if self.interval % SECOND != 0 {
            differs.push((
                "interval",
                format!("Kubernetes counts whole seconds, so that it becomes {period} s"),
            ));
        }
        if timeout > seconds(self.timeout) {
            differs.push(("timeout", format!("the program needs more time than that: it gets {timeout} s")));
        } else if timeout < seconds(self.timeout) {
            differs.push(("timeout", format!("the test itself gives up after {timeout} s")));
        } else if self.timeout % SECOND != 0 {
            differs.push((
                "timeout",
                format!("Kubernetes counts whole seconds, so that it becomes {timeout} s"),
            ));
        }
        if failures != self.retries {
            let says = format!("{failures} failures at the shorter period take as long");
            differs.push(("retries", says));
        }
        differs
    }
}

/// How long a probe fails before something happens, in seconds.
pub(super) fn lasts(beat: Beat) -> i64 {
    i64::from(beat.period) * i64::from(beat.failures)
}

/// The least time to give a start: as the image needs it, else more where data has to be looked through.
pub(super) fn startup_floor(of_image: Option<i64>, is_stateful: bool) -> i64 {
    of_image.unwrap_or(if is_stateful { 300 } else { 60 })
}

fn beat(period: i64, timeout: i64, failures: i64) -> Beat {
    let number = |number: i64| i32::try_from(number).unwrap_or(i32::MAX).max(1);
    Beat { period: number(period), timeout: number(timeout), failures: number(failures) }
}

fn seconds(nanoseconds: i64) -> i64 {
    Duration::from_nanoseconds(nanoseconds).seconds_rounded_up().clamp(1, MOST_SECONDS)
}

fn seconds_or_none(nanoseconds: i64) -> i64 {
    if nanoseconds > 0 { seconds(nanoseconds) } else { 0 }
}

fn ceil(dividend: i64, divisor: i64) -> i64 {
    let divisor = divisor.max(1);
    dividend / divisor + i64::from(dividend % divisor > 0)
}

#[cfg(test)]
mod tests {
    use super::{Needs, SECOND, Timing, startup_floor};

    fn timing(numbers: [i64; 5]) -> Timing {
        let [interval, timeout, retries, start_period, start_interval] = numbers;
        let of = |milliseconds: i64| milliseconds * (SECOND / 1000);
        Timing {
            interval: of(interval),
            timeout: of(timeout),
            retries,
            start_period: of(start_period),
            start_interval: of(start_interval),
        }
    }

    #[test]
    fn numbers_follow_from_timings() {
        let usual = Needs { floor: 60, ..Needs::default() };
        let exec = Needs { is_exec: true, ..usual };
        let heavy = Needs { least_timeout: 10, least_period: 30, ..exec };
        let awaited = Needs { is_awaited: true, ..usual };
        let own = Needs { own_timeout: Some(3), ..usual };
        let rows = [
            ([30_000, 30_000, 3, 0, 5_000], usual, [5, 30, 18], [30, 30, 3], [30, 30, 6]),
            ([10_000, 5_000, 5, 30_000, 5_000], usual, [5, 5, 16], [10, 5, 5], [10, 5, 10]),
            ([1_000, 1_000, 3, 0, 5_000], usual, [1, 1, 60], [1, 1, 3], [1, 5, 60]),
            ([1_000, 1_000, 3, 0, 5_000], exec, [5, 1, 12], [5, 1, 3], [5, 5, 12]),
            ([500, 500, 3, 0, 5_000], usual, [1, 1, 60], [1, 1, 3], [1, 5, 60]),
            ([5_000, 3_000, 3, 0, 5_000], heavy, [10, 10, 6], [30, 10, 3], [30, 10, 6]),
            ([86_400_000, 10_000, 1, 0, 5_000], usual, [5, 10, 17280], [30, 10, 1], [30, 10, 2]),
            ([60_000, 10_000, 2, 0, 5_000], awaited, [5, 10, 24], [10, 10, 12], [10, 10, 24]),
            ([10_000, 10_000, 3, 0, 5_000], own, [5, 3, 12], [10, 3, 3], [10, 5, 6]),
        ];
        for (numbers, needs, startup, readiness, liveness) in rows {
            let pace = timing(numbers).pace(&needs);
            let shown = [pace.startup, pace.readiness, pace.liveness]
                .map(|beat| [beat.period, beat.timeout, beat.failures]);
            assert_eq!(shown, [startup, readiness, liveness], "{numbers:?}");
        }
    }

    #[test]
    fn liveness_is_always_more_patient_and_nothing_overflows() {
        for interval in [1, 999, 30_000, i64::MAX / SECOND] {
            for retries in [1, 2, 1_000_000_000, i64::MAX] {
                let pace = timing([interval, interval, retries, interval, 1]).pace(&Needs::default());
                assert!(
                    pace.liveness.failures > pace.readiness.failures
                        && pace.liveness.timeout >= pace.readiness.timeout
                );
                assert!(pace.startup.failures >= 1 && pace.startup.period >= 1);
            }
        }
    }

    #[test]
    fn differences_are_told_by_key() {
        let keys = |numbers, needs| {
            timing(numbers).pace(&needs).differs.into_iter().map(|(key, _)| key).collect::<Vec<_>>()
        };
        assert_eq!(keys([10_000, 5_000, 3, 0, 5_000], Needs::default()), Vec::<&str>::new());
        assert_eq!(keys([500, 1_500, 3, 0, 5_000], Needs::default()), ["interval", "timeout"]);
        assert_eq!(keys([60_000, 1_000, 3, 0, 5_000], Needs::default()), ["interval"]);
        assert_eq!(
            (startup_floor(None, true), startup_floor(None, false), startup_floor(Some(9), true)),
            (300, 60, 9)
        );
    }
}
