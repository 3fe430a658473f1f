//! What a subscriber asked to be told of.

use crate::domain::change::{Change, ChangeKind, EntityType};
use crate::domain::history::Audience;
use crate::store::Store;
use crate::store::feed::{ChangeRow, TicketKey};

use super::event::{Event, Happening, Log};

/// What a subscriber asked to be told of. Whether they may see it is asked when it happens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Watch {
    /// What kind of thing.
    pub subject: Subject,
    /// The position to go on from; `None` for the present.
    pub since: Option<i64>,
}

/// What kind of thing a subscriber watches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    /// Tickets.
    Tickets {
        /// Only the ticket with this number.
        number: Option<String>,
        /// Only tickets of this customer.
        customer_id: Option<String>,
        /// Whom the subscriber belongs to: agents are told everything.
        audience: Audience,
    },
    /// Records whose changes are logged.
    Records {
        /// Which kind of record.
        entity: EntityType,
        /// Only the record with this key, in any case.
        key: Option<String>,
    },
}

impl Subject {
    /// Which table tells of it.
    pub fn log(&self) -> Log {
        match self {
            Self::Tickets { .. } => Log::History,
            Self::Records { .. } => Log::Changes,
        }
    }

    /// Whether an event is of what the subscriber asked for, as far as the event itself says.
    pub fn concerns(&self, event: &Event, store: &Store) -> bool {
        match (self, &event.what) {
            (Self::Tickets { number, customer_id, audience }, Happening::Ticket { ticket, audience: told }) => {
                let is_asked_for = number.as_ref().is_none_or(|number| *number == ticket.number);
                told >= audience && is_asked_for && is_of(customer_id.as_deref(), ticket, store)
            }
            (Self::Records { entity, key }, Happening::Change(row)) => {
                let is_key = |key: &String| keys(*entity, row).any(|other| is_same(store, key, other));
                row.change.entity_type == entity.name() && key.as_ref().is_none_or(is_key)
            }
            _ => false,
        }
    }
}

/// Whether a ticket belongs to a customer; always where none is named.
fn is_of(customer_id: Option<&str>, ticket: &TicketKey, store: &Store) -> bool {
    let owner = ticket.customer_id.as_deref();
    customer_id.is_none_or(|wanted| owner.is_some_and(|owner| is_same(store, wanted, owner)))
}

/// Whether the database takes two keys for the same.
pub fn is_same(store: &Store, one: &str, other: &str) -> bool {
    store.parent_key(one) == store.parent_key(other)
}

/// The keys of the record of a change: then, now, and before it was renamed.
fn keys(entity: EntityType, row: &ChangeRow) -> impl Iterator<Item = &str> {
    let ChangeRow { change, present_key } = row;
    [change.entity_key.as_str(), present_key.as_str()].into_iter().chain(key_before(entity, change))
}

fn key_before(entity: EntityType, change: &Change) -> Option<&str> {
    let key_field = if entity == EntityType::Customer { "customerId" } else { "login" };
    let is_key = change.fields.iter().find(|field| change.kind == ChangeKind::Renamed && field.field == key_field);
    is_key.and_then(|field| field.before.as_deref())
}
