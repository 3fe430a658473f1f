//! Operations over a socket: what runs, in which order answers come, names, and what ends an operation.

use deskgraph::auth::token::Realm;
use serde_json::json;

use super::{TICKETS, end_after};
use crate::support::TestApp;
use crate::support::client::code_of;
use crate::support::row::history;

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
        // It would be run for every event.
        (
            "subscription { ticketChanged { ticket { articles(first: 50) { nodes { body } } } } }".to_owned(),
            "LIMIT_EXCEEDED",
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
async fn a_name_belongs_to_one_operation_at_a_time() {
    let app = TestApp::new().await;
    for id in ["1".to_owned(), "ä".repeat(100)] {
        let mut socket = app.socket_of(Realm::Customer, "ann").await;
        socket.subscribe(&id, TICKETS, json!({})).await;
        socket.subscribe("other", TICKETS, json!({})).await;
        socket.subscribe(&id, "{ viewer { role } }", json!({})).await;
        let (code, reason) = socket.closed_because().await;
        assert_eq!((code, reason.ends_with(" already exists")), (4409, true), "{reason}");
        let is_whole = reason == format!("Subscriber for {id} already exists");
        assert!(reason.starts_with("Subscriber for ") && is_whole == (id == "1"), "{reason}");
    }
    app.until_followed_by(0).await;
}

#[tokio::test]
async fn a_name_is_free_again_once_its_operation_is_over() {
    let app = TestApp::new().await;
    let mut socket = app.socket_of(Realm::Customer, "ann").await;
    for _ in 0..3 {
        // An answer, and then the end.
        socket.subscribe("1", "{ viewer { role } }", json!({})).await;
        assert_eq!(socket.event().await, json!({"viewer": {"role": "CUSTOMER_USER"}}));
        assert_eq!(socket.next().await, json!({"type": "complete", "id": "1"}));
        // An error is the end.
        socket.subscribe("1", "{ nothing }", json!({})).await;
        assert_eq!(socket.refusal().await, ("error".into(), "GRAPHQL_VALIDATION_FAILED".into()));
        // The client's own end is not answered.
        socket.subscribe("1", TICKETS, json!({})).await;
        app.until_followed_by(1).await;
        socket.send(json!({"type": "complete", "id": "1"})).await;
        app.until_followed_by(0).await;
    }
}

#[tokio::test]
async fn an_operation_of_which_the_client_has_had_enough_says_nothing_more() {
    let app = TestApp::new().await;
    let mut socket = app.socket_of(Realm::Agent, "root@localhost").await;
    socket.subscribe("1", TICKETS, json!({})).await;
    socket.subscribe("2", TICKETS, json!({})).await;
    app.until_followed_by(2).await;
    socket.send(json!({"type": "complete", "id": "1"})).await;
    socket.send(json!({"type": "complete", "id": "1"})).await;
    socket.send(json!({"type": "complete", "id": "unknown"})).await;
    app.until_followed_by(1).await;
    for number in ["1001", "1002"] {
        app.add(history(number, "StateUpdate")).await;
        let message = socket.next().await;
        let told = &message["payload"]["data"]["ticketChanged"]["ticket"]["number"];
        assert_eq!((&message["id"], told), (&json!("2"), &json!(number)));
    }
}

#[tokio::test]
async fn operations_do_not_wait_for_each_other() {
    let app = TestApp::new().await;
    let mut socket = app.socket_of(Realm::Customer, "ann").await;
    socket.subscribe("s", TICKETS, json!({})).await;
    let mut open: Vec<String> = (0..20).map(|number| number.to_string()).collect();
    for id in &open {
        socket.subscribe(id, "query Q { viewer { role } }", json!({})).await;
    }
    let mut answered = Vec::new();
    while !open.is_empty() {
        let message = socket.next().await;
        let id = message["id"].as_str().expect("a name").to_owned();
        match message["type"].as_str() {
            Some("next") => answered.push(id),
            Some("complete") => {
                assert!(answered.contains(&id), "{id} has ended without an answer");
                open.retain(|known| *known != id);
            }
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn variables_and_the_name_of_the_operation_come_with_it() {
    let app = TestApp::new().await;
    let mut socket = app.socket_of(Realm::Agent, "root@localhost").await;
    let query = "query A { viewer { role } } query B($id: String!) { customer(customerId: $id) { name } }";
    let payload = json!({"query": query, "operationName": "B", "variables": {"id": "acme"}, "extensions": {}});
    socket.send(json!({"type": "subscribe", "id": "1", "payload": payload})).await;
    assert_eq!(socket.event().await["customer"]["name"], "Acme Corporation");
    assert_eq!(socket.next().await["type"], "complete");
    let payload = json!({"query": "{ viewer { role } }", "operationName": null, "variables": null});
    socket.send(json!({"type": "subscribe", "id": "1", "payload": payload})).await;
    assert_eq!(socket.event().await, json!({"viewer": {"role": "ADMINISTRATOR"}}));
}

#[tokio::test]
async fn nobody_may_send_without_end() {
    let app = TestApp::new().await;
    let pongs = vec![r#"{"type": "pong"}"#; 5_000];
    let reason = "more than 100 messages a second: send less".to_owned();
    assert_eq!(end_after(&app, &pongs).await, (1008, reason));
}
