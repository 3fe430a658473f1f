//! On SQLite every statement is handed to the thread of its connection; a request keeps to one as long as it is free.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use sea_orm::{ConnAcquireErr, DatabaseConnection, DbErr, QueryResult, RuntimeErr, Statement, Values};
use sea_query_sqlx::SqlxValues;
use sqlx::{AssertSqlSafe, SqliteConnection, SqlitePool};

use super::queue::{Choice, Queue};
use super::work::ToItsEnd;

/// Connections to a file.
pub(super) struct Files {
    pool: SqlitePool,
    lines: Vec<Arc<Line>>,
    timeout: Duration,
}

/// The place of a connection, which is opened when it is first needed.
struct Line {
    /// `None` while whoever has the turn uses it.
    connection: Mutex<Option<SqliteConnection>>,
    is_open: AtomicBool,
    queue: Arc<Queue>,
}

impl Files {
    /// So many connections with the settings of a pool.
    pub(super) fn new(pool: &DatabaseConnection, lines: u32, timeout: Duration) -> Self {
        let lines = (0..lines).map(|_| Arc::new(Line::new())).collect();
        Self { pool: pool.get_sqlite_connection_pool().clone(), lines, timeout }
    }

    /// Runs a select, which keeps its line to its end.
    pub(super) async fn rows(&self, select: Statement, choice: &Choice) -> Result<Vec<QueryResult>, DbErr> {
        let line = Arc::clone(&self.lines[choice.among(&self.lines, |line| &line.queue)]);
        let turn = line.queue.turn(self.timeout).await?;
        let connection = line.place().take();
        let mut connection = match connection {
            Some(connection) => connection,
            None => Box::pin(self.open(&line)).await?,
        };
        ToItsEnd::of(async move {
            let values = SqlxValues(select.values.unwrap_or(Values(Vec::new())));
            let rows = sqlx::query_with(AssertSqlSafe(select.sql), values).fetch_all(&mut connection).await;
            *line.place() = Some(connection);
            drop(turn);
            let rows = rows.map_err(|error| DbErr::Query(RuntimeErr::SqlxError(Arc::new(error))))?;
            Ok(rows.into_iter().map(QueryResult::from).collect())
        })
        .await
    }

    async fn open(&self, line: &Line) -> Result<SqliteConnection, DbErr> {
        let connection = self.pool.acquire().await.map_err(|_| DbErr::ConnectionAcquire(ConnAcquireErr::Timeout))?;
        line.is_open.store(true, Ordering::Relaxed);
        Ok(connection.detach())
    }

    /// How many connections run a statement, and how many wait for one.
    pub(super) fn size(&self) -> (usize, usize) {
        let open = self.lines.iter().filter(|line| line.is_open.load(Ordering::Relaxed));
        let (used, idle): (Vec<&Arc<Line>>, Vec<&Arc<Line>>) = open.partition(|line| line.queue.is_busy());
        (used.len(), idle.len())
    }
}

impl Line {
    fn new() -> Self {
        let (connection, is_open) = Default::default();
        Self { connection, is_open, queue: Queue::taking(1) }
    }

    fn place(&self) -> MutexGuard<'_, Option<SqliteConnection>> {
        self.connection.lock().expect("no panic while holding the connection")
    }
}
