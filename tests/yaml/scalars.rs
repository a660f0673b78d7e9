use super::{Read, Value};
use cutover::source::scalar::{
    go_float32, go_float64, go_text, go_time, json_float32, json_float64, resolve, resolve_tagged,
};

const TABLE: &str = include_str!("../data/yaml/scalars.tsv");

fn kind_and_text(value: &Value) -> (&'static str, String) {
    match value {
        Value::Null => ("null", String::new()),
        Value::Bool(truth) => ("bool", truth.to_string()),
        Value::Int(number) => ("int", number.to_string()),
        Value::Uint(number) => ("uint", number.to_string()),
        Value::Float(number) => ("float", go_float64(*number)),
        Value::Time(time) => ("time", time.clone()),
        Value::Text(text) => ("text", text.clone()),
        Value::List(_) | Value::Map(_) => ("collection", String::new()),
    }
}

#[test]
fn plain_scalars_mean_what_docker_compose_makes_of_them() {
    let rows: Vec<Vec<&str>> =
        TABLE.lines().filter(|line| !line.starts_with('#')).map(|line| line.split('\t').collect()).collect();
    assert!(rows.len() >= 170);
    for row in rows {
        let [written, kind, text] = row[..3] else { panic!("{row:?}") };
        let value = resolve(written);
        assert_eq!(kind_and_text(&value), (kind, text.to_owned()), "{written}");
        let printed = row.get(3).copied().unwrap_or(text);
        assert_eq!(go_text(&value).as_deref(), Some(printed), "{written}");
        let in_file = Read::new(&format!("a: {written}\n")).value();
        let in_file = &in_file.as_map().unwrap().get("a").unwrap().value;
        assert_eq!(kind_and_text(in_file), (kind, text.to_owned()), "{written}");
    }
}

#[test]
fn nothing_is_null_and_lists_have_no_text() {
    assert_eq!(resolve(""), Value::Null);
    assert_eq!(go_text(&Value::List(Vec::new())), None);
    assert_eq!(resolve("<<"), Value::Text("<<".to_owned()));
}

#[test]
fn tags_convert_or_refuse() {
    assert_eq!(resolve_tagged("!!float", "1"), Ok(Value::Float(1.0)));
    assert_eq!(resolve_tagged("!!int", "0x10"), Ok(Value::Int(16)));
    assert_eq!(resolve_tagged("!!str", "1"), Ok(Value::Text("1".to_owned())));
    assert_eq!(resolve_tagged("!override", "1"), Ok(Value::Text("1".to_owned())));
    assert_eq!(resolve_tagged("!!binary", "/w=="), Ok(Value::Text("\u{fffd}".to_owned())));
    assert_eq!(resolve_tagged("!!binary", "aGVs\nbG8="), Ok(Value::Text("hello".to_owned())));
    assert_eq!(resolve_tagged("!!bool", "yes"), Err("cannot construct !!str `yes` as a !!bool".to_owned()));
    // Dates are only looked for where nothing else is asked for.
    let refused = Err("cannot construct !!str `2001-01-01` as a !!int".to_owned());
    assert_eq!(resolve_tagged("!!int", "2001-01-01"), refused);
    for wrong in ["aGk", "a===", "====", "aa==bbbb", "a Gk="] {
        assert!(resolve_tagged("!!binary", wrong).is_err(), "{wrong}");
    }
}

/// Number, `fmt.Sprint` and `encoding/json`, each for 64 and for 32 bits; printed by Go 1.26.
const FLOATS: &[(f64, &str, &str, &str, &str)] = &[
    (0.0, "0", "0", "0", "0"),
    (-0.0, "-0", "-0", "-0", "-0"),
    (1.5, "1.5", "1.5", "1.5", "1.5"),
    (100_000.0, "100000", "100000", "100000", "100000"),
    (1e6, "1e+06", "1000000", "1e+06", "1000000"),
    (123_456.0, "123456", "123456", "123456", "123456"),
    (1_234_567.0, "1.234567e+06", "1234567", "1.234567e+06", "1234567"),
    (123_456_789.123, "1.23456789123e+08", "123456789.123", "1.2345679e+08", "123456790"),
    (0.1, "0.1", "0.1", "0.1", "0.1"),
    (0.0001, "0.0001", "0.0001", "0.0001", "0.0001"),
    (0.00001, "1e-05", "0.00001", "1e-05", "0.00001"),
    (1e-7, "1e-07", "1e-7", "1e-07", "1e-7"),
    (1.5e-10, "1.5e-10", "1.5e-10", "1.5e-10", "1.5e-10"),
    (1e20, "1e+20", "100000000000000000000", "1e+20", "100000000000000000000"),
    (1e21, "1e+21", "1e+21", "1e+21", "1e+21"),
    // Halfway between two shortest forms.
    (1_580_524.25, "1.58052425e+06", "1580524.25", "1.5805242e+06", "1580524.2"),
    (
        239_796_257_240_542.12,
        "2.3979625724054212e+14",
        "239796257240542.12",
        "2.3979626e+14",
        "239796260000000",
    ),
];

#[test]
fn floats_print_as_in_go() {
    for (number, text, json, short_text, short_json) in FLOATS {
        #[allow(clippy::cast_possible_truncation, reason = "the 32-bit form of the number")]
        let short = *number as f32;
        assert_eq!(go_float64(*number), *text);
        assert_eq!(json_float64(*number).as_deref(), Some(*json));
        assert_eq!(go_float32(short), *short_text);
        assert_eq!(json_float32(short).as_deref(), Some(*short_json));
    }
    assert_eq!(go_float64(f64::INFINITY), "+Inf");
    assert_eq!(go_float64(f64::NEG_INFINITY), "-Inf");
    assert_eq!(go_float64(f64::NAN), "NaN");
    assert_eq!(json_float64(f64::NAN), None);
    assert_eq!(json_float32(f32::INFINITY), None);
}

#[test]
fn times_print_as_in_go() {
    assert_eq!(go_time("2001-01-01T00:00:00Z"), "2001-01-01 00:00:00 +0000 UTC");
    assert_eq!(go_time("2001-12-14T21:59:43.1-05:30"), "2001-12-14 21:59:43.1 -0530 -0530");
}
