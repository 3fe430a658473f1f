//! GraphQL over HTTP: from a request to what the gate takes. Methods, media types and statuses are those of the draft "GraphQL over HTTP"
//! as the audits of the package `graphql-http` read it.

use std::net::IpAddr;
use std::sync::Arc;

use axum::body::{Body as HttpBody, HttpBody as _};
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::{RawQuery, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use http_body_util::BodyExt;

use crate::domain::caller::Caller;
use crate::error::{Error, Result};
use crate::store::Store;

use super::accept::{MediaType, is_utf8, media_type, prefers_html};
use super::address::ClientAddress;
use super::answer::{Refusal, answer};
use super::explorer;
use super::gate::{Body, Transport, admit};
use super::parameters::{from_json, from_query};
use super::request_id::request_id;
use super::run::{Run, refused};
use super::server::Server;
use super::websocket;

/// `POST /graphql`.
pub async fn post(
    State(server): State<Arc<Server>>,
    ClientAddress(address): ClientAddress,
    request: Request,
) -> Response {
    let (head, body) = request.into_parts();
    let headers = head.headers;
    let read = async {
        let kind = acceptable(&headers)?;
        check_content(&headers)?;
        let body = read_body(&server, body).await?;
        let body = from_json(&body).map_err(|message| Refusal::new(StatusCode::BAD_REQUEST, message))?;
        Ok((kind, body))
    };
    match read.await {
        Ok((kind, body)) => run(&server, &headers, address, kind, body, Transport::Post).await,
        Err(refusal) => Refusal::answer(refusal, &headers),
    }
}

/// `GET /graphql`: queries, or the explorer for browsers; upgraded, operations over WebSocket.
pub async fn get(
    State(server): State<Arc<Server>>,
    ClientAddress(address): ClientAddress,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Response {
    if wants_websocket(&headers) {
        return match upgrade {
            Ok(upgrade) => websocket::upgrade(&server, &headers, address, upgrade),
            Err(_) => no_handshake().answer(&headers),
        };
    }
    let body = from_query(query.as_deref().unwrap_or_default());
    if matches!(body, Ok(None)) && server.graphiql && prefers_html(&headers) {
        return explorer::page();
    }
    let read = || {
        let refuse = |message| Refusal::new(StatusCode::BAD_REQUEST, message);
        let kind = acceptable(&headers)?;
        let body = body.map_err(refuse)?;
        Ok((kind, body.ok_or_else(|| refuse("give the document as the parameter `query`".to_owned()))?))
    };
    match read() {
        Ok((kind, body)) => run(&server, &headers, address, kind, body, Transport::Get).await,
        Err(refusal) => Refusal::answer(refusal, &headers),
    }
}

/// Whether the client asks for a WebSocket. Offers of other protocols are passed over (RFC 9110, section 7.8), such as that of HTTP/2 which some
/// clients make with every request.
fn wants_websocket(headers: &HeaderMap) -> bool {
    let offers = headers.get_all(header::UPGRADE).iter().filter_map(|offers| offers.to_str().ok());
    offers.flat_map(|offers| offers.split(',')).any(|offer| offer.trim().eq_ignore_ascii_case("websocket"))
}

/// `OPTIONS /graphql`, where it asks for nothing else.
pub async fn options() -> Response {
    (StatusCode::NO_CONTENT, [(header::ALLOW, "GET, HEAD, POST, OPTIONS")]).into_response()
}

/// The media type of the answer. Asked before anything runs: a mutation whose answer nobody takes must not run.
fn acceptable(headers: &HeaderMap) -> Result<MediaType, Refusal> {
    let message = "accept `application/graphql-response+json` or `application/json`: answers come as nothing else";
    media_type(headers).ok_or_else(|| Refusal::new(StatusCode::NOT_ACCEPTABLE, message))
}

/// Only JSON in UTF-8, as it is. Browsers ask before they send JSON elsewhere, which they do not for forms: pages of others cannot write.
fn check_content(headers: &HeaderMap) -> Result<(), Refusal> {
    if headers.get(header::CONTENT_ENCODING).is_some_and(|encoding| encoding != "identity") {
        let message = "send the body as it is: compressed ones are not read";
        let refusal = Refusal::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, message);
        return Err(refusal.with_header(header::ACCEPT_ENCODING, "identity"));
    }
    let mut kinds = headers.get_all(header::CONTENT_TYPE).iter();
    let kind = kinds.next().filter(|_| kinds.next().is_none()).and_then(|kind| kind.to_str().ok());
    if kind.is_some_and(is_json) {
        return Ok(());
    }
    let message = "send the request as `Content-Type: application/json`, in UTF-8";
    Err(Refusal::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, message))
}

