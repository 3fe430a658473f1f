//! Messages that are none of the protocol, and messages that come at the wrong time.

use deskgraph::auth::token::Realm;
use serde_json::json;

use super::{INIT, end_after};
use crate::support::TestApp;

const ASK: &str = r#"{"type": "subscribe", "id": "1", "payload": {"query": "{ viewer { role } }"}}"#;

#[tokio::test]
async fn a_message_that_is_none_closes_the_socket_and_says_why() {
    let app = TestApp::new().await;
    for (text, reason) in [
        ("hello", "a message is no JSON"),
        ("", "a message is no JSON"),
        ("[]", "a message is no JSON object"),
        (r#"{"id": "1"}"#, "`type` is missing"),
        (r#"{"type": 1}"#, "`type` is no text"),
        (r#"{"type": "start", "id": "1"}"#, "`type` is none of graphql-transport-ws"),
        (r#"{"type": "connection_ack"}"#, "this `type` is for servers: they send it, clients do not"),
        (r#"{"type": "next", "id": "1", "payload": {}}"#, "this `type` is for servers: they send it, clients do not"),
        (r#"{"type": "error", "id": "1", "payload": []}"#, "this `type` is for servers: they send it, clients do not"),
        (r#"{"type": "connection_init", "payload": "x"}"#, "`payload` is no object"),
        (r#"{"type": "ping", "payload": []}"#, "`payload` is no object"),
        (r#"{"type": "pong", "payload": 1}"#, "`payload` is no object"),
        (r#"{"type": "complete"}"#, "`id` is missing"),
        (r#"{"type": "complete", "id": ""}"#, "`id` is empty"),
        (r#"{"type": "subscribe", "payload": {"query": "{ a }"}}"#, "`id` is missing"),
        (r#"{"type": "subscribe", "id": 1, "payload": {"query": "{ a }"}}"#, "`id` is no text"),
        (r#"{"type": "subscribe", "id": "", "payload": {"query": "{ a }"}}"#, "`id` is empty"),
        (r#"{"type": "subscribe", "id": "1"}"#, "`payload` is missing"),
        (r#"{"type": "subscribe", "id": "1", "payload": null}"#, "`payload` is missing"),
        (r#"{"type": "subscribe", "id": "1", "payload": {}}"#, "`payload.query` is missing"),
        (r#"{"type": "subscribe", "id": "1", "payload": {"query": 1}}"#, "`payload.query` is no text"),
        (
            r#"{"type": "subscribe", "id": "1", "payload": {"query": "{ a }", "variables": "x"}}"#,
            "`payload.variables` is no object",
        ),
    ] {
        // Before the beginning, where the form counts more than the time, and after it.
        let expected = (4400, reason.to_owned());
        assert_eq!(end_after(&app, &[text]).await, expected, "{text}");
        assert_eq!(end_after(&app, &[INIT, text]).await, expected, "{text}");
    }
}

#[tokio::test]
async fn operations_begin_after_the_acknowledgement_and_there_is_one() {
    let app = TestApp::new().await;
    assert_eq!(end_after(&app, &[ASK]).await, (4401, "Unauthorized".into()));
    let twice = (4429, "Too many initialisation requests".to_owned());
    assert_eq!(end_after(&app, &[INIT, INIT]).await, twice);
    let mut socket = app.socket_of(Realm::Customer, "ann").await;
    socket.send_text(ASK).await;
    assert_eq!(
        (socket.next().await["type"].as_str(), socket.next().await["type"].as_str()),
        (Some("next"), Some("complete"))
    );
    socket.send_text(INIT).await;
    assert_eq!(socket.closed_because().await, twice);
}

#[tokio::test]
async fn what_is_sent_at_once_is_read_in_turn() {
    let app = TestApp::new().await;
    let mut socket = app.silent_socket().await;
    socket.send_text(r#"{"type": "complete", "id": "1"}"#).await;
    socket.send_text(r#"{"type": "connection_init", "payload": null}"#).await;
    socket.send_text(ASK).await;
    for expected in ["connection_ack", "next", "complete"] {
        assert_eq!(socket.next().await["type"], expected);
    }
}

#[tokio::test]
async fn a_ping_is_answered_at_any_time_with_what_came_with_it() {
    let app = TestApp::new().await;
    let mut socket = app.silent_socket().await;
    for has_begun in [false, true] {
        for payload in [Some(json!({"n": 1})), Some(json!({})), None] {
            let (mut ping, mut pong) = (json!({"type": "ping"}), json!({"type": "pong"}));
            if let Some(payload) = payload {
                ping["payload"] = payload.clone();
                pong["payload"] = payload;
            }
            socket.send(ping).await;
            assert_eq!(socket.next().await, pong);
        }
        // Nobody asked for these.
        socket.send(json!({"type": "pong"})).await;
        socket.send(json!({"type": "pong", "payload": {"n": 1}})).await;
        if !has_begun {
            socket.send_text(INIT).await;
            assert_eq!(socket.next().await, json!({"type": "connection_ack"}));
        }
    }
}
