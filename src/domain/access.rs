//! Who may do what: the whole table, as one total function. Which rows exist for whom is the scopes' concern, see `viewer`.

use super::text::fold;
use super::viewer::{Role, Viewer};

/// Something that not everyone may do or see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action<'a> {
    /// Read customers and customer users (those that exist for the viewer).
    ReadCustomers,
    /// Read internal remarks and who wrote a record.
    ReadInternals,
    /// Read, search and sort by the e-mail address, the phone numbers and the postal address of a person.
    ReadContactOf(&'a str),
    /// Read the effective permissions, the reachable customers and the explanation of a person.
    ReadPermissionsOf(&'a str),
    /// Read what a customer passes on to its people.
    ReadCustomerPermissions,
    /// Read stored group relations and the change log of a record.
    ReadRelations,
    /// Be told of every change of customers and customer users.
    FollowRecords,
    /// Read the permission matrix.
    ReadMatrix,
    /// Read tickets (those that exist for the viewer).
    ReadTickets,
    /// Read articles that are not meant for customers.
    ReadInternalArticles,
    /// Read reports over tickets.
    ReadStatistics,
    /// See whether a data source answers.
    ReadSourceState,
    /// Make and edit customers and customer users, and set their passwords.
    EditCustomers,
    /// Change group relations, groups and queues.
    EditPermissions,
}

impl Action<'_> {
    /// What a viewer needs to do this, for the message to those who may not.
    pub fn needs(self) -> &'static str {
        match self {
            Action::EditCustomers => "this needs an agent with `rw` in the group `admin` or `users`",
            Action::FollowRecords => "this needs an agent",
            _ => "this needs an administrator: an agent with `rw` in the group `admin`",
        }
    }
}

/// The answer to "may I?".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Yes.
    Allowed,
    /// The thing does not exist for the viewer: null, absent, not counted.
    Hidden,
    /// The role may not do this at all: an error.
    Forbidden,
}

/// Whether a viewer may do something. `None` is a request without a token.
pub fn may(viewer: Option<&Viewer>, action: Action<'_>) -> Access {
    use Access::{Allowed, Forbidden, Hidden};
    let Some(viewer) = viewer else { return Forbidden };
    match (action, viewer.role()) {
        (Action::ReadCustomers | Action::ReadTickets | Action::ReadStatistics, _) => Allowed,

        (
            Action::ReadInternals | Action::ReadCustomerPermissions | Action::ReadInternalArticles,
            Role::CustomerUser,
        ) => Hidden,
        (
            Action::ReadInternals | Action::ReadCustomerPermissions | Action::ReadInternalArticles,
            Role::Agent | Role::Administrator,
        ) => Allowed,

        (Action::FollowRecords, Role::Agent | Role::Administrator) => Allowed,
        (Action::FollowRecords, Role::CustomerUser) => Forbidden,

        (Action::ReadPermissionsOf(login) | Action::ReadContactOf(login), Role::CustomerUser)
            if fold(login) == fold(viewer.login()) =>
        {
            Allowed
        }
        (Action::ReadPermissionsOf(_) | Action::ReadContactOf(_), Role::CustomerUser) => Hidden,
        (Action::ReadPermissionsOf(_) | Action::ReadContactOf(_), Role::Agent | Role::Administrator) => Allowed,

        (
            Action::ReadRelations
            | Action::ReadMatrix
            | Action::ReadSourceState
            | Action::EditCustomers
            | Action::EditPermissions,
            Role::Administrator,
        ) => Allowed,
        (Action::EditCustomers, Role::Agent) if viewer.edits_customers() => Allowed,
        (Action::ReadMatrix | Action::EditCustomers | Action::EditPermissions, Role::Agent | Role::CustomerUser) => {
            Forbidden
        }
        (Action::ReadRelations | Action::ReadSourceState, Role::Agent | Role::CustomerUser) => Hidden,
    }
}
