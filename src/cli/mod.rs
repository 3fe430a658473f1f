//! The commands. Each says in one line on standard error why it could not be done, and what to do.

#![expect(clippy::disallowed_methods, reason = "the commands are where clock and environment come in")]

mod account;
mod check;
mod database;
mod demo;
mod import;
mod key;
mod reach;
mod serve;
mod settings;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::graphql;

/// The customer side of a help desk as a GraphQL API server.
#[derive(Parser)]
#[command(version, about, disable_help_subcommand = true)]
struct Arguments {
    /// Configuration file; without it `deskgraph.toml` of the working directory, if there is one.
    #[arg(long, global = true, env = "DESKGRAPH_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Run the server. On an empty database it first creates the tables and an administrator.
    Serve(ServeArguments),
    /// Create or upgrade the tables; beside OTOBO, Znuny or OTRS 6 only our own.
    Migrate(MigrateArguments),
    /// Fill an empty database with a recurring cast and generated data.
    Demo(DemoArguments),
    /// Print what was found and what would not work.
    Check,
    /// Print the schema as text.
    Schema,
    /// Print the settings of an OTOBO, Znuny or OTRS 6 database as a configuration file.
    ImportSettings,
    /// Make agents and give them passwords.
    #[command(subcommand)]
    Agent(AgentCommand),
    /// Print an access token for an account on standard output.
    Token(TokenArguments),
    /// Change the keys that sign access tokens, while servers run and nobody is signed out.
    #[command(subcommand)]
    Key(KeyCommand),
}

#[derive(Args, Default)]
struct ServeArguments {
    /// Also fill an empty database with the demo data.
    #[arg(long)]
    demo: bool,
}

#[derive(Args)]
struct MigrateArguments {
    /// Only print what is there and what would be done.
    #[arg(long)]
    status: bool,
}

#[derive(Args)]
struct DemoArguments {
    /// How many customers.
    #[arg(long, value_name = "N")]
    customers: Option<usize>,
    /// How many customer users.
    #[arg(long, value_name = "N")]
    customer_users: Option<usize>,
    /// How many tickets.
    #[arg(long, value_name = "N")]
    tickets: Option<usize>,
    /// What the generated data is made from: the same number makes the same data.
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
}

#[derive(Subcommand)]
enum AgentCommand {
    /// A new agent. The password comes from standard input or is generated and printed once.
    Add {
        /// The name to sign in with.
        login: String,
        /// First name.
        #[arg(long, value_name = "NAME")]
        first_name: String,
        /// Last name.
        #[arg(long, value_name = "NAME")]
        last_name: String,
        /// Also give rw in the group `admin`.
        #[arg(long)]
        administrator: bool,
    },
    /// A new password for an agent. It comes from standard input or is generated and printed once.
    Password {
        /// The name to sign in with.
        login: String,
    },
}

#[derive(Subcommand)]
enum KeyCommand {
    /// Print the keys, in the order in which they sign.
    List,
    /// Add a key that soon signs in the place of the present one, which goes on being accepted.
    Rotate {
        /// How long until it signs: every server must have read the file by then, which takes five seconds.
        #[arg(long = "in", value_name = "DURATION", default_value = "1m", value_parser = crate::config::duration::parse)]
        signs_in: std::time::Duration,
    },
    /// Take a key away: what it has signed is refused from then on.
    Remove {
        /// The name of the key, as `key list` prints it.
        id: String,
    },
}

#[derive(Args)]
struct TokenArguments {
    /// The name to sign in with.
    login: String,
    /// Which kind of account.
    #[arg(long, value_enum, default_value = "agent")]
    realm: Realm,
    /// How long it is valid, such as 30m or 1h.
    #[arg(long, value_name = "DURATION", default_value = "1h", value_parser = crate::config::duration::parse)]
    expires_in: std::time::Duration,
}

#[derive(Clone, Copy, ValueEnum)]
enum Realm {
    Agent,
    Customer,
}

/// Why a command could not be done: one line for people.
type Failure = anyhow::Error;

/// Runs the command of the process's arguments.
pub fn run() -> ExitCode {
    let arguments = Arguments::parse();
    match execute(arguments) {
        Ok(code) => code,
        Err(failure) => {
            eprintln!("deskgraph: {}", one_line(&failure));
            ExitCode::FAILURE
        }
    }
}

/// The whole chain of causes in one line.
fn one_line(failure: &Failure) -> String {
    format!("{failure:#}").split_whitespace().collect::<Vec<_>>().join(" ")
}

fn execute(arguments: Arguments) -> Result<ExitCode, Failure> {
    let command = arguments.command.unwrap_or_else(|| Command::Serve(ServeArguments::default()));
    if let Command::Schema = command {
        print!("{}", graphql::sdl());
        return Ok(ExitCode::SUCCESS);
    }
    let (config, given) = settings::load(arguments.config.as_deref(), std::env::vars().collect())?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        match command {
            Command::Serve(arguments) => serve::serve(&config, arguments.demo).await,
            Command::Migrate(arguments) => database::migrate(&config, arguments.status).await,
            Command::Demo(arguments) => demo::demo(&config, &arguments).await,
            Command::Check => return check::check(&config, &given).await,
            Command::ImportSettings => import::import_settings(&config).await,
            Command::Agent(command) => account::agent(&config, command).await,
            Command::Token(arguments) => account::token(&config, &arguments).await,
            Command::Key(command) => key::key(&config, command),
            Command::Schema => Ok(()),
        }?;
        Ok(ExitCode::SUCCESS)
    })
}
