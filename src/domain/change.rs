//! The change log: what was changed, by whom, and what it was before.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// What kind of change it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ChangeKind {
    /// The record was made.
    Created,
    /// Fields were edited.
    Updated,
    /// The record was switched on or off.
    ValidityChanged,
    /// The record has a new key.
    Renamed,
    /// The record has a new password.
    PasswordChanged,
    /// Permissions or additional customers were given or taken.
    PermissionsChanged,
}

impl ChangeKind {
    /// All kinds.
    pub const ALL: [ChangeKind; 6] = [
        Self::Created,
        Self::Updated,
        Self::ValidityChanged,
        Self::Renamed,
        Self::PasswordChanged,
        Self::PermissionsChanged,
    ];

    /// The name under which it is stored.
    pub fn name(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Updated => "updated",
            Self::ValidityChanged => "validity_changed",
            Self::Renamed => "renamed",
            Self::PasswordChanged => "password_changed",
            Self::PermissionsChanged => "permissions_changed",
        }
    }

    /// The kind behind a stored name; `None` for one that only a later version knows.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// The kinds of records whose changes are logged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EntityType {
    /// A customer, by its id.
    Customer,
    /// A customer user, by login.
    CustomerUser,
    /// A group, by name.
    Group,
    /// A queue, by name.
    Queue,
    /// An agent, by login.
    Agent,
    /// A ticket, by number. It has a history of its own, so only the hook is told of it.
    Ticket,
}

impl EntityType {
    /// The name under which it is stored and shown: that of the type in the API.
    pub fn name(self) -> &'static str {
        match self {
            Self::Customer => "Customer",
            Self::CustomerUser => "CustomerUser",
            Self::Group => "Group",
            Self::Queue => "Queue",
            Self::Agent => "Agent",
            Self::Ticket => "Ticket",
        }
    }
}

/// One field before and after. Of a secret neither is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldChange {
    /// The field, as the API names it.
    pub field: String,
    /// What it was; `None` for nothing, and for secrets.
    pub before: Option<String>,
    /// What it is now, likewise.
    pub after: Option<String>,
}

impl FieldChange {
    /// A field before and after.
    pub fn new(field: impl Into<String>, before: Option<&str>, after: Option<&str>) -> Self {
        Self { field: field.into(), before: before.map(str::to_owned), after: after.map(str::to_owned) }
    }
}

/// A change that is about to be logged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewChange {
    /// What kind of change.
    pub kind: ChangeKind,
    /// What kind of record.
    pub entity: EntityType,
    /// The record's key after the change.
    pub key: String,
    /// What was changed.
    pub fields: Vec<FieldChange>,
}

/// A change as the log has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Its number, which grows with time.
    pub id: i64,
    /// When it was made.
    pub at: DateTime<Utc>,
    /// What kind of change.
    pub kind: ChangeKind,
    /// Login of who made it.
    pub actor: String,
    /// What kind of record, by the name of its type.
    pub entity_type: String,
    /// The record's key, as it was then.
    pub entity_key: String,
    /// What was changed.
    pub fields: Vec<FieldChange>,
}
