//! A database without room left. Only a file can be held small by a test, so this is about SQLite.

use sea_orm::DbBackend;
use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::client::code_of;

const CREATE: &str = "mutation($id: String!, $comment: String) {
    customerCreate(input: { customerId: $id, name: $id, comment: $comment }) { customer { customerId } userErrors { code } } }";

async fn create(app: &TestApp, number: usize) -> Value {
    let variables = json!({"id": format!("company{number}"), "comment": "x".repeat(200)});
    app.as_administrator().run(CREATE, variables).await
}

#[tokio::test]
async fn a_full_disk_is_told_to_writers_and_does_not_concern_readers() {
    // What is set for a connection counts for all requests, because there is one.
    let app = TestApp::busy(1).await;
    if app.db().get_database_backend() != DbBackend::Sqlite {
        return println!("skipped: only a SQLite file can be held small");
    }
    // The file keeps the size that it has.
    app.execute("PRAGMA max_page_count = 1").await;
    let mut written = 0;
    let refused = loop {
        let answer = create(&app, written).await;
        if !answer["errors"].is_null() {
            break answer;
        }
        written += 1;
        assert!(written < 5_000, "the file grows");
    };
    assert_eq!(code_of(&refused), "STORAGE_FULL", "{refused}");
    let count = "{ customers(filter: {customerId: {startsWith: \"company\"}}) { totalCount } }";
    assert_eq!(app.as_administrator().ask(count).await["customers"]["totalCount"], json!(written));
    app.execute("PRAGMA max_page_count = 1000000").await;
    assert_eq!(create(&app, written).await["data"]["customerCreate"]["userErrors"], json!([]));
    assert_eq!(app.text("PRAGMA integrity_check").await.as_deref(), Some("ok"));
}
