//! Opening and answering tickets, and changing their state.

use async_graphql::{Context, Object, SimpleObject};
use chrono::{DateTime, Utc};

use crate::error::Result;
use crate::graphql::context::ContextExt;
use crate::graphql::filter::Checked;
use crate::graphql::input::{TicketCreateInput, TicketReplyInput};
use crate::graphql::object::ticket::Ticket;
use crate::graphql::page::{list_cost, usual};
use crate::graphql::scalar::Version;
use crate::graphql::selection::{Selection, ticket_columns};
use crate::graphql::user_error::{UserError, told};
use crate::service::Outcome;
use crate::service::deadlock::retry_deadlocks;
use crate::service::ticket::TicketDraft;
use crate::service::ticket_reply::Reply;

/// What came of opening or changing a ticket.
#[derive(SimpleObject)]
pub struct TicketPayload {
    /// The ticket as it is now; null where nothing was done, and where the viewer may not read it.
    ticket: Option<Ticket>,
    /// What went wrong; empty where nothing did.
    #[graphql(complexity = "list_cost(usual::USER_ERRORS, child_complexity)")]
    user_errors: Vec<UserError>,
}

/// Root fields for opening and answering tickets.
#[derive(Default)]
pub struct TicketMutation;

#[Object]
impl TicketMutation {
    /// Opens a ticket. Customer users open their own; agents open one for a person, as if it was told on the phone. Needs create in the
    /// group of the queue.
    async fn ticket_create(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The ticket to be.")] input: TicketCreateInput,
    ) -> Result<TicketPayload> {
        let (editor, draft) = (ctx.editor()?, TicketDraft::from(input));
        let outcome = retry_deadlocks(|| editor.create_ticket(&draft)).await;
        payload(ctx, outcome).await
    }

    /// Answers a ticket. What customer users write needs rw and may open the ticket again; what agents write is a note and needs note.
    async fn ticket_reply(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The ticket's number.")] number: String,
        #[graphql(desc = "The answer.")] input: TicketReplyInput,
    ) -> Result<TicketPayload> {
        Checked(&ctx.api().limits).text("number", &number)?;
        let (editor, reply) = (ctx.editor()?, Reply::from(input));
        let outcome = retry_deadlocks(|| editor.reply(&number, &reply)).await;
        payload(ctx, outcome).await
    }

    /// Changes the state of a ticket. Needs rw in the group of its queue. Customer users choose among open and closed states.
    async fn ticket_set_state(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The ticket's number.")] number: String,
        #[graphql(desc = "Exact name of the state.")] state: String,
        #[graphql(desc = "What it is pending until: needed with a pending state.")] pending_until: Option<
            DateTime<Utc>,
        >,
        #[graphql(desc = "Do nothing unless this is still the ticket's version.")] if_version: Option<Version>,
    ) -> Result<TicketPayload> {
        Checked(&ctx.api().limits).text("number", &number)?;
        let version = if_version.as_ref().map(|version| version.0.as_str());
        let editor = ctx.editor()?;
        let outcome = retry_deadlocks(|| editor.set_ticket_state(&number, &state, pending_until, version)).await;
        payload(ctx, outcome).await
    }
}

async fn payload(ctx: &Context<'_>, outcome: Outcome<String>) -> Result<TicketPayload> {
    Ok(match told(outcome)? {
        Err(user_errors) => TicketPayload { ticket: None, user_errors },
        Ok(number) => {
            let columns = ticket_columns(&Selection::of(ctx).below("ticket"));
            let ticket = ctx.store().ticket_by_number(ctx.viewer()?, &number, columns).await?.map(Ticket);
            TicketPayload { ticket, user_errors: Vec::new() }
        }
    })
}
