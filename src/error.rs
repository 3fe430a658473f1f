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
    /// The database or another source does not answer at the moment.
    Unavailable(Arc<DbErr>),
    /// Our fault.
    Internal(Arc<dyn std::error::Error + Send + Sync>),
}

/// The result of everything that can fail for these reasons.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// A fault of ours, described for the log only.
    pub fn internal(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Internal(Arc::from(cause.into()))
    }

    /// Something the calling program sent.
    pub fn bad_input(message: impl Into<String>) -> Self {
        Self::BadInput(message.into())
    }
}

impl From<DbErr> for Error {
    fn from(error: DbErr) -> Self {
        if is_unavailable(&error) { Self::Unavailable(Arc::new(error)) } else { Self::internal(error) }
    }
}

/// Codes of statements that were given up because someone else was in the way: the same request may pass later. PostgreSQL's serialisation
/// failure, deadlock, and lock not available, the first of which is also MariaDB's deadlock; SQLite's busy and its variants.
const COLLISIONS: [&str; 7] = ["40001", "40P01", "55P03", "5", "261", "517", "773"];

/// MariaDB's lock wait timeout, which has no code of its own.
const LOCK_WAIT_TIMEOUT: u16 = 1205;

/// Whether the database could not be reached or used at the moment, as opposed to having refused a statement.
fn is_unavailable(error: &DbErr) -> bool {
    match error {
        DbErr::ConnectionAcquire(_) | DbErr::Conn(_) => true,
        DbErr::Exec(RuntimeErr::SqlxError(cause)) | DbErr::Query(RuntimeErr::SqlxError(cause)) => {
            match cause.as_ref() {
                sqlx::Error::Database(refusal) => {
                    let mariadb = refusal.try_downcast_ref::<MySqlDatabaseError>();
                    refusal.code().is_some_and(|code| COLLISIONS.contains(&code.as_ref()))
                        || mariadb.is_some_and(|refusal| refusal.number() == LOCK_WAIT_TIMEOUT)
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
