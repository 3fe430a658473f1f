//! Traces that the program sends to a collector. They do not tell what clients sent.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::routing::post;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::FIRST_START;
use crate::place::Place;
use crate::server::Server;

/// A document with what may not be told: values in it and beside it.
const SECRETIVE: &str = "query ChosenByClient($s: String) { customers(first: 2, search: $s) { nodes { name customerUsers { nodes { login } } } }
    customer(customerId: \"typed-s3cret\") { name } }";
/// The trace of the caller.
const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";

/// A collector of traces: what it was sent, and its address.
async fn collector() -> (Arc<Mutex<Vec<u8>>>, String) {
    let taken = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&taken);
    let take = async move |body: Bytes| seen.lock().expect("no panic").extend_from_slice(&body);
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move { axum::serve(listener, Router::new().route("/v1/traces", post(take))).await });
    (taken, format!("http://{address}/v1/traces"))
}

async fn ask(server: &Server) -> Value {
    let request = reqwest::Client::new().post(server.address()).bearer_auth(server.token());
    let request = request.header("traceparent", format!("00-{TRACE}-b7ad6b7169203331-01"));
    let answer = request.json(&json!({"query": SECRETIVE, "variables": {"s": "sent-s3cret"}})).send().await;
    answer.expect("the server answers").json().await.expect("JSON")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn traces_tell_of_requests_operations_and_statements_and_go_on_with_those_of_the_caller() {
    let (taken, endpoint) = collector().await;
    let place = Place::file();
    place.configure(&format!("[telemetry]\ntraces_url = \"{endpoint}\"\nservice_name = \"desk-under-test\"\n"));
    let server = Server::start(&place, FIRST_START).await;
    let answer = ask(&server).await;
    assert!(answer["errors"].is_null(), "{answer}");
    // What is left is sent when the program stops.
    assert_eq!(server.stop().await, Some(0));

    let taken = taken.lock().expect("no panic").clone();
    let holds = |wanted: &[u8]| taken.windows(wanted.len()).any(|part| part == wanted);
    let id: Vec<u8> =
        (0..TRACE.len()).step_by(2).map(|at| u8::from_str_radix(&TRACE[at..at + 2], 16).expect("hex")).collect();
    assert!(holds(&id), "the trace of the caller goes on");
    for told in [
        "desk-under-test",
        "POST /graphql",
        "http.response.status_code",
        "graphql.operation.type",
        "ChosenByClient",
        "db.query.text",
        "FROM",
        "customer_company",
    ] {
        assert!(holds(told.as_bytes()), "{told}");
    }
    for secret in ["s3cret", "Bearer", "root@localhost"] {
        assert!(!holds(secret.as_bytes()), "{secret}");
    }
}
