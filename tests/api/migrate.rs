//! The command `migrate` as the program runs it: beside another product, as a user who may not, twice, two at once, and for native tables
//! of an earlier version.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use deskgraph::store::layout::{Found, Layout, Product, detect};
use migration::search::SEARCH_INDEXES;
use migration::{Migrator, MigratorTrait, OWN_MIGRATION_TABLE, own_table_names};
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, Statement};
use tempfile::TempDir;

use crate::support::database::{build, execute, open};

/// A database of its own for a test that alters tables.
struct Desk {
    url: String,
    connection: DatabaseConnection,
    directory: TempDir,
    /// The server's address and the name there; `None` on SQLite.
    place: Option<(String, String)>,
}

impl Desk {
    /// The native tables.
    async fn native() -> Self {
        let directory = TempDir::new().expect("there is a directory for temporary files");
        let (url, place) = match std::env::var("TEST_DATABASE_URL") {
            Ok(server) if !server.is_empty() && !server.starts_with("sqlite:") => {
                let (scheme, rest) = server.split_once("://").expect("an address");
                let address = format!("{scheme}://{}", rest.split('/').next().unwrap_or(rest));
                let name = format!("dgtest_{}_{}", build().0, uuid::Uuid::new_v4().simple());
                on_server(&address, &[&format!("CREATE DATABASE {name}")]).await;
                (format!("{address}/{name}"), Some((address, name)))
            }
            _ => (format!("sqlite://{}", directory.path().join("desk.db").display()), None),
        };
        let connection = open(&url, 2).await;
        Migrator::up(&connection, None).await.expect("the tables can be made");
        Self { url, connection, directory, place }
    }

    /// Tables that look like those of OTOBO 11, without any of our own.
    async fn otobo() -> Self {
        let desk = Self::native().await;
        for table in own_table_names() {
            desk.execute(&format!("DROP TABLE {table}")).await;
        }
        desk.execute("DROP TABLE deskgraph_migration").await;
        desk.execute("CREATE TABLE article_data_otobo_chat (id INTEGER)").await;
        desk
    }

    async fn execute(&self, sql: &str) {
        execute(&self.connection, sql).await;
    }

    async fn layout(&self) -> Layout {
        match detect(&self.connection).await.expect("the layout is known") {
            Found::Known(layout) => layout,
            Found::Empty => panic!("the database is empty"),
        }
    }

    /// The names of all tables.
    async fn tables(&self) -> BTreeSet<String> {
        let backend = self.connection.get_database_backend();
        let sql = match backend {
            DbBackend::Postgres => "SELECT tablename::text FROM pg_tables WHERE schemaname = current_schema()",
            DbBackend::MySql => {
                "SELECT CAST(table_name AS CHAR) FROM information_schema.tables WHERE table_schema = DATABASE()"
            }
            _ => "SELECT name FROM sqlite_master WHERE type = 'table'",
        };
        let rows = self.connection.query_all_raw(Statement::from_string(backend, sql)).await.expect("tables");
        rows.iter().map(|row| row.try_get_by_index(0).expect("a name")).collect()
    }

    fn program(&self, url: &str, arguments: &[&str]) -> Command {
        let mut program = Command::new(env!("CARGO_BIN_EXE_deskgraph"));
        program.current_dir(self.directory.path()).args(arguments).stdin(Stdio::null());
        program.env("DESKGRAPH_DATABASE__URL", url).env("DESKGRAPH_HTTP__LISTEN", "127.0.0.1:0");
        program
    }

    /// Whether a command went well, and what it printed.
    fn run(&self, arguments: &[&str]) -> (bool, String) {
        told(self.program(&self.url, arguments).output().expect("the program runs"))
    }

    async fn remove(self) {
        self.connection.close().await.expect("the connection closes");
        if let Some((address, name)) = self.place {
            on_server(&address, &[&format!("DROP DATABASE {name}")]).await;
        }
    }
}

