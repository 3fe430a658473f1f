//! Connections: slow, silent, greedy and malformed clients, over a real socket. Each is cut by one limit that is short here, while all others are long.

use std::time::Duration;

use axum::body::Bytes;
use axum::http::{Request, Version};
use futures_util::future::join_all;
use http_body_util::Full;
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;

use crate::support::listener::{Listener, PING, soon};
use crate::support::socket::eventually;

/// Settings under which nothing ends by itself.
const PATIENT: &str = "header_timeout = \"10m\"\nbody_timeout = \"1h\"\nidle_timeout = \"1h\"\nwrite_timeout = \"1h\"\nstop_timeout = \"1h\"\n";

/// The same with some settings of its own.
fn patient_but(settings: &[(&str, &str)]) -> String {
    let own = settings.iter().map(|(name, value)| format!("{name} = {value}\n"));
    let is_own = |line: &&str| settings.iter().any(|(name, _)| line.starts_with(&format!("{name} =")));
    let rest = PATIENT.lines().filter(|line| !is_own(line)).map(|line| format!("{line}\n"));
    own.chain(rest).collect()
}

/// A request with a body of this length, of which nothing follows yet.
fn head(length: usize) -> String {
    format!(
        "POST /graphql HTTP/1.1\r\nhost: desk\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n"
    )
}

const QUERY: &str = r#"{"query":"{ __typename }"}"#;

#[tokio::test]
async fn a_client_that_says_nothing_is_cut() {
    let server = Listener::with(&patient_but(&[("header_timeout", "\"1s\"")])).await;
    for begin in ["", "GET /healthz", "PRI * HTTP/2.0\r\n\r\nS"] {
        let mut silent = server.connect().await;
        silent.send(begin).await;
        assert_eq!(silent.rest().await, "", "{begin}");
    }
    server.answers().await;
}

