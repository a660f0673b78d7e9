//! From the rows of the key table, as they are written, to the graph of types.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::mapping::keys::TableError;
use crate::mapping::notation::{Notation, parse};
use crate::mapping::pattern::Pattern;
use crate::mapping::shape::{Chosen, Entries, Form, Items, Kind, Kinds, Mapping, Others, Row, Type, Unit};
use crate::mapping::sheet::{MappingSheet, RowSheet, Rows, Sheet};

fn wrong<T>(place: impl Into<String>, reason: impl Into<String>) -> Result<T, TableError> {
    Err(TableError::Row { place: place.into(), reason: reason.into() })
}

fn in_order<V>(place: &str, rows: &Rows<V>) -> Result<(), TableError> {
    match rows.out_of_order() {
        None => Ok(()),
        Some((before, after)) => wrong(place, format!("`{after}` stands after `{before}`")),
    }
}

/// Builds what the root refers to, each type and mapping once.
pub(super) struct Builder<'a> {
    sheet: &'a Sheet,
    used: BTreeSet<(&'static str, String)>,
    types: BTreeMap<String, Option<Arc<Type>>>,
    mappings: BTreeMap<String, Option<Arc<Mapping>>>,
}

impl<'a> Builder<'a> {
    pub(super) fn new(sheet: &'a Sheet) -> Self {
        Self { sheet, used: BTreeSet::new(), types: BTreeMap::new(), mappings: BTreeMap::new() }
    }

    /// Every mapping that was built, by name.
    pub(super) fn into_mappings(self) -> Vec<Arc<Mapping>> {
        self.mappings.into_values().flatten().collect()
    }

    /// A mapping and all that it refers to.
    pub(super) fn mapping(&mut self, name: &str) -> Result<Arc<Mapping>, TableError> {
        match self.mappings.get(name) {
            Some(Some(built)) => return Ok(Arc::clone(built)),
            Some(None) => return wrong(name, "the mapping contains itself"),
            None => self.mappings.insert(name.to_owned(), None),
        };
        let Some(sheet) = self.sheet.mappings.get(name) else {
            return wrong(name, "there is no such mapping");
        };
        let built = Arc::new(self.build_mapping(name, sheet)?);
        self.mappings.insert(name.to_owned(), Some(Arc::clone(&built)));
        Ok(built)
    }

    fn build_mapping(&mut self, name: &str, sheet: &MappingSheet) -> Result<Mapping, TableError> {
        in_order(name, &sheet.keys)?;
        in_order(name, &sheet.retired)?;
        let mut rows = Vec::new();
        for layer in &sheet.with {
            rows.extend(self.mapping(layer)?.shared_rows().cloned());
        }
        for (key, row) in &sheet.keys.0 {
            rows.push(Arc::new(self.row(&format!("{name}.{key}"), key, row)?));
        }
        let mut mapping = Mapping::new(name, &sheet.what, rows, sheet.retired.0.clone());
        mapping.others = sheet.others;
        mapping.layered = !sheet.with.is_empty();
        mapping.needs.clone_from(&sheet.needs);
        mapping.needs_one_of.clone_from(&sheet.needs_one_of);
        check_mapping(&mapping)?;
        Ok(mapping)
    }

    fn row(&mut self, place: &str, key: &str, sheet: &RowSheet) -> Result<Row, TableError> {
        let mut forms = self.written(place, &sheet.is)?;
        let pattern = sheet.pattern.as_ref().map(|text| self.pattern(place, text)).transpose()?;
        let (has_strings, has_numbers) =
            (pattern.is_some() || !sheet.one_of.is_empty(), sheet.from.or(sheet.to).is_some());
        if has_strings && !forms.iter().any(allows_strings) {
            return wrong(place, "`one-of` and `pattern` are for strings");
        }
        if has_numbers && !forms.iter().any(allows_numbers) {
            return wrong(place, "`from` and `to` are for numbers");
        }
        for form in forms.iter_mut().filter(|form| allows_strings(form)) {
            form.one_of.clone_from(&sheet.one_of);
            form.pattern.clone_from(&pattern);
        }
        for form in forms.iter_mut().filter(|form| allows_numbers(form)) {
            (form.from, form.to) = (sheet.from, sheet.to);
        }
        let is = joined(place, forms)?;
        Ok(Row { key: key.to_owned(), is, does: sheet.does.clone(), since: sheet.since.clone() })
    }

