//! Lists as clients ask for them, checked and made into what the stores understand: shared by root fields and nested ones.

use async_graphql::Context;

use crate::error::Result;
use crate::source::customer_user::{CustomerUserList, CustomerUserSort};
use crate::store::ticket::TicketList;
use crate::store::ticket_query::TicketSort;

use super::context::ContextExt;
use super::filter::{Checked, CustomerUserFilter, CustomerUserOrder, TicketFilter, TicketOrder, TicketView};
use super::page::PageArguments;
use super::selection::{Selection, customer_user_columns, ticket_columns};

/// A list of customer users as asked for, checked.
pub fn customer_user_list(
    ctx: &Context<'_>,
    page: PageArguments,
    search: Option<String>,
    filter: Option<CustomerUserFilter>,
    order_by: Option<CustomerUserOrder>,
) -> Result<CustomerUserList> {
    let checked = Checked(&ctx.api().limits);
    Ok(CustomerUserList {
        search: checked.customer_user_search(search)?,
        filter: checked.customer_user_filter(filter)?,
        sort: order_by.map_or((CustomerUserSort::Login, false), CustomerUserOrder::sort),
        page: page.check(&ctx.api().limits)?,
        wanted: Selection::of(ctx).wanted(|entries| customer_user_columns(entries, &ctx.api().display)),
    })
}

/// The arguments of a list of tickets.
pub struct TicketArguments {
    /// Which of the lists.
    pub view: TicketView,
    /// Which part.
    pub page: PageArguments,
    /// What must hold.
    pub filter: Option<TicketFilter>,
    /// How to sort.
    pub order_by: Option<TicketOrder>,
}

/// A list of tickets as asked for, checked.
pub fn ticket_list(ctx: &Context<'_>, arguments: TicketArguments) -> Result<TicketList> {
    let TicketArguments { view, page, filter, order_by } = arguments;
    Ok(TicketList {
        view: view.into(),
        filter: Checked(&ctx.api().limits).ticket_filter(filter)?,
        sort: order_by.map_or((TicketSort::CreatedAt, true), TicketOrder::sort),
        page: page.check(&ctx.api().limits)?,
        wanted: Selection::of(ctx).wanted(ticket_columns),
    })
}
