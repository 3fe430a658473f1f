//! An agent: someone who works at the help desk.

use super::validity::Validity;

/// An agent as others see them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agent {
    /// Number in the database.
    pub id: i32,
    /// Login.
    pub login: String,
    /// First and last name.
    pub full_name: String,
    /// Whether they are active.
    pub validity: Validity,
}
