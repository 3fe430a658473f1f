//! Small values that the parts of the demo data share: validity, ticket states, people, ticket drafts.

use super::subject::Targets;

/// Whether a record is in use.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Validity {
    /// In use.
    Valid,
    /// No longer in use.
    Invalid,
    /// Not in use for a while.
    InvalidTemporarily,
}

impl Validity {
    /// The name in the table `valid`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Valid => "valid",
            Self::Invalid => "invalid",
            Self::InvalidTemporarily => "invalid-temporarily",
        }
    }
}

/// The ticket states that every database has from the start.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum State {
    /// Nobody has answered.
    New,
    /// Being worked on.
    Open,
    /// To be looked at again at a date.
    PendingReminder,
    /// Closed as successful at a date.
    PendingAutoSuccess,
    /// Closed as unsuccessful at a date.
    PendingAutoFailure,
    /// Solved.
    ClosedSuccessful,
    /// Not solved.
    ClosedUnsuccessful,
    /// Joined with another ticket.
    Merged,
    /// Deleted in the eyes of the agents.
    Removed,
}

impl State {
    /// All states.
    pub const ALL: [Self; 9] = [
        Self::New,
        Self::Open,
        Self::PendingReminder,
        Self::PendingAutoSuccess,
        Self::PendingAutoFailure,
        Self::ClosedSuccessful,
        Self::ClosedUnsuccessful,
        Self::Merged,
        Self::Removed,
    ];

    /// The name in the table `ticket_state`.
    pub fn name(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Open => "open",
            Self::PendingReminder => "pending reminder",
            Self::PendingAutoSuccess => "pending auto close+",
            Self::PendingAutoFailure => "pending auto close-",
            Self::ClosedSuccessful => "closed successful",
            Self::ClosedUnsuccessful => "closed unsuccessful",
            Self::Merged => "merged",
            Self::Removed => "removed",
        }
    }

    /// Whether the ticket waits for a date.
    pub fn is_pending(self) -> bool {
        matches!(self, Self::PendingReminder | Self::PendingAutoSuccess | Self::PendingAutoFailure)
    }

    /// Whether nobody works on the ticket any more.
    pub fn is_done(self) -> bool {
        matches!(self, Self::ClosedSuccessful | Self::ClosedUnsuccessful | Self::Merged | Self::Removed)
    }
}

/// Who wrote an article.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Author {
    /// The customer user through the web.
    Customer,
    /// The customer user by telephone, written down by an agent.
    Caller,
    /// The customer user by e-mail.
    Mail,
    /// An agent, to the customer user.
    Agent,
    /// An agent, for other agents only.
    Note,
}

impl Author {
    /// Whether the words are the customer user's.
    pub fn is_customer(self) -> bool {
        matches!(self, Self::Customer | Self::Caller | Self::Mail)
    }
}

/// One article of a ticket.
#[derive(Clone, Debug)]
pub struct Message {
    /// Who wrote it.
    pub author: Author,
    /// When, in epoch seconds.
    pub at: i64,
    /// The text; empty where only the fact counts.
    pub body: String,
}

/// The customer user of a ticket.
#[derive(Clone, Debug)]
pub struct Party {
    /// Login, as stored.
    pub login: String,
    /// Given and family name.
    pub name: String,
    /// E-mail address.
    pub email: String,
}

/// A queue that tickets can be in.
#[derive(Clone, Debug)]
pub struct Queue {
    /// Id in the database.
    pub id: i32,
    /// Full name.
    pub name: String,
    /// Index of its area.
    pub area: usize,
    /// Its escalation targets.
    pub targets: Option<Targets>,
}

/// A ticket before it is written.
#[derive(Clone, Debug)]
pub struct Draft {
    /// Title.
    pub title: String,
    /// Customer id; None: no customer.
    pub customer: Option<String>,
    /// Customer user; None: no customer user.
    pub party: Option<Party>,
    /// Index of the queue in the structure.
    pub queue: usize,
    /// State.
    pub state: State,
    /// Name of the priority.
    pub priority: &'static str,
    /// Id of the owning agent; 1 where nobody has taken it.
    pub owner: i32,
    /// Whether the owner holds the lock.
    pub is_locked: bool,
    /// When it was made, in epoch seconds.
    pub created: i64,
    /// When it was last changed, in epoch seconds.
    pub changed: i64,
    /// Date that a pending ticket waits for, in epoch seconds; 0 for none.
    pub until: i64,
    /// Its articles, oldest first. Closed tickets without story may have none.
    pub messages: Vec<Message>,
}
