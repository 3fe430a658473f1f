//! Records that other data sources keep: they can be named, but not written.

use std::collections::HashMap;
use std::sync::Arc;

use crate::domain::customer::Customer;
use crate::domain::customer_user::CustomerUser;
use crate::domain::record::RecordKind;
use crate::domain::violation::{Violation, ViolationCode};
use crate::error::{Error, Result};
use crate::source::record::Record;

use super::editor::Editor;
use super::{Outcome, Refusal};

/// Names of records that other sources keep.
pub(super) struct Named {
    /// Their spelling by folded name.
    pub(super) spelled: HashMap<String, String>,
    /// A source that did not answer and may know the others.
    missing: Option<Error>,
}

impl Named {
    /// Why a name that was found nowhere is refused.
    pub(super) fn unknown(&self, path: &[impl AsRef<str>], what: &str, name: &str) -> Violation {
        match self.missing.as_ref().and_then(Error::source_name) {
            Some(source) => unavailable(path, source),
            None => Violation::not_found(path, what, name),
        }
    }
}

impl Editor<'_> {
    /// Refuses to write a record that another source keeps.
    pub(super) async fn require_writable(&self, kind: RecordKind, key: &str, path: &[&str]) -> Outcome<()> {
        match self.kept_elsewhere(kind, key, path).await? {
            Some((source, _)) => Err(read_only(path, &source).into()),
            None => Ok(()),
        }
    }

    /// What keeps a new record from having a key that another source uses.
    pub(super) async fn taken_elsewhere(
        &self,
        kind: RecordKind,
        key: &str,
        path: &[&str],
    ) -> Outcome<Option<Violation>> {
        let found = self.sources.only_elsewhere(kind, key).await;
        let found = found.map_err(|error| told(path, error))?;
        Ok(found.map(|(source, _)| {
            let what = kind.name();
            let message = format!("The data source `{source}` has a {what} `{key}` already: choose another one.");
            Violation::new(ViolationCode::NotUnique, path, message)
        }))
    }

    /// What is wrong with the data source that a new record is meant for. Where none is named it is the one that can be written.
    pub(super) fn wrong_source(&self, name: Option<&str>) -> Option<Violation> {
        let path = ["input", "dataSource"];
        match self.sources.registry().named(name?) {
            Some(source) => source.is_read_only().then(|| read_only(&path, &source.name)),
            None => Some(Violation::not_found(&path, "data source", name?)),
        }
    }

    /// The person of this login whom another source keeps.
    pub(super) async fn person_elsewhere(&self, login: &str, path: &[&str]) -> Outcome<Option<CustomerUser>> {
        let found = self.kept_elsewhere(RecordKind::CustomerUser, login, path).await?;
        Ok(found.map(|(source, record)| record.into_customer_user(&source)))
    }

    /// The customer of this id that another source keeps.
    pub(super) async fn customer_elsewhere(&self, id: &str, path: &[&str]) -> Outcome<Option<Customer>> {
        let found = self.kept_elsewhere(RecordKind::Customer, id, path).await?;
        Ok(found.map(|(source, record)| record.into_customer(&source)))
    }

    /// Those of these names that belong to records of other sources.
    pub(super) async fn named_elsewhere(&self, kind: RecordKind, names: &[String]) -> Result<Named> {
        let found = self.sources.kept_by_others(kind, names).await?;
        let spelled = found.records.into_iter().map(|(_, record)| (self.store.parent_key(&record.key), record.key));
        Ok(Named { spelled: spelled.collect(), missing: found.missing.into_iter().next() })
    }

    async fn kept_elsewhere(&self, kind: RecordKind, key: &str, path: &[&str]) -> Outcome<Option<(Arc<str>, Record)>> {
        let found = self.sources.kept_by_others(kind, &[key.to_owned()]).await?;
        match (found.records.into_iter().next(), found.missing.into_iter().next()) {
            (None, Some(error)) => Err(told(path, error)),
            (found, _) => Ok(found),
        }
    }
}

/// A source that does not answer, as something the person is told.
fn told(path: &[&str], error: Error) -> Refusal {
    match error.source_name() {
        Some(source) => unavailable(path, source).into(),
        None => error.into(),
    }
}

pub(super) fn read_only(path: &[&str], source: &str) -> Violation {
    let message = format!("The data source `{source}` can only be read: make the change there.");
    Violation::new(ViolationCode::ReadOnlySource, path, message)
}

fn unavailable(path: &[impl AsRef<str>], source: &str) -> Violation {
    let message = format!("The data source `{source}` does not answer at the moment: try again later.");
    Violation::new(ViolationCode::SourceUnavailable, path, message)
}
