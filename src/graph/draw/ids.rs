//! Tables whose positions have a type, so that a block is never looked up among the wires.

use std::marker::PhantomData;
use std::ops::{Index, IndexMut};

/// A position in a [`Table`].
pub(super) trait Id: Copy {
    /// The position as an id.
    fn new(position: usize) -> Self;
    /// The id as a position.
    fn position(self) -> usize;
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub(super) struct $name(usize);

        impl Id for $name {
            fn new(position: usize) -> Self {
                Self(position)
            }

            fn position(self) -> usize {
                self.0
            }
        }
    )*};
}

ids! {
    /// A node, or several that are drawn in one frame.
    BlockId;
    /// All edges that are drawn as one.
    WireId;
    /// All wires that end in one tip.
    BundleId;
    /// A layer, counted from the top.
    RowId;
    /// Something that takes room in a row.
    ItemId;
    /// What connects items of neighbouring rows.
    LinkId;
    /// Blocks that are connected, and thereby laid out together.
    PartId;
}

/// A list with positions of one type.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Table<I, T> {
    values: Vec<T>,
    id: PhantomData<I>,
}

impl<I: Id, T> Table<I, T> {
    /// So many times the same.
    pub(super) fn filled(len: usize, value: T) -> Self
    where
        T: Clone,
    {
        Self::from(vec![value; len])
    }

    /// Adds a value.
    pub(super) fn push(&mut self, value: T) -> I {
        self.values.push(value);
        I::new(self.values.len() - 1)
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.values.len()
    }

    /// All positions.
    pub(super) fn ids(&self) -> impl DoubleEndedIterator<Item = I> + use<I, T> {
        (0..self.values.len()).map(I::new)
    }

    /// All values with their positions.
    pub(super) fn iter(&self) -> impl DoubleEndedIterator<Item = (I, &T)> {
        self.values.iter().enumerate().map(|(position, value)| (I::new(position), value))
    }

    /// All values.
    pub(super) fn values(&self) -> impl DoubleEndedIterator<Item = &T> {
        self.values.iter()
    }

    /// The values alone.
    pub(super) fn into_values(self) -> Vec<T> {
        self.values
    }

    /// All values, to be changed.
    pub(super) fn values_mut(&mut self) -> impl DoubleEndedIterator<Item = &mut T> {
        self.values.iter_mut()
    }
}

impl<I, T> Default for Table<I, T> {
    fn default() -> Self {
        Self::from(Vec::new())
    }
}

impl<I, T> From<Vec<T>> for Table<I, T> {
    fn from(values: Vec<T>) -> Self {
        Self { values, id: PhantomData }
    }
}

impl<I, T> FromIterator<T> for Table<I, T> {
    fn from_iter<V: IntoIterator<Item = T>>(values: V) -> Self {
        Self::from(values.into_iter().collect::<Vec<T>>())
    }
}

impl<I: Id, T> Index<I> for Table<I, T> {
    type Output = T;

    fn index(&self, id: I) -> &T {
        self.values.get(id.position()).expect("an id belongs to the table that made it")
    }
}

impl<I: Id, T> IndexMut<I> for Table<I, T> {
    fn index_mut(&mut self, id: I) -> &mut T {
        self.values.get_mut(id.position()).expect("an id belongs to the table that made it")
    }
}
