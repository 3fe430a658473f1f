use std::sync::OnceLock;

use aws_lc_rs::encoding::{AsDer, PublicKeyX509Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair,
    RSA_PKCS1_SHA256, RSA_PSS_SHA256, RsaKeyPair,
};
use chrono::TimeDelta;
use jsonwebtoken::{EncodingKey, Header};
use rstest::rstest;
use serde_json::json;

use crate::auth::token::tests::{with, without};
use crate::domain::account::Realm;

use super::key::KeySet;
use super::*;

const ISSUER: &str = "https://login.example/realms/desk";

fn now() -> DateTime<Utc> {
    // Long past: the clock of the system must play no part.
    DateTime::from_timestamp(1_000_000_000, 0).expect("a time")
}

fn base64(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// The keys of the issuer, made once because RSA keys take their time.
struct Signers {
    rsa: RsaKeyPair,
    p256: EcdsaKeyPair,
    p384: EcdsaKeyPair,
    ed25519: Ed25519KeyPair,
}

fn signers() -> &'static Signers {
    static SIGNERS: OnceLock<Signers> = OnceLock::new();
    SIGNERS.get_or_init(|| Signers {
        rsa: RsaKeyPair::generate(KeySize::Rsa2048).expect("a key"),
        p256: EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).expect("a key"),
        p384: EcdsaKeyPair::generate(&ECDSA_P384_SHA384_FIXED_SIGNING).expect("a key"),
        ed25519: Ed25519KeyPair::generate().expect("a key"),
    })
}

/// The public keys, under the names of their algorithms.
fn jwks() -> Value {
    let Signers { rsa, p256, p384, ed25519 } = signers();
    let n = base64(rsa.public_key().modulus().big_endian_without_leading_zero());
    let e = base64(rsa.public_key().exponent().big_endian_without_leading_zero());
    let ec = |pair: &EcdsaKeyPair, kid: &str, crv: &str, length: usize| {
        let point = pair.public_key().as_ref();
        json!({ "kty": "EC", "kid": kid, "crv": crv, "x": base64(&point[1..=length]), "y": base64(&point[length + 1..]) })
    };
    json!({ "keys": [
        { "kty": "RSA", "kid": "RS256", "use": "sig", "n": n, "e": e },
        { "kty": "RSA", "kid": "PS256", "alg": "PS256", "n": n, "e": e },
        ec(p256, "ES256", "P-256", 32),
        ec(p384, "ES384", "P-384", 48),
        { "kty": "OKP", "kid": "EdDSA", "alg": "EdDSA", "crv": "Ed25519", "x": base64(ed25519.public_key().as_ref()) },
        { "kty": "oct", "kid": "HS256", "alg": "HS256", "k": base64(&[7; 32]) },
    ] })
}

fn signature(algorithm: &str, message: &[u8]) -> Vec<u8> {
    let (Signers { rsa, p256, p384, ed25519 }, random) = (signers(), SystemRandom::new());
    let with_rsa = |padding| {
        let mut signature = vec![0; rsa.public_modulus_len()];
        rsa.sign(padding, &random, message, &mut signature).expect("a signature");
        signature
    };
    match algorithm {
        "RS256" => with_rsa(&RSA_PKCS1_SHA256),
        "PS256" => with_rsa(&RSA_PSS_SHA256),
        "ES256" => p256.sign(&random, message).expect("a signature").as_ref().to_vec(),
        "ES384" => p384.sign(&random, message).expect("a signature").as_ref().to_vec(),
        "EdDSA" => ed25519.sign(message).as_ref().to_vec(),
        _ => Vec::new(),
    }
}

/// A token with a signature of this algorithm, whatever its header says.
fn signed(algorithm: &str, header: &Value, claims: &Value) -> String {
    let message = format!("{}.{}", base64(header.to_string().as_bytes()), base64(claims.to_string().as_bytes()));
    format!("{message}.{}", base64(&signature(algorithm, message.as_bytes())))
}

fn header(algorithm: &str) -> Value {
    json!({ "alg": algorithm, "kid": algorithm, "typ": "JWT" })
}

/// As Keycloak writes them.
fn claims() -> Value {
    let now = now().timestamp();
    json!({
        "iss": ISSUER, "aud": ["account", "desk"], "sub": "f:1:2", "azp": "portal", "scope": "openid desk email", "typ": "Bearer",
        "exp": now + 300, "iat": now, "jti": "one", "preferred_username": "ann", "email": "ann@acme.test", "email_verified": true,
    })
}

