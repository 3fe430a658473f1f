//! Following tickets.

use async_graphql::{Context, SimpleObject, Subscription};
use futures_util::Stream;

use crate::domain::access::Action;
use crate::domain::history::Audience;
use crate::error::Result;
use crate::feed::event::{Event, Happening, Log};
use crate::feed::watch::{Subject, is_same};
use crate::graphql::context::ContextExt;
use crate::graphql::object::ticket::Ticket;
use crate::graphql::selection::{Selection, ticket_columns};

use super::{check, current_event, cursor_of};

/// Following tickets.
#[derive(Default)]
pub struct TicketSubscription;

/// A ticket was made or has changed.
#[derive(SimpleObject)]
pub struct TicketEvent {
    /// Where the subscriber is: give it as `since` after a reconnect, and nothing in between is lost.
    cursor: String,
    /// The ticket as it is now.
    ticket: Ticket,
}

#[Subscription]
impl TicketSubscription {
    /// New tickets, articles, and changes of state, queue, priority, title and customer, also those made by another program on the same database;
    /// for agents those of owner, responsible, lock, pending time, type, service, SLA and archive too, and merges. An event comes only if the viewer may read the ticket at that moment,
    /// and customer users are told nothing of articles that are not meant for them. Changes that come together are one event. After a
    /// reconnect with `since` some events may come twice.
    async fn ticket_changed(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only the ticket with this number; any where null.")] number: Option<String>,
        #[graphql(
            desc = "Only tickets that belong to this customer when the event is sent, by CustomerID in any case; any where null."
        )]
        customer_id: Option<String>,
        #[graphql(
            desc = "The cursor of the last event before a reconnect, at most seven days old: events since then come first. From now on where null."
        )]
        since: Option<String>,
    ) -> Result<impl Stream<Item = TicketEvent>> {
        let viewer = ctx.viewer()?;
        ctx.allows(Action::ReadTickets)?;
        check(ctx, &[("number", &number), ("customerId", &customer_id)])?;
        let audience = if viewer.is_customer_user() { Audience::Everyone } else { Audience::Agents };
        let subject = Subject::Tickets { number, customer_id: customer_id.clone(), audience };
        let found = match current_event(ctx, subject, since.as_deref())? {
            Some(event) => find(ctx, event, customer_id.as_deref()).await?,
            None => None,
        };
        Ok(futures_util::stream::iter(found))
    }
}

/// The event with its ticket, if the viewer may read it and it still belongs to the customer.
async fn find(ctx: &Context<'_>, event: &Event, customer_id: Option<&str>) -> Result<Option<TicketEvent>> {
    let Happening::Ticket { ticket, .. } = &event.what else { return Ok(None) };
    let columns = ticket_columns(&Selection::of(ctx).below("ticket"));
    let found = ctx.store().tickets_by_id(ctx.viewer()?, &[ticket.id], columns).await?;
    let is_of = |owner: Option<&str>| {
        customer_id.is_none_or(|wanted| owner.is_some_and(|owner| is_same(ctx.store(), wanted, owner)))
    };
    let found = found.into_iter().find(|ticket| is_of(ticket.customer_id.as_deref()));
    Ok(found.map(|ticket| TicketEvent { cursor: cursor_of(ctx, Log::History, event), ticket: Ticket(ticket) }))
}
