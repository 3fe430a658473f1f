//! Where the same customer or login is stored in several spellings. For us they are the same on every database. For OTOBO they are in SQL only
//! where the database takes them for equal, and never where it compares in its own program.

use crate::compare::{entries, items, text};
use crate::desk::Desk;

/// The spellings that stand in a database, with what they are compared by.
pub struct Spelling<'a> {
    desk: &'a Desk,
    in_customer_grants: Vec<(String, String)>,
    of_customers: Vec<(String, String)>,
    of_people: Vec<(String, String)>,
}

impl<'a> Spelling<'a> {
    /// Reads all of them.
    pub fn of(desk: &'a Desk) -> Self {
        let read = |select: &str| {
            let texts = desk.scratch.column(select).into_iter();
            texts.map(|text| (desk.store().parent_key(&text), text)).collect()
        };
        Self {
            desk,
            in_customer_grants: read("SELECT DISTINCT customer_id FROM group_customer"),
            of_customers: read(
                "SELECT customer_id FROM group_customer UNION ALL SELECT customer_id FROM customer_user
                 UNION ALL SELECT customer_id FROM customer_user_customer",
            ),
            of_people: read(
                "SELECT user_id FROM group_customer_user UNION ALL SELECT user_id FROM customer_user_customer",
            ),
        }
    }

    /// Whether something that belongs to the customer names it in another spelling.
    pub fn matters_for_customer(&self, id: &str) -> bool {
        self.differs(&self.of_customers, id)
    }

    /// Whether a permission, or an additional customer, of the person is stored under another spelling of the login or of a customer's id.
    pub fn matters_for_person(&self, login: &str) -> bool {
        let person = entries(&self.desk.answers()["users"]).find(|(other, _)| *other == login);
        let ids = person.map(|(_, person)| items(&person["customer_ids"])).unwrap_or_default();
        self.differs(&self.of_people, login) || ids.iter().any(|id| self.differs(&self.in_customer_grants, text(id)))
    }

    fn differs(&self, stored: &[(String, String)], text: &str) -> bool {
        let key = self.desk.store().parent_key(text);
        stored.iter().any(|(other, spelling)| *other == key && spelling != text)
    }
}
