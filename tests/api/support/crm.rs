//! A database that belongs to others, with people and companies in tables of their own making.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use deskgraph::config::{DatabaseSourceConfig, DatabaseUrl, TableConfig};
use deskgraph::domain::filter::TextFilter;
use deskgraph::domain::record::RecordKind;
use deskgraph::domain::search::Search;
use deskgraph::domain::validity::Validity;
use deskgraph::source::foreign::ForeignDatabase;
use deskgraph::source::record::RecordQuery;
use deskgraph::store::connection::Connect;
use sea_orm::{DatabaseConnection, DbBackend};
use tempfile::TempDir;

use super::database::{build, execute, open};

/// What a search for people looks at.
const PERSON_SEARCH: [&str; 5] = ["login", "first_name", "last_name", "email", "phone"];

/// A database with the tables `crm_person` and `crm_company`.
pub struct Crm {
    /// Its address.
    pub url: String,
    /// A connection that writes.
    pub connection: DatabaseConnection,
    _directory: TempDir,
    /// The server's address and the name there; `None` on SQLite.
    place: Option<(String, String)>,
}

impl Crm {
    /// Filled tables.
    pub async fn new() -> Self {
        let directory = TempDir::new().expect("there is a directory for temporary files");
        let (url, place) = match std::env::var("TEST_DATABASE_URL") {
            Ok(server) if !server.is_empty() && !server.starts_with("sqlite:") => {
                let (scheme, rest) = server.split_once("://").expect("an address");
                let address = format!("{scheme}://{}", rest.split('/').next().unwrap_or(rest));
                let name = format!("dgtest_{}_{}", build().0, uuid::Uuid::new_v4().simple());
                on_server(&address, &format!("CREATE DATABASE {name}")).await;
                (format!("{address}/{name}"), Some((address, name)))
            }
            _ => (format!("sqlite://{}", directory.path().join("crm.db").display()), None),
        };
        let crm = Self { connection: open(&url, 1).await, url, _directory: directory, place };
        crm.fill().await;
        crm
    }

    async fn fill(&self) {
        self.execute("CREATE TABLE crm_person (username VARCHAR(100), vorname VARCHAR(100), nachname VARCHAR(100), mail VARCHAR(100), firma VARCHAR(100), alter_in_jahren INTEGER, aktiv SMALLINT)").await;
        self.execute(
            "CREATE TABLE crm_company (nummer INTEGER PRIMARY KEY, name VARCHAR(100), ort VARCHAR(100), aktiv BOOLEAN)",
        )
        .await;
        let backslash = if self.backend() == DbBackend::MySql { r"back\\slash" } else { r"back\slash" };
        let people = format!(
            "INSERT INTO crm_person VALUES \
             ('Ann', 'Ann', 'Äpfel', 'ann@acme.example', 'ACME', 31, 1), \
             ('bob', 'Bob', 'baker', NULL, 'acme', NULL, 1), \
             ('Celine', 'Celine', 'Baker', '', 'globex', 44, 0), \
             ('JÖRG', 'Jörg', 'Özil', 'joerg@globex.example', 'Globex', 50, 1), \
             ('100%', 'Percy', 'Percent', 'p@x.example', 'x', 1, 1), \
             ('a_b', 'Uma', 'Underscore', 'u@x.example', 'x', 2, 1), \
             ('{backslash}', 'Bea', NULL, 'b@x.example', 'x', 3, 1), \
             ('o''hara', 'Orla', 'O''Hara', 'o@x.example', 'x', 4, NULL), \
             (NULL, 'Nobody', 'Null', 'n@x.example', 'x', 5, 1), \
             ('', 'Nobody', 'Empty', 'e@x.example', 'x', 6, 1)"
        );
        self.execute(&people).await;
        self.execute("INSERT INTO crm_company VALUES (12, 'Acme', 'Köln', TRUE), (13, 'Globex', NULL, FALSE), (112, 'Initech', 'Austin', NULL)")
            .await;
    }

