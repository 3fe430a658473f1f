//! One operation of a socket. Queries and mutations run as over HTTP. A subscription is run once to see what it watches; `follow` goes on from
//! there.

use std::sync::Arc;

use async_graphql::{Response, ServerError};

use crate::domain::caller::Caller;
use crate::error::Error;
use crate::feed::watch::Watch;
use crate::graphql::context::{Occasion, Watches};
use crate::graphql::error::complete;
use crate::http::gate::{Body, Operation, Outcome, Transport, admit};
use crate::http::request_log;
use crate::http::run::{Run, refused};
use crate::http::server::Server;
use crate::store::Store;

use super::answers::{Question, json};
use super::connection::{Connection, Ended, Name};
use super::end::End;
use super::follow::Follow;

/// How an operation ends: with errors for the client, with a fault that is not in the log yet, or with the socket.
pub(super) enum Stop {
    Failed(Vec<ServerError>),
    Fault(Error),
    Ended,
}

impl From<Ended> for Stop {
    fn from(_: Ended) -> Self {
        Self::Ended
    }
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Fault(error)
    }
}

/// Runs an operation to its end.
pub async fn run(connection: &Connection, name: &Arc<Name>, body: Body) {
    let request_id = uuid::Uuid::now_v7().to_string();
    let errors = match answer(connection, name, body, &request_id).await {
        Ok(()) => Vec::new(),
        Err(Stop::Failed(errors)) => errors,
        Err(Stop::Fault(error)) => {
            let mut response = refused(&error).response;
            complete(&mut response, &request_id);
            request_log::causes(&request_id, &response.errors);
            response.errors
        }
        Err(Stop::Ended) => return,
    };
    drop(connection.send_end(name, &errors).await);
}

async fn answer(connection: &Connection, name: &Arc<Name>, body: Body, request_id: &str) -> Result<(), Stop> {
    let server = &connection.server;
    let run = Run::begin(server, request_id.to_owned(), Transport::WebSocket);
    let question = Question::of(&body);
    // In a box, because a subscription that waits would need the room too.
    let begin = Box::pin(begin(connection, &run.store, body));
    let (login, begun) = match tokio::time::timeout(server.timeout, begin).await.unwrap_or(Err(Error::Timeout)) {
        Ok(begun) => begun,
        Err(Error::Unauthenticated) => return Err(connection.forbid()),
        Err(error) => (None, Begun::Refused(refused(&error))),
    };
    let finish = |outcome| run.finish(server, login.as_deref(), outcome);
    match begun {
        Begun::Refused(outcome) => Err(Stop::Failed(finish(outcome).response.errors)),
        Begun::Done(outcome) => Ok(connection.send_next(name, &json(&finish(outcome).response)?).await?),
        Begun::Watching { operation, watch } => {
            finish(operation.answered(Response::default()));
            name.follow();
            Follow { connection, name, operation, question, subject: watch.subject, request_id }.run(watch.since).await
        }
    }
}

/// What came of the beginning of an operation.
enum Begun {
    /// Nothing has run.
    Refused(Outcome),
    /// It has run.
    Done(Outcome),
    /// It is a subscription of this.
    Watching { operation: Operation, watch: Watch },
}

async fn begin(connection: &Connection, store: &Store, body: Body) -> Result<(Option<String>, Begun), Error> {
    let server = &connection.server;
    let caller = connection.caller(store).await?;
    let login = caller.as_ref().map(|caller| caller.viewer.login().to_owned());
    let operation = match admit(server, caller.as_ref(), body, Transport::WebSocket) {
        Ok(operation) => operation,
        Err(refused) => return Ok((login, Begun::Refused(*refused))),
    };
    if operation.is_subscription() {
        return Ok((login, begin_watching(server, store, caller, operation).await));
    }
    let outcome = operation.run(server, store.clone(), caller, connection.address).await;
    Ok((login, if outcome.is_refusal() { Begun::Refused(outcome) } else { Begun::Done(outcome) }))
}

async fn begin_watching(server: &Server, store: &Store, caller: Option<Caller>, operation: Operation) -> Begun {
    let watches = Watches::default();
    let occasion = Occasion::Beginning(Arc::clone(&watches));
    let response = operation.occur(server, store.clone(), caller, occasion).await.unwrap_or_default();
    let watch = watches.lock().expect("no panic while noting").pop();
    match watch {
        Some(watch) if response.errors.is_empty() => Begun::Watching { operation, watch },
        _ => Begun::Refused(operation.answered(response)),
    }
}

impl Connection {
    pub(super) fn forbid(&self) -> Stop {
        self.end(End::FORBIDDEN);
        Stop::Ended
    }
}
