//! Numbers as Go reads and prints them.

use std::fmt::{LowerExp, Write as _};
use std::str::FromStr;

use crate::source::node::Value;

/// An integer or a decimal number, from text without underscores.
pub(super) fn resolve(text: &str) -> Option<Value> {
    integer(text).or_else(|| decimal(text).map(Value::Float))
}

/// An integer as Go's `strconv` reads it with base 0: a prefix, or a leading zero for octal, says the base.
fn integer(text: &str) -> Option<Value> {
    let (sign, digits) = match text.split_at_checked(1) {
        Some((sign @ ("-" | "+"), digits)) => (sign, digits),
        _ => ("", text),
    };
    let (base, digits) = base(digits);
    if !digits.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return None;
    }
    let magnitude = u64::from_str_radix(digits, base).ok()?;
    let signed =
        if sign == "-" { 0_i64.checked_sub_unsigned(magnitude) } else { i64::try_from(magnitude).ok() };
    match signed {
        Some(number) => Some(Value::Int(number)),
        None if sign.is_empty() => Some(Value::Uint(magnitude)),
        None => None,
    }
}

fn base(digits: &str) -> (u32, &str) {
    let prefixes = [("0x", 16), ("0X", 16), ("0b", 2), ("0B", 2), ("0o", 8), ("0O", 8), ("0", 8)];
    let found = prefixes.iter().find_map(|(prefix, base)| Some((*base, digits.strip_prefix(prefix)?)));
    found.filter(|(_, rest)| !rest.is_empty()).unwrap_or((10, digits))
}

/// A decimal number that begins with its point; here go-yaml lets Go read underscores, which must separate digits.
pub(super) fn fraction(text: &str) -> Option<f64> {
    let separates_digits = text.match_indices('_').all(|(at, _)| {
        let (before, after) = text.split_at(at);
        let next = after.trim_start_matches('_');
        before.ends_with(|last: char| last.is_ascii_digit())
            && next.starts_with(|next: char| next.is_ascii_digit())
    });
    if !separates_digits {
        return None;
    }
    decimal(&text.replace('_', ""))
}

/// A decimal number that is finite: Go refuses one that is too large, and rounds a tiny one to zero.
pub(super) fn decimal(text: &str) -> Option<f64> {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (unsigned, None),
    };
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let mantissa_fits = match mantissa.split_once('.') {
        Some(("", fraction)) => is_digits(fraction),
        Some((whole, fraction)) => is_digits(whole) && (fraction.is_empty() || is_digits(fraction)),
        None => is_digits(mantissa),
    };
    let exponent_fits =
        exponent.is_none_or(|exponent| is_digits(exponent.strip_prefix(['-', '+']).unwrap_or(exponent)));
    if !mantissa_fits || !exponent_fits {
        return None;
    }
    text.parse().ok().filter(|number: &f64| number.is_finite())
}

/// The shortest scientific form that reads back as the same number. Where two are equally near, Rust takes the upper
/// one and Go the even one.
fn shortest<N: LowerExp + FromStr + PartialEq>(number: &N) -> String {
    let upper = format!("{number:e}");
    let count = upper.bytes().take_while(|byte| *byte != b'e').filter(u8::is_ascii_digit).count();
    let one_more = format!("{number:.count$e}");
    let Some((lower, exponent)) = one_more.split_once("5e") else { return upper };
    let many_more = format!("{number:.0$e}", count + 60);
    let is_tie = many_more.strip_prefix(lower).and_then(|rest| rest.strip_prefix('5')).is_some_and(|rest| {
        rest.split_once('e').is_some_and(|(zeros, _)| zeros.bytes().all(|digit| digit == b'0'))
    });
    let even = format!("{}e{exponent}", lower.trim_end_matches('.'));
    let is_even = lower.ends_with(['0', '2', '4', '6', '8']);
    if is_tie && is_even && even.parse().is_ok_and(|read: N| read == *number) { even } else { upper }
}

/// The shortest decimal digits that give a number back, and where its point stands.
struct Digits {
    negative: bool,
    digits: String,
    /// The power of ten of the first digit.
    exponent: i32,
}

impl Digits {
    /// From Rust's `{:e}`, which is the shortest form that reads back, as Go's is.
    fn of(scientific: &str) -> Option<Self> {
        let (mantissa, exponent) = scientific.split_once('e')?;
        let unsigned = mantissa.strip_prefix('-');
        Some(Self {
            negative: unsigned.is_some(),
            digits: unsigned.unwrap_or(mantissa).replace('.', ""),
            exponent: exponent.parse().ok()?,
        })
    }

    fn scientific(&self, exponent_width: usize) -> String {
        let mut text = self.sign();
        let (first, rest) = self.digits.split_at_checked(1).unwrap_or((&self.digits, ""));
        text.push_str(first);
        if !rest.is_empty() {
            text.push('.');
            text.push_str(rest);
        }
        let sign = if self.exponent < 0 { '-' } else { '+' };
        // Writing to a string cannot fail.
        let _ = write!(text, "e{sign}{:0exponent_width$}", self.exponent.unsigned_abs());
        text
    }

    fn positional(&self) -> String {
        let mut text = self.sign();
        let Ok(point) = usize::try_from(self.exponent + 1) else {
            text.push_str("0.");
            text.extend((self.exponent + 1..0).map(|_| '0'));
            text.push_str(&self.digits);
            return text;
        };
        let (whole, fraction) = self.digits.split_at_checked(point).unwrap_or((&self.digits, ""));
        text.push_str(if point == 0 { "0" } else { whole });
        text.extend((whole.len()..point).map(|_| '0'));
        if !fraction.is_empty() {
            text.push('.');
            text.push_str(fraction);
        }
        text
    }

    fn sign(&self) -> String {
        if self.negative { "-".to_owned() } else { String::new() }
    }
}

/// `fmt.Sprint` of a number, from its `{:e}` form.
fn sprint(scientific: &str) -> String {
    let Some(digits) = Digits::of(scientific) else {
        return match scientific {
            "inf" => "+Inf".to_owned(),
            "-inf" => "-Inf".to_owned(),
            _ => scientific.to_owned(),
        };
    };
    // For the shortest form Go decides as if six digits had been asked for.
    if digits.exponent < -4 || digits.exponent >= 6 { digits.scientific(2) } else { digits.positional() }
}

/// `encoding/json` of a number, from its `{:e}` form.
fn json(scientific: &str) -> Option<String> {
    let digits = Digits::of(scientific)?;
    let is_zero = digits.digits.bytes().all(|digit| digit == b'0');
    let scientific = !is_zero && (digits.exponent < -6 || digits.exponent >= 21);
    // Go takes the leading zero out of `e-09` and leaves `e+21` alone, which never has one.
    Some(if scientific { digits.scientific(1) } else { digits.positional() })
}

/// A 64-bit number as Go's `fmt.Sprint` prints it.
#[must_use]
pub fn go_float64(number: f64) -> String {
    sprint(&shortest(&number))
}

/// A 32-bit number as Go's `fmt.Sprint` prints it.
#[must_use]
pub fn go_float32(number: f32) -> String {
    sprint(&shortest(&number))
}

/// A 64-bit number as Go's `encoding/json` prints it; nothing where it refuses, which is infinity and NaN.
#[must_use]
pub fn json_float64(number: f64) -> Option<String> {
    json(&shortest(&number))
}

/// A 32-bit number as Go's `encoding/json` prints it; nothing where it refuses, which is infinity and NaN.
#[must_use]
pub fn json_float32(number: f32) -> Option<String> {
    json(&shortest(&number))
}
