//! Articles.

use async_graphql::{Enum, ID, Object};
use chrono::{DateTime, Utc};

use crate::domain;
use crate::error::{Error, Result};
use crate::graphql::id::GlobalId;

/// Who wrote an article.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "crate::domain::article::Sender")]
pub enum ArticleSender {
    /// An agent.
    Agent,
    /// A customer user.
    Customer,
    /// The help desk itself.
    System,
}

/// A message of a ticket.
pub struct Article(pub domain::article::Article);

/// A message of a ticket.
#[Object]
impl Article {
    /// Global id.
    pub async fn id(&self) -> ID {
        GlobalId::Article(self.0.id).encode()
    }

    /// Who wrote it.
    async fn sender(&self) -> ArticleSender {
        self.0.sender.into()
    }

    /// From whom, as shown; null where nothing is stored.
    async fn from(&self) -> Option<&str> {
        self.0.from.as_deref()
    }

    /// To whom, as shown; null where nothing is stored.
    async fn to(&self) -> Option<&str> {
        self.0.to.as_deref()
    }

    /// What it is about; null where nothing is stored.
    async fn subject(&self) -> Option<&str> {
        self.0.subject.as_deref()
    }

    /// Plain text; empty for messages of channels that keep no text, such as chats.
    #[graphql(complexity = 20)]
    async fn body(&self) -> &str {
        &self.0.body
    }

    /// Whether customers may read it.
    async fn is_visible_for_customer(&self) -> bool {
        self.0.is_visible_for_customer
    }

    /// When it was written.
    async fn created_at(&self) -> Result<DateTime<Utc>> {
        self.0.created_at.ok_or_else(|| Error::internal("an article has a time that its zone never had"))
    }
}
