//! What the claims of a token must be beyond issuer, audience and signature.

use chrono::{DateTime, Utc};
use serde_json::{Map, Value};

use crate::auth::token::LEEWAY;
use crate::domain::account::Account;
use crate::domain::issuer::IssuerRules;
use crate::domain::text::check_text;

use super::Verified;

/// The longest login, in characters: that of the column.
const MAX_LOGIN: usize = 200;
/// Claims that only other tokens have: ID tokens, events such as logouts, and tokens that are bound to a key whose proof we do not ask for
/// (OpenID Connect Core, section 3.3.2.11; RFC 8417; RFC 7800).
const OF_OTHER_TOKENS: [&str; 4] = ["at_hash", "c_hash", "events", "cnf"];

/// The claims of a token whose signature, issuer and audience are right.
pub(super) struct Claims(pub(super) Map<String, Value>);

impl Claims {
    /// Who the token stands for, or why for nobody.
    pub(super) fn check(&self, rules: &IssuerRules, now: DateTime<Utc>) -> Result<Verified, &'static str> {
        let expires_at = self.check_times(rules, now.timestamp())?;
        self.check_kind()?;
        self.check_client(rules)?;
        let account = Account::new(rules.realm, self.login(&rules.login_claim)?);
        Ok(Verified { account, expires_at })
    }

    fn check_times(&self, rules: &IssuerRules, now: i64) -> Result<DateTime<Utc>, &'static str> {
        let (exp, iat) = self.time("exp").zip(self.time("iat")).ok_or("it has no iat or no exp that is a time")?;
        if exp.saturating_add(LEEWAY) <= now {
            return Err("it has expired");
        }
        let is_early = |time: i64| time.saturating_sub(LEEWAY) > now;
        if is_early(iat) || (self.0.contains_key("nbf") && self.time("nbf").is_none_or(is_early)) {
            return Err("it is not good yet");
        }
        let longest = i64::try_from(rules.max_ttl.as_secs()).unwrap_or(i64::MAX);
        if exp.saturating_sub(iat) > longest {
            return Err("it is good for longer than max_ttl");
        }
        DateTime::from_timestamp(exp, 0).ok_or("it ends beyond the calendar")
    }

    /// An access token and not another one of the same issuer, as far as it can be told.
    fn check_kind(&self) -> Result<(), &'static str> {
        let is_other = OF_OTHER_TOKENS.iter().any(|name| self.0.contains_key(*name));
        // Keycloak writes `Bearer`, `ID`, `Refresh` and others, Cognito `access` and `id`.
        let is = |name: &str, kind: &str| {
            self.0.get(name).is_none_or(|claim| claim.as_str().is_some_and(|claim| claim.eq_ignore_ascii_case(kind)))
        };
        if is_other || !is("typ", "Bearer") || !is("token_use", "access") {
            return Err("it is no access token, or bound to a key");
        }
        Ok(())
    }

    fn check_client(&self, rules: &IssuerRules) -> Result<(), &'static str> {
        let client = self.text("azp").or_else(|| self.text("client_id"));
        if !rules.clients.is_empty() && !client.is_some_and(|client| rules.clients.iter().any(|known| known == client))
        {
            return Err("it was made for another client");
        }
        let scopes: Vec<&str> = self.text("scope").unwrap_or_default().split(' ').collect();
        if !rules.scopes.iter().all(|scope| scopes.contains(&scope.as_str())) {
            return Err("a scope is missing");
        }
        Ok(())
    }

    /// An address counts only where the issuer has verified it: elsewhere people may write there what they like.
    fn login(&self, claim: &str) -> Result<&str, &'static str> {
        let login = self.text(claim).ok_or("the claim with the login is missing, or no text")?;
        if login.is_empty() || login.chars().count() > MAX_LOGIN || check_text(login, false).is_err() {
            return Err("the claim with the login is empty, too long, or has control characters");
        }
        if claim == "email" && self.0.get("email_verified") != Some(&Value::Bool(true)) {
            return Err("the address is not verified");
        }
        Ok(login)
    }

    fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name)?.as_str()
    }

    /// Seconds since 1970, without what is behind the point.
    fn time(&self, name: &str) -> Option<i64> {
        let claim = self.0.get(name)?;
        claim.as_i64().or_else(|| claim.as_f64().map(|seconds| seconds.floor() as i64))
    }
}
