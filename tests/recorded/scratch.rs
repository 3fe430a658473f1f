//! Loads the recorded databases into scratch databases, once for all tests of this program, and makes a database user for each that can read
//! and nothing else. The client programs `psql` and `mariadb` do the loading.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;

use flate2::read::GzDecoder;
use serde_json::Value;

/// Names the folder of the recordings.
const FOLDER: &str = "DESKGRAPH_RECORDED_OTOBO";

/// A recorded database, loaded.
pub struct Scratch {
    /// `postgres` or `mariadb`.
    pub name: &'static str,
    /// Its address, for a user that can only read unless it is for writing.
    pub url: String,
    /// What OTOBO answers on it.
    pub answers: Value,
    server: Server,
    database: String,
    /// Waits for the end of this program, however it ends, and then drops the database.
    _cleaner: Child,
}

/// Where a scratch database is made.
#[derive(Clone)]
struct Server {
    is_postgres: bool,
    /// User, with `:` and password if it has one.
    account: String,
    host: String,
    port: String,
}

/// The loaded databases; empty, with a line that says so, where there are no recordings.
pub fn all() -> &'static [Scratch] {
    static LOADED: OnceLock<Vec<Scratch>> = OnceLock::new();
    LOADED.get_or_init(|| {
        let Some(folder) = variable(FOLDER).map(PathBuf::from) else {
            return Vec::new();
        };
        both(&folder, Purpose::Read)
    })
}

/// The same loaded once more, for tests that write: nobody else sees what they do.
pub fn writable() -> &'static [Scratch] {
    static LOADED: OnceLock<Vec<Scratch>> = OnceLock::new();
    LOADED.get_or_init(|| match variable(FOLDER).map(PathBuf::from) {
        Some(folder) => both(&folder, Purpose::Write),
        None => Vec::new(),
    })
}

/// What a database is for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Purpose {
    /// Only for reading, by a user who may do nothing else.
    Read,
    /// Also for writing.
    Write,
}

fn both(folder: &Path, purpose: Purpose) -> Vec<Scratch> {
    [
        ("postgres", "DESKGRAPH_RECORDED_POSTGRES", "postgres://root@127.0.0.1:5432/postgres"),
        ("mariadb", "DESKGRAPH_RECORDED_MARIADB", "mysql://root@127.0.0.1:3306/"),
    ]
    .into_iter()
    .map(|(name, variable, default)| load(folder, purpose, name, variable, default))
    .collect()
}

/// Prints why a test does nothing.
pub fn say_skipped() {
    println!("skipped: {FOLDER} does not name the folder of the recorded OTOBO databases");
}

fn load(folder: &Path, purpose: Purpose, name: &'static str, variable: &str, default: &str) -> Scratch {
    let server = Server::parse(&self::variable(variable).unwrap_or_else(|| default.to_owned()));
    let ending = if purpose == Purpose::Write { "_write" } else { "" };
    let database = format!("deskgraph_recorded_{}{ending}", std::process::id());
    let answers = unpack(&folder.join(format!("answers-{name}.json.gz")));
    let cleaner = server.clean_up_later(&database);
    server.create(&database);
    server.feed(&database, &unpack(&folder.join(format!("{name}.sql.gz"))));
    if purpose == Purpose::Read {
        server.add_reader(&database);
    }
    let url = if purpose == Purpose::Read { server.reader_url(&database) } else { server.url(&database) };
    Scratch {
        name,
        url,
        answers: serde_json::from_str(&answers).expect("answers are JSON"),
        server,
        database,
        _cleaner: cleaner,
    }
}

/// A variable of the environment; one that is empty is none.
#[expect(clippy::disallowed_methods, reason = "tells where the recordings and the servers are")]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

