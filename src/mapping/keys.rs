//! The key table `mappings/keys.yaml`: every key that Docker Compose accepts.
//!
//! In: the YAML, embedded. Out: [`Keys`], a graph of [`Type`]s from the whole file down to each scalar. The loader
//! refuses what would make the table lie: words that mean nothing, rows out of order, rows that nothing refers to.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use crate::mapping::build::Builder;
use crate::mapping::shape::{Entries, Form, Kind, Kinds, Mapping, Row, Type};
use crate::mapping::sheet::Sheet;

/// The mapping of the table that a whole Compose file is.
const ROOT: &str = "project";

static EMBEDDED: LazyLock<Keys> = LazyLock::new(|| {
    let sheet = embedded!("keys");
    Keys::build(&sheet).expect("a test reads the embedded table")
});

/// The key table.
#[derive(Clone, Debug)]
pub struct Keys {
    root: Type,
    project: Arc<Mapping>,
    mappings: Vec<Arc<Mapping>>,
}

/// Why a table cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TableError {
    /// It is not YAML of the right form.
    #[error("the key table cannot be read: {0}")]
    Yaml(#[from] serde_yaml::Error),
    /// A row of it makes no sense.
    #[error("the key table is wrong at `{place}`: {reason}")]
    Row {
        /// The mapping or type, and the key.
        place: String,
        /// What is wrong.
        reason: String,
    },
}

impl Keys {
    /// The table of this program, which no option replaces.
    #[must_use]
    pub fn embedded() -> &'static Self {
        &EMBEDDED
    }

    /// A table from its text.
    ///
    /// # Errors
    /// [`TableError`] names the row.
    pub fn read(text: &str) -> Result<Self, TableError> {
        Self::build(&serde_yaml::from_str(text)?)
    }

    fn build(sheet: &Sheet) -> Result<Self, TableError> {
        let mut builder = Builder::new(sheet);
        let project = builder.mapping(ROOT)?;
        builder.nothing_is_left()?;
        let form = Form {
            kinds: Kinds::from_iter([Kind::Mapping]),
            entries: Some(Entries::Known(Arc::clone(&project))),
            ..Form::default()
        };
        Ok(Self { root: Type::new(form, Vec::new()), project, mappings: builder.into_mappings() })
    }

    /// The type of a whole Compose file.
    #[must_use]
    pub fn root(&self) -> &Type {
        &self.root
    }

    /// The mapping of the top-level keys.
    #[must_use]
    pub fn project(&self) -> &Mapping {
        &self.project
    }

    /// Where every row of the table can stand: its path without list items, `*` for names that the user chooses.
    #[must_use]
    pub fn paths(&self) -> BTreeMap<String, &Row> {
        let mut paths = BTreeMap::new();
        collect_paths("", &self.root, &mut paths);
        paths
    }

    /// Every mapping of the table, by name.
    pub fn mappings(&self) -> impl Iterator<Item = &Mapping> {
        self.mappings.iter().map(AsRef::as_ref)
    }
}

fn collect_paths<'k>(above: &str, kind: &'k Type, paths: &mut BTreeMap<String, &'k Row>) {
    let dot = if above.is_empty() { "" } else { "." };
    for form in kind.forms() {
        if let Some(items) = &form.items {
            collect_paths(above, &items.of, paths);
        }
        match &form.entries {
            Some(Entries::Known(mapping)) => {
                for row in mapping.rows() {
                    let path = format!("{above}{dot}{}", row.key);
                    collect_paths(&path, &row.is, paths);
                    paths.insert(path, row);
                }
            }
            Some(Entries::Chosen(chosen)) => collect_paths(&format!("{above}{dot}*"), &chosen.of, paths),
            None => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Keys;

    #[test]
    fn the_embedded_table_is_sound() {
        Keys::read(include_str!("../../mappings/keys.yaml")).unwrap();
        assert!(Keys::embedded().root().first().entries.is_some());
    }

    /// A table with one mapping, the rest of which stands in `rows`.
    fn table(rows: &str) -> String {
        format!("patterns: {{}}\nnames: {{}}\ntypes: {{}}\nmappings:\n  project:\n    what: p\n    {rows}\n")
    }

    #[test]
    fn mistakes_in_a_table_are_named() {
        let row = |is: &str| table(&format!("keys: {{ a: {{ is: {is}, does: d }} }}"));
        let cases = [
            (row("strin"), "wrong at `project.a`: `strin` is neither a type nor a mapping"),
            (row("list string"), "wrong at `project.a`: `of` is missing"),
            (row("string | string"), "wrong at `project.a`: two forms allow the same kind of value"),
            (
                row("null or (string | number)"),
                "wrong at `project.a`: only single forms can be joined by `or`",
            ),
            (row("project"), "wrong at `project`: the mapping contains itself"),
            (row("map by n of string"), "wrong at `project.a`: there are no names `n`"),
            (row("string, pattern: x"), "wrong at `project.a`: `patterns` does not say what `x` means"),
            (row("string, from: 1"), "wrong at `project.a`: `from` and `to` are for numbers"),
            (row("number, one-of: [b]"), "wrong at `project.a`: `one-of` and `pattern` are for strings"),
            (row("string, form: x"), "unknown field `form`"),
            (table("needs: [a]"), "wrong at `project`: `a` is needed and has no row"),
            (table("with: [other]"), "wrong at `other`: there is no such mapping"),
            (
                table("keys: { b: { is: string, does: d }, a: { is: string, does: d } }"),
                "wrong at `project`: `a` stands after `b`",
            ),
            (
                table("keys: { a: { is: string, does: d }, a: { is: string, does: d } }"),
                "`a` stands here twice",
            ),
            (
                table("retired: { a: b }\n    keys: { a: { is: string, does: d } }"),
                "wrong at `project`: `a` is retired and has a row",
            ),
            (table("what: p").replace("patterns: {}", "patterns: { '.+': any }"), "duplicate field `what`"),
            (
                row("string").replace("patterns: {}", "patterns: { '.+': any }"),
                "wrong at `patterns..+`: nothing refers to it",
            ),
            (
                row("string").replace("types: {}", "types: { t: string }"),
                "wrong at `types.t`: nothing refers to it",
            ),
            (
                row("t").replace("types: {}", "types: { t: list of t }"),
                "wrong at `t`: the type contains itself",
            ),
        ];
        for (text, reason) in cases {
            let error = Keys::read(&text).unwrap_err().to_string();
            assert!(error.contains(reason), "{error}\n{text}");
        }
    }
}
