//! A database without room left, and one that takes too long. Only a file can be held small by a test, so the former is about SQLite.

use std::time::{Duration, Instant};

use deskgraph::error::Error;
use deskgraph::store::connection::Connect;
use sea_orm::{ConnectionTrait, DbBackend, Statement};
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
    let app = TestApp::busy(1).await.by_pool().await;
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

#[tokio::test]
async fn a_statement_that_takes_longer_than_its_limit_is_ended() {
    let Ok(url) = std::env::var("TEST_DATABASE_URL") else { return };
    let limit = Some(Duration::from_secs(1));
    let connect = Connect { url: &url, max_connections: 1, timeout: Duration::from_secs(10), statement_limit: limit };
    let connection = connect.open().await.expect("a connection");
    let sleep = if url.starts_with("mysql") {
        "SELECT COUNT(*) FROM information_schema.columns WHERE SLEEP(1)"
    } else {
        "SELECT pg_sleep(20)"
    };
    let began = Instant::now();
    let error = connection.query_one_raw(Statement::from_string(connection.get_database_backend(), sleep)).await;
    assert!(matches!(Error::from(error.expect_err("it is ended")), Error::Timeout));
    assert!(began.elapsed() < Duration::from_secs(10));
}
