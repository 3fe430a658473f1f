//! A reader that notes which questions the other database answered, so that a slow server can be told from one that is not there.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use sea_orm::sea_query::SelectStatement;
use sea_orm::{DbBackend, DbErr, RuntimeErr};

use crate::error::{Error, Result};
use crate::store::Row;
use crate::store::page::{Entries, PagedSelect};
use crate::store::reader::Reader;

/// A [`Reader`] with a count of answers.
pub(super) struct CountingReader {
    reader: Reader,
    answered: Arc<AtomicU64>,
}

impl CountingReader {
    /// Adds every answer to this number.
    pub(super) fn new(reader: Reader, answered: &Arc<AtomicU64>) -> Self {
        Self { reader, answered: Arc::clone(answered) }
    }

    /// See [`Reader::uncounted`]: answers are counted all the same.
    pub(super) fn uncounted(&self) -> Self {
        Self::new(self.reader.uncounted(), &self.answered)
    }

    /// Which SQL dialect the database speaks.
    pub(super) fn backend(&self) -> DbBackend {
        self.reader.backend()
    }

    /// See [`Reader::rows`].
    pub(super) async fn rows(&self, select: &SelectStatement) -> Result<Vec<Row>> {
        self.noted(self.reader.rows(select).await)
    }

    /// See [`Reader::page`].
    pub(super) async fn page<T>(&self, paged: PagedSelect<'_>, read: impl Fn(&Row) -> Result<T>) -> Result<Entries<T>> {
        self.noted(self.reader.page(paged, read).await)
    }

    /// See [`Reader::count`].
    pub(super) async fn count(&self, select: SelectStatement) -> Result<i64> {
        self.noted(self.reader.count(select).await)
    }

    fn noted<T>(&self, answer: Result<T>) -> Result<T> {
        if answer.as_ref().map_or_else(is_answer, |_| true) {
            self.answered.fetch_add(1, Ordering::Relaxed);
        }
        answer
    }
}

/// Whether an error came from the database, or was made of rows that did, as opposed to one on the way there.
fn is_answer(error: &Error) -> bool {
    match error {
        Error::Unavailable(cause) | Error::StorageFull(cause) => is_said_by_server(cause),
        Error::Internal(cause) => cause.downcast_ref::<DbErr>().is_some_and(is_said_by_server),
        _ => false,
    }
}

fn is_said_by_server(error: &DbErr) -> bool {
    match error {
        // What a server says instead of letting us in is no answer to a question.
        DbErr::Conn(_) | DbErr::ConnectionAcquire(_) => false,
        DbErr::Exec(RuntimeErr::SqlxError(cause)) | DbErr::Query(RuntimeErr::SqlxError(cause)) => matches!(
            cause.as_ref(),
            sqlx::Error::Database(_)
                | sqlx::Error::RowNotFound
                | sqlx::Error::Decode(_)
                | sqlx::Error::ColumnDecode { .. }
                | sqlx::Error::ColumnNotFound(_)
                | sqlx::Error::ColumnIndexOutOfBounds { .. }
        ),
        DbErr::Type(_) | DbErr::TryIntoErr { .. } => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::*;

    fn query(error: sqlx::Error) -> Error {
        Error::from(DbErr::Query(RuntimeErr::SqlxError(Arc::new(error))))
    }

    #[test]
    fn what_fails_on_the_way_is_no_answer() {
        assert!(!is_answer(&query(sqlx::Error::PoolTimedOut)));
        assert!(!is_answer(&query(sqlx::Error::Io(io::ErrorKind::BrokenPipe.into()))));
        assert!(!is_answer(&query(sqlx::Error::Protocol("nonsense".to_owned()))));
        assert!(!is_answer(&Error::bad_input("a cursor of another list")));
    }

    #[test]
    fn rows_that_cannot_be_read_are_an_answer() {
        assert!(is_answer(&query(sqlx::Error::ColumnIndexOutOfBounds { index: 2, len: 1 })));
        assert!(is_answer(&Error::from(DbErr::Type("a number".to_owned()))));
    }
}
