//! Whom a group reaches by what is stored of it: logins and customers, whether or not the main database has records of the people.

use std::collections::BTreeMap;

use sea_orm::sea_query::{Expr, ExprTrait, Query, SelectStatement};

use crate::entity::{
    customer_user_customer as assignment, group_customer as of_customer, group_customer_user as of_person,
};
use crate::error::Result;

use super::membership::MemberList;
use super::reference::Reference;
use super::{Store, text};

/// Whom a group reaches that has no record in the main database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GroupReach {
    /// Everyone.
    Everyone,
    /// Everyone who has a customer.
    EveryoneWithCustomer,
    /// Some people.
    Some {
        /// Those with these logins.
        logins: Vec<String>,
        /// Those of these customers.
        customer_ids: Vec<String>,
    },
}

impl Store {
    /// Whom these groups reach, wherever the people are kept: by rows of their own or, where the list says so, in effect.
    pub async fn reach_of_groups(
        &self,
        group_ids: &[i32],
        list: &MemberList,
        reference: &Reference,
    ) -> Result<BTreeMap<i32, GroupReach>> {
        let mut logins = self.named_in_groups(self.select_own_rows(group_ids, list)).await?;
        let mut customers = BTreeMap::new();
        if list.effective {
            customers = self.named_in_groups(self.select_holding_customers(group_ids, list)).await?;
            for (group_id, assigned) in self.named_in_groups(self.select_assigned(group_ids, list)).await? {
                logins.entry(group_id).or_default().extend(assigned);
            }
        }
        let reach = |group_id: &i32| {
            let nobody = GroupReach::Some { logins: Vec::new(), customer_ids: Vec::new() };
            let name = reference.groups().get(*group_id).map(|group| &group.name);
            let is_always = name.is_some_and(|name| self.rules().permission.customer_always_groups.contains(name));
            let reach = match list.effective {
                true if !reference.valid_groups.contains(*group_id) => nobody,
                true if self.is_open_to_everyone(*group_id, reference) => GroupReach::Everyone,
                true if is_always => GroupReach::EveryoneWithCustomer,
                _ => GroupReach::Some {
                    logins: logins.get(group_id).cloned().unwrap_or_default(),
                    customer_ids: customers.get(group_id).cloned().unwrap_or_default(),
                },
            };
            (*group_id, reach)
        };
        Ok(group_ids.iter().map(reach).collect())
    }

    /// The names that a select of groups and names has for each group.
    async fn named_in_groups(&self, select: SelectStatement) -> Result<BTreeMap<i32, Vec<String>>> {
        let mut found: BTreeMap<i32, Vec<String>> = BTreeMap::new();
        for row in self.rows(&select).await? {
            found.entry(row.at(0)?).or_default().push(row.at(1)?);
        }
        Ok(found)
    }

    fn select_own_rows(&self, group_ids: &[i32], list: &MemberList) -> SelectStatement {
        let column = |column| Expr::col((of_person::Entity, column));
        let mut select = Query::select();
        select.distinct().expr(column(of_person::Column::GroupId)).expr(column(of_person::Column::UserId));
        select.from(of_person::Entity).and_where(column(of_person::Column::PermissionValue).eq(1));
        select.and_where(column(of_person::Column::GroupId).is_in(text::padded(group_ids.iter().copied())));
        select.and_where_option(self.holds((of_person::Entity, of_person::Column::PermissionKey), list)).take()
    }

    fn select_holding_customers(&self, group_ids: &[i32], list: &MemberList) -> SelectStatement {
        let customer = Expr::col((of_customer::Entity, of_customer::Column::CustomerId));
        let group = Expr::col((of_customer::Entity, of_customer::Column::GroupId));
        let mut select = Query::select();
        select.distinct().expr(group).expr(customer).from(of_customer::Entity);
        select.cond_where(self.held_by_customers(group_ids, list)).take()
    }

    fn select_assigned(&self, group_ids: &[i32], list: &MemberList) -> SelectStatement {
        let (backend, assigned) = (self.backend(), |column| Expr::col((assignment::Entity, column)));
        let customer = Expr::col((of_customer::Entity, of_customer::Column::CustomerId));
        let is_same =
            text::folded(backend, assigned(assignment::Column::CustomerId)).eq(text::folded(backend, customer));
        let mut select = Query::select();
        select.distinct().expr(Expr::col((of_customer::Entity, of_customer::Column::GroupId)));
        select.expr(assigned(assignment::Column::UserId)).from(of_customer::Entity);
        select.inner_join(assignment::Entity, is_same);
        select.cond_where(self.held_by_customers(group_ids, list)).take()
    }
}
