//! Reads the names of all tables and columns of a database, and the lengths of the text columns.

use std::collections::HashMap;

use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, DbErr, QueryResult, Statement};

use super::ColumnLengths;

/// Tables by name, each with its columns and their lengths in characters, if they have one.
pub(super) struct Catalogue(HashMap<String, HashMap<String, Option<usize>>>);

impl Catalogue {
    pub(super) fn has(&self, table: &str) -> bool {
        self.0.contains_key(table)
    }

    pub(super) fn has_column(&self, table: &str, column: &str) -> bool {
        self.0.get(table).is_some_and(|columns| columns.contains_key(column))
    }

    pub(super) fn into_lengths(self) -> ColumnLengths {
        let limited = |columns: HashMap<String, Option<usize>>| {
            let lengths = columns.into_iter();
            lengths.filter_map(|(name, length)| Some((name, length?)))
        };
        let tables = self.0.into_iter();
        ColumnLengths(tables.map(|(table, columns)| (table, limited(columns).collect())).collect())
    }
}

/// PostgreSQL shows the tables that this user may read, in the schema where ours would be made. Our indexes for searches, which are tables on
/// SQLite, pass for tables here and on MariaDB.
const POSTGRES: &str = "\
SELECT table_name::text AS table_name, column_name::text AS column_name,
  character_maximum_length::bigint AS text_length
FROM information_schema.columns
WHERE table_schema = current_schema()
UNION ALL
SELECT c.relname::text, 'text', NULL
FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
WHERE i.indisvalid AND c.relnamespace = current_schema()::regnamespace AND c.relname LIKE 'deskgraph%search'";

/// MariaDB counts the length of its long texts in bytes, of which a character may need four, and
/// gives names as bytes. MySQL 8 names its columns in capitals, so each gets a name here.
const MARIADB: &str = "\
SELECT CAST(table_name AS CHAR) AS table_name, CAST(column_name AS CHAR) AS column_name,
  CAST(CASE
    WHEN data_type IN ('char', 'varchar') THEN character_maximum_length
    WHEN data_type LIKE '%text' THEN FLOOR(character_octet_length / 4)
  END AS SIGNED) AS text_length
FROM information_schema.columns
WHERE table_schema = DATABASE()
UNION ALL
SELECT CAST(index_name AS CHAR), 'text', NULL
FROM information_schema.statistics
WHERE table_schema = DATABASE() AND seq_in_index = 1 AND index_name LIKE 'deskgraph%search'";

const SQLITE: &str = "\
SELECT t.name AS table_name, c.name AS column_name, c.type AS declared_type
FROM sqlite_master t JOIN pragma_table_info(t.name) c
WHERE t.type IN ('table', 'view')";

pub(super) async fn read(db: &DatabaseConnection) -> Result<Catalogue, DbErr> {
    let backend = db.get_database_backend();
    let question = match backend {
        DbBackend::Postgres => POSTGRES,
        DbBackend::MySql => MARIADB,
        _ => SQLITE,
    };
    let rows = db.query_all_raw(Statement::from_string(backend, question)).await?;
    let mut tables: HashMap<String, HashMap<String, Option<usize>>> = HashMap::new();
    for row in rows {
        // On some systems MariaDB keeps the capitals that a table was made with, on others not.
        let table = row.try_get::<String>("", "table_name")?.to_lowercase();
        let column = row.try_get::<String>("", "column_name")?.to_lowercase();
        let length = length(&row, backend)?;
        tables.entry(table).or_default().insert(column, length);
    }
    Ok(Catalogue(tables))
}

fn length(row: &QueryResult, backend: DbBackend) -> Result<Option<usize>, DbErr> {
    if matches!(backend, DbBackend::Postgres | DbBackend::MySql) {
        let length: Option<i64> = row.try_get("", "text_length")?;
        return Ok(length.and_then(|length| usize::try_from(length).ok()));
    }
    let declared: String = row.try_get("", "declared_type")?;
    Ok(declared_length(&declared))
}

/// SQLite keeps no length of its own, but repeats the type as it was declared: `varchar(191)`.
fn declared_length(declared: &str) -> Option<usize> {
    let declared = declared.to_ascii_lowercase();
    let length = declared.strip_prefix("varchar(")?.strip_suffix(')')?;
    length.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::declared_length;

    #[test]
    fn only_declared_texts_have_a_length_on_sqlite() {
        assert_eq!(declared_length("varchar(191)"), Some(191));
        assert_eq!(declared_length("VARCHAR(20)"), Some(20));
        assert_eq!(declared_length("decimal(10,2)"), None);
        assert_eq!(declared_length("integer"), None);
        assert_eq!(declared_length("varchar()"), None);
    }
}
