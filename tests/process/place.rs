//! A fresh database, which goes when the test ends, and a folder for the files of the server.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use deskgraph::store::connection::Connect;
use sea_orm::{ConnectionTrait, DatabaseConnection};
use tempfile::TempDir;

/// Numbers the databases of this process.
static NEXT: AtomicU32 = AtomicU32::new(0);

/// A database of one test.
pub struct Place {
    /// Its address.
    pub url: String,
    /// Where the server runs.
    pub folder: TempDir,
    /// The address of the database server without a database, and the name of ours; `None` for a file.
    on_server: Option<(String, String)>,
}

impl Place {
    /// A SQLite file.
    pub fn file() -> Self {
        let folder = TempDir::new().expect("there is a folder for temporary files");
        Self { url: format!("sqlite://{}", folder.path().join("test.db").display()), folder, on_server: None }
    }

    /// A database on the server that `TEST_DATABASE_URL` names; `None` where it names none.
    pub async fn on_server() -> Option<Self> {
        let url =
            std::env::var("TEST_DATABASE_URL").ok().filter(|url| !url.is_empty() && !url.starts_with("sqlite:"))?;
        let (scheme, rest) = url.split_once("://").expect("TEST_DATABASE_URL is an address");
        let address = format!("{scheme}://{}", rest.split('/').next().unwrap_or(rest));
        let name = format!("dgprocess_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        run_on(&address, &format!("CREATE DATABASE {name}")).await;
        let folder = TempDir::new().expect("there is a folder for temporary files");
        Some(Self { url: format!("{address}/{name}"), folder, on_server: Some((address, name)) })
    }

    /// Writes settings for the server, beside those of its environment.
    pub fn configure(&self, settings: &str) {
        std::fs::write(self.folder.path().join("deskgraph.toml"), settings).expect("the folder can be written to");
    }

    /// A connection to the database.
    pub async fn open(&self) -> DatabaseConnection {
        open(&self.url).await
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let Some((address, name)) = self.on_server.take() else { return };
        let force = if address.starts_with("postgres") { " WITH (FORCE)" } else { "" };
        // A test that panics drops this within its runtime, where nothing can be waited for.
        let dropping = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            runtime.block_on(run_on(&address, &format!("DROP DATABASE {name}{force}")));
        });
        drop(dropping.join());
    }
}

async fn open(url: &str) -> DatabaseConnection {
    let connect = Connect { url, max_connections: 1, timeout: Duration::from_secs(30), statement_limit: None };
    connect.open().await.unwrap_or_else(|error| panic!("{url}: {error}"))
}

async fn run_on(address: &str, sql: &str) {
    let system = if address.starts_with("postgres") { "postgres" } else { "mysql" };
    let server = open(&format!("{address}/{system}")).await;
    server.execute_unprepared(sql).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
    server.close().await.expect("the connection can be closed");
}
