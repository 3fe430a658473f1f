//! The arguments of the program.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

use super::help;

/// The customer side of a help desk as a GraphQL API server.
#[derive(Parser)]
#[command(version, about, disable_help_subcommand = true, after_help = help::PROGRAM)]
pub struct Arguments {
    /// Configuration file; without it `deskgraph.toml` of the working directory, if there is one.
    #[arg(long, global = true, env = "DESKGRAPH_CONFIG", value_name = "FILE")]
    pub config: Option<PathBuf>,
    #[command(subcommand)]
    pub command: Option<Command>,
}

#[derive(Subcommand)]
pub enum Command {
    /// Run the server. On an empty database it first creates the tables and an administrator.
    #[command(after_help = help::SERVE)]
    Serve(ServeArguments),
    /// Create or upgrade the tables; beside OTOBO, Znuny or OTRS 6 only our own.
    #[command(after_help = help::MIGRATE)]
    Migrate(MigrateArguments),
    /// Fill an empty database with a recurring cast and generated data.
    #[command(after_help = help::DEMO)]
    Demo(DemoArguments),
    /// Print what was found, why it matters and what to do; exit code 1 where `serve` would not start.
    #[command(after_help = help::CHECK)]
    Check,
    /// Print the schema as text.
    #[command(after_help = help::SCHEMA)]
    Schema,
    /// Print the settings of an OTOBO, Znuny or OTRS 6 database as a configuration file.
    #[command(after_help = help::IMPORT_SETTINGS)]
    ImportSettings,
    /// Make agents and give them passwords.
    #[command(subcommand, after_help = help::AGENT)]
    Agent(AgentCommand),
    /// Print an access token for an account on standard output.
    #[command(after_help = help::TOKEN)]
    Token(TokenArguments),
    /// Change the keys that sign access tokens, while servers run and nobody is signed out.
    #[command(subcommand, after_help = help::KEY)]
    Key(KeyCommand),
    /// Print a script by which a shell completes commands and options.
    #[command(after_help = help::COMPLETIONS)]
    Completions {
        /// The shell.
        shell: Shell,
    },
}

#[derive(Args, Default)]
pub struct ServeArguments {
    /// Also fill an empty database with the demo data.
    #[arg(long)]
    pub demo: bool,
}

#[derive(Args)]
pub struct MigrateArguments {
    /// Only print what is there and what would be done.
    #[arg(long)]
    pub status: bool,
    /// Print nothing but why it could not be done.
    #[arg(long, conflicts_with = "status")]
    pub quiet: bool,
}

#[derive(Args)]
pub struct DemoArguments {
    /// How many customers.
    #[arg(long, value_name = "N")]
    pub customers: Option<usize>,
    /// How many customer users.
    #[arg(long, value_name = "N")]
    pub customer_users: Option<usize>,
    /// How many tickets.
    #[arg(long, value_name = "N")]
    pub tickets: Option<usize>,
    /// What the generated data is made from: the same number makes the same data.
    #[arg(long, value_name = "N")]
    pub seed: Option<u64>,
    /// Print nothing but why it could not be done.
    #[arg(long)]
    pub quiet: bool,
}

#[derive(Subcommand)]
pub enum AgentCommand {
    /// A new agent. The password comes from standard input or is generated and printed once.
    #[command(after_help = help::AGENT_ADD)]
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
    #[command(after_help = help::AGENT_PASSWORD)]
    Password {
        /// The name to sign in with.
        login: String,
    },
}

#[derive(Subcommand)]
pub enum KeyCommand {
    /// Print the keys, in the order in which they sign.
    #[command(after_help = help::KEY_LIST)]
    List,
    /// Add a key that soon signs in the place of the present one, which goes on being accepted.
    #[command(after_help = help::KEY_ROTATE)]
    Rotate {
        /// How long until it signs: every server must have read the file by then, which takes five seconds.
        #[arg(long = "in", value_name = "DURATION", default_value = "1m", value_parser = crate::config::duration::parse)]
        signs_in: std::time::Duration,
    },
    /// Take a key away: what it has signed is refused from then on.
    #[command(after_help = help::KEY_REMOVE)]
    Remove {
        /// The name of the key, as `key list` prints it.
        id: String,
    },
}

#[derive(Args)]
pub struct TokenArguments {
    /// The name to sign in with.
    pub login: String,
    /// Which kind of account.
    #[arg(long, value_enum, default_value = "agent")]
    pub realm: Realm,
    /// How long it is valid, such as 30m or 1h.
    #[arg(long, value_name = "DURATION", default_value = "1h", value_parser = crate::config::duration::parse)]
    pub expires_in: std::time::Duration,
}

#[derive(Clone, Copy, ValueEnum)]
pub enum Realm {
    Agent,
    Customer,
}
