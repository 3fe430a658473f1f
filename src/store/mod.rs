//! Everything in the database that is not a customer or customer user: the SQL of the product. Every select over people's data begins
//! with a viewer's scope.

pub mod agent;
pub mod agent_account;
pub mod api_token;
pub mod article;
mod attempt;
pub mod change;
pub mod column;
pub mod connection;
pub mod credential;
pub mod escalation;
pub mod feed;
pub mod filter;
pub mod fingerprint;
pub mod grant;
pub mod group_reach;
pub mod layout;
pub mod lines;
pub mod login;
pub mod membership;
pub mod named_write;
pub mod page;
pub mod patience;
pub mod preference;
pub mod pulse;
pub mod reader;
pub mod reference;
pub mod relation;
pub mod row;
pub mod search_index;
pub mod service;
pub mod session;
pub mod sign_in;
pub mod statement;
pub mod statistic;
pub mod sysconfig;
pub mod text;
pub mod ticket;
pub mod ticket_customer;
pub mod ticket_number;
pub mod ticket_query;
pub mod ticket_write;
pub mod transaction;
pub mod upgrade;
pub mod viewer;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::{Mutex, OwnedMutexGuard};

use sea_orm::sea_query::{InsertStatement, SelectStatement};
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, ExecResult, SqlErr, Statement,
    StatementBuilder,
};

use crate::domain::change::NewChange;
use crate::domain::clock::Clock;
use crate::domain::rules::Rules;
use crate::error::{Error, Result};
use crate::telemetry::metrics::Metrics;
use layout::Layout;
use lines::{Choice, Lines};
use patience::Patience;
use pulse::Pulse;
use reference::ReferenceCache;
pub use row::Row;
use statement::Usage;

/// What all requests share: the pool, the table layout, the rules.
pub struct Database {
    /// The connection pool.
    pub connection: DatabaseConnection,
    /// Which tables there are.
    pub layout: Layout,
    /// The zone of the naive time columns.
    pub time_zone: chrono_tz::Tz,
    /// The rules as configured.
    pub rules: Arc<Rules>,
    /// The clock.
    pub clock: Clock,
    /// The secret behind row fingerprints.
    pub fingerprint_key: [u8; 32],
    /// The figures for operators.
    pub metrics: Metrics,
    /// Whether it answers.
    pub pulse: Pulse,
    lines: Option<Lines>,
    reference: ReferenceCache,
    writes: AtomicU64,
    after_write: Option<AfterWrite>,
    turn: Arc<Mutex<()>>,
}

/// What is told of every write once it is done.
pub type AfterWrite = Box<dyn Fn(&[NewChange]) + Send + Sync>;

impl Database {
    /// Puts the parts together; nothing is read yet.
    pub fn new(
        connection: DatabaseConnection,
        layout: Layout,
        time_zone: chrono_tz::Tz,
        rules: Rules,
        clock: Clock,
        fingerprint_key: [u8; 32],
    ) -> Self {
        Self {
            connection,
            layout,
            time_zone,
            rules: Arc::new(rules),
            clock,
            fingerprint_key,
            metrics: Metrics::default(),
            pulse: Pulse::default(),
            lines: None,
            reference: ReferenceCache::default(),
            writes: AtomicU64::default(),
            after_write: None,
            turn: Arc::default(),
        }
    }

    /// The same, telling `listener` of every write.
    #[must_use]
    pub fn telling(self, listener: AfterWrite) -> Self {
        Self { after_write: Some(listener), ..self }
    }

    /// The same, reading over connections of their own where there are some.
    #[must_use]
    pub fn reading_by(self, lines: Option<Lines>) -> Self {
        Self { lines, ..self }
    }

    /// Forgets what is kept for a moment, after someone has written.
    pub fn forget(&self) {
        self.writes.fetch_add(1, Ordering::Release);
        self.reference.forget();
    }

    /// How often something was forgotten: whoever keeps what was read before a write can tell by it.
    pub fn writes(&self) -> u64 {
        self.writes.load(Ordering::Acquire)
    }
}

/// The database as one request sees it: it counts what the request costs. Within a [`transaction::Transaction`] it reads and writes there.
#[derive(Clone)]
pub struct Store {
    database: Arc<Database>,
    usage: Arc<Usage>,
    patience: Arc<Patience>,
    request_id: Arc<str>,
    choice: Arc<Choice>,
    transaction: Option<Arc<Running>>,
}

impl Store {
    /// A store for one request.
    pub fn new(database: Arc<Database>, usage: Arc<Usage>) -> Self {
        let (patience, request_id, choice) = Default::default();
        Self { database, usage, patience, request_id, choice, transaction: None }
    }

    /// The same for a request of this name, which the change log repeats.
    #[must_use]
    pub fn for_request(self, request_id: &str) -> Self {
        Self { request_id: request_id.into(), ..self }
    }

