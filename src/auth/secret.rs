//! Random secrets that are stored as hashes: refresh tokens and API tokens.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rand::Rng;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// What API tokens begin with, so that they can be told from others and found where they were left lying about.
pub const API_TOKEN_PREFIX: &str = "dgt_";

/// The lengths of the two parts of a refresh token: 128 and 256 bits in base64.
const SELECTOR: usize = 22;
const SECRET: usize = 43;

/// A new API token: 256 random bits.
pub fn new_api_token() -> String {
    format!("{API_TOKEN_PREFIX}{}", random::<32>())
}

/// What is stored of a secret: SHA-256 in hex. No salt and no slow hash are needed for 256 random bits.
pub fn digest(secret: &str) -> String {
    hash(secret).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// SHA-256 of a secret.
pub fn hash(secret: &str) -> [u8; 32] {
    Sha256::digest(secret).into()
}

/// Whether two texts are equal, in a time that does not tell where they differ.
pub fn is_same(one: &str, other: &str) -> bool {
    one.as_bytes().ct_eq(other.as_bytes()).into()
}

/// A refresh token: the part that finds the session, and the secret that is good once. `Debug` shows neither.
#[derive(Clone, PartialEq, Eq)]
pub struct RefreshToken {
    selector: String,
    secret: String,
}

impl fmt::Debug for RefreshToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RefreshToken").finish_non_exhaustive()
    }
}

impl RefreshToken {
    /// The first token of a new session.
    pub fn generate() -> Self {
        Self { selector: random::<16>(), secret: random::<32>() }
    }

    /// The next token of the same session.
    pub fn next(&self) -> Self {
        Self { selector: self.selector.clone(), secret: random::<32>() }
    }

    /// The token behind a text; `None` for one that cannot be ours.
    pub fn parse(text: &str) -> Option<Self> {
        let (selector, secret) = text.split_once('.')?;
        let is_part = |part: &str, length| {
            part.len() == length && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
        };
        let is_ours = is_part(selector, SELECTOR) && is_part(secret, SECRET);
        is_ours.then(|| Self { selector: selector.to_owned(), secret: secret.to_owned() })
    }

    /// The token as clients keep it.
    pub fn text(&self) -> String {
        format!("{}.{}", self.selector, self.secret)
    }

    /// The part that finds the session.
    pub fn selector(&self) -> &str {
        &self.selector
    }

    /// What is stored of the secret.
    pub fn secret_hash(&self) -> String {
        digest(&self.secret)
    }
}

fn random<const N: usize>() -> String {
    URL_SAFE_NO_PAD.encode(rand::rng().random::<[u8; N]>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refresh_token_is_read_back_from_its_text() {
        let token = RefreshToken::generate();
        assert_eq!(RefreshToken::parse(&token.text()), Some(token.clone()));
        let next = token.next();
        assert_eq!(next.selector(), token.selector());
        assert_ne!(next.secret_hash(), token.secret_hash());
        assert_ne!(RefreshToken::generate().selector(), token.selector());
    }

    #[test]
    fn a_text_that_is_no_refresh_token_is_none() {
        let text = RefreshToken::generate().text();
        let replaced = text.replacen('.', "é", 1);
        for wrong in ["", ".", "a.b", &text[1..], &text[..text.len() - 1], &format!("{text}a"), &replaced] {
            assert_eq!(RefreshToken::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_secret_is_stored_as_sha_256_in_hex() {
        assert_eq!(digest("secret"), "2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b");
    }

    #[test]
    fn api_tokens_differ_and_can_be_told_from_others() {
        let (one, other) = (new_api_token(), new_api_token());
        assert!(one.starts_with("dgt_") && one.len() == 47 && one != other);
        assert!(is_same(&one, &one) && !is_same(&one, &other) && !is_same(&one, &one[1..]));
    }

    #[test]
    fn a_refresh_token_does_not_show_in_debug_output() {
        let token = RefreshToken::generate();
        let shown = format!("{token:?}");
        assert!(!shown.contains(token.selector()) && !shown.contains(&token.secret), "{shown}");
    }
}
