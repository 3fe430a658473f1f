//! Builders for rows: each has what its table demands, and `with` sets the rest.

use chrono::{NaiveDate, NaiveDateTime};
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Query};
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, Value};

/// A row to be.
#[derive(Clone)]
pub struct Row {
    table: &'static str,
    has_id: bool,
    values: Vec<(&'static str, Cell)>,
}

#[derive(Clone)]
enum Cell {
    Value(Value),
    /// The number of the row with this name in another table.
    Named(&'static str, &'static str, String),
}

/// When everything was made, unless a test says otherwise.
pub fn made_at() -> NaiveDateTime {
    day(2026, 2, 1)
}

/// Nine o'clock of a day.
pub fn day(year: i32, month: u32, day: u32) -> NaiveDateTime {
    NaiveDate::from_ymd_opt(year, month, day).and_then(|day| day.and_hms_opt(9, 0, 0)).expect("the day exists")
}

impl Row {
    fn new(table: &'static str) -> Self {
        Self { table, has_id: false, values: Vec::new() }
            .with("create_time", made_at())
            .with("create_by", 1)
            .with("change_time", made_at())
            .with("change_by", 1)
    }

    fn numbered(self) -> Self {
        Self { has_id: true, ..self }
    }

    /// Sets a column.
    pub fn with(mut self, column: &'static str, value: impl Into<Value>) -> Self {
        self.set(column, Cell::Value(value.into()));
        self
    }

    /// Sets a column to the number of the row with this name in another table.
    pub fn with_id_of(mut self, column: &'static str, table: &'static str, name: &str) -> Self {
        let key = match table {
            "users" => "login",
            "ticket" => "tn",
            _ => "name",
        };
        self.set(column, Cell::Named(table, key, name.to_owned()));
        self
    }

    /// Not in use.
    pub fn invalid(self) -> Self {
        self.with("valid_id", 2)
    }

    fn without(mut self, column: &'static str) -> Self {
        self.values.retain(|(name, _)| *name != column);
        self
    }

    fn set(&mut self, column: &'static str, cell: Cell) {
        match self.values.iter_mut().find(|(name, _)| *name == column) {
            Some((_, old)) => *old = cell,
            None => self.values.push((column, cell)),
        }
    }

