//! The list `[[source]]`: where customers and customer users are kept, in the order in which the sources are asked.

mod written;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use secrecy::SecretString;

use super::{ConfigError, DatabaseUrl, duration};
use crate::domain::record::RecordKind;
use written::{Given, WrittenRecords};
pub(super) use written::{TEMPLATE, Written};

/// A source of customers and customer users.
#[derive(Clone, Debug)]
pub struct SourceConfig {
    /// Its name, different from that of every other source.
    pub name: String,
    /// What it is.
    pub kind: SourceKind,
}

/// What a source is.
#[derive(Clone, Debug)]
#[expect(clippy::large_enum_variant, reason = "there are a few of them, which are read once")]
pub enum SourceKind {
    /// The tables of the database that is configured in `[database]`. It holds both customers and customer users.
    Main,
    /// Tables of another database, which are read only.
    Database(DatabaseSourceConfig),
    /// An LDAP directory, which is read only.
    Ldap(LdapConfig),
}

/// Tables of another database.
#[derive(Clone, Debug)]
pub struct DatabaseSourceConfig {
    /// Its address.
    pub url: DatabaseUrl,
    /// How long one request waits for all that it asks of the source.
    pub timeout: Duration,
    /// The most connections that are open at once.
    pub max_connections: u32,
    /// Its customers; `None` where it has none.
    pub customers: Option<TableConfig>,
    /// Its customer users; `None` where it has none.
    pub customer_users: Option<TableConfig>,
}

/// A table or view with records of one kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableConfig {
    /// Its name.
    pub table: String,
    /// The column of the CustomerID or login; unique and never null.
    pub key: String,
    /// A column that is 1, or true, where a record is valid; `None` where all are.
    pub valid: Option<String>,
    /// The columns of the other fields by the fields' names.
    pub fields: BTreeMap<String, String>,
}

/// An LDAP directory.
#[derive(Clone, Debug)]
pub struct LdapConfig {
    /// Its address: `ldap://` or `ldaps://`.
    pub url: String,
    /// Whether a connection to `ldap://` is made secure before anything else is said.
    pub start_tls: bool,
    /// A file with the certificates of authorities, in PEM, that are trusted besides those of the system; `None` for no more.
    pub ca_file: Option<PathBuf>,
    /// The name that searches are made under; `None` for anonymous ones.
    pub bind: Option<(String, BindPassword)>,
    /// How long one request waits for all that it asks of the source.
    pub timeout: Duration,
    /// The most connections that are open at once for searches.
    pub max_connections: u32,
    /// The most entries that one question reads.
    pub size_limit: usize,
    /// How long entries that were read are believed when they are asked for by key.
    pub cache_ttl: Duration,
    /// Its customers; `None` where it has none.
    pub customers: Option<EntryConfig>,
    /// Its customer users; `None` where it has none.
    pub customer_users: Option<EntryConfig>,
}

/// Where the password of the name is that searches are made under.
#[derive(Clone, Debug)]
pub enum BindPassword {
    /// Here.
    Given(SecretString),
    /// In the first line of this file.
    File(PathBuf),
}

/// Entries of a directory that are records of one kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntryConfig {
    /// Where they are.
    pub base: String,
    /// How deep.
    pub scope: Scope,
    /// A filter that all of them fulfil; `None` for every entry that has the key.
    pub filter: Option<String>,
    /// A filter that the valid ones fulfil; `None` where all are valid.
    pub valid_filter: Option<String>,
    /// The attribute of the CustomerID or login.
    pub key: String,
    /// The attributes that a search looks at; empty for those of the fields that the section `[customers]` names.
    pub search: Vec<String>,
    /// The attributes of the other fields by the fields' names.
    pub fields: BTreeMap<String, String>,
}

/// How far below a base entries are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum Scope {
    /// At any depth.
    #[default]
    Sub,
    /// Directly below.
    One,
}

/// How long a request waits for a source where nothing is said. With what the server does itself it stays below three seconds.
const TIMEOUT: Duration = Duration::from_secs(2);
/// The most connections to a source where nothing is said.
const MAX_CONNECTIONS: u32 = 4;
/// The most entries that one question reads where nothing is said.
const SIZE_LIMIT: u32 = 10_000;
/// How long entries are believed where nothing is said.
const CACHE_TTL: Duration = Duration::from_secs(10);
/// The most connections that may be configured.
const MOST_CONNECTIONS: u32 = 100;
/// The most entries that one question may be allowed to read.
const MOST_ENTRIES: u32 = 1_000_000;
/// The longest that a request may wait for a source.
const MOST_TIMEOUT: Duration = Duration::from_secs(60);

