//! Runs what a migration describes: tables, then their first rows, then the foreign keys that
//! had to wait.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{DbBackend, Statement, prelude::ChronoUtc};

use crate::row::Rows;
use crate::sql::{add_later_keys, create_table};
use crate::table::Table;

/// Makes the tables of one area in one trip to the database.
pub(crate) async fn create(manager: &SchemaManager<'_>, tables: &[Table], rows: &[Rows]) -> Result<(), DbErr> {
    let backend = manager.get_database_backend();
    let options = table_options(manager).await?;
    let sql = script(backend, &options, &now(), tables, rows);
    manager.get_connection().execute_unprepared(&sql).await?;
    Ok(())
}

fn script(backend: DbBackend, options: &str, now: &str, tables: &[Table], rows: &[Rows]) -> String {
    let mut sql = String::new();
    for table in tables {
        sql.push_str(&create_table(table, backend, options));
    }
    sql.push_str(before_rows(backend));
    for rows in rows {
        sql.push_str(&rows.insert(now));
        if backend == DbBackend::Postgres {
            sql.push_str(&rows.advance_counter());
        }
    }
    for table in tables {
        sql.push_str(&add_later_keys(table, backend));
    }
    sql
}

/// What has to be said before rows that point to each other across tables go in.
fn before_rows(backend: DbBackend) -> &'static str {
    match backend {
        // Validities are made by agent 1, and agent 1 is valid: only both together are right.
        DbBackend::Sqlite => "PRAGMA defer_foreign_keys = ON;\n",
        // Making a table has ended the transaction that the migrator began. The rows and the
        // note that this migration is done belong together again.
        DbBackend::MySql => "START TRANSACTION;\n",
        _ => "",
    }
}

/// InnoDB with the database's own collation, as OTOBO makes its tables; utf8mb4 in any case.
async fn table_options(manager: &SchemaManager<'_>) -> Result<String, DbErr> {
    if manager.get_database_backend() != DbBackend::MySql {
        return Ok(String::new());
    }
    let question = Statement::from_string(DbBackend::MySql, "SELECT CAST(@@character_set_database AS CHAR) AS name");
    let answer = manager.get_connection().query_one_raw(question).await?;
    let charset: Option<String> = answer.map(|row| row.try_get("", "name")).transpose()?;
    Ok(match charset.as_deref() {
        // Naming the character set would choose its collation instead of the database's.
        Some("utf8mb4") => " ENGINE=InnoDB".to_owned(),
        _ => " ENGINE=InnoDB DEFAULT CHARSET=utf8mb4".to_owned(),
    })
}

/// The moment of the first rows: whole seconds in UTC by our clock. A database's own clock may
/// stand in another time zone.
#[expect(clippy::disallowed_methods, reason = "migrations are handed nothing but the database")]
fn now() -> String {
    ChronoUtc::now().format("%Y-%m-%d %H:%M:%S").to_string()
}
