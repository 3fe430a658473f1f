//! Databases for tests on a PostgreSQL or MariaDB server. Names begin with `dgtest_` and the time when the tests were built.

use std::sync::atomic::{AtomicU32, Ordering};

use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, Statement};

use super::database::{build, execute, fill, open};

/// How many seconds old the tests must be whose databases are removed: others may be running.
const OLD: u64 = 3600;
/// The most databases that tests on MariaDB use at a time.
const POOL: u32 = 64;

/// A server.
pub struct Server {
    /// Its address, without a database.
    address: String,
    is_mysql: bool,
}

/// A database that belongs to one test.
pub struct Leased {
    address: String,
    name: String,
    kept: Kept,
}

/// What happens to a database behind its test.
enum Kept {
    /// It is dropped.
    No,
    /// It goes back to the pool, with this connection, which holds its lock.
    InPool { _holder: DatabaseConnection },
}

/// The tables that the builders and the product write to, parents first.
const WRITTEN: &[&str] = &[
    "users",
    "user_preferences",
    "groups_table",
    "group_user",
    "roles",
    "role_user",
    "group_role",
    "group_customer_user",
    "group_customer",
    "queue",
    "service",
    "sla",
    "customer_company",
    "customer_user",
    "customer_preferences",
    "customer_user_customer",
    "ticket_state",
    "ticket_priority",
    "ticket",
    "ticket_history",
    "article",
    "article_data_mime",
];

impl Server {
    /// The server at this address, whatever database that names.
    pub fn new(url: &str) -> Self {
        let (scheme, rest) = url.split_once("://").expect("TEST_DATABASE_URL is an address");
        let host = rest.split('/').next().unwrap_or(rest);
        Self { address: format!("{scheme}://{host}"), is_mysql: scheme.starts_with("mysql") || scheme == "mariadb" }
    }

    /// A database for one test.
    pub async fn lease(&self) -> Leased {
        let server = self.open_server().await;
        self.template(&server).await;
        if self.is_mysql { self.lease_from_pool(server).await } else { self.lease_copy(server).await }
    }

    async fn open_server(&self) -> DatabaseConnection {
        let database = if self.is_mysql { "mysql" } else { "postgres" };
        open(&format!("{}/{database}", self.address), 1).await
    }

    async fn open_database(&self, name: &str) -> DatabaseConnection {
        open(&format!("{}/{name}", self.address), 1).await
    }

    fn leased(&self, name: String, kept: Kept) -> Leased {
        Leased { address: self.address.clone(), name, kept }
    }

    /// PostgreSQL: a copy of the template, for this test alone.
    async fn lease_copy(&self, server: DatabaseConnection) -> Leased {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("dgtest_{}_{}_{number}", build().1, std::process::id());
        execute(&server, &format!("CREATE DATABASE {name} TEMPLATE {}", template_name())).await;
        server.close().await.expect("the connection can be closed");
        self.leased(name, Kept::No)
    }

    /// MariaDB: the first database of the pool that no other test holds, put back to the template.
    async fn lease_from_pool(&self, server: DatabaseConnection) -> Leased {
        for number in 0..POOL {
            let name = format!("dgtest_{}_{number}", build().1);
            if lock(&server, &name, 0).await {
                self.make_once(&server, &name).await;
                let database = self.open_database(&name).await;
                restore(&database).await;
                database.close().await.expect("the connection can be closed");
                return self.leased(name, Kept::InPool { _holder: server });
            }
        }
        panic!("more than {POOL} tests run at once");
    }

    /// Makes the template where this build of the tests has none yet, and removes those of earlier builds.
    async fn template(&self, server: &DatabaseConnection) {
        let name = template_name();
        if exists(server, &name).await {
            return;
        }
        let locked = lock(server, "dgtest", 300).await;
        assert!(locked, "another process has been making the template for five minutes");
        if !exists(server, &name).await {
            self.remove_old(server).await;
            self.make_once(server, &name).await;
        }
        unlock(server).await;
    }

