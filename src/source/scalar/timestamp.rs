//! Dates as go-yaml reads them: `2001-1-2`, `2001-1-2 3:4:5.6` and `2001-1-2T3:4:5.6+02:00`, with or without leading
//! zeros. They leave as RFC 3339 text, the form that Go writes into JSON.

use std::str::FromStr;

/// A date as RFC 3339 text, if the text is one.
pub(super) fn parse(text: &str) -> Option<String> {
    let mut rest = Reader(text);
    let year = rest.year()?;
    rest.literal('-')?;
    let month = rest.number(1..=12)?;
    rest.literal('-')?;
    let day = rest.number(1..=days_in(year, month))?;
    let date = format!("{year:04}-{month:02}-{day:02}");
    if rest.0.is_empty() {
        return Some(format!("{date}T00:00:00Z"));
    }
    let has_zone = rest.literal('T').or_else(|| rest.literal('t')).is_some();
    if !has_zone {
        rest.blanks()?;
    }
    let time = rest.time()?;
    let zone = if has_zone { rest.zone()? } else { "Z".to_owned() };
    rest.0.is_empty().then(|| format!("{date}T{time}{zone}"))
}

/// How Go's `fmt.Sprint` prints a time that is given in RFC 3339 form (`2001-01-01 00:00:00 +0000 UTC`).
#[must_use]
pub fn go_time(rfc3339: &str) -> String {
    let Some((date, clock)) = rfc3339.split_once('T') else { return rfc3339.to_owned() };
    if let Some(time) = clock.strip_suffix('Z') {
        return format!("{date} {time} +0000 UTC");
    }
    let Some(at) = clock.rfind(['+', '-']) else { return rfc3339.to_owned() };
    let (time, zone) = clock.split_at(at);
    let zone = zone.replace(':', "");
    format!("{date} {time} {zone} {zone}")
}

/// What is left to read.
struct Reader<'t>(&'t str);

impl Reader<'_> {
    fn literal(&mut self, expected: char) -> Option<()> {
        self.0 = self.0.strip_prefix(expected)?;
        Some(())
    }

    fn blanks(&mut self) -> Option<()> {
        self.literal(' ')?;
        self.0 = self.0.trim_start_matches(' ');
        Some(())
    }

    fn digits(&mut self, at_most: usize) -> Option<&str> {
        let count = self.0.bytes().take(at_most).take_while(u8::is_ascii_digit).count();
        let (digits, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        (!digits.is_empty()).then_some(digits)
    }

    fn year(&mut self) -> Option<u32> {
        self.digits(4).filter(|digits| digits.len() == 4)?.parse().ok()
    }

    /// One or two digits.
    fn number(&mut self, range: std::ops::RangeInclusive<u32>) -> Option<u32> {
        self.digits(2).and_then(|digits| u32::from_str(digits).ok()).filter(|number| range.contains(number))
    }

    /// Hours, minutes, seconds and a fraction without trailing zeros.
    fn time(&mut self) -> Option<String> {
        let hour = self.number(0..=23)?;
        self.literal(':')?;
        let minute = self.number(0..=59)?;
        self.literal(':')?;
        let second = self.number(0..=59)?;
        let mut time = format!("{hour:02}:{minute:02}:{second:02}");
        let fraction = self.0.strip_prefix(['.', ',']).map(Reader);
        if let Some(mut fraction) = fraction
            && let Some(digits) = fraction.digits(usize::MAX)
        {
            // Go keeps nanoseconds and cuts off what is finer.
            let kept = digits.get(..9).unwrap_or(digits).trim_end_matches('0');
            if !kept.is_empty() {
                time.push('.');
                time.push_str(kept);
            }
            self.0 = fraction.0;
        }
        Some(time)
    }

    /// `Z` or an offset such as `+02:00`; an offset of nothing is `Z`.
    fn zone(&mut self) -> Option<String> {
        if self.literal('Z').is_some() {
            return Some("Z".to_owned());
        }
        let sign = if self.literal('+').is_some() { '+' } else { self.literal('-').map(|()| '-')? };
        let hours = self.pair(24)?;
        self.literal(':')?;
        let minutes = self.pair(60)?;
        let total = hours * 60 + minutes;
        let shown = format!("{sign}{:02}:{:02}", total / 60, total % 60);
        Some(if total == 0 { "Z".to_owned() } else { shown })
    }

    /// Exactly two digits.
    fn pair(&mut self, at_most: u32) -> Option<u32> {
        let digits = self.digits(2).filter(|digits| digits.len() == 2)?;
        digits.parse().ok().filter(|number| *number <= at_most)
    }
}

fn days_in(year: u32, month: u32) -> u32 {
    let is_leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    match month {
        2 if is_leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}
