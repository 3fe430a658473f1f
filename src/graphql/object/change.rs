//! The change log: what was changed through this server, by whom, and what it was before.

use std::sync::Arc;

use async_graphql::{Context, Enum, ID, Object, SimpleObject};
use chrono::{DateTime, Utc};
use futures_util::FutureExt;

use crate::domain;
use crate::domain::access::Action;
use crate::domain::change::EntityType;
use crate::error::Result;
use crate::graphql::context::ContextExt;
use crate::graphql::id::GlobalId;
use crate::graphql::page::{PageArguments, PageInfo, list_cost, usual};
use crate::loader::ChangesOf;
use crate::store::page::{Cursor, Entries};

/// What kind of change it was.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "crate::domain::change::ChangeKind")]
pub enum ChangeKind {
    /// The record was made.
    Created,
    /// Fields were edited.
    Updated,
    /// The record was switched on or off.
    ValidityChanged,
    /// The record got a new key.
    Renamed,
    /// The record got a new password.
    PasswordChanged,
    /// Permissions or additional customers were given or taken.
    PermissionsChanged,
}

/// A change that was made through this server.
#[derive(Clone)]
pub struct Change(pub Arc<domain::change::Change>);

impl From<domain::change::Change> for Change {
    fn from(change: domain::change::Change) -> Self {
        Self(Arc::new(change))
    }
}

/// A change of a record that was made through this server. What other programs change on the same database is not here.
#[Object]
impl Change {
    /// Global id.
    pub async fn id(&self) -> ID {
        GlobalId::Change(self.0.id).encode()
    }

    /// When it was made.
    async fn at(&self) -> DateTime<Utc> {
        self.0.at
    }

    /// What kind of change it was; one of a kind that only a later version knows is shown as UPDATED.
    async fn kind(&self) -> ChangeKind {
        self.0.kind.into()
    }

    /// Login of the agent or customer user who made it; empty in the subscription of an agent who is no administrator.
    async fn actor(&self) -> &str {
        &self.0.actor
    }

    /// Name of the record's type, such as Customer.
    async fn entity_type(&self) -> &str {
        &self.0.entity_type
    }

    /// The record's key when it was changed: CustomerID, login or name. The record may have another by now.
    async fn entity_key(&self) -> &str {
        &self.0.entity_key
    }

    /// What was changed, field by field; empty in the subscription of an agent who is no administrator.
    #[graphql(complexity = "list_cost(usual::CHANGED_FIELDS, child_complexity)")]
    async fn fields(&self) -> Vec<FieldChange> {
        self.0.fields.iter().cloned().map(FieldChange::from).collect()
    }
}

/// One field before and after. A secret shows that it changed, never its value.
#[derive(SimpleObject)]
pub struct FieldChange {
    /// What was changed: a field as this API names it, or in words the group, customer or person whose permissions became others, or what
    /// followed along.
    field: String,
    /// What it was; null for nothing, and for a secret.
    before: Option<String>,
    /// What it became; null for nothing, and for a secret.
    after: Option<String>,
}

impl From<domain::change::FieldChange> for FieldChange {
    fn from(change: domain::change::FieldChange) -> Self {
        let domain::change::FieldChange { field, before, after } = change;
        Self { field, before, after }
    }
}

/// A change and its place in a list.
#[derive(SimpleObject)]
pub struct ChangeEdge {
    /// The place of the entry, for `after`.
    cursor: String,
    /// The change.
    node: Change,
}

/// A page of changes, newest first. Such a list only grows, so it is not counted.
#[derive(SimpleObject)]
pub struct ChangeConnection {
    /// The entries with their cursors.
    edges: Vec<ChangeEdge>,
    /// The entries alone.
    nodes: Vec<Change>,
    /// Where the page stands in the list.
    page_info: PageInfo,
}

impl ChangeConnection {
    fn new(entries: Entries<domain::change::Change>) -> Self {
        let entries = entries.map(Change::from);
        let nodes = entries.items.iter().map(|(_, change)| change.clone()).collect();
        let page_info = PageInfo::of(&entries);
        let edge = |(cursor, node): (Cursor, Change)| ChangeEdge { cursor: cursor.encode(), node };
        Self { edges: entries.items.into_iter().map(edge).collect(), nodes, page_info }
    }
}

/// The changes of a record, or of all records; `None` for those who may not read them.
pub async fn changes(
    ctx: &Context<'_>,
    record: Option<(EntityType, &str)>,
    page: PageArguments,
) -> Result<Option<ChangeConnection>> {
    if !ctx.allows(Action::ReadRelations)? {
        return Ok(None);
    }
    let page = page.check(&ctx.api().limits)?;
    let entries = match record {
        Some((entity, key)) => ctx.load(ChangesOf(entity, key.to_owned(), page.into())).await?.unwrap_or_default(),
        None => ctx.store().changes(&page).boxed().await?,
    };
    Ok(Some(ChangeConnection::new(entries)))
}
