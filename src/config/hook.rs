//! Settings of the section `[hooks]`: what is told of writes once they are done.

use std::time::Duration;

use serde::{Deserialize, Deserializer, de::Error};

use super::{duration, value};

/// What is called after writes.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HookConfig {
    /// A program and its arguments; empty for none.
    #[serde(deserialize_with = "command")]
    pub after_write_command: Vec<String>,
    /// An http or https address; `None` for none.
    #[serde(deserialize_with = "value::address")]
    pub after_write_url: Option<String>,
    /// How long one call may take.
    #[serde(deserialize_with = "duration::within::<1, 3_600, _>")]
    pub timeout: Duration,
}

fn command<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    let command = Vec::<String>::deserialize(deserializer)?;
    let has_program = command.first().is_none_or(|program| !program.trim().is_empty());
    if !has_program || command.iter().any(|part| part.contains('\0')) {
        return Err(D::Error::custom("a program and its arguments, each a text of its own, or an empty list for none"));
    }
    Ok(command)
}
