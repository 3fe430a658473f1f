//! Queues.

use std::sync::Arc;

use async_graphql::{Context, ID, Object};

use crate::domain::access::Action;
use crate::error::{Error, Result};
use crate::graphql::context::ContextExt;
use crate::graphql::filter::Validity;
use crate::graphql::id::GlobalId;
use crate::graphql::scalar::Version;
use crate::store::reference::Named;

use super::group::Group;

/// Where tickets are sorted into.
#[derive(Clone)]
pub struct Queue(pub Arc<Named>);

/// Where tickets are sorted into.
#[Object]
impl Queue {
    /// Global id.
    pub async fn id(&self) -> ID {
        GlobalId::Queue(self.0.id).encode()
    }

    /// Full path, its parts joined by `::`.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// The group whose permissions count for its tickets.
    async fn group(&self, ctx: &Context<'_>) -> Result<Group> {
        let reference = ctx.store().reference().await?;
        let group = reference.groups().get(self.0.parent_id);
        group.cloned().map(Group).ok_or_else(|| Error::internal("a queue belongs to a group that does not exist"))
    }

    /// Internal remark; null where none is stored, and for customer users.
    async fn comment(&self, ctx: &Context<'_>) -> Option<Result<&str>> {
        ctx.allows(Action::ReadInternals).map(|allowed| self.0.comment.as_deref().filter(|_| allowed)).transpose()
    }

    /// Whether the queue is in use.
    async fn validity(&self) -> Validity {
        self.0.validity.into()
    }

    /// Fingerprint of the queue as stored.
    async fn version(&self, ctx: &Context<'_>) -> Version {
        Version(self.0.version(ctx.store()))
    }
}
