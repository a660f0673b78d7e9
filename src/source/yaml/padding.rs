//! Where go-yaml is more lenient than our parser, the parser reads an edited copy of the text, which means the same:
//! blanks or quotes are put in at a few places, tabs become blanks. Places in the copy are led back to the text.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;

/// A change of the copy, at a place of the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Edit {
    pub(super) at: usize,
    pub(super) removed: usize,
    pub(super) text: String,
}

impl Edit {
    /// Puts text in.
    pub(super) fn insert(at: usize, text: impl Into<String>) -> Self {
        Self { at, removed: 0, text: text.into() }
    }

    /// Puts text in the place of one byte.
    pub(super) fn replace(at: usize, text: impl Into<String>) -> Self {
        Self { at, removed: 1, text: text.into() }
    }
}

/// A text with edits.
#[derive(Clone, Debug)]
pub(super) struct Padded<'t> {
    original: &'t str,
    edits: BTreeMap<usize, Edit>,
    text: Cow<'t, str>,
    /// Each edit's start and end in the copy, and its start and end in the original text.
    places: Vec<(Range<usize>, Range<usize>)>,
}

impl<'t> Padded<'t> {
    pub(super) fn new(original: &'t str) -> Self {
        Self { original, edits: BTreeMap::new(), text: Cow::Borrowed(original), places: Vec::new() }
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// The place in the original text of a place in this one.
    pub(super) fn original(&self, offset: usize) -> usize {
        let begun = self.places.partition_point(|(copy, _)| copy.start < offset);
        let last = begun.checked_sub(1).and_then(|last| self.places.get(last));
        match last {
            None => offset,
            Some((copy, original)) if offset < copy.end => original.start,
            Some((copy, original)) => original.end + (offset - copy.end),
        }
    }

    /// Makes edits where none was made yet, and says whether there were any.
    pub(super) fn apply(&mut self, edits: Vec<Edit>) -> bool {
        let known = self.edits.len();
        for edit in edits {
            self.edits.entry(edit.at).or_insert(edit);
        }
        let mut text = String::with_capacity(self.original.len());
        let mut copied = 0;
        self.places.clear();
        for edit in self.edits.values() {
            text.push_str(self.original.get(copied..edit.at).unwrap_or_default());
            let start = text.len();
            text.push_str(&edit.text);
            copied = edit.at + edit.removed;
            self.places.push((start..text.len(), edit.at..copied));
        }
        text.push_str(self.original.get(copied..).unwrap_or_default());
        self.text = Cow::Owned(text);
        self.edits.len() > known
    }
}

#[cfg(test)]
mod tests {
    use super::{Edit, Padded};

    #[test]
    fn places_lead_back() {
        let mut padded = Padded::new("ab\tcd");
        assert!(padded.apply(vec![Edit::insert(1, "  "), Edit::insert(4, "  ")]));
        assert!(padded.apply(vec![Edit::replace(2, " "), Edit::insert(4, "    ")]));
        assert!(!padded.apply(vec![Edit::insert(4, "    ")]));
        assert_eq!(padded.text(), "a  b c  d");
        let places: Vec<usize> = (0..=9).map(|offset| padded.original(offset)).collect();
        assert_eq!(places, [0, 1, 1, 1, 2, 3, 4, 4, 4, 5]);
    }

    #[test]
    fn what_is_replaced_by_more_leads_back_to_its_start() {
        let mut padded = Padded::new("a'b");
        assert!(padded.apply(vec![Edit::replace(1, "x27")]));
        assert_eq!(padded.text(), "ax27b");
        let places: Vec<usize> = (0..=5).map(|offset| padded.original(offset)).collect();
        assert_eq!(places, [0, 1, 1, 1, 2, 3]);
    }
}
