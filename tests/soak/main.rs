//! A long run: clients that read, write, make mistakes and open sockets, all at once. Everything is answered as it should be, and the server
//! needs no more in the end than in the middle. This runs the real program; `TEST_SOAK_SECONDS` says how long, see the README of this folder.

#![expect(clippy::disallowed_methods, reason = "the environment says how long it takes")]

mod client;
#[path = "../process/mod.rs"]
#[allow(dead_code, reason = "each of the tests of the real program uses a part of it")]
mod process;

use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use client::{Client, Seen};
use process::place::Place;
use process::server::{Server, Usage};
use process::{from_environment, percentile};

/// How many clients there are.
const CLIENTS: usize = 32;
/// How many there are, and for how many seconds, where the environment does not say how long it takes.
const SHORT: (usize, u64) = (8, 10);
/// What a short run sets, so that nobody is refused because the machine is busy with other tests.
const PATIENT: &str = "[database]\nconnect_timeout = \"60s\"\n";
/// How long the first start may take, which makes the tables and the demo data.
const FIRST_START: Duration = Duration::from_secs(120);
/// How often memory and descriptors are looked at.
const LOOK: Duration = Duration::from_secs(1);
/// The most that the 99th percentile may be.
const QUICK: Duration = Duration::from_millis(250);
/// How much more memory the last third may need than the middle one, in parts of a hundred.
const MORE_MEMORY: usize = 5;
/// How many more descriptors: sockets come and go.
const MORE_DESCRIPTORS: usize = 20;

/// What there is to ask about.
pub struct World {
    server: Server,
    customers: Vec<String>,
    tickets: Vec<String>,
}

impl World {
    async fn new(place: &Place) -> Self {
        let server = Server::start_with(place, &["--demo"], FIRST_START).await;
        let customers = server.ask("{ customers(first: 100) { nodes { customerId } } }", json!({})).await;
        let tickets = server.ask("{ tickets(view: OPEN, first: 100) { nodes { number } } }", json!({})).await;
        let (customers, tickets) = (texts(customers, "customerId"), texts(tickets, "number"));
        Self { server, customers, tickets }
    }
}

fn texts(list: Option<Value>, key: &str) -> Vec<String> {
    let list = list.expect("the server answers");
    let nodes = list["nodes"].as_array().expect("a list");
    nodes.iter().map(|node| node[key].as_str().expect("a text").to_owned()).collect()
}

/// What the server used in a third of the time.
struct Third {
    /// Memory on average, in KiB.
    resident: usize,
    /// The most descriptors.
    descriptors: usize,
}

fn thirds(usages: &[Usage]) -> Vec<Third> {
    let third = |usages: &[Usage]| Third {
        resident: usages.iter().map(|usage| usage.resident).sum::<usize>() / usages.len(),
        descriptors: usages.iter().map(|usage| usage.descriptors).max().unwrap_or_default(),
    };
    usages.chunks(usages.len().div_ceil(3).max(1)).map(third).collect()
}

async fn run(world: Arc<World>, clients: usize, time: Duration) -> (Seen, Vec<Usage>) {
    let until = Instant::now() + time;
    let clients = (0..clients).map(|number| tokio::spawn(Client::new(Arc::clone(&world), number).work(until)));
    let clients: Vec<_> = clients.collect();
    let mut usages = Vec::new();
    while Instant::now() < until {
        tokio::time::sleep(LOOK).await;
        usages.push(world.server.usage());
    }
    let mut all = Seen::default();
    for client in clients {
        all.add(client.await.expect("a client ends"));
    }
    (all, usages)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_run_is_as_good_at_its_end_as_in_the_middle() {
    let asked = from_environment("TEST_SOAK_SECONDS");
    let (clients, seconds) = asked.map_or(SHORT, |seconds| (CLIENTS, seconds));
    let time = Duration::from_secs(seconds);
    let place = match Place::on_server().await {
        Some(place) => place,
        None => Place::file(),
    };
    if asked.is_none() {
        place.configure(PATIENT);
    }
    let world = Arc::new(World::new(&place).await);
    let (mut seen, usages) = run(Arc::clone(&world), clients, time).await;
    world.server.kill();
    seen.times.sort_unstable();
    let (p50, p99) = (percentile(&seen.times, 50), percentile(&seen.times, 99));
    let per_second = seen.times.len() as f64 / time.as_secs_f64();
    println!("{} requests in {time:?}, {per_second:.0} a second, p50 {p50:?}, p99 {p99:?}", seen.times.len());
    println!("{} unexpected answers {:?}", seen.failures.len(), seen.failures.iter().take(5).collect::<Vec<_>>());
    let thirds = thirds(&usages);
    for (number, third) in thirds.iter().enumerate() {
        println!(
            "third {}: {} KiB of memory on average, at most {} descriptors",
            number + 1,
            third.resident,
            third.descriptors
        );
    }
    assert!(seen.failures.is_empty(), "there were unexpected answers");
    if asked.is_none() {
        return; // A few seconds on a busy machine say nothing about time and memory.
    }
    let [_, middle, last] = &thirds[..] else { panic!("there are no thirds of {time:?}") };
    assert!(last.resident <= middle.resident + middle.resident * MORE_MEMORY / 100, "memory grows");
    assert!(last.descriptors <= middle.descriptors + MORE_DESCRIPTORS, "descriptors grow");
    assert!(p99 <= QUICK, "p99 {p99:?}");
}
