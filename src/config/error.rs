//! What is wrong with the configuration, as one line that an operator can act on.

use std::path::PathBuf;

use config::{Value, ValueKind};
use thiserror::Error;

/// Why the configuration cannot be used. Each message is one line and never holds a secret.
#[derive(Debug, PartialEq, Eq, Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("configuration file `{}` cannot be read: {reason}", file.display())]
    Unreadable {
        /// The file that was asked for.
        file: PathBuf,
        /// What the system says.
        reason: String,
    },
    /// The text is not TOML.
    #[error("configuration file `{file}` is not valid TOML: {reason}")]
    Syntax {
        /// The file, or what stands for it.
        file: String,
        /// Line, column and what is wrong there.
        reason: String,
    },
    /// A setting, section or environment variable that does not exist.
    #[error("`{name}` is not a setting; {hint}")]
    Unknown {
        /// The name as it was given: `limits.max_pages` or `DESKGRAPH_LIMIT__MAX_DEPTH`.
        name: String,
        /// Which names exist, or where to find them.
        hint: String,
    },
    /// A value of the wrong type, or one that cannot be.
    #[error("setting `{setting}`: `{value}` is not accepted; expected {expected}")]
    Value {
        /// The setting: `limits.max_page_size`.
        setting: String,
        /// The value as it was given, shortened; a secret only by its first word.
        value: String,
        /// What is accepted.
        expected: String,
    },
}

impl ConfigError {
    /// A value that a rule refuses. Not for secrets.
    pub(super) fn value(setting: &str, value: impl ToString, expected: impl ToString) -> ConfigError {
        ConfigError::Value {
            setting: setting.to_owned(),
            value: one_line(&value.to_string()),
            expected: expected.to_string(),
        }
    }

    /// The same for a value of a layer, which may be a secret.
    pub(super) fn given(setting: &str, value: &Value, expected: impl ToString) -> ConfigError {
        ConfigError::value(setting, shown(setting, value), expected)
    }
}

/// A value for a message. A database URL holds a password: only what stands before its first colon is shown.
fn shown(setting: &str, value: &Value) -> String {
    if setting.ends_with("password") {
        return "...".to_owned();
    }
    if setting.ends_with(".url") && !setting.starts_with("hooks") {
        let text = value.to_string();
        return match text.split_once(':') {
            Some((scheme, _)) if scheme.chars().all(|c| c.is_ascii_alphanumeric()) => {
                format!("{scheme}:...")
            }
            _ => "...".to_owned(),
        };
    }
    match &value.kind {
        ValueKind::Table(table) => {
            let mut names: Vec<&str> = table.keys().map(String::as_str).collect();
            names.sort_unstable();
            format!("{{ {} }}", names.join(", "))
        }
        ValueKind::Array(values) => {
            let values: Vec<String> = values.iter().map(|value| shown(setting, value)).collect();
            format!("[{}]", values.join(", "))
        }
        _ => value.to_string(),
    }
}

/// The text on one line, without control characters, cut where it gets long.
pub(super) fn one_line(text: &str) -> String {
    const LONGEST: usize = 120;
    let mut line: String = text.chars().take(LONGEST).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if text.chars().count() > LONGEST {
        line.push_str("...");
    }
    line
}
