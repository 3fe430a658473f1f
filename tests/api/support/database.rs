//! A database for each test, cheaply. Tables and cast are made once for each build of the tests and kept as a template. SQLite copies a
//! file; on a server, databases are used again, see `server`.
//!
//! `TEST_DATABASE_URL` names a server, such as `postgres://root@127.0.0.1/` or `mysql://root@127.0.0.1/`, whose user may do everything;
//! without it SQLite is used. What stays behind is removed by the first test of a later build.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::{Duration, UNIX_EPOCH};

use deskgraph::store::connection::Connect;
use deskgraph::store::layout::{Found, Layout, detect};
use deskgraph::store::lines::Lines;
use migration::{Migrator, MigratorTrait};
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend};
use tempfile::TempDir;
use tokio::sync::OnceCell;

use super::cast;
use super::server::{Leased, Server};

/// A database with the cast, for one test.
pub struct TestDatabase {
    /// Its pool.
    pub connection: DatabaseConnection,
    url: String,
    layout: OnceCell<Layout>,
    // What is given back when the test ends, behind the pool.
    _place: Place,
}

enum Place {
    File { _directory: TempDir },
    Server { _leased: Leased },
}

impl TestDatabase {
    /// A fresh one with a pool of this many connections.
    pub async fn new(connections: u32) -> Self {
        let (url, place) = match std::env::var("TEST_DATABASE_URL") {
            Ok(url) if !url.is_empty() && !url.starts_with("sqlite:") => {
                let leased = Server::new(&url).lease().await;
                (leased.url(), Place::Server { _leased: leased })
            }
            _ => {
                let directory = TempDir::new().expect("there is a directory for temporary files");
                let file = directory.path().join("test.db");
                std::fs::copy(sqlite_template().await, &file).expect("the template can be copied");
                (sqlite_url(&file), Place::File { _directory: directory })
            }
        };
        Self { connection: open(&url, connections).await, url, layout: OnceCell::new(), _place: place }
    }

    /// Another pool over the same database, which must not be used longer than this one.
    pub async fn another_pool(&self) -> DatabaseConnection {
        open(&self.url, 3).await
    }

    /// Connections for reading, as the product opens them.
    pub async fn lines(&self) -> Option<Lines> {
        let connect =
            Connect { url: &self.url, max_connections: 6, timeout: Duration::from_secs(30), statement_limit: None };
        connect.open_lines(&self.connection).await
    }

    /// The table layout.
    pub async fn layout(&self) -> Layout {
        self.layout.get_or_init(async || layout_of(&self.connection).await).await.clone()
    }
}

async fn layout_of(connection: &DatabaseConnection) -> Layout {
    match detect(connection).await.expect("the layout is known") {
        Found::Known(layout) => layout,
        Found::Empty => panic!("the template is empty"),
    }
}

/// A pool as the product opens it.
pub async fn open(url: &str, max_connections: u32) -> DatabaseConnection {
    let connect = Connect { url, max_connections, timeout: Duration::from_secs(30), statement_limit: None };
    connect.open().await.unwrap_or_else(|error| panic!("{url}: {error}"))
}

/// Runs a statement, which must succeed.
pub async fn execute(connection: &DatabaseConnection, sql: &str) {
    if let Err(error) = connection.execute_unprepared(sql).await {
        panic!("{sql}: {error}");
    }
}

/// Makes tables and cast.
pub async fn fill(connection: &DatabaseConnection) {
    Migrator::up(connection, None).await.expect("the tables can be made");
    cast::write(connection).await;
    if connection.get_database_backend() == DbBackend::Sqlite {
        // The template is copied as one file, so nothing may be left in the log beside it.
        execute(connection, "PRAGMA wal_checkpoint(TRUNCATE)").await;
    }
}

/// A name for this build of the tests, which begins with the time when it was built.
pub fn build() -> (u64, String) {
    let program = std::env::current_exe().expect("the test knows its own file");
    let about = std::fs::metadata(&program).expect("the file of the test is there");
    let time = about.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok()).unwrap_or_default();
    (time.as_secs(), format!("{}_{:08x}{:x}", time.as_secs(), time.subsec_nanos(), about.len()))
}

fn sqlite_url(file: &Path) -> String {
    format!("sqlite://{}", file.display())
}

/// The file with tables and cast, made by the first test of this build.
async fn sqlite_template() -> PathBuf {
    let file = std::env::temp_dir().join(format!("dgtest_{}.db", build().1));
    if file.exists() {
        return file;
    }
    // Other processes may be about to make it too.
    let lock = file.with_extension("lock");
    let lock = tokio::task::spawn_blocking(move || {
        let lock = File::create(lock).expect("the lock can be made");
        lock.lock().expect("the lock can be had");
        lock
    });
    let _lock = lock.await.expect("the lock can be had");
    if !file.exists() {
        let unfinished = file.with_extension("unfinished");
        drop(std::fs::remove_file(&unfinished));
        let connection = open(&sqlite_url(&unfinished), 1).await;
        fill(&connection).await;
        connection.close().await.expect("the template can be closed");
        std::fs::rename(&unfinished, &file).expect("the template can be named");
        remove_old_files(&file);
    }
    file
}

/// Removes the templates of earlier builds.
fn remove_old_files(current: &Path) {
    let keep = current.file_stem().expect("the template has a name");
    let Ok(files) = std::fs::read_dir(std::env::temp_dir()) else { return };
    for path in files.flatten().map(|file| file.path()) {
        let is_ours = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("dgtest_"));
        let is_old = path
            .metadata()
            .and_then(|about| about.modified())
            .is_ok_and(|time| time.elapsed().is_ok_and(|age| age > Duration::from_secs(3600)));
        if is_ours && is_old && path.file_stem() != Some(keep) {
            drop(std::fs::remove_file(path));
        }
    }
}
