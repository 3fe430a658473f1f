//! Access tokens: signed JWTs (RFC 7519) of the profile `at+jwt` (RFC 9068) with Ed25519 (RFC 8037). Issuing and
//! verifying here, the keys in `keys`. Refresh tokens are in `secret`; whether account and session still exist is not asked here.

mod key;
mod key_file;
mod keys;
#[cfg(test)]
pub(super) mod tests;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{Algorithm, Header, Validation};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

pub use crate::domain::account::Realm;
pub use key::SigningKey;
pub use key_file::{KeyError, KeyFile};
pub use keys::Keys;

/// How far the clocks of two servers may be apart, in seconds.
pub(super) const LEEWAY: i64 = 30;

/// The longest token that is looked at, in bytes. Ours have a few hundred.
pub(super) const MAX_TOKEN_BYTES: usize = 8 * 1024;

/// The type of our tokens, so that no other signed text can pass for an access token. RFC 9068, section 2.1.
const TOKEN_TYPE: &str = "at+jwt";

/// What a token says. All of it is demanded but the session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claims {
    /// Who issued it: the setting `auth.issuer`.
    pub iss: String,
    /// Whom it is for: the setting `auth.audience`.
    pub aud: String,
    /// The login of the account.
    pub sub: String,
    /// Where to look for the login.
    pub realm: Realm,
    /// The stamp of the account's stored password, see `stamp`.
    pub stamp: String,
    /// The session that it belongs to; None for a token that was not made by signing in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sid: Option<String>,
    /// When it was issued, in seconds since 1970.
    pub iat: i64,
    /// When it ends, in seconds since 1970.
    pub exp: i64,
    /// A name for this one token.
    pub jti: String,
}

/// Whom a token is made for.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// Where to look for the login.
    pub realm: Realm,
    /// The login of the account.
    pub login: &'a str,
    /// The stamp of the account's stored password.
    pub stamp: &'a str,
    /// The session that the token belongs to; None for a token that stands alone.
    pub session: Option<&'a str>,
}

/// A fresh access token. `Debug` leaves the token out.
#[derive(Clone, PartialEq, Eq)]
pub struct IssuedToken {
    /// The token as it travels behind `Bearer`.
    pub token: String,
    /// When it ends, in whole seconds.
    pub expires_at: DateTime<Utc>,
}

impl fmt::Debug for IssuedToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IssuedToken").field("expires_at", &self.expires_at).finish_non_exhaustive()
    }
}

/// Why a token could not be issued.
#[derive(Debug, thiserror::Error)]
pub enum IssueError {
    /// The end of the token lies beyond the calendar.
    #[error("a token cannot be valid for {0:?}: choose a shorter time")]
    Lifetime(Duration),
    /// The key could not sign.
    #[error("the token could not be signed")]
    Signing(#[source] jsonwebtoken::errors::Error),
}

/// Why a token was refused. Says nothing of what is in it, so that it may be logged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// Not a token at all, too long, or one in which something is missing.
    #[error("the token is malformed")]
    Malformed,
    /// It was valid once.
    #[error("the token has expired")]
    Expired,
    /// Not ours: another key, algorithm, type, issuer or audience, changed since it was signed, or from the future.
    #[error("the token was not issued for this server")]
    Foreign,
}

impl From<jsonwebtoken::errors::Error> for TokenError {
    fn from(error: jsonwebtoken::errors::Error) -> Self {
        match error.kind() {
            ErrorKind::InvalidSignature
            | ErrorKind::InvalidAlgorithm
            | ErrorKind::InvalidIssuer
            | ErrorKind::InvalidAudience => Self::Foreign,
            _ => Self::Malformed,
        }
    }
}

/// Issues and verifies the access tokens of one issuer for one audience.
#[derive(Debug)]
pub struct Tokens {
    keys: Arc<Keys>,
    issuer: String,
    audience: String,
    ttl: Duration,
    validation: Validation,
}

impl Tokens {
    /// Tokens signed with `keys`, by default valid for `ttl`.
    pub fn new(keys: Arc<Keys>, issuer: impl Into<String>, audience: impl Into<String>, ttl: Duration) -> Self {
        let (issuer, audience) = (issuer.into(), audience.into());
        let validation = validation(&issuer, &audience);
        Self { keys, issuer, audience, ttl, validation }
    }

