//! Statements that the pages show. Those that read and write rows run on SQLite with the demo data. Those for a server run there if
//! `TEST_DATABASE_URL` names one, such as `postgres://root@127.0.0.1/` or `mysql://root@127.0.0.1/`, whose user may do everything. The names
//! `deskgraph` and `otobo` of roles and databases are others then, and all of them are removed in the end.

use std::time::Duration;

use deskgraph::store::connection::Connect;
use regex::Regex;
use sea_orm::{ConnectionTrait, DatabaseConnection};

use crate::page::{self, Block};
use crate::place::Place;

/// Whom statements are for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Dialect {
    Any,
    Postgres,
    MariaDb,
}

fn dialect(text: &str) -> Dialect {
    let is_about_rows =
        |line: &&str| ["DELETE ", "UPDATE ", "INSERT ", "SELECT "].iter().any(|word| line.starts_with(word));
    if text.lines().next().as_ref().is_some_and(is_about_rows) {
        Dialect::Any
    } else if text.contains("'@'") || text.contains("CHARACTER SET") {
        Dialect::MariaDb
    } else {
        Dialect::Postgres
    }
}

/// The blocks of all pages, with the pages.
fn blocks() -> Vec<(String, Block)> {
    let of = |page: page::Page| {
        let blocks = page.blocks().into_iter().filter(|block| block.language == "sql");
        blocks.map(|block| (page.name.clone(), block)).collect::<Vec<_>>()
    };
    page::written().into_iter().flat_map(of).collect()
}

fn statements(text: &str) -> impl Iterator<Item = &str> {
    text.split(";\n").map(str::trim).filter(|statement| !statement.is_empty())
}

async fn open(url: &str) -> DatabaseConnection {
    let connect = Connect { url, max_connections: 1, timeout: Duration::from_secs(30), statement_limit: None };
    connect.open().await.unwrap_or_else(|error| panic!("{url}: {error}"))
}

async fn run(connection: &DatabaseConnection, place: &str, text: &str) {
    for statement in statements(text) {
        let done = connection.execute_unprepared(statement).await;
        done.unwrap_or_else(|error| panic!("{place}: {statement}: {error}"));
    }
}

#[tokio::test]
async fn statements_about_rows_are_good() {
    let place = Place::new();
    place.run("deskgraph demo --customers 1 --customer-users 1 --tickets 1").await.expect("a database");
    let connection = open(&format!("sqlite://{}", place.file("work/deskgraph.db").display())).await;
    let mut count = 0;
    for (page, block) in blocks().into_iter().filter(|(_, block)| dialect(&block.text) == Dialect::Any) {
        run(&connection, &format!("{page}:{}", block.line), &block.text).await;
        count += 1;
    }
    assert!(count > 0, "a page shows such statements");
}

/// The server that the environment names, with the words that its databases need.
struct Server {
    address: String,
    dialect: Dialect,
    number: u32,
}

impl Server {
    #[expect(clippy::disallowed_methods, reason = "the environment says which database")]
    fn of_the_environment() -> Option<Self> {
        let url = std::env::var("TEST_DATABASE_URL").ok()?;
        let (scheme, rest) = url.split_once("://")?;
        let dialect = match scheme {
            "postgres" => Dialect::Postgres,
            "mysql" => Dialect::MariaDb,
            _ => return None,
        };
        let address = format!("{scheme}://{}", rest.split('/').next().unwrap_or(rest));
        Some(Self { address, dialect, number: std::process::id() })
    }

    /// A text with names that nobody else has on this server.
    fn renamed(&self, text: &str) -> String {
        let name = Regex::new(r"\b(deskgraph|otobo)\b").expect("an expression");
        name.replace_all(text, format!("dgdocs_${{1}}_{}", self.number)).into_owned()
    }

    async fn database(&self, name: &str) -> DatabaseConnection {
        open(&format!("{}/{}", self.address, self.renamed(name))).await
    }

    async fn system(&self) -> DatabaseConnection {
        self.database(if self.dialect == Dialect::Postgres { "postgres" } else { "mysql" }).await
    }

    /// Removes user and databases, as far as they are there.
    async fn clear(&self) {
        let system = self.system().await;
        let texts = if self.dialect == Dialect::Postgres {
            [
                "DROP DATABASE IF EXISTS deskgraph WITH (FORCE)",
                "DROP DATABASE IF EXISTS otobo WITH (FORCE)",
                "DROP ROLE IF EXISTS deskgraph",
            ]
        } else {
            [
                "DROP DATABASE IF EXISTS deskgraph",
                "DROP DATABASE IF EXISTS otobo",
                "DROP USER IF EXISTS 'deskgraph'@'%'",
            ]
        };
        for text in texts {
            run(&system, "the end", &self.renamed(text)).await;
        }
    }
}

#[tokio::test]
async fn statements_for_a_server_are_good() {
    let Some(server) = Server::of_the_environment() else { return };
    let place = Place::new();
    let otobo = server.renamed("otobo");
    let mut page_before = String::new();
    for (page, block) in blocks().into_iter().filter(|(_, block)| dialect(&block.text) == server.dialect) {
        // Each page begins on a server where nothing was done, but that there are tables.
        if page != page_before {
            server.clear().await;
            run(&server.system().await, "the beginning", &format!("CREATE DATABASE {otobo}")).await;
            let migrate = format!("DESKGRAPH_DATABASE__URL={}/{otobo} deskgraph migrate", server.address);
            place.run(&migrate).await.expect("the tables can be made");
            if page != "README.md" && !page.contains("otobo") {
                // Other pages begin where the README ends.
                run(&server.system().await, "the beginning", &server.renamed("CREATE DATABASE deskgraph")).await;
            }
            page_before.clone_from(&page);
        }
        let connection = if page == "README.md" { server.system().await } else { server.database("otobo").await };
        run(&connection, &format!("{page}:{}", block.line), &server.renamed(&block.text)).await;
        if page.contains("otobo") {
            // The user that has been made can read there, to begin with.
            let url = server.address.replacen("root@", &server.renamed("deskgraph:secret@"), 1);
            let check = place.run(&format!("DESKGRAPH_DATABASE__URL={url}/{otobo} deskgraph check")).await;
            assert!(check.is_ok(), "{page}:{}: {check:?}", block.line);
        }
    }
    server.clear().await;
}

#[test]
fn each_block_is_for_somebody() {
    let found: Vec<_> = blocks().iter().map(|(_, block)| dialect(&block.text)).collect();
    for dialect in [Dialect::Any, Dialect::Postgres, Dialect::MariaDb] {
        assert!(found.contains(&dialect), "{dialect:?}");
    }
}
