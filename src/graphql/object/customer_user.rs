//! Customer users.

use std::sync::Arc;

use async_graphql::{Context, ID, Object};
use chrono::{DateTime, Utc};

use crate::domain;
use crate::domain::access::Action;
use crate::domain::change::EntityType;
use crate::domain::link::Place;
use crate::domain::permission::customer_ids;
use crate::domain::text::fold;
use crate::error::{Error, Result};
use crate::graphql::context::ContextExt;
use crate::graphql::filter::{TicketFilter, TicketOrder, TicketView, Validity};
use crate::graphql::id::GlobalId;
use crate::graphql::list::{TicketArguments, ticket_list};
use crate::graphql::page::{Connection, PageArguments, list_cost, page_cost, usual};
use crate::graphql::scalar::{PermissionKey, Version};
use crate::graphql::selection::{Selection, customer_columns};
use crate::loader::{
    AdditionalCustomersOf, CustomerById, CustomerUserGroupPermissionsOf, LastLoginOf, StoredPermissionsOf, TicketsOf,
};
use crate::store::Store;
use crate::store::page::{Entries, KeyValue};
use crate::store::ticket::TicketParent;

use super::address::{Address, ExternalLink, external_links};
use super::agent::{Agent, agent};
use super::change::{ChangeConnection, changes};
use super::customer::Customer;
use super::data_source::DataSource;
use super::permission::{
    CustomerAccess, CustomerUserGroupPermission, EffectivePermission, PermissionExplanation, customer_access,
    effective_permissions, explanation, stored_permissions,
};
use super::ticket::{Ticket, TicketCounts, ticket_counts};

/// A person of a customer, who may log in as one.
#[derive(Clone)]
pub struct CustomerUser(pub Arc<domain::customer_user::CustomerUser>);

impl From<domain::customer_user::CustomerUser> for CustomerUser {
    fn from(person: domain::customer_user::CustomerUser) -> Self {
        Self(Arc::new(person))
    }
}

/// A person of a customer, who may sign in as one.
#[Object]
impl CustomerUser {
    /// Global id.
    pub async fn id(&self) -> ID {
        GlobalId::CustomerUser(self.0.login.clone()).encode()
    }

    /// Username.
    async fn login(&self) -> &str {
        &self.0.login
    }

    /// Form of address; null where none is stored.
    async fn title(&self) -> Option<&str> {
        self.0.title.as_deref()
    }

    /// First name.
    async fn first_name(&self) -> &str {
        &self.0.first_name
    }

    /// Last name.
    async fn last_name(&self) -> &str {
        &self.0.last_name
    }

    /// The name as the configured fields and separator make it.
    async fn full_name(&self, ctx: &Context<'_>) -> String {
        let display = &ctx.api().display;
        domain::person_name::full_name(
            display.name_fields.iter().filter_map(|field| self.0.field(field)),
            &display.name_separator,
        )
    }

    /// E-mail address; empty for customer users other than the person.
    async fn email(&self) -> &str {
        &self.0.email
    }

    /// Phone number; null where none is stored, and for customer users other than the person.
    async fn phone(&self) -> Option<&str> {
        self.0.phone.as_deref()
    }

    /// Fax number; null where none is stored, and for customer users other than the person.
    async fn fax(&self) -> Option<&str> {
        self.0.fax.as_deref()
    }

    /// Mobile number; null where none is stored, and for customer users other than the person.
    async fn mobile(&self) -> Option<&str> {
        self.0.mobile.as_deref()
    }

    /// The postal address; its parts are null for customer users other than the person.
    async fn address(&self, ctx: &Context<'_>) -> Address {
        Address::new(&ctx.api().display.map, self.place())
    }

    /// Internal remark; null where none is stored, and for customer users.
    async fn comment(&self, ctx: &Context<'_>) -> Option<Result<&str>> {
        ctx.allows(Action::ReadInternals).map(|allowed| self.0.comment.as_deref().filter(|_| allowed)).transpose()
    }

