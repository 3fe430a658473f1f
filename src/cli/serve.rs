//! The command `serve`.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, bail};
use rustix::process::{Resource, Rlimit};
use tokio::net::TcpListener;
use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::app::{App, Parts, collector, connect, connection_limits, sources, trusted};
use crate::auth::token::Keys;
use crate::config::Config;
use crate::domain::clock::Clock;
use crate::http::connection::{self, Limits};
use crate::http::files;
use crate::store::Database;
use crate::telemetry::log;
use crate::telemetry::trace::Exporter;

use super::{Failure, account, database, demo};

/// The query that a newcomer is offered: what the demo administrator sees of a customer.
const FIRST_QUERY: &str = r#"{ customer(customerId: "acme") { name ticketCounts { open closed escalated } customerUsers(first: 3) { nodes { fullName email } } } }"#;

/// How long sockets have to close when the server stops, once their operations are done.
const SOCKETS_TO_CLOSE: Duration = Duration::from_secs(5);
/// Files that are open beside those of connections: the log, the database, what the hook starts.
const FILES_BESIDE: u64 = 64;

/// Runs the server until it is told to stop.
pub async fn serve(config: &Config, with_demo: bool) -> Result<(), Failure> {
    let traces = collector(config).map(|collector| Exporter::start(&collector)).transpose();
    let traces = traces.context("`telemetry.traces_url` cannot be used")?;
    log::start(traces.as_ref());
    raise_file_limit(config.http.max_connections);
    // The port comes first: a second server must not touch the database and only then find that it cannot listen.
    let listener = TcpListener::bind(config.http.listen).await;
    let listener =
        listener.with_context(|| format!("`http.listen` is `{}`, which cannot be listened at", config.http.listen))?;
    let sources = sources(config)?;
    let trusted = trusted(config)?;
    check_pages(config)?;
    let (connection, lines, layout) = database::open_to_serve(config).await?;
    let keys = Keys::load_or_create(&config.auth.key_file);
    let keys = keys.with_context(|| format!("`auth.key_file` is `{}`", config.auth.key_file.display()))?;

    let filled = if with_demo && layout.is_native() { demo::fill_if_empty(config, &connection).await? } else { None };
    account::announce_administrator(config, &connection, &layout).await?;
    tracing::info!(layout = %layout.product, version = env!("CARGO_PKG_VERSION"), "database open");
    let clock = Clock::new(chrono::Utc::now);
    let keys = Arc::new(keys);
    tokio::spawn(Arc::clone(&keys).follow());
    let parts = Parts { connection, lines, layout, keys, sources, trusted, clock, recorder: None };
    let app = App::new(config, parts);
    tokio::spawn(Arc::clone(app.api.sessions.issuers()).follow());
    let address = listener.local_addr()?;
    println!("Deskgraph answers at http://{address}/graphql");
    if let Some(outcome) = filled {
        demo::introduce(&outcome, address, FIRST_QUERY);
    }
    let database = Arc::clone(&app.database);
    tokio::select! {
        stopped = run(listener, app, connection_limits(config)) => stopped?,
        () = watch(config, &database) => {}
    }
    if let Some(traces) = traces {
        // It waits for the collector without giving way to anything else.
        tokio::task::spawn_blocking(|| traces.stop()).await.context("the last traces could not be sent")?;
    }
    Ok(())
}

/// Says where pages are to be served that are not there.
fn check_pages(config: &Config) -> Result<(), Failure> {
    match config.http.static_dir.as_deref().and_then(files::fault) {
        Some(fault) => bail!("{fault}: name the folder of the built pages"),
        None => Ok(()),
    }
}

/// Serves until SIGTERM or SIGINT, then lets running requests and the hook finish. A second signal ends the program at once.
async fn run(listener: TcpListener, app: App, limits: Limits) -> Result<(), Failure> {
    let App { router, database, hook, sockets, .. } = app;
    let mut signals = Signals::new()?;
    let stop = async {
        signals.next().await;
        tracing::info!("stopping: running requests are finished");
        sockets.stop();
        tokio::spawn(async move {
            signals.next().await;
            tracing::warn!("stopped at once by a second signal");
            std::process::exit(1);
        });
    };
    let time_for_sockets = limits.stop_timeout + SOCKETS_TO_CLOSE;
    connection::serve(listener, router, limits, Arc::clone(&database), stop).await;
    if tokio::time::timeout(time_for_sockets, sockets.closed()).await.is_err() {
        tracing::warn!(open = sockets.count(), "sockets were still open");
    }
    if let Some(hook) = hook {
        hook.stop().await;
    }
    database.connection.clone().close().await?;
    tracing::info!("stopped");
    Ok(())
}

/// Watches whether the database answers, for as long as the server runs.
async fn watch(config: &Config, database: &Database) {
    if let Err(error) = database.watch(&connect(config)).await {
        tracing::warn!(%error, "the database cannot be watched: requests will wait for it longer than need be");
    }
    std::future::pending().await
}

/// The signals that stop the server.
struct Signals {
    interrupt: Signal,
    terminate: Signal,
}

impl Signals {
    /// From now on they end nothing by themselves.
    fn new() -> std::io::Result<Self> {
        let (interrupt, terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
        Ok(Self { interrupt, terminate })
    }

    /// Waits for the next one.
    async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

/// Lets the process open as many files as the system allows it, and warns where those are fewer than connections.
fn raise_file_limit(max_connections: usize) {
    let limit = rustix::process::getrlimit(Resource::Nofile);
    if let Err(error) = rustix::process::setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, ..limit }) {
        tracing::warn!(%error, "the limit on open files cannot be raised");
    }
    if let Some((limit, needed)) = missing_files(max_connections) {
        tracing::warn!(limit, needed, "`http.max_connections` needs more open files than the system allows");
    }
}

/// How many open files the system allows, and how many are needed, where that is more.
pub fn missing_files(max_connections: usize) -> Option<(u64, u64)> {
    let needed = max_connections as u64 + FILES_BESIDE;
    let limit = rustix::process::getrlimit(Resource::Nofile).maximum;
    limit.filter(|limit| *limit < needed).map(|limit| (limit, needed))
}
