//! Whether the settings fit the directory, for the command `check`.

use std::collections::BTreeSet;

use crate::domain::record::RecordKind;
use crate::error::{Error, Result};
use crate::source::record::Finding;

use super::Ldap;
use super::entry::Entry;
use super::filter::Filter;
use super::mapping::{Mapping, section};

/// How many entries are looked at.
const LOOKED_AT: usize = 100;

/// The fields that lists can be sorted by.
fn sortable(kind: RecordKind) -> &'static [&'static str] {
    match kind {
        RecordKind::Customer => &["customer_id", "name", "city", "country"],
        RecordKind::CustomerUser => &["login", "first_name", "last_name", "email", "customer_id"],
    }
}

impl Ldap {
    /// Connects, binds and reads some entries of each kind: whether that works, and which settings find nothing.
    pub async fn inspect(&self) -> Vec<Finding> {
        if let Err(error) = self.ping().await {
            return vec![Finding::bad(format!("it does not answer: {}", cause(&error)))];
        }
        let mut findings = vec![Finding::fine("it answers".to_owned())];
        for mapping in [&self.0.customers, &self.0.customer_users].into_iter().flatten() {
            match self.inspect_kind(mapping).await {
                Ok(more) => findings.extend(more),
                Err(error) => findings.push(Finding::bad(format!("[{}]: {}", section(mapping.kind), cause(&error)))),
            }
        }
        findings
    }

    async fn inspect_kind(&self, mapping: &Mapping) -> Result<Vec<Finding>> {
        let section = section(mapping.kind);
        let mut asked = mapping.attributes();
        asked.extend(mapping.search.iter().cloned());
        let answer = self.ask(mapping, &mapping.filter, asked, LOOKED_AT).await?;
        if answer.entries.is_empty() {
            let (base, filter) = (&mapping.base, &mapping.filter);
            return Ok(vec![Finding::bad(format!("[{section}]: below `{base}` no entry fulfils {filter}"))]);
        }
        let more = if answer.is_cut { "at least " } else { "" };
        let mut findings = vec![Finding::fine(format!(
            "[{section}]: {more}{} entries below `{}`",
            answer.entries.len(),
            mapping.base
        ))];
        findings.extend(self.without_valid(mapping).await?);
        findings.extend(never_there(mapping, &answer.entries));
        findings.extend(self.not_in_order(mapping, &answer.entries).await?);
        Ok(findings)
    }

    /// Says so where no entry at all is valid.
    async fn without_valid(&self, mapping: &Mapping) -> Result<Option<Finding>> {
        let Some(valid) = &mapping.valid else { return Ok(None) };
        let filter = Filter::all([mapping.filter.clone(), valid.clone()]);
        let answer = self.ask(mapping, &filter, vec![mapping.key.clone()], 1).await?;
        let text = || format!("[{}]: no entry fulfils `valid_filter`, {valid}", section(mapping.kind));
        Ok(answer.entries.is_empty().then(|| Finding::bad(text())))
    }

    /// Attributes that lists are sorted by, but that the directory does not find by their beginning in any case.
    async fn not_in_order(&self, mapping: &Mapping, entries: &[Entry]) -> Result<Vec<Finding>> {
        let mut findings = Vec::new();
        for field in sortable(mapping.kind) {
            let Some(attribute) = mapping.attribute(field) else { continue };
            let value = |entry: &Entry| {
                entry.text(attribute).filter(|value| value.starts_with(|c: char| c.is_ascii_alphanumeric()))
            };
            let Some((entry, value)) = entries.iter().find_map(|entry| Some((entry, value(entry)?))) else { continue };
            if !self.is_found_by_beginning(mapping, attribute, &value, entry).await? {
                findings.push(Finding::bad(format!(
                    "[{}]: the directory does not find `{attribute}` by its beginning in any case: long lists that are sorted by `{field}` may lack entries",
                    section(mapping.kind)
                )));
            }
        }
        Ok(findings)
    }

    async fn is_found_by_beginning(
        &self,
        mapping: &Mapping,
        attribute: &str,
        value: &str,
        entry: &Entry,
    ) -> Result<bool> {
        let beginning: String = value.chars().take_while(char::is_ascii_alphanumeric).take(3).collect();
        let key = entry.text(&mapping.key).unwrap_or_default();
        for beginning in [beginning.to_lowercase(), beginning.to_uppercase()] {
            let parts = [Filter::equals(&mapping.key, &key), Filter::begins(attribute, &beginning)];
            let answer = self.ask(mapping, &Filter::all(parts), vec![mapping.key.clone()], LOOKED_AT).await?;
            if answer.entries.is_empty() {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

/// Attributes in the settings that no entry has.
fn never_there(mapping: &Mapping, entries: &[Entry]) -> Vec<Finding> {
    let fields = mapping.fields.iter().map(|(field, attribute)| (format!("fields.{field}"), attribute));
    let search = mapping.search.iter().map(|attribute| ("search".to_owned(), attribute));
    let mut seen = BTreeSet::new();
    let missing = fields.chain(search).filter(|(_, attribute)| {
        seen.insert(attribute.to_ascii_lowercase()) && entries.iter().all(|entry| entry.value(attribute).is_none())
    });
    let (section, count) = (section(mapping.kind), entries.len());
    missing
        .map(|(setting, attribute)| {
            Finding::bad(format!("[{section}]: `{setting}`: none of {count} entries has the attribute `{attribute}`"))
        })
        .collect()
}

/// What lies behind an error, for the operator.
fn cause(error: &Error) -> String {
    match error {
        Error::SourceUnavailable(failure) => failure.cause.to_string(),
        other => format!("{other:?}"),
    }
}
