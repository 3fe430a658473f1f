//! Making and editing customers: what becomes of the record, and what is wrong with it.

use super::customer::Customer;
use super::edit::{AddressEdit, Check, Edit, Limit, TextField, stored_country, stored_validity};
use super::validity::Validity;
use super::violation::Violation;

/// What an edit does to a customer. A new one is an edit of nothing.
#[derive(Clone, Debug, Default)]
pub struct CustomerEdit {
    /// The name.
    pub name: Edit,
    /// The postal address.
    pub address: Edit<AddressEdit>,
    /// The web address.
    pub url: Edit,
    /// Internal remark.
    pub comment: Edit,
    /// Whether it is in use.
    pub validity: Edit<Validity>,
}

impl CustomerEdit {
    /// The customer afterwards, and everything that is wrong with it. Domain rule: OTOBO's fields and lengths; what is stored already is
    /// not judged again. Any text of one line is a CustomerID, `0` as well, which OTOBO takes for none.
    pub fn onto(self, stored: &Customer, is_new: bool, limit: Limit<'_>) -> (Customer, Vec<Violation>) {
        let mut check = Check { is_new, limit, violations: Vec::new() };
        let address = self.address.fields();
        let country_path = ["input", "address", "country"];
        let customer = Customer {
            name: self.name.onto_text(&stored.name),
            street: address.street.onto(stored.street.as_deref()),
            zip: address.zip.onto(stored.zip.as_deref()),
            city: address.city.onto(stored.city.as_deref()),
            country: stored_country(&address.country, stored.country.as_deref(), &country_path, &mut check.violations),
            url: self.url.onto(stored.url.as_deref()),
            comment: self.comment.onto(stored.comment.as_deref()),
            validity: stored_validity(&self.validity, stored.validity, &mut check.violations),
            ..stored.clone()
        };
        let id: TextField<'_> =
            (&["input", "customerId"], "customer_id", Some(&customer.customer_id), Some(&stored.customer_id));
        check.required(&[id, (&["input", "name"], "name", Some(&customer.name), Some(&stored.name))]);
        check.texts(&[
            (&["input", "address", "street"], "street", customer.street.as_deref(), stored.street.as_deref()),
            (&["input", "address", "zip"], "zip", customer.zip.as_deref(), stored.zip.as_deref()),
            (&["input", "address", "city"], "city", customer.city.as_deref(), stored.city.as_deref()),
            (&country_path, "country", customer.country.as_deref(), stored.country.as_deref()),
            (&["input", "url"], "url", customer.url.as_deref(), stored.url.as_deref()),
            (&["input", "comment"], "comments", customer.comment.as_deref(), stored.comment.as_deref()),
        ]);
        (customer, check.violations)
    }
}

impl Customer {
    /// The fields by the names that the API has for them, for the change log.
    pub fn fields(&self) -> [(&'static str, Option<&str>); 9] {
        [
            ("customerId", Some(&self.customer_id)),
            ("name", Some(&self.name)),
            ("address.street", self.street.as_deref()),
            ("address.zip", self.zip.as_deref()),
            ("address.city", self.city.as_deref()),
            ("address.country", self.country.as_deref()),
            ("url", self.url.as_deref()),
            ("comment", self.comment.as_deref()),
            ("validity", Some(self.validity.label())),
        ]
    }
}
