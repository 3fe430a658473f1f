//! A conversation over WebSocket, as a page shows it: what the client sends is sent, what the server sends has to come.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde_json::Value;
use tokio::net::TcpStream;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::HeaderValue;

/// How long a message may take to come.
const PATIENCE: Duration = Duration::from_secs(20);

/// An open socket.
pub struct Socket(WebSocketStream<TcpStream>);

/// Whether it is a message of the protocol, and then whether the client sends it.
pub fn is_sent(message: &Value) -> Option<bool> {
    match message["type"].as_str()? {
        "connection_init" | "subscribe" | "complete" => Some(true),
        "connection_ack" | "next" | "error" => Some(false),
        _ => None,
    }
}

impl Socket {
    /// Connects to a server.
    pub async fn open(host: &str) -> Self {
        let mut request = format!("ws://{host}/graphql").into_client_request().expect("an address");
        request.headers_mut().insert("sec-websocket-protocol", HeaderValue::from_static("graphql-transport-ws"));
        let stream = TcpStream::connect(host).await.expect("the server listens");
        Self(tokio_tungstenite::client_async(request, stream).await.expect("the server speaks the protocol").0)
    }

    /// Sends a message.
    pub async fn send(&mut self, message: &Value) {
        self.0.send(Message::text(message.to_string())).await.expect("the socket is open");
    }

    /// The next message of the server.
    pub async fn next(&mut self) -> Result<Value, String> {
        loop {
            let message = tokio::time::timeout(PATIENCE, self.0.next()).await.map_err(|_| "nothing came")?;
            match message.ok_or("the socket was closed")?.map_err(|error| error.to_string())? {
                Message::Text(text) => return serde_json::from_str(&text).map_err(|error| error.to_string()),
                Message::Close(why) => return Err(format!("the socket was closed: {why:?}")),
                _ => {}
            }
        }
    }
}
