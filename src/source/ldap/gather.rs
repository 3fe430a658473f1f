//! All records that fulfil a query, and what is checked again on records because directories compare loosely.

use std::collections::HashSet;

use crate::domain::record::RecordKind;
use crate::domain::text::fold;
use crate::domain::validity::Validity;
use crate::error::Result;
use crate::source::record::{Gathered, Record, RecordQuery};

use super::Ldap;
use super::condition::{Conditions, MOST_TERMS, among};
use super::entry::{Entry, loose_key};
use super::filter::Filter;
use super::lookup::most_of;
use super::mapping::Mapping;
use super::window::{Dimension, Division, MOST_WINDOWS, divide_by_sample};
use crate::source::order::order_key;

impl Ldap {
    /// The records that fulfil a query, and at most this many.
    pub(super) async fn gather(&self, mapping: &Mapping, query: &RecordQuery, most: usize) -> Result<Gathered> {
        let filters = filters(mapping, query);
        let most = most.min(self.0.size_limit);
        let (entries, is_cut) = self.entries(mapping, query, &filters, mapping.attributes(), most).await?;
        let records = self.records(mapping, query, &filters, entries).await?;
        Ok(Gathered { records: records.into_iter().map(|(_, record)| record).collect(), is_cut })
    }

    /// How many records fulfil a query, as far as the source may read.
    pub(super) async fn count_records(&self, mapping: &Mapping, query: &RecordQuery) -> Result<i64> {
        let filters = filters(mapping, query);
        let attributes = mapping.naming_attributes();
        let (entries, _) = self.entries(mapping, query, &filters, attributes, self.0.size_limit).await?;
        Ok(i64::try_from(entries.len()).unwrap_or(i64::MAX))
    }

    /// The entries that fulfil one of the filters and are meant by the query, and whether there are more of them.
    pub(super) async fn entries(
        &self,
        mapping: &Mapping,
        query: &RecordQuery,
        filters: &[Filter],
        attributes: Vec<String>,
        most: usize,
    ) -> Result<(Vec<Entry>, bool)> {
        let (check, mut seen) = (Check::new(mapping, query), HashSet::new());
        let (mut entries, mut is_cut) = (Vec::new(), false);
        for filter in filters {
            let read = self.read_apart(mapping, filter, &attributes, most).await?;
            is_cut |= read.1;
            // Someone may be meant by login and by customer, in different searches.
            let meant = read.0.into_iter().filter(|entry| check.is_meant(entry));
            entries.extend(meant.filter(|entry| filters.len() == 1 || seen.insert(entry.dn.clone())));
        }
        is_cut |= entries.len() > most;
        entries.truncate(most);
        Ok((entries, is_cut))
    }

    /// The entries that fulfil a filter, and whether there are more than may be read. Where the directory gives out fewer at once, it is
    /// asked for one part of the keys after the other.
    async fn read_apart(
        &self,
        mapping: &Mapping,
        filter: &Filter,
        attributes: &[String],
        most: usize,
    ) -> Result<(Vec<Entry>, bool)> {
        let keys = Dimension { attribute: Some(mapping.key.clone()), own: None, is_optional: false };
        let (mut found, mut windows, mut asked) = (Vec::new(), vec![keys.root()], 0);
        while let Some(pieces) = windows.pop() {
            let left = most - found.len();
            let filter = Filter::all([filter.clone(), keys.filter(&pieces)]);
            let answer = self.ask(mapping, &filter, attributes.to_vec(), left).await?;
            let is_ours = answer.is_cut && answer.entries.len() >= left;
            let position = |entry: &Entry| entry.value(&mapping.key).map(order_key);
            let inside =
                |entry: &Entry| position(entry).is_some_and(|key| pieces.iter().any(|piece| piece.contains(&key)));
            let entries: Vec<Entry> = answer.entries.into_iter().filter(inside).collect();
            asked += 1;
            if answer.is_cut && !is_ours && asked < MOST_WINDOWS {
                let mut sample: Vec<String> = entries.iter().filter_map(position).collect();
                sample.sort_unstable();
                let sample: Vec<&str> = sample.iter().map(String::as_str).collect();
                if let Division::Two(before, behind) = divide_by_sample(pieces, &sample, None) {
                    windows.extend([behind, before]);
                    continue;
                }
            }
            found.extend(entries);
            if answer.is_cut {
                return Ok((found, true));
            }
        }
        Ok((found, false))
    }

