//! Empty databases for one test: SQLite in memory, and another on the server that
//! `TEST_DATABASE_URL` names, if it names one.

use std::panic::AssertUnwindSafe;

use futures_util::FutureExt;
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection};

/// An empty SQLite database in memory.
pub(super) async fn sqlite() -> DatabaseConnection {
    connect("sqlite::memory:").await
}

/// Runs the test on SQLite, and on the server if there is one.
#[expect(clippy::disallowed_methods, reason = "tells where the server for tests is")]
pub(super) async fn on_every_database(test: impl AsyncFn(DatabaseConnection)) {
    test(sqlite().await).await;
    if let Ok(server) = std::env::var("TEST_DATABASE_URL") {
        on_server(&server, test).await;
    }
}

async fn on_server(url: &str, test: impl AsyncFn(DatabaseConnection)) {
    let server = connect(url).await;
    let (address, _) = url.rsplit_once('/').expect("the address ends in /database");
    let name = format!("deskgraph_test_{}", uuid::Uuid::new_v4().simple());
    run(&server, &format!("CREATE DATABASE {name}")).await;
    let db = connect(&format!("{address}/{name}")).await;
    let outcome = AssertUnwindSafe(test(db.clone())).catch_unwind().await;
    db.close().await.expect("the test database closes");
    run(&server, &format!("DROP DATABASE {name}")).await;
    if let Err(panic) = outcome {
        std::panic::resume_unwind(panic);
    }
}

async fn connect(url: &str) -> DatabaseConnection {
    // A database in memory lives as long as its only connection.
    let mut options = ConnectOptions::new(url);
    options.max_connections(1).sqlx_logging(false);
    Database::connect(options).await.expect("the database answers")
}

/// Runs statements, which must succeed.
pub(super) async fn run(db: &DatabaseConnection, sql: &str) {
    if let Err(error) = db.execute_unprepared(sql).await {
        panic!("{sql}: {error}");
    }
}
