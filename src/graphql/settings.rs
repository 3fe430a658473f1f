//! What the API needs of the configuration.

use crate::domain::link::Template;

/// The limits that protect the server and its database.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Entries of a list that is asked for without `first` or `last`.
    pub default_page_size: u64,
    /// The most entries that one page may have.
    pub max_page_size: u64,
    /// The longest search text or filter value, in characters.
    pub max_search_length: usize,
}

/// How customers and customer users are shown.
#[derive(Clone, Debug)]
pub struct Display {
    /// Fields of a customer user's full name, in order.
    pub name_fields: Vec<String>,
    /// What stands between them.
    pub name_separator: String,
    /// The map.
    pub map: Template,
    /// Links on customers.
    pub customer_links: Vec<Link>,
    /// Links on customer users.
    pub customer_user_links: Vec<Link>,
}

/// A link on every record of a kind.
#[derive(Clone, Debug)]
pub struct Link {
    /// What to show.
    pub label: String,
    /// Where it leads.
    pub template: Template,
}
