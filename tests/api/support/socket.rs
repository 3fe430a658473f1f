//! Sockets: a server that listens, and someone who talks to it by `graphql-transport-ws`. Nothing is waited for without an end.

use std::time::Duration;

use axum::http::{HeaderName, HeaderValue, StatusCode};
use deskgraph::auth::token::Realm;
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Error;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::Utf8Bytes;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;

use super::TestApp;

/// How long anything is waited for.
const PATIENCE: Duration = Duration::from_secs(20);

/// Someone at the other end of a socket.
pub struct Socket(WebSocketStream<TcpStream>);

/// Waits until something is so.
pub async fn eventually(what: &str, mut is_so: impl AsyncFnMut() -> bool) {
    let started = std::time::Instant::now();
    while !is_so().await {
        assert!(started.elapsed() < PATIENCE, "{what}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

impl TestApp {
    /// Connects to the server with these headers; the status where it refuses.
    pub async fn connect(&self, headers: &[(&'static str, &str)]) -> Result<Socket, StatusCode> {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
        let address = listener.local_addr().expect("it has an address");
        let router = self.router();
        tokio::spawn(async move { axum::serve(listener, router).await });
        let mut request = format!("ws://{address}/graphql").into_client_request().expect("an address");
        for (name, value) in headers {
            let value = value.replace("[own]", &address.to_string());
            request
                .headers_mut()
                .insert(HeaderName::from_static(name), HeaderValue::from_str(&value).expect("a header"));
        }
        let client = TcpSocket::new_v4().expect("there are sockets");
        // Small, so that a client who does not read is noticed soon.
        client.set_recv_buffer_size(16 * 1024).expect("the size can be set");
        let stream = client.connect(address).await.expect("the server listens");
        match tokio_tungstenite::client_async(request, stream).await {
            Ok((stream, _)) => Ok(Socket(stream)),
            Err(Error::Http(response)) => Err(response.status()),
            Err(error) => panic!("{error}"),
        }
    }

    /// Connects with our sub-protocol and says nothing yet.
    pub async fn silent_socket(&self) -> Socket {
        self.connect(&[("sec-websocket-protocol", "graphql-transport-ws")]).await.expect("the server agrees")
    }

    /// A socket that has begun with this in its first message.
    pub async fn socket(&self, payload: Value) -> Socket {
        let mut socket = self.silent_socket().await;
        socket.send(json!({"type": "connection_init", "payload": payload})).await;
        assert_eq!(socket.next().await, json!({"type": "connection_ack"}));
        socket
    }

    /// A socket of an account.
    pub async fn socket_of(&self, realm: Realm, login: &str) -> Socket {
        let token = self.token(realm, login, chrono::TimeDelta::zero());
        self.socket(json!({"Authorization": format!("Bearer {token}")})).await
    }

    /// Waits until so many listen to what is new.
    pub async fn until_followed_by(&self, count: usize) {
        eventually("subscriptions have begun", async || self.feed().subscribers() == count).await;
    }
}

impl Socket {
    /// Sends a message.
    pub async fn send(&mut self, message: Value) {
        self.send_text(&message.to_string()).await;
    }

    /// Sends a text, or nothing where the server has gone.
    pub async fn send_text(&mut self, text: &str) {
        drop(self.0.send(Message::text(text)).await);
    }

    /// Begins an operation.
    pub async fn subscribe(&mut self, id: &str, query: &str, variables: Value) {
        let payload = json!({"query": query, "variables": variables});
        self.send(json!({"type": "subscribe", "id": id, "payload": payload})).await;
    }

    async fn receive(&mut self) -> Option<Message> {
        let next = tokio::time::timeout(PATIENCE, self.0.next()).await.expect("a message comes in time");
        next.and_then(Result::ok)
    }

    /// The next message.
    pub async fn next(&mut self) -> Value {
        loop {
            match self.receive().await {
                Some(Message::Text(text)) => return serde_json::from_str(&text).expect("JSON"),
                Some(Message::Ping(_) | Message::Pong(_)) => {}
                other => panic!("the socket ended: {other:?}"),
            }
        }
    }

    /// The data of the next event.
    pub async fn event(&mut self) -> Value {
        let mut message = self.next().await;
        assert_eq!((&message["type"], message["payload"].get("errors")), (&json!("next"), None), "{message}");
        message["payload"]["data"].take()
    }

    /// The type of the next message and the code of its first error.
    pub async fn refusal(&mut self) -> (String, String) {
        let message = self.next().await;
        let code = message["payload"][0]["extensions"]["code"].as_str().unwrap_or_default();
        (message["type"].as_str().unwrap_or_default().to_owned(), code.to_owned())
    }

    /// The code with which the server closes the socket, whatever it sends before; 0 without one.
    pub async fn closed(&mut self) -> u16 {
        self.closed_because().await.0
    }

    /// The same with the reason.
    pub async fn closed_because(&mut self) -> (u16, String) {
        loop {
            match self.receive().await {
                Some(Message::Close(Some(frame))) => return (frame.code.into(), frame.reason.as_str().to_owned()),
                Some(Message::Close(None)) | None => return (0, String::new()),
                Some(_) => {}
            }
        }
    }

    /// Sends bytes that need not be what WebSocket asks for, or nothing where the server has gone.
    pub async fn send_bytes(&mut self, bytes: &[u8]) {
        drop(self.0.get_mut().write_all(bytes).await);
    }

    /// Sends nothing any more, but goes on listening.
    pub async fn fall_silent(&mut self) {
        self.0.get_mut().shutdown().await.expect("the connection is open");
    }

    /// Closes the socket with this code, and returns the one of the answer.
    pub async fn close(&mut self, code: u16) -> u16 {
        let frame = CloseFrame { code: code.into(), reason: Utf8Bytes::default() };
        self.0.close(Some(frame)).await.expect("the socket is open");
        self.closed().await
    }

    /// Waits until the server has ended the connection.
    pub async fn until_disconnected(&mut self) {
        while self.receive().await.is_some() {}
        let mut rest = Vec::new();
        let read = tokio::time::timeout(PATIENCE, self.0.get_mut().read_to_end(&mut rest)).await;
        assert!(read.is_ok(), "the connection is still open");
    }
}
