//! Databases for tests on a PostgreSQL or MariaDB server: a pool of them, made when they are needed, each put back to what the template
//! holds before a test gets it. Names begin with `dgtest_` and the time when the tests were built.

use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, Statement};

use super::database::{build, execute, fill, open};

/// How many seconds old the tests must be whose databases are removed: others may be running.
const OLD: u64 = 3600;
/// The most databases that tests use at a time.
const POOL: u32 = 64;

/// A server.
pub struct Server {
    /// Its address, without a database.
    address: String,
    is_mysql: bool,
}

/// A database that belongs to one test, until the connection ends that holds its lock.
pub struct Leased {
    address: String,
    name: String,
    _holder: DatabaseConnection,
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
    "ticket_number_counter",
    "ticket_history",
    "article",
    "article_data_mime",
    "service_customer_user",
    "dynamic_field_obj_id_name",
    "deskgraph_change",
    "deskgraph_session",
    "deskgraph_api_token",
    "deskgraph_attempt",
];

impl Server {
    /// The server at this address, whatever database that names.
    pub fn new(url: &str) -> Self {
        let (scheme, rest) = url.split_once("://").expect("TEST_DATABASE_URL is an address");
        let host = rest.split('/').next().unwrap_or(rest);
        Self { address: format!("{scheme}://{host}"), is_mysql: scheme.starts_with("mysql") || scheme == "mariadb" }
    }

    /// A database for one test: the first of the pool that no other test holds.
    pub async fn lease(&self) -> Leased {
        let server = self.open_server().await;
        self.template(&server).await;
        for number in 1..=POOL {
            let name = format!("dgtest_{}_{number}", build().1);
            if try_lock(&server, number, &name).await {
                self.make_once(&server, &name).await;
                let database = self.open_database(&name).await;
                restore(&database).await;
                database.close().await.expect("the connection can be closed");
                return Leased { address: self.address.clone(), name, _holder: server };
            }
        }
        panic!("more than {POOL} tests run at once");
    }

    async fn open_server(&self) -> DatabaseConnection {
        let database = if self.is_mysql { "mysql" } else { "postgres" };
        open(&format!("{}/{database}", self.address), 1).await
    }

    async fn open_database(&self, name: &str) -> DatabaseConnection {
        open(&format!("{}/{name}", self.address), 1).await
    }

    /// Makes the template where this build of the tests has none yet, and removes what earlier builds left.
    async fn template(&self, server: &DatabaseConnection) {
        let name = template_name();
        if exists(server, &name).await {
            return;
        }
        lock(server).await;
        if !exists(server, &name).await {
            self.remove_old(server).await;
            self.make_once(server, &name).await;
        }
        unlock(server).await;
    }

    /// Makes a filled database that says so only when it is complete: on PostgreSQL by its name, on MariaDB, which cannot rename one, by
    /// a table.
    async fn make_once(&self, server: &DatabaseConnection, name: &str) {
        if exists(server, name).await {
            return;
        }
        let template = template_name();
        if !self.is_mysql && name != template {
            return execute(server, &format!("CREATE DATABASE {name} TEMPLATE {template}")).await;
        }
        let unfinished = if self.is_mysql { name.to_owned() } else { format!("{name}_unfinished") };
        execute(server, &format!("DROP DATABASE IF EXISTS {unfinished}")).await;
        execute(server, &format!("CREATE DATABASE {unfinished}")).await;
        let database = self.open_database(&unfinished).await;
        fill(&database).await;
        if self.is_mysql {
            execute(&database, "CREATE TABLE dgtest_complete (id INT)").await;
        } else {
            execute(&database, "CREATE SCHEMA dgtest").await;
            for table in WRITTEN {
                execute(&database, &format!("CREATE TABLE dgtest.{table} AS TABLE {table}")).await;
            }
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
                drop(server.execute_unprepared(&format!("DROP DATABASE IF EXISTS {name}")).await);
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

/// Waits until no other process makes the template.
async fn lock(server: &DatabaseConnection) {
    let sql = if server.get_database_backend() == DbBackend::MySql {
        "SELECT GET_LOCK('dgtest', 300)"
    } else {
        "SELECT pg_advisory_lock(7226, 0)"
    };
    execute(server, sql).await;
}

/// Takes a database of the pool until the connection ends, unless another test has it.
async fn try_lock(server: &DatabaseConnection, number: u32, name: &str) -> bool {
    let sql = if server.get_database_backend() == DbBackend::MySql {
        format!("SELECT CAST(GET_LOCK('{name}', 0) AS SIGNED)")
    } else {
        // These locks are numbers and of the whole server: two builds of the tests share them and find the next one free.
        format!("SELECT pg_try_advisory_lock(7226, {number})::integer::bigint")
    };
    yes(server, sql).await
}

async fn unlock(server: &DatabaseConnection) {
    let sql = if server.get_database_backend() == DbBackend::MySql {
        "SELECT RELEASE_LOCK('dgtest')"
    } else {
        "SELECT pg_advisory_unlock(7226, 0)"
    };
    execute(server, sql).await;
}

/// Puts a database of the pool back to what the template holds.
async fn restore(database: &DatabaseConnection) {
    let (without_keys, kept) = if database.get_database_backend() == DbBackend::MySql {
        ("SET foreign_key_checks = 0", template_name())
    } else {
        ("SET session_replication_role = replica", "dgtest".to_owned())
    };
    execute(database, without_keys).await;
    execute(database, "START TRANSACTION").await;
    for table in WRITTEN {
        execute(database, &format!("DELETE FROM {table}")).await;
        execute(database, &format!("INSERT INTO {table} SELECT * FROM {kept}.{table}")).await;
    }
    execute(database, "COMMIT").await;
}

impl Leased {
    /// The address of the database.
    pub fn url(&self) -> String {
        format!("{}/{}", self.address, self.name)
    }
}
