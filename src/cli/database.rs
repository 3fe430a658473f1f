//! Opening the database for a command, and the command `migrate`.

use std::convert::Infallible;
use std::path::Path;
use std::time::Duration;

use anyhow::bail;
use migration::search::SEARCH_INDEXES;
use migration::{Migrator, MigratorTrait, OwnMigrator, own_table_names};
use sea_orm::DatabaseConnection;

use crate::app::{connect, connect_to_serve};
use crate::config::Config;
use crate::store::connection::{Connect, sqlite_file};
use crate::store::layout::{Found, Layout, Product, detect};
use crate::store::lines::Lines;
use crate::store::upgrade::{Turn, pending};

use super::arguments::MigrateArguments;
use super::progress::Bar;
use super::{Failure, reach};

/// How often a bar looks how far the tables are.
const LOOKED_EVERY: Duration = Duration::from_millis(100);

/// Opens the configured database.
pub async fn open(config: &Config) -> Result<DatabaseConnection, Failure> {
    open_as(config, &connect(config)).await
}

async fn open_as(config: &Config, connect: &Connect<'_>) -> Result<DatabaseConnection, Failure> {
    match connect.open().await {
        Ok(connection) => Ok(connection),
        // It asks the system once more, which may take as long as connecting did.
        Err(error) => {
            let settings = config.database.clone();
            Err(tokio::task::spawn_blocking(move || reach::explain(&settings, &error)).await?.into())
        }
    }
}

/// Opens the configured database where there is one: a SQLite file is not made.
pub async fn open_existing(config: &Config) -> Result<DatabaseConnection, Failure> {
    match missing_file(config) {
        Some(file) => bail!("there is no database file {}: `deskgraph serve` will make it", file.display()),
        None => open(config).await,
    }
}

