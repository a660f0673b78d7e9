//! What the key table says, as a graph without cycles: types, the forms they allow, mappings and their rows.
//!
//! Whatever is judged or walked by a type is therefore followed to a fixed depth, however deep a file nests.

use std::sync::Arc;

use crate::mapping::pattern::Pattern;

/// What kind of value stands somewhere, as JSON schema sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// Null.
    Null,
    /// `true` or `false`.
    Boolean,
    /// Any number.
    Number,
    /// A number without a fraction; such a number is a [`Kind::Number`] too.
    Integer,
    /// Text.
    String,
    /// A list.
    Array,
    /// A mapping.
    Mapping,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 7] =
        [Self::Null, Self::Boolean, Self::Number, Self::Integer, Self::String, Self::Array, Self::Mapping];

    /// The word that Docker Compose uses for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Boolean => "boolean",
            Self::Number => "number",
            Self::Integer => "integer",
            Self::String => "string",
            Self::Array => "array",
            Self::Mapping => "mapping",
        }
    }
}

/// Some kinds of values.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Kinds(u8);

impl Kinds {
    /// Whether a kind is among them.
    #[must_use]
    pub const fn contains(self, kind: Kind) -> bool {
        self.0 & (1 << kind as u8) != 0
    }

    /// The kinds, in the order of [`Kind::ALL`].
    pub fn iter(self) -> impl Iterator<Item = Kind> {
        Kind::ALL.into_iter().filter(move |kind| self.contains(*kind))
    }

    pub(crate) const fn and(self, others: Self) -> Self {
        Self(self.0 | others.0)
    }

    pub(crate) const fn overlaps(self, others: Self) -> bool {
        self.0 & others.0 != 0
    }
}

impl FromIterator<Kind> for Kinds {
    fn from_iter<I: IntoIterator<Item = Kind>>(kinds: I) -> Self {
        Self(kinds.into_iter().fold(0, |bits, kind| bits | 1 << kind as u8))
    }
}

/// What may stand somewhere: one of several forms, no two of which allow the same kind of value.
#[derive(Clone, Debug)]
pub struct Type {
    first: Form,
    others: Vec<Form>,
}

impl Type {
    pub(crate) fn new(first: Form, others: Vec<Form>) -> Self {
        Self { first, others }
    }

    /// The form that Docker Compose names when a value fits none.
    #[must_use]
    pub fn first(&self) -> &Form {
        &self.first
    }

    /// The forms, in the order of the table.
    pub fn forms(&self) -> impl Iterator<Item = &Form> {
        std::iter::once(&self.first).chain(&self.others)
    }
}

/// One form of a [`Type`]: kinds of values that are written and refused alike.
#[derive(Clone, Debug, Default)]
pub struct Form {
    /// The kinds it allows.
    pub kinds: Kinds,
    /// What its strings measure.
    pub unit: Option<Unit>,
    /// The only strings it allows, if they are counted.
    pub one_of: Vec<String>,
    /// What its strings must match.
    pub pattern: Option<Pattern>,
    /// The smallest number it allows.
    pub from: Option<i64>,
    /// The largest number it allows.
    pub to: Option<i64>,
    /// What its lists hold, if that matters.
    pub items: Option<Items>,
    /// What its mappings hold, if that matters.
    pub entries: Option<Entries>,
}

/// What strings measure, where a number alone would not say it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Unit {
    /// Time, such as `1m30s`.
    Duration,
    /// Bytes, such as `512M`.
    Size,
}

/// What a list holds.
#[derive(Clone, Debug)]
pub struct Items {
    /// The type of each item.
    pub of: Arc<Type>,
    /// Whether no item may stand twice.
    pub unique: bool,
}

/// What a mapping holds.
#[derive(Clone, Debug)]
pub enum Entries {
    /// The keys of the table.
    Known(Arc<Mapping>),
    /// Keys that the user chooses.
    Chosen(Chosen),
}

/// Keys that the user chooses.
#[derive(Clone, Debug)]
pub struct Chosen {
    /// What the keys must match.
    pub pattern: Pattern,
    /// Whether a key that does not match is refused; otherwise its value is not looked at.
    pub closed: bool,
    /// The type of each value.
    pub of: Arc<Type>,
}

/// What becomes of a key that has no row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Others {
    /// It is refused unless it starts with `x-`.
    #[default]
    Extensions,
    /// It is refused.
    Refused,
    /// It is accepted.
    Free,
}

/// A mapping with keys that the table knows.
#[derive(Clone, Debug)]
pub struct Mapping {
    /// Its name in the table.
    pub name: String,
    /// The words for it in messages, with their article.
    pub what: String,
    /// Keys that must be there, in the order in which Docker Compose names them.
    pub needs: Vec<String>,
    /// Keys of which one must be there.
    pub needs_one_of: Vec<String>,
    /// What becomes of a key without a row.
    pub others: Others,
    /// Whether rows of other mappings are part of it; Docker Compose words its refusals differently then.
    pub layered: bool,
    rows: Vec<Arc<Row>>,
    retired: Vec<(String, String)>,
}

/// One key of a [`Mapping`].
#[derive(Clone, Debug)]
pub struct Row {
    /// The key.
    pub key: String,
    /// What may be written there.
    pub is: Type,
    /// What it brings about, to be read after the key: `sets the host name`.
    pub does: String,
    /// The release of compose-go that has it, if the published schema does not.
    pub since: Option<String>,
}

impl Mapping {
    pub(crate) fn new(
        name: &str,
        what: &str,
        mut rows: Vec<Arc<Row>>,
        mut retired: Vec<(String, String)>,
    ) -> Self {
        rows.sort_by(|a, b| a.key.cmp(&b.key));
        retired.sort();
        Self {
            name: name.to_owned(),
            what: what.to_owned(),
            needs: Vec::new(),
            needs_one_of: Vec::new(),
            others: Others::default(),
            layered: false,
            rows,
            retired,
        }
    }

    /// The row of a key.
    #[must_use]
    pub fn row(&self, key: &str) -> Option<&Row> {
        let at = self.rows.binary_search_by(|row| row.key.as_str().cmp(key)).ok()?;
        self.rows.get(at).map(AsRef::as_ref)
    }

    /// The rows, in alphabetical order.
    pub fn rows(&self) -> impl Iterator<Item = &Row> {
        self.rows.iter().map(AsRef::as_ref)
    }

    /// What to write today instead of a key of an older format.
    #[must_use]
    pub fn retired(&self, key: &str) -> Option<&str> {
        let at = self.retired.binary_search_by(|(old, _)| old.as_str().cmp(key)).ok()?;
        self.retired.get(at).map(|(_, advice)| advice.as_str())
    }

    /// Whether a key is accepted though it has no row.
    #[must_use]
    pub fn tolerates(&self, key: &str) -> bool {
        match self.others {
            Others::Extensions => key.starts_with("x-"),
            Others::Refused => false,
            Others::Free => true,
        }
    }

    pub(crate) fn shared_rows(&self) -> impl Iterator<Item = &Arc<Row>> {
        self.rows.iter()
    }
}