    /// Whether the person is active; others cannot sign in.
    async fn validity(&self) -> Validity {
        self.0.validity.into()
    }

    /// Where the person is kept.
    async fn data_source(&self, ctx: &Context<'_>) -> Result<DataSource> {
        let found = DataSource::of(ctx.api(), self.0.source.as_deref());
        found.ok_or_else(|| Error::internal("a record of a data source that is not configured"))
    }

    /// Links built from the configured templates; those that lack something are left out.
    #[graphql(complexity = "list_cost(usual::LINKS, child_complexity)")]
    async fn links(&self, ctx: &Context<'_>) -> Vec<ExternalLink> {
        external_links(&ctx.api().display.customer_user_links, |field| self.0.field(field))
    }

    /// CustomerID as stored, whether or not such a customer exists.
    async fn customer_id(&self) -> &str {
        &self.0.customer_id
    }

    /// The own customer; null where no customer has that CustomerID, or the viewer may not see it.
    async fn customer(&self, ctx: &Context<'_>) -> Option<Result<Customer>> {
        let columns = customer_columns(&Selection::of(ctx), &ctx.api().display);
        let found = ctx.find(CustomerById(self.0.customer_id.clone(), columns)).await;
        found.map(|customer| customer.map(Customer)).transpose()
    }

    /// Own customer first, then the additional ones by CustomerID; those that do not exist are left out.
    #[graphql(complexity = "page_cost(first, None, child_complexity)")]
    async fn customers(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The first so many.")] first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
    ) -> Result<Connection<Customer>> {
        let page = PageArguments::forward(first, after).check(&ctx.api().limits)?;
        let selection = Selection::of(ctx);
        let columns = customer_columns(&selection.entries(), &ctx.api().display);
        let additional = ctx.load(AdditionalCustomersOf(self.0.login.clone())).await?.unwrap_or_default();
        let ids = customer_ids(&self.0.customer_id, &additional);
        let found = ctx.find_all(ids.into_iter().map(|id| CustomerById(id, columns)).collect()).await?;
        let existing: Vec<_> = found.into_iter().flatten().collect();
        let total = selection.has("totalCount").then_some(existing.len() as i64);
        let sorted = existing.into_iter().map(|customer| (self.place_of(ctx.store(), &customer.customer_id), customer));
        let entries = Entries { total, ..Entries::of_sorted(("customer_user.customers", false), sorted, &page)? };
        Ok(Connection::new(entries, Customer))
    }

