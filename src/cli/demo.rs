//! The command `demo`, and the demo data of `serve --demo`.

use std::net::SocketAddr;

use anyhow::{Context, bail};
use sea_orm::DatabaseConnection;

use crate::auth::password::{PasswordHash, hash};
use crate::config::Config;
use crate::demo::{DemoError, DemoOutcome, DemoSize, Progress, Realm, fill};

use super::arguments::DemoArguments;
use super::progress::Bar;
use super::{Failure, database};

/// The command `demo`.
pub async fn demo(config: &Config, arguments: &DemoArguments) -> Result<(), Failure> {
    let (connection, layout) = database::open_or_create(config, arguments.quiet).await?;
    if !layout.is_native() {
        bail!(
            "the database holds the tables of {}, which are left alone: name a new one in `database.url`",
            layout.product
        );
    }
    let default = DemoSize::default();
    let size = DemoSize {
        customers: arguments.customers.unwrap_or(default.customers),
        customer_users: arguments.customer_users.unwrap_or(default.customer_users),
        tickets: arguments.tickets.unwrap_or(default.tickets),
        seed: arguments.seed.unwrap_or(default.seed),
    };
    let outcome = fill_database(config, &connection, &size, arguments.quiet).await?;
    if !arguments.quiet {
        print_accounts(&outcome);
    }
    Ok(())
}

/// Fills the database where it holds no data yet; `None` where it does.
pub async fn fill_if_empty(config: &Config, connection: &DatabaseConnection) -> Result<Option<DemoOutcome>, Failure> {
    match fill_database(config, connection, &DemoSize::default(), false).await {
        Ok(outcome) => Ok(Some(outcome)),
        Err(error) if matches!(error.downcast_ref(), Some(DemoError::NotEmpty(_))) => Ok(None),
        Err(error) => Err(error),
    }
}

async fn fill_database(
    config: &Config,
    connection: &DatabaseConnection,
    size: &DemoSize,
    is_quiet: bool,
) -> Result<DemoOutcome, Failure> {
    let kind: PasswordHash = config.auth.password_hash.parse().context("`auth.password_hash`")?;
    let bar = Bar::new(is_quiet);
    let show = |progress: Progress| bar.show(progress.phase, progress.done, progress.total);
    let hashed = |login: &str, password: &str| hash(kind, login, password);
    let filled = fill(connection, size, chrono::Utc::now(), &crate::app::rules(config), &hashed, &show).await;
    bar.end();
    Ok(filled?)
}

/// Tells a newcomer who there is and what to try.
pub fn introduce(outcome: &DemoOutcome, address: SocketAddr, query: &str) {
    print_accounts(outcome);
    let administrator = &outcome.administrator;
    let login = format!(
        r#"{{"query":"mutation {{ login(realm: AGENT, login: \"{}\", password: \"{}\") {{ accessToken }} }}"}}"#,
        administrator.login, administrator.password
    );
    println!("\nSign in:\n  curl -s http://{address}/graphql -H 'content-type: application/json' -d '{login}'");
    println!(
        "\nThen ask, with that token:\n  curl -s http://{address}/graphql -H 'content-type: application/json' -H 'authorization: Bearer TOKEN' \\"
    );
    println!("    -d '{}'", serde_json::json!({ "query": query }));
}

fn print_accounts(outcome: &DemoOutcome) {
    println!("\nAccounts of the demo data:");
    let accounts = [
        (&outcome.administrator, "administrator: sees everything"),
        (&outcome.agent, "agent with few groups: sees the tickets of those"),
        (&outcome.customer_user, "customer user: sees her own company"),
    ];
    for (account, about) in accounts {
        let realm = match account.realm {
            Realm::Agent => "AGENT",
            Realm::Customer => "CUSTOMER",
        };
        println!("  {realm:<9} {:<16} {:<16} {about}", account.login, account.password);
    }
}
