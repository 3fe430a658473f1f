//! Access tokens of other issuers, such as a Keycloak: which issuer a token names, and whether it is one of theirs, meant for us, and good now
//! (RFC 9068, RFC 8725). Their keys are in `keys`; whether the account exists is not asked here.

mod claims;
mod fetch;
mod key;
mod keys;
#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use jsonwebtoken::{Algorithm, Validation};
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::domain::account::Account;
use crate::domain::issuer::IssuerRules;

use super::token::MAX_TOKEN_BYTES;
use claims::Claims;
pub use fetch::KeyPlace;
use key::PublicKey;
use keys::{KeyCache, Missing};

/// How often the keys are read anew.
const RENEWED_EVERY: Duration = Duration::from_secs(5 * 60);
/// What a header may have. Nothing in it chooses a key but `kid`: the thumbprints of certificates are passed over.
const HEADER: [&str; 5] = ["alg", "kid", "typ", "x5t", "x5t#S256"];
/// The types of access tokens, in small letters and without `application/`. A type is not demanded: many issuers write none.
const TYPES: [&str; 2] = ["at+jwt", "jwt"];

/// What a good token says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// The account that it stands for, if there is one.
    pub account: Account,
    /// When it ends.
    pub expires_at: DateTime<Utc>,
}

/// Why a token does not let anybody in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refused {
    /// It is not good. The text says why, without anything of what is in it.
    Token(&'static str),
    /// It names a key that is not known, and the issuer does not answer.
    Unreachable,
}

/// One issuer.
#[derive(Debug)]
pub struct Issuer {
    rules: IssuerRules,
    keys: Arc<KeyCache>,
}

/// All issuers besides ourselves.
#[derive(Debug, Default)]
pub struct Issuers(Vec<Issuer>);

impl Issuers {
    /// These issuers; none is asked yet.
    pub fn new(issuers: impl IntoIterator<Item = (IssuerRules, KeyPlace)>) -> Self {
        let issuer = |(rules, place): (IssuerRules, KeyPlace)| {
            let keys = Arc::new(KeyCache::new(Arc::clone(&rules.name), place));
            Issuer { rules, keys }
        };
        Self(issuers.into_iter().map(issuer).collect())
    }

    /// All of them.
    pub fn all(&self) -> &[Issuer] {
        &self.0
    }

    /// The issuer that a token names, before anything in it is believed; None for one of our own and for what is no token.
    pub fn named_by(&self, token: &str) -> Option<&Issuer> {
        #[derive(Deserialize)]
        struct Named {
            iss: String,
        }
        if self.0.is_empty() || token.len() > MAX_TOKEN_BYTES {
            return None;
        }
        let claims = URL_SAFE_NO_PAD.decode(token.split('.').nth(1)?).ok()?;
        let named: Named = serde_json::from_slice(&claims).ok()?;
        self.0.iter().find(|issuer| issuer.rules.issuer == named.iss)
    }

    /// Reads the keys of all issuers; those that do not answer keep theirs.
    pub async fn renew(&self) {
        futures_util::future::join_all(self.0.iter().map(|issuer| issuer.keys.renew())).await;
    }

    /// Does so now and then for as long as this is awaited, so that tokens do not have to wait for it.
    pub async fn follow(self: Arc<Self>) {
        let mut turn = tokio::time::interval(RENEWED_EVERY);
        while !self.0.is_empty() {
            turn.tick().await;
            self.renew().await;
        }
    }
}

impl Issuer {
    /// What operators call it.
    pub fn name(&self) -> &Arc<str> {
        &self.rules.name
    }

    /// Reads the keys: how many can be used, and why others cannot; an error says why there are none.
    pub async fn inspect(&self) -> Result<(usize, Vec<String>), String> {
        self.keys.read().await.map(|found| (found.keys.len(), found.passed_over))
    }

    /// What a token says, if this issuer made it for us and it is good at `now`. The key is chosen by `kid` alone, and the algorithm by the key.
    pub async fn verify(&self, token: &str, now: DateTime<Utc>) -> Result<Verified, Refused> {
        let (kid, algorithm) = header(token).map_err(Refused::Token)?;
        let key = self.keys.find(&kid, now).await.map_err(|missing| match missing {
            Missing::Unknown => Refused::Token("its key is none of the issuer's"),
            Missing::Unreachable => Refused::Unreachable,
        })?;
        let claims = self.claims(token, &key, &algorithm).map_err(Refused::Token)?;
        claims.check(&self.rules, now).map_err(Refused::Token)
    }

    fn claims(&self, token: &str, key: &PublicKey, algorithm: &str) -> Result<Claims, &'static str> {
        if format!("{:?}", key.algorithm) != algorithm {
            return Err("its algorithm is not that of the key");
        }
        let decoded = jsonwebtoken::decode::<Map<String, Value>>(token, &key.checking, &self.validation(key.algorithm));
        Ok(Claims(
            decoded
                .map_err(|_| "signature, issuer or audience are wrong, or one of iss, aud, sub, exp is missing")?
                .claims,
        ))
    }

    /// Everything that the library can check without a clock: it knows only the clock of the system.
    fn validation(&self, algorithm: Algorithm) -> Validation {
        let mut validation = Validation::new(algorithm);
        validation.set_required_spec_claims(&["iss", "aud", "sub", "exp"]);
        validation.set_issuer(&[&self.rules.issuer]);
        validation.set_audience(&[&self.rules.audience]);
        validation.validate_exp = false;
        validation
    }
}

/// The `kid` and `alg` of a token. Whatever else could choose a key or change the meaning is refused, `crit` included, which the library would
/// ignore (RFC 7515, section 4.1.11; RFC 8725, sections 3.1 and 3.11).
fn header(token: &str) -> Result<(String, String), &'static str> {
    let encoded = token.split('.').next().unwrap_or_default();
    let bytes = URL_SAFE_NO_PAD.decode(encoded).map_err(|_| "it is no token")?;
    let header: Map<String, Value> = serde_json::from_slice(&bytes).map_err(|_| "it is no token")?;
    if header.keys().any(|name| !HEADER.contains(&name.as_str())) {
        return Err("its header has more than alg, kid, typ and thumbprints");
    }
    if !header.get("typ").is_none_or(is_access_token) {
        return Err("its type is not that of access tokens");
    }
    let text = |name: &str| header.get(name).and_then(Value::as_str).map(str::to_owned);
    text("kid").zip(text("alg")).ok_or("its header has no kid or no alg")
}

/// Media types ignore case, and their first half may be missing (RFC 7515, section 4.1.9).
fn is_access_token(kind: &Value) -> bool {
    let kind = kind.as_str().unwrap_or_default().to_ascii_lowercase();
    TYPES.contains(&kind.strip_prefix("application/").unwrap_or(&kind))
}
