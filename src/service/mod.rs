//! What the product does, as opposed to what it shows: each method asks for access, applies the rules and talks to the database.

pub mod api_token;
pub mod editor;
pub mod password;
pub mod recognition;
pub mod session;

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
