//! A database that goes away and returns while the server is asked: it says so, goes on living, and serves again by itself. The figures are those
//! that operators plan with; a busy machine gets some more time here.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use sea_orm::ConnectionTrait;
use serde_json::json;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use crate::FIRST_START;
use crate::place::Place;
use crate::proxy::{Proxy, Way};
use crate::server::Server;

/// How many ask at the same time.
const CLIENTS: usize = 8;
/// How many ask for a table that is locked: more than wait for one at a time.
const CROWD: usize = 100;
/// How long a request may take while the database is away. It is promised after the five seconds that a connection is waited for.
const ANSWERED: Duration = Duration::from_secs(10);
/// How long readiness may be wrong. Five seconds are promised.
const NOTICED: Duration = Duration::from_secs(10);
/// How long full service may take. Ten seconds are promised.
const RETURNED: Duration = Duration::from_secs(20);

const QUESTION: &str = "{ customers { totalCount } }";

/// What came of a request.
#[derive(Debug, PartialEq, Eq)]
enum Reply {
    Good,
    Unavailable,
    Other(String),
}

async fn ask(server: &Server, document: &str) -> (Reply, Duration) {
    let began = Instant::now();
    let reply = match server.post(document, json!({})).await {
        Some((200, body)) if body["errors"].is_null() => Reply::Good,
        Some((_, body)) if body["errors"][0]["extensions"]["code"] == "SERVICE_UNAVAILABLE" => Reply::Unavailable,
        other => Reply::Other(format!("{other:?}")),
    };
    (reply, began.elapsed())
}

/// What many who ask at once get.
async fn ask_often(server: &Server, times: usize) -> Vec<(Reply, Duration)> {
    join_all((0..times).map(|_| ask(server, QUESTION))).await
}

/// Waits until something is so, and says how long that took.
async fn until(what: &str, patience: Duration, is_so: impl AsyncFn() -> bool) -> Duration {
    let began = Instant::now();
    while !is_so().await {
        assert!(began.elapsed() < patience, "{what}: not within {patience:?}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    began.elapsed()
}

async fn is_ready(server: &Server) -> bool {
    server.get("/readyz").await.is_some_and(|(status, _)| status == 200)
}

/// Takes the database away under load and gives it back.
async fn take_away(server: &Server, proxy: &Proxy, way: Way) {
    assert!(ask_often(server, CLIENTS).await.iter().all(|(reply, _)| *reply == Reply::Good));
    proxy.set(way);
    let noticed = until("503 of /readyz", NOTICED, async || {
        let replies = ask_often(server, CLIENTS).await;
        for (reply, elapsed) in &replies {
            assert!(*elapsed < ANSWERED, "{way:?}: {reply:?} after {elapsed:?}");
            assert!(!matches!(reply, Reply::Other(_)), "{way:?}: {reply:?}");
        }
        let alive = server.get("/healthz").await.map(|(status, _)| status);
        assert_eq!(alive, Some(200), "{way:?}");
        !is_ready(server).await
    });
    let noticed = noticed.await;
    let (reply, refused) = ask(server, QUESTION).await;
    assert_eq!(reply, Reply::Unavailable, "{way:?}");
    proxy.set(Way::Open);
    let returned = until("full service", RETURNED, async || {
        ask_often(server, CLIENTS).await.iter().all(|(reply, _)| *reply == Reply::Good) && is_ready(server).await
    });
    let returned = returned.await;
    for _ in 0..20 {
        let replies = ask_often(server, CLIENTS).await;
        assert!(replies.iter().all(|(reply, _)| *reply == Reply::Good), "{way:?}: {replies:?}");
    }
    println!("{way:?}: noticed after {noticed:?}, refused within {refused:?}, served again after {returned:?}");
}

/// More wait for the database than may, because a table is locked.
async fn exhaust(server: &Server, place: &Place) {
    let other = place.open().await;
    let is_postgres = place.url.starts_with("postgres");
    let lock = if is_postgres {
        "BEGIN; LOCK TABLE customer_company IN ACCESS EXCLUSIVE MODE"
    } else {
        "LOCK TABLES customer_company WRITE"
    };
    let unlock = if is_postgres { "COMMIT" } else { "UNLOCK TABLES" };
    other.execute_unprepared(lock).await.expect("the table can be locked");
    let crowd = ask_often(server, CROWD);
    let bystander = async {
        tokio::time::sleep(Duration::from_millis(500)).await;
        let began = Instant::now();
        let reply = server.get("/graphql?query=%7B__typename%7D").await;
        let elapsed = began.elapsed();
        tokio::time::sleep(Duration::from_secs(6)).await;
        other.execute_unprepared(unlock).await.expect("the table can be unlocked");
        (reply, elapsed)
    };
    let (replies, bystander) = tokio::join!(crowd, bystander);
    println!("a pool that is exhausted: whoever needs no database had an answer after {:?}", bystander.1);
    assert_eq!(bystander.0.map(|(status, _)| status), Some(200));
    assert!(bystander.1 < Duration::from_secs(2), "nobody else waits: {:?}", bystander.1);
    let refused = replies.iter().filter(|(reply, _)| *reply == Reply::Unavailable).count();
    assert!(replies.iter().all(|(reply, _)| !matches!(reply, Reply::Other(_))), "{replies:?}");
    assert!(
        refused > 0 && refused < replies.len(),
        "some wait for the lock, and who waits for them is refused: {replies:?}"
    );
    let again = ask_often(server, CLIENTS).await;
    assert!(again.iter().all(|(reply, _)| *reply == Reply::Good), "{again:?}");
    other.close().await.expect("the connection can be closed");
}

/// Clients that hang up as soon as they have asked.
async fn hang_up(server: &Server, times: usize) {
    let request = server.raw_request(QUESTION);
    for _ in 0..times {
        let mut client = TcpStream::connect(server.host()).await.expect("the server listens");
        client.write_all(request.as_bytes()).await.expect("it can be written to");
    }
    until("no connection is left in use", RETURNED, async || {
        let (_, figures) = server.get("/metrics").await.expect("the server answers");
        figures.contains("deskgraph_database_connections{state=\"used\"} 0")
    })
    .await;
    let replies = ask_often(server, CLIENTS).await;
    assert!(replies.iter().all(|(reply, _)| *reply == Reply::Good), "{replies:?}");
}

// The way to the database is open only while the proxy runs, which starting a program must not keep it from.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_goes_away_is_told_and_awaited() {
    let Some(mut place) = Place::on_server().await else {
        return println!("skipped: TEST_DATABASE_URL names no database server");
    };
    place.configure("[database]\nmax_connections = 5\n");
    let direct = place.url.clone();
    let proxy = Proxy::to(&direct).await;
    place.url = proxy.url(&direct);
    let server = Server::start(&place, FIRST_START).await;
    for way in [Way::Cut, Way::Stuck] {
        take_away(&server, &proxy, way).await;
    }
    place.url = direct;
    exhaust(&server, &place).await;
    hang_up(&server, 200).await;
}