    /// The tickets of this person that the viewer may read.
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
        let parent = TicketParent::CustomerUser(self.0.login.clone());
        Ok(Connection::new(ctx.load(TicketsOf(parent, list.into())).await?.unwrap_or_default(), Ticket))
    }

    /// Counts over the tickets of this person that the viewer may read, whichever customer they are for.
    async fn ticket_counts(&self, ctx: &Context<'_>) -> Result<TicketCounts> {
        ticket_counts(ctx, TicketParent::CustomerUser(self.0.login.clone())).await
    }

    /// Group permissions stored for this person, by group; null for anyone but administrators.
    #[graphql(complexity = "list_cost(usual::GROUPS, child_complexity)")]
    async fn group_permissions(&self, ctx: &Context<'_>) -> Option<Result<Vec<CustomerUserGroupPermission>>> {
        self.stored_permissions(ctx).await.transpose()
    }

    /// What this person may do in which group, and why; null for customer users other than the person.
    #[graphql(complexity = "list_cost(usual::GROUPS, child_complexity)")]
    async fn effective_permissions(&self, ctx: &Context<'_>) -> Option<Result<Vec<EffectivePermission>>> {
        self.permissions(ctx).await.transpose()
    }

    /// Customers whose tickets this person may reach, by CustomerID; null for customer users other than the person.
    #[graphql(complexity = "list_cost(usual::CUSTOMERS, child_complexity)")]
    async fn customer_access(&self, ctx: &Context<'_>) -> Option<Result<Vec<CustomerAccess>>> {
        self.reached_customers(ctx).await.transpose()
    }

    /// Why one permission is held or not; null for customer users other than the person.
    async fn explain_permission(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Name of the group.")] group: String,
        #[graphql(desc = "The permission asked about.")] permission: PermissionKey,
    ) -> Option<Result<PermissionExplanation>> {
        self.explain(ctx, &group, &permission.0).await.transpose()
    }

    /// Changes of this person made through this server, newest first; null for anyone but administrators.
    #[graphql(complexity = "page_cost(first, None, child_complexity)")]
    async fn changes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The first so many.")] first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
    ) -> Option<Result<ChangeConnection>> {
        let record = (EntityType::CustomerUser, self.0.login.as_str());
        changes(ctx, Some(record), PageArguments::forward(first, after)).await.transpose()
    }

    /// When the person last signed in to the customer portal; null where that is not known.
    async fn last_login_at(&self, ctx: &Context<'_>) -> Option<Result<DateTime<Utc>>> {
        ctx.load(LastLoginOf(self.0.login.clone())).await.transpose()
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

impl CustomerUser {
    fn place(&self) -> Place<'_> {
        let Self(person) = self;
        Place {
            street: person.street.as_deref(),
            zip: person.zip.as_deref(),
            city: person.city.as_deref(),
            country: person.country.as_deref(),
        }
    }

    /// Where a customer stands in the list of this person's customers: the own one first.
    fn place_of(&self, store: &Store, customer_id: &str) -> Vec<KeyValue> {
        let is_own = store.parent_key(customer_id) == store.parent_key(&self.0.customer_id);
        vec![KeyValue::Int(i64::from(!is_own)), KeyValue::Text(fold(customer_id))]
    }

    async fn stored_permissions(&self, ctx: &Context<'_>) -> Result<Option<Vec<CustomerUserGroupPermission>>> {
        if !ctx.allows(Action::ReadRelations)? {
            return Ok(None);
        }
        let stored = ctx.load(CustomerUserGroupPermissionsOf(self.0.login.clone())).await?.unwrap_or_default();
        let found = stored_permissions(ctx, stored.into_iter(), |row| (row.group_id, row.keys.clone())).await?;
        Ok(Some(
            found
                .into_iter()
                .map(|(_, group, permissions)| CustomerUserGroupPermission { group, permissions })
                .collect(),
        ))
    }

    async fn permissions(&self, ctx: &Context<'_>) -> Result<Option<Vec<EffectivePermission>>> {
        if !ctx.allows(Action::ReadPermissionsOf(&self.0.login))? {
            return Ok(None);
        }
        let Some(found) = ctx.find(StoredPermissionsOf(self.0.login.clone())).await? else {
            return Ok(Some(Vec::new()));
        };
        effective_permissions(ctx, &found.1).await.map(Some)
    }

    async fn reached_customers(&self, ctx: &Context<'_>) -> Result<Option<Vec<CustomerAccess>>> {
        if !ctx.allows(Action::ReadPermissionsOf(&self.0.login))? {
            return Ok(None);
        }
        let Some(found) = ctx.find(StoredPermissionsOf(self.0.login.clone())).await? else {
            return Ok(Some(Vec::new()));
        };
        customer_access(ctx, &found.0).await.map(Some)
    }

    async fn explain(&self, ctx: &Context<'_>, group: &str, permission: &str) -> Result<Option<PermissionExplanation>> {
        if !ctx.allows(Action::ReadPermissionsOf(&self.0.login))? {
            return Ok(None);
        }
        let Some(found) = ctx.find(StoredPermissionsOf(self.0.login.clone())).await? else { return Ok(None) };
        explanation(ctx, &found.1, group, permission).await.map(Some)
    }
}
