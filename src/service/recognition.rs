//! Telling who a token stands for. What the database says of a session, a password, an API token or the rights of an account is believed for two
//! seconds, so that ended access bites soon on every server and a busy client does not cost statements for each request.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use moka::future::Cache;
use moka::sync::Cache as SyncCache;

use crate::auth::issuer::{Issuer, Refused, Verified};
use crate::auth::secret::{API_TOKEN_PREFIX, digest, hash, is_same};
use crate::domain::account::{Account, Realm};
use crate::domain::api_token::ApiToken;
use crate::domain::caller::{Caller, Means};
use crate::domain::viewer::Viewer;
use crate::error::{Error, Result};
use crate::store::Store;

use super::session::Sessions;

/// How long an answer of the database is believed, and how long what was concluded from one: two seconds together.
const BELIEVED_FOR: Duration = Duration::from_secs(1);
/// How long one answer is given to all who ask at the same moment.
const SHARED_FOR: Duration = Duration::from_millis(500);
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
    /// Who a token stood for, by its hash.
    believed: SyncCache<[u8; 32], Arc<Believed>>,
    /// Who a token stood for, and who an account was, at moments that many share.
    callers: Cache<(u64, Arc<str>), Arc<Caller>>,
    viewers: Viewers,
    /// The same for accounts that another issuer names.
    called: Viewers,
}

/// Who a token stood for a moment ago.
struct Believed {
    caller: Caller,
    /// When the token ends; `None` for one without end.
    ends_at: Option<DateTime<Utc>>,
    /// How often this server had written before the database was asked: what it writes itself counts at once.
    writes: u64,
}

/// Who an account was at a moment.
type Viewers = Cache<(u64, Account), Option<Viewer>>;

/// Who an account is; at a moment that many share, for the first of them only.
async fn shared(
    viewers: &Viewers,
    moment: Option<u64>,
    account: &Account,
    find: impl Future<Output = Result<Option<Viewer>>>,
) -> Result<Option<Viewer>> {
    let Some(moment) = moment else { return find.await };
    let found = viewers.try_get_with((moment, account.clone()), find).await;
    found.map_err(|error| Error::clone(&error))
}

impl Default for Recognised {
    fn default() -> Self {
        let stamps = Cache::builder().max_capacity(MAX_KEPT).time_to_live(BELIEVED_FOR).build();
        let api_tokens = Cache::builder().max_capacity(MAX_KEPT).time_to_live(BELIEVED_FOR).build();
        let callers = Cache::builder().max_capacity(MAX_KEPT).time_to_live(SHARED_FOR).build();
        let viewers = || Cache::builder().max_capacity(MAX_KEPT).time_to_live(SHARED_FOR).build();
        let believed = SyncCache::builder().max_capacity(MAX_KEPT).time_to_live(BELIEVED_FOR).build();
        Self { stamps, api_tokens, believed, callers, viewers: viewers(), called: viewers() }
    }
}

impl Sessions {
    /// Who a token stands for at this moment. A token that is not ours, has ended, or belongs to someone who is no longer valid is refused;
    /// so is one whose session has ended, and one from before the password was changed. Those of other issuers know neither session nor password.
    pub async fn recognise(&self, store: &Store, token: &str) -> Result<Caller> {
        let (key, writes) = (hash(token), store.database().writes());
        let found = self
            .recognised
            .believed
            .get(&key)
            .filter(|found| found.writes == writes && found.ends_at.is_none_or(|ends_at| store.now() < ends_at));
        if let Some(found) = found {
            return Ok(found.caller.clone());
        }
        Box::pin(async {
            let caller = self.recognise_by(store, token, None).await?;
            let ends_at = self.end_of(store, token).await?;
            let believed = Believed { caller: caller.clone(), ends_at, writes };
            self.recognised.believed.insert(key, Arc::new(believed));
            Ok(caller)
        })
        .await
    }

    /// The same for one of many who ask at a moment, whose number they agree on: what is found for the first of them counts for all that come
    /// within half a second. An account is read once, however many tokens of it there are.
    pub async fn recognise_at(&self, store: &Store, token: &Arc<str>, moment: u64) -> Result<Arc<Caller>> {
        let find = async { self.recognise_by(store, token, Some(moment)).await.map(Arc::new) };
        let found = self.recognised.callers.try_get_with((moment, Arc::clone(token)), find).await;
        found.map_err(|error| Error::clone(&error))
    }

