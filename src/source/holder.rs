//! Effective permissions of people whom other sources keep: what is stored for them is in the main database under their login, but which
//! customer is their own is said by the source.

use std::collections::HashMap;
use std::sync::Arc;

use crate::domain::record::RecordKind;
use crate::domain::text::fold;
use crate::domain::validity::Validity;
use crate::domain::viewer::Viewer;
use crate::error::{Error, Result};
use crate::store::grant::{Owner, StoredPermissions};

use super::Sources;
use super::lookup::{Found, FoundElsewhere};
use super::record::Record;

/// What is stored for people, by login.
#[derive(Clone, Debug, Default)]
pub struct Holders {
    /// What was found.
    pub stored: HashMap<String, StoredPermissions>,
    /// Sources that did not answer: they may know the people without a record.
    pub missing: Vec<Error>,
}

impl Sources {
    /// What is stored for these logins and for the customers of the people, whoever keeps them.
    pub async fn holders(&self, logins: &[String]) -> Result<Holders> {
        let stored = self.store.holders(logins).await?;
        if !self.has_others(RecordKind::CustomerUser) {
            return Ok(Holders { stored, missing: Vec::new() });
        }
        let mut found = self.elsewhere(true, RecordKind::CustomerUser, logins).await?;
        let unknown: Vec<String> = logins
            .iter()
            .filter(|login| stored.get(*login).is_none_or(|stored| stored.record.is_none()))
            .cloned()
            .collect();
        let mut later = self.elsewhere(false, RecordKind::CustomerUser, &unknown).await?;
        found.missing.append(&mut later.missing);
        let reference = self.store.reference().await?;
        // Of two the later in the map stays: sources before the main database come last.
        let mut owners: HashMap<String, Owner> = HashMap::new();
        for (source, record) in later.records.into_iter().chain(found.records) {
            let valid_id = reference.valid_id(record.validity)?;
            owners.insert(self.store.parent_key(&record.key), owner(record, valid_id, source));
        }
        Ok(Holders { stored: self.store.with_owners(stored, &owners).await?, missing: found.missing })
    }

    /// Those of these people who are valid, by login as their records spell it.
    pub async fn valid_people(&self, logins: &[String]) -> Result<Found<String>> {
        let records = self.store.valid_people(logins).await?;
        let others = self.kept_by_others(RecordKind::CustomerUser, logins).await?;
        Ok(self.with_valid_others(records, others))
    }

    /// The valid people whose own or additional customer is one of these, likewise.
    pub async fn valid_people_of(&self, customer_ids: &[String]) -> Result<Found<String>> {
        let records = self.store.valid_people_of(customer_ids).await?;
        let others = self.people_of_others(customer_ids).await?;
        Ok(self.with_valid_others(records, others))
    }

    fn with_valid_others(&self, mut records: Vec<String>, others: FoundElsewhere) -> Found<String> {
        let is_valid = |(_, record): &(_, Record)| record.validity == Validity::Valid;
        records.extend(others.records.into_iter().filter(is_valid).map(|(_, record)| record.key));
        records.sort_unstable();
        records.dedup();
        Found { records, missing: others.missing }
    }

    /// The customer user with this login; `None` where there is none or they are not valid. It may also be that a source does not answer
    /// that would know.
    pub async fn customer_user_viewer(&self, login: &str) -> Result<Option<Viewer>> {
        let (stored, mut missing) = self.holder(login).await?;
        match (&stored.record, missing.pop()) {
            (None, Some(error)) => Err(error),
            _ => self.store.customer_user_viewer(stored).await,
        }
    }

    /// The customer user whom somebody else calls by this login, without having asked the source that keeps them: upper and lower case mean
    /// the same and nothing else does, whatever the database compares by, and while an earlier source does not answer it is nobody.
    pub async fn customer_user_called(&self, login: &str) -> Result<Option<Viewer>> {
        let (stored, missing) = self.holder(login).await?;
        let viewer = self.store.customer_user_viewer(stored).await?;
        let position = |name: Option<&str>| match name {
            Some(name) => self.registry.sources.iter().position(|source| *source.name == *name),
            None => Some(self.registry.main_position()),
        };
        let kept_by = viewer.as_ref().and_then(|viewer| position(viewer.source().map(|source| &**source)));
        let may_keep = |error: &Error| kept_by.is_none_or(|kept_by| position(error.source_name()) < Some(kept_by));
        if let Some(error) = missing.into_iter().find(may_keep) {
            return Err(error);
        }
        Ok(viewer.filter(|viewer| fold(viewer.login()) == fold(login)))
    }

    async fn holder(&self, login: &str) -> Result<(StoredPermissions, Vec<Error>)> {
        let mut holders = self.holders(&[login.to_owned()]).await?;
        Ok((holders.stored.remove(login).unwrap_or_default(), holders.missing))
    }
}

fn owner(record: Record, valid_id: i16, source: Arc<str>) -> Owner {
    let customer_id = record.fields.get("customer_id").cloned().unwrap_or_default();
    Owner { login: record.key, customer_id, valid_id, source }
}
