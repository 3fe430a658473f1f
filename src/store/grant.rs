//! What is stored about groups: the grants of customer users, of customers and of agents, and additional customers.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use sea_orm::sea_query::{Condition, Expr, ExprTrait, JoinType, Query, SelectStatement, UnionType};

use crate::domain::permission::{CustomerGrant, Grant, HeldByCustomer, Holder, customer_ids};
use crate::entity::{
    customer_user as person, customer_user_customer as assignment, group_customer as of_customer,
    group_customer_user as of_person,
};
use crate::error::Result;

use super::{Row, Store, text};

/// How the context of a customer's own tickets is stored.
pub const SAME_CUSTOMER: &str = "Ticket::CustomerID::Same";
/// How the context of other customers' tickets is stored.
pub const OTHER_CUSTOMERS: &str = "Ticket::CustomerID::Other";

/// What [`Store::holders`] found for one login.
#[derive(Clone, Debug, Default)]
pub struct StoredPermissions {
    /// The person's record: login as stored, and `valid_id`. `None` where there is none.
    pub record: Option<(String, i16)>,
    /// Grants of the person and, in the context of their own tickets, of the person's customers.
    pub holder: Holder,
    /// Grants of the person's customers for tickets of other customers.
    pub other_context: Vec<CustomerGrant>,
    /// The source that keeps the person; `None` for the main database.
    pub source: Option<Arc<str>>,
    /// Additional customers, sorted by id.
    additional: Vec<String>,
}

/// Who a login is, as a source besides the main database says it.
#[derive(Clone, Debug)]
pub struct Owner {
    /// The login in the source's spelling.
    pub login: String,
    /// The own customer; may be empty.
    pub customer_id: String,
    /// The number of the validity.
    pub valid_id: i16,
    /// The name of the source.
    pub source: Arc<str>,
}

impl StoredPermissions {
    /// Own and additional customers.
    pub fn customer_ids(&self) -> Vec<String> {
        self.holder.customers.iter().map(|customer| customer.customer_id.clone()).collect()
    }
}

/// A record of a customer user, as far as permissions are concerned.
struct Person {
    login: String,
    customer_id: String,
    valid_id: i16,
}

/// The rows behind effective permissions, as one statement yields them.
#[derive(Default)]
struct Gathered {
    people: HashMap<String, Vec<Person>>,
    additional: HashMap<String, Vec<String>>,
    direct: HashMap<String, Vec<Grant>>,
    same: HashMap<String, Vec<Grant>>,
    other: HashMap<String, Vec<Grant>>,
}

impl Store {
    /// What is stored for these logins, in one statement whatever their number. A login that has no record gets what is stored under its name.
    pub async fn holders(&self, logins: &[String]) -> Result<HashMap<String, StoredPermissions>> {
        if logins.is_empty() {
            return Ok(HashMap::new());
        }
        let mut gathered = Gathered::default();
        for row in self.rows(&self.select_holders(logins)).await? {
            self.gather(&row, &mut gathered)?;
        }
        Ok(logins.iter().map(|login| (login.clone(), gathered.stored_for(self, login))).collect())
    }

    /// The same permissions for logins that belong to people of other sources, found by [`Store::parent_key`]: they have what is stored under
    /// their login, and what their customers hold. One more statement where there are any.
    pub async fn with_owners(
        &self,
        mut stored: HashMap<String, StoredPermissions>,
        owners: &HashMap<String, Owner>,
    ) -> Result<HashMap<String, StoredPermissions>> {
        let mut owned: Vec<(&Owner, &mut StoredPermissions)> = stored
            .iter_mut()
            .filter_map(|(login, stored)| Some((owners.get(&self.parent_key(login))?, stored)))
            .collect();
        let ids = owned.iter().flat_map(|(owner, stored)| customer_ids(&owner.customer_id, &stored.additional));
        let ids: BTreeSet<String> = ids.collect();
        let gathered = self.grants_of(&ids.into_iter().collect::<Vec<_>>()).await?;
        for (owner, stored) in &mut owned {
            let ids = customer_ids(&owner.customer_id, &stored.additional);
            stored.record = Some((owner.login.clone(), owner.valid_id));
            stored.source = Some(Arc::clone(&owner.source));
            stored.other_context = gathered.of_other_customers(self, &ids);
            stored.holder.customers = gathered.held_by(self, ids);
        }
        Ok(stored)
    }

    /// What is stored for these customers in the context of their own tickets, in the order of `ids`.
    pub async fn customer_holders(&self, ids: &[String]) -> Result<Vec<HeldByCustomer>> {
        Ok(self.grants_of(ids).await?.held_by(self, ids.to_vec()))
    }

