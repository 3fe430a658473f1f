//! The change log.

use std::collections::HashMap;

use crate::domain::change::{Change, EntityType};
use crate::error::Error;
use crate::store::page::{Entries, Page};

use super::{Asked, Batch, Reader, by_request};

/// A page of the changes of a record, newest first.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ChangesOf(pub EntityType, pub String, pub Asked<Page>);

impl Batch<ChangesOf> for Reader {
    type Value = Entries<Change>;

    async fn read(&self, keys: &[ChangesOf]) -> Result<HashMap<ChangesOf, Self::Value>, Error> {
        let mut answer = HashMap::new();
        for ((entity, page), records) in by_request(keys, |key| ((key.0, key.2.clone()), key.1.clone())) {
            let pages = self.store.changes_of(entity, &records, &page).await?;
            answer.extend(records.into_iter().map(|record| {
                let entries = pages.get(&self.store.change_key(&record)).cloned().unwrap_or_default();
                (ChangesOf(entity, record, page.clone()), entries)
            }));
        }
        Ok(answer)
    }
}

/// A change by number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ChangeById(pub i64);

impl Batch<ChangeById> for Reader {
    type Value = Change;

    async fn read(&self, keys: &[ChangeById]) -> Result<HashMap<ChangeById, Self::Value>, Error> {
        let ids: Vec<i64> = keys.iter().map(|key| key.0).collect();
        let found = self.store.changes_by_id(&ids).await?;
        Ok(found.into_iter().map(|change| (ChangeById(change.id), change)).collect())
    }
}
