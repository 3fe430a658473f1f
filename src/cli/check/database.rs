//! Whether the database can be opened, and what kind of server it is.

use chrono::Utc;
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, DbErr, QueryResult, Statement};

use crate::cli::database::{missing_file, open};
use crate::cli::reach::Unreachable;
use crate::config::Config;
use crate::store::layout::{Found, LayoutError, detect};

use super::report::{Finding, Report};
use super::{missing_folder, tables};

/// How far clocks may be apart, in seconds: as far as those of two servers.
const CLOCK_LEEWAY: f64 = 30.0;
/// What PostgreSQL takes reading at random for, beside reading in order, unless it is told otherwise.
const USUAL_PAGE_COST: f64 = 4.0;
/// Why a database has to be there.
const NO_START: &str = "without its database `serve` stops with this line";

/// Opens the database, and looks at what is in it.
pub async fn check(config: &Config, report: &mut Report) {
    report.group("Database");
    if let Some(file) = missing_file(config) {
        let shown = file.display();
        return report.say(match missing_folder(file) {
            None => Finding::fine(format!("there is no database file {shown} yet: `deskgraph serve` will make it")),
            Some(folder) => {
                Finding::problem(format!("`database.url` names the file {shown}, but there is no such folder"))
                    .because("`serve` makes a missing file, but no folder for it")
                    .advising(format!(
                        "make it (`mkdir -p {}`), or name another file in `database.url`",
                        folder.display()
                    ))
            }
        });
    }
    let connection = match open(config).await {
        Ok(connection) => connection,
        Err(error) => return report.say(unreachable(&error)),
    };
    let found = detect(&connection).await;
    let is_ours = !matches!(&found, Ok(Found::Known(layout)) if !layout.is_native());
    let server = server(&connection).await;
    report.say(match &server {
        Ok(server) => Finding::fine(format!("{} answers", server.name)),
        Err(error) => Finding::note(format!("the database answers, but does not tell what it is: {error}")),
    });
    if let Some(server) = server.ok().filter(|_| found.is_ok()) {
        let findings = [server.encoding_warning(is_ours), server.clock_warning(), server.page_cost_note(is_ours)];
        findings.into_iter().flatten().for_each(|finding| report.say(finding));
    }
    match found {
        Err(error) => report.say(unusable(&error)),
        Ok(Found::Empty) => {
            report.say(Finding::fine("the database is empty: `deskgraph serve` will create the tables"));
        }
        Ok(Found::Known(layout)) => tables::check(config, connection, layout, report).await,
    }
}

fn unreachable(error: &anyhow::Error) -> Finding {
    match error.downcast_ref::<Unreachable>() {
        Some(Unreachable { what, todo }) => Finding::problem(what).because(NO_START).advising(todo),
        None => Finding::problem(crate::cli::one_line(error)).because(NO_START),
    }
}

/// Tables that we cannot work with. What to do is part of the message.
fn unusable(error: &LayoutError) -> Finding {
    Finding::problem(error.to_string()).because(match error {
        LayoutError::TooOld { .. } => "permissions and articles are kept differently there, so nothing could be answered rightly",
        LayoutError::Unknown { .. } => {
            "nothing is made or changed in a database that others have begun; the user of `database.url` may also not be allowed to see the rest"
        }
        LayoutError::Database(_) => NO_START,
    })
}

/// What a database server says of itself.
struct Server {
    /// Product and version.
    name: String,
    /// The character set, where a database has one.
    encoding: Option<String>,
    /// By how many seconds its clock is ahead of ours, where it has one.
    ahead: f64,
    /// What PostgreSQL takes reading at random for.
    page_cost: Option<f64>,
    /// The name of the database.
    database: String,
}

async fn server(connection: &DatabaseConnection) -> Result<Server, DbErr> {
    let backend = connection.get_database_backend();
    let question = match backend {
        DbBackend::Postgres => {
            "SELECT 'PostgreSQL ' || current_setting('server_version'), current_setting('server_encoding'), \
             EXTRACT(EPOCH FROM clock_timestamp())::float8, current_setting('random_page_cost')::float8, current_database()::text"
        }
        DbBackend::MySql => {
            "SELECT CONCAT('MariaDB ', SUBSTRING_INDEX(VERSION(), '-', 1)), CAST(@@character_set_database AS CHAR), CAST(UNIX_TIMESTAMP(NOW(6)) AS DOUBLE), \
             NULL, CAST(DATABASE() AS CHAR)"
        }
        _ => "SELECT 'SQLite ' || sqlite_version(), NULL, NULL, NULL, ''",
    };
    let row = connection.query_one_raw(Statement::from_string(backend, question)).await?;
    row.map_or_else(|| Err(DbErr::Custom("no row".to_owned())), |row| read(&row))
}

