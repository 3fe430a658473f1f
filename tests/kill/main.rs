//! Killing the server while it writes: what it said was done is there afterwards, and nothing is there by half. This runs the real program;
//! `TEST_KILL_ROUNDS` says how often it is killed, see the README of this folder.

#![expect(
    clippy::disallowed_methods,
    reason = "the environment says which database, and a server is killed after a while"
)]

mod outage;
#[path = "../process/mod.rs"]
#[allow(dead_code, reason = "each of the tests of the real program uses a part of it")]
mod process;
mod proxy;
mod rolling;
mod start;
mod state;
mod together;
mod trace;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use serde_json::json;

use process::place::{self, Place};
use process::server::{self, Server};
use state::State;

/// How many write at the same time.
const WRITERS: usize = 16;
/// How long the first start may take, which makes the tables.
const FIRST_START: Duration = Duration::from_secs(60);
/// How long any other start may take, where nothing else runs.
const START: Duration = Duration::from_secs(2);
/// How long it may take on a machine that is busy with other tests.
const BUSY_START: Duration = Duration::from_secs(20);

const CREATE: &str =
    "mutation($id: String!) { customerCreate(input: { customerId: $id, name: $id }) { userErrors { code path } } }";
const CREATE_PERSON: &str = "mutation($id: String!) {
    customerUserCreate(input: { login: $id, email: $id, firstName: \"A\", lastName: \"B\", customerId: $id }) { userErrors { code path } } }";
const UPDATE: &str =
    "mutation($id: String!) { customerUpdate(customerId: $id, input: { comment: $id }) { userErrors { code path } } }";

/// What a writer was told is done, by the key of each record: it is the same for the customer, its one person, and the comment.
#[derive(Default)]
pub struct Acknowledged {
    customers: Vec<String>,
    people: Vec<String>,
    comments: Vec<String>,
}

/// Writes until the server is gone, and returns what was acknowledged; `count` goes up by one with each.
async fn write(server: &Server, prefix: String, count: &AtomicUsize) -> Acknowledged {
    let mut done = Acknowledged::default();
    for number in 0.. {
        let id = format!("{prefix}-{number}@people.test");
        for document in [CREATE, CREATE_PERSON, UPDATE] {
            let Some(payload) = server.ask(document, json!({ "id": id })).await else { return done };
            assert_eq!(payload["userErrors"], json!([]), "{id}");
            done.by(document).push(id.clone());
            count.fetch_add(1, Ordering::Relaxed);
        }
    }
    done
}

/// Kills a server over this database again and again while it writes.
async fn kill_over(place: &Place) {
    let long = process::from_environment("TEST_KILL_ROUNDS");
    let (rounds, patience) = long.map_or((3, BUSY_START), |rounds| (rounds, START));
    let mut server = Server::start(place, FIRST_START).await;
    let mut all = Acknowledged::default();
    for round in 0..rounds {
        let count = AtomicUsize::new(0);
        let writers = join_all((0..WRITERS).map(|writer| write(&server, format!("k{round}-{writer}"), &count)));
        let delay = Duration::from_millis(rand::random_range(300..1500));
        let killed = async {
            tokio::time::sleep(delay).await;
            // A busy machine may not have come to the first write yet.
            let begun = Instant::now();
            while count.load(Ordering::Relaxed) == 0 && begun.elapsed() < FIRST_START {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
            server.kill();
        };
        let (done, ()) = futures_util::future::join(writers, killed).await;
        for done in done {
            all.customers.extend(done.customers);
            all.people.extend(done.people);
            all.comments.extend(done.comments);
        }
        assert_ne!(count.into_inner(), 0, "nothing was written");
        server = Server::start(place, patience).await;
        let last = all.customers.last().expect("something was written");
        let answer =
            server.ask("query($id: String!) { customer(customerId: $id) { name } }", json!({ "id": last })).await;
        assert_eq!(answer, Some(json!({ "name": last })));
        State::of(place).await.check(&all, WRITERS * (round + 1));
        let (count, started_in) = (all.len(), server.started_in);
        println!("killed after {delay:?}: {count} writes were acknowledged until now; started again in {started_in:?}");
    }
    server.kill();
}

impl Acknowledged {
    /// The keys of what a document writes.
    fn by(&mut self, document: &str) -> &mut Vec<String> {
        match document {
            CREATE => &mut self.customers,
            CREATE_PERSON => &mut self.people,
            _ => &mut self.comments,
        }
    }

    fn len(&self) -> usize {
        self.customers.len() + self.people.len() + self.comments.len()
    }
}

#[tokio::test]
async fn a_killed_server_keeps_what_it_acknowledged_on_sqlite() {
    kill_over(&Place::file()).await;
}

/// The database server that `TEST_DATABASE_URL` names, where it names one.
#[tokio::test]
async fn a_killed_server_keeps_what_it_acknowledged_on_a_database_server() {
    match Place::on_server().await {
        Some(place) => kill_over(&place).await,
        None => println!("skipped: TEST_DATABASE_URL names no database server"),
    }
}
