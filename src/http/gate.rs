//! What stands before the schema, however a request comes: limits on the document, which operations are let through, and the parsed document
//! that is then run. No transport hands anything to the schema by another way.

use std::sync::Arc;

use async_graphql::parser::types::{DocumentOperations, ExecutableDocument, OperationType};
use async_graphql::{Request, Response as GraphqlResponse, Variables};
use axum::http::StatusCode;
use serde::Deserialize;

use crate::domain::caller::Caller;
use crate::graphql::context::{Occasion, RequestContext};
use crate::graphql::error::{Code, refusal};
use crate::graphql::expansion::expanded_selections;
use crate::graphql::nesting::nesting;
use crate::graphql::single::join_root_field;
use crate::loader::Batches;
use crate::store::Store;

use super::server::Server;

/// The deepest nesting of brackets in a document. What the parser accepts within it, `limits.max_depth` narrows further.
const MAX_NESTING: usize = 100;
/// The longest document, in bytes; variables are not part of it.
const MAX_DOCUMENT: usize = 64 * 1024;
/// The most selections of a document with its fragments written out.
const MAX_SELECTIONS: usize = 5_000;

/// A request as clients send it.
#[derive(Deserialize)]
pub struct Body {
    /// The document; `None` where it was forgotten.
    pub query: Option<String>,
    /// Which of its operations to run; `None` where it has one.
    #[serde(rename = "operationName")]
    pub operation_name: Option<String>,
    /// The variables; `None` where there are none.
    pub variables: Option<Variables>,
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

/// An answer, and what the log calls the operation.
pub struct Outcome {
    /// The status, for transports that have one.
    pub status: StatusCode,
    /// The answer.
    pub response: GraphqlResponse,
    /// The operation's name; `None` where it has none.
    pub operation: Option<String>,
}

impl Outcome {
    fn refusal(code: Code, message: impl Into<String>) -> Self {
        Self { status: StatusCode::BAD_REQUEST, response: refusal(code, message), operation: None }
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

/// An operation that may run.
pub struct Operation {
    document: Arc<ExecutableDocument>,
    variables: Variables,
    name: Option<String>,
    kind: Option<OperationType>,
}

/// Lets an operation through, or says why not.
pub fn admit(
    server: &Server,
    caller: Option<&Caller>,
    body: Body,
    transport: Transport,
) -> Result<Operation, Box<Outcome>> {
    let document = parse(server, body.query)?;
    let Body { operation_name: name, variables, .. } = body;
    let kind = kind(&document, name.as_deref());
    check(kind, caller, transport)?;
    let document =
        if kind == Some(OperationType::Subscription) { single(&document, name.as_deref())? } else { document };
    Ok(Operation { document, variables: variables.unwrap_or_default(), name, kind })
}

fn parse(server: &Server, text: Option<String>) -> Result<Arc<ExecutableDocument>, Box<Outcome>> {
    let refuse = |code, message: String| Box::new(Outcome::refusal(code, message));
    let text =
        text.ok_or_else(|| refuse(Code::BadUserInput, "`query` is missing: give the document there".to_owned()))?;
    if text.len() > MAX_DOCUMENT {
        let message =
            format!("the document has more than {MAX_DOCUMENT} bytes: give values as `variables`, or ask in parts");
        return Err(refuse(Code::LimitExceeded, message));
    }
    if nesting(&text) > MAX_NESTING {
        let message = format!("the document nests more than {MAX_NESTING} brackets: ask for less at a time");
        return Err(refuse(Code::LimitExceeded, message));
    }
    let document = server.documents.parse(&text).map_err(|error| {
        let mut outcome = refuse(Code::ParseFailed, error.to_string());
        outcome.response.errors[0].locations = error.positions().collect();
        outcome
    })?;
    if expanded_selections(&document) > MAX_SELECTIONS {
        let message =
            format!("the document asks for more than {MAX_SELECTIONS} fields with its fragments: ask in parts");
        return Err(refuse(Code::LimitExceeded, message));
    }
    Ok(document)
}

/// Which operations may come how and from whom. Here and not in the resolvers, so that no mutation can be forgotten.
fn check(kind: Option<OperationType>, caller: Option<&Caller>, transport: Transport) -> Result<(), Box<Outcome>> {
    let refuse = |code, message: &str, status| Err(Box::new(Outcome::refusal(code, message).with_status(status)));
    match (kind, transport) {
        (Some(OperationType::Mutation | OperationType::Subscription), Transport::Get) => refuse(
            Code::BadUserInput,
            "GET answers queries only: send mutations by POST",
            StatusCode::METHOD_NOT_ALLOWED,
        ),
        (Some(OperationType::Subscription), Transport::Post) => refuse(
            Code::BadUserInput,
            "subscriptions come over WebSocket: connect to this address with the sub-protocol `graphql-transport-ws`",
            StatusCode::BAD_REQUEST,
        ),
        (Some(OperationType::Mutation), _) if caller.is_some_and(Caller::is_read_only) => refuse(
            Code::Forbidden,
            "this API token is read-only and runs no mutations: use one that was made with `isReadOnly: false`",
            StatusCode::FORBIDDEN,
        ),
        _ => Ok(()),
    }
}

fn single(document: &ExecutableDocument, name: Option<&str>) -> Result<Arc<ExecutableDocument>, Box<Outcome>> {
    let mut document = document.clone();
    if join_root_field(&mut document, name) {
        return Ok(Arc::new(document));
    }
    let message = "a subscription has exactly one field: subscribe to each by an operation of its own";
    Err(Box::new(Outcome::refusal(Code::ValidationFailed, message)))
}

impl Operation {
    /// Whether it is a subscription.
    pub fn is_subscription(&self) -> bool {
        self.kind == Some(OperationType::Subscription)
    }

    /// What the log calls it; `None` where it has no name.
    pub fn label(&self) -> Option<String> {
        self.name.clone().or_else(|| only_name(&self.document))
    }

    fn request(&self, context: RequestContext) -> Request {
        // The text is not needed: the document is parsed.
        let mut request = Request::new("").variables(self.variables.clone()).data(context);
        if let Some(name) = &self.name {
            request = request.operation_name(name);
        }
        request.set_parsed_query(ExecutableDocument::clone(&self.document));
        request
    }

    /// Runs a query or mutation.
    pub async fn run(&self, server: &Server, store: Store, caller: Option<Caller>) -> Outcome {
        let (batches, context) = context(server, store, caller);
        let response = batches.run(server.schema.execute(self.request(context))).await;
        let outcome = Outcome { status: StatusCode::OK, response, operation: self.label() };
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
        let mut stream = server.schema.execute_stream(self.request(context.on(occasion)));
        batches.run(futures_util::StreamExt::next(&mut stream)).await
    }
}

fn context(server: &Server, store: Store, caller: Option<Caller>) -> (Batches, RequestContext) {
    let batches = Batches::default();
    let source = server.api.sources.first().expect("there is always one data source");
    let context = RequestContext::new(store, source, caller, batches.clone());
    (batches, context)
}

/// The name of the operation where the document has just one.
fn only_name(document: &ExecutableDocument) -> Option<String> {
    let DocumentOperations::Multiple(operations) = &document.operations else { return None };
    let mut names = operations.keys();
    names.next().filter(|_| operations.len() == 1).map(ToString::to_string)
}

/// The kind of the operation that is meant; `None` where the name is of none.
fn kind(document: &ExecutableDocument, name: Option<&str>) -> Option<OperationType> {
    let operation = match (&document.operations, name) {
        (DocumentOperations::Single(operation), _) => Some(operation),
        (DocumentOperations::Multiple(operations), Some(name)) => operations.get(name),
        (DocumentOperations::Multiple(operations), None) if operations.len() == 1 => operations.values().next(),
        (DocumentOperations::Multiple(operations), None) => {
            // None of them runs, so it is enough that one of them is more than a query.
            let are_queries = operations.values().all(|operation| operation.node.ty == OperationType::Query);
            return Some(if are_queries { OperationType::Query } else { OperationType::Mutation });
        }
    };
    operation.map(|operation| operation.node.ty)
}
