//! The accept loop: connections of HTTP/1.1 and HTTP/2 within limits on their number and on the time that each step may take.
//!
//! A client that is slow or silent costs a connection, and loses it after a while; others do not notice. Nothing is read ahead of what is
//! answered, so nobody makes the server keep more than a header and a body.

mod activity;
mod limit;
mod stream;

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::ConnectInfo;
use axum::http::{HeaderValue, header};
use hyper::Request;
use hyper::body::{Frame, Incoming, SizeHint};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::ServiceExt;

use crate::store::Database;
use activity::{Activity, Running};
use limit::{Full, Slot, Slots};
use stream::Stream;

/// The most streams of a connection of HTTP/2, which is how many requests it has at a time.
const MAX_STREAMS: u32 = 100;
/// How often a connection of HTTP/2 is asked for a sign of life, and how long that may take.
const PING: (Duration, Duration) = (Duration::from_secs(30), Duration::from_secs(20));
/// How long requests are still taken on open connections when the server stops: some are on their way.
const LAST_REQUESTS: Duration = Duration::from_millis(200);
/// How long nothing is accepted after the system has refused to: it is out of file descriptors or memory.
const PAUSE: Duration = Duration::from_millis(500);

/// What connections may take.
#[derive(Clone, Debug)]
pub struct Limits {
    /// The most connections at a time, sockets among them.
    pub max_connections: usize,
    /// The most of them from one address; 0 for no limit. A network of IPv6 with 64 bits counts as one address.
    pub max_connections_per_address: usize,
    /// The most requests at a time whose answers are not gone yet; those beyond carry [`Excess`].
    pub max_requests: usize,
    /// The longest head of a request, in bytes.
    pub max_header_bytes: usize,
    /// How long a client has until it has sent the head of a request.
    pub header_timeout: Duration,
    /// How long a connection is kept without a request.
    pub idle_timeout: Duration,
    /// How long a client may read nothing of its answer.
    pub write_timeout: Duration,
    /// How long running requests have when the server stops.
    pub stop_timeout: Duration,
}

/// Serves until told to stop, then lets running requests finish. Connections without one are closed a moment later, and what is not done after
/// `stop_timeout` is cut off.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    limits: Limits,
    database: Arc<Database>,
    stop: impl Future<Output = ()>,
) {
    let server = Arc::new(Server {
        router,
        database,
        slots: Slots::new(limits.max_connections, limits.max_connections_per_address),
        requests: Arc::new(Semaphore::new(limits.max_requests)),
        protocol: protocol(&limits),
        limits,
        stopping: CancellationToken::new(),
        cut: CancellationToken::new(),
    });
    let connections = TaskTracker::new();
    let mut stop = pin!(stop);
    loop {
        tokio::select! {
            () = &mut stop => break,
            accepted = listener.accept() => match accepted {
                Ok((stream, address)) => server.receive(&connections, stream, address),
                Err(error) => pause_after(&error).await,
            },
        }
    }
    for (stream, address) in last_of(listener) {
        server.receive(&connections, stream, address);
    }
    if !connections.is_empty() {
        tokio::time::sleep(LAST_REQUESTS).await;
    }
    server.stopping.cancel();
    connections.close();
    if tokio::time::timeout(server.limits.stop_timeout, connections.wait()).await.is_err() {
        tracing::warn!(open = connections.len(), "requests were still running");
        server.cut.cancel();
        connections.wait().await;
    }
}

/// Who has connected already, as far as a client can tell, is answered; whoever comes later finds nobody and asks another server. The system is
/// asked itself, because the runtime may not know yet who has come.
fn last_of(listener: TcpListener) -> Vec<(TcpStream, SocketAddr)> {
    let Ok(listener) = listener.into_std() else { return Vec::new() };
    let last: Vec<_> = std::iter::from_fn(|| listener.accept().ok()).collect();
    drop(listener);
    let prepared = last.into_iter().filter_map(|(stream, address)| {
        stream.set_nonblocking(true).ok()?;
        Some((TcpStream::from_std(stream).ok()?, address))
    });
    prepared.collect()
}

/// What clients did wrong concerns them alone; else the system is out of something, which does not change by asking again at once.
async fn pause_after(error: &io::Error) {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    if matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset) {
        return;
    }
    tracing::warn!(%error, "connections cannot be accepted");
    tokio::time::sleep(PAUSE).await;
}

/// HTTP/1.1 and HTTP/2 on one port: the first bytes tell.
fn protocol(limits: &Limits) -> auto::Builder<TokioExecutor> {
    let header_bytes = u32::try_from(limits.max_header_bytes).unwrap_or(u32::MAX);
    let mut protocol = auto::Builder::new(TokioExecutor::new());
    // `Activity` watches over headers, because the library's own time also runs while a connection is idle.
    protocol
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(None)
        // A head has to fit into the buffer; and it has at most 100 headers, which is the library's own limit.
        .max_buf_size(limits.max_header_bytes);
    protocol
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(MAX_STREAMS)
        .max_header_list_size(header_bytes)
        .keep_alive_interval(PING.0)
        .keep_alive_timeout(PING.1);
    protocol
}

/// What the connections share.
struct Server {
    router: Router,
    /// Has the figures.
    database: Arc<Database>,
    slots: Arc<Slots>,
    requests: Arc<Semaphore>,
    protocol: auto::Builder<TokioExecutor>,
    limits: Limits,
    /// Connections are to end as soon as nothing runs on them.
    stopping: CancellationToken,
    /// They are to end at once.
    cut: CancellationToken,
}

