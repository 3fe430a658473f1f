//! On PostgreSQL a statement is prepared once for each connection and does not wait for the answers of those before it, so that what a request asks for
//! at the same time costs one round trip.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, RwLock};
use std::time::{Duration, Instant};

use sea_orm::{DbErr, Statement as Select};
use tokio::sync::Mutex as AsyncMutex;
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{Client, Config, Row, Statement};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::address;
use super::queue::{Choice, Queue, Turn};
use super::refusal::{refused, unreachable};
use super::value::Parameter;
use super::work::ToItsEnd;
use crate::store::connection::Connect;

/// How long a connection is used: what a server keeps for it is given back now and then.
const LIFETIME: Duration = Duration::from_secs(30 * 60);
/// How long the other side may leave what was sent without a sign that it came.
const SILENCE: Duration = Duration::from_secs(15);
/// The most statements that are kept prepared on a connection. There are few hundred different ones.
const MAX_PREPARED: usize = 512;
/// The most statements that a connection is sent before it has answered the first. Who comes later waits here, where waiting has an end.
const DEPTH: usize = 32;

/// Connections to PostgreSQL.
pub(super) struct Pipeline {
    lines: Vec<Line>,
    config: Config,
    tls: MakeRustlsConnect,
    timeout: Duration,
}

/// The place of a connection, which is opened when it is first needed and again when it is lost.
struct Line {
    current: RwLock<Option<Arc<Connection>>>,
    opening: AsyncMutex<()>,
    queue: Arc<Queue>,
}

/// Statements by their text and the types of their parameters.
type Prepared = HashMap<String, Vec<(Vec<Type>, Statement)>>;

struct Connection {
    client: Client,
    prepared: Mutex<Prepared>,
    opened: Instant,
}

impl Pipeline {
    /// So many connections, if the database can be reached by them.
    pub(super) async fn open(connect: &Connect<'_>, lines: u32) -> Option<Self> {
        let (mut config, tls) = address::understood(connect.url)?;
        config.connect_timeout(connect.timeout).tcp_user_timeout(SILENCE).keepalives_idle(SILENCE);
        if let Some(limit) = connect.statement_limit {
            let others = config.get_options().unwrap_or_default();
            config.options(format!("{others} -c statement_timeout={}", limit.as_millis()));
        }
        let lines = (0..lines).map(|_| Line::new()).collect();
        let pipeline = Self { lines, config, tls, timeout: connect.timeout };
        match pipeline.connection(pipeline.lines.first()?).await {
            Ok(_) => Some(pipeline),
            Err(error) => {
                tracing::warn!(%error, "reading goes by the pool, which is slower");
                None
            }
        }
    }

    /// Runs a select. One whose connection is lost meanwhile is run once more, because reading twice does no harm.
    pub(super) async fn rows(&self, select: Select, choice: &Choice) -> Result<Vec<Row>, DbErr> {
        let line = &self.lines[choice.among(&self.lines, |line| &line.queue)];
        let turn = line.queue.turn(self.timeout).await?;
        let connection = self.connection(line).await?;
        let Select { sql, values, .. } = select;
        let values: Vec<Parameter> = values.into_iter().flat_map(|values| values.0).map(Parameter).collect();
        let select = Arc::new((sql, values));
        let answer = turn.wait_for(self.timeout, |turn| connection.begin(Arc::clone(&select), turn)).await;
        if answer.is_err() && connection.client.is_closed() {
            let turn = line.queue.turn(self.timeout).await?;
            let connection = self.connection(line).await?;
            return turn.wait_for(self.timeout, |turn| connection.begin(select, turn)).await;
        }
        answer
    }

    /// The line's connection, or that of another line where it cannot be opened.
    async fn connection(&self, line: &Line) -> Result<Arc<Connection>, DbErr> {
        if let Some(connection) = line.usable() {
            return Ok(connection);
        }
        let opened = Box::pin(self.connect(line)).await;
        opened.or_else(|error| self.lines.iter().find_map(Line::open).ok_or(error))
    }

    async fn connect(&self, line: &Line) -> Result<Arc<Connection>, DbErr> {
        let _opening = line.opening.lock().await;
        if let Some(connection) = line.usable() {
            return Ok(connection);
        }
        let opened = tokio::time::timeout(self.timeout, self.config.connect(self.tls.clone())).await;
        let (client, connection) =
            opened.map_err(|_| unreachable("it did not answer in time"))?.map_err(unreachable)?;
        tokio::spawn(connection);
        let connection = Arc::new(Connection { client, prepared: Mutex::default(), opened: Instant::now() });
        *line.current.write().expect("no panic while holding the line") = Some(Arc::clone(&connection));
        Ok(connection)
    }

    /// How many connections run a statement, and how many wait for one.
    pub(super) fn size(&self) -> (usize, usize) {
        let open = self.lines.iter().filter(|line| line.usable().is_some());
        let (used, idle): (Vec<&Line>, Vec<&Line>) = open.partition(|line| line.queue.is_busy());
        (used.len(), idle.len())
    }
}

impl Line {
    fn new() -> Self {
        let (current, opening) = Default::default();
        Self { current, opening, queue: Queue::taking(DEPTH) }
    }

    /// The connection, if it need not be replaced.
    fn usable(&self) -> Option<Arc<Connection>> {
        self.open().filter(|connection| connection.opened.elapsed() < LIFETIME)
    }

    /// The connection, if there is one.
    fn open(&self) -> Option<Arc<Connection>> {
        let current = self.current.read().expect("no panic while holding the line");
        current.as_ref().filter(|connection| !connection.client.is_closed()).cloned()
    }
}

impl Connection {
    /// Runs a select, which keeps its turn to its end.
    fn begin(
        self: &Arc<Self>,
        select: Arc<(String, Vec<Parameter>)>,
        turn: Turn,
    ) -> impl Future<Output = Result<Vec<Row>, DbErr>> + Unpin + use<> {
        let connection = Arc::clone(self);
        ToItsEnd::of(async move {
            let (sql, values) = select.as_ref();
            let rows = connection.rows(sql, values).await;
            drop(turn);
            rows.map_err(refused)
        })
    }

    async fn rows(&self, sql: &str, values: &[Parameter]) -> Result<Vec<Row>, tokio_postgres::Error> {
        let types = values.iter().map(Parameter::sql_type).collect();
        let statement = match self.kept(sql, &types) {
            Some(statement) => statement,
            None => Box::pin(self.prepare(sql, types)).await?,
        };
        let parameters: Vec<&(dyn ToSql + Sync)> = values.iter().map(|value| value as &(dyn ToSql + Sync)).collect();
        self.client.query(&statement, &parameters).await
    }

    fn kept(&self, sql: &str, types: &Vec<Type>) -> Option<Statement> {
        let prepared = self.prepared.lock().expect("no panic while holding the statements");
        prepared.get(sql)?.iter().find(|(of, _)| of == types).map(|(_, statement)| statement.clone())
    }

    async fn prepare(&self, sql: &str, types: Vec<Type>) -> Result<Statement, tokio_postgres::Error> {
        let statement = self.client.prepare_typed(sql, &types).await?;
        let mut prepared = self.prepared.lock().expect("no panic while holding the statements");
        if prepared.len() >= MAX_PREPARED {
            prepared.clear();
        }
        prepared.entry(sql.to_owned()).or_default().push((types, statement.clone()));
        Ok(statement)
    }
}
