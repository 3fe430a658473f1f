//! Writing groups and queues, within a transaction. Whether a change is right is decided before.

use sea_orm::sea_query::{DynIden, Expr, ExprTrait, IntoIden, Query};

use crate::domain::group_edit::{NamedDraft, prefix_of_children};
use crate::domain::validity::Validity;
use crate::entity::queue;
use crate::error::{Error, Result};

use super::reference::{Named, Reference};
use super::transaction::{Stamp, insert_row};
use super::{Store, text};

/// A queue as far as it can be edited.
pub struct QueueDraft {
    /// Name, remark and validity.
    pub named: NamedDraft,
    /// The group.
    pub group_id: i32,
}

/// What a new queue takes over, because it has to have some: numbers of an address, a salutation, a signature, and what happens to
/// answers on closed tickets.
pub struct QueueDefaults([i16; 4]);

/// Which of the two tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NamedTable {
    /// The groups.
    Group,
    /// The queues.
    Queue,
}

impl Named {
    /// The fingerprint of the record as stored.
    pub fn version(&self, store: &Store) -> String {
        let Self { id, name, comment, validity, changed_at, changed_by, parent_id, .. } = self;
        store.fingerprint(&(id, name, comment, validity, changed_at, changed_by, parent_id))
    }

    /// The record as far as it can be edited.
    pub fn draft(&self) -> NamedDraft {
        NamedDraft { name: self.name.clone(), comment: self.comment.clone(), validity: self.validity }
    }
}

impl NamedTable {
    /// Its rows.
    pub fn of(self, reference: &Reference) -> &super::reference::Table {
        match self {
            Self::Group => reference.groups(),
            Self::Queue => reference.queues(),
        }
    }
}

impl Store {
    /// The name that one of the tables has in this layout.
    pub fn name_of(&self, table: NamedTable) -> &str {
        match table {
            NamedTable::Group => &self.database().layout.groups_table,
            NamedTable::Queue => "queue",
        }
    }

    fn table(&self, table: NamedTable) -> DynIden {
        self.name_of(table).to_owned().into_iden()
    }

    /// Keeps the record of this name from other writers until the transaction ends.
    pub async fn lock_named(&self, table: NamedTable, name: &str) -> Result<()> {
        let mut select = Query::select();
        select.column("id").from(self.table(table)).and_where(Expr::col("name").eq(name)).lock_exclusive();
        self.rows(&select).await.map(drop)
    }

    /// Whether another record has this name in any case.
    pub async fn has_named(&self, table: NamedTable, name: &str, except: Option<i32>) -> Result<bool> {
        let mut select = Query::select();
        select.expr(Expr::cust("1")).from(self.table(table)).limit(1);
        select.and_where(text::is_one_of(self.backend(), Expr::col("name"), &[name]));
        select.and_where_option(except.map(|id| Expr::col("id").ne(id)));
        Ok(!self.rows(&select).await?.is_empty())
    }

    /// Writes a new group; false where its name is taken after all.
    pub async fn insert_group(&self, draft: &NamedDraft, stamp: Stamp) -> Result<bool> {
        let row = self.named_row(draft).await?.into_iter().chain(stamp.columns());
        self.execute_unique(&insert_row(self.table(NamedTable::Group), row)).await
    }

    /// Writes a new queue, without escalation or unlock times; false where its name is taken after all.
    pub async fn insert_queue(&self, draft: &QueueDraft, defaults: &QueueDefaults, stamp: Stamp) -> Result<bool> {
        use queue::Column as Queue;
        let mut row = self.named_row(&draft.named).await?;
        let QueueDefaults([address, salutation, signature, follow_up]) = *defaults;
        row.push((Queue::GroupId.into_iden(), draft.group_id.into()));
        row.push((Queue::SystemAddressId.into_iden(), address.into()));
        row.push((Queue::SalutationId.into_iden(), salutation.into()));
        row.push((Queue::SignatureId.into_iden(), signature.into()));
        row.push((Queue::FollowUpId.into_iden(), follow_up.into()));
        row.push((Queue::FollowUpLock.into_iden(), 0i16.into()));
        let times = [Queue::UnlockTimeout, Queue::FirstResponseTime, Queue::UpdateTime, Queue::SolutionTime];
        row.extend(times.map(|column| (column.into_iden(), 0i32.into())));
        row.extend(stamp.columns());
        self.execute_unique(&insert_row(queue::Entity, row)).await
    }

