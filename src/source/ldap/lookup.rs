//! Records by key, remembered for a while.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};

use crate::domain::text::fold;
use crate::domain::validity::Validity;
use crate::error::Result;
use crate::source::record::Record;

use super::Ldap;
use super::condition::MOST_TERMS;
use super::entry as directory;
use super::filter::Filter;
use super::mapping::Mapping;

/// The longest key that is asked for, in characters.
const MAX_KEY: usize = 255;

impl Ldap {
    /// The records with these keys, valid or not.
    pub(super) async fn look_up(&self, mapping: &Mapping, keys: &[String]) -> Result<Vec<Record>> {
        let (mut found, mut missing) = (Vec::new(), Vec::new());
        let keys: HashSet<String> = keys.iter().filter(|key| can_be_key(key)).map(|key| fold(key)).collect();
        for key in keys {
            match self.0.cache.get(&(mapping.kind, key.clone())).await {
                Some(known) => found.extend(known),
                None => missing.push(key),
            }
        }
        found.extend(self.read_keys(mapping, missing).await?);
        Ok(found)
    }

    /// Asks the directory for the valid records with these keys, and then for the others.
    async fn read_keys(&self, mapping: &Mapping, mut missing: Vec<String>) -> Result<Vec<Record>> {
        let stages = match &mapping.valid {
            Some(valid) => vec![(valid.clone(), Validity::Valid), (Filter::True, Validity::Invalid)],
            None => vec![(Filter::True, Validity::Valid)],
        };
        let mut found = HashMap::new();
        for (filter, validity) in stages {
            self.read_stage(mapping, &missing, &filter, validity, &mut found).await?;
            missing.retain(|key| !found.contains_key(key));
        }
        for key in missing {
            self.0.cache.insert((mapping.kind, key), None).await;
        }
        for (key, record) in &found {
            self.0.cache.insert((mapping.kind, key.clone()), Some(record.clone())).await;
        }
        Ok(found.into_values().collect())
    }

    async fn read_stage(
        &self,
        mapping: &Mapping,
        keys: &[String],
        filter: &Filter,
        validity: Validity,
        found: &mut HashMap<String, Record>,
    ) -> Result<()> {
        let mut twice = 0;
        for chunk in keys.chunks(MOST_TERMS) {
            let wanted: HashSet<&str> = chunk.iter().map(String::as_str).collect();
            let is_key = Filter::any(chunk.iter().map(|key| Filter::equals(&mapping.key, key)));
            let filter = Filter::all([mapping.filter.clone(), filter.clone(), is_key]);
            let answer = self.ask(mapping, &filter, mapping.attributes(), most_of(chunk.len())).await?;
            if answer.is_cut {
                return Err(self.unavailable("there are many more entries than keys that were asked for"));
            }
            for record in answer.entries.iter().filter_map(|entry| entry.record(mapping, validity)) {
                let key = fold(&record.key);
                // Directories take more for equal than we do, blanks for example.
                if !wanted.contains(key.as_str()) {
                    continue;
                }
                match found.entry(key) {
                    Entry::Occupied(_) => twice += 1,
                    Entry::Vacant(place) => {
                        place.insert(record);
                    }
                }
            }
        }
        if twice > 0 {
            let (source, key) = (&self.0.name, &mapping.key);
            tracing::warn!(%source, %key, twice, "several entries have the same key: the first one counts");
        }
        Ok(())
    }

    /// Remembers records that were read otherwise.
    ///
    /// What is asked for by key decides: a list may lack the other entry of the same key, or the valid one.
    pub(super) async fn remember(&self, mapping: &Mapping, records: &[(directory::Entry, Record)]) {
        for (key, record) in only_ones(records) {
            self.0.cache.entry((mapping.kind, key)).or_insert(Some(record.clone())).await;
        }
    }
}

/// The valid records whose keys no other one has, by these.
fn only_ones(records: &[(directory::Entry, Record)]) -> HashMap<String, &Record> {
    let (mut found, mut twice) = (HashMap::new(), HashSet::new());
    for (entry, record) in records {
        let key = fold(&record.key);
        if found.insert(key.clone(), record).is_some() || entry.has_twin {
            twice.insert(key);
        }
    }
    found.retain(|key, record| record.validity == Validity::Valid && !twice.contains(key));
    found
}

/// How many entries may come for this many keys: some keys may be there twice.
pub fn most_of(keys: usize) -> usize {
    2 * keys + 100
}

/// Whether any record could have this key.
fn can_be_key(key: &str) -> bool {
    !key.is_empty() && key.chars().count() <= MAX_KEY && !key.contains(char::is_control)
}
