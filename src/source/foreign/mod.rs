//! Customers and customer users in tables or views of another database, which belongs to others and is only read. `table` says what is asked
//! of a table, `column` how its columns are compared, `counting` whether there was an answer,
//! `inspect` what is missing.

mod column;
mod counting;
mod inspect;
mod table;

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use sea_orm::DatabaseConnection;
use sea_orm::sea_query::Query;
use tokio::sync::OnceCell;

use crate::config::DatabaseSourceConfig;
use crate::domain::record::RecordKind;
use crate::domain::text::fold;
use crate::error::{Error, Result};
use crate::store::connection::{Connect, is_address_refused};
use crate::store::page::{Entries, Page, PagedSelect};
use crate::store::reader::Reader;
use crate::store::relation::names_at_once;
use crate::store::statement::Usage;

use super::record::{Among, Finding, Gathered, Record, RecordQuery, RecordSource};
use counting::CountingReader;
use table::{Table, View};

/// Tables of another database. A copy costs next to nothing and has the same connections.
#[derive(Clone)]
pub struct ForeignDatabase {
    shared: Arc<Shared>,
    usage: Arc<Usage>,
}

struct Shared {
    name: Arc<str>,
    config: DatabaseSourceConfig,
    pool: OnceCell<DatabaseConnection>,
    tables: Vec<Table>,
    answered: Arc<AtomicU64>,
}

impl ForeignDatabase {
    /// The source of this name. Nothing is connected yet: that happens at the first question, so that a server starts while the other
    /// database is down.
    pub fn new(
        name: &Arc<str>,
        config: &DatabaseSourceConfig,
        customer_search_fields: &[String],
        customer_user_search_fields: &[String],
    ) -> Self {
        let customers = config.customers.as_ref().map(|table| (RecordKind::Customer, table, customer_search_fields));
        let people =
            config.customer_users.as_ref().map(|table| (RecordKind::CustomerUser, table, customer_user_search_fields));
        let held = [customers, people].into_iter().flatten();
        let shared = Shared {
            name: Arc::clone(name),
            config: config.clone(),
            pool: OnceCell::new(),
            tables: held.map(|(kind, table, search)| Table::new(kind, table, search)).collect(),
            answered: Arc::default(),
        };
        Self { shared: Arc::new(shared), usage: Arc::default() }
    }

    /// The same for one request, among whose cost its statements count.
    #[must_use]
    pub fn for_usage(&self, usage: &Arc<Usage>) -> Self {
        Self { shared: Arc::clone(&self.shared), usage: Arc::clone(usage) }
    }

    /// Its configured name.
    pub fn name(&self) -> &Arc<str> {
        &self.shared.name
    }

    /// How long one request waits for all that it asks of the source.
    pub fn timeout(&self) -> Duration {
        self.shared.config.timeout
    }

    /// How many answers arrived from the database, since the start: rows, and errors that it sent itself. A connection that fails does not
    /// count.
    pub fn answered(&self) -> u64 {
        self.shared.answered.load(Ordering::Relaxed)
    }

    /// Whether the database answers; what its tables hold is not looked at.
    pub async fn ping(&self) -> Result<()> {
        let asked = async { self.reader().await?.rows(Query::select().expr(1)).await };
        self.settle(asked.await).map(|_| ())
    }

    /// For the command `check`: connects, reads a row of each table, and says what is missing.
    pub async fn inspect(&self) -> Vec<Finding> {
        match self.reader().await {
            Ok(reader) => inspect::inspect(&reader, &self.shared.tables, Self::reason).await,
            Err(error) => vec![inspect::unreachable(&Self::reason(&error))],
        }
    }

    /// A reader on the pool, which the first question makes. A pool that cannot be made is tried again at the next question.
    async fn reader(&self) -> Result<CountingReader> {
        let config = &self.shared.config;
        let connect = Connect {
            url: config.url.expose(),
            max_connections: config.max_connections,
            timeout: config.timeout,
            statement_limit: None,
        };
        let pool = self.shared.pool.get_or_try_init(|| connect.open_to_read()).await?;
        let reader = Reader::new(pool.clone(), Arc::clone(&self.usage));
        Ok(CountingReader::new(reader, &self.shared.answered))
    }

    fn table(&self, kind: RecordKind) -> Option<&Table> {
        self.shared.tables.iter().find(|table| table.kind() == kind)
    }

    /// The table that a query is for; `None` where nothing there can fulfil it.
    fn table_for(&self, query: &RecordQuery) -> Option<&Table> {
        self.table(query.kind).filter(|table| table.may_fulfil(query))
    }

    /// Tells failures of the database apart from what the calling program did wrong: the former are the source's, whatever they are.
    fn settle<T>(&self, done: Result<T>) -> Result<T> {
        done.map_err(|error| match &error {
            Error::Unavailable(_) | Error::StorageFull(_) | Error::Internal(_) => {
                Error::source_unavailable(&self.shared.name, Self::reason(&error))
            }
            _ => error,
        })
    }

