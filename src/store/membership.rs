//! Groups seen from both sides: what is stored for a customer or a person, and who is in a group, as stored or in effect.

use std::collections::{BTreeMap, HashMap};

use sea_orm::sea_query::{Condition, Expr, ExprTrait, Query, SelectStatement, UnionType};

use crate::domain::permission_key::READ_WRITE;
use crate::domain::validity::Validity;
use crate::entity::{
    customer_company as company, customer_user as person, customer_user_customer as assignment,
    group_customer as of_customer, group_customer_user as of_person,
};
use crate::error::Result;

use super::grant::SAME_CUSTOMER;
use super::page::{Entries, KeyType, Page, PagedSelect, SortOrder};
use super::reference::Reference;
use super::{Row, Store, text};

/// What is stored for one customer or person on one group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredMembership {
    /// The group.
    pub group_id: i32,
    /// The context as stored; empty for a person.
    pub context: String,
    /// The keys as stored, in the order of the settings.
    pub keys: Vec<String>,
}

/// A customer or person in a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Customer id or login, as the record spells it.
    pub key: String,
    /// The context as stored; empty for a person.
    pub context: String,
}

/// A list of the customers or people of groups.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct MemberList {
    /// Only those who hold this key, by itself or by `rw`.
    pub permission: Option<String>,
    /// Only customers in this context, as stored.
    pub context: Option<String>,
    /// Whether people count who hold the permission by any way, not only by a row of their own.
    pub effective: bool,
    /// Which part.
    pub page: Page,
    /// Whether the entries are asked for.
    pub items: bool,
    /// Whether their number is asked for.
    pub total: bool,
}

/// Members of groups, by group.
type Pages = HashMap<i32, Entries<Member>>;

impl Store {
    /// What is stored for these customers, by folded id, sorted by group and context.
    pub async fn customer_memberships(&self, ids: &[String]) -> Result<HashMap<String, Vec<StoredMembership>>> {
        let among = text::is_one_of(self.backend(), Expr::col(of_customer::Column::CustomerId), ids);
        self.memberships(self.select_customer_rows().and_where(among)).await
    }

    /// What is stored for these people, by folded login, sorted by group.
    pub async fn person_memberships(&self, logins: &[String]) -> Result<HashMap<String, Vec<StoredMembership>>> {
        let among = text::is_one_of(self.backend(), Expr::col(of_person::Column::UserId), logins);
        self.memberships(self.select_person_rows().and_where(among)).await
    }

    /// Holder, context, group and key of every stored grant of a customer.
    fn select_customer_rows(&self) -> SelectStatement {
        let mut select = Query::select();
        select.columns([of_customer::Column::CustomerId, of_customer::Column::PermissionContext]);
        select
            .columns([of_customer::Column::GroupId])
            .column(of_customer::Column::PermissionKey)
            .from(of_customer::Entity);
        select.and_where(Expr::col(of_customer::Column::PermissionValue).eq(1)).take()
    }

    fn select_person_rows(&self) -> SelectStatement {
        let mut select = Query::select();
        select.column(of_person::Column::UserId).expr(Expr::cust("''"));
        select.columns([of_person::Column::GroupId]).column(of_person::Column::PermissionKey).from(of_person::Entity);
        select.and_where(Expr::col(of_person::Column::PermissionValue).eq(1)).take()
    }

    async fn memberships(&self, select: &SelectStatement) -> Result<HashMap<String, Vec<StoredMembership>>> {
        let mut found: BTreeMap<(String, i32, String), Vec<String>> = BTreeMap::new();
        for row in self.rows(select).await? {
            let holder = self.parent_key(&row.at::<String>(0)?);
            found.entry((holder, row.at(2)?, row.at(1)?)).or_default().push(row.at(3)?);
        }
        let mut answer: HashMap<String, Vec<StoredMembership>> = HashMap::new();
        for ((holder, group_id, context), keys) in found {
            answer.entry(holder).or_default().push(StoredMembership {
                group_id,
                context,
                keys: self.in_configured_order(keys),
            });
        }
        Ok(answer)
    }

