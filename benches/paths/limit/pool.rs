//! On SQLite and MariaDB, with the driver that the server uses there. A request keeps one connection to its end.

use std::collections::HashMap;
use std::str::FromStr;

use chrono::NaiveDateTime;
use sqlx::mysql::{MySqlConnectOptions, MySqlPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions};
use sqlx::{MySql, Pool, Sqlite};

use super::answer::{
    Address, Customer, Detail, GrantRow, List, LookUp, Names, Nodes, PersonRow, Short, TicketRow, text, validity,
};
use super::{Place, Reads};

const CONNECTIONS: u32 = 8;
/// How many people a detail view shows.
const PEOPLE_SHOWN: usize = 10;
/// How many customers a list has.
const LISTED: usize = 50;

const CUSTOMER: &str = "SELECT customer_id, name, street, zip, city, country, url, comments, valid_id
    FROM customer_company WHERE customer_id = ?";
const LOOK_UP: &str = "SELECT customer_id, name, url, comments, valid_id FROM customer_company WHERE customer_id = ?";
const COUNTS: &str = "SELECT ticket_state_id, count(*) FROM ticket WHERE customer_id = ? GROUP BY ticket_state_id";
const PEOPLE: &str = "SELECT login, first_name, last_name, email, customer_id FROM (
    SELECT * FROM (SELECT login, first_name, last_name, email, customer_id, id FROM customer_user
    WHERE customer_id = ? AND valid_id = 1 ORDER BY login, id LIMIT 10) AS own
    UNION
    SELECT * FROM (SELECT u.login, first_name, last_name, email, u.customer_id, id
    FROM customer_user_customer a JOIN customer_user u ON u.login = a.user_id
    WHERE a.customer_id = ? AND valid_id = 1 ORDER BY u.login, id LIMIT 10) AS assigned
    ) AS member ORDER BY login, id LIMIT 10";
const FIRST: &str =
    "SELECT customer_id, name FROM customer_company WHERE valid_id = 1 ORDER BY name, customer_id LIMIT 50";
const NEXT: &str = "SELECT customer_id, name FROM customer_company
    WHERE valid_id = 1 AND (name > ? OR (name = ? AND customer_id > ?)) ORDER BY name, customer_id LIMIT 50";

/// So many places for parameters.
fn places(count: usize) -> String {
    vec!["?"; count].join(", ")
}

/// The statements whose length depends on how much is asked at once; there is one of each.
pub struct Texts {
    tickets: String,
    grants: String,
    open_of: String,
    people_of: String,
}

impl Texts {
    fn new(names: &Names) -> Self {
        let open = names.open.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        let (people, listed) = (places(PEOPLE_SHOWN), places(LISTED));
        Self {
            tickets: format!(
                "SELECT tn, title, create_time, ticket_state_id, queue_id, ticket_priority_id FROM ticket
                WHERE customer_id = ? AND ticket_state_id IN ({open}) ORDER BY create_time DESC, id DESC LIMIT 10"
            ),
            grants: format!(
                "SELECT 1, user_id, customer_id, 0 FROM customer_user_customer WHERE user_id IN ({people})
                UNION ALL SELECT 2, user_id, permission_key, group_id FROM group_customer_user
                WHERE user_id IN ({people}) AND permission_value = 1
                UNION ALL SELECT 3, g.customer_id, permission_key, group_id
                FROM (SELECT customer_id FROM customer_user WHERE login IN ({people})
                UNION SELECT customer_id FROM customer_user_customer WHERE user_id IN ({people})) AS theirs
                JOIN group_customer g ON g.customer_id = theirs.customer_id WHERE permission_context = 'Ticket::CustomerID::Same' AND permission_value = 1"
            ),
            open_of: format!(
                "SELECT customer_id, count(*) FROM ticket WHERE customer_id IN ({listed}) AND ticket_state_id IN ({open})
                GROUP BY customer_id"
            ),
            people_of: format!(
                "SELECT customer, count(*) FROM (
                SELECT customer_id AS customer, id FROM customer_user WHERE customer_id IN ({listed}) AND valid_id = 1
                UNION
                SELECT a.customer_id, u.id FROM customer_user_customer a JOIN customer_user u ON u.login = a.user_id
                WHERE a.customer_id IN ({listed}) AND valid_id = 1) AS member GROUP BY customer"
            ),
        }
    }
}

