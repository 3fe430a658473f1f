//! Where customers and customer users come from. For now that is the main database; what belongs to people but always lives there
//! (permissions, tickets, preferences) is in `store`.

pub mod customer;
pub mod customer_rename;
pub mod customer_user;
pub mod customer_user_rename;
pub mod customer_user_write;
pub mod customer_write;

use crate::store::Store;

/// The name and kind of a data source, as configured.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceInfo {
    /// The configured name.
    pub name: String,
}

/// The customers and customer users of the main database, as one request sees them.
#[derive(Clone)]
pub struct DatabaseSource {
    store: Store,
    name: String,
}

impl DatabaseSource {
    /// The source for one request.
    pub fn new(store: Store, info: &SourceInfo) -> Self {
        Self { store, name: info.name.clone() }
    }

    /// The record that a name means among those that the database takes for it: the exact one, or else one that differs in case only. MariaDB
    /// takes more for equal, all emoji for example.
    fn meant<T>(&self, found: Vec<T>, name: &str, name_of: impl Fn(&T) -> &String) -> Option<T> {
        let key = self.store.parent_key(name);
        let alike = found.into_iter().filter(|record| self.store.parent_key(name_of(record)) == key);
        alike.max_by_key(|record| name_of(record) == name)
    }

    /// Whether a filter on the data source leaves anything of this one.
    fn is_meant_by(&self, wanted: Option<&str>) -> bool {
        wanted.is_none_or(|wanted| wanted == self.name)
    }
}
