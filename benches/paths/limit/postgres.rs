//! On PostgreSQL, with the driver that sends statements without waiting for the answers of earlier ones.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures_util::future::{try_join, try_join4};
use tokio_postgres::{Client, NoTls, Row, Statement};

use super::answer::{
    Address, Customer, Detail, GrantRow, List, LookUp, Names, Nodes, PersonRow, Short, TicketRow, text, validity,
};
use super::{Place, Reads};

/// Few connections, shared by all requests.
const CONNECTIONS: usize = 8;

const CUSTOMER: &str = "SELECT customer_id, name, street, zip, city, country, url, comments, valid_id
    FROM customer_company WHERE lower(customer_id) = lower($1)";
const LOOK_UP: &str =
    "SELECT customer_id, name, url, comments, valid_id FROM customer_company WHERE lower(customer_id) = lower($1)";
const COUNTS: &str =
    "SELECT ticket_state_id, count(*) FROM ticket WHERE lower(customer_id) = lower($1) GROUP BY ticket_state_id";
const TICKETS: &str = "SELECT tn, title, create_time, ticket_state_id, queue_id, ticket_priority_id FROM ticket
    WHERE lower(customer_id) = lower($1) AND ticket_state_id = ANY($2) ORDER BY create_time DESC, id DESC LIMIT 10";
const PEOPLE: &str = "SELECT login, first_name, last_name, email, customer_id FROM (
    (SELECT login, first_name, last_name, email, customer_id, id FROM customer_user
    WHERE lower(customer_id) = lower($1) AND valid_id = 1 ORDER BY lower(login), id LIMIT 10)
    UNION
    (SELECT login, first_name, last_name, email, u.customer_id, id
    FROM customer_user_customer a JOIN customer_user u ON lower(u.login) = lower(a.user_id)
    WHERE lower(a.customer_id) = lower($1) AND valid_id = 1 ORDER BY lower(login), id LIMIT 10)
    ) AS member ORDER BY lower(login), id LIMIT 10";
const GRANTS: &str = "SELECT 1, user_id, customer_id, 0 FROM customer_user_customer WHERE lower(user_id) = ANY($1)
    UNION ALL SELECT 2, user_id, permission_key, group_id FROM group_customer_user
    WHERE lower(user_id) = ANY($1) AND permission_value = 1
    UNION ALL SELECT 3, customer_id, permission_key, group_id FROM group_customer
    WHERE lower(customer_id) IN
    (SELECT unnest($2::text[]) UNION ALL SELECT lower(customer_id) FROM customer_user_customer WHERE lower(user_id) = ANY($1))
    AND permission_context = 'Ticket::CustomerID::Same' AND permission_value = 1";
const FIRST: &str =
    "SELECT customer_id, name FROM customer_company WHERE valid_id = 1 ORDER BY lower(name), customer_id LIMIT 50";
const NEXT: &str = "SELECT customer_id, name FROM customer_company
    WHERE valid_id = 1 AND (lower(name), customer_id) > (lower($1), $2) ORDER BY lower(name), customer_id LIMIT 50";
const OPEN_OF: &str = "SELECT asked, count(*) FROM unnest($1::text[]) AS customer (asked)
    JOIN ticket ON lower(customer_id) = asked AND ticket_state_id = ANY($2) GROUP BY asked";
const PEOPLE_OF: &str = "SELECT customer, count(*) FROM (
    SELECT lower(customer_id) AS customer, id FROM customer_user WHERE lower(customer_id) = ANY($1) AND valid_id = 1
    UNION
    SELECT lower(a.customer_id), u.id FROM customer_user_customer a JOIN customer_user u ON lower(u.login) = lower(a.user_id)
    WHERE lower(a.customer_id) = ANY($1) AND valid_id = 1) AS member GROUP BY customer";

pub struct Postgres {
    connections: Vec<Connection>,
    next: AtomicUsize,
    names: Names,
}

struct Connection {
    client: Client,
    customer: Statement,
    look_up: Statement,
    counts: Statement,
    tickets: Statement,
    people: Statement,
    grants: Statement,
    first: Statement,
    next: Statement,
    open_of: Statement,
    people_of: Statement,
}

impl Connection {
    async fn open(url: &str) -> anyhow::Result<Self> {
        let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
        tokio::spawn(connection);
        client.batch_execute("SET random_page_cost = 1.1").await?;
        Ok(Self {
            customer: client.prepare(CUSTOMER).await?,
            look_up: client.prepare(LOOK_UP).await?,
            counts: client.prepare(COUNTS).await?,
            tickets: client.prepare(TICKETS).await?,
            people: client.prepare(PEOPLE).await?,
            grants: client.prepare(GRANTS).await?,
            first: client.prepare(FIRST).await?,
            next: client.prepare(NEXT).await?,
            open_of: client.prepare(OPEN_OF).await?,
            people_of: client.prepare(PEOPLE_OF).await?,
            client,
        })
    }
}

