//! Signing in.

use async_graphql::{Context, Object, SimpleObject};
use chrono::{DateTime, Utc};

use crate::error::Result;
use crate::graphql::context::ContextExt;
use crate::graphql::object::viewer::{Realm, Viewer};
use crate::graphql::user_error::{UserError, UserErrorCode};
use crate::service::session::SignIn;

/// What signing in gave.
#[derive(SimpleObject)]
pub struct LoginPayload {
    /// The access token, to be sent as `Authorization: Bearer ..`; null where signing in failed.
    access_token: Option<String>,
    /// When the access token ends; null where signing in failed.
    expires_at: Option<DateTime<Utc>>,
    /// Who signed in; null where signing in failed.
    viewer: Option<Viewer>,
    /// What went wrong; empty where nothing did.
    user_errors: Vec<UserError>,
}

/// Root fields for signing in.
#[derive(Default)]
pub struct SessionMutation;

#[Object]
impl SessionMutation {
    /// Signs in with login and password; needs no token. Whether the login exists is not told.
    #[graphql(complexity = "1000 + child_complexity")]
    async fn login(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which kind of account.")] realm: Realm,
        #[graphql(desc = "The username.")] login: String,
        #[graphql(desc = "The password.")] password: String,
    ) -> Result<LoginPayload> {
        let outcome = ctx.api().sessions.sign_in(ctx.store(), realm.into(), &login, &password).await?;
        Ok(match outcome {
            SignIn::Welcome { token, viewer } => {
                ctx.identify((*viewer).clone());
                LoginPayload {
                    access_token: Some(token.token),
                    expires_at: Some(token.expires_at),
                    viewer: Some(Viewer(*viewer)),
                    user_errors: Vec::new(),
                }
            }
            SignIn::BadCredentials => refused(
                UserErrorCode::BadCredentials,
                "Login and password do not fit together, or the account may not sign in.",
            ),
            SignIn::Busy => refused(
                UserErrorCode::TooManyAttempts,
                "Too many people sign in at the moment: try again in a few seconds.",
            ),
        })
    }
}

fn refused(code: UserErrorCode, message: &str) -> LoginPayload {
    let error = UserError::new(code, message, &["login"]);
    LoginPayload { access_token: None, expires_at: None, viewer: None, user_errors: vec![error] }
}
