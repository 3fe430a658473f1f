//! Writing: one transaction for each mutation, with its entries in the change log. What is not committed never was.

use std::collections::BTreeSet;
use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

use chrono::{NaiveDateTime, Timelike};
use sea_orm::sea_query::{DynIden, Expr, ExprTrait, InsertStatement, IntoIden, IntoTableRef, Order, Query};
use sea_orm::{
    ConnAcquireErr, DbBackend, DbErr, IsolationLevel, SqliteTransactionMode, TransactionOptions, TransactionTrait,
};
use sha2::{Digest, Sha256};
use tokio::sync::{Mutex, OwnedMutexGuard};

use crate::domain::change::NewChange;
use crate::domain::text::fold;
use crate::domain::viewer::Viewer;
use crate::entity::deskgraph_lock as lock;
use crate::error::{Error, Result};

use super::{Open, Store};

/// The lock that orders the change log: numbers are given in the order of the commits, so that who follows the log misses nothing.
const LOG: i16 = 0;

/// The name that whoever changes group relations or additional customers locks: they are changed from two sides, and their tables have no keys.
pub const RELATIONS: (&str, &str) = ("relations", "");

/// How long a writer waits for its turn on SQLite.
const PATIENCE: Duration = Duration::from_secs(10);

/// A transaction in the name of a viewer. Dropping it takes everything back.
pub struct Transaction {
    store: Store,
    actor: Actor,
    changes: Vec<NewChange>,
    told: Vec<NewChange>,
}

/// Who writes.
#[derive(Clone, Debug)]
pub(super) struct Actor {
    /// Whether it is an agent or a customer user.
    pub(super) realm: &'static str,
    /// Their login.
    pub(super) login: String,
    /// The agent that stamped rows name.
    pub(super) agent_id: i32,
}

impl Deref for Transaction {
    type Target = Store;

    fn deref(&self) -> &Store {
        &self.store
    }
}

impl Store {
    /// Begins a transaction. It needs our own tables, which beside another product only the command `migrate` makes.
    pub async fn begin(&self, viewer: &Viewer) -> Result<Transaction> {
        self.require_own_tables()?;
        let store = self.within_transaction().await?;
        let actor = Actor { realm: viewer.realm(), login: viewer.login().to_owned(), agent_id: viewer.acting_agent() };
        Ok(Transaction { store, actor, changes: Vec::new(), told: Vec::new() })
    }

    /// Whether our own tables are there; an error that says what to do where they are not.
    pub fn require_own_tables(&self) -> Result<()> {
        if self.has_own_tables() {
            return Ok(());
        }
        Err(Error::Forbidden(
            "nothing can be written yet: our own tables are missing beside those of the help desk, so run `deskgraph migrate` once and start the server again".into(),
        ))
    }

    /// Whether our own tables are there.
    pub fn has_own_tables(&self) -> bool {
        self.database.layout.has_own_tables
    }

    /// The same store within a new transaction, until [`Store::keep`] or until it is dropped.
    pub(super) async fn within_transaction(&self) -> Result<Store> {
        let backend = self.backend();
        let options = TransactionOptions {
            // Reads within the transaction see what others have committed, as on PostgreSQL.
            isolation_level: (backend == DbBackend::MySql).then_some(IsolationLevel::ReadCommitted),
            access_mode: None,
            // One that reads first and writes later would be refused as soon as another has written meanwhile.
            sqlite_transaction_mode: (backend == DbBackend::Sqlite).then_some(SqliteTransactionMode::Immediate),
        };
        let turn = if backend == DbBackend::Sqlite { Some(self.turn().await?) } else { None };
        let transaction = self.database.connection.begin_with_options(options);
        let transaction = self.database.pulse.guard(transaction).await?;
        let open = Open { transaction, _turn: turn };
        Ok(Store { transaction: Some(Arc::new(Mutex::new(Some(open)))), ..self.clone() })
    }

