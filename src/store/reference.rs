//! The small tables that nearly every answer needs: validity, groups, queues, ticket states, priorities and locks. They are read in one
//! statement and kept for a moment; another program may change them, so not for long.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use chrono::{DateTime, NaiveDateTime, TimeDelta, TimeZone, Utc};
use sea_orm::sea_query::{DynIden, Expr, ExprTrait, Func, IntoIden, Query, SelectStatement, UnionType};

use crate::domain::permission::{GroupName, ValidGroups};
use crate::domain::ticket::StateType;
use crate::domain::validity::Validity;
use crate::error::{Error, Result};

use super::{Row, Store};

/// How long a snapshot is used.
const LIFETIME: Duration = Duration::from_secs(2);

/// A row of one of the small tables.
#[derive(Clone, Debug)]
pub struct Named {
    /// Its number.
    pub id: i32,
    /// Its name.
    pub name: String,
    /// What it belongs to: a queue's group, a state's type; 0 where it belongs to nothing.
    pub parent_id: i32,
    /// Internal remark; `None` where there is none.
    pub comment: Option<String>,
    /// Whether it is in use.
    pub validity: Validity,
    /// When it was made.
    pub created_at: Option<DateTime<Utc>>,
    /// When it was last changed.
    pub changed_at: Option<DateTime<Utc>>,
    /// The agent who last changed it.
    pub changed_by: i32,
}

/// The small tables at one moment.
#[derive(Debug, Default)]
pub struct Reference {
    /// The valid groups in order of their names, for the permission algorithm.
    pub valid_groups: ValidGroups,
    validity: HashMap<i32, Validity>,
    groups: Table,
    queues: Table,
    queue_groups: BTreeSet<i32>,
    newest_queue: i32,
    states: Table,
    state_types: Table,
    priorities: Table,
    locks: Table,
}

/// Rows by number and in order of their names.
#[derive(Debug, Default)]
pub struct Table {
    rows: Vec<Arc<Named>>,
    by_id: HashMap<i32, usize>,
}

impl Table {
    fn new(mut rows: Vec<Named>) -> Self {
        rows.sort_by_cached_key(|row| (row.name.to_uppercase(), row.name.clone()));
        let by_id = rows.iter().enumerate().map(|(position, row)| (row.id, position)).collect();
        Self { rows: rows.into_iter().map(Arc::new).collect(), by_id }
    }

    /// The row with this number.
    pub fn get(&self, id: i32) -> Option<&Arc<Named>> {
        self.by_id.get(&id).map(|&position| &self.rows[position])
    }

    /// The row with exactly this name.
    pub fn named(&self, name: &str) -> Option<&Arc<Named>> {
        self.rows.iter().find(|row| row.name == name)
    }

    /// All rows in order of their names.
    pub fn all(&self) -> &[Arc<Named>] {
        &self.rows
    }

    /// The valid rows in order of their names.
    pub fn valid(&self) -> impl Iterator<Item = &Arc<Named>> {
        self.rows.iter().filter(|row| row.validity == Validity::Valid)
    }
}

impl Reference {
    /// What a `valid_id` means; an unknown one is not valid.
    pub fn validity(&self, valid_id: i16) -> Validity {
        self.validity.get(&i32::from(valid_id)).copied().unwrap_or(Validity::Invalid)
    }

    /// The `valid_id`s with these meanings.
    pub fn valid_ids(&self, wanted: &[Validity]) -> Vec<i16> {
        let found = self.validity.iter().filter(|(_, validity)| wanted.contains(validity));
        let mut ids: Vec<i16> = found.filter_map(|(id, _)| i16::try_from(*id).ok()).collect();
        ids.sort_unstable();
        ids
    }

    /// The `valid_id` to write for a validity.
    pub fn valid_id(&self, validity: Validity) -> Result<i16> {
        let id = self.valid_ids(&[validity]).first().copied();
        id.ok_or_else(|| Error::internal(format!("the table `valid` has no row `{}`", validity.name())))
    }

