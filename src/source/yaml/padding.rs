//! Where go-yaml is more lenient than our parser, the parser reads an edited copy of the text, which means the same:
//! blanks or quotes are put in at a few places, tabs become blanks. Places in the copy are led back to the text.

use std::borrow::Cow;

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
    text: Cow<'t, str>,
    /// Sorted by place; no two are at the same.
    edits: Vec<Edit>,
}

impl<'t> Padded<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self { text: Cow::Borrowed(text), edits: Vec::new() }
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// The place in the original text of a place in this one.
    pub(super) fn original(&self, offset: usize) -> usize {
        let (mut here, mut there) = (0, 0);
        for edit in &self.edits {
            let start = here + (edit.at - there);
            if offset <= start {
                break;
            }
            let end = start + edit.text.len();
            if offset < end {
                return edit.at;
            }
            (here, there) = (end, edit.at + edit.removed);
        }
        there + (offset - here)
    }

    /// Makes edits where none was made yet, and says whether there were any.
    pub(super) fn apply(&mut self, edits: Vec<Edit>) -> bool {
        let known = self.edits.len();
        for edit in edits {
            let index = self.edits.partition_point(|other| other.at < edit.at);
            let is_known = self.edits.get(index).is_some_and(|other| other.at == edit.at);
            if is_known {
                continue;
            }
            let earlier = self.edits.iter().take(index);
            let (added, removed) = earlier
                .fold((0, 0), |(added, removed), other| (added + other.text.len(), removed + other.removed));
            let at = edit.at + added - removed;
            self.text.to_mut().replace_range(at..at + edit.removed, &edit.text);
            self.edits.insert(index, edit);
        }
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
