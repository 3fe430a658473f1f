//! Writes rows in few, long INSERT statements with bound parameters. A small set is one transaction; a large one is written in
//! pieces, because a transaction over a million rows costs every database dearly. What the rows hold is decided elsewhere.

use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, SqliteTransactionMode, Statement,
    StatementBuilder, TransactionOptions, TransactionTrait, Value,
};

use super::{
    Progress,
    index::{self, Index},
    table::{self, Table},
};

/// Bound parameters of one statement: below SQLite's limit of 32,766.
const PARAMETERS: usize = 24_000;
/// The same for PostgreSQL. A statement of more than 16 KiB goes over an encrypted connection in two pieces, and the second
/// one waits some 40 ms for the receipt of the first (sqlx does not set TCP_NODELAY): short statements are faster there.
const PARAMETERS_ON_POSTGRES: usize = 750;
/// Rows of one statement.
const ROWS: usize = 1_000;
/// Rows after which a large set is committed.
const ROWS_PER_TRANSACTION: usize = 20_000;

/// The values of one row, in the order of the table's columns.
pub type Row = Vec<Value>;

/// A row from values of different types.
macro_rules! row {
    ($($value:expr),* $(,)?) => { vec![$(sea_orm::Value::from($value)),*] };
}
pub(crate) use row;

/// Takes rows and reports how far it is.
pub struct Writer<'a> {
    db: &'a DatabaseConnection,
    transaction: Option<DatabaseTransaction>,
    in_pieces: bool,
    uncommitted: usize,
    indexes: Vec<Index>,
    progress: &'a (dyn Fn(Progress) + Sync),
    phase: Progress,
}

impl<'a> Writer<'a> {
    /// `in_pieces`: commit now and then instead of at the end only, and do without indexes meanwhile.
    pub async fn begin(
        db: &'a DatabaseConnection,
        in_pieces: bool,
        progress: &'a (dyn Fn(Progress) + Sync),
    ) -> Result<Self, DbErr> {
        let indexes = if in_pieces { index::take_off(db).await? } else { Vec::new() };
        let mut writer =
            Self { db, transaction: None, in_pieces, uncommitted: 0, indexes, progress, phase: Progress::default() };
        writer.transaction().await?;
        Ok(writer)
    }

    /// Starts a phase of `total` steps.
    pub fn phase(&mut self, name: &'static str, total: usize) {
        self.phase = Progress { phase: name, done: 0, total };
        (self.progress)(self.phase);
    }

    /// Reports that `steps` more of the phase are done.
    pub fn advance(&mut self, steps: usize) {
        self.phase.done += steps;
        (self.progress)(self.phase);
    }

    /// Appends rows to a table, whatever their number.
    pub async fn insert(&mut self, table: &Table, rows: Vec<Row>) -> Result<(), DbErr> {
        let backend = self.db.get_database_backend();
        let parameters = match backend {
            DbBackend::Postgres => PARAMETERS_ON_POSTGRES,
            _ => PARAMETERS,
        };
        let most = ROWS.min(parameters / table.columns.len());
        let mut rows = rows.into_iter();
        while rows.len() > 0 {
            let count = rows_at_once(rows.len(), most);
            let sql = insert_statement(table, count, backend);
            let values = rows.by_ref().take(count).flatten();
            let statement = Statement::from_sql_and_values(backend, sql, values);
            self.transaction().await?.execute_raw(statement).await?;
            self.uncommitted += count;
            if self.in_pieces && self.uncommitted >= ROWS_PER_TRANSACTION {
                self.commit().await?;
            }
        }
        Ok(())
    }

    /// Runs one statement among the inserts.
    pub async fn execute<S: StatementBuilder>(&mut self, statement: &S) -> Result<(), DbErr> {
        self.transaction().await?.execute(statement).await?;
        Ok(())
    }

