//! The messages of `graphql-transport-ws`, as its `PROTOCOL.md` says.

use async_graphql::ServerError;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::http::gate::Body;

/// The longest name of an operation, in bytes.
const MAX_ID: usize = 256;

/// What is wrong with a message, for the client.
type Fault = &'static str;

/// What clients send.
pub enum ClientMessage {
    /// The first message, with its payload; the token is `Authorization` in it.
    ConnectionInit(Map<String, Value>),
    /// Asks for `pong` with the same payload.
    Ping(Option<Map<String, Value>>),
    /// Answers a `ping`, or just says that the client is there.
    Pong,
    /// Begins an operation.
    Subscribe {
        /// What the client calls it.
        id: String,
        /// The operation.
        payload: Body,
    },
    /// Ends an operation.
    Complete {
        /// What the client calls it.
        id: String,
    },
}

impl ClientMessage {
    /// Reads a message; the error says what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, Fault> {
        let Value::Object(mut message) = serde_json::from_str(text).map_err(|_| "a message is no JSON")? else {
            return Err("a message is no JSON object");
        };
        let kind = message.remove("type").ok_or("`type` is missing")?;
        match kind.as_str().ok_or("`type` is no text")? {
            "connection_init" => Ok(Self::ConnectionInit(optional_payload(message)?.unwrap_or_default())),
            "ping" => Ok(Self::Ping(optional_payload(message)?)),
            "pong" => optional_payload(message).map(|_| Self::Pong),
            "subscribe" => Ok(Self::Subscribe { id: id(&mut message)?, payload: body(message)? }),
            "complete" => Ok(Self::Complete { id: id(&mut message)? }),
            "connection_ack" | "next" | "error" => Err("this `type` is for servers: they send it, clients do not"),
            _ => Err("`type` is none of graphql-transport-ws"),
        }
    }
}

fn id(message: &mut Map<String, Value>) -> Result<String, Fault> {
    match message.remove("id") {
        Some(Value::String(id)) if id.is_empty() => Err("`id` is empty"),
        Some(Value::String(id)) if id.len() > MAX_ID => Err("`id` is longer than 256 bytes"),
        Some(Value::String(id)) => Ok(id),
        Some(_) => Err("`id` is no text"),
        None => Err("`id` is missing"),
    }
}

fn optional_payload(mut message: Map<String, Value>) -> Result<Option<Map<String, Value>>, Fault> {
    match message.remove("payload") {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Object(payload)) => Ok(Some(payload)),
        Some(_) => Err("`payload` is no object"),
    }
}

fn body(message: Map<String, Value>) -> Result<Body, Fault> {
    let payload = optional_payload(message)?.ok_or("`payload` is missing")?;
    let is_object = |name| payload.get(name).is_none_or(|value| value.is_null() || value.is_object());
    let is_text = |name| payload.get(name).is_none_or(|value| value.is_null() || value.is_string());
    // A document that the server knows can be named by its id, or by its hash in `extensions`.
    let has_document =
        ["query", "documentId", "extensions"].iter().any(|name| payload.get(*name).is_some_and(|it| !it.is_null()));
    match () {
        () if !has_document => Err("`payload.query` is missing"),
        () if !is_text("query") => Err("`payload.query` is no text"),
        () if !is_text("documentId") => Err("`payload.documentId` is no text"),
        () if !is_text("operationName") => Err("`payload.operationName` is no text"),
        () if !is_object("variables") => Err("`payload.variables` is no object"),
        () if !is_object("extensions") => Err("`payload.extensions` is no object"),
        () => serde_json::from_value(Value::Object(payload)).map_err(|_| "`payload` is no GraphQL request"),
    }
}

/// What we send, besides answers of operations, whose text is at hand already.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ServerMessage<'a> {
    /// The client was recognised.
    ConnectionAck,
    /// Answers `ping`.
    Pong {
        /// What came with it.
        #[serde(skip_serializing_if = "Option::is_none")]
        payload: Option<Map<String, Value>>,
    },
    /// An operation was refused or had to end.
    Error {
        /// The operation.
        id: &'a str,
        /// Why.
        payload: &'a [ServerError],
    },
    /// An operation has said everything.
    Complete {
        /// The operation.
        id: &'a str,
    },
}

