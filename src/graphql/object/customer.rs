//! Customers.

use std::sync::Arc;

use async_graphql::{Context, ID, Object};
use chrono::{DateTime, Utc};

use crate::domain;
use crate::domain::access::Action;
use crate::domain::change::EntityType;
use crate::domain::link::Place;
use crate::error::{Error, Result};
use crate::graphql::context::ContextExt;
use crate::graphql::filter::{CustomerUserFilter, CustomerUserOrder, TicketFilter, TicketOrder, TicketView, Validity};
use crate::graphql::id::GlobalId;
use crate::graphql::list::{TicketArguments, customer_user_list, ticket_list};
use crate::graphql::page::{Connection, PageArguments, list_cost, page_cost, usual};
use crate::graphql::scalar::{Url, Version};
use crate::loader::{CustomerGroupPermissionsOf, CustomerPermissionsOf, CustomerUsersOf, TicketsOf};
use crate::store::ticket::TicketParent;

use super::address::{Address, ExternalLink, external_links};
use super::agent::{Agent, agent};
use super::change::{ChangeConnection, changes};
use super::customer_user::CustomerUser;
use super::data_source::DataSource;
use super::permission::{
    CustomerGroupPermission, EffectivePermission, PermissionContext, effective_permissions, stored_permissions,
};
use super::ticket::{Ticket, TicketCounts, ticket_counts};

/// An organisation, company or authority.
#[derive(Clone)]
pub struct Customer(pub Arc<domain::customer::Customer>);

impl From<domain::customer::Customer> for Customer {
    fn from(customer: domain::customer::Customer) -> Self {
        Self(Arc::new(customer))
    }
}

/// An organisation, company or authority whose people write tickets.
#[Object]
impl Customer {
    /// Global id.
    pub async fn id(&self) -> ID {
        GlobalId::Customer(self.0.customer_id.clone()).encode()
    }

    /// CustomerID: the internal name that tickets and customer users refer to.
    async fn customer_id(&self) -> &str {
        &self.0.customer_id
    }

    /// The name.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// The postal address.
    async fn address(&self, ctx: &Context<'_>) -> Address {
        Address::new(&ctx.api().display.map, self.place())
    }

    /// The web address as stored, which may be any text; null where none is stored.
    async fn url(&self) -> Option<&str> {
        self.0.url.as_deref()
    }

    /// The same where it is an absolute http or https address that a page may link to, else null.
    async fn web_url(&self) -> Option<Url> {
        self.0.url.as_deref().and_then(domain::link::web_url).map(Url)
    }

    /// Internal remark; null where none is stored, and for customer users.
    async fn comment(&self, ctx: &Context<'_>) -> Option<Result<&str>> {
        ctx.allows(Action::ReadInternals).map(|allowed| self.0.comment.as_deref().filter(|_| allowed)).transpose()
    }

    /// Whether the customer is in use. The people and tickets of an invalid one stay as they are.
    async fn validity(&self) -> Validity {
        self.0.validity.into()
    }

    /// Where the customer is kept.
    async fn data_source(&self, ctx: &Context<'_>) -> Result<DataSource> {
        let found = DataSource::of(ctx.api(), self.0.source.as_deref());
        found.ok_or_else(|| Error::internal("a record of a data source that is not configured"))
    }

    /// Links built from the configured templates; those that lack something are left out.
    #[graphql(complexity = "list_cost(usual::LINKS, child_complexity)")]
    async fn links(&self, ctx: &Context<'_>) -> Vec<ExternalLink> {
        external_links(&ctx.api().display.customer_links, |field| self.field(field))
    }

