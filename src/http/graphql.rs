//! GraphQL over HTTP: from a request to a parsed, bounded GraphQL request, and from a response to bytes.

use std::sync::Arc;
use std::time::Instant;

use async_graphql::parser::types::{DocumentOperations, ExecutableDocument, OperationType};
use async_graphql::{Request, Response as GraphqlResponse, Variables};
use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use serde::Deserialize;

use crate::domain::caller::Caller;
use crate::error::{Error, Result};
use crate::graphql::context::RequestContext;
use crate::graphql::error::{Code, complete, described, refusal};
use crate::graphql::expansion::expanded_selections;
use crate::graphql::nesting::nesting;
use crate::loader::Batches;
use crate::store::Store;
use crate::store::statement::Usage;

use super::request_log::{self, Line};
use super::server::Server;

/// The header that ties an answer to its log line.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// The deepest nesting of brackets in a document. What the parser accepts within it, `limits.max_depth` narrows further.
const MAX_NESTING: usize = 100;
/// The most selections of a document with its fragments written out.
const MAX_SELECTIONS: usize = 5_000;
/// What answers are by default.
const GRAPHQL_RESPONSE: &str = "application/graphql-response+json";

/// A request as clients send it.
#[derive(Deserialize)]
struct Body {
    query: Option<String>,
    #[serde(rename = "operationName")]
    operation_name: Option<String>,
    variables: Option<Variables>,
}

/// Which operations a request may have.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Method {
    Get,
    Post,
}

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
        Ok(body) => answer(&server, &headers, body, Method::Post).await,
        Err(_) => plain_refusal(
            &headers,
            StatusCode::BAD_REQUEST,
            "the body is no JSON object with `query`, `variables` and `operationName`",
        ),
    }
}

/// `GET /graphql`: queries, or the explorer for browsers.
pub async fn get(State(server): State<Arc<Server>>, headers: HeaderMap, RawQuery(query): RawQuery) -> Response {
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
            answer(&server, &headers, Body { query: Some(query), operation_name, variables }, Method::Get).await
        }
        _ if accepts_html && server.graphiql => {
            Html(async_graphql::http::GraphiQLSource::build().endpoint("/graphql").finish()).into_response()
        }
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

async fn answer(server: &Arc<Server>, headers: &HeaderMap, body: Body, method: Method) -> Response {
    let started = Instant::now();
    let request_id = request_id(headers);
    let usage = Arc::new(if server.recorder.is_some() { Usage::recording() } else { Usage::default() });
    let store = Store::new(Arc::clone(&server.database), Arc::clone(&usage)).for_request(&request_id);

    let run = async {
        let caller = caller(server, &store, headers).await?;
        let login = caller.as_ref().map(|caller| caller.viewer.login().to_owned());
        Ok((login, execute(server, store, caller, body, method).await))
    };
    let (outcome, login) = match tokio::time::timeout(server.timeout, run).await {
        Err(_) => (refused(&Error::Timeout), None),
        Ok(Err(error)) => (refused(&error), None),
        Ok(Ok((login, outcome))) => (outcome, login),
    };
    let Outcome { status, mut response, operation } = outcome;
    complete(&mut response, &request_id);
    request_log::write(&Line {
        request_id: &request_id,
        operation: operation.as_deref(),
        viewer: login.as_deref(),
        status: status.as_u16(),
        usage: &usage,
        elapsed: started.elapsed(),
        errors: &response.errors,
    });
    if let Some(recorder) = &server.recorder {
        recorder.lock().expect("no panic while recording").push(usage.recorded());
    }
    into_http(headers, status, &response, &request_id)
}

fn refused(error: &Error) -> Outcome {
    let (code, message) = described(error);
    let status = match code {
        Code::Unauthenticated => StatusCode::UNAUTHORIZED,
        Code::RequestTimeout => StatusCode::REQUEST_TIMEOUT,
        Code::ServiceUnavailable => StatusCode::SERVICE_UNAVAILABLE,
        _ => StatusCode::INTERNAL_SERVER_ERROR,
    };
    request_log::cause(error);
    Outcome { status, response: refusal(code, message), operation: None }
}

