//! Tickets, their states, priorities, escalations and counts.

use std::sync::Arc;

use async_graphql::{Context, Enum, ID, Object, SimpleObject};
use chrono::{DateTime, Utc};

use crate::domain;
use crate::domain::access::Action;
use crate::error::{Error, Result};
use crate::graphql::context::ContextExt;
use crate::graphql::id::GlobalId;
use crate::graphql::page::{Connection, PageArguments, page_cost};
use crate::graphql::scalar::Version;
use crate::graphql::selection::{Selection, customer_columns, customer_user_columns};
use crate::loader::{ArticlesOf, CustomerById, CustomerUserByLogin, ServiceName, SlaName, TicketCountsOf};
use crate::store::article::ArticleList;
use crate::store::reference::{Named, Reference};
use crate::store::ticket::{Counting, TicketParent};

use super::agent::{Agent, agent};
use super::article::Article;
use super::customer::Customer;
use super::customer_user::CustomerUser;
use super::queue::Queue;

/// The lists of the detail views.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "domain::ticket::TicketView")]
pub enum TicketView {
    /// Every ticket.
    All,
    /// State types that the settings call open (new, open, pending reminder by default).
    Open,
    /// Every other state, also one that is switched off.
    Closed,
    /// Tickets past the time that a service level agreement or queue set, by a minute at least.
    Escalated,
    /// Tickets set for work at a later time.
    Reminder,
    /// Those of REMINDER whose time has come, by a minute at least.
    ReminderReached,
}

/// The type of a ticket state, whatever its name.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "domain::ticket::StateType")]
pub enum TicketStateType {
    /// Just arrived.
    New,
    /// Being worked on.
    Open,
    /// Set for work at a later time.
    PendingReminder,
    /// Closes by itself at a later time.
    PendingAuto,
    /// Done.
    Closed,
    /// Taken out.
    Removed,
    /// Joined into another ticket.
    Merged,
    /// A type that this installation added.
    Other,
}

/// A state that tickets can be in.
pub struct TicketState {
    named: Arc<Named>,
    state_type: domain::ticket::StateType,
}

impl TicketState {
    /// A state with its type.
    pub fn new(named: &Arc<Named>, reference: &Reference) -> Self {
        Self { named: Arc::clone(named), state_type: reference.state_type(named) }
    }
}

/// A state that tickets can be in.
#[Object]
impl TicketState {
    /// Global id.
    pub async fn id(&self) -> ID {
        GlobalId::TicketState(self.named.id).encode()
    }

    /// The name.
    async fn name(&self) -> &str {
        &self.named.name
    }

    /// What kind of state it is.
    #[graphql(name = "type")]
    async fn state_type(&self) -> TicketStateType {
        self.state_type.into()
    }
}

/// A priority that tickets can have.
pub struct TicketPriority(pub Arc<Named>);

/// A priority that tickets can have.
#[Object]
impl TicketPriority {
    /// Global id.
    pub async fn id(&self) -> ID {
        GlobalId::TicketPriority(self.0.id).encode()
    }

    /// The name, which begins with its rank.
    async fn name(&self) -> &str {
        &self.0.name
    }
}

/// How many tickets each list would show.
#[derive(SimpleObject)]
pub struct TicketCounts {
    /// Open ones, as OPEN lists them.
    open: i32,
    /// All others, as CLOSED lists them.
    closed: i32,
    /// Escalated ones, as ESCALATED lists them.
    escalated: i32,
    /// Pending ones, as REMINDER lists them.
    reminder: i32,
    /// Those whose reminder time has come, as REMINDER_REACHED lists them.
    reminder_reached: i32,
    /// All of them.
    total: i32,
}

impl From<domain::ticket::TicketCounts> for TicketCounts {
    fn from(counts: domain::ticket::TicketCounts) -> Self {
        let shown = |count: i64| i32::try_from(count).unwrap_or(i32::MAX);
        Self {
            open: shown(counts.open),
            closed: shown(counts.closed),
            escalated: shown(counts.escalated),
            reminder: shown(counts.reminder),
            reminder_reached: shown(counts.reminder_reached),
            total: shown(counts.total),
        }
    }
}

/// The counts of a customer or customer user, as far as they are selected.
pub async fn ticket_counts(ctx: &Context<'_>, parent: TicketParent) -> Result<TicketCounts> {
    let selection = Selection::of(ctx);
    let counted = match () {
        () if selection.has("escalated") || selection.has("reminderReached") => Counting::WithTimes,
        () if selection.names().all(|name| name == "open") => Counting::Open,
        () => Counting::All,
    };
    Ok(ctx.load(TicketCountsOf(parent, counted)).await?.unwrap_or_default().into())
}

/// Which target an escalation is about.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "domain::ticket::EscalationKind")]
pub enum EscalationKind {
    /// The first answer.
    FirstResponse,
    /// The next answer.
    Update,
    /// The solution.
    Solution,
}

/// A running escalation.
#[derive(SimpleObject)]
pub struct Escalation {
    /// What is due.
    kind: EscalationKind,
    /// When it is due.
    due_at: DateTime<Utc>,
    /// Whether that time has passed, by a minute at least.
    is_escalated: bool,
}

/// A request of a customer, and what was written about it.
pub struct Ticket(pub domain::ticket::Ticket);

/// A request of a customer, and what was written about it.
#[Object]
impl Ticket {
    /// Global id.
    pub async fn id(&self) -> ID {
        GlobalId::Ticket(self.0.id).encode()
    }

