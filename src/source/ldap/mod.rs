//! Customers and customer users in an LDAP directory, which is only ever read.

mod condition;
mod entry;
mod filter;
mod gather;
mod inspect;
mod lookup;
mod mapping;
mod page;
mod pool;
mod search;
mod sign_in;
mod tls;
mod window;

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use ldap3::LdapConnSettings;
use moka::future::Cache;
use secrecy::SecretString;
use thiserror::Error;

use crate::config::{BindPassword, LdapConfig, Scope};
use crate::domain::record::RecordKind;
use crate::error::{Error, Result};
use crate::store::page::{Entries, Page};

use super::record::{Gathered, Record, RecordQuery, RecordSource};
use filter::Filter;
use mapping::Mapping;
use pool::{Address, Pool};
use search::{Answer, Question};

/// The most records that are remembered by key.
const CACHED: u64 = 100_000;

/// A directory with customers, customer users or both. A clone is the same directory, with the same connections.
#[derive(Clone)]
pub struct Ldap(Arc<Directory>);

/// What a directory is made of.
struct Directory {
    name: Arc<str>,
    pool: Pool,
    timeout: Duration,
    size_limit: usize,
    customers: Option<Mapping>,
    customer_users: Option<Mapping>,
    /// By kind and folded key; `None` for a key that the directory does not have.
    cache: Cache<(RecordKind, String), Option<Record>>,
    searches: AtomicU64,
    entries: AtomicU64,
}

/// Why the settings of a directory cannot be used: a sentence for the operator that names the setting.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{0}")]
pub struct LdapSettingError(pub String);

impl LdapSettingError {
    /// The same with the name of the source.
    #[must_use]
    pub fn of(self, name: &str) -> Self {
        Self(format!("the data source `{name}` cannot be used: {}", self.0))
    }
}

impl Ldap {
    /// The directory of these settings. Nothing is asked of it yet, but the files with its password and certificates are read.
    ///
    /// The search fields are those of the section `[customers]`; they count where the source does not say what a search looks at.
    pub fn new(
        name: &Arc<str>,
        config: &LdapConfig,
        customer_search_fields: &[String],
        customer_user_search_fields: &[String],
    ) -> Result<Self, LdapSettingError> {
        let mapping = |kind, entries: &Option<_>, search| {
            entries.as_ref().map(|entries| Mapping::new(kind, entries, search)).transpose()
        };
        let (customer, customer_user) = (RecordKind::Customer, RecordKind::CustomerUser);
        Ok(Self(Arc::new(Directory {
            name: Arc::clone(name),
            pool: Pool::new(address(config)?, config.max_connections),
            timeout: config.timeout,
            size_limit: config.size_limit,
            customers: mapping(customer, &config.customers, customer_search_fields)?,
            customer_users: mapping(customer_user, &config.customer_users, customer_user_search_fields)?,
            cache: Cache::builder().max_capacity(CACHED).time_to_live(config.cache_ttl).build(),
            searches: AtomicU64::new(0),
            entries: AtomicU64::new(0),
        })))
    }

    /// How long one request waits for all that it asks of the directory.
    pub fn timeout(&self) -> Duration {
        self.0.timeout
    }

    /// Asks for one entry; an error says that the directory does not answer at the moment.
    pub async fn ping(&self) -> Result<()> {
        for mapping in [&self.0.customers, &self.0.customer_users].into_iter().flatten().take(1) {
            self.ask(mapping, &mapping.filter, vec![mapping.key.clone()], 1).await?;
        }
        Ok(())
    }

    /// Forgets all records that were read, so that the next question by key asks the directory.
    pub fn forget(&self) {
        self.0.cache.invalidate_all();
    }

    /// How many searches were sent and how many entries came back, since the start.
    pub fn effort(&self) -> (u64, u64) {
        (self.0.searches.load(Ordering::Relaxed), self.0.entries.load(Ordering::Relaxed))
    }

    /// How many answers arrived from the directory, since the start: results of searches and binds, errors among them. What is remembered,
    /// and a question that fails without a word of the directory, does not count.
    pub fn answered(&self) -> u64 {
        self.0.pool.answered()
    }

