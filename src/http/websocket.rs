//! GraphQL over WebSocket by the protocol `graphql-transport-ws`: who may open a socket, and its life from the first message to the last.

mod allowance;
mod answers;
mod connection;
mod end;
mod follow;
mod listener;
mod message;
mod operation;
mod sessions;

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use futures_util::stream::SplitSink;
use futures_util::{SinkExt, Stream, StreamExt};
use tokio::sync::mpsc;
use tokio::time::{Instant, timeout};

pub use answers::Answers;
pub use sessions::Sessions;

use super::answer::Refusal;
use super::request_log;
use super::server::Server;
use connection::{Connection, MAX_WAITING, Waiting};
use end::End;
use listener::listen;

/// The one sub-protocol.
const PROTOCOL: &str = "graphql-transport-ws";
/// The longest message from a client, in bytes.
const MAX_MESSAGE: usize = 64 * 1024;
/// Size of the buffers of a socket, in bytes: small, because most sockets are idle.
const BUFFER: usize = 4096;
/// How often a client is asked for a sign of life.
const PING: Duration = Duration::from_secs(25);
/// How long closing takes at most, in each direction.
const TIME_TO_CLOSE: Duration = Duration::from_secs(1);

/// Opens a socket, unless a page of somebody else asks for it.
pub fn upgrade(
    server: &Arc<Server>,
    headers: &HeaderMap,
    address: Option<IpAddr>,
    upgrade: WebSocketUpgrade,
) -> Response {
    if !is_allowed_origin(server, headers) {
        let message = "pages of this origin may not connect: add it to `http.allowed_origins`";
        return Refusal::new(StatusCode::FORBIDDEN, message).answer(headers);
    }
    let server = Arc::clone(server);
    upgrade
        .protocols([PROTOCOL])
        .max_message_size(MAX_MESSAGE)
        .max_frame_size(MAX_MESSAGE)
        .read_buffer_size(BUFFER)
        .write_buffer_size(BUFFER)
        .on_upgrade(move |socket| live(server, address, socket))
}

/// Browsers say which page asks, and do not ask us before as they do for other requests. Programs say nothing.
fn is_allowed_origin(server: &Server, headers: &HeaderMap) -> bool {
    let Some(origin) = headers.get(header::ORIGIN) else { return true };
    let own = headers.get(header::HOST).map(header::HeaderValue::as_bytes);
    let host = origin.to_str().ok().and_then(|origin| origin.split_once("://")).map(|(_, host)| host.as_bytes());
    (host.is_some() && host == own) || server.allowed_origins.contains(origin)
}

/// The life of a socket.
async fn live(server: Arc<Server>, address: Option<IpAddr>, socket: WebSocket) {
    let started = Instant::now();
    let database = Arc::clone(&server.database);
    let _counted = database.metrics.socket();
    let mut stopping = server.sockets.open();
    let speaks = socket.protocol().is_some_and(|protocol| protocol == PROTOCOL);
    let (mut sink, mut stream) = socket.split();
    if !speaks {
        database.metrics.socket_closed(End::NO_PROTOCOL.code());
        return close(&mut sink, &mut stream, End::NO_PROTOCOL).await;
    }
    let (out, waiting) = mpsc::channel(MAX_WAITING);
    let (end, mut ends) = mpsc::channel(1);
    let connection = Arc::new(Connection::new(server, address, out, end));
    let mut writing = Box::pin(write(&mut sink, waiting));
    let end = tokio::select! {
        end = listen(&connection, &mut stream, &mut stopping) => end,
        () = &mut writing => End::Gone,
        Some(end) = ends.recv() => end,
    };
    database.metrics.socket_closed(end.code());
    request_log::write_socket(connection.login(), connection.tally(), end.code(), started.elapsed());
    if end == End::STOPPING {
        // What waits to be written is the answers of the last operations. There are no more when nobody can send any.
        drop(connection);
        drop(timeout(TIME_TO_CLOSE, &mut writing).await);
    }
    drop(writing);
    close(&mut sink, &mut stream, end).await;
}

/// Closes the socket: tells the client why and gives it time to read that, or answers its own close frame.
async fn close<S>(sink: &mut SplitSink<WebSocket, Message>, stream: &mut S, end: End)
where
    S: Stream<Item = Result<Message, axum::Error>> + Unpin,
{
    match end {
        End::Gone => return,
        End::Closed => {}
        End::Because(code, reason) => {
            let frame = Message::Close(Some(CloseFrame { code, reason: reason.as_ref().into() }));
            if !matches!(timeout(TIME_TO_CLOSE, sink.send(frame)).await, Ok(Ok(()))) {
                return;
            }
        }
    }
    // Reading on writes the answer to a close frame, and waits for the one to ours.
    drop(timeout(TIME_TO_CLOSE, async { while let Some(Ok(_)) = stream.next().await {} }).await);
}

/// Writes what waits, and asks for signs of life, until the client has gone or there is nothing more to come.
async fn write(sink: &mut SplitSink<WebSocket, Message>, mut waiting: mpsc::Receiver<Waiting>) {
    let mut ping = tokio::time::interval_at(Instant::now() + PING, PING);
    loop {
        let message = tokio::select! {
            message = waiting.recv() => match message.map(Waiting::text) {
                Some(Some(text)) => Message::Text(text.into()),
                Some(None) => continue,
                None => return,
            },
            _ = ping.tick() => Message::Ping(Default::default()),
        };
        if sink.send(message).await.is_err() {
            return;
        }
    }
}
