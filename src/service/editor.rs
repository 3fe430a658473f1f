//! Who edits, and what every edit begins with: the question whether they may, and a transaction. What is edited is in the other files.

use crate::auth::password::{PasswordHash, Verifier};
use crate::domain::access::{Access, Action, may};
use crate::domain::email::EmailRules;
use crate::domain::viewer::Viewer;
use crate::error::{Error, Result};
use crate::source::{DatabaseSource, Sources};
use crate::store::Store;
use crate::store::transaction::Transaction;

/// What edits go by, as configured.
pub struct EditRules {
    /// Which e-mail addresses are accepted.
    pub email: EmailRules,
    /// Whether no two customer users may have the same one.
    pub unique_email: bool,
    /// The form in which new passwords are stored.
    pub password_hash: PasswordHash,
    /// Fields that make the name of a customer user, in this order.
    pub name_fields: Vec<String>,
    /// What stands between them.
    pub name_separator: String,
    /// Makes hashes, a bounded number at a time.
    pub passwords: Verifier,
}

/// Someone who edits, in one request.
pub struct Editor<'a> {
    /// The database.
    pub store: &'a Store,
    /// Customers and customer users of all data sources.
    pub sources: &'a Sources,
    /// Who it is.
    pub viewer: &'a Viewer,
    /// What edits go by.
    pub rules: &'a EditRules,
}

impl Editor<'_> {
    /// Refuses what the viewer may not do.
    pub(super) fn check(&self, action: Action<'_>) -> Result<()> {
        match may(Some(self.viewer), action) {
            Access::Allowed => Ok(()),
            Access::Hidden | Access::Forbidden => Err(Error::Forbidden(action.needs().to_owned())),
        }
    }

    /// Begins a transaction for something that the viewer must be allowed to do.
    pub(super) async fn begin(&self, action: Action<'_>) -> Result<Transaction> {
        self.check(action)?;
        self.store.begin(self.viewer).await
    }

    /// Whether the database takes two texts for equal.
    pub(super) fn is_same(&self, one: &str, other: &str) -> bool {
        self.store.parent_key(one) == self.store.parent_key(other)
    }

    /// Customers and customer users that can be written, within a transaction.
    pub(super) fn source(&self, transaction: &Transaction) -> DatabaseSource {
        self.sources.within(Store::clone(transaction)).main().clone()
    }
}