    async fn named_row(&self, draft: &NamedDraft) -> Result<Vec<(DynIden, Expr)>> {
        let valid_id = self.reference().await?.valid_id(draft.validity)?;
        Ok(vec![
            ("name".into_iden(), draft.name.as_str().into()),
            ("comments".into_iden(), draft.comment.clone().into()),
            ("valid_id".into_iden(), valid_id.into()),
        ])
    }

    /// What a new queue takes over: the first valid one of each kind. `None` where there is none of some kind.
    pub async fn queue_defaults(&self) -> Result<Option<QueueDefaults>> {
        let valid_id = self.reference().await?.valid_id(Validity::Valid)?;
        // The numbers are counted in 32 bits on PostgreSQL, though the columns that refer to them have 16.
        let first = |table: &str| {
            let number = self.integer_type();
            Expr::cust(format!("CAST((SELECT MIN(id) FROM {table} WHERE valid_id = {valid_id}) AS {number})"))
        };
        let mut select = Query::select();
        select.exprs(["system_address", "salutation", "signature", "follow_up_possible"].map(first));
        let rows = self.rows(&select).await?;
        let Some(row) = rows.first() else { return Ok(None) };
        let mut found = [0i16; 4];
        for (at, place) in found.iter_mut().enumerate() {
            let Some(id) = row.at::<Option<i32>>(at)? else { return Ok(None) };
            *place = i16::try_from(id).map_err(Error::internal)?;
        }
        Ok(Some(QueueDefaults(found)))
    }

    /// Writes what differs between a group or queue as stored and as wanted; false where its name is taken after all.
    pub async fn update_named(
        &self,
        table: NamedTable,
        (stored, wanted): (&Named, &NamedDraft),
        group_id: Option<i32>,
        stamp: Stamp,
    ) -> Result<bool> {
        let mut update = Query::update();
        update.table(self.table(table)).and_where(Expr::col("id").eq(stored.id));
        if stored.name != wanted.name {
            update.value("name", wanted.name.as_str());
        }
        if stored.comment != wanted.comment {
            update.value("comments", wanted.comment.clone());
        }
        if stored.validity != wanted.validity {
            update.value("valid_id", self.reference().await?.valid_id(wanted.validity)?);
        }
        if let Some(group_id) = group_id {
            update.value("group_id", group_id);
        }
        update.value("change_time", stamp.time).value("change_by", stamp.by);
        self.execute_unique(&update).await
    }

    /// Lets the queues below one follow to its new name, as OTOBO does; false where one of these names is taken after all.
    pub async fn rename_queues_below(&self, children: &[(i32, String)], stamp: Stamp) -> Result<bool> {
        for (id, name) in children {
            let mut update = Query::update();
            update.table(queue::Entity).value("name", name.as_str()).and_where(Expr::col("id").eq(*id));
            update.value("change_time", stamp.time).value("change_by", stamp.by);
            if !self.execute_unique(&update).await? {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

/// The new names of the queues below one that gets another name.
pub fn names_below(reference: &Reference, old: &str, new: &str) -> Vec<(i32, String)> {
    let (old, new) = (prefix_of_children(old), prefix_of_children(new));
    let below = reference.queues().all().iter();
    below.filter_map(|queue| Some((queue.id, format!("{new}{}", queue.name.strip_prefix(&old)?)))).collect()
}
