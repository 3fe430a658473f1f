//! Sessions: beginning one, going on with a refresh token, and signing out. Signing in is in `sign_in`, telling who a token stands for in
//! `recognition`, API tokens are in `api_token`, changing the own password is in `password`.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::auth::issuer::Issuers;
use crate::auth::password::{PasswordHash, Verifier};
use crate::auth::secret::{RefreshToken, is_same};
use crate::auth::stamp::Stamps;
use crate::auth::token::{IssuedToken, Subject, Tokens};
use crate::domain::account::{Account, Realm};
use crate::domain::caller::{Caller, Means};
use crate::domain::password_rule::PasswordRules;
use crate::domain::throttle::ThrottleRules;
use crate::domain::viewer::Viewer;
use crate::domain::violation::{Violation, ViolationCode};
use crate::error::{Error, Result};
use crate::source::{Registry, Sources};
use crate::store::Store;
use crate::store::credential::Credential;
use crate::store::session::StoredSession;

use super::recognition::Recognised;
use super::throttle::Throttle;
use super::{Outcome, Refusal};

/// The longest login or password that is looked at, in bytes.
pub(super) const MAX_CREDENTIAL: usize = 1024;

/// What sessions and passwords go by, as configured.
pub struct SessionRules {
    /// Whether stored passwords count that are the password itself.
    pub accept_plain: bool,
    /// How long a session lives after it was last refreshed.
    pub refresh_ttl: Duration,
    /// The form in which new passwords are stored.
    pub password_hash: PasswordHash,
    /// What a password must look like that somebody chooses for themselves.
    pub passwords: PasswordRules,
    /// How often a password may be tried.
    pub throttle: ThrottleRules,
}

/// Signing in, being recognised, and what belongs to an account.
pub struct Sessions {
    pub(super) tokens: Tokens,
    pub(super) issuers: Arc<Issuers>,
    sources: Arc<Registry>,
    pub(super) stamps: Stamps,
    pub(super) passwords: Verifier,
    pub(super) throttle: Throttle,
    pub(super) rules: SessionRules,
    pub(super) recognised: Recognised,
}

/// What someone gets who has signed in.
pub struct Welcome {
    /// The access token.
    pub token: IssuedToken,
    /// The refresh token; `None` where our own tables are missing, which would hold the session.
    pub refresh_token: Option<String>,
    /// Who it is.
    pub caller: Caller,
}

impl Sessions {
    /// Sessions with these tokens and rules, of people of these sources; tokens of these issuers count too.
    pub fn new(
        tokens: Tokens,
        issuers: Issuers,
        sources: Arc<Registry>,
        passwords: Verifier,
        rules: SessionRules,
    ) -> Self {
        let (stamps, throttle) = (Stamps::new(tokens.keys()), Throttle::new(rules.throttle, tokens.keys()));
        let (issuers, recognised) = (Arc::new(issuers), Recognised::default());
        Self { tokens, issuers, sources, stamps, passwords, throttle, rules, recognised }
    }

    /// The tokens.
    pub fn tokens(&self) -> &Tokens {
        &self.tokens
    }

    /// Who else makes access tokens.
    pub fn issuers(&self) -> &Arc<Issuers> {
        &self.issuers
    }

    /// The stamps of passwords that tokens carry.
    pub fn stamps(&self) -> &Stamps {
        &self.stamps
    }

    pub(super) async fn begin(
        &self,
        store: &Store,
        account: Account,
        stamp: &str,
        refresh_token: &RefreshToken,
    ) -> Result<StoredSession> {
        let session = StoredSession {
            id: Uuid::new_v4().to_string(),
            account,
            stamp: stamp.to_owned(),
            selector: refresh_token.selector().to_owned(),
            secret_hash: refresh_token.secret_hash(),
            expires_at: self.next_end(store)?,
        };
        store.add_session(&session).await?;
        let swept = store.end_oldest_sessions(&session.account, &session.id).await;
        if let Err(error) = swept.and(store.sweep_sessions().await) {
            tracing::warn!(?error, "sessions that have ended could not be taken away");
        }
        Ok(session)
    }

    /// Gives new tokens for a refresh token. It works once: whoever comes with it again, be it the thief or the owner, ends the session.
    pub async fn refresh(&self, store: &Store, refresh_token: &str) -> Outcome<Welcome> {
        store.require_own_tables()?;
        let given = RefreshToken::parse(refresh_token).ok_or_else(bad_refresh_token)?;
        let session = store.session_by_selector(given.selector()).await?.ok_or_else(bad_refresh_token)?;
        if !is_same(&session.secret_hash, &given.secret_hash()) {
            return Err(self.end_reused(store, &session).await);
        }
        if session.expires_at <= store.now() {
            return Err(bad_refresh_token().into());
        }
        let credential = store.credential_of_token(&session.account, None).await?;
        let viewer = self.find_viewer(store, &session.account).await?.ok_or_else(bad_refresh_token)?;
        if !is_same(&session.stamp, &self.stamp_of(&viewer, credential.as_ref())) {
            return Err(bad_refresh_token().into());
        }
        let next = given.next();
        if !store.rotate_session(&session, &next.secret_hash(), self.next_end(store)?).await? {
            return Err(self.end_reused(store, &session).await);
        }
        let stamp = session.stamp.clone();
        Ok(self.welcome(store, viewer, &stamp, Some((session, next)))?)
    }