    /// The name of the request; empty outside of any.
    pub fn request_id(&self) -> &str {
        &self.request_id
    }

    /// What the request costs.
    pub fn usage(&self) -> &Arc<Usage> {
        &self.usage
    }

    /// What the request has waited for other data sources.
    pub fn patience(&self) -> &Arc<Patience> {
        &self.patience
    }

    /// What all requests share.
    pub fn database(&self) -> &Database {
        &self.database
    }

    /// The rules as configured.
    pub fn rules(&self) -> &Rules {
        &self.database.rules
    }

    /// Which SQL dialect the database speaks.
    pub fn backend(&self) -> DbBackend {
        self.database.connection.get_database_backend()
    }

    /// The present, as the product's clock has it.
    pub fn now(&self) -> chrono::DateTime<chrono::Utc> {
        self.database.clock.now()
    }

    /// Runs a select and returns its rows.
    pub async fn rows(&self, select: &SelectStatement) -> Result<Vec<Row>> {
        match &self.database.lines {
            Some(lines) if self.transaction.is_none() => {
                let run = async |select: Statement| lines.rows(select, &self.choice).await;
                Ok(self.measured(select, run, Vec::len).await?)
            }
            _ => Ok(Box::pin(self.try_rows(select)).await?),
        }
    }

    async fn try_rows(&self, statement: &impl StatementBuilder) -> std::result::Result<Vec<Row>, DbErr> {
        let run = async |statement: Statement| match &self.transaction {
            Some(running) => open(running.lock().await.as_ref())?.query_all_raw(statement).await,
            None => self.database.connection.query_all_raw(statement).await,
        };
        let rows = self.measured(statement, run, Vec::len).await?;
        Ok(rows.into_iter().map(Row::from).collect())
    }

    async fn measured<T>(
        &self,
        statement: &impl StatementBuilder,
        run: impl AsyncFnOnce(Statement) -> std::result::Result<T, DbErr>,
        rows: impl Fn(&T) -> usize,
    ) -> std::result::Result<T, DbErr> {
        let statement: Statement = self.backend().build(statement);
        let run = async |statement| self.database.pulse.guard(run(statement)).await;
        self.usage.run(self.backend(), statement, Some(&self.database.metrics), run, rows).await
    }

    /// Runs a statement that writes and returns how many rows it concerned.
    pub async fn execute(&self, statement: &impl StatementBuilder) -> Result<u64> {
        Ok(self.try_execute(statement).await?.rows_affected())
    }

    /// Runs a statement that writes; false where a unique key refuses it, after which the transaction can only be given up.
    pub async fn execute_unique(&self, statement: &impl StatementBuilder) -> Result<bool> {
        Ok(unless_taken(self.try_execute(statement).await)?.is_some())
    }

    /// Inserts one row and returns the number that the database counted for it as its `id`; `None` where a unique key refuses it, after which
    /// the transaction can only be given up.
    pub async fn insert_numbered(&self, mut insert: InsertStatement) -> Result<Option<i64>> {
        if self.backend() == DbBackend::MySql {
            let done = unless_taken(self.try_execute(&insert).await)?;
            return done.map(|done| i64::try_from(done.last_insert_id()).map_err(Error::internal)).transpose();
        }
        let rows = unless_taken(self.try_rows(insert.returning_col("id")).await)?;
        rows.iter().flatten().next().map(|row| row.at(0)).transpose()
    }

    async fn try_execute(&self, statement: &impl StatementBuilder) -> std::result::Result<ExecResult, DbErr> {
        let run = async |statement: Statement| match &self.transaction {
            Some(running) => open(running.lock().await.as_ref())?.execute_raw(statement).await,
            None => self.database.connection.execute_raw(statement).await,
        };
        self.measured(statement, run, |_| 0).await
    }
}

/// What was done, or `None` where a unique key refused it.
fn unless_taken<T>(done: std::result::Result<T, DbErr>) -> Result<Option<T>> {
    match done {
        Ok(done) => Ok(Some(done)),
        Err(error) if matches!(error.sql_err(), Some(SqlErr::UniqueConstraintViolation(_))) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// A transaction until it is committed.
type Running = Mutex<Option<Open>>;

/// An open transaction. On SQLite it has the turn to write, which writers of this process get in the order in which they ask: left to
/// themselves, some would wait until they give up.
struct Open {
    transaction: DatabaseTransaction,
    _turn: Option<OwnedMutexGuard<()>>,
}

fn open(running: Option<&Open>) -> std::result::Result<&DatabaseTransaction, DbErr> {
    running.map(|open| &open.transaction).ok_or_else(|| DbErr::Custom("the transaction has ended".to_owned()))
}
