//! Root fields for customer users.

use async_graphql::{Context, Object};
use futures_util::FutureExt;

use crate::error::Result;
use crate::graphql::context::ContextExt;
use crate::graphql::filter::{Checked, CustomerUserFilter, CustomerUserOrder};
use crate::graphql::list::customer_user_list;
use crate::graphql::object::customer_user::CustomerUser;
use crate::graphql::page::{Connection, PageArguments, page_cost};
use crate::graphql::selection::{Selection, customer_user_columns};

/// Root fields for customer users.
#[derive(Default)]
pub struct CustomerUserQuery;

#[Object]
impl CustomerUserQuery {
    /// A customer user by username, in any case; null where there is none for the viewer.
    async fn customer_user(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Username.")] login: String,
    ) -> Option<Result<CustomerUser>> {
        find(ctx, &login).await.transpose()
    }

    /// The customer users that exist for the viewer; valid ones only unless `filter` says otherwise.
    #[graphql(complexity = "page_cost(first, last, child_complexity)")]
    #[allow(clippy::too_many_arguments)] // These are the field's arguments.
    async fn customer_users(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The first so many.")] first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many; not together with `first`.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
        #[graphql(
            desc = "Search text, contained in login, name or CustomerID in any case: `+` and, `!` not, `*` any text. Blanks are part of it."
        )]
        search: Option<String>,
        #[graphql(desc = "What must hold.")] filter: Option<CustomerUserFilter>,
        #[graphql(desc = "How to sort; by username where nothing is given.")] order_by: Option<CustomerUserOrder>,
    ) -> Result<Connection<CustomerUser>> {
        let viewer = ctx.viewer()?;
        let list = customer_user_list(ctx, PageArguments { first, after, last, before }, search, filter, order_by)?;
        Ok(Connection::of_sources(
            ctx,
            ctx.reader()?.sources.customer_users(viewer, &list).boxed().await?,
            CustomerUser::from,
        ))
    }
}

async fn find(ctx: &Context<'_>, login: &str) -> Result<Option<CustomerUser>> {
    let viewer = ctx.viewer()?;
    Checked(&ctx.api().limits).text("login", login)?;
    let columns = customer_user_columns(&Selection::of(ctx), &ctx.api().display);
    Ok(ctx.reader()?.sources.customer_user(viewer, login, columns).boxed().await?.map(CustomerUser::from))
}
