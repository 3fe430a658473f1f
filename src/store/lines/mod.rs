//! Connections for reading, which all requests share. A pool would ask a connection after each statement whether it is still there, which takes as
//! long as a short statement. What is written goes by the pool, where a transaction has a connection of its own.

mod address;
mod postgres;
mod queue;
mod refusal;
mod sqlite;
mod tls;
mod value;
mod work;

use sea_orm::{DatabaseConnection, DbBackend, DbErr, Statement};

use super::Row;
use super::connection::{Connect, is_memory};
use postgres::Pipeline;
pub(super) use queue::Choice;
use sqlite::Files;

/// Connections for reading.
pub struct Lines(Driver);

enum Driver {
    Postgres(Box<Pipeline>),
    Sqlite(Files),
}

impl Connect<'_> {
    /// How many connections are for reading; none where everything goes by the pool: on MariaDB, in memory, and where an address of PostgreSQL
    /// asks for something that only the pool's driver knows.
    pub fn lines(&self) -> u32 {
        let has_lines = match self.url.split(':').next() {
            Some("postgres" | "postgresql") => address::understood(self.url).is_some(),
            Some("sqlite") => !is_memory(self.url),
            _ => false,
        };
        if has_lines { self.max_connections / 2 } else { 0 }
    }

    /// Connections for reading beside this pool, if there are to be any.
    pub async fn open_lines(&self, pool: &DatabaseConnection) -> Option<Lines> {
        let count = self.lines();
        let driver = match pool.get_database_backend() {
            _ if count == 0 => return None,
            DbBackend::Postgres => Driver::Postgres(Box::new(Pipeline::open(self, count).await?)),
            DbBackend::Sqlite => Driver::Sqlite(Files::new(pool, count, self.timeout)),
            _ => return None,
        };
        Some(Lines(driver))
    }
}

impl Lines {
    /// Runs a select.
    pub(super) async fn rows(&self, select: Statement, choice: &Choice) -> Result<Vec<Row>, DbErr> {
        match &self.0 {
            Driver::Postgres(lines) => Ok(lines.rows(select, choice).await?.into_iter().map(Row::from).collect()),
            Driver::Sqlite(lines) => Ok(lines.rows(select, choice).await?.into_iter().map(Row::from).collect()),
        }
    }

    /// How many connections run a statement, and how many wait for one.
    pub(super) fn size(&self) -> (usize, usize) {
        match &self.0 {
            Driver::Postgres(lines) => lines.size(),
            Driver::Sqlite(lines) => lines.size(),
        }
    }
}
