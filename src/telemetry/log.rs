//! The log: JSON lines on standard error. `DESKGRAPH_LOG` chooses what, such as `info` or `deskgraph=debug`.

use tracing_subscriber::filter::{EnvFilter, LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{Layer, fmt};

use super::trace::{Exporter, TARGET};

/// What is logged where nothing is said. Traces are no log, so they are left out whatever is said.
const USUAL: &str = "info,sea_orm_migration=warn,sqlx=warn";

/// Starts the log, and traces where there is an exporter for them. A second call within one process keeps what the first one started.
pub fn start(traces: Option<&Exporter>) {
    let wanted = EnvFilter::try_from_env("DESKGRAPH_LOG").unwrap_or_else(|_| USUAL.into());
    let silent = format!("{TARGET}=off").parse().expect("the directive is well formed");
    let log = fmt::layer().json().flatten_event(true).with_writer(std::io::stderr);
    let only_traces = Targets::new().with_target(TARGET, LevelFilter::INFO);
    let subscriber = tracing_subscriber::registry()
        .with(traces.map(|traces| traces.layer().with_filter(only_traces)))
        .with(log.with_filter(wanted.add_directive(silent)));
    drop(subscriber.try_init());
}
