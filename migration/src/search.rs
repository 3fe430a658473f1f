//! The indexes for texts that stand anywhere in a name. On PostgreSQL, where its extension `pg_trgm` is to be had, and on SQLite they are of every three
//! letters in a row. MariaDB has nothing of the kind that would be faster than reading a narrow index from its beginning.

use sea_orm_migration::sea_orm::DbBackend;

/// An index for searches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SearchIndex {
    /// Its name; on SQLite that of a table.
    pub name: &'static str,
    /// The table whose rows it finds.
    pub table: &'static str,
    /// The key of that table.
    pub key: &'static str,
    /// Whether the key is a number, by which SQLite refers to rows.
    is_numbered: bool,
    /// The columns whose texts it holds. None may be null.
    pub columns: &'static [&'static str],
    /// Whether there are so many rows that MariaDB wants it too.
    is_large: bool,
}

/// For customers.
pub const CUSTOMERS: SearchIndex = SearchIndex {
    name: "deskgraph_customer_company_search",
    table: "customer_company",
    key: "customer_id",
    columns: &["customer_id", "name"],
    is_numbered: false,
    is_large: false,
};

/// For customer users.
pub const CUSTOMER_USERS: SearchIndex = SearchIndex {
    name: "deskgraph_customer_user_search",
    table: "customer_user",
    key: "id",
    columns: &["login", "first_name", "last_name", "customer_id"],
    is_numbered: true,
    is_large: true,
};

/// All of them.
pub const SEARCH_INDEXES: [SearchIndex; 2] = [CUSTOMERS, CUSTOMER_USERS];

impl SearchIndex {
    /// Whether this kind of database has a use for it.
    pub fn is_wanted(&self, backend: DbBackend) -> bool {
        self.is_large || backend != DbBackend::MySql
    }

    /// All texts of a row in one, of which the index on PostgreSQL has the small letters. Between them stands a character that no search text may
    /// hold, so that what is found in it is found in one of them.
    pub fn texts(&self) -> String {
        self.text(&format!("{}.", self.table), "chr(1)")
    }

    fn text(&self, row: &str, separator: &str) -> String {
        let columns: Vec<String> = self.columns.iter().map(|column| format!("{row}{column}")).collect();
        columns.join(&format!(" || {separator} || "))
    }

    /// The statements that make it, without semicolons at their ends; none where the database has no use for it.
    pub fn create_statements(&self, backend: DbBackend) -> Vec<String> {
        match backend {
            _ if !self.is_wanted(backend) => Vec::new(),
            DbBackend::Postgres => vec![self.create_on_postgres()],
            DbBackend::Sqlite => self.create_on_sqlite(),
            _ => vec![self.create_on_mariadb()],
        }
    }

    /// In the order of the first column, with everything that a search reads of a row which it does not find.
    fn create_on_mariadb(&self) -> String {
        let Self { name, table, key, columns, .. } = self;
        format!("CREATE INDEX {name} ON {table} ({}, {key}, valid_id, {})", columns[0], columns[1..].join(", "))
    }

    fn create_on_postgres(&self) -> String {
        // Without the list of what is pending, which every search would have to read through.
        format!(
            "CREATE INDEX {} ON {} USING gin (lower({}) gin_trgm_ops) WITH (fastupdate = off)",
            self.name,
            self.table,
            self.text("", "chr(1)")
        )
    }

    fn create_on_sqlite(&self) -> Vec<String> {
        let Self { name, table, key, columns, .. } = self;
        let (kept, to) =
            (if self.is_numbered { "content='', contentless_delete=1" } else { "key UNINDEXED" }, self.key_on_sqlite());
        let add =
            |row: &str| format!("INSERT INTO {name} ({to}, text) VALUES ({row}{key}, {})", self.text(row, "char(1)"));
        let remove = format!("DELETE FROM {name} WHERE {to} = old.{key}");
        let trigger = |event: &str, of: &str, steps: &str| {
            format!("CREATE TRIGGER {name}_{event} AFTER {event}{of} ON {table} BEGIN {steps}; END")
        };
        vec![
            format!("CREATE VIRTUAL TABLE {name} USING fts5(text, {kept}, detail=none, tokenize='trigram')"),
            format!("INSERT INTO {name} ({to}, text) SELECT {key}, {} FROM {table}", self.text("", "char(1)")),
            trigger("insert", "", &add("new.")),
            trigger("update", &format!(" OF {}", columns.join(", ")), &format!("{remove}; {}", add("new."))),
            trigger("delete", "", &remove),
        ]
    }

    /// What the index has the key as on SQLite. A row without a number may get another one when the file is cleaned up.
    pub fn key_on_sqlite(&self) -> &'static str {
        if self.is_numbered { "rowid" } else { "key" }
    }
}

/// What PostgreSQL needs before the first of them.
pub const POSTGRES_EXTENSION: &str = "CREATE EXTENSION IF NOT EXISTS pg_trgm";
