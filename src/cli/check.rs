//! The command `check`: what was found, and what would not work.

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use migration::index::OWN;
use migration::search::{POSTGRES_EXTENSION, SEARCH_INDEXES};
use sea_orm::{DatabaseConnection, DbBackend};

use crate::auth::token::Keys;
use crate::config::Config;
use crate::domain::clock::Clock;
use crate::store::layout::{Found, Layout, detect};
use crate::store::{Database, Store};

use super::{Failure, database};

/// Prints what was found; the exit code is that of `serve`'s start.
pub async fn check(config: &Config) -> Result<ExitCode, Failure> {
    let mut problems = 0;
    let mut say = |is_fine: bool, text: String| {
        println!("{}  {text}", if is_fine { "ok     " } else { "problem" });
        problems += u32::from(!is_fine);
    };
    say(true, "the configuration is valid".to_owned());
    check_key(&config.auth.key_file, &mut say);
    say(
        true,
        format!("time columns are in the zone {}, where it is now {}", config.database.time_zone, local_time(config)),
    );
    check_manifest(config, &mut say);
    check_sources(config, &mut say).await;
    check_issuers(config, &mut say).await;
    check_address(config);
    match database::open_existing(config).await {
        Err(_) if database::missing_file(config).is_some_and(has_folder) => {
            say(true, "there is no database file yet: `deskgraph serve` will make it".to_owned());
        }
        Err(error) => say(false, super::one_line(&error)),
        Ok(connection) => match detect(&connection).await {
            Err(error) => say(false, error.to_string()),
            Ok(Found::Empty) => say(true, "the database is empty: `deskgraph serve` will create the tables".to_owned()),
            Ok(Found::Known(layout)) => {
                say(
                    true,
                    format!(
                        "the database holds the tables of {}, with groups in `{}`",
                        layout.product, layout.groups_table
                    ),
                );
                check_own_tables(&connection, &layout, &mut say).await;
                propose_indexes(&connection, &layout).await;
                check_tables(config, connection, layout, &mut say).await;
            }
        },
    }
    Ok(if problems == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Reads the manifest of trusted documents where there is one.
fn check_manifest(config: &Config, say: &mut impl FnMut(bool, String)) {
    match crate::app::trusted(config) {
        Ok(trusted) if trusted.is_empty() => {}
        Ok(trusted) => say(true, format!("the manifest has {} documents, all of which fit the schema", trusted.len())),
        Err(error) => say(false, error.to_string()),
    }
}

/// Asks every data source besides the main database. The server starts without them, so that what is wrong there is only noted.
async fn check_sources(config: &Config, say: &mut impl FnMut(bool, String)) {
    let sources = match crate::app::sources(config) {
        Ok(sources) => sources,
        Err(error) => return say(false, error.to_string()),
    };
    for source in sources.all() {
        for finding in source.inspect().await {
            let text = format!("the data source `{}`: {}", source.name, finding.text);
            match finding.is_fine {
                true => say(true, text),
                false => println!("warning  {text}"),
            }
        }
    }
}

/// Asks every issuer besides ourselves for its keys. The server starts without them, so that what is wrong there is only noted.
async fn check_issuers(config: &Config, say: &mut impl FnMut(bool, String)) {
    for issuer in crate::app::issuers(config).all() {
        let name = issuer.name();
        let (keys, passed_over) = match issuer.inspect().await {
            Ok(found) => found,
            Err(error) => {
                println!("warning  the issuer `{name}`: {error}");
                continue;
            }
        };
        match keys {
            0 => println!("warning  the issuer `{name}`: none of its keys can be used"),
            _ => say(true, format!("the issuer `{name}`: {keys} keys can be used")),
        }
        for reason in passed_over {
            println!("note     the issuer `{name}`: {reason}");
        }
    }
}

/// Whether the server could listen. It may well be running.
fn check_address(config: &Config) {
    if let Err(error) = std::net::TcpListener::bind(config.http.listen) {
        println!("warning  `http.listen`, {}: {error}", config.http.listen);
    }
}

/// Whether the folder is there that a file is to be made in.
fn has_folder(file: &Path) -> bool {
    file.parent().is_some_and(|folder| folder.as_os_str().is_empty() || folder.is_dir())
}

/// Looks at the signing key without making one.
fn check_key(file: &Path, say: &mut impl FnMut(bool, String)) {
    if !file.exists() {
        let text = match has_folder(file) {
            true => format!("there is no signing key in {} yet: `deskgraph serve` will make it", file.display()),
            false => format!("`auth.key_file` is `{}`, but there is no such folder: make it", file.display()),
        };
        return say(has_folder(file), text);
    }
    match Keys::load_or_create(file) {
        Ok(_) => say(true, format!("the signing key in {} can be used", file.display())),
        Err(error) => say(false, format!("`auth.key_file` is `{}`: {error}", file.display())),
    }
}

fn local_time(config: &Config) -> String {
    chrono::Utc::now().with_timezone(&config.database.time_zone).format("%Y-%m-%d %H:%M").to_string()
}

/// Reads the tables that every answer needs.
async fn check_tables(
    config: &Config,
    connection: DatabaseConnection,
    layout: Layout,
    say: &mut impl FnMut(bool, String),
) {
    let database = Database::new(
        connection,
        layout,
        config.database.time_zone,
        crate::app::rules(config),
        Clock::new(chrono::Utc::now),
        [0; 32],
    );
    let store = Store::new(Arc::new(database), Arc::default());
    let Ok(reference) = store.reference().await else {
        return say(false, "groups, queues, states and priorities cannot be read: may the user of `database.url` SELECT from all tables?".to_owned());
    };
    let (groups, queues) = (reference.groups().all().len(), reference.queues().all().len());
    say(true, format!("{groups} groups and {queues} queues can be read"));
    say(
        reference.groups().named("admin").is_some(),
        "the group `admin`, whose members are administrators, is there".to_owned(),
    );
    let unknown = |name: &&String| reference.groups().named(name).is_none();
    for name in
        config.groups.customer_always_groups.iter().chain(&config.groups.customer_company_always_groups).filter(unknown)
    {
        println!("note     the settings give everyone the group `{name}`, which does not exist");
    }
}

/// Whether the native tables are those of this version, and whether anything can be written beside another product.
async fn check_own_tables(connection: &DatabaseConnection, layout: &Layout, say: &mut impl FnMut(bool, String)) {
    match database::check_version(connection, layout).await {
        Err(error) => say(false, super::one_line(&error)),
        Ok(()) if layout.has_own_tables => say(true, "our own tables are there: changes can be written".to_owned()),
        Ok(()) => {
            println!(
                "note     our own tables are missing: all can be read, but nothing written until `deskgraph migrate` was run"
            );
        }
    }
}

/// Beside another product indexes are only proposed: its tables are its own. Those for searches may be missing in ours too, once all
/// steps are done that would make them.
async fn propose_indexes(connection: &DatabaseConnection, layout: &Layout) {
    if database::check_version(connection, layout).await.is_err() {
        return;
    }
    let backend = connection.get_database_backend();
    if !layout.is_native() {
        let wanted = OWN.iter().filter(|index| index.is_wanted(backend));
        let statements = wanted.map(|index| index.create_statement(backend)).collect();
        propose("large lists", statements);
    }
    let missing = SEARCH_INDEXES.iter().filter(|index| !layout.search_indexes.contains(&index.name));
    let mut statements: Vec<String> = missing.flat_map(|index| index.create_statements(backend)).collect();
    if backend == DbBackend::Postgres && !statements.is_empty() {
        statements.insert(0, POSTGRES_EXTENSION.to_owned());
    }
    propose("searches", statements);
}

fn propose(what: &str, statements: Vec<String>) {
    if statements.is_empty() {
        return;
    }
    println!("note     these indexes would make {what} faster; the database stays as it is unless you create them:");
    for statement in statements {
        println!("           {statement};");
    }
}
