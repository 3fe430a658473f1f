//! A customer: an organisation, company or authority.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::validity::Validity;

/// A customer as far as it was read: columns that were not asked for keep their default.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Customer {
    /// The internal name that tickets and customer users refer to; always read.
    pub customer_id: String,
    /// Its name.
    pub name: String,
    /// Street and number.
    pub street: Option<String>,
    /// Postal code.
    pub zip: Option<String>,
    /// City.
    pub city: Option<String>,
    /// Country as stored.
    pub country: Option<String>,
    /// Web address as stored.
    pub url: Option<String>,
    /// Internal remark.
    pub comment: Option<String>,
    /// Whether it is in use; always read.
    pub validity: Validity,
    /// When it was made.
    pub created_at: Option<DateTime<Utc>>,
    /// The agent who made it.
    pub created_by: Option<i32>,
    /// When it was last changed.
    pub changed_at: Option<DateTime<Utc>>,
    /// The agent who last changed it.
    pub changed_by: Option<i32>,
    /// The data source that keeps it; `None` for the main database.
    #[serde(skip)]
    pub source: Option<Arc<str>>,
    /// Fingerprint of the row; empty unless every column was read, and for records of other sources.
    pub version: String,
}
