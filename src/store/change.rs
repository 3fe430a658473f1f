//! The change log.

use std::collections::HashMap;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::DateTime;
use sea_orm::sea_query::{Expr, ExprTrait, Query, SelectStatement};
use sha2::{Digest, Sha256};

use crate::domain::change::{Change, ChangeKind, EntityType, NewChange};
use crate::domain::text::fold;
use crate::entity::deskgraph_change::{Column, Entity};
use crate::error::{Error, Result};

use super::page::{Entries, KeyType, Page, PagedSelect, SortOrder};
use super::text::padded;
use super::transaction::Actor;
use super::{Row, Store};

/// How many rows go into one statement: databases take some tens of thousands of values.
const ROWS: usize = 1000;

/// How many characters the column of the subject has. A few letters become two as small ones.
const MAX_SUBJECT: usize = 250;

/// What is read of a change, in this order.
const COLUMNS: [Column; 8] = [
    Column::Id,
    Column::ChangedAt,
    Column::Kind,
    Column::Actor,
    Column::EntityType,
    Column::EntityKey,
    Column::Fields,
    Column::Subject,
];

/// Where the present key of the record stands among them.
pub(super) const SUBJECT: usize = 7;

impl Store {
    /// Adds changes to the log.
    pub(super) async fn add_changes(&self, actor: &Actor, changes: &[NewChange]) -> Result<()> {
        let now = self.now().timestamp_millis();
        for changes in changes.chunks(ROWS) {
            let mut insert = Query::insert();
            insert.into_table(Entity).columns([
                Column::ChangedAt,
                Column::Kind,
                Column::Realm,
                Column::Actor,
                Column::EntityType,
                Column::EntityKey,
                Column::Subject,
                Column::Fields,
                Column::RequestId,
            ]);
            for change in changes {
                let fields = serde_json::to_string(&change.fields).map_err(Error::internal)?;
                insert.values_panic([
                    now.into(),
                    change.kind.name().into(),
                    actor.realm.into(),
                    actor.login.as_str().into(),
                    change.entity.name().into(),
                    change.key.as_str().into(),
                    subject(&change.key).into(),
                    fields.into(),
                    self.request_id.as_ref().into(),
                ]);
            }
            self.execute(&insert).await?;
        }
        Ok(())
    }

    /// Lets the changes of a record follow it to its new key; to be called within the transaction that renames it.
    pub async fn move_changes(&self, entity: EntityType, old_key: &str, new_key: &str) -> Result<()> {
        let (old, new) = (subject(old_key), subject(new_key));
        if old == new {
            return Ok(());
        }
        let mut update = Query::update();
        update.table(Entity).value(Column::Subject, new);
        update.and_where(Expr::col(Column::EntityType).eq(entity.name())).and_where(Expr::col(Column::Subject).eq(old));
        self.execute(&update).await.map(drop)
    }

    /// A page of all changes, newest first; empty where our own tables are missing.
    pub async fn changes(&self, page: &Page) -> Result<Entries<Change>> {
        if !self.has_log() {
            return Ok(Entries::default());
        }
        self.page(newest_first(select(), page), change).await
    }

    /// A page of the changes of each of these records, newest first, by [`Store::parent_key`] of the record's present key. A record
    /// without changes is left out, and so are all where our own tables are missing.
    pub async fn changes_of(
        &self,
        entity: EntityType,
        keys: &[String],
        page: &Page,
    ) -> Result<HashMap<String, Entries<Change>>> {
        if !self.has_log() {
            return Ok(HashMap::new());
        }
        let mut subjects: Vec<String> = keys.iter().map(|key| subject(key)).collect();
        subjects.sort_unstable();
        subjects.dedup();
        let parents = (Expr::col(Column::Subject), subjects.len());
        let mut select = select();
        select.and_where(Expr::col(Column::EntityType).eq(entity.name()));
        select.and_where(Expr::col(Column::Subject).is_in(padded(subjects)));
        let read = |row: &Row| Ok((self.parent_key(&row.at::<String>(SUBJECT)?), change(row)?));
        self.pages(newest_first(select, page), parents, read).await
    }

    /// The changes with these numbers, in no order; none where our own tables are missing.
    pub async fn changes_by_id(&self, ids: &[i64]) -> Result<Vec<Change>> {
        if !self.has_log() {
            return Ok(Vec::new());
        }
        let mut select = select();
        select.and_where(Expr::col(Column::Id).is_in(padded(ids.iter().copied())));
        self.rows(&select).await?.iter().map(change).collect()
    }

    /// The key under which [`Store::changes_of`] has the changes of a record.
    pub fn change_key(&self, key: &str) -> String {
        self.parent_key(&subject(key))
    }

    fn has_log(&self) -> bool {
        self.database().layout.has_own_tables
    }
}

pub(super) fn select() -> SelectStatement {
    Query::select().columns(COLUMNS).from(Entity).take()
}

fn newest_first(select: SelectStatement, page: &Page) -> PagedSelect<'_> {
    let keys = vec![(Expr::col(Column::Id), KeyType::Int64)];
    let order = SortOrder { name: "changes".into(), descending: true, keys };
    PagedSelect { select, columns: COLUMNS.len(), order, page }
}

pub(super) fn change(row: &Row) -> Result<Change> {
    Ok(Change {
        id: row.at(0)?,
        at: DateTime::from_timestamp_millis(row.at(1)?).ok_or_else(|| Error::internal("a change at no time"))?,
        // A later version on the same database may know more kinds, and a change must not be missing for that.
        kind: ChangeKind::from_name(&row.at::<String>(2)?).unwrap_or(ChangeKind::Updated),
        actor: row.at(3)?,
        entity_type: row.at(4)?,
        entity_key: row.at(5)?,
        fields: serde_json::from_str(&row.at::<String>(6)?).map_err(Error::internal)?,
    })
}

/// The key by which the changes of a record are found: the record's own in small letters, or a digest where these are too many for the column.
fn subject(key: &str) -> String {
    let folded = fold(key);
    if folded.chars().count() <= MAX_SUBJECT { folded } else { URL_SAFE_NO_PAD.encode(Sha256::digest(folded)) }
}
