//! Answers over HTTP: status, headers and bytes, for what a request came to and for what is refused before there is one.

use std::any::Any;
use std::collections::BTreeMap;

use async_graphql::{Response as GraphqlResponse, ServerError, Value};
use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use crate::graphql::error::{Code, refusal};

use super::accept::{MediaType, media_type};
use super::gate::Outcome;

/// How many seconds a client should wait before it asks again a server that has no database.
const RETRY_AFTER: HeaderValue = HeaderValue::from_static("5");
/// How a client gets in whose token is not good (RFC 6750, section 3.1).
const INVALID_TOKEN: HeaderValue = HeaderValue::from_static(r#"Bearer realm="deskgraph", error="invalid_token""#);

/// A request that is refused before it is looked at as GraphQL.
#[derive(Debug)]
pub struct Refusal {
    status: StatusCode,
    message: String,
    header: Option<(HeaderName, HeaderValue)>,
}

impl Refusal {
    /// A refusal with a message that says what to do.
    pub fn new(status: StatusCode, message: impl Into<String>) -> Self {
        Self { status, message: message.into(), header: None }
    }

    /// The same with one more header.
    pub fn with_header(self, name: HeaderName, value: &'static str) -> Self {
        Self { header: Some((name, HeaderValue::from_static(value))), ..self }
    }

    /// The answer, in the media type that the client asks for, or in JSON.
    pub fn answer(self, headers: &HeaderMap) -> Response {
        let kind = media_type(headers).unwrap_or(MediaType::Json);
        let mut answer = write(kind, self.status, &refusal(Code::BadUserInput, self.message));
        if let Some((name, value)) = self.header {
            answer.headers_mut().insert(name, value);
        }
        answer
    }
}

/// The answer to a request of GraphQL.
pub fn answer(kind: MediaType, outcome: &Outcome) -> Response {
    let mut answer = write(kind, status(kind, outcome.status), &outcome.response);
    let header = match outcome.status {
        StatusCode::UNAUTHORIZED => Some((header::WWW_AUTHENTICATE, INVALID_TOKEN)),
        StatusCode::SERVICE_UNAVAILABLE => Some((header::RETRY_AFTER, RETRY_AFTER)),
        StatusCode::METHOD_NOT_ALLOWED => Some((header::ALLOW, HeaderValue::from_static("POST"))),
        _ => None,
    };
    if let Some((name, value)) = header {
        answer.headers_mut().insert(name, value);
    }
    answer
}

/// To clients that only know `application/json`, a document that is refused is an answer like any other.
fn status(kind: MediaType, status: StatusCode) -> StatusCode {
    match (kind, status) {
        (MediaType::Json, StatusCode::BAD_REQUEST) => StatusCode::OK,
        _ => status,
    }
}

/// The answer where a handler panicked; the log has the reason.
pub fn panicked(_: Box<dyn Any + Send>) -> Response {
    tracing::error!(target: "deskgraph::request", "a handler panicked");
    let message = "something went wrong on the server: its log has the reason under the request id";
    write(MediaType::Json, StatusCode::INTERNAL_SERVER_ERROR, &refusal(Code::InternalServerError, message))
}

/// A response of which nothing has run: it has no `data` at all.
#[derive(Serialize)]
struct WithoutData<'a> {
    errors: &'a [ServerError],
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    extensions: &'a BTreeMap<String, Value>,
}

fn write(kind: MediaType, status: StatusCode, response: &GraphqlResponse) -> Response {
    // The library gives an error that belongs to no field no path.
    let has_run = response.errors.is_empty() || response.errors.iter().any(|error| !error.path.is_empty());
    let GraphqlResponse { errors, extensions, .. } = response;
    let body =
        if has_run { serde_json::to_vec(response) } else { serde_json::to_vec(&WithoutData { errors, extensions }) };
    let Ok(body) = body else { return StatusCode::INTERNAL_SERVER_ERROR.into_response() };
    let headers = [(header::CONTENT_TYPE, kind.content_type()), (header::VARY, "accept")];
    (status, headers, Body::from(body)).into_response()
}
