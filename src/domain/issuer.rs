//! Issuers of access tokens besides ourselves, as far as it matters whom they let in.

use std::sync::Arc;
use std::time::Duration;

use super::account::Realm;

/// Whom an issuer may let in, and with what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IssuerRules {
    /// What operators call it.
    pub name: Arc<str>,
    /// The exact claim `iss`.
    pub issuer: String,
    /// What the claim `aud` must be, or have among others.
    pub audience: String,
    /// The accounts that it stands for.
    pub realm: Realm,
    /// The claim that has the login.
    pub login_claim: String,
    /// The clients that tokens may be made for, by the claim `azp` or `client_id`; empty for any.
    pub clients: Vec<String>,
    /// What the claim `scope` must have; empty for nothing.
    pub scopes: Vec<String>,
    /// The longest time from issue to end.
    pub max_ttl: Duration,
}
