//! Any text as an access token, and tokens with a good signature in which one member of the header and one claim are any value: one of our own, and
//! one of another issuer. The key is fixed, so that what is found can be run again.
#![no_main]

use std::path::PathBuf;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use aws_lc_rs::signature::Ed25519KeyPair;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use chrono::{DateTime, Utc};
use deskgraph::auth::issuer::{Issuer, Issuers, KeyPlace};
use deskgraph::auth::token::{Keys, Realm, Tokens};
use deskgraph::domain::issuer::IssuerRules;
use libfuzzer_sys::fuzz_target;
use serde_json::{Value, json};
use tokio::runtime::{Builder, Runtime};

const ISSUER: &str = "https://login.example";
const NOW: i64 = 1_000_000_000;
const KEY: &str = include_str!("../keys/token.key");

static PAIR: LazyLock<Ed25519KeyPair> = LazyLock::new(|| {
    let der = KEY.lines().nth(1).and_then(|line| STANDARD.decode(line).ok()).expect("the second line is the key");
    Ed25519KeyPair::from_pkcs8_maybe_unchecked(&der).expect("a key")
});
static TOKENS: LazyLock<Tokens> = LazyLock::new(|| {
    let keys = Keys::load_or_create(&place("token.key")).expect("a key file");
    Tokens::new(Arc::new(keys), "deskgraph", "deskgraph", Duration::from_secs(900))
});
static ISSUERS: LazyLock<Issuers> = LazyLock::new(|| {
    let rules = IssuerRules {
        name: "login".into(),
        issuer: ISSUER.to_owned(),
        audience: "desk".to_owned(),
        realm: Realm::Customer,
        login_claim: "preferred_username".to_owned(),
        clients: vec!["portal".to_owned()],
        scopes: vec!["desk".to_owned()],
        max_ttl: Duration::from_secs(3600),
    };
    Issuers::new([(rules, KeyPlace::File(place("issuer.json")))])
});
static RUNTIME: LazyLock<Runtime> =
    LazyLock::new(|| Builder::new_current_thread().enable_all().build().expect("a runtime"));

fn place(name: &str) -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "keys", name].iter().collect()
}

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(NOW, 0).expect("a time")
}

/// The header and the claims of a good token of ours.
fn ours() -> (Value, Value) {
    let key = TOKENS.keys().signing(now());
    let claims = json!({
        "iss": "deskgraph", "aud": "deskgraph", "sub": "ann", "realm": "customer", "exp": NOW + 900, "iat": NOW, "jti": "one",
        "stamp": "stamp",
    });
    (json!({ "typ": "at+jwt", "alg": "EdDSA", "kid": key.id() }), claims)
}

/// The same of the other issuer.
fn theirs() -> (Value, Value) {
    let claims = json!({
        "iss": ISSUER, "aud": "desk", "sub": "1", "azp": "portal", "scope": "openid desk", "typ": "Bearer", "exp": NOW + 300,
        "iat": NOW, "preferred_username": "ann",
    });
    (json!({ "typ": "JWT", "alg": "EdDSA", "kid": "issuer" }), claims)
}

/// Sets a member to what a text says: JSON, or else the text; without a name nothing is set.
fn set(value: &mut Value, (name, text): (&str, &str)) {
    if !name.is_empty() {
        value[name] = serde_json::from_str(text).unwrap_or_else(|_| text.into());
    }
}

fn signed(header: &Value, claims: &Value) -> String {
    let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let message = format!("{}.{}", encode(header), encode(claims));
    let signature = PAIR.sign(message.as_bytes());
    format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
}

fn named(token: &str) -> Option<&'static Issuer> {
    ISSUERS.named_by(token)
}

fuzz_target!(|given: (&str, (&str, &str), (&str, &str))| {
    let (text, member, claim) = given;
    assert!(TOKENS.verify(text, now()).is_err());
    if let Some(issuer) = named(text) {
        assert!(RUNTIME.block_on(issuer.verify(text, now())).is_err());
    }
    for (mut header, mut claims) in [ours(), theirs()] {
        let good = (header.clone(), claims.clone());
        set(&mut header, member);
        set(&mut claims, claim);
        let token = signed(&header, &claims);
        let is_ours = TOKENS.verify(&token, now()).is_ok();
        let is_theirs = named(&token).is_some_and(|issuer| RUNTIME.block_on(issuer.verify(&token, now())).is_ok());
        assert!(!(is_ours && is_theirs));
        assert!(is_ours || is_theirs || (header, claims) != good);
    }
});