    /// Writes the row and returns its number, 0 where its table has none.
    pub async fn insert(self, db: &DatabaseConnection) -> i64 {
        let mut values = Vec::new();
        for (_, cell) in &self.values {
            values.push(match cell {
                Cell::Value(value) => Expr::val(value.clone()),
                // As wide as the numbers that tests give, because PostgreSQL keeps the types of a statement it has seen.
                Cell::Named(table, key, name) => {
                    Expr::val(i32::try_from(id(db, table, key, name).await).expect("a small number"))
                }
            });
        }
        let mut insert = Query::insert();
        insert.into_table(Alias::new(self.table));
        insert.columns(self.values.iter().map(|(column, _)| Alias::new(*column))).values_panic(values);
        let failed = |error| panic!("{}: {error}", self.table);
        if self.has_id && db.get_database_backend() != DbBackend::MySql {
            insert.returning_col(Alias::new("id"));
            let row = db.query_one(&insert).await.unwrap_or_else(failed).expect("a row comes back");
            return number(&row);
        }
        let done = db.execute(&insert).await.unwrap_or_else(|error| panic!("{}: {error}", self.table));
        if self.has_id { done.last_insert_id() as i64 } else { 0 }
    }
}

fn number(row: &sea_orm::QueryResult) -> i64 {
    row.try_get_by_index::<i64>(0)
        .or_else(|_| row.try_get_by_index::<i32>(0).map(i64::from))
        .or_else(|_| row.try_get_by_index::<i16>(0).map(i64::from))
        .expect("a number")
}

/// The number of the row with this name.
pub async fn id(db: &DatabaseConnection, table: &'static str, key: &'static str, name: &str) -> i64 {
    let mut select = Query::select();
    select.column(Alias::new("id")).from(Alias::new(table)).and_where(Expr::col(Alias::new(key)).eq(name));
    let row = db.query_one(&select).await.expect("the database answers");
    number(&row.unwrap_or_else(|| panic!("{table} has no `{name}`")))
}

/// A customer.
pub fn customer(id: &str, name: &str) -> Row {
    Row::new("customer_company").with("customer_id", id).with("name", name).with("valid_id", 1)
}

/// A customer user, named after the login.
pub fn customer_user(login: &str, customer_id: &str) -> Row {
    Row::new("customer_user")
        .numbered()
        .with("login", login)
        .with("customer_id", customer_id)
        .with("email", format!("{login}@{customer_id}.example"))
        .with("first_name", login.to_uppercase())
        .with("last_name", "Example")
        .with("valid_id", 1)
}

/// A customer that a customer user has in addition.
pub fn additional_customer(login: &str, customer_id: &str) -> Row {
    Row::new("customer_user_customer").with("user_id", login).with("customer_id", customer_id)
}

/// A group.
pub fn group(name: &str) -> Row {
    Row::new("groups_table").numbered().with("name", name).with("valid_id", 1)
}

/// A queue of a group.
pub fn queue(name: &str, group: &str) -> Row {
    ["system_address_id", "salutation_id", "signature_id", "follow_up_id"]
        .into_iter()
        .fold(Row::new("queue"), |row, column| row.with(column, 1))
        .numbered()
        .with("name", name)
        .with_id_of("group_id", "groups_table", group)
        .with("unlock_timeout", 0)
        .with("follow_up_lock", 0)
        .with("valid_id", 1)
}

/// A permission of a customer user.
pub fn person_grant(login: &str, group: &str, key: &str) -> Row {
    Row::new("group_customer_user")
        .with("user_id", login)
        .with_id_of("group_id", "groups_table", group)
        .with("permission_key", key)
        .with("permission_value", 1)
}

/// A permission of a customer for its own tickets.
pub fn customer_grant(customer_id: &str, group: &str, key: &str) -> Row {
    Row::new("group_customer")
        .with("customer_id", customer_id)
        .with_id_of("group_id", "groups_table", group)
        .with("permission_key", key)
        .with("permission_value", 1)
        .with("permission_context", "Ticket::CustomerID::Same")
}

/// A permission of a customer for tickets of other customers.
pub fn others_grant(customer_id: &str, group: &str, key: &str) -> Row {
    customer_grant(customer_id, group, key).with("permission_context", "Ticket::CustomerID::Other")
}

/// An agent, named after the login.
pub fn agent(login: &str) -> Row {
    Row::new("users")
        .numbered()
        .with("login", login)
        .with("pw", "*")
        .with("first_name", login.to_uppercase())
        .with("last_name", "Agent")
        .with("valid_id", 1)
}

/// A permission of an agent.
pub fn agent_grant(login: &str, group: &str, key: &str) -> Row {
    Row::new("group_user")
        .with_id_of("user_id", "users", login)
        .with_id_of("group_id", "groups_table", group)
        .with("permission_key", key)
}

/// A role.
pub fn role(name: &str) -> Row {
    Row::new("roles").numbered().with("name", name).with("valid_id", 1)
}

/// An agent in a role.
pub fn role_member(role: &str, login: &str) -> Row {
    Row::new("role_user").with_id_of("user_id", "users", login).with_id_of("role_id", "roles", role)
}

/// A permission of a role.
pub fn role_grant(role: &str, group: &str, key: &str) -> Row {
    Row::new("group_role")
        .with_id_of("role_id", "roles", role)
        .with_id_of("group_id", "groups_table", group)
        .with("permission_key", key)
        .with("permission_value", 1)
}

/// A new ticket of the administrator, for nobody.
pub fn ticket(number: &str, queue: &str) -> Row {
    const NOUGHT: [&str; 6] = [
        "timeout",
        "until_time",
        "escalation_time",
        "escalation_update_time",
        "escalation_response_time",
        "escalation_solution_time",
    ];
    NOUGHT
        .into_iter()
        .fold(Row::new("ticket"), |row, column| row.with(column, 0))
        .numbered()
        .with("tn", number)
        .with("title", format!("Ticket {number}"))
        .with_id_of("queue_id", "queue", queue)
        .with("ticket_lock_id", 1)
        .with("type_id", 1)
        .with("user_id", 1)
        .with("responsible_user_id", 1)
        .with("ticket_priority_id", 3)
        .with_id_of("ticket_state_id", "ticket_state", "new")
}

impl Row {
    /// A ticket for this customer and person.
    pub fn of(self, customer_id: &str, login: &str) -> Self {
        self.with("customer_id", customer_id).with("customer_user_id", login)
    }

