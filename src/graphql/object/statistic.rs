//! Reports over tickets.

use async_graphql::{Enum, SimpleObject};

use super::ticket::TicketCounts;

/// What tickets can be counted by.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "crate::store::statistic::Grouping")]
pub enum TicketGrouping {
    /// The CustomerID; empty for tickets without one.
    Customer,
    /// The username; empty for tickets of nobody.
    CustomerUser,
    /// The queue's full name.
    Queue,
    /// The state's name.
    State,
    /// The name of the state's type.
    StateType,
    /// The priority's name.
    Priority,
    /// The day they were made, such as 2026-11-21, in the time zone of the database.
    CreatedDay,
    /// The month they were made, such as 2026-11, in the time zone of the database.
    CreatedMonth,
}

/// Counts for reports, over the tickets that the viewer may read.
#[derive(SimpleObject)]
pub struct TicketStatisticsRow {
    /// One per grouping, in their order.
    pub keys: Vec<String>,
    /// The counts.
    pub counts: TicketCounts,
}
