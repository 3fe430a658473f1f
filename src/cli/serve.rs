//! The command `serve`.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use tokio::net::TcpListener;

use crate::app::{App, Parts};
use crate::auth::token::Keys;
use crate::config::Config;
use crate::domain::clock::Clock;

use super::{Failure, account, database, demo};

/// The query that a newcomer is offered: what the demo administrator sees of a customer.
const FIRST_QUERY: &str = r#"{ customer(customerId: "acme") { name ticketCounts { open closed escalated } customerUsers(first: 3) { nodes { fullName email } } } }"#;

/// How long sockets have to close when the server stops.
const SOCKETS_TO_CLOSE: Duration = Duration::from_secs(5);

/// Runs the server until it is told to stop.
pub async fn serve(config: &Config, with_demo: bool) -> Result<(), Failure> {
    start_log();
    // The port comes first: a second server must not touch the database and only then find that it cannot listen.
    let listener = TcpListener::bind(config.http.listen).await;
    let listener =
        listener.with_context(|| format!("`http.listen` is `{}`, which cannot be listened at", config.http.listen))?;
    let (connection, layout) = database::open_or_create(config).await?;
    let keys = Keys::load_or_create(&config.auth.key_file);
    let keys = keys.with_context(|| format!("`auth.key_file` is `{}`", config.auth.key_file.display()))?;

    let filled = if with_demo && layout.is_native() { demo::fill_if_empty(config, &connection).await? } else { None };
    account::announce_administrator(config, &connection, &layout).await?;
    tracing::info!(layout = %layout.product, "database open");
    let clock = Clock::new(chrono::Utc::now);
    let app = App::new(config, Parts { connection, layout, keys: Arc::new(keys), clock, recorder: None });
    let address = listener.local_addr()?;
    println!("Deskgraph answers at http://{address}/graphql");
    if let Some(outcome) = filled {
        demo::introduce(&outcome, address, FIRST_QUERY);
    }
    run(listener, app).await
}

/// Serves until SIGTERM or SIGINT, then lets running requests and the hook finish.
async fn run(listener: TcpListener, app: App) -> Result<(), Failure> {
    let App { router, database, hook, sockets, .. } = app;
    let told = sockets.clone();
    let stop = async move {
        told_to_stop().await;
        told.stop();
    };
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    axum::serve(listener, service).with_graceful_shutdown(stop).await?;
    if tokio::time::timeout(SOCKETS_TO_CLOSE, sockets.closed()).await.is_err() {
        tracing::warn!(open = sockets.count(), "sockets were still open");
    }
    if let Some(hook) = hook {
        hook.stop().await;
    }
    database.connection.clone().close().await?;
    tracing::info!("stopped");
    Ok(())
}

async fn told_to_stop() {
    let interrupt = tokio::signal::ctrl_c();
    let mut terminate = match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
        Ok(signal) => signal,
        Err(error) => {
            tracing::warn!(%error, "SIGTERM cannot be heard");
            return drop(interrupt.await);
        }
    };
    tokio::select! {
        _ = interrupt => {}
        _ = terminate.recv() => {}
    }
    tracing::info!("stopping: running requests are finished");
}

/// JSON lines on standard error; `DESKGRAPH_LOG` chooses what, such as `info` or `deskgraph=debug`.
fn start_log() {
    let filter = tracing_subscriber::EnvFilter::try_from_env("DESKGRAPH_LOG")
        .unwrap_or_else(|_| "info,sea_orm_migration=warn,sqlx=warn".into());
    let log = tracing_subscriber::fmt().json().flatten_event(true).with_env_filter(filter).with_writer(std::io::stderr);
    // A second call within one process keeps the first log.
    drop(log.try_init());
}
