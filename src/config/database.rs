//! Settings of the section `[database]`: which database, and how to be connected with it.

use std::fmt;
use std::time::Duration;

use chrono_tz::Tz;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Deserializer, de::Error};

use super::{duration, value};

/// Where the data is.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DatabaseConfig {
    /// Address of the database, with its password.
    pub url: DatabaseUrl,
    /// Time zone of the time columns, which have none of their own.
    #[serde(deserialize_with = "time_zone")]
    pub time_zone: Tz,
    /// The most connections that are open at once.
    #[serde(deserialize_with = "value::number::<1, 1_000, _, _>")]
    pub max_connections: u32,
    /// How long to wait for a connection.
    #[serde(deserialize_with = "duration::within::<1, 300, _>")]
    pub connect_timeout: Duration,
}

/// The address of a database. It may hold a password, so that its `Debug` form shows no more than the kind, and the
/// file of SQLite.
#[derive(Clone)]
pub struct DatabaseUrl {
    secret: SecretString,
    kind: DatabaseKind,
}

/// The databases that can be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DatabaseKind {
    /// SQLite 3, a file.
    Sqlite,
    /// PostgreSQL.
    Postgres,
    /// MariaDB or MySQL.
    Mysql,
}

const SCHEMES: [(&str, DatabaseKind); 5] = [
    ("sqlite", DatabaseKind::Sqlite),
    ("postgres", DatabaseKind::Postgres),
    ("postgresql", DatabaseKind::Postgres),
    ("mysql", DatabaseKind::Mysql),
    ("mariadb", DatabaseKind::Mysql),
];

impl DatabaseUrl {
    /// The address behind this text; None when it is none of a database that we know.
    pub fn parse(text: &str) -> Option<DatabaseUrl> {
        let (scheme, rest) = text.split_once(':')?;
        let (_, kind) = SCHEMES.into_iter().find(|(name, _)| *name == scheme)?;
        let has_address = !rest.trim_matches('/').is_empty();
        has_address.then(|| DatabaseUrl { secret: SecretString::from(text), kind })
    }

    /// The whole address with its password: for the connection, never for a message.
    pub fn expose(&self) -> &str {
        self.secret.expose_secret()
    }

    /// Which database it is.
    pub fn kind(&self) -> DatabaseKind {
        self.kind
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let address = self.expose();
        let shown = match self.kind {
            // A file; options may follow behind `?`.
            DatabaseKind::Sqlite => address.split('?').next().unwrap_or_default().to_owned(),
            DatabaseKind::Postgres => "postgres://...".to_owned(),
            DatabaseKind::Mysql => "mysql://...".to_owned(),
        };
        f.write_str(&shown)
    }
}

impl<'de> Deserialize<'de> for DatabaseUrl {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        DatabaseUrl::parse(&text).ok_or_else(|| {
            D::Error::custom("an address that begins with sqlite:, postgres:, postgresql:, mysql: or mariadb:")
        })
    }
}

pub(super) fn time_zone<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Tz, D::Error> {
    let name = String::deserialize(deserializer)?;
    name.parse().map_err(|_| D::Error::custom("a time zone such as `UTC` or `Europe/Berlin`"))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("sqlite://deskgraph.db", DatabaseKind::Sqlite)]
    #[case("sqlite::memory:", DatabaseKind::Sqlite)]
    #[case("postgres://ann@db/otobo", DatabaseKind::Postgres)]
    #[case("postgresql://db/otobo", DatabaseKind::Postgres)]
    #[case("mysql://db/otobo", DatabaseKind::Mysql)]
    #[case("mariadb://db/otobo", DatabaseKind::Mysql)]
    fn the_scheme_tells_the_kind(#[case] text: &str, #[case] kind: DatabaseKind) {
        let url = DatabaseUrl::parse(text).expect("a database");
        assert_eq!(url.kind(), kind);
        assert_eq!(url.expose(), text);
    }

    #[rstest]
    #[case("")]
    #[case("deskgraph.db")]
    #[case("sqlite")]
    #[case("sqlite://")]
    #[case("oracle://db/otobo")]
    #[case("postgresx://db/otobo")]
    #[case(" postgres://db/otobo")]
    fn any_other_address_is_refused(#[case] text: &str) {
        assert!(DatabaseUrl::parse(text).is_none());
    }

    #[rstest]
    #[case("postgres://ann:s3cret@db/otobo")]
    #[case("postgresql://db/otobo?user=ann&password=s3cret")]
    #[case("mysql://ann:a?b@s3cret@db/otobo")]
    #[case("sqlite://deskgraph.db?key=s3cret")]
    fn the_debug_form_has_no_password(#[case] text: &str) {
        let url = DatabaseUrl::parse(text).expect("a database");
        assert!(!format!("{url:?}").contains("s3cret"));
    }
}
