//! The key table as it is written, before any of its words is understood.

use std::collections::BTreeSet;
use std::fmt;
use std::marker::PhantomData;

use serde::Deserialize;
use serde::de::{Deserializer, Error as _, MapAccess, Visitor};

use crate::mapping::shape::Others;

/// The table as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Sheet {
    pub(super) patterns: Rows<String>,
    pub(super) names: Rows<NameSheet>,
    pub(super) types: Rows<String>,
    pub(super) mappings: Rows<MappingSheet>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NameSheet {
    pub(super) pattern: String,
    pub(super) others: Others,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct MappingSheet {
    pub(super) what: String,
    #[serde(default)]
    pub(super) with: Vec<String>,
    #[serde(default)]
    pub(super) others: Others,
    #[serde(default)]
    pub(super) needs: Vec<String>,
    #[serde(default)]
    pub(super) needs_one_of: Vec<String>,
    #[serde(default)]
    pub(super) retired: Rows<String>,
    #[serde(default)]
    pub(super) keys: Rows<RowSheet>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct RowSheet {
    pub(super) is: String,
    pub(super) does: String,
    #[serde(default)]
    pub(super) one_of: Vec<String>,
    pub(super) pattern: Option<String>,
    pub(super) from: Option<i64>,
    pub(super) to: Option<i64>,
    pub(super) since: Option<String>,
}

/// A YAML mapping in its written order, in which no key may stand twice.
pub(super) struct Rows<V>(pub(super) Vec<(String, V)>);

impl<V> Default for Rows<V> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<V> Rows<V> {
    pub(super) fn get(&self, key: &str) -> Option<&V> {
        self.0.iter().find(|(known, _)| known == key).map(|(_, value)| value)
    }

    pub(super) fn keys(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(key, _)| key.as_str())
    }

    /// The first two keys that do not stand in alphabetical order.
    pub(super) fn out_of_order(&self) -> Option<(&str, &str)> {
        self.keys().zip(self.keys().skip(1)).find(|(before, after)| before >= after)
    }
}

impl<'de, V: Deserialize<'de>> Deserialize<'de> for Rows<V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(RowsVisitor(PhantomData))
    }
}

struct RowsVisitor<V>(PhantomData<V>);

impl<'de, V: Deserialize<'de>> Visitor<'de> for RowsVisitor<V> {
    type Value = Rows<V>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a mapping")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Rows<V>, A::Error> {
        let mut rows = Rows::default();
        let mut seen = BTreeSet::new();
        while let Some((key, value)) = map.next_entry::<String, V>()? {
            if !seen.insert(key.clone()) {
                return Err(A::Error::custom(format_args!("`{key}` stands here twice")));
            }
            rows.0.push((key, value));
        }
        Ok(rows)
    }
}
