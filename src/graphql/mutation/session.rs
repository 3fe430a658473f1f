//! Signing in and out, and the own password.

use async_graphql::{Context, Object, SimpleObject};
use chrono::{DateTime, Utc};

use crate::domain::account::Account;
use crate::error::Result;
use crate::graphql::context::ContextExt;
use crate::graphql::object::viewer::{Realm, Viewer};
use crate::graphql::page::{list_cost, usual};
use crate::graphql::user_error::{UserError, told};
use crate::service::Outcome;
use crate::service::session::Welcome;

/// What signing in gave.
#[derive(SimpleObject, Default)]
pub struct LoginPayload {
    /// The access token, to be sent as `Authorization: Bearer ..`; null where signing in failed.
    access_token: Option<String>,
    /// The refresh token, good once for `sessionRefresh`; null where signing in failed, and where this server keeps no sessions because its
    /// own tables are missing beside those of another product.
    refresh_token: Option<String>,
    /// When the access token ends; null where signing in failed.
    expires_at: Option<DateTime<Utc>>,
    /// Who signed in; null where signing in failed.
    viewer: Option<Viewer>,
    /// What went wrong; empty where nothing did.
    #[graphql(complexity = "list_cost(usual::USER_ERRORS, child_complexity)")]
    user_errors: Vec<UserError>,
}

/// What came of something that has no other answer.
#[derive(SimpleObject, Default)]
pub struct DonePayload {
    /// What went wrong, and kept everything from being done; empty where nothing did.
    #[graphql(complexity = "list_cost(usual::USER_ERRORS, child_complexity)")]
    user_errors: Vec<UserError>,
}

impl DonePayload {
    /// What came of it.
    pub fn of(outcome: Outcome<()>) -> Result<Self> {
        Ok(Self { user_errors: told(outcome)?.err().unwrap_or_default() })
    }
}

/// Root fields for signing in and out, and for the own password.
#[derive(Default)]
pub struct SessionMutation;

#[Object]
impl SessionMutation {
    /// Signs in with login and password; needs no token. Whether the login exists is not told. After several wrong passwords for an account, or
    /// from one address, each attempt has to wait, one with the right password too: TOO_MANY_ATTEMPTS says how long.
    #[graphql(complexity = "1000 + child_complexity")]
    async fn login(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which kind of account.")] realm: Realm,
        #[graphql(desc = "The username.")] login: String,
        #[graphql(desc = "The password.")] password: String,
    ) -> Result<LoginPayload> {
        let account = Account::new(realm.into(), login);
        let outcome = ctx.api().sessions.sign_in(ctx.store(), &account, &password, ctx.address()).await;
        welcome(ctx, outcome)
    }

    /// Goes on with a session: gives a new access token and a new refresh token for the last one; needs no access token. A refresh token
    /// works once. Using it again ends the whole session, because one of the two who have it must have stolen it.
    async fn session_refresh(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The refresh token that came last.")] refresh_token: String,
    ) -> Result<LoginPayload> {
        let outcome = ctx.api().sessions.refresh(ctx.store(), &refresh_token).await;
        welcome(ctx, outcome)
    }

    /// Ends the session that the access token belongs to: neither of its tokens is good any more. An access token that belongs to no
    /// session goes on until its own end. API tokens are left alone.
    async fn logout(
        &self,
        ctx: &Context<'_>,
        #[graphql(default = false, desc = "Whether to end all sessions of the account, also on other devices.")]
        everywhere: bool,
    ) -> Result<DonePayload> {
        ctx.api().sessions.sign_out(ctx.store(), &ctx.caller()?, everywhere).await?;
        Ok(DonePayload::default())
    }

    /// Gives the viewer a new password. All other sessions of the account end, and all its API tokens. The present session goes on by
    /// `sessionRefresh`; the access token at hand ends too, because it was made for the old password.
    #[graphql(complexity = "2000 + child_complexity")]
    async fn password_change(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The password as it is.")] current: String,
        #[graphql(desc = "The password as it is to be.")] new: String,
    ) -> Result<DonePayload> {
        let caller = ctx.caller()?;
        let passwords = (current.as_str(), new.as_str());
        DonePayload::of(ctx.api().sessions.change_password(ctx.store(), &caller, passwords, ctx.address()).await)
    }
}

fn welcome(ctx: &Context<'_>, outcome: Outcome<Welcome>) -> Result<LoginPayload> {
    Ok(match told(outcome)? {
        Ok(Welcome { token, refresh_token, caller }) => {
            ctx.identify(caller.clone());
            LoginPayload {
                access_token: Some(token.token),
                refresh_token,
                expires_at: Some(token.expires_at),
                viewer: Some(Viewer(caller.viewer)),
                user_errors: Vec::new(),
            }
        }
        Err(user_errors) => LoginPayload { user_errors, ..LoginPayload::default() },
    })
}
