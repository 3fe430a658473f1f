//! The root fields that write, one file for each area.

pub mod api_token;
pub mod customer;
pub mod customer_user;
pub mod group;
pub mod relation;
pub mod session;
pub mod ticket;

use async_graphql::MergedObject;

/// Everything that can be done.
#[derive(MergedObject, Default)]
pub struct Mutation(
    session::SessionMutation,
    api_token::ApiTokenMutation,
    customer::CustomerMutation,
    customer_user::CustomerUserMutation,
    group::GroupMutation,
    relation::RelationMutation,
    ticket::TicketMutation,
);
