//! The data sources as configured, which all requests share.

use std::sync::Arc;
use std::time::Duration;

use crate::config::{SourceConfig, SourceKind};
use crate::domain::record::RecordKind;
use crate::domain::rules::Rules;
use crate::error::Result;
use crate::store::page::{Entries, Page};
use crate::store::statement::Usage;

use super::breaker::Breaker;
use super::foreign::ForeignDatabase;
use super::ldap::{Ldap, LdapSettingError};
use super::record::{Authentication, Finding, Gathered, Record, RecordQuery, RecordSource};

/// The data sources in their order. One of them is the main database.
pub struct Registry {
    pub(super) sources: Vec<Source>,
}

/// A data source.
pub struct Source {
    /// The configured name.
    pub name: Arc<str>,
    /// What is behind it.
    pub place: Place,
}

/// Where a source keeps its records.
pub enum Place {
    /// In the main database.
    Main,
    /// Elsewhere: it is only read.
    Elsewhere(Box<Elsewhere>),
}

/// A source besides the main database.
pub struct Elsewhere {
    kind: Kind,
    pub(super) breaker: Arc<Breaker>,
}

/// A source besides the main database, with its place in the order.
#[derive(Clone, Copy)]
pub(super) struct Other<'a> {
    pub(super) number: usize,
    pub(super) source: &'a Source,
    pub(super) elsewhere: &'a Elsewhere,
}

enum Kind {
    Ldap(Ldap),
    Database(ForeignDatabase),
}

impl Registry {
    /// The sources as configured; nothing is asked yet. The error says which setting is wrong.
    pub fn new(sources: &[SourceConfig], rules: &Rules) -> Result<Self, LdapSettingError> {
        let sources = sources.iter().map(|source| Source::new(source, rules)).collect::<Result<_, _>>()?;
        Ok(Self { sources })
    }

    /// The same sources, with the statements in other databases counted where those of the request are.
    #[must_use]
    pub fn for_request(self: &Arc<Self>, usage: &Arc<Usage>) -> Arc<Self> {
        let has_statements =
            |place: &Place| matches!(place, Place::Elsewhere(elsewhere) if matches!(elsewhere.kind, Kind::Database(_)));
        if !self.sources.iter().any(|source| has_statements(&source.place)) {
            return Arc::clone(self);
        }
        Arc::new(Self { sources: self.sources.iter().map(|source| source.for_request(usage)).collect() })
    }

    /// All sources in order.
    pub fn all(&self) -> &[Source] {
        &self.sources
    }

    /// The source of this name.
    pub fn named(&self, name: &str) -> Option<&Source> {
        self.sources.iter().find(|source| *source.name == *name)
    }

    /// The main database.
    pub fn main(&self) -> &Source {
        &self.sources[self.main_position()]
    }

    /// Where the main database stands among them.
    pub(super) fn main_position(&self) -> usize {
        let position = self.sources.iter().position(|source| matches!(source.place, Place::Main));
        position.expect("the settings have exactly one")
    }

    /// The source at a position, if it is not the main database and keeps records of a kind.
    pub(super) fn other(&self, number: usize, kind: RecordKind) -> Option<Other<'_>> {
        let source = &self.sources[number];
        match &source.place {
            Place::Elsewhere(elsewhere) if elsewhere.holds(kind) => Some(Other { number, source, elsewhere }),
            Place::Elsewhere(_) | Place::Main => None,
        }
    }

    /// The sources besides the main database that keep records of a kind.
    pub(super) fn others(&self, kind: RecordKind) -> impl Iterator<Item = Other<'_>> {
        (0..self.sources.len()).filter_map(move |number| self.other(number, kind))
    }

    /// Those of them that are asked before the main database, or those that are asked after it.
    pub(super) fn others_beside(&self, before_main: bool, kind: RecordKind) -> impl Iterator<Item = Other<'_>> {
        let main = self.main_position();
        self.others(kind).filter(move |other| (other.number < main) == before_main)
    }
}

impl Source {
    fn new(config: &SourceConfig, rules: &Rules) -> Result<Self, LdapSettingError> {
        let name: Arc<str> = config.name.as_str().into();
        let (customers, people) = (&rules.customer_search_fields, &rules.customer_user_search_fields);
        let kind = match &config.kind {
            SourceKind::Main => return Ok(Self { name, place: Place::Main }),
            SourceKind::Ldap(ldap) => {
                Kind::Ldap(Ldap::new(&name, ldap, customers, people).map_err(|error| error.of(&name))?)
            }
            SourceKind::Database(database) => Kind::Database(ForeignDatabase::new(&name, database, customers, people)),
        };
        Ok(Self { name, place: Place::Elsewhere(Box::new(Elsewhere { kind, breaker: Arc::default() })) })
    }

