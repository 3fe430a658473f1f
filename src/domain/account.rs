//! Accounts: what people sign in with. What an account may do is in `viewer`.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Which table of accounts a login belongs to: the same login may exist in both.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Realm {
    /// Staff, who work on tickets.
    Agent,
    /// Customer users, who write tickets.
    Customer,
}

impl Realm {
    /// The name in tokens, in the database and on the command line: `agent` or `customer`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Agent => "agent",
            Self::Customer => "customer",
        }
    }

    /// The realm behind a stored name; `None` for one that only a later version knows.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Agent, Self::Customer].into_iter().find(|realm| realm.as_str() == name)
    }
}

impl fmt::Display for Realm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The name of an account.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Account {
    /// The table it is in.
    pub realm: Realm,
    /// The login.
    pub login: String,
}

impl Account {
    /// The account of this login.
    pub fn new(realm: Realm, login: impl Into<String>) -> Self {
        Self { realm, login: login.into() }
    }
}
