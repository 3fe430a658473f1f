//! Takes indexes off the large tables while a large set is written and makes them again afterwards: building an index from
//! finished rows is many times faster than keeping it right row by row. Which indexes there are is read from the database.

use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, DbErr, Statement};

/// The tables that get most rows.
const TABLES: [&str; 4] = ["ticket", "customer_user", "customer_preferences", "group_customer_user"];

/// An index that is no key, so that nothing but speed depends on it.
pub struct Index {
    table: &'static str,
    name: String,
    /// The statement that makes it; on MariaDB only the list of its columns.
    definition: String,
}

/// Drops the indexes and says which they were.
pub async fn take_off(db: &DatabaseConnection) -> Result<Vec<Index>, DbErr> {
    let mut indexes = Vec::new();
    for table in TABLES {
        indexes.extend(of_table(db, table).await?);
    }
    for index in &indexes {
        let Index { table, name, .. } = index;
        let drop = match db.get_database_backend() {
            DbBackend::MySql => format!("DROP INDEX `{name}` ON {table}"),
            _ => format!("DROP INDEX \"{name}\""),
        };
        db.execute_unprepared(&drop).await?;
    }
    Ok(indexes)
}

/// The statements that make the indexes again, one after the other.
pub fn put_back(indexes: &[Index], backend: DbBackend) -> Vec<String> {
    if backend != DbBackend::MySql {
        return indexes.iter().map(|index| index.definition.clone()).collect();
    }
    // MariaDB reads the table once per statement, whatever the number of indexes.
    let statement = |table: &&str| {
        let own = indexes.iter().filter(|index| index.table == *table);
        let added: Vec<String> =
            own.map(|index| format!("ADD INDEX `{}` ({})", index.name, index.definition)).collect();
        (!added.is_empty()).then(|| format!("ALTER TABLE {table} {}", added.join(", ")))
    };
    TABLES.iter().filter_map(statement).collect()
}

async fn of_table(db: &DatabaseConnection, table: &'static str) -> Result<Vec<Index>, DbErr> {
    let backend = db.get_database_backend();
    let sql = match backend {
        DbBackend::Postgres => ON_POSTGRES,
        DbBackend::MySql => ON_MARIADB,
        _ => ON_SQLITE,
    };
    let values = match backend {
        DbBackend::MySql => vec![table.into(), table.into()],
        _ => vec![table.into()],
    };
    let statement = Statement::from_sql_and_values(backend, sql, values);
    let rows = db.query_all_raw(statement).await?;
    let index = |row: &sea_orm::QueryResult| {
        Ok(Index { table, name: row.try_get_by_index(0)?, definition: row.try_get_by_index(1)? })
    };
    rows.iter().map(index).collect()
}

const ON_SQLITE: &str = "SELECT name, sql FROM sqlite_master \
    WHERE type = 'index' AND tbl_name = ? AND sql LIKE 'CREATE INDEX %' ORDER BY name";

const ON_POSTGRES: &str = "SELECT indexname::text, indexdef FROM pg_indexes \
    WHERE schemaname = current_schema() AND tablename = $1 AND indexdef LIKE 'CREATE INDEX %' \
    ORDER BY indexname";

/// Indexes that begin with a foreign key's column stay: MariaDB does not let go of them.
const ON_MARIADB: &str = "SELECT CAST(index_name AS CHAR), CAST(group_concat(concat('`', column_name, '`', \
    if(sub_part IS NULL, '', concat('(', sub_part, ')'))) ORDER BY seq_in_index) AS CHAR) \
    FROM information_schema.statistics \
    WHERE table_schema = database() AND table_name = ? AND non_unique = 1 AND index_name NOT IN \
    (SELECT s.index_name FROM information_schema.statistics s \
    JOIN information_schema.key_column_usage k ON k.table_schema = s.table_schema \
    AND k.table_name = s.table_name AND k.column_name = s.column_name \
    WHERE s.table_schema = database() AND s.table_name = ? AND s.seq_in_index = 1 \
    AND k.referenced_table_name IS NOT NULL) GROUP BY index_name ORDER BY index_name";
