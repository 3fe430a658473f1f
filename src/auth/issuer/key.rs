//! The public keys of an issuer, as they stand in its JWK set (RFC 7517). One key has one algorithm.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, DecodingKey};
use serde::Deserialize;
use serde_json::Value;

/// The most keys of a set.
const MAX_KEYS: usize = 100;
/// The sizes of RSA keys that are good, in bits. Checking a longer one takes long.
const RSA_BITS: std::ops::RangeInclusive<usize> = 2048..=8192;

/// A key that tokens can be checked with.
pub(super) struct PublicKey {
    pub(super) algorithm: Algorithm,
    pub(super) checking: DecodingKey,
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PublicKey").field("algorithm", &self.algorithm).finish_non_exhaustive()
    }
}

/// The keys of a set by their `kid`.
#[derive(Debug, Default)]
pub(super) struct KeySet {
    pub(super) keys: HashMap<String, Arc<PublicKey>>,
    /// Why others are passed over.
    pub(super) passed_over: Vec<String>,
}

/// A key as it stands in a set.
#[derive(Deserialize)]
struct Jwk {
    kty: String,
    kid: Option<String>,
    alg: Option<String>,
    #[serde(rename = "use")]
    usage: Option<String>,
    key_ops: Option<Vec<String>>,
    crv: Option<String>,
    n: Option<String>,
    e: Option<String>,
    x: Option<String>,
    y: Option<String>,
}

impl KeySet {
    /// The keys of a JWK set; None when the text is none. Keys that we cannot use are passed over: sets have them for other purposes.
    pub(super) fn parse(text: &[u8]) -> Option<Self> {
        #[derive(Deserialize)]
        struct Written {
            keys: Vec<Value>,
        }
        let written: Written = serde_json::from_slice(text).ok()?;
        let mut set = Self::default();
        for (number, jwk) in written.keys.into_iter().take(MAX_KEYS).enumerate() {
            match read(jwk) {
                Ok((kid, _)) if set.keys.contains_key(&kid) => {
                    set.passed_over.push(format!("key {number}: another one has the same kid"));
                }
                Ok((kid, key)) => drop(set.keys.insert(kid, Arc::new(key))),
                Err(reason) => set.passed_over.push(format!("key {number}: {reason}")),
            }
        }
        Some(set)
    }
}

fn read(jwk: Value) -> Result<(String, PublicKey), &'static str> {
    let jwk: Jwk = serde_json::from_value(jwk).map_err(|_| "it is no JWK")?;
    let is_for_signatures = jwk.usage.as_deref().is_none_or(|usage| usage == "sig");
    if !is_for_signatures || !jwk.key_ops.as_ref().is_none_or(|uses| uses.iter().any(|usage| usage == "verify")) {
        return Err("it is not for signatures");
    }
    let algorithm = algorithm(&jwk)?;
    let checking = match algorithm {
        Algorithm::ES256 => jwk.point(32)?,
        Algorithm::ES384 => jwk.point(48)?,
        Algorithm::EdDSA => DecodingKey::from_ed_der(&bytes(&jwk.x, 32)?),
        _ => jwk.rsa()?,
    };
    let kid = jwk.kid.filter(|kid| !kid.is_empty()).ok_or("it has no kid")?;
    Ok((kid, PublicKey { algorithm, checking }))
}

/// The one algorithm of a key. One that names none has that of its curve; an RSA key has RS256.
fn algorithm(jwk: &Jwk) -> Result<Algorithm, &'static str> {
    Ok(match (jwk.kty.as_str(), jwk.crv.as_deref(), jwk.alg.as_deref()) {
        ("RSA", _, None | Some("RS256")) => Algorithm::RS256,
        ("RSA", _, Some("RS384")) => Algorithm::RS384,
        ("RSA", _, Some("RS512")) => Algorithm::RS512,
        ("RSA", _, Some("PS256")) => Algorithm::PS256,
        ("RSA", _, Some("PS384")) => Algorithm::PS384,
        ("RSA", _, Some("PS512")) => Algorithm::PS512,
        ("EC", Some("P-256"), None | Some("ES256")) => Algorithm::ES256,
        ("EC", Some("P-384"), None | Some("ES384")) => Algorithm::ES384,
        ("OKP", Some("Ed25519"), None | Some("EdDSA" | "Ed25519")) => Algorithm::EdDSA,
        _ => return Err("its type and algorithm are none of RS, PS, ES256, ES384 and EdDSA, or do not fit together"),
    })
}

impl Jwk {
    fn rsa(&self) -> Result<DecodingKey, &'static str> {
        let decode = |text: &Option<String>| text.as_ref().and_then(|text| URL_SAFE_NO_PAD.decode(text).ok());
        let (modulus, exponent) = decode(&self.n).zip(decode(&self.e)).ok_or("it has no n or no e")?;
        let modulus = &modulus[modulus.iter().take_while(|byte| **byte == 0).count()..];
        let bits = modulus.first().map_or(0, |first| modulus.len() * 8 - first.leading_zeros() as usize);
        if !RSA_BITS.contains(&bits) {
            return Err("it has less than 2048 bits, or more than 8192");
        }
        Ok(DecodingKey::from_rsa_raw_components(modulus, &exponent))
    }

    /// The uncompressed point of an elliptic curve.
    fn point(&self, length: usize) -> Result<DecodingKey, &'static str> {
        let point = [vec![4], bytes(&self.x, length)?, bytes(&self.y, length)?].concat();
        Ok(DecodingKey::from_ec_der(&point))
    }
}

fn bytes(text: &Option<String>, length: usize) -> Result<Vec<u8>, &'static str> {
    let bytes = text.as_ref().and_then(|text| URL_SAFE_NO_PAD.decode(text).ok());
    bytes.filter(|bytes| bytes.len() == length).ok_or("its coordinates do not have the length of its curve")
}
