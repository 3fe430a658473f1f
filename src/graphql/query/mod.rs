//! The root fields that read, one file for each area.

pub mod change;
pub mod customer;
pub mod customer_user;
pub mod group;
pub mod node;
pub mod ticket;

use async_graphql::MergedObject;

/// Everything that can be read.
#[derive(MergedObject, Default)]
pub struct Query(
    node::NodeQuery,
    customer::CustomerQuery,
    customer_user::CustomerUserQuery,
    group::GroupQuery,
    ticket::TicketQuery,
    change::ChangeQuery,
);
