//! GraphQL over HTTP: from a request to what the gate takes, and from a response to bytes.

use std::sync::Arc;

use async_graphql::Response as GraphqlResponse;
use axum::body::Bytes;
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use serde::Deserialize;

use crate::domain::caller::Caller;
use crate::error::{Error, Result};
use crate::graphql::error::{Code, refusal};
use crate::store::Store;

use super::gate::{Body, Outcome, Transport, admit};
use super::run::{Run, refused};
use super::server::Server;
use super::websocket;

/// The header that ties an answer to its log line.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// What answers are by default.
const GRAPHQL_RESPONSE: &str = "application/graphql-response+json";

/// `POST /graphql`.
pub async fn post(
    State(server): State<Arc<Server>>,
    headers: HeaderMap,
    body: Result<Bytes, axum::extract::rejection::BytesRejection>,
) -> Response {
    let is_json = content_type(&headers).is_some_and(|kind| kind.eq_ignore_ascii_case("application/json"));
    if !is_json {
        return plain_refusal(
            &headers,
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "send the request as `Content-Type: application/json`",
        );
    }
    let Ok(body) = body else {
        return plain_refusal(
            &headers,
            StatusCode::PAYLOAD_TOO_LARGE,
            "the body is longer than this server reads: send less",
        );
    };
    match serde_json::from_slice::<Body>(&body) {
        Ok(body) => answer(&server, &headers, body, Transport::Post).await,
        Err(_) => plain_refusal(
            &headers,
            StatusCode::BAD_REQUEST,
            "the body is no JSON object with `query`, `variables` and `operationName`",
        ),
    }
}

/// `GET /graphql`: queries, or the explorer for browsers; upgraded, operations over WebSocket.
pub async fn get(
    State(server): State<Arc<Server>>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Response {
    if headers.contains_key(header::UPGRADE) {
        return match upgrade {
            Ok(upgrade) => websocket::upgrade(&server, &headers, upgrade),
            Err(rejection) => rejection.into_response(),
        };
    }
    let accepts_html = headers
        .get(header::ACCEPT)
        .and_then(|accept| accept.to_str().ok())
        .is_some_and(|accept| accept.contains("text/html"));
    let parameters: Option<Parameters> = query.as_deref().and_then(|query| serde_urlencoded::from_str(query).ok());
    match parameters {
        Some(Parameters { query: Some(query), operation_name, variables }) => {
            let variables =
                match variables.filter(|text| !text.is_empty()).map(|text| serde_json::from_str(&text)).transpose() {
                    Ok(variables) => variables,
                    Err(_) => return plain_refusal(&headers, StatusCode::BAD_REQUEST, "`variables` is no JSON object"),
                };
            answer(&server, &headers, Body { query: Some(query), operation_name, variables }, Transport::Get).await
        }
        _ if accepts_html && server.graphiql => Html(
            async_graphql::http::GraphiQLSource::build()
                .endpoint("/graphql")
                .subscription_endpoint("/graphql")
                .finish(),
        )
        .into_response(),
        _ => plain_refusal(&headers, StatusCode::BAD_REQUEST, "give the document as the parameter `query`"),
    }
}

#[derive(Deserialize)]
struct Parameters {
    query: Option<String>,
    #[serde(rename = "operationName")]
    operation_name: Option<String>,
    variables: Option<String>,
}

async fn answer(server: &Arc<Server>, headers: &HeaderMap, body: Body, transport: Transport) -> Response {
    let request_id = request_id(headers);
    let run = Run::begin(server, request_id.clone());
    let work = async {
        let caller = caller(server, &run.store, headers).await?;
        let login = caller.as_ref().map(|caller| caller.viewer.login().to_owned());
        Ok((login, execute(server, run.store.clone(), caller, body, transport).await))
    };
    let (outcome, login) = match tokio::time::timeout(server.timeout, work).await {
        Err(_) => (refused(&Error::Timeout), None),
        Ok(Err(error)) => (refused(&error), None),
        Ok(Ok((login, outcome))) => (outcome, login),
    };
    let outcome = run.finish(server, login.as_deref(), outcome);
    into_http(headers, outcome.status, &outcome.response, &request_id)
}

/// Who the request is from; `None` without a token.
async fn caller(server: &Server, store: &Store, headers: &HeaderMap) -> Result<Option<Caller>> {
    let Some(value) = headers.get(header::AUTHORIZATION) else { return Ok(None) };
    let text = value.to_str().map_err(|_| Error::Unauthenticated)?;
    let token = bearer(text).ok_or(Error::Unauthenticated)?;
    server.api.sessions.recognise(store, token).await.map(Some)
}

/// The token behind `Bearer`; `None` for any other scheme.
pub(super) fn bearer(text: &str) -> Option<&str> {
    let (scheme, token) = text.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

async fn execute(server: &Server, store: Store, caller: Option<Caller>, body: Body, transport: Transport) -> Outcome {
    match admit(server, caller.as_ref(), body, transport) {
        Ok(operation) => operation.run(server, store, caller).await,
        Err(refused) => *refused,
    }
}

fn content_type(headers: &HeaderMap) -> Option<&str> {
    let kind = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
    Some(kind.split(';').next().unwrap_or(kind).trim())
}

/// The client's own request id where it is harmless, else a new one.
fn request_id(headers: &HeaderMap) -> String {
    let is_harmless = |id: &&str| {
        (1..=64).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
    };
    let given = headers.get(REQUEST_ID).and_then(|id| id.to_str().ok()).filter(is_harmless);
    given.map_or_else(|| uuid::Uuid::now_v7().to_string(), str::to_owned)
}

/// A refusal before there is a GraphQL request.
fn plain_refusal(headers: &HeaderMap, status: StatusCode, message: &str) -> Response {
    into_http(headers, status, &refusal(Code::BadUserInput, message), &request_id(headers))
}

fn into_http(headers: &HeaderMap, status: StatusCode, response: &GraphqlResponse, request_id: &str) -> Response {
    let accept = headers.get(header::ACCEPT).and_then(|accept| accept.to_str().ok()).unwrap_or("*/*");
    let wants_legacy = accept.contains("application/json") && !accept.contains(GRAPHQL_RESPONSE);
    // Clients that only know the old media type read every answer of a server that understood them as 200.
    let status = if wants_legacy && status == StatusCode::BAD_REQUEST && !response.errors.is_empty() {
        StatusCode::OK
    } else {
        status
    };
    let kind = if wants_legacy {
        "application/json; charset=utf-8"
    } else {
        "application/graphql-response+json; charset=utf-8"
    };
    let body = match serde_json::to_vec(response) {
        Ok(body) => body,
        Err(_) => return StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    };
    let mut answer = (status, [(header::CONTENT_TYPE, kind)], body).into_response();
    if let Ok(id) = HeaderValue::from_str(request_id) {
        answer.headers_mut().insert(REQUEST_ID, id);
    }
    answer
}
