//! Writes tables, foreign keys and first rows as SQL for the three databases.
//! Names are left unquoted: all of them are plain lower-case words, as in OTOBO's own statements.

use sea_orm_migration::sea_orm::DbBackend;

use crate::table::{Column, Key, Kind, Reference, Table};

/// The statements that make a table with its keys and indexes, each ended by a semicolon.
///
/// `options` is what MariaDB wants after the closing bracket; it is empty elsewhere.
pub(crate) fn create_table(table: &Table, backend: DbBackend, options: &str) -> String {
    let mut parts: Vec<String> = table.columns.iter().map(|c| column(c, backend)).collect();
    parts.extend(table.uniques.iter().map(|key| unique(key, backend)));
    if backend == DbBackend::MySql {
        parts.extend(table.indexes.iter().map(|key| format!("KEY {} ({})", key.name, columns(key, backend))));
    }
    parts.extend(foreign_keys(table, backend));
    let mut sql = format!("CREATE TABLE {} (\n  {}\n){options};\n", table.name, parts.join(",\n  "));
    if backend != DbBackend::MySql {
        for key in &table.indexes {
            let columns = columns(key, backend);
            let (name, table) = (key.name, table.name);
            sql.push_str(&format!("CREATE INDEX {name} ON {table} ({columns});\n"));
        }
    }
    sql
}

/// The statements that add the foreign keys which had to wait for their table.
pub(crate) fn add_later_keys(table: &Table, backend: DbBackend) -> String {
    // SQLite cannot add a key to a table and need not: there it stands in the table from the start.
    if backend == DbBackend::Sqlite {
        return String::new();
    }
    let keys: Vec<String> = references(table)
        .filter(|(_, reference)| reference.later)
        .map(|(column, reference)| format!("ADD {}", foreign_key(table, column, reference, backend)))
        .collect();
    if keys.is_empty() {
        return String::new();
    }
    format!("ALTER TABLE {} {};\n", table.name, keys.join(", "))
}

fn references(table: &Table) -> impl Iterator<Item = (&Column, Reference)> {
    table.columns.iter().filter_map(|column| column.reference.map(|reference| (column, reference)))
}

fn foreign_keys(table: &Table, backend: DbBackend) -> Vec<String> {
    references(table)
        .filter(|(_, reference)| !reference.later || backend == DbBackend::Sqlite)
        .map(|(column, reference)| foreign_key(table, column, reference, backend))
        .collect()
}

fn foreign_key(table: &Table, column: &Column, to: Reference, backend: DbBackend) -> String {
    let mut name = format!("FK_{}_{}_id", table.name, column.name);
    // OTOBO does not quote the name, and PostgreSQL lowers what is not quoted.
    if backend == DbBackend::Postgres {
        name.make_ascii_lowercase();
    }
    format!("CONSTRAINT {name} FOREIGN KEY ({}) REFERENCES {} (id)", column.name, to.table)
}

fn unique(key: &Key, backend: DbBackend) -> String {
    let columns = columns(key, backend);
    match backend {
        DbBackend::MySql => format!("UNIQUE KEY {} ({columns})", key.name),
        _ => format!("CONSTRAINT {} UNIQUE ({columns})", key.name),
    }
}

/// The columns of a key; lengths like `value_text(150)` are known to MariaDB only.
fn columns(key: &Key, backend: DbBackend) -> String {
    if backend == DbBackend::MySql {
        return key.columns.to_owned();
    }
    let names = key.columns.split(',').map(|column| {
        let name = column.split('(').next().unwrap_or(column);
        name.trim()
    });
    names.collect::<Vec<_>>().join(", ")
}

fn column(column: &Column, backend: DbBackend) -> String {
    let mut sql = format!("{} {}", column.name, kind(column, backend));
    if column.ignore_case && backend == DbBackend::Sqlite {
        sql.push_str(" COLLATE NOCASE");
    }
    if !column.null {
        sql.push_str(" NOT NULL");
    }
    if let Some(value) = column.default {
        sql.push_str(" DEFAULT ");
        sql.push_str(value);
    }
    if column.auto && backend == DbBackend::MySql {
        sql.push_str(" AUTO_INCREMENT");
    }
    if column.primary {
        sql.push_str(" PRIMARY KEY");
    }
    if column.auto && backend == DbBackend::Sqlite {
        // Without it SQLite gives the number of a deleted row to the next one.
        sql.push_str(" AUTOINCREMENT");
    }
    sql
}

