//! Opening the database for a command, and the command `migrate`.

use anyhow::{Context, bail};
use migration::{Migrator, MigratorTrait};
use sea_orm::DatabaseConnection;

use crate::app::connect;
use crate::config::Config;
use crate::store::connection::sqlite_file;
use crate::store::layout::{Found, Layout, detect};

use super::Failure;

/// Opens the configured database.
pub async fn open(config: &Config) -> Result<DatabaseConnection, Failure> {
    let connection = connect(config).open().await;
    connection.with_context(|| format!("the database of `database.url` ({:?}) cannot be opened", config.database.url))
}

/// Opens the configured database where there is one: a SQLite file is not made.
pub async fn open_existing(config: &Config) -> Result<DatabaseConnection, Failure> {
    match sqlite_file(config.database.url.expose()).filter(|file| !file.exists()) {
        Some(file) => bail!("there is no database file {}: `deskgraph serve` will make it", file.display()),
        None => open(config).await,
    }
}

/// Opens the configured database, which must hold tables that we know.
pub async fn open_known(config: &Config) -> Result<(DatabaseConnection, Layout), Failure> {
    let connection = open_existing(config).await?;
    match detect(&connection).await? {
        Found::Known(layout) => Ok((connection, layout)),
        Found::Empty => {
            bail!("the database is empty: create the tables with `deskgraph migrate`, or fill it with `deskgraph demo`")
        }
    }
}

/// Opens the configured database and creates the native tables where it is empty.
pub async fn open_or_create(config: &Config) -> Result<(DatabaseConnection, Layout), Failure> {
    let connection = open(config).await?;
    match detect(&connection).await? {
        Found::Known(layout) => Ok((connection, layout)),
        Found::Empty => {
            Migrator::up(&connection, None).await.context("the tables could not be created")?;
            match detect(&connection).await? {
                Found::Known(layout) => Ok((connection, layout)),
                Found::Empty => {
                    bail!("the tables were created but cannot be found: does the user of `database.url` see them?")
                }
            }
        }
    }
}

/// The command `migrate`.
pub async fn migrate(config: &Config, only_status: bool) -> Result<(), Failure> {
    let connection = if only_status { open_existing(config).await? } else { open(config).await? };
    match detect(&connection).await? {
        Found::Known(layout) if !layout.is_native() => {
            println!("{}: its tables are left alone, and there is nothing to add to them.", layout.product);
            Ok(())
        }
        found => {
            let pending = match found {
                Found::Empty => Ok(Migrator::migrations().len()),
                Found::Known(_) => {
                    Migrator::get_pending_migrations_read_only(&connection).await.map(|pending| pending.len())
                }
            };
            let pending = pending.context("what has been done so far could not be read")?;
            match (found, only_status) {
                (Found::Empty, true) => println!("The database is empty: {pending} steps would create the tables."),
                (_, true) => {
                    println!("{} tables: {pending} steps would be done.", crate::store::layout::Product::Native)
                }
                (_, false) => {
                    Migrator::up(&connection, None).await.context("the tables could not be created")?;
                    println!("The tables are up to date: {pending} steps were done.");
                }
            }
            Ok(())
        }
    }
}