    fn written(&mut self, place: &str, text: &str) -> Result<Vec<Form>, TableError> {
        match parse(text) {
            Ok(notation) => self.forms(place, &notation),
            Err(reason) => wrong(place, reason),
        }
    }

    fn forms(&mut self, place: &str, notation: &Notation) -> Result<Vec<Form>, TableError> {
        match notation {
            Notation::Word(word) => self.word(place, word),
            Notation::List { unique, of } => {
                let items = Items { of: self.shared(place, of)?, unique: *unique };
                Ok(vec![Form {
                    kinds: Kinds::from_iter([Kind::Array]),
                    items: Some(items),
                    ..Form::default()
                }])
            }
            Notation::Map { names, of } => {
                let entries = Some(Entries::Chosen(self.chosen(place, names, of)?));
                Ok(vec![Form { kinds: Kinds::from_iter([Kind::Mapping]), entries, ..Form::default() }])
            }
            Notation::Or(parts) => {
                let mut form = Form::default();
                for part in parts {
                    let mut forms = self.forms(place, part)?;
                    match (forms.pop(), forms.is_empty()) {
                        (Some(one), true) if form.kinds.overlaps(one.kinds) => {
                            return wrong(place, "`or` joins the same kind of value twice");
                        }
                        (Some(one), true) => form = merged(form, one),
                        (Some(_) | None, _) => {
                            return wrong(place, "only single forms can be joined by `or`");
                        }
                    }
                }
                Ok(vec![form])
            }
            Notation::Forms(parts) => {
                let forms: Result<Vec<_>, _> = parts.iter().map(|part| self.forms(place, part)).collect();
                Ok(forms?.into_iter().flatten().collect())
            }
        }
    }

    fn shared(&mut self, place: &str, notation: &Notation) -> Result<Arc<Type>, TableError> {
        let forms = self.forms(place, notation)?;
        joined(place, forms).map(Arc::new)
    }

    fn word(&mut self, place: &str, word: &str) -> Result<Vec<Form>, TableError> {
        if let Some(form) = simple(word) {
            return Ok(vec![form]);
        }
        if self.sheet.types.get(word).is_some() {
            return self.named(word).map(|shared| shared.forms().cloned().collect());
        }
        if self.sheet.mappings.get(word).is_some() {
            let entries = Some(Entries::Known(self.mapping(word)?));
            return Ok(vec![Form { kinds: Kinds::from_iter([Kind::Mapping]), entries, ..Form::default() }]);
        }
        wrong(place, format!("`{word}` is neither a type nor a mapping"))
    }

    fn named(&mut self, name: &str) -> Result<Arc<Type>, TableError> {
        match self.types.get(name) {
            Some(Some(built)) => return Ok(Arc::clone(built)),
            Some(None) => return wrong(name, "the type contains itself"),
            None => self.types.insert(name.to_owned(), None),
        };
        let text = self.sheet.types.get(name).map_or("", String::as_str);
        let forms = self.written(name, text)?;
        let built = joined(name, forms).map(Arc::new)?;
        self.types.insert(name.to_owned(), Some(Arc::clone(&built)));
        Ok(built)
    }

    fn chosen(&mut self, place: &str, names: &str, of: &Notation) -> Result<Chosen, TableError> {
        self.used.insert(("names", names.to_owned()));
        let Some(sheet) = self.sheet.names.get(names) else {
            return wrong(place, format!("there are no names `{names}`"));
        };
        let closed = match sheet.others {
            Others::Refused => true,
            Others::Free => false,
            Others::Extensions => return wrong(names, "other names are refused or free"),
        };
        Ok(Chosen { pattern: self.pattern(names, &sheet.pattern)?, closed, of: self.shared(place, of)? })
    }