    /// The number that people know it by.
    async fn number(&self) -> &str {
        &self.0.number
    }

    /// The title; empty where none is stored.
    async fn title(&self) -> &str {
        &self.0.title
    }

    /// The state it is in.
    async fn state(&self, ctx: &Context<'_>) -> Result<TicketState> {
        let reference = ctx.store().reference().await?;
        let state = reference.states().get(self.0.state_id.into());
        state
            .map(|state| TicketState::new(state, &reference))
            .ok_or_else(|| Error::internal("a ticket is in a state that does not exist"))
    }

    /// Its priority.
    async fn priority(&self, ctx: &Context<'_>) -> Result<TicketPriority> {
        let reference = ctx.store().reference().await?;
        let priority = reference.priorities().get(self.0.priority_id.into());
        priority
            .cloned()
            .map(TicketPriority)
            .ok_or_else(|| Error::internal("a ticket has a priority that does not exist"))
    }

    /// The queue it is in, valid or not.
    async fn queue(&self, ctx: &Context<'_>) -> Result<Queue> {
        let reference = ctx.store().reference().await?;
        let queue = reference.queues().get(self.0.queue_id);
        queue.cloned().map(Queue).ok_or_else(|| Error::internal("a ticket is in a queue that does not exist"))
    }

    /// The agent who owns it; null for customer users.
    async fn owner(&self, ctx: &Context<'_>) -> Option<Result<Agent>> {
        agent(ctx, Some(self.0.owner_id)).await.transpose()
    }

    /// Whether its owner has locked it to work on it; null for customer users.
    async fn is_locked(&self, ctx: &Context<'_>) -> Option<Result<bool>> {
        self.locked(ctx).await.transpose()
    }

    /// CustomerID as stored, whether or not such a customer exists; null where it is for none.
    async fn customer_id(&self) -> Option<&str> {
        self.0.customer_id.as_deref()
    }

    /// The customer; null where there is none with that CustomerID, or the viewer may not see it.
    async fn customer(&self, ctx: &Context<'_>) -> Option<Result<Customer>> {
        let columns = customer_columns(&Selection::of(ctx), &ctx.api().display);
        let found = ctx.find(CustomerById(self.0.customer_id.clone()?, columns)).await;
        found.map(|customer| customer.map(Customer)).transpose()
    }

    /// Username as stored, whether or not there is such a person; null where it is for nobody.
    async fn customer_user_login(&self) -> Option<&str> {
        self.0.customer_user_login.as_deref()
    }

    /// The person it is for; null where there is none with that username, or the viewer may not see them.
    async fn customer_user(&self, ctx: &Context<'_>) -> Option<Result<CustomerUser>> {
        let columns = customer_user_columns(&Selection::of(ctx), &ctx.api().display);
        let found = ctx.find(CustomerUserByLogin(self.0.customer_user_login.clone()?, columns)).await;
        found.map(|person| person.map(CustomerUser)).transpose()
    }

    /// Name of its service; null where it has none.
    async fn service(&self, ctx: &Context<'_>) -> Option<Result<String>> {
        ctx.load(ServiceName(self.0.service_id?)).await.transpose()
    }

    /// Name of its service level agreement; null where it has none.
    async fn sla(&self, ctx: &Context<'_>) -> Option<Result<String>> {
        ctx.load(SlaName(self.0.sla_id?)).await.transpose()
    }

    /// The nearest running escalation; null where none runs.
    async fn escalation(&self, ctx: &Context<'_>) -> Option<Escalation> {
        let nearest = self.0.escalation.nearest(ctx.store().now())?;
        Some(Escalation { kind: nearest.kind.into(), due_at: nearest.due_at, is_escalated: nearest.is_escalated })
    }

    /// When work on it goes on; null where it is not pending.
    async fn pending_until(&self) -> Option<DateTime<Utc>> {
        domain::ticket::pending_until(self.0.pending_until)
    }

    /// Whether it is put away.
    async fn is_archived(&self) -> bool {
        self.0.is_archived
    }

    /// What was written, oldest first. Customer users get the articles meant for them only.
    #[graphql(complexity = "page_cost(first, last, child_complexity)")]
    async fn articles(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The first so many.")] first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many; not together with `first`.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<Connection<Article>> {
        let page = PageArguments { first, after, last, before }.check(&ctx.api().limits)?;
        let wanted = Selection::of(ctx).wanted(|_| ());
        let list = ArticleList { page, items: wanted.items, total: wanted.total };
        let entries = ctx.load(ArticlesOf(self.0.id, list.into())).await?;
        Ok(Connection::new(entries.unwrap_or_default(), Article))
    }

    /// When it was made.
    async fn created_at(&self) -> Result<DateTime<Utc>> {
        known(self.0.created_at)
    }

    /// When it was last changed.
    async fn changed_at(&self) -> Result<DateTime<Utc>> {
        known(self.0.changed_at)
    }

    /// Fingerprint of the ticket as stored.
    async fn version(&self) -> Version {
        Version(self.0.version.clone())
    }
}

impl Ticket {
    async fn locked(&self, ctx: &Context<'_>) -> Result<Option<bool>> {
        if !ctx.allows(Action::ReadInternals)? {
            return Ok(None);
        }
        Ok(Some(ctx.store().reference().await?.is_locked(self.0.lock_id)))
    }
}

fn known(time: Option<DateTime<Utc>>) -> Result<DateTime<Utc>> {
    time.ok_or_else(|| Error::internal("a ticket has a time that is none"))
}
