//! Who a token stands for, as the database says: nothing about rights is believed from the token itself.

use std::collections::BTreeSet;

use sea_orm::sea_query::{Condition, Expr, ExprTrait, Query, SelectStatement, UnionType};

use crate::domain::group_edit::{ADMINISTRATORS, EDITORS};
use crate::domain::permission::{EffectivePermission, effective_permissions, reaching_groups};
use crate::domain::permission_key::{KeySet, READ_ONLY, READ_WRITE};
use crate::domain::ticket::{CustomerUserReach, TicketScope};
use crate::domain::validity::Validity;
use crate::domain::viewer::{AgentViewer, CustomerUserViewer, Viewer};
use crate::entity::{group_role, group_user, role_user, roles, users};
use crate::error::Result;

use super::Store;
use super::grant::StoredPermissions;
use super::reference::Reference;

impl Store {
    /// The agent with exactly this login; `None` where there is none or they are not valid.
    pub async fn agent_viewer(&self, login: &str) -> Result<Option<Viewer>> {
        let reference = self.reference().await?;
        let mut found: Option<(i32, String)> = None;
        let mut permissions: Vec<(i32, KeySet)> = Vec::new();
        for row in self.rows(&self.select_agent(login, &reference)).await? {
            let stored: String = row.at(1)?;
            if stored != login {
                continue; // The database may take another spelling for equal; agents sign in by the exact one.
            }
            found = Some((row.at(0)?, stored));
            let Some(key) = row.at::<Option<String>>(3)? else { continue };
            let (group_id, keys): (i32, KeySet) = (row.at(2)?, self.rules().permission.keys.granted_by(&key));
            if reference.valid_groups.contains(group_id) {
                match permissions.iter_mut().find(|(group, _)| *group == group_id) {
                    Some((_, held)) => *held = held.union(keys),
                    None => permissions.push((group_id, keys)),
                }
            }
        }
        Ok(found.map(|(id, login)| Viewer::Agent(self.agent(id, login, permissions, &reference))))
    }

    fn agent(&self, id: i32, login: String, permissions: Vec<(i32, KeySet)>, reference: &Reference) -> AgentViewer {
        let keys = &self.rules().permission.keys;
        let held_in = |name: &str| {
            let key = keys.one(name).unwrap_or_default();
            permissions.iter().filter(move |(_, held)| held.contains(key)).map(|(group, _)| *group)
        };
        let writes_in = |name: &str| {
            let group_id = reference.groups().named(name).map(|group| group.id);
            held_in(READ_WRITE).any(|group| Some(group) == group_id)
        };
        let is_administrator = writes_in(ADMINISTRATORS);
        let edits_customers = is_administrator || writes_in(EDITORS);
        let mut group_ids: Vec<i32> = held_in(READ_ONLY).collect();
        group_ids.sort_unstable();
        let tickets = TicketScope::Agent { group_ids, agent_id: id };
        AgentViewer { id, login, is_administrator, edits_customers, tickets, permissions }
    }

    /// The agent's number, login and every grant: stored for them, or for a valid role of theirs.
    fn select_agent(&self, login: &str, reference: &Reference) -> SelectStatement {
        let valid = reference.valid_ids(&[Validity::Valid]);
        let mut direct = Query::select();
        direct.columns(
            [group_user::Column::UserId, group_user::Column::GroupId, group_user::Column::PermissionKey]
                .map(|column| (group_user::Entity, column)),
        );
        direct
            .from(group_user::Entity)
            .and_where(Expr::col((group_user::Entity, group_user::Column::UserId)).in_subquery(agent_id(login)));

        let mut by_role = Query::select();
        by_role.column((role_user::Entity, role_user::Column::UserId));
        by_role.columns(
            [group_role::Column::GroupId, group_role::Column::PermissionKey].map(|column| (group_role::Entity, column)),
        );
        by_role.from(role_user::Entity);
        by_role.inner_join(
            roles::Entity,
            Expr::col((roles::Entity, roles::Column::Id)).equals((role_user::Entity, role_user::Column::RoleId)),
        );
        by_role.inner_join(
            group_role::Entity,
            Expr::col((group_role::Entity, group_role::Column::RoleId)).equals((roles::Entity, roles::Column::Id)),
        );
        by_role.and_where(Expr::col((role_user::Entity, role_user::Column::UserId)).in_subquery(agent_id(login)));
        by_role.and_where(Expr::col((roles::Entity, roles::Column::ValidId)).is_in(valid.clone()));
        by_role.and_where(Expr::col((group_role::Entity, group_role::Column::PermissionValue)).eq(1));
        direct.union(UnionType::All, by_role);

        let mut select = Query::select();
        select.columns([users::Column::Id, users::Column::Login].map(|column| (users::Entity, column)));
        select.columns([("held", "group_id"), ("held", "permission_key")]).from(users::Entity);
        let joined = Expr::col((users::Entity, users::Column::Id)).equals(("held", "user_id"));
        select.join_subquery(sea_orm::JoinType::LeftJoin, direct, "held", Condition::all().add(joined));
        select.and_where(Expr::col((users::Entity, users::Column::Login)).eq(login));
        select.and_where(Expr::col((users::Entity, users::Column::ValidId)).is_in(valid));
        select
    }

    /// The customer user for whom this is stored; `None` where there is no record or it is not valid.
    pub async fn customer_user_viewer(&self, stored: StoredPermissions) -> Result<Option<Viewer>> {
        let reference = self.reference().await?;
        let Some((login, valid_id)) = stored.record.clone() else { return Ok(None) };
        if reference.validity(valid_id) != Validity::Valid {
            return Ok(None);
        }
        Ok(Some(Viewer::CustomerUser(self.customer_user(login, stored, &reference).await?)))
    }

    async fn customer_user(
        &self,
        login: String,
        stored: StoredPermissions,
        reference: &Reference,
    ) -> Result<CustomerUserViewer> {
        let rules = self.rules();
        let permissions = effective_permissions(&rules.permission, &reference.valid_groups, &stored.holder);
        let customer_ids = stored.customer_ids();
        let tickets = self.reachable_tickets(&login, &permissions, &customer_ids, &stored, reference).await?;
        Ok(CustomerUserViewer { login, customer_ids, permissions, tickets, source: stored.source })
    }

    /// The scope of a customer user, with the customers that are reached in the context of other customers.
    async fn reachable_tickets(
        &self,
        login: &str,
        permissions: &[EffectivePermission],
        customer_ids: &[String],
        stored: &StoredPermissions,
        reference: &Reference,
    ) -> Result<TicketScope> {
        let rules = self.rules();
        let reaching = reaching_groups(&rules.permission, &reference.valid_groups, &stored.other_context);
        let ro = rules.permission.keys.one(READ_ONLY).unwrap_or_default();
        let holding = self.customers_holding(&reaching).await?.into_iter().filter(|row| row.grant.keys.contains(ro));
        let same_context: BTreeSet<(i32, String)> = holding.map(|row| (row.grant.group_id, row.customer_id)).collect();
        let same_context: Vec<(i32, String)> = same_context.into_iter().collect();
        let reach = CustomerUserReach { permissions, customer_ids, reaching: &reaching, same_context: &same_context };
        Ok(TicketScope::of_customer_user(&rules.permission, rules.company_tickets, login, &reach))
    }
}

fn agent_id(login: &str) -> SelectStatement {
    let mut select = Query::select();
    select
        .column((users::Entity, users::Column::Id))
        .from(users::Entity)
        .and_where(Expr::col((users::Entity, users::Column::Login)).eq(login));
    select
}
