//! Documents that are asked for by hash or id: automatic persisted queries, and a server that runs only the documents of a manifest.

use deskgraph::auth::token::Realm;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::document::{get, post};
use crate::support::TestApp;

const ROLE: &str = "query Role { viewer { role } }";

fn hash(text: &str) -> String {
    Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn named(text: &str) -> Value {
    json!({"persistedQuery": {"version": 1, "sha256Hash": hash(text)}})
}

/// A server that trusts these documents.
async fn with_manifest(manifest: &Value, settings: &str) -> TestApp {
    let file = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(file.path(), manifest.to_string()).expect("it can be written");
    TestApp::with(&format!("[documents]\nmanifest = '{}'\n{settings}", file.path().display())).await
}

#[tokio::test]
async fn a_document_is_sent_once_and_then_named() {
    let app = TestApp::new().await;
    let root = app.as_administrator();
    let name = json!({"extensions": named(ROLE)});
    let unknown = post(&root, &name).await;
    assert_eq!(unknown.refusal(), (200, "PERSISTED_QUERY_NOT_FOUND".into()));
    assert_eq!(unknown.json()["errors"][0]["message"], "PersistedQueryNotFound");
    let role = json!({"viewer": {"role": "ADMINISTRATOR"}});
    assert_eq!(post(&root, &json!({"query": ROLE, "extensions": named(ROLE)})).await.json()["data"], role);
    assert_eq!(post(&root, &name).await.json()["data"], role);
    let by_get = get(&root, &[("extensions", &named(ROLE).to_string())]).await;
    assert_eq!(by_get.json()["data"], role);
    let mut socket = app.socket_of(Realm::Agent, "root@localhost").await;
    socket.send(json!({"type": "subscribe", "id": "1", "payload": name})).await;
    assert_eq!(socket.event().await, role);
}

#[tokio::test]
async fn a_socket_is_told_what_is_not_known() {
    let app = TestApp::new().await;
    let mut socket = app.socket(json!({})).await;
    socket.send(json!({"type": "subscribe", "id": "1", "payload": {"extensions": named(ROLE)}})).await;
    assert_eq!(socket.refusal().await, ("error".into(), "PERSISTED_QUERY_NOT_FOUND".into()));
}

#[tokio::test]
async fn what_is_refused_cannot_be_named() {
    let app = TestApp::new().await;
    let root = app.as_administrator();
    for document in ["{ nonsense }", "{ viewer", "{ customers(first: [[[1]]]) { totalCount } }"] {
        let sent = post(&root, &json!({"query": document, "extensions": named(document)})).await;
        assert_eq!(sent.status, 400, "{}", sent.text);
        let found = post(&root, &json!({"extensions": named(document)})).await;
        assert_eq!(found.refusal(), (200, "PERSISTED_QUERY_NOT_FOUND".into()));
    }
    let other = post(&root, &json!({"query": ROLE, "extensions": named("other")})).await;
    assert_eq!(other.refusal(), (400, "BAD_USER_INPUT".into()));
}

#[tokio::test]
async fn a_mutation_that_is_named_is_still_not_run_by_get() {
    let app = TestApp::new().await;
    let mutation = "mutation { sessionRefresh(refreshToken: \"x\") { userErrors { code } } }";
    assert_eq!(post(&app.anonymous(), &json!({"query": mutation, "extensions": named(mutation)})).await.status, 200);
    let answer = get(&app.anonymous(), &[("extensions", &named(mutation).to_string())]).await;
    assert_eq!(answer.refusal(), (405, "BAD_USER_INPUT".into()));
}

#[tokio::test]
async fn only_what_the_manifest_has_is_run() {
    let settings = "trusted_only = true\n";
    let app = with_manifest(&json!({"role": ROLE, "md5": "{ settings { maxPageSize } }"}), settings).await;
    let root = app.as_administrator();
    let role = json!({"viewer": {"role": "ADMINISTRATOR"}});
    assert_eq!(post(&root, &json!({"documentId": "role"})).await.json()["data"], role);
    assert_eq!(get(&root, &[("documentId", "role")]).await.json()["data"], role);
    assert_eq!(post(&root, &json!({"extensions": named(ROLE)})).await.json()["data"], role);
    assert_eq!(root.ask(ROLE).await, role);
    for document in ["{ viewer { role } }", "{ __schema { queryType { name } } }", "{ nonsense", "[[["] {
        assert_eq!(root.refusal(document, json!({})).await, (403, "FORBIDDEN".into()), "{document}");
    }
    assert_eq!(post(&root, &json!({"documentId": "other"})).await.refusal().1, "PERSISTED_QUERY_NOT_FOUND");
    let mut socket = app.socket_of(Realm::Agent, "root@localhost").await;
    socket.send(json!({"type": "subscribe", "id": "1", "payload": {"documentId": "role"}})).await;
    assert_eq!(socket.event().await, role);
}

#[tokio::test]
async fn a_manifest_beside_other_documents_gives_them_names() {
    let manifest = json!({"format": "apollo-persisted-query-manifest", "version": 1,
        "operations": [{"id": "role", "name": "Role", "type": "query", "body": ROLE}]});
    let app = with_manifest(&manifest, "").await;
    let root = app.as_administrator();
    let role = json!({"viewer": {"role": "ADMINISTRATOR"}});
    assert_eq!(post(&root, &json!({"documentId": "role"})).await.json()["data"], role);
    assert_eq!(root.ask("{ viewer { role } }").await, role);
}
