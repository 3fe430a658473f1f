//! `GET /export/...`: whole lists as NDJSON or CSV, for reports. Each page is a query like any other, with the rights of that moment, so that an export has what its
//! viewer could page through, and takes no more memory than a page.

mod format;
mod kind;
mod place;

use std::sync::Arc;

use async_graphql::{Response as GraphqlResponse, ServerError, Variables, value};
use axum::body::{Body, Bytes};
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures_util::stream::{self, StreamExt, TryStreamExt};
use serde::Deserialize;
use serde_json::Value;

use crate::domain::account::Account;
use crate::error::Error;
use crate::graphql::error::Code;

use self::format::Format;
use self::kind::{KINDS, Kind, Row};
use self::place::Place;
pub use self::place::Places;
use super::accept::MediaType;
use super::answer::{Refusal, answer};
use super::gate::{Operation, Outcome, Transport};
use super::graphql::caller;
use super::request_id::request_id;
use super::run::{Run, refused};
use super::server::Server;

/// What an address may say behind its `?`.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Parameters {
    /// Behind the row with this cursor.
    after: Option<String>,
}

/// An export as it goes on.
struct Export {
    server: Arc<Server>,
    headers: HeaderMap,
    kind: &'static Kind,
    format: Format,
    /// Behind this cursor; `None` for the beginning.
    after: Option<String>,
    /// Kept until it is at its end.
    _place: Place,
}

/// `GET /export/{list}.{form}`.
pub async fn get(
    State(server): State<Arc<Server>>,
    Path(file): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let Some((kind, format)) = asked(&file) else { return no_such_list().answer(&headers) };
    let parameters = serde_urlencoded::from_str(query.as_deref().unwrap_or_default());
    let Ok(Parameters { after }) = parameters else { return no_such_parameter().answer(&headers) };
    let head = if after.is_none() { format.head(kind) } else { Vec::new() };
    let account = match account(&server, &headers).await {
        Ok(account) => account,
        Err(outcome) => return answer(MediaType::GraphqlResponse, &outcome),
    };
    let Some(place) = server.exports.take(account) else { return too_many().answer(&headers) };
    let after = after.filter(|after| !after.is_empty());
    let export = Export { server, headers, kind, format, after, _place: place };
    // The first page is read before the answer begins, so that a refusal has its status.
    match export.page().await {
        Ok((first, next)) => streamed(kind, format, [head, first].concat(), next),
        Err(outcome) => answer(MediaType::GraphqlResponse, &outcome),
    }
}

fn asked(file: &str) -> Option<(&'static Kind, Format)> {
    let (name, ending) = file.split_once('.')?;
    Some((KINDS.iter().find(|kind| kind.name == name)?, Format::of(ending)?))
}

fn no_such_list() -> Refusal {
    let names = KINDS.iter().map(|kind| kind.name).collect::<Vec<_>>().join(", ");
    Refusal::new(
        StatusCode::NOT_FOUND,
        format!("there is no such export: take one of {names}, with `.ndjson` or `.csv`"),
    )
}

fn too_many() -> Refusal {
    let message = "too many exports go on at the moment, of this account or of all: wait until one is at its end";
    Refusal::new(StatusCode::TOO_MANY_REQUESTS, message).with_header(header::RETRY_AFTER, "60")
}

fn no_such_parameter() -> Refusal {
    Refusal::new(StatusCode::BAD_REQUEST, "an export knows the parameter `after` only, with the cursor of a row")
}

/// Whose export it is.
async fn account(server: &Server, headers: &HeaderMap) -> Result<Account, Box<Outcome>> {
    let run = Run::begin(server, request_id(headers), Transport::Get);
    match caller(server, &run.store, headers).await.and_then(|caller| caller.ok_or(Error::Unauthenticated)) {
        Ok(caller) => Ok(caller.viewer.account()),
        Err(error) => Err(Box::new(run.finish(server, None, refused(&error)))),
    }
}