    /// The grants of these customers in both contexts.
    async fn grants_of(&self, ids: &[String]) -> Result<Gathered> {
        let mut gathered = Gathered::default();
        for some in ids.chunks(self.names_at_once()) {
            let column = Expr::col((of_customer::Entity, of_customer::Column::CustomerId));
            let among = text::is_one_of(self.backend(), column, some);
            for row in self.rows(self.select_customer_grants().and_where(among)).await? {
                self.gather(&row, &mut gathered)?;
            }
        }
        Ok(gathered)
    }

    /// The customers that hold something in these groups in the context of their own tickets.
    pub async fn customers_holding(&self, group_ids: &[i32]) -> Result<Vec<CustomerGrant>> {
        if group_ids.is_empty() {
            return Ok(Vec::new());
        }
        let column = |column| Expr::col((of_customer::Entity, column));
        let mut select = Query::select();
        select.columns(
            [of_customer::Column::CustomerId, of_customer::Column::PermissionKey]
                .map(|column| (of_customer::Entity, column)),
        );
        select.column((of_customer::Entity, of_customer::Column::GroupId)).from(of_customer::Entity);
        select.and_where(column(of_customer::Column::GroupId).is_in(text::padded(group_ids.iter().copied())));
        select.and_where(column(of_customer::Column::PermissionContext).eq(SAME_CUSTOMER));
        select.and_where(column(of_customer::Column::PermissionValue).eq(1));
        let keys = &self.rules().permission.keys;
        let read = |row: &Row| {
            let grant = Grant { group_id: row.at(2)?, keys: keys.granted_by(&row.at::<String>(1)?) };
            Ok(CustomerGrant { customer_id: row.at(0)?, grant })
        };
        self.rows(&select).await?.iter().map(read).collect()
    }

    /// The additional customers of these people, by [`Store::parent_key`] of the login, sorted by id.
    pub async fn additional_customers(&self, logins: &[String]) -> Result<HashMap<String, Vec<String>>> {
        let mut gathered = Gathered::default();
        for row in self.rows(&self.select_assignments(logins)).await? {
            self.gather(&row, &mut gathered)?;
        }
        gathered.additional.values_mut().for_each(|ids| ids.sort());
        Ok(gathered.additional)
    }

    /// One row for the own customer, each additional customer, each direct grant and each grant of one of these customers: a kind,
    /// a login or customer id, and what it says.
    fn select_holders(&self, logins: &[String]) -> SelectStatement {
        let backend = self.backend();
        let column = |column| Expr::col((person::Entity, column));
        let mut own = Query::select();
        own.expr(Expr::cust("0"))
            .column((person::Entity, person::Column::Login))
            .column((person::Entity, person::Column::CustomerId));
        own.expr(column(person::Column::ValidId).cast_as(self.integer_type())).from(person::Entity);
        own.and_where(text::is_one_of(backend, column(person::Column::Login), logins));

        let granted = |column| Expr::col((of_person::Entity, column));
        let mut direct = Query::select();
        direct.expr(Expr::cust("2")).column((of_person::Entity, of_person::Column::UserId));
        direct
            .column((of_person::Entity, of_person::Column::PermissionKey))
            .column((of_person::Entity, of_person::Column::GroupId));
        direct.from(of_person::Entity).and_where(text::is_one_of(backend, granted(of_person::Column::UserId), logins));
        direct.and_where(granted(of_person::Column::PermissionValue).eq(1));

        let mut all = own;
        all.union(UnionType::All, self.select_assignments(logins));
        all.union(UnionType::All, direct);
        // Joined, because MariaDB would look for the customer of every row in a union.
        let customer = text::folded(backend, Expr::col((of_customer::Entity, of_customer::Column::CustomerId)));
        let mut of_customers = self.select_customer_grants();
        let is_theirs = Condition::all().add(customer.eq(Expr::col(("theirs", "customer_id"))));
        of_customers.join_subquery(JoinType::InnerJoin, self.select_customers_of(logins), "theirs", is_theirs);
        all.union(UnionType::All, of_customers);
        all
    }

    fn select_assignments(&self, logins: &[String]) -> SelectStatement {
        let mut select = Query::select();
        select
            .expr(Expr::cust("1"))
            .column((assignment::Entity, assignment::Column::UserId))
            .column((assignment::Entity, assignment::Column::CustomerId));
        select.expr(Expr::cust("0")).from(assignment::Entity);
        select.and_where(text::is_one_of(
            self.backend(),
            Expr::col((assignment::Entity, assignment::Column::UserId)),
            logins,
        ));
        select
    }