    /// A refresh token that was used before may have been stolen, and so may the one that took its place.
    async fn end_reused(&self, store: &Store, session: &StoredSession) -> Refusal {
        let (Account { realm, login }, request_id) = (&session.account, store.request_id());
        tracing::warn!(request_id, %realm, login, session = session.id, "a refresh token was used again: its session ends");
        if let Err(error) = store.end_session(&session.id).await {
            return error.into();
        }
        self.forget(store);
        bad_refresh_token().into()
    }

    /// Ends the session that the request belongs to, or `everywhere` all sessions of the account. A token that belongs to no session
    /// goes on until its own end; API tokens are left alone.
    pub async fn sign_out(&self, store: &Store, caller: &Caller, everywhere: bool) -> Result<()> {
        store.require_own_tables()?;
        match &caller.means {
            _ if everywhere => store.end_sessions(&caller.viewer.account(), None).await?,
            Means::Session(id) => store.end_session(id).await?,
            Means::Token | Means::Issuer | Means::ApiToken { .. } => {}
        }
        self.forget(store);
        Ok(())
    }

    /// An access token without a session for a valid account, as the command `token` gives it; `None` where there is no such account.
    /// `ttl` None means the usual time.
    pub async fn token_without_session(
        &self,
        store: &Store,
        account: &Account,
        ttl: Option<Duration>,
    ) -> Result<Option<IssuedToken>> {
        let Some(viewer) = self.find_viewer(store, account).await? else { return Ok(None) };
        let Account { realm, login } = viewer.account();
        let credential = store.credential_of_token(&viewer.account(), None).await?;
        let stamp = self.stamp_of(&viewer, credential.as_ref());
        let subject = Subject { realm, login: &login, stamp: &stamp, session: None };
        self.tokens.issue(subject, store.now(), ttl).map(Some).map_err(Error::internal)
    }

    pub(super) fn welcome(
        &self,
        store: &Store,
        viewer: Viewer,
        stamp: &str,
        session: Option<(StoredSession, RefreshToken)>,
    ) -> Result<Welcome> {
        let Account { realm, login } = viewer.account();
        let id = session.as_ref().map(|(session, _)| session.id.as_str());
        let subject = Subject { realm, login: &login, stamp, session: id };
        let token = self.tokens.issue(subject, store.now(), None).map_err(Error::internal)?;
        let refresh_token = session.as_ref().map(|(_, token)| token.text());
        let means = session.map_or(Means::Token, |(session, _)| Means::Session(session.id));
        Ok(Welcome { token, refresh_token, caller: Caller { viewer: Arc::new(viewer), means } })
    }

    /// Who a valid account is; `None` where there is none.
    pub(super) async fn find_viewer(&self, store: &Store, account: &Account) -> Result<Option<Viewer>> {
        match account.realm {
            Realm::Agent => store.agent_viewer(&account.login).await,
            Realm::Customer => self.sources_of(store).customer_user_viewer(&account.login).await,
        }
    }

    /// The stamp of an account: of the password that the main database stores, or of the source that keeps it. A session does not outlive a
    /// change of either.
    pub(super) fn stamp_of(&self, viewer: &Viewer, credential: Option<&Credential>) -> String {
        self.stamp_or(viewer, &self.stamp_in_main(credential))
    }

    /// The same where the stamp of the password in the main database is at hand.
    pub(super) fn stamp_or(&self, viewer: &Viewer, in_main: &str) -> String {
        viewer.source().map_or_else(|| in_main.to_owned(), |source| self.stamps.of_source(source))
    }

    /// The stamp of the password that the main database stores.
    pub(super) fn stamp_in_main(&self, credential: Option<&Credential>) -> String {
        self.stamps.of(credential.and_then(|credential| credential.password.as_deref()))
    }

    /// Customer users of all data sources.
    pub(super) fn sources_of(&self, store: &Store) -> Sources {
        Sources::new(store.clone(), Arc::clone(&self.sources))
    }

    fn next_end(&self, store: &Store) -> Result<DateTime<Utc>> {
        let ttl = chrono::TimeDelta::from_std(self.rules.refresh_ttl).map_err(Error::internal)?;
        store.now().checked_add_signed(ttl).ok_or_else(|| Error::internal("a session would end beyond the calendar"))
    }
}

fn bad_refresh_token() -> Violation {
    let message = "The refresh token is not good, or not any more: sign in again.";
    Violation::new(ViolationCode::BadCredentials, &["refreshToken"], message)
}

/// Too many passwords are being worked on.
pub(super) fn busy(path: &[&str]) -> Violation {
    let message = "Too many passwords are being checked at the moment: try again in a few seconds.";
    Violation::new(ViolationCode::TooManyAttempts, path, message)
}
