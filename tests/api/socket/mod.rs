//! The protocol `graphql-transport-ws` as clients see it, over real sockets. Here is how a socket begins and ends; messages that are none are in
//! `message`, operations in `operation`, and what goes wrong below the protocol in `frame`.

mod frame;
mod message;
mod operation;

use std::time::Duration;

use axum::http::StatusCode;
use chrono::TimeDelta;
use deskgraph::auth::token::Realm;
use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::account::{give_passwords, sign_in};
use crate::support::row::history;
use crate::support::socket::Socket;

const TICKETS: &str = "subscription { ticketChanged { cursor ticket { number } } }";
const INIT: &str = r#"{"type": "connection_init"}"#;

fn ann(app: &TestApp) -> String {
    app.token(Realm::Customer, "ann", TimeDelta::zero())
}

/// The code with which a socket is closed after these texts, and the reason.
async fn end_after(app: &TestApp, texts: &[&str]) -> (u16, String) {
    let mut socket = app.silent_socket().await;
    for text in texts {
        socket.send_text(text).await;
    }
    socket.closed_because().await
}

#[tokio::test]
async fn another_sub_protocol_is_not_spoken() {
    let app = TestApp::new().await;
    let refused = (4406, "Subprotocol not acceptable".to_owned());
    assert_eq!(app.connect(&[]).await.expect("the socket opens").closed_because().await, refused);
    let several = [("sec-websocket-protocol", "graphql-ws, graphql-transport-ws")];
    let mut socket = app.connect(&several).await.expect("the socket opens");
    socket.send_text(INIT).await;
    assert_eq!(socket.next().await, json!({"type": "connection_ack"}));
}