/// A pool with what it needs.
pub struct Pooled<DB: sqlx::Database> {
    pool: Pool<DB>,
    names: Names,
    texts: Texts,
}

/// Opens a SQLite file with the settings of the server.
pub async fn sqlite(url: &str) -> anyhow::Result<Pooled<Sqlite>> {
    let options = SqliteConnectOptions::from_str(url)?
        .pragma("temp_store", "memory")
        .pragma("mmap_size", "268435456")
        .pragma("cache_size", "-8192");
    Pooled::<Sqlite>::open(SqlitePoolOptions::new().max_connections(CONNECTIONS).connect_with(options).await?).await
}

/// Opens a MariaDB database.
pub async fn mariadb(url: &str) -> anyhow::Result<Pooled<MySql>> {
    let options = MySqlConnectOptions::from_str(url)?;
    Pooled::<MySql>::open(MySqlPoolOptions::new().max_connections(CONNECTIONS).connect_with(options).await?).await
}

/// A value for each place, the last again and again where there are fewer.
fn padded(values: &[String], count: usize) -> impl Iterator<Item = &str> {
    let last = values.last().map_or("", String::as_str);
    values.iter().map(String::as_str).chain(std::iter::repeat(last)).take(count)
}

type CustomerRow = (
    String,
    String,
    Option<String>,
    Option<String>,
    Option<String>,
    Option<String>,
    Option<String>,
    Option<String>,
    i16,
);