    /// The people of this customer: those whose own customer it is and those it is assigned to in addition.
    #[graphql(complexity = "page_cost(first, last, child_complexity)")]
    #[allow(clippy::too_many_arguments)] // These are the field's arguments.
    async fn customer_users(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The first so many.")] first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many; not together with `first`.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
        #[graphql(
            desc = "Search text, contained in login, name or CustomerID in any case: `+` and, `!` not, `*` any text. Blanks are part of it."
        )]
        search: Option<String>,
        #[graphql(desc = "What must hold.")] filter: Option<CustomerUserFilter>,
        #[graphql(desc = "How to sort; by login where nothing is given.")] order_by: Option<CustomerUserOrder>,
    ) -> Result<Connection<CustomerUser>> {
        let page = PageArguments { first, after, last, before };
        let list = customer_user_list(ctx, page, search, filter, order_by)?;
        let entries = ctx.load(CustomerUsersOf(self.0.customer_id.clone(), list.into())).await?;
        Ok(Connection::of_sources(ctx, entries.unwrap_or_default(), CustomerUser::from))
    }

    /// The tickets of this customer that the viewer may read.
    #[graphql(complexity = "page_cost(first, last, child_complexity)")]
    #[allow(clippy::too_many_arguments)] // These are the field's arguments.
    async fn tickets(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which of the lists of the detail view.", default_with = "TicketView::All")] view: TicketView,
        #[graphql(desc = "The first so many.")] first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many; not together with `first`.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
        #[graphql(desc = "What must hold.")] filter: Option<TicketFilter>,
        #[graphql(desc = "How to sort; newest first where nothing is given.")] order_by: Option<TicketOrder>,
    ) -> Result<Connection<Ticket>> {
        let page = PageArguments { first, after, last, before };
        let list = ticket_list(ctx, TicketArguments { view, page, filter, order_by })?;
        let parent = TicketParent::Customer(self.0.customer_id.clone());
        Ok(Connection::new(ctx.load(TicketsOf(parent, list.into())).await?.unwrap_or_default(), Ticket))
    }

    /// Counts over the tickets that the viewer may read.
    async fn ticket_counts(&self, ctx: &Context<'_>) -> Result<TicketCounts> {
        ticket_counts(ctx, TicketParent::Customer(self.0.customer_id.clone())).await
    }

    /// Group permissions stored for the customer itself, by group and context; null for anyone but administrators.
    #[graphql(complexity = "list_cost(usual::GROUPS, child_complexity)")]
    async fn group_permissions(&self, ctx: &Context<'_>) -> Option<Result<Vec<CustomerGroupPermission>>> {
        self.stored_permissions(ctx).await.transpose()
    }

    /// What every customer user of this customer gets from it, by group; null for customer users.
    #[graphql(complexity = "list_cost(usual::GROUPS, child_complexity)")]
    async fn effective_permissions(&self, ctx: &Context<'_>) -> Option<Result<Vec<EffectivePermission>>> {
        self.passed_on(ctx).await.transpose()
    }

    /// Changes of this customer made through this server, newest first; null for anyone but administrators.
    #[graphql(complexity = "page_cost(first, None, child_complexity)")]
    async fn changes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The first so many.")] first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
    ) -> Option<Result<ChangeConnection>> {
        let record = (EntityType::Customer, self.0.customer_id.as_str());
        changes(ctx, Some(record), PageArguments::forward(first, after)).await.transpose()
    }

    /// When the record was made; null where that is not known.
    async fn created_at(&self) -> Option<DateTime<Utc>> {
        self.0.created_at
    }

    /// The agent who made it; null where that is not known, and for customer users.
    async fn created_by(&self, ctx: &Context<'_>) -> Option<Result<Agent>> {
        agent(ctx, self.0.created_by).await.transpose()
    }

    /// When the record was last changed; null where that is not known.
    async fn changed_at(&self) -> Option<DateTime<Utc>> {
        self.0.changed_at
    }

    /// The agent who last changed it; null where that is not known, and for customer users.
    async fn changed_by(&self, ctx: &Context<'_>) -> Option<Result<Agent>> {
        agent(ctx, self.0.changed_by).await.transpose()
    }

    /// Fingerprint of the record as stored; empty for one of a data source that is only read.
    async fn version(&self) -> Version {
        Version(self.0.version.clone())
    }
}

impl Customer {
    fn place(&self) -> Place<'_> {
        let Self(customer) = self;
        Place {
            street: customer.street.as_deref(),
            zip: customer.zip.as_deref(),
            city: customer.city.as_deref(),
            country: customer.country.as_deref(),
        }
    }

    /// A field by the name that link templates use.
    fn field(&self, name: &str) -> Option<&str> {
        let Self(customer) = self;
        match name {
            "customer_id" => Some(&customer.customer_id),
            "name" => Some(&customer.name),
            "street" => customer.street.as_deref(),
            "zip" => customer.zip.as_deref(),
            "city" => customer.city.as_deref(),
            "country" => customer.country.as_deref(),
            "url" => customer.url.as_deref(),
            _ => None,
        }
    }

    async fn stored_permissions(&self, ctx: &Context<'_>) -> Result<Option<Vec<CustomerGroupPermission>>> {
        if !ctx.allows(Action::ReadRelations)? {
            return Ok(None);
        }
        let stored = ctx.load(CustomerGroupPermissionsOf(self.0.customer_id.clone())).await?.unwrap_or_default();
        let known = stored.into_iter().filter_map(|row| Some((PermissionContext::from_stored(&row.context)?, row)));
        let found = stored_permissions(ctx, known, |(_, row)| (row.group_id, row.keys.clone())).await?;
        Ok(Some(
            found
                .into_iter()
                .map(|((context, _), group, permissions)| CustomerGroupPermission { group, context, permissions })
                .collect(),
        ))
    }

    async fn passed_on(&self, ctx: &Context<'_>) -> Result<Option<Vec<EffectivePermission>>> {
        if !ctx.allows(Action::ReadCustomerPermissions)? {
            return Ok(None);
        }
        let found = ctx.load(CustomerPermissionsOf(self.0.customer_id.clone())).await?.unwrap_or_default();
        effective_permissions(ctx, &found).await.map(Some)
    }
}