    /// What the log may say of a failure: the driver repeats what it does not understand of an address, password and all.
    fn reason(error: &Error) -> String {
        match error {
            Error::Unavailable(cause) if is_address_refused(cause) => "the address is not understood".to_owned(),
            Error::Unavailable(cause) | Error::StorageFull(cause) => cause.to_string(),
            Error::Internal(cause) => cause.to_string(),
            other => format!("{other:?}"),
        }
    }

    async fn read_by_keys(&self, table: &Table, keys: &[String]) -> Result<Vec<Record>> {
        let reader = self.reader().await?;
        let view = View::new(&reader, table, None).await?;
        let mut found = Vec::new();
        for some in keys.chunks(names_at_once(reader.backend())) {
            let wanted: HashSet<String> = some.iter().map(|key| fold(key)).collect();
            let rows = reader.rows(&view.select_by_keys(some)).await?;
            let records = rows.iter().map(|row| view.read(row)).collect::<Result<Vec<_>>>()?;
            // MariaDB takes more for equal than differs in case only, and who is meant must not depend on it.
            found.extend(records.into_iter().filter(|record| wanted.contains(&fold(&record.key))));
        }
        Ok(unique(found))
    }

    async fn read_page(&self, table: &Table, query: &RecordQuery, page: &Page) -> Result<Entries<Record>> {
        let reader = self.reader().await?;
        let view = View::new(&reader, table, query.reader.as_deref()).await?;
        let select = view.select_records(query);
        let paged = PagedSelect { select, columns: view.columns(), order: view.order(query), page };
        let mut entries = reader.page(paged, |row| view.read(row)).await?;
        entries.items.dedup_by(|(_, later), (_, record)| fold(&later.key) == fold(&record.key));
        entries.items.retain(|(_, record)| !record.key.is_empty());
        Ok(entries)
    }

    async fn read_all(&self, table: &Table, query: &RecordQuery, most: usize) -> Result<Gathered> {
        let reader = self.reader().await?;
        let view = View::new(&reader, table, query.reader.as_deref()).await?;
        let (mut records, mut is_cut) = (Vec::new(), false);
        for part in parts(query, names_at_once(reader.backend())).iter().filter(|part| table.may_fulfil(part)) {
            let rows = reader.rows(view.select_records(part).limit(most as u64 + 1)).await?;
            is_cut |= rows.len() > most;
            records.extend(rows.iter().map(|row| view.read(row)).collect::<Result<Vec<_>>>()?);
            records = unique(records);
            if records.len() > most {
                break;
            }
        }
        is_cut |= records.len() > most;
        records.truncate(most);
        Ok(Gathered { records, is_cut })
    }

    async fn read_count(&self, table: &Table, query: &RecordQuery) -> Result<i64> {
        let reader = self.reader().await?;
        let view = View::new(&reader, table, query.reader.as_deref()).await?;
        reader.count(view.select_nothing_of(query)).await
    }
}

impl RecordSource for ForeignDatabase {
    fn holds(&self, kind: RecordKind) -> bool {
        self.table(kind).is_some()
    }

    async fn by_keys(&self, kind: RecordKind, keys: &[String]) -> Result<Vec<Record>> {
        match self.table(kind).filter(|_| !keys.is_empty()) {
            Some(table) => self.settle(self.read_by_keys(table, keys).await),
            None => Ok(Vec::new()),
        }
    }

    async fn page(&self, query: &RecordQuery, page: &Page) -> Result<Entries<Record>> {
        match self.table_for(query) {
            Some(table) => self.settle(self.read_page(table, query, page).await),
            None => Ok(Entries::default()),
        }
    }

    async fn all(&self, query: &RecordQuery, most: usize) -> Result<Gathered> {
        match self.table_for(query) {
            Some(table) => self.settle(self.read_all(table, query, most).await),
            None => Ok(Gathered::default()),
        }
    }

    async fn count(&self, query: &RecordQuery) -> Result<i64> {
        match self.table_for(query) {
            Some(table) => self.settle(self.read_count(table, query).await),
            None => Ok(0),
        }
    }
}

/// The first record of each key, in the order of the source. Some are there twice because they were asked for twice, others because a table
/// has two spellings of a key.
fn unique(mut records: Vec<Record>) -> Vec<Record> {
    let mut seen = HashSet::new();
    records.retain(|record| !record.key.is_empty() && seen.insert(fold(&record.key)));
    records
}

/// The query in parts none of which names more records than go into one statement.
fn parts(query: &RecordQuery, most: usize) -> Vec<RecordQuery> {
    let Some(among) = query.among.as_ref().filter(|among| among.keys.len() + among.customer_ids.len() > most) else {
        return vec![query.clone()];
    };
    let keys = among.keys.chunks(most).map(|keys| Among { keys: keys.to_vec(), ..Among::default() });
    let customers = among.customer_ids.chunks(most);
    let customers = customers.map(|ids| Among { customer_ids: ids.to_vec(), ..Among::default() });
    keys.chain(customers).map(|among| RecordQuery { among: Some(among), ..query.clone() }).collect()
}