/// The same for each of the two kinds of pools, which the driver keeps apart by type.
macro_rules! reads {
    ($database:ty) => {
        impl Pooled<$database> {
            async fn open(pool: Pool<$database>) -> anyhow::Result<Self> {
                let states = "SELECT CAST(s.id AS signed), s.name, t.name FROM ticket_state s JOIN ticket_state_type t ON t.id = s.type_id WHERE s.valid_id = 1";
                let states: Vec<(i64, String, String)> = sqlx::query_as(states).fetch_all(&pool).await?;
                let named = async |table: &'static str| {
                    let statement = sqlx::AssertSqlSafe(format!("SELECT CAST(id AS signed), name FROM {table}"));
                    let rows: Vec<(i64, String)> = sqlx::query_as(statement).fetch_all(&pool).await?;
                    anyhow::Ok(rows.into_iter().map(|(id, name)| (id as i32, name)).collect::<Vec<_>>())
                };
                let names = Names::new(
                    states.into_iter().map(|(id, name, kind)| (id as i32, name, kind)).collect(),
                    named("queue").await?,
                    named("ticket_priority").await?,
                    named("groups_table WHERE valid_id = 1").await?,
                );
                Ok(Self { texts: Texts::new(&names), pool, names })
            }
        }

        impl Reads for Pooled<$database> {
            async fn detail(&self, id: &str) -> anyhow::Result<Detail> {
                let mut connection = self.pool.acquire().await?;
                let connection = &mut *connection;
                let row: Option<CustomerRow> = sqlx::query_as(CUSTOMER).bind(id).fetch_optional(&mut *connection).await?;
                let Some((customer_id, name, street, zip, city, country, url, comment, valid)) = row else {
                    return Ok(Detail { customer: None });
                };
                let counts: Vec<(i16, i64)> = sqlx::query_as(COUNTS).bind(id).fetch_all(&mut *connection).await?;
                let tickets = sqlx::query_as(sqlx::AssertSqlSafe(self.texts.tickets.as_str())).bind(id);
                let tickets: Vec<(String, Option<String>, NaiveDateTime, i16, i32, i16)> = tickets.fetch_all(&mut *connection).await?;
                let people = sqlx::query_as(PEOPLE).bind(id).bind(id).fetch_all(&mut *connection).await?;
                let person = |(login, first_name, last_name, email, customer): (String, String, String, String, String)| {
                    PersonRow { login, first_name, last_name, email, customer }
                };
                let people: Vec<PersonRow> = people.into_iter().map(person).collect();
                let logins: Vec<String> = people.iter().map(|person| person.login.clone()).collect();
                let mut grants = sqlx::query_as(sqlx::AssertSqlSafe(self.texts.grants.as_str()));
                for _ in 0..4 {
                    for login in padded(&logins, PEOPLE_SHOWN) {
                        grants = grants.bind(login);
                    }
                }
                let grants = grants.fetch_all(&mut *connection).await?;
                let grant = |(kind, holder, what, group): (i32, String, String, i32)| GrantRow { kind, holder, what, group };
                let grants: Vec<GrantRow> = grants.into_iter().map(grant).collect();
                let ticket = |(number, title, created, state, queue, priority)| {
                    self.names.ticket(TicketRow { number, title, created, state, queue, priority })
                };
                let customer = Customer {
                    customer_id,
                    name,
                    address: Address { street: text(street), zip: text(zip), city: text(city), country: text(country) },
                    url: text(url),
                    comment: text(comment),
                    validity: validity(valid),
                    ticket_counts: self.names.counts(counts.into_iter()),
                    tickets: Nodes { nodes: tickets.into_iter().map(ticket).collect() },
                    customer_users: Nodes { nodes: self.names.people(people, &grants) },
                };
                Ok(Detail { customer: Some(customer) })
            }

            async fn list(&self, after: Option<&Place>) -> anyhow::Result<List> {
                let mut connection = self.pool.acquire().await?;
                let connection = &mut *connection;
                let rows: Vec<(String, String)> = match after {
                    None => sqlx::query_as(FIRST).fetch_all(&mut *connection).await?,
                    Some(Place { name, id }) => {
                        sqlx::query_as(NEXT).bind(name).bind(name).bind(id).fetch_all(&mut *connection).await?
                    }
                };
                let ids: Vec<String> = rows.iter().map(|(id, _)| id.clone()).collect();
                let mut open = sqlx::query_as(sqlx::AssertSqlSafe(self.texts.open_of.as_str()));
                let mut people = sqlx::query_as(sqlx::AssertSqlSafe(self.texts.people_of.as_str()));
                for id in padded(&ids, LISTED) {
                    open = open.bind(id);
                }
                for id in padded(&ids, LISTED).chain(padded(&ids, LISTED)) {
                    people = people.bind(id);
                }
                let open: Vec<(String, i64)> = open.fetch_all(&mut *connection).await?;
                let people: Vec<(String, i64)> = people.fetch_all(&mut *connection).await?;
                Ok(Names::list(rows, &counted(open), &counted(people)))
            }

            async fn look_up(&self, id: &str) -> anyhow::Result<LookUp> {
                let row: Option<(String, String, Option<String>, Option<String>, i16)> =
                    sqlx::query_as(LOOK_UP).bind(id).fetch_optional(&self.pool).await?;
                let short = |(customer_id, name, url, comment, valid)| Short {
                    customer_id,
                    name,
                    url: text(url),
                    comment: text(comment),
                    validity: validity(valid),
                };
                Ok(LookUp { customer: row.map(short) })
            }
        }
    };
}
reads!(Sqlite);
reads!(MySql);

fn counted(rows: Vec<(String, i64)>) -> HashMap<String, i64> {
    rows.into_iter().map(|(id, count)| (id.to_lowercase(), count)).collect()
}
