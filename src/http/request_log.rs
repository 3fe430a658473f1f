//! One structured line for each request, and the causes of errors. Variables, tokens and passwords never get here.

use std::time::Duration;

use async_graphql::ServerError;

use crate::error::Error;
use crate::graphql::error::Cause;
use crate::store::statement::Usage;

/// What the log says of a request.
pub struct Line<'a> {
    /// Ties the line to the answer.
    pub request_id: &'a str,
    /// The operation's name as the client calls it.
    pub operation: Option<&'a str>,
    /// Who asked.
    pub viewer: Option<&'a str>,
    /// The status of the answer.
    pub status: u16,
    /// What it cost the database.
    pub usage: &'a Usage,
    /// How long it took.
    pub elapsed: Duration,
    /// What went wrong.
    pub errors: &'a [ServerError],
}

/// Writes the line.
pub fn write(line: &Line<'_>) {
    let codes: Vec<String> = line.errors.iter().filter_map(code).collect();
    tracing::info!(
        target: "deskgraph::request",
        request_id = line.request_id,
        operation = line.operation.unwrap_or("-"),
        viewer = line.viewer.unwrap_or("-"),
        status = line.status,
        statements = line.usage.statements(),
        rows = line.usage.rows(),
        database_milliseconds = milliseconds(line.usage.database_time()),
        milliseconds = milliseconds(line.elapsed),
        errors = codes.join(","),
    );
    causes(line.request_id, line.errors);
}

/// With one digit behind the point.
fn milliseconds(duration: Duration) -> f64 {
    (duration.as_secs_f64() * 10_000.0).round() / 10.0
}

/// Writes the causes of those errors that are not the client's, under the id that the client knows.
pub fn causes(request_id: &str, errors: &[ServerError]) {
    for error in errors {
        if let Some(Cause(cause_of_error)) = error.source::<Cause>() {
            cause(request_id, cause_of_error);
        }
    }
}

/// Writes the line of a socket at its end: whose it was, what it had, and with which code it was closed, 0 where the client went by itself.
pub fn write_socket(viewer: Option<&str>, (operations, messages): (u64, u64), code: u16, elapsed: Duration) {
    tracing::info!(
        target: "deskgraph::socket",
        viewer = viewer.unwrap_or("-"),
        operations,
        messages,
        code,
        seconds = elapsed.as_secs(),
    );
}

/// Writes the cause of an error that is not the client's.
pub fn cause(request_id: &str, error: &Error) {
    match error {
        Error::Internal(cause) => {
            tracing::error!(target: "deskgraph::request", request_id, cause = %chain(cause.as_ref()), "internal error")
        }
        Error::Unavailable(cause) => {
            tracing::warn!(target: "deskgraph::request", request_id, cause = %chain(cause.as_ref()), "database unavailable")
        }
        Error::StorageFull(cause) => {
            tracing::error!(target: "deskgraph::request", request_id, cause = %chain(cause.as_ref()), "the database is full")
        }
        Error::SourceUnavailable(failure) => tracing::warn!(
            target: "deskgraph::request",
            request_id,
            source = %failure.source,
            cause = %chain(failure.cause.as_ref()),
            "data source unavailable"
        ),
        _ => {}
    }
}

fn chain(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

fn code(error: &ServerError) -> Option<String> {
    error.extensions.as_ref()?.get("code").map(|code| code.to_string().trim_matches('"').to_owned())
}