    async fn recognise_by(&self, store: &Store, token: &str, moment: Option<u64>) -> Result<Caller> {
        if token.starts_with(API_TOKEN_PREFIX) {
            return self.recognise_api_token(store, token, moment).await;
        }
        if let Some(issuer) = self.issuers.named_by(token) {
            let account = verified(issuer, store, token).await?.account;
            let find = async {
                match account.realm {
                    Realm::Agent => store.agent_viewer(&account.login).await,
                    Realm::Customer => self.sources_of(store).customer_user_called(&account.login).await,
                }
            };
            let viewer = shared(&self.recognised.called, moment, &account, find).await?;
            let viewer = Arc::new(viewer.ok_or(Error::Unauthenticated)?);
            return Ok(Caller { viewer, means: Means::Issuer });
        }
        let claims = self.tokens.verify(token, store.now()).map_err(|_| Error::Unauthenticated)?;
        let account = Account::new(claims.realm, claims.sub);
        let key = (account.clone(), claims.sid.clone());
        let read = self.read_stamp(store, &account, claims.sid.as_deref());
        let stamp = self.recognised.stamps.try_get_with(key, read).await.map_err(|error| Error::clone(&error))?;
        let viewer = self.find_viewer_at(store, &account, moment).await?.ok_or(Error::Unauthenticated)?;
        if !is_same(&self.stamp_or(&viewer, &stamp), &claims.stamp) {
            return Err(Error::Unauthenticated);
        }
        let viewer = Arc::new(viewer);
        Ok(Caller { viewer, means: claims.sid.map_or(Means::Token, Means::Session) })
    }

    async fn find_viewer_at(&self, store: &Store, account: &Account, moment: Option<u64>) -> Result<Option<Viewer>> {
        shared(&self.recognised.viewers, moment, account, self.find_viewer(store, account)).await
    }

    /// The stamp of the stored password, if the session is still there that was named.
    async fn read_stamp(&self, store: &Store, account: &Account, session: Option<&str>) -> Result<Arc<str>> {
        if session.is_some() && !store.has_own_tables() {
            return Err(Error::Unauthenticated);
        }
        let found = store.credential_of_token(account, session).await?;
        let has_session = match (&found, session) {
            (_, None) => true,
            (Some(found), Some(_)) => found.has_session,
            (None, Some(id)) => store.has_session(id, account).await?,
        };
        // Customer users without a row may be kept by another source, which is asked next.
        if !has_session || (found.is_none() && account.realm == Realm::Agent) {
            return Err(Error::Unauthenticated);
        }
        Ok(self.stamp_in_main(found.as_ref()).into())
    }

    /// When a token ends that was recognised; `None` for one without end.
    pub async fn end_of(&self, store: &Store, token: &str) -> Result<Option<DateTime<Utc>>> {
        if token.starts_with(API_TOKEN_PREFIX) {
            let hash = digest(token);
            let found = self.recognised.api_tokens.try_get_with(hash.clone(), self.read_api_token(store, &hash)).await;
            return Ok(found.map_err(|error| Error::clone(&error))?.0.expires_at);
        }
        if let Some(issuer) = self.issuers.named_by(token) {
            return Ok(Some(verified(issuer, store, token).await?.expires_at));
        }
        let claims = self.tokens.verify(token, store.now()).map_err(|_| Error::Unauthenticated)?;
        Ok(DateTime::from_timestamp(claims.exp, 0))
    }

    async fn recognise_api_token(&self, store: &Store, token: &str, moment: Option<u64>) -> Result<Caller> {
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
        let viewer = self.find_viewer_at(store, account, moment).await?.ok_or(Error::Unauthenticated)?;
        let viewer = Arc::new(viewer);
        Ok(Caller { viewer, means: Means::ApiToken { is_read_only: token.is_read_only } })
    }

    /// The token with this hash, if the password of its owner is still the one of its time.
    async fn read_api_token(&self, store: &Store, hash: &str) -> Result<Arc<(ApiToken, Account)>> {
        let stored = store.api_token_by_hash(hash).await?.ok_or(Error::Unauthenticated)?;
        let owner = store.credential_of_token(&stored.account, None).await?;
        let viewer = self.find_viewer(store, &stored.account).await?.ok_or(Error::Unauthenticated)?;
        if !is_same(&stored.stamp, &self.stamp_of(&viewer, owner.as_ref())) {
            return Err(Error::Unauthenticated);
        }
        note_use(store, &stored.token).await;
        Ok(Arc::new((stored.token, stored.account)))
    }

    /// Forgets what was believed, so that what has just been ended in this process is refused at once. Whoever was being recognised meanwhile is
    /// asked for again.
    pub fn forget(&self, store: &Store) {
        store.database().forget();
        self.recognised.stamps.invalidate_all();
        self.recognised.believed.invalidate_all();
        self.recognised.api_tokens.invalidate_all();
        self.recognised.callers.invalidate_all();
        self.recognised.viewers.invalidate_all();
        self.recognised.called.invalidate_all();
    }
}

/// What a token of another issuer says. Why it is refused is for those who set the issuer up, and a flood of them must not fill the log.
async fn verified(issuer: &Issuer, store: &Store, token: &str) -> Result<Verified> {
    issuer.verify(token, store.now()).await.map_err(|refused| match refused {
        Refused::Token(reason) => {
            tracing::debug!(target: "deskgraph::issuer", issuer = %issuer.name(), reason, "a token was refused");
            Error::Unauthenticated
        }
        Refused::Unreachable => Error::IssuerUnavailable(Arc::clone(issuer.name())),
    })
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
