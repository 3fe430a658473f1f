//! Signing in with a password that a directory checks. The first source that knows a login decides.

use std::sync::Arc;

use futures_util::FutureExt;

use crate::domain::record::RecordKind;
use crate::error::Result;

use super::record::Authentication;
use super::{Sources, is_partial};

/// What directories say of a login and password.
#[derive(Clone, Debug)]
pub enum Verdict {
    /// None of them knows the login.
    Unknown,
    /// The first that knows it does not let them in.
    Refused,
    /// The first that knows it does.
    Accepted {
        /// The login in its spelling.
        login: String,
        /// Its name.
        source: Arc<str>,
    },
}

impl Sources {
    /// Whether somebody may sign in who is not in the main database.
    pub fn has_directories(&self) -> bool {
        self.registry.others(RecordKind::CustomerUser).any(|other| other.elsewhere.checks_passwords())
    }

    /// What the directories that are asked before the main database, or after it, say of a login and password. One that does not answer
    /// knows nobody.
    pub async fn authenticate(&self, before_main: bool, login: &str, password: &str) -> Result<Verdict> {
        let others = self.registry.others_beside(before_main, RecordKind::CustomerUser);
        for other in others.filter(|other| other.elsewhere.checks_passwords()) {
            match self.ask(other.asked(), other.elsewhere.authenticate(login, password).boxed()).await {
                Ok(Authentication::Unknown) => {}
                Ok(Authentication::Refused) => return Ok(Verdict::Refused),
                Ok(Authentication::Accepted(record)) => {
                    return Ok(Verdict::Accepted { login: record.key, source: Arc::clone(&other.source.name) });
                }
                Err(error) if is_partial(&error) => {
                    tracing::warn!(?error, "a directory could not be asked about a sign-in");
                }
                Err(error) => return Err(error),
            }
        }
        Ok(Verdict::Unknown)
    }

    /// A directory with people that did not answer when last asked.
    pub fn directory_down(&self) -> Option<&str> {
        let mut others = self.registry.others(RecordKind::CustomerUser);
        let down = others.find(|other| other.elsewhere.checks_passwords() && other.elsewhere.breaker.is_failing());
        down.map(|other| &*other.source.name)
    }
}
