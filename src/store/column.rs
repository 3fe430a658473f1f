//! Which columns of a table an answer needs, so that no others are read.

use std::hash::{Hash, Hasher};
use std::marker::PhantomData;

use sea_orm::Iterable;

/// A column that knows its place in its table. Tables have at most 64 columns.
pub trait Positioned: Iterable + Copy {
    /// Its place, from 0.
    fn position(self) -> u32;
}

macro_rules! positioned {
    ($($entity:ident),*) => { $(impl Positioned for crate::entity::$entity::Column {
        fn position(self) -> u32 {
            self as u32
        }
    })* };
}
positioned!(customer_company, customer_user, ticket);

/// A set of columns of one table.
pub struct Columns<C> {
    bits: u64,
    table: PhantomData<fn() -> C>,
}

impl<C: Positioned> Columns<C> {
    /// These columns.
    pub fn of(columns: &[C]) -> Self {
        columns.iter().fold(Self::none(), |set, column| set.with(*column))
    }

    /// No column.
    pub fn none() -> Self {
        Self { bits: 0, table: PhantomData }
    }

    /// Every column of the table.
    pub fn all() -> Self {
        C::iter().fold(Self::none(), Self::with)
    }

    /// The set and one more column.
    #[must_use]
    pub fn with(self, column: C) -> Self {
        Self { bits: self.bits | 1 << column.position(), table: PhantomData }
    }

    /// The columns of both sets.
    #[must_use]
    pub fn union(self, other: Self) -> Self {
        Self { bits: self.bits | other.bits, table: PhantomData }
    }

    /// Whether the set is the whole table.
    pub fn is_all(self) -> bool {
        self == Self::all()
    }

    /// The columns in the table's order.
    pub fn list(self) -> Vec<C> {
        C::iter().filter(|column| self.bits & 1 << column.position() != 0).collect()
    }
}

impl<C> Clone for Columns<C> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<C> Copy for Columns<C> {}

impl<C> PartialEq for Columns<C> {
    fn eq(&self, other: &Self) -> bool {
        self.bits == other.bits
    }
}

impl<C> Eq for Columns<C> {}

impl<C> Hash for Columns<C> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.bits.hash(state);
    }
}

impl<C> std::fmt::Debug for Columns<C> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Columns({:b})", self.bits)
    }
}
