//! What the tests of the API share: a server without a socket over a database of its own, clients for each role, and builders for rows.
//!
//! The cast is in every database: Acme and Globex, Ann and Bob at Acme, Gus at Globex, the agent Olga and the administrator root.
//! `cast` tells who holds what.

pub mod account;
pub mod cast;
pub mod client;
pub mod crm;
pub mod crowd;
pub mod database;
pub mod document;
pub mod issuer;
pub mod listener;
pub mod people;
pub mod row;
mod server;
pub mod slapd;
pub mod socket;

use std::sync::{Arc, OnceLock};

use axum::Router;
use chrono::{DateTime, TimeDelta, Utc};
use deskgraph::app::{App, Parts, sources, trusted};
use deskgraph::auth::token::{Keys, Realm, Subject};
use deskgraph::config::Config;
use deskgraph::domain::clock::Clock;
use deskgraph::domain::viewer::Viewer;
use deskgraph::feed::Feed;
use deskgraph::http::server::{Recorder, Sockets};
use deskgraph::source::Sources;
use deskgraph::source::ldap::Ldap;
use deskgraph::store::{Database, Store};
use sea_orm::{ConnectionTrait, DatabaseConnection, Statement};

use client::Client;
use database::TestDatabase;
use row::Row;

/// The settings under which groups count for customers.
pub const GROUPS_COUNT: &str =
    "[groups]\ncustomer_group_support = true\ncustomer_always_groups = []\ncustomer_company_always_groups = []\n";
/// The same with the context of other customers.
pub const OTHERS_COUNT: &str = "[groups]\ncustomer_group_support = true\nother_customers_context = true\ncustomer_always_groups = []\ncustomer_company_always_groups = []\n";

/// How many connections a test has where it does not matter.
const CONNECTIONS: u32 = 3;

/// The time at which everything happens: noon of a day in March.
pub fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_773_144_000, 0).expect("the time exists")
}

/// A server with the cast.
pub struct TestApp {
    app: App,
    recorder: Recorder,
    database: Arc<TestDatabase>,
}

impl TestApp {
    /// A server with the default settings.
    pub async fn new() -> Self {
        Self::with("").await
    }

    /// A server with these settings, in TOML, over the defaults.
    pub async fn with(settings: &str) -> Self {
        let database = Arc::new(TestDatabase::new(CONNECTIONS).await);
        Self::over(database, settings, |_| {}).await
    }

    /// A server with these signing keys.
    pub async fn with_keys(keys: Arc<Keys>) -> Self {
        let database = Arc::new(TestDatabase::new(CONNECTIONS).await);
        Self::over(database, "", |parts| parts.keys = keys).await
    }

    /// A server that works on this many requests at a time, for tests in which they collide. Passwords are hashed quickly.
    pub async fn busy(connections: u32) -> Self {
        let database = Arc::new(TestDatabase::new(connections).await);
        Self::over(database, "[auth]\npassword_hash = \"sha2\"\n", |_| {}).await
    }

    /// A second server with other settings over the database of this one.
    pub async fn sibling(&self, settings: &str) -> Self {
        Self::over(Arc::clone(&self.database), settings, |_| {}).await
    }

    /// A second server over the database of this one with connections of its own.
    pub async fn beside(&self) -> Self {
        let pool = self.another_pool().await;
        Self::over(Arc::clone(&self.database), "", |parts| parts.connection = pool).await
    }

    /// Connections of another program with the database.
    pub async fn another_pool(&self) -> DatabaseConnection {
        self.database.another_pool().await
    }

    /// A second server over the database of this one, whose clock is ahead.
    pub async fn later(&self, ahead: TimeDelta) -> Self {
        Self::over(Arc::clone(&self.database), "", |parts| parts.clock = Clock::fixed(now() + ahead)).await
    }

    /// A second server over the database of this one that finds none of our own tables, as beside another product before `migrate`.
    pub async fn without_own_tables(&self) -> Self {
        Self::over(Arc::clone(&self.database), "", |parts| parts.layout.has_own_tables = false).await
    }

