//! The root field for the change log.

use async_graphql::{Context, Object};

use crate::error::Result;
use crate::graphql::context::ContextExt;
use crate::graphql::object::change::{ChangeConnection, changes};
use crate::graphql::page::{PageArguments, page_cost};

/// The root field for the change log.
#[derive(Default)]
pub struct ChangeQuery;

#[Object]
impl ChangeQuery {
    /// Changes of all records made through this server, newest first; null for anyone but administrators.
    #[graphql(complexity = "page_cost(first, None, child_complexity)")]
    async fn changes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The first so many.")] first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
    ) -> Option<Result<ChangeConnection>> {
        if let Err(error) = ctx.viewer() {
            return Some(Err(error));
        }
        changes(ctx, None, PageArguments::forward(first, after)).await.transpose()
    }
}
