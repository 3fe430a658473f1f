//! Why a database cannot be opened, and what to do about it.

use std::fmt;
use std::net::{TcpStream, ToSocketAddrs};
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use sea_orm::sqlx::mysql::{MySqlConnectOptions, MySqlDatabaseError};
use sea_orm::sqlx::postgres::PgConnectOptions;
use sea_orm::{DbErr, RuntimeErr};

use crate::config::{DatabaseConfig, DatabaseKind};
use crate::store::connection::{is_address_refused, sqlite_file};

/// The database cannot be opened.
#[derive(Debug)]
pub struct Unreachable {
    /// What was found.
    pub what: String,
    /// What to do.
    pub todo: String,
}

impl fmt::Display for Unreachable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}; {}", self.what, self.todo)
    }
}

impl std::error::Error for Unreachable {}

/// What is known of a database server from its address; never a password.
struct Place {
    server: &'static str,
    host: String,
    port: u16,
    socket: Option<PathBuf>,
    user: String,
    database: Option<String>,
}

impl Place {
    fn new(config: &DatabaseConfig) -> Option<Self> {
        let url = config.url.expose();
        match config.url.kind() {
            DatabaseKind::Sqlite => None,
            DatabaseKind::Postgres => PgConnectOptions::from_str(url).ok().map(|options| Self {
                server: "PostgreSQL",
                host: options.get_host().to_owned(),
                port: options.get_port(),
                socket: options.get_socket().cloned(),
                user: options.get_username().to_owned(),
                database: options.get_database().map(str::to_owned),
            }),
            // The driver knows one name of the scheme only.
            DatabaseKind::Mysql => {
                MySqlConnectOptions::from_str(&url.replacen("mariadb:", "mysql:", 1)).ok().map(|options| Self {
                    server: "MariaDB",
                    host: options.get_host().to_owned(),
                    port: options.get_port(),
                    socket: options.get_socket().cloned(),
                    user: options.get_username().to_owned(),
                    database: options.get_database().map(str::to_owned),
                })
            }
        }
    }

    fn shown(&self) -> String {
        match &self.socket {
            Some(socket) => format!("the socket {}", socket.display()),
            None => format!("{}:{}", self.host, self.port),
        }
    }

    /// Tries to connect without saying anything: what the system has against it.
    fn refusal(&self, timeout: Duration) -> Option<std::io::Error> {
        if self.socket.is_some() {
            return None;
        }
        let addresses = match (self.host.trim_matches(['[', ']']), self.port).to_socket_addrs() {
            Ok(addresses) => addresses,
            Err(error) => return Some(error),
        };
        let mut last = None;
        for address in addresses {
            match TcpStream::connect_timeout(&address, timeout) {
                Ok(_) => return None,
                Err(error) => last = Some(error),
            }
        }
        last
    }
}

/// Tells why the configured database cannot be opened.
pub fn explain(config: &DatabaseConfig, error: &DbErr) -> Unreachable {
    let (reason, todo) = match (Place::new(config), cause(error)) {
        _ if is_address_refused(error) => (
            "the address is not understood".to_owned(),
            "write it as in docs/deployment.md, with special characters of the password as %40 for @".to_owned(),
        ),
        (Some(place), Some(sqlx::Error::Database(refusal))) => refused(&place, refusal.as_ref()),
        (Some(place), _) => silent(config, &place, error),
        (None, _) => no_file(config, error),
    };
    let what = format!("the database of `database.url` ({:?}) cannot be opened: {reason}", config.url);
    Unreachable { what: one_line(&what), todo }
}

fn cause(error: &DbErr) -> Option<&sqlx::Error> {
    match error {
        DbErr::Conn(RuntimeErr::SqlxError(cause)) => Some(cause.as_ref()),
        _ => None,
    }
}

/// The server answers, and does not let this user in.
fn refused(place: &Place, refusal: &dyn sqlx::error::DatabaseError) -> (String, String) {
    let number = refusal.try_downcast_ref::<MySqlDatabaseError>().map(|refusal| refusal.number().to_string());
    let code = number.or_else(|| refusal.code().map(|code| code.into_owned())).unwrap_or_default();
    let (user, database) = (&place.user, place.database.as_deref().unwrap_or(&place.user));
    let todo = match code.as_str() {
        "3D000" | "1049" => format!(
            "create the database `{database}` there (the README has the statements), or name another one in `database.url`"
        ),
        "28000" | "28P01" | "1045" | "1698" | "1044" => {
            format!(
                "see that the user `{user}` exists there, may use `{database}` from this machine, and that the password in `database.url` is right"
            )
        }
        "53300" | "1040" | "1203" => {
            "let the database server have more connections, or lower `database.max_connections` of each server"
                .to_owned()
        }
        "57P03" => "the database server is just starting: try again in a moment".to_owned(),
        _ => format!("look at `database.url` and at the log of {}", place.server),
    };
    (format!("{} at {} says: {}", place.server, place.shown(), refusal.message()), todo)
}

/// No answer that makes sense.
fn silent(config: &DatabaseConfig, place: &Place, error: &DbErr) -> (String, String) {
    let (server, shown) = (place.server, place.shown());
    match place.refusal(config.connect_timeout) {
        Some(refusal) => {
            let todo = format!(
                "see that {server} runs there and listens to this machine, and that host and port in `database.url` are right"
            );
            (format!("nothing answers at {shown} ({refusal})"), todo)
        }
        None if matches!(cause(error), Some(sqlx::Error::PoolTimedOut)) => {
            let reason = format!("{shown} takes connections, but let nobody in within `database.connect_timeout`");
            (reason, format!("see whether {server} is overloaded, or raise `database.connect_timeout`"))
        }
        None => {
            let reason = cause(error).map_or_else(|| error.to_string(), ToString::to_string);
            (
                format!("{shown} does not answer as {server} does ({reason})"),
                "see that host and port in `database.url` are those of the database".to_owned(),
            )
        }
    }
}

fn no_file(config: &DatabaseConfig, error: &DbErr) -> (String, String) {
    let reason = cause(error).map_or_else(|| error.to_string(), ToString::to_string);
    let file = sqlite_file(config.url.expose()).map(|file| file.display().to_string()).unwrap_or_default();
    let todo =
        match cause(error).and_then(|cause| cause.as_database_error()).and_then(|refusal| refusal.code()).as_deref() {
            Some("26") => {
                format!("{file} is something else than a database of SQLite: name another file in `database.url`")
            }
            Some("14") => {
                format!("see that {file} and its folder are there, and that this user may read and write them")
            }
            _ => format!(
                "see that this user may read and write {file} and its folder, or name another file in `database.url`"
            ),
        };
    (reason, todo)
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
