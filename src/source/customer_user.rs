//! Customer users in the database.

use std::collections::HashMap;
use std::str::FromStr;

use migration::search::CUSTOMER_USERS;
use sea_orm::DbBackend;
use sea_orm::sea_query::{Condition, Expr, ExprTrait, Query, SelectStatement, UnionType};

use crate::domain::access::{Access, Action, may};
use crate::domain::customer_user::CustomerUser;
use crate::domain::filter::CustomerUserFilter;
use crate::domain::validity::Validity;
use crate::domain::viewer::{CustomerScope, Viewer};
use crate::entity::customer_user::{Column, Entity};
use crate::entity::{customer_user_customer as assignment, ticket};
use crate::error::Result;
use crate::store::column::{Columns, Positioned};
use crate::store::page::{Entries, KeyType, Page, PagedSelect, SortOrder};
use crate::store::reference::Reference;
use crate::store::search_index::Candidates;
use crate::store::{Row, text};

use super::DatabaseSource;
use super::listing::RecordList;

/// What customer users can be sorted by; the number of the record breaks ties.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CustomerUserSort {
    /// The login.
    Login,
    /// The first name.
    FirstName,
    /// The last name.
    LastName,
    /// The e-mail address.
    Email,
    /// The own customer's id.
    CustomerId,
    /// When the record was made.
    CreatedAt,
    /// When it was last changed.
    ChangedAt,
}

/// A list of customer users.
pub type CustomerUserList = RecordList<CustomerUserFilter, CustomerUserSort, CustomerUserColumns>;

/// Columns of customer users.
pub type CustomerUserColumns = Columns<Column>;

/// What a customer user may read of nobody else, as places in the table.
const CONTACT: [u32; 8] = [
    Column::Email as u32,
    Column::Phone as u32,
    Column::Fax as u32,
    Column::Mobile as u32,
    Column::Street as u32,
    Column::Zip as u32,
    Column::City as u32,
    Column::Country as u32,
];

/// The customer in a select of its members.
const PARENT: (&str, &str) = ("member", "parent");

/// Columns that are read of every customer user.
const ALWAYS: [Column; 3] = [Column::Login, Column::CustomerId, Column::ValidId];

fn column(column: Column) -> Expr {
    Expr::col((Entity, column))
}

impl DatabaseSource {
    /// The customer users with these logins that exist for the viewer, in no particular order.
    pub async fn customer_users_by_login(
        &self,
        viewer: &Viewer,
        logins: &[String],
        columns: CustomerUserColumns,
    ) -> Result<Vec<CustomerUser>> {
        if logins.is_empty() {
            return Ok(Vec::new());
        }
        let mut select = Query::select();
        select.from(Entity).and_where(text::is_one_of(self.store.backend(), column(Column::Login), logins));
        select.cond_where(self.people_scope(viewer));
        let columns = select_columns(&mut select, columns);
        let reference = self.store.reference().await?;
        let rows = self.store.rows(&select).await?;
        rows.iter().map(|row| self.read_customer_user(viewer, (row, 0), &columns, &reference)).collect()
    }

    /// The customer user that one login names. Where the database takes several spellings for equal, the exact one comes first.
    pub async fn customer_user(
        &self,
        viewer: &Viewer,
        login: &str,
        columns: CustomerUserColumns,
    ) -> Result<Option<CustomerUser>> {
        let found = self.customer_users_by_login(viewer, &[login.to_owned()], columns).await?;
        Ok(self.meant(found, login, |person| &person.login))
    }

    /// A page of customer users, and their number where it is wanted.
    pub async fn customer_users(&self, viewer: &Viewer, list: &CustomerUserList) -> Result<Entries<CustomerUser>> {
        if !self.is_meant_by(list.filter.data_source.as_deref()) {
            return Ok(Entries::empty(list.wanted.total));
        }
        let reference = self.store.reference().await?;
        let condition = self.people_condition(viewer, list, &reference);
        let fields = &self.store.rules().customer_user_search_fields;
        // MariaDB's index does not narrow the rows, as other conditions may.
        let is_alone = || CustomerUserFilter { validity: None, ..list.filter.clone() } == CustomerUserFilter::default();
        let candidates = self
            .candidates(viewer, &CUSTOMER_USERS, fields, &list.search)
            .filter(|_| self.store.backend() != DbBackend::MySql || is_alone());
        let narrower = || condition.clone().add_option(candidates.as_ref().and_then(Candidates::condition));
        let counted = list.wanted.total.then(narrower);
        let (entries, total) = futures_util::try_join!(
            self.people_page(viewer, list, (condition, candidates), &reference),
            self.count_people(counted)
        )?;
        Ok(Entries { total, ..entries })
    }

