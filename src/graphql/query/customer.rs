//! Root fields for customers.

use async_graphql::{Context, Object};
use futures_util::FutureExt;

use crate::domain::access::Action;
use crate::error::Result;
use crate::graphql::context::ContextExt;
use crate::graphql::filter::{Checked, CustomerFilter, CustomerOrder};
use crate::graphql::object::customer::Customer;
use crate::graphql::page::{Connection, PageArguments, page_cost};
use crate::graphql::selection::{Selection, customer_columns};
use crate::source::customer::{CustomerList, CustomerSort};

/// Root fields for customers.
#[derive(Default)]
pub struct CustomerQuery;

#[Object]
impl CustomerQuery {
    /// A customer by its CustomerID, in any case; null where there is none for the viewer.
    async fn customer(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "CustomerID.")] customer_id: String,
    ) -> Option<Result<Customer>> {
        find(ctx, &customer_id).await.transpose()
    }

    /// The customers that exist for the viewer; valid ones only unless `filter` says otherwise.
    #[graphql(complexity = "page_cost(first, last, child_complexity)")]
    #[allow(clippy::too_many_arguments)] // These are the field's arguments.
    async fn customers(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The first so many.")] first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many; not together with `first`.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
        #[graphql(
            desc = "Search text: `+` and `&&` and, `||` or, `!` not, `*` any text, parentheses group, quotes keep text together."
        )]
        search: Option<String>,
        #[graphql(desc = "What must hold.")] filter: Option<CustomerFilter>,
        #[graphql(desc = "How to sort; by CustomerID where nothing is given.")] order_by: Option<CustomerOrder>,
    ) -> Result<Connection<Customer>> {
        let viewer = ctx.viewer()?;
        ctx.allows(Action::ReadCustomers)?;
        let (limits, checked) = (&ctx.api().limits, Checked(&ctx.api().limits));
        let list = CustomerList {
            search: checked.customer_search(search)?,
            filter: checked.customer_filter(filter)?,
            sort: order_by.map_or((CustomerSort::CustomerId, false), CustomerOrder::sort),
            page: PageArguments { first, after, last, before }.check(limits)?,
            wanted: Selection::of(ctx).wanted(|entries| customer_columns(entries, &ctx.api().display)),
        };
        Ok(Connection::of_sources(ctx, ctx.reader()?.sources.customers(viewer, &list).boxed().await?, Customer::from))
    }
}

async fn find(ctx: &Context<'_>, customer_id: &str) -> Result<Option<Customer>> {
    let viewer = ctx.viewer()?;
    Checked(&ctx.api().limits).text("customerId", customer_id)?;
    let columns = customer_columns(&Selection::of(ctx), &ctx.api().display);
    Ok(ctx.reader()?.sources.customer(viewer, customer_id, columns).boxed().await?.map(Customer::from))
}