fn is_json(content_type: &str) -> bool {
    let mut parts = content_type.split(';').map(str::trim);
    let is_json = parts.next().is_some_and(|kind| kind.eq_ignore_ascii_case("application/json"));
    let mut charsets = parts
        .filter_map(|parameter| parameter.split_once('='))
        .filter(|(name, _)| name.eq_ignore_ascii_case("charset"));
    is_json && charsets.all(|(_, charset)| is_utf8(charset))
}

/// The whole body, if it is short enough and comes soon enough.
async fn read_body(server: &Server, body: HttpBody) -> Result<Vec<u8>, Refusal> {
    let too_long = || {
        let message = format!("the body is longer than {} bytes: send less", server.max_body_bytes);
        Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, message)
    };
    if body.size_hint().lower() > server.max_body_bytes as u64 {
        return Err(too_long());
    }
    let whole = collect(body, server.max_body_bytes);
    match tokio::time::timeout(server.body_timeout, whole).await {
        Ok(Ok(Some(body))) => Ok(body),
        Ok(Ok(None)) => Err(too_long()),
        Ok(Err(_)) => Err(Refusal::new(StatusCode::BAD_REQUEST, "the body breaks off, or its chunks are none")),
        Err(_) => {
            let message = format!("the body did not come within {} seconds", server.body_timeout.as_secs());
            Err(Refusal::new(StatusCode::REQUEST_TIMEOUT, message).with_header(header::CONNECTION, "close"))
        }
    }
}

/// The bytes of a body; `None` where there are more than `most`. Copied together, because each chunk that is kept takes more room than a byte or two.
async fn collect(mut body: HttpBody, most: usize) -> Result<Option<Vec<u8>>, axum::Error> {
    let mut whole = Vec::new();
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame?.into_data() else { continue };
        if whole.len() + data.len() > most {
            return Ok(None);
        }
        whole.extend_from_slice(&data);
    }
    Ok(Some(whole))
}

fn no_handshake() -> Refusal {
    let message = "this is no handshake of WebSocket 13: leave `Upgrade` out, or connect by WebSocket (RFC 6455)";
    Refusal::new(StatusCode::BAD_REQUEST, message).with_header(header::SEC_WEBSOCKET_VERSION, "13")
}

async fn run(
    server: &Arc<Server>,
    headers: &HeaderMap,
    address: Option<IpAddr>,
    kind: MediaType,
    body: Body,
    transport: Transport,
) -> Response {
    let run = Run::begin(server, request_id(headers), transport);
    let work = async {
        let caller = caller(server, &run.store, headers).await?;
        let login = caller.as_ref().map(|caller| caller.viewer.login().to_owned());
        let outcome = match admit(server, caller.as_ref(), body, transport) {
            Ok(operation) => operation.run(server, run.store.clone(), caller, address).await,
            Err(refused) => *refused,
        };
        Ok((login, outcome))
    };
    // Boxed, because it is large and handed from one to the other.
    let (outcome, login) = match tokio::time::timeout(server.timeout, Box::pin(work)).await {
        Err(_) => (refused(&Error::Timeout), None),
        Ok(Err(error)) => (refused(&error), None),
        Ok(Ok((login, outcome))) => (outcome, login),
    };
    answer(kind, &run.finish(server, login.as_deref(), outcome))
}

/// Who the request is from; `None` without a token.
pub(super) async fn caller(server: &Server, store: &Store, headers: &HeaderMap) -> Result<Option<Caller>> {
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
