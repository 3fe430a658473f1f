//! The command `key`. Servers that run read the key file again by themselves.

use anyhow::Context;
use chrono::{SecondsFormat, TimeDelta, Utc};

use crate::auth::token::KeyFile;
use crate::config::Config;

use super::Failure;
use super::arguments::KeyCommand;

/// The command `key`.
pub fn key(config: &Config, command: KeyCommand) -> Result<(), Failure> {
    let path = &config.auth.key_file;
    let mut file = KeyFile::read(path).with_context(|| format!("`auth.key_file` is `{}`", path.display()))?;
    match command {
        KeyCommand::List => print!("{}", list(&file)),
        KeyCommand::Rotate { signs_in } => {
            let signs_in = TimeDelta::from_std(signs_in).ok().and_then(|wait| Utc::now().checked_add_signed(wait));
            let signs_from = signs_in.context("`--in` is longer than there are years")?;
            let id = file.add(Some(signs_from));
            file.replace(path)?;
            println!(
                "{id} signs from {}. The others are accepted until `deskgraph key remove` takes them away.",
                signs_from.to_rfc3339_opts(SecondsFormat::Secs, true)
            );
        }
        KeyCommand::Remove { id } => {
            file.remove(&id)?;
            file.replace(path)?;
            println!("{id} is gone: what it has signed is refused.");
        }
    }
    Ok(())
}

/// A line for each key.
fn list(file: &KeyFile) -> String {
    let lines = file.keys().into_iter().map(|key| {
        let since = key.signs_from().map(|time| time.to_rfc3339_opts(SecondsFormat::Secs, true));
        format!("{}  signs from {}\n", key.id(), since.as_deref().unwrap_or("the beginning"))
    });
    lines.collect()
}
