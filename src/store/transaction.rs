//! Writing: one transaction for each mutation, with its entries in the change log. What is not committed never was.

use std::collections::BTreeSet;
use std::ops::Deref;
use std::sync::Arc;

use sea_orm::sea_query::{Expr, ExprTrait, Order, Query};
use sea_orm::{DbBackend, IsolationLevel, SqliteTransactionMode, TransactionOptions, TransactionTrait};
use sha2::{Digest, Sha256};
use tokio::sync::Mutex;

use crate::domain::change::NewChange;
use crate::domain::text::fold;
use crate::domain::viewer::Viewer;
use crate::entity::deskgraph_lock as lock;
use crate::error::{Error, Result};

use super::Store;

/// The lock that orders the change log: numbers are given in the order of the commits, so that who follows the log misses nothing.
const LOG: i16 = 0;

/// A transaction in the name of a viewer. Dropping it takes everything back.
pub struct Transaction {
    store: Store,
    actor: Actor,
    changes: Vec<NewChange>,
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
        Ok(Transaction { store, actor, changes: Vec::new() })
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
        let transaction = self.database.connection.begin_with_options(options).await?;
        Ok(Store { transaction: Some(Arc::new(Mutex::new(Some(transaction)))), ..self.clone() })
    }

    /// Makes everything last that was written within the transaction, and ends it.
    pub(super) async fn keep(&self) -> Result<()> {
        if let Some(running) = &self.transaction
            && let Some(transaction) = running.lock().await.take()
        {
            transaction.commit().await?;
        }
        Ok(())
    }
}

impl Transaction {
    /// The agent that stamped rows name as who made or changed them.
    pub fn agent_id(&self) -> i32 {
        self.actor.agent_id
    }

    /// Adds a change to the log.
    pub fn log(&mut self, change: NewChange) {
        self.changes.push(change);
    }

    /// Waits until no other transaction holds these names: two that are about to make the same thing come one after the other. To be called
    /// once, before anything is read that depends on it. SQLite has one writer at a time anyway.
    pub async fn lock_names(&self, kind: &str, names: &[&str]) -> Result<()> {
        let numbers: BTreeSet<i16> = names.iter().map(|name| number(kind, name)).collect();
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
        let Self { store, changes, .. } = self;
        store.keep().await?;
        store.database.forget_reference();
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