    fn pattern(&mut self, place: &str, text: &str) -> Result<Pattern, TableError> {
        self.used.insert(("patterns", text.to_owned()));
        let Some(meaning) = self.sheet.patterns.get(text) else {
            return wrong(place, format!("`patterns` does not say what `{text}` means"));
        };
        match Pattern::new(text, meaning) {
            Some(pattern) => Ok(pattern),
            None => wrong(place, format!("no function matches `{text}`; it needs one in `mapping::pattern`")),
        }
    }

    /// Each row of the table is reachable from the root.
    pub(super) fn nothing_is_left(&self) -> Result<(), TableError> {
        let sheet = self.sheet;
        in_order("types", &sheet.types)?;
        in_order("names", &sheet.names)?;
        let used = |section: &'static str, name: &str| self.used.contains(&(section, name.to_owned()));
        let left = [
            ("types", sheet.types.keys().find(|name| !self.types.contains_key(*name))),
            ("mappings", sheet.mappings.keys().find(|name| !self.mappings.contains_key(*name))),
            ("names", sheet.names.keys().find(|name| !used("names", name))),
            ("patterns", sheet.patterns.keys().find(|name| !used("patterns", name))),
        ];
        match left.into_iter().find_map(|(section, name)| Some((section, name?))) {
            None => Ok(()),
            Some((section, name)) => wrong(format!("{section}.{name}"), "nothing refers to it"),
        }
    }
}

/// The form of a word that needs no explanation.
fn simple(word: &str) -> Option<Form> {
    let unit = match word {
        "anything" => return Some(Form { kinds: Kinds::from_iter(Kind::ALL), ..Form::default() }),
        "duration" => Some(Unit::Duration),
        "size" => Some(Unit::Size),
        _ => None,
    };
    let scalar = |kind: &Kind| kind.as_str() == word && !matches!(kind, Kind::Array | Kind::Mapping);
    let kind = unit.map(|_| Kind::String).or_else(|| Kind::ALL.into_iter().find(scalar))?;
    Some(Form { kinds: Kinds::from_iter([kind]), unit, ..Form::default() })
}

fn allows_strings(form: &Form) -> bool {
    form.kinds.contains(Kind::String)
}

fn allows_numbers(form: &Form) -> bool {
    form.kinds.contains(Kind::Integer) || form.kinds.contains(Kind::Number)
}

/// One form that allows what two allow.
fn merged(one: Form, other: Form) -> Form {
    Form {
        kinds: one.kinds.and(other.kinds),
        unit: one.unit.or(other.unit),
        items: one.items.or(other.items),
        entries: one.entries.or(other.entries),
        ..Form::default()
    }
}

fn joined(place: &str, mut forms: Vec<Form>) -> Result<Type, TableError> {
    let mut seen = Kinds::default();
    for form in &forms {
        if seen.overlaps(form.kinds) {
            return wrong(place, "two forms allow the same kind of value");
        }
        seen = seen.and(form.kinds);
    }
    if forms.is_empty() {
        return wrong(place, "a type is missing");
    }
    Ok(Type::new(forms.remove(0), forms))
}

fn check_mapping(mapping: &Mapping) -> Result<(), TableError> {
    let keys: Vec<&str> = mapping.rows().map(|row| row.key.as_str()).collect();
    if let Some((twice, _)) = keys.iter().zip(keys.iter().skip(1)).find(|(before, after)| before == after) {
        return wrong(&mapping.name, format!("`{twice}` stands in two layers"));
    }
    let needed = mapping.needs.iter().chain(&mapping.needs_one_of);
    if let Some(key) = needed.into_iter().find(|key| mapping.row(key).is_none()) {
        return wrong(&mapping.name, format!("`{key}` is needed and has no row"));
    }
    match keys.iter().find(|key| mapping.retired(key).is_some()) {
        Some(key) => wrong(&mapping.name, format!("`{key}` is retired and has a row")),
        None => Ok(()),
    }
}