    async fn people_page(
        &self,
        viewer: &Viewer,
        list: &CustomerUserList,
        (condition, candidates): (Condition, Option<Candidates>),
        reference: &Reference,
    ) -> Result<Entries<CustomerUser>> {
        if !list.wanted.items {
            return Ok(Entries::default());
        }
        let mut select = Query::select().from(Entity).take();
        let columns = select_columns(&mut select, list.wanted.columns);
        let order = self.people_order(viewer, list.sort);
        let paged = PagedSelect { select, columns: columns.len(), order, page: &list.page };
        let read = |row: &Row| self.read_customer_user(viewer, (row, 0), &columns, reference);
        self.store.search_page(paged, condition, candidates, read).await
    }

    async fn count_people(&self, counted: Option<Condition>) -> Result<Option<i64>> {
        let Some(condition) = counted else { return Ok(None) };
        self.store.count(Query::select().from(Entity).cond_where(condition).take()).await.map(Some)
    }

    /// Pages of the people of several customers: those whose own customer it is and those it is assigned to in addition. The answer is in
    /// the order of `customer_ids`.
    pub async fn people_of(
        &self,
        viewer: &Viewer,
        customer_ids: &[String],
        list: &CustomerUserList,
    ) -> Result<Vec<Entries<CustomerUser>>> {
        if !self.is_meant_by(list.filter.data_source.as_deref()) {
            let none = Entries::empty(list.wanted.total);
            return Ok(vec![none; customer_ids.len()]);
        }
        let reference = self.store.reference().await?;
        let condition = self.people_condition(viewer, list, &reference);
        let counted = list.wanted.total.then(|| condition.clone());
        let (pages, totals) = futures_util::try_join!(
            self.pages_of(viewer, customer_ids, list, condition, &reference),
            self.counts_of(customer_ids, counted)
        )?;
        let mut answer = Vec::with_capacity(customer_ids.len());
        for id in customer_ids {
            let id = self.store.parent_key(id);
            let total = list.wanted.total.then(|| totals.get(&id).copied().unwrap_or(0));
            answer.push(Entries { total, ..pages.get(&id).cloned().unwrap_or_default() });
        }
        Ok(answer)
    }

    async fn pages_of(
        &self,
        viewer: &Viewer,
        customer_ids: &[String],
        list: &CustomerUserList,
        condition: Condition,
        reference: &Reference,
    ) -> Result<HashMap<String, Entries<CustomerUser>>> {
        if !list.wanted.items {
            return Ok(HashMap::new());
        }
        let order = self.people_order(viewer, list.sort);
        let (own, additional) = match customer_ids {
            [customer_id] => {
                let first = |is_member: Expr| {
                    let mut people = Query::select();
                    people.expr_as(Expr::val(customer_id), "parent").expr_as(column(Column::Id), "person").from(Entity);
                    first_people(people.cond_where(condition.clone()).and_where(is_member).take(), &order, &list.page)
                };
                (first(self.is_own(customer_ids))?, first(self.is_additional(customer_ids))?)
            }
            _ => (
                self.select_own_people(customer_ids).cond_where(condition.clone()).take(),
                self.select_additional_people(customer_ids).cond_where(condition).take(),
            ),
        };
        let mut select = select_members(own, additional);
        let columns = select_columns(select.column(PARENT), list.wanted.columns);
        let paged = PagedSelect { select, columns: columns.len() + 1, order, page: &list.page };
        let read = |row: &Row| {
            Ok((
                self.store.parent_key(&row.at::<String>(0)?),
                self.read_customer_user(viewer, (row, 1), &columns, reference)?,
            ))
        };
        self.store.pages(paged, (Expr::col(PARENT), customer_ids.len()), read).await
    }

    async fn counts_of(&self, customer_ids: &[String], counted: Option<Condition>) -> Result<HashMap<String, i64>> {
        let Some(condition) = counted else { return Ok(HashMap::new()) };
        let mut members = self.select_own_people(customer_ids).cond_where(condition.clone()).take();
        members.union(UnionType::Distinct, self.select_additional_people(customer_ids).cond_where(condition).take());
        let select = Query::select().from_subquery(members, "member").take();
        self.store.counts(select, Expr::col(PARENT), |row| Ok(self.store.parent_key(&row.at::<String>(0)?))).await
    }

