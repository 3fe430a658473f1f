//! Selects on a database that belongs to others. There is nothing here to write with.

use std::sync::Arc;

use sea_orm::sea_query::{Expr, SelectStatement};
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, Statement};

use crate::error::Result;

use super::Row;
use super::page::{Entries, PagedSelect};
use super::statement::Usage;

/// Another database as one request sees it: what is read is counted among what the request costs.
pub struct Reader {
    connection: DatabaseConnection,
    usage: Arc<Usage>,
}

impl Reader {
    /// A reader for one request.
    pub fn new(connection: DatabaseConnection, usage: Arc<Usage>) -> Self {
        Self { connection, usage }
    }

    /// The same for what is asked once for all requests, and is no request's cost.
    #[must_use]
    pub fn uncounted(&self) -> Self {
        Self { connection: self.connection.clone(), usage: Arc::default() }
    }

    /// Which SQL dialect the database speaks.
    pub fn backend(&self) -> DbBackend {
        self.connection.get_database_backend()
    }

    /// Runs a select and returns its rows.
    pub async fn rows(&self, select: &SelectStatement) -> Result<Vec<Row>> {
        let statement: Statement = self.backend().build(select);
        let run = async |statement| self.connection.query_all_raw(statement).await;
        let rows = self.usage.run(self.backend(), statement, None, run, Vec::len).await?;
        Ok(rows.into_iter().map(Row::from).collect())
    }

    /// Reads a page of one list.
    pub async fn page<T>(&self, paged: PagedSelect<'_>, read: impl Fn(&Row) -> Result<T>) -> Result<Entries<T>> {
        let rows = self.rows(&paged.statement()?).await?;
        paged.entries(rows, read)
    }

    /// Counts the rows that a select without columns finds.
    pub async fn count(&self, mut select: SelectStatement) -> Result<i64> {
        let rows = self.rows(select.expr(Expr::cust("COUNT(*)"))).await?;
        rows.first().map_or(Ok(0), |row| row.at(0))
    }
}