    /// The keys in use, for the published key set and for derived secrets.
    pub fn keys(&self) -> &Arc<Keys> {
        &self.keys
    }

    /// A token for an account that has proved who it is. `ttl` None means the usual time.
    pub fn issue(
        &self,
        subject: Subject<'_>,
        now: DateTime<Utc>,
        ttl: Option<Duration>,
    ) -> Result<IssuedToken, IssueError> {
        let expires_at = end(now, ttl.unwrap_or(self.ttl))?;
        let claims = Claims {
            iss: self.issuer.clone(),
            aud: self.audience.clone(),
            sub: subject.login.to_owned(),
            realm: subject.realm,
            stamp: subject.stamp.to_owned(),
            sid: subject.session.map(str::to_owned),
            iat: now.timestamp(),
            exp: expires_at.timestamp(),
            jti: Uuid::new_v4().to_string(),
        };
        let key = self.keys.signing(now);
        let mut header = Header::new(Algorithm::EdDSA);
        (header.typ, header.kid) = (Some(TOKEN_TYPE.to_owned()), Some(key.id().to_owned()));
        let token = jsonwebtoken::encode(&header, &claims, &key.signing).map_err(IssueError::Signing)?;
        Ok(IssuedToken { token, expires_at })
    }

    /// What a token says, if it is ours and valid at `now`, give or take 30 seconds for a clock that is off.
    pub fn verify(&self, token: &str, now: DateTime<Utc>) -> Result<Claims, TokenError> {
        if token.len() > MAX_TOKEN_BYTES {
            return Err(TokenError::Malformed);
        }
        let key = self.key_of(token)?;
        let claims = jsonwebtoken::decode::<Claims>(token, &key.checking, &self.validation)?.claims;
        if [&claims.sub, &claims.jti, &claims.stamp].into_iter().any(String::is_empty) {
            return Err(TokenError::Malformed);
        }
        check_times(&claims, now.timestamp())?;
        Ok(claims)
    }

    /// The key that signed a token. The header must say exactly what we write and nothing else. That refuses every other algorithm, `none`
    /// included, every other key, keys that the token brings along (`jwk`, `jku`, `x5u`, `x5c`), and `crit`, which the library would ignore
    /// (RFC 7515, section 4.1.11; RFC 8725, section 3.1).
    fn key_of(&self, token: &str) -> Result<Arc<SigningKey>, TokenError> {
        let encoded = token.split('.').next().unwrap_or_default();
        let bytes = URL_SAFE_NO_PAD.decode(encoded).map_err(|_| TokenError::Malformed)?;
        let header: Value = serde_json::from_slice(&bytes).map_err(|_| TokenError::Malformed)?;
        let key = header["kid"].as_str().and_then(|id| self.keys.named(id)).ok_or(TokenError::Foreign)?;
        let is_ours = header == json!({ "typ": TOKEN_TYPE, "alg": "EdDSA", "kid": key.id() });
        if is_ours { Ok(key) } else { Err(TokenError::Foreign) }
    }
}

/// Everything that the library can check without a clock: it knows only the clock of the system.
fn validation(issuer: &str, audience: &str) -> Validation {
    let mut validation = Validation::new(Algorithm::EdDSA);
    validation.set_required_spec_claims(&["iss", "aud", "sub", "exp"]);
    validation.set_issuer(&[issuer]);
    validation.set_audience(&[audience]);
    validation.validate_exp = false;
    validation
}

fn end(now: DateTime<Utc>, ttl: Duration) -> Result<DateTime<Utc>, IssueError> {
    let end = chrono::Duration::from_std(ttl).ok().and_then(|ttl| now.checked_add_signed(ttl));
    // What the token says has whole seconds; the caller is told the same.
    end.and_then(|end| DateTime::from_timestamp(end.timestamp(), 0)).ok_or(IssueError::Lifetime(ttl))
}

fn check_times(claims: &Claims, now: i64) -> Result<(), TokenError> {
    if claims.exp.saturating_add(LEEWAY) <= now {
        return Err(TokenError::Expired);
    }
    if claims.iat.saturating_sub(LEEWAY) > now {
        return Err(TokenError::Foreign);
    }
    Ok(())
}
