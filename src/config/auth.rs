//! Settings of the section `[auth]`: tokens and passwords.

use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Deserializer, de::Error};

use super::{ConfigError, IssuerConfig, duration, issuer, value};

/// The forms in which a password can be stored.
pub const PASSWORD_HASHES: [&str; 8] = ["argon2id", "bcrypt", "sha2", "sha512", "sha1", "apr1", "md5", "crypt"];

/// How people prove who they are.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AuthConfig {
    /// File with the key that signs access tokens.
    #[serde(deserialize_with = "key_file")]
    pub key_file: PathBuf,
    /// The issuer in our tokens.
    #[serde(deserialize_with = "value::text")]
    pub issuer: String,
    /// The audience in our tokens.
    #[serde(deserialize_with = "value::text")]
    pub audience: String,
    /// How long an access token is good for.
    #[serde(deserialize_with = "duration::within::<1, 86_400, _>")]
    pub access_token_ttl: Duration,
    /// How long a session lives after it was last refreshed; at least as long as an access token.
    #[serde(deserialize_with = "duration::within::<1, 31_536_000, _>")]
    pub refresh_token_ttl: Duration,
    /// The form in which new passwords are stored: one of `PASSWORD_HASHES`.
    #[serde(deserialize_with = "password_hash")]
    pub password_hash: String,
    /// Wrong passwords for an account until each further attempt has to wait; 0 for no limit.
    #[serde(deserialize_with = "value::number::<0, 1_000, _, _>")]
    pub attempts_per_account: u32,
    /// The longest wait for an account.
    #[serde(deserialize_with = "duration::within::<60, 86_400, _>")]
    pub longest_wait: Duration,
    /// Wrong passwords from one address in a minute; 0 for no limit.
    #[serde(deserialize_with = "value::number::<0, 100_000, _, _>")]
    pub attempts_per_address: u32,
    /// Whether a password that is stored unhashed may be used.
    pub accept_plain_passwords: bool,
    /// Who besides ourselves makes access tokens.
    #[serde(skip)]
    pub external_issuers: Vec<IssuerConfig>,
    /// The same as it stands in the file.
    #[serde(rename = "external_issuer")]
    written_issuers: Vec<issuer::Written>,
}

impl AuthConfig {
    pub(super) fn settle_issuers(&mut self) -> Result<(), ConfigError> {
        self.external_issuers = issuer::settle(std::mem::take(&mut self.written_issuers), &self.issuer)?;
        Ok(())
    }

    pub(super) fn check(&self) -> Result<(), ConfigError> {
        let (access, refresh) = (self.access_token_ttl, self.refresh_token_ttl);
        if refresh < access {
            let given = format!("{}s", refresh.as_secs());
            let expected = format!("no less than `auth.access_token_ttl`, which is {}s", access.as_secs());
            return Err(ConfigError::value("auth.refresh_token_ttl", given, expected));
        }
        Ok(())
    }
}

fn key_file<'de, D: Deserializer<'de>>(deserializer: D) -> Result<PathBuf, D::Error> {
    value::text(deserializer).map(PathBuf::from)
}

fn password_hash<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let name = String::deserialize(deserializer)?;
    if !PASSWORD_HASHES.contains(&name.as_str()) {
        return Err(D::Error::custom(format!("one of {}", PASSWORD_HASHES.join(", "))));
    }
    Ok(name)
}
