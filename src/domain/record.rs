//! Customers and customer users by what they have in common: a key, and fields with names. The names stand in the settings: in link
//! templates, in lists of search fields, and in the maps of data sources.

use super::link::{CUSTOMER_PLACEHOLDERS, CUSTOMER_USER_PLACEHOLDERS};

/// What a record is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RecordKind {
    /// A company, organisation or authority; its key is the CustomerID.
    Customer,
    /// A person of a customer; the key is the login.
    CustomerUser,
}

impl RecordKind {
    /// The placeholders that a template for these records may use: the names of their fields, without what only agents
    /// may read.
    pub fn placeholders(self) -> &'static [&'static str] {
        match self {
            Self::Customer => CUSTOMER_PLACEHOLDERS,
            Self::CustomerUser => CUSTOMER_USER_PLACEHOLDERS,
        }
    }

    /// What people call such a record.
    pub fn name(self) -> &'static str {
        match self {
            Self::Customer => "customer",
            Self::CustomerUser => "customer user",
        }
    }

    /// The name of the key among the fields.
    pub fn key(self) -> &'static str {
        match self {
            Self::Customer => "customer_id",
            Self::CustomerUser => "login",
        }
    }

    /// The fields that a record may have besides its key.
    #[rustfmt::skip]
    pub fn fields(self) -> &'static [&'static str] {
        match self {
            Self::Customer => &["name", "street", "zip", "city", "country", "url", "comment"],
            Self::CustomerUser => &[
                "title", "first_name", "last_name", "email", "customer_id", "phone", "fax", "mobile", "street", "zip", "city", "country",
                "comment",
            ],
        }
    }

    /// Whether customer users may read a field of their own record at most.
    pub fn is_private(self, field: &str) -> bool {
        match self {
            Self::Customer => field == "comment",
            Self::CustomerUser => !["login", "customer_id", "title", "first_name", "last_name"].contains(&field),
        }
    }
}
