//! A client of `graphql-transport-ws` that needs little room: there may be thousands of them.

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;

/// Size of the buffers, in bytes.
const BUFFER: usize = 4096;

/// Someone at the other end of a socket, whom the server has recognised.
pub struct Socket(WebSocketStream<TcpStream>);

impl Socket {
    /// Connects to the server at this address with a token; the error says what came instead.
    pub async fn open(address: &str, token: &str) -> Result<Self, String> {
        let address = address.replacen("http://", "ws://", 1);
        let mut request = address.as_str().into_client_request().map_err(|error| error.to_string())?;
        let host = request.uri().authority().map(ToString::to_string).ok_or("an address without a host")?;
        request.headers_mut().insert("sec-websocket-protocol", HeaderValue::from_static("graphql-transport-ws"));
        let stream = TcpStream::connect(host).await.map_err(|error| error.to_string())?;
        let config = WebSocketConfig::default().read_buffer_size(BUFFER).write_buffer_size(BUFFER);
        let connecting = tokio_tungstenite::client_async_with_config(request, stream, Some(config)).await;
        let mut socket = Self(connecting.map_err(|error| error.to_string())?.0);
        socket.send(json!({"type": "connection_init", "payload": {"Authorization": token}})).await?;
        match socket.next().await?.as_str() {
            r#"{"type":"connection_ack"}"# => Ok(socket),
            other => Err(other.to_owned()),
        }
    }

    async fn send(&mut self, message: Value) -> Result<(), String> {
        self.0.send(Message::text(message.to_string())).await.map_err(|error| error.to_string())
    }

    /// Begins an operation.
    pub async fn subscribe(&mut self, id: &str, document: &str, variables: Value) -> Result<(), String> {
        let payload = json!({"query": document, "variables": variables});
        self.send(json!({"type": "subscribe", "id": id, "payload": payload})).await
    }

    /// Ends an operation.
    pub async fn complete(&mut self, id: &str) -> Result<(), String> {
        self.send(json!({"type": "complete", "id": id})).await
    }

    /// The text of the next message; an error where the socket has ended.
    pub async fn next(&mut self) -> Result<String, String> {
        loop {
            match self.0.next().await {
                Some(Ok(Message::Text(text))) => return Ok(text.as_str().to_owned()),
                Some(Ok(Message::Close(frame))) => return Err(format!("closed: {frame:?}")),
                Some(Ok(_)) => {}
                Some(Err(error)) => return Err(error.to_string()),
                None => return Err("the connection has ended".to_owned()),
            }
        }
    }

    /// Closes the socket as the protocol asks.
    pub async fn close(mut self) {
        drop(self.0.close(None).await);
        while self.0.next().await.is_some_and(|message| message.is_ok()) {}
    }
}