fn rules() -> IssuerRules {
    IssuerRules {
        name: "login".into(),
        issuer: ISSUER.to_owned(),
        audience: "desk".to_owned(),
        realm: Realm::Customer,
        login_claim: "preferred_username".to_owned(),
        clients: Vec::new(),
        scopes: Vec::new(),
        max_ttl: Duration::from_secs(3600),
    }
}

/// The issuer with its keys in a file, and what it says of a token.
async fn told(rules: IssuerRules, token: &str, now: DateTime<Utc>) -> Result<Verified, Refused> {
    let directory = tempfile::tempdir().expect("a directory");
    let file = directory.path().join("keys.json");
    std::fs::write(&file, jwks().to_string()).expect("a file");
    let issuers = Issuers::new([(rules, KeyPlace::File(file))]);
    issuers.named_by(token).expect("the issuer is named").verify(token, now).await
}

async fn login(token: &str) -> Result<String, Refused> {
    told(rules(), token, now()).await.map(|verified| verified.account.login)
}

async fn is_good(claims: &Value) -> bool {
    login(&signed("ES256", &header("ES256"), claims)).await.is_ok()
}

#[rstest]
#[tokio::test]
async fn a_token_of_each_algorithm_says_who_it_is_for(
    #[values("RS256", "PS256", "ES256", "ES384", "EdDSA")] algorithm: &str,
) {
    let token = signed(algorithm, &header(algorithm), &claims());
    let verified = told(rules(), &token, now()).await.expect("a good token");
    assert_eq!(verified.account, Account::new(Realm::Customer, "ann"));
    assert_eq!(verified.expires_at, now() + TimeDelta::seconds(300));
}

#[rstest]
#[case::none("none", "ES256")]
#[case::none_in_capitals("NONE", "ES256")]
#[case::another_padding("PS256", "RS256")]
#[case::another_padding_by_its_key("RS256", "PS256")]
#[case::the_other_curve("ES384", "ES256")]
#[case::another_kind("ES256", "RS256")]
#[case::a_shared_secret_of_the_set("HS256", "HS256")]
#[case::a_stranger("ES256", "nobody")]
#[tokio::test]
async fn a_key_has_one_algorithm(#[case] algorithm: &str, #[case] kid: &str) {
    let token = signed(algorithm, &json!({ "alg": algorithm, "kid": kid }), &claims());
    assert!(matches!(login(&token).await, Err(Refused::Token(_))));
}

#[tokio::test]
async fn a_public_key_is_no_shared_secret() {
    let public: PublicKeyX509Der<'static> = signers().rsa.public_key().as_der().expect("a key");
    let mut header = Header::new(Algorithm::HS256);
    header.kid = Some("RS256".to_owned());
    let token = jsonwebtoken::encode(&header, &claims(), &EncodingKey::from_secret(public.as_ref())).expect("a token");
    assert!(matches!(login(&token).await, Err(Refused::Token(_))));
}

#[rstest]
#[case("jwk", json!({ "kty": "oct" }))]
#[case("jku", json!("https://example.org/keys"))]
#[case("x5u", json!("https://example.org/certificate"))]
#[case("x5c", json!(["AAAA"]))]
#[case("crit", json!(["exp"]))]
#[case("crit", json!(null))]
#[case("b64", json!(false))]
#[case("zip", json!("DEF"))]
#[case("typ", json!("logout+jwt"))]
#[case("typ", json!("dpop+jwt"))]
#[case("typ", json!(7))]
#[case("kid", json!(7))]
#[case("kid", json!(null))]
#[case("alg", json!(null))]
#[tokio::test]
async fn a_header_that_could_mean_something_else_is_refused(#[case] name: &str, #[case] member: Value) {
    let token = signed("ES256", &with(&header("ES256"), name, member), &claims());
    assert!(matches!(login(&token).await, Err(Refused::Token(_))));
}

#[rstest]
#[case("typ", json!("at+jwt"))]
#[case("typ", json!("application/AT+JWT"))]
#[case("x5t", json!("thumbprint"))]
#[tokio::test]
async fn harmless_headers_are_accepted(#[case] name: &str, #[case] member: Value) {
    assert!(login(&signed("ES256", &with(&header("ES256"), name, member), &claims())).await.is_ok());
    assert!(login(&signed("ES256", &without(&header("ES256"), "typ"), &claims())).await.is_ok());
}

#[rstest]
#[tokio::test]
async fn a_claim_that_is_missing_refuses_a_token(
    #[values("aud", "sub", "exp", "iat", "preferred_username")] name: &str,
) {
    assert!(is_good(&claims()).await);
    assert!(!is_good(&without(&claims(), name)).await);
}

