//! What stands before the schema, however a request comes: which document it asks for, which operations are let through, what they cost, and
//! the form of the operation that is then run. No transport hands a document of a client to the schema by another way.

use std::net::IpAddr;
use std::sync::Arc;

use async_graphql::parser::types::{ExecutableDocument, OperationType};
use async_graphql::{Request, Response as GraphqlResponse, ServerError, Value, Variables, value};
use axum::http::StatusCode;
use serde::Deserialize;
use tracing::Instrument;

use crate::document::{Document, Refusal};
use crate::domain::caller::Caller;
use crate::graphql::context::{Occasion, RequestContext};
use crate::graphql::document::refused;
use crate::graphql::error::{Code, error, refusal};
use crate::loader::Batches;
use crate::store::Store;
use crate::telemetry::trace;

use super::documents::{Asked, PersistedQuery};
use super::server::Server;

/// The most that a subscription may cost: it is run for every event, as often as there are subscribers.
const MOST_FOR_EVENT: usize = 1_000;

/// A request as clients send it.
#[derive(Default, Deserialize)]
pub struct Body {
    /// The document; `None` where it is named otherwise, or was forgotten.
    pub query: Option<String>,
    /// Which of its operations to run; `None` where it has one.
    #[serde(rename = "operationName")]
    pub operation_name: Option<String>,
    /// The variables; `None` where there are none.
    pub variables: Option<Variables>,
    /// The id of the document; `None` where its text or its hash is given.
    #[serde(rename = "documentId")]
    pub document_id: Option<String>,
    /// What is asked beside; `None` for nothing.
    pub extensions: Option<RequestExtensions>,
}

/// What a request may ask beside; anything else there is not for us.
#[derive(Default, Deserialize)]
pub struct RequestExtensions {
    /// The hash of the document; `None` where it is not named so.
    #[serde(rename = "persistedQuery")]
    pub persisted_query: Option<PersistedQuery>,
    /// Whether the answer shall tell what it cost.
    #[serde(default)]
    pub cost: bool,
}

impl Body {
    fn asked(&self) -> Asked<'_> {
        Asked {
            text: self.query.as_deref(),
            id: self.document_id.as_deref(),
            persisted: self.extensions.as_ref().and_then(|extensions| extensions.persisted_query.as_ref()),
        }
    }

    fn asks_for_cost(&self) -> bool {
        self.extensions.as_ref().is_some_and(|extensions| extensions.cost)
    }
}

/// How a request comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transport {
    /// `GET`: queries only.
    Get,
    /// `POST`: queries and mutations.
    Post,
    /// A message over WebSocket: subscriptions too.
    WebSocket,
}

impl Transport {
    /// What figures call it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Get => "get",
            Self::Post => "post",
            Self::WebSocket => "websocket",
        }
    }
}

/// An answer, and what the log calls the operation.
pub struct Outcome {
    /// The status, for transports that have one.
    pub status: StatusCode,
    /// The answer.
    pub response: GraphqlResponse,
    /// The operation's name; `None` where it has none.
    pub operation: Option<String>,
    /// The operation's kind; `None` where none was found.
    pub kind: Option<OperationType>,
}

impl Outcome {
    /// An answer without an operation.
    pub fn without_operation(status: StatusCode, response: GraphqlResponse) -> Self {
        Self { status, response, operation: None, kind: None }
    }

    fn refusal(code: Code, message: impl Into<String>) -> Self {
        Self::without_operation(StatusCode::BAD_REQUEST, refusal(code, message))
    }

    fn refusals(errors: Vec<ServerError>) -> Box<Self> {
        let is_about = |code: Code| {
            let given = errors.first().and_then(|error| error.extensions.as_ref()?.get("code"));
            given == Some(&Value::from(code.as_str()))
        };
        let status = match () {
            // Clients who name a document by its hash send the text when they read that, and read it as an answer.
            () if is_about(Code::PersistedQueryNotFound) || is_about(Code::PersistedQueryNotSupported) => {
                StatusCode::OK
            }
            () if is_about(Code::Forbidden) => StatusCode::FORBIDDEN,
            () => StatusCode::BAD_REQUEST,
        };
        Box::new(Self::without_operation(status, GraphqlResponse::from_errors(errors)))
    }

    fn with_status(self, status: StatusCode) -> Self {
        Self { status, ..self }
    }

    /// Whether nothing has run: the document was refused.
    pub fn is_refusal(&self) -> bool {
        // The library gives an error that belongs to no field no path.
        let errors = &self.response.errors;
        !errors.is_empty() && errors.iter().all(|error| error.path.is_empty())
    }
}

impl From<Refusal> for Box<Outcome> {
    fn from(refusal: Refusal) -> Self {
        Outcome::refusals(vec![refused(refusal)])
    }
}

/// An operation that may run.
pub struct Operation {
    document: ExecutableDocument,
    variables: Variables,
    name: Option<String>,
    kind: OperationType,
    /// What the answer tells of the cost; `None` where nobody asked.
    cost: Option<Value>,
}

/// Lets an operation through, or says why not.
pub fn admit(
    server: &Server,
    caller: Option<&Caller>,
    body: Body,
    transport: Transport,
) -> Result<Operation, Box<Outcome>> {
    let document = server.documents.find(body.asked()).map_err(Outcome::refusals)?;
    let asks_for_cost = body.asks_for_cost();
    let Body { operation_name, variables, .. } = body;
    let (name, kind) = document.operation(operation_name.as_deref())?;
    check(kind, caller, transport)?;
    let mut variables = variables.unwrap_or_default();
    let reader = &server.documents.reader;
    let form = document.bind(name.map(|name| name.as_str()), &mut variables, &reader.limits, reader.types())?;
    let find = || reader.checker.cost(form.clone(), variables.clone());
    let cost = document.costs().of(&form, &variables, find).map_err(Outcome::refusals)?;
    let most = if kind == OperationType::Subscription { MOST_FOR_EVENT } else { usize::MAX };
    check_cost(cost, most.min(server.max_complexity))?;
    let told = asks_for_cost.then(|| told_cost(server, &document, cost));
    Ok(Operation { document: form, variables, name: name.map(ToString::to_string), kind, cost: told })
}

