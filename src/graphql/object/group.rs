//! Groups.

use std::sync::Arc;

use async_graphql::{Context, ID, Object};
use chrono::{DateTime, Utc};

use crate::domain::access::Action;
use crate::domain::change::EntityType;
use crate::error::Result;
use crate::graphql::context::ContextExt;
use crate::graphql::filter::Validity;
use crate::graphql::id::GlobalId;
use crate::graphql::page::{PageArguments, list_cost, page_cost, usual};
use crate::graphql::scalar::{PermissionKey, Version};
use crate::graphql::selection::Selection;
use crate::loader::{CustomersOfGroup, PeopleOfGroup};
use crate::store::membership::MemberList;
use crate::store::reference::Named;

use super::change::{ChangeConnection, changes};
use super::member::{GroupCustomerConnection, GroupCustomerUserConnection, check_permission};
use super::permission::PermissionContext;
use super::queue::Queue;

/// A group: what permissions are given on.
#[derive(Clone)]
pub struct Group(pub Arc<Named>);

/// A group. Permissions are given on groups, and every queue belongs to one.
#[Object]
impl Group {
    /// Global id.
    pub async fn id(&self) -> ID {
        GlobalId::Group(self.0.id).encode()
    }

    /// The name.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// Internal remark; null where none is stored, and for customer users.
    async fn comment(&self, ctx: &Context<'_>) -> Option<Result<&str>> {
        ctx.allows(Action::ReadInternals).map(|allowed| self.0.comment.as_deref().filter(|_| allowed)).transpose()
    }

    /// Whether the group is in use. What is stored on an invalid one does not count.
    async fn validity(&self) -> Validity {
        self.0.validity.into()
    }

    /// The valid queues of the group, by name.
    #[graphql(complexity = "list_cost(usual::QUEUES, child_complexity)")]
    async fn queues(&self, ctx: &Context<'_>) -> Result<Vec<Queue>> {
        let reference = ctx.store().reference().await?;
        Ok(reference.queues().valid().filter(|queue| queue.parent_id == self.0.id).cloned().map(Queue).collect())
    }

    /// Customers with a stored permission on this group, by CustomerID; null for anyone but administrators.
    #[graphql(complexity = "page_cost(first, None, child_complexity)")]
    async fn customers(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those who hold this permission, by itself or by rw.")] permission: Option<PermissionKey>,
        #[graphql(desc = "Only in this context.")] context: Option<PermissionContext>,
        #[graphql(desc = "The first so many.")] first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
    ) -> Option<Result<GroupCustomerConnection>> {
        let list = MemberQuery { permission, context, effective: false, first, after };
        self.stored_customers(ctx, list).await.transpose()
    }

    /// Customer users with a stored permission, or (effective) every valid customer user who ends up with one by whatever way, by login; null for
    /// anyone but administrators.
    #[graphql(complexity = "page_cost(first, None, child_complexity)")]
    async fn customer_users(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those who hold this permission, by itself or by rw.")] permission: Option<PermissionKey>,
        #[graphql(desc = "Count every way of holding it, not only what is stored for the person.", default = false)]
        effective: bool,
        #[graphql(desc = "The first so many.")] first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
    ) -> Option<Result<GroupCustomerUserConnection>> {
        let list = MemberQuery { permission, context: None, effective, first, after };
        self.people(ctx, list).await.transpose()
    }

    /// Changes of this group made through this server, newest first; null for anyone but administrators.
    #[graphql(complexity = "page_cost(first, None, child_complexity)")]
    async fn changes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The first so many.")] first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
    ) -> Option<Result<ChangeConnection>> {
        let record = (EntityType::Group, self.0.name.as_str());
        changes(ctx, Some(record), PageArguments::forward(first, after)).await.transpose()
    }

    /// When the group was made; null where that is not known.
    async fn created_at(&self) -> Option<DateTime<Utc>> {
        self.0.created_at
    }

    /// When it was last changed; null where that is not known.
    async fn changed_at(&self) -> Option<DateTime<Utc>> {
        self.0.changed_at
    }

    /// Fingerprint of the group as stored.
    async fn version(&self, ctx: &Context<'_>) -> Version {
        Version(self.0.version(ctx.store()))
    }
}

/// Which members are asked for.
struct MemberQuery {
    permission: Option<PermissionKey>,
    context: Option<PermissionContext>,
    effective: bool,
    first: Option<i32>,
    after: Option<String>,
}

impl MemberQuery {
    fn check(self, ctx: &Context<'_>) -> Result<MemberList> {
        let wanted = Selection::of(ctx).wanted(|_| ());
        let permission = check_permission(ctx, self.permission)?;
        let page = PageArguments::forward(self.first, self.after).check(&ctx.api().limits)?;
        let context = self.context.map(|context| context.stored().to_owned());
        Ok(MemberList {
            permission,
            context,
            effective: self.effective,
            page,
            items: wanted.items,
            total: wanted.total,
        })
    }
}

impl Group {
    async fn stored_customers(&self, ctx: &Context<'_>, query: MemberQuery) -> Result<Option<GroupCustomerConnection>> {
        if !ctx.allows(Action::ReadRelations)? {
            return Ok(None);
        }
        let list = query.check(ctx)?.into();
        let entries = ctx.load(CustomersOfGroup(self.0.id, list)).await?.unwrap_or_default();
        GroupCustomerConnection::load(ctx, self.0.id, entries).await.map(Some)
    }

    async fn people(&self, ctx: &Context<'_>, query: MemberQuery) -> Result<Option<GroupCustomerUserConnection>> {
        if !ctx.allows(Action::ReadRelations)? {
            return Ok(None);
        }
        let list = query.check(ctx)?;
        let effective = list.effective;
        let entries = ctx.load(PeopleOfGroup(self.0.id, list.into())).await?.unwrap_or_default();
        ctx.tell_missing(&entries.missing);
        GroupCustomerUserConnection::load(ctx, self.0.id, effective, entries).await.map(Some)
    }
}