#[rstest]
#[case("aud", json!("another"))]
#[case("aud", json!(["account", "desk2"]))]
#[case("aud", json!([]))]
#[case("preferred_username", json!(7))]
#[case("preferred_username", json!(["ann"]))]
#[case("preferred_username", json!(""))]
#[case("preferred_username", json!("a\u{0}nn"))]
#[case("preferred_username", json!("a".repeat(201)))]
#[case("typ", json!("ID"))]
#[case("typ", json!("Refresh"))]
#[case("typ", json!(null))]
#[case("token_use", json!("id"))]
#[case("at_hash", json!("AAAA"))]
#[case("c_hash", json!("AAAA"))]
#[case("events", json!({}))]
#[case("cnf", json!({ "jkt": "AAAA" }))]
#[case("exp", json!("tomorrow"))]
#[case("exp", json!(i64::MIN))]
#[case("exp", json!(i64::MAX))]
#[case("exp", json!(1e300))]
#[case("iat", json!("today"))]
#[case("nbf", json!("today"))]
#[tokio::test]
async fn a_claim_that_is_wrong_refuses_a_token(#[case] name: &str, #[case] claim: Value) {
    assert!(!is_good(&with(&claims(), name, claim)).await);
}

#[rstest]
#[case::in_time("exp", 0, true)]
#[case::within_the_leeway("exp", -25, true)]
#[case::ended("exp", -90, false)]
#[case::longer_than_allowed("exp", 3601, false)]
#[case::just_as_long("exp", 3600, true)]
#[case::of_a_fast_clock("iat", 25, true)]
#[case::of_the_future("iat", 90, false)]
#[case::soon("nbf", 25, true)]
#[case::later("nbf", 90, false)]
#[tokio::test]
async fn a_token_is_good_for_its_time(#[case] name: &str, #[case] later: i64, #[case] expected: bool) {
    assert_eq!(is_good(&with(&claims(), name, json!(now().timestamp() + later))).await, expected);
}

#[tokio::test]
async fn an_address_counts_only_where_it_is_verified() {
    let rules = IssuerRules { login_claim: "email".to_owned(), ..rules() };
    let said = async |claims: &Value| {
        let token = signed("ES256", &header("ES256"), claims);
        told(rules.clone(), &token, now()).await.map(|verified| verified.account.login)
    };
    assert_eq!(said(&claims()).await, Ok("ann@acme.test".to_owned()));
    assert!(said(&without(&claims(), "email_verified")).await.is_err());
    assert!(said(&with(&claims(), "email_verified", json!(false))).await.is_err());
    assert!(said(&with(&claims(), "email_verified", json!("true"))).await.is_err());
}

#[rstest]
#[case(&["portal"], &[], true)]
#[case(&["other", "portal"], &["desk", "email"], true)]
#[case(&["other"], &[], false)]
#[case(&[], &["desk"], true)]
#[case(&[], &["des"], false)]
#[case(&[], &["admin"], false)]
#[tokio::test]
async fn clients_and_scopes_can_be_demanded(#[case] clients: &[&str], #[case] scopes: &[&str], #[case] expected: bool) {
    let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    let rules = IssuerRules { clients: owned(clients), scopes: owned(scopes), ..rules() };
    let token = signed("EdDSA", &header("EdDSA"), &claims());
    assert_eq!(told(rules, &token, now()).await.is_ok(), expected);
}

#[tokio::test]
async fn a_changed_claim_breaks_the_signature() {
    let token = signed("RS256", &header("RS256"), &claims());
    let parts: Vec<&str> = token.split('.').collect();
    let forged = base64(with(&claims(), "preferred_username", json!("bob")).to_string().as_bytes());
    for token in [format!("{}.{forged}.{}", parts[0], parts[2]), format!("{}.{}.", parts[0], parts[1])] {
        assert!(matches!(login(&token).await, Err(Refused::Token(_))));
    }
}

#[test]
fn an_issuer_is_named_exactly_or_not_at_all() {
    let issuers = Issuers::new([(rules(), KeyPlace::File("nowhere".into()))]);
    let named = |issuer: Value| {
        let token = signed("EdDSA", &header("EdDSA"), &with(&claims(), "iss", issuer));
        issuers.named_by(&token).is_some()
    };
    assert!(named(json!(ISSUER)));
    for other in [json!(format!("{ISSUER}/")), json!([ISSUER]), json!(""), json!(null), json!("deskgraph")] {
        assert!(!named(other));
    }
    for text in ["", "a.b.c", "dgt_x", &"a".repeat(9000)] {
        assert!(issuers.named_by(text).is_none());
    }
    assert!(Issuers::default().named_by(&signed("EdDSA", &header("EdDSA"), &claims())).is_none());
}