    /// The groups.
    pub fn groups(&self) -> &Table {
        &self.groups
    }

    /// The queues.
    pub fn queues(&self) -> &Table {
        &self.queues
    }

    /// The groups that queues belong to.
    pub fn queue_groups(&self) -> &BTreeSet<i32> {
        &self.queue_groups
    }

    /// The greatest number of a queue; 0 where there is none.
    pub fn newest_queue(&self) -> i32 {
        self.newest_queue
    }

    /// The ticket states.
    pub fn states(&self) -> &Table {
        &self.states
    }

    /// The ticket priorities.
    pub fn priorities(&self) -> &Table {
        &self.priorities
    }

    /// The type of a ticket state.
    pub fn state_type(&self, state: &Named) -> StateType {
        self.state_types.get(state.parent_id).map_or(StateType::Other, |row| StateType::from_name(&row.name))
    }

    /// The name of the type of the state with this number; the number itself where it is unknown.
    pub fn state_type_name(&self, state_id: i32) -> String {
        let state_type = self.states.get(state_id).and_then(|state| self.state_types.get(state.parent_id));
        state_type.map_or_else(|| state_id.to_string(), |row| row.name.clone())
    }

    /// The states whose type is one of `types`. A state that is switched off counts as closed whatever its type, so it is only
    /// found where `with_invalid` asks for it.
    pub fn states_of(&self, types: &[StateType], with_invalid: bool) -> Vec<i16> {
        let wanted = |state: &&Arc<Named>| {
            types.contains(&self.state_type(state)) && (with_invalid || state.validity == Validity::Valid)
        };
        self.states.rows.iter().filter(wanted).filter_map(|state| i16::try_from(state.id).ok()).collect()
    }

    /// The number of the lock type of this name.
    pub fn lock_named(&self, name: &str) -> Option<i16> {
        self.locks.named(name).and_then(|lock| i16::try_from(lock.id).ok())
    }

    /// Whether a lock type means that someone works on the ticket.
    pub fn is_locked(&self, lock_id: i16) -> bool {
        self.locks.get(lock_id.into()).is_some_and(|lock| lock.name != "unlock")
    }
}

/// Keeps the latest snapshot.
#[derive(Default)]
pub(super) struct ReferenceCache(Mutex<Option<(Instant, Arc<Reference>)>>);

impl ReferenceCache {
    fn fresh(&self) -> Option<Arc<Reference>> {
        let kept = self.0.lock().expect("no panic while holding the snapshot");
        kept.as_ref().filter(|(read_at, _)| read_at.elapsed() < LIFETIME).map(|(_, reference)| Arc::clone(reference))
    }

    fn keep(&self, reference: &Arc<Reference>) {
        *self.0.lock().expect("no panic while holding the snapshot") = Some((Instant::now(), Arc::clone(reference)));
    }

    pub(super) fn forget(&self) {
        *self.0.lock().expect("no panic while holding the snapshot") = None;
    }
}

impl Store {
    /// The small tables, at most a moment old; within a transaction as they are there.
    pub async fn reference(&self) -> Result<Arc<Reference>> {
        if self.transaction.is_some() {
            return Box::pin(self.read_reference()).await.map(Arc::new);
        }
        if let Some(reference) = self.database.reference.fresh() {
            return Ok(reference);
        }
        // Boxed, because nearly every field has room for this and few come here.
        let reference = Arc::new(Box::pin(self.read_reference()).await?);
        self.database.reference.keep(&reference);
        Ok(reference)
    }

