//! The data: made once for each database and size, and kept.

use std::process::Command;

use anyhow::{Context, ensure};
use sea_orm::ConnectionTrait;

use crate::{Arguments, Database};

/// The address of the data on a database, which is made where it is not there.
pub async fn address(arguments: &Arguments, database: Database) -> anyhow::Result<String> {
    let size = arguments.size;
    let name = format!("deskgraph_bench_{}_{}_{}", size.customers, size.customer_users, size.tickets);
    std::fs::create_dir_all(&arguments.folder)?;
    let file = arguments.folder.join(format!("{name}.db"));
    let (address, is_new) = match database {
        Database::Sqlite => (format!("sqlite://{}", file.display()), !file.exists()),
        Database::Postgres => (
            beside(&arguments.postgres, &name)? + "?sslmode=disable",
            create(&arguments.postgres, &format!("CREATE DATABASE {name}")).await,
        ),
        Database::Mariadb => {
            (beside(&arguments.mariadb, &name)?, create(&arguments.mariadb, &format!("CREATE DATABASE {name}")).await)
        }
    };
    if is_new {
        eprintln!("making {name} on {database:?}: this takes some minutes");
        fill(arguments, &address)?;
        settle(&address, database).await?;
    }
    Ok(address)
}

/// Whether the database was made; otherwise it is there.
async fn create(server: &str, statement: &str) -> bool {
    let Ok(connection) = sea_orm::Database::connect(server).await else { return false };
    connection.execute_unprepared(statement).await.is_ok()
}

/// The address of another database of the same server.
fn beside(server: &str, name: &str) -> anyhow::Result<String> {
    let (server, _) = server.rsplit_once('/').context("an address that ends in the name of a database")?;
    Ok(format!("{server}/{name}"))
}

fn fill(arguments: &Arguments, address: &str) -> anyhow::Result<()> {
    let size = arguments.size;
    let mut command = Command::new(&arguments.deskgraph);
    command.current_dir(&arguments.folder).env("DESKGRAPH_DATABASE__URL", address).arg("demo");
    command.args(["--customers", &size.customers.to_string(), "--customer-users", &size.customer_users.to_string()]);
    let status = command.args(["--tickets", &size.tickets.to_string()]).status()?;
    ensure!(status.success(), "the data could not be made");
    Ok(())
}

/// What a database does by itself after some minutes, and what the peer wants.
async fn settle(address: &str, database: Database) -> anyhow::Result<()> {
    let connection = sea_orm::Database::connect(address).await?;
    let statements = match database {
        Database::Postgres => concat!(include_str!("../peers/indexes.sql"), "; VACUUM ANALYZE"),
        Database::Sqlite => "ANALYZE",
        Database::Mariadb => {
            "ANALYZE TABLE ticket, customer_user, customer_company, customer_user_customer, group_customer, group_customer_user"
        }
    };
    for statement in statements.split(';').filter(|statement| !statement.trim().is_empty()) {
        connection.execute_unprepared(statement).await?;
    }
    Ok(())
}
