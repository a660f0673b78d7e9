//! Quantities of Kubernetes: bytes in binary units, processors in thousandths.

use k8s_openapi::apimachinery::pkg::api::resource::Quantity;

/// One mebibyte.
pub(super) const MEBIBYTE: i64 = 1 << 20;

const BINARY: &[(&str, i64)] = &[("Ti", 1 << 40), ("Gi", 1 << 30), ("Mi", 1 << 20), ("Ki", 1 << 10)];
const DECIMAL: &[(&str, i64)] =
    &[("T", 1_000_000_000_000), ("G", 1_000_000_000), ("M", 1_000_000), ("k", 1000)];

/// So many bytes, in the largest unit of which they are a whole number.
pub(super) fn bytes(bytes: i64) -> Quantity {
    let unit = BINARY.iter().find(|(_, size)| bytes > 0 && bytes % size == 0);
    Quantity(unit.map_or_else(|| bytes.to_string(), |(unit, size)| format!("{}{unit}", bytes / size)))
}

/// So many thousandths of a processor.
pub(super) fn millicores(thousandths: i64) -> Quantity {
    let is_whole = thousandths > 0 && thousandths % 1000 == 0;
    Quantity(if is_whole { (thousandths / 1000).to_string() } else { format!("{thousandths}m") })
}

/// The bytes of a quantity.
pub(super) fn parse_bytes(text: &str) -> Option<i64> {
    parse(text).map(|thousandths| thousandths.div_euclid(1000) + i64::from(thousandths.rem_euclid(1000) > 0))
}

/// The thousandths of a quantity.
pub(super) fn parse_millicores(text: &str) -> Option<i64> {
    parse(text)
}

/// A quantity in thousandths.
#[allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    reason = "amounts of memory and processors are far below the limit"
)]
fn parse(text: &str) -> Option<i64> {
    let end = text.find(|char: char| !char.is_ascii_digit() && char != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at(end);
    let number: f64 = number.parse().ok()?;
    let factor = match unit {
        "" => 1000.0,
        "m" => 1.0,
        unit => BINARY.iter().chain(DECIMAL).find(|(known, _)| *known == unit)?.1 as f64 * 1000.0,
    };
    let thousandths = (number * factor).ceil();
    (thousandths > 0.0 && thousandths < i64::MAX as f64).then_some(thousandths as i64)
}

#[cfg(test)]
mod tests {
    use super::{bytes, millicores, parse_bytes, parse_millicores};

    #[test]
    fn quantities_are_exact() {
        let rows = [
            (512 << 20, "512Mi"),
            (1 << 30, "1Gi"),
            (3 << 29, "1536Mi"),
            (50 * (1 << 20), "50Mi"),
            (64 << 10, "64Ki"),
            (1_000_000, "1000000"),
            (1025, "1025"),
            (2 << 40, "2Ti"),
        ];
        for (number, text) in rows {
            assert_eq!(bytes(number).0, text);
            assert_eq!(parse_bytes(text), Some(number), "{text}");
        }
        for (number, text) in [(500, "500m"), (1000, "1"), (2500, "2500m"), (1, "1m"), (4000, "4")] {
            assert_eq!(millicores(number).0, text);
            assert_eq!(parse_millicores(text), Some(number), "{text}");
        }
        assert_eq!(
            (parse_bytes("1G"), parse_bytes("1.5Gi"), parse_bytes("x")),
            (Some(1_000_000_000), Some(3 << 29), None)
        );
        assert_eq!(
            (parse_millicores("0.5"), parse_millicores("0"), parse_millicores("1X")),
            (Some(500), None, None)
        );
    }
}