    fn in_configured_order(&self, mut keys: Vec<String>) -> Vec<String> {
        let names = self.rules().permission.keys.names();
        keys.sort_by_key(|key| (names.iter().position(|name| name == key).unwrap_or(names.len()), key.clone()));
        keys.dedup();
        keys
    }

    /// The customers with a stored permission on these groups, paged by id and context.
    pub async fn customers_of_groups(&self, group_ids: &[i32], list: &MemberList) -> Result<Pages> {
        let backend = self.backend();
        let mut pairs = Query::select();
        pairs.distinct().expr_as(Expr::col(of_customer::Column::GroupId), "parent");
        pairs.expr_as(text::folded(backend, Expr::col(of_customer::Column::CustomerId)), "holder");
        pairs.expr_as(Expr::col(of_customer::Column::PermissionContext), "context").from(of_customer::Entity);
        pairs.and_where(Expr::col(of_customer::Column::GroupId).is_in(text::padded(group_ids.iter().copied())));
        pairs.and_where(Expr::col(of_customer::Column::PermissionValue).eq(1));
        pairs.and_where_option(
            list.context.as_ref().map(|context| Expr::col(of_customer::Column::PermissionContext).eq(context.as_str())),
        );
        pairs.and_where_option(self.holds(of_customer::Column::PermissionKey, list));

        let id = || Expr::col((company::Entity, company::Column::CustomerId));
        let mut select = Query::select();
        select
            .expr_as(Expr::col(("pair", "parent")), "parent")
            .expr_as(id(), "record")
            .expr_as(Expr::col(("pair", "context")), "context");
        select
            .from_subquery(pairs, "pair")
            .inner_join(company::Entity, text::folded(backend, id()).eq(Expr::col(("pair", "holder"))));
        let keys = vec![(text::folded(backend, id()), KeyType::Text), (Expr::col(("pair", "context")), KeyType::Text)];
        self.members(select, SortOrder { name: "group.customers".into(), descending: false, keys }, group_ids, list)
            .await
    }

    /// The valid customer users with a permission on these groups: with a row of their own or, where the list says so, in effect.
    pub async fn people_of_groups(&self, group_ids: &[i32], list: &MemberList, reference: &Reference) -> Result<Pages> {
        let (open, narrow): (Vec<i32>, Vec<i32>) =
            group_ids.iter().partition(|id| list.effective && self.is_open_to_everyone(**id, reference));
        let (mut pages, of_everyone) = futures_util::try_join!(
            self.people_of_narrow_groups(&narrow, list, reference),
            self.everyone(!open.is_empty(), list, reference)
        )?;
        pages.extend(open.into_iter().map(|group_id| (group_id, of_everyone.clone())));
        Ok(pages)
    }

    pub(super) fn is_open_to_everyone(&self, group_id: i32, reference: &Reference) -> bool {
        let rules = &self.rules().permission;
        let name = reference.groups().get(group_id).map(|group| &group.name);
        reference.valid_groups.contains(group_id)
            && (!rules.group_support || name.is_some_and(|name| rules.always_groups.contains(name)))
    }

    async fn everyone(&self, is_wanted: bool, list: &MemberList, reference: &Reference) -> Result<Entries<Member>> {
        if !is_wanted {
            return Ok(Entries::default());
        }
        let login = || Expr::col((person::Entity, person::Column::Login));
        let mut select = Query::select();
        select.expr_as(Expr::cust("0"), "parent").expr_as(login(), "record").expr_as(Expr::cust("''"), "context");
        select.from(person::Entity).cond_where(valid_person(reference));
        let order = self.order_of_people();
        Ok(self.members(select, order, &[0], list).await?.remove(&0).unwrap_or_default())
    }

