//! What the lists and counts of tickets mean: views, state types, escalation, and which tickets a viewer may read.

use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;

use super::permission::{EffectivePermission, PermissionRules, groups_with};
use super::permission_key::READ_ONLY;
use super::text::fold;

/// The type of a ticket state, whatever name the state itself has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum StateType {
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
    /// A type that an installation added.
    Other,
}

impl StateType {
    /// The type with this name in the table of state types.
    pub fn from_name(name: &str) -> Self {
        match name {
            "new" => Self::New,
            "open" => Self::Open,
            "pending reminder" => Self::PendingReminder,
            "pending auto" => Self::PendingAuto,
            "closed" => Self::Closed,
            "removed" => Self::Removed,
            "merged" => Self::Merged,
            _ => Self::Other,
        }
    }
}

/// The lists of the detail views.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TicketView {
    /// Every ticket.
    All,
    /// State types that the settings call open.
    Open,
    /// Every other state.
    Closed,
    /// Past an escalation time.
    Escalated,
    /// In a pending reminder state.
    Reminder,
    /// Those of `Reminder` whose time has come.
    ReminderReached,
}

/// Escalation and reminder times count as reached when they are a full minute past.
const GRACE: TimeDelta = TimeDelta::minutes(1);

/// The latest escalation or reminder time, in epoch seconds, that counts as reached at `now`.
pub fn reached_at(now: DateTime<Utc>) -> i64 {
    (now - GRACE).timestamp()
}

/// The running escalations of a ticket in epoch seconds, 0 where none runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct EscalationTimes {
    /// Until the first answer.
    pub first_response: i32,
    /// Until the next answer.
    pub update: i32,
    /// Until the solution.
    pub solution: i32,
}

/// Which target an escalation is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EscalationKind {
    /// The first answer.
    FirstResponse,
    /// The next answer.
    Update,
    /// The solution.
    Solution,
}

/// The nearest running escalation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Escalation {
    /// Which target it is about.
    pub kind: EscalationKind,
    /// When it is due.
    pub due_at: DateTime<Utc>,
    /// Whether its time has passed by a full minute, as the escalated list counts it.
    pub is_escalated: bool,
}

impl EscalationTimes {
    /// The nearest of the running ones; `None` where none runs.
    pub fn nearest(self, now: DateTime<Utc>) -> Option<Escalation> {
        let targets = [
            (EscalationKind::FirstResponse, self.first_response),
            (EscalationKind::Update, self.update),
            (EscalationKind::Solution, self.solution),
        ];
        let (kind, due) = targets.into_iter().filter(|(_, due)| *due != 0).min_by_key(|(_, due)| *due)?;
        let due_at = DateTime::from_timestamp(i64::from(due), 0)?;
        Some(Escalation { kind, due_at, is_escalated: i64::from(due) <= reached_at(now) })
    }
}

/// The time a ticket is pending until; `None` for 0, which means no time.
pub fn pending_until(epoch: i32) -> Option<DateTime<Utc>> {
    if epoch == 0 { None } else { DateTime::from_timestamp(i64::from(epoch), 0) }
}

/// How many tickets each list would show.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TicketCounts {
    /// Open ones.
    pub open: i64,
    /// All others.
    pub closed: i64,
    /// Past an escalation time.
    pub escalated: i64,
    /// Pending a reminder.
    pub reminder: i64,
    /// Of these, the ones whose time has come.
    pub reminder_reached: i64,
    /// All of them.
    pub total: i64,
}

/// Tickets of one state, as counted by the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StateCount {
    /// Whether the state counts as open.
    pub is_open: bool,
    /// Whether the state is a pending reminder.
    pub is_reminder: bool,
    /// How many there are.
    pub total: i64,
    /// How many of them are escalated.
    pub escalated: i64,
    /// How many of them have a reminder time that has come.
    pub time_reached: i64,
}

impl TicketCounts {
    /// Adds the tickets of one state.
    pub fn add(&mut self, state: StateCount) {
        self.total += state.total;
        self.escalated += state.escalated;
        if state.is_open {
            self.open += state.total;
        } else {
            self.closed += state.total;
        }
        if state.is_reminder {
            self.reminder += state.total;
            self.reminder_reached += state.time_reached;
        }
    }
}

