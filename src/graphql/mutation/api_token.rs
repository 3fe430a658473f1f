//! API tokens.

use async_graphql::{Context, ID, Object, SimpleObject};
use chrono::{DateTime, Utc};

use crate::error::Result;
use crate::graphql::context::ContextExt;
use crate::graphql::id::GlobalId;
use crate::graphql::object::api_token::ApiToken;
use crate::graphql::page::{list_cost, usual};
use crate::graphql::user_error::{UserError, told};
use crate::service::api_token::ApiTokenWish;

use super::session::DonePayload;

/// What came of making an API token.
#[derive(SimpleObject, Default)]
pub struct ApiTokenPayload {
    /// The token as it is listed; null where none was made.
    api_token: Option<ApiToken>,
    /// The token itself, to be sent as `Authorization: Bearer ..`; shown this once. Null where none was made.
    secret: Option<String>,
    /// What went wrong; empty where nothing did.
    #[graphql(complexity = "list_cost(usual::USER_ERRORS, child_complexity)")]
    user_errors: Vec<UserError>,
}

/// Root fields for API tokens.
#[derive(Default)]
pub struct ApiTokenMutation;

#[Object]
impl ApiTokenMutation {
    /// Makes an API token for the viewer, which acts with the rights that the viewer has at the time of each request. It ends when it is
    /// revoked, at `expiresAt`, and when the viewer's password is changed. An API token cannot make another one.
    async fn api_token_create(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to call it, such as the program that will use it; at most 200 characters.")]
        name: String,
        #[graphql(default = true, desc = "Whether it may not change anything.")] is_read_only: bool,
        #[graphql(desc = "When it ends; null for never.")] expires_at: Option<DateTime<Utc>>,
    ) -> Result<ApiTokenPayload> {
        let wish = ApiTokenWish { name, is_read_only, expires_at };
        let outcome = ctx.api().sessions.create_api_token(ctx.store(), &ctx.caller()?, wish).await;
        Ok(match told(outcome)? {
            Ok((token, secret)) => {
                ApiTokenPayload { api_token: Some(ApiToken(token)), secret: Some(secret), ..ApiTokenPayload::default() }
            }
            Err(user_errors) => ApiTokenPayload { user_errors, ..ApiTokenPayload::default() },
        })
    }

    /// Ends an API token of the viewer and takes it off the list.
    async fn api_token_revoke(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Global id of the token.")] id: ID,
    ) -> Result<DonePayload> {
        let id = match GlobalId::decode(&id) {
            Some(GlobalId::ApiToken(id)) => Some(id),
            _ => None,
        };
        DonePayload::of(ctx.api().sessions.revoke_api_token(ctx.store(), &ctx.caller()?, id).await)
    }
}
