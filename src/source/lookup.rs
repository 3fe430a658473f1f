//! Records by key over all sources: the first source that knows a key answers for it, for whoever asks.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use futures_util::FutureExt;
use futures_util::future::join_all;

use crate::domain::customer::Customer;
use crate::domain::customer_user::CustomerUser;
use crate::domain::record::RecordKind;
use crate::domain::text::fold;
use crate::domain::viewer::{CustomerScope, Viewer};
use crate::error::{Error, Result};

use super::customer::CustomerColumns;
use super::customer_user::CustomerUserColumns;
use super::listing::{CustomerUsers, Customers, Listed};
use super::record::{Record, RecordSource};
use super::{Sources, is_partial};

/// What was found of what was asked for.
#[derive(Clone, Debug)]
pub struct Found<T> {
    /// The records, in no particular order.
    pub records: Vec<T>,
    /// Sources that did not answer: they may know what was not found.
    pub missing: Vec<Error>,
}

/// Records of sources besides the main database, with the names of the sources.
#[derive(Default)]
pub struct FoundElsewhere {
    /// The records, each with the name of its source.
    pub records: Vec<(Arc<str>, Record)>,
    /// Sources that did not answer.
    pub missing: Vec<Error>,
}

impl Sources {
    /// The customers with these ids that exist for the viewer.
    pub async fn customers_by_id(
        &self,
        viewer: &Viewer,
        ids: &[String],
        columns: CustomerColumns,
    ) -> Result<Found<Customer>> {
        self.by_keys::<Customers>(viewer, ids, columns).await
    }

    /// The customer users with these logins that exist for the viewer.
    pub async fn customer_users_by_login(
        &self,
        viewer: &Viewer,
        logins: &[String],
        columns: CustomerUserColumns,
    ) -> Result<Found<CustomerUser>> {
        self.by_keys::<CustomerUsers>(viewer, logins, columns).await
    }

    /// The customer that one id names.
    pub async fn customer(&self, viewer: &Viewer, id: &str, columns: CustomerColumns) -> Result<Option<Customer>> {
        self.by_key::<Customers>(viewer, id, columns).await
    }

    /// The customer user that one login names.
    pub async fn customer_user(
        &self,
        viewer: &Viewer,
        login: &str,
        columns: CustomerUserColumns,
    ) -> Result<Option<CustomerUser>> {
        self.by_key::<CustomerUsers>(viewer, login, columns).await
    }

    async fn by_key<K: Listed>(&self, viewer: &Viewer, key: &str, columns: K::Columns) -> Result<Option<K::Item>> {
        let Found { records, missing } = self.by_keys::<K>(viewer, &[key.to_owned()], columns).await?;
        match (self.main.meant(records, key, K::key), missing.into_iter().next()) {
            (None, Some(error)) => Err(error),
            (found, _) => Ok(found),
        }
    }

    async fn by_keys<K: Listed>(
        &self,
        viewer: &Viewer,
        keys: &[String],
        columns: K::Columns,
    ) -> Result<Found<K::Item>> {
        let kind = K::KIND;
        if !self.has_others(kind) {
            let records = K::read_keys(&self.main, viewer, keys, columns).await?;
            return Ok(Found { records, missing: Vec::new() });
        }
        let mut elsewhere = self.elsewhere(true, kind, keys).await?;
        let asked = self.without(keys, &elsewhere.records);
        let mut records = K::read_keys(&self.main, viewer, &asked, columns).await?;
        let known: HashSet<String> = records.iter().map(|record| self.store.parent_key(K::key(record))).collect();
        let unknown: Vec<String> =
            asked.into_iter().filter(|key| !known.contains(&self.store.parent_key(key))).collect();
        let mut later = self.elsewhere(false, kind, &unknown).await?;
        if viewer.is_customer_user() && !later.records.is_empty() {
            // What the main database keeps and hides is not to be had from another source.
            let hidden = self.main.known(kind, &unknown).await?;
            later.records.retain(|(_, record)| !hidden.contains(&self.store.parent_key(&record.key)));
        }
        elsewhere.records.append(&mut later.records);
        elsewhere.missing.append(&mut later.missing);
        let visible = self.visible(viewer, kind, elsewhere.records).await?;
        records.extend(visible.into_iter().map(|(source, record)| K::show(record, &source, viewer)));
        Ok(Found { records, missing: elsewhere.missing })
    }