/// A ticket as far as it was read: columns that were not asked for keep their default.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Ticket {
    /// Its number in the database; always read.
    pub id: i64,
    /// The number that people know it by.
    pub number: String,
    /// Its title.
    pub title: String,
    /// Its queue.
    pub queue_id: i32,
    /// Its state.
    pub state_id: i16,
    /// Its priority.
    pub priority_id: i16,
    /// Its lock.
    pub lock_id: i16,
    /// The agent who owns it.
    pub owner_id: i32,
    /// Its customer; `None` where it has none. Always read.
    pub customer_id: Option<String>,
    /// The person it is for; `None` where it is for nobody. Always read.
    pub customer_user_login: Option<String>,
    /// Its type; `None` where it has none.
    pub type_id: Option<i16>,
    /// Its service; `None` where it has none.
    pub service_id: Option<i32>,
    /// Its service level agreement; `None` where it has none.
    pub sla_id: Option<i32>,
    /// Its running escalations.
    pub escalation: EscalationTimes,
    /// What it is pending until, in epoch seconds; 0 for nothing.
    pub pending_until: i32,
    /// Whether it is put away.
    pub is_archived: bool,
    /// When it was made.
    pub created_at: Option<DateTime<Utc>>,
    /// When it was last changed.
    pub changed_at: Option<DateTime<Utc>>,
    /// Fingerprint of the row; empty unless every column was read.
    pub version: String,
}

/// Which tickets a viewer may read; the one predicate behind lists, counts, nodes and nested fields.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TicketScope {
    /// An agent: the queues of these groups, and the tickets that they own.
    Agent {
        /// Groups in which the agent holds `ro`, in order of their numbers.
        group_ids: Vec<i32>,
        /// The agent.
        agent_id: i32,
    },
    /// A customer user.
    CustomerUser {
        /// The person's own login.
        login: String,
        /// Own and additional customers whose tickets count too; empty where company tickets are switched off.
        customer_ids: Vec<String>,
        /// Groups in which the person holds `ro`.
        group_ids: Vec<i32>,
        /// Tickets of other customers, by group.
        others: Vec<OtherCustomers>,
    },
}

/// Tickets of other customers that are reached inside one group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OtherCustomers {
    /// The group.
    pub group_id: i32,
    /// The customers that hold `ro` for their own tickets in that group.
    pub customer_ids: Vec<String>,
}

/// Where a ticket stands, as far as its visibility is concerned.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TicketPlace {
    /// The group of its queue.
    pub group_id: i32,
    /// Its owner.
    pub owner_id: i32,
    /// Its customer; `None` where it has none.
    pub customer_id: Option<String>,
    /// The person it is for; `None` where it has none.
    pub customer_user_login: Option<String>,
}

impl TicketScope {
    /// Which tickets a customer user may read. The group must be held with `ro` in every case; then the ticket must be the person's own, or that
    /// of an own customer, or - in the context of other customers - that of a customer that holds the group too. OTOBO's list is wider
    /// than what it lets one open; here both are the stricter of the two.
    pub fn of_customer_user(
        rules: &PermissionRules,
        company_tickets: bool,
        login: &str,
        person: &CustomerUserReach<'_>,
    ) -> Self {
        let ro = rules.keys.one(READ_ONLY).unwrap_or_default();
        let group_ids = groups_with(person.permissions, ro);
        if !company_tickets {
            return Self::CustomerUser {
                login: login.to_owned(),
                customer_ids: Vec::new(),
                group_ids,
                others: Vec::new(),
            };
        }
        let others = person
            .reaching
            .iter()
            .filter(|group_id| group_ids.contains(group_id))
            .map(|&group_id| OtherCustomers { group_id, customer_ids: person.customers_of_group(group_id) })
            .filter(|other| !other.customer_ids.is_empty())
            .collect();
        Self::CustomerUser { login: login.to_owned(), customer_ids: person.customer_ids.to_vec(), group_ids, others }
    }

    /// Whether a ticket is in the scope. The statements in `store::ticket` say the same in SQL; a test holds both together.
    pub fn contains(&self, ticket: &TicketPlace) -> bool {
        match self {
            Self::Agent { group_ids, agent_id } => group_ids.contains(&ticket.group_id) || ticket.owner_id == *agent_id,
            Self::CustomerUser { login, customer_ids, group_ids, others } => {
                let same = |a: &str, b: &Option<String>| b.as_deref().is_some_and(|b| fold(a) == fold(b));
                let among = |ids: &[String]| ids.iter().any(|id| same(id, &ticket.customer_id));
                let own = same(login, &ticket.customer_user_login) || among(customer_ids);
                let other = others.iter().any(|other| other.group_id == ticket.group_id && among(&other.customer_ids));
                group_ids.contains(&ticket.group_id) && own || other
            }
        }
    }
}

/// What a customer user reaches, gathered for [`TicketScope::of_customer_user`].
pub struct CustomerUserReach<'a> {
    /// Effective permissions.
    pub permissions: &'a [EffectivePermission],
    /// Own and additional customers.
    pub customer_ids: &'a [String],
    /// Groups whose other customers are reached.
    pub reaching: &'a [i32],
    /// Customers with `ro` for their own tickets in those groups.
    pub same_context: &'a [(i32, String)],
}

impl CustomerUserReach<'_> {
    fn customers_of_group(&self, group_id: i32) -> Vec<String> {
        self.same_context
            .iter()
            .filter(|(group, _)| *group == group_id)
            .map(|(_, customer_id)| customer_id.clone())
            .collect()
    }
}

#[cfg(test)]
mod tests;
