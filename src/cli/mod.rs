//! The commands. Each says in one line on standard error why it could not be done, and what to do.

#![expect(clippy::disallowed_methods, reason = "the commands are where clock and environment come in")]

mod account;
mod arguments;
mod check;
mod completions;
mod database;
mod demo;
mod help;
mod import;
mod key;
mod progress;
mod reach;
mod serve;
mod settings;

use std::io::Write;
use std::process::ExitCode;

use clap::Parser;

use crate::graphql;

use arguments::{Arguments, Command, ServeArguments};

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
    match &command {
        Command::Schema => return printed(&graphql::sdl()),
        Command::Completions { shell } => return printed(&completions::script(*shell)),
        _ => {}
    }
    let (config, given) = settings::load(arguments.config.as_deref(), std::env::vars().collect())?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        match command {
            Command::Serve(arguments) => serve::serve(&config, arguments.demo).await,
            Command::Migrate(arguments) => database::migrate(&config, &arguments).await,
            Command::Demo(arguments) => demo::demo(&config, &arguments).await,
            Command::Check => return check::check(&config, &given).await,
            Command::ImportSettings => import::import_settings(&config).await,
            Command::Agent(command) => account::agent(&config, command).await,
            Command::Token(arguments) => account::token(&config, &arguments).await,
            Command::Key(command) => key::key(&config, command),
            Command::Schema | Command::Completions { .. } => Ok(()),
        }?;
        Ok(ExitCode::SUCCESS)
    })
}

/// Prints what needs no settings.
fn printed(text: &str) -> Result<ExitCode, Failure> {
    std::io::stdout().write_all(text.as_bytes())?;
    Ok(ExitCode::SUCCESS)
}
