//! Values that `docker-compose-types` writes otherwise than Docker Compose prints them.

use serde_json::{Map as JsonMap, Value as Json, json};

use crate::compose::model::field::float_json;

/// How a value is handed over.
#[derive(Clone, Copy, Debug)]
pub(super) enum Shape {
    /// As it is.
    Same,
    /// As it is, but the crate writes null for absence.
    Said,
    /// As it is, if it is one of these words.
    OneOf(&'static [&'static str]),
    /// As it is, if it is the number of a port.
    Port,
    /// As it is; the crate writes whole numbers with a fraction.
    Ratio,
    /// A number as text.
    Text,
    /// The text of a whole number as a number.
    Count {
        /// The largest one.
        most: u64,
    },
    /// A mapping as a list of `KEY=VALUE`.
    List,
    /// A device as `SOURCE:TARGET:PERMISSIONS`.
    Device,
    /// A count of devices, where minus one is `all`.
    All,
    /// Where a secret comes from.
    Secret,
}

impl Shape {
    /// The form that the crate takes, if it can hold the value.
    pub(super) fn fit(self, value: &Json) -> Option<Json> {
        match self {
            Self::Same | Self::Said | Self::Ratio => Some(value.clone()),
            Self::OneOf(words) => value.as_str().filter(|word| words.contains(word)).map(Json::from),
            Self::Port => value.as_u64().filter(|port| *port <= u64::from(u16::MAX)).map(Json::from),
            Self::Text => value.as_number().map(|number| json!(number.to_string())),
            Self::Count { most } => {
                value.as_str()?.parse().ok().filter(|count: &u64| *count <= most).map(Json::from)
            }
            Self::List => list_of(value.as_object()?),
            Self::Device => device_text(value),
            Self::All if value.as_i64() == Some(-1) => Some(json!(ALL)),
            Self::All => value.as_u64().map(Json::from),
            Self::Secret => secret(value),
        }
    }

    /// The printed form of what the crate has written; what does not look like its own is left as it is.
    pub(super) fn restore(self, value: Json) -> Option<Json> {
        let printed = match self {
            Self::Same | Self::OneOf(_) | Self::Port | Self::Secret => None,
            Self::Said => return (!value.is_null()).then_some(value),
            Self::Ratio => value.as_f64().map(float_json),
            Self::Text => value
                .as_str()
                .and_then(|text| text.parse().ok())
                .filter(|number: &f64| number.is_finite())
                .map(float_json),
            Self::Count { .. } => value.as_u64().map(|count| json!(count.to_string())),
            Self::List => value.as_array().and_then(|items| mapping_of(items)),
            Self::Device => value.as_str().and_then(device_of),
            Self::All => (value.as_str() == Some(ALL)).then(|| json!(-1)),
        };
        printed.or(Some(value))
    }
}

const ALL: &str = "all";

fn list_of(map: &JsonMap<String, Json>) -> Option<Json> {
    let line = |(key, value): (&String, &Json)| {
        let value = value.as_str().filter(|_| !key.contains('='))?;
        Some(json!(format!("{key}={value}")))
    };
    map.iter().map(line).collect()
}

fn mapping_of(items: &[Json]) -> Option<Json> {
    let entry = |item: &Json| {
        let (key, value) = item.as_str()?.split_once('=')?;
        Some((key.to_owned(), json!(value)))
    };
    items.iter().map(entry).collect::<Option<JsonMap<_, _>>>().map(Json::Object)
}

/// The keys of a device, in the order of its short form.
const DEVICE: [&str; 3] = ["source", "target", "permissions"];

fn device_text(device: &Json) -> Option<Json> {
    let part = |key: &&str| device.get(key)?.as_str().filter(|part| !part.is_empty() && !part.contains(':'));
    let parts: Option<Vec<&str>> = DEVICE.iter().map(part).collect();
    Some(json!(parts?.join(":")))
}

