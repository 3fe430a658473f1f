//! The members of a group: connections whose edges say what is held.

use async_graphql::{Context, SimpleObject};

use crate::error::{Error, Result};
use crate::graphql::context::ContextExt;
use crate::graphql::page::{PageInfo, total_count};
use crate::graphql::scalar::PermissionKey;
use crate::graphql::selection::{Selection, customer_columns, customer_user_columns};
use crate::loader::{
    CustomerById, CustomerGroupPermissionsOf, CustomerUserByLogin, CustomerUserGroupPermissionsOf, StoredPermissionsOf,
};
use crate::store::membership::{Member, StoredMembership};
use crate::store::page::Entries;

use super::customer::Customer;
use super::customer_user::CustomerUser;
use super::permission::{PermissionContext, keys};

/// A customer in a group.
#[derive(SimpleObject)]
pub struct GroupCustomerEdge {
    /// The place of the entry, for `after`.
    cursor: String,
    /// The customer.
    node: Customer,
    /// Which tickets it is about.
    context: PermissionContext,
    /// The permissions as stored: rw stands for all.
    permissions: Vec<PermissionKey>,
}

/// A page of the customers of a group.
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct GroupCustomerConnection {
    /// The entries: one for each customer and context.
    edges: Vec<GroupCustomerEdge>,
    /// Where the page stands in the list.
    page_info: PageInfo,
    #[graphql(skip)]
    total: Option<i64>,
}

#[async_graphql::ComplexObject]
impl GroupCustomerConnection {
    /// How many entries the whole list has; counted only when asked for.
    async fn total_count(&self) -> Result<i32> {
        total_count(self.total)
    }
}

impl GroupCustomerConnection {
    /// Reads the records and rows behind a page of members.
    pub async fn load(ctx: &Context<'_>, group_id: i32, entries: Entries<Member>) -> Result<Self> {
        let columns = customer_columns(&Selection::of(ctx).below("edges").below("node"), &ctx.api().display);
        let ids: Vec<String> = entries.items.iter().map(|(_, member)| member.key.clone()).collect();
        let records = ctx.find_all(ids.iter().map(|id| CustomerById(id.clone(), columns)).collect()).await?;
        let stored = ctx.load_all(ids.into_iter().map(CustomerGroupPermissionsOf).collect()).await?;
        let (page_info, total) = (PageInfo::of(&entries), entries.total);
        let found = entries.items.into_iter().zip(records).zip(stored);
        let edges = found.filter_map(|(((cursor, member), record), stored)| {
            let permissions = stored_on(stored.unwrap_or_default(), group_id, &member.context);
            Some(GroupCustomerEdge {
                cursor: cursor.encode(),
                node: Customer(record?),
                context: PermissionContext::from_stored(&member.context)?,
                permissions,
            })
        });
        Ok(Self { edges: edges.collect(), page_info, total })
    }
}

/// A customer user in a group.
#[derive(SimpleObject)]
pub struct GroupCustomerUserEdge {
    /// The place of the entry, for `after`.
    cursor: String,
    /// The person.
    node: CustomerUser,
    /// The permissions as stored, where rw stands for all, or (effective) every configured one in effect.
    permissions: Vec<PermissionKey>,
}

/// A page of the customer users of a group.
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct GroupCustomerUserConnection {
    /// The entries.
    edges: Vec<GroupCustomerUserEdge>,
    /// Where the page stands in the list.
    page_info: PageInfo,
    #[graphql(skip)]
    total: Option<i64>,
}

#[async_graphql::ComplexObject]
impl GroupCustomerUserConnection {
    /// How many entries the whole list has; counted only when asked for.
    async fn total_count(&self) -> Result<i32> {
        total_count(self.total)
    }
}

impl GroupCustomerUserConnection {
    /// Reads the records and what is held, as stored or in effect, behind a page of members.
    pub async fn load(ctx: &Context<'_>, group_id: i32, effective: bool, entries: Entries<Member>) -> Result<Self> {
        let columns = customer_user_columns(&Selection::of(ctx).below("edges").below("node"), &ctx.api().display);
        let logins: Vec<String> = entries.items.iter().map(|(_, member)| member.key.clone()).collect();
        let records =
            ctx.find_all(logins.iter().map(|login| CustomerUserByLogin(login.clone(), columns)).collect()).await?;
        let held = if effective {
            effective_on(ctx, logins, group_id).await?
        } else {
            stored_on_group(ctx, logins, group_id).await?
        };
        let (page_info, total) = (PageInfo::of(&entries), entries.total);
        let found = entries.items.into_iter().zip(records).zip(held);
        let edges = found.filter_map(|(((cursor, _), record), permissions)| {
            Some(GroupCustomerUserEdge { cursor: cursor.encode(), node: CustomerUser(record?), permissions })
        });
        Ok(Self { edges: edges.collect(), page_info, total })
    }
}

async fn effective_on(ctx: &Context<'_>, logins: Vec<String>, group_id: i32) -> Result<Vec<Vec<PermissionKey>>> {
    let names = &ctx.store().rules().permission.keys;
    let found = ctx.find_all(logins.into_iter().map(StoredPermissionsOf).collect()).await?;
    let held = found.into_iter().map(|found| {
        let row = found.and_then(|found| found.1.iter().find(|row| row.group_id == group_id).map(|row| row.keys));
        keys(names.configured_in(row.unwrap_or_default()))
    });
    Ok(held.collect())
}

async fn stored_on_group(ctx: &Context<'_>, logins: Vec<String>, group_id: i32) -> Result<Vec<Vec<PermissionKey>>> {
    let found = ctx.load_all(logins.into_iter().map(CustomerUserGroupPermissionsOf).collect()).await?;
    Ok(found.into_iter().map(|stored| stored_on(stored.unwrap_or_default(), group_id, "")).collect())
}

fn stored_on(stored: Vec<StoredMembership>, group_id: i32, context: &str) -> Vec<PermissionKey> {
    let row = stored.into_iter().find(|row| row.group_id == group_id && row.context == context);
    keys(row.map(|row| row.keys).unwrap_or_default())
}

/// The permission that a list is narrowed to, if it is one that there is.
pub fn check_permission(ctx: &Context<'_>, permission: Option<PermissionKey>) -> Result<Option<String>> {
    let names = &ctx.store().rules().permission.keys;
    match permission {
        Some(PermissionKey(name)) if names.one(&name).is_none() => {
            Err(Error::bad_input(format!("there is no permission `{name}`: give one of {}", names.names().join(", "))))
        }
        permission => Ok(permission.map(|PermissionKey(name)| name)),
    }
}
