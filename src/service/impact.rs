//! What a change of relations means for people: their effective permissions before and after, by the one rule there is for them.

use std::collections::HashMap;

use crate::domain::permission::{EffectivePermission, effective_permissions};
use crate::domain::relation::{GroupImpact, impact};
use crate::error::Result;
use crate::store::Store;

/// The people whose permissions a change may touch, with what they hold before it.
pub struct Affected(Vec<(String, Vec<EffectivePermission>)>);

/// Who gains and who loses.
#[derive(Clone, Debug, Default)]
pub struct Impact {
    /// How many people gain something.
    pub gaining: usize,
    /// How many people lose something.
    pub losing: usize,
    /// What changes for whom, by login and then by group; not all of it where there is much.
    pub changes: Vec<(String, GroupImpact)>,
}

/// The most changes that are told one by one.
const MAX_CHANGES: usize = 1000;

impl Affected {
    /// Nobody: nothing is read then.
    pub fn nobody() -> Self {
        Self(Vec::new())
    }

    /// The valid people of these customers.
    pub async fn people_of(store: &Store, customer_ids: &[String]) -> Result<Self> {
        let logins = store.valid_people_of(customer_ids).await?;
        held_by(store, logins).await.map(Self)
    }

    /// Those of these people who are valid.
    pub async fn people(store: &Store, logins: &[String]) -> Result<Self> {
        let logins = store.valid_people(logins).await?;
        held_by(store, logins).await.map(Self)
    }

    /// What has changed for them since.
    pub async fn compare(self, store: &Store) -> Result<Impact> {
        let logins = self.0.iter().map(|(login, _)| login.clone()).collect();
        let after: HashMap<String, Vec<EffectivePermission>> = held_by(store, logins).await?.into_iter().collect();
        let mut found = Impact::default();
        for (login, before) in self.0 {
            let changes = impact(&before, after.get(&login).map_or(&[], Vec::as_slice));
            found.gaining += usize::from(changes.iter().any(|change| !change.gained.is_empty()));
            found.losing += usize::from(changes.iter().any(|change| !change.lost.is_empty()));
            let room = MAX_CHANGES - found.changes.len();
            found.changes.extend(changes.into_iter().take(room).map(|change| (login.clone(), change)));
        }
        Ok(found)
    }
}

/// The configured permissions that people have in effect, in the order of the logins.
async fn held_by(store: &Store, logins: Vec<String>) -> Result<Vec<(String, Vec<EffectivePermission>)>> {
    let reference = store.reference().await?;
    let rules = &store.rules().permission;
    let configured = rules.keys.configured();
    let mut held = Vec::with_capacity(logins.len());
    for some in logins.chunks(store.names_at_once()) {
        let mut stored = store.holders(some).await?;
        for login in some {
            let person = stored.remove(login).unwrap_or_default();
            let mut permissions = effective_permissions(rules, &reference.valid_groups, &person.holder);
            // Keys that nobody is shown do not count as gained or lost.
            permissions.iter_mut().for_each(|held| held.keys = held.keys.intersection(configured));
            held.push((login.clone(), permissions));
        }
    }
    Ok(held)
}
