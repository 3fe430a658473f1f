//! One Ed25519 key pair that signs tokens.

use std::fmt;

use aws_lc_rs::encoding::AsBigEndian;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use jsonwebtoken::{DecodingKey, EncodingKey};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// A key pair and what follows from it. `Debug` shows only its public name.
pub struct SigningKey {
    pub(super) signing: EncodingKey,
    pub(super) checking: DecodingKey,
    pub(super) seed: Vec<u8>,
    pub(super) signs_from: Option<DateTime<Utc>>,
    public: String,
    id: String,
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey").field("id", &self.id).field("signs_from", &self.signs_from).finish_non_exhaustive()
    }
}

impl SigningKey {
    /// The key pair of a private key (PKCS#8, DER) that signs from this time on; None when it is no Ed25519 key.
    pub(super) fn from_pkcs8(der: &[u8], signs_from: Option<DateTime<Utc>>) -> Option<Self> {
        let pair = Ed25519KeyPair::from_pkcs8(der).ok()?;
        let public = URL_SAFE_NO_PAD.encode(pair.public_key());
        Some(Self {
            signing: EncodingKey::from_ed_der(der),
            checking: DecodingKey::from_ed_der(pair.public_key().as_ref()),
            seed: pair.seed().ok()?.as_be_bytes().ok()?.as_ref().to_vec(),
            signs_from,
            id: thumbprint(&public),
            public,
        })
    }

    /// The thumbprint of the public key, which names it in tokens as `kid`.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// When it begins to sign; None for one that always could.
    pub fn signs_from(&self) -> Option<DateTime<Utc>> {
        self.signs_from
    }

    /// The public key as a JWK (RFC 8037, section 2).
    pub(super) fn jwk(&self) -> Value {
        json!({ "kty": "OKP", "crv": "Ed25519", "x": self.public, "kid": self.id, "use": "sig", "alg": "EdDSA" })
    }
}

/// A new private key (PKCS#8, DER). Version 1, because OpenSSL and others cannot read version 2.
///
/// # Panics
/// When the system has no random numbers.
pub(super) fn generate_pkcs8() -> Vec<u8> {
    let der = Ed25519KeyPair::generate_pkcs8v1(&SystemRandom::new()).expect("the system has random numbers");
    der.as_ref().to_vec()
}

/// RFC 7638: the digest of the required members in alphabetical order, without blanks.
fn thumbprint(public: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{public}"}}"#)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of RFC 8037, appendix A.3.
    #[test]
    fn a_key_is_named_by_its_thumbprint() {
        let public = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
        assert_eq!(thumbprint(public), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
    }
}
