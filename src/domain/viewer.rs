//! Who is asking. Made from a token and the database by `store::viewer`, for every request anew.

use std::sync::Arc;

use super::account::{Account, Realm};
use super::permission::EffectivePermission;
use super::permission_key::KeySet;
use super::ticket::TicketScope;

/// The person behind a request.
#[derive(Clone, Debug)]
pub enum Viewer {
    /// An agent of the help desk.
    Agent(AgentViewer),
    /// A person of a customer.
    CustomerUser(CustomerUserViewer),
}

/// A valid agent and what they may do.
#[derive(Clone, Debug)]
pub struct AgentViewer {
    /// Number in the database.
    pub id: i32,
    /// Login as stored.
    pub login: String,
    /// Keys held, by group; valid groups only.
    pub permissions: Vec<(i32, KeySet)>,
    /// Whether they hold `rw` in the group `admin`.
    pub is_administrator: bool,
    /// Whether they hold `rw` in the group `admin` or `users`, and so may edit customers and customer users.
    pub edits_customers: bool,
    /// Tickets they may read.
    pub tickets: TicketScope,
}

/// A valid customer user and what they may do.
#[derive(Clone, Debug)]
pub struct CustomerUserViewer {
    /// Login as stored.
    pub login: String,
    /// Own and additional customers.
    pub customer_ids: Vec<String>,
    /// Effective permissions.
    pub permissions: Vec<EffectivePermission>,
    /// Tickets they may read.
    pub tickets: TicketScope,
    /// The data source that keeps them; `None` for the main database.
    pub source: Option<Arc<str>>,
}

/// The coarse role of a viewer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// A person of a customer.
    CustomerUser,
    /// An agent.
    Agent,
    /// An agent with `rw` in the group `admin`.
    Administrator,
}

/// Which customers and customer users a viewer can reach.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CustomerScope<'a> {
    /// All of them.
    All,
    /// These customers and their people.
    Of(&'a [String]),
}

impl Viewer {
    /// The coarse role.
    pub fn role(&self) -> Role {
        match self {
            Self::CustomerUser(_) => Role::CustomerUser,
            Self::Agent(agent) if agent.is_administrator => Role::Administrator,
            Self::Agent(_) => Role::Agent,
        }
    }

    /// The login, as stored.
    pub fn login(&self) -> &str {
        match self {
            Self::Agent(agent) => &agent.login,
            Self::CustomerUser(person) => &person.login,
        }
    }

    /// The data source that keeps them; `None` for the main database.
    pub fn source(&self) -> Option<&Arc<str>> {
        match self {
            Self::Agent(_) => None,
            Self::CustomerUser(person) => person.source.as_ref(),
        }
    }

    /// The kind of account, as the change log names it.
    pub fn realm(&self) -> &'static str {
        self.account().realm.as_str()
    }

    /// The account that the viewer signs in with.
    pub fn account(&self) -> Account {
        let realm = match self {
            Self::Agent(_) => Realm::Agent,
            Self::CustomerUser(_) => Realm::Customer,
        };
        Account::new(realm, self.login())
    }

    /// The agent that written rows name: customer users write in the name of the system agent, as in OTOBO.
    pub fn acting_agent(&self) -> i32 {
        match self {
            Self::Agent(agent) => agent.id,
            Self::CustomerUser(_) => 1,
        }
    }

    /// Which customers and customer users exist for the viewer.
    pub fn customers(&self) -> CustomerScope<'_> {
        match self {
            Self::Agent(_) => CustomerScope::All,
            Self::CustomerUser(person) => CustomerScope::Of(&person.customer_ids),
        }
    }

    /// Which tickets exist for the viewer.
    pub fn tickets(&self) -> &TicketScope {
        match self {
            Self::Agent(agent) => &agent.tickets,
            Self::CustomerUser(person) => &person.tickets,
        }
    }

    /// Whether the viewer may edit customers and customer users.
    pub fn edits_customers(&self) -> bool {
        matches!(self, Self::Agent(agent) if agent.edits_customers)
    }

    /// Whether the viewer is a customer user.
    pub fn is_customer_user(&self) -> bool {
        matches!(self, Self::CustomerUser(_))
    }

    /// The groups in which the viewer holds `key`.
    pub fn groups_with(&self, key: KeySet) -> Vec<i32> {
        match self {
            Self::Agent(agent) => {
                agent.permissions.iter().filter(|(_, keys)| keys.contains(key)).map(|(group, _)| *group).collect()
            }
            Self::CustomerUser(person) => super::permission::groups_with(&person.permissions, key),
        }
    }

    /// Whether a group exists for the viewer: every group for agents, the ones they hold something in for customer users.
    pub fn sees_group(&self, group_id: i32) -> bool {
        match self {
            Self::Agent(_) => true,
            Self::CustomerUser(person) => person.permissions.iter().any(|permission| permission.group_id == group_id),
        }
    }
}