fn read(row: &QueryResult) -> Result<Server, DbErr> {
    let now = Utc::now().timestamp_millis() as f64 / 1000.0;
    let time: Option<f64> = row.try_get_by_index(2)?;
    Ok(Server {
        name: row.try_get_by_index(0)?,
        encoding: row.try_get_by_index(1)?,
        ahead: time.map_or(0.0, |time| time - now),
        page_cost: row.try_get_by_index(3).unwrap_or_default(),
        database: row.try_get_by_index(4)?,
    })
}

impl Server {
    /// The other products choose theirs themselves.
    fn encoding_warning(&self, is_ours: bool) -> Option<Finding> {
        let encoding =
            self.encoding.as_deref().filter(|encoding| is_ours && !["UTF8", "utf8mb4"].contains(encoding))?;
        Some(
            Finding::warning(format!("the character set of the database is {encoding}"))
                .because("names and texts with characters that it does not have cannot be stored")
                .advising("make a database with UTF8 (PostgreSQL) or utf8mb4 (MariaDB), as the README says, and name that one"),
        )
    }

    fn clock_warning(&self) -> Option<Finding> {
        let way = if self.ahead > 0.0 { "ahead of" } else { "behind" };
        (self.ahead.abs() > CLOCK_LEEWAY).then(|| {
            Finding::warning(format!("the clock of the database server is {:.0} seconds {way} that of this machine", self.ahead.abs()))
                .because("one of them is wrong; Deskgraph goes by this machine's for sessions, escalations and the times that it stores")
                .advising("let both machines keep their time by NTP")
        })
    }

    fn page_cost_note(&self, is_ours: bool) -> Option<Finding> {
        self.page_cost.filter(|cost| *cost >= USUAL_PAGE_COST)?;
        let todo = match is_ours {
            true => format!("on solid-state disks say `ALTER DATABASE \"{}\" SET random_page_cost = 1.1;` and start the server again", self.database),
            false => "on solid-state disks add `?options[random_page_cost]=1.1` to `database.url`, which counts for Deskgraph alone".to_owned(),
        };
        Some(
            Finding::note("PostgreSQL plans for rotating disks: `random_page_cost` is 4")
                .because("it then reads whole tables where an index would be many times faster")
                .advising(todo),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn server(change: impl FnOnce(&mut Server)) -> Server {
        let mut server = Server {
            name: "PostgreSQL 15".to_owned(),
            encoding: Some("UTF8".to_owned()),
            ahead: 0.5,
            page_cost: Some(1.1),
            database: "desk".to_owned(),
        };
        change(&mut server);
        server
    }

    fn told(finding: Option<Finding>) -> String {
        finding.map(|finding| finding.to_string()).unwrap_or_default()
    }

    #[test]
    fn clocks_that_are_apart_are_told() {
        assert_eq!(told(server(|_| ()).clock_warning()), "");
        assert!(told(server(|server| server.ahead = 95.2).clock_warning()).contains("is 95 seconds ahead of"));
        assert!(told(server(|server| server.ahead = -31.0).clock_warning()).contains("is 31 seconds behind"));
    }

    #[test]
    fn a_character_set_that_lacks_characters_is_told_of_our_own_databases() {
        let latin = server(|server| server.encoding = Some("latin1".to_owned()));
        assert!(told(latin.encoding_warning(true)).contains("is latin1"));
        assert_eq!(told(latin.encoding_warning(false)), "");
        assert_eq!(told(server(|_| ()).encoding_warning(true)), "");
        assert_eq!(told(server(|server| server.encoding = None).encoding_warning(true)), "");
    }

    #[test]
    fn plans_for_rotating_disks_are_told_with_what_may_be_changed() {
        let usual = server(|server| server.page_cost = Some(4.0));
        assert!(told(usual.page_cost_note(true)).contains("ALTER DATABASE \"desk\" SET random_page_cost = 1.1;"));
        assert!(told(usual.page_cost_note(false)).contains("?options[random_page_cost]=1.1"));
        assert_eq!(told(server(|_| ()).page_cost_note(true)), "");
        assert_eq!(told(server(|server| server.page_cost = None).page_cost_note(true)), "");
    }
}
