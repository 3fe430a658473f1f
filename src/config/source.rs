//! The list `[[source]]`: where customers and customer users are kept, in the order in which the sources are asked.

use serde::{Deserialize, Deserializer, de::Error};

use super::{ConfigError, value};

/// A source of customers and customer users.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourceConfig {
    /// Its name, different from that of every other source.
    #[serde(deserialize_with = "value::text")]
    pub name: String,
    /// What it is.
    pub kind: SourceKind,
}

/// What a source is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SourceKind {
    /// The tables of the database that is configured in `[database]`.
    Database,
}

impl SourceConfig {
    /// The source of a configuration that names none.
    pub(super) fn only() -> SourceConfig {
        SourceConfig { name: "Database".to_owned(), kind: SourceKind::Database }
    }
}

pub(super) fn check(sources: &[SourceConfig]) -> Result<(), ConfigError> {
    for (number, source) in sources.iter().enumerate() {
        if sources[..number].iter().any(|other| other.name == source.name) {
            let setting = format!("source[{number}].name");
            return Err(ConfigError::value(&setting, &source.name, "a name that no other source has"));
        }
    }
    Ok(())
}

impl<'de> Deserialize<'de> for SourceKind {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match String::deserialize(deserializer)?.as_str() {
            "database" => Ok(SourceKind::Database),
            "ldap" => Err(D::Error::custom("`database`: this build has only database sources")),
            _ => Err(D::Error::custom("`database`")),
        }
    }
}
