//! One request from its beginning to its log line, however it came.

use std::sync::Arc;
use std::time::Instant;

use async_graphql::{Response, Value};
use axum::http::StatusCode;

use crate::error::Error;
use crate::graphql::error::{Code, complete, described, error_with_cause};
use crate::store::Store;
use crate::store::statement::Usage;
use crate::telemetry::metrics::Metrics;

use super::gate::{Outcome, Transport, kind_name};
use super::request_log::{self, Line};
use super::server::Server;

/// A request that is being answered.
pub struct Run {
    /// The database as this request sees it.
    pub store: Store,
    request_id: String,
    usage: Arc<Usage>,
    transport: Transport,
    started: Instant,
}

impl Run {
    /// Begins with a request of this id.
    pub fn begin(server: &Server, request_id: String, transport: Transport) -> Self {
        let usage = Arc::new(if server.recorder.is_some() { Usage::recording() } else { Usage::default() });
        let store = Store::new(Arc::clone(&server.database), Arc::clone(&usage)).for_request(&request_id);
        Self { store, request_id, usage, transport, started: Instant::now() }
    }

    /// Gives every error its code and writes the log line; `login` is `None` where nobody was recognised.
    pub fn finish(self, server: &Server, login: Option<&str>, mut outcome: Outcome) -> Outcome {
        complete(&mut outcome.response, &self.request_id);
        request_log::write(&Line {
            request_id: &self.request_id,
            operation: outcome.operation.as_deref(),
            viewer: login,
            status: outcome.status.as_u16(),
            usage: &self.usage,
            elapsed: self.started.elapsed(),
            errors: &outcome.response.errors,
        });
        self.count(&server.database.metrics, &outcome);
        if let Some(recorder) = &server.recorder {
            recorder.lock().expect("no panic while recording").push(self.usage.recorded());
        }
        outcome
    }

    fn count(&self, metrics: &Metrics, outcome: &Outcome) {
        let response = &outcome.response;
        let came_to = match () {
            () if response.errors.is_empty() => "ok",
            () if outcome.is_refusal() => "refused",
            () if response.data == Value::Null => "failed",
            () => "partial",
        };
        metrics.operation(kind_name(outcome.kind), self.transport.as_str(), came_to, self.started.elapsed());
        for code in response.errors.iter().filter_map(Code::of) {
            metrics.error(code.as_str());
        }
    }
}

/// The answer to a request that got no further. Its cause goes with it, for the log.
pub fn refused(error: &Error) -> Outcome {
    let status = match described(error).0 {
        Code::Unauthenticated => StatusCode::UNAUTHORIZED,
        // Not 408, after which clients send the same again by themselves.
        Code::RequestTimeout => StatusCode::GATEWAY_TIMEOUT,
        Code::ServiceUnavailable => StatusCode::SERVICE_UNAVAILABLE,
        _ => StatusCode::INTERNAL_SERVER_ERROR,
    };
    Outcome::without_operation(status, Response::from_errors(vec![error_with_cause(error)]))
}
