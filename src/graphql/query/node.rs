//! Root fields for the viewer, the settings, the data sources, and records by global id.

use async_graphql::{Context, ID, Object};

use crate::domain::access::Action;
use crate::error::{Error, Result};
use crate::graphql::context::ContextExt;
use crate::graphql::id::GlobalId;
use crate::graphql::object::Node;
use crate::graphql::object::agent::agent;
use crate::graphql::object::api_token::ApiToken;
use crate::graphql::object::article::Article;
use crate::graphql::object::change::Change;
use crate::graphql::object::customer::Customer;
use crate::graphql::object::customer_user::CustomerUser;
use crate::graphql::object::data_source::DataSource;
use crate::graphql::object::group::Group;
use crate::graphql::object::queue::Queue;
use crate::graphql::object::settings::Settings;
use crate::graphql::object::ticket::{Ticket, TicketPriority, TicketState};
use crate::graphql::object::viewer::Viewer;
use crate::graphql::page::{list_cost, usual};
use crate::graphql::selection::{Selection, customer_columns, customer_user_columns, ticket_columns};
use crate::loader::{ApiTokenById, ArticleById, ChangeById, CustomerById, CustomerUserByLogin, TicketById};

/// Root fields for the viewer, the settings, the data sources, and records by global id.
#[derive(Default)]
pub struct NodeQuery;

#[Object]
impl NodeQuery {
    /// Who is asking; null without a token.
    async fn viewer(&self, ctx: &Context<'_>) -> Option<Viewer> {
        ctx.caller().ok().map(|caller| Viewer(caller.viewer))
    }

    /// What clients may know of the configuration; needs no token.
    async fn settings(&self, ctx: &Context<'_>) -> Settings {
        Settings::new(ctx.store().rules(), &ctx.api().limits)
    }

    /// A record by its global id; null for what does not exist and for what the viewer may not see, alike.
    async fn node(&self, ctx: &Context<'_>, #[graphql(desc = "Global id.")] id: ID) -> Option<Result<Node>> {
        find(ctx, &id).await.transpose()
    }

    /// Records by their global ids, in their order; null for what does not exist and for what the viewer may not see, alike.
    #[graphql(complexity = "list_cost(ids.len(), child_complexity)")]
    async fn nodes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Global ids; at most as many as a page has entries.")] ids: Vec<ID>,
    ) -> Result<Vec<Option<Result<Node>>>> {
        ctx.viewer()?;
        let max = ctx.api().limits.max_page_size;
        if ids.len() as u64 > max {
            return Err(Error::LimitExceeded(format!("`ids` has more than {max} ids: ask in parts")));
        }
        let found = futures_util::future::join_all(ids.iter().map(|id| find(ctx, id))).await;
        Ok(found.into_iter().map(Result::transpose).collect())
    }

    /// The data sources in the order in which they are asked.
    #[graphql(complexity = "list_cost(usual::NAMES, child_complexity)")]
    async fn data_sources(&self, ctx: &Context<'_>) -> Result<Vec<DataSource>> {
        ctx.viewer()?;
        Ok(DataSource::all(ctx.api()))
    }
}

async fn find(ctx: &Context<'_>, id: &ID) -> Result<Option<Node>> {
    let viewer = ctx.viewer()?;
    let (selection, display) = (Selection::of(ctx), &ctx.api().display);
    let Some(id) = GlobalId::decode(id) else { return Ok(None) };
    let reference = ctx.store().reference().await?;
    Ok(match id {
        GlobalId::Customer(id) => {
            ctx.find(CustomerById(id, customer_columns(&selection, display))).await?.map(Customer).map(Node::from)
        }
        GlobalId::CustomerUser(login) => ctx
            .find(CustomerUserByLogin(login, customer_user_columns(&selection, display)))
            .await?
            .map(CustomerUser)
            .map(Node::from),
        GlobalId::Ticket(id) => ctx.load(TicketById(id, ticket_columns(&selection))).await?.map(Ticket).map(Node::from),
        GlobalId::Article(id) => ctx.load(ArticleById(id)).await?.map(Article).map(Node::from),
        GlobalId::Agent(id) if ctx.allows(Action::ReadInternals)? => agent(ctx, Some(id)).await?.map(Node::from),
        GlobalId::Agent(_) => None,
        GlobalId::Change(id) if ctx.allows(Action::ReadRelations)? => {
            ctx.load(ChangeById(id)).await?.map(Change::from).map(Node::from)
        }
        GlobalId::Change(_) => None,
        GlobalId::Group(id) => {
            reference.groups().get(id).filter(|_| viewer.sees_group(id)).cloned().map(Group).map(Node::from)
        }
        GlobalId::Queue(id) => {
            let queue = reference.queues().get(id).filter(|queue| viewer.sees_group(queue.parent_id));
            queue.cloned().map(Queue).map(Node::from)
        }
        GlobalId::TicketState(id) => {
            reference.states().get(id).map(|state| TicketState::new(state, &reference)).map(Node::from)
        }
        GlobalId::TicketPriority(id) => reference.priorities().get(id).cloned().map(TicketPriority).map(Node::from),
        GlobalId::ApiToken(id) => ctx.load(ApiTokenById(id)).await?.map(ApiToken).map(Node::from),
        GlobalId::DataSource(name) => DataSource::named(ctx.api(), &name).map(Node::from),
    })
}