    /// Moves PostgreSQL's sequences behind the given ids and commits; then every database renews what it knows about the
    /// filled tables, so that the first queries are planned well.
    pub async fn finish(mut self) -> Result<(), DbErr> {
        if self.db.get_database_backend() == DbBackend::Postgres {
            for table in table::ALL.iter().filter(|table| table.own_ids) {
                let name = table.name;
                let sql =
                    format!("SELECT setval(pg_get_serial_sequence('{name}', 'id'), (SELECT max(id) FROM {name}))");
                self.transaction().await?.execute_unprepared(&sql).await?;
            }
        }
        self.commit().await?;
        self.put_back_indexes().await?;
        self.phase("statistics", table::ALL.len());
        for table in table::ALL {
            let sql = match self.db.get_database_backend() {
                DbBackend::MySql => format!("ANALYZE TABLE {}", table.name),
                // Only what has been vacuumed is answered from an index alone.
                DbBackend::Postgres => format!("VACUUM (ANALYZE) {}", table.name),
                _ => format!("ANALYZE {}", table.name),
            };
            self.db.execute_unprepared(&sql).await?;
            self.advance(1);
        }
        Ok(())
    }

    async fn put_back_indexes(&mut self) -> Result<(), DbErr> {
        let statements = index::put_back(&self.indexes, self.db.get_database_backend());
        if !statements.is_empty() {
            self.phase("indexes", statements.len());
        }
        for statement in statements {
            self.db.execute_unprepared(&statement).await?;
            self.advance(1);
        }
        Ok(())
    }

    async fn transaction(&mut self) -> Result<&DatabaseTransaction, DbErr> {
        if self.transaction.is_none() {
            // SQLite: a transaction that becomes a writer late may be refused at once when another one writes.
            let options = TransactionOptions {
                sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
                ..Default::default()
            };
            self.transaction = Some(self.db.begin_with_options(options).await?);
        }
        self.transaction.as_ref().ok_or_else(|| DbErr::Custom("no transaction".to_owned()))
    }

    async fn commit(&mut self) -> Result<(), DbErr> {
        self.uncommitted = 0;
        match self.transaction.take() {
            Some(transaction) => transaction.commit().await,
            None => Ok(()),
        }
    }
}

/// How many of the rows that are left go into the next statement: as many as it may have, or else the next lower power of
/// two. So there are few different statements, and the database does not have to prepare a new one for every remainder.
fn rows_at_once(left: usize, most: usize) -> usize {
    if left >= most { most } else { 1 << left.ilog2() }
}

/// The text depends on the table and the number of rows only, so that the database prepares it once for all full pieces.
fn insert_statement(table: &Table, rows: usize, backend: DbBackend) -> String {
    let columns = table.columns.join(", ");
    let mut sql = format!("INSERT INTO {} ({columns}) VALUES ", table.name);
    let mut parameter = 0;
    for row in 0..rows {
        sql.push_str(if row == 0 { "(" } else { ", (" });
        for column in 0..table.columns.len() {
            parameter += 1;
            sql.push_str(if column == 0 { "" } else { ", " });
            match backend {
                DbBackend::Postgres => sql.push_str(&format!("${parameter}")),
                _ => sql.push('?'),
            }
        }
        sql.push(')');
    }
    sql
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rest_of_the_rows_is_written_in_powers_of_two() {
        let mut left = 2_300;
        let mut counts = Vec::new();
        while left > 0 {
            let count = rows_at_once(left, 1_000);
            counts.push(count);
            left -= count;
        }
        assert_eq!(counts, [1_000, 1_000, 256, 32, 8, 4]);
    }

    #[test]
    fn a_statement_has_one_parameter_per_value() {
        let table = &table::CUSTOMER_PREFERENCES;
        let head = "INSERT INTO customer_preferences (user_id, preferences_key, preferences_value)";
        assert_eq!(
            insert_statement(table, 2, DbBackend::Postgres),
            format!("{head} VALUES ($1, $2, $3), ($4, $5, $6)")
        );
        assert_eq!(insert_statement(table, 1, DbBackend::MySql), format!("{head} VALUES (?, ?, ?)"));
    }
}
