//! Byte sizes such as `512m`, `1.5g` or `64kib`, always in steps of 1024.

use crate::compose::grammar::number;

/// Reads a size; a plain whole number, also a negative one, is a count of bytes.
///
/// # Errors
/// The text that Docker Compose prints.
#[allow(clippy::cast_possible_truncation, reason = "a fraction of a byte is cut off, as the reference does")]
pub fn parse(text: &str) -> Result<i64, String> {
    if let Ok(bytes) = number::integer(text, "ParseInt") {
        return Ok(bytes);
    }
    let invalid = || format!("invalid size: '{text}'");
    let last = text.rfind(|c: char| c.is_ascii_digit() || c == '.' || c == ' ').ok_or_else(invalid)?;
    let number_end = if text.as_bytes().get(last) == Some(&b' ') { last } else { last + 1 };
    let (count, suffix) =
        (text.get(..number_end).unwrap_or_default(), text.get(last + 1..).unwrap_or_default());
    let count = number::float(count)?;
    if count < 0.0 {
        return Err(invalid());
    }
    Ok((count * factor(suffix)?) as i64)
}

fn factor(suffix: &str) -> Result<f64, String> {
    if suffix.is_empty() {
        return Ok(1.0);
    }
    let lower = suffix.to_lowercase();
    let shown = if suffix.len() > 3 { suffix } else { &lower };
    let wrong = || format!("invalid suffix: '{shown}'");
    if suffix.len() > 3 {
        return Err(wrong());
    }
    let (unit, ending) = lower.split_at(lower.chars().next().map_or(0, char::len_utf8));
    let power = match unit {
        "b" if ending.is_empty() => return Ok(1.0),
        "k" => 1,
        "m" => 2,
        "g" => 3,
        "t" => 4,
        "p" => 5,
        _ => return Err(wrong()),
    };
    if matches!(ending, "" | "b" | "ib") { Ok(1024.0_f64.powi(power)) } else { Err(wrong()) }
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn sizes_are_read_in_steps_of_1024() {
        let rows = [
            ("512", 512),
            ("-1", -1),
            ("1k", 1024),
            ("1KB", 1024),
            ("1kib", 1024),
            ("1.5g", 1_610_612_736),
            (".5g", 536_870_912),
            ("1 gb", 1_073_741_824),
            ("64b", 64),
            ("1e9", 1_000_000_000),
            ("2p", 2_251_799_813_685_248),
        ];
        for (text, bytes) in rows {
            assert_eq!(parse(text), Ok(bytes), "{text}");
        }
    }

    #[test]
    fn bad_sizes_say_what_compose_says() {
        let rows = [
            ("1x", "invalid suffix: 'x'"),
            ("1kbs", "invalid suffix: 'kbs'"),
            ("1 bb", "invalid suffix: 'bb'"),
            ("big", "invalid size: 'big'"),
            ("", "invalid size: ''"),
            ("-1g", "invalid size: '-1g'"),
        ];
        for (text, problem) in rows {
            assert_eq!(parse(text).err().as_deref(), Some(problem), "{text}");
        }
    }
}
