//! Settings of the section `[auth]`: tokens and passwords.

use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Deserializer, de::Error};

use super::{ConfigError, duration, value};

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
    /// Whether a password that is stored unhashed may be used.
    pub accept_plain_passwords: bool,
}

impl AuthConfig {
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
