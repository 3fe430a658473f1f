//! Agents.

use async_graphql::{Context, ID, Object};

use crate::domain;
use crate::domain::access::Action;
use crate::error::Result;
use crate::graphql::context::ContextExt;
use crate::graphql::filter::Validity;
use crate::graphql::id::GlobalId;
use crate::loader::AgentById;

/// Someone who works at the help desk.
pub struct Agent(pub domain::agent::Agent);

/// Someone who works at the help desk.
#[Object]
impl Agent {
    /// Global id.
    pub async fn id(&self) -> ID {
        GlobalId::Agent(self.0.id).encode()
    }

    /// The name the agent signs in with.
    async fn login(&self) -> &str {
        &self.0.login
    }

    /// First and last name.
    async fn full_name(&self) -> &str {
        &self.0.full_name
    }

    /// Whether the agent is active.
    async fn validity(&self) -> Validity {
        self.0.validity.into()
    }
}

/// The agent with this number, where agents exist for the viewer.
pub async fn agent(ctx: &Context<'_>, id: Option<i32>) -> Result<Option<Agent>> {
    match id {
        Some(id) if ctx.allows(Action::ReadInternals)? => Ok(ctx.load(AgentById(id)).await?.map(Agent)),
        _ => Ok(None),
    }
}
