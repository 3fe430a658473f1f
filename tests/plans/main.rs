//! No statement of a client's document reads all of a large table: the plan of each is asked for on a database of some size. Where
//! `TEST_DATABASE_URL` names a server, it is asked; else SQLite. `TEST_PLANS_URL` names a database that is there already, such as that of the
//! benchmarks, and is only read.

#![expect(clippy::disallowed_methods, reason = "the environment says which database")]

#[path = "../process/place.rs"]
#[allow(dead_code, reason = "each of the tests that make a database uses a part of it")]
mod place;

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, header};
use chrono::Utc;
use deskgraph::app::{App, Parts, rules, sources};
use deskgraph::auth::token::Keys;
use deskgraph::config::Config;
use deskgraph::demo::{DemoSize, fill};
use deskgraph::domain::account::{Account, Realm};
use deskgraph::domain::clock::Clock;
use deskgraph::http::server::Recorder;
use deskgraph::store::Store;
use deskgraph::store::layout::{Found, detect};
use migration::search::SEARCH_INDEXES;
use migration::{Migrator, MigratorTrait};
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, Statement};
use serde_json::{Value, json};
use tower::ServiceExt;

use place::Place;

/// Large enough for a planner to see the difference, small enough to be made for a test.
const SIZE: DemoSize = DemoSize { customers: 1_000, customer_users: 10_000, tickets: 20_000, seed: 1 };
/// The longest answer that is read, in bytes.
const MAX_ANSWER: usize = 16 * 1024 * 1024;

/// Tables that grow with a help desk.
const LARGE: [&str; 9] = [
    "ticket",
    "customer_user",
    "customer_company",
    "customer_user_customer",
    "group_customer_user",
    "group_customer",
    "article",
    "article_data_mime",
    "customer_preferences",
];

macro_rules! documents {
    ($($name:literal: $variables:tt),* $(,)?) => {
        &[$(($name, include_str!(concat!("../documents/", $name, ".graphql")), stringify!($variables))),*]
    };
}

/// The documents that read, with variables. What reports over everything reads everything, and is left out.
const DOCUMENTS: &[(&str, &str, &str)] = documents! {
    "company_tickets": {},
    "customer_detail": {"customerId": "acme"},
    "customer_information": {"customerId": "acme"},
    "customer_lookup": {"customerId": "acme"},
    "customer_people": {"customerId": "acme"},
    "customer_tickets": {"customerId": "acme"},
    "customer_user_detail": {"login": "ann"},
    "customer_user_tickets": {"login": "ann"},
    "group_members": {"name": "support"},
    "my_tickets": {},
    "nodes": {"ids": ["Q3VzdG9tZXI6YWNtZQ", "Q3VzdG9tZXJVc2VyOmFubg"]},
    "permission_matrix": {},
    "ticket_detail": {"number": "2026010110000001"},
    "ticket_list": {"view": "OPEN"},
};

/// Those that search, which MariaDB has no index for.
const SEARCHES: [(&str, &str); 2] = [
    ("customers", include_str!("../documents/customer_list.graphql")),
    ("people", include_str!("../documents/customer_user_list.graphql")),
];

struct Desk {
    router: Router,
    recorder: Recorder,
    connection: DatabaseConnection,
    app: App,
}

impl Desk {
    async fn open(url: &str) -> Self {
        let settings = json!({ "database": { "url": url }, "groups": { "customer_group_support": true, "other_customers_context": true } });
        let config = Config::parse(&toml::to_string(&settings).expect("TOML")).expect("settings");
        let connection = deskgraph::app::connect(&config).open().await.expect("a connection");
        if matches!(detect(&connection).await.expect("a layout"), Found::Empty) {
            Migrator::up(&connection, None).await.expect("the tables can be made");
            let no_password = |_: &str, _: &str| "!".to_owned();
            let filled = fill(&connection, &SIZE, Utc::now(), &rules(&config), &no_password, &|_| {}).await;
            filled.expect("the data can be made");
            analyse(&connection).await;
        }
        let Found::Known(layout) = detect(&connection).await.expect("a layout") else { panic!("there are no tables") };
        let recorder = Recorder::default();
        let parts = Parts {
            connection: connection.clone(),
            lines: None,
            layout,
            keys: Arc::new(Keys::generate_in_memory()),
            sources: sources(&config).expect("sources"),
            trusted: Arc::default(),
            clock: Clock::new(Utc::now),
            recorder: Some(Arc::clone(&recorder)),
        };
        let app = App::new(&config, parts);
        Self { router: app.router.clone(), recorder, connection, app }
    }

    async fn token(&self, realm: Realm, login: &str) -> String {
        let store = Store::new(Arc::clone(&self.app.database), Arc::default());
        let token = self.app.api.sessions.token_without_session(&store, &Account::new(realm, login), None).await;
        token.expect("a token can be made").expect("the account is there").token
    }