    /// A second server over the database of this one that finds no indexes for searches.
    pub async fn without_search_indexes(&self) -> Self {
        Self::over(Arc::clone(&self.database), "", |parts| parts.layout.search_indexes.clear()).await
    }

    /// A second server over the database of this one that reads by the pool too.
    pub async fn by_pool(&self) -> Self {
        Self::over(Arc::clone(&self.database), "", |parts| parts.lines = None).await
    }

    async fn over(database: Arc<TestDatabase>, settings: &str, change: impl FnOnce(&mut Parts)) -> Self {
        let config = Config::parse(settings).expect("the settings are good");
        let layout = database.layout().await;
        let recorder = Recorder::default();
        let mut parts = Parts {
            connection: database.connection.clone(),
            lines: database.lines().await,
            layout,
            keys: keys(),
            sources: sources(&config).expect("the sources can be set up"),
            trusted: trusted(&config).expect("the manifest is good"),
            clock: Clock::fixed(now()),
            recorder: Some(Arc::clone(&recorder)),
        };
        change(&mut parts);
        Self { app: App::new(&config, parts), recorder, database }
    }

    /// The database.
    pub fn db(&self) -> &DatabaseConnection {
        &self.database.connection
    }

    /// The database as requests share it.
    pub fn database(&self) -> Arc<Database> {
        Arc::clone(&self.app.database)
    }

    /// The addresses.
    pub fn router(&self) -> Router {
        self.app.router.clone()
    }

    /// Adds a row and returns its number, 0 where its table has none.
    pub async fn add(&self, row: Row) -> i64 {
        let id = row.insert(self.db()).await;
        self.app.database.forget();
        id
    }

    /// Runs a statement.
    pub async fn execute(&self, sql: &str) {
        database::execute(self.db(), sql).await;
        self.app.database.forget();
    }

    /// The first column of a select, as texts.
    pub async fn texts(&self, sql: &str) -> Vec<String> {
        let statement = Statement::from_string(self.db().get_database_backend(), sql);
        let rows = self.db().query_all_raw(statement).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
        rows.iter().map(|row| row.try_get_by_index(0).expect("a text")).collect()
    }

    /// The text in the first column of the first row; `None` for null and without a row.
    pub async fn text(&self, sql: &str) -> Option<String> {
        let statement = Statement::from_string(self.db().get_database_backend(), sql);
        let row = self.db().query_one_raw(statement).await.unwrap_or_else(|error| panic!("{sql}: {error}"))?;
        match row.try_get_by_index::<Option<Vec<u8>>>(0) {
            Ok(bytes) => bytes.map(|bytes| String::from_utf8(bytes).expect("text")),
            Err(_) => row.try_get_by_index(0).unwrap_or_else(|error| panic!("{sql}: {error}")),
        }
    }

    /// How many rows a table has.
    pub async fn count(&self, table: &str) -> i64 {
        let sql = format!("SELECT CAST(COUNT(*) AS CHAR(10)) FROM {table}");
        self.text(&sql).await.and_then(|count| count.trim().parse().ok()).expect("a number")
    }

    /// Waits for something that is done behind the back of requests.
    pub async fn until(&self, is_done: impl AsyncFn() -> bool) {
        for _ in 0..10_000 {
            if is_done().await {
                return;
            }
            tokio::task::yield_now().await;
        }
        panic!("it is not done");
    }