    async fn people_of_narrow_groups(
        &self,
        group_ids: &[i32],
        list: &MemberList,
        reference: &Reference,
    ) -> Result<Pages> {
        // An invalid group counts for nothing in effect, whatever is stored on it.
        let counted: Vec<i32> =
            group_ids.iter().copied().filter(|id| !list.effective || reference.valid_groups.contains(*id)).collect();
        if counted.is_empty() {
            return Ok(Pages::new());
        }
        let mut pairs = self.pairs_of_own_rows(&counted, list);
        if list.effective {
            pairs.union(UnionType::Distinct, self.pairs_by_own_customer(&counted, list));
            pairs.union(UnionType::Distinct, self.pairs_by_additional_customer(&counted, list));
            for everyone_with_customer in self.pairs_of_customer_always_groups(&counted, reference) {
                pairs.union(UnionType::Distinct, everyone_with_customer);
            }
        }
        let column = |column| Expr::col((person::Entity, column));
        let mut select = Query::select();
        select
            .expr_as(Expr::col(("pair", "parent")), "parent")
            .expr_as(column(person::Column::Login), "record")
            .expr_as(Expr::cust("''"), "context");
        select
            .from_subquery(pairs, "pair")
            .inner_join(person::Entity, column(person::Column::Id).equals(("pair", "holder")));
        select.cond_where(valid_person(reference));
        self.members(select, self.order_of_people(), &counted, list).await
    }

    fn order_of_people(&self) -> SortOrder {
        let login = text::folded(self.backend(), Expr::col((person::Entity, person::Column::Login)));
        let id = Expr::col((person::Entity, person::Column::Id));
        SortOrder {
            name: "group.people".into(),
            descending: false,
            keys: vec![(login, KeyType::Text), (id, KeyType::Int32)],
        }
    }

    fn pairs_of_own_rows(&self, group_ids: &[i32], list: &MemberList) -> SelectStatement {
        let (backend, column) = (self.backend(), |column| Expr::col((of_person::Entity, column)));
        let mut pairs = pairs(column(of_person::Column::GroupId));
        pairs
            .distinct()
            .from(of_person::Entity)
            .inner_join(person::Entity, same(backend, person::Column::Login, column(of_person::Column::UserId)));
        pairs.and_where(column(of_person::Column::GroupId).is_in(text::padded(group_ids.iter().copied())));
        pairs.and_where(column(of_person::Column::PermissionValue).eq(1));
        pairs.and_where_option(self.holds((of_person::Entity, of_person::Column::PermissionKey), list)).take()
    }

    /// The groups' customers, for the people behind them to be joined.
    fn pairs_by_customer(&self, group_ids: &[i32], list: &MemberList) -> SelectStatement {
        let mut pairs = pairs(Expr::col((of_customer::Entity, of_customer::Column::GroupId)));
        pairs.from(of_customer::Entity).cond_where(self.held_by_customers(group_ids, list)).take()
    }

    /// The grants of customers on groups, for tickets of their own, that a list counts.
    pub(super) fn held_by_customers(&self, group_ids: &[i32], list: &MemberList) -> Condition {
        let column = |column| Expr::col((of_customer::Entity, column));
        Condition::all()
            .add(column(of_customer::Column::GroupId).is_in(text::padded(group_ids.iter().copied())))
            .add(column(of_customer::Column::PermissionValue).eq(1))
            .add(column(of_customer::Column::PermissionContext).eq(SAME_CUSTOMER))
            .add_option(self.holds((of_customer::Entity, of_customer::Column::PermissionKey), list))
    }

    fn pairs_by_own_customer(&self, group_ids: &[i32], list: &MemberList) -> SelectStatement {
        let customer = Expr::col((of_customer::Entity, of_customer::Column::CustomerId));
        let mut pairs = self.pairs_by_customer(group_ids, list);
        pairs.inner_join(person::Entity, same(self.backend(), person::Column::CustomerId, customer)).take()
    }

    /// OTOBO leaves additional customers out when asked from the group's side, though it counts them from the person's; here both sides agree.
    fn pairs_by_additional_customer(&self, group_ids: &[i32], list: &MemberList) -> SelectStatement {
        let (backend, assigned) = (self.backend(), |column| Expr::col((assignment::Entity, column)));
        let customer = Expr::col((of_customer::Entity, of_customer::Column::CustomerId));
        let mut pairs = self.pairs_by_customer(group_ids, list);
        let by_customer =
            text::folded(backend, assigned(assignment::Column::CustomerId)).eq(text::folded(backend, customer));
        pairs.inner_join(assignment::Entity, by_customer);
        pairs
            .inner_join(person::Entity, same(backend, person::Column::Login, assigned(assignment::Column::UserId)))
            .take()
    }