    /// Kind 3 for the context of own tickets, 4 for that of other customers'.
    fn select_customer_grants(&self) -> SelectStatement {
        let column = |column| Expr::col((of_customer::Entity, column));
        let same = column(of_customer::Column::PermissionContext).eq(SAME_CUSTOMER);
        let mut select = Query::select();
        select.expr(Expr::case(same, Expr::cust("3")).finally(Expr::cust("4")));
        select
            .column((of_customer::Entity, of_customer::Column::CustomerId))
            .column((of_customer::Entity, of_customer::Column::PermissionKey));
        select.column((of_customer::Entity, of_customer::Column::GroupId)).from(of_customer::Entity);
        select.and_where(column(of_customer::Column::PermissionContext).is_in([SAME_CUSTOMER, OTHER_CUSTOMERS]));
        select.and_where(column(of_customer::Column::PermissionValue).eq(1));
        select
    }

    /// Own and additional customers, each once, such that they can be compared.
    fn select_customers_of(&self, logins: &[String]) -> SelectStatement {
        let backend = self.backend();
        let mut own = Query::select();
        let customer = text::folded(backend, Expr::col((person::Entity, person::Column::CustomerId)));
        own.expr_as(customer, "customer_id").from(person::Entity);
        own.and_where(text::is_one_of(backend, Expr::col((person::Entity, person::Column::Login)), logins));
        let mut additional = Query::select();
        additional
            .expr(text::folded(backend, Expr::col((assignment::Entity, assignment::Column::CustomerId))))
            .from(assignment::Entity);
        additional.and_where(text::is_one_of(
            backend,
            Expr::col((assignment::Entity, assignment::Column::UserId)),
            logins,
        ));
        own.union(UnionType::Distinct, additional).take()
    }

    fn gather(&self, row: &Row, gathered: &mut Gathered) -> Result<()> {
        let (kind, name, what): (i32, String, String) = (row.at(0)?, row.at(1)?, row.at(2)?);
        let holder = self.parent_key(&name);
        let grant = || {
            Ok::<_, crate::error::Error>(Grant {
                group_id: row.at(3)?,
                keys: self.rules().permission.keys.granted_by(&what),
            })
        };
        match kind {
            0 => {
                let person = Person { login: name, customer_id: what.clone(), valid_id: row.at::<i32>(3)? as i16 };
                gathered.people.entry(holder).or_default().push(person);
            }
            1 => gathered.additional.entry(holder).or_default().push(what),
            2 => gathered.direct.entry(holder).or_default().push(grant()?),
            3 => gathered.same.entry(holder).or_default().push(grant()?),
            _ => gathered.other.entry(holder).or_default().push(grant()?),
        }
        Ok(())
    }
}

impl Gathered {
    /// Rows are handed out by what the database takes for equal, else a customer that it found for someone would count for nobody.
    fn stored_for(&self, store: &Store, asked: &str) -> StoredPermissions {
        let login = &store.parent_key(asked);
        // Where the database keeps logins apart that differ in case only, the exact one is meant.
        let person = self.people.get(login).and_then(|all| all.iter().max_by_key(|person| person.login == asked));
        let mut additional = self.additional.get(login).cloned().unwrap_or_default();
        additional.sort();
        let own = person.map_or("", |person| &person.customer_id);
        let ids = customer_ids(own, &additional);
        StoredPermissions {
            record: person.map(|person| (person.login.clone(), person.valid_id)),
            other_context: self.of_other_customers(store, &ids),
            holder: Holder {
                direct: self.direct.get(login).cloned().unwrap_or_default(),
                customers: self.held_by(store, ids),
            },
            source: None,
            additional,
        }
    }

    /// What these customers hold in the context of their own tickets.
    fn held_by(&self, store: &Store, ids: Vec<String>) -> Vec<HeldByCustomer> {
        let grants = |id: &str| self.same.get(&store.parent_key(id)).cloned().unwrap_or_default();
        ids.into_iter().map(|id| HeldByCustomer { grants: grants(&id), customer_id: id }).collect()
    }

    /// What these customers hold in the context of other customers' tickets.
    fn of_other_customers(&self, store: &Store, ids: &[String]) -> Vec<CustomerGrant> {
        let grants = |id: &str| self.other.get(&store.parent_key(id)).cloned().unwrap_or_default();
        ids.iter()
            .flat_map(|id| grants(id).into_iter().map(|grant| CustomerGrant { customer_id: id.clone(), grant }))
            .collect()
    }
}