    /// Makes a filled database under a name that says so only when it is complete. MariaDB cannot rename one: there a marker tells.
    async fn make_once(&self, server: &DatabaseConnection, name: &str) {
        if exists(server, name).await {
            return;
        }
        let unfinished = if self.is_mysql { name.to_owned() } else { format!("{name}_unfinished") };
        execute(server, &format!("DROP DATABASE IF EXISTS {unfinished}")).await;
        execute(server, &format!("CREATE DATABASE {unfinished}")).await;
        let database = self.open_database(&unfinished).await;
        fill(&database).await;
        if self.is_mysql {
            execute(&database, "CREATE TABLE dgtest_complete (id INT)").await;
        }
        database.close().await.expect("the connection can be closed");
        if !self.is_mysql {
            execute(server, &format!("ALTER DATABASE {unfinished} RENAME TO {name}")).await;
        }
    }

    async fn remove_old(&self, server: &DatabaseConnection) {
        let sql = if self.is_mysql {
            "SELECT CAST(schema_name AS CHAR) FROM information_schema.schemata WHERE schema_name LIKE 'dgtest\\_%'"
        } else {
            "SELECT datname::text FROM pg_database WHERE datname LIKE 'dgtest\\_%'"
        };
        let rows = server.query_all_raw(Statement::from_string(server.get_database_backend(), sql)).await;
        for row in rows.expect("the databases can be listed") {
            let name: String = row.try_get_by_index(0).expect("a name");
            let built: Option<u64> = name.split('_').nth(1).and_then(|time| time.parse().ok());
            if built.is_some_and(|built| built + OLD < build().0) {
                // Another process may remove it too.
                drop(server.execute_unprepared(&drop_statement(self.is_mysql, &name)).await);
            }
        }
    }
}

fn template_name() -> String {
    format!("dgtest_{}_template", build().1)
}

async fn yes(server: &DatabaseConnection, sql: String) -> bool {
    let row = server.query_one_raw(Statement::from_string(server.get_database_backend(), sql)).await;
    let row = row.expect("the server answers").expect("there is a row");
    row.try_get_by_index::<Option<i64>>(0).expect("a number") == Some(1)
}

/// Whether there is a complete database of this name.
async fn exists(server: &DatabaseConnection, name: &str) -> bool {
    let sql = if server.get_database_backend() == DbBackend::MySql {
        format!(
            "SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = '{name}' AND table_name = 'dgtest_complete'"
        )
    } else {
        format!("SELECT COUNT(*) FROM pg_database WHERE datname = '{name}'")
    };
    yes(server, sql).await
}

/// Locks a name on the server until the connection ends.
async fn lock(server: &DatabaseConnection, name: &str, seconds: u32) -> bool {
    if server.get_database_backend() == DbBackend::MySql {
        return yes(server, format!("SELECT CAST(GET_LOCK('{name}', {seconds}) AS SIGNED)")).await;
    }
    execute(server, "SELECT pg_advisory_lock(7226)").await;
    true
}

async fn unlock(server: &DatabaseConnection) {
    let sql = if server.get_database_backend() == DbBackend::MySql {
        "SELECT RELEASE_LOCK('dgtest')"
    } else {
        "SELECT pg_advisory_unlock(7226)"
    };
    execute(server, sql).await;
}

/// Puts a database of the pool back to what the template holds.
async fn restore(database: &DatabaseConnection) {
    execute(database, "SET foreign_key_checks = 0").await;
    execute(database, "START TRANSACTION").await;
    let template = template_name();
    for table in WRITTEN {
        execute(database, &format!("DELETE FROM {table}")).await;
        execute(database, &format!("INSERT INTO {table} SELECT * FROM {template}.{table}")).await;
    }
    execute(database, "COMMIT").await;
}

fn drop_statement(is_mysql: bool, name: &str) -> String {
    let force = if is_mysql { "" } else { " WITH (FORCE)" };
    format!("DROP DATABASE IF EXISTS {name}{force}")
}

impl Leased {
    /// The address of the database.
    pub fn url(&self) -> String {
        format!("{}/{}", self.address, self.name)
    }
}

impl Drop for Leased {
    fn drop(&mut self) {
        if matches!(self.kept, Kept::InPool { .. }) {
            return;
        }
        let (address, name) = (self.address.clone(), self.name.clone());
        // Dropping cannot wait, and the test's own runtime is about to end.
        let dropper = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.expect("a runtime can be made").block_on(async {
                let server = open(&format!("{address}/postgres"), 1).await;
                drop(server.execute_unprepared(&drop_statement(false, &name)).await);
            });
        });
        drop(dropper.join());
    }
}