    /// The statements of a document, with their values.
    async fn statements(&self, token: &str, document: &str, variables: Value) -> Vec<String> {
        let body = json!({ "query": document, "variables": variables }).to_string();
        let request = Request::post("/graphql")
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::AUTHORIZATION, format!("Bearer {token}"))
            .body(Body::from(body))
            .expect("a request");
        let response = self.router.clone().oneshot(request).await.expect("an answer");
        let answer = to_bytes(response.into_body(), MAX_ANSWER).await.expect("an answer");
        let answer: Value = serde_json::from_slice(&answer).expect("JSON");
        // Not everybody may ask for everything.
        let errors = answer["errors"].as_array().cloned().unwrap_or_default();
        assert!(errors.iter().all(|error| error["extensions"]["code"] == "FORBIDDEN"), "{document}: {answer}");
        let recorded = std::mem::take(&mut *self.recorder.lock().expect("no panic while recording"));
        recorded.into_iter().flatten().map(|statement| statement.with_values).collect()
    }

    /// Whether a statement asks an index for searches.
    async fn uses_search_index(&self, sql: &str) -> bool {
        let plan = self.plan(sql).await;
        let lines = plan.iter().map(|row| match self.connection.get_database_backend() {
            DbBackend::Sqlite => row.try_get::<String>("", "detail").expect("a line"),
            _ => row.try_get_by_index::<String>(0).expect("a line"),
        });
        lines.into_iter().any(|line| SEARCH_INDEXES.iter().any(|index| line.contains(index.name)))
    }

    async fn plan(&self, sql: &str) -> Vec<sea_orm::QueryResult> {
        let backend = self.connection.get_database_backend();
        let explain = if backend == DbBackend::Sqlite { "EXPLAIN QUERY PLAN" } else { "EXPLAIN" };
        let plan = self.connection.query_all_raw(Statement::from_string(backend, format!("{explain} {sql}"))).await;
        plan.unwrap_or_else(|error| panic!("{sql}: {error}"))
    }

    /// The large tables that a statement reads from their beginning to their end.
    async fn scanned(&self, sql: &str) -> Vec<String> {
        let backend = self.connection.get_database_backend();
        let plan = self.plan(sql).await;
        let text = |row: &sea_orm::QueryResult, column: &str| row.try_get::<Option<String>>("", column).ok().flatten();
        let scanned = |row: &sea_orm::QueryResult| match backend {
            DbBackend::Postgres => behind("Seq Scan on ", &row.try_get_by_index::<String>(0).expect("a line")),
            DbBackend::Sqlite => text(row, "detail")
                .filter(|detail| !detail.contains("INDEX"))
                .and_then(|detail| behind("SCAN ", &detail)),
            _ => text(row, "table").filter(|_| text(row, "type").as_deref() == Some("ALL")),
        };
        let mut scanned: Vec<String> = plan.iter().filter_map(scanned).collect();
        // On SQLite a part of a statement that is run for itself may have the name of a table.
        for part in plan.iter().filter_map(|row| behind("CO-ROUTINE ", &text(row, "detail")?)) {
            scanned.iter().position(|table| *table == part).map(|place| scanned.remove(place));
        }
        scanned.retain(|table| LARGE.contains(&table.as_str()));
        scanned
    }
}

/// The word behind another.
fn behind(word: &str, line: &str) -> Option<String> {
    let (_, rest) = line.split_once(word)?;
    rest.split_whitespace().next().map(str::to_owned)
}

async fn analyse(connection: &DatabaseConnection) {
    let statement = match connection.get_database_backend() {
        DbBackend::MySql => format!("ANALYZE TABLE {}", LARGE.join(", ")),
        _ => "ANALYZE".to_owned(),
    };
    connection.execute_unprepared(&statement).await.expect("statistics");
}

#[tokio::test]
async fn no_document_reads_all_of_a_large_table() {
    let place = match Place::on_server().await {
        Some(place) => place,
        None => Place::file(),
    };
    // Small tables may well be read as a whole, so PostgreSQL is told not to where it has anything else.
    let penalty = if place.url.starts_with("postgres") { "?options[enable_seqscan]=off" } else { "" };
    let url = std::env::var("TEST_PLANS_URL").unwrap_or_else(|_| format!("{}{penalty}", place.url));
    let desk = Desk::open(&url).await;
    assert_eq!(desk.scanned("SELECT * FROM ticket WHERE id + 0 = 7").await, ["ticket"], "it would be noticed");
    let mut found = Vec::new();
    for (realm, login) in [(Realm::Agent, "root@localhost"), (Realm::Agent, "olga"), (Realm::Customer, "ann")] {
        let token = desk.token(realm, login).await;
        for (name, document, variables) in DOCUMENTS {
            let variables = serde_json::from_str(variables).expect("JSON");
            for sql in desk.statements(&token, document, variables).await {
                for table in desk.scanned(&sql).await {
                    found.push(format!("{login} {name}: all of {table}: {sql}"));
                }
            }
        }
    }
    let token = desk.token(Realm::Agent, "root@localhost").await;
    let is_indexed = desk.connection.get_database_backend() != DbBackend::MySql;
    let mut uses = 0;
    for (name, document) in SEARCHES.into_iter().filter(|_| is_indexed) {
        for sql in desk.statements(&token, document, json!({"search": "zimmermann"})).await {
            for table in desk.scanned(&sql).await {
                found.push(format!("search of {name}: all of {table}: {sql}"));
            }
            uses += usize::from(desk.uses_search_index(&sql).await);
        }
    }
    // Pages and counts, of customers and of people.
    assert!(!is_indexed || uses == 4, "{uses} statements use an index for searches");
    assert!(found.is_empty(), "{}", found.join("\n"));
}
