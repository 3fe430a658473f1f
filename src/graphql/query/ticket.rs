//! Root fields for tickets.

use async_graphql::{Context, Object};
use futures_util::FutureExt;

use crate::error::{Error, Result};
use crate::graphql::context::ContextExt;
use crate::graphql::filter::{Checked, TicketFilter, TicketOrder, TicketView};
use crate::graphql::list::{TicketArguments, ticket_list};
use crate::graphql::object::statistic::{TicketGrouping, TicketStatisticsRow};
use crate::graphql::object::ticket::{Ticket, TicketPriority, TicketState};
use crate::graphql::page::{Connection, PageArguments, list_cost, page_cost, usual};
use crate::graphql::selection::{Selection, ticket_columns};
use crate::store::statistic::Grouping;

/// Root fields for tickets.
#[derive(Default)]
pub struct TicketQuery;

#[Object]
impl TicketQuery {
    /// A ticket by its number; null where there is none for the viewer.
    async fn ticket(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The number that people know it by.")] number: String,
    ) -> Option<Result<Ticket>> {
        find(ctx, &number).await.transpose()
    }

    /// The tickets that the viewer may read.
    #[graphql(complexity = "page_cost(first, last, child_complexity)")]
    #[allow(clippy::too_many_arguments)] // These are the field's arguments.
    async fn tickets(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which of the lists.", default_with = "TicketView::All")] view: TicketView,
        #[graphql(desc = "The first so many.")] first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many; not together with `first`.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
        #[graphql(desc = "What must hold.")] filter: Option<TicketFilter>,
        #[graphql(desc = "How to sort; newest first where nothing is given.")] order_by: Option<TicketOrder>,
    ) -> Result<Connection<Ticket>> {
        let viewer = ctx.viewer()?;
        let page = PageArguments { first, after, last, before };
        let list = ticket_list(ctx, TicketArguments { view, page, filter, order_by })?;
        Ok(Connection::new(ctx.store().tickets(viewer, &list).boxed().await?, Ticket))
    }

    /// The valid states that tickets can be in, by name.
    #[graphql(complexity = "list_cost(usual::NAMES, child_complexity)")]
    async fn ticket_states(&self, ctx: &Context<'_>) -> Result<Vec<TicketState>> {
        ctx.viewer()?;
        let reference = ctx.store().reference().await?;
        Ok(reference.states().valid().map(|state| TicketState::new(state, &reference)).collect())
    }

    /// The valid priorities that tickets can have, by name.
    #[graphql(complexity = "list_cost(usual::NAMES, child_complexity)")]
    async fn ticket_priorities(&self, ctx: &Context<'_>) -> Result<Vec<TicketPriority>> {
        ctx.viewer()?;
        let reference = ctx.store().reference().await?;
        Ok(reference.priorities().valid().cloned().map(TicketPriority).collect())
    }

    /// Counts of the tickets that the viewer may read, one row for every combination of the groupings that occurs, sorted by them.
    #[graphql(complexity = "list_cost(usual::STATISTIC_ROWS, child_complexity)")]
    async fn ticket_statistics(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to count by: one to three groupings, each once.")] group_by: Vec<TicketGrouping>,
        #[graphql(desc = "What must hold.")] filter: Option<TicketFilter>,
    ) -> Result<Vec<TicketStatisticsRow>> {
        let viewer = ctx.viewer()?;
        let groupings: Vec<Grouping> = group_by.into_iter().map(Into::into).collect();
        check_groupings(&groupings)?;
        let filter = Checked(&ctx.api().limits).ticket_filter(filter)?;
        let report = ctx.store().ticket_statistics(viewer, &groupings, &filter).boxed().await?;
        Ok(report.into_iter().map(|(keys, counts)| TicketStatisticsRow { keys, counts: counts.into() }).collect())
    }
}

fn check_groupings(groupings: &[Grouping]) -> Result<()> {
    let is_repeated = groupings.iter().enumerate().any(|(at, grouping)| groupings[..at].contains(grouping));
    if is_repeated || !(1..=3).contains(&groupings.len()) {
        return Err(Error::bad_input("`groupBy` takes one to three different groupings"));
    }
    Ok(())
}

async fn find(ctx: &Context<'_>, number: &str) -> Result<Option<Ticket>> {
    let viewer = ctx.viewer()?;
    Checked(&ctx.api().limits).text("number", number)?;
    let columns = ticket_columns(&Selection::of(ctx));
    Ok(ctx.store().ticket_by_number(viewer, number, columns).boxed().await?.map(Ticket))
}
