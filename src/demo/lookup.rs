//! What the database has before the demo data come: ids of states, types and the like by name, names that are taken, and
//! whether there is anything that a filling would mix with.

use std::collections::HashMap;

use sea_orm::{ConnectionTrait, DatabaseConnection, DbErr, QueryResult, Statement};

use super::DemoError;

/// Ids by table and name.
pub struct Lookup {
    ids: HashMap<(&'static str, String), i64>,
    last: HashMap<&'static str, i64>,
}

const NAMED: [(&str, &str); 13] = [
    ("valid", "name"),
    ("users", "login"),
    ("groups_table", "name"),
    ("roles", "name"),
    ("queue", "name"),
    ("follow_up_possible", "name"),
    ("ticket_state", "name"),
    ("ticket_priority", "name"),
    ("ticket_type", "name"),
    ("ticket_lock_type", "name"),
    ("ticket_history_type", "name"),
    ("article_sender_type", "name"),
    ("communication_channel", "name"),
];
const COUNTED: [&str; 7] = ["salutation", "signature", "system_address", "ticket", "article", "users", "groups_table"];

impl Lookup {
    /// Reads all names and the last ids.
    pub async fn read(db: &DatabaseConnection) -> Result<Self, DemoError> {
        let mut lookup = Self { ids: HashMap::new(), last: HashMap::new() };
        for (table, column) in NAMED {
            lookup.read_names(db, table, column).await?;
        }
        for table in COUNTED {
            let id = number(db, &format!("SELECT coalesce(max(id), 0) FROM {table}")).await?;
            lookup.last.insert(table, id);
        }
        Ok(lookup)
    }

    async fn read_names(&mut self, db: &DatabaseConnection, table: &'static str, column: &str) -> Result<(), DbErr> {
        let sql = format!("SELECT id, {column} FROM {table}");
        let statement = Statement::from_string(db.get_database_backend(), sql);
        for row in db.query_all_raw(statement).await? {
            let name: String = row.try_get_by_index(1)?;
            self.keep(table, &name, first_number(&row)?);
        }
        Ok(())
    }

    fn keep(&mut self, table: &'static str, name: &str, id: i64) {
        let last = self.last.entry(table).or_default();
        *last = (*last).max(id);
        self.ids.insert((table, name.to_lowercase()), id);
    }

    /// The id of a row that every native database has from the start.
    pub fn id(&self, table: &'static str, name: &str) -> Result<i64, DemoError> {
        let key = (table, name.to_lowercase());
        let found = self.ids.get(&key).copied();
        found.ok_or_else(|| DemoError::Missing(format!("`{name}` in the table {table}")))
    }

    /// The same for the small ids.
    pub fn small(&self, table: &'static str, name: &str) -> Result<i16, DemoError> {
        Ok(self.id(table, name)? as i16)
    }

    /// The id of a row with this name: that of a row which exists, or else a new one, which the caller must then write.
    pub fn take(&mut self, table: &'static str, name: &str) -> (i32, IsNew) {
        if let Some(id) = self.ids.get(&(table, name.to_lowercase())) {
            return (*id as i32, IsNew(false));
        }
        let id = self.last(table) + 1;
        self.keep(table, name, id);
        (id as i32, IsNew(true))
    }

    /// The highest id of a table, 0 when it is empty.
    pub fn last(&self, table: &'static str) -> i64 {
        self.last.get(table).copied().unwrap_or_default()
    }
}

/// Whether a row must be written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct IsNew(pub bool);

/// Refuses a database that has customers, customer users or tickets.
pub async fn refuse_filled(db: &DatabaseConnection) -> Result<(), DemoError> {
    for (table, what) in [("customer_company", "customers"), ("customer_user", "customer users"), ("ticket", "tickets")]
    {
        let sql = format!("SELECT count(*) FROM (SELECT 1 AS one FROM {table} LIMIT 1) AS first");
        if number(db, &sql).await? > 0 {
            return Err(DemoError::NotEmpty(what));
        }
    }
    Ok(())
}

async fn number(db: &DatabaseConnection, sql: &str) -> Result<i64, DbErr> {
    let statement = Statement::from_string(db.get_database_backend(), sql);
    match db.query_one_raw(statement).await? {
        Some(row) => first_number(&row),
        None => Ok(0),
    }
}

/// The first column as a number: ids are SMALLINT, INTEGER or BIGINT, and no database widens them by itself.
fn first_number(row: &QueryResult) -> Result<i64, DbErr> {
    row.try_get_by_index::<i64>(0)
        .or_else(|_| row.try_get_by_index::<i32>(0).map(i64::from))
        .or_else(|_| row.try_get_by_index::<i16>(0).map(i64::from))
}
