//! One operation of a socket. Queries and mutations run as over HTTP. A subscription is run once to see what it watches, and then anew for every
//! event that it could be about, with the rights of that moment.

use std::sync::Arc;
use std::time::{Duration, Instant};

use async_graphql::{Response, ServerError, Value};
use axum::http::StatusCode;
use tokio::sync::broadcast::error::RecvError;

use crate::domain::caller::Caller;
use crate::error::Error;
use crate::feed::Subscription;
use crate::feed::event::Event;
use crate::feed::watch::{Subject, Watch};
use crate::graphql::context::{Occasion, Watches};
use crate::graphql::error::complete;
use crate::http::gate::{Body, Operation, Outcome, Transport, admit};
use crate::http::request_log;
use crate::http::run::{Run, refused};
use crate::http::server::Server;
use crate::store::Store;

use super::connection::{Connection, Ended};
use super::message::End;

/// How long events that come together are told to the viewer whom the token stood for at the first of them.
const BELIEVED_FOR: Duration = Duration::from_millis(500);
/// What a subscriber is told who was dropped.
const TOO_SLOW: &str =
    "too many events wait to be read: subscribe again with `since` from the last event, and nothing is lost";

/// How an operation ends: with errors for the client, or with the socket.
enum Stop {
    Failed(Vec<ServerError>),
    Ended,
}

impl From<Ended> for Stop {
    fn from(_: Ended) -> Self {
        Self::Ended
    }
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        let mut response = refused(&error).response;
        complete(&mut response, "");
        Self::Failed(response.errors)
    }
}

/// Runs an operation that the client calls `id`, to its end.
pub async fn run(connection: &Connection, id: &str, number: u64, body: Body) {
    let stopped = match answer(connection, id, body).await {
        Ok(()) => Stop::Failed(Vec::new()),
        Err(stop) => stop,
    };
    if let Stop::Failed(errors) = stopped {
        drop(connection.send_end((id, number), &errors).await);
    }
}

async fn answer(connection: &Connection, id: &str, body: Body) -> Result<(), Stop> {
    let server = &connection.server;
    let request_id = uuid::Uuid::now_v7().to_string();
    let run = Run::begin(server, request_id.clone());
    let begin = begin(connection, &run.store, body);
    let (login, begun) = match tokio::time::timeout(server.timeout, begin).await.unwrap_or(Err(Error::Timeout)) {
        Ok(begun) => begun,
        Err(Error::Unauthenticated) => return Err(connection.forbid()),
        Err(error) => (None, Begun::Refused(refused(&error))),
    };
    let finish = |outcome| run.finish(server, login.as_deref(), outcome);
    match begun {
        Begun::Refused(outcome) => Err(Stop::Failed(finish(outcome).response.errors)),
        Begun::Done(outcome) => Ok(connection.send_next(id, &finish(outcome).response).await?),
        Begun::Watching { operation, watch } => {
            finish(Outcome { status: StatusCode::OK, response: Response::default(), operation: operation.label() });
            Follow { connection, id, operation, subject: watch.subject, request_id }.run(watch.since).await
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
    let outcome = operation.run(server, store.clone(), caller).await;
    Ok((login, if outcome.is_refusal() { Begun::Refused(outcome) } else { Begun::Done(outcome) }))
}

async fn begin_watching(server: &Server, store: &Store, caller: Option<Caller>, operation: Operation) -> Begun {
    let watches = Watches::default();
    let occasion = Occasion::Beginning(Arc::clone(&watches));
    let response = operation.occur(server, store.clone(), caller, occasion).await.unwrap_or_default();
    let watch = watches.lock().expect("no panic while noting").pop();
    match watch {
        Some(watch) if response.errors.is_empty() => Begun::Watching { operation, watch },
        _ => Begun::Refused(Outcome { status: StatusCode::OK, response, operation: operation.label() }),
    }
}

impl Connection {
    fn forbid(&self) -> Stop {
        self.end(End::FORBIDDEN);
        Stop::Ended
    }
}

/// A subscription that is being told of events.
struct Follow<'a> {
    connection: &'a Connection,
    id: &'a str,
    operation: Operation,
    subject: Subject,
    request_id: String,
}

impl Follow<'_> {
    /// Tells what happened since a position, then what happens, until something ends it. Listening begins before the past is read, so that there
    /// is no hole between them.
    async fn run(&self, since: Option<i64>) -> Result<(), Stop> {
        let feed = &self.connection.server.feed;
        let Subscription { mut batches, heads } = feed.subscribe().await?;
        let mut since = since;
        while let Some(position) = since {
            let past = feed.past(self.subject.log(), position, heads).await?;
            self.tell(&past.events).await?;
            since = past.next;
        }
        loop {
            match batches.recv().await {
                Ok(batch) => self.tell(&batch).await?,
                Err(RecvError::Lagged(_)) => return Err(Error::LimitExceeded(TOO_SLOW.into()).into()),
                Err(RecvError::Closed) => return Err(Error::internal("the follower has stopped").into()),
            }
        }
    }

    async fn tell(&self, events: &[Event]) -> Result<(), Stop> {
        let store = self.store();
        let mut known: Option<(Instant, Option<Caller>)> = None;
        for event in events.iter().filter(|event| self.subject.concerns(event, &store)) {
            let caller = match known.take().filter(|(since, _)| since.elapsed() < BELIEVED_FOR) {
                Some(known) => known,
                None => (Instant::now(), self.caller(&store).await?),
            };
            self.tell_one(event, caller.1.clone()).await?;
            known = Some(caller);
        }
        Ok(())
    }

    async fn caller(&self, store: &Store) -> Result<Option<Caller>, Stop> {
        match self.connection.caller(store).await {
            Err(Error::Unauthenticated) => Err(self.connection.forbid()),
            found => Ok(found?),
        }
    }

    async fn tell_one(&self, event: &Event, caller: Option<Caller>) -> Result<(), Stop> {
        let server = &self.connection.server;
        let occur = self.operation.occur(server, self.store(), caller, Occasion::Event(event.clone()));
        let response = tokio::time::timeout(server.timeout, occur).await.map_err(|_| Error::Timeout)?;
        let Some(mut response) = response else { return Ok(()) };
        complete(&mut response, &self.request_id);
        request_log::causes(&response.errors);
        if response.data == Value::Null {
            // Going on would lose the event. The client has the cursor of the one before.
            return Err(Stop::Failed(response.errors));
        }
        Ok(self.connection.send_next(self.id, &response).await?)
    }

    fn store(&self) -> Store {
        Store::new(Arc::clone(&self.connection.server.database), Arc::default()).for_request(&self.request_id)
    }
}
