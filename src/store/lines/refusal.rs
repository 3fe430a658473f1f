//! What went wrong, as the driver of the pool would say it, so that there is one place that tells what an error means.

use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;

use sea_orm::{DbErr, RuntimeErr};
use sqlx::error::{DatabaseError, ErrorKind};
use tokio_postgres::error::DbError;

/// A refusal of the database, or a lost connection.
pub(super) fn refused(error: tokio_postgres::Error) -> DbErr {
    match error.as_db_error() {
        Some(refusal) => {
            let refusal = sqlx::Error::Database(Box::new(Refusal(refusal.clone())));
            DbErr::Query(RuntimeErr::SqlxError(Arc::new(refusal)))
        }
        None if is_lost(&error) => unreachable(error),
        None => DbErr::Query(RuntimeErr::Internal(chain(&error))),
    }
}

/// No connection.
pub(super) fn unreachable(reason: impl fmt::Display) -> DbErr {
    DbErr::Conn(RuntimeErr::Internal(reason.to_string()))
}

fn is_lost(error: &tokio_postgres::Error) -> bool {
    error.is_closed() || error.source().is_some_and(|cause| cause.is::<std::io::Error>())
}

fn chain(error: &(dyn StdError + 'static)) -> String {
    let causes = std::iter::successors(Some(error), |error| (*error).source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

/// What the database said.
#[derive(Debug)]
struct Refusal(DbError);

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl StdError for Refusal {}

impl DatabaseError for Refusal {
    fn message(&self) -> &str {
        self.0.message()
    }

    fn code(&self) -> Option<Cow<'_, str>> {
        Some(Cow::Borrowed(self.0.code().code()))
    }

    fn as_error(&self) -> &(dyn StdError + Send + Sync + 'static) {
        self
    }

    fn as_error_mut(&mut self) -> &mut (dyn StdError + Send + Sync + 'static) {
        self
    }

    fn into_error(self: Box<Self>) -> Box<dyn StdError + Send + Sync + 'static> {
        self
    }

    fn kind(&self) -> ErrorKind {
        ErrorKind::Other
    }
}
