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

    /// Whether a filter on the data source leaves anything of this one.
    fn is_meant_by(&self, wanted: Option<&str>) -> bool {
        wanted.is_none_or(|wanted| wanted == self.name)
    }
}