fn check_cost(cost: usize, most: usize) -> Result<(), Box<Outcome>> {
    if cost <= most {
        return Ok(());
    }
    let message = format!("the document costs {cost}, more than {most}: ask for fewer fields, or for smaller pages");
    Err(Outcome::refusals(vec![error(Code::LimitExceeded, message)]))
}

/// What the answer tells: `extensions.cost`.
fn told_cost(server: &Server, document: &Document, cost: usize) -> Value {
    let (measure, limits) = (document.measure(), &server.documents.reader.limits);
    value!({
        "cost": cost,
        "depth": measure.depth,
        "fields": measure.fields,
        "limits": { "cost": server.max_complexity, "depth": limits.max_depth, "fields": limits.max_fields },
    })
}

/// Which operations may come how and from whom. Here and not in the resolvers, so that no mutation can be forgotten.
fn check(kind: OperationType, caller: Option<&Caller>, transport: Transport) -> Result<(), Box<Outcome>> {
    let refuse = |code, message: &str, status| Err(Box::new(Outcome::refusal(code, message).with_status(status)));
    match (kind, transport) {
        (OperationType::Mutation | OperationType::Subscription, Transport::Get) => refuse(
            Code::BadUserInput,
            "GET answers queries only: send mutations by POST",
            StatusCode::METHOD_NOT_ALLOWED,
        ),
        (OperationType::Subscription, Transport::Post) => refuse(
            Code::BadUserInput,
            "subscriptions come over WebSocket: connect to this address with the sub-protocol `graphql-transport-ws`",
            StatusCode::BAD_REQUEST,
        ),
        (OperationType::Mutation, _) if caller.is_some_and(Caller::is_read_only) => refuse(
            Code::Forbidden,
            "this API token is read-only and runs no mutations: use one that was made with `isReadOnly: false`",
            StatusCode::FORBIDDEN,
        ),
        _ => Ok(()),
    }
}

impl Operation {
    /// A query of our own, which no limit is for.
    pub fn of_ours(name: &str, document: ExecutableDocument, variables: Variables) -> Self {
        Self { document, variables, name: Some(name.to_owned()), kind: OperationType::Query, cost: None }
    }

    /// Whether it is a subscription.
    pub fn is_subscription(&self) -> bool {
        self.kind == OperationType::Subscription
    }

    /// An answer to it.
    pub fn answered(&self, response: GraphqlResponse) -> Outcome {
        Outcome { status: StatusCode::OK, response, operation: self.name.clone(), kind: Some(self.kind) }
    }

    /// Runs a query or mutation that comes from this address; `None` where that is not known.
    pub async fn run(self, server: &Server, store: Store, caller: Option<Caller>, address: Option<IpAddr>) -> Outcome {
        let Self { document, variables, name, kind, cost } = self;
        let (batches, context) = context(server, store, caller);
        let request = request(document, variables, context.coming_from(address));
        let span = trace::operation(kind_name(Some(kind)), name.as_deref());
        let response = batches.run(Box::pin(server.schema.execute(request))).instrument(span.clone()).await;
        if let Some(code) = response.errors.first().and_then(Code::of) {
            trace::failed(&span, code.as_str());
        }
        let response = with_cost(response, cost);
        let outcome = Outcome { status: StatusCode::OK, response, operation: name, kind: Some(kind) };
        if outcome.is_refusal() { outcome.with_status(StatusCode::BAD_REQUEST) } else { outcome }
    }

    /// Runs a subscription for one occasion; `None` where it has nothing to say.
    pub async fn occur(
        &self,
        server: &Server,
        store: Store,
        caller: Option<Caller>,
        occasion: Occasion,
    ) -> Option<GraphqlResponse> {
        let (batches, context) = context(server, store, caller);
        let request = request(self.document.clone(), self.variables.clone(), context.on(occasion));
        let mut stream = server.schema.execute_stream(request);
        let response = batches.run(futures_util::StreamExt::next(&mut stream)).await?;
        Some(with_cost(response, self.cost.clone()))
    }
}

/// What figures and traces call a kind of operation; `None` where none was found.
pub fn kind_name(kind: Option<OperationType>) -> &'static str {
    match kind {
        Some(OperationType::Query) => "query",
        Some(OperationType::Mutation) => "mutation",
        Some(OperationType::Subscription) => "subscription",
        None => "unknown",
    }
}

/// The request for the library. The text is not needed: the document is parsed, and has the one operation.
fn request(document: ExecutableDocument, variables: Variables, context: RequestContext) -> Request {
    let mut request = Request::new("").variables(variables).data(context);
    request.set_parsed_query(document);
    request
}

fn with_cost(response: GraphqlResponse, cost: Option<Value>) -> GraphqlResponse {
    match cost {
        Some(cost) => response.extension("cost", cost),
        None => response,
    }
}

fn context(server: &Server, store: Store, caller: Option<Caller>) -> (Batches, RequestContext) {
    let batches = Batches::default();
    let context = RequestContext::new(store, Arc::clone(&server.api.sources), caller, batches.clone());
    (batches, context)
}
