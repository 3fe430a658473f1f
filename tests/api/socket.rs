//! The protocol `graphql-transport-ws` as clients see it: beginning, operations, refusals, and the codes with which sockets are closed.

use axum::http::StatusCode;
use chrono::TimeDelta;
use deskgraph::auth::token::Realm;
use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::client::code_of;
use crate::support::socket::Socket;

const TICKETS: &str = "subscription { ticketChanged { cursor ticket { number } } }";
const INIT: &str = r#"{"type": "connection_init"}"#;

fn ann(app: &TestApp) -> String {
    app.token(Realm::Customer, "ann", TimeDelta::zero())
}

/// The code with which a socket is closed after these texts.
async fn code_after(app: &TestApp, texts: &[&str]) -> u16 {
    let mut socket = app.silent_socket().await;
    for text in texts {
        socket.send_text(text).await;
    }
    socket.closed().await
}

#[tokio::test]
async fn another_sub_protocol_is_not_spoken() {
    let app = TestApp::new().await;
    assert_eq!(app.connect(&[]).await.expect("the socket opens").closed().await, 4406);
    let several = [("sec-websocket-protocol", "graphql-ws, graphql-transport-ws")];
    let mut socket = app.connect(&several).await.expect("the socket opens");
    socket.send_text(INIT).await;
    assert_eq!(socket.next().await, json!({"type": "connection_ack"}));
}