#[tokio::test]
async fn a_head_that_trickles_is_cut() {
    let server = Listener::with(&patient_but(&[("header_timeout", "\"1s\"")])).await;
    for before in ["", PING] {
        let mut slow = server.connect().await;
        if !before.is_empty() {
            assert_eq!(slow.ask(before).await, 200);
        }
        slow.send("GET /healthz HTTP/1.1\r\n").await;
        let (mut reader, mut writer) = slow.0.into_split();
        let trickle = async {
            while writer.write_all(b"x: y\r\n").await.is_ok() {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            std::future::pending::<()>().await;
        };
        let mut bytes = Vec::new();
        tokio::select! {
            _ = soon("it is cut", reader.read_to_end(&mut bytes)) => {}
            () = trickle => {}
        }
        assert_eq!(bytes, b"");
    }
    server.answers().await;
}

#[tokio::test]
async fn a_body_that_trickles_is_told_and_cut() {
    let server = Listener::with(&patient_but(&[("body_timeout", "\"1s\"")])).await;
    let mut slow = server.connect().await;
    slow.send(head(1_000)).await;
    let (mut reader, mut writer) = slow.0.into_split();
    let trickle = tokio::spawn(async move {
        while writer.write_all(b" ").await.is_ok() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    });
    let mut bytes = Vec::new();
    drop(soon("it is cut", reader.read_to_end(&mut bytes)).await);
    let answer = String::from_utf8_lossy(&bytes).to_lowercase();
    assert!(answer.starts_with("http/1.1 408 "), "{answer}");
    assert!(answer.contains("connection: close") && answer.contains("did not come within 1 seconds"), "{answer}");
    trickle.abort();
    server.answers().await;
}

#[tokio::test]
async fn a_body_that_says_it_is_too_long_is_not_waited_for() {
    let server = Listener::with(PATIENT).await;
    let mut peer = server.connect().await;
    assert_eq!(peer.ask(&head(1_000_000_000)).await, 413);
    assert_eq!(peer.rest().await, "");
}

#[tokio::test]
async fn a_connection_without_requests_is_closed() {
    let server = Listener::with(&patient_but(&[("idle_timeout", "\"1s\"")])).await;
    let mut idle = server.accepted().await;
    assert_eq!(idle.rest().await, "");
    let (mut sender, connection) = h2(&server).await;
    assert_eq!(sender.send_request(ping()).await.expect("an answer").status(), 200);
    soon("HTTP/2 ends too", connection).await.expect("no panic");
}

#[tokio::test]
async fn a_client_that_does_not_read_its_answer_is_cut() {
    let server = Listener::with(&patient_but(&[("write_timeout", "\"1s\"")])).await;
    let mut deaf = server.connect().await;
    deaf.send("GET /long HTTP/1.1\r\nhost: desk\r\n\r\n").await;
    // What it goes on sending is not read while its answer waits, until the connection is reset.
    eventually("it is cut", async || match deaf.0.try_write(&[b'x'; 4096]) {
        Ok(_) => false,
        Err(error) => error.kind() != std::io::ErrorKind::WouldBlock,
    })
    .await;
    server.answers().await;
}

#[tokio::test]
async fn there_are_so_many_connections_and_no_more() {
    let server = Listener::with(&patient_but(&[("max_connections", "2")])).await;
    let (first, _second) = (server.accepted().await, server.accepted().await);
    let refused = server.connect().await.rest().await;
    assert!(refused.starts_with("HTTP/1.1 503 Service Unavailable\r\n"), "{refused}");
    assert!(refused.contains("retry-after: 5") && refused.contains("SERVICE_UNAVAILABLE"), "{refused}");
    drop(first);
    eventually("there is room", async || server.connect().await.ask(PING).await == 200).await;
}

#[tokio::test]
async fn an_address_has_so_many_connections_and_no_more() {
    let server = Listener::with(&patient_but(&[("max_connections_per_address", "1")])).await;
    let first = server.accepted().await;
    let refused = server.connect().await.rest().await;
    assert!(refused.starts_with("HTTP/1.1 429 Too Many Requests\r\n"), "{refused}");
    drop(first);
    eventually("there is room", async || server.connect().await.ask(PING).await == 200).await;
}

#[tokio::test]
async fn a_socket_keeps_its_place_and_lives_longer_than_a_request() {
    let server = Listener::with(&patient_but(&[("max_connections", "1"), ("idle_timeout", "\"1s\"")])).await;
    let mut request = format!("ws://{}/graphql", server.address).into_client_request().expect("an address");
    let protocol = "graphql-transport-ws".parse().expect("a header");
    request.headers_mut().insert("sec-websocket-protocol", protocol);
    let stream = server.connect().await.0;
    let (socket, _) = soon("it opens", tokio_tungstenite::client_async(request, stream)).await.expect("it opens");
    let (mut sink, mut stream) = futures_util::StreamExt::split(socket);
    let mut say = async |text: &str| {
        futures_util::SinkExt::send(&mut sink, Message::text(text)).await.expect("it is open");
        let answer = soon("an answer", futures_util::StreamExt::next(&mut stream)).await.expect("one").expect("good");
        answer.into_text().expect("text").to_string()
    };
    assert_eq!(say(r#"{"type":"connection_init"}"#).await, r#"{"type":"connection_ack"}"#);
    assert!(server.connect().await.rest().await.starts_with("HTTP/1.1 503 "), "its place is taken");
    // Longer than an idle connection would live.
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    assert!(say(r#"{"type":"ping"}"#).await.contains("pong"));
}

async fn h2(server: &Listener) -> (hyper::client::conn::http2::SendRequest<Full<Bytes>>, tokio::task::JoinHandle<()>) {
    let stream = TokioIo::new(server.connect().await.0);
    let (sender, connection) = soon("HTTP/2", hyper::client::conn::http2::handshake(TokioExecutor::new(), stream))
        .await
        .expect("the server speaks HTTP/2");
    (sender, tokio::spawn(async { drop(connection.await) }))
}

fn ping() -> Request<Full<Bytes>> {
    Request::get("http://desk/healthz").body(Full::default()).expect("a request")
}

#[tokio::test]
async fn http_2_is_spoken_to_those_who_know() {
    let server = Listener::with(PATIENT).await;
    let (sender, _connection) = h2(&server).await;
    let ask = |_| {
        let mut sender = sender.clone();
        let request = Request::post("http://desk/graphql").header("content-type", "application/json");
        let request = request.body(Full::from(QUERY)).expect("a request");
        async move { sender.send_request(request).await.expect("an answer") }
    };
    for answer in soon("answers", join_all((0..300).map(ask))).await {
        assert_eq!((answer.status().as_u16(), answer.version()), (200, Version::HTTP_2));
    }
}

#[tokio::test]
async fn a_client_of_http_2_that_takes_no_answer_is_cut_whatever_else_it_takes() {
    let server = Listener::with(&patient_but(&[("write_timeout", "\"1s\"")])).await;
    for room in [0, 1] {
        takes_nothing(&server, room).await;
    }
    server.answers().await;
}

/// A client that has room for so many bytes of an answer, and asks for a long one.
async fn takes_nothing(server: &Listener, room: u8) {
    let mut greedy = server.connect().await;
    // The room for answers; then `GET /schema.graphql` as stream 1 (RFC 9113, sections 4.1 and 6.5; RFC 7541).
    let settings = [&b"\x00\x00\x06\x04\x00\x00\x00\x00\x00\x00\x04\x00\x00\x00"[..], &[room]].concat();
    let request = b"\x00\x00\x19\x01\x05\x00\x00\x00\x01\x82\x86\x04\x0f/schema.graphql\x01\x04desk";
    let acknowledged = b"\x00\x00\x00\x04\x01\x00\x00\x00\x00";
    greedy.send([&b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"[..], &settings, acknowledged, request].concat()).await;
    let (mut reader, mut writer) = greedy.0.into_split();
    let lively = async {
        let ping = b"\x00\x00\x08\x06\x00\x00\x00\x00\x0012345678";
        while writer.write_all(ping).await.is_ok() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        std::future::pending::<()>().await;
    };
    let mut bytes = Vec::new();
    tokio::select! {
        _ = soon("it is cut", reader.read_to_end(&mut bytes)) => {}
        () = lively => {}
    }
    // The head of the answer came, and of its body as much as there was room for.
    let frames = frames(&bytes);
    assert!(frames.iter().any(|(kind, stream, _)| (*kind, *stream) == (1, 1)), "{frames:?}");
    let taken: usize = frames.iter().filter(|(kind, ..)| *kind == 0).map(|(.., length)| length).sum();
    assert_eq!(taken, usize::from(room), "{frames:?}");
}

/// Kind, stream and length of each frame of HTTP/2.
fn frames(mut bytes: &[u8]) -> Vec<(u8, u8, usize)> {
    let mut frames = Vec::new();
    while let [a, b, c, kind, _, _, _, _, stream, rest @ ..] = bytes {
        let length = u32::from_be_bytes([0, *a, *b, *c]) as usize;
        frames.push((*kind, *stream, length));
        bytes = rest.get(length..).unwrap_or_default();
    }
    frames
}

#[tokio::test]
async fn there_are_so_many_requests_and_no_more() {
    let server = Listener::with(&patient_but(&[("max_requests", "1")])).await;
    let mut slow = server.connect().await;
    slow.begin(&head(QUERY.len())).await;
    const ELSEWHERE: &str = "GET /nowhere HTTP/1.1\r\nhost: desk\r\n\r\n";
    let mut refused = server.connect().await;
    refused.send(ELSEWHERE.replace("desk\r\n", "desk\r\nconnection: close\r\n")).await;
    let refused = refused.rest().await;
    for expected in ["HTTP/1.1 503 ", "x-request-id: ", "retry-after: 5", "SERVICE_UNAVAILABLE"] {
        assert!(refused.contains(expected), "{expected}: {refused}");
    }
    assert_eq!(server.connect().await.ask(PING).await, 200, "whether it is well can be asked");
    assert_eq!(slow.ask(QUERY).await, 200);
    eventually("the place is free again", async || server.connect().await.ask(ELSEWHERE).await == 404).await;
}

#[tokio::test]
async fn idle_connections_are_in_nobodys_way() {
    let server = Listener::with(PATIENT).await;
    let connections: Vec<_> = join_all((0..1_000).map(|_| server.connect())).await;
    for _ in 0..20 {
        server.answers().await;
    }
    drop(connections);
    server.answers().await;
}

#[tokio::test]
async fn what_is_no_http_is_refused_or_cut() {
    let server = Listener::with(&patient_but(&[("header_timeout", "\"1s\"")])).await;
    let hello = b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03random\r\n\r\n";
    let frames = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\nnonsense nonsense nonsense";
    let zeros = vec![0_u8; 100_000];
    for bytes in [
        &hello[..],
        &frames[..],
        &zeros,
        b"\r\n\r\n\r\n",
        b"GET\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"\xff\xfe\r\n\r\n",
    ] {
        let mut peer = server.connect().await;
        peer.send(bytes).await;
        let answer = peer.rest().await;
        assert!(!answer.contains(" 200 "), "{bytes:.20?}: {answer}");
    }
    server.answers().await;
}

#[tokio::test]
async fn a_head_has_an_end() {
    let server = Listener::with(&patient_but(&[("max_header_bytes", "8192")])).await;
    let long = "x".repeat(20_000);
    for (request, status) in [
        (format!("GET /healthz HTTP/1.1\r\nhost: desk\r\nx: {long}\r\n\r\n"), 431),
        (format!("GET /healthz HTTP/1.1\r\nhost: desk\r\n{}\r\n", "x: y\r\n".repeat(101)), 431),
        (format!("GET /{long} HTTP/1.1\r\nhost: desk\r\n\r\n"), 431),
    ] {
        let mut peer = server.connect().await;
        assert_eq!(peer.ask(&request).await, status, "{request:.60}");
        assert_eq!(peer.rest().await, "");
    }
    server.answers().await;
}

#[tokio::test]
async fn one_request_cannot_hide_another() {
    let server = Listener::with(PATIENT).await;
    let hidden = "GET /healthz HTTP/1.1\r\nhost: hidden\r\n\r\n";
    let both = "content-length: 6\r\ntransfer-encoding: chunked\r\n";
    for (headers, body) in [
        (both, "0\r\n\r\n"),
        ("transfer-encoding: chunked\r\ncontent-length: 6\r\n", "0\r\n\r\n"),
        ("content-length: 0\r\ncontent-length: 5\r\n", ""),
        ("content-length: +0\r\n", ""),
        ("content-length: 0x0\r\n", ""),
        ("transfer-encoding: chunked, identity\r\n", "0\r\n\r\n"),
        ("transfer-encoding: xchunked\r\n", "0\r\n\r\n"),
        ("transfer-encoding : chunked\r\n", "0\r\n\r\n"),
        ("transfer-encoding: chunked\r\n", "0;\r\n\nx\r\n"),
    ] {
        let mut peer = server.connect().await;
        let first = "POST /graphql HTTP/1.1\r\nhost: desk\r\ncontent-type: application/json\r\n";
        peer.send(format!("{first}{headers}\r\n{body}{hidden}")).await;
        let answers = peer.rest().await;
        assert_eq!(answers.matches("HTTP/1.1 ").count(), 1, "{headers}{answers}");
        assert!(answers.starts_with("HTTP/1.1 400 "), "{headers}{answers}");
    }
    server.answers().await;
}

#[tokio::test]
async fn requests_that_come_at_once_are_answered_in_turn() {
    let server = Listener::with(PATIENT).await;
    let mut peer = server.connect().await;
    let query = format!("{}{QUERY}", head(QUERY.len()));
    let missing = "GET /nowhere HTTP/1.1\r\nhost: desk\r\n\r\n";
    peer.send(format!("{query}{missing}{PING}{query}")).await;
    for status in [200, 404, 200, 200] {
        assert_eq!(peer.answer().await, status);
    }
}

#[tokio::test]
async fn clients_that_hang_up_leave_nothing_behind() {
    let server = Listener::with(&patient_but(&[("max_connections", "50")])).await;
    for request in
        ["", "GET /hea", &head(1_000), &format!("{}{QUERY}", head(1_000)), "GET /long HTTP/1.1\r\nhost: desk\r\n\r\n"]
    {
        for _ in 0..40 {
            server.connect().await.send(request).await;
        }
        eventually("their places are free", async || server.connect().await.ask(PING).await == 200).await;
    }
    eventually("all places are free", async || {
        let mut peers = join_all((0..50).map(|_| server.connect())).await;
        join_all(peers.iter_mut().map(|peer| peer.ask(PING))).await.iter().all(|status| *status == 200)
    })
    .await;
}

#[tokio::test]
async fn stopping_lets_a_running_request_finish() {
    let mut server = Listener::with(PATIENT).await;
    let mut idle = server.accepted().await;
    let mut running = server.accepted().await;
    running.begin(&head(QUERY.len())).await;
    running.send(&QUERY[..5]).await;
    let (mut sender, connection) = h2(&server).await;
    assert_eq!(sender.send_request(ping()).await.expect("an answer").status(), 200);
    server.stop();
    assert_eq!(idle.rest().await, "");
    soon("HTTP/2 ends too", connection).await.expect("no panic");
    eventually("nobody listens", async || tokio::net::TcpStream::connect(server.address).await.is_err()).await;
    running.send(&QUERY[5..]).await;
    assert_eq!(running.answer().await, 200);
    assert_eq!(running.rest().await, "");
    server.stopped().await;
}

#[tokio::test]
async fn stopping_does_not_wait_for_ever() {
    let mut server = Listener::with(&patient_but(&[("stop_timeout", "\"1s\"")])).await;
    let mut running = server.connect().await;
    running.begin(&head(100)).await;
    server.stop();
    assert_eq!(running.rest().await, "");
    server.stopped().await;
}
