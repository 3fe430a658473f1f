//! A server that writes beside a real OTOBO's tables, in the name of Bert, who is made an administrator. Every write is compared with what it should
//! make of all tables, one write at a time.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ops::Deref;
use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::http::{Request, header};
use chrono_tz::Tz;
use deskgraph::app::{App, Parts, connect, sources};
use deskgraph::auth::token::{Keys, Realm, Subject};
use deskgraph::config::Config;
use deskgraph::domain::clock::Clock;
use deskgraph::store::layout::{Found, Layout, detect};
use migration::{MigratorTrait, OwnMigrator};
use sea_orm::DatabaseConnection;
use serde_json::{Value, json};
use tokio::sync::{Mutex, MutexGuard};
use tower::ServiceExt;

use crate::desk::moment;
use crate::scratch::{self, Scratch};
use crate::table::{self, Cells, Row, Tables, cell, is};

/// The agent who writes; root would be taken for a default.
const AGENT: &str = "agent.bert";
/// The agent's number.
pub const AGENT_ID: &str = "3";

/// A server beside one of the databases.
pub struct Writer {
    /// The database.
    pub scratch: &'static Scratch,
    /// The tables as the server found them.
    pub layout: Layout,
    app: App,
    token: String,
    zone: Tz,
    columns: BTreeMap<String, Vec<String>>,
    /// What all tables held after the last write that was looked at; `None` once something else has written.
    seen: RefCell<Option<Tables>>,
}

/// Both servers, for as long as no other test writes.
pub struct Writers {
    writers: Vec<Writer>,
    _turn: MutexGuard<'static, ()>,
}

impl Deref for Writers {
    type Target = [Writer];

    fn deref(&self) -> &[Writer] {
        &self.writers
    }
}

impl Writer {
    /// A server for each database with these settings; none without recordings.
    pub async fn both(settings: &str) -> Writers {
        static TURN: Mutex<()> = Mutex::const_new(());
        let turn = TURN.lock().await;
        let databases = scratch::writable();
        if databases.is_empty() {
            scratch::say_skipped();
        }
        let mut writers = Vec::new();
        for scratch in databases {
            writers.push(Self::open(scratch, settings).await);
        }
        Writers { writers, _turn: turn }
    }

    async fn open(scratch: &'static Scratch, settings: &str) -> Self {
        let zone = if settings.contains("time_zone") { "" } else { "time_zone = \"UTC\"\n" };
        let config = format!("[database]\nurl = \"{}\"\nmax_connections = 2\n{zone}{settings}", scratch.url);
        let config = Config::parse(&config).expect("settings");
        let connection = connect(&config).open().await.expect("a connection");
        if !layout_of(&connection).await.has_own_tables {
            let before = Tables::of(scratch);
            OwnMigrator::up(&connection, None).await.expect("our own tables can be made");
            Tables::of(scratch).must_be(&before, &format!("{}: making our own tables", scratch.name));
            scratch.execute(&format!(
                "INSERT INTO group_user (user_id, group_id, permission_key, create_time, create_by, change_time, change_by)
                 VALUES ({AGENT_ID}, 2, 'rw', '2026-01-01 00:00:00', 1, '2026-01-01 00:00:00', 1)"
            ));
        }
        let layout = layout_of(&connection).await;
        let now = moment(&scratch.answers["meta"]);
        let clock = Clock::new(move || now);
        let keys = Arc::new(Keys::generate_in_memory());
        let sources = sources(&config).expect("sources");
        let lines = connect(&config).open_lines(&connection).await;
        let (layout_of_app, trusted) = (layout.clone(), Arc::default());
        let parts = Parts { connection, lines, layout: layout_of_app, keys, sources, trusted, clock, recorder: None };
        let app = App::new(&config, parts);
        let password = scratch.column(&format!("SELECT pw FROM users WHERE login = '{AGENT}'")).remove(0);
        let stamp = app.api.sessions.stamps().of(Some(&password));
        let subject = Subject { realm: Realm::Agent, login: AGENT, stamp: &stamp, session: None };
        let token = app.api.sessions.tokens().issue(subject, now, None).expect("a token").token;
        let columns = table::columns(scratch).into_iter();
        let columns = columns.map(|(table, columns)| (table, columns.into_iter().map(|(name, _)| name).collect()));
        Self {
            scratch,
            layout,
            app,
            token,
            zone: config.database.time_zone,
            columns: columns.collect(),
            seen: RefCell::default(),
        }
    }

    /// The present as time columns hold it.
    pub fn now(&self) -> String {
        moment(&self.scratch.answers["meta"]).with_timezone(&self.zone).format("%Y-%m-%d %H:%M:%S").to_string()
    }

    /// Runs a statement by the client program.
    pub fn execute(&self, statement: &str) {
        self.seen.take();
        self.scratch.execute(statement);
    }

    /// What all tables hold.
    pub fn tables(&self) -> Tables {
        self.seen.borrow_mut().get_or_insert_with(|| Tables::of(self.scratch)).clone()
    }