/// An answer of an operation, given as the text of its JSON: many sockets may get the same.
pub fn next(id: &str, answer: &str) -> String {
    let id = Value::from(id);
    format!(r#"{{"type":"next","id":{id},"payload":{answer}}}"#)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn kind(message: &ClientMessage) -> String {
        match message {
            ClientMessage::ConnectionInit(payload) => format!("init {}", payload.len()),
            ClientMessage::Ping(payload) => format!("ping {}", payload.is_some()),
            ClientMessage::Pong => "pong".into(),
            ClientMessage::Subscribe { id, payload } => format!("subscribe {id} {:?}", payload.query),
            ClientMessage::Complete { id } => format!("complete {id}"),
        }
    }

    #[rstest]
    #[case(r#"{"type": "connection_init"}"#, "init 0")]
    #[case(r#"{"type": "connection_init", "payload": null}"#, "init 0")]
    #[case(r#"{"type": "connection_init", "payload": {"a": 1}, "more": []}"#, "init 1")]
    #[case(r#"{"type": "ping"}"#, "ping false")]
    #[case(r#"{"type": "ping", "payload": {}}"#, "ping true")]
    #[case(r#"{"type": "pong", "payload": {"a": 1}}"#, "pong")]
    #[case(r#"{"type": "complete", "id": "1", "payload": 7}"#, "complete 1")]
    #[case(r#"{"type": "subscribe", "id": "1", "payload": {"query": "{a}"}}"#, r#"subscribe 1 Some("{a}")"#)]
    #[case(
        r#"{"type": "subscribe", "id": "ä", "payload": {"query": "", "operationName": null, "variables": null, "extensions": null}}"#,
        r#"subscribe ä Some("")"#
    )]
    fn what_the_protocol_allows_is_read(#[case] text: &str, #[case] expected: &str) {
        assert_eq!(ClientMessage::parse(text).map(|message| kind(&message)), Ok(expected.to_owned()));
    }

    #[rstest]
    #[case("", "a message is no JSON")]
    #[case("hello", "a message is no JSON")]
    #[case("[]", "a message is no JSON object")]
    #[case("null", "a message is no JSON object")]
    #[case(r#"{"id": "1"}"#, "`type` is missing")]
    #[case(r#"{"type": null}"#, "`type` is no text")]
    #[case(r#"{"type": 7}"#, "`type` is no text")]
    #[case(r#"{"type": "start", "id": "1"}"#, "`type` is none of graphql-transport-ws")]
    #[case(r#"{"type": "Ping"}"#, "`type` is none of graphql-transport-ws")]
    #[case(r#"{"type": "connection_ack"}"#, "this `type` is for servers: they send it, clients do not")]
    #[case(r#"{"type": "next", "id": "1"}"#, "this `type` is for servers: they send it, clients do not")]
    #[case(r#"{"type": "error", "id": "1"}"#, "this `type` is for servers: they send it, clients do not")]
    #[case(r#"{"type": "connection_init", "payload": []}"#, "`payload` is no object")]
    #[case(r#"{"type": "ping", "payload": "x"}"#, "`payload` is no object")]
    #[case(r#"{"type": "pong", "payload": 7}"#, "`payload` is no object")]
    #[case(r#"{"type": "complete"}"#, "`id` is missing")]
    #[case(r#"{"type": "complete", "id": ""}"#, "`id` is empty")]
    #[case(r#"{"type": "complete", "id": 7}"#, "`id` is no text")]
    #[case(r#"{"type": "subscribe", "payload": {"query": "{a}"}}"#, "`id` is missing")]
    #[case(r#"{"type": "subscribe", "id": null, "payload": {"query": "{a}"}}"#, "`id` is no text")]
    #[case(r#"{"type": "subscribe", "id": "", "payload": {"query": "{a}"}}"#, "`id` is empty")]
    #[case(r#"{"type": "subscribe", "id": "1"}"#, "`payload` is missing")]
    #[case(r#"{"type": "subscribe", "id": "1", "payload": null}"#, "`payload` is missing")]
    #[case(r#"{"type": "subscribe", "id": "1", "payload": "{a}"}"#, "`payload` is no object")]
    #[case(r#"{"type": "subscribe", "id": "1", "payload": {}}"#, "`payload.query` is missing")]
    #[case(r#"{"type": "subscribe", "id": "1", "payload": {"query": null}}"#, "`payload.query` is missing")]
    #[case(r#"{"type": "subscribe", "id": "1", "payload": {"query": 7}}"#, "`payload.query` is no text")]
    #[case(
        r#"{"type": "subscribe", "id": "1", "payload": {"query": "{a}", "operationName": 7}}"#,
        "`payload.operationName` is no text"
    )]
    #[case(
        r#"{"type": "subscribe", "id": "1", "payload": {"query": "{a}", "variables": []}}"#,
        "`payload.variables` is no object"
    )]
    #[case(
        r#"{"type": "subscribe", "id": "1", "payload": {"query": "{a}", "extensions": 7}}"#,
        "`payload.extensions` is no object"
    )]
    fn anything_else_is_refused_with_what_is_wrong(#[case] text: &str, #[case] expected: &str) {
        assert_eq!(ClientMessage::parse(text).map(|message| kind(&message)), Err(expected));
    }

    #[test]
    fn a_name_has_up_to_256_bytes_and_is_sent_back_as_it_came() {
        let complete = |id: &str| format!(r#"{{"type": "complete", "id": "{id}"}}"#);
        assert!(ClientMessage::parse(&complete(&"a".repeat(256))).is_ok());
        assert!(ClientMessage::parse(&complete(&"a".repeat(257))).is_err());
        assert_eq!(next("a\"\n", r#"{"data":null}"#), r#"{"type":"next","id":"a\"\n","payload":{"data":null}}"#);
    }

    #[test]
    fn deep_nesting_is_refused_and_not_followed() {
        let text = format!(r#"{{"type": "ping", "payload": {{"a": {}{}}}}}"#, "[".repeat(30_000), "]".repeat(30_000));
        assert!(ClientMessage::parse(&text).is_err());
    }
}