/// What the main database is called where something is said about it that it does not have.
const MAIN: &str = "without `url` the source is the main database, which";
/// What another database may have.
const OF_DATABASE: [&str; 7] = ["customer_users", "customers", "kind", "max_connections", "name", "timeout", "url"];
/// What its tables may have, besides the fields.
const OF_TABLE: [&str; 4] = ["fields", "key", "table", "valid"];
/// What the entries of a directory may have, besides the fields.
const OF_ENTRIES: [&str; 7] = ["base", "fields", "filter", "key", "scope", "search", "valid_filter"];

/// The sources of a configuration that names none.
pub(super) fn only() -> Vec<SourceConfig> {
    vec![SourceConfig { name: "Database".to_owned(), kind: SourceKind::Main }]
}

/// The sources as they stand in the file, judged one by one and together.
pub(super) fn settle(written: Vec<Written>) -> Result<Vec<SourceConfig>, ConfigError> {
    if written.is_empty() {
        return Ok(only());
    }
    let mut sources: Vec<SourceConfig> = Vec::with_capacity(written.len());
    for (number, source) in written.into_iter().enumerate() {
        let place = Place(format!("source[{number}]"));
        if sources.iter().any(|other| other.name == source.name) {
            return Err(place.refuse("name", &source.name, "a name that no other source has"));
        }
        let name = source.name.clone();
        sources.push(SourceConfig { name, kind: kind(source, &place)? });
    }
    match sources.iter().filter(|source| matches!(source.kind, SourceKind::Main)).count() {
        1 => Ok(sources),
        count => Err(ConfigError::value(
            "source",
            format!("{count} sources of kind `database` without `url`"),
            "exactly one, which stands for the database of `[database]`",
        )),
    }
}

fn kind(written: Written, place: &Place) -> Result<SourceKind, ConfigError> {
    match (written.kind.as_str(), &written.url) {
        ("database", None) => place.only(written.given(), &["kind", "name"], MAIN).map(|()| SourceKind::Main),
        ("database", Some(_)) => database(written, place).map(SourceKind::Database),
        ("ldap", _) => ldap(written, place).map(SourceKind::Ldap),
        (other, _) => Err(place.refuse("kind", other, "`database` or `ldap`")),
    }
}

fn database(written: Written, place: &Place) -> Result<DatabaseSourceConfig, ConfigError> {
    place.only(written.given(), &OF_DATABASE, "a source of kind `database`")?;
    let url = written.url.as_deref().and_then(DatabaseUrl::parse);
    let expected = "an address that begins with sqlite:, postgres:, postgresql:, mysql: or mariadb:";
    let (customers, customer_users) = place.both(&written, table)?;
    Ok(DatabaseSourceConfig {
        url: url.ok_or_else(|| place.refuse("url", "...", expected))?,
        timeout: place.timeout(written.timeout.as_deref())?,
        max_connections: place.number("max_connections", written.max_connections, MAX_CONNECTIONS, MOST_CONNECTIONS)?,
        customers,
        customer_users,
    })
}

fn table(written: &WrittenRecords, kind: RecordKind, place: &Place) -> Result<TableConfig, ConfigError> {
    place.only(written.given(), &OF_TABLE, "a table of a database")?;
    Ok(TableConfig {
        table: place.needed("table", written.table.as_ref())?,
        key: written.key.clone().unwrap_or_else(|| kind.key().to_owned()),
        valid: written.valid.clone(),
        fields: place.fields(written, kind)?,
    })
}

fn ldap(written: Written, place: &Place) -> Result<LdapConfig, ConfigError> {
    let url = place.needed("url", written.url.as_ref())?;
    let is_secure = url.starts_with("ldaps://");
    if !is_secure && !url.starts_with("ldap://") {
        return Err(place.refuse("url", "...", "an address that begins with ldap:// or ldaps://"));
    }
    let start_tls = written.start_tls.unwrap_or(false);
    if is_secure && start_tls {
        return Err(place.refuse("start_tls", "true", "`false` for an address that begins with ldaps://"));
    }
    let size_limit = place.number("size_limit", written.size_limit, SIZE_LIMIT, MOST_ENTRIES)?;
    let (customers, customer_users) = place.both(&written, entries)?;
    Ok(LdapConfig {
        start_tls,
        bind: bind(&written, place)?,
        timeout: place.timeout(written.timeout.as_deref())?,
        max_connections: place.number("max_connections", written.max_connections, MAX_CONNECTIONS, MOST_CONNECTIONS)?,
        cache_ttl: place.duration("cache_ttl", written.cache_ttl.as_deref(), CACHE_TTL)?,
        ca_file: written.ca_file,
        url,
        size_limit: size_limit as usize,
        customers,
        customer_users,
    })
}

