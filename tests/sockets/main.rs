//! Many idle subscriptions: what each costs, how soon one event is told to all, how the server answers others meanwhile, and whether everything
//! is given back. This runs the real program; `TEST_SOCKETS` says how many there are, see the README of this folder.

#![expect(clippy::disallowed_methods, reason = "the environment says how many sockets there are")]

#[path = "../process/mod.rs"]
#[allow(dead_code, reason = "each of the tests of the real program uses a part of it")]
mod process;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use futures_util::StreamExt;
use futures_util::future::join;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use serde_json::{Value, json};
use tokio::task::JoinSet;

use process::place::Place;
use process::server::{Server, Usage};
use process::socket::Socket;
use process::{from_environment, percentile};

const TICKET_CHANGED: &str = include_str!("../documents/ticket_changed.graphql");
const ANSWER_TICKET: &str = include_str!("../documents/answer_ticket.graphql");
const LOOK_UP: &str = include_str!("../documents/customer_lookup.graphql");

/// How many sockets there are where the environment does not say.
const FEW: usize = 200;
/// How many are opened at a time.
const AT_ONCE: usize = 64;
/// How many events are measured.
const EVENTS: usize = 3;
/// How long anything is waited for.
const PATIENCE: Duration = Duration::from_secs(60);
/// How long nothing happens before memory is measured, and between two events.
const REST: Duration = Duration::from_secs(2);
/// Descriptors that the server may have more afterwards: connections to the database, and of this program.
const SPARE: usize = 30;

/// What an idle subscription may cost, in KiB.
const MOST_MEMORY: f64 = 30.0;
/// How long it may take until all are told.
const SOON: Duration = Duration::from_secs(1);
/// The 95th percentile of the times of other requests.
const QUICK: Duration = Duration::from_millis(20);

/// Who was told of the present event.
#[derive(Default)]
struct Board {
    event: AtomicUsize,
    told: AtomicUsize,
}

impl Board {
    /// Notes a message that a socket got.
    fn note(&self, message: &str) {
        if message.contains(&body(self.event.load(Ordering::Acquire))) {
            self.told.fetch_add(1, Ordering::AcqRel);
        }
    }

