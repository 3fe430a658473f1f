//! What lists can be narrowed by. All that is given must hold; text is compared without regard to case.

use chrono::{DateTime, Utc};

use super::ticket::{StateType, TicketView};
use super::validity::Validity;

/// Conditions on one text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct TextFilter {
    /// It is this.
    pub eq: Option<String>,
    /// It is one of these.
    pub any_of: Option<Vec<String>>,
    /// It has this somewhere.
    pub contains: Option<String>,
    /// It begins with this.
    pub starts_with: Option<String>,
    /// It is empty or null - or is neither.
    pub is_empty: Option<bool>,
}

/// Conditions on one instant.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct TimeFilter {
    /// At or after this.
    pub since: Option<DateTime<Utc>>,
    /// Before this.
    pub before: Option<DateTime<Utc>>,
}

/// Conditions on customers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct CustomerFilter {
    /// On its id.
    pub customer_id: TextFilter,
    /// On its name.
    pub name: TextFilter,
    /// On its city.
    pub city: TextFilter,
    /// On its country as stored.
    pub country: TextFilter,
    /// On its validity; `None` means valid ones only.
    pub validity: Option<Vec<Validity>>,
    /// Kept in this data source.
    pub data_source: Option<String>,
    /// Has at least one such ticket.
    pub has_tickets: Option<TicketView>,
    /// On when it was last changed.
    pub changed_at: TimeFilter,
}

/// Conditions on customer users.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct CustomerUserFilter {
    /// On the login.
    pub login: TextFilter,
    /// On the e-mail address.
    pub email: TextFilter,
    /// On the first name.
    pub first_name: TextFilter,
    /// On the last name.
    pub last_name: TextFilter,
    /// On the own customer's id.
    pub customer_id: TextFilter,
    /// On the city.
    pub city: TextFilter,
    /// On the country as stored.
    pub country: TextFilter,
    /// On the validity; `None` means valid ones only.
    pub validity: Option<Vec<Validity>>,
    /// Kept in this data source.
    pub data_source: Option<String>,
    /// Has at least one such ticket.
    pub has_tickets: Option<TicketView>,
    /// On when it was last changed.
    pub changed_at: TimeFilter,
}

/// Conditions on tickets.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct TicketFilter {
    /// On the ticket number.
    pub number: TextFilter,
    /// On the title.
    pub title: TextFilter,
    /// In a state of one of these types.
    pub state_types: Option<Vec<StateType>>,
    /// In one of these queues.
    pub queues: Option<Vec<String>>,
    /// On the customer's id.
    pub customer_id: TextFilter,
    /// On the login of the person.
    pub customer_user_login: TextFilter,
    /// On when it was made.
    pub created_at: TimeFilter,
    /// On when it was last changed.
    pub changed_at: TimeFilter,
    /// Archived or not.
    pub is_archived: Option<bool>,
}