/// A name needs a password: without one a directory takes everybody for anonymous.
fn bind(written: &Written, place: &Place) -> Result<Option<(String, BindPassword)>, ConfigError> {
    use secrecy::ExposeSecret;
    let password = written.bind_password.clone().filter(|password| !password.expose_secret().is_empty());
    let password = match (password, &written.bind_password_file) {
        (Some(_), Some(_)) => {
            return Err(place.refuse("bind_password", "...", "only one of `bind_password` and `bind_password_file`"));
        }
        (Some(password), None) => Some(BindPassword::Given(password)),
        (None, file) => file.clone().map(BindPassword::File),
    };
    match (written.bind_dn.clone().filter(|dn| !dn.is_empty()), password) {
        (None, None) => Ok(None),
        (Some(dn), Some(password)) => Ok(Some((dn, password))),
        (Some(dn), None) => Err(place.refuse("bind_dn", &dn, "a `bind_password` or `bind_password_file` beside it")),
        (None, Some(_)) => Err(place.refuse("bind_dn", "", "the name whose password is given")),
    }
}

fn entries(written: &WrittenRecords, kind: RecordKind, place: &Place) -> Result<EntryConfig, ConfigError> {
    place.only(written.given(), &OF_ENTRIES, "a source of kind `ldap`")?;
    let scope = match written.scope.as_deref() {
        None | Some("sub") => Scope::Sub,
        Some("one") => Scope::One,
        Some(other) => return Err(place.refuse("scope", other, "`sub` or `one`")),
    };
    let filter = |text: &Option<String>| text.clone().filter(|text| !text.trim().is_empty());
    Ok(EntryConfig {
        base: place.needed("base", written.base.as_ref())?,
        scope,
        filter: filter(&written.filter),
        valid_filter: filter(&written.valid_filter),
        key: place.needed("key", written.key.as_ref())?,
        search: written.search.clone().unwrap_or_default(),
        fields: place.fields(written, kind)?,
    })
}

/// Where a setting stands.
struct Place(String);

/// What a source has of both kinds.
type Both<T> = (Option<T>, Option<T>);

impl Place {
    fn refuse(&self, name: &str, value: &str, expected: &str) -> ConfigError {
        ConfigError::value(&format!("{}.{name}", self.0), value, expected)
    }

    /// Refuses what is given and none of these settings.
    fn only(&self, given: Given, known: &[&str], what: &str) -> Result<(), ConfigError> {
        match given.into_iter().find(|(name, _)| !known.contains(name)) {
            Some((name, value)) => {
                Err(self.refuse(name, &value, &format!("nothing: {what} has only {}", known.join(", "))))
            }
            None => Ok(()),
        }
    }

    fn needed(&self, name: &str, value: Option<&String>) -> Result<String, ConfigError> {
        let value = value.filter(|value| !value.trim().is_empty());
        value.cloned().ok_or_else(|| self.refuse(name, "(nothing)", "a value, which this source needs"))
    }

    fn duration(&self, name: &str, text: Option<&str>, default: Duration) -> Result<Duration, ConfigError> {
        let Some(text) = text else { return Ok(default) };
        duration::parse(text).map_err(|error| self.refuse(name, text, &error.to_string()))
    }

    fn timeout(&self, text: Option<&str>) -> Result<Duration, ConfigError> {
        let timeout = self.duration("timeout", text, TIMEOUT)?;
        if timeout <= MOST_TIMEOUT {
            return Ok(timeout);
        }
        Err(self.refuse("timeout", text.unwrap_or_default(), "a duration from 1s to 60s"))
    }

    fn number(&self, name: &str, given: Option<u32>, default: u32, most: u32) -> Result<u32, ConfigError> {
        let number = given.unwrap_or(default);
        if (1..=most).contains(&number) {
            return Ok(number);
        }
        Err(self.refuse(name, &number.to_string(), &format!("a whole number from 1 to {most}")))
    }

    /// The records of both kinds, of which there must be one at least.
    fn both<T>(
        &self,
        written: &Written,
        read: impl Fn(&WrittenRecords, RecordKind, &Place) -> Result<T, ConfigError>,
    ) -> Result<Both<T>, ConfigError> {
        let one = |name: &str, records: &Option<WrittenRecords>, kind| {
            let place = Place(format!("{}.{name}", self.0));
            records.as_ref().map(|records| read(records, kind, &place)).transpose()
        };
        let customers = one("customers", &written.customers, RecordKind::Customer)?;
        let customer_users = one("customer_users", &written.customer_users, RecordKind::CustomerUser)?;
        if customers.is_none() && customer_users.is_none() {
            let expected = "a table `[source.customers]` or `[source.customer_users]` that says what it keeps";
            return Err(ConfigError::value(&self.0, &written.name, expected));
        }
        Ok((customers, customer_users))
    }

    /// The fields by name, none of them twice the key and none unknown: that was checked when the file was read.
    fn fields(&self, written: &WrittenRecords, kind: RecordKind) -> Result<BTreeMap<String, String>, ConfigError> {
        let unknown = written.fields.keys().find(|name| !kind.fields().contains(&name.as_str()));
        match unknown {
            Some(name) => Err(self.refuse(&format!("fields.{name}"), name, &kind.fields().join(", "))),
            None => Ok(written.fields.clone()),
        }
    }
}
