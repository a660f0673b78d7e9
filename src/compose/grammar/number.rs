//! Numbers in text as Go's `strconv` reads them, with its error texts: what a cast or a typed field makes of a string.

/// A whole number with sign, in base ten.
///
/// # Errors
/// The text that Docker Compose prints; `function` is the name that stands in it (`Atoi`, `ParseInt`).
pub fn integer(text: &str, function: &str) -> Result<i64, String> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(syntax(text, function));
    }
    text.parse().map_err(|_| format!("strconv.{function}: parsing {text:?}: value out of range"))
}

/// A whole number with sign, in base eight.
///
/// # Errors
/// The text that Docker Compose prints.
pub fn octal(text: &str) -> Result<i64, String> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| (b'0'..=b'7').contains(&byte)) {
        return Err(syntax(text, "ParseInt"));
    }
    i64::from_str_radix(text, 8)
        .map_err(|_| format!("strconv.ParseInt: parsing {text:?}: value out of range"))
}

/// A floating-point number: decimal, hexadecimal, infinite, with underscores nowhere.
///
/// # Errors
/// The text that Docker Compose prints.
pub fn float(text: &str) -> Result<f64, String> {
    let body = text.strip_prefix(['-', '+']).unwrap_or(text);
    let lower = body.to_ascii_lowercase();
    if matches!(lower.as_str(), "inf" | "infinity" | "nan") {
        let sign = if text.starts_with('-') { -1.0 } else { 1.0 };
        let signed_nan = lower == "nan" && body.len() != text.len();
        return match lower.as_str() {
            _ if signed_nan => Err(syntax(text, "ParseFloat")),
            "nan" => Ok(f64::NAN),
            _ => Ok(sign * f64::INFINITY),
        };
    }
    if let Some(hexadecimal) = lower.strip_prefix("0x") {
        let value = hexadecimal_float(hexadecimal).ok_or_else(|| syntax(text, "ParseFloat"))?;
        return Ok(if text.starts_with('-') { -value } else { value });
    }
    if body.is_empty() || !body.bytes().all(|byte| byte.is_ascii_digit() || b".eE+-".contains(&byte)) {
        return Err(syntax(text, "ParseFloat"));
    }
    let value: f64 = text.parse().map_err(|_| syntax(text, "ParseFloat"))?;
    if value.is_infinite() {
        return Err(format!("strconv.ParseFloat: parsing {text:?}: value out of range"));
    }
    Ok(value)
}

/// `mantissa p exponent` in base sixteen; the exponent is required, as in Go.
fn hexadecimal_float(text: &str) -> Option<f64> {
    let (mantissa, exponent) = text.split_once('p')?;
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    if whole.is_empty() && fraction.is_empty() {
        return None;
    }
    let mut value = 0.0_f64;
    for digit in whole.chars().chain(fraction.chars()) {
        value = value * 16.0 + f64::from(digit.to_digit(16)?);
    }
    let shift = i32::try_from(fraction.len()).ok()?.checked_mul(4)?;
    let exponent: i32 = exponent.parse().ok()?;
    Some(value * 2.0_f64.powi(exponent.checked_sub(shift)?))
}

fn syntax(text: &str, function: &str) -> String {
    format!("strconv.{function}: parsing {text:?}: invalid syntax")
}

#[cfg(test)]
mod tests {
    use super::{float, integer, octal};

    #[test]
    fn numbers_are_read_as_go_reads_them() {
        assert_eq!(integer("+5", "Atoi"), Ok(5));
        assert_eq!(integer("007", "Atoi"), Ok(7));
        assert_eq!(
            integer("1.5", "Atoi").err().as_deref(),
            Some("strconv.Atoi: parsing \"1.5\": invalid syntax")
        );
        assert_eq!(octal("0440"), Ok(288));
        assert!(octal("0o440").is_err());
        assert_eq!(float("1e3"), Ok(1000.0));
        assert_eq!(float("0x1p4"), Ok(16.0));
        assert_eq!(float(".5"), Ok(0.5));
        assert!(float("").is_err() && float("1_0").is_err() && float("e5").is_err());
    }
}
