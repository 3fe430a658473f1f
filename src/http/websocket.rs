//! GraphQL over WebSocket by the protocol `graphql-transport-ws`: who may open a socket, and its life from the first message to the last.

mod connection;
mod message;
mod operation;

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures_util::stream::SplitSink;
use futures_util::{FutureExt, SinkExt, Stream, StreamExt};
use serde_json::{Map, Value};
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until, timeout};

use crate::error::Error;
use crate::store::Store;

use super::gate::Body;
use super::graphql::bearer;
use super::request_log;
use super::run::refused;
use super::server::Server;
use connection::{Connection, MAX_OPERATIONS, MAX_WAITING};
use message::{ClientMessage, End, ServerMessage};

/// The one sub-protocol.
const PROTOCOL: &str = "graphql-transport-ws";
/// The longest message from a client, in bytes.
const MAX_MESSAGE: usize = 64 * 1024;
/// Size of the buffers of a socket, in bytes: small, because most sockets are idle.
const BUFFER: usize = 4096;
/// The longest name of an operation, in bytes.
const MAX_ID: usize = 256;
/// How long a client has for its first message.
const TIME_TO_BEGIN: Duration = Duration::from_secs(5);
/// How often a client is asked for a sign of life.
const PING: Duration = Duration::from_secs(25);
/// How long a client may give none.
const SILENCE: Duration = Duration::from_secs(60);
/// How long closing takes at most, in each direction.
const TIME_TO_CLOSE: Duration = Duration::from_secs(1);
/// The longest time that is waited for the end of a token, because clocks of timers have an end too.
const LONGEST_LIFE: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// Opens a socket, unless a page of somebody else asks for it.
pub fn upgrade(server: &Arc<Server>, headers: &HeaderMap, upgrade: WebSocketUpgrade) -> Response {
    if !is_allowed_origin(server, headers) {
        let message = "pages of this origin may not connect: add it to `http.allowed_origins`\n";
        return (StatusCode::FORBIDDEN, message).into_response();
    }
    let server = Arc::clone(server);
    upgrade
        .protocols([PROTOCOL])
        .max_message_size(MAX_MESSAGE)
        .max_frame_size(MAX_MESSAGE)
        .read_buffer_size(BUFFER)
        .write_buffer_size(BUFFER)
        .on_upgrade(|socket| live(server, socket))
}

/// Browsers say which page asks, and do not ask us before as they do for other requests. Programs say nothing.
fn is_allowed_origin(server: &Server, headers: &HeaderMap) -> bool {
    let Some(origin) = headers.get(header::ORIGIN) else { return true };
    let own = headers.get(header::HOST).map(header::HeaderValue::as_bytes);
    let host = origin.to_str().ok().and_then(|origin| origin.split_once("://")).map(|(_, host)| host.as_bytes());
    (host.is_some() && host == own) || server.allowed_origins.contains(origin)
}

/// The life of a socket.
async fn live(server: Arc<Server>, socket: WebSocket) {
    let started = Instant::now();
    let mut stopping = server.sockets.open();
    let speaks = socket.protocol().is_some_and(|protocol| protocol == PROTOCOL);
    let (mut sink, mut stream) = socket.split();
    if !speaks {
        return close(&mut sink, &mut stream, End::NO_PROTOCOL).await;
    }
    let (out, waiting) = mpsc::channel(MAX_WAITING);
    let (end, mut ends) = mpsc::channel(1);
    let connection = Arc::new(Connection::new(server, out, end));
    let end = tokio::select! {
        end = listen(&connection, &mut stream) => end,
        () = write(&mut sink, waiting) => End::GONE,
        Some(end) = ends.recv() => end,
        _ = stopping.wait_for(|is_stopping| *is_stopping) => End::STOPPING,
    };
    let code = end.0.map(|(code, _)| code);
    request_log::write_socket(connection.login(), connection.tally(), code, started.elapsed());
    close(&mut sink, &mut stream, end).await;
}