    /// Whether one of these is the person's own customer.
    fn is_own(&self, customer_ids: &[String]) -> Expr {
        text::is_one_of(self.store.backend(), column(Column::CustomerId), customer_ids)
    }

    /// Whether the person is assigned to one of these in addition, however often.
    fn is_additional(&self, customer_ids: &[String]) -> Expr {
        let (backend, assigned) = (self.store.backend(), |column| Expr::col((assignment::Entity, column)));
        let mut logins = Query::select();
        logins.expr(text::folded(backend, assigned(assignment::Column::UserId))).from(assignment::Entity);
        logins.and_where(text::is_one_of(backend, assigned(assignment::Column::CustomerId), customer_ids));
        text::is_in_select(backend, column(Column::Login), logins)
    }

    /// Selects a customer and the record's number of each person whose own customer it is.
    fn select_own_people(&self, customer_ids: &[String]) -> SelectStatement {
        let backend = self.store.backend();
        let mut own = Query::select();
        own.expr_as(text::folded(backend, column(Column::CustomerId)), "parent").expr_as(column(Column::Id), "person");
        own.from(Entity).and_where(self.is_own(customer_ids));
        own
    }

    /// Selects a customer and the record's number of each person it is assigned to in addition.
    fn select_additional_people(&self, customer_ids: &[String]) -> SelectStatement {
        let (backend, assigned) = (self.store.backend(), |column| Expr::col((assignment::Entity, column)));
        let login = text::folded(backend, column(Column::Login));
        let mut additional = Query::select();
        additional
            .expr_as(text::folded(backend, assigned(assignment::Column::CustomerId)), "parent")
            .expr_as(column(Column::Id), "person")
            .from(assignment::Entity)
            .inner_join(Entity, login.eq(text::folded(backend, assigned(assignment::Column::UserId))))
            .and_where(text::is_one_of(backend, assigned(assignment::Column::CustomerId), customer_ids));
        additional
    }

    pub(super) fn people_scope(&self, viewer: &Viewer) -> Condition {
        match viewer.customers() {
            CustomerScope::All => Condition::all(),
            CustomerScope::Of(ids) => Condition::any()
                .add(text::is_one_of(self.store.backend(), column(Column::Login), &[viewer.login()]))
                .add(self.is_own(ids))
                .add(self.is_additional(ids)),
        }
    }

    /// A column as far as the viewer may read it: for customer users the contact data of others are empty, also to filters, searches and orders.
    fn visible(&self, viewer: &Viewer, name: Column) -> Expr {
        if !viewer.is_customer_user() || !CONTACT.contains(&name.position()) {
            return column(name);
        }
        let is_own = text::is_one_of(self.store.backend(), column(Column::Login), &[viewer.login()]);
        Expr::case(is_own, column(name)).finally(Expr::cust("''")).into()
    }

    fn people_condition(&self, viewer: &Viewer, list: &CustomerUserList, reference: &Reference) -> Condition {
        let filter = &list.filter;
        let fields = &self.store.rules().customer_user_search_fields;
        let columns = fields.iter().filter_map(|name| Some(self.visible(viewer, Column::from_str(name).ok()?)));
        let validity = filter.validity.as_deref().unwrap_or(&[Validity::Valid]);
        let condition = Condition::all()
            .add(self.people_scope(viewer))
            .add(column(Column::ValidId).is_in(reference.valid_ids(validity)))
            .add_option(self.store.text_filter(column(Column::Login), &filter.login))
            .add_option(self.store.text_filter(self.visible(viewer, Column::Email), &filter.email))
            .add_option(self.store.text_filter(column(Column::FirstName), &filter.first_name))
            .add_option(self.store.text_filter(column(Column::LastName), &filter.last_name))
            .add_option(self.store.text_filter(column(Column::CustomerId), &filter.customer_id))
            .add_option(self.store.text_filter(self.visible(viewer, Column::City), &filter.city))
            .add_option(self.store.text_filter(self.visible(viewer, Column::Country), &filter.country))
            .add_option(self.store.time_filter(column(Column::ChangeTime), &filter.changed_at))
            .add_option(self.store.search(&CUSTOMER_USERS, fields, &list.search, columns));
        let Some(view) = filter.has_tickets else { return condition };
        let mut tickets = Query::select();
        tickets
            .expr(Expr::cust("1"))
            .from(ticket::Entity)
            .cond_where(self.store.readable_tickets(viewer, view, reference));
        let (backend, ticket_login) =
            (self.store.backend(), Expr::col((ticket::Entity, ticket::Column::CustomerUserId)));
        tickets.and_where(text::folded(backend, ticket_login).eq(text::folded(backend, column(Column::Login))));
        condition.add(Expr::exists(tickets))
    }