    /// A ticket in this state.
    pub fn in_state(self, name: &str) -> Self {
        self.with_id_of("ticket_state_id", "ticket_state", name)
    }

    /// A row made and changed at this time.
    pub fn at(self, time: NaiveDateTime) -> Self {
        self.with("create_time", time).with("change_time", time)
    }
}

/// A row in the history of a ticket, as other products write it.
pub fn history(ticket: &str, history_type: &str) -> Row {
    ["type_id", "queue_id", "owner_id", "priority_id", "state_id"]
        .into_iter()
        .fold(Row::new("ticket_history"), |row, column| row.with(column, 1))
        .numbered()
        .with("name", "%%")
        .with_id_of("history_type_id", "ticket_history_type", history_type)
        .with_id_of("ticket_id", "ticket", ticket)
}

/// An article of a ticket, and what it says.
pub struct ArticleRows {
    ticket: String,
    body: String,
    is_visible: bool,
    sender: &'static str,
    at: NaiveDateTime,
}

/// An article of an agent that customers may read.
pub fn article(ticket: &str, body: &str) -> ArticleRows {
    let (ticket, body) = (ticket.to_owned(), body.to_owned());
    ArticleRows { ticket, body, is_visible: true, sender: "agent", at: made_at() }
}

impl ArticleRows {
    /// Not for customers.
    pub fn internal(self) -> Self {
        Self { is_visible: false, ..self }
    }

    /// By this kind of sender.
    pub fn from(self, sender: &'static str) -> Self {
        Self { sender, ..self }
    }

    /// Made at this time.
    pub fn at(self, at: NaiveDateTime) -> Self {
        Self { at, ..self }
    }

    /// Writes the article and returns its number.
    pub async fn insert(self, db: &DatabaseConnection) -> i64 {
        let article = Row::new("article")
            .numbered()
            .with_id_of("ticket_id", "ticket", &self.ticket)
            .with_id_of("article_sender_type_id", "article_sender_type", self.sender)
            .at(self.at)
            .with_id_of("communication_channel_id", "communication_channel", "Internal")
            .with("is_visible_for_customer", i32::from(self.is_visible))
            .with("search_index_needs_rebuild", 0);
        let id = article.insert(db).await;
        let content = Row::new("article_data_mime")
            .with("article_id", id)
            .with("a_from", "Help desk <desk@help.example>")
            .with("a_to", "ann@acme.example")
            .with("a_subject", "About your ticket")
            .with("a_body", self.body)
            .with("incoming_time", 1);
        content.insert(db).await;
        id
    }
}

/// A line in the history of a ticket, when it got this state.
pub fn state_event(ticket: &str, event: &str, state: &str) -> Row {
    Row::new("ticket_history")
        .with("name", "%%")
        .with_id_of("history_type_id", "ticket_history_type", event)
        .with_id_of("ticket_id", "ticket", ticket)
        .with_id_of("state_id", "ticket_state", state)
        .with("type_id", 1)
        .with("queue_id", 1)
        .with("owner_id", 1)
        .with("priority_id", 3)
}

/// A service.
pub fn service(name: &str) -> Row {
    Row::new("service").numbered().with("name", name).with("valid_id", 1)
}

/// A service level agreement.
pub fn sla(name: &str) -> Row {
    let times = ["first_response_time", "update_time", "solution_time"];
    let row = times.into_iter().fold(Row::new("sla"), |row, column| row.with(column, 0));
    row.numbered().with("name", name).with("valid_id", 1)
}

/// A preference of a customer user.
pub fn customer_preference(login: &str, key: &str, value: &str) -> Row {
    ["create_time", "create_by", "change_time", "change_by"]
        .into_iter()
        .fold(Row::new("customer_preferences"), Row::without)
        .with("user_id", login)
        .with("preferences_key", key)
        .with("preferences_value", value)
}