/// Tells the client why, and gives it time to read that.
async fn close<S>(sink: &mut SplitSink<WebSocket, Message>, stream: &mut S, End(reason): End)
where
    S: Stream<Item = Result<Message, axum::Error>> + Unpin,
{
    let Some((code, reason)) = reason else { return };
    let frame = Message::Close(Some(CloseFrame { code, reason: reason.into() }));
    if let Ok(Ok(())) = timeout(TIME_TO_CLOSE, sink.send(frame)).await {
        drop(timeout(TIME_TO_CLOSE, async { while let Some(Ok(_)) = stream.next().await {} }).await);
    }
}

/// Writes what waits, and asks for signs of life, until the client has gone.
async fn write(sink: &mut SplitSink<WebSocket, Message>, mut waiting: mpsc::Receiver<String>) {
    let mut ping = tokio::time::interval_at(Instant::now() + PING, PING);
    loop {
        let message = tokio::select! {
            Some(text) = waiting.recv() => Message::Text(text.into()),
            _ = ping.tick() => Message::Ping(Default::default()),
        };
        if sink.send(message).await.is_err() {
            return;
        }
    }
}

/// Listens to the client until something ends the socket; its operations end with it.
async fn listen<S>(connection: &Arc<Connection>, stream: &mut S) -> End
where
    S: Stream<Item = Result<Message, axum::Error>> + Unpin,
{
    let mut listener = Listener {
        connection,
        operations: JoinSet::new(),
        begins_by: Some(Instant::now() + TIME_TO_BEGIN),
        heard: Instant::now(),
        ends_at: None,
    };
    let mut check = tokio::time::interval_at(Instant::now() + PING, PING);
    loop {
        let step = tokio::select! {
            message = stream.next() => listener.hear(message).await,
            end = listener.late() => Err(end),
            _ = check.tick() => listener.check().await,
        };
        if let Err(end) = step {
            return end;
        }
    }
}

/// The side of a socket that listens.
struct Listener<'a> {
    connection: &'a Arc<Connection>,
    operations: JoinSet<()>,
    /// When the client must have begun; `None` once it has.
    begins_by: Option<Instant>,
    heard: Instant,
    /// When the token ends; `None` for one without end, and without one.
    ends_at: Option<Instant>,
}