/// The answer, which breaks off where a later page cannot be read: clients see that it is not whole.
fn streamed(kind: &Kind, format: Format, first: Vec<u8>, next: Option<Export>) -> Response {
    let rest = stream::try_unfold(next, async |next| match next {
        None => Ok(None),
        Some(export) => export.page().await.map(Some).map_err(|_| std::io::Error::other("a page could not be read")),
    });
    let pages = stream::once(async { Ok(first) }).chain(rest).map_ok(Bytes::from);
    let ending = if format == Format::Csv { "csv" } else { "ndjson" };
    let disposition = HeaderValue::from_str(&format!("attachment; filename=\"{}.{ending}\"", kind.name));
    let headers = [
        (header::CONTENT_TYPE, format.content_type()),
        (header::CONTENT_DISPOSITION, disposition.expect("names of lists are headers")),
    ];
    (headers, Body::from_stream(pages)).into_response()
}

impl Export {
    /// The next page, and what is left behind it.
    async fn page(self) -> Result<(Vec<u8>, Option<Self>), Box<Outcome>> {
        let (rows, next) = self.read().await?;
        let body = self.format.body(self.kind, rows);
        Ok((body, next.map(|after| Self { after: Some(after), ..self })))
    }

    /// The rows of the next page, and the cursor of its end if more is behind it.
    async fn read(&self) -> Result<(Vec<Row>, Option<String>), Box<Outcome>> {
        let run = Run::begin(&self.server, request_id(&self.headers), Transport::Get);
        let work = async {
            let caller = caller(&self.server, &run.store, &self.headers).await?.ok_or(Error::Unauthenticated)?;
            let login = caller.viewer.login().to_owned();
            let outcome = self.operation().run(&self.server, run.store.clone(), Some(caller), None).await;
            Ok((login, outcome))
        };
        let (mut outcome, login) = match tokio::time::timeout(self.server.timeout, Box::pin(work)).await {
            Err(_) => (refused(&Error::Timeout), None),
            Ok(Err(error)) => (refused(&error), None),
            Ok(Ok((login, outcome))) => (outcome, Some(login)),
        };
        if let Some(error) = outcome.response.errors.first() {
            outcome.status = status(Code::of(error), outcome.status);
            outcome.response = without_places(outcome.response.errors);
            return Err(Box::new(run.finish(&self.server, login.as_deref(), outcome)));
        }
        Ok(self.rows(run.finish(&self.server, login.as_deref(), outcome)))
    }

    fn operation(&self) -> Operation {
        let first = self.kind.page.min(self.server.api.limits.max_page_size);
        let variables = value!({ "first": first, "after": self.after.clone() });
        let document = self.kind.document.clone();
        Operation::of_ours(self.kind.operation, document, Variables::from_value(variables))
    }

    fn rows(&self, outcome: Outcome) -> (Vec<Row>, Option<String>) {
        let mut list = outcome.response.data.into_json().unwrap_or_default()["list"].take();
        let mut before = self.after.clone();
        let mut rows = Vec::new();
        for edge in list["edges"].as_array_mut().into_iter().flatten() {
            let cursor = edge["cursor"].as_str().unwrap_or_default().to_owned();
            rows.extend(self.kind.rows(edge["node"].take(), before.as_deref(), &cursor));
            before = Some(cursor);
        }
        let has_more = list["pageInfo"]["hasNextPage"] == Value::Bool(true);
        (rows, before.filter(|_| has_more))
    }
}

/// A refusal: where in our own document an error was, and what else was read, is not for clients.
fn without_places(errors: Vec<ServerError>) -> GraphqlResponse {
    let bare = |error| ServerError { path: Vec::new(), locations: Vec::new(), ..error };
    GraphqlResponse::from_errors(errors.into_iter().map(bare).collect())
}

/// The status of an error, which a query has in its answer only.
fn status(code: Option<Code>, otherwise: StatusCode) -> StatusCode {
    match code {
        Some(Code::Unauthenticated) => StatusCode::UNAUTHORIZED,
        Some(Code::Forbidden) => StatusCode::FORBIDDEN,
        Some(Code::BadUserInput | Code::LimitExceeded) => StatusCode::BAD_REQUEST,
        Some(Code::ServiceUnavailable) => StatusCode::SERVICE_UNAVAILABLE,
        Some(Code::InternalServerError) => StatusCode::INTERNAL_SERVER_ERROR,
        _ => otherwise,
    }
}