    fn for_request(&self, usage: &Arc<Usage>) -> Self {
        let place = match &self.place {
            Place::Main => Place::Main,
            Place::Elsewhere(elsewhere) => {
                let kind = match &elsewhere.kind {
                    Kind::Ldap(ldap) => Kind::Ldap(ldap.clone()),
                    Kind::Database(database) => Kind::Database(database.for_usage(usage)),
                };
                Place::Elsewhere(Box::new(Elsewhere { kind, breaker: Arc::clone(&elsewhere.breaker) }))
            }
        };
        Self { name: Arc::clone(&self.name), place }
    }

    /// Whether what is configured fits what is there, for the command `check`; nothing is said of the main database.
    pub async fn inspect(&self) -> Vec<Finding> {
        match &self.place {
            Place::Main => Vec::new(),
            Place::Elsewhere(elsewhere) => match &elsewhere.kind {
                Kind::Ldap(ldap) => ldap.inspect().await,
                Kind::Database(database) => database.inspect().await,
            },
        }
    }

    /// Whether nothing can be written to it.
    pub fn is_read_only(&self) -> bool {
        matches!(self.place, Place::Elsewhere(_))
    }

    /// The LDAP directory behind it, if it is one.
    pub fn directory(&self) -> Option<&Ldap> {
        match &self.place {
            Place::Elsewhere(elsewhere) => match &elsewhere.kind {
                Kind::Ldap(ldap) => Some(ldap),
                Kind::Database(_) => None,
            },
            Place::Main => None,
        }
    }

    /// Whether it keeps records of a kind; the main database keeps both.
    pub fn holds(&self, kind: RecordKind) -> bool {
        match &self.place {
            Place::Main => true,
            Place::Elsewhere(elsewhere) => elsewhere.holds(kind),
        }
    }
}

impl<'a> Other<'a> {
    /// What is asked.
    pub(super) fn asked(self) -> (&'a Source, &'a Elsewhere) {
        (self.source, self.elsewhere)
    }
}

impl Elsewhere {
    /// How long a request waits for all that it asks.
    pub(super) fn timeout(&self) -> Duration {
        match &self.kind {
            Kind::Ldap(ldap) => ldap.timeout(),
            Kind::Database(database) => database.timeout(),
        }
    }

    /// How many answers have come from it so far.
    pub(super) fn answered(&self) -> u64 {
        match &self.kind {
            Kind::Ldap(ldap) => ldap.answered(),
            Kind::Database(database) => database.answered(),
        }
    }

    /// Whether it answers at the moment.
    pub(super) async fn ping(&self) -> Result<()> {
        match &self.kind {
            Kind::Ldap(ldap) => ldap.ping().await,
            Kind::Database(database) => database.ping().await,
        }
    }

    /// Whether people can sign in with a password that it checks. Another database has none that is for us.
    pub(super) fn checks_passwords(&self) -> bool {
        matches!(self.kind, Kind::Ldap(_))
    }

    /// What it says of a login and password.
    pub(super) async fn authenticate(&self, login: &str, password: &str) -> Result<Authentication> {
        match &self.kind {
            Kind::Ldap(ldap) => ldap.authenticate(login, password).await,
            Kind::Database(_) => Ok(Authentication::Unknown),
        }
    }
}

impl RecordSource for Elsewhere {
    fn holds(&self, kind: RecordKind) -> bool {
        match &self.kind {
            Kind::Ldap(ldap) => ldap.holds(kind),
            Kind::Database(database) => database.holds(kind),
        }
    }

    async fn by_keys(&self, kind: RecordKind, keys: &[String]) -> Result<Vec<Record>> {
        match &self.kind {
            Kind::Ldap(ldap) => ldap.by_keys(kind, keys).await,
            Kind::Database(database) => database.by_keys(kind, keys).await,
        }
    }

    async fn page(&self, query: &RecordQuery, page: &Page) -> Result<Entries<Record>> {
        match &self.kind {
            Kind::Ldap(ldap) => ldap.page(query, page).await,
            Kind::Database(database) => database.page(query, page).await,
        }
    }

    async fn all(&self, query: &RecordQuery, most: usize) -> Result<Gathered> {
        match &self.kind {
            Kind::Ldap(ldap) => ldap.all(query, most).await,
            Kind::Database(database) => database.all(query, most).await,
        }
    }

    async fn count(&self, query: &RecordQuery) -> Result<i64> {
        match &self.kind {
            Kind::Ldap(ldap) => ldap.count(query).await,
            Kind::Database(database) => database.count(query).await,
        }
    }
}
