//! Records of sources besides the main database: what can be asked of such a source, and what it answers, whatever language it speaks.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::domain::customer::Customer;
use crate::domain::customer_user::CustomerUser;
use crate::domain::filter::{CustomerFilter, CustomerUserFilter, TextFilter, TimeFilter};
use crate::domain::record::RecordKind;
use crate::domain::search::Search;
use crate::domain::text::fold;
use crate::domain::validity::Validity;
use crate::error::Result;
use crate::store::page::{Entries, KeyValue, Page};

use super::customer::{CustomerList, CustomerSort};
use super::customer_user::{CustomerUserList, CustomerUserSort};
use super::order::order_key;

/// A customer or customer user of another source. Empty fields are left out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Record {
    /// CustomerID or login, in the source's spelling; never empty.
    pub key: String,
    /// The other fields by name, see [`RecordKind::fields`].
    pub fields: BTreeMap<&'static str, String>,
    /// Whether it is in use.
    pub validity: Validity,
}

/// What is asked of a source. All that is given must hold.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RecordQuery {
    /// What kind of record.
    pub kind: RecordKind,
    /// Which records are meant at all; `None` for every one.
    pub among: Option<Among>,
    /// Search text.
    pub search: Search,
    /// Conditions on fields, by name.
    pub conditions: Vec<(&'static str, TextFilter)>,
    /// In one of these states.
    pub validity: Vec<Validity>,
    /// The customer user who asks: for them private fields of others are empty, also to searches, conditions and orders. `None` for agents.
    pub reader: Option<String>,
    /// The field to sort by, the key for `None`; the key breaks ties.
    pub sort: Option<&'static str>,
    /// Whether the greatest comes first.
    pub descending: bool,
}

/// Some records: those with one of these keys, and those of one of these customers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Among {
    /// Keys.
    pub keys: Vec<String>,
    /// CustomerIDs that people have as their own; of no meaning for customers.
    pub customer_ids: Vec<String>,
}

/// All records that fulfil a query, in no particular order.
#[derive(Clone, Debug, Default)]
pub struct Gathered {
    /// The records.
    pub records: Vec<Record>,
    /// Whether there are more than were to be read.
    pub is_cut: bool,
}

/// Something that the command `check` says of a source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Whether it is as it should be.
    pub is_fine: bool,
    /// What was found.
    pub text: String,
}

impl Finding {
    /// It is as it should be.
    pub fn fine(text: String) -> Self {
        Self { is_fine: true, text }
    }

    /// It is not.
    pub fn bad(text: String) -> Self {
        Self { is_fine: false, text }
    }
}

/// What a source says of a login and password.
#[derive(Clone, Debug)]
pub enum Authentication {
    /// It has nobody of this login.
    Unknown,
    /// It knows the login, but the password is wrong, the person may not sign in, or several have the login.
    Refused,
    /// It is this person.
    Accepted(Box<Record>),
}

/// A source besides the main database. It is only ever read: nothing here writes, and what could write does not take one.
///
/// Every function may fail with [`crate::error::Error::SourceUnavailable`]. Time limits and the decision not to ask a source that is down
/// are made by whoever asks.
pub trait RecordSource {
    /// Whether it keeps records of a kind.
    fn holds(&self, kind: RecordKind) -> bool;

    /// The records with these keys, in any case, in no particular order; valid or not. Keys that it does not know are left out.
    fn by_keys(&self, kind: RecordKind, keys: &[String]) -> impl Future<Output = Result<Vec<Record>>> + Send;

    /// A page of the records that fulfil a query, in the query's order, without their number. Cursors bear [`RecordQuery::order_name`].
    fn page(&self, query: &RecordQuery, page: &Page) -> impl Future<Output = Result<Entries<Record>>> + Send;

    /// The records that fulfil a query, in no particular order, and at most `most` of them.
    fn all(&self, query: &RecordQuery, most: usize) -> impl Future<Output = Result<Gathered>> + Send;

    /// How many records fulfil a query; no more than the source lets be read at once are counted.
    fn count(&self, query: &RecordQuery) -> impl Future<Output = Result<i64>> + Send;
}

impl Record {
    fn field(&self, name: &str) -> Option<String> {
        self.fields.get(name).cloned()
    }

    fn text(&self, name: &str) -> String {
        self.field(name).unwrap_or_default()
    }

    /// The record as a customer of the source of this name.
    pub fn into_customer(self, source: &Arc<str>) -> Customer {
        Customer {
            name: self.text("name"),
            street: self.field("street"),
            zip: self.field("zip"),
            city: self.field("city"),
            country: self.field("country"),
            url: self.field("url"),
            comment: self.field("comment"),
            validity: self.validity,
            source: Some(Arc::clone(source)),
            customer_id: self.key,
            ..Customer::default()
        }
    }

