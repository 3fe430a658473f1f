//! Data sources.

use std::sync::Arc;

use async_graphql::{Context, Enum, ID, Object};

use crate::domain::access::Action;
use crate::domain::record::RecordKind;
use crate::error::Result;
use crate::graphql::context::{Api, ContextExt};
use crate::graphql::id::GlobalId;
use crate::source::{Registry, Source};

/// What kind of store a data source is.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum DataSourceKind {
    /// A database.
    Database,
    /// An LDAP directory.
    Ldap,
}

/// Where customers or customer users are kept. The configured order decides which source answers first.
pub struct DataSource {
    sources: Arc<Registry>,
    position: usize,
}

impl DataSource {
    /// All data sources in order.
    pub fn all(api: &Api) -> Vec<Self> {
        let positions = 0..api.sources.all().len();
        positions.map(|position| Self { sources: Arc::clone(&api.sources), position }).collect()
    }

    /// The data source of this name.
    pub fn named(api: &Api, name: &str) -> Option<Self> {
        Self::all(api).into_iter().find(|source| *source.source().name == *name)
    }

    /// The data source of a record; `None` stands for the main database.
    pub fn of(api: &Api, name: Option<&str>) -> Option<Self> {
        Self::named(api, name.unwrap_or(&api.sources.main().name))
    }

    fn source(&self) -> &Source {
        &self.sources.all()[self.position]
    }
}

/// Where customers or customer users are kept. The configured order decides which source answers first.
#[Object]
impl DataSource {
    /// Global id.
    pub async fn id(&self) -> ID {
        GlobalId::DataSource(self.source().name.to_string()).encode()
    }

    /// The configured name.
    async fn name(&self) -> &str {
        &self.source().name
    }

    /// What it is.
    async fn kind(&self) -> DataSourceKind {
        self.source().directory().map_or(DataSourceKind::Database, |_| DataSourceKind::Ldap)
    }

    /// Whether nothing can be written to it.
    async fn is_read_only(&self) -> bool {
        self.source().is_read_only()
    }

    /// Whether it keeps customers.
    async fn holds_customers(&self) -> bool {
        self.source().holds(RecordKind::Customer)
    }

    /// Whether it keeps customer users.
    async fn holds_customer_users(&self) -> bool {
        self.source().holds(RecordKind::CustomerUser)
    }

    /// Whether the source answered when last asked; null for anyone but administrators.
    async fn is_reachable(&self, ctx: &Context<'_>) -> Option<Result<bool>> {
        let is_reachable = async || match ctx.allows(Action::ReadSourceState)? {
            true => Ok(Some(ctx.reader()?.sources.is_reachable(self.source()).await)),
            false => Ok(None),
        };
        is_reachable().await.transpose()
    }
}