    /// Kind, type and key of every change in the log.
    fn log(&self) -> Vec<String> {
        let log = "SELECT CONCAT(kind, ' ', entity_type, ' ', entity_key) FROM deskgraph_change ORDER BY id";
        self.scratch.column(log)
    }

    /// The payload of the one mutation of a document.
    pub async fn run(&self, document: &str, variables: Value) -> Value {
        self.seen.take();
        let request = Request::post("/graphql")
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::AUTHORIZATION, format!("Bearer {}", self.token));
        let body = Body::from(json!({ "query": document, "variables": variables }).to_string());
        let answer = self.app.router.clone().oneshot(request.body(body).expect("a request")).await.expect("an answer");
        let body = to_bytes(answer.into_body(), usize::MAX).await.expect("a body");
        let body: Value = serde_json::from_slice(&body).expect("JSON");
        assert!(body["errors"].is_null(), "{} {document} {variables}: {body}", self.scratch.name);
        body["data"].as_object().and_then(|data| data.values().next()).cloned().expect("a payload")
    }

    /// Runs a mutation that must do exactly this to the tables, and returns its payload. `logged` is the kind,
    /// type and key that it has in the change log, where what follows from it may stand too.
    pub async fn does(
        &self,
        (document, variables): (&str, Value),
        logged: &str,
        expected: impl FnOnce(&mut Expected<'_>),
    ) -> Value {
        let (before, log) = (self.tables(), self.log());
        let payload = self.run(document, variables.clone()).await;
        assert_eq!(payload["userErrors"], json!([]), "{} {variables}", self.scratch.name);
        let mut tables = Expected { tables: before, writer: self };
        expected(&mut tables);
        self.tables().must_be(&tables.tables, &format!("{} {document} {variables}", self.scratch.name));
        let now = self.log().split_off(log.len());
        assert!(now.iter().any(|entry| entry == logged), "{}: {now:?} instead of {logged}", self.scratch.name);
        payload
    }

    /// Runs a mutation that must be refused with these codes and paths, and leave everything as it is.
    pub async fn refuses(&self, document: &str, variables: Value, errors: &[(&str, &str)]) {
        let (before, log) = (self.tables(), self.log());
        let payload = self.run(document, variables.clone()).await;
        let expected: Vec<Value> = errors
            .iter()
            .map(|(code, path)| json!({ "code": code, "path": path.split('.').collect::<Vec<_>>() }))
            .collect();
        assert_eq!(payload["userErrors"], Value::from(expected), "{} {variables}", self.scratch.name);
        self.tables().must_be(&before, &format!("{} {document} {variables}", self.scratch.name));
        assert_eq!(self.log(), log, "{}", self.scratch.name);
    }
}

/// The tables as a write should leave them.
pub struct Expected<'a> {
    /// What there is.
    pub tables: Tables,
    writer: &'a Writer,
}

impl Expected<'_> {
    /// Sets cells of the rows for which `which` holds, and who changed them when.
    pub fn change(&mut self, table: &str, which: impl Fn(&Row) -> bool, cells: Cells<'_>) -> Vec<Row> {
        let now = self.writer.now();
        let stamp = [("change_time", now.as_str()), ("change_by", AGENT_ID)];
        self.tables.edit(table, which, &[cells, &stamp].concat())
    }

    /// Adds a row that was made now. What is not named is null.
    pub fn add(&mut self, table: &str, cells: Cells<'_>) {
        let now = self.writer.now();
        let stamp = [
            ("create_time", now.as_str()),
            ("create_by", AGENT_ID),
            ("change_time", now.as_str()),
            ("change_by", AGENT_ID),
        ];
        self.tables.add(table, &self.writer.columns[table], &[cells, &stamp].concat());
    }

    /// Gives tickets another customer or person, with the line in their history that OTOBO writes.
    pub fn move_tickets(&mut self, which: impl Fn(&Row) -> bool, cells: Cells<'_>, history: &str) {
        let types = self.tables.rows("ticket_history_type", is("name", "CustomerUpdate"));
        for ticket in self.change("ticket", which, cells) {
            self.add(
                "ticket_history",
                &[
                    ("name", history),
                    ("history_type_id", cell(&types[0], "id")),
                    ("ticket_id", cell(&ticket, "id")),
                    ("type_id", cell(&ticket, "type_id")),
                    ("queue_id", cell(&ticket, "queue_id")),
                    ("owner_id", cell(&ticket, "user_id")),
                    ("priority_id", cell(&ticket, "ticket_priority_id")),
                    ("state_id", cell(&ticket, "ticket_state_id")),
                ],
            );
        }
    }
}

async fn layout_of(connection: &DatabaseConnection) -> Layout {
    match detect(connection).await.expect("the tables are known") {
        Found::Known(layout) => layout,
        Found::Empty => panic!("the database is empty"),
    }
}
