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

        (Action::ReadPermissionsOf(login) | Action::ReadContactOf(login), Role::CustomerUser)
            if fold(login) == fold(viewer.login()) =>
        {
            Allowed
        }
        (Action::ReadPermissionsOf(_) | Action::ReadContactOf(_), Role::CustomerUser) => Hidden,
        (Action::ReadPermissionsOf(_) | Action::ReadContactOf(_), Role::Agent | Role::Administrator) => Allowed,

        (Action::ReadRelations | Action::ReadMatrix | Action::ReadSourceState, Role::Administrator) => Allowed,
        (Action::ReadMatrix, Role::Agent | Role::CustomerUser) => Forbidden,
        (Action::ReadRelations | Action::ReadSourceState, Role::Agent | Role::CustomerUser) => Hidden,
    }
}
