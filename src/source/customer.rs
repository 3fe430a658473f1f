//! Customers in the database.

use migration::search::CUSTOMERS;
use sea_orm::sea_query::{Condition, Expr, ExprTrait, Func, Query, SelectStatement};

use crate::domain::customer::Customer;
use crate::domain::filter::CustomerFilter;
use crate::domain::validity::Validity;
use crate::domain::viewer::{CustomerScope, Viewer};
use crate::entity::customer_company::{Column, Entity};
use crate::entity::ticket;
use crate::error::Result;
use crate::store::column::Columns;
use crate::store::page::{Entries, KeyType, PagedSelect, SortOrder};
use crate::store::reference::Reference;
use crate::store::search_index::Candidates;
use crate::store::{Row, text};

use super::DatabaseSource;
use super::listing::RecordList;

/// What customers can be sorted by; the id breaks ties.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CustomerSort {
    /// The id.
    CustomerId,
    /// The name.
    Name,
    /// The city; customers without one count as having an empty one.
    City,
    /// The country as stored, likewise.
    Country,
    /// When they were made.
    CreatedAt,
    /// When they were last changed.
    ChangedAt,
}

/// A list of customers.
pub type CustomerList = RecordList<CustomerFilter, CustomerSort, CustomerColumns>;

/// Columns of customers.
pub type CustomerColumns = Columns<Column>;

/// Columns that are read of every customer.
const ALWAYS: [Column; 2] = [Column::CustomerId, Column::ValidId];

fn column(column: Column) -> Expr {
    Expr::col((Entity, column))
}