    async fn read_reference(&self) -> Result<Reference> {
        let mut kinds: [Vec<(Named, i16)>; 7] = Default::default();
        for row in self.rows(&self.select_reference()).await? {
            let kind: i32 = row.at(0)?;
            if let Some(rows) = usize::try_from(kind).ok().and_then(|kind| kinds.get_mut(kind)) {
                rows.push(self.read_named(&row)?);
            }
        }
        let [valid, rest @ ..] = kinds;
        let validity: HashMap<i32, Validity> = valid
            .iter()
            .map(|(row, _)| (row.id, Validity::from_name(&row.name).unwrap_or(Validity::Invalid)))
            .collect();
        let [groups, queues, states, state_types, priorities, locks] = rest.map(|rows| {
            Table::new(
                rows.into_iter()
                    .map(|(row, valid_id)| Named {
                        validity: validity.get(&valid_id.into()).copied().unwrap_or(Validity::Invalid),
                        ..row
                    })
                    .collect(),
            )
        });
        let valid_groups = ValidGroups::new(
            groups.valid().map(|group| GroupName { id: group.id, name: group.name.clone() }).collect(),
        );
        let queue_groups = queues.all().iter().map(|queue| queue.parent_id).collect();
        let newest_queue = queues.all().iter().map(|queue| queue.id).max().unwrap_or(0);
        Ok(Reference {
            valid_groups,
            validity,
            groups,
            queues,
            queue_groups,
            newest_queue,
            states,
            state_types,
            priorities,
            locks,
        })
    }

    fn read_named(&self, row: &Row) -> Result<(Named, i16)> {
        let comment: String = row.at(4)?;
        let named = Named {
            id: row.at(1)?,
            name: row.at(2)?,
            parent_id: row.at(3)?,
            comment: Some(comment).filter(|comment| !comment.is_empty()),
            validity: Validity::Invalid,
            created_at: self.utc(row.at(6)?),
            changed_at: self.utc(row.at(7)?),
            changed_by: row.at(8)?,
        };
        Ok((named, row.at::<i32>(5)? as i16))
    }

    /// A time column in UTC; a local time that the zone skipped counts as an hour later. `None` for no time that there is.
    pub fn utc(&self, naive: NaiveDateTime) -> Option<DateTime<Utc>> {
        let zone = self.database.time_zone;
        let local = zone.from_local_datetime(&naive).earliest();
        let local = local.or_else(|| zone.from_local_datetime(&(naive + TimeDelta::hours(1))).earliest());
        local.map(|time| time.with_timezone(&Utc))
    }

    /// An instant as a time column would hold it.
    pub fn naive(&self, time: DateTime<Utc>) -> NaiveDateTime {
        time.with_timezone(&self.database.time_zone).naive_local()
    }

    fn select_reference(&self) -> SelectStatement {
        let number = |name: &'static str| Expr::col(name).cast_as(self.integer_type());
        let none = || Expr::cust("0");
        let tables: [(DynIden, Expr, bool, bool); 7] = [
            ("valid".into_iden(), none(), false, false),
            (self.database.layout.groups_table.clone().into_iden(), none(), true, true),
            ("queue".into_iden(), number("group_id"), true, true),
            ("ticket_state".into_iden(), number("type_id"), true, true),
            ("ticket_state_type".into_iden(), none(), false, true),
            ("ticket_priority".into_iden(), none(), true, false),
            ("ticket_lock_type".into_iden(), none(), true, false),
        ];
        let mut selects = tables.into_iter().enumerate().map(|(kind, (table, parent, has_validity, has_comment))| {
            let comment: Expr = if has_comment {
                Func::coalesce([Expr::col("comments"), Expr::cust("''")]).into()
            } else {
                Expr::cust("''")
            };
            let valid_id = if has_validity { number("valid_id") } else { none() };
            let mut select = Query::select();
            select
                .expr(Expr::cust(kind.to_string()))
                .expr(number("id"))
                .column("name")
                .expr(parent)
                .expr(comment)
                .expr(valid_id);
            select.columns(["create_time", "change_time", "change_by"]).from(table);
            select
        });
        let mut all = selects.next().expect("there is a first table");
        all.unions(selects.map(|select| (UnionType::All, select)));
        all
    }

    /// What 32 bit integers are called in a cast.
    pub(super) fn integer_type(&self) -> &'static str {
        if self.backend() == sea_orm::DbBackend::MySql { "signed" } else { "integer" }
    }
}
