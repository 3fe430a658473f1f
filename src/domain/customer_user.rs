//! A customer user: a person of a customer.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::validity::Validity;

/// A customer user as far as it was read: columns that were not asked for keep their default.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct CustomerUser {
    /// The name the person signs in with, as stored; always read.
    pub login: String,
    /// The own customer's id as stored, whether or not there is such a customer; always read.
    pub customer_id: String,
    /// Whether the person is active; always read.
    pub validity: Validity,
    /// E-mail address.
    pub email: String,
    /// Form of address.
    pub title: Option<String>,
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// Phone number.
    pub phone: Option<String>,
    /// Fax number.
    pub fax: Option<String>,
    /// Mobile number.
    pub mobile: Option<String>,
    /// Street and number.
    pub street: Option<String>,
    /// Postal code.
    pub zip: Option<String>,
    /// City.
    pub city: Option<String>,
    /// Country as stored.
    pub country: Option<String>,
    /// Internal remark.
    pub comment: Option<String>,
    /// When the record was made.
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

impl CustomerUser {
    /// The record without e-mail address, phone numbers and postal address, as other customer users see it.
    #[must_use]
    pub fn without_contact(self) -> Self {
        Self {
            email: String::new(),
            phone: None,
            fax: None,
            mobile: None,
            street: None,
            zip: None,
            city: None,
            country: None,
            ..self
        }
    }

    /// A field by the name that link templates and the configured name use; `None` where it is empty or unknown.
    pub fn field(&self, name: &str) -> Option<&str> {
        match name {
            "login" => Some(&self.login),
            "first_name" => Some(&self.first_name),
            "last_name" => Some(&self.last_name),
            "email" => Some(&self.email),
            "customer_id" => Some(&self.customer_id),
            "title" => self.title.as_deref(),
            "phone" => self.phone.as_deref(),
            "fax" => self.fax.as_deref(),
            "mobile" => self.mobile.as_deref(),
            "street" => self.street.as_deref(),
            "zip" => self.zip.as_deref(),
            "city" => self.city.as_deref(),
            "country" => self.country.as_deref(),
            _ => None,
        }
    }
}