impl Postgres {
    pub async fn open(url: &str) -> anyhow::Result<Self> {
        let mut connections = Vec::new();
        for _ in 0..CONNECTIONS {
            connections.push(Connection::open(url).await?);
        }
        let names = names(&connections[0].client).await?;
        Ok(Self { connections, next: AtomicUsize::new(0), names })
    }

    fn connection(&self) -> &Connection {
        &self.connections[self.next.fetch_add(1, Ordering::Relaxed) % CONNECTIONS]
    }
}

async fn names(client: &Client) -> anyhow::Result<Names> {
    let named = async |statement: &str| {
        let rows = client.query(statement, &[]).await?;
        rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).collect::<anyhow::Result<Vec<(i32, String)>>>()
    };
    let states = client
        .query("SELECT s.id::integer, s.name, t.name FROM ticket_state s JOIN ticket_state_type t ON t.id = s.type_id WHERE s.valid_id = 1", &[])
        .await?;
    Ok(Names::new(
        states.iter().map(|row| (row.get(0), row.get(1), row.get(2))).collect(),
        named("SELECT id, name FROM queue").await?,
        named("SELECT id::integer, name FROM ticket_priority").await?,
        named("SELECT id, name FROM groups_table WHERE valid_id = 1").await?,
    ))
}

impl Reads for Postgres {
    async fn detail(&self, id: &str) -> anyhow::Result<Detail> {
        let connection = self.connection();
        let Connection { client, .. } = connection;
        let (customer, counts, tickets, people) = try_join4(
            client.query(&connection.customer, &[&id]),
            client.query(&connection.counts, &[&id]),
            client.query(&connection.tickets, &[&id, &self.names.open]),
            client.query(&connection.people, &[&id]),
        )
        .await?;
        let Some(row) = customer.first() else { return Ok(Detail { customer: None }) };
        let people: Vec<PersonRow> = people.iter().map(person).collect();
        let logins: Vec<String> = people.iter().map(|person| person.login.to_lowercase()).collect();
        let customers: Vec<String> = people.iter().map(|person| person.customer.to_lowercase()).collect();
        let grants = client.query(&connection.grants, &[&logins, &customers]).await?;
        let grants: Vec<GrantRow> = grants.iter().map(grant).collect();
        let customer = Customer {
            customer_id: row.get(0),
            name: row.get(1),
            address: Address {
                street: text(row.get(2)),
                zip: text(row.get(3)),
                city: text(row.get(4)),
                country: text(row.get(5)),
            },
            url: text(row.get(6)),
            comment: text(row.get(7)),
            validity: validity(row.get(8)),
            ticket_counts: self.names.counts(counts.iter().map(|row| (row.get(0), row.get(1)))),
            tickets: Nodes { nodes: tickets.iter().map(|row| self.names.ticket(ticket(row))).collect() },
            customer_users: Nodes { nodes: self.names.people(people, &grants) },
        };
        Ok(Detail { customer: Some(customer) })
    }

    async fn list(&self, after: Option<&Place>) -> anyhow::Result<List> {
        let connection = self.connection();
        let Connection { client, .. } = connection;
        let rows = match after {
            None => client.query(&connection.first, &[]).await?,
            Some(place) => client.query(&connection.next, &[&place.name, &place.id]).await?,
        };
        let rows: Vec<(String, String)> = rows.iter().map(|row| (row.get(0), row.get(1))).collect();
        let ids: Vec<String> = rows.iter().map(|(id, _)| id.to_lowercase()).collect();
        let (open, people) = try_join(
            client.query(&connection.open_of, &[&ids, &self.names.open]),
            client.query(&connection.people_of, &[&ids]),
        )
        .await?;
        Ok(Names::list(rows, &counted(&open), &counted(&people)))
    }

    async fn look_up(&self, id: &str) -> anyhow::Result<LookUp> {
        let connection = self.connection();
        let rows = connection.client.query(&connection.look_up, &[&id]).await?;
        let customer = rows.first().map(|row| Short {
            customer_id: row.get(0),
            name: row.get(1),
            url: text(row.get(2)),
            comment: text(row.get(3)),
            validity: validity(row.get(4)),
        });
        Ok(LookUp { customer })
    }
}

fn counted(rows: &[Row]) -> HashMap<String, i64> {
    rows.iter().map(|row| (row.get(0), row.get(1))).collect()
}

fn ticket(row: &Row) -> TicketRow {
    TicketRow {
        number: row.get(0),
        title: row.get(1),
        created: row.get(2),
        state: row.get(3),
        queue: row.get(4),
        priority: row.get(5),
    }
}

fn person(row: &Row) -> PersonRow {
    PersonRow {
        login: row.get(0),
        first_name: row.get(1),
        last_name: row.get(2),
        email: row.get(3),
        customer: row.get(4),
    }
}

fn grant(row: &Row) -> GrantRow {
    GrantRow { kind: row.get(0), holder: row.get(1), what: row.get(2), group: row.get(3) }
}
