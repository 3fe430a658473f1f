//! The object types, one file each: fields, their descriptions, and which loader answers them.

pub mod address;
pub mod agent;
pub mod api_token;
pub mod article;
pub mod change;
pub mod customer;
pub mod customer_user;
pub mod data_source;
pub mod group;
pub mod member;
pub mod permission;
pub mod queue;
pub mod settings;
pub mod statistic;
pub mod ticket;
pub mod viewer;

use async_graphql::{ID, Interface};

use agent::Agent;
use api_token::ApiToken;
use article::Article;
use change::Change;
use customer::Customer;
use customer_user::CustomerUser;
use data_source::DataSource;
use group::Group;
use queue::Queue;
use ticket::{Ticket, TicketPriority, TicketState};

/// An object with a global id.
#[derive(Interface)]
#[graphql(field(name = "id", ty = "ID", desc = "Global id, for `node` and `nodes`."))]
#[allow(clippy::large_enum_variant)] // Nodes are made one at a time.
pub enum Node {
    /// A customer.
    Customer(Customer),
    /// A customer user.
    CustomerUser(CustomerUser),
    /// A group.
    Group(Group),
    /// A queue.
    Queue(Queue),
    /// An agent.
    Agent(Agent),
    /// A ticket.
    Ticket(Ticket),
    /// An article.
    Article(Article),
    /// A ticket state.
    TicketState(TicketState),
    /// A ticket priority.
    TicketPriority(TicketPriority),
    /// A data source.
    DataSource(DataSource),
    /// An API token.
    ApiToken(ApiToken),
    /// A change.
    Change(Change),
}