fn unpack(file: &Path) -> String {
    let mut text = String::new();
    let opened = File::open(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    GzDecoder::new(opened).read_to_string(&mut text).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    text
}

impl Scratch {
    /// The rows of a select of one column, read by the client program and not by us.
    pub fn column(&self, select: &str) -> Vec<String> {
        self.server.run(&self.database, select).lines().map(str::to_owned).collect()
    }

    /// Runs a statement by the client program.
    pub fn execute(&self, statement: &str) {
        self.server.run(&self.database, statement);
    }

    /// Whether it is PostgreSQL, which tells `a` from `A`.
    pub fn is_postgres(&self) -> bool {
        self.server.is_postgres
    }
}

impl Server {
    fn parse(url: &str) -> Self {
        let (scheme, rest) = url.split_once("://").expect("an address");
        let place = rest.split(['/', '?']).next().unwrap_or_default();
        let (account, place) = place.rsplit_once('@').expect("a user in the address");
        let is_postgres = scheme.starts_with("postgres");
        let (host, port) = place.split_once(':').unwrap_or((place, if is_postgres { "5432" } else { "3306" }));
        Self { is_postgres, account: account.to_owned(), host: host.to_owned(), port: port.to_owned() }
    }

    /// The client, connected with a database; an empty name stands for none.
    fn client(&self, database: &str) -> Command {
        let (user, password) = self.account.split_once(':').unwrap_or((&self.account, ""));
        if self.is_postgres {
            let database = if database.is_empty() { "postgres" } else { database };
            let mut psql = Command::new("psql");
            psql.env("PGPASSWORD", password).env("PGOPTIONS", "-c client_min_messages=warning");
            psql.args(["-h", &self.host, "-p", &self.port, "-U", user, "-d", database]);
            psql.args(["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1"]);
            return psql;
        }
        let mut mariadb = Command::new("mariadb");
        mariadb.env("MYSQL_PWD", password);
        mariadb.args([
            "-h",
            &self.host,
            "-P",
            &self.port,
            "-u",
            user,
            "-N",
            "-B",
            "-r",
            "--default-character-set=utf8mb4",
        ]);
        mariadb.args(Some(database).filter(|name| !name.is_empty()));
        mariadb
    }

    fn run(&self, database: &str, sql: &str) -> String {
        let mut client = self.client(database);
        client.args([if self.is_postgres { "-c" } else { "-e" }, sql]);
        let output = client.output().unwrap_or_else(|error| panic!("{client:?}: {error}"));
        assert!(output.status.success(), "{sql}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("text")
    }

    fn feed(&self, database: &str, script: &str) {
        let mut client = self.client(database);
        client.stdin(Stdio::piped()).stdout(Stdio::null());
        let mut child = client.spawn().unwrap_or_else(|error| panic!("{client:?}: {error}"));
        let mut input = child.stdin.take().expect("a pipe");
        std::io::Write::write_all(&mut input, script.as_bytes()).expect("the client reads the dump");
        drop(input);
        assert!(child.wait().expect("the client ends").success(), "the dump could not be loaded into {database}");
    }

    fn create(&self, database: &str) {
        let options = if self.is_postgres {
            "ENCODING 'UTF8' TEMPLATE template0"
        } else {
            "CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci"
        };
        self.run("", &format!("CREATE DATABASE {database} {options}"));
    }

    /// Makes a user of the database's name who may SELECT, and nothing else.
    fn add_reader(&self, database: &str) {
        if self.is_postgres {
            self.run("", &format!("CREATE ROLE {database} LOGIN PASSWORD '{database}'"));
            self.run(database, &format!("GRANT SELECT ON ALL TABLES IN SCHEMA public TO {database}"));
            return;
        }
        // The second, because a nameless user of `localhost` would win over the first.
        for host in ["%", "localhost"] {
            self.run("", &format!("CREATE USER '{database}'@'{host}' IDENTIFIED BY '{database}'"));
            self.run("", &format!("GRANT SELECT ON {database}.* TO '{database}'@'{host}'"));
        }
    }

    fn url(&self, database: &str) -> String {
        let scheme = if self.is_postgres { "postgres" } else { "mysql" };
        format!("{scheme}://{}@{}:{}/{database}", self.account, self.host, self.port)
    }

    fn reader_url(&self, database: &str) -> String {
        let scheme = if self.is_postgres { "postgres" } else { "mysql" };
        format!("{scheme}://{database}:{database}@{}:{}/{database}", self.host, self.port)
    }

    /// A process that drops everything once its input ends, which it does when this program is gone.
    fn clean_up_later(&self, database: &str) -> Child {
        let mut client = self.client("");
        let statements = if self.is_postgres {
            vec![format!("DROP DATABASE IF EXISTS {database} WITH (FORCE)"), format!("DROP ROLE IF EXISTS {database}")]
        } else {
            vec![
                format!("DROP DATABASE IF EXISTS {database}"),
                format!("DROP USER IF EXISTS '{database}'@'%', '{database}'@'localhost'"),
            ]
        };
        for statement in &statements {
            if self.is_postgres {
                client.args(["-c", statement]);
            }
        }
        if !self.is_postgres {
            client.args(["-e", &statements.join("; ")]);
        }
        let mut waiting = Command::new("sh");
        waiting.args(["-c", "cat >/dev/null; exec \"$@\"", "sh"]).arg(client.get_program()).args(client.get_args());
        for (name, value) in client.get_envs() {
            waiting.env(name, value.unwrap_or_default());
        }
        waiting.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        waiting.spawn().unwrap_or_else(|error| panic!("{waiting:?}: {error}"))
    }
}
