//! What the product does, as opposed to what it shows: each method asks for access, applies the rules and talks to the database.

pub mod api_token;
pub mod assignment;
pub mod customer;
pub mod customer_user;
pub mod deadlock;
pub mod editor;
pub mod elsewhere;
pub mod group;
pub mod impact;
pub mod password;
pub mod recognition;
pub mod relation;
pub mod session;
pub mod sign_in;
mod throttle;
pub mod ticket;
pub mod ticket_reply;

use crate::domain::change::{ChangeKind, FieldChange};
use crate::domain::violation::Violation;
use crate::error::Error;

/// Why nothing was done.
#[derive(Debug)]
pub enum Refusal {
    /// The input has mistakes that the person can put right: all of them.
    Violations(Vec<Violation>),
    /// Anything else.
    Error(Error),
}

/// What came of a mutation.
pub type Outcome<T> = std::result::Result<T, Refusal>;

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        Self::Error(error)
    }
}

impl From<Violation> for Refusal {
    fn from(violation: Violation) -> Self {
        Self::Violations(vec![violation])
    }
}

/// Goes on only where nothing is wrong.
fn none_of(violations: Vec<Violation>) -> Outcome<()> {
    if violations.is_empty() { Ok(()) } else { Err(Refusal::Violations(violations)) }
}

/// An edit of nothing but the validity is told apart.
fn kind_of_edit(fields: &[FieldChange]) -> ChangeKind {
    let is_validity = |field: &FieldChange| field.field == "validity";
    if fields.iter().all(is_validity) { ChangeKind::ValidityChanged } else { ChangeKind::Updated }
}
