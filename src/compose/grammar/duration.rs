//! Durations such as `1m30s`, `1.5h` or `2w`: a sequence of numbers with units.

use std::fmt;

/// A duration in nanoseconds; Compose accepts negative ones.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Duration(i64);

const NANOSECOND: i64 = 1;
const MICROSECOND: i64 = 1_000;
const MILLISECOND: i64 = 1_000_000;
const SECOND: i64 = 1_000_000_000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;

const UNITS: [(&str, i64); 10] = [
    ("ns", NANOSECOND),
    ("us", MICROSECOND),
    ("\u{b5}s", MICROSECOND),
    ("\u{3bc}s", MICROSECOND),
    ("ms", MILLISECOND),
    ("s", SECOND),
    ("m", MINUTE),
    ("h", HOUR),
    ("d", 24 * HOUR),
    ("w", 168 * HOUR),
];

impl Duration {
    /// A duration of so many nanoseconds.
    #[must_use]
    pub fn from_nanoseconds(nanoseconds: i64) -> Self {
        Self(nanoseconds)
    }

    /// The number of nanoseconds.
    #[must_use]
    pub fn nanoseconds(self) -> i64 {
        self.0
    }

    /// Whole seconds, rounded up, as Kubernetes counts.
    #[must_use]
    pub fn seconds_rounded_up(self) -> i64 {
        self.0.div_euclid(SECOND) + i64::from(self.0.rem_euclid(SECOND) > 0)
    }
}

/// Reads a duration.
///
/// # Errors
/// The text that Docker Compose prints.
pub fn parse(text: &str) -> Result<Duration, String> {
    let invalid = || format!("time: invalid duration \"{text}\"");
    let (negative, mut rest) = match text.as_bytes().first() {
        Some(b'-') => (true, text.get(1..).unwrap_or_default()),
        Some(b'+') => (false, text.get(1..).unwrap_or_default()),
        _ => (false, text),
    };
    if rest == "0" {
        return Ok(Duration(0));
    }
    if rest.is_empty() {
        return Err(invalid());
    }
    let mut total: i64 = 0;
    while !rest.is_empty() {
        let (part, after) = parse_part(rest).map_err(|problem| problem.text(text))?;
        total = total.checked_add(part).ok_or_else(invalid)?;
        rest = after;
    }
    Ok(Duration(if negative { -total } else { total }))
}

enum PartProblem<'a> {
    Invalid,
    MissingUnit,
    UnknownUnit(&'a str),
}

impl PartProblem<'_> {
    fn text(&self, whole: &str) -> String {
        match self {
            Self::Invalid => format!("time: invalid duration \"{whole}\""),
            Self::MissingUnit => format!("time: missing unit in duration \"{whole}\""),
            Self::UnknownUnit(unit) => format!("time: unknown unit \"{unit}\" in duration \"{whole}\""),
        }
    }
}

/// One number with its unit, and what follows it.
fn parse_part(text: &str) -> Result<(i64, &str), PartProblem<'_>> {
    let (whole_digits, rest) = split_digits(text);
    let (fraction_digits, rest) = match rest.strip_prefix('.') {
        Some(fraction) => split_digits(fraction),
        None => ("", rest),
    };
    if whole_digits.is_empty() && fraction_digits.is_empty() {
        return Err(PartProblem::Invalid);
    }
    let unit_end = rest.find(|c: char| c == '.' || c.is_ascii_digit()).unwrap_or(rest.len());
    let (unit, after) = rest.split_at(unit_end);
    if unit.is_empty() {
        return Err(PartProblem::MissingUnit);
    }
    let size = UNITS
        .iter()
        .find(|(name, _)| *name == unit)
        .map(|(_, size)| *size)
        .ok_or(PartProblem::UnknownUnit(unit))?;
    let whole: i64 =
        if whole_digits.is_empty() { 0 } else { whole_digits.parse().map_err(|_| PartProblem::Invalid)? };
    let whole = whole.checked_mul(size).ok_or(PartProblem::Invalid)?;
    let value = whole.checked_add(fraction_of(fraction_digits, size)).ok_or(PartProblem::Invalid)?;
    Ok((value, after))
}