impl DatabaseSource {
    /// The customers with these ids that exist for the viewer, in no particular order.
    pub async fn customers_by_id(
        &self,
        viewer: &Viewer,
        ids: &[String],
        columns: CustomerColumns,
    ) -> Result<Vec<Customer>> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let mut select = Query::select();
        select.from(Entity).and_where(text::is_one_of(self.store.backend(), column(Column::CustomerId), ids));
        select.cond_where(self.customer_scope(viewer));
        let columns = select_columns(&mut select, columns);
        let reference = self.store.reference().await?;
        let rows = self.store.rows(&select).await?;
        rows.iter().map(|row| self.read_customer(row, &columns, &reference)).collect()
    }

    /// The customer that one id names. Where the database takes several spellings for equal, the exact one comes first.
    pub async fn customer(&self, viewer: &Viewer, id: &str, columns: CustomerColumns) -> Result<Option<Customer>> {
        let found = self.customers_by_id(viewer, &[id.to_owned()], columns).await?;
        Ok(self.meant(found, id, |customer| &customer.customer_id))
    }

    /// A page of customers, and their number where it is wanted.
    pub async fn customers(&self, viewer: &Viewer, list: &CustomerList) -> Result<Entries<Customer>> {
        if !self.is_meant_by(list.filter.data_source.as_deref()) {
            return Ok(Entries::empty(list.wanted.total));
        }
        let reference = self.store.reference().await?;
        let condition = self.customer_condition(viewer, list, &reference)?;
        let fields = &self.store.rules().customer_search_fields;
        let candidates = self.candidates(viewer, &CUSTOMERS, fields, &list.search);
        let narrower = || condition.clone().add_option(candidates.as_ref().and_then(Candidates::condition));
        let counted = list.wanted.total.then(narrower);
        let (entries, total) = futures_util::try_join!(
            self.customer_page(list, (condition, candidates), &reference),
            self.count_customers(counted)
        )?;
        Ok(Entries { total, ..entries })
    }

    async fn customer_page(
        &self,
        list: &CustomerList,
        (condition, candidates): (Condition, Option<Candidates>),
        reference: &Reference,
    ) -> Result<Entries<Customer>> {
        if !list.wanted.items {
            return Ok(Entries::default());
        }
        let mut select = Query::select().from(Entity).take();
        let columns = select_columns(&mut select, list.wanted.columns);
        let order = self.customer_order(list.sort);
        let paged = PagedSelect { select, columns: columns.len(), order, page: &list.page };
        let read = |row: &Row| self.read_customer(row, &columns, reference);
        self.store.search_page(paged, condition, candidates, read).await
    }

    async fn count_customers(&self, counted: Option<Condition>) -> Result<Option<i64>> {
        let Some(condition) = counted else { return Ok(None) };
        self.store.count(Query::select().from(Entity).cond_where(condition).take()).await.map(Some)
    }

    fn customer_scope(&self, viewer: &Viewer) -> Condition {
        match viewer.customers() {
            CustomerScope::All => Condition::all(),
            CustomerScope::Of(ids) => {
                Condition::all().add(text::is_one_of(self.store.backend(), column(Column::CustomerId), ids))
            }
        }
    }

    fn customer_condition(&self, viewer: &Viewer, list: &CustomerList, reference: &Reference) -> Result<Condition> {
        let filter = &list.filter;
        let fields = &self.store.rules().customer_search_fields;
        let columns = fields.iter().map(|name| Expr::col((Entity, name.clone())));
        let validity = filter.validity.as_deref().unwrap_or(&[Validity::Valid]);
        let mut condition = self
            .customer_scope(viewer)
            .add(column(Column::ValidId).is_in(reference.valid_ids(validity)))
            .add_option(self.store.text_filter(column(Column::CustomerId), &filter.customer_id))
            .add_option(self.store.text_filter(column(Column::Name), &filter.name))
            .add_option(self.store.text_filter(column(Column::City), &filter.city))
            .add_option(self.store.text_filter(column(Column::Country), &filter.country))
            .add_option(self.store.time_filter(column(Column::ChangeTime), &filter.changed_at))
            .add_option(self.store.search(&CUSTOMERS, fields, &list.search, columns));
        if let Some(view) = filter.has_tickets {
            let mut tickets = Query::select();
            tickets
                .expr(Expr::cust("1"))
                .from(ticket::Entity)
                .cond_where(self.store.readable_tickets(viewer, view, reference));
            let (backend, ticket_customer) =
                (self.store.backend(), Expr::col((ticket::Entity, ticket::Column::CustomerId)));
            tickets.and_where(
                text::folded(backend, ticket_customer).eq(text::folded(backend, column(Column::CustomerId))),
            );
            condition = condition.add(Expr::exists(tickets));
        }
        Ok(condition)
    }

    pub(super) fn customer_order(&self, (sort, descending): (CustomerSort, bool)) -> SortOrder {
        let folded = |text: Expr| text::folded(self.store.backend(), text::caseless(self.store.backend(), text));
        let text = |name| folded(column(name));
        let or_empty = |name| folded(Func::coalesce([column(name), Expr::cust("''")]).into());
        let mut keys = match sort {
            CustomerSort::CustomerId => vec![(text(Column::CustomerId), KeyType::Text)],
            CustomerSort::Name => vec![(text(Column::Name), KeyType::Text)],
            CustomerSort::City => vec![(or_empty(Column::City), KeyType::Text)],
            CustomerSort::Country => vec![(or_empty(Column::Country), KeyType::Text)],
            CustomerSort::CreatedAt => vec![(column(Column::CreateTime), KeyType::Time)],
            CustomerSort::ChangedAt => vec![(column(Column::ChangeTime), KeyType::Time)],
        };
        keys.push((column(Column::CustomerId), KeyType::Text));
        SortOrder { name: format!("customer.{sort:?}"), descending, keys }
    }

    pub(super) fn read_customer(&self, row: &Row, columns: &[Column], reference: &Reference) -> Result<Customer> {
        let mut customer = Customer::default();
        for (at, column) in columns.iter().enumerate() {
            match column {
                Column::CustomerId => customer.customer_id = row.at(at)?,
                Column::Name => customer.name = row.at(at)?,
                Column::Street => customer.street = row.text(at)?,
                Column::Zip => customer.zip = row.text(at)?,
                Column::City => customer.city = row.text(at)?,
                Column::Country => customer.country = row.text(at)?,
                Column::Url => customer.url = row.text(at)?,
                Column::Comments => customer.comment = row.text(at)?,
                Column::ValidId => customer.validity = reference.validity(row.at(at)?),
                Column::CreateTime => customer.created_at = self.store.utc(row.at(at)?),
                Column::CreateBy => customer.created_by = Some(row.at(at)?),
                Column::ChangeTime => customer.changed_at = self.store.utc(row.at(at)?),
                Column::ChangeBy => customer.changed_by = Some(row.at(at)?),
            }
        }
        if Columns::of(columns).is_all() {
            customer.version = self.store.fingerprint(&customer);
        }
        Ok(customer)
    }
}

pub(super) fn select_columns(select: &mut SelectStatement, columns: CustomerColumns) -> Vec<Column> {
    let columns = columns.union(Columns::of(&ALWAYS)).list();
    select.columns(columns.iter().map(|column| (Entity, *column)));
    columns
}
