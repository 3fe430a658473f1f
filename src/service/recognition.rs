//! Telling who a token stands for. What the database says of a session, a password or an API token is believed for two seconds, so that
//! ended access bites soon on every server and a busy client does not cost a statement for each request.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use moka::future::Cache;

use crate::auth::secret::{API_TOKEN_PREFIX, digest, is_same};
use crate::domain::account::Account;
use crate::domain::api_token::ApiToken;
use crate::domain::caller::{Caller, Means};
use crate::error::{Error, Result};
use crate::store::Store;

use super::session::{Sessions, find_viewer};

/// How long an answer of the database is believed.
const BELIEVED_FOR: Duration = Duration::from_secs(2);
/// The most answers that are kept.
const MAX_KEPT: u64 = 100_000;
/// How long a request waits at most for its use of a token to be noted.
const PATIENCE: Duration = Duration::from_secs(1);

/// What the database said a moment ago. Nothing is kept of tokens that were refused.
pub(super) struct Recognised {
    /// The stamp of the stored password, by account and session.
    stamps: Cache<(Account, Option<String>), Arc<str>>,
    /// API tokens whose stamp fits, by their hash.
    api_tokens: Cache<String, Arc<(ApiToken, Account)>>,
}

impl Default for Recognised {
    fn default() -> Self {
        let stamps = Cache::builder().max_capacity(MAX_KEPT).time_to_live(BELIEVED_FOR).build();
        let api_tokens = Cache::builder().max_capacity(MAX_KEPT).time_to_live(BELIEVED_FOR).build();
        Self { stamps, api_tokens }
    }
}

impl Sessions {
    /// Who a token stands for at this moment. A token that is not ours, has ended, or belongs to someone who is no longer valid is refused;
    /// so is one whose session has ended, and one from before the password was changed.
    pub async fn recognise(&self, store: &Store, token: &str) -> Result<Caller> {
        if token.starts_with(API_TOKEN_PREFIX) {
            return self.recognise_api_token(store, token).await;
        }
        let claims = self.tokens.verify(token, store.now()).map_err(|_| Error::Unauthenticated)?;
        let account = Account::new(claims.realm, claims.sub);
        let key = (account.clone(), claims.sid.clone());
        let read = self.read_stamp(store, &account, claims.sid.as_deref());
        let stamp = self.recognised.stamps.try_get_with(key, read).await.map_err(|error| Error::clone(&error))?;
        if !is_same(&stamp, &claims.stamp) {
            return Err(Error::Unauthenticated);
        }
        let viewer = find_viewer(store, &account).await?.ok_or(Error::Unauthenticated)?;
        Ok(Caller { viewer, means: claims.sid.map_or(Means::Token, Means::Session) })
    }

    /// The stamp of the stored password, if the session is still there that was named.
    async fn read_stamp(&self, store: &Store, account: &Account, session: Option<&str>) -> Result<Arc<str>> {
        if session.is_some() && !store.has_own_tables() {
            return Err(Error::Unauthenticated);
        }
        let found = store.credential_of_token(account, session).await?.ok_or(Error::Unauthenticated)?;
        if session.is_some() && !found.has_session {
            return Err(Error::Unauthenticated);
        }
        Ok(self.stamps.of(found.password.as_deref()).into())
    }

    /// When a token ends that was recognised; `None` for one without end.
    pub async fn end_of(&self, store: &Store, token: &str) -> Result<Option<DateTime<Utc>>> {
        if token.starts_with(API_TOKEN_PREFIX) {
            let hash = digest(token);
            let found = self.recognised.api_tokens.try_get_with(hash.clone(), self.read_api_token(store, &hash)).await;
            return Ok(found.map_err(|error| Error::clone(&error))?.0.expires_at);
        }
        let claims = self.tokens.verify(token, store.now()).map_err(|_| Error::Unauthenticated)?;
        Ok(DateTime::from_timestamp(claims.exp, 0))
    }

    async fn recognise_api_token(&self, store: &Store, token: &str) -> Result<Caller> {
        if !store.has_own_tables() {
            return Err(Error::Unauthenticated);
        }
        let hash = digest(token);
        let read = self.read_api_token(store, &hash);
        let found = self.recognised.api_tokens.try_get_with(hash.clone(), read).await;
        let found = found.map_err(|error| Error::clone(&error))?;
        let (token, account) = found.as_ref();
        if token.expires_at.is_some_and(|end| end <= store.now()) {
            return Err(Error::Unauthenticated);
        }
        let viewer = find_viewer(store, account).await?.ok_or(Error::Unauthenticated)?;
        Ok(Caller { viewer, means: Means::ApiToken { is_read_only: token.is_read_only } })
    }

    /// The token with this hash, if the password of its owner is still the one of its time.
    async fn read_api_token(&self, store: &Store, hash: &str) -> Result<Arc<(ApiToken, Account)>> {
        let stored = store.api_token_by_hash(hash).await?.ok_or(Error::Unauthenticated)?;
        let owner = store.credential_of_token(&stored.account, None).await?.ok_or(Error::Unauthenticated)?;
        if !is_same(&stored.stamp, &self.stamps.of(owner.password.as_deref())) {
            return Err(Error::Unauthenticated);
        }
        note_use(store, &stored.token).await;
        Ok(Arc::new((stored.token, stored.account)))
    }

    /// Forgets what was believed, so that what has just been ended in this process is refused at once.
    pub fn forget(&self) {
        self.recognised.stamps.invalidate_all();
        self.recognised.api_tokens.invalidate_all();
    }
}

/// Notes that a token was used, if that does not take long; a request does not fail for it.
async fn note_use(store: &Store, token: &ApiToken) {
    if token.expires_at.is_some_and(|end| end <= store.now()) {
        return;
    }
    match tokio::time::timeout(PATIENCE, store.note_use(token)).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::warn!(?error, token = token.id, "the use of an API token could not be noted"),
        Err(_) => tracing::warn!(token = token.id, "the use of an API token could not be noted in time"),
    }
}