    /// Runs a statement.
    pub async fn execute(&self, sql: &str) {
        execute(&self.connection, sql).await;
    }

    /// Which of the three databases it is.
    pub fn backend(&self) -> DbBackend {
        self.connection.get_database_backend()
    }

    /// The source that reads the tables.
    pub fn source(&self) -> ForeignDatabase {
        source_with(&self.url, &person_table(), &company_table())
    }

    /// A pool such as the source has.
    pub async fn read_only(&self) -> DatabaseConnection {
        let connect =
            Connect { url: &self.url, max_connections: 1, timeout: Duration::from_secs(10), statement_limit: None };
        connect.open_to_read().await.expect("the pool can be made")
    }

    /// Removes the database.
    pub async fn remove(self) {
        self.connection.close().await.expect("the connection closes");
        if let Some((address, name)) = self.place {
            let force = if address.starts_with("mysql") { "" } else { " WITH (FORCE)" };
            on_server(&address, &format!("DROP DATABASE {name}{force}")).await;
        }
    }
}

async fn on_server(address: &str, sql: &str) {
    let database = if address.starts_with("mysql") { "mysql" } else { "postgres" };
    let server = open(&format!("{address}/{database}"), 1).await;
    execute(&server, sql).await;
    server.close().await.expect("the connection closes");
}

/// A source at an address.
pub fn source_with(url: &str, people: &TableConfig, companies: &TableConfig) -> ForeignDatabase {
    let config = DatabaseSourceConfig {
        url: DatabaseUrl::parse(url).expect("an address"),
        timeout: Duration::from_millis(if url.contains("127.0.0.1:1/") { 100 } else { 30_000 }),
        max_connections: 2,
        customers: Some(companies.clone()),
        customer_users: Some(people.clone()),
    };
    let search = |fields: &[&str]| fields.iter().map(|field| (*field).to_owned()).collect::<Vec<_>>();
    ForeignDatabase::new(&Arc::from("CRM"), &config, &search(&["customer_id", "name"]), &search(&PERSON_SEARCH))
}

/// The settings of `crm_person`.
pub fn person_table() -> TableConfig {
    let fields = [
        ("first_name", "vorname"),
        ("last_name", "nachname"),
        ("email", "mail"),
        ("customer_id", "firma"),
        ("comment", "alter_in_jahren"),
    ];
    table("crm_person", "username", &fields)
}

/// The settings of `crm_company`, whose key is a number.
pub fn company_table() -> TableConfig {
    table("crm_company", "nummer", &[("name", "name"), ("city", "ort")])
}

fn table(table: &str, key: &str, fields: &[(&str, &str)]) -> TableConfig {
    TableConfig {
        table: table.to_owned(),
        key: key.to_owned(),
        valid: Some("aktiv".to_owned()),
        fields: fields
            .iter()
            .map(|(field, column)| ((*field).to_owned(), (*column).to_owned()))
            .collect::<BTreeMap<_, _>>(),
    }
}

/// A query for all records of a kind.
pub fn everything(kind: RecordKind) -> RecordQuery {
    RecordQuery {
        kind,
        among: None,
        search: Search::Everything,
        conditions: Vec::new(),
        validity: vec![Validity::Valid, Validity::Invalid],
        reader: None,
        sort: None,
        descending: false,
    }
}

/// Every kind of condition with this text.
pub fn filters_of(text: &str) -> Vec<TextFilter> {
    let (none, text) = (TextFilter::default(), text.to_owned());
    vec![
        TextFilter { eq: Some(text.clone()), ..none.clone() },
        TextFilter { any_of: Some(vec![text.clone()]), ..none.clone() },
        TextFilter { contains: Some(text.clone()), ..none.clone() },
        TextFilter { starts_with: Some(text), ..none },
    ]
}
