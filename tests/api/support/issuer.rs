//! An issuer of tokens besides the server: a small one on this machine that publishes keys and signs with them.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use axum::Router;
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use super::now;

/// The issuer; it ends with this.
pub struct Issuer {
    url: String,
    shared: Arc<Shared>,
    server: JoinHandle<()>,
}

struct Shared {
    url: String,
    published: Mutex<Vec<Value>>,
    is_up: AtomicBool,
    asked: AtomicUsize,
}

/// A key that signs tokens.
pub struct SigningKey {
    id: String,
    pair: Ed25519KeyPair,
}

impl Drop for Issuer {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl Issuer {
    /// One that publishes no keys yet.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("there is a free port");
        let url = format!("http://{}", listener.local_addr().expect("it has an address"));
        let shared = Arc::new(Shared {
            url: url.clone(),
            published: Mutex::default(),
            is_up: AtomicBool::new(true),
            asked: AtomicUsize::new(0),
        });
        let router = Router::new().fallback(answer).with_state(Arc::clone(&shared));
        let server = tokio::spawn(async move { axum::serve(listener, router).await.expect("it serves") });
        Self { url, shared, server }
    }

    /// The claim `iss` of its tokens, which is also its address.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Settings of a server that takes its tokens for accounts of this realm; `more` are further lines.
    pub fn settings(&self, realm: &str, more: &str) -> String {
        format!(
            "[[auth.external_issuer]]\nname = 'login'\nissuer = '{}'\naudience = 'desk'\nrealm = '{realm}'\nlogin_claim = 'preferred_username'\n{more}\n",
            self.url
        )
    }

    /// Publishes these keys and no others.
    pub fn publish(&self, keys: &[&SigningKey]) {
        *self.shared.published.lock().expect("no panic") = keys.iter().map(|key| key.jwk()).collect();
    }

    /// Whether it answers.
    pub fn set_up(&self, is_up: bool) {
        self.shared.is_up.store(is_up, Ordering::SeqCst);
    }

    /// How many requests there were.
    pub fn asked(&self) -> usize {
        self.shared.asked.load(Ordering::SeqCst)
    }

    /// A token for a login, good for five minutes.
    pub fn token(&self, key: &SigningKey, login: &str) -> String {
        key.sign(&self.claims(login))
    }

    /// What such a token says.
    pub fn claims(&self, login: &str) -> Value {
        let now = now().timestamp();
        json!({ "iss": self.url, "aud": "desk", "sub": "1", "preferred_username": login, "iat": now, "exp": now + 300 })
    }
}

impl SigningKey {
    /// A new key of this name.
    pub fn new(id: &str) -> Self {
        Self { id: id.to_owned(), pair: Ed25519KeyPair::generate().expect("the system has random numbers") }
    }

    fn jwk(&self) -> Value {
        let x = URL_SAFE_NO_PAD.encode(self.pair.public_key().as_ref());
        json!({ "kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "use": "sig", "kid": self.id, "x": x })
    }

    /// A token that says this.
    pub fn sign(&self, claims: &Value) -> String {
        let header = json!({ "alg": "EdDSA", "kid": self.id, "typ": "JWT" });
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let message = format!("{}.{}", part(&header), part(claims));
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(self.pair.sign(message.as_bytes())))
    }
}

async fn answer(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    shared.asked.fetch_add(1, Ordering::SeqCst);
    if !shared.is_up.load(Ordering::SeqCst) {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    }
    let keys = json!({ "keys": *shared.published.lock().expect("no panic") });
    match request.uri().path() {
        "/.well-known/openid-configuration" => {
            json!({ "issuer": shared.url, "jwks_uri": format!("{}/keys", shared.url) }).to_string().into_response()
        }
        "/keys" => keys.to_string().into_response(),
        "/elsewhere" => (StatusCode::FOUND, [(header::LOCATION, "/keys")], keys.to_string()).into_response(),
        "/long" => format!("{keys}{}", " ".repeat(300 * 1024)).into_response(),
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}
