//! Making and editing groups and queues.

use async_graphql::{Context, Object, SimpleObject};

use crate::domain::group_edit::NamedEdit;
use crate::error::Result;
use crate::graphql::context::ContextExt;
use crate::graphql::filter::Checked;
use crate::graphql::input::{GroupCreateInput, GroupUpdateInput, QueueCreateInput, QueueUpdateInput};
use crate::graphql::object::group::Group;
use crate::graphql::object::queue::Queue;
use crate::graphql::page::{list_cost, usual};
use crate::graphql::scalar::Version;
use crate::graphql::user_error::{UserError, told};
use crate::service::Outcome;
use crate::service::deadlock::retry_deadlocks;

/// What came of making or editing a group.
#[derive(SimpleObject)]
pub struct GroupPayload {
    /// The group as it is now; null where nothing was done.
    group: Option<Group>,
    /// What went wrong; empty where nothing did.
    #[graphql(complexity = "list_cost(usual::USER_ERRORS, child_complexity)")]
    user_errors: Vec<UserError>,
}

/// What came of making or editing a queue.
#[derive(SimpleObject)]
pub struct QueuePayload {
    /// The queue as it is now; null where nothing was done.
    queue: Option<Queue>,
    /// What went wrong; empty where nothing did.
    #[graphql(complexity = "list_cost(usual::USER_ERRORS, child_complexity)")]
    user_errors: Vec<UserError>,
}

/// Root fields for making and editing groups and queues.
#[derive(Default)]
pub struct GroupMutation;

#[Object]
impl GroupMutation {
    /// Makes a group. For administrators only.
    async fn group_create(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The group to be.")] input: GroupCreateInput,
    ) -> Result<GroupPayload> {
        let (editor, edit) = (ctx.editor()?, NamedEdit::from(input));
        let outcome = retry_deadlocks(|| editor.create_group(edit.clone())).await;
        group(ctx, outcome).await
    }

    /// Edits a group. A field left out of the input keeps its value, null clears it. For administrators only.
    async fn group_update(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The exact name.")] name: String,
        #[graphql(desc = "What becomes different.")] input: GroupUpdateInput,
        #[graphql(desc = "Do nothing unless this is still the group's version.")] if_version: Option<Version>,
    ) -> Result<GroupPayload> {
        Checked(&ctx.api().limits).text("name", &name)?;
        let version = if_version.as_ref().map(|version| version.0.as_str());
        let (editor, edit) = (ctx.editor()?, NamedEdit::from(input));
        let outcome = retry_deadlocks(|| editor.update_group(&name, edit.clone(), version)).await;
        group(ctx, outcome).await
    }

    /// Makes a queue, with the first valid address, salutation and signature and without escalation times. For administrators only.
    async fn queue_create(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The queue to be.")] input: QueueCreateInput,
    ) -> Result<QueuePayload> {
        let of_group = input.group.clone();
        let (editor, edit) = (ctx.editor()?, NamedEdit::from(input));
        let outcome = retry_deadlocks(|| editor.create_queue(edit.clone(), &of_group)).await;
        queue(ctx, outcome).await
    }

    /// Edits a queue. A field left out of the input keeps its value, null clears it. The queues below it follow to a new name. For
    /// administrators only.
    async fn queue_update(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The exact full name.")] name: String,
        #[graphql(desc = "What becomes different.")] input: QueueUpdateInput,
        #[graphql(desc = "Do nothing unless this is still the queue's version.")] if_version: Option<Version>,
    ) -> Result<QueuePayload> {
        Checked(&ctx.api().limits).text("name", &name)?;
        let version = if_version.as_ref().map(|version| version.0.as_str());
        let (edit, of_group) = input.into_edits();
        let editor = ctx.editor()?;
        let outcome = retry_deadlocks(|| editor.update_queue(&name, edit.clone(), &of_group, version)).await;
        queue(ctx, outcome).await
    }
}

async fn group(ctx: &Context<'_>, outcome: Outcome<String>) -> Result<GroupPayload> {
    Ok(match told(outcome)? {
        Err(user_errors) => GroupPayload { group: None, user_errors },
        Ok(name) => {
            let group = ctx.store().reference().await?.groups().named(&name).cloned().map(Group);
            GroupPayload { group, user_errors: Vec::new() }
        }
    })
}

async fn queue(ctx: &Context<'_>, outcome: Outcome<String>) -> Result<QueuePayload> {
    Ok(match told(outcome)? {
        Err(user_errors) => QueuePayload { queue: None, user_errors },
        Ok(name) => {
            let queue = ctx.store().reference().await?.queues().named(&name).cloned().map(Queue);
            QueuePayload { queue, user_errors: Vec::new() }
        }
    })
}