    /// What the sources that are asked before the main database, or after it, know of these keys; of two the earlier.
    pub(super) async fn elsewhere(
        &self,
        before_main: bool,
        kind: RecordKind,
        keys: &[String],
    ) -> Result<FoundElsewhere> {
        if keys.is_empty() {
            return Ok(FoundElsewhere::default());
        }
        let others = self.registry.others_beside(before_main, kind);
        let answers = join_all(others.map(async |other| {
            let answer = self.ask(other.asked(), other.elsewhere.by_keys(kind, keys).boxed()).await;
            (Arc::clone(&other.source.name), answer)
        }));
        let (mut found, mut known) = (FoundElsewhere::default(), HashSet::new());
        for (name, answer) in answers.await {
            match answer {
                Ok(records) => {
                    let new: Vec<Record> = records
                        .into_iter()
                        .filter(|record| !known.contains(&self.store.parent_key(&record.key)))
                        .collect();
                    known.extend(new.iter().map(|record| self.store.parent_key(&record.key)));
                    found.records.extend(new.into_iter().map(|record| (Arc::clone(&name), record)));
                }
                Err(error) if is_partial(&error) => found.missing.push(error),
                Err(error) => return Err(error),
            }
        }
        Ok(found)
    }

    /// The records with these keys that sources besides the main database answer for.
    pub async fn kept_by_others(&self, kind: RecordKind, keys: &[String]) -> Result<FoundElsewhere> {
        if !self.has_others(kind) {
            return Ok(FoundElsewhere::default());
        }
        let mut found = self.elsewhere(true, kind, keys).await?;
        let mut unknown = self.without(keys, &found.records);
        let known = self.main.known(kind, &unknown).await?;
        unknown.retain(|key| !known.contains(&self.store.parent_key(key)));
        if unknown.is_empty() {
            // A source that does not answer takes nothing from those who are known.
            found.missing.clear();
        }
        let mut later = self.elsewhere(false, kind, &unknown).await?;
        found.records.append(&mut later.records);
        found.missing.append(&mut later.missing);
        Ok(found)
    }

    /// The record with this key in a source besides the main database, whether or not the main database has one too.
    pub async fn only_elsewhere(&self, kind: RecordKind, key: &str) -> Result<Option<(Arc<str>, Record)>> {
        let keys = [key.to_owned()];
        for before_main in [true, false] {
            let found = self.elsewhere(before_main, kind, &keys).await?;
            match (found.records.into_iter().next(), found.missing.into_iter().next()) {
                (Some(found), _) => return Ok(Some(found)),
                (None, Some(error)) => return Err(error),
                (None, None) => {}
            }
        }
        Ok(None)
    }

    /// Whether the main database has a record of this key.
    pub async fn is_in_main(&self, kind: RecordKind, key: &str) -> Result<bool> {
        Ok(!self.main.known(kind, &[key.to_owned()]).await?.is_empty())
    }

    fn without(&self, keys: &[String], found: &[(Arc<str>, Record)]) -> Vec<String> {
        let found: HashSet<String> = found.iter().map(|(_, record)| self.store.parent_key(&record.key)).collect();
        keys.iter().filter(|key| !found.contains(&self.store.parent_key(key))).cloned().collect()
    }

    /// Those of these keys, by [`crate::store::Store::parent_key`], that a source before this one knows. One that does not answer knows none.
    pub(super) async fn known_before(
        &self,
        number: usize,
        kind: RecordKind,
        keys: &[String],
    ) -> Result<HashSet<String>> {
        let mut known = HashSet::new();
        if keys.is_empty() {
            return Ok(known);
        }
        if number > self.registry.main_position() {
            known.extend(self.main.known(kind, keys).await?);
        }
        for other in self.registry.others(kind).take_while(|other| other.number < number) {
            match self.ask(other.asked(), other.elsewhere.by_keys(kind, keys).boxed()).await {
                Ok(records) => known.extend(records.iter().map(|record| self.store.parent_key(&record.key))),
                Err(error) if is_partial(&error) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(known)
    }

    /// Those of these records that exist for the viewer: the same rule as in the selects of the main database.
    async fn visible(
        &self,
        viewer: &Viewer,
        kind: RecordKind,
        records: Vec<(Arc<str>, Record)>,
    ) -> Result<Vec<(Arc<str>, Record)>> {
        let CustomerScope::Of(ids) = viewer.customers() else { return Ok(records) };
        // Our own comparison, not that of the database, which may take letters with accents for the same.
        let ids: HashSet<String> = ids.iter().map(|id| fold(id)).collect();
        let is_own = |name: &str| ids.contains(&fold(name));
        let additional: HashMap<String, Vec<String>> = match kind {
            RecordKind::CustomerUser if !records.is_empty() => {
                let logins: Vec<String> = records.iter().map(|(_, record)| record.key.clone()).collect();
                self.store.additional_customers(&logins).await?
            }
            _ => HashMap::new(),
        };
        let is_visible = |record: &Record| match kind {
            RecordKind::Customer => is_own(&record.key),
            RecordKind::CustomerUser => {
                fold(&record.key) == fold(viewer.login())
                    || record.fields.get("customer_id").is_some_and(|id| is_own(id))
                    || additional
                        .get(&self.store.parent_key(&record.key))
                        .is_some_and(|ids| ids.iter().any(|id| is_own(id)))
            }
        };
        Ok(records.into_iter().filter(|(_, record)| is_visible(record)).collect())
    }
}