    /// Makes records of entries that fulfil a query, with their validity.
    pub(super) async fn records(
        &self,
        mapping: &Mapping,
        query: &RecordQuery,
        filters: &[Filter],
        entries: Vec<Entry>,
    ) -> Result<Vec<(Entry, Record)>> {
        let valid = self.valid_ones(mapping, query, filters, &entries).await?;
        let validity = |entry: &Entry| match &valid {
            Validities::All(validity) => *validity,
            Validities::Valid(names) if names.contains(&entry.dn) => Validity::Valid,
            Validities::Valid(_) => Validity::Invalid,
        };
        let records = entries.into_iter().filter_map(|entry| {
            let record = entry.record(mapping, validity(&entry))?;
            Some((entry, record))
        });
        let records: Vec<_> = records.collect();
        self.remember(mapping, &records).await;
        Ok(records)
    }

    /// Which entries are valid: known from the query, or asked for in one further search.
    async fn valid_ones(
        &self,
        mapping: &Mapping,
        query: &RecordQuery,
        filters: &[Filter],
        entries: &[Entry],
    ) -> Result<Validities> {
        let has = |validity| query.validity.contains(&validity);
        let Some(valid) = &mapping.valid else { return Ok(Validities::All(Validity::Valid)) };
        if !has(Validity::Valid) || !has(Validity::Invalid) {
            return Ok(Validities::All(if has(Validity::Valid) { Validity::Valid } else { Validity::Invalid }));
        }
        let (filters, most) = match entries.len() {
            0 => return Ok(Validities::Valid(HashSet::new())),
            count if count <= MOST_TERMS => (vec![of_keys(mapping, entries)], most_of(count)),
            _ => (filters.to_vec(), self.0.size_limit),
        };
        let mut names = HashSet::new();
        for filter in filters {
            let filter = Filter::all([filter, valid.clone()]);
            let (entries, _) = self.read_apart(mapping, &filter, std::slice::from_ref(&mapping.key), most).await?;
            names.extend(entries.into_iter().map(|entry| entry.dn));
        }
        Ok(Validities::Valid(names))
    }
}

/// What is known of the validity of entries.
enum Validities {
    /// All have the same.
    All(Validity),
    /// Those with these names are valid, the others are not.
    Valid(HashSet<String>),
}

fn of_keys(mapping: &Mapping, entries: &[Entry]) -> Filter {
    let keys = entries.iter().filter_map(|entry| entry.key(mapping));
    let is_key = Filter::any(keys.map(|key| Filter::equals(&mapping.key, &key)));
    Filter::all([mapping.filter.clone(), is_key])
}

/// What a query asks for: filters that are asked one after the other. None where nothing can fulfil it.
pub fn filters(mapping: &Mapping, query: &RecordQuery) -> Vec<Filter> {
    let filter = Conditions::new(mapping, query).of(query);
    let among = match &query.among {
        Some(wanted) => among(mapping, wanted),
        None => vec![Filter::True],
    };
    let filters = among.into_iter().map(|among| Filter::all([filter.clone(), among]));
    filters.filter(|filter| *filter != Filter::False).collect()
}

/// Whether records are those that a query means. Rights depend on it, so that it is decided by our own comparison.
pub struct Check<'a> {
    mapping: &'a Mapping,
    /// Folded keys and CustomerIDs; `None` where all are meant.
    among: Option<(HashSet<String>, HashSet<String>)>,
    own_key: Option<&'a str>,
}

impl<'a> Check<'a> {
    /// For a query.
    pub fn new(mapping: &'a Mapping, query: &'a RecordQuery) -> Self {
        let folded = |texts: &[String]| texts.iter().map(|text| fold(text)).collect();
        let among = query.among.as_ref().map(|among| (folded(&among.keys), folded(&among.customer_ids)));
        Self { mapping, among, own_key: mapping.own_key(query) }
    }

    /// Whether an entry is meant.
    pub fn is_meant(&self, entry: &Entry) -> bool {
        let Some(key) = entry.key(self.mapping) else { return false };
        self.is_among(entry, &key) && !self.is_mistaken(&key)
    }

    fn is_among(&self, entry: &Entry, key: &str) -> bool {
        let Some((keys, customers)) = &self.among else { return true };
        let has_customers = self.mapping.kind == RecordKind::CustomerUser;
        let attribute = has_customers.then(|| self.mapping.attribute("customer_id")).flatten();
        let customer = attribute.and_then(|attribute| entry.text(attribute));
        keys.contains(&fold(key)) || customer.is_some_and(|customer| customers.contains(&fold(&customer)))
    }

    /// Whether the directory takes the entry for the reader's own, though it is not: the search looked into its private fields.
    fn is_mistaken(&self, key: &str) -> bool {
        self.own_key.is_some_and(|own| loose_key(own) == loose_key(key) && fold(own) != fold(key))
    }
}