    /// Everyone who has a customer is in the groups that every customer holds.
    fn pairs_of_customer_always_groups(&self, group_ids: &[i32], reference: &Reference) -> Vec<SelectStatement> {
        let always = &self.rules().permission.customer_always_groups;
        let is_always = |id: &&i32| reference.groups().get(**id).is_some_and(|group| always.contains(&group.name));
        let everyone_with_customer = |id: &i32| {
            let mut assigned = Query::select();
            assigned
                .expr(text::folded(self.backend(), Expr::col((assignment::Entity, assignment::Column::UserId))))
                .from(assignment::Entity);
            let login = Expr::col((person::Entity, person::Column::Login));
            let has_own = Expr::col((person::Entity, person::Column::CustomerId)).ne("");
            let mut pairs = pairs(Expr::cust(id.to_string()));
            pairs.from(person::Entity).and_where(has_own.or(text::is_in_select(self.backend(), login, assigned))).take()
        };
        group_ids.iter().filter(is_always).map(everyone_with_customer).collect()
    }

    /// Narrows rows to the permission asked for. Without one, only configured keys have an effect, as in the person's own answer.
    pub(super) fn holds(&self, key: impl sea_orm::sea_query::IntoColumnRef, list: &MemberList) -> Option<Expr> {
        let mut keys: Vec<&str> = match &list.permission {
            Some(permission) => vec![permission],
            None if list.effective => {
                self.rules().permission.keys.configured_names().iter().map(String::as_str).collect()
            }
            None => return None,
        };
        keys.push(READ_WRITE);
        Some(Expr::col(key).is_in(keys))
    }

    /// Pages and counts of a select of `parent`, `record` and `context`.
    async fn members(
        &self,
        select: SelectStatement,
        order: SortOrder,
        group_ids: &[i32],
        list: &MemberList,
    ) -> Result<Pages> {
        let (mut pages, totals) = futures_util::try_join!(
            self.member_pages(select.clone(), order, group_ids, list),
            self.member_totals(select, list)
        )?;
        if list.total {
            for group_id in group_ids {
                pages.entry(*group_id).or_default().total = Some(totals.get(group_id).copied().unwrap_or(0));
            }
        }
        Ok(pages)
    }

    async fn member_pages(
        &self,
        select: SelectStatement,
        order: SortOrder,
        group_ids: &[i32],
        list: &MemberList,
    ) -> Result<Pages> {
        if !list.items {
            return Ok(Pages::new());
        }
        let paged = PagedSelect { select, columns: 3, order, page: &list.page };
        let read = |row: &Row| Ok((row.at(0)?, Member { key: row.at(1)?, context: row.at(2)? }));
        self.pages(paged, (Expr::col(("pair", "parent")), group_ids.len()), read).await
    }

    async fn member_totals(&self, select: SelectStatement, list: &MemberList) -> Result<HashMap<i32, i64>> {
        if !list.total {
            return Ok(HashMap::new());
        }
        let counted = Query::select().from_subquery(select, "counted").take();
        self.counts(counted, Expr::col("parent"), |row| row.at(0)).await
    }
}

/// Selects a group and the number of a person's record.
fn pairs(parent: Expr) -> SelectStatement {
    Query::select().expr_as(parent, "parent").expr_as(Expr::col((person::Entity, person::Column::Id)), "holder").take()
}

fn same(backend: sea_orm::DbBackend, of_record: person::Column, other: Expr) -> Expr {
    text::folded(backend, Expr::col((person::Entity, of_record))).eq(text::folded(backend, other))
}

fn valid_person(reference: &Reference) -> Condition {
    Condition::all()
        .add(Expr::col((person::Entity, person::Column::ValidId)).is_in(reference.valid_ids(&[Validity::Valid])))
}