#[tokio::test]
async fn an_unknown_key_is_asked_for_every_ten_seconds_and_known_ones_outlive_the_issuer() {
    let directory = tempfile::tempdir().expect("a directory");
    let file = directory.path().join("keys.json");
    let issuers = Issuers::new([(rules(), KeyPlace::File(file.clone()))]);
    let token = |algorithm: &str| signed(algorithm, &header(algorithm), &claims());
    let is_good = async |algorithm: &str, second: i64| {
        issuers.all()[0].verify(&token(algorithm), now() + TimeDelta::seconds(second)).await.map(drop)
    };
    let publish = |keys: &[usize]| {
        let all = jwks();
        let keys: Vec<&Value> = keys.iter().map(|number| &all["keys"][number]).collect();
        std::fs::write(&file, json!({ "keys": keys }).to_string()).expect("a file");
    };
    assert_eq!(is_good("ES256", 0).await, Err(Refused::Unreachable));
    publish(&[2]);
    assert_eq!(is_good("ES256", 9).await, Err(Refused::Unreachable));
    assert_eq!(is_good("ES256", 10).await, Ok(()));
    // A key that comes later is found once it is time to ask again.
    publish(&[2, 4]);
    assert!(matches!(is_good("EdDSA", 19).await, Err(Refused::Token(_))));
    assert_eq!(is_good("EdDSA", 20).await, Ok(()));
    // A clock that was put back does not keep anybody waiting.
    publish(&[2, 3, 4]);
    assert_eq!(is_good("ES384", 0).await, Ok(()));
    std::fs::remove_file(&file).expect("the file was there");
    assert_eq!(is_good("ES256", 40).await, Ok(()));
    assert_eq!(is_good("RS256", 40).await, Err(Refused::Unreachable));
    assert_eq!(is_good("EdDSA", 60).await, Ok(()));
}

#[rstest]
#[case(json!({ "kty": "RSA", "kid": "a", "n": base64(&[255; 128]), "e": "AQAB" }), "it has less than 2048 bits")]
#[case(json!({ "kty": "RSA", "kid": "a", "n": base64(&[&[0; 200][..], &[255; 128]].concat()), "e": "AQAB" }), "it has less than 2048 bits")]
#[case(json!({ "kty": "RSA", "kid": "a", "n": base64(&[255; 2000]), "e": "AQAB" }), "it has less than 2048 bits")]
#[case(json!({ "kty": "RSA", "kid": "a", "e": "AQAB" }), "it has no n")]
#[case(json!({ "kty": "RSA", "n": base64(&[255; 256]), "e": "AQAB" }), "it has no kid")]
#[case(json!({ "kty": "RSA", "kid": "a", "use": "enc", "n": base64(&[255; 256]), "e": "AQAB" }), "it is not for signatures")]
#[case(json!({ "kty": "RSA", "kid": "a", "key_ops": ["encrypt"], "n": base64(&[255; 256]), "e": "AQAB" }), "it is not for signatures")]
#[case(json!({ "kty": "RSA", "kid": "a", "alg": "HS256", "n": base64(&[255; 256]), "e": "AQAB" }), "its type and algorithm")]
#[case(json!({ "kty": "EC", "kid": "a", "crv": "P-256", "alg": "ES384", "x": "", "y": "" }), "its type and algorithm")]
#[case(json!({ "kty": "EC", "kid": "a", "crv": "P-521", "x": "", "y": "" }), "its type and algorithm")]
#[case(json!({ "kty": "EC", "kid": "a", "crv": "P-256", "x": base64(&[1; 31]), "y": base64(&[1; 32]) }), "its coordinates")]
#[case(json!({ "kty": "OKP", "kid": "a", "crv": "Ed25519", "x": base64(&[1; 33]) }), "its coordinates")]
#[case(json!({ "kty": "oct", "kid": "a", "alg": "HS256", "k": "AAAA" }), "its type and algorithm")]
#[case(json!({ "kid": "a" }), "it is no JWK")]
#[case(json!(7), "it is no JWK")]
fn a_key_that_cannot_be_used_is_passed_over(#[case] jwk: Value, #[case] reason: &str) {
    let mut set = jwks();
    set["keys"].as_array_mut().expect("a list").insert(0, jwk);
    let set = KeySet::parse(set.to_string().as_bytes()).expect("a set");
    assert_eq!(set.keys.len(), 5);
    assert!(set.passed_over[0].starts_with(&format!("key 0: {reason}")), "{:?}", set.passed_over);
}

#[test]
fn what_is_no_set_of_keys_is_none() {
    for text in ["", "{}", "[]", r#"{"keys": 7}"#, "<html>"] {
        assert!(KeySet::parse(text.as_bytes()).is_none(), "{text}");
    }
}
