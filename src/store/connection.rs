//! Opening the database, with the settings that each of the three wants.

use std::path::Path;
use std::time::Duration;

use sea_orm::sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous};
use sea_orm::{ConnectOptions, ConnectionTrait, DatabaseConnection, DbBackend, DbErr, RuntimeErr};
use sqlx::{AssertSqlSafe, Executor};

use super::lines::Lines;
use super::{Database, Store};
use crate::telemetry::metrics::PoolSize;

/// How to reach the database.
pub struct Connect<'a> {
    /// Its address.
    pub url: &'a str,
    /// The most connections at a time.
    pub max_connections: u32,
    /// How long to wait for one.
    pub timeout: Duration,
    /// How long a statement may take that is run on [`Connect::open`]; `None` for as long as it likes. SQLite knows no such limit.
    pub statement_limit: Option<Duration>,
}

impl Connect<'_> {
    /// Opens a pool. A SQLite file is created where it is missing.
    pub async fn open(&self) -> Result<DatabaseConnection, DbErr> {
        let mut options = self.options();
        // A ping before every statement would cost a round trip. A connection that nobody used for a moment may be dead, after a restart.
        options.test_before_acquire_if_idle_for(PRESUMED_ALIVE);
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
                .pragma("cache_size", "-8192")
                .with_regexp()
        });
        if is_memory(self.url) {
            options.max_connections(1).min_connections(1);
        }
        if let Some(limit) = self.statement_limit {
            let (millis, seconds) = (limit.as_millis(), limit.as_secs_f64());
            options.map_sqlx_postgres_pool_opts(move |pool| {
                pool.after_connect(move |connection, _| {
                    let limit = AssertSqlSafe(format!("SET statement_timeout = {millis}"));
                    Box::pin(async move { settle(connection.execute(limit).await) })
                })
            });
            options.map_sqlx_mysql_pool_opts(move |pool| {
                pool.after_connect(move |connection, _| {
                    let limit = AssertSqlSafe(format!("SET SESSION max_statement_time = {seconds}"));
                    Box::pin(async move { settle(connection.execute(limit).await) })
                })
            });
        }
        sea_orm::Database::connect(options).await
    }

    /// Makes a pool over a database that belongs to others: it cannot write, as far as the database can be told so, and a statement that
    /// takes longer than the timeout is given up. Servers are not asked for a connection before there is a statement.
    pub async fn open_to_read(&self) -> Result<DatabaseConnection, DbErr> {
        let mut options = self.options();
        // Others restart their servers without telling us, and one connection that is dead would pass for a server that is.
        options.connect_lazy(true).test_before_acquire_if_idle_for(PRESUMED_ALIVE);
        options.map_sqlx_sqlite_opts(|options| {
            let options = options.read_only(true).create_if_missing(false);
            options.busy_timeout(Duration::from_secs(1)).statement_cache_capacity(256).with_regexp()
        });
        let (millis, seconds) = (self.timeout.as_millis(), self.timeout.as_secs_f64());
        options.map_sqlx_postgres_pool_opts(move |pool| {
            pool.after_connect(move |connection, _| {
                Box::pin(async move {
                    settle(connection.execute("SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY").await)?;
                    let limit = AssertSqlSafe(format!("SET statement_timeout = {millis}"));
                    settle(connection.execute(limit).await)
                })
            })
        });
        options.map_sqlx_mysql_pool_opts(move |pool| {
            pool.after_connect(move |connection, _| {
                Box::pin(async move {
                    settle(connection.execute("SET SESSION TRANSACTION READ ONLY").await)?;
                    let limit = AssertSqlSafe(format!("SET SESSION max_statement_time = {seconds}"));
                    settle(connection.execute(limit).await)
                })
            })
        });
        sea_orm::Database::connect(options).await
    }

    /// What all pools have in common.
    fn options(&self) -> ConnectOptions {
        let mut options = ConnectOptions::new(address(self.url));
        options
            .max_connections(self.max_connections)
            .connect_timeout(self.timeout)
            .acquire_timeout(self.timeout)
            .max_lifetime(Duration::from_secs(30 * 60))
            .idle_timeout(Duration::from_secs(10 * 60))
            .sqlx_logging(false);
        options
    }
}

/// How long after a statement a connection is used again without a ping.
const PRESUMED_ALIVE: Duration = Duration::from_secs(1);

/// A server that does not know a setting is read without it: MySQL has no limit for statements of this name.
fn settle<T>(done: Result<T, sqlx::Error>) -> Result<(), sqlx::Error> {
    match done {
        Ok(_) | Err(sqlx::Error::Database(_)) => Ok(()),
        Err(error) => Err(error),
    }
}

/// Whether there is no connection because the driver does not understand the address. What it says then may repeat a password.
pub fn is_address_refused(error: &DbErr) -> bool {
    match error {
        DbErr::Conn(RuntimeErr::SqlxError(cause)) => matches!(cause.as_ref(), sqlx::Error::Configuration(_)),
        DbErr::Conn(RuntimeErr::Internal(_)) => true,
        _ => false,
    }
}

/// The address with the one name of its scheme that the driver knows.
fn address(url: &str) -> String {
    for (other, known) in [("postgresql:", "postgres:"), ("mariadb:", "mysql:")] {
        if let Some(rest) = url.strip_prefix(other) {
            return format!("{known}{rest}");
        }
    }
    url.to_owned()
}

/// Whether the address is that of a SQLite database in memory, which lives as long as its one connection.
pub(super) fn is_memory(url: &str) -> bool {
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

impl Database {
    /// How many connections there are at this moment.
    pub fn pool_size(&self) -> PoolSize {
        let (size, idle) = match self.connection.get_database_backend() {
            DbBackend::Postgres => size(self.connection.get_postgres_connection_pool()),
            DbBackend::MySql => size(self.connection.get_mysql_connection_pool()),
            _ => size(self.connection.get_sqlite_connection_pool()),
        };
        let (reading, unused) = self.lines.as_ref().map_or((0, 0), Lines::size);
        PoolSize { used: size.saturating_sub(idle) + reading, idle: idle + unused }
    }
}

/// How many connections a pool has, and how many of them are idle.
fn size<DB: sqlx::Database>(pool: &sqlx::Pool<DB>) -> (usize, usize) {
    (pool.size() as usize, pool.num_idle())
}