    pub(super) fn people_order(&self, viewer: &Viewer, (sort, descending): (CustomerUserSort, bool)) -> SortOrder {
        let backend = self.store.backend();
        let text = |name| (text::folded(backend, text::caseless(backend, self.visible(viewer, name))), KeyType::Text);
        let first = match sort {
            CustomerUserSort::Login => text(Column::Login),
            CustomerUserSort::FirstName => text(Column::FirstName),
            CustomerUserSort::LastName => text(Column::LastName),
            CustomerUserSort::Email => text(Column::Email),
            CustomerUserSort::CustomerId => text(Column::CustomerId),
            CustomerUserSort::CreatedAt => (column(Column::CreateTime), KeyType::Time),
            CustomerUserSort::ChangedAt => (column(Column::ChangeTime), KeyType::Time),
        };
        SortOrder {
            name: format!("customer_user.{sort:?}"),
            descending,
            keys: vec![first, (column(Column::Id), KeyType::Int32)],
        }
    }

    pub(super) fn read_customer_user(
        &self,
        viewer: &Viewer,
        (row, from): (&Row, usize),
        columns: &[Column],
        reference: &Reference,
    ) -> Result<CustomerUser> {
        let mut person = CustomerUser::default();
        let mut hidden = (None::<i32>, None::<String>);
        for (at, column) in (from..).zip(columns) {
            match column {
                Column::Id => hidden.0 = row.at(at)?,
                Column::Login => person.login = row.at(at)?,
                Column::Email => person.email = row.at(at)?,
                Column::CustomerId => person.customer_id = row.at(at)?,
                Column::Pw => hidden.1 = row.at(at)?,
                Column::Title => person.title = row.text(at)?,
                Column::FirstName => person.first_name = row.at(at)?,
                Column::LastName => person.last_name = row.at(at)?,
                Column::Phone => person.phone = row.text(at)?,
                Column::Fax => person.fax = row.text(at)?,
                Column::Mobile => person.mobile = row.text(at)?,
                Column::Street => person.street = row.text(at)?,
                Column::Zip => person.zip = row.text(at)?,
                Column::City => person.city = row.text(at)?,
                Column::Country => person.country = row.text(at)?,
                Column::Comments => person.comment = row.text(at)?,
                Column::ValidId => person.validity = reference.validity(row.at(at)?),
                Column::CreateTime => person.created_at = self.store.utc(row.at(at)?),
                Column::CreateBy => person.created_by = Some(row.at(at)?),
                Column::ChangeTime => person.changed_at = self.store.utc(row.at(at)?),
                Column::ChangeBy => person.changed_by = Some(row.at(at)?),
            }
        }
        if Columns::of(columns).is_all() {
            person.version = self.store.fingerprint(&(&person, &hidden));
        }
        match may(Some(viewer), Action::ReadContactOf(&person.login)) {
            Access::Allowed => Ok(person),
            Access::Hidden | Access::Forbidden => Ok(person.without_contact()),
        }
    }
}

/// Selects nothing yet from `member.parent`, the customer, joined with its people, each once.
fn select_members(own: SelectStatement, additional: SelectStatement) -> SelectStatement {
    let mut members = own;
    members.union(UnionType::Distinct, additional);
    let mut select = Query::select();
    select.from_subquery(members, "member");
    select.inner_join(Entity, column(Column::Id).equals(("member", "person"))).take()
}

/// Those of the people of one customer that a page can have: they are read in the page's order as far as it goes, however many there are.
fn first_people(people: SelectStatement, order: &SortOrder, page: &Page) -> Result<SelectStatement> {
    let paged = PagedSelect { select: people, columns: 2, order: order.clone(), page };
    Ok(Query::select().columns(["parent", "person"]).from_subquery(paged.statement()?, "first").take())
}

pub(super) fn select_columns(select: &mut SelectStatement, columns: CustomerUserColumns) -> Vec<Column> {
    let columns = columns.union(Columns::of(&ALWAYS)).list();
    select.columns(columns.iter().map(|column| (Entity, *column)));
    columns
}
