//! What is told: events made of new rows, those of one ticket joined into one.

use std::collections::HashMap;
use std::sync::Arc;

use crate::domain::history::{Audience, audience};
use crate::store::feed::{ChangeRow, HistoryRow, TicketKey};

/// Which table an event is from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Log {
    /// The history of tickets.
    History,
    /// Our change log.
    Changes,
}

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Where to go on reading its table behind it.
    pub position: i64,
    /// What happened.
    pub what: Happening,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Happening {
    /// Something happened to a ticket.
    Ticket {
        /// The ticket, as it was when its history was read.
        ticket: Arc<TicketKey>,
        /// Who is told.
        audience: Audience,
    },
    /// A change was logged.
    Change(Arc<ChangeRow>),
}

/// The events in rows of the history, given with the position behind each. A ticket with several rows has one event, where its last row stands.
pub fn ticket_events(rows: impl IntoIterator<Item = (HistoryRow, i64)>) -> Vec<Event> {
    let mut events: Vec<Option<Event>> = Vec::new();
    let mut place_of: HashMap<i64, usize> = HashMap::new();
    for (row, position) in rows {
        let told = row.history_type.as_deref().and_then(|kind| audience(kind, row.article));
        let (Some(mut told), Some(ticket)) = (told, row.ticket) else { continue };
        if let Some(earlier) = place_of.insert(ticket.id, events.len())
            && let Some(Event { what: Happening::Ticket { audience, .. }, .. }) = events[earlier].take()
        {
            told = told.max(audience);
        }
        events.push(Some(Event { position, what: Happening::Ticket { ticket: Arc::new(ticket), audience: told } }));
    }
    events.into_iter().flatten().collect()
}

/// The events in rows of the change log.
pub fn change_events(rows: Vec<ChangeRow>) -> Vec<Event> {
    let event = |row: ChangeRow| Event { position: row.change.id, what: Happening::Change(Arc::new(row)) };
    rows.into_iter().map(event).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(id: i64, history_type: &str, ticket: i64) -> (HistoryRow, i64) {
        let ticket = TicketKey { id: ticket, number: ticket.to_string(), customer_id: None };
        (HistoryRow { id, history_type: Some(history_type.into()), article: None, ticket: Some(ticket) }, id)
    }

    #[test]
    fn the_rows_of_a_ticket_are_one_event_for_whoever_any_of_them_is_for() {
        let rows = [row(1, "StateUpdate", 7), row(2, "Lock", 8), row(3, "Lock", 7), row(4, "Misc", 9)];
        let told = |event: Event| match event.what {
            Happening::Ticket { ticket, audience } => (event.position, ticket.id, audience),
            Happening::Change(_) => unreachable!("there are no changes"),
        };
        let events: Vec<_> = ticket_events(rows).into_iter().map(told).collect();
        assert_eq!(events, [(2, 8, Audience::Agents), (3, 7, Audience::Everyone)]);
    }
}