fn device_of(text: &str) -> Option<Json> {
    let parts: Vec<&str> = text.split(':').filter(|part| !part.is_empty()).collect();
    let is_complete = parts.len() == DEVICE.len() && parts.join(":") == text;
    let entries = DEVICE.iter().zip(parts).map(|(key, part)| ((*key).to_owned(), json!(part)));
    is_complete.then(|| Json::Object(entries.collect()))
}

/// The crate knows a secret by one source alone, or by its name if it is external.
fn secret(value: &Json) -> Option<Json> {
    let only = |keys: &[&str]| -> Option<Json> {
        let entries = keys.iter().map(|key| Some(((*key).to_owned(), value.get(key)?.clone())));
        entries.collect::<Option<JsonMap<_, _>>>().map(Json::Object)
    };
    [&["file"][..], &["environment"], &["external", "name"]].into_iter().find_map(only)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value as Json, json};

    use super::Shape;

    #[test]
    fn what_fits_comes_back_as_it_was_printed() {
        let rows = [
            (Shape::Same, json!([1, null]), json!([1, null])),
            (Shape::OneOf(&["never"]), json!("never"), json!("never")),
            (Shape::Port, json!(65_535), json!(65_535)),
            (Shape::Ratio, json!(0.5), json!(0.5)),
            (Shape::Text, json!(0.25), json!("0.25")),
            (Shape::Text, json!(2), json!("2")),
            (Shape::Count { most: 100 }, json!("60"), json!(60)),
            (Shape::List, json!({ "a": "b=c", "d": "" }), json!(["a=b=c", "d="])),
            (
                Shape::Device,
                json!({ "source": "/dev/a", "target": "/dev/b", "permissions": "rw" }),
                json!("/dev/a:/dev/b:rw"),
            ),
            (Shape::All, json!(-1), json!("all")),
            (Shape::All, json!(2), json!(2)),
            (Shape::Secret, json!({ "file": "/a" }), json!({ "file": "/a" })),
        ];
        for (shape, printed, held) in rows {
            assert_eq!(shape.fit(&printed).as_ref(), Some(&held), "{shape:?}");
            assert_eq!(shape.restore(held).as_ref(), Some(&printed), "{shape:?}");
        }
    }

    #[test]
    fn what_the_crate_writes_for_absence_goes() {
        assert_eq!(Shape::Said.restore(Json::Null), None);
        assert_eq!(Shape::Said.restore(json!(false)), Some(json!(false)));
        assert_eq!(Shape::Ratio.restore(json!(1.0)), Some(json!(1)));
    }

    #[test]
    fn what_the_crate_cannot_hold_does_not_fit() {
        let rows = [
            (Shape::OneOf(&["never"]), json!("daily")),
            (Shape::Port, json!(65_536)),
            (Shape::Count { most: 100 }, json!("-1")),
            (Shape::Count { most: 100 }, json!("101")),
            (Shape::List, json!({ "a=b": "c" })),
            (Shape::Device, json!({ "source": "/dev/a", "target": "/dev/b" })),
            (Shape::Device, json!({ "source": "a:b", "target": "/dev/b", "permissions": "r" })),
            (Shape::All, json!(-2)),
            (Shape::Secret, json!({ "name": "a", "driver": "b" })),
        ];
        for (shape, printed) in rows {
            assert_eq!(shape.fit(&printed), None, "{shape:?}");
        }
    }

    #[test]
    fn what_is_not_its_own_form_is_left_alone() {
        let rows = [
            (Shape::Text, json!("half")),
            (Shape::Text, json!("inf")),
            (Shape::List, json!(["without-value"])),
            (Shape::Device, json!("/dev/a:/dev/b")),
            (Shape::Device, json!("a:b:c:d")),
            (Shape::All, json!("some")),
        ];
        for (shape, written) in rows {
            assert_eq!(shape.restore(written.clone()), Some(written), "{shape:?}");
        }
    }
}