fn told(output: Output) -> (bool, String) {
    let text = String::from_utf8([output.stdout, output.stderr].concat()).expect("text");
    (output.status.success(), text)
}

async fn on_server(address: &str, statements: &[&str]) {
    let database = if address.starts_with("mysql") { "mysql" } else { "postgres" };
    let server = open(&format!("{address}/{database}"), 1).await;
    for sql in statements {
        execute(&server, sql).await;
    }
    server.close().await.expect("the connection closes");
}

fn own() -> BTreeSet<String> {
    own_table_names().into_iter().chain([OWN_MIGRATION_TABLE]).map(str::to_owned).collect()
}

const NOTHING_WRITTEN: &str = "nothing written until `deskgraph migrate` was run";

#[tokio::test]
async fn beside_another_product_only_our_own_tables_are_added() {
    let desk = Desk::otobo().await;
    let (theirs, layout) = (desk.tables().await, desk.layout().await);
    assert_eq!((layout.product, layout.has_own_tables), (Product::Otobo11, false));

    let (is_fine, text) = desk.run(&["migrate", "--status"]);
    assert!(is_fine && text.starts_with("OTOBO 11: its tables are left alone. 2 steps would add our own: "), "{text}");
    let (is_fine, text) = desk.run(&["check"]);
    assert!(is_fine && text.contains(NOTHING_WRITTEN), "{text}");
    assert_eq!(desk.tables().await, theirs);

    let (is_fine, text) = desk.run(&["migrate"]);
    let done = "OTOBO 11: its tables are left alone. Our own are up to date: 2 steps were done.\n";
    assert_eq!((is_fine, text.as_str()), (true, done));
    assert_eq!(desk.tables().await, theirs.union(&own()).cloned().collect());
    let after = desk.layout().await;
    assert_eq!((after.product, after.has_own_tables), (Product::Otobo11, true));

    let (is_fine, text) = desk.run(&["migrate"]);
    assert!(is_fine && text.ends_with("0 steps were done.\n"), "{text}");
    let (is_fine, text) = desk.run(&["migrate", "--status"]);
    assert!(is_fine && text.ends_with("0 steps would be done.\n"), "{text}");
    let (is_fine, text) = desk.run(&["check"]);
    assert!(is_fine && text.contains("changes can be written") && !text.contains(NOTHING_WRITTEN), "{text}");
    desk.remove().await;
}

#[tokio::test]
async fn two_at_once_leave_the_tables_as_one_would() {
    let desk = Desk::otobo().await;
    let start = || {
        let mut program = desk.program(&desk.url, &["migrate"]);
        program.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program runs")
    };
    let running = [start(), start(), start()];
    let told = running.map(|program| told(program.wait_with_output().expect("the program ends")));
    assert!(told.iter().any(|(is_fine, text)| *is_fine && text.contains("2 steps were done")), "{told:?}");
    assert!(told.iter().all(|(_, text)| text.lines().count() == 1), "{told:?}");
    assert!(desk.layout().await.has_own_tables);
    let (is_fine, text) = desk.run(&["migrate"]);
    assert!(is_fine && text.contains("0 steps were done"), "{text}");
    desk.remove().await;
}