fn split_digits(text: &str) -> (&str, &str) {
    text.split_at(text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len()))
}

/// Digits behind the point, as far as they fit 63 bits, times the unit, cut off at the nanosecond.
#[allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    reason = "the reference rounds here too"
)]
fn fraction_of(digits: &str, unit: i64) -> i64 {
    let mut value: i64 = 0;
    let mut scale = 1.0_f64;
    for digit in digits.bytes().map(|byte| i64::from(byte - b'0')) {
        let Some(next) = value.checked_mul(10).and_then(|value| value.checked_add(digit)) else { break };
        value = next;
        scale *= 10.0;
    }
    (value as f64 * (unit as f64 / scale)) as i64
}

impl fmt::Display for Duration {
    /// The form in which Docker Compose prints durations: `1m30s`, `1.5s`, `0s`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let nanoseconds = self.0.unsigned_abs();
        if self.0 < 0 {
            f.write_str("-")?;
        }
        let unit = |size: i64| size.unsigned_abs();
        match nanoseconds {
            0 => f.write_str("0s"),
            n if n < unit(MICROSECOND) => write!(f, "{n}ns"),
            n if n < unit(MILLISECOND) => write!(f, "{}\u{b5}s", decimal(n, unit(MICROSECOND))),
            n if n < unit(SECOND) => write!(f, "{}ms", decimal(n, unit(MILLISECOND))),
            n => {
                let (hours, rest) = (n / unit(HOUR), n % unit(HOUR));
                let (minutes, rest) = (rest / unit(MINUTE), rest % unit(MINUTE));
                if hours > 0 {
                    write!(f, "{hours}h")?;
                }
                if hours > 0 || minutes > 0 {
                    write!(f, "{minutes}m")?;
                }
                write!(f, "{}s", decimal(rest, unit(SECOND)))
            }
        }
    }
}

/// `value / unit` as a decimal without trailing zeros; `unit` is a power of ten.
fn decimal(value: u64, unit: u64) -> String {
    let (whole, fraction) = (value / unit, value % unit);
    if fraction == 0 {
        return whole.to_string();
    }
    let width = unit.ilog10() as usize;
    let digits = format!("{fraction:0width$}");
    format!("{whole}.{}", digits.trim_end_matches('0'))
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn durations_are_read_and_printed_as_compose_does() {
        let rows = [
            ("30s", "30s"),
            ("1m30s", "1m30s"),
            ("90s", "1m30s"),
            ("1.5h", "1h30m0s"),
            ("1w2d", "216h0m0s"),
            ("500ms", "500ms"),
            ("1500us", "1.5ms"),
            ("0", "0s"),
            ("-5s", "-5s"),
            (".5s", "500ms"),
            ("1.s", "1s"),
            ("+2h", "2h0m0s"),
            ("100ns", "100ns"),
            ("1h0.25s", "1h0m0.25s"),
        ];
        for (text, printed) in rows {
            assert_eq!(parse(text).map(|duration| duration.to_string()).as_deref(), Ok(printed), "{text}");
        }
    }

    #[test]
    fn bad_durations_say_what_compose_says() {
        let rows = [
            ("30", "time: missing unit in duration \"30\""),
            ("1m30", "time: missing unit in duration \"1m30\""),
            ("5 s", "time: unknown unit \" s\" in duration \"5 s\""),
            ("", "time: invalid duration \"\""),
            ("abc", "time: invalid duration \"abc\""),
            ("1y", "time: unknown unit \"y\" in duration \"1y\""),
            ("99999999999h", "time: invalid duration \"99999999999h\""),
        ];
        for (text, problem) in rows {
            assert_eq!(parse(text).err().as_deref(), Some(problem), "{text}");
        }
    }
}
