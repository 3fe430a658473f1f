//! Runs statements, counted for the log line of their request and for the tests that hold the cost of a document, timed for the figures, and
//! traced.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use sea_orm::{DbBackend, DbErr, SqlErr, Statement};
use tokio::sync::Semaphore;
use tracing::Instrument;

use crate::telemetry::metrics::Metrics;
use crate::telemetry::trace;

/// How many statements of a request run at the same time: fewer than there are connections, so that nobody gets all of them at once.
const AT_ONCE: usize = 5;

/// A statement that was recorded, for tests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recorded {
    /// Its text as it was sent.
    pub text: String,
    /// The same with its values.
    pub with_values: String,
}

/// What a request has cost so far.
pub struct Usage {
    turns: Semaphore,
    statements: AtomicU32,
    rows: AtomicU64,
    microseconds: AtomicU64,
    recorded: Option<Mutex<Vec<Recorded>>>,
}

impl Default for Usage {
    fn default() -> Self {
        Self {
            turns: Semaphore::new(AT_ONCE),
            statements: AtomicU32::default(),
            rows: AtomicU64::default(),
            microseconds: AtomicU64::default(),
            recorded: None,
        }
    }
}

impl Usage {
    /// A count that also keeps every statement.
    pub fn recording() -> Self {
        Self { recorded: Some(Mutex::default()), ..Self::default() }
    }

    /// Runs a statement; `rows` says how many rows an answer has, and `figures` are those of the main database, `None` for any other.
    pub(super) async fn run<T>(
        &self,
        backend: DbBackend,
        statement: Statement,
        figures: Option<&Metrics>,
        run: impl AsyncFnOnce(Statement) -> Result<T, DbErr>,
        rows: impl Fn(&T) -> usize,
    ) -> Result<T, DbErr> {
        let _turn = self.turns.acquire().await;
        self.begin(&statement);
        let (span, began) = (trace::statement(system(backend), &statement.sql), Instant::now());
        let answer = run(statement).instrument(span.clone()).await;
        let (elapsed, count) = (began.elapsed(), counted(&answer, rows));
        self.end(elapsed, count.unwrap_or(0));
        if count.is_none() {
            trace::failed(&span, "database");
        }
        if let Some(figures) = figures {
            figures.statement(elapsed, count);
        }
        answer
    }

    fn begin(&self, statement: &Statement) {
        self.statements.fetch_add(1, Ordering::Relaxed);
        if let Some(recorded) = &self.recorded {
            let statement = Recorded { text: statement.sql.clone(), with_values: statement.to_string() };
            recorded.lock().expect("no panic while recording").push(statement);
        }
    }

    fn end(&self, elapsed: Duration, rows: usize) {
        self.rows.fetch_add(rows as u64, Ordering::Relaxed);
        self.microseconds.fetch_add(u64::try_from(elapsed.as_micros()).unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    /// Statements so far.
    pub fn statements(&self) -> u32 {
        self.statements.load(Ordering::Relaxed)
    }

    /// Rows so far.
    pub fn rows(&self) -> u64 {
        self.rows.load(Ordering::Relaxed)
    }

    /// How long statements took so far. Those that ran at the same time count one by one.
    pub fn database_time(&self) -> Duration {
        Duration::from_micros(self.microseconds.load(Ordering::Relaxed))
    }

    /// The statements, where they were recorded.
    pub fn recorded(&self) -> Vec<Recorded> {
        self.recorded
            .as_ref()
            .map(|recorded| recorded.lock().expect("no panic while recording").clone())
            .unwrap_or_default()
    }
}

/// The rows of an answer; `None` where there is none. That a key is taken is an answer too.
fn counted<T>(answer: &Result<T, DbErr>, rows: impl Fn(&T) -> usize) -> Option<usize> {
    match answer {
        Ok(answer) => Some(rows(answer)),
        Err(error) => matches!(error.sql_err(), Some(SqlErr::UniqueConstraintViolation(_))).then_some(0),
    }
}

/// What OpenTelemetry calls a database.
fn system(backend: DbBackend) -> &'static str {
    match backend {
        DbBackend::Postgres => "postgresql",
        DbBackend::MySql => "mariadb",
        DbBackend::Sqlite => "sqlite",
        _ => "other_sql",
    }
}
