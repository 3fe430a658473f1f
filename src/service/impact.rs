//! What a change of relations means for people: their effective permissions before and after, by the one rule there is for them.

use std::collections::HashMap;

use crate::domain::permission::{EffectivePermission, effective_permissions};
use crate::domain::relation::{GroupImpact, impact};
use crate::error::{Error, Result};
use crate::source::Sources;
use crate::source::holder::Holders;
use crate::source::lookup::Found;

/// The people whose permissions a change may touch, with what they hold before it.
#[derive(Default)]
pub struct Affected {
    before: Vec<(String, Vec<EffectivePermission>)>,
    missing: Vec<Error>,
}

/// Who gains and who loses.
#[derive(Clone, Debug, Default)]
pub struct Impact {
    /// How many people gain something.
    pub gaining: usize,
    /// How many people lose something.
    pub losing: usize,
    /// What changes for whom, by login and then by group; not all of it where there is much.
    pub changes: Vec<(String, GroupImpact)>,
    /// Data sources that did not answer: what changes for their people is not told.
    pub missing: Vec<Error>,
}

/// The most changes that are told one by one.
const MAX_CHANGES: usize = 1000;

impl Affected {
    /// The valid people of these customers.
    pub async fn people_of(sources: &Sources, customer_ids: &[String]) -> Result<Self> {
        Self::those(sources, sources.valid_people_of(customer_ids).await?).await
    }

    /// Those of these people who are valid.
    pub async fn people(sources: &Sources, logins: &[String]) -> Result<Self> {
        Self::those(sources, sources.valid_people(logins).await?).await
    }

    async fn those(sources: &Sources, Found { records, missing }: Found<String>) -> Result<Self> {
        let mut missing = missing;
        let before = held_by(sources, records, &mut missing).await?;
        Ok(Self { before, missing })
    }

    /// What has changed for them since.
    pub async fn compare(self, sources: &Sources) -> Result<Impact> {
        let logins = self.before.iter().map(|(login, _)| login.clone()).collect();
        let mut missing = self.missing;
        let after: HashMap<String, Vec<EffectivePermission>> =
            held_by(sources, logins, &mut missing).await?.into_iter().collect();
        let mut found = Impact { missing, ..Impact::default() };
        for (login, before) in self.before {
            // Nothing is said of somebody whose source has meanwhile fallen silent.
            let Some(after) = after.get(&login) else { continue };
            let changes = impact(&before, after);
            found.gaining += usize::from(changes.iter().any(|change| !change.gained.is_empty()));
            found.losing += usize::from(changes.iter().any(|change| !change.lost.is_empty()));
            let room = MAX_CHANGES - found.changes.len();
            found.changes.extend(changes.into_iter().take(room).map(|change| (login.clone(), change)));
        }
        Ok(found)
    }
}

/// The configured permissions that people have in effect, in the order of the logins; without those whose source does not answer.
async fn held_by(
    sources: &Sources,
    logins: Vec<String>,
    missing: &mut Vec<Error>,
) -> Result<Vec<(String, Vec<EffectivePermission>)>> {
    let store = sources.store();
    let reference = store.reference().await?;
    let rules = &store.rules().permission;
    let configured = rules.keys.configured();
    let mut held = Vec::with_capacity(logins.len());
    for some in logins.chunks(store.names_at_once()) {
        let Holders { mut stored, missing: silent } = sources.holders(some).await?;
        for login in some {
            let person = stored.remove(login).unwrap_or_default();
            if person.record.is_none() && !silent.is_empty() {
                continue;
            }
            let mut permissions = effective_permissions(rules, &reference.valid_groups, &person.holder);
            // Keys that nobody is shown do not count as gained or lost.
            permissions.iter_mut().for_each(|held| held.keys = held.keys.intersection(configured));
            held.push((login.clone(), permissions));
        }
        missing.extend(silent);
    }
    Ok(held)
}
