//! One row of an answer, whichever driver read it.

use sea_orm::{QueryResult, TryGetable};
use tokio_postgres::types::FromSql;

use crate::error::{Error, Result};

/// One row of an answer, read by position.
pub struct Row(Driver);

enum Driver {
    Pool(QueryResult),
    Pipeline(tokio_postgres::Row),
}

/// A value that every driver reads.
pub trait Readable: TryGetable + for<'a> FromSql<'a> {}

impl<T: TryGetable + for<'a> FromSql<'a>> Readable for T {}

impl From<QueryResult> for Row {
    fn from(row: QueryResult) -> Self {
        Self(Driver::Pool(row))
    }
}

impl From<tokio_postgres::Row> for Row {
    fn from(row: tokio_postgres::Row) -> Self {
        Self(Driver::Pipeline(row))
    }
}

impl Row {
    /// The value at a position, counted from 0; `Option` for columns that may be null.
    pub fn at<T: Readable>(&self, position: usize) -> Result<T> {
        match &self.0 {
            Driver::Pool(row) => row.try_get_by_index(position).map_err(Error::from),
            Driver::Pipeline(row) => row.try_get(position).map_err(Error::internal),
        }
    }

    /// The bytes of a column that is binary on MariaDB and text on the others.
    pub fn bytes(&self, position: usize) -> Result<Vec<u8>> {
        match self.at::<Vec<u8>>(position) {
            Ok(bytes) => Ok(bytes),
            Err(_) => Ok(self.at::<String>(position)?.into_bytes()),
        }
    }

    /// The text at a position; `None` for null and for an empty one, which the help desks use alike.
    pub fn text(&self, position: usize) -> Result<Option<String>> {
        Ok(self.at::<Option<String>>(position)?.filter(|text| !text.is_empty()))
    }
}