    /// Waits for the turn to write.
    async fn turn(&self) -> Result<OwnedMutexGuard<()>> {
        let turn = tokio::time::timeout(PATIENCE, Arc::clone(&self.database.turn).lock_owned()).await;
        turn.map_err(|_| DbErr::ConnectionAcquire(ConnAcquireErr::Timeout).into())
    }

    /// Makes everything last that was written within the transaction, and ends it.
    pub(super) async fn keep(&self) -> Result<()> {
        if let Some(running) = &self.transaction
            && let Some(open) = running.lock().await.take()
        {
            self.database.pulse.guard(open.transaction.commit()).await?;
        }
        Ok(())
    }
}

/// Who writes a row and when, as its columns say it.
#[derive(Clone, Copy, Debug)]
pub struct Stamp {
    /// When, in the zone of the database, in whole seconds.
    pub time: NaiveDateTime,
    /// The agent.
    pub by: i32,
}

impl Stamp {
    /// The four columns of a new row that say who made and changed it, and when.
    pub fn columns(self) -> [(DynIden, Expr); 4] {
        [
            ("create_time".into_iden(), self.time.into()),
            ("create_by".into_iden(), self.by.into()),
            ("change_time".into_iden(), self.time.into()),
            ("change_by".into_iden(), self.by.into()),
        ]
    }
}

/// The statement that inserts one row.
pub fn insert_row(table: impl IntoTableRef, row: impl IntoIterator<Item = (DynIden, Expr)>) -> InsertStatement {
    let (columns, values): (Vec<DynIden>, Vec<Expr>) = row.into_iter().unzip();
    Query::insert().into_table(table).columns(columns).values_panic(values).take()
}

impl Transaction {
    /// What rows that are written now say of who and when.
    pub fn stamp(&self) -> Stamp {
        let time = self.naive(self.now());
        Stamp { time: time.with_nanosecond(0).unwrap_or(time), by: self.actor.agent_id }
    }

    /// Adds a change to the log.
    pub fn log(&mut self, change: NewChange) {
        self.changes.push(change);
    }

    /// Tells the hook of a change that is not for the log.
    pub fn tell(&mut self, change: NewChange) {
        self.told.push(change);
    }

    /// Waits until no other transaction holds these names, each with what it is the name of: two that are about to make the same thing come
    /// one after the other. To be called once, before anything is read that depends on it. SQLite has one writer at a time anyway.
    pub async fn lock_names(&self, names: &[(&str, &str)]) -> Result<()> {
        let numbers: BTreeSet<i16> = names.iter().map(|(kind, name)| number(kind, name)).collect();
        self.lock(&numbers).await
    }

    async fn lock(&self, numbers: &BTreeSet<i16>) -> Result<()> {
        if self.backend() == DbBackend::Sqlite {
            return Ok(());
        }
        let mut select = Query::select();
        select
            .column(lock::Column::Id)
            .from(lock::Entity)
            .and_where(Expr::col(lock::Column::Id).is_in(numbers.clone()));
        select.order_by(lock::Column::Id, Order::Asc).lock_exclusive();
        self.rows(&select).await.map(drop)
    }

    /// Writes the change log and makes everything last.
    pub async fn commit(self) -> Result<()> {
        if !self.changes.is_empty() {
            self.lock(&BTreeSet::from([LOG])).await?;
            self.store.add_changes(&self.actor, &self.changes).await?;
        }
        let Self { store, mut changes, told, .. } = self;
        store.keep().await?;
        store.database.forget();
        changes.extend(told);
        if let Some(tell) = store.database.after_write.as_ref().filter(|_| !changes.is_empty()) {
            tell(&changes);
        }
        Ok(())
    }
}

/// The lock of a name, the same on every server. Different names may share one.
fn number(kind: &str, name: &str) -> i16 {
    let digest = Sha256::digest(format!("{kind} {}", fold(name)));
    i16::from(digest[0]) % (migration::LOCKS - 1) + LOG + 1
}
