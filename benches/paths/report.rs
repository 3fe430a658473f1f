//! The table.

use std::time::Duration;

use crate::{Contender, Database, Path};

/// One measurement.
pub struct Figure {
    pub database: Database,
    pub path: Path,
    pub connections: usize,
    pub contender: Contender,
    pub per_second: f64,
    pub median: Duration,
    pub slow: Duration,
    /// Processor time of one request: of the server, and of the database besides.
    pub server: Duration,
    pub behind: Duration,
    pub bytes: usize,
    /// Statements of one request; `None` where nobody counts them.
    pub statements: Option<f64>,
    pub failures: usize,
}

/// Prints everything that was measured.
pub fn print(figures: &[Figure]) {
    println!(
        "| database | read | connections | server | req/s | of the limit | p50 ms | p99 ms | server µs | database µs | bytes | statements | failed |"
    );
    println!("|---|---|---|---|---|---|---|---|---|---|---|---|---|");
    for figure in figures {
        println!("{}", line(figure, figures));
    }
}

fn line(figure: &Figure, figures: &[Figure]) -> String {
    let is_limit = |other: &&Figure| {
        other.contender == Contender::Limit
            && other.database == figure.database
            && other.path == figure.path
            && other.connections == figure.connections
    };
    let limit = figures.iter().find(is_limit);
    let ratio = limit.map_or_else(|| "-".to_owned(), |limit| format!("{:.2}", figure.per_second / limit.per_second));
    let statements = figure.statements.map_or_else(|| "-".to_owned(), |statements| format!("{statements:.1}"));
    let milliseconds = |time: Duration| format!("{:.1}", time.as_secs_f64() * 1000.0);
    format!(
        "| {:?} | {:?} | {} | {:?} | {:.0} | {ratio} | {} | {} | {} | {} | {} | {statements} | {} |",
        figure.database,
        figure.path,
        figure.connections,
        figure.contender,
        figure.per_second,
        milliseconds(figure.median),
        milliseconds(figure.slow),
        figure.server.as_micros(),
        figure.behind.as_micros(),
        figure.bytes,
        figure.failures,
    )
}
