//! What lists of customers and of customer users have in common, so that they are merged and looked up by the same code.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use crate::domain::access::{Access, Action, may};
use crate::domain::customer::Customer;
use crate::domain::customer_user::CustomerUser;
use crate::domain::filter::{CustomerFilter, CustomerUserFilter};
use crate::domain::record::RecordKind;
use crate::domain::search::Search;
use crate::domain::ticket::TicketView;
use crate::domain::viewer::Viewer;
use crate::error::Result;
use crate::store::page::{Entries, Page, Wanted};

use super::DatabaseSource;
use super::customer::{CustomerColumns, CustomerSort};
use super::customer_user::{CustomerUserColumns, CustomerUserSort};
use super::record::{Record, RecordQuery};

/// A list of records: what it is narrowed by, what it is sorted by, and which columns of the main database are read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordList<F, S, C> {
    /// Search text, already parsed.
    pub search: Search,
    /// What must hold.
    pub filter: F,
    /// Order, and whether it is reversed.
    pub sort: (S, bool),
    /// Which part.
    pub page: Page,
    /// What to read.
    pub wanted: Wanted<C>,
}

/// Lists are keys of batches. What hardly ever tells two lists of a document apart is left to the comparison, because it would take long for each of
/// many parents.
impl<F, S, C> Hash for RecordList<F, S, C> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.page.limit, self.page.backward, self.wanted.items, self.wanted.total).hash(state);
    }
}

impl<F: Clone, S: Copy, C: Copy> RecordList<F, S, C> {
    /// The same list with another part.
    pub(super) fn with_page(&self, page: Page) -> Self {
        Self { page, ..self.clone() }
    }

    /// The same list with its entries or without, and with their number or without.
    pub(super) fn wanting(&self, items: bool, total: bool) -> Self {
        Self { wanted: Wanted { items, total, ..self.wanted }, ..self.clone() }
    }
}

/// A kind of record as it is listed.
pub(super) trait Listed: Sync {
    /// What is listed.
    type Item: Send;
    /// What a list is narrowed by.
    type Filter: Clone + Send + Sync;
    /// What it is sorted by.
    type Sort: Copy + Send + Sync;
    /// The columns of the main database that are to be read.
    type Columns: Copy + Send + Sync;
    /// The same as a kind.
    const KIND: RecordKind;

    /// The source that is asked alone.
    fn data_source(filter: &Self::Filter) -> Option<&str>;
    /// The tickets that a record must have.
    fn has_tickets(filter: &Self::Filter) -> Option<TicketView>;
    /// What a list asks of a source besides the main database; `None` where no record there can fulfil it.
    fn query(list: &ListOf<Self>) -> Option<RecordQuery>;
    /// The name of the order in the main database.
    fn order_in(main: &DatabaseSource, viewer: &Viewer, sort: (Self::Sort, bool)) -> String;
    /// The list in the main database.
    fn read(
        main: &DatabaseSource,
        viewer: &Viewer,
        list: &ListOf<Self>,
    ) -> impl Future<Output = Result<Entries<Self::Item>>> + Send;
    /// The records of the main database with these keys that exist for the viewer.
    fn read_keys(
        main: &DatabaseSource,
        viewer: &Viewer,
        keys: &[String],
        columns: Self::Columns,
    ) -> impl Future<Output = Result<Vec<Self::Item>>> + Send;
    /// A record as the viewer may see it.
    fn show(record: Record, source: &Arc<str>, viewer: &Viewer) -> Self::Item;
    /// CustomerID or login.
    fn key(item: &Self::Item) -> &String;
}

/// A list of a kind of record.
pub(super) type ListOf<K> = RecordList<<K as Listed>::Filter, <K as Listed>::Sort, <K as Listed>::Columns>;

/// Customers.
pub(super) enum Customers {}

/// Customer users.
pub(super) enum CustomerUsers {}

impl Listed for Customers {
    type Item = Customer;
    type Filter = CustomerFilter;
    type Sort = CustomerSort;
    type Columns = CustomerColumns;
    const KIND: RecordKind = RecordKind::Customer;

    fn data_source(filter: &CustomerFilter) -> Option<&str> {
        filter.data_source.as_deref()
    }

    fn has_tickets(filter: &CustomerFilter) -> Option<TicketView> {
        filter.has_tickets
    }

    fn query(list: &ListOf<Self>) -> Option<RecordQuery> {
        RecordQuery::of_customers(list)
    }

    fn order_in(main: &DatabaseSource, _: &Viewer, sort: (CustomerSort, bool)) -> String {
        main.customer_order(sort).tag()
    }

    async fn read(main: &DatabaseSource, viewer: &Viewer, list: &ListOf<Self>) -> Result<Entries<Customer>> {
        main.customers(viewer, list).await
    }

    async fn read_keys(
        main: &DatabaseSource,
        viewer: &Viewer,
        ids: &[String],
        columns: CustomerColumns,
    ) -> Result<Vec<Customer>> {
        main.customers_by_id(viewer, ids, columns).await
    }

    fn show(record: Record, source: &Arc<str>, _: &Viewer) -> Customer {
        record.into_customer(source)
    }

    fn key(customer: &Customer) -> &String {
        &customer.customer_id
    }
}

impl Listed for CustomerUsers {
    type Item = CustomerUser;
    type Filter = CustomerUserFilter;
    type Sort = CustomerUserSort;
    type Columns = CustomerUserColumns;
    const KIND: RecordKind = RecordKind::CustomerUser;

    fn data_source(filter: &CustomerUserFilter) -> Option<&str> {
        filter.data_source.as_deref()
    }

    fn has_tickets(filter: &CustomerUserFilter) -> Option<TicketView> {
        filter.has_tickets
    }

    fn query(list: &ListOf<Self>) -> Option<RecordQuery> {
        RecordQuery::of_customer_users(list)
    }

    fn order_in(main: &DatabaseSource, viewer: &Viewer, sort: (CustomerUserSort, bool)) -> String {
        main.people_order(viewer, sort).tag()
    }

    async fn read(main: &DatabaseSource, viewer: &Viewer, list: &ListOf<Self>) -> Result<Entries<CustomerUser>> {
        main.customer_users(viewer, list).await
    }

    async fn read_keys(
        main: &DatabaseSource,
        viewer: &Viewer,
        logins: &[String],
        columns: CustomerUserColumns,
    ) -> Result<Vec<CustomerUser>> {
        main.customer_users_by_login(viewer, logins, columns).await
    }

    fn show(record: Record, source: &Arc<str>, viewer: &Viewer) -> CustomerUser {
        let person = record.into_customer_user(source);
        match may(Some(viewer), Action::ReadContactOf(&person.login)) {
            Access::Allowed => person,
            Access::Hidden | Access::Forbidden => person.without_contact(),
        }
    }

    fn key(person: &CustomerUser) -> &String {
        &person.login
    }
}
