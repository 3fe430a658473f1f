//! Why a request could not be answered. What people did wrong inside a mutation is not here: that is data, see the payloads' `userErrors`.

use std::sync::Arc;

use sea_orm::{DbErr, RuntimeErr};
use sqlx::mysql::MySqlDatabaseError;

/// The reason why a request, or one field of it, has no answer. There is no `Display` on purpose: what a client may read is chosen in
/// `graphql::error`, what the log gets in `http::request_log`.
#[derive(Clone, Debug)]
pub enum Error {
    /// There is no valid token.
    Unauthenticated,
    /// The role may not do this at all; the text says what it needs.
    Forbidden(String),
    /// The calling program sent something that cannot be; the text says what, and what to send instead.
    BadInput(String),
    /// The request asks for more than one may get.
    LimitExceeded(String),
    /// The request took too long.
    Timeout,
    /// The main database does not answer at the moment.
    Unavailable(Arc<DbErr>),
    /// The database has no room for what was to be written.
    StorageFull(Arc<DbErr>),
    /// Another data source does not answer at the moment.
    SourceUnavailable(Arc<SourceFailure>),
    /// The issuer of this name does not answer at the moment, whose keys a token needs.
    IssuerUnavailable(Arc<str>),
    /// Our fault.
    Internal(Arc<dyn std::error::Error + Send + Sync>),
}

/// Why a data source besides the main database has no answer.
#[derive(Debug)]
pub struct SourceFailure {
    /// The configured name of the source.
    pub source: Arc<str>,
    /// What is behind it, for the log only.
    pub cause: Box<dyn std::error::Error + Send + Sync>,
}

/// The result of everything that can fail for these reasons.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// A fault of ours, described for the log only.
    pub fn internal(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Internal(Arc::from(cause.into()))
    }

    /// A data source that does not answer, and why, for the log only.
    pub fn source_unavailable(source: &Arc<str>, cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::SourceUnavailable(Arc::new(SourceFailure { source: Arc::clone(source), cause: cause.into() }))
    }

    /// The name of the data source that does not answer, if that is the reason.
    pub fn source_name(&self) -> Option<&str> {
        match self {
            Self::SourceUnavailable(failure) => Some(&failure.source),
            _ => None,
        }
    }

    /// Whether the database took a transaction back because it and another waited for each other: it may be tried again at once.
    pub fn is_deadlock(&self) -> bool {
        match self {
            Self::Unavailable(error) => refusal(error).is_some_and(|refusal| has_code(refusal, &DEADLOCKS, &[])),
            _ => false,
        }
    }

    /// Something the calling program sent.
    pub fn bad_input(message: impl Into<String>) -> Self {
        Self::BadInput(message.into())
    }
}

impl From<DbErr> for Error {
    fn from(error: DbErr) -> Self {
        match () {
            () if refusal(&error).is_some_and(|refusal| has_code(refusal, &TOO_LONG, &TOO_LONG_ON_MARIADB)) => {
                Self::Timeout
            }
            () if is_unavailable(&error) => Self::Unavailable(Arc::new(error)),
            () if is_full(&error) => Self::StorageFull(Arc::new(error)),
            () => Self::internal(error),
        }
    }
}

/// Codes of statements that took longer than they may: PostgreSQL's, and MariaDB's.
const TOO_LONG: [&str; 1] = ["57014"];
const TOO_LONG_ON_MARIADB: [u16; 1] = [1969];

/// Codes of a full disk or file: SQLite's and PostgreSQL's.
const FULL: [&str; 2] = ["13", "53100"];

/// MariaDB's codes of a full disk, a full file, and a full table.
const FULL_ON_MARIADB: [u16; 3] = [1021, 1026, 1114];

/// The refusal of the database behind an error.
fn refusal(error: &DbErr) -> Option<&dyn sqlx::error::DatabaseError> {
    match error {
        DbErr::Exec(RuntimeErr::SqlxError(cause)) | DbErr::Query(RuntimeErr::SqlxError(cause)) => {
            cause.as_database_error()
        }
        _ => None,
    }
}

fn has_code(refusal: &dyn sqlx::error::DatabaseError, codes: &[&str], on_mariadb: &[u16]) -> bool {
    match refusal.try_downcast_ref::<MySqlDatabaseError>() {
        Some(mariadb) if on_mariadb.contains(&mariadb.number()) => true,
        _ => refusal.code().is_some_and(|code| codes.contains(&code.as_ref())),
    }
}

/// Whether there is no room to write.
fn is_full(error: &DbErr) -> bool {
    refusal(error).is_some_and(|refusal| has_code(refusal, &FULL, &FULL_ON_MARIADB))
}

/// Codes of transactions that were taken back in favour of another: MariaDB's deadlock, which is also PostgreSQL's serialisation failure, and
/// PostgreSQL's deadlock.
const DEADLOCKS: [&str; 2] = ["40001", "40P01"];

/// Codes of statements that were given up because someone else was in the way for long: PostgreSQL's lock not available, SQLite's busy and
/// its variants.
const BUSY: [&str; 5] = ["55P03", "5", "261", "517", "773"];

/// What PostgreSQL says when it stops, starts, or has no connection left.
const STOPPING: [&str; 5] = ["57P01", "57P02", "57P03", "53300", "08006"];

/// The same of MariaDB: it stops, or has no connection left.
const STOPPING_ON_MARIADB: [u16; 4] = [1040, 1053, 1077, 1927];

/// Whether a database server refuses everything at the moment.
fn is_shutdown(refusal: &dyn sqlx::error::DatabaseError) -> bool {
    has_code(refusal, &STOPPING, &STOPPING_ON_MARIADB)
}

/// MariaDB's lock wait timeout, which has no code of its own.
const LOCK_WAIT_TIMEOUT: u16 = 1205;

/// Whether the database could not be reached or used at the moment, as opposed to having refused a statement.
fn is_unavailable(error: &DbErr) -> bool {
    match error {
        DbErr::ConnectionAcquire(_) | DbErr::Conn(_) => true,
        DbErr::Exec(RuntimeErr::SqlxError(cause)) | DbErr::Query(RuntimeErr::SqlxError(cause)) => {
            match cause.as_ref() {
                sqlx::Error::Database(refusal) => {
                    let refusal = refusal.as_ref();
                    has_code(refusal, &DEADLOCKS, &[])
                        || has_code(refusal, &BUSY, &[LOCK_WAIT_TIMEOUT])
                        || is_shutdown(refusal)
                }
                sqlx::Error::Io(_)
                | sqlx::Error::PoolTimedOut
                | sqlx::Error::PoolClosed
                | sqlx::Error::WorkerCrashed
                | sqlx::Error::Tls(_) => true,
                _ => false,
            }
        }
        _ => false,
    }
}