    /// Someone without a token.
    pub fn anonymous(&self) -> Client<'_> {
        Client::new(self, None)
    }

    /// The administrator.
    pub fn as_administrator(&self) -> Client<'_> {
        self.as_agent("root@localhost")
    }

    /// An agent.
    pub fn as_agent(&self, login: &str) -> Client<'_> {
        self.with_token(&self.token(Realm::Agent, login, TimeDelta::zero()))
    }

    /// A customer user.
    pub fn as_customer_user(&self, login: &str) -> Client<'_> {
        self.with_token(&self.token(Realm::Customer, login, TimeDelta::zero()))
    }

    /// A person whom another data source keeps.
    pub fn as_person_of(&self, source: &str, login: &str) -> Client<'_> {
        let sessions = &self.app.api.sessions;
        let stamp = sessions.stamps().of_source(source);
        let subject = Subject { realm: Realm::Customer, login, stamp: &stamp, session: None };
        let token = sessions.tokens().issue(subject, now(), None).expect("a token");
        self.with_token(&token.token)
    }

    /// Whoever this token stands for.
    pub fn with_token(&self, token: &str) -> Client<'_> {
        Client::new(self, Some(token.to_owned()))
    }

    /// Everyone who can ask, by the names that reports use.
    pub fn everyone(&self) -> Vec<(&'static str, Client<'_>)> {
        vec![
            ("administrator", self.as_administrator()),
            ("olga", self.as_agent("olga")),
            ("ann", self.as_customer_user("ann")),
            ("gus", self.as_customer_user("gus")),
        ]
    }

    /// A token for an account whose password nobody has touched, as if it was issued this long ago.
    pub fn token(&self, realm: Realm, login: &str, age: TimeDelta) -> String {
        let sessions = &self.app.api.sessions;
        let stamp = sessions.stamps().of(untouched_password(realm));
        let subject = Subject { realm, login, stamp: &stamp, session: None };
        sessions.tokens().issue(subject, now() - age, None).expect("the token can be issued").token
    }

    /// Lets the server ask the database anew who tokens stand for, as it does every second.
    pub fn forget(&self) {
        self.app.api.sessions.forget(&Store::new(Arc::clone(&self.app.database), Arc::default()));
    }

    /// Lets the server read the keys of other issuers anew, as it does every few minutes.
    pub async fn renew_issuers(&self) {
        self.app.api.sessions.issuers().renew().await;
    }

    /// Stops the server: the hook has told everything then.
    pub async fn stop(self) {
        if let Some(hook) = self.app.hook {
            hook.stop().await;
        }
    }

    /// What is new in the database.
    pub fn feed(&self) -> &Feed {
        &self.app.feed
    }

    /// The open sockets.
    pub fn sockets(&self) -> &Sockets {
        &self.app.sockets
    }

    /// Every request's statements since the last call.
    pub fn statements(&self) -> Vec<Vec<String>> {
        let recorded = std::mem::take(&mut *self.recorder.lock().expect("no panic while recording"));
        recorded.into_iter().map(|request| request.into_iter().map(|statement| statement.text).collect()).collect()
    }

    /// The directory among the data sources.
    pub fn directory(&self) -> &Ldap {
        self.app.api.sources.all().iter().find_map(|source| source.directory()).expect("there is a directory")
    }

    /// A store outside of any request.
    pub fn store(&self) -> Store {
        Store::new(Arc::clone(&self.app.database), Arc::default())
    }

    /// Who an account is to the rules.
    pub async fn viewer(&self, realm: Realm, login: &str) -> Viewer {
        let store = self.store();
        let found = match realm {
            Realm::Agent => store.agent_viewer(login).await,
            Realm::Customer => Sources::new(store, Arc::clone(&self.app.api.sources)).customer_user_viewer(login).await,
        };
        found.expect("the database answers").expect("the account is valid")
    }
}

/// The stored password of the accounts that the builders make: none that anybody could sign in with.
pub fn untouched_password(realm: Realm) -> Option<&'static str> {
    match realm {
        Realm::Agent => Some("*"),
        Realm::Customer => None,
    }
}

/// The signing keys, made once.
pub fn keys() -> Arc<Keys> {
    static KEYS: OnceLock<Arc<Keys>> = OnceLock::new();
    Arc::clone(KEYS.get_or_init(|| Arc::new(Keys::generate_in_memory())))
}
