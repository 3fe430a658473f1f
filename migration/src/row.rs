//! The first rows of a table, as SQL.

/// Rows that a new database starts with.
pub(crate) struct Rows {
    /// The table they go to.
    pub(crate) table: &'static str,
    /// The columns that are given, with commas between. Who and when is added.
    pub(crate) columns: &'static str,
    /// The values of each row as SQL, in the order of the columns. Given ids run from 1 without a
    /// gap.
    pub(crate) values: &'static [&'static str],
    /// The column whose counter has to go on after these rows; None if the table counts nothing.
    pub(crate) counted: Option<&'static str>,
}

/// Rows of a table that counts its `id`s.
pub(crate) const fn counted(table: &'static str, columns: &'static str, values: &'static [&'static str]) -> Rows {
    Rows { table, columns, values, counted: Some("id") }
}

/// Rows of a table without ids of its own.
pub(crate) const fn uncounted(table: &'static str, columns: &'static str, values: &'static [&'static str]) -> Rows {
    Rows { table, columns, values, counted: None }
}

impl Rows {
    /// The statement that inserts the rows, as made by agent 1 at `now` (`YYYY-MM-DD HH:MM:SS`).
    pub(crate) fn insert(&self, now: &str) -> String {
        let rows: Vec<String> =
            self.values.iter().map(|values| format!("({values}, '{now}', 1, '{now}', 1)")).collect();
        format!(
            "INSERT INTO {} ({}, create_time, create_by, change_time, change_by) VALUES\n  {};\n",
            self.table,
            self.columns,
            rows.join(",\n  ")
        )
    }

    /// PostgreSQL's counters do not see ids that were given: the statement that moves them on.
    pub(crate) fn advance_counter(&self) -> String {
        let Some(column) = self.counted else {
            return String::new();
        };
        let (table, last) = (self.table, self.values.len());
        format!("SELECT setval(pg_get_serial_sequence('{table}', '{column}'), {last});\n")
    }
}