    /// Waits until so many were told of the present event; false after too long.
    async fn wait(&self, count: usize, patience: Duration) -> bool {
        let begun = Instant::now();
        while self.told.load(Ordering::Acquire) < count {
            if begun.elapsed() > patience {
                return false;
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        true
    }
}

/// The text of an event, which tells it from others.
fn body(event: usize) -> String {
    format!("This is event {event}.")
}

/// A running server and one of its tickets.
struct Desk {
    server: Arc<Server>,
    ticket: String,
    customer: String,
    board: Arc<Board>,
}

impl Desk {
    async fn open(place: &Place) -> Self {
        let server = Server::start_with(place, &["--demo"], PATIENCE).await;
        let first = "{ tickets(view: OPEN, first: 1) { nodes { number } } }";
        let tickets = server.ask(first, json!({})).await.expect("the server answers");
        let customers = server.ask("{ customers(first: 1) { nodes { customerId } } }", json!({})).await;
        let text = |value: &Value| value.as_str().expect("a text").to_owned();
        let customer = text(&customers.expect("the server answers")["nodes"][0]["customerId"]);
        let ticket = text(&tickets["nodes"][0]["number"]);
        Self { server: Arc::new(server), ticket, customer, board: Arc::default() }
    }

    /// Writes an event, and returns when that was begun.
    async fn write(&self) -> Instant {
        self.board.told.store(0, Ordering::Release);
        let event = self.board.event.fetch_add(1, Ordering::AcqRel) + 1;
        let begun = Instant::now();
        let input = json!({"number": self.ticket, "input": {"body": body(event)}});
        let payload = self.server.ask(ANSWER_TICKET, input).await.expect("the server answers");
        assert_eq!(payload["userErrors"], json!([]));
        begun
    }

    /// Opens subscriptions, each of which goes on until its task ends.
    async fn subscribe(&self, count: usize) -> JoinSet<()> {
        let opening = futures_util::stream::iter(0..count).map(|number| async move {
            let socket = Socket::open(self.server.address(), self.server.token()).await;
            let mut socket = socket.unwrap_or_else(|error| panic!("socket {number}: {error}"));
            socket.subscribe("1", TICKET_CHANGED, json!({})).await.expect("the socket is open");
            socket
        });
        let mut opening = opening.buffer_unordered(AT_ONCE);
        let mut tasks = JoinSet::new();
        while let Some(mut socket) = opening.next().await {
            let board = Arc::clone(&self.board);
            tasks.spawn(async move {
                loop {
                    let message = socket.next().await.unwrap_or_else(|error| panic!("a socket ended: {error}"));
                    assert!(message.starts_with(r#"{"type":"next""#), "{message}");
                    board.note(&message);
                }
            });
        }
        tasks
    }

    /// Writes events until one was told to all: then all have begun.
    async fn until_all_follow(&self, count: usize) {
        for _ in 0..3 {
            self.write().await;
            if self.board.wait(count, PATIENCE / 3).await {
                return;
            }
        }
        panic!("only {} of {count} were told", self.board.told.load(Ordering::Acquire));
    }

    /// The times after which all were told of an event, in ascending order.
    async fn tell(&self, count: usize) -> Vec<Duration> {
        let mut times = Vec::new();
        for _ in 0..EVENTS {
            tokio::time::sleep(REST).await;
            let begun = self.write().await;
            assert!(self.board.wait(count, PATIENCE).await, "not all were told");
            times.push(begun.elapsed());
        }
        times.sort_unstable();
        times
    }

    /// The times of a small request that comes again and again while something else goes on, in ascending order.
    async fn ask_while<T>(&self, other: impl Future<Output = T>) -> (T, Vec<Duration>) {
        let is_over = AtomicUsize::new(0);
        let other = async {
            let found = other.await;
            is_over.store(1, Ordering::Release);
            found
        };
        let asking = async {
            let mut times = Vec::new();
            while is_over.load(Ordering::Acquire) == 0 {
                let begun = Instant::now();
                let answer = self.server.ask(LOOK_UP, json!({"customerId": self.customer})).await;
                assert_eq!(answer.expect("the server answers")["customerId"], json!(self.customer));
                times.push(begun.elapsed());
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
            times
        };
        let (found, mut times) = join(other, asking).await;
        times.sort_unstable();
        (found, times)
    }

    /// Waits until the server has given back the descriptors of the sockets.
    async fn until_closed(&self, before: Usage) -> Usage {
        let begun = Instant::now();
        loop {
            let usage = self.server.usage();
            if usage.descriptors <= before.descriptors + SPARE {
                return usage;
            }
            assert!(begun.elapsed() < PATIENCE, "{} descriptors are not given back", usage.descriptors);
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

/// What was measured.
struct Figures {
    /// Memory of one subscription, in KiB.
    memory: f64,
    told: Vec<Duration>,
    http: Vec<Duration>,
    /// The server's memory with all subscriptions, in KiB.
    resident: usize,
}

async fn measure(desk: &Desk, count: usize) -> Figures {
    let before = desk.server.usage();
    let begun = Instant::now();
    let sockets = desk.subscribe(count).await;
    let open = begun.elapsed();
    tokio::time::sleep(REST).await;
    let idle = desk.server.usage();
    let memory = idle.resident.saturating_sub(before.resident) as f64 / count as f64;
    println!("{count} sockets open after {open:?}, {memory:.1} KiB each");
    desk.until_all_follow(count).await;
    let (told, http) = desk.ask_while(desk.tell(count)).await;
    assert_eq!(sockets.len(), count, "a socket has ended");
    let busy = desk.server.usage();
    drop(sockets);
    let after = desk.until_closed(before).await;
    println!(
        "memory in KiB: {} before, {} idle, {} after events, {} closed",
        before.resident, idle.resident, busy.resident, after.resident
    );
    println!("descriptors: {} before, {} open, {} closed", before.descriptors, busy.descriptors, after.descriptors);
    println!("an event was told to all after {told:?}");
    println!(
        "other requests: p50 {:?}, p95 {:?}, {} of them",
        percentile(&http, 50),
        percentile(&http, 95),
        http.len()
    );
    Figures { memory, told, http, resident: busy.resident }
}

/// Lets this process and the server have as many descriptors as the system allows.
fn raise_limit(count: usize) {
    let limit = getrlimit(Resource::Nofile);
    let needed = (count + 500) as u64;
    assert!(
        limit.maximum.is_none_or(|most| most >= needed),
        "raise the limit of open files (`ulimit -Hn`) to {needed}"
    );
    setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, ..limit }).expect("the limit can be raised");
}

#[tokio::test(flavor = "multi_thread")]
async fn idle_subscriptions_cost_little_and_all_are_told() {
    let asked = from_environment("TEST_SOCKETS");
    let count = asked.unwrap_or(FEW);
    raise_limit(count);
    let place = match Place::on_server().await {
        Some(place) => place,
        None => Place::file(),
    };
    let desk = Desk::open(&place).await;
    let first = measure(&desk, count).await;
    let second = measure(&desk, count).await;
    desk.server.kill();
    if asked.is_none() {
        return; // Few sockets on a busy machine say nothing about time and memory.
    }
    for figures in [&first, &second] {
        assert!(figures.memory <= MOST_MEMORY, "a subscription costs {:.1} KiB", figures.memory);
        assert!(figures.told.iter().all(|time| *time <= SOON), "told after {:?}", figures.told);
        assert!(percentile(&figures.http, 95) <= QUICK, "p95 {:?}", percentile(&figures.http, 95));
    }
    let (first, second) = (first.resident, second.resident);
    assert!(second <= first + first / 10, "memory is not given back: {first} KiB, then {second} KiB");
}
