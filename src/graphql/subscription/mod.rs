//! The root fields that go on telling, one file for each area. A field is resolved when its subscription begins, to check and note what it
//! watches, and then anew for every event, with the viewer of that moment.

pub mod record;
pub mod ticket;

use async_graphql::{Context, MergedSubscription};

use crate::error::{Error, Result};
use crate::feed::cursor;
use crate::feed::event::{Event, Log};
use crate::feed::watch::{Subject, Watch};
use crate::graphql::context::{ContextExt, Occasion};
use crate::graphql::filter::Checked;

/// Everything that can be followed.
#[derive(MergedSubscription, Default)]
pub struct Subscription(record::RecordSubscription, ticket::TicketSubscription);

/// Refuses keys that no record can have.
fn check(ctx: &Context<'_>, arguments: &[(&str, &Option<String>)]) -> Result<()> {
    let mut given = arguments.iter().filter_map(|(name, value)| Some((name, value.as_ref()?)));
    given.try_for_each(|(name, value)| Checked(&ctx.api().limits).text(name, value))
}

/// The event that is to be told now, if it is of the subject; when the subscription begins the subject is noted.
fn current_event<'a>(ctx: &'a Context<'_>, subject: Subject, since: Option<&str>) -> Result<Option<&'a Event>> {
    match ctx.occasion() {
        Some(Occasion::Event(event)) => Ok(Some(event).filter(|event| subject.concerns(event, ctx.store()))),
        Some(Occasion::Beginning(watches)) => {
            let since = since.map(|since| cursor::decode(ctx.store(), subject.log(), since)).transpose()?;
            watches.lock().expect("no panic while noting").push(Watch { subject, since });
            Ok(None)
        }
        None => Err(Error::bad_input(
            "subscriptions come over WebSocket: connect to the same address with the sub-protocol `graphql-transport-ws`",
        )),
    }
}

/// The cursor behind an event.
fn cursor_of(ctx: &Context<'_>, log: Log, event: &Event) -> String {
    cursor::encode(ctx.store(), log, event.position)
}
