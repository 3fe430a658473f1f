//! A server that listens, and clients that send it bytes. Nothing is waited for without an end.

use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::routing::get;
use deskgraph::app::connection_limits;
use deskgraph::config::Config;
use deskgraph::http::connection::serve;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::TestApp;

/// How long anything is waited for.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// A request that is answered without the database, on a connection that stays open.
pub const PING: &str = "GET /healthz HTTP/1.1\r\nhost: desk\r\n\r\n";

/// Waits for something that must come.
pub async fn soon<T>(what: &str, future: impl Future<Output = T>) -> T {
    tokio::time::timeout(PATIENCE, future).await.unwrap_or_else(|_| panic!("{what} within {PATIENCE:?}"))
}

/// A server that listens.
pub struct Listener {
    /// Where it answers.
    pub address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    served: JoinHandle<()>,
    _app: TestApp,
}

impl Listener {
    /// A server with these settings of `[http]`, in TOML.
    pub async fn with(settings: &str) -> Self {
        let settings = format!("[http]\n{settings}\n");
        let app = TestApp::with(&settings).await;
        // An answer that is longer than what systems keep of it for a client that does not read.
        let long = Router::new().route("/long", get(|| async { "x".repeat(64 * 1024 * 1024) }));
        let limits = connection_limits(&Config::parse(&settings).expect("the settings are good"));
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
        let address = listener.local_addr().expect("it has an address");
        let (stop, stopped) = oneshot::channel::<()>();
        let until = async { drop(stopped.await) };
        let served = tokio::spawn(serve(listener, app.router().merge(long), limits, app.database(), until));
        Self { address, stop: Some(stop), served, _app: app }
    }

    /// A client that has connected.
    pub async fn connect(&self) -> Peer {
        let socket = TcpSocket::new_v4().expect("there are sockets");
        socket.set_recv_buffer_size(16 * 1024).expect("the size can be set");
        Peer(soon("the server listens", socket.connect(self.address)).await.expect("the server listens"))
    }

    /// A client whose connection has been accepted: it had an answer.
    pub async fn accepted(&self) -> Peer {
        let mut peer = self.connect().await;
        assert_eq!(peer.ask(PING).await, 200);
        peer
    }

    /// Whether the server still listens and answers.
    pub async fn answers(&self) {
        self.accepted().await;
    }

    /// Tells the server to stop.
    pub fn stop(&mut self) {
        drop(self.stop.take());
    }

    /// Waits until the server has stopped.
    pub async fn stopped(self) {
        soon("the server stops", self.served).await.expect("no panic");
    }
}

/// A client that sends bytes.
pub struct Peer(pub TcpStream);

impl Peer {
    /// Sends bytes; a server that has closed meanwhile is no mistake.
    pub async fn send(&mut self, bytes: impl AsRef<[u8]>) {
        drop(self.0.write_all(bytes.as_ref()).await);
    }

    /// Sends a request and reads the head of its answer and its body: the status, 0 where the server closes without one.
    pub async fn ask(&mut self, request: &str) -> u16 {
        self.send(request).await;
        self.answer().await
    }

    /// Sends the head of a request, and waits until the server asks for its body: now the request is running.
    pub async fn begin(&mut self, head: &str) {
        let head = head.replacen("\r\n", "\r\nexpect: 100-continue\r\n", 1);
        assert_eq!(self.ask(&head).await, 100, "the body is wanted");
    }

    /// Reads one answer with a length: its status, 0 where the server closes without one.
    pub async fn answer(&mut self) -> u16 {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            match soon("an answer", self.0.read_u8()).await {
                Ok(byte) => head.push(byte),
                Err(_) => return 0,
            }
        }
        let head = String::from_utf8(head).expect("a head is text").to_lowercase();
        let length = head.split("content-length: ").nth(1).and_then(|rest| rest.lines().next());
        let length = length.map_or(0, |length| length.parse().expect("a number"));
        if soon("a body", self.0.read_exact(&mut vec![0; length])).await.is_err() {
            return 0;
        }
        head.split(' ').nth(1).expect("a status").parse().expect("a number")
    }

    /// All that comes until the server closes the connection, which it must.
    pub async fn rest(&mut self) -> String {
        let mut bytes = Vec::new();
        // A connection that is reset is closed too.
        drop(soon("the connection is closed", self.0.read_to_end(&mut bytes)).await);
        String::from_utf8_lossy(&bytes).into_owned()
    }
}
