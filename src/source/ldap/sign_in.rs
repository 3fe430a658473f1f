//! Sign-in with the password of the directory.

use crate::domain::record::RecordKind;
use crate::domain::text::fold;
use crate::domain::validity::Validity;
use crate::error::Result;
use crate::source::record::Authentication;

use super::Ldap;
use super::entry::Entry;
use super::filter::Filter;
use super::mapping::Mapping;
use super::pool::Bind;
use super::search::Question;

/// How many entries of one login are read: enough to know that there is more than one.
const MOST: usize = 3;

impl Ldap {
    /// Whether this is the person's password. An error says that the directory did not answer.
    pub async fn authenticate(&self, login: &str, password: &str) -> Result<Authentication> {
        // Without a password a directory lets everyone in, as nobody.
        if password.is_empty() || password.contains('\0') {
            return Ok(Authentication::Refused);
        }
        let Some(mapping) = self.mapping(RecordKind::CustomerUser) else { return Ok(Authentication::Unknown) };
        if login.is_empty() || login.contains('\0') {
            return Ok(Authentication::Unknown);
        }
        let valid = mapping.valid.clone().unwrap_or(Filter::True);
        let mut found = self.of_login(mapping, login, valid).await?;
        let is_meant = |entry: &Entry| entry.key(mapping).is_some_and(|key| fold(&key) == fold(login));
        match found.len() {
            0 => self.without_valid_entry(mapping, login, is_meant).await,
            1 if is_meant(&found[0]) => self.bind(mapping, &found.remove(0), password).await,
            1 => Ok(Authentication::Unknown),
            _ => {
                tracing::warn!(source = %self.0.name, login, "several entries have this login: nobody signs in with it");
                Ok(Authentication::Refused)
            }
        }
    }

    async fn of_login(&self, mapping: &Mapping, login: &str, filter: Filter) -> Result<Vec<Entry>> {
        let filter = Filter::all([mapping.filter.clone(), Filter::equals(&mapping.key, login), filter]);
        let question = self.question(mapping, &filter, mapping.attributes(), MOST);
        Ok(self.send(&Question { is_sign_in: true, ..question }).await?.entries)
    }

    async fn without_valid_entry(
        &self,
        mapping: &Mapping,
        login: &str,
        is_meant: impl Fn(&Entry) -> bool,
    ) -> Result<Authentication> {
        let is_known =
            mapping.valid.is_some() && self.of_login(mapping, login, Filter::True).await?.iter().any(is_meant);
        Ok(if is_known { Authentication::Refused } else { Authentication::Unknown })
    }

    async fn bind(&self, mapping: &Mapping, entry: &Entry, password: &str) -> Result<Authentication> {
        let record = entry.record(mapping, Validity::Valid);
        // A bind without a name is one as nobody, too.
        let Some(record) = record.filter(|_| !entry.dn.is_empty()) else { return Ok(Authentication::Unknown) };
        let answer = self.0.pool.bind_as(&entry.dn, password).await.map_err(|failure| self.unavailable(failure))?;
        Ok(match answer {
            Bind::Accepted => Authentication::Accepted(Box::new(record)),
            Bind::Refused => Authentication::Refused,
        })
    }
}
