//! The command `check`: what was found, why it matters, and what to do about it.

mod beside;
mod database;
mod network;
mod product;
mod report;
mod setting;
mod tables;

use std::path::Path;
use std::process::ExitCode;

use crate::config::Config;

use super::Failure;
use super::settings::Given;
use report::Report;

/// Prints what was found; the exit code is that of `serve`'s start.
pub async fn check(config: &Config, given: &Given) -> Result<ExitCode, Failure> {
    let mut report = Report::default();
    report.group("Settings");
    setting::check(config, given, &mut report);
    report.group("Keys");
    setting::check_key(&config.auth.key_file, &mut report);
    report.group("Network");
    network::check(config, &mut report).await;
    database::check(config, &mut report).await;
    report.group("Data sources");
    beside::check_sources(config, &mut report).await;
    report.group("Issuers");
    beside::check_issuers(config, &mut report).await;
    println!("\n{}", report.summary());
    Ok(if report.has_problems() { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// The folder that a file is to be made in, if it is not there.
fn missing_folder(file: &Path) -> Option<&Path> {
    file.parent().filter(|folder| !folder.as_os_str().is_empty() && !folder.is_dir())
}
