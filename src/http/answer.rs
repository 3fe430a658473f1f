//! Answers over HTTP: status, headers and bytes, for what a request came to and for what is refused before there is one.

use std::collections::BTreeMap;
use std::panic::AssertUnwindSafe;

use async_graphql::{Response as GraphqlResponse, ServerError, Value};
use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures_util::FutureExt;
use serde::Serialize;

use crate::error::Error;
use crate::graphql::error::{Code, complete, error_with_cause, refusal};

use super::accept::{MediaType, media_type};
use super::gate::Outcome;
use super::request_id::request_id;
use super::request_log;

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
        let code = match self.status {
            StatusCode::FORBIDDEN => Code::Forbidden,
            StatusCode::SERVICE_UNAVAILABLE => Code::ServiceUnavailable,
            _ => Code::BadUserInput,
        };
        let mut answer = write(kind, self.status, &refusal(code, self.message));
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

/// Answers where a handler panics; the log has the reason.
pub async fn catch_panic(request: Request, next: Next) -> Response {
    let id = request_id(request.headers());
    match AssertUnwindSafe(next.run(request)).catch_unwind().await {
        Ok(answer) => answer,
        Err(panic) => {
            let told = panic.downcast_ref::<&str>().copied().or(panic.downcast_ref::<String>().map(String::as_str));
            let error = Error::internal(format!("a handler panicked: {}", told.unwrap_or("it did not say why")));
            let mut response = GraphqlResponse::from_errors(vec![error_with_cause(&error)]);
            complete(&mut response, &id);
            request_log::causes(&id, &response.errors);
            write(MediaType::Json, StatusCode::INTERNAL_SERVER_ERROR, &response)
        }
    }
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
