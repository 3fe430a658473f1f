//! The keys behind tokens: changed while the server runs, without anybody noticing.

use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;

use axum::body::Body;
use axum::http::Request;
use chrono::TimeDelta;
use deskgraph::auth::token::{KeyFile, Keys};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::account::*;
use crate::support::{TestApp, now};

/// A server whose keys are in a file, and everyone can sign in.
async fn app() -> (TempDir, Arc<Keys>, TestApp) {
    let directory = TempDir::new().expect("there is a directory for temporary files");
    let keys = Arc::new(Keys::load_or_create(&directory.path().join("test.key")).expect("a key"));
    let app = TestApp::with_keys(Arc::clone(&keys)).await;
    give_passwords(&app).await;
    (directory, keys, app)
}

/// Changes the key file as the command does, and lets the server read it.
fn change(directory: &TempDir, keys: &Keys, change: impl FnOnce(&mut KeyFile)) {
    let path = directory.path().join("test.key");
    let mut file = KeyFile::read(&path).expect("a key file");
    change(&mut file);
    file.replace(&path).expect("it can be replaced");
    assert!(keys.reload().expect("it can be read"));
}

async fn published(app: &TestApp) -> Vec<Value> {
    let request = Request::get("/.well-known/jwks.json").body(Body::empty()).expect("the request is good");
    let mut set = app.anonymous().http(request).await.json();
    set["keys"].as_array_mut().map(std::mem::take).expect("a list")
}

async fn version(app: &TestApp, token: &str) -> Value {
    app.with_token(token).ask("{ customer(customerId: \"acme\") { version } }").await["customer"]["version"].take()
}

#[tokio::test]
async fn sessions_api_tokens_and_versions_outlive_every_key() {
    let (directory, keys, app) = app().await;
    let first = sign_in(&app, "AGENT", "olga").await;
    let made = app.with_token(&first.access).ask("mutation { apiTokenCreate(name: \"A\") { secret } }").await;
    let secret = made["apiTokenCreate"]["secret"].as_str().expect("a secret").to_owned();
    let (before, old) = (version(&app, &secret).await, keys.signing(now()).id().to_owned());

    // Announced, but not yet signing.
    change(&directory, &keys, |file| drop(file.add(Some(now() + TimeDelta::minutes(1)))));
    assert_eq!(published(&app).await.len(), 2);
    assert_eq!(keys.signing(now()).id(), old);

    change(&directory, &keys, |file| drop(file.add(Some(now()))));
    assert_ne!(keys.signing(now()).id(), old);
    let second = pair(&refresh(&app, &first.refresh).await);
    assert!(is_good(&app, &first.access).await && is_good(&app, &second.access).await);

    change(&directory, &keys, |file| file.remove(&old).expect("there are others"));
    app.forget();
    assert!(!is_good(&app, &first.access).await);
    assert!(is_good(&app, &second.access).await && is_good(&app, &secret).await);
    assert!(!is_refused(&app, &second.refresh).await);
    assert_eq!(version(&app, &secret).await, before);
    assert!(published(&app).await.iter().all(|key| key["kid"] != old.as_str()));
}

#[tokio::test]
async fn hostile_tokens_are_refused_alike_and_nothing_is_told() {
    let app = TestApp::new().await;
    let nested = "[".repeat(3000);
    let texts = [
        "".to_owned(),
        "a.b.c".to_owned(),
        "....".to_owned(),
        "e30.e30.e30".to_owned(),
        "eyJhbGciOiJub25lIn0.eyJzdWIiOiJyb290QGxvY2FsaG9zdCJ9.".to_owned(),
        "x".repeat(20_000),
        format!("{0}.{0}.{0}", base64_of(&nested)),
        format!("{0}.{0}.{0}", base64_of(r#"{"kid":7,"alg":["EdDSA"]}"#)),
        "dgt_".to_owned(),
        format!("dgt_{}", "é".repeat(3000)).escape_default().to_string(),
    ];
    for token in texts {
        let answer = app.with_token(&token).post("{ viewer { role } }", json!({})).await;
        assert_eq!(answer.refusal(), (401, "UNAUTHENTICATED".to_owned()), "{token}");
        assert_eq!(answer.json()["errors"][0]["message"], unauthenticated(&app).await, "{token}");
    }
}

fn base64_of(text: &str) -> String {
    use base64::Engine;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(text)
}

async fn unauthenticated(app: &TestApp) -> Value {
    app.anonymous().run("{ customers { totalCount } }", json!({})).await["errors"][0]["message"].take()
}

/// Whether a command of the program went well, and what it printed.
fn run(directory: &Path, arguments: &[&str]) -> (bool, String) {
    let mut program = Command::new(env!("CARGO_BIN_EXE_deskgraph"));
    let output = program.current_dir(directory).args(arguments).stdin(Stdio::null()).output().expect("it runs");
    (output.status.success(), String::from_utf8([output.stdout, output.stderr].concat()).expect("text"))
}

#[test]
fn keys_are_changed_by_command() {
    let directory = TempDir::new().expect("there is a directory for temporary files");
    let run = |arguments: &[&str]| run(directory.path(), arguments);
    let (is_fine, text) = run(&["key", "list"]);
    assert!(!is_fine && text.contains("`auth.key_file` is `deskgraph.key`"), "{text}");
    Keys::load_or_create(&directory.path().join("deskgraph.key")).expect("a key");
    let (_, listed) = run(&["key", "list"]);
    let first = listed.split(' ').next().expect("a name").to_owned();
    assert!(listed.ends_with("signs from the beginning\n") && listed.lines().count() == 1, "{listed}");
    let (is_fine, text) = run(&["key", "remove", &first]);
    assert!(!is_fine && text.contains("is the only key"), "{text}");
    let (is_fine, text) = run(&["key", "rotate", "--in", "1h"]);
    assert!(is_fine && text.contains(" signs from 2"), "{text}");
    assert_eq!(run(&["key", "list"]).1.lines().count(), 2);
    let (is_fine, text) = run(&["key", "remove", &first]);
    assert!(is_fine && text.contains("what it has signed is refused"), "{text}");
    let (is_fine, text) = run(&["key", "remove", &first]);
    assert!(!is_fine && text.contains("there is no key"), "{text}");
}
