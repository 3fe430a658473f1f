//! The settings: read once from defaults, file and environment, checked, and from then on plain values that are handed
//! down. Each section has its own file; `config.default.toml` documents every setting.

mod auth;
mod customer;
mod database;
mod document;
pub mod duration;
mod error;
mod group;
mod hook;
mod http;
mod issuer;
mod layer;
mod limit;
mod password;
mod source;
mod telemetry;
#[cfg(test)]
mod tests;
mod ticket;
mod value;
mod working_time;

use std::path::{Path, PathBuf};

use config::{FileFormat, Value, ValueKind};
use serde::Deserialize;

pub use auth::{AuthConfig, PASSWORD_HASHES};
pub use customer::{CustomerConfig, LinkConfig};
pub use database::{DatabaseConfig, DatabaseKind, DatabaseUrl};
pub use document::DocumentConfig;
pub use error::ConfigError;
pub use group::GroupConfig;
pub use hook::HookConfig;
pub use http::HttpConfig;
pub use issuer::{IssuerConfig, KeysConfig};
pub use limit::LimitConfig;
pub use password::PasswordConfig;
pub use source::{
    BindPassword, DatabaseSourceConfig, EntryConfig, LdapConfig, Scope, SourceConfig, SourceKind, TableConfig,
};
pub use telemetry::TelemetryConfig;
pub use ticket::{STATE_TYPES, TicketConfig};
pub use working_time::{CalendarConfig, HoursConfig, WorkingTimeConfig};

/// Every setting with its default, as a configuration file with comments.
pub const DEFAULT_TEXT: &str = include_str!("../../config.default.toml");

/// The configuration file that is read from the working directory when no other is named.
pub const DEFAULT_FILE: &str = "deskgraph.toml";

/// All settings, checked.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// The database.
    pub database: DatabaseConfig,
    /// How the server is reached.
    pub http: HttpConfig,
    /// Tokens and passwords.
    pub auth: AuthConfig,
    /// What passwords must look like.
    pub passwords: PasswordConfig,
    /// Groups and permissions.
    pub groups: GroupConfig,
    /// Tickets.
    pub tickets: TicketConfig,
    /// When work is done.
    pub working_time: WorkingTimeConfig,
    /// How much one request may ask for.
    pub limits: LimitConfig,
    /// Which documents are run.
    pub documents: DocumentConfig,
    /// How customers and customer users are shown and found.
    pub customers: CustomerConfig,
    /// What is told of writes.
    pub hooks: HookConfig,
    /// What operators see.
    pub telemetry: TelemetryConfig,
    /// Where customers and customer users are kept, in order; one of them is the main database.
    #[serde(skip)]
    pub sources: Vec<SourceConfig>,
    /// The same as it stands in the file.
    #[serde(rename = "source")]
    written_sources: Vec<source::Written>,
}

impl Config {
    /// The settings that hold here: environment over file over default.
    ///
    /// Without `file`, the one that the variable `DESKGRAPH_CONFIG` names is read, else `deskgraph.toml` of the working
    /// directory if there is one. The error names the setting, its value and what is accepted.
    pub fn load(
        file: Option<&Path>,
        environment: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Config, ConfigError> {
        Config::load_in(Path::new(""), file, environment)
    }

    /// The settings of a text in TOML over the defaults, without any file or environment.
    pub fn parse(text: &str) -> Result<Config, ConfigError> {
        Config::merge(text, "(text)", &[])
    }

    /// `load` with the directory in which the default file may lie.
    fn load_in(
        directory: &Path,
        file: Option<&Path>,
        environment: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Config, ConfigError> {
        let environment: Vec<(String, String)> = environment.into_iter().collect();
        let named = file.map(Path::to_path_buf).or_else(|| file_of(&environment));
        let text = match &named {
            Some(file) => read_file(file)?,
            None => read_if_there(&directory.join(DEFAULT_FILE))?,
        };
        let file = named.unwrap_or_else(|| PathBuf::from(DEFAULT_FILE));
        Config::merge(&text, &file.display().to_string(), &environment)
    }

    fn merge(text: &str, file: &str, environment: &[(String, String)]) -> Result<Config, ConfigError> {
        let defaults = layer::read(DEFAULT_TEXT, "config.default.toml")?;
        let given = layer::read(text, file)?;
        layer::check(&given, &defaults)?;
        layer::check_source_variables(environment, &given, &defaults)?;
        let mut builder = config::Config::builder()
            .add_source(config::File::from_str(DEFAULT_TEXT, FileFormat::Toml))
            .add_source(config::File::from_str(text, FileFormat::Toml));
        for (setting, value) in layer::from_environment(environment, &defaults)? {
            builder = builder.set_override(setting.as_str(), value).map_err(|error| refused(error, None))?;
        }
        let merged = builder.build().map_err(|error| refused(error, None))?;
        let settings = merged.cache.clone();
        let mut config: Config = merged.try_deserialize().map_err(|error| refused(error, Some(&settings)))?;
        config.sources = source::settle(std::mem::take(&mut config.written_sources))?;
        config.auth.settle_issuers()?;
        config.check()?;
        Ok(config)
    }

    /// What no setting can be judged for by itself.
    fn check(&self) -> Result<(), ConfigError> {
        self.auth.check()?;
        self.groups.check()?;
        self.tickets.check()?;
        self.limits.check()?;
        self.documents.check()?;
        self.customers.check()
    }
}

/// The file that the environment names.
fn file_of(environment: &[(String, String)]) -> Option<PathBuf> {
    let named = environment.iter().find(|(name, _)| name == layer::FILE_VARIABLE);
    named.map(|(_, file)| file).filter(|file| !file.is_empty()).map(PathBuf::from)
}

fn read_file(file: &Path) -> Result<String, ConfigError> {
    std::fs::read_to_string(file)
        .map_err(|error| ConfigError::Unreadable { file: file.to_path_buf(), reason: error.to_string() })
}

/// An empty text when there is no such file; one that is there but cannot be read is an error.
fn read_if_there(file: &Path) -> Result<String, ConfigError> {
    let is_there = file.try_exists().unwrap_or(true);
    if is_there { read_file(file) } else { Ok(String::new()) }
}

/// The library's error in our words: it knows the name of the setting and what is expected, but not the value.
fn refused(error: config::ConfigError, settings: Option<&Value>) -> ConfigError {
    use config::ConfigError as Error;
    let (setting, expected) = match error {
        Error::At { error, key, .. } => (key, error.to_string()),
        Error::Type { expected, key, .. } => (key, expected.to_owned()),
        Error::NotFound(name) => (Some(name), "a value".to_owned()),
        other => (None, other.to_string()),
    };
    // The library leaves the dot behind an index out: `source[0]kind`.
    let setting = setting.unwrap_or_default().replace(']', "].");
    let setting = setting.trim_end_matches('.').replace("..", ".");
    match settings.and_then(|settings| find(settings, &setting)) {
        Some(value) => ConfigError::given(&setting, value, expected),
        None => ConfigError::value(&setting, "(nothing)", expected),
    }
}

/// The value under a name such as `limits.max_depth` or `source[0].kind`.
fn find<'a>(settings: &'a Value, setting: &str) -> Option<&'a Value> {
    let names = setting.split(['.', '[']).map(|name| name.trim_end_matches(']'));
    names.filter(|name| !name.is_empty()).try_fold(settings, |value, name| match &value.kind {
        ValueKind::Table(table) => table.get(name),
        ValueKind::Array(values) => values.get(name.parse::<usize>().ok()?),
        _ => None,
    })
}