    /// The record as a customer user of the source of this name.
    pub fn into_customer_user(self, source: &Arc<str>) -> CustomerUser {
        CustomerUser {
            customer_id: self.text("customer_id"),
            email: self.text("email"),
            title: self.field("title"),
            first_name: self.text("first_name"),
            last_name: self.text("last_name"),
            phone: self.field("phone"),
            fax: self.field("fax"),
            mobile: self.field("mobile"),
            street: self.field("street"),
            zip: self.field("zip"),
            city: self.field("city"),
            country: self.field("country"),
            comment: self.field("comment"),
            validity: self.validity,
            source: Some(Arc::clone(source)),
            login: self.key,
            ..CustomerUser::default()
        }
    }
}

impl RecordQuery {
    /// The valid people among some.
    pub fn everyone(among: Among) -> Self {
        Self {
            kind: RecordKind::CustomerUser,
            among: Some(among),
            search: Search::Everything,
            conditions: Vec::new(),
            validity: vec![Validity::Valid],
            reader: None,
            sort: None,
            descending: false,
        }
    }

    /// What a list of customers asks of a source; `None` where no record of another source can fulfil it.
    pub fn of_customers(list: &CustomerList) -> Option<Self> {
        let CustomerFilter { customer_id, name, city, country, validity, data_source: _, has_tickets: _, changed_at } =
            &list.filter;
        // When a record was changed is known of the main database only.
        is_open(changed_at).then(|| Self {
            kind: RecordKind::Customer,
            among: None,
            search: list.search.clone(),
            conditions: conditions([
                ("customer_id", customer_id),
                ("name", name),
                ("city", city),
                ("country", country),
            ]),
            validity: validity.clone().unwrap_or_else(|| vec![Validity::Valid]),
            reader: None,
            sort: match list.sort.0 {
                CustomerSort::CustomerId | CustomerSort::CreatedAt | CustomerSort::ChangedAt => None,
                CustomerSort::Name => Some("name"),
                CustomerSort::City => Some("city"),
                CustomerSort::Country => Some("country"),
            },
            descending: list.sort.1,
        })
    }

    /// What a list of customer users asks of a source; `None` where no record of another source can fulfil it.
    pub fn of_customer_users(list: &CustomerUserList) -> Option<Self> {
        let filter = &list.filter;
        let CustomerUserFilter { login, email, first_name, last_name, customer_id, city, country, .. } = filter;
        is_open(&filter.changed_at).then(|| Self {
            kind: RecordKind::CustomerUser,
            among: None,
            search: list.search.clone(),
            conditions: conditions([
                ("login", login),
                ("email", email),
                ("first_name", first_name),
                ("last_name", last_name),
                ("customer_id", customer_id),
                ("city", city),
                ("country", country),
            ]),
            validity: filter.validity.clone().unwrap_or_else(|| vec![Validity::Valid]),
            reader: None,
            sort: match list.sort.0 {
                CustomerUserSort::Login | CustomerUserSort::CreatedAt | CustomerUserSort::ChangedAt => None,
                CustomerUserSort::FirstName => Some("first_name"),
                CustomerUserSort::LastName => Some("last_name"),
                CustomerUserSort::Email => Some("email"),
                CustomerUserSort::CustomerId => Some("customer_id"),
            },
            descending: list.sort.1,
        })
    }

    /// Where a record stands in the order of the query: what it is sorted by, and its key. Both as [`order_key`]s.
    pub fn sort_key(&self, record: &Record) -> Vec<KeyValue> {
        let is_hidden = |field: &&str| {
            let is_other = |reader: &String| fold(reader) != fold(&record.key);
            self.kind.is_private(field) && self.reader.as_ref().is_some_and(is_other)
        };
        let sorted_by = match self.sort {
            None => record.key.clone(),
            Some(field) => {
                Some(field).filter(|field| !is_hidden(field)).map(|field| record.text(field)).unwrap_or_default()
            }
        };
        vec![KeyValue::Text(order_key(&sorted_by)), KeyValue::Text(order_key(&record.key))]
    }

    /// The name that ties cursors to the order of the query.
    pub fn order_name(&self) -> String {
        format!("{}{:?}.{}", if self.descending { "-" } else { "" }, self.kind, self.sort.unwrap_or(self.kind.key()))
    }
}

fn is_open(filter: &TimeFilter) -> bool {
    *filter == TimeFilter::default()
}

fn conditions<const N: usize>(filters: [(&'static str, &TextFilter); N]) -> Vec<(&'static str, TextFilter)> {
    let given = filters.into_iter().filter(|(_, filter)| **filter != TextFilter::default());
    given.map(|(field, filter)| (field, filter.clone())).collect()
}
