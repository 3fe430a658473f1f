//! Figures and traces of requests over HTTP, whatever they ask for.

use std::sync::Arc;
use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tracing::Instrument;

use crate::telemetry::metrics::{HttpRequest, MEDIA_TYPE};
use crate::telemetry::trace;

use super::server::Server;

/// Counts, times and traces a request.
pub async fn measured(State(server): State<Arc<Server>>, request: Request, next: Next) -> Response {
    let (method, route) = (method(request.method()), route(&request));
    let span = trace::request(method, route, trace_headers(request.headers()));
    let began = Instant::now();
    let response = next.run(request).instrument(span.clone()).await;
    let status = response.status().as_u16();
    trace::answered(&span, status);
    server.database.metrics.request(HttpRequest { method, route, status }, began.elapsed());
    response
}

/// `GET /metrics`: the figures.
pub async fn figures(State(server): State<Arc<Server>>) -> Response {
    let text = server.database.metrics.text(server.database.pool_size());
    ([(header::CONTENT_TYPE, MEDIA_TYPE)], text).into_response()
}

/// The method as a text of ours.
fn method(method: &Method) -> &'static str {
    match method.as_str() {
        "GET" => "GET",
        "POST" => "POST",
        "HEAD" => "HEAD",
        "OPTIONS" => "OPTIONS",
        _ => "OTHER",
    }
}

/// The route as a text of ours.
fn route(request: &Request) -> &'static str {
    const ROUTES: [&str; 9] = [
        "/graphql",
        "/graphiql/",
        "/graphiql/{file}",
        "/export/{file}",
        "/schema.graphql",
        "/healthz",
        "/readyz",
        "/metrics",
        "/.well-known/jwks.json",
    ];
    let path = request.extensions().get::<MatchedPath>().map(MatchedPath::as_str);
    ROUTES.into_iter().find(|route| Some(*route) == path).unwrap_or("other")
}

fn trace_headers(headers: &HeaderMap) -> trace::Headers<'_> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    trace::Headers { traceparent: text("traceparent"), tracestate: text("tracestate") }
}
