//! Signing in with a password, and telling who a token stands for.

use crate::auth::password::Verifier;
use crate::auth::token::{IssuedToken, Realm, Tokens};
use crate::domain::viewer::Viewer;
use crate::error::{Error, Result};
use crate::store::Store;

/// Signing in and being recognised.
pub struct Sessions {
    tokens: Tokens,
    passwords: Verifier,
    accept_plain: bool,
}

/// How an attempt to sign in ended.
pub enum SignIn {
    /// It worked.
    Welcome {
        /// The access token.
        token: IssuedToken,
        /// Who it stands for.
        viewer: Box<Viewer>,
    },
    /// It did not, and why is not told.
    BadCredentials,
    /// Too many attempts at once.
    Busy,
}

/// The longest login or password that is looked at, in bytes.
const MAX_CREDENTIAL: usize = 1024;

impl Sessions {
    /// Signing in with these tokens; `accept_plain` lets stored passwords count that are the password itself.
    pub fn new(tokens: Tokens, passwords: Verifier, accept_plain: bool) -> Self {
        Self { tokens, passwords, accept_plain }
    }

    /// The tokens.
    pub fn tokens(&self) -> &Tokens {
        &self.tokens
    }

    /// Checks a password and issues an access token. The login must be spelled as stored; an unknown one takes as long as a wrong password.
    pub async fn sign_in(&self, store: &Store, realm: Realm, login: &str, password: &str) -> Result<SignIn> {
        if login.len().max(password.len()) > MAX_CREDENTIAL || login.contains('\0') {
            return Ok(SignIn::BadCredentials);
        }
        let stored = match realm {
            Realm::Agent => store.agent_password(login).await?,
            Realm::Customer => store.customer_user_password(login).await?,
        };
        match self.passwords.verify(stored.as_deref(), login, password, self.accept_plain).await {
            Err(_) => return Ok(SignIn::Busy),
            Ok(false) => return Ok(SignIn::BadCredentials),
            Ok(true) => {}
        }
        let Some(viewer) = find_viewer(store, realm, login).await? else { return Ok(SignIn::BadCredentials) };
        let token = self.tokens.issue(realm, viewer.login(), store.now(), None).map_err(Error::internal)?;
        Ok(SignIn::Welcome { token, viewer: Box::new(viewer) })
    }

    /// Who a token stands for at this moment. A token that is not ours, has ended, or belongs to someone who is no longer valid is refused.
    pub async fn recognise(&self, store: &Store, token: &str) -> Result<Viewer> {
        let claims = self.tokens.verify(token, store.now()).map_err(|_| Error::Unauthenticated)?;
        find_viewer(store, claims.realm, &claims.sub).await?.ok_or(Error::Unauthenticated)
    }
}

async fn find_viewer(store: &Store, realm: Realm, login: &str) -> Result<Option<Viewer>> {
    match realm {
        Realm::Agent => store.agent_viewer(login).await,
        Realm::Customer => store.customer_user_viewer(login).await,
    }
}