impl Server {
    /// Begins with a connection, or refuses it where there are too many. It tells the client instead of letting it wait, so that a load
    /// balancer knows at once.
    fn receive(self: &Arc<Self>, connections: &TaskTracker, stream: TcpStream, address: SocketAddr) {
        match self.slots.take(address.ip()) {
            Ok(slot) => drop(connections.spawn(Arc::clone(self).serve(stream, address, slot))),
            Err(full) => refuse(&stream, full),
        }
    }

    async fn serve(self: Arc<Self>, stream: TcpStream, address: SocketAddr, slot: Slot) {
        // Answers are written whole, so there is nothing to wait for.
        drop(stream.set_nodelay(true));
        let activity = Arc::new(Activity::default());
        let place = (slot, self.database.metrics.client_connection());
        let stream = Stream::new(stream, Arc::clone(&activity), self.limits.write_timeout, place);
        let service = {
            let (server, activity) = (Arc::clone(&self), Arc::clone(&activity));
            service_fn(move |request| Arc::clone(&server).answer(activity.begin(), request, address))
        };
        let mut connection = pin!(self.protocol.serve_connection_with_upgrades(TokioIo::new(stream), service));
        tokio::select! {
            // How it ends is the client's business.
            _ = connection.as_mut() => return,
            () = activity.late(self.limits.header_timeout) => return,
            () = activity.stalled(self.limits.write_timeout) => return,
            () = self.cut.cancelled() => return,
            () = activity.idle(self.limits.idle_timeout) => {}
            () = self.stopping.cancelled() => {}
        }
        connection.as_mut().graceful_shutdown();
        tokio::select! {
            // First, so that it says goodbye.
            biased;
            _ = connection => {}
            () = activity.late(self.limits.header_timeout) => {}
            () = activity.stalled(self.limits.write_timeout) => {}
            () = self.cut.cancelled() => {}
            () = activity.idle(self.limits.write_timeout) => {}
        }
    }

    /// Answers a request, and notes when the answer is gone.
    async fn answer(
        self: Arc<Self>,
        running: Running,
        request: Request<Incoming>,
        address: SocketAddr,
    ) -> Result<hyper::Response<Answer>, Infallible> {
        let turn = Arc::clone(&self.requests).try_acquire_owned().ok();
        // Who sends a length beside the chunks cannot be told from others here. RFC 9112, section 6.1, wants such a connection closed, so that
        // what follows is not taken for a request.
        let is_chunked = request.headers().contains_key(header::TRANSFER_ENCODING);
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(ConnectInfo(address));
        if turn.is_none() {
            request.extensions_mut().insert(Excess);
        }
        let mut answer = self.router.clone().oneshot(request).await?;
        if is_chunked {
            answer.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
        }
        running.waits();
        Ok(answer.map(|body| Answer::new(body, running, turn)))
    }
}

/// What a request carries that is one too many.
#[derive(Clone, Copy, Debug)]
pub struct Excess;

/// Tells as much as can be told without waiting for the client.
fn refuse(stream: &TcpStream, full: Full) {
    drop(stream.try_write(full.answer().as_bytes()));
}

/// The most bytes of an answer that are handed out at once: HTTP/2 keeps as much for a client that takes nothing.
const PIECE: usize = 16 * 1024;

/// The body of an answer. The request runs until it is dropped.
struct Answer {
    body: Body,
    /// What is left of what the body has given.
    rest: Bytes,
    running: Running,
    _turn: Option<OwnedSemaphorePermit>,
}

impl Answer {
    fn new(body: Body, running: Running, turn: Option<OwnedSemaphorePermit>) -> Self {
        Self { body, rest: Bytes::new(), running, _turn: turn }
    }
}

impl hyper::body::Body for Answer {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Self::Data>, Self::Error>>> {
        if self.rest.is_empty() {
            let Poll::Ready(frame) = Pin::new(&mut self.body).poll_frame(context) else {
                self.running.works();
                return Poll::Pending;
            };
            match frame.map(|frame| frame.map(Frame::into_data)) {
                Some(Ok(Ok(data))) => self.rest = data,
                Some(Ok(Err(frame))) => return Poll::Ready(Some(Ok(frame))),
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => return Poll::Ready(None),
            }
        }
        self.running.waits();
        let length = self.rest.len().min(PIECE);
        let piece = self.rest.split_to(length);
        Poll::Ready(Some(Ok(Frame::data(piece))))
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty() && self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        let (rest, body) = (self.rest.len() as u64, self.body.size_hint());
        let mut hint = SizeHint::new();
        if let Some(upper) = body.upper() {
            hint.set_upper(upper + rest);
        }
        hint.set_lower(body.lower() + rest);
        hint
    }
}

#[cfg(test)]
mod tests {
    use futures_util::poll;
    use futures_util::stream::{self, StreamExt};
    use http_body_util::BodyExt;

    use super::*;

    #[tokio::test]
    async fn a_client_is_not_blamed_for_what_the_server_takes() {
        let activity = Arc::new(Activity::default());
        let running = activity.begin();
        running.waits();
        let first = stream::once(async { Ok::<_, Infallible>(Bytes::from_static(b"first")) });
        let mut answer = Answer::new(Body::from_stream(first.chain(stream::pending())), running, None);
        let limit = Duration::from_millis(40);
        let is_stalled = async || tokio::time::timeout(limit * 9, activity.stalled(limit)).await.is_ok();
        assert!(answer.frame().await.is_some());
        assert!(is_stalled().await, "the client takes nothing");
        assert!(poll!(answer.frame()).is_pending());
        assert!(!is_stalled().await, "the next page is being read");
    }
}
