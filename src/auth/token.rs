//! stub
use chrono::{DateTime, Utc};
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Realm { Agent, Customer }
pub struct Claims { pub sub: String, pub realm: Realm }
pub struct IssuedToken { pub token: String, pub expires_at: DateTime<Utc> }
#[derive(Debug, thiserror::Error)]
#[error("x")]
pub struct TokenError;
pub struct Tokens;
impl Tokens {
    pub fn issue(&self, _: Realm, _: &str, _: DateTime<Utc>, _: Option<std::time::Duration>) -> Result<IssuedToken, TokenError> { Err(TokenError) }
    pub fn verify(&self, _: &str, _: DateTime<Utc>) -> Result<Claims, TokenError> { Err(TokenError) }
    pub fn jwks(&self) -> serde_json::Value { serde_json::Value::Null }
}