#[tokio::test]
async fn who_does_not_begin_is_not_waited_for() {
    let app = TestApp::new().await;
    let late = (4408, "Connection initialisation timeout".to_owned());
    assert_eq!(end_after(&app, &[]).await, late);
    assert_eq!(end_after(&app, &[r#"{"type": "pong"}"#, r#"{"type": "complete", "id": "1"}"#]).await, late);
}

#[tokio::test]
async fn the_token_comes_with_the_first_message() {
    let app = TestApp::new().await;
    let token = ann(&app);
    for payload in [
        json!({"Authorization": format!("Bearer {token}")}),
        json!({"authorization": format!("bearer {token}")}),
        json!({"authorization": token}),
    ] {
        let mut socket = app.socket(payload).await;
        socket.subscribe("1", "{ viewer { role } }", json!({})).await;
        assert_eq!(socket.event().await, json!({"viewer": {"role": "CUSTOMER_USER"}}));
        assert_eq!(socket.next().await, json!({"type": "complete", "id": "1"}));
    }
    for bad in [json!("Bearer nonsense"), json!(""), json!(7), json!("Basic YTpi")] {
        let init = json!({"type": "connection_init", "payload": {"Authorization": bad}});
        assert_eq!(end_after(&app, &[&init.to_string()]).await, (4403, "Forbidden".into()), "{bad}");
    }
}

#[tokio::test]
async fn without_a_token_only_that_works_which_needs_none() {
    let app = TestApp::new().await;
    let mut socket = app.socket(Value::Null).await;
    socket.subscribe("1", "{ viewer { role } }", json!({})).await;
    assert_eq!(socket.event().await, json!({"viewer": null}));
    assert_eq!(socket.next().await["type"], "complete");
    socket.subscribe("1", TICKETS, json!({})).await;
    assert_eq!(socket.refusal().await, ("error".into(), "UNAUTHENTICATED".into()));
}

#[tokio::test]
async fn a_socket_ends_with_its_token() {
    let app = TestApp::new().await;
    let token = app.token(Realm::Customer, "ann", TimeDelta::minutes(15) - TimeDelta::seconds(1));
    let mut socket = app.socket(json!({"Authorization": token})).await;
    socket.subscribe("1", TICKETS, json!({})).await;
    assert_eq!(socket.closed().await, 4403);
}

#[tokio::test]
async fn a_server_that_stops_says_so() {
    let app = TestApp::new().await;
    let mut socket = app.socket_of(Realm::Customer, "ann").await;
    app.sockets().stop();
    assert_eq!(socket.closed_because().await, (1001, "the server stops: connect again".into()));
    app.sockets().closed().await;
    // Who comes after that hears the same.
    assert_eq!(app.silent_socket().await.closed().await, 1001);
}

#[tokio::test]
async fn what_runs_when_the_server_stops_is_answered_first() {
    let app = TestApp::new().await;
    let mut socket = app.socket_of(Realm::Customer, "ann").await;
    socket.subscribe("events", TICKETS, json!({})).await;
    app.until_followed_by(1).await;
    // A wrong password takes half a second.
    let document = "mutation { login(realm: CUSTOMER, login: \"ann\", password: \"wrong\") { userErrors { code } } }";
    socket.subscribe("last", document, json!({})).await;
    socket.send(json!({"type": "ping"})).await;
    assert_eq!(socket.next().await["type"], "pong");
    app.sockets().stop();
    let answer = socket.next().await;
    assert_eq!(answer["payload"]["data"]["login"]["userErrors"][0]["code"], "BAD_CREDENTIALS", "{answer}");
    assert_eq!(socket.next().await, json!({"type": "complete", "id": "last"}));
    assert_eq!(socket.closed().await, 1001);
}

#[tokio::test]
async fn a_session_that_ends_on_another_server_ends_its_sockets_soon() {
    let app = TestApp::new().await;
    give_passwords(&app).await;
    let (one, other) = (sign_in(&app, "CUSTOMER", "ann").await.access, sign_in(&app, "CUSTOMER", "ann").await.access);
    let socket = async |token: &str| app.socket(json!({"Authorization": token})).await;
    let (mut ended, mut kept) = (socket(&one).await, socket(&other).await);
    app.sibling("").await.with_token(&one).ask("mutation { logout { userErrors { code } } }").await;
    let within = Duration::from_secs(5);
    assert_eq!(tokio::time::timeout(within, ended.closed()).await, Ok(4403));
    kept.send(json!({"type": "ping"})).await;
    assert_eq!(kept.next().await["type"], "pong");
}

#[tokio::test]
async fn pages_of_others_may_not_connect() {
    let app = TestApp::with("[http]\nallowed_origins = [\"https://desk.example\"]\n").await;
    let from = async |app: &TestApp, origin: &str| {
        let headers = [("sec-websocket-protocol", "graphql-transport-ws"), ("origin", origin)];
        app.connect(&headers).await.map(drop::<Socket>)
    };
    assert_eq!(from(&app, "https://desk.example").await, Ok(()));
    assert_eq!(from(&app, "http://[own]").await, Ok(()));
    for other in ["https://evil.example", "https://desk.example.evil.example", "null"] {
        assert_eq!(from(&app, other).await, Err(StatusCode::FORBIDDEN), "{other}");
    }
    assert_eq!(from(&app.sibling("").await, "https://desk.example").await, Err(StatusCode::FORBIDDEN));
}

#[tokio::test]
async fn a_token_that_was_taken_back_ends_its_own_socket_only() {
    let app = TestApp::new().await;
    let mut sockets = Vec::new();
    let mut ids = Vec::new();
    for name in ["one", "other"] {
        let create = format!("mutation {{ apiTokenCreate(name: \"{name}\") {{ secret apiToken {{ id }} }} }}");
        let made = app.as_administrator().ask(&create).await["apiTokenCreate"].take();
        let mut socket = app.socket(json!({"Authorization": made["secret"]})).await;
        socket.subscribe("1", TICKETS, json!({})).await;
        ids.push(made["apiToken"]["id"].clone());
        sockets.push(socket);
    }
    app.until_followed_by(2).await;
    let delete = "mutation($id: ID!) { apiTokenRevoke(id: $id) { userErrors { code } } }";
    app.as_administrator().data(delete, json!({"id": ids[0]})).await;
    app.add(history("1001", "StateUpdate")).await;
    assert_eq!(sockets[0].closed_because().await, (4403, "Forbidden".into()));
    assert_eq!(sockets[1].event().await["ticketChanged"]["ticket"]["number"], "1001");
}
