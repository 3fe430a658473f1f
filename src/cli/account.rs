//! The commands `agent` and `token`.

use std::io::{IsTerminal, Read};
use std::sync::Arc;

use anyhow::{Context, bail};
use chrono::{NaiveDateTime, Utc};
use sea_orm::DatabaseConnection;

use crate::app::{password_hash, sessions, sources};
use crate::auth::password::{Verifier, generate, hash};
use crate::auth::token::Keys;
use crate::config::Config;
use crate::domain::account::{Account, Realm as AccountRealm};
use crate::domain::clock::Clock;
use crate::store::agent_account::{NewAgent, add, has_no_password, set_first_password, set_password};
use crate::store::layout::Layout;
use crate::store::{Database, Store};

use super::arguments::{AgentCommand, Realm, TokenArguments};
use super::{Failure, database};

/// The agent that a new database begins with.
const ADMINISTRATOR: &str = "root@localhost";

/// The command `agent`.
pub async fn agent(config: &Config, command: AgentCommand) -> Result<(), Failure> {
    let (connection, layout) = database::open_known(config).await?;
    let kind = password_hash(config, &layout);
    let (password, is_generated) = password()?;
    match command {
        AgentCommand::Add { login, first_name, last_name, administrator } => {
            let password = hash(kind, &login, &password);
            let new = NewAgent {
                login: &login,
                first_name: &first_name,
                last_name: &last_name,
                password,
                is_administrator: administrator,
            };
            add(&connection, &layout, new, now(config)).await?;
        }
        AgentCommand::Password { login } => {
            if !set_password(&connection, &login, hash(kind, &login, &password), now(config)).await? {
                bail!("there is no agent `{login}`: make one with `deskgraph agent add`");
            }
        }
    }
    if is_generated {
        println!("{password}");
    }
    Ok(())
}

/// Gives the administrator of a new database a password and prints it, once.
pub async fn announce_administrator(
    config: &Config,
    connection: &DatabaseConnection,
    layout: &Layout,
) -> Result<(), Failure> {
    if !layout.is_native() || !has_no_password(connection, ADMINISTRATOR).await? {
        return Ok(());
    }
    let password = generate();
    let hashed = hash(password_hash(config, layout), ADMINISTRATOR, &password);
    // Another server that starts at the same time may have been faster, and told its own.
    if set_first_password(connection, ADMINISTRATOR, hashed, now(config)).await? {
        println!(
            "Administrator {ADMINISTRATOR}, password {password} (shown this once; change it with `deskgraph agent password`)"
        );
    }
    Ok(())
}

/// The command `token`.
pub async fn token(config: &Config, arguments: &TokenArguments) -> Result<(), Failure> {
    let (connection, layout) = database::open_known(config).await?;
    let keys = Arc::new(Keys::load_or_create(&config.auth.key_file)?);
    let sessions = sessions(config, &layout, keys, sources(config)?, Verifier::new(password_hash(config, &layout)));
    let (rules, clock) = (crate::app::rules(config), Clock::new(Utc::now));
    let database = Database::new(connection, layout, config.database.time_zone, rules, clock, [0; 32]);
    let store = Store::new(Arc::new(database), Arc::default());
    let realm = match arguments.realm {
        Realm::Agent => AccountRealm::Agent,
        Realm::Customer => AccountRealm::Customer,
    };
    let account = Account::new(realm, arguments.login.as_str());
    let Ok(found) = sessions.token_without_session(&store, &account, Some(arguments.expires_in)).await else {
        bail!("the account could not be read from the database: `deskgraph check` says more")
    };
    let Some(token) = found else {
        bail!("there is no valid account `{}` in this realm: see `--realm`", arguments.login)
    };
    println!("{}", token.token);
    Ok(())
}

/// A password from standard input, or a generated one; the flag tells which.
fn password() -> Result<(String, bool), Failure> {
    if std::io::stdin().is_terminal() {
        let typed = rpassword::prompt_password("Password (empty to generate one): ")?;
        return Ok(if typed.is_empty() { (generate(), true) } else { (typed, false) });
    }
    let mut piped = String::new();
    std::io::stdin().take(4096).read_to_string(&mut piped).context("the password on standard input is no text")?;
    let piped = piped.trim_end_matches(['\r', '\n']);
    Ok(if piped.is_empty() { (generate(), true) } else { (piped.to_owned(), false) })
}

fn now(config: &Config) -> NaiveDateTime {
    let now = Utc::now().with_timezone(&config.database.time_zone).naive_local();
    chrono::SubsecRound::trunc_subsecs(now, 0)
}
