//! The configured rules of the domain, in one place.

use super::permission::PermissionRules;
use super::ticket::StateType;
use super::ticket_number::NumberRules;
use super::working_time::Calendars;

/// Everything that configuration decides about customers, permissions and tickets.
#[derive(Clone, Debug)]
pub struct Rules {
    /// Who holds which permission.
    pub permission: PermissionRules,
    /// State types that count as open.
    pub open_state_types: Vec<StateType>,
    /// Whether customer users see the tickets of their customers beside their own.
    pub company_tickets: bool,
    /// How ticket numbers look.
    pub ticket_number: NumberRules,
    /// Whether tickets have services and service level agreements.
    pub services: bool,
    /// When work is done.
    pub calendars: Calendars,
    /// Columns that a search for customers looks at.
    pub customer_search_fields: Vec<String>,
    /// Columns that a search for customer users looks at.
    pub customer_user_search_fields: Vec<String>,
}