impl Listener<'_> {
    /// Waits for the first of the times at which the socket ends by itself.
    async fn late(&self) -> End {
        let never = Instant::now() + LONGEST_LIFE;
        tokio::select! {
            () = sleep_until(self.begins_by.unwrap_or(never)) => End::LATE,
            () = sleep_until(self.ends_at.unwrap_or(never)) => End::FORBIDDEN,
            () = sleep_until(self.heard + SILENCE) => End::GONE,
        }
    }

    /// Whether the token still stands for somebody, where operations go on.
    async fn check(&mut self) -> Result<(), End> {
        if self.connection.operations() == 0 {
            return Ok(());
        }
        match self.connection.caller(&self.store()).await {
            Err(Error::Unauthenticated) => Err(End::FORBIDDEN),
            // Those who are told of events find out for themselves.
            _ => Ok(()),
        }
    }

    async fn hear(&mut self, message: Option<Result<Message, axum::Error>>) -> Result<(), End> {
        self.heard = Instant::now();
        match message {
            Some(Ok(Message::Text(text))) => self.read(text.as_str()).await,
            Some(Ok(Message::Binary(_))) => Err(End::MALFORMED),
            Some(Ok(Message::Ping(_) | Message::Pong(_))) => Ok(()),
            Some(Ok(Message::Close(_))) | None => Err(End::GONE),
            Some(Err(error)) if is_too_long(&error) => Err(End::TOO_LONG),
            Some(Err(_)) => Err(End::GONE),
        }
    }

    async fn read(&mut self, text: &str) -> Result<(), End> {
        match serde_json::from_str(text).map_err(|_| End::MALFORMED)? {
            ClientMessage::ConnectionInit { payload } => self.begin(payload.unwrap_or_default()).await,
            ClientMessage::Ping { .. } => self.connection.send(&ServerMessage::Pong).await.map_err(|_| End::SLOW),
            ClientMessage::Pong { .. } => Ok(()),
            ClientMessage::Subscribe { id, payload } => self.subscribe(id, payload).await,
            ClientMessage::Complete { id } => {
                self.connection.cancel(&id);
                Ok(())
            }
        }
    }

    async fn begin(&mut self, payload: Map<String, Value>) -> Result<(), End> {
        if self.begins_by.take().is_none() {
            return Err(End::TWICE);
        }
        let token = token(&payload)?;
        let caller = match &token {
            None => None,
            Some(token) => Some(self.recognise(token).await.map_err(|error| match error {
                Error::Unauthenticated => End::FORBIDDEN,
                error => {
                    request_log::cause(&error);
                    End::UNAVAILABLE
                }
            })?),
        };
        self.connection.acknowledge(token, caller.as_ref());
        self.connection.send(&ServerMessage::ConnectionAck).await.map_err(|_| End::SLOW)
    }

    async fn recognise(&mut self, token: &str) -> Result<crate::domain::caller::Caller, Error> {
        let (store, sessions) = (self.store(), &self.connection.server.api.sessions);
        let caller = sessions.recognise(&store, token).await?;
        let end = sessions.end_of(&store, token).await?;
        self.ends_at = end.map(|end| {
            let left = (end - store.now()).to_std().unwrap_or_default();
            Instant::now() + left.min(LONGEST_LIFE)
        });
        Ok(caller)
    }

    async fn subscribe(&mut self, id: String, body: Body) -> Result<(), End> {
        if !self.connection.is_acknowledged() {
            return Err(End::UNACKNOWLEDGED);
        }
        if id.is_empty() || id.len() > MAX_ID {
            return Err(End::MALFORMED);
        }
        if self.connection.operations() >= MAX_OPERATIONS {
            return self.refuse(&id).await;
        }
        while self.operations.try_join_next().is_some() {}
        let (connection, operations, name) = (Arc::clone(self.connection), &mut self.operations, id.clone());
        let is_new = self.connection.begin(&id, |number| operations.spawn(run(connection, name, number, body)));
        if is_new { Ok(()) } else { Err(End::DUPLICATE) }
    }

    async fn refuse(&self, id: &str) -> Result<(), End> {
        let message = format!("this socket has {MAX_OPERATIONS} operations already: complete one, or open another");
        let errors = refused(&Error::LimitExceeded(message)).response.errors;
        self.connection.send(&ServerMessage::Error { id, payload: &errors }).await.map_err(|_| End::SLOW)
    }

    fn store(&self) -> Store {
        Store::new(Arc::clone(&self.connection.server.database), Arc::default())
    }
}

/// Runs an operation; one that panics ends with an error instead of silence.
async fn run(connection: Arc<Connection>, id: String, number: u64, body: Body) {
    let run = operation::run(&connection, &id, number, body);
    if AssertUnwindSafe(run).catch_unwind().await.is_err() {
        let errors = refused(&Error::internal("an operation panicked")).response.errors;
        drop(connection.send_end((&id, number), &errors).await);
    }
}

/// The token in the first message, with or without `Bearer`; `None` without one. Anything else there is refused, as a token that is not good.
fn token(payload: &Map<String, Value>) -> Result<Option<String>, End> {
    let given = payload.iter().find(|(key, value)| key.eq_ignore_ascii_case("authorization") && !value.is_null());
    let Some((_, value)) = given else { return Ok(None) };
    let text = value.as_str().ok_or(End::FORBIDDEN)?.trim();
    Ok(Some(bearer(text).unwrap_or(text).to_owned()))
}

fn is_too_long(error: &axum::Error) -> bool {
    let causes = std::iter::successors(std::error::Error::source(error), |error| error.source());
    causes.into_iter().any(|cause| cause.to_string().contains("too long"))
}