fn kind(column: &Column, backend: DbBackend) -> String {
    match (column.kind, backend) {
        // SQLite counts only a column whose type reads exactly so.
        (Kind::Small | Kind::Integer | Kind::Big, DbBackend::Sqlite) if column.auto => "integer".to_owned(),
        (Kind::Small | Kind::Integer, DbBackend::Postgres) if column.auto => "serial".to_owned(),
        (Kind::Big, DbBackend::Postgres) if column.auto => "bigserial".to_owned(),
        (Kind::Small, _) => "smallint".to_owned(),
        (Kind::Integer, _) => "integer".to_owned(),
        (Kind::Big, _) => "bigint".to_owned(),
        (Kind::Text(length), _) => text(length, backend),
        (Kind::Time, DbBackend::Postgres) => "timestamp(0)".to_owned(),
        (Kind::Time, _) => "datetime".to_owned(),
        (Kind::Blob, DbBackend::Postgres) => "text".to_owned(),
        (Kind::Blob, DbBackend::MySql) => "longblob".to_owned(),
        (Kind::Blob, _) => "blob".to_owned(),
        (Kind::Decimal(digits, after_point), _) => format!("decimal({digits},{after_point})"),
    }
}

/// Long texts become other types at the lengths at which OTOBO changes them.
fn text(length: u32, backend: DbBackend) -> String {
    match (backend, length) {
        (DbBackend::MySql, 256..=65_535) => "text".to_owned(),
        (DbBackend::MySql, 65_536..=16_777_215) => "mediumtext".to_owned(),
        (DbBackend::Postgres, 10_000..) => "varchar".to_owned(),
        // SQLite takes longer texts too; the length stands there to be read and checked by us.
        _ => format!("varchar({length})"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::{by, small_id, table, text};

    fn words() -> Table {
        table("word", [small_id("id"), text("name", 191).ignoring_case(), text("note", 3800).null(), by("create_by")])
            .unique("word_name", "name")
            .index("word_note", "note(150)")
    }

    #[test]
    fn mariadb_gets_its_indexes_with_the_table() {
        assert_eq!(
            create_table(&words(), DbBackend::MySql, " ENGINE=InnoDB"),
            "CREATE TABLE word (\n  \
               id smallint NOT NULL AUTO_INCREMENT PRIMARY KEY,\n  \
               name varchar(191) NOT NULL,\n  \
               note text,\n  \
               create_by integer NOT NULL,\n  \
               UNIQUE KEY word_name (name),\n  \
               KEY word_note (note(150)),\n  \
               CONSTRAINT FK_word_create_by_id FOREIGN KEY (create_by) REFERENCES users (id)\n\
             ) ENGINE=InnoDB;\n"
        );
    }

    #[test]
    fn postgresql_gets_lower_case_names_and_whole_columns_in_indexes() {
        assert_eq!(
            create_table(&words(), DbBackend::Postgres, ""),
            "CREATE TABLE word (\n  \
               id serial NOT NULL PRIMARY KEY,\n  \
               name varchar(191) NOT NULL,\n  \
               note varchar(3800),\n  \
               create_by integer NOT NULL,\n  \
               CONSTRAINT word_name UNIQUE (name),\n  \
               CONSTRAINT fk_word_create_by_id FOREIGN KEY (create_by) REFERENCES users (id)\n\
             );\n\
             CREATE INDEX word_note ON word (note);\n"
        );
    }

    #[test]
    fn sqlite_ignores_case_where_told_and_counts_without_reuse() {
        let sql = create_table(&words(), DbBackend::Sqlite, "");
        assert!(sql.contains("id integer NOT NULL PRIMARY KEY AUTOINCREMENT,"));
        assert!(sql.contains("name varchar(191) COLLATE NOCASE NOT NULL,"));
    }

    #[test]
    fn a_key_to_a_later_table_is_added_afterwards_except_on_sqlite() {
        let early = table("early", [crate::table::integer("x").references_later("late")]);
        assert!(!create_table(&early, DbBackend::Postgres, "").contains("FOREIGN KEY"));
        assert_eq!(
            add_later_keys(&early, DbBackend::Postgres),
            "ALTER TABLE early ADD CONSTRAINT fk_early_x_id FOREIGN KEY (x) REFERENCES late (id);\n"
        );
        assert!(create_table(&early, DbBackend::Sqlite, "").contains("FOREIGN KEY"));
        assert_eq!(add_later_keys(&early, DbBackend::Sqlite), "");
    }
}