/// Who the request is from; `None` without a token.
async fn caller(server: &Server, store: &Store, headers: &HeaderMap) -> Result<Option<Caller>> {
    let Some(value) = headers.get(header::AUTHORIZATION) else { return Ok(None) };
    let text = value.to_str().map_err(|_| Error::Unauthenticated)?;
    let token = match text.split_once(' ') {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => token.trim(),
        _ => return Err(Error::Unauthenticated),
    };
    server.api.sessions.recognise(store, token).await.map(Some)
}

/// An answer, and what the log calls the operation.
struct Outcome {
    status: StatusCode,
    response: GraphqlResponse,
    operation: Option<String>,
}

impl Outcome {
    fn refusal(code: Code, message: impl Into<String>) -> Self {
        Self { status: StatusCode::BAD_REQUEST, response: refusal(code, message), operation: None }
    }
}

async fn execute(server: &Server, store: Store, caller: Option<Caller>, body: Body, method: Method) -> Outcome {
    let Some(text) = body.query else {
        return Outcome::refusal(Code::BadUserInput, "`query` is missing: give the document there");
    };
    if nesting(&text) > MAX_NESTING {
        return Outcome::refusal(
            Code::LimitExceeded,
            format!("the document nests more than {MAX_NESTING} brackets: ask for less at a time"),
        );
    }
    let document = match server.documents.parse(&text) {
        Ok(document) => document,
        Err(error) => {
            let mut outcome = Outcome::refusal(Code::ParseFailed, error.to_string());
            outcome.response.errors[0].locations = error.positions().collect();
            return outcome;
        }
    };
    if expanded_selections(&document) > MAX_SELECTIONS {
        return Outcome::refusal(
            Code::LimitExceeded,
            format!("the document asks for more than {MAX_SELECTIONS} fields with its fragments: ask in parts"),
        );
    }
    if method == Method::Get && !is_query(&document, body.operation_name.as_deref()) {
        let mut outcome = Outcome::refusal(Code::BadUserInput, "GET answers queries only: send mutations by POST");
        outcome.status = StatusCode::METHOD_NOT_ALLOWED;
        return outcome;
    }
    // Here and not in the resolvers, so that no mutation can be forgotten.
    if caller.as_ref().is_some_and(Caller::is_read_only) && !is_query(&document, body.operation_name.as_deref()) {
        let message =
            "this API token is read-only and runs no mutations: use one that was made with `isReadOnly: false`";
        let mut outcome = Outcome::refusal(Code::Forbidden, message);
        outcome.status = StatusCode::FORBIDDEN;
        return outcome;
    }
    let operation = body.operation_name.clone().or_else(|| only_name(&document));
    let batches = Batches::default();
    let source = server.api.sources.first().expect("there is always one data source");
    let mut request = Request::new(text).variables(body.variables.unwrap_or_default()).data(RequestContext::new(
        store,
        source,
        caller,
        batches.clone(),
    ));
    if let Some(name) = body.operation_name {
        request = request.operation_name(name);
    }
    request.set_parsed_query(ExecutableDocument::clone(&document));
    let response = batches.run(server.schema.execute(request)).await;
    // Nothing has run where the data is null and no error has a path: the document was refused.
    let was_refused = !response.errors.is_empty() && response.errors.iter().all(|error| error.path.is_empty());
    Outcome { status: if was_refused { StatusCode::BAD_REQUEST } else { StatusCode::OK }, response, operation }
}

/// The name of the operation where the document has just one.
fn only_name(document: &ExecutableDocument) -> Option<String> {
    let DocumentOperations::Multiple(operations) = &document.operations else { return None };
    let mut names = operations.keys();
    names.next().filter(|_| operations.len() == 1).map(ToString::to_string)
}

fn is_query(document: &ExecutableDocument, name: Option<&str>) -> bool {
    let operation = match (&document.operations, name) {
        (DocumentOperations::Single(operation), _) => Some(operation),
        (DocumentOperations::Multiple(operations), Some(name)) => operations.get(name),
        (DocumentOperations::Multiple(_), None) => None,
    };
    operation.is_none_or(|operation| operation.node.ty == OperationType::Query)
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
