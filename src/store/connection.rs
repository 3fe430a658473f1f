//! Opening the database, with the settings that each of the three wants.

use std::path::Path;
use std::time::Duration;

use sea_orm::sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous};
use sea_orm::{ConnectOptions, ConnectionTrait, DatabaseConnection, DbErr};

use super::Store;

/// How to reach the database.
pub struct Connect<'a> {
    /// Its address.
    pub url: &'a str,
    /// The most connections at a time.
    pub max_connections: u32,
    /// How long to wait for one.
    pub timeout: Duration,
}

impl Connect<'_> {
    /// Opens a pool. A SQLite file is created where it is missing.
    pub async fn open(&self) -> Result<DatabaseConnection, DbErr> {
        let mut options = ConnectOptions::new(self.url);
        options
            .max_connections(self.max_connections)
            .connect_timeout(self.timeout)
            .acquire_timeout(self.timeout)
            .sqlx_logging(false);
        // A ping before every statement costs a round trip; instead connections are renewed now and then.
        options
            .test_before_acquire(false)
            .max_lifetime(Duration::from_secs(30 * 60))
            .idle_timeout(Duration::from_secs(10 * 60));
        options.map_sqlx_sqlite_opts(|options| {
            options
                .create_if_missing(true)
                .foreign_keys(true)
                .journal_mode(SqliteJournalMode::Wal)
                // What was acknowledged has to be there after a loss of power too.
                .synchronous(SqliteSynchronous::Full)
                .busy_timeout(Duration::from_secs(5))
                .statement_cache_capacity(256)
                .pragma("temp_store", "memory")
                .pragma("mmap_size", "268435456")
                .pragma("cache_size", "-65536")
                .with_regexp()
        });
        if is_memory(self.url) {
            options.max_connections(1).min_connections(1);
        }
        sea_orm::Database::connect(options).await
    }
}

/// Whether the address is that of a SQLite database in memory, which lives as long as its one connection.
fn is_memory(url: &str) -> bool {
    url.starts_with("sqlite:") && url.contains(":memory:")
}

/// The file behind a SQLite address; `None` for other databases.
pub fn sqlite_file(url: &str) -> Option<&Path> {
    let path = url.strip_prefix("sqlite:")?;
    let path = path.strip_prefix("//").unwrap_or(path);
    let path = path.split('?').next().unwrap_or(path);
    (!is_memory(url)).then(|| Path::new(path))
}

impl Store {
    /// Whether the database answers.
    pub async fn is_reachable(&self) -> bool {
        self.database().connection.execute_unprepared("SELECT 1").await.is_ok()
    }
}