    /// The entries of a kind; `None` where the directory has none of it.
    fn mapping(&self, kind: RecordKind) -> Option<&Mapping> {
        match kind {
            RecordKind::Customer => self.0.customers.as_ref(),
            RecordKind::CustomerUser => self.0.customer_users.as_ref(),
        }
    }

    /// Sends a search, if anything can fulfil it.
    async fn ask(&self, mapping: &Mapping, filter: &Filter, attributes: Vec<String>, limit: usize) -> Result<Answer> {
        if *filter == Filter::False {
            return Ok(Answer::default());
        }
        self.send(&self.question(mapping, filter, attributes, limit)).await
    }

    fn question<'a>(
        &self,
        mapping: &'a Mapping,
        filter: &Filter,
        attributes: Vec<String>,
        limit: usize,
    ) -> Question<'a> {
        Question {
            base: &mapping.base,
            scope: match mapping.scope {
                Scope::Sub => ldap3::Scope::Subtree,
                Scope::One => ldap3::Scope::OneLevel,
            },
            filter: filter.to_string(),
            attributes,
            limit,
            timeout: self.0.timeout,
            is_sign_in: false,
        }
    }

    async fn send(&self, question: &Question<'_>) -> Result<Answer> {
        let answer = self.0.pool.ask(question).await.map_err(|failure| self.unavailable(failure))?;
        self.0.searches.fetch_add(1, Ordering::Relaxed);
        self.0.entries.fetch_add(answer.entries.len() as u64, Ordering::Relaxed);
        Ok(answer)
    }

    fn unavailable(&self, cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
        Error::source_unavailable(&self.0.name, cause)
    }
}

impl RecordSource for Ldap {
    fn holds(&self, kind: RecordKind) -> bool {
        self.mapping(kind).is_some()
    }

    async fn by_keys(&self, kind: RecordKind, keys: &[String]) -> Result<Vec<Record>> {
        let Some(mapping) = self.mapping(kind) else { return Ok(Vec::new()) };
        self.look_up(mapping, keys).await
    }

    async fn page(&self, query: &RecordQuery, page: &Page) -> Result<Entries<Record>> {
        let Some(mapping) = self.mapping(query.kind) else { return Ok(Entries::default()) };
        self.read_page(mapping, query, page).await
    }

    async fn all(&self, query: &RecordQuery, most: usize) -> Result<Gathered> {
        let Some(mapping) = self.mapping(query.kind) else { return Ok(Gathered::default()) };
        self.gather(mapping, query, most).await
    }

    async fn count(&self, query: &RecordQuery) -> Result<i64> {
        let Some(mapping) = self.mapping(query.kind) else { return Ok(0) };
        self.count_records(mapping, query).await
    }
}

fn address(config: &LdapConfig) -> Result<Address, LdapSettingError> {
    let settings = LdapConnSettings::new()
        .set_conn_timeout(config.timeout)
        .set_starttls(config.start_tls)
        .set_config(tls::client_config(config.ca_file.as_deref())?);
    let bind = config.bind.as_ref().map(|(dn, password)| Ok((dn.clone(), bind_password(password)?)));
    Ok(Address { url: config.url.clone(), settings, bind: bind.transpose()?, timeout: config.timeout })
}

fn bind_password(password: &BindPassword) -> Result<SecretString, LdapSettingError> {
    match password {
        BindPassword::Given(password) => Ok(password.clone()),
        BindPassword::File(file) => first_line(file),
    }
}

fn first_line(file: &Path) -> Result<SecretString, LdapSettingError> {
    let refused = |reason: &dyn std::fmt::Display| {
        LdapSettingError(format!("`source.bind_password_file`: `{}` cannot be used: {reason}", file.display()))
    };
    let text = fs::read_to_string(file).map_err(|error| refused(&error))?;
    // A bind without a password is one as nobody, and succeeds.
    match text.lines().next().filter(|line| !line.is_empty()) {
        Some(line) => Ok(SecretString::from(line)),
        None => Err(refused(&"its first line is empty")),
    }
}
