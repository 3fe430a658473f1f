//! API tokens: making one for oneself, and taking one away.

use chrono::{DateTime, Utc};

use crate::auth::secret::{digest, new_api_token};
use crate::domain::api_token::{ApiToken, MAX_API_TOKENS, check_new_api_token};
use crate::domain::caller::{Caller, Means};
use crate::domain::violation::{Violation, ViolationCode};
use crate::error::Error;
use crate::store::Store;
use crate::store::api_token::NewApiToken;

use super::session::Sessions;
use super::{Outcome, none_of};

/// What somebody wants of a new token.
pub struct ApiTokenWish {
    /// What to call it.
    pub name: String,
    /// Whether it may not change anything.
    pub is_read_only: bool,
    /// When it ends; `None` for never.
    pub expires_at: Option<DateTime<Utc>>,
}

impl Sessions {
    /// Makes a token for the person who asks; its secret is told this once.
    pub async fn create_api_token(
        &self,
        store: &Store,
        caller: &Caller,
        wish: ApiTokenWish,
    ) -> Outcome<(ApiToken, String)> {
        // Neither a token that can be taken back nor one that ends soon may turn into another that lives on.
        let message = match caller.means {
            Means::ApiToken { .. } => Some("an API token cannot make another one: sign in with a password"),
            Means::Issuer => Some("a token of another issuer cannot make an API token: sign in with a password"),
            Means::Session(_) | Means::Token => None,
        };
        if let Some(message) = message {
            return Err(Error::Forbidden(message.to_owned()).into());
        }
        store.require_own_tables()?;
        let name = wish.name.trim();
        none_of(check_new_api_token(name, wish.expires_at, store.now()))?;
        let account = caller.viewer.account();
        let transaction = store.begin(&caller.viewer).await?;
        // Two at once must not both become the hundredth.
        transaction.lock_names(&[("api token", &account.login)]).await?;
        if transaction.count_api_tokens(&account).await? >= MAX_API_TOKENS {
            return Err(too_many().into());
        }
        let owner = transaction.credential_of_token(&account, None).await?;
        if owner.is_none() && caller.viewer.source().is_none() {
            return Err(Error::Unauthenticated.into());
        }
        let (stamp, secret) = (self.stamp_of(&caller.viewer, owner.as_ref()), new_api_token());
        let hash = digest(&secret);
        let new = NewApiToken {
            account: &account,
            stamp: &stamp,
            secret_hash: &hash,
            name,
            is_read_only: wish.is_read_only,
            expires_at: wish.expires_at,
        };
        transaction.add_api_token(&new).await?;
        let made = transaction.api_token_by_hash(&hash).await?;
        let made = made.ok_or_else(|| Error::internal("an API token is not there that was just stored"))?;
        transaction.commit().await?;
        tracing::info!(realm = %account.realm, login = account.login, token = made.token.id, "API token made");
        Ok((made.token, secret))
    }

    /// Takes a token of the person who asks away; `id` None stands for one that cannot be theirs.
    pub async fn revoke_api_token(&self, store: &Store, caller: &Caller, id: Option<i64>) -> Outcome<()> {
        store.require_own_tables()?;
        let account = caller.viewer.account();
        let id = id.ok_or_else(unknown)?;
        if !store.remove_api_token(&account, id).await? {
            return Err(unknown().into());
        }
        self.forget(store);
        tracing::info!(realm = %account.realm, login = account.login, token = id, "API token revoked");
        Ok(())
    }
}

fn too_many() -> Violation {
    let message =
        format!("You have {MAX_API_TOKENS} API tokens, which is the most: revoke those that are no longer needed.");
    Violation::new(ViolationCode::Invalid, &["name"], message)
}

fn unknown() -> Violation {
    let message = "You have no such API token: `viewer { apiTokens { id } }` lists those that you have.";
    Violation::new(ViolationCode::NotFound, &["id"], message)
}
