//! Connections for reading: what is given up, and what is lost, spoils nothing that comes later.

use std::time::Duration;

use sea_orm::DbBackend;
use serde_json::json;

use crate::support::TestApp;

const QUESTION: &str = "{ customer(customerId: \"acme\") { name } }";

#[tokio::test]
async fn a_request_that_is_given_up_leaves_its_connection_to_others() {
    let app = TestApp::new().await;
    let root = app.as_administrator();
    let expected = root.ask(QUESTION).await;
    for microseconds in (0..2_000).step_by(100) {
        // It stops wherever it is.
        drop(tokio::time::timeout(Duration::from_micros(microseconds), root.ask(QUESTION)).await);
        assert_eq!(root.ask(QUESTION).await, expected, "after {microseconds} microseconds");
    }
    assert_eq!(expected["customer"], json!({ "name": "Acme Corporation" }));
}

#[tokio::test]
async fn a_connection_that_the_database_closed_is_opened_again_without_a_word() {
    let app = TestApp::new().await;
    if app.db().get_database_backend() != DbBackend::Postgres {
        return; // A file has nobody who would close it, and on MariaDB everything goes by the pool.
    }
    let root = app.as_administrator();
    let expected = root.ask(QUESTION).await;
    for _ in 0..5 {
        app.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()")
            .await;
        assert_eq!(root.ask(QUESTION).await, expected);
    }
}
