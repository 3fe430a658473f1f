//! Who is asking.

use std::sync::Arc;

use async_graphql::{Context, Enum, Object};

use crate::domain;
use crate::domain::api_token::MAX_API_TOKENS;
use crate::domain::permission_key::CREATE;
use crate::error::Result;
use crate::graphql::context::ContextExt;
use crate::graphql::page::{list_cost, usual};
use crate::graphql::selection::{Selection, customer_user_columns};
use crate::loader::{AgentById, CustomerUserByLogin};

use super::agent::Agent;
use super::api_token::ApiToken;
use super::customer_user::CustomerUser;
use super::queue::Queue;

/// Which kind of account someone signs in with.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "crate::domain::account::Realm")]
pub enum Realm {
    /// An agent of the help desk.
    Agent,
    /// A customer user.
    Customer,
}

/// What someone may do at large.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "crate::domain::viewer::Role")]
pub enum Role {
    /// A person of a customer: own customers and people, and the tickets their permissions reach.
    CustomerUser,
    /// An agent: all customers and people, and the tickets of their groups.
    Agent,
    /// An agent with rw in the group admin: also permissions, groups and the change log.
    Administrator,
}

/// Who is asking.
pub struct Viewer(pub Arc<domain::viewer::Viewer>);

/// Who is asking.
#[Object]
impl Viewer {
    /// What the viewer may do at large.
    async fn role(&self) -> Role {
        self.0.role().into()
    }

    /// The agent; null for customer users.
    async fn agent(&self, ctx: &Context<'_>) -> Option<Result<Agent>> {
        let domain::viewer::Viewer::Agent(agent) = self.0.as_ref() else { return None };
        let found = ctx.load(AgentById(agent.id)).await;
        found.map(|agent| agent.map(Agent)).transpose()
    }

    /// The customer user; null for agents.
    async fn customer_user(&self, ctx: &Context<'_>) -> Option<Result<CustomerUser>> {
        let domain::viewer::Viewer::CustomerUser(person) = self.0.as_ref() else { return None };
        let columns = customer_user_columns(&Selection::of(ctx), &ctx.api().display);
        let found = ctx.find(CustomerUserByLogin(person.login.clone(), columns)).await;
        found.map(|person| person.map(CustomerUser)).transpose()
    }

    /// Valid queues where the viewer may open a ticket, by name.
    #[graphql(complexity = "list_cost(usual::NAMES, child_complexity)")]
    async fn create_queues(&self, ctx: &Context<'_>) -> Result<Vec<Queue>> {
        let reference = ctx.store().reference().await?;
        let create = ctx.store().rules().permission.keys.one(CREATE).unwrap_or_default();
        let groups = self.0.groups_with(create);
        let queues = reference
            .queues()
            .valid()
            .filter(|queue| groups.contains(&queue.parent_id) && reference.valid_groups.contains(queue.parent_id));
        Ok(queues.cloned().map(Queue).collect())
    }

    /// The viewer's own API tokens, newest first; those that have ended are listed until they are revoked.
    #[graphql(complexity = "list_cost(MAX_API_TOKENS as usize, child_complexity)")]
    async fn api_tokens(&self, ctx: &Context<'_>) -> Result<Vec<ApiToken>> {
        let found = ctx.store().api_tokens(&self.0.account()).await?;
        Ok(found.into_iter().map(ApiToken).collect())
    }
}