#[tokio::test]
async fn messages_out_of_place_close_the_socket() {
    let app = TestApp::new().await;
    let ask = r#"{"type": "subscribe", "id": "1", "payload": {"query": "subscription { ticketChanged { cursor } }"}}"#;
    let nameless = r#"{"type": "subscribe", "id": "", "payload": {"query": "{ viewer { role } }"}}"#;
    assert_eq!(code_after(&app, &["hello"]).await, 4400);
    assert_eq!(code_after(&app, &[r#"{"type": "start"}"#]).await, 4400);
    assert_eq!(code_after(&app, &[INIT, r#"{"type": "subscribe", "id": "1"}"#]).await, 4400);
    assert_eq!(code_after(&app, &[INIT, nameless]).await, 4400);
    assert_eq!(code_after(&app, &[ask]).await, 4401);
    assert_eq!(code_after(&app, &[INIT, INIT]).await, 4429);
    assert_eq!(code_after(&app, &[INIT, &format!("\"{}\"", "a".repeat(70_000))]).await, 1009);

    let mut socket = app.socket_of(Realm::Customer, "ann").await;
    socket.send_text(ask).await;
    socket.send_text(ask).await;
    assert_eq!(socket.closed().await, 4409);
}

#[tokio::test]
async fn who_does_not_begin_is_not_waited_for() {
    let app = TestApp::new().await;
    assert_eq!(code_after(&app, &[r#"{"type": "pong"}"#]).await, 4408);
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
        assert_eq!(code_after(&app, &[&init.to_string()]).await, 4403, "{bad}");
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
async fn a_ping_is_answered_at_any_time() {
    let app = TestApp::new().await;
    let mut socket = app.silent_socket().await;
    socket.send(json!({"type": "ping", "payload": {"n": 1}})).await;
    assert_eq!(socket.next().await, json!({"type": "pong"}));
}

#[tokio::test]
async fn queries_and_mutations_run_as_over_http() {
    let app = TestApp::new().await;
    let mut socket = app.socket_of(Realm::Agent, "root@localhost").await;
    let update = "mutation M { customerUpdate(customerId: \"acme\", input: { name: \"New\" }) { customer { name } } }";
    socket.subscribe("m", update, json!({})).await;
    assert_eq!(socket.event().await, json!({"customerUpdate": {"customer": {"name": "New"}}}));
    assert_eq!(socket.next().await, json!({"type": "complete", "id": "m"}));

    // An error in a field is part of the answer.
    let mut olga = app.socket_of(Realm::Agent, "olga").await;
    olga.subscribe("q", "{ permissionMatrix { groups { name } } }", json!({})).await;
    let answer = olga.next().await;
    assert_eq!((answer["type"].as_str(), code_of(&answer["payload"])), (Some("next"), "FORBIDDEN".into()));
}

#[tokio::test]
async fn documents_are_refused_as_over_http() {
    let app = TestApp::new().await;
    let mut socket = app.socket_of(Realm::Customer, "ann").await;
    let doubling: String = (0..30).map(|n| format!("fragment f{n} on Query {{ ...f{0} ...f{0} }}", n + 1)).collect();
    for (document, code) in [
        ("{".to_owned(), "GRAPHQL_PARSE_FAILED"),
        (format!("{{ a(b: {}1{}) }}", "[".repeat(2000), "]".repeat(2000)), "LIMIT_EXCEEDED"),
        (format!("{{ ...f0 }} {doubling} fragment f30 on Query {{ viewer {{ role }} }}"), "LIMIT_EXCEEDED"),
        ("{ nothing }".to_owned(), "GRAPHQL_VALIDATION_FAILED"),
        ("subscription { nothing }".to_owned(), "GRAPHQL_VALIDATION_FAILED"),
        (
            "subscription { a: ticketChanged { cursor } b: ticketChanged { cursor } }".to_owned(),
            "GRAPHQL_VALIDATION_FAILED",
        ),
        ("subscription { customerChanged { cursor } }".to_owned(), "FORBIDDEN"),
        ("subscription { customerUserChanged { cursor } }".to_owned(), "FORBIDDEN"),
        ("subscription { ticketChanged(since: \"x\") { cursor } }".to_owned(), "BAD_USER_INPUT"),
        ("subscription { ticketChanged(number: \"\\u0000\") { cursor } }".to_owned(), "BAD_USER_INPUT"),
    ] {
        socket.subscribe("1", &document, json!({})).await;
        assert_eq!(socket.refusal().await, ("error".into(), code.into()), "{document}");
    }
}

#[tokio::test]
async fn a_read_only_token_follows_but_does_not_write() {
    let app = TestApp::new().await;
    let made = app.as_administrator().ask("mutation { apiTokenCreate(name: \"reader\") { secret } }").await;
    let secret = &made["apiTokenCreate"]["secret"];
    let mut socket = app.socket(json!({"Authorization": secret})).await;
    let update = "mutation { customerUpdate(customerId: \"acme\", input: { name: \"New\" }) { customer { name } } }";
    // A name does not make a mutation a query.
    for document in [update.to_owned(), update.replacen("mutation", "mutation M", 1)] {
        socket.subscribe("1", &document, json!({})).await;
        assert_eq!(socket.refusal().await, ("error".into(), "FORBIDDEN".into()));
        let client = app.with_token(secret.as_str().expect("a secret"));
        assert_eq!(client.refusal(&document, json!({})).await, (403, "FORBIDDEN".into()));
    }
    socket.subscribe("2", TICKETS, json!({})).await;
    app.until_followed_by(1).await;
}

#[tokio::test]
async fn a_socket_has_so_many_operations_and_no_more() {
    let app = TestApp::new().await;
    let mut socket = app.socket_of(Realm::Customer, "ann").await;
    for number in 0..64 {
        socket.subscribe(&number.to_string(), TICKETS, json!({})).await;
    }
    socket.subscribe("one more", TICKETS, json!({})).await;
    assert_eq!(socket.refusal().await, ("error".into(), "LIMIT_EXCEEDED".into()));
    app.until_followed_by(64).await;
    socket.send(json!({"type": "complete", "id": "7"})).await;
    app.until_followed_by(63).await;
    socket.subscribe("7", TICKETS, json!({})).await;
    app.until_followed_by(64).await;
    drop(socket);
    app.until_followed_by(0).await;
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
    assert_eq!(socket.closed().await, 1001);
    app.sockets().closed().await;
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
