//! An article: one message of a ticket.

use chrono::{DateTime, Utc};

/// Who wrote an article.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sender {
    /// An agent.
    Agent,
    /// A customer user.
    Customer,
    /// The help desk itself.
    System,
}

impl Sender {
    /// The sender with this name in the table of sender types; an unknown one counts as the system.
    pub fn from_name(name: &str) -> Self {
        match name {
            "agent" => Self::Agent,
            "customer" => Self::Customer,
            _ => Self::System,
        }
    }
}

/// A message of a ticket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Article {
    /// Number in the database.
    pub id: i64,
    /// Who wrote it.
    pub sender: Sender,
    /// From whom, as shown.
    pub from: Option<String>,
    /// To whom, as shown.
    pub to: Option<String>,
    /// What about.
    pub subject: Option<String>,
    /// The text.
    pub body: String,
    /// Whether customers may read it.
    pub is_visible_for_customer: bool,
    /// When it was written.
    pub created_at: Option<DateTime<Utc>>,
}
