//! The frequent reads of a running server, beside a handler that is as quick as can be and, on PostgreSQL, PostGraphile: makes the data, starts
//! the servers one after the other, drives each with so many connections, and prints a table. See `benches/README.md`.

#![expect(clippy::disallowed_methods, reason = "a benchmark is a program of its own")]

mod data;
mod drive;
mod limit;
mod load;
mod process;
mod report;

use std::path::PathBuf;

use clap::{Parser, Subcommand, ValueEnum};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Measures the frequent reads beside what is possible.
#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
    /// Which databases.
    #[arg(long, value_delimiter = ',', default_value = "postgres,sqlite,mariadb")]
    databases: Vec<Database>,
    /// How many connections are kept busy, one figure after the other.
    #[arg(long, value_delimiter = ',', default_value = "16,1,64")]
    connections: Vec<usize>,
    /// Which reads.
    #[arg(long, value_delimiter = ',', default_value = "detail,list,look-up,search")]
    paths: Vec<Path>,
    /// Which servers.
    #[arg(long, value_delimiter = ',', default_value = "limit,deskgraph,postgraphile")]
    servers: Vec<Contender>,
    /// How many seconds each measurement lasts.
    #[arg(long, default_value_t = 5)]
    seconds: u64,
    /// How much data there is.
    #[command(flatten)]
    size: Size,
    /// Where a PostgreSQL server makes its databases.
    #[arg(long, env = "BENCH_POSTGRES", default_value = "postgres://root@127.0.0.1:5432/postgres")]
    postgres: String,
    /// Where a MariaDB server makes its databases.
    #[arg(long, env = "BENCH_MARIADB", default_value = "mysql://root@127.0.0.1:3306/mysql")]
    mariadb: String,
    /// Where SQLite files and keys are kept.
    #[arg(long, default_value = concat!(env!("CARGO_MANIFEST_DIR"), "/target/bench"))]
    folder: PathBuf,
    /// The server that is measured.
    #[arg(long, default_value = env!("CARGO_BIN_EXE_deskgraph"))]
    deskgraph: PathBuf,
    /// Given by `cargo bench`.
    #[arg(long, hide = true)]
    bench: bool,
}

/// How much data there is.
#[derive(clap::Args, Clone, Copy)]
struct Size {
    /// Customers.
    #[arg(long, default_value_t = 20_000)]
    customers: u32,
    /// Customer users.
    #[arg(long, default_value_t = 200_000)]
    customer_users: u32,
    /// Tickets.
    #[arg(long, default_value_t = 1_000_000)]
    tickets: u32,
}

#[derive(Subcommand)]
enum Command {
    /// Runs the handler that is as quick as can be.
    Limit {
        /// Which database.
        database: Database,
        /// Its address.
        url: String,
        /// The port to listen on.
        port: u16,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Database {
    Postgres,
    Sqlite,
    Mariadb,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Contender {
    /// A handler with hand-written statements.
    Limit,
    Deskgraph,
    /// Measured where it is installed, see `benches/peers`.
    Postgraphile,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Path {
    Detail,
    List,
    LookUp,
    Search,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    match arguments.command {
        Some(Command::Limit { database, ref url, port }) => limit::serve(database, url, port).await,
        None => drive::run(&arguments).await,
    }
}
