//! The figures of `/metrics`. Labels are texts of the program, never of a client, so that nobody can make their number grow.

use std::time::Duration;

use prometheus::core::Collector;
use prometheus::{
    Histogram, HistogramOpts, HistogramVec, IntCounter, IntCounterVec, IntGauge, IntGaugeVec, Opts, Registry,
    TextEncoder,
};

/// Upper ends of the classes of durations, in seconds.
const SECONDS: [f64; 13] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];

/// The media type of the answer: the text format of Prometheus.
pub const MEDIA_TYPE: &str = prometheus::TEXT_FORMAT;

/// The version of this program.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The figures of one server.
pub struct Metrics {
    registry: Registry,
    requests: IntCounterVec,
    request_seconds: HistogramVec,
    operations: IntCounterVec,
    operation_seconds: HistogramVec,
    errors: IntCounterVec,
    statement_seconds: Histogram,
    statement_errors: IntCounter,
    rows: IntCounter,
    connections: IntGaugeVec,
    batches: IntCounterVec,
    batch_keys: IntCounterVec,
    logins: IntCounterVec,
    sockets: IntGauge,
    subscriptions: IntGauge,
    closed_sockets: IntCounterVec,
    client_connections: IntGauge,
}

/// A request over HTTP that was answered.
#[derive(Clone, Copy, Debug)]
pub struct HttpRequest {
    /// The method, or `OTHER`.
    pub method: &'static str,
    /// The route, or `other`.
    pub route: &'static str,
    /// The status of the answer.
    pub status: u16,
}

/// How many connections there are to the main database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PoolSize {
    /// Those that run a statement or belong to a transaction.
    pub used: usize,
    /// Those that wait for one.
    pub idle: usize,
}

impl Default for Metrics {
    fn default() -> Self {
        Self::new()
    }
}

impl Metrics {
    /// Figures that are all zero.
    ///
    /// # Panics
    /// When two figures have the same name.
    pub fn new() -> Self {
        let registry = Registry::new();
        let counters =
            |name, help, labels: &[&str]| added(&registry, IntCounterVec::new(Opts::new(name, help), labels));
        let counter = |name, help| added(&registry, IntCounter::new(name, help));
        let gauge = |name, help| added(&registry, IntGauge::new(name, help));
        let times = |name, help, labels: &[&str]| {
            added(&registry, HistogramVec::new(HistogramOpts::new(name, help).buckets(SECONDS.to_vec()), labels))
        };
        let statement_seconds = HistogramOpts::new(
            "deskgraph_database_statement_duration_seconds",
            "Time until a statement on the main database was answered, with the wait for a connection.",
        );
        let metrics = Self {
            requests: counters(
                "deskgraph_http_requests_total",
                "Requests over HTTP that were answered.",
                &["method", "route", "status"],
            ),
            request_seconds: times(
                "deskgraph_http_request_duration_seconds",
                "Time until a request over HTTP was answered.",
                &["route"],
            ),
            operations: counters(
                "deskgraph_graphql_operations_total",
                "Operations by kind, transport and outcome: ok, partial, failed or refused.",
                &["type", "transport", "outcome"],
            ),
            operation_seconds: times(
                "deskgraph_graphql_operation_duration_seconds",
                "Time until an operation was answered.",
                &["type"],
            ),
            errors: counters("deskgraph_graphql_errors_total", "Errors in answers by their code.", &["code"]),
            statement_seconds: added(&registry, Histogram::with_opts(statement_seconds.buckets(SECONDS.to_vec()))),
            statement_errors: counter(
                "deskgraph_database_errors_total",
                "Statements on the main database that failed.",
            ),
            rows: counter("deskgraph_database_rows_total", "Rows that the main database answered."),
            connections: added(
                &registry,
                IntGaugeVec::new(
                    Opts::new(
                        "deskgraph_database_connections",
                        "Connections to the main database that are used or idle.",
                    ),
                    &["state"],
                ),
            ),
            batches: counters(
                "deskgraph_loader_batches_total",
                "Batches of keys that were read together.",
                &["loader"],
            ),
            batch_keys: counters("deskgraph_loader_keys_total", "Keys in these batches.", &["loader"]),
            logins: counters(
                "deskgraph_logins_total",
                "Attempts to sign in by realm and outcome.",
                &["realm", "outcome"],
            ),
            sockets: gauge("deskgraph_sockets", "Open WebSockets."),
            subscriptions: gauge("deskgraph_subscriptions", "Subscriptions that are waiting for events."),
            closed_sockets: counters(
                "deskgraph_sockets_closed_total",
                "WebSockets that were closed by the code they were closed with; 0 where the client had gone.",
                &["code"],
            ),
            client_connections: gauge("deskgraph_http_connections", "Open connections of clients."),
            registry: registry.clone(),
        };
        let build = Opts::new("deskgraph_build_info", "The version that runs, as a label; always 1.");
        added(&registry, IntGaugeVec::new(build, &["version"])).with_label_values(&[VERSION]).set(1);
        #[cfg(target_os = "linux")]
        registry
            .register(Box::new(prometheus::process_collector::ProcessCollector::for_self()))
            .expect("the figures of the process are registered once");
        metrics
    }