#[tokio::test]
async fn a_user_who_may_not_is_told_what_to_grant_and_that_is_enough() {
    let desk = Desk::otobo().await;
    // SQLite knows no users.
    let Some((address, name)) = desk.place.clone() else { return desk.remove().await };
    let (user, is_mysql) = (format!("dg{}", &name[name.len() - 20..]), address.starts_with("mysql"));
    let (make, remove) = if is_mysql {
        let make = vec![
            format!("CREATE USER '{user}'@'%' IDENTIFIED BY 'x'"),
            format!("CREATE USER '{user}'@'localhost' IDENTIFIED BY 'x'"),
            format!("GRANT SELECT ON {name}.* TO '{user}'@'%'"),
            format!("GRANT SELECT ON {name}.* TO '{user}'@'localhost'"),
        ];
        (make, format!("DROP USER '{user}'@'%', '{user}'@'localhost'"))
    } else {
        (vec![format!("CREATE ROLE {user} LOGIN PASSWORD 'x'")], format!("DROP ROLE {user}"))
    };
    on_server(&address, &make.iter().map(String::as_str).collect::<Vec<_>>()).await;
    if !is_mysql {
        desk.execute(&format!("GRANT SELECT ON ALL TABLES IN SCHEMA public TO {user}")).await;
    }
    let url = desk.url.replace("://root@", &format!("://{user}:x@"));
    let run = |arguments: &[&str]| told(desk.program(&url, arguments).output().expect("the program runs"));

    let (is_fine, text) = run(&["migrate", "--status"]);
    assert!(is_fine && text.contains("2 steps would add our own"), "{text}");
    let (is_fine, text) = run(&["migrate"]);
    assert!(!is_fine && text.lines().count() == 1, "{text}");
    let grant =
        text.find("GRANT").and_then(|at| text[at..].split(", then ").next()).unwrap_or_else(|| panic!("{text}"));
    desk.execute(grant).await;
    let (is_fine, text) = run(&["migrate"]);
    assert!(is_fine && text.contains("2 steps were done"), "{text}");
    assert!(desk.layout().await.has_own_tables);
    desk.remove().await;
    on_server(&address, &[&remove]).await;
}

#[tokio::test]
async fn what_a_broken_off_attempt_left_is_named() {
    let desk = Desk::otobo().await;
    desk.execute("CREATE TABLE deskgraph_lock (id INTEGER)").await;
    let (is_fine, text) = desk.run(&["migrate"]);
    assert!(!is_fine && text.contains("was broken off and left `deskgraph_lock`: drop them"), "{text}");
    desk.execute("DROP TABLE deskgraph_lock").await;
    assert!(desk.run(&["migrate"]).0);
    desk.remove().await;
}

#[tokio::test]
async fn native_tables_of_an_earlier_version_wait_for_migrate() {
    let desk = Desk::native().await;
    for table in own_table_names() {
        desk.execute(&format!("DROP TABLE {table}")).await;
    }
    desk.execute("DELETE FROM deskgraph_migration WHERE version LIKE '%_own' OR version LIKE '%_attempt'").await;
    let behind = "the tables are those of an earlier version, 2 steps behind: run `deskgraph migrate`";
    let (is_fine, text) = desk.run(&["serve"]);
    let said = text.lines().last().unwrap_or_default();
    assert!(!is_fine && said.starts_with("deskgraph: ") && said.contains(behind), "{text}");
    let (is_fine, text) = desk.run(&["check"]);
    assert!(!is_fine && text.contains(behind), "{text}");
    assert!(!desk.layout().await.has_own_tables);

    let (is_fine, text) = desk.run(&["migrate", "--status"]);
    assert!(is_fine && text.contains("2 steps would be done"), "{text}");
    let (is_fine, text) = desk.run(&["migrate"]);
    assert_eq!((is_fine, text.as_str()), (true, "The tables are up to date: 2 steps were done.\n"));
    let layout = desk.layout().await;
    assert_eq!((layout.product, layout.has_own_tables), (Product::Native, true));
    assert!(desk.run(&["check"]).0);
    desk.remove().await;
}