/// The SQLite file that is configured and not there.
pub fn missing_file(config: &Config) -> Option<&Path> {
    sqlite_file(config.database.url.expose()).filter(|file| !file.exists())
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

/// Opens the configured database and creates the native tables where it is empty. Native tables of an earlier version are refused. Of several
/// servers that start at the same time one makes the tables, and the others wait for it.
pub async fn open_or_create(config: &Config, is_quiet: bool) -> Result<(DatabaseConnection, Layout), Failure> {
    // What a request has given up must not go on in the database.
    let limited = connect_to_serve(config);
    let pool = Connect { max_connections: limited.max_connections - limited.lines(), ..limited };
    let connection = open_as(config, &pool).await?;
    let turn = Turn::wait(&connect(config), connection.get_database_backend()).await?;
    let layout = match detect(&connection).await? {
        Found::Known(layout) => layout,
        Found::Empty => {
            steps_of::<Migrator>(&turn, &connection, is_quiet).await?;
            detect_again(&connection).await?
        }
    };
    turn.end().await;
    check_version(&connection, &layout).await?;
    Ok((connection, layout))
}

/// The same for a server, with connections for reading; where there cannot be any, the pool has theirs.
pub async fn open_to_serve(config: &Config) -> Result<(DatabaseConnection, Option<Lines>, Layout), Failure> {
    let (mut connection, layout) = open_or_create(config, false).await?;
    let limited = connect_to_serve(config);
    let lines = limited.open_lines(&connection).await;
    if lines.is_none() && limited.lines() > 0 {
        connection.close().await?;
        connection = open_as(config, &limited).await?;
    }
    Ok((connection, lines, layout))
}

/// What is there once tables have been made.
async fn detect_again(connection: &DatabaseConnection) -> Result<Layout, Failure> {
    match detect(connection).await? {
        Found::Known(layout) => Ok(layout),
        Found::Empty => {
            bail!("the tables were created but cannot be found: does the user of `database.url` see them?")
        }
    }
}

/// Refuses tables of another version: only `migrate` upgrades them. Beside another product ours may be missing altogether.
pub async fn check_version(connection: &DatabaseConnection, layout: &Layout) -> Result<(), Failure> {
    let behind = if layout.is_native() {
        pending::<Migrator>(connection).await?
    } else {
        pending::<OwnMigrator>(connection).await?
    };
    let are_missing = !layout.is_native() && behind == OwnMigrator::migrations().len();
    match behind {
        0 => Ok(()),
        _ if are_missing => Ok(()),
        behind => bail!(
            "the tables are those of an earlier version, {} behind: run `deskgraph migrate`, then start again",
            steps(behind)
        ),
    }
}

/// The command `migrate`.
pub async fn migrate(config: &Config, arguments: &MigrateArguments) -> Result<(), Failure> {
    let MigrateArguments { status: only_status, quiet } = *arguments;
    let connection = if only_status { open_existing(config).await? } else { open(config).await? };
    let found = detect(&connection).await?;
    match (found, only_status) {
        (Found::Empty, true) => {
            println!("The database is empty: {} would create the tables.", steps(Migrator::migrations().len()));
        }
        (Found::Known(layout), true) if layout.is_native() => {
            let pending = pending::<Migrator>(&connection).await?;
            println!("{} tables: {} would be done.", Product::Native, steps(pending));
        }
        (Found::Known(layout), true) => say_status(&layout, pending::<OwnMigrator>(&connection).await?),
        (Found::Known(layout), false) if !layout.is_native() => {
            let done = add_own_tables(config, &connection, &layout, quiet).await?;
            if !quiet {
                println!("{}: its tables are left alone. Our own are up to date: {} done.", layout.product, were(done));
            }
        }
        (_, false) => {
            let done = upgrade::<Migrator>(config, &connection, quiet).await?;
            if !quiet {
                println!("The tables are up to date: {} done.", were(done));
                say_what_searches_lack(&connection).await?;
            }
        }
    }
    Ok(())
}

/// The one thing that a step may leave out.
async fn say_what_searches_lack(connection: &DatabaseConnection) -> Result<(), Failure> {
    let layout = detect_again(connection).await?;
    let backend = connection.get_database_backend();
    if SEARCH_INDEXES.iter().any(|index| index.is_wanted(backend) && !layout.search_indexes.contains(&index.name)) {
        println!("Searches have no index, which they can do without: `deskgraph check` says how to make one.");
    }
    Ok(())
}

/// Does the steps that are pending, in turn with other processes, and tells how many that were.
async fn upgrade<M: MigratorTrait>(
    config: &Config,
    connection: &DatabaseConnection,
    is_quiet: bool,
) -> Result<usize, Failure> {
    let turn = Turn::wait(&connect(config), connection.get_database_backend()).await?;
    let done = steps_of::<M>(&turn, connection, is_quiet).await?;
    turn.end().await;
    Ok(done)
}

/// Does the steps that are pending, with a bar where somebody can see it.
async fn steps_of<M: MigratorTrait>(
    turn: &Turn,
    connection: &DatabaseConnection,
    is_quiet: bool,
) -> Result<usize, Failure> {
    let bar = Bar::new(is_quiet);
    let done = tokio::select! {
        done = turn.upgrade::<M>(connection) => done,
        never = show_steps::<M>(connection, &bar) => match never {},
    };
    bar.end();
    Ok(done?)
}

/// Looks again and again how many steps are noted as done, for as long as this is awaited.
async fn show_steps<M: MigratorTrait>(connection: &DatabaseConnection, bar: &Bar) -> Infallible {
    if !bar.is_visible() {
        return std::future::pending().await;
    }
    let mut all = 0;
    loop {
        // What cannot be read at this moment is shown later.
        if let Ok(left) = pending::<M>(connection).await {
            all = all.max(left);
            bar.show("tables", all - left, all);
        }
        tokio::time::sleep(LOOKED_EVERY).await;
    }
}

/// Tells what there is of our own beside another product.
fn say_status(layout: &Layout, pending: usize) {
    let own = own_table_names().join(", ");
    let product = layout.product;
    match pending {
        0 => println!("{product}: its tables are left alone. Our own are there: {own}. 0 steps would be done."),
        _ => println!("{product}: its tables are left alone. {} would add our own: {own}.", steps(pending)),
    }
}

/// Makes our own tables beside those of another product, and tells how many steps that were.
async fn add_own_tables(
    config: &Config,
    connection: &DatabaseConnection,
    layout: &Layout,
    is_quiet: bool,
) -> Result<usize, Failure> {
    let done = upgrade::<OwnMigrator>(config, connection, is_quiet).await?;
    let after = detect_again(connection).await?;
    if !after.has_own_tables || after.product != layout.product {
        bail!("our own tables were made but cannot be read: grant the user of `database.url` SELECT on them");
    }
    Ok(done)
}

/// A number of steps in words.
pub fn steps(number: usize) -> String {
    if number == 1 { "1 step".to_owned() } else { format!("{number} steps") }
}

fn were(number: usize) -> String {
    format!("{} {}", steps(number), if number == 1 { "was" } else { "were" })
}