    /// Counts a request over HTTP.
    pub fn request(&self, request: HttpRequest, elapsed: Duration) {
        let HttpRequest { method, route, status } = request;
        self.requests.with_label_values(&[method, route, &status.to_string()]).inc();
        self.request_seconds.with_label_values(&[route]).observe(elapsed.as_secs_f64());
    }

    /// Counts an operation of a kind such as `query`.
    pub fn operation(&self, kind: &'static str, transport: &'static str, outcome: &'static str, elapsed: Duration) {
        self.operations.with_label_values(&[kind, transport, outcome]).inc();
        self.operation_seconds.with_label_values(&[kind]).observe(elapsed.as_secs_f64());
    }

    /// Counts an error of an answer.
    pub fn error(&self, code: &'static str) {
        self.errors.with_label_values(&[code]).inc();
    }

    /// Counts a statement on the main database; `rows` is `None` where it failed.
    pub fn statement(&self, elapsed: Duration, rows: Option<usize>) {
        self.statement_seconds.observe(elapsed.as_secs_f64());
        match rows {
            Some(rows) => self.rows.inc_by(rows as u64),
            None => self.statement_errors.inc(),
        }
    }

    /// Counts keys that are read together.
    pub fn batch(&self, loader: &'static str, keys: usize) {
        self.batches.with_label_values(&[loader]).inc();
        self.batch_keys.with_label_values(&[loader]).inc_by(keys as u64);
    }

    /// Counts an attempt to sign in.
    pub fn login(&self, realm: &'static str, outcome: &'static str) {
        self.logins.with_label_values(&[realm, outcome]).inc();
    }

    /// Counts a WebSocket for as long as this is kept.
    pub fn socket(&self) -> Counted {
        Counted::new(&self.sockets)
    }

    /// Counts a WebSocket that was closed; `code` is 0 where the client had gone.
    pub fn socket_closed(&self, code: u16) {
        self.closed_sockets.with_label_values(&[code.to_string()]).inc();
    }

    /// Counts a subscription for as long as this is kept.
    pub fn subscription(&self) -> Counted {
        Counted::new(&self.subscriptions)
    }

    /// Counts a connection of a client for as long as this is kept.
    pub fn client_connection(&self) -> Counted {
        Counted::new(&self.client_connections)
    }

    /// All figures in the text format of Prometheus, with those of the pool at this moment.
    pub fn text(&self, pool: PoolSize) -> String {
        for (state, count) in [("used", pool.used), ("idle", pool.idle)] {
            self.connections.with_label_values(&[state]).set(i64::try_from(count).unwrap_or(i64::MAX));
        }
        // The figures are well formed: they were made here.
        TextEncoder::new().encode_to_string(&self.registry.gather()).unwrap_or_default()
    }
}

/// Something that is counted until it ends.
#[must_use]
pub struct Counted(IntGauge);

impl Counted {
    fn new(gauge: &IntGauge) -> Self {
        gauge.inc();
        Self(gauge.clone())
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.dec();
    }
}

/// A figure that was made well, added to the others.
fn added<C: Collector + Clone + 'static>(registry: &Registry, figure: prometheus::Result<C>) -> C {
    let figure = figure.expect("the name of the figure is well formed");
    registry.register(Box::new(figure.clone())).expect("no two figures have the same name");
    figure
}