#[tokio::test]
async fn our_own_tables_of_another_version_are_refused_beside_other_products_too() {
    let desk = Desk::otobo().await;
    assert!(desk.run(&["migrate"]).0);
    desk.execute("DROP TABLE deskgraph_attempt").await;
    desk.execute("DELETE FROM deskgraph_own_migration WHERE version LIKE '%_attempt'").await;
    for command in ["serve", "check"] {
        let (is_fine, text) = desk.run(&[command]);
        assert!(
            !is_fine && text.contains("earlier version, 1 step behind: run `deskgraph migrate`"),
            "{command}: {text}"
        );
    }
    assert!(desk.run(&["migrate"]).0 && desk.run(&["check"]).0);
    desk.execute("INSERT INTO deskgraph_own_migration (version, applied_at) VALUES ('m20991231_000001_later', 0)")
        .await;
    for command in ["serve", "check", "migrate"] {
        let (is_fine, text) = desk.run(&[command]);
        assert!(!is_fine && text.contains("made by a later version"), "{command}: {text}");
    }
    desk.remove().await;
}

#[tokio::test]
async fn what_a_broken_off_step_left_on_mariadb_is_named() {
    let desk = Desk::native().await;
    // The table is there, and its step is not noted.
    desk.execute("DELETE FROM deskgraph_migration WHERE version LIKE '%_attempt'").await;
    let (is_fine, text) = desk.run(&["migrate"]);
    let is_named = text.contains("was broken off and left `deskgraph_attempt`: drop them");
    // The others take back what was not finished, so that there it cannot come to this.
    let is_mariadb = std::env::var("TEST_DATABASE_URL").is_ok_and(|url| url.starts_with("mysql"));
    assert_eq!((is_fine, is_named), (false, is_mariadb), "{text}");
    desk.remove().await;
}

#[tokio::test]
async fn tables_of_a_later_version_are_refused() {
    let desk = Desk::native().await;
    desk.execute("INSERT INTO deskgraph_migration (version, applied_at) VALUES ('m20991231_000001_later', 0)").await;
    for command in [&["serve"][..], &["check"], &["migrate"]] {
        let (is_fine, text) = desk.run(command);
        assert!(!is_fine && text.contains("made by a later version"), "{command:?}: {text}");
    }
    desk.remove().await;
}

#[tokio::test]
async fn a_database_file_that_is_missing_is_not_made_for_its_status() {
    let directory = TempDir::new().expect("there is a directory for temporary files");
    let file: PathBuf = directory.path().join("none.db");
    let mut program = Command::new(env!("CARGO_BIN_EXE_deskgraph"));
    program.env("DESKGRAPH_DATABASE__URL", format!("sqlite://{}", file.display())).args(["migrate", "--status"]);
    let (is_fine, text) = told(program.output().expect("the program runs"));
    assert!(!is_fine && text.contains("there is no database file"), "{text}");
    assert!(!file.exists());
}

#[tokio::test]
async fn what_searches_lack_is_told_and_what_would_make_it() {
    let desk = Desk::native().await;
    let backend = desk.connection.get_database_backend();
    assert!(!desk.run(&["check"]).1.contains("would make searches faster"));
    for index in SEARCH_INDEXES.iter().filter(|index| index.is_wanted(backend)) {
        let name = index.name;
        match backend {
            DbBackend::Postgres => desk.execute(&format!("DROP INDEX {name}")).await,
            DbBackend::MySql => desk.execute(&format!("DROP INDEX {name} ON {}", index.table)).await,
            _ => {
                for event in ["insert", "update", "delete"] {
                    desk.execute(&format!("DROP TRIGGER {name}_{event}")).await;
                }
                desk.execute(&format!("DROP TABLE {name}")).await;
            }
        }
    }
    let (_, migrated) = desk.run(&["migrate"]);
    assert!(migrated.contains("Searches have no index"), "{migrated}");
    let (_, checked) = desk.run(&["check"]);
    let (_, proposed) = checked.split_once("would make searches faster").unwrap_or_else(|| panic!("{checked}"));
    let statements = proposed.lines().filter_map(|line| line.strip_prefix("           "));
    for statement in statements {
        desk.execute(statement.trim_end_matches(';')).await;
    }
    assert!(!desk.run(&["check"]).1.contains("would make searches faster"));
    assert!(!desk.run(&["migrate"]).1.contains("Searches have no index"));
    desk.remove().await;
}
