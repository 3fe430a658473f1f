//! Signing in with a password, going on with a refresh token, and signing out. Telling who a token stands for is in `recognition`, API
//! tokens are in `api_token`, changing the own password is in `password`.

use std::time::Duration;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::auth::password::{PasswordHash, Verifier};
use crate::auth::secret::{RefreshToken, is_same};
use crate::auth::stamp::Stamps;
use crate::auth::token::{IssuedToken, Subject, Tokens};
use crate::domain::account::{Account, Realm};
use crate::domain::caller::{Caller, Means};
use crate::domain::password_rule::PasswordRules;
use crate::domain::viewer::Viewer;
use crate::domain::violation::{Violation, ViolationCode};
use crate::error::{Error, Result};
use crate::store::Store;
use crate::store::credential::Credential;
use crate::store::session::StoredSession;
use crate::store::sign_in::PreferenceOwner;

use super::recognition::Recognised;
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
}

/// Signing in, being recognised, and what belongs to an account.
pub struct Sessions {
    pub(super) tokens: Tokens,
    pub(super) stamps: Stamps,
    pub(super) passwords: Verifier,
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
    /// Sessions with these tokens and rules.
    pub fn new(tokens: Tokens, passwords: Verifier, rules: SessionRules) -> Self {
        let stamps = Stamps::new(tokens.keys());
        Self { tokens, stamps, passwords, rules, recognised: Recognised::default() }
    }

    /// The tokens.
    pub fn tokens(&self) -> &Tokens {
        &self.tokens
    }

    /// The stamps of passwords that tokens carry.
    pub fn stamps(&self) -> &Stamps {
        &self.stamps
    }

    /// Checks a password and begins a session. The login must be spelled as stored; an unknown one takes as long as a wrong password.
    pub async fn sign_in(&self, store: &Store, realm: Realm, login: &str, password: &str) -> Outcome<Welcome> {
        if login.len().max(password.len()) > MAX_CREDENTIAL || login.contains('\0') {
            return Err(bad_credentials().into());
        }
        let account = Account::new(realm, login);
        let credential = store.credential(&account).await?;
        let stored = credential.as_ref().and_then(|credential| credential.password.as_deref());
        match self.passwords.verify(stored, login, password, self.rules.accept_plain).await {
            Err(_) => return Err(busy(&["login"]).into()),
            Ok(false) => {
                note_wrong_password(store, &account, credential.as_ref());
                return Err(bad_credentials().into());
            }
            Ok(true) => {}
        }
        let Some(viewer) = find_viewer(store, &account).await? else { return Err(bad_credentials().into()) };
        let stamp = self.stamps.of(stored);
        if !store.has_own_tables() {
            return Ok(self.welcome(store, viewer, &stamp, None)?);
        }
        let refresh_token = RefreshToken::generate();
        let session = self.begin(store, viewer.account(), &stamp, &refresh_token).await?;
        note_sign_in(store, &account, credential.as_ref()).await;
        Ok(self.welcome(store, viewer, &stamp, Some((session, refresh_token)))?)
    }

    async fn begin(
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
        let fits = |credential: Credential| is_same(&session.stamp, &self.stamps.of(credential.password.as_deref()));
        if !credential.is_some_and(fits) {
            return Err(bad_refresh_token().into());
        }
        let viewer = find_viewer(store, &session.account).await?.ok_or_else(bad_refresh_token)?;
        let next = given.next();
        if !store.rotate_session(&session, &next.secret_hash(), self.next_end(store)?).await? {
            return Err(self.end_reused(store, &session).await);
        }
        let stamp = session.stamp.clone();
        Ok(self.welcome(store, viewer, &stamp, Some((session, next)))?)
    }

    /// A refresh token that was used before may have been stolen, and so may the one that took its place.
    async fn end_reused(&self, store: &Store, session: &StoredSession) -> Refusal {
        let Account { realm, login } = &session.account;
        tracing::warn!(%realm, login, session = session.id, "a refresh token was used again: its session ends");
        if let Err(error) = store.end_session(&session.id).await {
            return error.into();
        }
        self.forget();
        bad_refresh_token().into()
    }

    /// Ends the session that the request belongs to, or `everywhere` all sessions of the account. A token that belongs to no session
    /// goes on until its own end; API tokens are left alone.
    pub async fn sign_out(&self, store: &Store, caller: &Caller, everywhere: bool) -> Result<()> {
        store.require_own_tables()?;
        match &caller.means {
            _ if everywhere => store.end_sessions(&caller.viewer.account(), None).await?,
            Means::Session(id) => store.end_session(id).await?,
            Means::Token | Means::ApiToken { .. } => {}
        }
        self.forget();
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
        let Some(viewer) = find_viewer(store, account).await? else { return Ok(None) };
        let Account { realm, login } = viewer.account();
        let Some(credential) = store.credential(&viewer.account()).await? else { return Ok(None) };
        let stamp = self.stamps.of(credential.password.as_deref());
        let subject = Subject { realm, login: &login, stamp: &stamp, session: None };
        self.tokens.issue(subject, store.now(), ttl).map(Some).map_err(Error::internal)
    }

    fn welcome(
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
        Ok(Welcome { token, refresh_token, caller: Caller { viewer, means } })
    }

    fn next_end(&self, store: &Store) -> Result<DateTime<Utc>> {
        let ttl = chrono::TimeDelta::from_std(self.rules.refresh_ttl).map_err(Error::internal)?;
        store.now().checked_add_signed(ttl).ok_or_else(|| Error::internal("a session would end beyond the calendar"))
    }
}

/// Who a valid account is; `None` where there is none.
pub(super) async fn find_viewer(store: &Store, account: &Account) -> Result<Option<Viewer>> {
    match account.realm {
        Realm::Agent => store.agent_viewer(&account.login).await,
        Realm::Customer => store.customer_user_viewer(&account.login).await,
    }
}

/// Notes a sign-in; that it cannot be noted does not keep anybody out.
async fn note_sign_in(store: &Store, account: &Account, credential: Option<&Credential>) {
    let Some(credential) = credential else { return };
    if let Err(error) = store.note_sign_in(&PreferenceOwner::new(account, credential.id)).await {
        tracing::warn!(?error, "a sign-in could not be noted in the preferences");
    }
}

/// Counts a wrong password behind the back of the request: its time must not tell that the login exists.
fn note_wrong_password(store: &Store, account: &Account, credential: Option<&Credential>) {
    let Some(credential) = credential.filter(|_| store.has_own_tables()) else { return };
    let (store, owner) = (store.clone(), PreferenceOwner::new(account, credential.id));
    tokio::spawn(async move {
        if let Err(error) = store.note_wrong_password(&owner).await {
            tracing::warn!(?error, "a wrong password could not be counted in the preferences");
        }
    });
}

fn bad_credentials() -> Violation {
    let message = "Login and password do not fit together, or the account may not sign in.";
    Violation::new(ViolationCode::BadCredentials, &["login"], message)
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
