//! Settings, and the files that they name.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use crate::auth::token::Keys;
use crate::config::Config;
use crate::http::files;

use super::missing_folder;
use super::report::{Finding, Report};
use crate::cli::settings::Given;

/// Says which settings hold, and reads what they name.
pub fn check(config: &Config, given: &Given, report: &mut Report) {
    report.say(Finding::fine(format!("the settings are valid: {}", given.described())));
    let zone = config.database.time_zone;
    let now = chrono::Utc::now().with_timezone(&zone).format("%Y-%m-%d %H:%M");
    report.say(Finding::fine(format!("time columns are in the zone {zone}, where it is now {now}")));
    check_manifest(config, report);
    check_pages(config, report);
}

/// Looks for the pages of an app where they are to be served.
fn check_pages(config: &Config, report: &mut Report) {
    if let Some(fault) = config.http.static_dir.as_deref().and_then(files::fault) {
        report.say(
            Finding::problem(fault)
                .because("browsers would find nothing, so `serve` stops with this line")
                .advising("name the folder of the built pages, or leave `http.static_dir` empty"),
        );
    }
}

/// Reads the manifest of trusted documents where there is one.
fn check_manifest(config: &Config, report: &mut Report) {
    match crate::app::trusted(config) {
        Ok(trusted) if trusted.is_empty() => {}
        Ok(trusted) => {
            report.say(Finding::fine(format!(
                "the manifest has {} documents, all of which fit the schema",
                trusted.len()
            )));
        }
        Err(error) => {
            report.say(
                Finding::problem(error.to_string())
                    .because("clients would be refused documents that they rely on, so `serve` stops with this line")
                    .advising("make the manifest again from the documents of your clients, or leave `documents.manifest` empty"),
            );
        }
    }
}

/// Looks at the signing keys without making one.
pub fn check_key(file: &Path, report: &mut Report) {
    let shown = file.display();
    if !file.exists() {
        report.say(match missing_folder(file) {
            None => Finding::fine(format!("there is no signing key in {shown} yet: `deskgraph serve` will make it")),
            Some(folder) => Finding::problem(format!("`auth.key_file` is `{shown}`, but there is no such folder"))
                .because("`serve` makes the key that signs access tokens, but no folder for it")
                .advising(format!(
                    "make it (`mkdir -p {}`), or name another file in `auth.key_file`",
                    folder.display()
                )),
        });
        return;
    }
    report.say(match Keys::load_or_create(file) {
        Err(error) => Finding::problem(format!("`auth.key_file` is `{shown}`: {error}"))
            .because("access tokens are signed with it; a new key ends all sessions and tokens given out so far"),
        Ok(_) if is_open_to_others(file) => {
            Finding::warning(format!("the signing key in {shown} can be used, and read by other users of this machine"))
                .because("whoever has it can make tokens for anyone")
                .advising(format!(
                    "`chmod 600 {shown}`; if others may have read it, also `deskgraph key rotate` and `key remove`"
                ))
        }
        Ok(_) => Finding::fine(format!("the signing key in {shown} can be used")),
    });
}

fn is_open_to_others(file: &Path) -> bool {
    file.metadata().is_ok_and(|file| file.permissions().mode() & 0o077 != 0)
}
